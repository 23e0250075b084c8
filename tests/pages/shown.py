"""Checks text of pages that no test runs: commands that take long, and settings of other programs.

Each function yields the problems of a text, such as names that the project does not have.
"""

import json
import re
import shlex
import subprocess

FOLDERS = r"(?:docs|examples|packaging|tests|tools)/"
CMAKE_FILES = ("CMakeLists.txt", "cmake/*.cmake", "examples/**/CMakeLists.txt",
               "tests/**/CMakeLists.txt")
COMMAND = re.compile(rf"(?:{FOLDERS}\S+\.(?:sh|py)|cmake|ctest|presign)(?: |$)")


def logical_commands(text):
    """Yields the commands in a shell's text, each as a list of words."""
    text = re.sub(r"(^|\s)#.*", r"\1", text.replace("\\\n", " "))
    words = shlex.shlex(text, posix=True, punctuation_chars=";&|<>()\n")
    words.whitespace, words.whitespace_split, words.commenters = " \t", True, ""
    command = []
    for word in words:
        if re.fullmatch(r"[;&|()\n]+", word) or word == "do":
            if command:
                yield command
            command = []
        elif command or not re.fullmatch(r"\w+=.*", word):
            command.append(word)
    if command:
        yield command


def check_script(root, program, arguments):
    """Checks that a script of the project exists, and has the options."""
    yield from (f"{word} does not exist" for word in (program, *arguments)
                if re.match(FOLDERS, word) and not (root / word).exists())
    if re.match(FOLDERS, program) and (root / program).is_file():
        script = (root / program).read_text(encoding="utf-8")
        yield from (f"{program} has no {option}" for option in options_of(arguments)
                    if option not in script)


def check_presign(program, arguments, presign_help):
    if program == "presign":
        known = presign_help(arguments[0] if arguments else "")
        yield from (f"presign has no {option}" for option in options_of(arguments)
                    if not re.search(rf"{option}\b", known))


def check_presets(root, program, arguments):
    named = re.findall(r"--preset[ =](\S+)", " ".join(arguments))
    if program == "tests/run.sh":
        named += [word for word in arguments if not word.startswith("-")]
    presets = json.loads((root / "CMakePresets.json").read_text(encoding="utf-8"))
    known = {preset["name"] for preset in presets["configurePresets"]}
    yield from (f"there is no preset {name}" for name in named if name not in known)


def check_cmake(root, program, arguments):
    """Checks CMake's options and targets."""
    if program == "cmake":
        ours = "".join(file.read_text(encoding="utf-8") for pattern in CMAKE_FILES
                       for file in root.glob(pattern))
        asked = re.findall(r"-D((?:PRESIGN|BUILD)_\w+)|--target (\w+)", " ".join(arguments))
        yield from (f"CMake knows no {name}" for name in map("".join, asked)
                    if not re.search(rf"\b{name}\b", ours))


def options_of(arguments):
    return [word.split("=")[0] for word in arguments if re.match("--[a-z]", word)]


def commands(text, root, presign_help):
    """Checks commands. `presign_help` returns the help text of one of presign's commands."""
    if subprocess.run(["bash", "-n"], input=text.encode(), capture_output=True).returncode != 0:
        yield "this is not a shell command"
        return
    for program, *arguments in logical_commands(text):
        yield from check_script(root, program, arguments)
        yield from check_presign(program, arguments, presign_help)
        yield from check_presets(root, program, arguments)
        yield from check_cmake(root, program, arguments)


def own_commands(text, root, presign_help):
    """Checks the commands of a block that no test runs."""
    yield from commands(text, root, presign_help)
    yield from (f"{program} does not belong to the project, and no test runs it"
                for program, *_ in logical_commands(text)
                if not re.match(FOLDERS, program) and program not in ("cmake", "ctest", "for", "done"))


def run_by(script, page, text, root):
    """Checks that a script, in bash or in Python, gets these commands from blocks.py."""
    if not (root / script).is_file():
        yield f"{script} does not exist"
        return
    asked = re.findall(rf"""{re.escape(str(page))}"?,? ["']([^"']+)["']""",
                       (root / script).read_text(encoding="utf-8"))
    if not any(part in text for part in asked):
        yield f"{script} does not run it"


def settings(text, root):
    """Checks settings of the broker, or of Ceph's test server."""
    broker = (root / "examples/broker/settings.cpp").read_text(encoding="utf-8")
    ceph = (root / "tests/interop/rgw.sh").read_text(encoding="utf-8")
    for name, equals in re.findall(r"^(.+?)( ?=)", text, re.MULTILINE):
        option = name.replace("BROKER_", "").replace("_", "-").lower()
        if f'option("{option}"' not in broker and f"\n{name}{equals}" not in ceph:
            yield f"there is no setting {name}"


def meson_lines(text, root):
    project = (root / "tests/install/project/meson.build").read_text(encoding="utf-8")
    yield from (f"the tests' project does not have {line}" for line in text.splitlines()
                if line not in project.splitlines())


def json_text(text):
    try:
        json.loads(text)
    except ValueError as failure:
        yield f"this is not JSON: {failure}"
