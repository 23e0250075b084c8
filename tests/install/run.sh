#!/usr/bin/env bash
# Sets up a Debian or Ubuntu machine, and tests every way to install presign from nothing:
#
#   tests/install/run.sh [--no-clean-root]
#
# These are the ways of install_test.sh, in build/ways, the completions of the shells, and the Debian
# packages. apt installs the packages in a clean Debian in build/platforms; they are used and removed,
# and no file of them may be left. debootstrap makes that Debian, some 300 MB, from the mirror that
# this machine's apt uses; the clean one stays for the next time. This part needs root;
# --no-clean-root leaves it out.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_tree=$(cd "$here/../.." && pwd)
ways=$source_tree/build/ways
# shellcheck source=tests/install/debian_root.sh
. "$here/debian_root.sh"
# shellcheck source=tools/install_packages.sh
. "$source_tree/tools/install_packages.sh"

title() {
  echo
  echo "━━ $*"
}

try_ways() {
  local way
  mkdir -p "$ways"
  cd "$ways"
  for way in readme static shared source_tree archive meson bazel conan "conan shared" \
    vcpkg "vcpkg shared" without_explain without_verify headers; do
    title "$way"
    # shellcheck disable=SC2086 # a way and its argument
    "$here/install_test.sh" $way || [ $? -eq 77 ]
  done
  title "completions"
  "$here/../command/completion_test.py" "$ways/shared/presign/build/debian/examples/cli/presign"
}

# Prints all files of the trial's Debian except those that apt, ldconfig and mandb keep for themselves.
files_inside() {
  inside trial find / -xdev '(' -path /proc -o -path /sys -o -path /dev -o -path /tmp -o \
    -path /var/log -o -path /var/cache -o -path /var/lib/apt ')' -prune -o -print | sort
}

# while_installed FUNCTION PACKAGE...: installs the packages, calls the function, and purges the
# packages with their dependencies.
while_installed() {
  local use=$1 before
  shift
  before=$(files_inside)
  install_inside trial "${@/#//packages/}"
  "$use"
  inside trial apt-get -qq -o Dpkg::Use-Pty=0 autoremove -y --purge "${@%%_*}" > "$roots/trial.log"
  diff <(echo "$before") <(files_inside) || {
    echo "FAILED: the removed packages left this (>), or removed this (<)"
    exit 1
  }
  echo "removed: nothing is left"
}

use_command() {
  local url published=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404
  inside trial presign --version
  url=$(inside trial env AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
    AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY \
    presign s3://examplebucket/test.txt --region us-east-1 \
    --endpoint-url https://s3.amazonaws.com --expires-in 86400 --date 20130524T000000Z)
  [ "${url##*X-Amz-Signature=}" = "$published" ] || {
    echo "FAILED: it signs $url"
    exit 1
  }
  echo "it signs as AWS published"
  inside trial bash -ec '
    source /usr/share/bash-completion/completions/presign
    COMP_WORDS=(presign --re) COMP_CWORD=1
    _presign presign --re presign
    echo "bash completes --re to ${COMPREPLY[0]}"
    [ "${COMPREPLY[*]}" = --region ]'
}

use_development_files() {
  local project=$roots/trial/tmp/project
  rm -rf "$project"
  cp -r "$here/project" "$project"
  inside trial sh -euc 'cd /tmp/project
    cmake -S . -B built > log
    cmake --build built >> log
    built/uses_presign
    echo "a project uses it by find_package"
    make uses_presign >> log
    ./uses_presign
    echo "a project uses it by pkg-config"'
  inside trial man -w presign presign-batch presign-explain presign-post
}

try_clean_root() {
  local library development tools
  title "a clean Debian"
  make_root clean "$(debian_here | cut -d ' ' -f 2)"
  rm -rf "$roots/trial"
  cp -a "$roots/clean" "$roots/trial"
  mkdir "$roots/trial/packages"
  cp "$ways/shared/debian/"*.deb "$roots/trial/packages"
  cd "$roots/trial/packages"
  library=$(echo libpresign0.*.deb) development=$(echo libpresign-dev_*.deb)
  tools=$(echo presign-tools_*.deb)

  title "$tools"
  inside trial apt-get -qq update
  while_installed use_command "$library" "$tools"
  title "$development"
  install_inside trial cmake g++ make man-db pkg-config
  while_installed use_development_files "$library" "$development" "$tools"
  rm -rf "$roots/trial"
}

clean_root=true
case ${1:-} in
  -h | --help)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit
    ;;
  --no-clean-root) clean_root=false ;;
esac
if "$clean_root" && [ "$(id -u)" -ne 0 ]; then
  echo "A clean Debian needs root: run this by sudo, or leave that out by --no-clean-root" >&2
  exit 1
fi
install_packages cmake g++ ninja-build make pkg-config binutils dpkg-dev file libssl-dev \
  libcli11-dev nlohmann-json3-dev python3 meson zsh fish git jq
# Not every release of Debian and Ubuntu has Bazel.
if apt-cache show bazel-bootstrap > /dev/null 2>&1; then install_packages bazel-bootstrap; fi
if "$clean_root"; then install_packages debootstrap; fi
try_ways
if "$clean_root"; then try_clean_root; fi
echo
echo "Every way to install passed."
