#!/usr/bin/env bash
# Uses presign as other projects do.
#
#   install_test.sh readme                          installs presign and uses it as README.md shows
#   install_test.sh static|shared                   installs presign, checks the installed files, and
#                                                   uses them by find_package and by pkg-config. If
#                                                   shared, also the command, a second build in
#                                                   another folder, which must be the same, and
#                                                   Debian packages, made as README.md shows, and
#                                                   unpacked
#   install_test.sh source_tree                     uses the source tree, by add_subdirectory and by
#                                                   FetchContent, in one build
#   install_test.sh archive                         makes the release of the last commit twice, builds
#                                                   it, and uses it by FetchContent
#   install_test.sh meson|bazel                     uses the release
#   install_test.sh conan|vcpkg [static|shared]     runs the recipe, and uses the result
#   install_test.sh without_explain|without_verify  builds a smaller library, runs the unit tests that
#                                                   remain, installs it and uses it
#   install_test.sh two_files LIBRARY               compiles the two files as README.md shows, in all
#                                                   sizes, and compares their functions with those
#                                                   of the library
#   install_test.sh headers                         compiles each public header on its own
#
# It empties the folder of that name in the current folder, works there, and uses the compiler that
# CXX names. It exits with 77 if git, Meson or Bazel is missing.
set -euo pipefail

way=$1
linkage=${2:-static}
library=${2:-}
cxx=${CXX:-c++}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_tree=$(cd "$here/../.." && pwd)
work=$PWD/$way
export LC_ALL=C CMAKE_BUILD_PARALLEL_LEVEL=2
unset DESTDIR CXXFLAGS CPPFLAGS LDFLAGS PKG_CONFIG_PATH

step() { echo "── $*"; }

fail() {
  echo "FAILED: $*"
  exit 1
}

# Runs a command, and shows its output only if it fails.
quietly() {
  "$@" > "$work/log" 2>&1 && return
  cat "$work/log"
  fail "$*"
}

# run_shown PAGE TEXT VARIABLE...: runs the page's block of commands that contains the text, unchanged,
# in the current folder, with all stand-ins and these environment variables.
run_shown() {
  local commands
  commands=$("$here/../pages/blocks.py" "$1" "$2")
  quietly env PATH="$work/commands:$PATH" "${@:3}" bash -euc "$commands"
}

# copy_source_tree FOLDER: makes a folder in which pages' commands can run.
copy_source_tree() {
  mkdir "$1"
  cp -r "$source_tree/"{CMakeLists.txt,cmake,docs,examples,include,packaging,src,tools} \
    "$source_tree/"{CHANGELOG.md,LICENSE} "$1"
}

# stand_in NAME: makes a command for run_shown, from the script on standard input.
stand_in() {
  mkdir -p "$work/commands"
  install -m 755 /dev/stdin "$work/commands/$1"
}

# use_by_cmake NAME ARGUMENT...: configures, builds and runs tests/install/project with CMake.
use_by_cmake() {
  local build=$work/$1
  step "a project that uses it by CMake: $*"
  quietly cmake -S "$here/project" -B "$build" -DCMAKE_BUILD_TYPE=Release "${@:2}"
  quietly cmake --build "$build"
  quietly "$build/uses_presign"
  check_libraries "$build/uses_presign"
}

# build_by_pkg_config NAME FOLDER_OF_PC VARIABLE...: builds and runs tests/install/project with
# pkg-config and these variables of make.
build_by_pkg_config() {
  local build=$work/$1
  step "a project that uses it by pkg-config: $*"
  mkdir "$build"
  cp "$here/project/"{Makefile,main.cpp} "$build"
  quietly env PKG_CONFIG_PATH="$2" make -C "$build" CXX="$cxx" "${@:3}"
  quietly "$build/uses_presign"
}

# use_by_pkg_config NAME FOLDER_OF_PC LIBRARY_FOLDER
use_by_pkg_config() {
  build_by_pkg_config "$1" "$2" LDFLAGS="-Wl,-rpath,$3"
  check_libraries "$work/$1/uses_presign"
}

# use_statically FOLDER_OF_PC
use_statically() {
  build_by_pkg_config by_static_pkg_config "$1" PKG_CONFIG='pkg-config --static' LDFLAGS=-static
  if readelf -d "$work/by_static_pkg_config/uses_presign" | grep NEEDED; then
    fail "the program is not static"
  fi
}

# Prints the names of the shared libraries that a file needs, directly or indirectly.
libraries_of() { ldd "$1" | sed -E 's/^\s*(\S*\/)?([^ /]+) .*/\2/' | sort -u; }

# check_libraries FILE: a program that links presign may need only libcrypto and its libraries, the
# runtime of C++, and libc.
check_libraries() {
  local libcrypto others
  libcrypto=$(ldd "$1" | sed -nE 's/.*libcrypto\.so.* => (\S+).*/\1/p')
  [ -n "$libcrypto" ] || fail "$1 does not link libcrypto"
  others=$(comm -23 <(libraries_of "$1") <(libraries_of "$libcrypto") |
    grep -vE '^lib(crypto|presign|stdc\+\+|c\+\+|c\+\+abi|gcc_s|m|c)\.so\.[0-9.]+$' || true)
  [ -z "$others" ] || fail "$1 links $others"
  if [ "$way" = shared ] && readelf -d "$1" | grep 'NEEDED.*libcrypto'; then
    fail "$1 links libcrypto itself, and not only by libpresign"
  fi
}

# ── The installed tree ──────────────────────────────────────────────────────────────────────────

expected_tree() {
  (cd "$source_tree" && find include -name '*.hpp')
  printf '%s\n' lib/cmake/presign/presign-{config,config-version,targets,targets-release}.cmake \
    lib/pkgconfig/presign.pc share/doc/presign/LICENSE share/presign/presign.{cpp,hpp}
  if [ "$way" = static ]; then
    printf '%s\n' lib/libpresign.a
  else
    printf '%s\n' lib/libpresign.so{,.0.1,.0.1.0} bin/presign \
      share/man/man1/presign{,-batch,-explain,-post}.1 \
      share/bash-completion/completions/presign share/zsh/site-functions/_presign \
      share/fish/vendor_completions.d/presign.fish
  fi
}

check_tree() {
  step "the installed files"
  diff <(expected_tree | sort) <(cd "$1" && find . ! -type d -printf '%P\n' | sort) ||
    fail "the installed tree is not what it should be (<)"
  diff -r "$source_tree/include" "$1/include" || fail "the installed headers differ"
  if grep -rF "$work" "$1" --include='*.cmake' --include='*.pc'; then
    fail "an installed file names the folder that it was built or staged in"
  fi
}

check_shared_library() {
  step "the shared library's name and symbols"
  readelf -d "$1" | grep -qF 'Library soname: [libpresign.so.0.1]' || fail "the soname of $1"
  if nm -DC --defined-only "$1" | grep -F 'presign::detail::'; then
    fail "$1 exports private symbols"
  fi
}

# check_reproducible LIBRARY: builds the shared library again, and compares.
check_reproducible() {
  step "the same library, to the byte, from another folder"
  local other=$work/of-another-name/presign
  mkdir -p "$other"
  cp -r "$source_tree/"{CMakeLists.txt,cmake,include,src} "$other"
  quietly cmake -S "$other" -B "$other/built" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_PROJECT_presign_INCLUDE="$other/cmake/hardening.cmake" -DBUILD_SHARED_LIBS=ON -DPRESIGN_TESTS=OFF -DPRESIGN_EXAMPLES=OFF
  quietly cmake --build "$other/built"
  cmp "$1" "$other/built/${1##*/}" || fail "the libraries differ"
}

test_installed() {
  local tree=$work/presign shared=OFF targets=(presign)
  local build=$tree/build/debian
  copy_source_tree "$tree"
  if [ "$way" = shared ]; then
    shared=ON
    targets+=(presign_cli)  # which has to find the library
  fi

  step "presign, $way"
  quietly cmake -S "$tree" -B "$build" -DCMAKE_BUILD_TYPE=Release \
    -DBUILD_SHARED_LIBS=$shared -DPRESIGN_TESTS=OFF -DPRESIGN_EXAMPLES=$shared \
    -DCMAKE_PROJECT_presign_INCLUDE="$tree/cmake/hardening.cmake" \
    -DCMAKE_INSTALL_PREFIX=/opt/presign -DCMAKE_INSTALL_LIBDIR=lib
  quietly cmake --build "$build" --target "${targets[@]}"
  if [ "$way" = shared ]; then check_reproducible "$build/libpresign.so"; fi

  # Staged, as packagers do, and then moved: nothing may depend on the installation folder.
  quietly env DESTDIR="$work/stage" cmake --install "$build"
  mv "$work/stage/opt/presign" "$work/moved"
  check_tree "$work/moved"
  if [ "$way" = shared ]; then
    check_shared_library "$work/moved/lib/libpresign.so"
    step "the command, after the move"
    quietly "$work/moved/bin/presign" --version
  fi
  use_by_cmake by_find_package -DCMAKE_PREFIX_PATH="$work/moved"
  use_by_pkg_config by_pkg_config "$work/moved/lib/pkgconfig" "$work/moved/lib"
  if [ "$way" = shared ]; then  # distributions install a static library next to it
    find "$build/CMakeFiles/presign.dir" -name '*.o' -exec ar rcs "$work/moved/lib/libpresign.a" {} +
  fi
  use_statically "$work/moved/lib/pkgconfig"

  # Folders that are absolute, or deeper than usual.
  local prefix=$work/absolute
  quietly cmake -S "$tree" -B "$build" -DCMAKE_INSTALL_PREFIX="$prefix" \
    -DCMAKE_INSTALL_LIBDIR="$prefix/libraries" -DCMAKE_INSTALL_INCLUDEDIR="$prefix/headers"
  quietly cmake --install "$build"
  use_by_cmake by_find_package_absolute -Dpresign_DIR="$prefix/libraries/cmake/presign"
  use_by_pkg_config by_pkg_config_absolute "$prefix/libraries/pkgconfig" "$prefix/libraries"

  prefix=$work/deep
  quietly cmake -S "$tree" -B "$build" -DCMAKE_INSTALL_PREFIX=/usr \
    -DCMAKE_INSTALL_LIBDIR=lib/some-machine -DCMAKE_INSTALL_INCLUDEDIR=include/of/presign
  quietly cmake --install "$build" --prefix "$prefix"
  use_by_cmake by_find_package_deep -Dpresign_DIR="$prefix/lib/some-machine/cmake/presign"
  use_by_pkg_config by_pkg_config_deep "$prefix/lib/some-machine/pkgconfig" \
    "$prefix/lib/some-machine"
  if [ "$way" = shared ]; then test_debian "$tree"; fi
}

# ── README.md ───────────────────────────────────────────────────────────────────────────────────

# Prints the first program of README.md.
first_program() {
  local fence='```'
  sed -n "/^${fence}cpp$/,/^$fence$/{/^$fence/!p}" "$source_tree/README.md" | sed '/^}$/q'
}

# Runs ./app, which must print a line of README.md.
check_first_program() {
  quietly ./app
  grep -qxFf "$work/log" "$source_tree/README.md" || fail "it prints $(cat "$work/log")"
}

# Installs below a folder instead of into the system.
test_readme() {
  local root=$work/root
  copy_source_tree "$work/presign"
  cd "$work/presign"

  step "README.md: install"
  run_shown README.md 'cmake --install' DESTDIR="$root"
  quietly "$root/usr/local/bin/presign" --version
  [ ! -e build/examples/broker/broker ] || fail "the broker is built, but not installed"

  step "README.md: the first program, by pkg-config"
  first_program > app.cpp
  run_shown README.md 'pkg-config' PKG_CONFIG_PATH="$root/usr/local/lib/pkgconfig" \
    PKG_CONFIG_SYSROOT_DIR="$root"
  check_first_program
}

# ── Debian packages ─────────────────────────────────────────────────────────────────────────────

# expected_in_package PACKAGE: prints lines "package file".
expected_in_package() {
  printf "$1 usr/share/doc/$1/%s\n" copyright changelog{,.Debian}.gz
  case $1 in
    libpresign0.1) printf "$1 $libraries/%s\n" libpresign.so.0.1{,.0} ;;
    libpresign-dev)
      (cd "$source_tree" && find include -name '*.hpp' -printf "$1 usr/%p\n")
      printf "$1 $libraries/%s\n" libpresign.so pkgconfig/presign.pc \
        cmake/presign/presign-{config,config-version,targets,targets-release}.cmake
      ;;
    presign-tools)
      printf "$1 usr/%s\n" bin/presign share/man/man1/presign{,-batch,-explain,-post}.1.gz \
        share/bash-completion/completions/presign share/zsh/vendor-completions/_presign \
        share/fish/vendor_completions.d/presign.fish
      ;;
  esac
}

# check_field PACKAGE FIELD TEXT: the field must contain the text.
check_field() {
  dpkg-deb --field "$work/debian/$1"_*.deb "$2" | grep -qF "$3" || fail "$1 has no $2: $3"
}

# test_debian SOURCE_TREE: makes the packages. The library and the command have been built in its
# build/debian. Unpacks the packages instead of installing them; tests/install/run.sh installs them.
test_debian() {
  local package libraries root=$work/debian/root
  if ! { command -v dpkg-shlibdeps && command -v file; } > "$work/log"; then
    step "Debian packages are left out: they need dpkg-dev and file"
    return
  fi
  step "Debian packages"
  mkdir "$work/debian"
  stand_in apt-get << END
#!/bin/sh
set -eu
[ "\$1" = install ]
shift
for package; do dpkg-deb -x "\$package" "$root"; done
mv "\$@" "$work/debian"
END
  rm "$1/build/debian/CMakeCache.txt"  # what is compiled stays
  cd "$1"
  run_shown README.md 'packaging/debian'

  libraries=usr/lib/$(dpkg-architecture -q DEB_HOST_MULTIARCH)
  for package in libpresign0.1 libpresign-dev presign-tools; do
    diff <(expected_in_package "$package" | sort) <(dpkg-deb --fsys-tarfile \
      "$work/debian/$package"_*.deb | tar -t | sed -n "/\/$/! s/^\.\//$package /p" | sort) ||
      fail "$package does not hold what it should (<)"
  done
  check_field libpresign0.1 Depends "libssl3 (>= 3.0"
  check_field libpresign0.1 Depends "libstdc++6 (>= "
  for package in libpresign-dev presign-tools; do
    check_field $package Depends "libpresign0.1 (= 0.1.0-1)"
  done
  [ "$(dpkg-deb --info "$work/debian"/libpresign0.1_*.deb shlibs)" = \
    "libpresign 0.1 libpresign0.1 (>= 0.1.0-1)" ] || fail "the shlibs of libpresign0.1"
  dpkg-deb --info "$work/debian"/libpresign0.1_*.deb triggers | grep -qF ldconfig ||
    fail "libpresign0.1 does not ask for ldconfig"
  for package in bin/presign "${libraries#usr/}/libpresign.so.0.1"; do
    if readelf -dSW "$root/usr/$package" | grep -E 'R(UN)?PATH|\.symtab'; then
      fail "$package is not stripped, or looks for libraries of its own"
    fi
    readelf -dW "$root/usr/$package" | grep -qF BIND_NOW || fail "$package is not hardened"
  done
  quietly env LD_LIBRARY_PATH="$root/$libraries" "$root/usr/bin/presign" --version
  use_by_cmake by_debian_find_package -DCMAKE_PREFIX_PATH="$root/usr"
  use_by_pkg_config by_debian_pkg_config "$root/$libraries/pkgconfig" "$root/$libraries"
}

# ── The source tree ─────────────────────────────────────────────────────────────────────────────

test_source_tree() {
  local by
  for by in add_subdirectory FetchContent; do
    use_by_cmake user -DPRESIGN_BY="$by" -DPRESIGN_SOURCE="$source_tree"
    step "a project that only uses presign installs nothing of it"
    quietly cmake --install "$work/user" --prefix "$work/prefix"
    [ ! -e "$work/prefix" ] || fail "it does"
  done
}

# ── The release ─────────────────────────────────────────────────────────────────────────────────

# need COMMAND: skips the test if there is no such command.
need() {
  command -v "$1" > "$work/log" && return
  step "there is no $1"
  exit 77
}

# Makes the release of the last commit in $work/release.
make_release() {
  need git
  if [ ! -e "$source_tree/.git" ]; then
    step "this is not a git repository"
    exit 77
  fi
  step "the release"
  quietly "$source_tree/tools/release.sh" "$work/release"
  archive=$(echo "$work/release/"*.tar.gz)
  read -r hash _ < "$archive.sha256"
}

# check_sbom FILE: checks what SPDX 2.3 requires, and that relationships name elements of the file.
check_sbom() {
  # shellcheck disable=SC2016 # $hash is jq's
  quietly jq -e --arg hash "$hash" '
    .spdxVersion == "SPDX-2.3" and .dataLicense == "CC0-1.0" and .SPDXID == "SPDXRef-DOCUMENT" and
    (.name | length > 0) and (.documentNamespace | test("^https://[^# ]+$")) and
    (.creationInfo.created | fromdate > 0) and
    (.creationInfo.creators | length > 0 and all(test("^(Person|Organization|Tool): .+$"))) and
    all(.packages[]; (.SPDXID | test("^SPDXRef-[a-zA-Z0-9.-]+$")) and (.name | length > 0) and
      (.downloadLocation | test("^(NOASSERTION|NONE|https://.+)$")) and .filesAnalyzed == false and
      ([has("hasFiles", "packageVerificationCode", "licenseInfoFromFiles")] | any | not)) and
    ([.packages[].SPDXID] | unique == sort) and
    ([.relationships[] | .spdxElementId, .relatedSpdxElement] - [.SPDXID, .packages[].SPDXID] == []) and
    [.relationships[].relationshipType] == ["DESCRIBES", "DEPENDS_ON"] and
    .packages[0].checksums == [{algorithm: "SHA256", checksumValue: $hash}]' "$1"
}

test_archive() {
  local elsewhere=$work/of-another-name build=$work/by_fetch_content
  make_release
  step "the same release, to the byte, from another folder, with another umask and time zone"
  quietly git clone --quiet "$source_tree" "$elsewhere"
  (umask 077 && TZ=Asia/Tokyo quietly "$elsewhere/tools/release.sh" "$work/again")
  diff -r "$work/release" "$work/again" || fail "the releases differ"

  step "its hash and its SBOM"
  (cd "$work/release" && quietly sha256sum --check "$archive.sha256")
  check_sbom "$work/release/"*.spdx.json

  use_by_cmake by_fetch_content -DPRESIGN_BY=FetchContent -DPRESIGN_SOURCE="$work/fetched" \
    "-DPRESIGN_ARCHIVE=URL;file://$archive;URL_HASH;SHA256=$hash" \
    -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0
  step "it passes AWS's vectors and installs"
  quietly cmake "$build" -DPRESIGN_TESTS=ON -DPRESIGN_INSTALL=ON
  quietly cmake --build "$build" --target vector_tests
  quietly "$build/_deps/presign-build/tests/vector_tests"
  quietly cmake --install "$build" --component development --prefix "$work/installed"
  use_by_cmake by_find_package -DCMAKE_PREFIX_PATH="$work/installed"
}

test_meson() {
  local project=$work/project
  need meson
  make_release
  step "a project that uses it by Meson"
  mkdir -p "$project/subprojects/packagefiles"
  cp "$here/project/"{meson.build,main.cpp} "$project"
  cp "$work/release/presign.wrap" "$project/subprojects"
  cp "$archive" "$project/subprojects/packagefiles"
  quietly meson setup "$work/build" "$project"
  quietly ninja -C "$work/build"
  quietly "$work/build/uses_presign"
  check_libraries "$work/build/uses_presign"
}

# Debian's Bazel, 4.2, reads WORKSPACE files instead of MODULE.bazel, and would download the rules for
# C++ and Java, which it has itself.
test_bazel() {
  local project=$work/project
  need bazel
  make_release
  step "a project that uses it by Bazel"
  mkdir -p "$project/rules/cc" "$project/rules/java"
  cp "$here/project/"{BUILD.bazel,main.cpp} "$project"
  tar -x -C "$project" -f "$archive"
  mv "$project"/presign-* "$project/presign"
  touch "$project/"{presign,rules}/WORKSPACE "$project/rules/"{cc,java}/BUILD
  printf 'local_repository(name = "%s", path = "%s")\n' presign presign rules_cc rules \
    rules_java rules > "$project/WORKSPACE"
  printf 'cc_%s = native.cc_%s\n' {binary,library,toolchain,toolchain_suite}{,} \
    > "$project/rules/cc/defs.bzl"
  printf 'java_%s = native.java_%s\n' {binary,import,library,runtime,toolchain}{,} \
    > "$project/rules/java/defs.bzl"
  cd "$project"
  quietly bazel --output_user_root="$work/bazel" build --cxxopt=-std=c++17 //...
  quietly bazel-bin/uses_presign
  check_libraries bazel-bin/uses_presign
  quietly bazel --output_user_root="$work/bazel" shutdown
}

# ── A smaller library ───────────────────────────────────────────────────────────────────────────

test_smaller() {
  local build=$work/build installed=$work/installed part=${way#without_} missing='explain\.hpp'
  [ "$part" = explain ] || missing='(explain|verify)\.hpp'
  step "presign without $part, and its unit tests"
  quietly cmake -S "$source_tree" -B "$build" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 \
    -DPRESIGN_EXAMPLES=OFF "-DPRESIGN_${part^^}=OFF" -DCMAKE_INSTALL_LIBDIR=lib
  quietly cmake --build "$build" --target presign unit_tests vector_tests
  quietly "$build/tests/unit_tests"
  quietly "$build/tests/vector_tests"
  quietly cmake --install "$build" --prefix "$installed"
  diff <(cd "$source_tree" && find include -name '*.hpp' | grep -vE "/$missing$" | sort) \
    <(cd "$installed" && find include ! -type d | sort) ||
    fail "the installed headers are not what they should be (<)"
  use_by_cmake by_find_package -DCMAKE_PREFIX_PATH="$installed"
  use_by_pkg_config by_pkg_config "$installed/lib/pkgconfig" "$installed/lib"
}

# ── Recipes ─────────────────────────────────────────────────────────────────────────────────────

test_conan() {
  step "the Conan recipe, $linkage"
  stand_in conan << END
#!/bin/sh
set -eu
[ "\$*" = "create packaging/conan" ]
exec "$here/conan_test.py" "$work/$linkage" "$linkage"
END
  cd "$source_tree"
  run_shown packaging/README.md 'conan create'
}

expected_of_vcpkg() {
  (cd "$source_tree" && find include -name '*.hpp')
  printf '%s\n' {,debug/}lib/pkgconfig/presign.pc share/presign/{copyright,usage,presign.{cpp,hpp}} \
    share/presign/presign-{config,config-version,targets,targets-debug,targets-release}.cmake
  if [ "$linkage" = static ]; then
    printf '%s\n' {,debug/}lib/libpresign.a
  else
    printf '%s\n' {,debug/}lib/libpresign.so{,.0.1,.0.1.0}
  fi
}

# Checks the port's result like vcpkg's own checks after a build.
test_vcpkg() {
  local packages=$work/packages
  step "the vcpkg port, $linkage"
  stand_in vcpkg << END
#!/bin/sh
set -eu
[ "\$1 \${2%%=*}" = "install --overlay-ports" ]
exec cmake -D WORK="$work" -D LINKAGE="$linkage" -D PORTS="\${2#*=}" -P "$here/vcpkg.cmake"
END
  ln -s "$source_tree" "$work/PRESIGN"
  cd "$work"
  run_shown packaging/README.md 'vcpkg install'
  grep -qF "VERSION $(sed -nE 's/.*"version": "(.*)".*/\1/p' \
    "$source_tree/packaging/vcpkg/presign/vcpkg.json")" "$source_tree/CMakeLists.txt" ||
    fail "its version is not that of presign"
  diff <(expected_of_vcpkg | sort) <(cd "$packages" && find . ! -type d -printf '%P\n' | sort) ||
    fail "the installed tree is not what it should be (<)"
  [ -z "$(find "$packages" -empty)" ] || fail "a folder is empty"
  if grep -rIF "$work" "$packages"; then fail "a file names the folder that it was built in"; fi

  use_by_cmake by_vcpkg -DCMAKE_PREFIX_PATH="$packages"
  use_by_cmake by_vcpkg_debug -DCMAKE_PREFIX_PATH="$packages" -DCMAKE_BUILD_TYPE=Debug
  use_by_pkg_config by_vcpkg_pkg_config "$packages/lib/pkgconfig" "$packages/lib"
  use_by_pkg_config by_vcpkg_pkg_config_debug "$packages/debug/lib/pkgconfig" "$packages/debug/lib"
}

# ── The two files ───────────────────────────────────────────────────────────────────────────────

# Prints the functions of presign that an object file or a library has.
functions_of() { nm -C "$1" | sed -n 's/.* T \(presign::.*\)/\1/p' | sort -u; }

test_two_files() {
  local file macro
  copy_source_tree "$work/presign"
  mkdir "$work/app"
  first_program | sed 's/<presign\/presign.hpp>/"presign.hpp"/' > "$work/app/app.cpp"
  step "README.md: the first program, by the two files"
  cd "$work/presign"
  run_shown README.md 'tools/amalgamate.sh'
  cd "$work/app"
  check_first_program

  step "the same files, to the byte, from the source tree"
  quietly "$source_tree/tools/amalgamate.sh" "$work/again"
  for file in presign.{hpp,cpp}; do cmp "$file" "$work/again/$file" || fail "they differ"; done
  step "the same functions as in the library"
  quietly "$cxx" -std=c++17 -c presign.cpp
  diff <(functions_of "$library") <(functions_of presign.o) || fail "they are not (<)"
  step "presign.cpp after all standard headers, of which some include others"
  quietly "$cxx" -std=c++20 -include bits/stdc++.h -fsyntax-only presign.cpp
  for macro in PRESIGN_NO_EXPLAIN PRESIGN_NO_VERIFY; do
    step "the first program, with $macro"
    quietly "$cxx" -std=c++17 -D$macro app.cpp presign.cpp -lcrypto -o app
    check_first_program
  done
}

# ── The headers ─────────────────────────────────────────────────────────────────────────────────

test_headers() {
  local warnings=(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsyntax-only -x c++
    -Wold-style-cast -Wsign-conversion -Wcast-qual -Wzero-as-null-pointer-constant -Wnull-dereference
    -Weffc++ -Wnon-virtual-dtor -Wextra-semi -Wmissing-declarations -Wredundant-decls -Wundef)
  # Macros that <windows.h>, Xlib and <sys/sysmacros.h> define, or their like.
  local macros=(min max near far small interface IN OUT OPTIONAL ERROR NO_ERROR DELETE CONST VOID STRICT
    GetObject None Status Success Bool Always major minor makedev)
  local compiler header standard
  cd "$source_tree/include"
  for compiler in g++ clang++; do
    command -v $compiler > "$work/log" || continue
    step "each header on its own, $compiler"
    for header in presign/*.hpp; do
      printf '#include <%s>\n' "$header" "$header" |
        $compiler -std=c++17 "${warnings[@]}" -I . -
    done
    for standard in c++20 c++2b; do
      step "all headers, $compiler -std=$standard"
      printf '#include <%s>\n' presign/*.hpp | $compiler -std=$standard "${warnings[@]}" -I . -
    done
    step "all headers after such macros as ${macros[0]}, $compiler"
    {
      grep -h '^#include <[a-z_]*>' presign/*.hpp
      printf '#undef %s\n' "${macros[@]}"
      printf '#define %s\n' "${macros[@]}"
      printf '#include <%s>\n' presign/*.hpp
    } | $compiler -std=c++17 "${warnings[@]}" -I . -
  done
  step "none includes OpenSSL's"
  if printf '#include <%s>\n' presign/*.hpp | "$cxx" -std=c++17 -I . -M -x c++ - | grep -i openssl
  then
    fail "one does"
  fi
}

rm -rf "$work"
mkdir -p "$work"
case $way in
  static | shared) test_installed ;;
  without_explain | without_verify) test_smaller ;;
  readme | source_tree | two_files | archive | meson | bazel | conan | vcpkg | headers) "test_$way" ;;
  *) fail "there is no test \"$way\"" ;;
esac
