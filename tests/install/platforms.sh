#!/usr/bin/env bash
# Builds presign for other platforms and runs the tests of the library there:
#
#   tests/install/platforms.sh PLATFORM...
#
#   i386          32 bits: this machine's Debian, for i386
#   s390x         big-endian: Debian's cross compiler, and qemu-user
#   bullseye      OpenSSL 1.1.1, and g++ 10
#   boringssl     this machine's Debian, with its android-libboringssl
#   trixie, sid   or another of Debian's suites, with its compilers, g++ and clang++, and its OpenSSL
#   experimental  sid, with OpenSSL from experimental
#
# Each platform gets its own Debian in build/platforms, some 1 GB, which debootstrap makes from the
# mirror that this machine's apt uses; it stays for the next time. Nothing else on this machine
# changes. The script needs root, x86-64, and the package debootstrap, which it installs. Its processes
# run in a namespace, and end with it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_tree=$(cd "$here/../.." && pwd)
packages=(cmake ninja-build g++ libssl-dev doctest-dev nlohmann-json3-dev)

# shellcheck source=tests/install/debian_root.sh
. "$here/debian_root.sh"

# test_inside PLATFORM ARGUMENT...: builds and tests, with arguments of CMake.
test_inside() {
  local platform=$1 source=$roots/$1/presign
  shift
  rm -rf "$source"
  mkdir "$source"
  tar -C "$source_tree" -c CMakeLists.txt cmake include src tests examples/mbedtls_crypto.hpp |
    tar -C "$source" -x
  # That of bullseye is enough to build what is built here.
  sed -i '1s/3[.]20/3.18/' "$source/CMakeLists.txt"
  inside "$platform" sh -c 'dpkg-query -W -f "\${Package} \${Version} \${Architecture}\n" \
    "libssl-dev*" "g++-[1-9]*" "clang-[1-9]*" "qemu-user" 2> /dev/null | grep " [0-9]"' || true
  inside "$platform" /presign/tests/install/test_here.sh /build "$@"
}

test_i386() {
  make_root i386 "$(debian_here | cut -d ' ' -f 2)" --arch=i386
  install_inside i386 "${packages[@]}"
  test_inside i386
}

test_s390x() {
  make_root s390x "$(debian_here | cut -d ' ' -f 2)"
  inside s390x dpkg --add-architecture s390x
  install_inside s390x "${packages[@]/libssl-dev/libssl-dev:s390x}" \
    g++-s390x-linux-gnu libstdc++6:s390x qemu-user
  test_inside s390x -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=s390x \
    -DCMAKE_CXX_COMPILER=s390x-linux-gnu-g++ -DCMAKE_CROSSCOMPILING_EMULATOR=qemu-s390x
}

test_bullseye() {
  make_root bullseye bullseye
  install_inside bullseye "${packages[@]}"
  test_inside bullseye -DPRESIGN_CRYPTO=
}

test_boringssl() {
  make_root boringssl "$(debian_here | cut -d ' ' -f 2)"
  install_inside boringssl "${packages[@]/libssl-dev/android-libboringssl-dev}"
  test_inside boringssl -DPRESIGN_CRYPTO= -DOPENSSL_INCLUDE_DIR=/usr/include/android \
    -DOPENSSL_CRYPTO_LIBRARY=/usr/lib/x86_64-linux-gnu/android/libcrypto.so
}

# test_suite SUITE
test_suite() {
  local suite=$1
  make_root "$suite" "${suite/experimental/sid}"
  install_inside "$suite" "${packages[@]}" clang openssl openssl-provider-fips
  if [ "$suite" = experimental ]; then
    inside "$suite" sed -n 's/ sid / experimental /p' /etc/apt/sources.list \
      > "$roots/$suite/etc/apt/sources.list.d/experimental.list"
    install_inside "$suite" -t experimental libssl-dev openssl openssl-provider-fips
  fi
  test_inside "$suite"
  inside "$suite" env -C /build /presign/tests/install/install_test.sh headers
}

if [ $# -eq 0 ] || [ "$1" = -h ] || [ "$1" = --help ]; then
  sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
  exit
fi
# shellcheck source=tools/install_packages.sh
. "$source_tree/tools/install_packages.sh"
install_packages debootstrap
for platform in "$@"; do
  echo
  echo "━━ $platform"
  case $platform in
    i386 | s390x | bullseye | boringssl) "test_$platform" ;;
    *) test_suite "$platform" ;;
  esac
done
