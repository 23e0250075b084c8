"""A server to test with, for as long as a with statement lasts."""
import contextlib
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent


@contextlib.contextmanager
def running(name):
    """What the script of that name prints of its server; see server.sh. Where it fails, or is not
    installed, this program ends with the script's status."""
    with subprocess.Popen([FOLDER / f"{name}.sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          encoding="utf-8") as script:
        told = {}
        for line in iter(script.stdout.readline, ""):
            if line == "\n":
                break
            variable, _, value = line.rstrip("\n").partition("=")
            told[variable] = value
        else:
            sys.exit(script.wait())
        yield told
        script.stdin.close()
        script.wait()
