# shellcheck shell=bash
# To be sourced: install_packages NAME... installs those Debian packages that are missing.
#
# It asks no questions, waits for other uses of apt, calls sudo where it has to, and says on standard
# error what it does. Where there is no apt, it names what has to be there, and hopes.

install_packages() {
  local package missing=() as_root=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2> /dev/null)" = installed ] ||
      missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  if ! command -v apt-get > /dev/null; then
    echo "No apt-get here. Needed is what Debian calls: $*" >&2
    return 0
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo > /dev/null; then
      echo "Missing packages, and no sudo: as root, run apt-get install ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]}" >&2
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300
    -o Dpkg::Use-Pty=0)
  "${as_root[@]}" update >&2 || echo "apt-get update failed: going on with what is known" >&2
  "${as_root[@]}" install -y --no-install-recommends "${missing[@]}" < /dev/null >&2
}
