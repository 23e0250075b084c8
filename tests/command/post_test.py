#!/usr/bin/python3
"""Tests the command presign post from outside, with a server that checks forms by S3's rules.

    post_test.py PROGRAM [unittest's arguments]

Tests that need curl or mandoc are skipped if it is missing.
"""
import base64
import hashlib
import hmac
import html.parser
import http.client
import http.server
import json
import re
import shutil
import subprocess
import time
import unittest

import command_test
from command_test import KEYS, REGION, SECRET, TOKEN, CommandTest

MAN_PAGE = command_test.PROJECT / "docs" / "presign-post.1"
DATE = ["--date", "20130524T000000Z"]
URI = "s3://examplebucket/uploads/"


# ── A server ────────────────────────────────────────────────────────────────────────────────────


def parts_of(content_type, body):
    """Yields the parts of a multipart body as (name, file name, content)."""
    boundary = re.fullmatch("multipart/form-data; boundary=(.+)", content_type)[1].encode()
    preamble, *parts, end = (b"\r\n" + body).split(b"\r\n--" + boundary)
    assert preamble == b"" and end.strip() == b"--", (preamble, end)
    for part in parts:
        headers, content = part.removeprefix(b"\r\n").split(b"\r\n\r\n", 1)
        header = re.search(rb'^Content-Disposition: form-data; name="([^"\r]*)"'
                          rb'(?:; filename="((?:[^"\\\r]|\\.)*)")?', headers, re.MULTILINE)
        name, filename = header.groups()
        if filename is not None:
            filename = re.sub(rb"\\(.)", rb"\1", filename).decode()
        yield name.decode(), filename, content


def rejection(form, filename, content):
    """Returns why S3 would reject the form, or None.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
    """
    fields = {name.lower(): value.replace("${filename}", filename) for name, value in form}
    if len(fields) != len(form):
        return "a field was sent twice"
    key = f"AWS4{SECRET}".encode()
    scope = fields["x-amz-credential"].split("/")
    for part in scope[1:]:
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    if fields["x-amz-signature"] != hmac.digest(key, fields["policy"].encode(), "sha256").hex():
        return "the signature"
    if scope[1] != fields["x-amz-date"][:8] or scope[3:] != ["s3", "aws4_request"]:
        return "the scope"

    policy = json.loads(base64.b64decode(fields["policy"], validate=True))
    if time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()) > policy["expiration"]:
        return "the policy expired"
    fields["bucket"] = "examplebucket"
    covered = {"policy", "x-amz-signature"}
    for condition in policy["conditions"]:
        if isinstance(condition, dict):
            [(name, expected)] = condition.items()
            condition = ["eq", "$" + name, expected]
        operation, name, expected = condition
        if operation == "content-length-range":
            if not name <= len(content) <= expected:
                return "the size"
            continue
        name = name.removeprefix("$").lower()
        covered.add(name)
        value = fields.get(name)
        if value is None or not (value == expected if operation == "eq" else
                                 operation == "starts-with" and value.startswith(expected)):
            return f"the condition {condition}"
    extra = {name for name in fields if not name.startswith("x-ignore-")} - covered
    return f"no condition for {extra}" if extra else None


class Store(http.server.BaseHTTPRequestHandler):
    """A bucket that forms upload into."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        *form, (name, filename, content) = parts_of(self.headers["content-type"], body)
        assert name == "file" and filename is not None
        form = [(name, value.decode()) for name, filename, value in form]
        reason = rejection(form, filename, content)
        if reason is None:
            key = dict(form)["key"].replace("${filename}", filename)
            self.server.objects[key] = (content, dict(form))
        self.send_response(403 if reason else 204, reason)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class PostTest(CommandTest):
    COMMAND = "presign post"

    def form(self, *arguments, **more):
        return json.loads(self.presign(*arguments, **more))

    def conditions(self, *arguments, **more):
        """Returns the conditions that not every form has."""
        policy = json.loads(base64.b64decode(self.form(*arguments, **more)["fields"]["policy"]))
        return [condition for condition in policy["conditions"]
                if isinstance(condition, list) or not set(condition) <= {
                    "bucket", "x-amz-algorithm", "x-amz-credential", "x-amz-date"}]


class StoreTest(PostTest):
    """Sends the printed form to a server that checks it."""

    def setUp(self):
        super().setUp()
        self.endpoint = ["--endpoint-url", self.serve(Store)]
        self.server.objects = {}


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────


class JsonTest(PostTest):
    def test_all_of_it(self):
        form = self.form("s3://examplebucket/cat.jpg", "--field", "acl=private", *DATE,
                         "--expires-in", "60")
        self.assertEqual(list(form), ["url", "fields", "signed_at", "expires_at", "warnings"])
        self.assertEqual(form["url"], "https://examplebucket.s3.us-east-2.amazonaws.com/")
        fields = form["fields"]
        self.assertEqual(list(fields), ["key", "acl", "x-amz-algorithm", "x-amz-credential",
                                        "x-amz-date", "policy", "x-amz-signature"])
        self.assertEqual((fields["key"], fields["acl"]), ("cat.jpg", "private"))
        self.assertEqual(fields["x-amz-date"], "20130524T000000Z")
        self.assertEqual(json.loads(base64.b64decode(fields["policy"]))["expiration"],
                         "2013-05-24T00:01:00.000Z")
        self.assertEqual(form["signed_at"], "2013-05-24T00:00:00Z")
        self.assertEqual(form["expires_at"], "2013-05-24T00:01:00Z")
        self.assertEqual(form["warnings"], [])
        self.assertEqual(self.form("s3://examplebucket/cat.jpg", "--field", "acl=private", *DATE,
                                   "--expires-in", "60", "--json"), form)

    def test_key(self):
        for uri, key in (("s3://examplebucket", "${filename}"),
                         ("s3://examplebucket/", "${filename}"),
                         ("examplebucket/a/b/", "a/b/${filename}"),
                         ("s3://examplebucket//", "/${filename}"),
                         ("s3://examplebucket/a/${filename}.txt", "a/${filename}.txt"),
                         ("s3://examplebucket/a", "a"),
                         ("s3://examplebucket/漢🐈\n'\"<&>", "漢🐈\n'\"<&>")):
            done = self.run_presign(uri)
            self.assertEqual(json.loads(done.out)["fields"]["key"], key)

    def test_conditions(self):
        self.assertEqual(self.conditions(URI), [["starts-with", "$key", "uploads/"]])
        key = "s3://examplebucket/k"
        self.assertEqual(self.conditions(key, "--field", "a=", "--field", "b=c=d"),
                         [{"key": "k"}, {"a": ""}, {"b": "c=d"}])
        self.assertEqual(self.conditions(key, "--max-size", "7"),
                         [{"key": "k"}, ["content-length-range", 0, 7]])
        self.assertEqual(self.conditions(key, "--max-size", "7", "--min-size=7"),
                         [{"key": "k"}, ["content-length-range", 7, 7]])
        self.assertEqual(self.conditions(URI, "--starts-with", "key=uploads/a"),
                         [["starts-with", "$key", "uploads/a"]])

    def test_starts_with_has_a_value_in_the_form(self):
        image = ["--starts-with", "Content-Type=image/"]
        conditions = [{"key": "k"}, ["starts-with", "$Content-Type", "image/"]]
        for arguments, name, value in ((image, "Content-Type", "image/"),
                                       ([*image, *image], "Content-Type", "image/"),
                                       (["--field", "content-type=image/png", *image],
                                        "content-type", "image/png"),
                                       ([*image, "--field", "content-type=image/png"],
                                        "content-type", "image/png")):
            fields = self.form("s3://examplebucket/k", *arguments)["fields"]
            self.assertEqual(fields.get(name), value)
            self.assertEqual(len(fields), 7)
        self.assertEqual(self.conditions("s3://examplebucket/k", *image), conditions)

    def test_address(self):
        for arguments, url in (
                (["--region", "eu-west-1"], "https://examplebucket.s3.eu-west-1.amazonaws.com/"),
                (["--path-style"], "https://s3.us-east-2.amazonaws.com/examplebucket"),
                (["--endpoint-url", "http://[::1]:9000"], "http://[::1]:9000/examplebucket"),
                (["--endpoint-url", "http://example.com", "--virtual-host"],
                 "http://examplebucket.example.com/")):
            self.assertEqual(self.form(URI, *arguments)["url"], url)

    def test_session_token(self):
        done = subprocess.run([command_test.PROGRAM, "post", URI], timeout=60, capture_output=True,
                              env=self.environment({**KEYS, **REGION, "AWS_SESSION_TOKEN": TOKEN}))
        self.assertEqual(done.stderr, b"")
        self.assertEqual(json.loads(done.stdout)["fields"]["x-amz-security-token"], TOKEN)

    def test_warnings(self):
        env = {**KEYS, **REGION, "AWS_CREDENTIAL_EXPIRATION": "2013-05-24T00:10:00Z"}
        done = self.run_presign(URI, *DATE, "--field", "tagging=a\n$$", env=env)
        shown = json.loads(done.out)
        self.assertEqual([warning["code"] for warning in shown["warnings"]],
                         ["credentials_expire_first", "line_breaks", "dollar_signs"])
        self.assertEqual(done.err, "".join(f"presign: warning: {warning['message']}\n"
                                           for warning in shown["warnings"]))
        self.assertEqual(shown["expires_at"], "2013-05-24T00:10:00Z")


# ── HTML ────────────────────────────────────────────────────────────────────────────────────────


class Page(html.parser.HTMLParser):
    """The form that a browser finds in a page."""

    def __init__(self, text):
        super().__init__()
        self.form = None
        self.inputs = []
        # "Normalize newlines": a browser reads every line break as LF.
        self.feed(text.replace("\r\n", "\n").replace("\r", "\n"))
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag == "form":
            self.form = dict(attrs)
        elif tag == "input":
            self.inputs.append(dict(attrs))

    def submit(self, filename, content):
        """Returns URL, headers and body of the request that a browser sends."""
        assert (self.form["method"], self.form["enctype"]) == ("post", "multipart/form-data")
        body = b""
        for field in self.inputs:
            name, value = field["name"], field.get("value", "").encode()
            body += b'--b\r\nContent-Disposition: form-data; name="' + name.encode() + b'"'
            if field["type"] == "file":
                body += f'; filename="{filename}"\r\nContent-Type: text/plain'.encode()
                value = content
            else:
                value = re.sub(rb"\r\n|\r|\n", b"\r\n", value)
            body += b"\r\n\r\n" + value + b"\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        return self.form["action"], headers, body + b"--b--\r\n"


class HtmlTest(StoreTest):
    def page(self, *arguments, **more):
        return Page(self.presign(*arguments, *self.endpoint, "--html", **more))

    def send(self, page, filename="cat.jpg", content=b"a cat"):
        url, headers, body = page.submit(filename, content)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=60)
        self.addCleanup(connection.close)
        connection.request("POST", url.split("/", 3)[3], body, headers)
        response = connection.getresponse()
        return response.status, response.reason

    def test_form_uploads(self):
        page = self.page(URI, "--max-size", "5", "--field", "x-ignore-me=1",
                         "--field", "x-amz-meta-a=<b> & \"c\"'\r\n\t&amp;漢🐈")
        self.assertEqual(self.send(page)[0], 204)
        content, fields = self.server.objects["uploads/cat.jpg"]
        self.assertEqual(content, b"a cat")
        self.assertEqual(fields["x-amz-meta-a"], "<b> & \"c\"'\r\n\t&amp;漢🐈")
        self.assertEqual(self.send(page, content=b"a dog!"), (403, "the size"))

    def test_fields_as_in_json(self):
        arguments = [URI, *DATE, "--field", "acl=private", "--starts-with", "Content-Type=image/",
                     *self.endpoint]
        form = self.form(*arguments)
        page = Page(self.presign(*arguments, "--html"))
        self.assertEqual(page.form["action"], form["url"])
        self.assertEqual({field["name"]: field["value"] for field in page.inputs[:-1]},
                         form["fields"])
        self.assertEqual((page.inputs[-1]["name"], page.inputs[-1]["type"]), ("file", "file"))

    def test_fields_that_may_differ_can_be_edited(self):
        page = self.page(URI, "--starts-with", "Content-Type=image/", "--starts-with",
                         "X-Amz-Meta-&=", "--field", "acl=private")
        types = {field["name"]: field["type"] for field in page.inputs}
        self.assertEqual([name for name in types if types[name] == "text"],
                         ["Content-Type", "X-Amz-Meta-&"])
        self.assertEqual(self.send(page)[0], 204)
        [content_type] = [field for field in page.inputs if field["name"] == "Content-Type"]
        content_type["value"] = "image/gif"
        self.assertEqual(self.send(page)[0], 204)
        content_type["value"] = "text/html"
        self.assertEqual(self.send(page)[0], 403)

    def test_content_type_follows_the_file(self):
        script = "this.form.elements['content-TYPE'].value = this.files[0].type"
        page = self.page(URI, "--starts-with", "content-TYPE=")
        self.assertIn(script, page.inputs[-1]["onchange"])
        self.assertNotIn("onchange", self.page(URI, "--field", "Content-Type=a/b").inputs[-1])
        self.assertNotIn("onchange", self.page(URI).inputs[-1])

    def test_changed_form_is_rejected(self):
        for number in range(6):
            page = self.page("s3://examplebucket/k")
            page.inputs[number]["value"] += "x"
            self.assertEqual(self.send(page)[0], 403, page.inputs[number]["name"])


# ── curl ────────────────────────────────────────────────────────────────────────────────────────


@unittest.skipUnless(shutil.which("curl"), "needs curl")
class CurlTest(StoreTest):
    def send(self, *arguments, file):
        command = self.presign(*arguments, *self.endpoint, "--curl")
        return subprocess.run(["sh", "-c", command + " --fail --silent --show-error"], timeout=60,
                              cwd=self.home, env=self.environment({"FILE": file} if file else {}),
                              capture_output=True, text=True)

    def test_command_uploads(self):
        for name in ("cat.jpg", "a;b, c='$x'.txt", "漢 🐈"):
            self.write(name, "a cat")
            done = self.send(URI, "--max-size", "5", "--field", "x-amz-meta-a=@file; '\"$HOME\\<",
                             "--field", "x-amz-meta-b=", file=name)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            content, fields = self.server.objects["uploads/" + name]
            self.assertEqual(content, b"a cat")
            self.assertEqual(fields["x-amz-meta-a"], "@file; '\"$HOME\\<")
            self.assertEqual(fields["x-amz-meta-b"], "")

    def test_names_of_files(self):
        self.write("a", "another file, if the name ended at a quote")
        self.write("a\\b", "another file, if curl took a backslash as an escape")
        for name in command_test.FILE_NAMES:
            with self.subTest(name=name):
                self.write(name, name)
                done = self.send("s3://examplebucket/key", file=name)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(self.server.objects["key"][0].decode(), name)

    def test_file_that_is_rejected(self):
        self.write("file", "a dog!")
        done = self.send(URI, "--max-size", "5", file="file")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("403", done.stderr)

    def test_upload_of_nothing_fails(self):
        done = self.send(URI, file="")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("FILE: must name the file to upload", done.stderr)


# ── Errors ──────────────────────────────────────────────────────────────────────────────────────


class ErrorTest(PostTest):
    def test_usage_errors(self):
        for arguments, pattern in (
                (["s3://"], "has no bucket"),
                ([URI, URI], "only one S3Uri can be given"),
                ([URI, "--method", "PUT"], "there is no option --method$"),
                ([URI, "--max-size", "1M"], 'a whole number of bytes, got "1M"'),
                ([URI, "--max-size", "1", "--min-size", "x"], "a whole number of bytes"),
                ([URI, "--min-size", "1"], "--max-size"),
                ([URI, "--max-size", str(2**63)], f"out of range, got {2**63}$"),
                ([URI, "--max-size", "1", "--min-size", "9" * 30], "out of range, got 9{30}$"),
                ([URI, "--field", "acl"], "must be NAME=VALUE, but there is no '='"),
                ([URI, "--starts-with", "=x"], "must be NAME=VALUE, but the name is empty"),
                ([URI, "--html", "--curl"], "excludes"),
                ([URI, "--json", "--curl"], "excludes"),
                ([URI, "--html", "--json"], "excludes")):
            with self.subTest(arguments=arguments):
                self.assert_fails(2, pattern, *arguments)

    def test_failures(self):
        for arguments, pattern in (
                ([URI, "--expires-in", "604801"], "1 to 604800 seconds, got 604801"),
                ([URI, "--max-size", "-1"], "content-length-range.*0 to -1"),
                ([URI, "--max-size", "1", "--min-size", "2"], "content-length-range.*2 to 1"),
                ([URI, "--max-size", str(2**63 - 1), f"--min-size={-2**63}"], "content-length-range"),
                ([URI, "--field", "policy=x"], '"policy" is reserved: it is set by'),
                ([URI, "--field", "Content-Type=text/plain", "--starts-with", "content-type=image/"],
                 '"content-type" must begin with "image/", but its value is "text/plain"'),
                (["s3://examplebucket/cat.jpg", "--starts-with", "key=img/"],
                 '"key" must begin with "img/", but its value is "cat.jpg"'),
                ([URI, "--starts-with", "key=img/"], 'value is "uploads/\\${filename}"'),
                ([URI, "--starts-with", "acl=a", "--starts-with", "acl=b"],
                 '"acl" must begin with "a" and with "b"'),
                ([URI, "--field", "key=x"], '"key".*already'),
                ([URI, "--field", "acl=x", "--field", "ACL=y"], '"ACL".*already'),
                ([URI, "--field", "a b=x"], "a form field's name"),
                ([URI, "--field", b"acl=\xff"], "UTF-8"),
                ([URI, "--starts-with", "file=x"], '"file"'),
                ([URI, "--field", "x-amz-meta-a=" + "a" * 20000], "20480 bytes"),
                ([b"s3://examplebucket/\xff"], "UTF-8"),
                (["s3://examplebucket/" + "k" * 1025], "1 to 1024 bytes")):
            with self.subTest(arguments=arguments):
                self.assert_fails(1, pattern, *arguments)


class HelpTest(command_test.DescriptionTest, PostTest):
    PAGE, OPTIONS, EXAMPLES, ARGUMENT = MAN_PAGE, 22, 3, URI
    run_example = PostTest.presign


if __name__ == "__main__":
    command_test.main(__doc__)
