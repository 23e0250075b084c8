#!/usr/bin/python3
"""Gives the commands secrets in all the wrong places, and looks for them in the messages.

    secrets_test.py PROGRAM [unittest's arguments]
"""
import os
import re
import subprocess

import command_test
from command_test import KEYS, PUBLISHED_URL, REGION, SECRET, CommandTest

TOKEN = "FwoGZXIvYXdzE" + "Token/With+Reserved=" * 20  # longer than any quotation in a message
ENVIRONMENT = {**KEYS, **REGION, "AWS_SESSION_TOKEN": TOKEN}
URI = "s3://examplebucket/key"
COMMANDS = {(): URI, ("post",): URI, ("batch",): URI, ("explain",): PUBLISHED_URL}


def options_of(command):
    """Returns the names of a command's options, and whether they take a value, from its help."""
    text = subprocess.run([command_test.PROGRAM, *command, "--help"], check=True,
                          capture_output=True, encoding="utf-8").stdout
    return re.findall(r"^  (?:-h, )?(--[a-z-]+)( [A-Z]\S*)?", text, re.MULTILINE)


class SecretsTest(CommandTest):
    """Every run fails, or at least shows no secret."""

    def setUp(self):
        super().setUp()
        self.failures = 0

    def run_with(self, arguments, stdin="", **variables):
        env = self.environment({**ENVIRONMENT, **variables})
        done = subprocess.run([command_test.PROGRAM, *arguments], env=env, timeout=60,
                              input=os.fsencode(stdin), capture_output=True)
        messages = os.fsdecode(done.stderr)
        for secret in (SECRET, TOKEN):
            for piece in (secret[:10], secret[10:20], secret[20:30]):
                self.assertNotIn(piece.lower(), messages.lower(), arguments)
        if done.returncode:
            self.assertRegex(messages, "^presign: error: ")
            self.assertEqual(done.stdout, b"", arguments)
            self.failures += 1

    def test_in_place_of_arguments(self):
        for command, argument in COMMANDS.items():
            for secret in (SECRET, TOKEN):
                for wrong in (secret, "s3://" + secret, f"s3://{secret}/key", "-" + secret,
                              "--" + secret, f"https://{secret}/?X-Amz-Signature={secret}"):
                    self.run_with([*command, wrong])
                self.run_with([*command, argument, secret])
        self.assertGreater(self.failures, 30)

    def test_in_place_of_option_values(self):
        for command, argument in COMMANDS.items():
            options = options_of(command)
            self.assertGreater(len(options), 5)
            for name, has_value in options:
                for secret in (SECRET, TOKEN):
                    self.run_with([*command, argument, f"{name}={secret}"])
                    if has_value:
                        for value in (f"{secret}=a", f"a={secret}", f"{secret}:a", f"a:{secret}\n",
                                      f"http://{secret}", f"http://{secret}@host"):
                            self.run_with([*command, argument, name, value])
                            self.run_with([*command, argument, name, value, "--json"])
        self.assertGreater(self.failures, 400)

    def test_token_of_the_old_name(self):
        names = {"AWS_SESSION_TOKEN": "", "AWS_SECURITY_TOKEN": TOKEN}
        for command, argument in COMMANDS.items():
            self.run_with([*command, argument, "--date", TOKEN], **names)
        self.assertEqual(self.failures, len(COMMANDS))

    def test_in_place_of_variables(self):
        for secret in (SECRET, TOKEN):
            for name in ("AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE",
                         "AWS_ENDPOINT_URL_S3", "AWS_CREDENTIAL_EXPIRATION", "AWS_PROFILE",
                         "AWS_SHARED_CREDENTIALS_FILE"):
                for command, argument in COMMANDS.items():
                    self.run_with([*command, argument], **{name: secret})
                    self.run_with([*command, argument, "--profile", "p"], **{name: secret})
        self.assertGreater(self.failures, 40)

    def test_in_files(self):
        for line in (SECRET, f"[{SECRET}", f"[p] {SECRET}", f"= {SECRET}",
                     f"[p]\n{SECRET} = {SECRET}", f"[p]\naws_secret_access_key = {SECRET}",
                     f"[p]\nsso_{SECRET} = {SECRET}", f"[p]\nrole_arn = {SECRET}",
                     f"[p]\naws_access_key_id = {SECRET}\naws_secret_access_key = {SECRET}"):
            file = self.write("file", line + "\n")
            for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
                self.run_with([URI, "--profile", "p"], **{name: file})
        self.assertGreater(self.failures, 10)

    def test_in_what_is_read(self):
        for secret in (SECRET, TOKEN):
            for entry in (secret, f'{{"key": "{secret}', f'{{"{secret}": 1}}',
                          f'{{"key": "a", "method": "{secret}"}}',
                          f'{{"key": "a", "headers": {{"{secret} ": "{secret}"}}}}'):
                self.run_with(["batch", URI, "--json"], stdin=entry)
            self.run_with(["explain", "-"], stdin=secret)
            self.run_with(["explain", PUBLISHED_URL, "--error", "-"], stdin=f"<Error>{secret}")
        self.assertGreater(self.failures, 10)

    def test_signatures_that_lost_their_name(self):
        """explain shows none, whatever is between it and the rest of the URL."""
        url, _, signature = PUBLISHED_URL.rpartition("&X-Amz-Signature=")
        self.assertEqual(len(signature), 64)
        for between in ("", "&", "=", "%26", "\\u0026", "&X-Amz-Signature", "%26X-Amz-Signature%3D",
                        "&amp;X-Amz-Signature=", "\\u0026X-Amz-Signature=", ";", "%253D"):
            broken = url + between + signature
            response = (f"<Error><Code>SignatureDoesNotMatch</Code><Message>{broken}</Message>"
                        f"<CanonicalRequest>{broken}</CanonicalRequest></Error>")
            for options in ([], ["--json"], ["--error", self.write("error.xml", response)]):
                done = subprocess.run([command_test.PROGRAM, "explain", broken, *options],
                                      env=self.environment(KEYS), capture_output=True,
                                      encoding="utf-8", timeout=60)
                self.assertNotIn(signature[:32], done.stdout + done.stderr, broken)


if __name__ == "__main__":
    command_test.main(__doc__)
