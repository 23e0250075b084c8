#!/usr/bin/env python3
"""Compares the symbols that a shared libpresign exports with tests/binary/symbols.txt.

Usage: check_symbols.py [--renew] LIBRARY

A symbol that is gone breaks the programs that use it, and one that is new is a promise. --renew
writes the list again from the library; CONTRIBUTING.md says what a change of it requires.

What the compiler instantiates of the C++ library is left out: such symbols come and go with
compilers and their options, each program has its own, and none is presign's to promise.
"""

import pathlib
import re
import subprocess
import sys

LIST = pathlib.Path(__file__).with_name("symbols.txt")
# Mangled: a name in std, with its class's table or type, or with what it qualifies.
OF_THE_CPP_LIBRARY = re.compile(r"_Z(T[VIST]|GV)?Z?(NK?)?(S[absdiot]|9__gnu_cxx)")


def exported(library):
    lines = subprocess.run(["nm", "--dynamic", "--defined-only", "--format=posix", library],
                           check=True, capture_output=True, encoding="utf-8").stdout.splitlines()
    names = {line.split()[0] for line in lines}
    return {name for name in names if not OF_THE_CPP_LIBRARY.match(name)}


def readable(names):
    lines = "".join(f"{name}\n" for name in sorted(names))
    return subprocess.run(["c++filt"], input=lines, check=True, capture_output=True,
                          encoding="utf-8").stdout.splitlines()


def main(*arguments):
    *renew, library = arguments
    names = exported(library)
    if renew == ["--renew"]:
        LIST.write_text("".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")
        return 0
    listed = set(LIST.read_text(encoding="utf-8").split())
    print(f"{len(names)} symbols exported, {len(listed)} listed",
          *(f"- {name}" for name in readable(listed - names)),
          *(f"+ {name}" for name in readable(names - listed)), sep="\n")
    if names == listed:
        return 0
    print(f"If this is meant: tests/binary/check_symbols.py --renew {library}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
