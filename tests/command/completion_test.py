#!/usr/bin/python3
"""Tests the completions of the shells, as if somebody pressed the Tab key.

    completion_test.py PROGRAM [unittest's arguments]

Shells that are missing are skipped. Debian's packages are called fish and zsh.
"""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

COMPLETIONS = pathlib.Path(__file__).resolve().parents[2] / "examples" / "cli" / "completions"
PROGRAM = pathlib.Path()  # from the command line

COMMANDS = {"batch", "explain", "post"}
METHODS = {"GET", "HEAD", "PUT", "POST", "DELETE"}


def options_of(*command):
    """Returns the long options that the help of a command shows."""
    text = subprocess.run([PROGRAM, *command, "--help"], capture_output=True, text=True,
                          check=True).stdout
    return set(re.findall(r"^  (?:-., )?(--[a-z-]+)", text, re.MULTILINE))


class Shell:
    """The tests that all shells share. complete() returns the words that the last word of a command
    line can become."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "response of today.xml").touch()
        (self.folder / ".aws").mkdir()
        (self.folder / ".aws" / "config").write_text(
            "[default]\nregion = us-east-1\n[profile work]\nregion = eu-central-1\n")
        (self.folder / ".aws" / "credentials").write_text("[holiday]\naws_access_key_id = A\n")
        self.environment = {"HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TERM": "dumb",
                            "PATH": f"{PROGRAM.parent}:/usr/bin:/bin"}

    def test_commands(self):
        self.assertEqual(self.complete("presign "), COMMANDS)
        self.assertEqual(self.complete("presign e"), {"explain"})
        for line in "presign s3://bucket/key ", "presign post ", "presign --json ":
            self.assertFalse(COMMANDS & self.complete(line), line)

    def test_options_are_those_of_the_help(self):
        for command in [], ["post"], ["batch"], ["explain"]:
            self.assertGreater(len(options_of(*command)), 6)
            line = " ".join(["presign", *command])
            self.assertEqual(self.complete(f"{line} --"), options_of(*command))
            self.assertEqual(self.complete(f"{line} --profile work --"), options_of(*command))
        self.assertEqual(self.complete("presign batch --fi"), {"--filename", "--fips"})

    def test_values(self):
        for line in "presign --method ", "presign batch --method ", "presign explain --method ":
            self.assertEqual(self.complete(line), METHODS)
        self.assertEqual(self.complete("presign --method P"), {"PUT", "POST"})
        self.assertEqual(self.complete("presign post --profile "), {"default", "work", "holiday"})
        self.assertEqual(self.complete("presign --region "), set())
        self.assertEqual(self.complete("presign --filename "), set())

    def test_values_after_an_equals_sign(self):
        self.assertEqual(self.values("presign --method=P"), {"PUT", "POST"})
        self.assertEqual(self.values("presign --profile=w"), {"work"})

    def values(self, line):
        return {word.rsplit("=")[-1] for word in self.complete(line)}

    def test_files(self):
        self.assertEqual(self.complete("presign explain --error res"), {"response of today.xml"})
        self.assertEqual(self.complete("presign post res"), set())
        self.assertEqual(self.complete("presign res"), set())


class BashTest(Shell, unittest.TestCase):
    SCRIPT = """
        source "$1"
        COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
        $(complete -p presign | sed -n 's/complete -F \\(.*\\) presign/\\1/p') \\
            presign "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """

    def complete(self, line):
        # Bash divides a line so that '=' is a word of its own.
        words = re.findall(r"=|[^\s=]+", line) + [""] * line.endswith(" ")
        out = subprocess.run(
            ["bash", "--norc", "-c", self.SCRIPT, "bash", COMPLETIONS / "presign.bash", *words],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, check=True)
        self.assertEqual(out.stderr, "")
        return set(out.stdout.splitlines()) - {""}


@unittest.skipUnless(shutil.which("fish"), "fish is not installed")
class FishTest(Shell, unittest.TestCase):
    def complete(self, line):
        vendor = self.folder / "share" / "fish" / "vendor_completions.d"
        if not vendor.exists():
            vendor.mkdir(parents=True)
            shutil.copy(COMPLETIONS / "presign.fish", vendor)
        out = subprocess.run(
            ["fish", "--command", "complete --do-complete $argv[1]", line], cwd=self.folder,
            env={**self.environment, "XDG_DATA_DIRS": f"{vendor.parents[1]}:/usr/share"},
            capture_output=True, text=True, check=True)
        self.assertEqual(out.stderr, "")
        return {line.split("\t")[0] for line in out.stdout.splitlines()}

    def test_what_an_option_is_for(self):
        out = subprocess.run(
            ["fish", "--command",
             f"source {COMPLETIONS / 'presign.fish'}; complete presign"], env=self.environment,
            capture_output=True, text=True, check=True)
        self.assertIn("'Have browsers save the object under this name (GET and HEAD)'", out.stdout)


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class ZshTest(Shell, unittest.TestCase):
    """Zsh completes only in its line editor, which needs a terminal. Zsh offers words through compadd,
    which this replaces with a function that also writes them to a file."""

    SETUP = """
        fpath=($1 $fpath)
        autoload -Uz compinit && compinit -u -D
        compadd() {
          local -a offered
          builtin compadd -O offered "$@"
          print -rl -- $offered >> offered
          builtin compadd "$@"
        }
        zstyle ':completion:*' completer _complete
        """

    def complete(self, line):
        offered = self.folder / "offered"
        offered.write_text("")
        (self.folder / "setup").write_text(self.SETUP)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], self.environment)
        try:
            os.write(terminal, f"source ./setup {COMPLETIONS}; echo rea''dy\n".encode())
            self.read_until(terminal, b"ready\r\n")
            # ^A and a colon, so that the completed line does not run.
            os.write(terminal, line.encode() + b"\t\x01: \necho do''ne\n")
            self.read_until(terminal, b"done\r\n")
        finally:
            os.close(terminal)
            os.waitpid(child, 0)
        return set(offered.read_text().replace("\\", "").split("\n")) - {""}

    def read_until(self, terminal, mark):
        seen = b""
        end = time.monotonic() + 20
        while mark not in seen:
            ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
            self.assertTrue(ready, seen)
            seen += os.read(terminal, 4096)


if __name__ == "__main__":
    PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
