#!/usr/bin/env bash
# Lists the lines of the library that do not run in its unit tests and vectors:
#
#   tools/coverage.sh
#
# It builds and runs the tests with the presets coverage and coverage-evp, one for each cryptographic
# back end, and lists for each the lines of src/ that no test runs. It exits with 1 if such a line has
# no GCOVR_EXCL_LINE with a reason. It may be run from any folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
case ${1:-} in
  -h | --help)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit
    ;;
esac

# shellcheck source=tools/install_packages.sh
. "$root/tools/install_packages.sh"
install_packages cmake g++ ninja-build libssl-dev doctest-dev nlohmann-json3-dev gcovr
cd "$root"

tests=(unit_tests vector_tests crypto_failure_tests memory_failure_tests wiping_tests threads_tests)
for preset in coverage coverage-evp; do
  echo "━━ $preset"
  build=build/$preset
  cmake --preset "$preset" --log-level=WARNING
  cmake --build --preset "$preset" --target "${tests[@]}"
  find "$build" -name '*.gcda' -delete
  for test in "${tests[@]}"; do "$build/tests/$test" --minimal; done
done

# gcovr 5 cannot add up two builds of a file in which functions are on different lines.
sound=true
for preset in coverage coverage-evp; do
  echo "━━ $preset"
  report=(gcovr --root . --filter src/ --exclude-throw-branches --exclude-unreachable-branches
    "build/$preset")
  "${report[@]}" --branches | tail -n 3
  "${report[@]}" --fail-under-line 100 | sed '/^TOTAL/!{/ 100% *$/d;}' || sound=false
done
$sound
