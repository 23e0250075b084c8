#!/usr/bin/python3
"""Tests the command presign batch from outside.

    batch_test.py PROGRAM [unittest's arguments]

Tests that need mandoc are skipped if it is missing.
"""
import json
import os
import pathlib
import pty
import re
import resource
import subprocess
import tempfile

import command_test
from command_test import KEYS, REGION, SECRET, CommandTest

MAN_PAGE = command_test.PROJECT / "docs" / "presign-batch.1"
URI = "s3://examplebucket"
DATE = ["--date", "20130524T000000Z"]
KEY_ERROR = "the key must"


class BatchTest(CommandTest):
    COMMAND = "presign batch"

    def run_batch(self, keys, *arguments, status=0, errors=(), kind="error", env={}):
        """Returns the printed lines. errors are patterns, one for each line of standard error."""
        done = self.run_presign(*arguments, env={**self.ENVIRONMENT, **env}, stdin=keys)
        self.assertEqual(done.status, status, done.err)
        lines = done.err.splitlines()
        self.assertEqual(len(lines), len(errors), done.err)
        for line, pattern in zip(lines, errors):
            self.assertRegex(line, f"^presign: {kind}: {pattern}")
        return done.out.splitlines()

    def one_by_one(self, keys, *arguments):
        return [self.presign(f"{URI}/{key}", *DATE, *arguments, command="presign") for key in keys]


class KeysTest(BatchTest):
    def test_urls_are_those_of_the_other_command(self):
        keys = ["cat.jpg", "a b/ü//+%.txt", "/", " x ", "tab\t"]
        options = ["--expires-in", "60", "--query", "a=b", "--header", "x-a:1", "--method", "put"]
        for more in [], options:
            self.assertEqual(self.run_batch("\n".join(keys).encode(), URI, *DATE, *more),
                             self.one_by_one(keys, *more))
        self.assertEqual(self.run_batch(b"cat.jpg\n", URI, *DATE, "--filename", "x.jpg"),
                         self.one_by_one(["cat.jpg"], "--filename", "x.jpg"))

    def test_what_follows_the_bucket_goes_before_each_key(self):
        self.assertEqual(self.run_batch(b"a\nb\n", URI + "/x/y", *DATE),
                         self.one_by_one(["x/ya", "x/yb"]))

    def test_the_last_line_needs_no_end(self):
        self.assertEqual(self.run_batch(b"a\nb", URI, *DATE), self.one_by_one(["a", "b"]))
        self.assertEqual(self.run_batch(b"", URI), [])

    def test_crlf_ends_a_line_too(self):
        self.assertEqual(self.run_batch(b"a\r\nb\nc\r\r\nd\r", URI, *DATE),
                         self.one_by_one(["a", "b", "c\r", "d"]))
        self.assertEqual(self.run_batch(b"a\r\n\r\n", URI, *DATE, status=1,
                                        errors=[f"line 2: {KEY_ERROR}"]), self.one_by_one(["a"]))
        keys = [f"{i}" for i in range(20000)]  # CRLF at the end of a chunk, and across two
        self.assertNotIn("%0D", "".join(self.run_batch("\r\n".join(keys).encode(), URI, *DATE)))

    def test_a_byte_order_mark_is_no_part_of_the_first_key(self):
        mark = b"\xef\xbb\xbf"
        self.assertEqual(self.run_batch(mark + b"a\r\n" + mark + b"b\r\n", URI, *DATE),
                         self.one_by_one(["a", "\ufeffb"]))
        self.assertEqual(self.run_batch(mark + b"a\0", URI, *DATE, "-0"),
                         self.one_by_one(["\ufeffa"]))

    def test_a_key_that_ends_in_cr(self):
        self.assertEqual(self.run_batch(b"a\r\0b", URI, *DATE, "-0"), self.one_by_one(["a\r", "b"]))
        self.assertEqual(self.run_batch(b'{"key":"a\\r"}\r\n', URI, *DATE, "--json"),
                         self.one_by_one(["a\r"]))

    def test_null(self):
        for name in "-0", "--null":
            self.assertEqual(self.run_batch(b"a\nb\0c\0", URI, *DATE, name),
                             self.one_by_one(["a\nb", "c"]))

    def test_null_makes_entries_not_lines(self):
        self.run_batch(b"a\0\0", URI, "-0", status=1, errors=[f"entry 2: {KEY_ERROR}"])
        self.run_batch(b'{"key":"a"}\0[]\0{"key":".."}\0', URI, "-0", "--json", status=1,
                       kind="(warning|error)", errors=["entry 3: the path", "entry 2: the entry"])
        self.run_batch(b"a\0" + b"k" * 3000000, URI, "-0", status=1,
                       errors=["entry 2 is longer than 1048576 bytes"])

    def test_a_bad_key_is_reported_with_its_line_and_the_others_are_signed(self):
        keys = b"a\n\n" + b"k" * 1025 + b"\n\xff\nb\n"
        self.assertEqual(
            self.run_batch(keys, URI, *DATE, status=1,
                           errors=[f"line {n}: {KEY_ERROR}" for n in (2, 3, 4)]),
            self.one_by_one(["a", "b"]))

    def test_order_and_line_numbers_hold_for_long_input_and_any_number_of_jobs(self):
        keys = [f"photos/image-{i:06}.jpg" for i in range(30000)]
        keys[12345] = ""
        keys[29999] = "\xff"
        text = "\n".join(keys).encode("latin-1")
        expected = None
        for jobs in "1", "2", "7":
            urls = self.run_batch(text, URI, *DATE, "--jobs", jobs, status=1,
                                  errors=["line 12346: ", "line 30000: "])
            self.assertEqual([re.search(r"/(photos/[^?]*)", url)[1] for url in urls],
                             [key for key in keys if len(key) > 1])
            self.assertEqual(urls, expected or urls)
            expected = urls

    def test_threads_that_cannot_be_started(self):
        if resource.getrlimit(resource.RLIMIT_STACK)[1] != resource.RLIM_INFINITY:
            self.skipTest("stacks are limited already")
        def ask_for_large_stacks():
            resource.setrlimit(resource.RLIMIT_STACK, (1 << 50, resource.RLIM_INFINITY))
        done = subprocess.run([command_test.PROGRAM, "batch", URI, "--jobs", "7"],
                              env=self.environment({**KEYS, **REGION}), input=b"a\nb\n",
                              capture_output=True, timeout=60, preexec_fn=ask_for_large_stacks)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, b"^presign: error: .*\n$")

    def test_input_is_printed_as_it_comes(self):
        with subprocess.Popen([command_test.PROGRAM, "batch", URI], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE,
                              env=self.environment({**KEYS, **REGION})) as running:
            for key in b"a", b"b":
                running.stdin.write(key + b"\n")
                running.stdin.flush()
                self.assertIn(b"/" + key + b"?", running.stdout.readline())
            running.stdin.close()
            self.assertEqual(running.wait(60), 0)

    def test_memory_does_not_grow_with_the_input(self):
        with subprocess.Popen([command_test.PROGRAM, "batch", URI], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL,
                              env=self.environment({**KEYS, **REGION})) as running:
            running.stdin.write(b"some/key/or/other\n" * 300000)
            running.stdin.flush()
            status = pathlib.Path(f"/proc/{running.pid}/status").read_text()
            running.stdin.close()
            self.assertEqual(running.wait(60), 0)
        peak = int(re.search(r"VmHWM:\s*(\d+) kB", status)[1])
        with open(command_test.PROGRAM, "rb") as program:
            sanitized = b"__asan_init" in program.read()  # whose memory is not given back
        if not sanitized:
            self.assertLess(peak, 20000)  # the URLs have 100 MB

    def test_a_line_without_end_fails(self):
        self.assertEqual(self.run_batch(b"a\n" + b"k" * 3000000 + b"\nb\n", URI, *DATE, status=1,
                                        errors=["line 2 is longer than 1048576 bytes"]),
                         self.one_by_one(["a"]))
        self.run_batch(b"k" * (1 << 20) + b"\nb\n", URI, status=1, errors=[f"line 1: {KEY_ERROR}"])
        self.run_batch(b"k" * (1 << 20) + b"k\nb\n", URI, status=1,
                       errors=["line 1 is longer than 1048576 bytes"])


class JsonTest(BatchTest):
    def lines(self, *entries):
        return "".join(json.dumps(entry) + "\n" for entry in entries).encode()

    def test_options_of_each_key(self):
        urls = self.run_batch(self.lines(
            {"key": "a"}, {"key": "b", "method": "put", "expires_in": 5},
            {"key": "c", "version_id": "v", "filename": "n.txt"},
            {"key": "d", "query": {"x": "y z"}, "headers": {"X-A": "1"}}),
            URI + "/p/", "--json", *DATE, "--query", "q=1")
        each = [[], ["--method", "PUT", "--expires-in", "5"],
                ["--version-id", "v", "--filename", "n.txt"],
                ["--query", "x=y z", "--header", "x-a:1"]]
        for url, key, more in zip(urls, "abcd", each):
            self.assertEqual([url], self.one_by_one(["p/" + key], "--query", "q=1", *more))

    def test_an_entry_that_is_not_valid_is_reported_with_its_line(self):
        invalid = "the entry is not valid: "
        bad = {
            "{": invalid + r"byte \d+ is not JSON$",
            '"key"': invalid + "it must be a JSON object$",
            "[]": invalid + "it must be a JSON object$",
            "null": invalid + "it must be a JSON object$",
            "{}": invalid + 'it has no "key"',
            '{"key": 1}': invalid + '"key" must be a string$',
            '{"key": "a", "method": null}': invalid + '"method" must be a string$',
            '{"key": "a", "method": "G T"}': invalid + '"method" must be an HTTP method such as GET, ',
            '{"key": "a", "version_id": []}': invalid + '"version_id" must be a string$',
            '{"key": "a", "filename": {}}': invalid + '"filename" must be a string$',
            '{"key": "a", "expires_in": "5"}': invalid + '"expires_in" must be a whole number$',
            '{"key": "a", "expires_in": 1e999}': invalid + "a number is out of range$",
            '{"key": "a", "expires_in": 1e30}': invalid + "a number is out of range$",
            f'{{"key": "a", "expires_in": {2**63}}}': invalid + "a number is out of range$",
            f'{{"key": "a", "expires_in": {2**64 - 1}}}': invalid + "a number is out of range$",
            f'{{"key": "a", "expires_in": {2**64 + 60}}}': invalid + "a number is out of range$",
            f'{{"key": "a", "expires_in": {-2**63 - 1}}}': invalid + "a number is out of range$",
            f'{{"key": "a", "expires_in": {2**63 - 1}}}': f"the expiry must .* got {2**63 - 1}$",
            f'{{"key": "a", "expires_in": {-2**63}}}': f"the expiry must .* got {-2**63}$",
            '{"key": "a", "expires_in": 1.5}': invalid + '"expires_in" must be a whole number$',
            '{"key": ' + "[" * 100000 + "]" * 100000 + "}": invalid + '"key" must be a string$',
            '{"key": "a", "query": {"b": 1}}': invalid + '"query" must be an object of strings$',
            '{"key": "a", "query": "b=1"}': invalid + '"query" must be an object of strings$',
            '{"key": "a", "headers": ["b"]}': invalid + '"headers" must be an object of strings$',
            '{"key": "a", "unknown": 1}': invalid + '"unknown" is not an option$',
            '{"key": "a", "filename": "x", "method": "PUT"}': invalid + ".*filename",
            '{"key": "a", "key": "b"}': invalid + 'it has "key" twice$',
            '{"key": "a", "query": {"a": "1", "b": "2", "a": "1"}}': invalid + 'it has "a" twice$',
            '{"key": "a", "query": {"": "1", "": "2"}}': invalid + 'it has "" twice$',
            '{"x": {"a": 1}, "a": 2, "\\u0061": 3}': invalid + 'it has "a" twice$',
            '{"key": ""}': KEY_ERROR,
            '{"key": "a", "expires_in": 0}': "the expiry must",
        }
        urls = self.run_batch("\n".join([*bad, '{"key": "good"}']).encode(), URI, "--json", *DATE,
                              status=1, errors=[f"line {line}: {pattern}" for line, pattern in
                                                enumerate(bad.values(), 1)])
        self.assertEqual(urls, self.one_by_one(["good"]))

    def test_the_warnings_of_an_entry_have_its_line(self):
        entries = self.lines({"key": "a"}, {"key": "b/../c"}, {"key": "d", "headers": {"x-a": "é"}})
        self.assertEqual(len(self.run_batch(entries, URI, "--json", kind="warning",
                                            errors=["line 2: the path", "line 3: a header"])), 3)
        self.assertEqual(len(self.run_batch(entries, URI, "--json", "--header", "x-b:ü",
                                            kind="warning",
                                            errors=["a header", "line 2: the path"])), 3)

    def test_no_value_is_shown(self):
        self.run_batch(json.dumps({"key": "a", "query": {SECRET: 1}}).encode(), URI, "--json",
                       status=1, errors=["line 1: "])


class WholeTest(BatchTest):
    def test_what_is_wrong_with_all_keys_is_reported_once_before_any_is_read(self):
        for arguments in (["--expires-in", "0"], ["--region", "a b"],
                          ["--query", "X-Amz-Date=1"]):
            self.assertEqual(self.run_batch(b"a\nb\n", URI, *arguments, status=1, errors=[""]), [])
        for beginning in "\udcff", "k" * 1025:
            self.assertEqual(self.run_batch(b"a\nb\n", f"{URI}/{beginning}", status=1,
                                            errors=[KEY_ERROR]), [])

    def test_what_is_to_know_about_all_urls_is_said_once(self):
        urls = self.run_batch(b"a\nb\n", "s3://photos", "--endpoint-url", "https://photos.example",
                              "--header", "x-a:é", kind="warning",
                              errors=["the endpoint", "the access key id", "a header"],
                              env={"AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE"})
        self.assertEqual(len(urls), 2)

    def test_bad_command_lines(self):
        for arguments in ([URI, "--jobs", "0"], [URI, "--jobs", "257"], [URI, "--jobs", "x"],
                          [URI, "--jobs", "9" * 30],
                          [URI, "--curl"], ["s3://"],
                          [URI, "--filename", "x", "--method", "PUT"]):
            with self.subTest(arguments=arguments):
                self.assert_fails(2, ".", *arguments)

    def test_progress_on_a_terminal(self):
        try:
            ours, theirs = pty.openpty()
        except OSError as failure:
            self.skipTest(failure)
        with tempfile.TemporaryFile() as keys:
            keys.write(b"key\n" * 1000000)
            keys.seek(0)
            child = subprocess.Popen([command_test.PROGRAM, "batch", URI], stdin=keys,
                                     stdout=subprocess.DEVNULL, stderr=theirs,
                                     env=self.environment({**KEYS, **REGION}))
            os.close(theirs)
            seen = b""
            try:
                while more := os.read(ours, 4096):
                    seen += more
            except OSError:  # how a terminal ends
                pass
            os.close(ours)
            self.assertEqual(child.wait(60), 0)
        first = seen.split(b"\r")[1]
        self.assertRegex(first, rb"^\x1b\[K\[#* *\] \d+ %, [\d,]+ URLs, [\d,]+/s, \d+:\d\d left$")
        self.assertTrue(seen.endswith(b"\r\x1b[K"))


class HelpTest(command_test.DescriptionTest, BatchTest):
    PAGE, OPTIONS, EXAMPLES, ARGUMENT = MAN_PAGE, 25, 3, URI

    def run_example(self, *arguments):
        self.run_batch(b"", *arguments)


if __name__ == "__main__":
    command_test.main(__doc__)
