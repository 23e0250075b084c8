#!/usr/bin/python3
"""Tests the command presign explain from outside.

    explain_test.py PROGRAM [unittest's arguments]

Tests that need mandoc are skipped if it is missing.
"""
import json
import re
import subprocess
from urllib.parse import quote

import command_test
from command_test import KEYS, PUBLISHED_URL, SECRET, TOKEN, CommandTest

MAN_PAGE = command_test.PROJECT / "docs" / "presign-explain.1"
SIGNATURE = PUBLISHED_URL[-64:]
IN_TIME = ["--date", "20130524T120000Z"]
FACTS = """\
Signed by    AKIAIOSFODNN7EXAMPLE
Algorithm    SigV4
Method       GET
Host         examplebucket.s3.amazonaws.com
Bucket       examplebucket, in the host
Key          test.txt
Region       us-east-1
Service      s3
Signed at    2013-05-24T00:00:00Z, 12 hours ago
Expires at   2013-05-25T00:00:00Z, in 12 hours
Headers      host
Token        none
"""
CANONICAL_REQUEST = "\n".join([
    "GET", "/test.txt", PUBLISHED_URL.partition("?")[2].rpartition("&")[0],
    "host:examplebucket.s3.amazonaws.com", "", "host", "UNSIGNED-PAYLOAD"])


def response(canonical_request=CANONICAL_REQUEST, code="SignatureDoesNotMatch"):
    text = canonical_request.replace("&", "&amp;").replace("<", "&lt;")
    return (f"<?xml version='1.0'?>\n<Error><Code>{code}</Code><Message>No.</Message>"
            f"<CanonicalRequest>{text}</CanonicalRequest></Error>")


def sources():
    """Returns the text of the library's and the command's sources that explain."""
    files = [*command_test.PROJECT.glob("src/explain/*.cpp"),
             command_test.PROJECT / "examples/cli/explanation_text.cpp"]
    return "\n".join(file.read_text() for file in files)


class ExplainTest(CommandTest):
    COMMAND = "presign explain"
    ENVIRONMENT = {}

    def run_anything(self, *arguments, **more):
        done = super().run_anything(*arguments, **more)
        for secret in (quote(TOKEN, safe=""), SIGNATURE, SIGNATURE[:-1]):
            self.assertNotIn(secret, done.out + done.err)
        return done

    def sign(self, *arguments):
        """Returns the URL of a request."""
        return self.presign(*arguments, "--region", "eu-west-1", command="presign", env=KEYS)

    def explain(self, *arguments, **more):
        return json.loads(self.presign(*arguments, "--json", **more))

    def causes(self, *arguments, **more):
        return [finding["cause"] for finding in self.explain(*arguments, **more)["findings"]]


# ── For people ─────────────────────────────────────────────────────────────────────────────────


class TextTest(ExplainTest):
    def test_url_without_mistakes(self):
        self.assertEqual(self.presign(PUBLISHED_URL, *IN_TIME),
                         FACTS + "\nNothing looks wrong. Only the credentials that signed the URL can"
                         " tell whether the\nsignature is right.")
        self.assertTrue(self.presign(PUBLISHED_URL, *IN_TIME, env=KEYS)
                        .endswith("\nNothing looks wrong."))

    def test_url_as_it_is_pasted(self):
        for text in (f"<'{PUBLISHED_URL}'>", f"\n  {PUBLISHED_URL}\r\n", f"\ufeff{PUBLISHED_URL}",
                     f'\ufeff "{PUBLISHED_URL}"'):
            for arguments in ([text], ["-"]):
                self.assertEqual(self.presign(*arguments, *IN_TIME, stdin=text),
                                 self.presign(PUBLISHED_URL, *IN_TIME))

    def test_credentials(self):
        for env, line in (
                ({**KEYS}, "made this signature"),
                ({**KEYS, "AWS_SECRET_ACCESS_KEY": "x"},
                 "did not make this signature"),
                ({**KEYS, "AWS_ACCESS_KEY_ID": "AKIA2"}, "have another access key id, AKIA2"),
                ({}, None)):
            text = self.presign(PUBLISHED_URL, *IN_TIME, env=env)
            shown = re.search("^Credentials  (.*)$", text, re.MULTILINE)
            self.assertEqual(shown and shown[1], line)

    def test_profile(self):
        self.write(".aws/credentials", f"[p]\naws_access_key_id = {KEYS['AWS_ACCESS_KEY_ID']}\n"
                                       f"aws_secret_access_key = {SECRET}\n")
        self.assertIn("made this signature",
                      self.presign(PUBLISHED_URL, *IN_TIME, "--profile", "p"))
        self.assert_fails(1, "profile", PUBLISHED_URL, "--profile", "q", env={})

    def test_credentials_that_cannot_be_used_are_noted(self):
        self.presign(PUBLISHED_URL, *IN_TIME, env={"AWS_ACCESS_KEY_ID": "AKIA2"},
                     err="presign: note: no credentials are used: .*\n")

    def test_what_looks_wrong(self):
        url = PUBLISHED_URL.replace("/test.txt", "/a%2520b")
        text = self.presign(url, "--date", "20130525T000001Z")
        self.assertTrue(text.endswith("""
What looks wrong
  certain   the URL has expired: sign a new one
  likely    the path is percent-encoded twice, it has %25 and two hex digits:
            paths and queries must be percent-encoded exactly once"""), text)
        self.assertIn("\nExpires at   2013-05-25T00:00:00Z, 1 second ago\n", text)

    def test_first_difference(self):
        body = response(CANONICAL_REQUEST.replace("host:example", "host:internal"))
        text = self.presign(PUBLISHED_URL, *IN_TIME, "--error", "-", stdin=body)
        self.assertIn("\nServer says  SignatureDoesNotMatch: No.\n", text)
        self.assertTrue(text.endswith("""
First difference: canonical request, line 4, byte 6
  URL      host:examplebucket.s3.amazonaws.com
  server   host:internalbucket.s3.amazonaws.com
                ^"""), text)

    def test_the_caret_in_long_and_strange_lines(self):
        for old, new, url_line, server_line in (
                ("Expires=86400", "Expires=86401",
                 "…Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host",
                 "…Date=20130524T000000Z&X-Amz-Expires=86401&X-Amz-SignedHeaders=host"),
                ("examplebucket.s3", "exämple\x7fbucket.s4",
                 "host:examplebucket.s3.amazonaws.com",
                 r"host:ex\xc3\xa4mple\x7fbucket.s4.amazonaws.com")):
            text = self.presign(PUBLISHED_URL, *IN_TIME, "--error", "-",
                                stdin=response(CANONICAL_REQUEST.replace(old, new)))
            *_, ours, theirs, caret = text.splitlines()
            self.assertEqual(ours, "  URL      " + url_line)
            self.assertEqual(theirs, "  server   " + server_line)
            at = caret.index("^")
            self.assertEqual(ours[:at], theirs[:at].replace("server", "URL   "))
            self.assertNotEqual(ours[at], theirs[at])

    def test_lines_fit_a_terminal(self):
        body = response(CANONICAL_REQUEST.replace("&", "&a=" + "b" * 300 + "&"))
        text = self.presign(PUBLISHED_URL, "--error", "-", stdin=body)
        self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])

    def test_text_cannot_control_the_terminal(self):
        url = PUBLISHED_URL.replace("/test.txt", "/%1b%5b31m%0aSigned%20by%c3%bc%c2%9b1m")
        text = self.presign(url, *IN_TIME, "--error", "-",
                            stdin=response(code="\x1b[31mNo\n"))
        self.assertNotRegex(text, "[\x1b\x80-\x9f]")
        self.assertIn("Key          \\x1b[31m\\x0aSigned by\u00fc\udcc2\\x9b1m\n", text)


class PastedTest(ExplainTest):
    """What people paste, and what must come of it."""

    def first(self, body, *arguments, env=KEYS):
        found = self.explain(PUBLISHED_URL, *IN_TIME, "--error", "-", *arguments, env=env,
                             stdin=body)["findings"]
        return [(finding["cause"], finding["certainty"]) for finding in found][:1]

    def test_a_refusal_after_a_good_signature(self):
        for code in ("InvalidObjectState", "PreconditionFailed", "InvalidRange", "NoSuchUpload"):
            body = f"<Error><Code>{code}</Code><Message>No.</Message></Error>"
            for env in ({}, KEYS, {**KEYS, "AWS_SECRET_ACCESS_KEY": "x"},
                        {**KEYS, "AWS_ACCESS_KEY_ID": "AKIA2"}):
                self.assertEqual(self.first(body, env=env), [("operation", "certain")])
            text = self.presign(PUBLISHED_URL, *IN_TIME, "--error", "-", stdin=body, env=KEYS)
            self.assertNotIn("something else arrived", text)
            self.assertIn("accepted the signature", " ".join(text.split()))

    def test_the_argument_is_named(self):
        body = ("<Error><Code>InvalidArgument</Code><Message></Message>"
                "<ArgumentName>x-amz-acl</ArgumentName></Error>")
        self.assertIn('"x-amz-acl"', self.presign(PUBLISHED_URL, *IN_TIME, "--error", "-",
                                                  stdin=body))

    def test_curl_with_headers(self):
        body = "HTTP/1.1 403 Forbidden\r\nServer: AmazonS3\r\n\r\n"
        self.assertEqual(self.first(body + response(CANONICAL_REQUEST.replace("GET", "HEAD"))),
                         [("method", "certain")])
        self.assert_fails(1, "HEAD", PUBLISHED_URL, "--error", self.write("head", body), env={})

    def test_raw_ampersands(self):
        body = response(CANONICAL_REQUEST.replace("GET", "HEAD")).replace("&amp;", "&")
        self.assertEqual(self.first(body), [("method", "certain")])

    def test_a_browser_s_view(self):
        above = ("This XML file does not appear to have any style information associated with "
                 "it. The document tree is shown below.\n▼")
        body = response(CANONICAL_REQUEST.replace("GET", "HEAD"))
        for view in (above + body, above + body.replace("\n", " ")):
            self.assertEqual(self.first(view), [("method", "certain")])
        text = self.presign(PUBLISHED_URL, *IN_TIME, "--error", "-", env=KEYS,
                            stdin="AccessDeniedRequest has expired300")
        self.assertIn("Server says  AccessDenied: Request has expired300\n", text)
        self.assertRegex(text, "note +the response has no tags")

    def test_json_of_api_gateway(self):
        texts = ("The request signature we calculated does not match.\n\nThe Canonical String for "
                 "this request should have been\n'" + CANONICAL_REQUEST.replace("GET", "HEAD") +
                 "'\n\nThe String-to-Sign should have been\n'a\nb\nc\nd'\n")
        text = self.presign(PUBLISHED_URL, *IN_TIME, "--error", "-", env=KEYS,
                            stdin=json.dumps({"message": texts}))
        self.assertIn("certain   the method", text)
        self.assertIn("First difference: canonical request, line 1", text)
        text = self.presign(PUBLISHED_URL, *IN_TIME, "--error", "-",
                            stdin='{"message":"Forbidden"}')
        self.assertIn("Server says  Forbidden\n", text)

    def test_the_checksum_of_an_empty_body(self):
        url = self.sign("s3://b/k", "--method", "PUT", "--query", "x-amz-checksum-crc32=AAAAAA==")
        self.assertEqual(self.causes(url, "--method", "PUT", env=KEYS), ["payload_hash"])


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────


class JsonTest(ExplainTest):
    def test_all_of_it(self):
        body = response(CANONICAL_REQUEST.replace("GET", "HEAD"))
        shown = self.explain(PUBLISHED_URL, *IN_TIME, "--error", self.write("error.xml", body),
                         env=KEYS)
        [finding] = shown.pop("findings")
        self.assertEqual((finding["cause"], finding["certainty"]), ("method", "certain"))
        self.assertIn('"HEAD"', finding["message"])
        self.assertEqual(shown, {
            "access_key_id": "AKIAIOSFODNN7EXAMPLE", "algorithm": "SigV4", "method": "GET",
            "host": "examplebucket.s3.amazonaws.com", "path": "/test.txt",
            "bucket": "examplebucket", "key": "test.txt", "region": "us-east-1", "service": "s3",
            "signed_at": "2013-05-24T00:00:00Z", "expires_at": "2013-05-25T00:00:00Z",
            "signed_headers": "host", "has_session_token": False, "made_by_credentials": True,
            "response_code": "SignatureDoesNotMatch", "response_message": "No.",
            "difference": {"text": "canonical request", "line": 1, "byte": 1, "url": "GET",
                           "server": "HEAD"}})

    def test_what_is_not_known_is_null(self):
        shown = self.explain("https://h/%ff?X-Amz-Algorithm=AWS4-HMAC-SHA256&a=b")
        for name in ("access_key_id", "bucket", "key", "region", "service", "signed_at",
                     "expires_at", "signed_headers", "made_by_credentials", "response_code",
                     "response_message", "difference"):
            self.assertIsNone(shown[name], name)
        self.assertEqual(shown["path"], "/\ufffd")
        self.assertEqual(self.explain(PUBLISHED_URL, *IN_TIME)["findings"], [])


# ── The input ─────────────────────────────────────────────────────────────────────────────────


class OptionTest(ExplainTest):
    def test_method(self):
        url = self.sign("s3://b/k", "--method", "PUT")
        self.assertEqual(self.causes(url, env=KEYS), ["method"])
        for name in "PUT", "put":
            shown = self.explain(url, "--method", name, env=KEYS)
            self.assertEqual((shown["method"], shown["findings"]), ("PUT", []))

    def test_header(self):
        url = self.sign("s3://b/k", "--header", "Range:bytes=0-9", "--header", "x-amz-meta-a:b")
        self.assertIsNone(self.explain(url, env=KEYS)["made_by_credentials"])
        headers = ["--header", "range: bytes=0-9", "--header", "X-Amz-Meta-A:b"]
        self.assertTrue(self.explain(url, *headers, env=KEYS)["made_by_credentials"])
        self.assertEqual(self.explain(url, *headers, env=KEYS)["findings"][0]["certainty"], "note")

    def test_session_token(self):
        env = {**KEYS, "AWS_SESSION_TOKEN": TOKEN, "AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE"}
        url = subprocess.run([command_test.PROGRAM, "s3://b/k", "--region", "eu-west-1"],
                             timeout=60, env=self.environment(env), capture_output=True,
                             text=True).stdout.strip()
        shown = self.explain(url, env=env)
        self.assertTrue(shown["has_session_token"] and shown["made_by_credentials"])
        self.assertEqual(shown["findings"], [])
        self.assertIn("\nToken        present\n", self.presign(url))

    def test_every_cause_has_a_name(self):
        header = (command_test.PROJECT / "include/presign/explain.hpp").read_text()
        enum = re.search(r"enum class cause \{(.*?)\};", header, re.DOTALL)[1]
        names = re.findall(r"^  (\w+),", enum, re.MULTILINE)
        shown = re.findall(r'^    \{"(\w+)",', sources(), re.MULTILINE)
        self.assertGreater(len(names), 40)
        begin = shown.index(names[0])
        self.assertEqual(shown[begin:begin + len(names)], names)


# ── Errors ──────────────────────────────────────────────────────────────────────────────────────


class ErrorTest(ExplainTest):
    def test_usage_errors(self):
        for arguments, pattern in (
                ([""], "URL: must not be empty"),
                ([PUBLISHED_URL, PUBLISHED_URL], "only one URL can be given"),
                (["-", "--error", "-"], "both"),
                ([PUBLISHED_URL, "--error", ""], "--error"),
                ([PUBLISHED_URL, "--header", "range"], "NAME:VALUE, but there is no ':'"),
                ([PUBLISHED_URL, "--method", "G T"], 'an HTTP method such as GET, got "G T"'),
                ([PUBLISHED_URL, "--date", "now"], "20130524T000000Z"),
                ([PUBLISHED_URL, "--region", "x"], "there is no option --region$")):
            with self.subTest(arguments=arguments):
                self.assert_fails(2, pattern, *arguments)

    def test_websocket_of_iot(self):
        # As the device SDKs make it: no X-Amz-Expires, and the token is not signed.
        url = ("wss://h.example.com/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
               "AKIDEXAMPLE%2F20231114%2Fus-east-1%2Fiotdevicegateway%2Faws4_request"
               "&X-Amz-Date=20231114T221320Z&X-Amz-SignedHeaders=host&X-Amz-Signature="
               "43817fafc22fae0c0dd6a9df1b68b8c9284bafd80c437702c3e3ce0407c11293"
               "&X-Amz-Security-Token=a%2Bb%3D%3D")
        env = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "SECRET",
               "AWS_SESSION_TOKEN": "a+b=="}
        told = self.explain(url, "--date", "20231114T221320Z", env=env)
        self.assertEqual((told["findings"], told["made_by_credentials"]), ([], True))

    def test_failures(self):
        for arguments, stdin, pattern in (
                (["s3://bucket/key"], "", "https, http, wss or ws"),
                (["https://bucket.s3.amazonaws.com/key"], "", "not presigned"),
                (["-"], "", "standard input is empty"),
                (["-"], "\ufeff \n", "standard input is empty"),
                (["<>"], "", "https://"),
                ([PUBLISHED_URL, "--error", "-"], "", "empty"),
                ([PUBLISHED_URL, "--error", "-"], "Forbidden", "XML"),
                ([PUBLISHED_URL, "--error", "-"], " " * (1 << 20) + "x", "larger than 1 MiB"),
                (["-"], PUBLISHED_URL + "x" * (1 << 20), "larger than 1 MiB"),
                (["https://h/?Key-Pair-Id=K&Signature=a&Expires=1"], "", "CloudFront"),
                (["https://h/?X-Goog-Signature=00"], "", "Google"),
                (["https://h/?sv=1&se=1&sig=a"], "", "Azure"),
                ([PUBLISHED_URL, "--error", "missing.xml"], "",
                 'cannot read the file "missing.xml": No such file or directory'),
                ([PUBLISHED_URL, "--error", "/"], "", 'cannot read the file "/": Is a directory'),
                ([PUBLISHED_URL, "--error", PUBLISHED_URL], "", "REDACTED")):
            with self.subTest(arguments=arguments):
                self.assert_fails(1, pattern, *arguments, env={}, stdin=stdin)

    def test_standard_input_that_cannot_be_read(self):
        for arguments in ["-"], [PUBLISHED_URL, "--error", "-"]:
            for redirection, reason in ("</", "Is a directory"), ("<&-", "Bad file descriptor"):
                done = self.run_in_shell(redirection, *arguments)
                self.assertEqual(
                    (done.returncode, done.stdout, done.stderr),
                    (1, "", f"presign: error: cannot read standard input: {reason}\n"))


class HelpTest(command_test.DescriptionTest, ExplainTest):
    PAGE, OPTIONS, EXAMPLES, ARGUMENT = MAN_PAGE, 9, 1, PUBLISHED_URL

    def run_example(self, *arguments):
        self.presign(*arguments, stdin=PUBLISHED_URL)

    def test_the_page_describes_every_code(self):
        page = (command_test.PROJECT / "docs/troubleshooting.md").read_text()
        codes = set(re.findall(r'(?:^    \{"|\|)([A-Z]\w+)', sources(), re.MULTILINE))
        self.assertGreater(len(codes), 25)
        self.assertEqual({code for code in codes if f"`{code}" not in page}, set())


if __name__ == "__main__":
    command_test.main(__doc__)
