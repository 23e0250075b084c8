#!/usr/bin/env bash
# Writes presign as two files, for projects that compile it with their own code:
#
#   tools/amalgamate.sh OUT_FOLDER
#
# presign.hpp has the public headers, presign.cpp the folders of src/, from the bottom to the top. Each
# file comes after those that it includes. The same sources make the same bytes.
set -euo pipefail
export LC_ALL=C  # for sort, and for the bytes of the ruler

out=${1:?"usage: tools/amalgamate.sh OUT_FOLDER"}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -nE 's/^  VERSION ([0-9.]+)$/\1/p' CMakeLists.txt)
ruler=$(printf '━%.0s' {1..99})
added=' '

# condition_of FILE: prints the preprocessor's condition for a file that not every build has.
condition_of() {
  case $1 in
    */verify.hpp | src/verify/*) echo '!defined(PRESIGN_NO_VERIFY)' ;;
    */explain.hpp | src/explain/*) echo '!defined(PRESIGN_NO_EXPLAIN)' ;;
    *_evp.cpp) echo 'defined(PRESIGN_CRYPTO_EVP)' ;;
    *_libcrypto.hpp) echo '!defined(PRESIGN_CRYPTO_FILE)' ;;
    *_custom.cpp) echo 'defined(PRESIGN_CRYPTO_FILE)' ;;
    *_libcrypto.cpp)
      echo '!defined(PRESIGN_CRYPTO_EVP) && !defined(PRESIGN_CRYPTO_FILE)'
      ;;
  esac
}

# included_by FILE: prints the files of presign that a file includes.
included_by() { sed -nE 's/^#include "(.*)"$/src\/\1/p; s/^#include <(presign\/.*)>$/include\/\1/p' "$1"; }

# add FILE: adds a file, after those that it includes, unless it was added. Standard headers are
# collected for the top; others, such as OpenSSL's, stay where they are.
add() {
  local file condition
  case $added in *" $1 "*) return ;; esac
  added+="$1 "
  for file in $(included_by "$1"); do add "$file"; done
  grep -E '^#include <[a-z_]+>$' "$1" >> "$work/includes" || true
  condition=$(condition_of "$1")
  {
    printf '\n// ━━ %s %s\n\n' "$1" "${ruler:0:3 * (92 - ${#1})}"
    printf '%s' "${condition:+#if $condition$'\n\n'}"
    sed -E '/^#pragma once$/d; /GCOVR_EXCL_ST/d; s/ +\/\/ GCOVR_EXCL_LINE$//; /^#include ("|<presign\/|<[a-z_]+>)/d' "$1"
    printf '%s' "${condition:+$'\n'#endif$'\n'}"
  } >> "$work/files"
}

# write NAME: writes a file: the licence, standard input, standard headers, and what was added.
write() {
  {
    echo "// presign $version. Copyright The presign authors. SPDX-License-Identifier: Apache-2.0"
    cat
    sort -u "$work/includes"
    cat "$work/files"
  } | cat -s > "$out/$1"
  rm "$work"/*
}

added+='include/presign/presign.hpp '
for file in $(included_by include/presign/presign.hpp); do add "$file"; done
write presign.hpp << END
//
// This is the whole library in two files. Compile them with your program:
//
//   c++ -std=c++17 app.cpp presign.cpp -lcrypto
//
// These macros must be the same for all files of a program:
//
//   PRESIGN_NO_EXPLAIN   leaves out explain()
//   PRESIGN_NO_VERIFY    leaves out verification, too
//   PRESIGN_CRYPTO_EVP   uses OpenSSL's EVP interface alone, for example with a FIPS provider
//   PRESIGN_CRYPTO_FILE  names a file, in quotes, that calls another library than libcrypto; the
//                        beginning of presign.cpp says what it has to define
//
// tools/amalgamate.sh made this file from the folder include/ of presign's source tree.

$(sed '/^\/\//!Q' include/presign/presign.hpp)
#pragma once

#ifndef PRESIGN_STATIC
#define PRESIGN_STATIC  // no name is imported from a DLL
#endif
#if defined(PRESIGN_CRYPTO_EVP) && defined(PRESIGN_CRYPTO_FILE)
#error "Define PRESIGN_CRYPTO_EVP or PRESIGN_CRYPTO_FILE, not both"
#endif
#if defined(PRESIGN_NO_VERIFY) && !defined(PRESIGN_NO_EXPLAIN)
#define PRESIGN_NO_EXPLAIN  // which needs verification
#endif

END

for folder in base sigv4 credentials s3 signer verify explain; do
  for file in "src/$folder"/*.cpp; do add "$file"; done
done
write presign.cpp << END
//
// presign.hpp says how to compile this file. tools/amalgamate.sh made it from the folder src/ of
// presign's source tree.
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED  // before any header of OpenSSL's
#endif
#include "presign.hpp"

END
