#!/usr/bin/env bash
# Builds the library's tests and runs them, once with each half of crypto.cpp:
#
#   test_here.sh BUILD_FOLDER [CMAKE_ARGUMENT...]
#
# Where OpenSSL's FIPS provider is installed, it does so once more with EVP, that provider and a
# configuration that asks for its algorithms alone; and shows that without the provider there is an
# error and no signature. It needs CMake, Ninja, a compiler, OpenSSL, doctest and nlohmann-json, and
# installs nothing.
set -euo pipefail

source_tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1
shift

tests=(unit_tests vector_tests crypto_failure_tests wiping_tests threads_tests)

build_half() {
  local half=$1
  shift
  cmake -S "$source_tree" -B "$build/$half" -G Ninja --log-level=ERROR \
    -DPRESIGN_EXAMPLES=OFF -DPRESIGN_CRYPTO="${half/plain/}" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror" "$@"
  cmake --build "$build/$half" --parallel 2 --target "${tests[@]}" > "$build/log" || {
    cat "$build/log"
    exit 1
  }
}

run_half() {
  local half=$1 emulator one
  shift
  emulator=$(sed -n 's/^CMAKE_CROSSCOMPILING_EMULATOR:[A-Z]*=//p' "$build/$half/CMakeCache.txt")
  for one in "$@"; do
    echo "$one"
    ${emulator:+"$emulator"} "$build/$half/tests/$one" --no-version
  done
}

# $1: the providers that are loaded. None but FIPS's has algorithms with the property fips=yes.
configuration() {
  printf '%s\n' 'openssl_conf = init' "${fips:+.include $build/fipsmodule.cnf}" '[init]' \
    'providers = all' 'alg_section = algorithms' '[algorithms]' 'default_properties = fips=yes' \
    '[active]' 'activate = 1' '[all]'
  printf '%s\n' "$@"
}

mkdir -p "$build"
for half in plain evp; do
  echo "── the $half half of crypto.cpp"
  build_half "$half" "$@"
  run_half "$half" "${tests[@]}"
done

fips=$(find /usr/lib -path '*/ossl-modules/fips.so' -print -quit)
[ -n "$fips" ] || exit 0
echo "── the evp half, with the FIPS provider alone"
openssl fipsinstall -quiet -module "$fips" -out "$build/fipsmodule.cnf"
configuration 'fips = fips_sect' 'base = active' > "$build/fips.cnf"
OPENSSL_CONF=$build/fips.cnf run_half evp unit_tests vector_tests threads_tests
echo "── the evp half, asked for FIPS and without that provider"
fips='' configuration 'default = active' > "$build/no_fips.cnf"
if OPENSSL_CONF=$build/no_fips.cnf run_half evp threads_tests > "$build/log"; then
  echo "FAILED: it signed"
  exit 1
fi
grep -o 'libcrypto failed to .*' "$build/log"
