#!/usr/bin/env python3
"""Fails if signing or verifying takes more allocations or instructions than it may.

Usage: check_costs.py FOLDER

FOLDER contains signing_count, built in Release. callgrind counts the instructions outside libcrypto,
which are the same on every machine and under every load. The bounds leave room for compilers and
their options. Exit status 77 if valgrind is not installed.
"""

import pathlib
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
from run import instructions

# Allocations a URL, and instructions a URL. The floor takes 929.
MOST = {
    "batch": (0, 2200),
    "batch/token": (0, 2400),
    "batch_path_style": (0, 2300),
    "batch_with_more": (0, 2300),
    "batch_to_new_string": (1, 2200),
    "one_by_one": (3, 8000),
    "one_by_one/token": (3, 8600),
    "verify": (9, 15000),
    "verify/token": (9, 21000),
}


def allocations(folder, way):
    count = 1000
    out = subprocess.run([folder / "signing_count", way, str(count)], check=True,
                         stdout=subprocess.PIPE, encoding="ascii").stdout
    return int(out.split()[0]) / count


def main(folder):
    if not shutil.which("valgrind"):
        print("valgrind is not installed: skipped")
        return 77
    failures = 0
    for way, (most_allocations, most_instructions) in MOST.items():
        allocated = allocations(folder, way)
        _, taken = instructions(folder, way)
        passed = allocated <= most_allocations and taken <= most_instructions
        failures += not passed
        print(f"{'ok' if passed else 'FAILED':6} {way:22} {allocated:g} allocations of"
              f" {most_allocations}, {taken} instructions of {most_instructions}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
