# shellcheck shell=bash
# To be sourced: install_packages NAME... installs the Debian packages that are missing, and
# install_services NAME... also keeps their services from starting.
#
# They ask no questions, wait for other uses of apt, call sudo if necessary, and report on standard
# error. Without apt, they name the required packages and go on.

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2> /dev/null)" = installed ] ||
      echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
  local missing apt
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0

  if ! command -v apt-get > /dev/null; then
    echo "There is no apt-get here. These packages of Debian are needed: $*" >&2
    return 0
  fi
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo > /dev/null; then
    echo "Missing packages, and no sudo: as root, run apt-get install ${missing[*]}" >&2
    return 1
  fi
  echo "Installing ${missing[*]}" >&2
  apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300
    -o Dpkg::Use-Pty=0)
  as_root "${apt[@]}" update >&2 || echo "apt-get update failed: going on with the packages known so far" >&2
  as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}" < /dev/null >&2
}

# Debian's packages ask policy-rc.d before they start a service, and 101 forbids that. If the machine
# already has a policy-rc.d, it stays.
install_services() (
  policy=/usr/sbin/policy-rc.d
  [ -n "$(missing_packages "$@")" ] || exit 0
  if [ ! -e "$policy" ] && command -v apt-get > /dev/null; then
    trap 'as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$policy"
  fi
  install_packages "$@"
)
