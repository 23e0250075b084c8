#!/usr/bin/env python3
"""Measures what signing costs, and prints the tables of docs/maintainers/performance.md.

    run.py [--brief] [--evp FOLDER] [--node FOLDER] [--chart FILE] FOLDER

FOLDER is a Release build of the project. The ways to sign are timed in one run, in random order, so
that a busy machine slows all of them alike: the ratios count. callgrind counts instructions, as the
difference between many URLs and few. It counts those of libcrypto separately, because libcrypto runs
other code under callgrind than on the processor itself.

--brief takes a short time, for a first look. --evp names a build with -DPRESIGN_CRYPTO=evp, --node a folder
for aws4 and @smithy/signature-v4, which npm installs there if they are missing; botocore and GDAL are
timed if they are installed. --chart writes the chart.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_REGION": "us-east-1",
               "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


def timings(folder, brief):
    """Times the ways to sign. Maps names and numbers of threads to the least and the median processor
    time of a URL in nanoseconds, which other programs disturb little, and to the allocations."""
    out = subprocess.run(
        [folder / "presign_benchmark", "--benchmark_format=json",
         "--benchmark_enable_random_interleaving=true",
         f"--benchmark_repetitions={5 if brief else 21}",
         f"--benchmark_min_time={0.05 if brief else 0.1}"],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    runs = {}
    for run in json.loads(out)["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        name = run["run_name"].partition("/real_time")[0]
        seen = runs.setdefault((name, run["threads"]), {"ns": [], "allocations": 0})
        seen["ns"].append(run["cpu_time"])
        seen["allocations"] = run["allocations"] / run["threads"]
    for seen in runs.values():
        times = sorted(seen.pop("ns"))
        seen["fastest"], seen["median"] = times[0], times[len(times) // 2]
    return runs


def instructions_by_object(folder, way, count):
    """Returns the instructions in libcrypto, and all others, as callgrind counts them."""
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
            is_call = True  # the next line is the cost of the callee, which is counted there
        elif cost := re.match(r"[+\-*\d]\S* (\d+)$", line):
            if not is_call:
                if "libcrypto" in current:
                    libcrypto += int(cost[1])
                else:
                    others += int(cost[1])
            is_call = False
    return libcrypto, others


def instructions(folder, way):
    """Returns the instructions of a URL in libcrypto, and all others."""
    few, many = (instructions_by_object(folder, way, count) for count in (1000, 3000))
    return [(b - a) // 2000 for a, b in zip(few, many)]


def ways_of(folder):
    return subprocess.run([folder / "signing_count"], check=True, stdout=subprocess.PIPE,
                          encoding="utf-8").stdout.split()


def floor_of(way):
    return "floor/token" if way.endswith("/token") else "floor"


# ── Sections ────────────────────────────────────────────────────────────────────────────────────


def table(*rows):
    head, *rest = rows
    for row in head, ["---"] * len(head), *rest:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def ways_section(folder, brief):
    runs = timings(folder, brief)
    rows = [["", "ns, least", "ns, median", "x floor, least", "x floor, median",
             "two threads, x one", "allocations", "instructions, ours", "of libcrypto"]]
    for way in ways_of(folder):
        single, double, floor = runs[way, 1], runs[way, 2], runs[floor_of(way), 1]
        libcrypto, others = instructions(folder, way)
        rows.append([way, f"{single['fastest']:.0f}", f"{single['median']:.0f}",
                     f"{single['fastest'] / floor['fastest']:.2f}",
                     f"{single['median'] / floor['median']:.2f}",
                     f"{2 * single['fastest'] / double['fastest']:.2f}",
                     f"{single['allocations']:.0f}", others, libcrypto])
    table(*rows)
    return runs


def peers(node):
    """Times the other libraries. Maps their names to the least nanoseconds and the signature."""
    results = {}
    programs = [(["/usr/bin/python3", HERE / "peers/python_peers.py"], None)]
    if node:
        if not pathlib.Path(node, "node_modules").is_dir():
            subprocess.run(["npm", "install", "--prefix", node, "aws4", "@smithy/signature-v4"],
                           check=True, stdout=sys.stderr)
        programs.append((["node", HERE / "peers/node_peers.mjs"], node))
    for program, folder in programs:
        out = subprocess.run(program, cwd=folder, check=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, encoding="utf-8").stdout
        for line in out.splitlines():
            name, nanoseconds, url = line.split("\t")
            results[name] = float(nanoseconds), re.search("X-Amz-Signature=([0-9a-f]{64})", url)[1]
    return results


def peers_section(folder, node, floor):
    url = subprocess.run([folder / "signing_count", "floor", "1"], check=True,
                         stdout=subprocess.PIPE, encoding="utf-8").stdout
    expected = re.search("X-Amz-Signature=([0-9a-f]{64})", url)[1]
    rows, times = [["", "ns, least", "x floor"]], {}
    for name, (nanoseconds, signature) in peers(node).items():
        if signature != expected:
            sys.exit(f"{name} returns another signature: {signature}")
        rows.append([name, f"{nanoseconds:.0f}", f"{nanoseconds / floor:.0f}"])
        times[name] = nanoseconds
    table(*rows)
    return times


def start_section(command, empty):
    """Times the programs from start to end, in turns, and measures their peak memory."""
    def run(program):
        begun = time.perf_counter()
        subprocess.run(program, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
        return (time.perf_counter() - begun) * 1000

    sign = [command, "s3://examplebucket/cat.jpg"]
    both = [(run([empty]), run(sign)) for _ in range(200)]
    nothing, signing = (min(times) for times in zip(*both))
    memory = subprocess.run(["/usr/bin/time", "-f", "%M", *sign], env=ENVIRONMENT, check=True,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr
    table(["", "least of 200"], ["a program that does nothing", f"{nothing:.2f} ms"],
          ["presign s3://examplebucket/cat.jpg", f"{signing:.2f} ms, {signing / nothing:.2f} x"],
          ["its peak memory", f"{int(memory) / 1024:.1f} MiB"])


def batch_section(command):
    rows = [["presign batch, 1,000,000 keys", "URLs a second", "URLs a second of processor time"]]
    with tempfile.TemporaryFile() as keys:
        keys.write(b"".join(b"photos/2026/11/23/image-%06d.jpg\n" % i for i in range(1000000)))
        for jobs in 1, 2:
            walls, processor = [], []
            for _ in range(5):
                keys.seek(0)
                before, begun = os.times(), time.perf_counter()
                subprocess.run([command, "batch", "s3://examplebucket", "--jobs", str(jobs)],
                               stdin=keys, stdout=subprocess.DEVNULL, env=ENVIRONMENT, check=True)
                walls.append(time.perf_counter() - begun)
                after = os.times()
                processor.append(after.children_user + after.children_system -
                                 before.children_user - before.children_system)
            rows.append([f"--jobs {jobs}", f"{1e6 / min(walls):,.0f}",
                         f"{1e6 / min(processor):,.0f}"])
    table(*rows)


def size_section():
    """Builds a shared library, and compiles the umbrella header."""
    rows = [["", ""]]
    with tempfile.TemporaryDirectory() as folder:
        quiet = {"check": True, "stdout": subprocess.DEVNULL}
        for kind in "MinSizeRel", "Release":
            subprocess.run(["cmake", "-S", PROJECT, "-B", folder, f"-DCMAKE_BUILD_TYPE={kind}",
                            "-DBUILD_SHARED_LIBS=ON", "-DPRESIGN_TESTS=OFF",
                            "-DPRESIGN_EXAMPLES=OFF"], **quiet)
            subprocess.run(["cmake", "--build", folder, "-j2"], **quiet)
            library = (pathlib.Path(folder) / "libpresign.so").resolve()
            subprocess.run(["strip", library], **quiet)
            rows.append([f"libpresign.so, {kind}, stripped",
                         f"{library.stat().st_size / 1024:.0f} KiB"])

        def compile_time(text):
            source = pathlib.Path(folder) / "header.cpp"
            source.write_text(text)
            begun = os.times()
            subprocess.run(["g++", "-std=c++17", "-O2", f"-I{PROJECT}/include", "-c", source, "-o",
                            "/dev/null"], **quiet)
            ended = os.times()
            return (ended.children_user + ended.children_system - begun.children_user -
                    begun.children_system)

        with_header = min(compile_time("#include <presign/presign.hpp>\n") for _ in range(7))
        without = min(compile_time("\n") for _ in range(7))
        strings = min(compile_time("#include <chrono>\n#include <memory>\n#include <optional>\n"
                                   "#include <string>\n#include <variant>\n#include <vector>\n")
                      for _ in range(7))
        rows.append(["#include <presign/presign.hpp>, g++ -O2", f"{with_header - without:.2f} s"])
        rows.append(["of this, the standard headers in it", f"{strings - without:.2f} s"])
    table(*rows)


def chart(times, file):
    """Draws bars on a logarithmic scale that begins at 100 ns."""
    import math
    left, width, step = 190, 460, 26
    height = 40 + step * len(times)
    scale = width / math.log10(max(times.values()) / 100)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" '
             'font-family="sans-serif" font-size="13">',
             f'<rect width="760" height="{height}" fill="#fff"/>',
             '<text x="10" y="20" font-weight="bold">Nanoseconds for one presigned URL, without a '
             'token (logarithmic)</text>']
    for row, (name, nanoseconds) in enumerate(sorted(times.items(), key=lambda item: item[1])):
        top = 34 + step * row
        length = scale * math.log10(nanoseconds / 100)
        color = "#1f6feb" if name.startswith("presign") else "#9aa4b2"
        lines += [f'<text x="{left - 8}" y="{top + 14}" text-anchor="end">{name}</text>',
                  f'<rect x="{left}" y="{top}" width="{length:.0f}" height="18" fill="{color}"/>',
                  f'<text x="{left + length + 6:.0f}" y="{top + 14}">{nanoseconds:,.0f}</text>']
    file.write_text("\n".join([*lines, "</svg>"]) + "\n")


def main():
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("--brief", action="store_true")
    for name in "--evp", "--node", "--chart", "folder":
        arguments.add_argument(name, type=pathlib.Path)
    asked = arguments.parse_args()
    programs = asked.folder / "tests"
    command = shutil.which("presign", path=asked.folder / "examples/cli")

    runs = ways_section(programs, asked.brief)
    floor = runs["floor", 1]["fastest"]
    if asked.evp:
        print("With -DPRESIGN_CRYPTO=evp:\n")
        ways_section(asked.evp / "tests", asked.brief)
    times = peers_section(programs, asked.node, floor)
    start_section(command, programs / "empty_program")
    batch_section(command)
    size_section()
    if asked.chart:
        names = {"floor": "floor", "batch": "presign, a batch", "one_by_one": "presign, one by one"}
        chart({**times, **{name: runs[way, 1]["fastest"] for way, name in names.items()}},
              asked.chart)


if __name__ == "__main__":
    sys.exit(main())
