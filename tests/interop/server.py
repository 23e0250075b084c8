"""Runs a server to test with, for as long as a with statement lasts."""
import contextlib
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent


class Server:
    """A running server: the settings that its script prints, and orders for the script."""

    def __init__(self, script):
        self.script = script
        self.settings = dict(line.split("=", 1) for line in self.lines())

    def lines(self):
        """Yields the script's lines up to an empty one. If the script ends before, exits with its
        status."""
        for line in iter(self.script.stdout.readline, ""):
            if line == "\n":
                return
            yield line.rstrip("\n")
        sys.exit(self.script.wait())

    def order(self, *words):
        """Gives the script an order, and waits until it is done. The script lists its orders."""
        print(*words, file=self.script.stdin, flush=True)
        for _ in self.lines():
            pass


@contextlib.contextmanager
def running(name):
    """Runs the server of the script with this name; see server.sh. If the script fails or the
    server is not installed, exits with the script's status."""
    with subprocess.Popen([FOLDER / f"{name}.sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          encoding="utf-8") as script:
        yield Server(script)
        script.stdin.close()
        script.wait()
