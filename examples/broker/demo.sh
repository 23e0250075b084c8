#!/usr/bin/env bash
# From a fresh Debian or Ubuntu machine to a working page:
#
#   examples/broker/demo.sh [FOLDER]
#
# installs missing packages, builds the broker, and starts it with its own small store, which has the
# files below FOLDER, or a few samples. It prints the address, and serves until it is stopped (Ctrl-C).
# Members and files stay for the next time. BROKER_PORT and the other settings of
# examples/broker/README.md apply here, too.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/demo

set_up() {
  # shellcheck source=tools/install_packages.sh
  . "$root/tools/install_packages.sh"
  install_packages cmake g++ make pkg-config libssl-dev libcpp-httplib-dev \
    nlohmann-json3-dev libpugixml-dev
}

build_broker() {
  echo "Building the broker in $build" >&2
  cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DPRESIGN_TESTS=OFF \
    --log-level=WARNING >&2
  cmake --build "$build" --target broker --parallel "$(nproc)" >&2
}

case ${1:-} in
  -h | --help)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit
    ;;
esac

files=${1:-$here/samples}
if [ ! -d "$files" ]; then
  echo "There is no folder $files" >&2
  exit 1
fi
set_up
build_broker
exec "$build/examples/broker/broker" --demo "$build/store" --put "$files"
