#!/usr/bin/env bash
# Builds the library's tests and runs them, with libcrypto's older functions and, unless the arguments
# set PRESIGN_CRYPTO, with EVP:
#
#   test_here.sh BUILD_FOLDER [CMAKE_ARGUMENT...]
#
# If OpenSSL's FIPS provider is installed, the script repeats this with EVP, that provider and a
# configuration for its algorithms alone; and checks that without the provider there is an error and
# no signature. It needs CMake, Ninja, a compiler, OpenSSL, doctest and nlohmann-json, and
# installs nothing.
set -euo pipefail

source_tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1
shift

tests=(unit_tests vector_tests wiping_tests threads_tests)
# That test replaces functions of a libcrypto that is shared.
[[ $* == *-static* ]] || tests+=(crypto_failure_tests)

build_with() {
  local way=$1
  shift
  cmake -S "$source_tree" -B "$build/$way" -G Ninja --log-level=ERROR \
    -DPRESIGN_EXAMPLES=OFF -DPRESIGN_CRYPTO="${way/plain/}" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror" "$@"
  cmake --build "$build/$way" --parallel 2 --target "${tests[@]}" > "$build/log" || {
    cat "$build/log"
    exit 1
  }
}

run_with() {
  local way=$1 emulator one
  shift
  emulator=$(sed -n 's/^CMAKE_CROSSCOMPILING_EMULATOR:[A-Z]*=//p' "$build/$way/CMakeCache.txt")
  for one in "$@"; do
    echo "$one"
    one=$build/$way/tests/$one
    [ -e "$one" ] || one+=.exe
    ${emulator:+"$emulator"} "$one" --no-version
  done
}

# $1: the providers that are loaded. None but FIPS's has algorithms with the property fips=yes.
configuration() {
  printf '%s\n' 'openssl_conf = init' "${fips:+.include $build/fipsmodule.cnf}" '[init]' \
    'providers = all' 'alg_section = algorithms' '[algorithms]' 'default_properties = fips=yes' \
    '[active]' 'activate = 1' '[all]'
  printf '%s\n' "$@"
}

export WINEDEBUG=-all  # Wine reports nothing of its own
mkdir -p "$build"
ways=(plain evp)
[[ $* != *-DPRESIGN_CRYPTO=* ]] || ways=(plain)
for way in "${ways[@]}"; do
  echo "── PRESIGN_CRYPTO: $way"
  build_with "$way" "$@"
  run_with "$way" "${tests[@]}"
done

fips=$(find /usr/lib -path '*/ossl-modules/fips.so' -print -quit)
[ -n "$fips" ] || exit 0
echo "── evp, with the FIPS provider alone"
openssl fipsinstall -quiet -module "$fips" -out "$build/fipsmodule.cnf"
configuration 'fips = fips_sect' 'base = active' > "$build/fips.cnf"
OPENSSL_CONF=$build/fips.cnf run_with evp unit_tests vector_tests threads_tests
echo "── evp, asked for FIPS and without that provider"
fips='' configuration 'default = active' > "$build/no_fips.cnf"
if OPENSSL_CONF=$build/no_fips.cnf run_with evp threads_tests > "$build/log"; then
  echo "FAILED: it signed"
  exit 1
fi
grep -o 'libcrypto failed to .*' "$build/log"
