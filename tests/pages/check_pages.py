#!/usr/bin/env python3
"""Compiles and runs the code in the project's pages, and follows their links.

Usage: check_pages.py ROOT BUILD COMMANDS COMPILER FLAG...

The pages are the *.md in ROOT and in its FOLDERS, below. The fence of a block of code says what
becomes of it:

  ```cpp         It is compiled and run. A block with a main() is a program. All others of a page are
                 the body of one more program, in their order: each can use what those above declare.
  ```sh run      It is run by a shell that stops at the first error.
  ```python run  It is run by Python.
  ```text        It is what the block of the above kinds before it prints, to the byte.

  ```cmake       CMake configures a project with a program `app` and these lines. It finds presign as
                 the folder BUILD installs it, and its source in third_party/presign.
  ```sh by TEST  It is run by that script, which gets it from blocks.py by a text that stands in it.
  ```sh          It is not run, as it is what runs tests, or takes long: nothing but CMake, CTest and
                 scripts of the project. What it names must be there: options, presets, targets.
  ```json        It must be JSON.
  ```ini         It holds settings that the broker has, or Ceph as the tests set it up.
  ```meson       Its lines stand in the Meson project that the tests build.
  ```nginx       nginx must take it, where nginx is installed.
  ```            It is a drawing.

There are no other blocks. What is run has an empty folder, Amazon's example credentials in the
environment, no AWS files, and the folder COMMANDS first in PATH. A block that fails, or that writes
to standard error, fails the test. A command that stands in a sentence is looked at as ```sh is.

A link to a file of the project must lead to one, and its #fragment to a heading there. Where the
text of the link is in double quotes, it must stand in that file: so the pages name tests.

A page that lists files, in LISTS below, must list them all; so must one with names, in NAMES.

A drawing ROOT/docs/*.dot must have the same texts as the .svg next to it, which Graphviz made of it.
The figures of the chart docs/maintainers/performance.svg must be in the tables of the page next to it,
and so must the times in docs/comparison.md, except those with a *.
"""

import os
import pathlib
import re
import shutil
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
# S3's error codes that explain knows.
NAMES = {"docs/troubleshooting.md": ("src/explain/error_response.cpp", r'(?:^    \{"|\|)(\w+)')}
NEXT_FRAGMENT = "\x1e"  # what the program made of fragments prints between two of them
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
# nginx's own files and addresses, which tests may not use.
NGINX = """\
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
{lines}
}}
"""


def is_program(block):
    return block.fence == "cpp" and re.search(r"\bmain\s*\(", block.text)


def is_fragment(block):
    return block.fence == "cpp" and not is_program(block)


def cpp(block):
    return f'#line {block.line + 1} "{block.page}"\n{block.text}'


class Failure(Exception):
    pass


class Runner:
    """Runs blocks, each in an empty folder of its own."""

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

    def run_cpp(self, source):
        with tempfile.TemporaryDirectory(dir=self.folder) as made:
            path = pathlib.Path(made, "page.cpp")
            path.write_text(source, encoding="utf-8")
            program = path.with_suffix("")
            self.run([self.compiler[0], str(path), "-o", str(program), *self.compiler[1:]])
            return self.run([str(program)])

    def configure(self, lines):
        """Runs CMake with the lines in a project that has a program, `app`."""
        installed = self.folder / "installed"
        if not installed.exists():
            self.run(["cmake", "--install", self.build, "--prefix", str(installed)])
        with tempfile.TemporaryDirectory(dir=self.folder) as made:
            project = pathlib.Path(made)
            (project / "CMakeLists.txt").write_text(f"{CMAKE_PREAMBLE}{lines}", encoding="utf-8")
            (project / "app.cpp").touch()
            (project / "third_party").mkdir()
            (project / "third_party" / "presign").symlink_to(self.root)
            self.run(["cmake", "-S", made, "-B", f"{made}/build", f"-DCMAKE_PREFIX_PATH={installed}",
                      f"-DCMAKE_CXX_COMPILER={self.compiler[0]}"])

    def presign_help(self, command):
        return self.run(["presign", *([command] if re.fullmatch("[a-z]+", command) else []),
                         "--help"])


def run_page(blocks, runner):
    """What each runnable block prints, by the block."""
    printed = {}
    fragments = [block for block in blocks if is_fragment(block)]
    if fragments:
        between = f"\nstd::cout << '\\x{ord(NEXT_FRAGMENT):x}';\n"
        body = between.join(cpp(block) for block in fragments)
        output = runner.run_cpp(f"{PREAMBLE}{body}}}\n").split(NEXT_FRAGMENT)
        printed.update(zip(fragments, output))
    for block in blocks:
        if is_program(block):
            printed[block] = runner.run_cpp(cpp(block))
        elif block.fence == "sh run":
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
                yield f"{block.where()}: output, and no block before it that was run"
            elif printed[last] != block.text:
                yield (f"{block.where()}: the block at {last.where()} prints otherwise:\n"
                       f"{printed[last]}")


def anchors_of(page):
    """The #fragments that a page's headings have, as GitHub makes them."""
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
            yield f"{page.name}: {one_line(text)} does not stand in {path}"


def texts_of(drawing):
    return [text.text.strip() for text in xml.etree.ElementTree.parse(drawing)
            .iter("{http://www.w3.org/2000/svg}text")]


def check_drawing(source):
    """What a drawing says: the lines of its labels, in any order."""
    labels = re.findall(r'label="([^"]*)"', source.read_text(encoding="utf-8"))
    meant = [line.replace(r"\\", "\\").strip()
             for label in labels for line in re.split(r"(?<!\\)\\n", label)]
    drawn = texts_of(source.with_suffix(".svg"))
    for line in set(meant) ^ set(drawn):
        yield f"{line!r} stands in the drawing's source or in its .svg, and not in both"


def check_figures(docs):
    """Nanoseconds that stand in the chart or in docs/comparison.md and not in the tables."""
    tables = (docs / "maintainers" / "performance.md").read_text(encoding="utf-8")
    drawn = [text for text in texts_of(docs / "maintainers" / "performance.svg") if re.fullmatch("[0-9,]+", text)]
    compared = re.findall(r"^\| [^|*]* \| ([0-9,]+) ns \|",
                          (docs / "comparison.md").read_text(encoding="utf-8"), re.MULTILINE)
    for figure in {*drawn, *compared}:
        if f"| {figure.replace(',', '')} |" not in tables:
            yield f"{figure} ns stand in no table"


def check_nginx(text):
    if not shutil.which("nginx"):
        print("nginx is not installed: its block is not checked")
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=page",
                        "-keyout", f"{folder}/page.key", "-out", f"{folder}/page.pem"],
                       check=True, capture_output=True)
        lines = re.sub(r"/etc/ssl/\S+\.(pem|key)", rf"{folder}/page.\1", text)
        lines = lines.replace("listen ", "listen 127.0.0.1:")
        path = pathlib.Path(folder, "nginx.conf")
        path.write_text(NGINX.format(folder=folder, lines=lines), encoding="utf-8")
        done = subprocess.run(["nginx", "-t", "-q", "-c", str(path)], capture_output=True,
                              encoding="utf-8")
        if done.returncode != 0:
            yield done.stderr


def check_shown(block, runner):
    """What is wrong with a block that is not run by itself."""
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
    look = {"sh": lambda text: shown.own_commands(text, runner.root, runner.presign_help),
            "json": shown.json_text,
            "meson": lambda text: shown.meson_lines(text, runner.root),
            "ini": lambda text: shown.settings(text, runner.root),
            "nginx": check_nginx}.get(block.fence, lambda _: ["nobody checks such a block"])
    for problem in look(block.text):
        yield f"{block.where()}: {problem}"


def check_sentences(page, runner):
    """The commands that stand in a page's sentences."""
    for code in re.findall(r"`([^`]+)`", without_blocks(page)):
        if shown.COMMAND.match(code):
            for problem in shown.commands(one_line(code), runner.root, runner.presign_help):
                yield f"{page.name}: {one_line(code)}: {problem}"


def check_lists(page, root):
    """What a page should list and does not. A header goes with its source file."""
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
                    for name in sorted(set(names)) if f"`{name}`" not in text)


def check(page, runner):
    """What is wrong with a page, and how many of its blocks were run."""
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
    sound = True
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(root, build, folder, commands, compiler)
        for page in [page for folder in FOLDERS for page in sorted(root.glob(f"{folder}/*.md"))]:
            problems, count = check(page, runner)
            sound = sound and not problems
            print(f"{page.relative_to(root)}: {count} blocks run", *problems, sep="\n  ")
    for source, check_source in [*((one, check_drawing) for one in sorted(root.glob("docs/*.dot"))),
                                 (root / "docs", check_figures)]:
        problems = list(check_source(source))
        sound = sound and not problems
        print(source.relative_to(root), *problems, sep="\n  ")
    return 0 if sound else 1


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
