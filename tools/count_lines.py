#!/usr/bin/env python3
"""Prints how many files and lines the library and the examples have, and the limits for their totals.

Usage: count_lines.py

The core is what it takes to sign: base, sigv4, credentials, s3 and signer.
"""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[1]
CORE = ("base", "sigv4", "credentials", "s3", "signer")
OTHERS = ("verify", "explain")
# Types in a namespace: definitions and aliases, no declarations, and no specialisations for std.
TYPE = re.compile(r"^(?:(?:struct|class|enum class)\b(?!.*std::)[^;{]*{|using \w+ =)", re.MULTILINE)
CODE = re.compile(r"^enum class errc {(.*?)^};", re.MULTILINE | re.DOTALL)


def text_of(file):
    return file.read_text(encoding="utf-8")


def size(files):
    return len(files), sum(len(text_of(file).splitlines()) for file in files)


def main():
    headers = sorted((ROOT / "include").rglob("*.hpp"))
    sources = {folder: sorted((ROOT / "src" / folder).rglob("*.[ch]pp")) for folder in CORE + OTHERS}
    all_sources = [file for files in sources.values() for file in files]
    codes = CODE.search(text_of(ROOT / "include/presign/error.hpp")).group(1)

    def line(name, files, limit=""):
        print(f"{name:16}{files[0]:6}{files[1]:8}  {limit}".rstrip())

    print(f"{'':16}{'files':>6}{'lines':>8}  limit")
    for folder, files in sources.items():
        line(f"src/{folder}", size(files))
    line("src/", size(all_sources), "about 50 files")
    line("include/", size(headers))
    line("together", size(all_sources + headers), "7000 lines")
    line("core", size([file for folder in CORE for file in sources[folder]]), "4500 lines")
    print()
    for example, limit in (("broker", "1500 lines, 16 files"), ("store", "800 lines")):
        line("examples/" + example, size([*(ROOT / "examples" / example).glob("*.[ch]pp")]), limit)
    line("minimal_broker", size([ROOT / "examples/minimal_broker.cpp"]), "150 lines")
    print(f"\npublic types {sum(len(TYPE.findall(text_of(header))) for header in headers):4}  limit 40")
    print(f"error codes  {len(re.findall(r'^  [a-z]', codes, re.MULTILINE)):4}  limit about 35")


if __name__ == "__main__":
    main()
