#!/usr/bin/python3
"""Tests the smallest broker, over HTTP, with the store of examples/store.

    minimal_test.py MINIMAL_BROKER BROKER [unittest's arguments]
"""
import base64
import contextlib
import html
import os
import re
import socket
import subprocess
import sys
import unittest

from browser import Stage, serve
from service import DemoBroker, Store, ask, put_object
from story import AWKWARD_KEYS, content_of

MINIMAL_BROKER = BROKER = ""  # from the command line


@contextlib.contextmanager
def serving(program, store, **environment):
    """Starts the smallest broker on a store, and returns the address of its page."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    inherited = {name: value for name, value in os.environ.items()
                 if not name.startswith(("AWS_", "BROKER_"))}
    with subprocess.Popen(
            [program, store.bucket, store.role_arn, port], stdout=subprocess.PIPE,
            encoding="utf-8", env={**inherited, "HOME": "/nonexistent", **store.keys,
                                   "AWS_ENDPOINT_URL": store.endpoint,
                                   "AWS_REGION": store.region, **environment}) as broker:
        try:
            yield broker.stdout.readline().strip()
        finally:
            broker.terminate()


def links(page):
    """Returns the names on a page, each with its URL."""
    assert page.status == 200, (page.status, page.body)
    found = re.findall('<li><a href="([^"]*)">([^<]*)</a>', page.body.decode())
    return {html.unescape(name): html.unescape(url) for url, name in found}


def check_links(program, store, keys):
    """Checks that the page has a link to each of these objects, and that it leads there."""
    with serving(program, store) as address:
        found = links(ask(address))
    assert set(found) >= set(keys), set(keys) - set(found)
    for key in keys[:50]:
        response = ask(found[key])
        assert (response.status, response.body) == (200, content_of(key)), (key, response.status)


class MinimalTest(unittest.TestCase):

    def setUp(self):
        self.demo = DemoBroker(BROKER)
        self.addCleanup(self.demo.stop)

    def test_each_object_has_a_link_in_more_than_one_page_of_a_listing(self):
        keys = [*AWKWARD_KEYS, *(f"many/{number}" for number in range(1001))]
        for key in keys:
            put_object(self.demo.store, key, content_of(key))
        check_links(MINIMAL_BROKER, self.demo.store, keys)

    def test_a_key_that_no_link_can_have_is_left_out(self):
        credentials = ("<R><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId>"
                       "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                       "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>"
                       "</AssumeRoleResult></R>")
        listing = ("<R><Contents><Key>a</Key></Contents><Contents><Key/></Contents>"
                   f"<Contents><Key>{'x' * 1025}</Key></Contents>"
                   "<Contents><Key>b</Key></Contents></R>")
        store = serve(lambda path, *_: (
            200, {}, (credentials if path == "/" else listing).encode()))
        self.addCleanup(Stage.stop_server, store)
        with serving(MINIMAL_BROKER, Store(f"http://127.0.0.1:{store.server_port}")) as address:
            self.assertEqual(set(links(ask(address))), {"a", "b"})

    def test_a_password_is_asked_for(self):
        with serving(MINIMAL_BROKER, self.demo.store, BROKER_PASSWORD="pässword: 1") as address:
            def log_in(user, password):
                pair = base64.b64encode(f"{user}:{password}".encode()).decode()
                return ask(address, headers={"Authorization": "Basic " + pair}).status
            self.assertEqual(log_in("member", "pässword: 1"), 200)
            for user, password in [("member", "pässword: 2"), ("member", ""), ("", ""),
                                   ("ada", "pässword: 1"), ("member", "pässword: 11")]:
                self.assertEqual(log_in(user, password), 401)
            stranger = ask(address)
            self.assertEqual((stranger.status, stranger.body), (401, b""))
            self.assertIn("Basic", stranger.headers["WWW-Authenticate"])

    def test_another_site_that_leads_its_name_here_gets_no_links(self):
        with serving(MINIMAL_BROKER, self.demo.store) as address:
            port = address.rstrip("/").split(":")[-1]
            for host, status in [(f"localhost:{port}", 200), ("127.0.0.1", 200), (f"evil.example:{port}", 401),
                                 ("127.0.0.1.evil.example", 401), ("", 401)]:
                self.assertEqual(ask(address, headers={"Host": host}).status, status, host)
        with serving(MINIMAL_BROKER, self.demo.store, BROKER_PASSWORD="secret") as address:
            login = {"Authorization": "Basic " + base64.b64encode(b"member:secret").decode()}
            self.assertEqual(ask(address, headers={"Host": "files.example.com", **login}).status, 200)

    def test_an_endpoint_with_a_slash_at_its_end(self):
        endpoint = self.demo.store.endpoint.replace("http", "HTTP") + "/"
        with serving(MINIMAL_BROKER, self.demo.store, AWS_ENDPOINT_URL=endpoint) as address:
            self.assertEqual(ask(address).status, 200)

    def test_a_store_that_refuses_or_is_gone(self):
        no_role = self.demo.store._replace(role_arn="arn:aws:iam:::role/other")
        for store in [no_role, self.demo.store._replace(bucket="members"),
                      Store("http://127.0.0.1:1")]:
            with serving(MINIMAL_BROKER, store) as address:
                self.assertEqual(ask(address).status, 502)


if __name__ == "__main__":
    MINIMAL_BROKER, BROKER = sys.argv[1:3]
    del sys.argv[1:3]
    unittest.main()
