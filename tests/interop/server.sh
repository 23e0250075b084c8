# shellcheck shell=bash
# To be sourced: functions for the scripts that run a server for the tests.
#
# A server is a few processes, children of the script, with a temporary folder. They end when the
# script ends; see serve.

PATH=$PATH:/usr/sbin
folder=
processes=()

# begin PACKAGE... -- ARGUMENT...: makes the folder. With the script's argument "install" it installs
# the packages and exits. If they are missing, it exits with 77.
begin() {
  local packages=()
  while [ "$1" != -- ]; do
    packages+=("$1")
    shift
  done
  # shellcheck source=tools/install_packages.sh
  . "$(dirname "${BASH_SOURCE[0]}")/../../tools/install_packages.sh"
  if [ "${2:-}" = install ]; then
    install_services "${packages[@]}"
    exit
  fi
  if [ -n "$(missing_packages "${packages[@]}")" ]; then
    echo "The server is not installed: $0 install does that" >&2
    exit 77
  fi
  folder=$(mktemp -d "${TMPDIR:-/tmp}/presign-live.XXXXXX")
  trap end EXIT
  mkdir "$folder/log"
}

# launch NAME COMMAND...: runs a command in the background, with its output in a log of that name.
launch() {
  "${@:2}" < /dev/null > "$folder/log/$1" 2>&1 &
  processes+=($!)
}

# run NAME COMMAND...: runs a command to its end, with its output in a log of that name.
run() {
  "${@:2}" < /dev/null >> "$folder/log/$1" 2>&1
}

# wait_for SECONDS NAME COMMAND...: waits until the command succeeds. NAME is for the message.
wait_for() {
  local end=$((SECONDS + $1)) process
  until "${@:3}" > /dev/null 2>&1; do
    for process in "${processes[@]}"; do
      if ! kill -0 "$process" 2> /dev/null; then
        echo "A process ended before $2 responded" >&2
        return 1
      fi
    done
    if [ "$SECONDS" -ge "$end" ]; then
      echo "$2 did not respond in $1 seconds" >&2
      return 1
    fi
    sleep 0.1
  done
}

# first_free_port COUNT: prints the first of this many free ports in a row, below the ports that Linux
# gives to clients.
first_free_port() {
  local first port
  for _ in {1..100}; do
    first=$((10000 + RANDOM % 20000))
    for ((port = first; port < first + $1; port++)); do
      ! (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || continue 2
    done
    echo "$first"
    return
  done
  echo "There are no $1 free ports in a row" >&2
  return 1
}

# make_bucket REGION URL: makes a bucket. The URL has the user and the secret, percent-encoded.
make_bucket() {
  local empty_hash=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
  run bucket curl -sS --fail-with-body -X PUT --aws-sigv4 "aws:amz:$1:s3" \
    -H "x-amz-content-sha256: $empty_hash" "$2"
}

# Prints its standard input, NAME=VALUE lines, and an empty line. Then each line of the script's own
# standard input is an order: a function of the script, with its arguments. After each, it prints an
# empty line. The script ends at the end of that input. So if a test holds the other end of a pipe, the
# server ends with the test, even if the test is killed.
serve() {
  cat
  echo
  local order
  while read -ra order <&3; do
    "${order[@]}"
    echo
  done
}
exec 3<&0

stop() {
  kill "$1" 2> /dev/null
  for _ in {1..100}; do
    kill -0 "$1" 2> /dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$1" 2> /dev/null
}

# Stops the last process first: it may need the others to end.
end() {
  local status=$? at
  trap - EXIT
  set +e
  [ $status -eq 0 ] || tail -n 20 "$folder"/log/* >&2
  for ((at = ${#processes[@]} - 1; at >= 0; at--)); do stop "${processes[at]}"; done
  rm -rf "$folder"
  exit $status
}
