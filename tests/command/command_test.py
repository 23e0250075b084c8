#!/usr/bin/python3
"""Tests the presign command from outside: arguments, environment and files in; streams and exit
status out.

    command_test.py PROGRAM [unittest's arguments]

Tests that need botocore (Debian: python3-botocore), curl or mandoc are skipped if it is missing.
"""
import datetime
import http.server
import json
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import typing
import unittest
from urllib.parse import parse_qsl, quote, urlsplit

try:
    import botocore.session
    from botocore.config import Config
except ImportError:
    botocore = None

PROJECT = pathlib.Path(__file__).resolve().parents[2]
MAN_PAGE = PROJECT / "docs" / "presign.1"
PROGRAM = ""  # from the command line

# The access key of AWS's examples.
KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "AQoDYXdzEJr+Token/With=Reserved"
KEYS = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}
REGION = {"AWS_REGION": "us-east-2"}
TEMPORARY = {**KEYS, **REGION, "AWS_SESSION_TOKEN": TOKEN}

ACCESS_POINT = "arn:aws:s3:us-west-2:123456789012:accesspoint:name"

# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
PUBLISHED_ARGUMENTS = ["s3://examplebucket/test.txt", "--region", "us-east-1", "--endpoint-url",
                       "https://s3.amazonaws.com", "--expires-in", "86400", "--date",
                       "20130524T000000Z"]
PUBLISHED_URL = (
    "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")


# What curl could take for more than a name.
FILE_NAMES = ("a{b}", "a[1-2]", "{", "]", "-x", "@a", "a;type=b", "a,b", 'a"b', "a\\\\b", '\\"', " a ",
              "漢")

# What the command prints besides a URL.
DOT_SEGMENTS = r'presign: warning: .*"\.\.".*\n'
CREDENTIALS_EXPIRE_FIRST = r"presign: warning: the credentials expire before .*\n"
MISSING_TOKEN = r"presign: warning: .*ASIA.*session token.*\n"
BUCKET_IN_ENDPOINT = r"presign: warning: .*endpoint.*--bucket-endpoint.*\n"
NON_ASCII_HEADER = r"presign: warning: a header .* not ASCII.*\n"
NON_LATIN1_RESPONSE = r"presign: warning: .*ISO-8859-1.*--filename.*\n"
NO_REGION = r"presign: note: no region is configured, using us-east-1\n"


class Outcome(typing.NamedTuple):
    status: int
    out: str
    err: str


class CommandTest(unittest.TestCase):
    """Runs the command with its own HOME and no other variable of our environment."""

    COMMAND = "presign"
    ENVIRONMENT = {**KEYS, **REGION}
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)

    def write(self, path, text):
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return str(file)

    def environment(self, variables):
        return {"HOME": str(self.home), "PATH": os.environ["PATH"], **variables}

    def serve(self, handler):
        """Starts a server on 127.0.0.1 until the test ends. Returns its address."""
        self.server = http.server.HTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)
        return f"http://127.0.0.1:{self.server.server_port}"

    def run_anything(self, *arguments, command=None, env=None, stdin=""):
        """Checks in every case that no secret is shown."""
        done = subprocess.run([PROGRAM, *(command or self.COMMAND).split()[1:], *arguments],
                              env=self.environment(self.ENVIRONMENT if env is None else env),
                              timeout=60, input=os.fsencode(stdin), capture_output=True)
        out, err = (os.fsdecode(stream) for stream in (done.stdout, done.stderr))
        self.assertNotIn(SECRET, out + err)
        self.assertNotIn(TOKEN, out + err)
        self.assertNotIn(quote(TOKEN, safe=""), err)
        return Outcome(done.returncode, out, err)

    def run_presign(self, *arguments, **more):
        """Checks in every case that each message is one line."""
        done = self.run_anything(*arguments, **more)
        for line in done.err.splitlines():
            self.assertRegex(line, "^presign: (error|warning|note|hint): [ -~\x80-\U0010ffff]+$")
        return done

    def presign(self, *arguments, err="", **more):
        """Returns the output, without its last line break, of a run that must succeed. The pattern
        err must match standard error."""
        done = self.run_presign(*arguments, **more)
        self.assertEqual(done.status, 0, done.err)
        self.assertRegex(done.err, rf"\A{err}\Z")
        self.assertTrue(done.out.endswith("\n"))
        return done.out[:-1]

    def run_in_shell(self, redirection, *arguments):
        return subprocess.run(["sh", "-c", f'exec "$0" "$@" {redirection}', PROGRAM,
                               *self.COMMAND.split()[1:], *arguments], timeout=60,
                              env=self.environment(self.ENVIRONMENT), capture_output=True, text=True)

    def url(self, *arguments, **more):
        url = self.presign(*arguments, **more)
        self.assertRegex(url, r"^https?://[!-~]+&X-Amz-Signature=[0-9a-f]{64}\Z")
        return urlsplit(url)

    def query(self, *arguments, **more):
        pairs = parse_qsl(self.url(*arguments, **more).query, keep_blank_values=True,
                          strict_parsing=True, errors="surrogateescape")
        self.assertEqual(len(dict(pairs)), len(pairs))
        return dict(pairs)

    def address(self, *arguments, **more):
        """Returns scheme, host and path of the URL."""
        return self.url(*arguments, **more)._replace(query="").geturl()

    def assert_fails(self, status, pattern, *arguments, env=TEMPORARY, **more):
        done = self.run_presign(*arguments, env=env, **more)
        self.assertEqual((done.status, done.out), (status, ""), done.err)
        lines = [line for line in done.err.splitlines() if not line.startswith("presign: note: ")]
        self.assertRegex(lines[0], "^presign: error: ")
        self.assertRegex(lines[0], pattern)
        hint = [f"presign: hint: {self.COMMAND} --help lists the options"] if status == 2 else []
        self.assertEqual(lines[1:], hint)


def time_of(text):
    return datetime.datetime.strptime(text, "%Y%m%dT%H%M%S%z").timestamp()


class UrlTest(CommandTest):
    def test_published_example(self):
        self.assertEqual(self.presign(*PUBLISHED_ARGUMENTS, env=KEYS), PUBLISHED_URL)

    def test_defaults_are_those_of_the_aws_cli(self):
        before = int(time.time())
        url = self.url("s3://examplebucket/a/key")
        after = int(time.time())
        self.assertEqual(url._replace(query="").geturl(),
                         "https://examplebucket.s3.us-east-2.amazonaws.com/a/key")
        query = dict(parse_qsl(url.query))
        self.assertEqual(list(query), ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date",
                                       "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"])
        self.assertEqual(query["X-Amz-Expires"], "3600")
        self.assertEqual(query["X-Amz-SignedHeaders"], "host")
        self.assertTrue(before <= time_of(query["X-Amz-Date"]) <= after)

    def test_scheme_of_the_uri_may_be_left_out_or_be_in_upper_case(self):
        date = ["--date", "20130524T000000Z"]
        url = self.presign("s3://examplebucket/a/key", *date)
        self.assertEqual(self.presign("examplebucket/a/key", *date), url)
        self.assertEqual(self.presign("S3://examplebucket/a/key", *date), url)

    def test_options_stand_anywhere_and_take_both_forms(self):
        expected = self.presign("s3://examplebucket/key", "--region", "eu-west-1", "--date",
                                "20130524T000000Z")
        for arguments in (["--region=eu-west-1", "--date=20130524T000000Z",
                           "s3://examplebucket/key"],
                          ["--region=eu-west-1", "s3://examplebucket/key",
                           "--date", "20130524T000000Z"],
                          ["--region=eu-west-1", "--date=20130524T000000Z", "--",
                           "s3://examplebucket/key"]):
            self.assertEqual(self.presign(*arguments), expected)

    def test_last_of_an_option_counts(self):
        query = self.query("--expires-in", "abc", "s3://examplebucket/key", "--expires-in=1",
                           "--expires-in", "7")
        self.assertEqual(query["X-Amz-Expires"], "7")

    def test_key_is_taken_byte_for_byte(self):
        keys = ["-", "--help", "/leading", "a//b", "trailing/", " spaces  ", "a+b", "100%", "%41",
                "a?b#c", "a=b&c", "\\", "'\"`$(x)", "*", "~", "\n", "\x7f", "Übersicht", "漢字", "🐈",
                "\U0010ffff", "".join(map(chr, range(1, 0x80)))]
        for key in keys:
            with self.subTest(key=key):
                url = self.url("s3://examplebucket/" + key)
                self.assertEqual(url.path, "/" + quote(key, safe="/-._~"))

    def test_dot_segments_are_signed_with_a_warning(self):
        for key in ("..", "a/./b", "a/../b"):
            url = self.url("s3://examplebucket/" + key, err=DOT_SEGMENTS)
            self.assertEqual(url.path, "/" + key)


class OptionTest(CommandTest):
    def test_expires_in(self):
        for seconds in ("1", "604800"):
            query = self.query("s3://examplebucket/key", "--expires-in", seconds)
            self.assertEqual(query["X-Amz-Expires"], seconds)

    def test_method(self):
        key = ["s3://examplebucket/key", "--date", "20130524T000000Z"]
        urls = {}
        for method in ("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"):
            urls[method] = self.presign(*key, "--method", method)
            self.assertEqual(self.presign(*key, "--method", method.lower()), urls[method])
        self.assertEqual(urls["GET"], self.presign(*key))
        self.assertEqual(len(set(urls.values())), len(urls))

    def test_query(self):
        query = self.query("s3://examplebucket/key", "--query", "acl=", "--query", "a=b=c",
                           "--query=-x=-y", "--query", "-z=1", "--query", "[n=1,2]", "--query",
                           "{}={}", "--query", b"any=\x01\xff +&?/%41")
        self.assertEqual({name: query[name] for name in query if not name.startswith("X-Amz-")},
                         {"acl": "", "a": "b=c", "-x": "-y", "-z": "1", "[n": "1,2]", "{}": "{}",
                          "any": "\x01\udcff +&?/%41"})

    def test_query_in_the_language_of_the_aws_cli_gets_a_hint(self):
        hint = "presign: hint: --query adds a query parameter to the URL; it does not take JMESPath\n"
        for value in "a[?b=='c'].d", "Contents[].Key=", "length(@)=", "x[*]=1", "[?a==`1`]":
            self.url("s3://examplebucket/key", "--query", value, err=re.escape(hint))
        for value in "Contents[].Key", "Contents[0]", "a.* | b":
            done = self.run_presign("s3://examplebucket/key", "--query", value)
            self.assertEqual(done.status, 2)
            self.assertIn(hint, done.err)

    def test_other_global_options_of_the_aws_cli_change_nothing(self):
        others = ["--debug", "--no-verify-ssl", "--no-paginate", "--output", "text", "--color=off",
                  "--ca-bundle", "x.pem", "--cli-read-timeout", "0", "--cli-connect-timeout", "60",
                  "--cli-binary-format", "base64", "--cli-error-format", "json", "--v2-debug",
                  "--no-cli-pager", "--no-cli-auto-prompt", "--cli-auto-prompt"]
        for command in [], ["post"]:
            arguments = [*command, "s3://examplebucket/key", "--date", "20130524T000000Z"]
            self.assertEqual(self.presign(*arguments, *others), self.presign(*arguments))
        self.assertEqual(self.run_presign("batch", "s3://examplebucket", *others).status, 0)

    def test_no_sign_request(self):
        plain = "https://examplebucket.s3.us-east-2.amazonaws.com/a%20b"
        arguments = ["s3://examplebucket/a b", "--no-sign-request"]
        self.assertEqual(self.presign(*arguments, env=REGION), plain)
        self.assertEqual(self.presign(*arguments, env=TEMPORARY), plain)
        self.assertEqual(self.presign(*arguments, "--query", "z=", "--version-id", "a&b",
                                      "--query", "x-id=1", env=REGION),
                         plain + "?versionId=a%26b&x-id=1&z=")
        self.assertEqual(self.presign(*arguments, "--query", "X-Amz-Tagging=a", env=REGION),
                         plain + "?X-Amz-Tagging=a")
        self.assertEqual(self.presign(*arguments, "--curl", "--method", "PUT", env=REGION),
                         'curl --globoff --upload-file "${FILE:?must name the file to upload}" '
                         f"'{plain}'")
        self.presign("s3://examplebucket/a/../b", "--no-sign-request", env=REGION,
                     err=DOT_SEGMENTS)
        self.assert_fails(1, "the key must", "s3://examplebucket/" + "x" * 1025,
                          "--no-sign-request")

    def test_header(self):
        arguments = ["s3://examplebucket/key", "--header", "X-B:  two  words ", "--header", "x-a:",
                     "--header=Range:bytes=0-9:"]
        self.assertEqual(self.query(*arguments)["X-Amz-SignedHeaders"], "host;range;x-a;x-b")
        self.assertEqual(json.loads(self.presign(*arguments, "--json"))["headers"],
                         {"range": "bytes=0-9:", "x-a": "", "x-b": "two words"})

    def test_version_id(self):
        for method in ("GET", "HEAD", "DELETE"):
            query = self.query("s3://examplebucket/key", "--version-id", "-a/b+c",
                               "--method", method)
            self.assertEqual(query["versionId"], "-a/b+c")

    def test_filename(self):
        for name, expected in (("plain.txt", 'attachment; filename="plain.txt"'),
                               ("-x", 'attachment; filename="-x"'),
                               ("{}", 'attachment; filename="{}"'),
                               ("[a,b]", 'attachment; filename="[a,b]"'),
                               ("Übersicht 2026.pdf", 'attachment; filename="_bersicht 2026.pdf"; '
                                "filename*=UTF-8''%C3%9Cbersicht%202026.pdf")):
            for method in ("GET", "HEAD"):
                query = self.query("s3://examplebucket/key", "--filename", name, "--method", method)
                self.assertEqual(query["response-content-disposition"], expected)

    def test_response_headers_outside_latin_1_give_a_warning(self):
        for name in "response-content-disposition", "response-content-type":
            for value, err in ("a’b", NON_LATIN1_RESPONSE), ("ü", ""):
                query = self.query("s3://examplebucket/key", "--query", f"{name}={value}", err=err)
                self.assertEqual(query[name], value)
        self.query("s3://examplebucket/key", "--filename", "東京.txt")

    def test_date(self):
        for date in "20000229T235959Z", "2000-02-29T23:59:59Z", "2000-03-01T01:59:59+02:00":
            query = self.query("s3://examplebucket/key", "--date", date)
            self.assertEqual(query["X-Amz-Date"], "20000229T235959Z")
            self.assertIn("/20000229/", query["X-Amz-Credential"])

    def test_stable_window(self):
        def query(date, window="3600"):
            return self.query("s3://examplebucket/key", "--expires-in", "600", "--date", date,
                              "--stable-window", window)

        last = query("20130524T015959Z")
        self.assertEqual((last["X-Amz-Date"], last["X-Amz-Expires"]), ("20130524T010000Z", "4200"))
        self.assertEqual(query("20130524T010000Z"), last)
        self.assertNotEqual(query("20130524T020000Z"), last)
        self.assertEqual(query("20130524T015959Z", "0")["X-Amz-Date"], "20130524T015959Z")

    def test_version(self):
        version = re.search(r"VERSION (\d+\.\d+\.\d+)", (PROJECT / "CMakeLists.txt").read_text())
        self.assertEqual(self.presign("--version", env={}), "presign " + version[1])
        release = re.search(r"^## \[(\d.*?)\]", (PROJECT / "CHANGELOG.md").read_text(), re.MULTILINE)
        self.assertEqual(release[1], version[1])
        self.assertIn(f"\nVersion {version[1]}. ", (PROJECT / "README.md").read_text())
        for page in (PROJECT / "docs").glob("*.1"):
            self.assertIn(f"\n.Os presign {version[1]}\n", page.read_text(), page.name)


class EndpointTest(CommandTest):
    def test_region_names_the_host(self):
        for region, host in (("us-east-1", "b-1.s3.us-east-1.amazonaws.com"),
                             ("cn-north-1", "b-1.s3.cn-north-1.amazonaws.com.cn")):
            self.assertEqual(self.address("s3://b-1/key", "--region", region),
                             f"https://{host}/key")

    def test_bucket_that_cannot_be_a_host_is_in_the_path(self):
        for bucket in ("My_Bucket", "with.dots", "ab"):
            self.assertEqual(self.address(f"s3://{bucket}/key"),
                             f"https://s3.us-east-2.amazonaws.com/{bucket}/key")

    def test_bucket_is_in_the_path_at_another_endpoint(self):
        for endpoint in ("http://localhost:9000", "https://s3.example.com", "http://127.0.0.1",
                         "https://example.com/base/path", "http://[::1]:9000",
                         "https://bucket.vpce-1a2b-3c4d.s3.us-east-1.vpce.amazonaws.com",
                         "http://s3-proxy-123.us-east-1.elb.amazonaws.com",
                         "https://ec2-1-2-3-4.us-east-2.compute.amazonaws.com"):
            self.assertEqual(self.address("s3://photos/key", "--endpoint-url", endpoint),
                             endpoint + "/photos/key")

    def test_bucket_is_in_the_host_at_an_endpoint_of_aws(self):
        for host in ("s3.amazonaws.com", "s3.eu-west-1.amazonaws.com",
                     "S3-ACCELERATE.amazonaws.com", "s3.dualstack.eu-west-1.amazonaws.com",
                     "s3.cn-north-1.amazonaws.com.cn"):
            url = self.address("s3://bucket/key", "--endpoint-url", f"https://{host}:443/")
            self.assertEqual(url, f"https://bucket.{host.lower()}/key")

    def test_other_addresses_of_aws(self):
        aws = "amazonaws.com/a/key"
        for arguments, expected in (
                (["s3://bucket/a/key", "--dualstack"],
                 "https://bucket.s3.dualstack.us-east-2." + aws),
                (["s3://bucket/a/key", "--fips"], "https://bucket.s3-fips.us-east-2." + aws),
                (["s3://bucket/a/key", "--fips", "--dualstack"],
                 "https://bucket.s3-fips.dualstack.us-east-2." + aws),
                (["s3://bucket/a/key", "--accelerate"], "https://bucket.s3-accelerate." + aws),
                (["s3://photos--use2-az1--x-s3/a/key"],
                 "https://photos--use2-az1--x-s3.s3express-use2-az1.us-east-2." + aws),
                ([f"s3://{ACCESS_POINT}/a/key"],
                 "https://name-123456789012.s3-accesspoint.us-west-2." + aws),
                ([f"s3://{ACCESS_POINT.replace('point:', 'point/')}/a/key", "--dualstack"],
                 "https://name-123456789012.s3-accesspoint.dualstack.us-west-2." + aws),
                (["s3://arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1/accesspoint/name"
                  "/a/key"],
                 "https://name-123456789012.op-1.s3-outposts.us-west-2." + aws),
                ([f"s3://{ACCESS_POINT}/a/key", "--endpoint-url", "https://example.com"],
                 "https://name-123456789012.example.com/a/key")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.address(*arguments), expected)

    def test_multi_region_access_point(self):
        url = urlsplit(self.presign("s3://arn:aws:s3::123456789012:accesspoint:alias.mrap/key",
                                    env=KEYS))
        self.assertEqual(url.netloc, "alias.mrap.accesspoint.s3-global.amazonaws.com")
        query = dict(parse_qsl(url.query))
        self.assertEqual(query["X-Amz-Algorithm"], "AWS4-ECDSA-P256-SHA256")
        self.assertEqual(query["X-Amz-Region-Set"], "*")

    def test_style_by_choice(self):
        for arguments, expected in (
                (["--path-style"], "https://s3.us-east-2.amazonaws.com/bucket/key"),
                (["--virtual-host"], "https://bucket.s3.us-east-2.amazonaws.com/key"),
                (["--path-style", "--endpoint-url", "https://s3.amazonaws.com"],
                 "https://s3.amazonaws.com/bucket/key"),
                (["--virtual-host", "--endpoint-url", "http://localhost:9000/base"],
                 "http://bucket.localhost:9000/base/key")):
            self.assertEqual(self.address("s3://bucket/key", *arguments), expected)

    def test_a_bucket_at_an_endpoint_of_its_own(self):
        own = ["--bucket-endpoint", "--endpoint-url"]
        for bucket in "images.example.com", "images", "My_Bucket":
            for endpoint in "https://images.example.com", "http://localhost:9000/base":
                self.assertEqual(self.address(f"s3://{bucket}/a/key", *own, endpoint),
                                 endpoint + "/a/key")
        env = {**KEYS, **REGION, "AWS_ENDPOINT_URL": "https://images.example.com"}
        self.assertEqual(self.address("s3://images/key", "--bucket-endpoint", env=env),
                         "https://images.example.com/key")

    def test_an_endpoint_that_names_the_bucket_gives_a_warning(self):
        for endpoint, address in (
                ("https://photos.s3.amazonaws.com", "https://photos.s3.amazonaws.com/photos/key"),
                ("https://photos.r2.example", "https://photos.r2.example/photos/key"),
                ("https://s3.amazonaws.com/photos", "https://photos.s3.amazonaws.com/photos/key")):
            arguments = ["s3://photos/key", "--endpoint-url", endpoint]
            self.assertEqual(self.address(*arguments, err=BUCKET_IN_ENDPOINT), address)
            self.assertEqual(self.address(*arguments, "--bucket-endpoint"), endpoint + "/key")

    def test_a_bucket_with_a_tenant(self):
        for bucket in "tenant:bucket", ":bucket":
            self.assertEqual(
                self.address(f"s3://{bucket}/key", "--endpoint-url", "https://ceph.example"),
                f"https://ceph.example/{quote(bucket)}/key")

    def test_session_token_of_s3_express(self):
        key = "s3://photos--use2-az1--x-s3/key"
        for arguments, name in ([], "X-Amz-S3session-Token"), (["--no-express-session"],
                                                               "X-Amz-Security-Token"):
            self.assertEqual([each for each in self.query(key, *arguments, env=TEMPORARY)
                              if "Token" in each], [name])

    def test_environment(self):
        both = {"AWS_ENDPOINT_URL": "http://global:1", "AWS_ENDPOINT_URL_S3": "http://s3:2"}
        at_aws = "https://bucket.s3.us-east-2.amazonaws.com/key"
        for variables, arguments, expected in (
                ({"AWS_ENDPOINT_URL": "http://global:1"}, [], "http://global:1/bucket/key"),
                (both, [], "http://s3:2/bucket/key"),
                ({**both, "AWS_ENDPOINT_URL_S3": ""}, [], "http://global:1/bucket/key"),
                (both, ["--endpoint-url", "http://option:3"], "http://option:3/bucket/key"),
                ({**both, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"}, [], at_aws),
                ({**both, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
                 ["--endpoint-url", "http://option:3"], "http://option:3/bucket/key"),
                ({**both, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"}, [],
                 "http://s3:2/bucket/key")):
            self.assertEqual(
                self.address("s3://bucket/key", *arguments, env={**KEYS, **REGION, **variables}),
                expected)


class CredentialsTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.write(".aws/credentials", f"[default]\naws_access_key_id = DEFAULT\n"
                   f"aws_secret_access_key = {SECRET}\n"
                   f"[work]\naws_access_key_id = WORK\naws_secret_access_key = {SECRET}\n"
                   f"aws_session_token = {TOKEN}\n")
        self.write(".aws/config", "[default]\nregion = eu-west-1\n[profile work]\n"
                   "region = eu-west-2\n[profile role]\nrole_arn = arn:aws:iam::1:role/r\n"
                   "region = eu-west-1\n[profile sso]\nsso_session = s\n"
                   "[profile bare]\noutput = json\n")

    def signer(self, *arguments, **more):
        """Returns access key id, region and whether there is a session token."""
        query = self.query("s3://bucket/key", *arguments, **more)
        key_id, _, region, _, _ = query["X-Amz-Credential"].split("/")
        return key_id, region, query.get("X-Amz-Security-Token") == TOKEN

    def test_environment_then_profile(self):
        for variables, arguments, expected in (
                ({}, [], ("DEFAULT", "eu-west-1", False)),
                (KEYS, [], (KEY_ID, "eu-west-1", False)),
                ({**KEYS, "AWS_SESSION_TOKEN": TOKEN}, [], (KEY_ID, "eu-west-1", True)),
                ({"AWS_PROFILE": "work"}, [], ("WORK", "eu-west-2", True)),
                ({**KEYS, "AWS_PROFILE": "work"}, [], (KEY_ID, "eu-west-2", False)),
                (KEYS, ["--profile", "work"], ("WORK", "eu-west-2", True)),
                ({"AWS_PROFILE": "default"}, ["--profile", "work"], ("WORK", "eu-west-2", True))):
            self.assertEqual(self.signer(*arguments, env=variables), expected)

    def test_region_of_the_environment_goes_before_that_of_the_profile(self):
        for variables, arguments, region in (
                ({"AWS_DEFAULT_REGION": "us-west-1"}, ["--profile", "work"], "us-west-1"),
                ({"AWS_DEFAULT_REGION": "us-west-1", "AWS_REGION": "us-west-2"}, [], "us-west-2"),
                ({"AWS_DEFAULT_REGION": "us-west-1", "AWS_REGION": ""}, [], "us-west-1"),
                ({"AWS_REGION": "us-west-2"}, ["--region", "sa-east-1"], "sa-east-1")):
            self.assertEqual(self.signer(*arguments, env=variables)[1], region)

    def test_no_region_is_noted(self):
        self.assertEqual(self.signer("--profile", "default", err=NO_REGION,
                                  env={"AWS_CONFIG_FILE": "/nonexistent"})[1], "us-east-1")

    def test_other_files(self):
        credentials = self.write("there", f"[default]\naws_access_key_id = THERE\n"
                                 f"aws_secret_access_key = {SECRET}\n")
        config = self.write("config", "[default]\nregion = ap-south-1\n")
        files = {"AWS_SHARED_CREDENTIALS_FILE": credentials, "AWS_CONFIG_FILE": config}
        self.assertEqual(self.signer(env=files), ("THERE", "ap-south-1", False))

    def test_empty_variables_are_not_set(self):
        names = re.findall("AWS_[A-Z0-9_]+", MAN_PAGE.read_text())
        self.assertIn("AWS_ENDPOINT_URL", names)
        self.assertEqual(self.signer(env=dict.fromkeys(names, "")), ("DEFAULT", "eu-west-1", False))

    def test_no_home(self):
        self.assertEqual(self.signer(env={**KEYS, **REGION, "HOME": ""}), (KEY_ID, "us-east-2", False))

    def test_credentials_that_expire_first_give_a_warning(self):
        arguments = ["s3://bucket/key", "--date", "20130524T000000Z"]
        env = {**KEYS, **REGION, "AWS_CREDENTIAL_EXPIRATION": "2013-05-24T00:10:00Z"}
        query = self.query(*arguments, env=env, err=CREDENTIALS_EXPIRE_FIRST)
        self.assertEqual(query["X-Amz-Expires"], "3600")
        shown = json.loads(self.presign(*arguments, "--json", env=env, err=CREDENTIALS_EXPIRE_FIRST))
        self.assertEqual(shown["expires_at"], "2013-05-24T00:10:00Z")
        self.assertEqual([warning["code"] for warning in shown["warnings"]],
                         ["credentials_expire_first"])

    def test_temporary_credentials_without_their_token_give_a_warning(self):
        env = {**KEYS, "AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE"}
        self.query("s3://bucket/key", env=env, err=MISSING_TOKEN)
        self.query("s3://bucket/key", env={**env, "AWS_SESSION_TOKEN": TOKEN})

    def test_a_role_while_the_environment_has_credentials(self):
        for profile in "role", "sso":
            for env in KEYS, {**KEYS, "AWS_PROFILE": "work"}:
                self.assert_fails(1, f'profile "{profile}".*in the environment: leave out --profile',
                                  "s3://bucket/key", "--profile", profile, env=env)
        self.assertEqual(self.signer(env={**KEYS, "AWS_PROFILE": "role"}),
                         (KEY_ID, "eu-west-1", False))

    def test_errors(self):
        broken = self.write("broken", f"[default]\n{SECRET}\n")
        key = "s3://bucket/key"
        nothing = {"AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_CONFIG_FILE": "/nonexistent"}
        for variables, arguments, pattern in (
                (nothing, [], "no credentials.*aws configure export-credentials"),
                ({**nothing, "HOME": ""}, [], "no credentials"),
                ({"AWS_ACCESS_KEY_ID": KEY_ID}, [], "AWS_ACCESS_KEY_ID"),
                ({"AWS_SECRET_ACCESS_KEY": SECRET}, [], "AWS_SECRET_ACCESS_KEY"),
                ({**KEYS, "AWS_CREDENTIAL_EXPIRATION": "soon"}, [], "_EXPIRATION.*soon"),
                ({**KEYS, "AWS_CREDENTIAL_EXPIRATION": "2013-05-24T00:00:00Z"}, [], "expired"),
                ({**KEYS, "AWS_SESSION_TOKEN": TOKEN + "\n"}, [], "session token"),
                ({**KEYS, "AWS_ACCESS_KEY_ID": SECRET}, [], "access key id"),
                ({**KEYS, "AWS_SECRET_ACCESS_KEY": SECRET + "\r"}, [], "secret access key"),
                ({}, ["--profile", "absent"], '"absent"'),
                ({**KEYS, "AWS_PROFILE": "absent"}, [], '"absent"'),
                ({}, ["--profile", "role"], "role_arn.*aws configure export-credentials"),
                ({}, ["--profile", "bare"], '"bare"'),
                ({"AWS_SHARED_CREDENTIALS_FILE": broken}, [], "line 2 "),
                ({"AWS_CONFIG_FILE": str(self.home)}, [], re.escape(str(self.home)))):
            with self.subTest(variables=variables, arguments=arguments):
                self.assert_fails(1, pattern, key, *arguments, env=variables)


class JsonTest(CommandTest):
    def test_published_example(self):
        text = self.presign(*PUBLISHED_ARGUMENTS, "--json", env=KEYS)
        self.assertEqual(json.loads(text), {
            "url": PUBLISHED_URL, "method": "GET", "headers": {},
            "signed_at": "2013-05-24T00:00:00Z", "expires_at": "2013-05-25T00:00:00Z",
            "warnings": []})
        self.assertEqual(list(json.loads(text)),
                         ["url", "method", "headers", "signed_at", "expires_at", "warnings"])

    def test_all_of_it(self):
        done = self.run_presign(
            "s3://bucket/a/../b", "--method", "put", "--header", "Content-Type: text/plain",
            "--header", 'x-quoted: "é" \\', "--header", "x-quoted:again", "--date",
            "99991231T235959Z", "--expires-in", "1", "--json")
        shown = json.loads(done.out)
        self.assertEqual(shown["method"], "PUT")
        self.assertEqual(shown["headers"], {"content-type": "text/plain",
                                            "x-quoted": '"é" \\,again'})
        self.assertEqual(shown["signed_at"], "9999-12-31T23:59:59Z")
        self.assertEqual(shown["expires_at"], "10000-01-01T00:00:00Z")
        self.assertRegex(done.err, rf"\A{DOT_SEGMENTS}{NON_ASCII_HEADER}\Z")
        messages = [line.removeprefix("presign: warning: ") for line in done.err.splitlines()]
        self.assertEqual(shown["warnings"],
                         [{"code": "dot_segments", "message": messages[0]},
                          {"code": "non_ascii_header", "message": messages[1]}])

    def test_year_one(self):
        shown = json.loads(self.presign("s3://bucket/key", "--json", "--date", "00010101T000000Z"))
        self.assertEqual(shown["signed_at"], "0001-01-01T00:00:00Z")

    def test_header_that_is_not_unicode(self):
        self.assert_fails(1, 'header "x-latin" is not UTF-8', "s3://bucket/key", "--header",
                          b"x-latin: \xe9", "--json")


class CurlTest(CommandTest):
    """Runs the printed command in several shells, with a curl that records its arguments."""

    def setUp(self):
        super().setUp()
        self.arguments_file = self.home / "arguments"
        self.write("bin/curl", "#!/bin/sh\nprintf '%s\\0' \"$@\" >\"$CURL_ARGUMENTS\"\n")
        (self.home / "bin" / "curl").chmod(0o755)

    def curl_arguments(self, *arguments, variables={}, err=""):
        arguments = [*arguments, "--date", "20130524T000000Z"]
        command = self.presign(*arguments, "--curl", err=err)
        url = self.presign(*arguments, err=err)
        env = {**self.environment(variables), "CURL_ARGUMENTS": str(self.arguments_file)}
        env["PATH"] = f"{self.home / 'bin'}:{env['PATH']}"
        seen = []
        for shell in filter(shutil.which, ("sh", "dash", "bash", "zsh", "ksh", "busybox")):
            self.arguments_file.unlink(missing_ok=True)
            shell = [shell, "sh"] if shell == "busybox" else [shell]
            done = subprocess.run([*shell, "-c", command], env=env, timeout=60, cwd=self.home,
                                  capture_output=True)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""), shell)
            seen.append(os.fsdecode(self.arguments_file.read_bytes()).split("\0")[:-1])
        self.assertEqual(seen[1:], seen[:-1])
        self.assertEqual(seen[0].pop(), url)
        return seen[0]

    def test_methods(self):
        key = "s3://bucket/key"
        upload = {"FILE": "a 'file' with $HOME"}
        self.assertEqual(self.curl_arguments(key), [])
        self.assertEqual(self.curl_arguments(key, "--method", "HEAD"), ["--head"])
        self.assertEqual(self.curl_arguments(key, "--method", "DELETE"), ["--request", "DELETE"])
        self.assertEqual(self.curl_arguments(key, "--method=-X"), ["--request", "-X"])
        self.assertEqual(self.curl_arguments(key, "--method", "PUT", variables=upload),
                         ["--globoff", "--upload-file", upload["FILE"]])
        self.assertEqual(self.curl_arguments(key, "--method", "POST", variables=upload),
                         ["--request", "POST", "--data-binary", "@" + upload["FILE"],
                          "--header", "content-type:"])
        self.assertEqual(self.curl_arguments(key, "--method", "POST", "--header",
                                             "Content-Type: text/xml"),
                         ["--request", "POST", "--data-binary", "@/dev/null",
                          "--header", "content-type: text/xml"])
        self.assertEqual(self.curl_arguments(key + "/", "--method", "PUT"),
                         ["--request", "PUT", "--data-binary", "@/dev/null",
                          "--header", "content-type:"])

    def test_upload_of_nothing_fails(self):
        command = self.presign("s3://bucket/key", "--method", "PUT", "--curl")
        done = subprocess.run(["sh", "-c", command], env=self.environment({}), timeout=60,
                              capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, "FILE: must name the file to upload")

    def test_keys(self):
        for key in ("it's", "$HOME `id` \"x\" \\ ! * ~ {a,b} [1-9]", "--key", "漢字",
                    "".join(map(chr, range(1, 128)))):
            self.assertEqual(self.curl_arguments("s3://bucket/" + key), [])

    def test_dot_segments(self):
        self.assertEqual(self.curl_arguments("s3://bucket/a/../b", err=DOT_SEGMENTS),
                         ["--path-as-is"])

    def test_headers(self):
        value = os.fsdecode(bytes(byte for byte in range(0x21, 0x100) if byte != 0x7f))
        self.assertEqual(
            self.curl_arguments("s3://bucket/key", "--header", "x-any:" + value, "--header",
                                "x-empty:", "--header", "x-quote: it's '' \\'", "--header",
                                "X-'$`!:@file", "--query", "a='b'", err=NON_ASCII_HEADER),
            ["--header", "x-'$`!: @file", "--header", "x-any: " + value, "--header", "x-empty;",
             "--header", "x-quote: it's '' \\'"])

    def test_random_headers(self):
        seed = os.environ.get("PRESIGN_SEED") or str(random.randrange(10**9))
        rng = random.Random(seed)
        for _ in range(20):
            value = "".join(rng.choices("'\"\\$`!&|;<>()*?[]{}~# \tab\u00e9", k=rng.randint(1, 30)))
            with self.subTest(seed=seed, value=value):
                sent = " ".join(value.split())
                self.assertEqual(
                    self.curl_arguments("s3://bucket/key", "--header", "x-a:" + value,
                                        err="" if value.isascii() else NON_ASCII_HEADER),
                    ["--header", "x-a: " + sent if sent else "x-a;"])


class Recorder(http.server.BaseHTTPRequestHandler):
    """Records the requests that arrive."""

    def record(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.requests.append((self.requestline, self.headers, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = record

    def log_message(self, *_):
        pass


@unittest.skipUnless(shutil.which("curl"), "needs curl")
class RealCurlTest(CommandTest):
    """Runs the printed command unchanged: the server receives the signed request."""

    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(Recorder)
        self.server.requests = []

    def send(self, *arguments, variables={}):
        """Returns the headers and the body that the server receives."""
        arguments = [*arguments, "--date", "20130524T000000Z", "--endpoint-url", self.endpoint]
        link = json.loads(self.run_presign(*arguments, "--json").out)
        command = self.run_presign(*arguments, "--curl").out
        done = subprocess.run(["sh", "-c", command], env=self.environment(variables), timeout=60,
                              cwd=self.home, capture_output=True)
        self.assertEqual((done.returncode, len(self.server.requests)), (0, 1), done.stderr)
        line, headers, body = self.server.requests.pop()
        target = urlsplit(link["url"])
        self.assertEqual(line, f"{link['method']} {target.path}?{target.query} HTTP/1.1")
        self.assertEqual(headers["host"], target.netloc)
        for name, value in link["headers"].items():
            self.assertEqual(headers.get_all(name), [value])
        return headers, body

    def test_methods_and_bodies(self):
        self.write("file", "content")
        file = {"FILE": "file"}
        for method, key, variables, body in (
                ("GET", "key", {}, b""), ("HEAD", "key", {}, b""), ("DELETE", "key", {}, b""),
                ("PUT", "key", file, b"content"), ("PUT", "folder/", {}, b""),
                ("PUT", "folder/", file, b"content"), ("POST", "key", {}, b""),
                ("POST", "key", file, b"content")):
            with self.subTest(method=method, key=key, variables=variables):
                headers, sent = self.send("s3://bucket/" + key, "--method", method,
                                          variables=variables)
                self.assertEqual(sent, body)
                self.assertNotIn("transfer-encoding", headers)
                self.assertNotIn("content-type", headers)
                if method in ("PUT", "POST"):
                    self.assertEqual(headers["content-length"], str(len(body)))

    def test_names_of_files(self):
        self.write("ab", "another file, which curl's globbing makes of a{b}")
        for name in FILE_NAMES:
            self.write(name, name)
            for method, key in ("PUT", "key"), ("PUT", "folder/"), ("POST", "key"):
                with self.subTest(name=name, method=method, key=key):
                    _, sent = self.send("s3://bucket/" + key, "--method", method,
                                        variables={"FILE": name})
                    self.assertEqual(sent.decode(), name)

    def test_keys(self):
        for key in ("a/../b", "./a", "..", "a//b", "/a", "{a,b}[1-3]", "a b+c%41", "漢字", "?#&="):
            with self.subTest(key=key):
                self.send("s3://bucket/" + key)

    def test_headers(self):
        self.send("s3://bucket/key", "--header", "x-empty:", "--header", "x-text: it's  \"$HOME\"",
                  "--header", "accept: text/plain", "--header", "user-agent: other", "--header",
                  "content-type: a/b", "--method", "POST", "--query", "uploads=")


class UsageTest(CommandTest):
    """Invalid command lines: status 2, one line and a hint on standard error."""

    def test_usage_errors(self):
        uri = "s3://bucket/key"
        for arguments, pattern in (
                (["--"], "S3Uri is required"),
                (["--json"], "S3Uri is required"),
                ([""], "S3Uri: must not be empty"),
                (["s3://"], '"s3://" has no bucket'),
                (["s3:///key"], "has no bucket"),
                (["/key"], "has no bucket"),
                (["bucket"], '"bucket" has no key'),
                (["s3://bucket"], '"s3://bucket" has no key'),
                (["s3://bucket/"], "has no key"),
                (["bucket\n\x1b[31m"], re.escape(r'"bucket\x0a\x1b[31m"')),
                ([uri, "s3://bucket/other"], "only one S3Uri can be given"),
                ([uri, ""], "only one S3Uri can be given"),
                ([uri, "--", "--json"], "there is no option|only one S3Uri"),
                ([uri, SECRET], "only one S3Uri can be given"),
                ([uri, "--unknown"], "there is no option --unknown$"),
                ([uri, "--unknown=" + SECRET], "there is no option --unknown$"),
                ([uri, "--secret-access-key", SECRET], "there is no option --secret-access-key$"),
                (["--secret-access-key", SECRET, uri], "there is no option --secret-access-key$"),
                ([uri, "-s" + SECRET], "there is no option -s$"),
                ([uri, "--expires", "60"], "there is no option --expires$"),
                ([uri, "--Region", "x"], "there is no option --Region$"),
                ([uri, "-"], "there is no option -$"),
                ([uri, "--json", "--curl"], "excludes"),
                ([uri, "--json", "--no-sign-request"], "excludes"),
                ([uri, "--path-style", "--virtual-host"], "excludes"),
                ([uri, "--path-style", "--bucket-endpoint"], "excludes"),
                ([uri, "--json=yes"], "json"),
                ([uri, "--expires-in", "abc"], 'a whole number of seconds, got "abc"'),
                ([uri, "--expires-in", "1.5"], "a whole number of seconds"),
                ([uri, "--expires-in", "60s"], "a whole number of seconds"),
                ([uri, "--expires-in", " 60"], "a whole number of seconds"),
                ([uri, "--expires-in", "0x10"], "a whole number of seconds"),
                ([uri, "--expires-in", "--json"], "a whole number of seconds"),
                ([uri, "--expires-in", str(2**63)], f"the number is out of range, got {2**63}$"),
                ([uri, "--expires-in", "-" + "9" * 30], "out of range, got -9{30}$"),
                ([uri, "--stable-window", "9" * 30], "out of range, got 9{30}$"),
                ([uri, "--stable-window", "abc"], "a whole number of seconds"),
                ([uri, "--stable-window", "-1"], "must not be negative, got -1"),
                ([uri, "--query", "acl"], "must be NAME=VALUE, but there is no '='"),
                ([uri, "--query", "=x"], "must be NAME=VALUE, but the name is empty"),
                ([uri, "--header", SECRET], "must be NAME:VALUE, but there is no ':'"),
                ([uri, "--header", ":" + SECRET], "must be NAME:VALUE, but the name is empty"),
                ([uri, "--method", "G T"], '--method: must be an HTTP method such as GET, got "G T"$'),
                ([uri, "--method", "Gët"], "must be an HTTP method"),
                ([uri, "--date", "2013-05-24"], "20130524T000000Z"),
                ([uri, "--date", "20130230T000000Z"], "20130230T000000Z"),
                ([uri, "--date", "2013-02-30T00:00:00Z"], "2013-02-30T00:00:00Z"),
                ([uri, "--filename", "x", "--method", "PUT"], "--filename is for GET and HEAD, not for PUT")):
            with self.subTest(arguments=arguments):
                self.assert_fails(2, pattern, *arguments)

    def test_no_arguments(self):
        for command in [], ["post"], ["batch"], ["explain"]:
            name = " ".join(["presign", *command])
            done = self.run_anything(*command)
            self.assertEqual((done.status, done.out), (2, ""))
            usage, hint = done.err.rstrip("\n").rsplit("\n", 1)
            self.assertTrue(self.run_anything(*command, "--help").out.startswith(usage + "\n\n"))
            self.assertTrue(usage.startswith(f"Usage: {name} [OPTIONS] "))
            self.assertEqual(hint, f"presign: hint: {name} --help lists the options")

    def test_a_command_that_is_misspelt_or_not_the_first_word(self):
        for arguments in (["explian", PUBLISHED_URL], ["explian"], ["--region", "r", "batch", "s3://b"],
                          ["--json", "post", "s3://b/k"], ["posts", "s3://b/k", "a b"]):
            with self.subTest(arguments=arguments):
                self.assert_fails(2, "; a command comes first: post, batch or explain$", *arguments)

    def test_url_in_place_of_the_uri(self):
        prefix = "^presign: error: S3Uri: must be s3://bucket/key, got a URL"
        for url, uri in (
                ("https://bucket.s3.amazonaws.com/key", "s3://bucket/key"),
                ("HTTPS://Bucket.s3.us-east-1.amazonaws.com:443/a/b%20%C3%BC%zz?a=b#c",
                 "s3://bucket/a/b ü%zz"),
                ("http://my.s3.bucket.s3-eu-west-1.amazonaws.com/key", "s3://my.s3.bucket/key"),
                ("https://bucket.s3.dualstack.cn-north-1.amazonaws.com.cn/key?x=/y",
                 "s3://bucket/key"),
                ("https://s3.us-west-2.amazonaws.com/My_Bucket/a//b/", "s3://My_Bucket/a//b/")):
            self.assert_fails(2, f'{prefix}; its object is "{uri}"$', url)
        for url in ("https://", "http://s3.amazonaws.com", "https://s3.amazonaws.com/bucket",
                    "https://s3.amazonaws.com/bucket/", "https://s3.amazonaws.com//key",
                    "https://bucket.s3.amazonaws.com/?list-type=2",
                    "https://name-1.s3-accesspoint.us-west-2.amazonaws.com/key",
                    "https://bucket.vpce-1a.s3.us-east-1.vpce.amazonaws.com/key",
                    "http://s3-proxy-123.us-east-1.elb.amazonaws.com/bucket/key",
                    "http://localhost:9000/bucket/key", "wss://h.example.com/mqtt", "WS://h/"):
            self.assert_fails(2, f"{prefix}$", url)
        self.assert_fails(2, prefix + '; its object is "s3://examplebucket/test.txt"; '
                          "presign explain prints what the URL says$", PUBLISHED_URL)

    def test_options_without_their_value(self):
        for option in options_with_a_value():
            with self.subTest(option=option):
                uri = "s3://bucket/key"
                self.assert_fails(2, f"{option}: 1 required", uri, option)
                self.assert_fails(2, f"{option}: must not be empty", uri, option, "")
                self.assert_fails(2, f"{option}: must not be empty", option + "=", uri)


class FailureTest(CommandTest):
    """Valid command lines that cannot be carried out: status 1, one line on standard error."""

    def test_failures(self):
        uri = "s3://bucket/key"
        for arguments, pattern in (
                ([uri, "--expires-in", "0"], "604800.*got 0"),
                ([uri, "--expires-in", "-5"], "604800.*got -5"),
                ([uri, "--expires-in", "604801"], "604800.*got 604801"),
                ([uri, "--expires-in", str(2**63 - 1)], f"604800.*got {2**63 - 1}"),
                ([uri, "--expires-in", str(-2**63)], f"604800.*got {-2**63}"),
                ([uri, "--stable-window", "604800"], "604800"),
                ([uri, "--stable-window", str(2**63 - 1)], "604800"),
                ([uri, "--region", "not a region"], "not a region"),
                ([uri, "--region", "a" * 100], "region"),
                ([uri, "--endpoint-url", "localhost:9000"], "endpoint.*localhost:9000"),
                ([uri, "--endpoint-url", "ftp://localhost"], "endpoint"),
                ([uri, "--endpoint-url", "https://300.1.1.1"], "endpoint.*300.1.1.1"),
                ([uri, "--endpoint-url", f"http://user:{SECRET}@localhost"], "endpoint"),
                ([uri, "--endpoint-url", f"http://localhost/?{SECRET}"], "endpoint"),
                ([uri, "--virtual-host", "--endpoint-url", "http://127.0.0.1"], "cannot be a host"),
                (["s3://With_Underscore/key", "--virtual-host"], "cannot be a host"),
                (["s3://white space/key"], "white space"),
                (["s3://tenant:bucket/key"], "tenant:bucket.*Ceph"),
                ([uri, "--bucket-endpoint"], "endpoint of the bucket's own is asked for"),
                ([f"s3://{ACCESS_POINT}/key", "--bucket-endpoint", "--endpoint-url", "https://h"],
                 "bucket's own cannot be used with an ARN"),
                (["s3://arn:aws:s3:us-east-1/key"], "ARN"),
                (["s3://arn:aws:s3:us-east-1:1:bucket:b/key"], "ARN"),
                (["s3://arn:aws:s3:::bucket/key"], 'resource "bucket".*a bucket is given by its name'),
                ([f"s3://{ACCESS_POINT}/key", "--path-style"], "path-style.*ARN"),
                ([uri, "--accelerate", "--fips"], "Accelerate.*FIPS"),
                ([uri, "--fips", "--region", "cn-north-1"], "FIPS.*aws-cn"),
                ([uri, "--dualstack", "--endpoint-url", "http://localhost"], "dual-stack.*endpoint"),
                (["s3://bucket/" + "k" * 1025], "1024"),
                ([b"s3://bucket/\xff"], "UTF-8"),
                ([uri, "--query", "X-Amz-Signature=1"], "X-Amz-Signature"),
                ([uri, "--header", "Host: example.com"], "Host"),
                ([uri, "--header", "x y: 1"], "header name"),
                ([uri, "--header", f"x-key: {SECRET}\n"], "x-key")):
            with self.subTest(arguments=arguments):
                self.assert_fails(1, pattern, *arguments)

    def test_environment_with_a_bad_endpoint(self):
        self.assert_fails(1, "endpoint.*nowhere", "s3://bucket/key",
                          env={**KEYS, **REGION, "AWS_ENDPOINT_URL": "nowhere"})

    def test_standard_output_that_cannot_be_written(self):
        expected = "presign: error: cannot write to standard output\n"
        for redirection in (">/dev/full", ">&-"):
            for arguments in (["s3://bucket/key"], ["s3://bucket/key", "--json"],
                              ["s3://bucket/key", "--curl"], ["--help"], ["--version"]):
                with self.subTest(redirection=redirection, arguments=arguments):
                    done = self.run_in_shell(redirection, *arguments)
                    self.assertEqual((done.returncode, done.stderr), (1, expected))

    def test_standard_error_that_is_closed(self):
        done = self.run_in_shell("2>&-", "s3://bucket/key")
        self.assertEqual(done.returncode, 0)
        self.assertIn("&X-Amz-Signature=", done.stdout)


def man_page_options(page=MAN_PAGE):
    """Returns every option that the man page describes, and whether it takes a value."""
    options = {}
    for line in page.read_text().splitlines():
        if line.startswith(".It Fl "):
            for name in re.findall(r"Fl (-?[a-z0-9-]+)", line):
                options["-" + name] = " Ar " in line
    return options


def options_with_a_value():
    return [option for option, takes_value in man_page_options().items() if takes_value]


class DescriptionTest:
    """A command's help and its man page describe the same options, and its examples work. A mixin:
    subclasses name both, and say how an example runs."""

    def test_help_fits_a_terminal(self):
        text = self.presign("--help", env={})
        self.assertEqual(self.presign("-h", env={}), text)
        self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])
        self.assertTrue(text.startswith(f"Usage: {self.COMMAND} "))

    def test_help_and_man_page_describe_the_same_options(self):
        shown = {}
        for line in self.presign("--help").splitlines():
            if match := re.match(r"  ((?:-\w, )?--[a-z0-9-]+)( [A-Z]\S*)?(  |$)", line):
                shown.update(dict.fromkeys(match[1].split(", "), match[2] is not None))
        self.assertEqual(shown, man_page_options(self.PAGE))
        self.assertEqual(len(shown), self.OPTIONS)
        for option in shown:
            self.assertNotIn("there is no option", self.run_presign(self.ARGUMENT, option).err)

    def test_examples_of_the_help_work(self):
        examples = [line for line in self.presign("--help").splitlines()
                    if line.startswith(f"  {self.COMMAND} ")]
        self.assertEqual(len(examples), self.EXAMPLES)
        for example in examples:
            words = shlex.split(example.partition("<")[0])
            self.run_example(*words[len(self.COMMAND.split()):])

    @unittest.skipUnless(shutil.which("mandoc"), "needs mandoc")
    def test_man_page_is_sound(self):
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", self.PAGE], timeout=60,
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


class HelpTest(DescriptionTest, CommandTest):
    PAGE, OPTIONS, EXAMPLES, ARGUMENT = MAN_PAGE, 24, 4, "s3://bucket/key"
    run_example = CommandTest.url

    def test_the_other_commands_are_mentioned(self):
        for command in "post", "batch", "explain":
            self.assertIn(f"presign {command} --help", self.presign("--help"))

    def test_help_is_a_command_too(self):
        for command in [], ["post"], ["batch"], ["explain"]:
            self.assertEqual(self.presign("help", *command), self.presign(*command, "--help"))
        for others in ["explian"], ["help"], ["--json", "batch"]:
            self.assertEqual(self.presign("help", *others), self.presign("--help"))

    def test_help_goes_before_other_errors(self):
        self.assertEqual(self.presign("--help", "--unknown"), self.presign("--help"))

    def test_help_and_man_page_describe_the_same_variables(self):
        shown = set(re.findall(r"AWS_[A-Z0-9_]+", self.presign("--help")))
        described = set(re.findall(r"AWS_[A-Z0-9_]+", MAN_PAGE.read_text()))
        self.assertEqual(shown, described)


class SettingsTest(CommandTest):
    """The man page's table of settings is complete, and each does what it says."""

    USUAL = "https://photos.s3.eu-west-1.amazonaws.com/key"
    ENDPOINT = "http://localhost:9000/photos/key"
    MULTI_REGION = "arn:aws:s3::123456789012:accesspoint:alias.mrap"
    SERVICES = "[services dev]\ns3 =\n  endpoint_url = http://localhost:9000\n"
    # The value of a setting, or of its variable; what the URL of a key in the bucket begins with or
    # has in it, or an error's message; the bucket; and what else the profile has.
    EFFECTS = {
        "region": ("eu-west-3", "https://photos.s3.eu-west-3.amazonaws.com/key", "photos", ""),
        "endpoint_url": ("http://localhost:9000", ENDPOINT, "photos", ""),
        "services": ("dev", ENDPOINT, "photos", SERVICES),
        "ignore_configured_endpoint_urls": ("true", USUAL, "photos", "endpoint_url = http://x\n"),
        "use_fips_endpoint": ("true", "https://photos.s3-fips.eu-west-1.amazonaws.com/", "photos", ""),
        "use_dualstack_endpoint": (
            "true", "https://photos.s3.dualstack.eu-west-1.amazonaws.com/", "photos", ""),
        "s3.use_accelerate_endpoint": (
            "true", "https://photos.s3-accelerate.amazonaws.com/key", "photos", ""),
        "s3.addressing_style": ("path", "https://s3.eu-west-1.amazonaws.com/photos/", "photos", ""),
        "s3_use_arn_region": ("false", "use_arn_region is false", ACCESS_POINT, ""),
        "s3_disable_multiregion_access_points": ("true", "cannot be used", MULTI_REGION, ""),
        "sigv4a_signing_region_set": ("us-*", "X-Amz-Region-Set=us-%2A&", MULTI_REGION, ""),
        "s3_disable_express_session_auth": (
            "true", "X-Amz-Security-Token=", "data--usw2-az1--x-s3", ""),
        "s3.signature_version": ("s3", "must be s3v4 or v4", "photos", ""),
    }
    # https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
    REFERENCE = """account_id_endpoint_mode api_versions auth_scheme_preference aws_access_key_id
        aws_account_id aws_secret_access_key aws_session_token ca_bundle credential_process
        credential_source defaults_mode disable_host_prefix_injection disable_request_compression
        duration_seconds ec2_metadata_service_endpoint ec2_metadata_service_endpoint_mode
        ec2_metadata_v1_disabled endpoint_discovery_enabled endpoint_url external_id
        ignore_configured_endpoint_urls login_session max_attempts metadata_service_num_attempts
        metadata_service_timeout mfa_serial output parameter_validation region
        request_checksum_calculation request_min_compression_size_bytes
        response_checksum_validation retry_mode role_arn role_session_name
        s3_disable_express_session_auth s3_disable_multiregion_access_points s3_use_arn_region
        sdk_ua_app_id services sigv4a_signing_region_set source_profile sso_account_id sso_region
        sso_registration_scopes sso_role_name sso_session sso_start_url sts_regional_endpoints
        tcp_keepalive use_dualstack_endpoint use_fips_endpoint web_identity_token_file"""

    def page(self):
        return re.search(r"^\.Sh SETTINGS\n(.*?)^\.Sh", MAN_PAGE.read_text(),
                         re.MULTILINE | re.DOTALL)[1]

    def outcome(self, name, value, bucket, profile, env):
        """Returns the URL, or the error's message, with a setting of this name in the profile."""
        parent, _, nested = name.rpartition(".")
        line = f"{parent} =\n  {nested}" if parent else name
        region = "" if name == "region" else "region = eu-west-1\n"
        setting = f"{line} = {value}\n" if value else ""
        self.write(".aws/config", f"[default]\n{region}{setting}{profile}")
        done = self.run_anything(f"s3://{bucket}/key", env=env)
        return done.out or done.err

    def test_settings_do_what_the_page_says(self):
        rows = re.findall(r"^\.It (Sy .*)$", self.page(), re.MULTILINE)
        self.assertEqual({row.split()[1] for row in rows}, set(self.EFFECTS))
        env = {**KEYS, "AWS_SESSION_TOKEN": "token"}
        for row in rows:
            names, variables = re.findall(r"Sy (\S+)", row), re.findall(r"Ev (\S+)", row)
            value, expected, bucket, more = self.EFFECTS[names[0]]
            self.assertNotIn(expected, self.outcome("", "", bucket, more, env))
            for name in names:
                with self.subTest(name=name):
                    self.assertIn(expected, self.outcome(name, value, bucket, more, env))
            for variable in variables:
                with self.subTest(name=variable):
                    self.assertIn(expected, self.outcome("", "", bucket, more,
                                                         {**env, variable: value}))

    def test_page_has_all_settings(self):
        known = set(self.REFERENCE.split())
        if botocore:
            provider = botocore.configprovider
            for names, *_ in (*provider.BOTOCORE_DEFAUT_SESSION_VARIABLES.values(),
                              *provider.DEFAULT_S3_CONFIG_VARS.values(),
                              *provider.DEFAULT_PROXIES_CONFIG_VARS.values()):
                for name in names if isinstance(names, list) else [names]:
                    known.add(name[1] if isinstance(name, tuple) else name)
        text = self.page()
        families = tuple(re.findall(r"(\w+_)\*", text))
        described = set(re.findall(r"\w+", text))
        self.assertEqual({name for name in known if name and name not in described and
                          not name.startswith(families)}, set())

    def test_values_that_cannot_be(self):
        for text in "use_fips_endpoint = yes\n", "s3 =\n  addressing_style = sideways\n":
            self.write(".aws/config", "[default]\n" + text)
            self.assert_fails(1, "must be .*, got ", "s3://photos/key", env=TEMPORARY)


@unittest.skipUnless(botocore, "needs botocore")
class BotocoreTest(CommandTest):
    """Signs the same requests with botocore, which sorts the query differently."""

    def compare(self, operation, parameters, *arguments, endpoint=None, token=None, expires=3600):
        # Known difference: by default, botocore signs for the global host, which redirects.
        style = {} if endpoint else {"addressing_style": "virtual"}
        client = botocore.session.Session().create_client(
            "s3", "eu-west-1", aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET,
            aws_session_token=token,
            endpoint_url=endpoint or "https://s3.eu-west-1.amazonaws.com",
            config=Config(signature_version="s3v4", s3=style))
        theirs = urlsplit(client.generate_presigned_url(
            operation, Params={"Bucket": "examplebucket", **parameters}, ExpiresIn=expires))
        their_query = sorted(parse_qsl(theirs.query, keep_blank_values=True))

        if endpoint:
            arguments = [*arguments, "--endpoint-url", endpoint]
        ours = self.url("s3://examplebucket/" + parameters["Key"], *arguments, "--region",
                        "eu-west-1", "--expires-in", str(expires), "--date",
                        dict(their_query)["X-Amz-Date"],
                        env={**KEYS, **({"AWS_SESSION_TOKEN": token} if token else {})})
        self.assertEqual(ours._replace(query=""), theirs._replace(query=""))
        self.assertEqual(sorted(parse_qsl(ours.query, keep_blank_values=True)), their_query)

    def test_get(self):
        self.compare("get_object", {"Key": "a/key"}, expires=86400)

    def test_get_of_much(self):
        self.compare("get_object",
                     {"Key": "a //+ü%'\n", "VersionId": "v/1+2=", "ResponseContentDisposition":
                      "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%BC.txt"},
                     "--version-id", "v/1+2=", "--filename", "ü.txt", token=TOKEN)

    def test_put_to_another_service(self):
        self.compare("put_object", {"Key": "a/key", "ContentType": "image/png"}, "--method", "PUT",
                     "--header", "content-type:image/png", endpoint="http://localhost:9000")

    def test_endpoint_with_a_path(self):
        self.compare("head_object", {"Key": "key"}, "--method", "HEAD",
                     endpoint="https://s3.example.com:8443/base")

    def test_delete_by_query(self):
        self.compare("abort_multipart_upload", {"Key": "key", "UploadId": "u=/1"}, "--method",
                     "DELETE", "--query", "uploadId=u=/1")


def main(usage):
    global PROGRAM
    if len(sys.argv) < 2:
        sys.exit(usage)
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()


if __name__ == "__main__":
    main(__doc__)
