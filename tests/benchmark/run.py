#!/usr/bin/env python3
"""Measures what signing costs, and prints it beside the floor.

Usage: run.py [--brief] FOLDER

FOLDER is that of the benchmark's programs, build/release/tests for one. The ways to sign are timed in
one run, in random turns, so that a machine that is busy slows all of them alike: what counts are the
ratios. Instructions are counted by callgrind, as the difference between many URLs and few; those of
libcrypto, which is not ours and takes other ways under callgrind than on the bare processor, are
counted apart. --brief times little, for a first look.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile


def timings(folder, brief):
    """Names (with the number of threads) to the fastest and the median nanoseconds a URL, and the
    allocations."""
    out = subprocess.run(
        [folder / "presign_benchmark", "--benchmark_format=json",
         "--benchmark_enable_random_interleaving=true",
         f"--benchmark_repetitions={5 if brief else 21}",
         f"--benchmark_min_time={0.05 if brief else 0.2}"],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    runs = {}
    for one in json.loads(out)["benchmarks"]:
        if one["run_type"] != "iteration":
            continue
        name = one["run_name"].partition("/real_time")[0]
        seen = runs.setdefault((name, one["threads"]), {"ns": [], "allocations": 0})
        seen["ns"].append(1e9 / one["items_per_second"])
        seen["allocations"] = one["allocations"] / one["threads"]
    for seen in runs.values():
        times = sorted(seen.pop("ns"))
        seen["fastest"], seen["median"] = times[0], times[len(times) // 2]
    return runs


def instructions_by_object(folder, way, count):
    """What callgrind counts: instructions in libcrypto, and in all else."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}",
                        folder / "signing_count", way, str(count)],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        text = pathlib.Path(out.name).read_text()
    names, current, is_call = {}, "", False
    libcrypto = others = 0
    for line in text.splitlines():
        if object_line := re.match(r"ob=\((\d+)\)(?: (.*))?", line):
            current = names.setdefault(object_line[1], object_line[2] or "")
        elif line.startswith("cob="):
            callee = re.match(r"cob=\((\d+)\)(?: (.*))?", line)
            names.setdefault(callee[1], callee[2] or "")
        elif line.startswith("calls="):
            is_call = True  # the next line has what the callee took, which is counted there
        elif cost := re.match(r"[+\-*\d]\S* (\d+)$", line):
            if not is_call:
                if "libcrypto" in current:
                    libcrypto += int(cost[1])
                else:
                    others += int(cost[1])
            is_call = False
    return libcrypto, others


def instructions(folder, way):
    """Instructions a URL: in libcrypto, and in all else."""
    few, many = (instructions_by_object(folder, way, count) for count in (1000, 3000))
    return [(b - a) // 2000 for a, b in zip(few, many)]


def ways_of(folder):
    return subprocess.run([folder / "signing_count"], check=True, stdout=subprocess.PIPE,
                          encoding="utf-8").stdout.split()


def floor_of(way):
    return "floor/token" if way.endswith("/token") else "floor"


def main():
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("--brief", action="store_true")
    arguments.add_argument("folder", type=pathlib.Path)
    asked = arguments.parse_args()

    runs = timings(asked.folder, asked.brief)
    print(f"{'':28}{'ns':>8}{'median':>8}{'x floor':>9}{'2 threads':>11}{'allocations':>13}"
          f"{'instructions':>14}{'of libcrypto':>14}")
    for way in ways_of(asked.folder):
        one, two, floor = runs[way, 1], runs[way, 2], runs[floor_of(way), 1]
        libcrypto, others = instructions(asked.folder, way)
        print(f"{way:28}{one['fastest']:8.0f}{one['median']:8.0f}"
              f"{one['median'] / floor['median']:9.2f}{one['median'] / two['median']:11.2f}"
              f"{one['allocations']:13.0f}{others:14}{libcrypto:14}")


if __name__ == "__main__":
    sys.exit(main())
