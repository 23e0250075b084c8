#!/usr/bin/env bash
# Sets up a Debian or Ubuntu machine, builds presign and tests it:
#
#   tests/run.sh                    builds presign once, in build/tests, and runs the main tests: unit
#                                   tests, AWS's vectors, the command, the broker, and a comparison
#                                   with botocore. That takes some minutes.
#   tests/run.sh PRESET...          builds and tests these presets of CMakePresets.json
#   tests/run.sh --all [PRESET...]  runs everything, without taking samples
#
# Without a PRESET, --all takes those that cover everything:
#
#   debug        g++, address and undefined behaviour sanitizers
#   debug-clang  the same with clang++, for the library alone
#   tsan         g++, thread sanitizer, for the tests of threads
#   two-files    presign.hpp and presign.cpp, as C++20
#   no-exceptions, no-exceptions-clang
#                g++ as C++20 and clang++ as C++23, without exceptions and RTTI
#   shared       g++, Release, a shared library; the pages; the tests that build presign from source,
#                and those with real S3 servers and a browser
#
# --all also installs OpenStack Swift and Ceph's RADOS Gateway, some 80 MB, and Chromium, some
# 150 MB. They run on the loopback interface, and end with the tests.
#
# Earlier builds are used again. The script stops at the first build that fails, and ends with CTest's
# summary. It may be run from any folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)

# shellcheck source=tools/install_packages.sh
. "$root/tools/install_packages.sh"

packages=(cmake g++ make pkg-config libssl-dev libcli11-dev nlohmann-json3-dev libcpp-httplib-dev
  libpugixml-dev libcurl4-openssl-dev libsodium-dev libsqlite3-dev doctest-dev python3 python3-botocore)
packages_of_presets=(clang ninja-build binutils libbenchmark-dev libmbedtls-dev valgrind curl jq
  mandoc openssl doxygen doxygen-awesome-css dpkg-dev file meson zsh fish)

set_up_presets() {
  install_packages "${packages[@]}" "${packages_of_presets[@]}"
  install_services nginx
  # Debian has split clang's sanitizers from clang; older releases of Ubuntu have not.
  if apt-cache show libclang-rt-dev > /dev/null 2>&1; then install_packages libclang-rt-dev; fi
}

set_up_servers() {
  tests/interop/swift.sh install
  tests/interop/rgw.sh install
  # Ubuntu has Chromium as a snap alone.
  if apt-cache show chromium-driver > /dev/null 2>&1; then
    install_packages chromium chromium-driver
  fi
}

test_once() {
  install_packages "${packages[@]}"
  cmake -S . -B build/tests --log-level=WARNING
  cmake --build build/tests --parallel "$jobs"
  build/tests/tests/vector_tests
  ctest --test-dir build/tests --output-on-failure --parallel "$jobs"
}

# test_preset PRESET ARGUMENT...: builds and tests a preset, with arguments of CMake.
test_preset() {
  echo
  echo "━━ $1"
  cmake --preset "$1" --log-level=WARNING "${@:2}"
  cmake --build --preset "$1"
  echo
  "build/$1/tests/vector_tests"
  ctest --preset "$1" --parallel "$jobs"
}

cd "$root"
case ${1:-} in
  -h | --help)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    ;;
  --all)
    shift
    if [ $# -eq 0 ]; then
      set -- debug debug-clang tsan two-files no-exceptions no-exceptions-clang shared
    fi
    export PRESIGN_ALL=1
    set_up_presets
    set_up_servers
    for preset in "$@"; do test_preset "$preset" -DPRESIGN_ALL_TESTS=ON; done
    ;;
  '')
    test_once
    ;;
  *)
    set_up_presets
    for preset in "$@"; do test_preset "$preset"; done
    ;;
esac
