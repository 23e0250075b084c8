#!/usr/bin/python3
"""Runs the examples of the manual pages unchanged, and those of docs/troubleshooting.md that need a
server: one on 127.0.0.1 rejects every GET and accepts every upload.

    manual_test.py PROGRAM [unittest's arguments]

Skipped if curl or jq is missing. A script takes the place of the AWS CLI.
"""
import http.server
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import blocks

sys.path.append(str(blocks.PROJECT / "tests" / "command"))
from command_test import KEYS, PROJECT, CommandTest  # pylint: disable=wrong-import-position

PROGRAM = pathlib.Path()  # from the command line

ERROR_RESPONSE = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>SignatureDoesNotMatch</Code><Message>It does not match.</Message></Error>"""
AWS = """#!/bin/sh
[ "$1 $2" = "s3api list-objects-v2" ] && printf 'photos/a b.jpg\\nphotos/c.jpg\\n'
"""


def examples(page):
    """Returns the commands of a page's section EXAMPLES, for a shell."""
    section = re.search(r"^\.Sh EXAMPLES\n(.*?)^\.Sh", (PROJECT / "docs" / page).read_text(),
                        re.MULTILINE | re.DOTALL)[1]
    shown = re.findall(r"^\.Dl (.*\n)|^\.Bd .*\n((?:.*\n)*?)\.Ed", section, re.MULTILINE)
    text = "".join(line or display for line, display in shown)
    for escape, character in (r"\(dq", '"'), (r"\e", "\\"):
        text = text.replace(escape, character)
    return re.sub(r"^\$ ", "", text, flags=re.MULTILINE)


class Store(http.server.BaseHTTPRequestHandler):

    def do_GET(self):
        self.respond(403, ERROR_RESPONSE)

    def accept(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.uploads.append((self.command, self.path, self.headers["content-type"], body))
        self.respond(200, b"")

    do_PUT = do_POST = accept

    def respond(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@unittest.skipUnless(shutil.which("curl") and shutil.which("jq"), "needs curl and jq")
class ManualTest(CommandTest):

    def setUp(self):
        super().setUp()
        self.variables = {
            **KEYS, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_S3": self.serve(Store),
            "PATH": os.pathsep.join([str(self.home), str(PROGRAM.parent), os.environ["PATH"]])}
        self.server.uploads = []
        os.chmod(self.write("aws", AWS), 0o755)
        self.write(".curlrc", "silent\nshow-error\n")
        for name in "a.png", "report.pdf":
            self.write(name, f"the content of {name}")
        self.variables["URL"] = self.run_shell("presign s3://examplebucket/cat.jpg")[0]
        self.write("url.txt", self.variables["URL"] + "\n")

    def run_shell(self, commands):
        """Returns the lines that commands print, which must succeed without messages."""
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=self.home,
                              env=self.environment(self.variables), capture_output=True,
                              encoding="utf-8", stdin=subprocess.DEVNULL,
                              timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, ""), commands)
        return done.stdout.splitlines()

    def test_every_page_has_examples(self):
        for page in (PROJECT / "docs").glob("*.1"):
            self.assertIn("presign", examples(page.name))

    def test_presign(self):
        urls = self.run_shell(examples("presign.1"))
        self.assertEqual(len(urls), 2, urls)
        self.assertIn("Our%20report.pdf", urls[0])
        self.assertTrue(urls[1].startswith("http://localhost:9000/examplebucket/key?"), urls[1])
        [(method, path, content_type, body)] = self.server.uploads
        self.assertTrue(path.startswith("/examplebucket/a.png?"), path)
        self.assertEqual((method, content_type, body),
                         ("PUT", "image/png", b"the content of a.png"))

    def test_presign_batch(self):
        lines = self.run_shell(examples("presign-batch.1"))
        self.assertEqual([re.search("/examplebucket/([^?]*)", line)[1] for line in lines],
                         ["photos/a%20b.jpg", "photos/c.jpg", "a", "b"])

    def test_presign_post(self):
        printed = "\n".join(self.run_shell(examples("presign-post.1")))
        self.assertIn('"Content-Type": "image/"', printed)
        self.assertIn("<form", (self.home / "upload.html").read_text())
        [(method, path, _, body)] = self.server.uploads
        self.assertEqual((method, path), ("POST", "/examplebucket"))
        self.assertIn(b"the content of report.pdf", body)

    def test_presign_explain(self):
        lines = self.run_shell(examples("presign-explain.1"))
        self.assertIn("SignatureDoesNotMatch", "\n".join(lines))
        self.assertRegex(lines[-1], "^[a-z_]+$")

    def test_troubleshooting(self):
        lines = self.run_shell(blocks.commands("docs/troubleshooting.md", "curl --silent"))
        self.assertIn("SignatureDoesNotMatch", "\n".join(lines))


if __name__ == "__main__":
    PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
