"""Asks a test program thousands of random questions, by seed, and compares its replies.

The program reads a JSON object a line and writes a JSON object a line.
"""
import argparse
import collections
import json
import os
import random
import subprocess
import sys

MOST_FAILURES = 10


def parse_arguments(description, program, noun, count, parents=()):
    """Parses the command line. The noun names a question, count is the default number of questions,
    and parents are parsers of further arguments."""
    parser = argparse.ArgumentParser(description=description.split("\n", 1)[0], parents=parents)
    parser.add_argument("program", help=program)
    parser.add_argument("--count", type=int, default=count, help=f"the number of {noun}s")
    parser.add_argument("--seed", default=os.environ.get("PRESIGN_SEED") or os.urandom(6).hex())
    parser.add_argument("--only", type=int, help=f"the number of the {noun} to repeat")
    arguments = parser.parse_args()
    count = arguments.count if arguments.only is None else 1
    print(f"seed {arguments.seed}, {count} {noun}s", end=", ")
    return arguments


class Program(subprocess.Popen):
    """A test program."""

    def __init__(self, path):
        super().__init__([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self.has_ended = False

    def ask(self, question):
        """Returns the program's reply, or None if the program has ended."""
        self.stdin.write(json.dumps(question) + "\n")
        self.stdin.flush()
        reply = self.stdout.readline()
        self.has_ended = not reply
        return json.loads(reply) if reply else None

    def close(self):
        """Returns the program's exit status."""
        self.stdin.close()
        return self.wait()


def run(arguments, noun, compare, program_type=Program):
    """Asks all questions, and returns whether there was no difference. Calls compare with a random
    number generator and the program's ask(); compare returns its question and a list of the
    differences."""
    numbers = range(arguments.count) if arguments.only is None else [arguments.only]
    failures = 0
    with program_type(arguments.program) as program:
        for number in numbers:
            rng = random.Random(f"{arguments.seed}/{number}")
            question, differences = compare(rng, program.ask)
            if differences:
                failures += 1
                print(f"\n{noun.capitalize()} {number} of seed {arguments.seed} "
                      f"(--seed {arguments.seed} --only {number}):\n  {json.dumps(question)}")
                print("\n".join("  " + difference for difference in differences))
            if failures == MOST_FAILURES or program.has_ended:
                print("\nStopped here: there may be more.")
                break
        status = program.close()
    if status != 0:
        print(f"{arguments.program} ended with {status}")
    return failures == 0 and status == 0


TALLY = collections.Counter()


def tally(ours, theirs, success):
    """Counts a result of each side, which is an error if it has that member."""
    TALLY["errors of both" if "error" in ours and "error" in theirs else
          "errors of presign alone" if "error" in ours else success] += 1


def run_with_tally(arguments, compare, program_type=Program):
    """Asks all questions, prints what compare has counted by tally(), and ends the script with 1 if
    there was a difference."""
    agreed = run(arguments, "question", compare, program_type)
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(TALLY.items())))
    if not agreed:
        sys.exit(1)
    print("no difference")
