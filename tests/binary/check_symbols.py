#!/usr/bin/env python3
"""Compares the symbols that a shared libpresign exports with tests/binary/symbols.txt.

Usage: check_symbols.py [--renew] LIBRARY

Removing a symbol breaks the programs that use it, and adding one is a promise. --renew writes the
list again from the library; CONTRIBUTING.md says what a change of it requires.

The list leaves out instantiations of the C++ library: such symbols depend on the compiler and its
options, and each program has its own.
"""

import pathlib
import re
import subprocess
import sys

LIST = pathlib.Path(__file__).with_name("symbols.txt")
# A mangled name in std, or the table or type of a class there.
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
    print(f"If this is intended: tests/binary/check_symbols.py --renew {library}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
