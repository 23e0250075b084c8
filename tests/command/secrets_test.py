#!/usr/bin/python3
"""Gives the commands secrets in all the wrong places, and looks for them in what is said.

    secrets_test.py PROGRAM [unittest's arguments]
"""
import os
import re
import subprocess
import sys
import unittest

import command_test
from command_test import KEYS, PUBLISHED_URL, REGION, SECRET, CommandTest

TOKEN = "FwoGZXIvYXdzE" + "Token/With+Reserved=" * 20  # longer than what a message quotes
ENVIRONMENT = {**KEYS, **REGION, "AWS_SESSION_TOKEN": TOKEN}
URI = "s3://examplebucket/key"
COMMANDS = {(): URI, ("post",): URI, ("batch",): URI, ("explain",): PUBLISHED_URL}


def options_of(command):
    """The names of a command's options, and whether they take a value, from its help."""
    text = subprocess.run([command_test.PROGRAM, *command, "--help"], check=True,
                          capture_output=True, encoding="utf-8").stdout
    return re.findall(r"^  (?:-h, )?(--[a-z-]+)( [A-Z]\S*)?", text, re.MULTILINE)


class SecretsTest(CommandTest):
    """All that is run here fails, or says nothing of a secret for another reason."""

    def setUp(self):
        super().setUp()
        self.told = 0

    def run_with(self, arguments, stdin="", **variables):
        env = self.environment({**ENVIRONMENT, **variables})
        done = subprocess.run([command_test.PROGRAM, *arguments], env=env, timeout=60,
                              input=os.fsencode(stdin), capture_output=True)
        said = os.fsdecode(done.stderr)
        for secret in (SECRET, TOKEN):
            for piece in (secret[:10], secret[10:20], secret[20:30]):
                self.assertNotIn(piece.lower(), said.lower(), arguments)
        if done.returncode:
            self.assertRegex(said, "^presign: error: ")
            self.assertEqual(done.stdout, b"", arguments)
            self.told += 1

    def test_in_place_of_arguments(self):
        for command, what in COMMANDS.items():
            for secret in (SECRET, TOKEN):
                for argument in (secret, "s3://" + secret, f"s3://{secret}/key", "-" + secret,
                                 "--" + secret, f"https://{secret}/?X-Amz-Signature={secret}"):
                    self.run_with([*command, argument])
                self.run_with([*command, what, secret])
        self.assertGreater(self.told, 30)

    def test_in_place_of_option_values(self):
        for command, what in COMMANDS.items():
            options = options_of(command)
            self.assertGreater(len(options), 5)
            for name, has_value in options:
                for secret in (SECRET, TOKEN):
                    self.run_with([*command, what, f"{name}={secret}"])
                    if has_value:
                        for value in (f"{secret}=a", f"a={secret}", f"{secret}:a", f"a:{secret}\n",
                                      f"http://{secret}", f"http://{secret}@host"):
                            self.run_with([*command, what, name, value])
                            self.run_with([*command, what, name, value, "--json"])
        self.assertGreater(self.told, 400)

    def test_in_place_of_variables(self):
        for secret in (SECRET, TOKEN):
            for name in ("AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE",
                         "AWS_ENDPOINT_URL_S3", "AWS_CREDENTIAL_EXPIRATION", "AWS_PROFILE",
                         "AWS_SHARED_CREDENTIALS_FILE"):
                for command, what in COMMANDS.items():
                    self.run_with([*command, what], **{name: secret})
                    self.run_with([*command, what, "--profile", "p"], **{name: secret})
        self.assertGreater(self.told, 40)

    def test_in_files(self):
        for line in (SECRET, f"[{SECRET}", f"[p] {SECRET}", f"= {SECRET}",
                     f"[p]\n{SECRET} = {SECRET}", f"[p]\naws_secret_access_key = {SECRET}",
                     f"[p]\nsso_{SECRET} = {SECRET}", f"[p]\nrole_arn = {SECRET}",
                     f"[p]\naws_access_key_id = {SECRET}\naws_secret_access_key = {SECRET}"):
            file = self.write("file", line + "\n")
            for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
                self.run_with([URI, "--profile", "p"], **{name: file})
        self.assertGreater(self.told, 10)

    def test_in_what_is_read(self):
        for secret in (SECRET, TOKEN):
            for entry in (secret, f'{{"key": "{secret}', f'{{"{secret}": 1}}',
                          f'{{"key": "a", "method": "{secret}"}}',
                          f'{{"key": "a", "headers": {{"{secret} ": "{secret}"}}}}'):
                self.run_with(["batch", URI, "--json"], stdin=entry)
            self.run_with(["explain", "-"], stdin=secret)
            self.run_with(["explain", PUBLISHED_URL, "--error", "-"], stdin=f"<Error>{secret}")
        self.assertGreater(self.told, 10)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    command_test.PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
