# shellcheck shell=bash
# To be sourced: makes small Debians in folders of build/platforms, with debootstrap, from the mirror
# that this machine's apt uses. Needs root.
roots=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/platforms

# inside NAME COMMAND...: runs a command in a Debian. It sees only its own processes.
inside() {
  local root=$roots/$1
  shift
  unshare --mount --pid --fork --mount-proc="$root/proc" --kill-child \
    chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C \
    DEBIAN_FRONTEND=noninteractive "$@" < /dev/null
}

# Prints the address and the name of this machine's own Debian.
debian_here() {
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' \
    'Origin: Debian' | head -n 1
}

# make_root NAME SUITE OPTION...: makes a Debian, with options of debootstrap. A complete one has a
# mark.
make_root() {
  local root=$roots/$1 mirror
  [ ! -e "$root/complete" ] || return 0
  mirror=$(debian_here)
  mkdir -p "$roots"
  rm -rf "$root"
  debootstrap --variant=minbase "${@:3}" "$2" "$root" "${mirror% *}" > "$root.log" || {
    tail "$root.log"
    exit 1
  }
  touch "$root/complete"
}

# install_inside NAME PACKAGE...: installs packages. Ignores the date of the index: unstable suites are
# signed for a week, and a mirror may be slower.
install_inside() {
  local root=$1
  shift
  inside "$root" apt-get -qq -o Acquire::Check-Valid-Until=false update
  inside "$root" apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "$@" \
    > "$roots/$root.log" || {
    tail "$roots/$root.log"
    exit 1
  }
}
