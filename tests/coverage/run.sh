#!/usr/bin/env bash
# Which lines of the library run in its unit tests and vectors:
#
#   tests/coverage/run.sh
#
# It builds the tests twice by the presets coverage and coverage-evp, one for each half of
# src/crypto.cpp, runs them, adds up what they count, and lists each line of src/ that none of them
# runs. It exits with 1 where there is such a line that has no GCOVR_EXCL_LINE with its reason. It
# may be run from any folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
case ${1:-} in
  -h | --help)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit
    ;;
esac

# shellcheck source=scripts/install_packages.sh
. "$root/scripts/install_packages.sh"
install_packages cmake g++ ninja-build libssl-dev doctest-dev nlohmann-json3-dev gcovr
cd "$root"

tests=(unit_tests vector_tests crypto_failure_tests wiping_tests)
traces=()
for preset in coverage coverage-evp; do
  echo "━━ $preset"
  build=build/$preset
  cmake --preset "$preset" --log-level=WARNING
  cmake --build --preset "$preset" --target "${tests[@]}"
  find "$build" -name '*.gcda' -delete
  for test in "${tests[@]}"; do "$build/tests/$test" --minimal; done
  gcovr --root . --filter src/ --filter include/ --exclude-throw-branches \
    --exclude-unreachable-branches --json "$build/coverage.json" "$build"
  traces+=(--add-tracefile "$build/coverage.json")
done

echo "━━ both"
gcovr --root . "${traces[@]}" --filter src/ --filter include/ --branches | tail -n 3
gcovr --root . "${traces[@]}" --filter src/ --fail-under-line 100 | sed '/ 100% *$/d'
