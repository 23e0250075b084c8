#!/usr/bin/env python3
"""Checks that the folders of the library include only themselves and folders below them.

Usage: check_layers.py ROOT

The folders are ROOT/src/*. A public header belongs to the folder that implements it. Of others'
headers there are only those of C++, whose names have no dot, and in the cryptography OpenSSL's:
nothing of one system's.
"""

import pathlib
import re
import sys

# From the bottom to the top. Folders of one level do not include each other.
LEVELS = [["base"], ["sigv4", "credentials"], ["s3"], ["signer"], ["verify"], ["explain"], ["umbrella"]]
LEVEL_OF = {folder: level for level, folders in enumerate(LEVELS) for folder in folders}
PUBLIC_HEADERS = {
    "error": "base", "export": "base", "time": "base", "version": "base",
    "request": "sigv4", "sigv4": "sigv4",
    "credentials": "credentials",
    "s3": "s3",
    "post": "signer", "signer": "signer",
    "verify": "verify",
    "explain": "explain",
    "presign": "umbrella",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<(presign/[^>]+)>|<([^>]+)>)', re.MULTILINE)


def folder_of(path):
    """Returns the folder that a file belongs to, by its path below src/ or include/."""
    if path.parts[0] == "presign":
        return PUBLIC_HEADERS.get(path.stem)
    return path.parts[0] if len(path.parts) == 2 else None


def problems_of(path, text):
    """Yields the problems with the includes of a file, by its path below src/ or include/."""
    folder = folder_of(path)
    if folder not in LEVEL_OF:
        yield f"{path} belongs to no folder"
        return
    for private, public, foreign in INCLUDE.findall(text):
        if foreign:
            is_cryptography = re.fullmatch(r"base/crypto_(evp\.cpp|libcrypto\.[ch]pp)", path.as_posix())
            if not re.fullmatch(r"[a-z_]+|openssl/.+" if is_cryptography else "[a-z_]+", foreign):
                yield f"{path} includes {foreign}, which is not C++'s"
            continue
        included = pathlib.PurePath(private or public)
        below = folder_of(included)
        if below not in LEVEL_OF:
            yield f"{path} includes {included}, which belongs to no folder"
        elif below != folder and LEVEL_OF[below] >= LEVEL_OF[folder]:
            yield f"{path} includes {included}: {folder} must not know {below}"


def main(root):
    files = [(file.relative_to(top), file) for top in (root / "src", root / "include")
             for file in sorted(top.rglob("*.[ch]pp"))]
    problems = [problem for path, file in files
                for problem in problems_of(path, file.read_text(encoding="utf-8"))]
    print(*problems, f"{len(files)} files, {len(problems)} wrong includes", sep="\n")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1])))
