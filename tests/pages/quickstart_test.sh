#!/usr/bin/env bash
# Runs examples/quickstart.sh in each of its cases, from another folder.
set -euo pipefail

quickstart=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/examples/quickstart.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset "${!AWS_@}"
export HOME=$work

# expect TITLE PATTERN COMMAND...: runs a command whose whole standard output must match the pattern.
expect() {
  local printed
  echo "── $1"
  printed=$("${@:3}") || { echo "FAILED with status $?"; exit 1; }
  # shellcheck disable=SC2053
  [[ $printed == $2 ]] || { echo "FAILED: $printed"; exit 1; }
}

published='https://examplebucket.s3.amazonaws.com/test.txt\?*&X-Amz-Date=20130524T000000Z&*&'
published+='X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'
ours='https://ours.s3.eu-west-1.amazonaws.com/key\?*&X-Amz-Expires=60&*&X-Amz-Signature='
keys=(AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=secret)
arguments=(s3://ours/key --region eu-west-1 --expires-in 60)

# expect_failure TITLE TEXT COMMAND...: runs a command that must fail, print nothing to standard
# output, and have the text in standard error.
expect_failure() {
  echo "── $1"
  if "${@:3}" > printed 2> messages; then
    echo "FAILED: it succeeded"
    exit 1
  fi
  [ ! -s printed ] || { echo "FAILED: $(cat printed)"; exit 1; }
  grep -qF "$2" messages || { echo "FAILED: $(cat messages)"; exit 1; }
}

expect "no arguments" "$published" "$quickstart"
expect_failure "no credentials" "s3://ours/key is not signed" "$quickstart" "${arguments[@]}"
grep -q '^https://examplebucket' messages || { echo "FAILED: it shows no example"; exit 1; }
expect "credentials of the environment" "$ours+([0-9a-f])" \
  env "${keys[@]}" "$quickstart" "${arguments[@]}"

mkdir .aws
printf '[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n' \
  > .aws/credentials
expect "credentials of the default profile" "$ours+([0-9a-f])" "$quickstart" "${arguments[@]}"

expect_failure "a profile that does not exist" "other" "$quickstart" "${arguments[@]}" --profile other

lines=$("$quickstart" 2>&1 | wc -l)
[ "$lines" -le 5 ] || { echo "FAILED: it prints $lines lines"; exit 1; }
