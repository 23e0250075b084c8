#!/usr/bin/env bash
# Sets up a Debian or Ubuntu machine, builds presign and runs all of its tests:
#
#   tests/run.sh [--live] [PRESET...]
#
# A PRESET is one of CMakePresets.json. Without any, it takes those that cover everything:
#
#   debug        g++, address and undefined behaviour sanitizers
#   debug-clang  the same with clang++, for the library alone
#   tsan         g++, thread sanitizer, for what threads share
#   shared       g++, Release, a shared library; the tests that build presign from source as its
#                users do, and those with real S3 servers and a browser, where they are installed
#
# With --live these are installed: OpenStack Swift and Ceph's RADOS Gateway, some 80 MB, and
# Chromium, some 150 MB. They run on the loopback interface, and end with the tests.
#
# What has been built before is used again. It stops at the first preset that fails, and ends with
# CTest's summary. It may be run from any folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

set_up() {
  # shellcheck source=tools/install_packages.sh
  . "$root/tools/install_packages.sh"
  install_packages cmake g++ clang ninja-build make pkg-config binutils libssl-dev libcli11-dev \
    nlohmann-json3-dev libcpp-httplib-dev libpugixml-dev doctest-dev libbenchmark-dev valgrind \
    python3 python3-botocore curl jq mandoc openssl doxygen doxygen-awesome-css dpkg-dev file meson \
    zsh fish
  install_services nginx
  # Debian has split clang's sanitizers from clang; older releases of Ubuntu have not.
  if apt-cache show libclang-rt-dev > /dev/null 2>&1; then install_packages libclang-rt-dev; fi
}

# Ubuntu has Chromium as a snap alone.
install_browser() {
  if apt-cache show chromium-driver > /dev/null 2>&1; then
    install_packages chromium chromium-driver
  fi
}

test_preset() {
  echo
  echo "━━ $1"
  cmake --preset "$1" --log-level=WARNING
  cmake --build --preset "$1"
  echo
  "build/$1/tests/vector_tests"
  ctest --preset "$1" --parallel 2
}

live=false
case ${1:-} in
  -h | --help)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit
    ;;
  --live)
    live=true
    shift
    ;;
esac

set_up
cd "$root"
if "$live"; then
  tests/interop/swift.sh install
  tests/interop/rgw.sh install
  install_browser
fi
if [ $# -eq 0 ]; then set -- debug debug-clang tsan shared; fi
for preset in "$@"; do test_preset "$preset"; done
