#!/usr/bin/env bash
# From a fresh Debian or Ubuntu machine to a signed URL:
#
#   examples/quickstart.sh
#   examples/quickstart.sh s3://bucket/key [more options of presign, such as --expires-in 600]
#
# installs missing packages and builds the presign command, in build/quickstart. Without arguments it
# signs AWS's published example, prints that URL, and compares the signature with AWS's. Otherwise it
# signs with your AWS credentials: those of the environment (AWS_ACCESS_KEY_ID, …) or of a profile
# (AWS_PROFILE, ~/.aws).
#
# Only the URL goes to standard output. The script may be run again and again, from any folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/quickstart
log=$build.log
presign=$build/examples/cli/presign
packages=(cmake g++ make libssl-dev libcli11-dev nlohmann-json3-dev)

# Runs a command with its output in the log, and shows the end of the log if the command fails.
logged() {
  "$@" >> "$log" 2>&1 && return
  tail -n 20 "$log" >&2
  echo "Failed: $*. The whole log is $log" >&2
  exit 1
}

set_up() {
  local missing
  # shellcheck source=tools/install_packages.sh
  . "$root/tools/install_packages.sh"
  mkdir -p "$root/build"
  : > "$log"
  missing=$(missing_packages "${packages[@]}")
  if [ -n "$missing" ]; then echo "Installing ${missing//$'\n'/ }" >&2; fi
  logged install_packages "${packages[@]}"
}

build_command() {
  if [ ! -e "$presign" ]; then echo "Building the presign command: about a minute" >&2; fi
  logged cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DPRESIGN_TESTS=OFF
  logged cmake --build "$build" --target presign_cli --parallel "$(nproc)"
}

# Returns whether there is a setting for AWS credentials, valid or not. presign reports its errors.
has_credentials() {
  local option
  [ -z "${AWS_ACCESS_KEY_ID:-}${AWS_SECRET_ACCESS_KEY:-}${AWS_PROFILE:-}" ] || return 0
  for option in "$@"; do
    case $option in --profile | --profile=*) return 0 ;; esac
  done
  grep -qsE '^[[:space:]]*(aws_|sso_|role_arn|web_identity|credential_process|login_session)' \
    "${AWS_SHARED_CREDENTIALS_FILE:-${HOME:-}/.aws/credentials}" \
    "${AWS_CONFIG_FILE:-${HOME:-}/.aws/config}"
}

# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
sign_published_example() {
  local published=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404
  local url
  echo "This is the example that AWS has published, signed with the keys of AWS's documentation:" >&2
  url=$(env -i AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
    AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY \
    "$presign" s3://examplebucket/test.txt --region us-east-1 \
    --endpoint-url https://s3.amazonaws.com --expires-in 86400 --date 20130524T000000Z)
  echo "$url"
  if [ "${url##*X-Amz-Signature=}" != "$published" ]; then
    echo "AWS published another signature, $published: this is a defect of presign." >&2
    return 1
  fi
  echo "Its signature is the one that AWS published." >&2
}

case ${1:-} in
  -h | --help)
    sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit
    ;;
esac

set_up
build_command
if [ $# -eq 0 ]; then
  sign_published_example
  echo "To sign your own object: examples/quickstart.sh s3://bucket/key" >&2
elif has_credentials "$@"; then
  "$presign" "$@"
else
  sign_published_example >&2
  echo "$1 is not signed, because there are no AWS credentials: neither AWS_ACCESS_KEY_ID and" >&2
  echo "AWS_SECRET_ACCESS_KEY in the environment nor a profile in ~/.aws." >&2
  exit 1
fi
