"""What the comparisons share: a program of presign's, asked thousands of random things by seed.

It reads a JSON object a line and answers with a JSON object a line.
"""
import argparse
import json
import os
import random
import subprocess

ENOUGH = 10  # failures


def parse_arguments(description, program, noun, count, parents=()):
    """The command line, for so many of what the noun names, asked of the program; and what the
    parents, parsers too, want of it."""
    parser = argparse.ArgumentParser(description=description.split("\n", 1)[0], parents=parents)
    parser.add_argument("program", help=program)
    parser.add_argument("--count", type=int, default=count, help=f"how many {noun}s")
    parser.add_argument("--seed", default=os.environ.get("PRESIGN_SEED") or os.urandom(6).hex())
    parser.add_argument("--only", type=int, help=f"the number of one {noun} to repeat")
    arguments = parser.parse_args()
    count = arguments.count if arguments.only is None else 1
    print(f"seed {arguments.seed}, {count} {noun}s", end=", ")
    return arguments


class Program(subprocess.Popen):
    """A program that can be asked."""

    def __init__(self, path):
        super().__init__([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self.ended = False

    def ask(self, what):
        """Returns its answer, or None if it has ended."""
        self.stdin.write(json.dumps(what) + "\n")
        self.stdin.flush()
        answer = self.stdout.readline()
        self.ended = not answer
        return json.loads(answer) if answer else None


def run(arguments, noun, compare):
    """Whether compare found no difference. It is given a random number generator and the program's
    ask(); it returns what it asked and the list of what differs."""
    numbers = range(arguments.count) if arguments.only is None else [arguments.only]
    failures = 0
    with Program(arguments.program) as program:
        for number in numbers:
            asked, found = compare(random.Random(f"{arguments.seed}/{number}"), program.ask)
            if found:
                failures += 1
                print(f"\n{noun.capitalize()} {number} of seed {arguments.seed} "
                      f"(--seed {arguments.seed} --only {number}):\n  {json.dumps(asked)}")
                print("\n".join("  " + one for one in found))
            if failures == ENOUGH or program.ended:
                print("\nThere may be more: enough for now.")
                break
        program.stdin.close()
        status = program.wait()
    if status != 0:
        print(f"{arguments.program} ended with {status}")
    return failures == 0 and status == 0
