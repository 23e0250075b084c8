#!/usr/bin/env python3
"""Checks that what the presets build is hardened.

Usage: check_hardening.py BUILD_FOLDER PROGRAM...

What is installed from the build folder is looked at, and the programs, which are not installed. Of
each it is asked:

  code      nothing is writable and executable, the stack neither; no relocation writes to code
  place     it can be loaded anywhere: a shared library, or a position-independent program
  tables    what the loader fills in is resolved at once and read-only afterwards (full RELRO)
  paths     libraries are looked for next to it only, not in the folder that it was built in
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
    """The values of a tag in the dynamic section."""
    return " ".join(re.findall(rf"\({tag}\)\s+(.*)", dynamic))


def flaws_of(file, installed):
    header = readelf(file, "--file-header")
    segments = readelf(file, "--segments")
    dynamic = readelf(file, "--dynamic")
    imports = readelf(file, "--dyn-syms")
    flags = entries(dynamic, "FLAGS_1").split()
    loaded = re.findall(r"^ +(\w+) (?: *0x\w+){5} ([RWE ]{3})", segments, re.MULTILINE)

    if not re.search(r"Type: +DYN", header):
        yield "it has a fixed place"
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
            flaws = [f"{file.name}: {flaw}" for flaw in flaws_of(file, file in installed)]
            print(*(flaws or [f"{file.name}: hardened"]), sep="\n")
            problems += flaws
    if not installed:
        problems.append("nothing to run or load is installed")
        print(problems[-1])
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
