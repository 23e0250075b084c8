#!/usr/bin/env bash
# From a fresh Debian or Ubuntu machine to a signed URL:
#
#   examples/quickstart.sh s3://bucket/key [more options of presign, such as --expires-in 600]
#
# installs what is missing, builds the presign command, and signs with your AWS credentials: those
# of the environment (AWS_ACCESS_KEY_ID, …) or of a profile (AWS_PROFILE, ~/.aws). Where there are
# none, or nothing is named, it signs AWS's published example and compares.
#
# The URL alone goes to standard output. It may be run again and again, from any folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/quickstart
presign=$build/examples/cli/presign

set_up() {
  # shellcheck source=tools/install_packages.sh
  . "$root/tools/install_packages.sh"
  install_packages cmake g++ ninja-build libssl-dev libcli11-dev nlohmann-json3-dev
}

build_command() {
  echo "Building the presign command in $build" >&2
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DPRESIGN_TESTS=OFF \
    --log-level=WARNING >&2
  cmake --build "$build" --target presign_cli >&2
}

# Whether there is anything that names AWS credentials, good or bad. presign itself says what is bad.
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
  echo "Signing the example that AWS has published, with the keys of AWS's documentation:" >&2
  url=$(env -i AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
    AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY \
    "$presign" s3://examplebucket/test.txt --region us-east-1 \
    --endpoint-url https://s3.amazonaws.com --expires-in 86400 --date 20130524T000000Z)
  echo "$url"
  echo "  published signature $published" >&2
  echo "  presign's signature ${url##*X-Amz-Signature=}" >&2
  [ "${url##*X-Amz-Signature=}" = "$published" ] || {
    echo "They differ: this is a defect of presign." >&2
    return 1
  }
  echo "They are the same." >&2
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
  echo "To sign your own: examples/quickstart.sh s3://bucket/key" >&2
elif has_credentials "$@"; then
  "$presign" "$@"
else
  echo "There are no AWS credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the" >&2
  echo "environment nor a profile in ~/.aws. $1 is not signed." >&2
  sign_published_example
fi
