#!/usr/bin/python3
"""Runs the examples with fixed credentials, and verifies the URLs that they print.

    examples_test.py FOLDER [unittest's arguments]

FOLDER is where get_url, put_url and temporary_url were built.
"""
import datetime
import hashlib
import hmac
import os
import subprocess
import sys
import typing
import unittest
from urllib.parse import parse_qsl, urlsplit

FOLDER = ""  # from the command line

# The access key of AWS's examples.
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET}
REGION = {"AWS_REGION": "eu-central-1"}
TOKEN = "AQoDYXdzEJr+Token/With=Reserved"
KEY = "holiday/black cat & 漢.jpg"
KEY_IN_URL = "/holiday/black%20cat%20%26%20%E6%BC%A2.jpg"

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def time_of(text):
    return datetime.datetime.strptime(text, "%Y%m%dT%H%M%S%z")


def digest(key, message):
    return hmac.new(key, message.encode(), hashlib.sha256).digest()


def signature_of(method, url, headers):
    """Returns the signature that an S3 server expects for the request that arrives.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    signed = sorted(pair for pair in parts.query.split("&")
                    if not pair.startswith("X-Amz-Signature="))
    canonical_headers = "".join(f"{name}:{value}\n"
                                for name, value in sorted([("host", parts.netloc), *headers]))
    canonical_request = "\n".join([method, parts.path, "&".join(signed), canonical_headers,
                                   query["X-Amz-SignedHeaders"], "UNSIGNED-PAYLOAD"])
    scope = query["X-Amz-Credential"].split("/", 1)[1]
    string_to_sign = "\n".join(["AWS4-HMAC-SHA256", query["X-Amz-Date"], scope,
                                hashlib.sha256(canonical_request.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = digest(key, part)
    return digest(key, string_to_sign).hex()


class Outcome(typing.NamedTuple):
    status: int
    out: str
    err: str


class ExampleTest(unittest.TestCase):

    def run_example(self, name, *arguments, env):
        ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        done = subprocess.run([os.path.join(FOLDER, name), *arguments], capture_output=True,
                              encoding="utf-8", timeout=60, check=False,
                              env={**ours, "HOME": "/nonexistent", **env})
        return Outcome(done.returncode, done.stdout, done.stderr)

    def lines_of(self, name, *arguments, env):
        """Returns the lines that an example prints if it succeeds."""
        done = self.run_example(name, *arguments, env=env)
        self.assertEqual((done.status, done.err), (0, ""))
        self.assertTrue(done.out.endswith("\n"))
        return done.out.splitlines()

    def check_url(self, url, expires_in, method="GET", headers=(), token=None):
        """Checks that the URL is for KEY in examplebucket, was signed now, for this long, and correctly."""
        parts = urlsplit(url)
        self.assertEqual((parts.scheme, parts.netloc, parts.path),
                         ("https", "examplebucket.s3.eu-central-1.amazonaws.com", KEY_IN_URL))
        query = dict(parse_qsl(parts.query, strict_parsing=True))
        signed_at = time_of(query["X-Amz-Date"])
        self.assertLess(abs(now() - signed_at), 5 * MINUTE)
        self.assertEqual(query["X-Amz-Credential"],
                         f"{KEYS['AWS_ACCESS_KEY_ID']}/{signed_at:%Y%m%d}"
                         "/eu-central-1/s3/aws4_request")
        self.assertLess(abs(datetime.timedelta(seconds=int(query["X-Amz-Expires"])) - expires_in),
                        5 * MINUTE)
        self.assertEqual(query["X-Amz-SignedHeaders"],
                         ";".join(sorted(["host", *(name for name, _ in headers)])))
        self.assertEqual(query.get("X-Amz-Security-Token"), token)
        self.assertEqual(query["X-Amz-Signature"], signature_of(method, url, headers))

    def check_failures(self, name, *arguments):
        """Checks that an example says what is missing, and prints no URL."""
        for arguments_of_run, env, word in [
            (arguments, {}, "AWS_ACCESS_KEY_ID"),
            (arguments, KEYS, "AWS_REGION"),
            (arguments, {**KEYS, "AWS_REGION": "no region"}, "no region"),
            (arguments[:1], {**KEYS, **REGION}, "usage: " + name),
        ]:
            with self.subTest(arguments=arguments_of_run, env=env):
                done = self.run_example(name, *arguments_of_run, env=env)
                self.assertEqual((done.status, done.out), (1, ""))
                self.assertIn(word, done.err)
                self.assertNotIn(SECRET, done.err)


class GetUrl(ExampleTest):

    def test_it_signs(self):
        url, = self.lines_of("get_url", "examplebucket", KEY, env={**KEYS, **REGION})
        self.check_url(url, expires_in=HOUR)

    def test_it_signs_with_temporary_credentials(self):
        url, = self.lines_of("get_url", "examplebucket", KEY,
                             env={**KEYS, **REGION, "AWS_SESSION_TOKEN": TOKEN})
        self.check_url(url, expires_in=HOUR, token=TOKEN)

    def test_it_fails(self):
        self.check_failures("get_url", "examplebucket", KEY)


class PutUrl(ExampleTest):

    def test_it_signs(self):
        first, *rest = self.lines_of("put_url", "examplebucket", KEY, "image/jpeg",
                                     env={**KEYS, **REGION})
        method, url = first.split(" ")
        self.assertEqual(method, "PUT")
        self.assertEqual(rest, ["content-type: image/jpeg"])
        self.check_url(url, 15 * MINUTE, "PUT", [("content-type", "image/jpeg")])

    def test_it_fails(self):
        self.check_failures("put_url", "examplebucket", KEY, "image/jpeg")


class TemporaryUrl(ExampleTest):

    def lines_for(self, **variables):
        env = {**KEYS, **REGION, "AWS_SESSION_TOKEN": TOKEN, **variables}
        return self.lines_of("temporary_url", "examplebucket", KEY, env=env)

    def check_valid_until(self, line, policy, end, expires_in):
        """Checks a line such as "report: valid until 20261123T100000Z, https://…"."""
        text, url = line.split(", ")
        self.assertRegex(text, rf"^{policy}: valid until \d{{8}}T\d{{6}}Z$")
        # The clock may go on meanwhile.
        self.assertLess(abs(time_of(text.split()[-1]) - end), 5 * MINUTE)
        self.check_url(url, expires_in, token=TOKEN)
        return url

    def test_the_credentials_expire_first(self):
        end = now() + 2 * HOUR
        first, report, warning, clamp, failure = self.lines_for(
            AWS_CREDENTIAL_EXPIRATION=f"{end:%Y-%m-%dT%H:%M:%SZ}")
        self.assertEqual(first, f"credentials: valid until {end:%Y%m%dT%H%M%SZ}")
        self.check_valid_until(report, "report", end, expires_in=12 * HOUR)
        self.assertRegex(warning, "^report: .*the credentials expire")
        url = self.check_valid_until(clamp, "clamp", end, expires_in=2 * HOUR)
        query = dict(parse_qsl(urlsplit(url).query))
        self.assertEqual(time_of(query["X-Amz-Date"]) +
                         datetime.timedelta(seconds=int(query["X-Amz-Expires"])), end)
        self.assertRegex(failure, r"^fail: .* expire in 7\d\d\d seconds, .* 43200 seconds")

    def test_the_url_expires_first(self):
        end = now() + 24 * HOUR
        _, *lines = self.lines_for(AWS_CREDENTIAL_EXPIRATION=f"{end:%Y-%m-%dT%H:%M:%SZ}")
        self.assertEqual(len(lines), 3)
        for line, policy in zip(lines, ["report", "clamp", "fail"]):
            self.check_valid_until(line, policy, now() + 12 * HOUR, expires_in=12 * HOUR)

    def test_the_expiry_of_the_credentials_is_unknown(self):
        first, *lines = self.lines_for()
        self.assertEqual(first, "credentials: valid until (unknown)")
        self.assertEqual(len(lines), 3)
        for line, policy in zip(lines, ["report", "clamp", "fail"]):
            self.check_valid_until(line, policy, now() + 12 * HOUR, expires_in=12 * HOUR)

    def test_it_fails(self):
        self.check_failures("temporary_url", "examplebucket", KEY)

    def test_expired_credentials(self):
        _, *lines = self.lines_for(AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z")
        self.assertEqual(len(lines), 3)
        for line in lines:
            self.assertRegex(line, r"^\w+: the credentials expired \d+ seconds")


if __name__ == "__main__":
    FOLDER = sys.argv.pop(1)
    unittest.main(verbosity=2)
