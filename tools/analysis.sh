#!/usr/bin/env bash
# Analyses the library, the commands, the examples and the broker without running them:
#
#   tools/analysis.sh [--deep]
#
#   clang-tidy  .clang-tidy lists the checks that are switched off, with the reasons
#   cppcheck    warnings, style, performance and portability; suppressions.txt has the exceptions
#   -fanalyzer  g++'s analysis of the paths through a function, for src/ alone
#
# --deep adds clang's static analyzer, for src/ alone, which takes some minutes.
#
# It needs no build. It exits with 1 if it finds something. It may be run from any folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

deep=false
case ${1:-} in
  -h | --help)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit
    ;;
  --deep) deep=true ;;
  '') ;;
  *)
    echo "$0: unknown option $1" >&2
    exit 2
    ;;
esac

# shellcheck source=tools/install_packages.sh
. "$root/tools/install_packages.sh"
install_packages g++ clang clang-tidy cppcheck pkg-config libssl-dev libcli11-dev \
  nlohmann-json3-dev libcpp-httplib-dev libpugixml-dev libcurl4-openssl-dev libsodium-dev libsqlite3-dev
cd "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

read -ra httplib < <(pkg-config --cflags cpp-httplib)
flags=(-std=c++17 -Iinclude -Isrc -DPRESIGN_BUILDING -DPRESIGN_STATIC
  "${httplib[@]}")
export work flag_line="${flags[*]}"

# Most of the time goes into the headers of the standard library, so files are analysed together: a
# NAME-N.cpp includes them. Files that define the same name go into different batches.
batch() {
  local name=$1 number=0 one together later wrong
  shift
  while [ $# -gt 0 ]; do
    number=$((number + 1))
    one="$work/$name-$number.cpp"
    together=("$@")
    later=()
    while true; do
      printf "#include \"$root/%s\"\n" "${together[@]}" > "$one"
      mapfile -t wrong < <(clang++ "${flags[@]}" -fsyntax-only -ferror-limit=0 "$one" 2>&1 |
        sed -n "s#^$root/\([^:]*\.cpp\):[0-9:]* error: .*#\1#p" | sort -u)
      # If the files do not compile, clang-tidy says why.
      if [ ${#wrong[@]} -eq 0 ] || [ ${#wrong[@]} -eq ${#together[@]} ]; then break; fi
      later+=("${wrong[@]}")
      mapfile -t together < <(comm -23 <(printf '%s\n' "${together[@]}" | sort) \
        <(printf '%s\n' "${wrong[@]}"))
    done
    set -- "${later[@]}"
  done
}

failed() {
  echo "error: clang-tidy failed"
  cat "$1"
}
tidy() {
  # shellcheck disable=SC2086
  clang-tidy --quiet --config-file=.clang-tidy --checks="$1" "$2" -- $flag_line ${3:-} \
    2> "$2.stderr" > "$2.found" || grep -q error: "$2.found" || failed "$2.stderr" >> "$2.found"
  cat "$2.found"
}
follow() {
  # shellcheck disable=SC2086
  clang-tidy --quiet --config-file=.clang-tidy --checks='-*,clang-analyzer-*' "$1" -- $flag_line \
    2> "$work/$1.stderr" > "$work/$1.found" ||
    grep -q error: "$work/$1.found" || failed "$work/$1.stderr" >> "$work/$1.found"
  cat "$work/$1.found"
}
# g++ 12 does not fully support C++: it takes each std::string for uninitialized.
analyze() {
  # shellcheck disable=SC2086
  g++ $flag_line -fanalyzer -Wno-analyzer-use-of-uninitialized-value -c -o /dev/null "$1" \
    > "$work/$1.analyzed.found" 2>&1 || grep -q error: "$work/$1.analyzed.found" ||
    echo "error: g++ failed" >> "$work/$1.analyzed.found"
  cat "$work/$1.analyzed.found"
}
export -f failed tidy follow analyze
count() { cat "$@" 2> /dev/null | grep -cE '(warning|error):|\[[a-zA-Z]+\]$' || true; }

echo "━━ clang-tidy"
mapfile -t sources < <(ls src/*/*.cpp | grep -v 'crypto_\(evp\|custom\)')
batch src "${sources[@]}"
batch cli examples/cli/*.cpp
batch broker examples/broker/*.cpp
batch store examples/store/*.cpp
batch examples examples/*.cpp
shallow='-clang-analyzer-*,-bugprone-suspicious-include'  # the batches include .cpp files
printf '%s\n' "$work"/*.cpp | xargs -P "$(nproc)" -I{} bash -c "tidy '$shallow' {}"
printf "#include \"$root/src/base/%s.cpp\"\n" crypto crypto_evp > "$work/evp.cpp"
tidy "$shallow" "$work/evp.cpp" -DPRESIGN_CRYPTO_EVP

echo "━━ cppcheck"
mkdir "$work/cppcheck"
cppcheck --quiet --enable=warning,style,performance,portability --inline-suppr --std=c++17 \
  --language=c++ -j "$(nproc)" -Iinclude -Isrc -DPRESIGN_BUILDING -DPRESIGN_STATIC \
  --suppressions-list=tools/suppressions.txt --cppcheck-build-dir="$work/cppcheck" \
  --template='{file}:{line}: {message} [{id}]' src examples 2>&1 | tee "$work/cppcheck.found"

echo "━━ g++ -fanalyzer"
mkdir -p "$work"/src/{base,credentials,explain,s3,signer,sigv4,verify}
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I{} bash -c "analyze {}"

if "$deep"; then
  echo "━━ clang's static analyzer"
  printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I{} bash -c "follow {}"
fi

found=$(count "$work"/*.found "$work"/src/*/*.found)
echo "$found findings in $(ls src/*/*.cpp examples/*.cpp examples/*/*.cpp | wc -l) files and their headers"
[ "$found" -eq 0 ]
