"""A server to test with, for as long as a with statement lasts."""
import contextlib
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent


class Server:
    """A running server: the settings that its script prints, and a way to give it orders."""

    def __init__(self, script):
        self.script = script
        self.settings = dict(line.split("=", 1) for line in self.lines())

    def lines(self):
        """Up to an empty one. Where the script has ended, this program does, with its status."""
        for line in iter(self.script.stdout.readline, ""):
            if line == "\n":
                return
            yield line.rstrip("\n")
        sys.exit(self.script.wait())

    def order(self, *words):
        """Has the script do something, and waits until it is done; see the script."""
        print(*words, file=self.script.stdin, flush=True)
        for _ in self.lines():
            pass


@contextlib.contextmanager
def running(name):
    """The server of that script; see server.sh. Where the script fails, or the server is not
    installed, this program ends with the script's status."""
    with subprocess.Popen([FOLDER / f"{name}.sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          encoding="utf-8") as script:
        yield Server(script)
        script.stdin.close()
        script.wait()
