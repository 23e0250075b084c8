#!/usr/bin/env python3
"""Reads the fenced blocks of the project's pages, for the tests that run them.

Usage: blocks.py PAGE TEXT

Prints the only block of commands of a page that contains the text. PAGE is relative to the project.
"""
import pathlib
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]


class Block:
    def __init__(self, page, line, fence, text):
        self.page, self.line, self.fence, self.text = page, line, fence, text

    def where(self):
        return f"{self.page.name}:{self.line}"


def blocks_of(page):
    blocks, fence, begin, lines = [], None, 0, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(keepends=True), 1):
        if not line.startswith("```"):
            lines.append(line)
        elif fence is None:
            fence, begin, lines = line[3:].strip(), number, []
        else:
            blocks.append(Block(page, begin, fence, "".join(lines)))
            fence = None
    if fence is not None:
        raise SystemExit(f"{page}:{begin}: a block without an end")
    return blocks


def commands(page, text):
    """Returns the only block of commands of a page that contains the text."""
    matches = [block for block in blocks_of(PROJECT / page)
               if block.fence.split()[:1] == ["sh"] and text in block.text]
    if len(matches) != 1:
        raise SystemExit(f"{page}: {len(matches)} blocks of commands contain {text!r}")
    return matches[0].text


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    print(commands(*sys.argv[1:]), end="")
