#!/usr/bin/env python3
"""Makes a site of the project's pages and public headers with Doxygen.

Usage: make_site.py SITE [THEME]

SITE is the folder to make. THEME is a folder with doxygen-awesome.css, which Debian's package
doxygen-awesome-css has. The pages stay plain Markdown; their copies for Doxygen differ from them:

  - A link to a page or to a heading becomes one on the site. Headings have the names that GitHub
    gives them.
  - A link to a public header leads to its documentation, and a link to another file to its copy.
  - The comment at the head of a header is the description of that file.

The script fails on any warning, a public name without documentation, or a dead link.
"""

import collections
import html.parser
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGES = [page for pattern in ("*.md", "docs/**/*.md", "examples/broker/*.md")
         for page in sorted(ROOT.glob(pattern))]
HEADERS = sorted(ROOT.glob("include/presign/*.hpp"))


def name_of(page):
    if page.name == "README.md":
        return "index" if page.parent == ROOT else page.parent.name
    return page.stem.lower()


def anchor_of(page, heading):
    """Returns the page's name and the name that GitHub gives the heading: unique on the site."""
    slug = re.sub(r"[^\w\- ]", "", heading, flags=re.ASCII).strip().lower().replace(" ", "-")
    return f"{name_of(page)}-{slug}"


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────


def link(page, text, target, copied):
    """Returns a page's link for the site. Adds a file that has to be copied to `copied`."""
    path, _, fragment = target.partition("#")
    if re.match(r"[a-z]+:", path):
        return f"[{text}]({target})"
    file = (page.parent / path).resolve() if path else page
    if file in PAGES and "<img" in text:
        return f'<a href="{name_of(file)}.html">{text}</a>'
    if file in PAGES:
        place = anchor_of(file, fragment) if fragment else name_of(file)
        return f"[{text}](@ref {place})"
    if file in HEADERS:
        return f"[{text}](@ref {file.relative_to(ROOT / 'include')})"
    if file.is_dir():
        return text
    inside = file.relative_to(ROOT)
    copied.add(inside)
    # Browsers show .txt.
    return f'<a href="files/{inside}.txt">{text}</a>'


def with_anchor(page, heading, counts):
    """Returns a heading with its anchor. A repeated heading gets a number, as on GitHub."""
    anchor = anchor_of(page, heading[2])
    number = counts[anchor]
    counts[anchor] += 1
    return f"{heading[0]} {{#{anchor}{f'-{number}' if number else ''}}}"


def prose(page, text, copied, counts):
    text = re.sub(r"(?<![\w(])[@#](?=\w)", r"\\\g<0>", text)  # not a command of Doxygen
    text = re.sub(r"!\[([^\]]*)\]\(([^)]+)\)", r'<img src="\2" alt="\1">', text)
    text = re.sub(r'(<img src=")(?:[^"]*/)?', r"\1", text)  # all pictures are next to the pages
    text = re.sub(r"\[([^\]]*)\]\(([^)\s]+)\)",
                  lambda found: link(page, found[1], found[2], copied), text)
    if name_of(page) != "index":  # Doxygen's own name of the main page
        text = re.sub(r"^(# .*)$", rf"\1 {{#{name_of(page)}}}", text, flags=re.MULTILINE)
    return re.sub(r"^(##+) (.*)$", lambda heading: with_anchor(page, heading, counts), text,
                  flags=re.MULTILINE)


def page_for_doxygen(page, copied):
    pieces = re.split(r"^(```.*?^```$)", page.read_text(encoding="utf-8"),
                      flags=re.MULTILINE | re.DOTALL)
    counts = collections.Counter()
    for at, piece in enumerate(pieces):
        if piece.startswith("```"):  # "sh run" is sh to Doxygen
            pieces[at] = re.sub(r"\A```(\w+).*", r"```\1", piece)
        else:
            pieces[at] = prose(page, piece, copied, counts)
    return "".join(pieces)


# ── Headers ─────────────────────────────────────────────────────────────────────────────────────


def header_for_doxygen(header):
    """Returns a header whose opening comment is documentation; indented text there is code."""
    opening, rest = header.read_text(encoding="utf-8").split("#pragma once\n", 1)
    opening = re.sub(r"^//   (?! *- )", "///       ", opening, flags=re.MULTILINE)
    opening = re.sub(r"^//(?!/)", "///", opening, flags=re.MULTILINE)
    # Doxygen 1.9 cannot read these, and readers do not need them.
    rest = re.sub(r"^template <>\nstruct std::.*?;\n", "", rest, flags=re.MULTILINE | re.DOTALL)
    return f"/// @file\n{opening}#pragma once\n{rest}"


# ── The site ────────────────────────────────────────────────────────────────────────────────────


def run_doxygen(folder, site, theme):
    version = re.search(r"^  VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"),
                        re.MULTILINE)[1]
    styles = [HERE / "site.css"]
    if theme:
        styles[:0] = [theme / "doxygen-awesome.css", theme / "doxygen-awesome-sidebar-only.css"]
    settings = (HERE / "Doxyfile").read_text(encoding="utf-8") + f"""
PROJECT_NUMBER = {version}
INPUT = {folder}
STRIP_FROM_PATH = {folder}
STRIP_FROM_INC_PATH = {folder}
USE_MDFILE_AS_MAINPAGE = {folder}/index.md
LAYOUT_FILE = {HERE}/layout.xml
HTML_OUTPUT = {site}
HTML_EXTRA_STYLESHEET = {" ".join(map(str, styles))}
"""
    done = subprocess.run(["doxygen", "-"], input=settings, capture_output=True, encoding="utf-8",
                          timeout=300)
    if done.returncode != 0 or done.stderr:
        raise SystemExit(f"doxygen ended with status {done.returncode}\n"
                         + done.stderr.replace(f"{folder}/", ""))


class SitePage(html.parser.HTMLParser):
    """The links and anchors of a page of the site, and commands that Doxygen took for text."""

    def __init__(self, page):
        super().__init__()
        self.targets, self.anchors, self.commands = set(), set(), set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_data(self, text):
        self.commands.update(re.findall(r"@(?:end)?code\b|@section\b", text))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src"):
                self.targets.add(value)
            elif name in ("id", "name"):
                self.anchors.add(value)


def problems(site):
    pages = {page.name: SitePage(page) for page in site.glob("*.html")}
    for name, page in sorted(pages.items()):
        yield from (f"{name}: {command} is taken for text" for command in sorted(page.commands))
        for target in sorted(page.targets):
            to = urllib.parse.urlsplit(target)
            file = to.path or name
            if to.scheme:
                continue
            if not (site / urllib.parse.unquote(file)).exists():
                yield f"{name}: the link {target} leads nowhere"
            elif to.fragment and file in pages and to.fragment not in pages[file].anchors:
                yield f"{name}: the link {target} leads to no anchor"


def main(site, theme=None):
    site = pathlib.Path(site).resolve()
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    copied = set()
    with tempfile.TemporaryDirectory() as folder:
        for page in PAGES:
            pathlib.Path(folder, f"{name_of(page)}.md").write_text(page_for_doxygen(page, copied),
                                                                   encoding="utf-8")
        pathlib.Path(folder, "presign").mkdir()
        for header in HEADERS:
            pathlib.Path(folder, "presign", header.name).write_text(header_for_doxygen(header),
                                                                    encoding="utf-8")
        run_doxygen(folder, site, theme and pathlib.Path(theme))
    for folder in {page.parent for page in PAGES}:
        for picture in (*folder.glob("*.png"), *folder.glob("*.svg")):
            shutil.copy(picture, site)
    for file in copied:
        copy = site / "files" / f"{file}.txt"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, copy)
    messages = list(problems(site))
    print(f"{site}/index.html", *messages, sep="\n  ")
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
