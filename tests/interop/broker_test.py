#!/usr/bin/python3
"""Tests both brokers on Ceph: members, roles and files are all in RGW, which has STS.

    broker_test.py BROKER MINIMAL_BROKER [unittest's arguments]

Exits with 77 if RGW is not installed.
"""
import contextlib
import datetime
import pathlib
import shutil
import sys
import tempfile
import unittest

import server

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "broker"))
# pylint: disable=wrong-import-position
import nginx_test
from browser import Browser
from minimal_test import check_links
from service import Member, Store, ask, on_store, put_object, signed_url
from story import AWKWARD_KEYS, Story, content_of

PROGRAM = MINIMAL_BROKER = ""  # from the command line
RGW = None    # the server

KEYS = AWKWARD_KEYS + [f"many/{i:04}.txt" for i in range(2500)]


def multipart(fields, name, content):
    """Returns a form with these fields and a file, and the headers to send it with."""
    parts = [f'Content-Disposition: form-data; name="{field}"\r\n\r\n{value}'.encode()
             for field, value in fields.items()]
    parts.append(f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
                 "Content-Type: application/octet-stream\r\n\r\n".encode() + content)
    body = b"".join(b"--boundary\r\n" + part + b"\r\n" for part in parts) + b"--boundary--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=boundary"}


def store_of(settings):
    return Store(endpoint=settings["S3_ENDPOINT"], key_id=settings["AWS_ACCESS_KEY_ID"],
                 secret=settings["AWS_SECRET_ACCESS_KEY"], region=settings["S3_REGION"],
                 bucket=settings["S3_BUCKET"], members_bucket=settings["OTHER_BUCKET"],
                 role_arn=settings["ROLE_ARN"])


class LiveTest(Story, unittest.TestCase):

    page_sizes = (999, 1000)
    accepted_changes = {"two signatures"}  # RGW counts only the last

    @classmethod
    def setUpClass(cls):
        store = store_of(RGW.settings)
        broker = on_store(store, PROGRAM)
        cls.addClassCleanup(broker.stop)
        cls.begin(PROGRAM, broker, store, KEYS)

    def link(self, member):
        [file] = member.all_files(prefix="plain.txt")[0]
        return file

    @contextlib.contextmanager
    def gateway_ahead(self, offset):
        """Sets RGW's clock forward for as long as a with statement lasts."""
        RGW.order("stop_gateway")
        RGW.order("start_gateway_ahead", offset)
        try:
            yield
        finally:
            RGW.order("stop_gateway")
            RGW.order("start_gateway")

    def test_the_store_stops_and_starts_under_load(self):
        self.check_outage(self.store, lambda: RGW.order("stop_gateway"),
                          lambda: RGW.order("start_gateway"))

    def test_a_link_expires_with_its_session(self):
        broker = self.another_broker(self.store, BROKER_ROLE_SECONDS="900")
        member = Member(broker)
        member.sign_up("short.lived")
        file = self.link(member)
        # The broker asked for 45 minutes or more.
        end = datetime.datetime.fromisoformat(file["expires_at"].replace("Z", "+00:00"))
        left = end - datetime.datetime.now(datetime.timezone.utc)
        self.assertTrue(datetime.timedelta(minutes=7) < left <= datetime.timedelta(minutes=15))
        self.assertEqual(ask(file["url"]).status, 200)
        with self.gateway_ahead("+16m"):
            self.assertEqual(ask(file["url"]).status, 403)
            # The broker's signatures are too old for RGW now.
            self.assertEqual(member.get("/files").status, 502)
        self.assertEqual(member.get("/files").status, 200)

    def test_the_smallest_broker(self):
        check_links(MINIMAL_BROKER, self.store, KEYS)

    def test_the_setup_on_the_page(self):
        RGW.order("follow_page")
        settings = RGW.settings
        store = Store(settings["S3_ENDPOINT"], key_id=settings["BROKER_ACCESS_KEY_ID"],
                      secret=settings["BROKER_SECRET_ACCESS_KEY"], region=settings["S3_REGION"],
                      bucket="files", members_bucket="members",
                      role_arn="arn:aws:iam:::role/reader")
        put_object(store, "plain.txt", content_of("plain.txt"))
        member = Member(self.another_broker(store))
        self.assertEqual(member.sign_up("of.the.page").status, 200)
        response = ask(self.link(member)["url"])
        self.assertEqual((response.status, response.body), (200, content_of("plain.txt")))

    def test_uploads_go_only_where_the_form_says(self):
        RGW.order("allow_uploads")
        broker = self.another_broker(
            self.store, BROKER_UPLOAD="yes", BROKER_MEMBER_PREFIX="home/{member}/",
            BROKER_OPEN_SIGN_UP="no", BROKER_SESSION_KEY="k" * 40)
        member = Member(broker)
        self.assertEqual(member.sign_up("up.loader", invitation=broker.invite("up.loader")).status,
                         200)
        form = member.get("/upload", prefix="home/up.loader/new/").json()
        def upload(name, **changes):
            return ask(form["url"], "POST", *multipart({**form["fields"], **changes}, name,
                                                       b"the bytes"))
        self.assertEqual(upload("grüße.txt").status, 204)
        [file] = member.all_files(prefix="home/up.loader/")[0]
        self.assertEqual(file["key"], "home/up.loader/new/grüße.txt")
        self.assertEqual(ask(file["url"]).body, b"the bytes")
        for key in ("home/other/x", "x", "home/up.loader/x"):
            self.assertEqual(upload("x", key=key).status, 403, key)

    @unittest.skipUnless(shutil.which("nginx") and shutil.which("chromedriver"),
                         "no nginx or no chromedriver")
    def test_the_page_in_a_browser_through_nginx(self):
        RGW.order("allow_uploads")
        nginx_test.PROGRAM = PROGRAM
        broker = self.another_broker(self.store, **nginx_test.SETTINGS, BROKER_UPLOAD="yes",
                                     BROKER_MEMBER_PREFIX="home/{member}/",
                                     BROKER_OPEN_SIGN_UP="no")
        nginx = nginx_test.Nginx(broker.address.split("://")[1])
        self.addCleanup(nginx.stop)
        for key in ("plain.txt", "Grüße, 漢字.txt", "gone.txt", "picture.png"):
            put_object(self.store, "home/cleo/" + key, content_of(key))
        folder = tempfile.mkdtemp(prefix="broker-test-")
        self.addCleanup(shutil.rmtree, folder)
        browser = Browser(folder, "--ignore-certificate-errors", "--host-resolver-rules="
                          f"MAP {nginx_test.NAME}:443 127.0.0.1:{nginx.https_port}")
        self.addCleanup(browser.stop)
        browser.open(broker.command("invite", "cleo").split()[1])
        browser.wait("return document.getElementById('name').value === 'cleo'", "the invitation")
        browser.type("#password", "a good password")
        browser.click("#enter")
        browser.wait_text("summary", "4 items")
        self.assertEqual(browser.names(), ["gone.txt", "Grüße, 漢字.txt", "picture.png",
                                           "plain.txt"])
        for key in ("plain.txt", "Grüße, 漢字.txt"):
            browser.click_row(key)
            self.assertEqual(browser.saved(key), content_of(key))
        self.assertEqual(ask(signed_url(self.store, "DELETE",
                                        f"/{self.store.bucket}/home/cleo/gone.txt"), "DELETE").status,
                         204)
        browser.click_row("gone.txt")
        browser.wait_text("trouble", "The store did not send “gone.txt”: it was removed from this "
                          "folder.")
        file = pathlib.Path(folder) / "new 漢字.txt"
        file.write_bytes(b"uploaded")
        browser.call("POST", browser.find("#chooser") + "/value", {"text": str(file)})
        browser.wait_text("summary", "4 items")
        browser.click_row(file.name)
        self.assertEqual(browser.saved(file.name), b"uploaded")

    def test_a_role_loses_its_permission_and_gets_it_back(self):
        for revoke, restore in [("revoke_role", "grant_role"), ("delete_role", "make_role")]:
            with self.subTest(revoke):
                url = self.link(self.ada)["url"]
                self.assertEqual(ask(url).status, 200)
                RGW.order(revoke)
                try:
                    response = self.ada.get("/files")
                    self.assertEqual(response.status, 502)
                    self.assertEqual(response.json()["error"],
                                     "The store rejects requests. Tell whoever runs this service.")
                    self.assertEqual(ask(url).status, 403)
                finally:
                    RGW.order(restore)
                self.assertEqual(ask(self.link(self.ada)["url"]).status, 200)


if __name__ == "__main__":
    PROGRAM, MINIMAL_BROKER = sys.argv[1:3]
    del sys.argv[1:3]
    with server.running("rgw") as RGW:
        unittest.main()
