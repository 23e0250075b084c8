#!/usr/bin/env bash
# Runs the commands with which the pages start the broker, requests its page, and stops it.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2> /dev/null; rm -rf "$work"' EXIT
cd "$project"
unset "${!AWS_@}" "${!BROKER_@}"

fail() {
  cat "$work/log"
  echo "FAILED: $*"
  exit 1
}

# try COMMANDS: runs commands that serve until they are stopped. bash, the script and the broker each
# replace the process before.
try() {
  local end=$((SECONDS + 900)) address status=0
  : > "$work/printed"  # the shell in the background may open it late
  BROKER_PORT=0 bash -euc "$1" > "$work/printed" 2> "$work/log" &
  pid=$!
  until grep -q '^File Access System: ' "$work/printed"; do
    kill -0 "$pid" 2> /dev/null || fail "it ended"
    [ "$SECONDS" -lt "$end" ] || fail "it did not start in time"
    sleep 0.2
  done
  address=$(sed -n 's/^File Access System: //p' "$work/printed")
  echo "It serves $address"
  curl -sSf "$address" > "$work/page" || fail "it has no page"
  grep -q '<title>' "$work/page" || fail "its page is $(cat "$work/page")"
  kill "$pid"
  wait "$pid" || status=$?
  pid=
  [ "$status" -eq 0 ] || fail "it ended with status $status"
  echo "It is stopped"
}

commands=$(tests/pages/blocks.py examples/broker/README.md 'demo.sh')
try "$commands"
try "$commands"  # with what the first has built
