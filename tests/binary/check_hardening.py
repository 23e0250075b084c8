#!/usr/bin/env python3
"""Checks that the presets build hardened binaries.

Usage: check_hardening.py BUILD_FOLDER PROGRAM...

Checks all files that the build folder installs, and the given programs, which are not installed:

  code      no memory, not even the stack, is writable and executable; no relocation writes to code
  place     the file can be loaded anywhere: a shared library, or a position-independent program
  tables    the loader fills its tables in at once, and makes them read-only (full RELRO)
  paths     the loader looks for libraries next to the file only, not in the build folder
  canaries  the compiler guards return addresses
  pads      on x86-64, code marks the addresses that may be jumped to
  fortify   a program has calls whose bounds libc checks (in the library the compiler knows them all)
"""

import pathlib
import re
import subprocess
import sys
import tempfile


ENDBR64 = b"\xf3\x0f\x1e\xfa"


def readelf(file, *options):
    return subprocess.run(["readelf", "--wide", *options, file], check=True, capture_output=True,
                          encoding="utf-8").stdout


def entries(dynamic, tag):
    """Returns the values of a tag in the dynamic section."""
    return " ".join(re.findall(rf"\({tag}\)\s+(.*)", dynamic))


def problems_of(file, installed):
    header = readelf(file, "--file-header")
    segments = readelf(file, "--segments")
    dynamic = readelf(file, "--dynamic")
    imports = readelf(file, "--dyn-syms")
    flags = entries(dynamic, "FLAGS_1").split()
    loaded = re.findall(r"^ +(\w+) (?: *0x\w+){5} ([RWE ]{3})", segments, re.MULTILINE)

    if not re.search(r"Type: +DYN", header):
        yield "it has a fixed address"
    if "(SONAME)" not in dynamic and "PIE" not in flags:
        yield "it is neither a library nor a position-independent program"
    if ("GNU_STACK", "RW ") not in loaded:
        yield "its stack is executable"
    if any("W" in rights and "E" in rights for _, rights in loaded):
        yield "memory is both writable and executable"
    if "TEXTREL" in dynamic:
        yield "relocations write to its code"
    if "GNU_RELRO" not in segments:
        yield "its tables stay writable"
    if "NOW" not in flags:
        yield "its tables are filled in lazily"
    if "(RPATH)" in dynamic:
        yield "it has an RPATH"
    for path in re.findall(r"\(RUNPATH\).*\[(.*)\]", dynamic):
        if installed and not all(part.startswith("$ORIGIN") for part in path.split(":")):
            yield f"it looks for libraries in {path}"
    if not re.search(r"UND __stack_chk_fail\b", imports):
        yield "it has no canaries"
    if "X86-64" in header and file.read_bytes().count(ENDBR64) < 100:
        yield "its functions have no landing pads"
    if "PIE" in flags and not re.search(r"UND __(?!stack)\w+_chk\b", imports):
        yield "it has no fortified calls"


def main(build_folder, *programs):
    problems = []
    with tempfile.TemporaryDirectory() as tree:
        subprocess.run(["cmake", "--install", build_folder, "--prefix", tree], check=True,
                       stdout=subprocess.DEVNULL)
        installed = [file for file in sorted(pathlib.Path(tree).rglob("*"))
                     if file.is_file() and not file.is_symlink()
                     and file.read_bytes().startswith(b"\x7fELF")]
        for file in [*installed, *map(pathlib.Path, programs)]:
            found = [f"{file.name}: {problem}" for problem in problems_of(file, file in installed)]
            print(*(found or [f"{file.name}: hardened"]), sep="\n")
            problems += found
    if not installed:
        problems.append("no binary is installed")
        print(problems[-1])
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
