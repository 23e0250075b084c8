#!/usr/bin/python3
"""Sends hostile requests to the broker and its store: valid ones, changed at random.

    hostile_test.py PROGRAM [unittest's arguments]

PROGRAM is the broker. PRESIGN_HOSTILE is the number of requests, and PRESIGN_SEED their seed.
"""
import collections
import concurrent.futures
import contextlib
import os
import random
import select
import socket
import sys
import unittest
import urllib.parse

from service import PASSWORD, SEED, DemoBroker, Member, put_object, signed_url

PROGRAM = ""  # from the command line
COUNT = int(os.environ.get("PRESIGN_HOSTILE", "2000"))
PIECES = [b"%", b"%00", b"%zz", b"%0d%0aX: y", b"%ff", b"\0", b"\r\n", b"\n", b"\r\n\r\n", b"&",
          b"=", b"?", b"#", b";", b":", b"..", b"/../", b"//", b"\xff\xfe", b"\xc3\xa9", b"\t",
          b" ", b'"', b"{member}", b"${filename}", b"-1", b"0", b"9" * 30, b"A" * 2100, b"a" * 9000,
          b"bytes=0-1,2-", b"[::1]", b",", b"*"]
HEADERS = [b"Content-Length: -1", b"Content-Length: 7", b"Content-Length: 99999999999999999999",
           b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"Expect: 100-continue",
           b"Content-Type: multipart/form-data; boundary=", b"Range: bytes=0-0,-,9-1",
           b"Range: bytes=5-", b"Connection: keep-alive, Upgrade", b"Host: evil.example",
           b"Origin: null", b"Sec-Fetch-Site: cross-site", b"If-None-Match: *", b"no colon", b": x",
           b"X-Forwarded-For: 1, [::ffff:1.2.3.4]:80", b"Cookie: session=", b"X: " + b"y" * 9000,
           b"REMOTE_ADDR: 10.0.0.1", b"x-amz-content-sha256: 00", b"x-amz-date: %00"]


def request(method, url, body="", **headers):
    host = urllib.parse.urlsplit(url).netloc
    lines = [f"{method} {url.split(host)[1]} HTTP/1.1", f"Host: {host}",
             *(f"{name}: {value}" for name, value in headers.items())]
    if method in ("POST", "PUT"):
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", body]).encode()


def changed(text, valid, rng):
    at, to = (rng.randrange(len(text) + 1) for _ in range(2))
    return rng.choice((
        lambda: text[:at] + bytes([rng.randrange(256)]) + text[at + 1:],
        lambda: text[:at] + rng.choice(PIECES) + text[at + rng.choice((0, rng.randrange(40))):],
        lambda: text.replace(b"\r\n", b"\r\n" + rng.choice(HEADERS) + b"\r\n", 1),
        lambda: text[:at],
        lambda: text[:at] + rng.choice(valid)[to:],
        lambda: text + rng.choice(valid),
        lambda: text[:at] + rng.randbytes(rng.randrange(1, 300)) + text[at:],
        lambda: text[:at] + text[min(at, to):],
    ))()


def status_of(address, text):
    """Sends these bytes, and returns the status of the response, or "" if there is none."""
    received = b""
    with contextlib.suppress(ConnectionError), socket.create_connection(address, 30) as connection:
        connection.sendall(text)
        # The programs answer nobody who has closed one direction, and wait for a body's rest.
        if b"\r\n\r\n" not in text or not select.select([connection], [], [], 0.2)[0]:
            with contextlib.suppress(OSError):  # the other side was faster
                connection.shutdown(socket.SHUT_WR)
        while chunk := connection.recv(65536):
            received = received or chunk
    return received[9:12].decode()


class HostileTest(unittest.TestCase):

    def test_hostile_requests(self):
        broker = DemoBroker(PROGRAM, BROKER_UPLOAD="yes", ASAN_OPTIONS="quarantine_size_mb=8")
        self.addCleanup(broker.stop)
        put_object(broker.store, "folder/file.txt", b"x")
        ada, eve = Member(broker), Member(broker)
        self.assertEqual((ada.sign_up("ada").status, eve.sign_up("eve").status), (200, 200))
        there, cookie = broker.address, f"{eve.cookie}; {eve.browser}"
        form = urllib.parse.urlencode({"name": "bob", "password": PASSWORD, "new_password": "x"})
        to_broker = [request("GET", there + path, Cookie=cookie) for path in (
            "/", "/session", "/healthz", "/metrics", "/upload?prefix=folder/",
            "/files?prefix=folder/&delimiter=/&max=7&next=folder", "/files?prefix=%C3%A9")]
        forged = cookie.replace("eve", "ada")
        to_broker += [request("POST", there + path, form, Origin=there, Cookie=forged)
                      for path in ("/login", "/signup", "/password", "/logout-everywhere")]
        to_store = [request(method, signed_url(broker.store, method, path, query), "Action=Assume")
                    for method, path, query in (
                        ("GET", "/files/folder/file.txt", ()), ("PUT", "/files/new", ()),
                        ("HEAD", "/files/new", ()), ("DELETE", "/files/new", ()), ("POST", "/", ()),
                        ("GET", "/files", [("list-type", "2"), ("prefix", "f")]))]
        services = [(service.address.split("://")[1].split(":"), requests)
                    for service, requests in ((broker, to_broker), (broker.own_store, to_store))]

        def send(i):
            rng = random.Random(f"{SEED}-{i}")
            address, valid = services[i % 2]
            text = rng.choice(valid)
            for _ in range(rng.choice((0, 1, 1, 2, 5))):
                text = changed(text, valid, rng)
            status = status_of(address, text)
            self.assertNotIn(status, ("500", "502"), f"PRESIGN_SEED={SEED}, {i}: {text[:2000]}")
            return status
        def kilobytes():
            return sum(program.resident_kilobytes() for program in (broker, broker.own_store))
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            statuses = collections.Counter(pool.map(send, range(COUNT // 2)))
            before = kilobytes()
            statuses += collections.Counter(pool.map(send, range(COUNT // 2, COUNT)))
        self.assertGreater(len(statuses), 10, statuses)
        self.assertLess(kilobytes() - before, 100_000, "KB more than before")
        self.assertEqual(ada.log_in("ada").status, 200)
        self.assertIn("folder/file.txt", [file["key"] for file in ada.all_files()[0]])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
