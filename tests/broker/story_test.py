#!/usr/bin/python3
"""Tests the broker over HTTP: members sign up, log in, list files and follow links that expire; and
others try what they must not be able to do.

    story_test.py PROGRAM [unittest's arguments]

PROGRAM is the broker. It runs with its demo store, and only on 127.0.0.1.
"""
import base64
import concurrent.futures
import contextlib
import email.utils
import functools
import hashlib
import http.client
import json
import pathlib
import re
import resource
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

import service
from service import (BEHIND_PROXY, PASSWORD, DemoBroker, ExampleStore, Forwarder, Member, Store, ask, on_store, put_object,
                     signed_url, takes_long, wait_until)
from story import AWKWARD_KEYS, Story, content_of

PROGRAM = ""  # from the command line


class StoryTest(Story, unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        broker = DemoBroker(PROGRAM)
        cls.addClassCleanup(broker.stop)
        cls.begin(PROGRAM, broker, broker.store, AWKWARD_KEYS)

    # ── Intended use ──

    def test_links_are_valid_for_an_hour_at_most_and_stay_the_same(self):
        first, second = self.ada.all_files()[0], self.ada.all_files()[0]
        for file, again in zip(first, second):
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(file["url"]).query))
            self.assertLessEqual(int(query["X-Amz-Expires"]), 3600)
            if file["expires_at"] == again["expires_at"]:  # else a window ended between the two
                self.assertEqual(file["url"], again["url"])
        begin = time.monotonic()
        response = self.ada.get("/files").json()
        at_most = time.monotonic() - begin + 1  # between a link and "now"
        now = time.strptime(response["now"], "%Y-%m-%dT%H:%M:%SZ")
        end = time.strptime(response["files"][0]["expires_at"], "%Y-%m-%dT%H:%M:%SZ")
        validity = time.mktime(end) - time.mktime(now)
        self.assertTrue(45 * 60 - at_most <= validity <= 60 * 60, validity)

    def test_the_page_and_its_files(self):
        for path, kind in [("/", "text/html"), ("/app.js", "text/javascript"),
                           ("/app.css", "text/css"), ("/icons.svg", "image/svg+xml")]:
            response = self.stranger().get(path)
            self.assertEqual(response.status, 200)
            self.assertTrue(response.headers["Content-Type"].startswith(kind))
            self.assertNotIn("unsafe", response.headers["Content-Security-Policy"])
            self.assertIn("default-src 'none'", response.headers["Content-Security-Policy"])
            self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
            again = ask(self.broker.address + path,
                        headers={"If-None-Match": response.headers["ETag"]})
            self.assertEqual((again.status, again.body), (304, b""))
        page = self.stranger().get("/").body.decode()
        self.assertNotRegex(page, r"(?i)\sstyle=|\son[a-z]+=|<style|<script>|https?://")
        self.assertEqual(self.ada.get("/files").headers["Cache-Control"], "no-store")

    def test_neither_scripts_nor_other_sites_get_the_cookie(self):
        response = self.ada.log_in("ada")
        attributes = response.headers["Set-Cookie"].split("; ")[1:]
        self.assertEqual(attributes,
                         ["Path=/", "Max-Age=43200", "HttpOnly", "SameSite=Strict"])

    # ── Attacks ──

    def test_a_cookie_with_any_byte_changed_is_rejected(self):
        name, value = self.ada.cookie.split("=")
        self.assertEqual(Member(self.broker, f"{name}={value}").get("/files").status, 200)
        for i, c in enumerate(value):
            changed = chr(ord(c) ^ 1)
            forged = value[:i] + changed + value[i + 1:]
            response = Member(self.broker, f"{name}={forged}").get("/files")
            self.assertEqual(response.status, 401, forged)
        for forged in ["", ":", "::", value[:-1], value + "0", value.replace("ada", "bob"),
                       "9" * 30 + value[10:], "\xff" * 200]:
            response = Member(self.broker, f"{name}={forged}").get("/files")
            self.assertEqual(response.status, 401, forged)

    def test_path_tricks_reach_no_file_outside(self):
        store = self.broker.store
        for path in ["/files/../../etc/passwd", "/files/..%2f..%2fetc/passwd", "/../members",
                     "/files%2F..%2Fmembers/members/ada.json", "/./members/members/ada.json"]:
            raw = urllib.parse.unquote(path)
            response = ask(signed_url(store, "GET", raw))
            self.assertIn(response.status, (400, 403, 404), path)
            self.assertNotIn(b"root:", response.body)
            self.assertNotIn(b"scrypt", response.body)
        for path in ["/../app.js", "/%2e%2e/app.js", "//app.js", "/app.js/", "/APP.JS", "/.git"]:
            self.assertEqual(ask(self.broker.address + path).status, 404, path)

    def test_too_long_for_the_store(self):
        for parameter in ("next", "prefix", "delimiter"):
            response = self.ada.get("/files", **{parameter: "x" * 8160})
            self.assertEqual(response.status, 400, parameter)
            self.assertIn("does not know this folder", response.json()["error"])

    def test_another_site_can_post_nothing(self):
        forms = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                 {"Sec-Fetch-Site": "none"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
                 {"Sec-Fetch-Site": "cross-site", "Origin": self.broker.address}]
        for headers in forms:
            for path in ("/login", "/signup", "/logout"):
                response = self.stranger().post(path, headers, name="mallory", password=PASSWORD)
                self.assertEqual(response.status, 403, (path, headers))
                self.assertNotIn("Set-Cookie", response.headers)
        for headers in ({"Origin": self.broker.address}, {"Sec-Fetch-Site": "same-origin"}):
            self.assertEqual(self.stranger().post("/logout", headers).status, 200)

    def test_invalid_names_and_passwords(self):
        for name in ["", "a", "x" * 65, "a b", "../ada", "a/b", "a%2fb", "ada\0",
                     "ada\r\nSet-Cookie: x", "<b>", "é", "ada:1", "'; drop table", "a+b",
                     "a=b", "a,b", ".."]:
            with self.subTest(name):
                response = self.stranger().sign_up(name)
                self.assertIn(response.status, (422, 429))
        for path, status in [("/login", 403), ("/signup", 422)]:  # fields are missing
            for fields in ({}, {"name": "ada"}, {"password": PASSWORD}):
                self.assertIn(self.stranger().post(path, **fields).status, (status, 429), fields)
        limited = DemoBroker(PROGRAM)
        self.addCleanup(limited.stop)
        for password in ["", "short", "abcdefghi", "éèêëäöüáà", "a" * 10, " " * 10, "abc" * 10, "€‚ƒ" * 5,
                         "abcd" + "x" * 253, "abcd" + "é" * 253, b"abcdefghij" + b"\x80" * 1015]:
            response = Member(limited).sign_up("someone", password)
            self.assertEqual(response.status, 422, password)
        longest = "é\0 " + "x" * 253
        self.assertEqual(Member(limited).sign_up("someone", longest).status, 200)
        self.assertEqual(Member(limited).log_in("someone", longest).status, 200)
        self.assertEqual(Member(limited).log_in("someone", longest[:-1]).status, 403)

    # ── Outages ──

    @takes_long
    def test_the_store_stops_and_starts_under_load(self):
        folder = tempfile.mkdtemp(prefix="broker-test-")
        self.addCleanup(shutil.rmtree, folder)
        forwarder = Forwarder()
        self.addCleanup(forwarder.stop)
        running = []
        def start():
            running.append(DemoBroker(PROGRAM, folder))
            self.addCleanup(running[-1].stop)
            forwarder.target = running[-1].store.endpoint
        def stop():
            forwarder.target = None
            running[-1].stop()
        start()
        put_object(running[0].store, "plain.txt", content_of("plain.txt"))
        self.check_outage(Store(forwarder.endpoint), stop, start)


class StoreTest(unittest.TestCase):
    """Tests of examples/store, of what the broker does not ask of it."""

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="store-test-")
        self.addCleanup(shutil.rmtree, folder)
        self.program = ExampleStore(PROGRAM, folder)
        self.addCleanup(self.program.stop)
        self.store = Store(self.program.address)

    def test_invalid_ports_are_named(self):
        for port in ["65536", "99999", "abc", "80x", ""]:
            command = [*self.program.process.args[:-1], port]
            outcome = subprocess.run(command, env=self.program.environment, timeout=60,
                                     stderr=subprocess.PIPE, encoding="utf-8")
            self.assertGreater(outcome.returncode, 0, port)
            self.assertIn("PORT", outcome.stderr)

    def test_a_range_of_bytes(self):
        put_object(self.store, "ten", b"0123456789")
        put_object(self.store, "empty", b"")
        url = signed_url(self.store, "GET", "/files/ten")
        for asked, expected in {
                "0-0": b"0", "2-5": b"2345", "2-": b"23456789", "2-99": b"23456789",
                "9-9": b"9", "-3": b"789", "-99": b"0123456789"}.items():
            with self.subTest(asked):
                response = ask(url, headers={"Range": f"bytes={asked}"})
                self.assertEqual(response.body, expected)
                self.assertEqual(response.status, 206 if len(expected) < 10 else 200)
                if len(expected) < 10:
                    first = b"0123456789".index(expected)
                    self.assertEqual(response.headers["Content-Range"],
                                     f"bytes {first}-{first + len(expected) - 1}/10")
        for asked in ["10-", "10-12", "-0", "99999999999999999999-"]:
            self.assertEqual(ask(url, headers={"Range": f"bytes={asked}"}).status, 416, asked)
        for asked in ["lines=0-1", "bytes=0-1,3-4"]:
            response = ask(url, headers={"Range": asked})
            self.assertIn((response.status, response.body),
                          [(200, b"0123456789"), (416, b"")], asked)
        empty = signed_url(self.store, "GET", "/files/empty")
        self.assertEqual(ask(empty, headers={"Range": "bytes=0-"}).status, 416)
        self.assertEqual(ask(empty).body, b"")

    def test_bodies_of_strangers_are_not_kept(self):
        url = signed_url(self.store, "PUT", "/files/key")
        forged = url[:-1] + ("0" if url[-1] != "0" else "1")
        before = self.program.resident_kilobytes()
        self.assertEqual(ask(forged, "PUT", b"x" * (60 << 20)).status, 403)
        self.assertLess(self.program.resident_kilobytes() - before, 30 << 10)
        self.assertEqual(ask(signed_url(self.store, "GET", "/files/key")).status, 404)

    def test_a_body_over_the_limit(self):
        body = b"x" * ((64 << 20) + 1)
        url = signed_url(self.store, "PUT", "/files/key")
        with contextlib.suppress(OSError):  # it may close the connection early
            self.assertIn(ask(url, "PUT", body).status, (400, 413))
        self.assertEqual(ask(signed_url(self.store, "GET", "/files/key")).status, 404)

    def test_a_key_that_is_put_and_deleted_at_once(self):
        requests = [(method, signed_url(self.store, method, "/files/key"))
                    for method in ("PUT", "DELETE", "GET")]
        def send(i):
            method, url = requests[i % 3]
            return ask(url, method, b"x" if method == "PUT" else None).status
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertLessEqual(set(pool.map(send, range(1500))), {200, 204, 404})

    def test_long_paths(self):
        for length in (1024, 5000, 8000, 60000):
            response = ask(signed_url(self.store, "GET", "/files/" + "x" * length))
            self.assertIn(response.status, (404, 414, 501), length)
        put_object(self.store, "still there", b"")


class HostileStoreTest(unittest.TestCase):
    """A store that stops answering as one, after a member has logged in."""

    def setUp(self):
        self.forwarder = Forwarder()
        self.addCleanup(self.forwarder.stop)
        demo = DemoBroker(PROGRAM)
        self.addCleanup(demo.stop)
        self.forwarder.target = demo.store.endpoint
        self.broker = on_store(Store(self.forwarder.endpoint), PROGRAM)
        self.addCleanup(self.broker.stop)
        self.member = Member(self.broker)
        self.assertEqual(self.member.sign_up("ada").status, 200)

    def replace_store(self, answer):
        """From now on, answer() gets each connection, after the request. Returns the requests."""
        requests = []
        class Connection(socketserver.BaseRequestHandler):
            def handle(self):
                requests.append(self.request.recv(1 << 16))
                with contextlib.suppress(OSError):
                    answer(self.request)
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.forwarder.target = f"http://127.0.0.1:{server.server_address[1]}"
        return requests

    def test_credentials_are_renewed_only_if_the_store_may_have_lost_them(self):
        self.assertEqual(self.member.get("/files").status, 200)
        for code, status, methods in [("InvalidArgument", 400, [b"GET"]),
                                      ("SlowDown", 502, [b"GET"]),
                                      ("ExpiredToken", 502, [b"GET", b"GET"])]:
            body = f"<Error><Code>{code}</Code><Message>why</Message></Error>".encode()
            requests = self.replace_store(lambda connection, body=body: connection.sendall(
                b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)))
            self.assertEqual(self.member.get("/files", next="x").status, status)
            self.assertEqual([request[:3] for request in requests], methods, code)
        self.assertRegex(self.broker.stop()[1], r"ListObjectsV2 at \S+/files: 400 InvalidArgument why")

    def test_sts_fails(self):
        store = Store(self.forwarder.target)
        for status, expected in [(b"500 Internal Server Error", 503), (b"403 Forbidden", 502)]:
            broker = on_store(store, PROGRAM, BROKER_STS_ENDPOINT=self.forwarder.endpoint)
            self.addCleanup(broker.stop)
            ada = Member(broker)
            ada.log_in("ada")
            self.replace_store(lambda connection, status=status: connection.sendall(
                b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % status))
            self.assertEqual(ada.get("/files").status, expected)
            self.assertRegex(broker.stop()[1], r"AssumeRole at \S+/: %d" % int(status[:3]))

    def test_the_log_says_that_the_clocks_differ(self):
        body = b"<Error><Code>RequestTimeTooSkewed</Code></Error>"
        date = email.utils.formatdate(time.time() + 3600, usegmt=True).encode()
        self.replace_store(lambda connection: connection.sendall(
            b"HTTP/1.1 403 Forbidden\r\nDate: %s\r\nContent-Length: %d\r\n\r\n%s"
            % (date, len(body), body)))
        self.assertEqual(self.member.get("/files").status, 502)
        self.assertRegex(self.broker.stop()[1], r"RequestTimeTooSkewed .*clock is 3[56]\d\d seconds")

    def check_files_fail(self):
        begin = time.monotonic()
        self.assertEqual(self.member.get("/files").status, 503)
        self.assertLess(time.monotonic() - begin, 40)  # 10 seconds, and what a slow machine adds
        self.assertEqual(self.member.get("/session").json()["member"], "ada")

    def test_responses_without_end(self):
        def forever(piece):
            def answer(connection):
                while True:
                    connection.sendall(piece)
            return answer
        ok = b"HTTP/1.1 200 OK\r\n"
        for beginning, piece in [(b"HTTP/1.1 200 " + b"x" * 40000, b"x" * 4096),
                                 (b"", b"\0" * 4096), (ok, b"a: " + b"b" * 4096 + b"\r\n"),
                                 (ok + b"\r\n", b"x" * 65536),
                                 (ok + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n")]:
            with self.subTest(beginning[:60]):
                def answer(connection, beginning=beginning, piece=piece):
                    connection.sendall(beginning)
                    forever(piece)(connection)
                self.replace_store(answer)
                self.check_files_fail()

    def test_responses_that_are_not_http(self):
        for text in [b"", b"hello\r\n\r\n", b"HTTP/1.1 200 " + b"x" * 32768 + b"\r\n\r\n<a/>",
                     b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                     b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n<a/>",
                     b"HTTP/1.1 999999 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n<ListBucketResult"]:
            with self.subTest(text[:40]):
                self.replace_store(lambda connection, text=text: connection.sendall(text))
                self.check_files_fail()

    @takes_long
    def test_a_store_that_is_slow_for_ever_stops_no_page(self):
        def drip(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for _ in range(60):
                connection.sendall(b"<")
                time.sleep(1)
        self.replace_store(drip)
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            responses = [pool.submit(self.member.get, "/files") for _ in range(100)]
            time.sleep(2)
            for path in ("/", "/session"):
                begin = time.monotonic()
                self.assertEqual(self.member.get(path).status, 200)
                self.assertLess(time.monotonic() - begin, 8)  # less than the store has
            self.assertEqual({response.result().status for response in responses}, {503})


class OwnBrokerTest(unittest.TestCase):
    """Tests that need their own broker, because they use up its logins or stop it."""

    def start(self, **settings):
        broker = DemoBroker(PROGRAM, **settings)
        self.addCleanup(broker.stop)
        return broker

    def test_a_cookie_of_another_key_is_rejected(self):
        broker = self.start()
        other = on_store(broker.store, PROGRAM)
        self.addCleanup(other.stop)
        ada = Member(broker)
        ada.sign_up("ada")
        self.assertEqual(Member(other, ada.cookie).get("/files").status, 401)

    def test_a_session_ends(self):
        broker = self.start(BROKER_SESSION_KEY="k" * 40, BROKER_SESSION_SECONDS="1000")
        ada = Member(broker)
        begin = int(time.time())
        ada.sign_up("ada")
        expiry, epoch, _, _ = ada.cookie.split("=")[1].split(":")
        self.assertTrue(begin + 1000 <= int(expiry) <= time.time() + 1000)
        def session(expires_at):
            text = f"{int(expires_at)}:{epoch}:ada"
            return f"session={text}:{service.hashed(b'k' * 40, 's' + text).hex()}"
        self.assertEqual(Member(broker, session(time.time() + 100)).get("/files").status, 200)
        self.assertEqual(Member(broker, session(time.time())).get("/files").status, 401)

    def test_an_invitation_is_for_one_name(self):
        broker = self.start(BROKER_OPEN_SIGN_UP="no", BROKER_SESSION_KEY="k" * 40)
        self.assertTrue(Member(broker).get("/session").json()["invitation"])
        invitation = broker.invite("Ada")
        for name, typed in [("ada", ""), ("ada", "swordfish"), ("ada", invitation[:-1]),
                            ("bob", invitation), ("adam", invitation),
                            ("ada", broker.invite("bob"))]:
            self.assertEqual(Member(broker).sign_up(name, invitation=typed).status, 403, typed)
        with self.assertRaises(subprocess.CalledProcessError):  # no key: no broker would know it
            self.start().invite("ada")
        ada = Member(broker)
        self.assertEqual(ada.sign_up("ada", invitation=invitation).status, 200)
        self.assertEqual(Member(broker).sign_up("ada", invitation=invitation).status, 409)
        # Neither a session nor an invitation is the other.
        session = ada.cookie.split("=")[1]
        self.assertEqual(Member(broker).sign_up("ada", invitation=session).status, 403)
        self.assertEqual(Member(broker, f"session={invitation}").get("/files").status, 401)
        self.assertEqual(Member(broker, f"session={ada.browser.split('=')[1]}").get("/files").status,
                         401)

    def test_a_disabled_member(self):
        broker = self.start(BROKER_SESSION_KEY="k" * 40)
        other = on_store(broker.store, PROGRAM, BROKER_SESSION_KEY="k" * 40)
        self.addCleanup(other.stop)
        ada = Member(broker)
        ada.sign_up("ada")
        Member(broker).sign_up("bob")
        self.assertEqual(Member(broker, ada.cookie).get("/files").status, 200)
        broker.command("disable", "ada")
        self.assertRegex(broker.command("members"),
                         r"^ada  since \S+Z  disabled\nbob  since \S+Z\n$")
        self.assertEqual(Member(other, ada.cookie).get("/files").status, 401)
        response = Member(broker).log_in("ada")
        self.assertEqual(response.status, 403)
        self.assertIn("disabled", response.json()["error"])
        self.assertNotIn("disabled", Member(broker).log_in("ada", "wrong password").json()["error"])
        self.assertEqual(Member(broker).sign_up("ada").status, 409)
        broker.command("enable", "ada")
        again = Member(broker)
        self.assertEqual(again.log_in("ada").status, 200)
        self.assertEqual(Member(other, ada.cookie).get("/files").status, 401)
        broker.command("enable", "ada")  # which is enabled
        self.assertEqual(Member(other, again.cookie).get("/files").status, 200)
        for arguments in (["disable", "nobody"], ["disable", "a/b"], ["disable"], ["remove", "ada"],
                          ["invite", "ada", "0"], ["invite", ".."]):
            with self.assertRaises(subprocess.CalledProcessError):
                broker.command(*arguments)

    def test_a_member_that_was_removed_by_hand(self):
        broker = self.start(BROKER_SESSION_KEY="k" * 40)
        store = broker.store
        former = Member(broker)
        former.sign_up("ada")
        removal = signed_url(store, "DELETE", f"/{store.members_bucket}/members/ada.json")
        self.assertEqual(ask(removal, "DELETE").status, 204)
        self.assertEqual(Member(broker).sign_up("ada").status, 200)
        self.assertEqual(former.get("/files").status, 401)

    def test_names_in_the_store_that_no_member_can_have(self):
        broker = self.start()
        Member(broker).sign_up("ada")
        for name in ("e\x1b[31mvil\nroot  since 2026", "..", "Ada", "a"):
            put_object(broker.store, f"members/{name}.json", b"{}", broker.store.members_bucket)
        self.assertRegex(broker.command("members"), r"^ada  since \S+Z\n$")

    def test_the_bucket_of_the_members_is_missing(self):
        broker = self.start()
        other = on_store(broker.store._replace(members_bucket="nowhere"), PROGRAM)
        self.addCleanup(other.stop)
        self.assertEqual(Member(other).log_in("ada").status, 502)
        self.assertIn("GetObject at %s/nowhere/members/ada.json: 404 NoSuchBucket" % broker.store.endpoint,
                      other.stop()[1])

    def test_pages_of_a_listing_have_every_name(self):
        broker = self.start()
        keys = [b"\xe3a", "北京".encode(), "日本".encode(), b"a%20b", b"\x01", b"+"]
        for key in keys:
            url = signed_url(broker.store, "PUT", b"/files/" + key)
            self.assertEqual(ask(url, "PUT", b"").status, 200, key)
        ada = Member(broker)
        ada.sign_up("ada")
        self.assertEqual(sorted(file["key"] for file in ada.all_files(max=1)[0]),
                         sorted(key.decode("utf-8", "replace") for key in keys))

    def test_a_change_in_the_same_moment_does_not_enable_a_member(self):
        broker = self.start(BROKER_SESSION_KEY="k" * 40)
        forwarder = Forwarder()
        self.addCleanup(forwarder.stop)
        forwarder.target, forwarder.delay = broker.store.endpoint, 0.4
        slow = on_store(Store(forwarder.endpoint), PROGRAM, BROKER_SESSION_KEY="k" * 40)
        self.addCleanup(slow.stop)
        ada = Member(broker)
        ada.sign_up("ada")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            change = pool.submit(Member(slow, ada.cookie).post, "/logout-everywhere")
            wait_until(lambda: forwarder.served == 2)  # it has read the member twice, and is about to write it
            broker.command("disable", "ada")
            self.assertEqual(change.result().status, 200)
        self.assertIn("disabled", Member(broker).log_in("ada").json()["error"])

    def test_a_member_sees_only_its_prefix(self):
        broker = self.start(BROKER_MEMBER_PREFIX="home/{member}/", BROKER_OPEN_SIGN_UP="no",
                            BROKER_SESSION_KEY="k" * 40)
        for key in ("home/ada/mine.txt", "home/bob/his.txt", "top.txt"):
            put_object(broker.store, key, b"x")
        ada = Member(broker)
        self.assertEqual(ada.sign_up("ada", invitation=broker.invite("ada")).status, 200)
        self.assertEqual([file["key"] for file in ada.all_files()[0]], ["home/ada/mine.txt"])
        for prefix in ("", "home/", "home/bob/", "home/ada", "top"):
            self.assertEqual(ada.get("/files", prefix=prefix).status, 403, prefix)
        self.assertEqual(ada.all_files(prefix="home/ada/../bob/")[0], [])
        link = ada.all_files()[0][0]["url"]
        self.assertEqual(ask(link).status, 200)

    def test_a_hash_of_scrypt_is_replaced_at_the_next_login(self):
        broker = self.start()
        salt = "a salt"
        cheap = hashlib.scrypt(PASSWORD.encode(), salt=salt.encode(), n=1 << 10, r=8, p=1, dklen=32)
        put_object(broker.store, "members/ada.json", json.dumps({
            "name": "ada", "password_hash": f"scrypt:10:8:1:{salt}:{cheap.hex()}",
            "since": "2020-01-01T00:00:00Z"}).encode(), bucket="members")
        def stored_hash():
            url = signed_url(broker.store, "GET", "/members/members/ada.json")
            return ask(url).json()["password_hash"]
        self.assertEqual(Member(broker).log_in("ada", "wrong password").status, 403)
        self.assertTrue(stored_hash().startswith("scrypt:10:8:1:"))
        self.assertEqual(Member(broker).log_in("ada").status, 200)
        replaced = stored_hash()
        self.assertTrue(replaced.startswith("$argon2id$"), replaced)
        self.assertEqual(Member(broker).log_in("ada").status, 200)
        self.assertEqual(stored_hash(), replaced)

    def test_a_login_does_not_bring_back_an_old_password(self):
        forwarder = Forwarder()
        self.addCleanup(forwarder.stop)
        store = self.start().store
        forwarder.target = store.endpoint
        broker = on_store(Store(forwarder.endpoint), PROGRAM, **BEHIND_PROXY)
        self.addCleanup(broker.stop)
        salt = "a salt"
        slow = hashlib.scrypt(PASSWORD.encode(), salt=salt.encode(), n=1 << 15, r=8, p=1, dklen=32,
                              maxmem=1 << 26)
        def store_hash(password_hash):
            put_object(store, "members/ada.json", json.dumps({
                "name": "ada", "password_hash": password_hash,
                "since": "2020-01-01T00:00:00Z"}).encode(), bucket="members")
        def log_in(address, **fields):
            return Member(broker).post("/login", {"X-Forwarded-For": address}, **fields).status
        store_hash(f"scrypt:15:8:1:{salt}:{slow.hex()}")
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            others = [pool.submit(log_in, f"10.0.0.{i}", name="bob", password="x" * 10)
                      for i in range(14)]
            wait_until(lambda: forwarder.served == len(others))
            login = pool.submit(log_in, "10.0.1.0", name="ada", password=PASSWORD)
            wait_until(lambda: forwarder.served > len(others))  # it has the old hash, and waits for the others
            store_hash("$argon2id$a new one")
            self.assertEqual(login.result(), 200)
            self.assertEqual({other.result() for other in others}, {403})
        url = signed_url(store, "GET", "/members/members/ada.json")
        self.assertEqual(ask(url).json()["password_hash"], "$argon2id$a new one")

    def test_a_damaged_member_is_reported(self):
        broker = self.start()
        Member(broker).sign_up("bob")
        put_object(broker.store, "members/ada.json", b"{", bucket="members")
        self.assertRegex(broker.command("members"), r"^ada  damaged\nbob  since \S+Z\n$")
        self.assertEqual(Member(broker).log_in("ada").status, 503)
        self.assertIn("the object of member ada is damaged", broker.stop()[1])

    @takes_long
    def test_failed_logins_slow_down(self):
        broker = self.start()
        Member(broker).sign_up("ada")
        def try_wrong_password():
            return Member(broker).log_in("ada", "wrong password").status
        self.check_tries(10, 20, [try_wrong_password] * 25)
        for _ in range(5):  # one more try comes in each interval
            response = Member(broker).log_in("ada", "wrong password")
            if response.status == 429:
                break
        self.assertEqual(response.status, 429)
        self.assertTrue(1 <= int(response.headers["Retry-After"]) <= 20)
        # Logins of other members are counted separately.
        self.assertEqual(Member(broker).sign_up("bob").status, 200)
        self.assertEqual(Member(broker).log_in("bob").status, 200)

    @takes_long
    def test_a_stranger_locks_nobody_out(self):
        broker = self.start(**BEHIND_PROXY)
        ada = Member(broker)
        ada.sign_up("ada")
        def guess(i):
            return Member(broker).post("/login", {"X-Forwarded-For": f"10.0.{i // 8}.1"}, name="ada",
                                       password="a guess").status
        self.check_tries(100, 5, [functools.partial(guess, i) for i in range(160)])
        there = {"X-Forwarded-For": "10.1.0.1"}
        wanted = {"name": "ada", "password": PASSWORD}
        # One more try comes in each interval, and may come just before a login.
        def is_locked_out(browser):
            for _ in range(5):
                while guess(1000) == 403:
                    pass
                response = Member(broker, browser=browser).post("/login", there, **wanted)
                if response.status == 429:
                    return True
                self.assertEqual(response.status, 200)
            return False
        self.assertTrue(is_locked_out(None))
        self.assertFalse(is_locked_out(ada.browser))
        self.assertTrue(is_locked_out(ada.browser.replace("ada", "bob")))
        # The browser's own tries are counted.
        def guess_in_browser():
            return ada.post("/login", there, name="ada", password="a guess").status
        self.check_tries(10, 20, [guess_in_browser] * 25)

    @takes_long
    def test_logins_are_counted_by_address_too(self):
        broker = self.start(**BEHIND_PROXY)
        def log_in_from(address, name):
            return Member(broker).post("/login", {"X-Forwarded-For": address}, name=name,
                                       password="wrong password").status
        self.check_tries(30, 10, [
            functools.partial(log_in_from, f"10.0.0.{i}, 192.0.2.1", f"name{i}")
            for i in range(50)])
        self.assertEqual(log_in_from("192.0.2.1, 192.0.2.2", "someone"), 403)

    def check_tries(self, burst, interval, tries):
        """Checks that all logins of a burst are tried, and then one in each interval."""
        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda log_in: log_in(), tries))
        most = burst + 1 + (time.monotonic() - begin) / interval
        self.assertEqual(set(statuses), {403, 429})
        self.assertTrue(burst <= statuses.count(403) <= most, statuses)

    @takes_long
    def test_unknown_members_take_as_long_as_known_ones(self):
        broker = self.start(**BEHIND_PROXY)
        Member(broker).post("/signup", {"X-Forwarded-For": "192.0.2.9"}, name="ada",
                            password=PASSWORD)
        def ticks(name):
            before = broker.processor_ticks()
            for i in range(9):
                Member(broker).post("/login", {"X-Forwarded-For": f"192.0.2.{i}"}, name=name,
                                    password="wrong password")
            return broker.processor_ticks() - before
        known, unknown = ticks("ada"), ticks("nobody")
        # Without a hash, an unknown name would take a hundredth of the time.
        self.assertTrue(0.5 < known / unknown < 2, (known, unknown))

    @takes_long
    def test_memory_does_not_grow(self):
        if b"__asan_init" in pathlib.Path(PROGRAM).read_bytes():
            self.skipTest("the address sanitizer keeps what was freed; it looks for leaks itself")
        broker = self.start()
        for i in range(20):
            put_object(broker.store, f"file {i}", b"x")
        ada = Member(broker)
        ada.sign_up("ada")
        host = broker.address.split("://")[1]
        request = f"GET %s HTTP/1.1\r\nHost: {host}\r\nCookie: {ada.cookie}\r\n\r\n"
        def response(path):
            with socket.create_connection(host.split(":"), timeout=60) as connection:
                connection.sendall((request % path).encode())
                return b"".join(iter(lambda: connection.recv(65536), b""))
        def send(hundreds):
            """Sends hundreds of requests for files, and twenty times as many others."""
            paths = ["/files", *["/session", "/"] * 10] * hundreds * 100
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                count = sum(responses.count(b"HTTP/1.1 200 OK")
                            for responses in pool.map(response, paths))
            self.assertEqual(count, len(paths))
        send(1)  # until each thread has served a few
        before = broker.resident_kilobytes()
        send(5)
        self.assertLess(broker.resident_kilobytes() - before, 4000, "KB more than before")

    def test_oversized_requests(self):
        broker = self.start()
        host = broker.address.split("://")[1]
        def raw(*pieces):
            """Sends these bytes, and returns the response; it is empty if the broker hangs up."""
            with socket.create_connection(host.split(":"), timeout=30) as connection:
                with contextlib.suppress(ConnectionError):
                    for piece in pieces:
                        connection.sendall(piece)
                received = b""
                with contextlib.suppress(ConnectionError):
                    while chunk := connection.recv(65536):
                        received += chunk
                return received
        get = f"GET /session HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n".encode()
        post = get.replace(b"GET /session", b"POST /login")
        form = b"Content-Type: application/x-www-form-urlencoded\r\n"
        self.assertIn(b" 200 ", raw(get + b"\r\n"))
        self.assertIn(b" 414 ", raw(get.replace(b"/session", b"/" + b"a" * 9000) + b"\r\n"))
        for status, head in [(411, form + b"Transfer-Encoding: chunked\r\n"),
                             (413, form + b"Content-Length: 20000\r\n"),
                             (413, form + b"Content-Length: 99999999999\r\n"),
                             (415, form + b"Content-Encoding: gzip\r\nContent-Length: 1\r\n"),
                             (415, b"Content-Type: multipart/form-data; boundary=x\r\n"
                                   b"Content-Length: 1\r\n")]:
            self.assertIn(b" %d " % status, raw(post + head + b"\r\n"), head)
        # The bytes after a rejected request are not another request.
        smuggled = raw(post + form + b"Transfer-Encoding: chunked\r\n\r\n" + get + b"\r\n")
        self.assertEqual(smuggled.count(b"HTTP/1.1 "), 1)
        # What nginx would reject, and the program survives.
        for nonsense in (b"\r\n\r\n", b"\0" * 100 + b"\r\n\r\n", b"GET\r\n\r\n",
                         b"GET / HTTP/9.9\r\n\r\n", b"GET /?a?b HTTP/1.1\r\n\r\n",
                         b"GET /" + b"a" * 10_000_000, get + b"X: " + b"y" * 10_000_000,
                         get + b"".join(b"X-%d: y\r\n" % i for i in range(100_000)) + b"\r\n",
                         get + b"Range: bytes=" + b"0-0," * 2000 + b"0-0\r\n\r\n",
                         get + b"no colon\r\n\r\n",
                         get + b"Cookie: " + b"session=;" * 800 + b"\r\n\r\n"):
            raw(nonsense)
        self.assertIn(b" 200 ", raw(get + b"\r\n"))

    def test_other_names_of_the_machine_are_not_the_site(self):
        broker = self.start()
        behind = on_store(broker.store, PROGRAM, **BEHIND_PROXY)
        self.addCleanup(behind.stop)
        port = broker.address.split(":")[-1]
        def status(broker, host, path="/session"):
            return ask(broker.address + path, headers={"Host": host}).status
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}", "localhost",
                     "127.0.0.1", "[::1]"):
            self.assertEqual(status(broker, host), 200, host)
        for host in ("evil.example", f"evil.example:{port}", "", "127.0.0.1.evil.example",
                     "files.example.com", "[::1]x", "[::1", "::1", f"[::2]:{port}"):
            self.assertEqual(status(broker, host), 421, host)
            self.assertEqual(status(broker, host, "/app.js"), 421, host)
        self.assertEqual(status(behind, "files.example.com"), 200)
        for host in ("localhost", "files.example.com:81", "example.com"):
            self.assertEqual(status(behind, host), 421, host)
            self.assertEqual(status(behind, host, "/healthz"), 200, host)
            self.assertEqual(status(behind, host, "/metrics"), 200, host)

    def test_a_form_for_an_upload(self):
        broker = self.start(BROKER_UPLOAD="yes")
        ada = Member(broker)
        self.assertEqual(ada.get("/upload").status, 401)
        ada.sign_up("ada")
        self.assertTrue(ada.get("/session").json()["upload"])
        form = ada.get("/upload", prefix="docs/").json()
        self.assertEqual(form["url"], broker.store.endpoint + "/files")
        self.assertEqual(form["fields"]["key"], "docs/${filename}")
        policy = json.loads(base64.b64decode(form["fields"]["policy"]))
        self.assertIn(["starts-with", "$key", "docs/"], policy["conditions"])
        self.assertIn(["content-length-range", 0, form["most_bytes"]], policy["conditions"])
        for prefix in ("docs", "x" * 1024 + "/", "\0/", b"\xff/"):
            self.assertEqual(ada.get("/upload", prefix=prefix).status, 400, prefix)
        without = Member(self.start())
        without.sign_up("ada")
        self.assertEqual(without.get("/upload").status, 404)

    def test_previews_of_what_browsers_show(self):
        broker = self.start()
        for key in ("a.png", "B.PDF", "c.html", "d.svg", ".png", "png", "e.png.exe"):
            put_object(broker.store, key, b"x")
        ada = Member(broker)
        ada.sign_up("ada")
        previews = {file["key"]: ask(file["preview"]) for file in ada.all_files()[0]
                    if "preview" in file}
        self.assertEqual({key: response.headers["Content-Type"]
                          for key, response in previews.items()},
                         {"a.png": "image/png", "B.PDF": "application/pdf"})
        for response in previews.values():
            self.assertEqual(response.headers["Content-Disposition"], "inline")

    @takes_long
    def test_many_logins_at_once(self):
        broker = self.start(**BEHIND_PROXY)
        ada = Member(broker)
        ada.post("/signup", {"X-Forwarded-For": "192.0.2.1"}, name="ada", password=PASSWORD)
        before = broker.resident_kilobytes()
        most_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
        def log_in(i):
            return Member(broker).post("/login", {"X-Forwarded-For": f"10.{i // 200}.0.{i % 200}"},
                                       name=f"name{i}", password="wrong password").status
        peak = before
        with concurrent.futures.ThreadPoolExecutor(1000) as pool:
            logins = [pool.submit(log_in, i) for i in range(1000)]
            while not all(login.done() for login in logins):
                peak = max(peak, broker.resident_kilobytes())
                self.assertEqual(ada.get("/files").status, 200)
                time.sleep(0.02)
        self.assertEqual({login.result() for login in logins}, {403, 503})
        self.assertIn('event="login",status="503"', Member(broker).get("/metrics").body.decode())
        self.assertLess(peak - before, 400_000, "KB more than before")
        self.assertEqual(Member(broker).post("/login", {"X-Forwarded-For": "192.0.2.1"}, name="ada",
                                             password=PASSWORD).status, 200)

    def test_the_log_holds_no_secret(self):
        broker = self.start()
        other = on_store(broker.store, PROGRAM)
        ada = Member(other)
        ada.sign_up("ada")
        broker.stop()
        ada.get("/files")
        ada.log_in("ada")
        _, log = other.stop()
        self.assertNotEqual(log, "")
        for secret in (PASSWORD, broker.store.secret, "X-Amz-Signature=", ada.cookie.split("=")[1]):
            self.assertNotIn(secret, log)

    def test_the_log_has_logins_and_failures(self):
        broker = self.start()
        ada = Member(broker)
        ada.sign_up("ada")
        ada.log_in("ada", "wrong")
        ada.log_in("ada")
        Member(broker).log_in("a\x7f\x9b\u2028\u202eb")
        Member(broker).get("/files")  # which anybody can do without end, so it is only counted
        self.assertEqual(ask(broker.address + "/healthz").json(), {"status": "ok"})
        metrics = ask(broker.address + "/metrics").body.decode()
        self.assertIn('broker_events_total{event="login",status="403"} 2\n', metrics)
        self.assertIn('broker_events_total{event="files",status="401"} 1\n', metrics)
        in_json = on_store(broker.store, PROGRAM, BROKER_LOG_JSON="yes")
        Member(in_json).log_in("ada")
        self.assertEqual({**json.loads(in_json.stop()[1]), "time": ""},
                         {"time": "", "event": "login", "status": 200, "address": "127.0.0.1",
                          "member": "ada"})
        _, log = broker.stop()
        self.assertRegex(log, r'^\S+Z signup 200 address="127.0.0.1" member="ada"\n'
                              r'\S+ login 403 address="127.0.0.1" member="ada"\n'
                              r'\S+ login 200 address="127.0.0.1" member="ada"\n'
                              r'\S+ login 403 address="127.0.0.1" '
                              r'member="a\\u007f\\u009b\\u2028\\u202eb"\n$')


class SettingsTest(unittest.TestCase):

    def start(self, **settings):
        return service.Broker(PROGRAM, **settings).stop()

    def test_help_and_page_list_the_same_settings(self):
        usage = subprocess.run([PROGRAM, "--help"], stdout=subprocess.PIPE, encoding="utf-8",
                              check=True)
        page = (pathlib.Path(__file__).parents[2] / "examples/broker/README.md").read_text("utf-8")
        in_help = re.findall(r"\(Env:(BROKER_\w+)\)", usage.stdout)
        in_page = re.findall(r"^\| `(BROKER_\w+)` ", page, re.MULTILINE)
        self.assertEqual(sorted(in_help), sorted(in_page))
        self.assertGreater(len(in_help), 10)

    def test_missing_and_invalid_settings_are_named(self):
        valid = {"BROKER_BUCKET": "files", "BROKER_MEMBERS_BUCKET": "members",
                "BROKER_ROLE_ARN": "arn:aws:iam::123456789012:role/reader"}
        self.assertEqual(self.start(**valid)[0], 0)
        for name in valid:
            self.check_error(name, {**valid, name: ""})
        for name, value in [("BROKER_PORT", "http"), ("BROKER_PORT", "65536"),
                            ("BROKER_SESSION_KEY", "short"), ("BROKER_OPEN_SIGN_UP", "perhaps"),
                            ("BROKER_MEMBERS_BUCKET", "files"), ("BROKER_HOST", "0.0.0.0"),
                            ("BROKER_ROLE_SECONDS", "60"), ("BROKER_MEMBER_PREFIX", "*"),
                            ("BROKER_ENDPOINT", "ceph:7480"), ("BROKER_CA_FILE", "/nowhere"),
                            ("BROKER_SESSION_KEY_FILE", "/nowhere"),
                            ("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "")]:
            self.check_error(name, {**valid, name: value})
        first = service.Broker(PROGRAM, **valid)
        self.addCleanup(first.stop)
        self.check_error("BROKER_PORT", {**valid, "BROKER_PORT": first.address.split(":")[-1]})

    def check_error(self, name, settings):
        """Checks that a start with these settings fails, and the message names one of them."""
        status, error = self.start(**settings)
        self.assertNotEqual(status, 0, name)
        option = name.replace("BROKER_", "--").replace("_", "-").lower()
        self.assertTrue(name in error or option in error, (name, error))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
