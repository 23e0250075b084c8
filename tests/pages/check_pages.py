#!/usr/bin/env python3
"""Compiles and runs the code in the project's pages, and checks their links.

Usage: check_pages.py ROOT BUILD COMMANDS COMPILER FLAG...

The pages are the *.md in ROOT and in its FOLDERS, below. The fence of a block of code says how to
check the block:

  ```cpp         It is compiled and run, as C++17 and as C++20; as C++20 alone if it has designated
                 initializers. A block with a main() is a program. All others of a page are the body
                 of one more program, in order: each can use declarations of earlier blocks.
  ```sh run      It is run by a shell that stops at the first error.
  ```python run  It is run by Python.
  ```text        It must equal, byte for byte, the output of the last block of the above kinds.

  ```cmake       CMake configures a project with a program `app` and these lines. The project finds
                 the presign that the folder BUILD installs, and its source in third_party/presign.
  ```sh by TEST  It is run by that script, which gets it from blocks.py by a part of its text.
  ```sh          It is not run, because it runs tests or takes long. It may contain only CMake, CTest
                 and scripts of the project. Its options, presets and targets must exist.
  ```json        It must be JSON.
  ```ini         It must contain settings of the broker, or of Ceph as the tests set it up.
  ```meson       Its lines must be in the Meson project that the tests build.
  ```            It is a drawing.

There are no other blocks. A block runs in an empty folder, with Amazon's example credentials in the
environment, no AWS files, and the folder COMMANDS first in PATH. A block that fails, or that writes
to standard error, fails the test. A command in a sentence is checked like ```sh.

A link to a file of the project must lead to a file, and its #fragment to a heading there. If the text
of the link is in double quotes, the file must contain it: so the pages name tests.

A page that lists files, in LISTS below, must list them all; so must a page with names, in NAMES.

A drawing ROOT/docs/*.dot must have the same texts as the .svg next to it, which Graphviz makes.
The figures of the chart docs/maintainers/performance.svg must be in the tables of the page next to it,
and so must the times in docs/comparison.md, except those with a *.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import shown
from blocks import blocks_of

EXAMPLE_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}
FOLDERS = (".", "docs", "docs/maintainers", "examples/broker", "packaging")
LISTS = {"README.md": "docs/**/*.md",
         "examples/broker/README.md": "examples/broker/*.cpp",
         "docs/maintainers/testing.md": "tests/fuzz/*.cpp"}
# The error codes that explain knows, or how they begin.
NAMES = {"docs/troubleshooting.md": ("src/explain/error_response.cpp", r'(?:^    \{"|\|)([A-Z]\w+)')}
NEXT_FRAGMENT = "\x1e"  # the program of all fragments prints it between them
PREAMBLE = """\
#include <presign/presign.hpp>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>
using namespace std::chrono_literals;
int main() {
"""


CMAKE_PREAMBLE = """\
cmake_minimum_required(VERSION 3.20)
project(page LANGUAGES CXX)
add_executable(app app.cpp)
"""


def is_program(block):
    return block.fence == "cpp" and re.search(r"\bmain\s*\(", block.text)


def is_fragment(block):
    return block.fence == "cpp" and not is_program(block)


def needs_cpp20(block):
    return re.search(r"[{,]\s*\.\w+ = ", block.text)


def cpp(block):
    return f'#line {block.line + 1} "{block.page}"\n{block.text}'


class Failure(Exception):
    pass


class Runner:
    """Runs blocks, each in its own empty folder."""

    def __init__(self, root, build, folder, commands, compiler):
        self.root, self.build, self.folder = root, build, pathlib.Path(folder)
        self.compiler = compiler
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        path = os.pathsep.join([commands, kept.get("PATH", os.defpath)])
        self.environment = {**kept, **EXAMPLE_CREDENTIALS, "PATH": path, "HOME": str(folder)}

    def run(self, command):
        with tempfile.TemporaryDirectory(dir=self.folder) as empty:
            done = subprocess.run(command, cwd=empty, env=self.environment, capture_output=True,
                                  stdin=subprocess.DEVNULL, encoding="utf-8", timeout=120)
        if done.returncode != 0 or done.stderr:
            raise Failure(f"{command[0]} ended with status {done.returncode}\n{done.stderr}")
        return done.stdout

    def run_cpp(self, source, standard):
        with tempfile.TemporaryDirectory(dir=self.folder) as work:
            path = pathlib.Path(work, "page.cpp")
            path.write_text(source, encoding="utf-8")
            program = path.with_suffix("")
            self.run([self.compiler[0], str(path), "-o", str(program), *self.compiler[1:], standard])
            return self.run([str(program)])

    def configure(self, lines):
        """Runs CMake with the lines in a project that has a program, `app`."""
        installed = self.folder / "installed"
        if not installed.exists():
            self.run(["cmake", "--install", self.build, "--prefix", str(installed)])
        with tempfile.TemporaryDirectory(dir=self.folder) as work:
            project = pathlib.Path(work)
            (project / "CMakeLists.txt").write_text(f"{CMAKE_PREAMBLE}{lines}", encoding="utf-8")
            (project / "app.cpp").touch()
            (project / "third_party").mkdir()
            (project / "third_party" / "presign").symlink_to(self.root)
            self.run(["cmake", "-S", work, "-B", f"{work}/build", f"-DCMAKE_PREFIX_PATH={installed}",
                      f"-DCMAKE_CXX_COMPILER={self.compiler[0]}"])

    def presign_help(self, command):
        return self.run(["presign", *([command] if re.fullmatch("[a-z]+", command) else []),
                         "--help"])


def run_page(blocks, runner):
    """Runs all blocks that can be run, and returns the output of each."""
    printed = {}
    for standard in ("-std=c++17", "-std=c++20"):
        known = [block for block in blocks if standard == "-std=c++20" or not needs_cpp20(block)]
        fragments = [block for block in known if is_fragment(block)]
        if fragments:
            between = f"\nstd::cout << '\\x{ord(NEXT_FRAGMENT):x}';\n"
            body = between.join(cpp(block) for block in fragments)
            output = runner.run_cpp(f"{PREAMBLE}{body}}}\n", standard).split(NEXT_FRAGMENT)
            printed.update(zip(fragments, output))
        for block in known:
            if is_program(block):
                printed[block] = runner.run_cpp(cpp(block), standard)
    for block in blocks:
        if block.fence == "sh run":
            printed[block] = runner.run(["sh", "-euc", block.text])
        elif block.fence == "python run":
            printed[block] = runner.run([sys.executable, "-c", block.text])
    return printed


def check_output(blocks, printed):
    last = None
    for block in blocks:
        if block in printed:
            last = block
        elif block.fence == "text":
            if last is None:
                yield f"{block.where()}: output without a block before it that was run"
            elif printed[last] != block.text:
                yield (f"{block.where()}: the block at {last.where()} prints something else:\n"
                       f"{printed[last]}")


def anchors_of(page):
    """Returns the #fragments that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
            for heading in headings}


def one_line(text):
    return " ".join(text.split())


def without_blocks(page):
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"),
                  flags=re.MULTILINE | re.DOTALL)


def check_links(page):
    for text, target in re.findall(r"\[([^\]]*)\]\(([^)\s]+)\)", without_blocks(page)):
        path, _, fragment = target.partition("#")
        file = (page.parent / path) if path else page
        if re.match(r"[a-z]+:", target):
            continue
        if not file.exists():
            yield f"{page.name}: the link {target} leads nowhere"
        elif fragment and fragment not in anchors_of(file):
            yield f"{page.name}: the link {target} leads to no heading"
        elif text.startswith('"') and one_line(text)[1:-1] not in file.read_text(encoding="utf-8"):
            yield f"{page.name}: {path} does not contain {one_line(text)}"


def texts_of(drawing):
    return [text.text.strip() for text in xml.etree.ElementTree.parse(drawing)
            .iter("{http://www.w3.org/2000/svg}text")]


def check_drawing(source):
    """Checks that a drawing and its source have the same lines of labels, in any order."""
    labels = re.findall(r'label="([^"]*)"', source.read_text(encoding="utf-8"))
    expected = [line.replace(r"\\", "\\").strip()
             for label in labels for line in re.split(r"(?<!\\)\\n", label)]
    drawn = texts_of(source.with_suffix(".svg"))
    for line in set(expected) ^ set(drawn):
        yield f"{line!r} is in the drawing's source or in its .svg, but not in both"


def check_figures(docs):
    """Checks that all nanoseconds in the chart and in docs/comparison.md are in the tables."""
    tables = (docs / "maintainers" / "performance.md").read_text(encoding="utf-8")
    drawn = [text for text in texts_of(docs / "maintainers" / "performance.svg")
             if re.fullmatch("[0-9,]+", text)]
    compared = re.findall(r"^\| [^|*]* \| ([0-9,]+) ns \|",
                          (docs / "comparison.md").read_text(encoding="utf-8"), re.MULTILINE)
    for figure in {*drawn, *compared}:
        if f"| {figure.replace(',', '')} |" not in tables:
            yield f"{figure} ns are in no table"


def check_shown(block, runner):
    """Checks a block that is not run."""
    if block.fence in ("cpp", "sh run", "python run", "text", ""):
        return
    if block.fence.startswith("sh by "):
        page = block.page.relative_to(runner.root)
        for problem in shown.run_by(block.fence.split()[2], page, block.text, runner.root):
            yield f"{block.where()}: {problem}"
        return
    if block.fence == "cmake":
        runner.configure(block.text)
        return
    check_text = {"sh": lambda text: shown.own_commands(text, runner.root, runner.presign_help),
            "json": shown.json_text,
            "meson": lambda text: shown.meson_lines(text, runner.root),
            "ini": lambda text: shown.settings(text, runner.root)
            }.get(block.fence, lambda _: ["this kind of block is unknown"])
    for problem in check_text(block.text):
        yield f"{block.where()}: {problem}"


def check_sentences(page, runner):
    """Checks the commands in a page's sentences."""
    for code in re.findall(r"`([^`]+)`", without_blocks(page)):
        if shown.COMMAND.match(code):
            for problem in shown.commands(one_line(code), runner.root, runner.presign_help):
                yield f"{page.name}: {one_line(code)}: {problem}"


def check_lists(page, root):
    """Checks that a page lists what it should. A header goes with its source file."""
    text = page.read_text(encoding="utf-8")
    path = str(page.relative_to(root))
    if path in LISTS:
        for file in sorted(root.glob(LISTS[path])):
            with_its_source = file.suffix == ".hpp" and file.with_suffix(".cpp").exists()
            if not with_its_source and not re.search(rf"[/(]{re.escape(file.name)}\)", text):
                yield f"{page.name} does not list {file.relative_to(root)}"
    if path in NAMES:
        source, pattern = NAMES[path]
        names = re.findall(pattern, (root / source).read_text(encoding="utf-8"), re.MULTILINE)
        yield from (f"{page.name} does not list {name} of {source}"
                    for name in sorted(set(names)) if f"`{name}" not in text)


def check(page, runner):
    """Returns the problems of a page, and how many of its blocks were run."""
    blocks = blocks_of(page)
    try:
        printed = run_page(blocks, runner)
        shown_problems = [problem for block in blocks for problem in check_shown(block, runner)]
    except Failure as failure:
        return [str(failure)], 0
    return [*check_output(blocks, printed), *shown_problems, *check_sentences(page, runner),
            *check_links(page), *check_lists(page, runner.root)], len(printed)


def main(root, build, commands, *compiler):
    root = pathlib.Path(root)
    passed = True
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(root, build, folder, commands, compiler)
        for page in [page for folder in FOLDERS for page in sorted(root.glob(f"{folder}/*.md"))]:
            problems, count = check(page, runner)
            passed = passed and not problems
            print(f"{page.relative_to(root)}: {count} blocks run", *problems, sep="\n  ")
    drawings = sorted(root.glob("docs/*.dot"))
    for source, check_source in [*((drawing, check_drawing) for drawing in drawings),
                                 (root / "docs", check_figures)]:
        problems = list(check_source(source))
        passed = passed and not problems
        print(source.relative_to(root), *problems, sep="\n  ")
    return 0 if passed else 1


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
