#!/usr/bin/env bash
# From a fresh Debian or Ubuntu machine to a working page:
#
#   examples/broker/demo.sh [FOLDER]
#
# installs missing packages, builds the broker and a small store, and starts both. The store has the
# files below FOLDER, or a few samples. The script prints the address, and serves until it is stopped
# (Ctrl-C). Members and files stay for the next time, when no file is replaced. BROKER_PORT and the
# other settings of examples/broker/README.md apply here, too.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/demo

set_up() {
  # shellcheck source=tools/install_packages.sh
  . "$root/tools/install_packages.sh"
  install_packages cmake g++ make pkg-config libssl-dev libcpp-httplib-dev \
    nlohmann-json3-dev libpugixml-dev libcurl4-openssl-dev libsodium-dev libcli11-dev \
    libsqlite3-dev curl
}

build_broker() {
  echo "Building the broker in $build" >&2
  cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DPRESIGN_TESTS=OFF \
    --log-level=WARNING >&2
  cmake --build "$build" --target broker store put_url --parallel "$(nproc)" >&2
}

# Starts the store, and makes it the store of what follows. The broker's commands find its settings in
# the file "environment".
start_store() {
  local line name
  for name in secret session-key; do
    [ -f "$build/$name" ] || (umask 077 && head -c 24 /dev/urandom | base64 > "$build/$name")
  done
  unset "${!AWS_@}"
  export AWS_ACCESS_KEY_ID=AKIADEMONSTRATION AWS_REGION=us-east-1 AWS_SECRET_ACCESS_KEY
  AWS_SECRET_ACCESS_KEY=$(cat "$build/secret")
  exec 3< <(exec "$build/examples/store/store" "$build/store.sqlite")
  store_pid=$!
  trap 'kill "$store_pid" ${broker_pid:-} 2> /dev/null; wait' EXIT
  trap 'exit 0' INT TERM
  read -r line <&3
  echo "$line"
  export AWS_ENDPOINT_URL=${line##* } BROKER_ENDPOINT=${line##* } BROKER_BUCKET=files \
    BROKER_MEMBERS_BUCKET=members BROKER_ROLE_ARN=arn:aws:iam:::role/reader \
    BROKER_OPEN_SIGN_UP=${BROKER_OPEN_SIGN_UP:-yes} BROKER_SESSION_KEY_FILE=$build/session-key
  (umask 077 && {
    echo "unset AWS_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN"
    export -p | grep -E ' (AWS|BROKER)_'
  } > "$build/environment")
}

# upload FILE KEY: does nothing if there is such an object (412).
upload() {
  local type=application/octet-stream url status
  url=$("$build/examples/put_url" files "$2" "$type" | sed -n '1s/^PUT //p')
  [ -n "$url" ] || return 1
  status=$(curl -gsS -o /dev/null -w '%{http_code}' -T "$1" -H "Content-Type: $type" \
    -H 'If-None-Match: *' "$url")
  [ "$status" = 200 ] || [ "$status" = 412 ]
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
start_store
while IFS= read -r -d '' file; do
  upload "$file" "${file#"${files%/}"/}" || echo "Left out: $file" >&2
done < <(find "${files%/}" -type f -print0)
"$build/examples/broker/broker" &
broker_pid=$!
wait "$broker_pid"
