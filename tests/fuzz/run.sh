#!/usr/bin/env bash
# Builds the fuzz targets and runs libFuzzer on them:
#
#   tests/fuzz/run.sh SECONDS [TARGET...]
#
# A TARGET is a file of this folder without its .cpp; without any, all are run. Each runs for this
# many seconds, two at a time. They begin with the inputs in tests/fuzz/corpus, which are not changed,
# with the published vectors, and with the inputs found by earlier runs, in build/fuzz/found.
#
# The script prints a summary of each. If a check fails, it prints the check and a file: run the
# target's program in build/fuzz/tests/fuzz with that file to repeat the failure.
#
#   tests/fuzz/run.sh --merge
#
# adds the findings to tests/fuzz/corpus, in few and short inputs that reach the same code as all
# inputs of up to 1000 bytes.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$root/build/fuzz
corpus=$root/tests/fuzz/corpus
targets=(broker endpoint form profile received request response steps)

set_up() {
  # shellcheck source=tools/install_packages.sh
  . "$root/tools/install_packages.sh"
  install_packages cmake clang ninja-build pkg-config libssl-dev nlohmann-json3-dev \
    libpugixml-dev libsodium-dev libcli11-dev doctest-dev
  # Debian has split clang's sanitizers from clang; older releases of Ubuntu have not.
  if apt-cache show libclang-rt-dev > /dev/null 2>&1; then install_packages libclang-rt-dev; fi
  cd "$root"
  cmake --preset fuzz --log-level=WARNING
  cmake --build --preset fuzz
  "$build/tests/fuzz/fuzz_seeds" "$build/seeds"
}

# figure TARGET NAME: prints a figure of libFuzzer's report.
figure() {
  sed -n "s/.*$2:\{1,2\} *\([0-9]*\).*/\1/p" "$build/$1.log" | tail -1
}

try() {
  local target=$1 seconds=$2 found=$build/found/$1 status=0
  mkdir -p "$found" "$build/seeds/$target" "$corpus/$target"
  "$build/tests/fuzz/fuzz_$target" "$found" "$corpus/$target" "$build/seeds/$target" \
    -dict="$root/tests/fuzz/dictionary" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$build/$target-" \
    > "$build/$target.log" 2>&1 || status=$?
  if [ "$status" -eq 0 ]; then
    printf '%-9s %10s inputs, %6s edges, %5s new\n' "$target" \
      "$(figure "$target" stat::number_of_executed_units)" "$(figure "$target" cov)" \
      "$(figure "$target" stat::new_units_added)"
  else
    printf '%-9s FAILED\n' "$target"
    grep -E 'Does not hold|ERROR:|SUMMARY:|runtime error|Test unit written' "$build/$target.log" ||
      tail -20 "$build/$target.log"
  fi
  return "$status"
}

merge() {
  local target
  for target in "${targets[@]}"; do
    rm -rf "$build/merged"
    mkdir -p "$build/merged" "$corpus/$target" "$build/found/$target" "$build/seeds/$target"
    "$build/tests/fuzz/fuzz_$target" -set_cover_merge=1 -use_counters=0 -max_len=1000 \
      "$build/merged" "$corpus/$target" "$build/seeds/$target" \
      "$build/found/$target" 2> "$build/$target.log"
    rm -rf "${corpus:?}/$target"
    mv "$build/merged" "$corpus/$target"
  done
}

case ${1:-} in
  --merge)
    set_up
    merge
    exit
    ;;
  '' | *[!0-9]*)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit 2
    ;;
esac

seconds=$1
shift
if [ $# -gt 0 ]; then targets=("$@"); fi
set_up
status=0
pids=()
wait_for_all() {
  local pid
  for pid in "${pids[@]}"; do wait "$pid" || status=1; done
  pids=()
}
for target in "${targets[@]}"; do
  try "$target" "$seconds" &
  pids+=($!)
  if [ ${#pids[@]} -eq 2 ]; then wait_for_all; fi
done
wait_for_all
exit "$status"
