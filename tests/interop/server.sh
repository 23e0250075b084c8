# shellcheck shell=bash
# To be sourced: what the scripts share that run a server for the tests.
#
# A server is a few processes, children of the script, with a folder that goes away with them. They
# end when the script does; see serve.

PATH=$PATH:/usr/sbin
folder=
processes=()

# begin PACKAGE... -- ARGUMENT...: the script's own arguments. After it there is a folder; or the
# script has ended, because it was only to install the packages, or because they are missing.
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

# launch NAME COMMAND...: in the background. What it prints goes to a log of that name.
launch() {
  "${@:2}" < /dev/null > "$folder/log/$1" 2>&1 &
  processes+=($!)
}

# run NAME COMMAND...: to its end. What it prints goes to a log of that name.
run() {
  "${@:2}" < /dev/null >> "$folder/log/$1" 2>&1
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local end=$((SECONDS + $1)) process
  until "${@:3}" > /dev/null 2>&1; do
    for process in "${processes[@]}"; do
      if ! kill -0 "$process" 2> /dev/null; then
        echo "A process ended before $2 answered" >&2
        return 1
      fi
    done
    if [ "$SECONDS" -ge "$end" ]; then
      echo "$2 did not answer in $1 seconds" >&2
      return 1
    fi
    sleep 0.1
  done
}

# first_free_port COUNT: the first of so many ports in a row on which nobody listens, below those
# that Linux gives to clients.
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

# make_bucket REGION URL: the user and secret are in the URL, percent-encoded.
make_bucket() {
  local hash_of_nothing=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
  run bucket curl -sS --fail-with-body -X PUT --aws-sigv4 "aws:amz:$1:s3" \
    -H "x-amz-content-sha256: $hash_of_nothing" "$2"
}

# Prints what standard input says of the server, NAME=VALUE lines, and an empty line. Then each line
# of the script's own standard input is an order: a function of the script, with its arguments. An
# empty line says that it is done. At the end of that input the script ends: so a test that holds the
# other end of a pipe ends the server when it ends itself, even if it is killed.
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

# The last first: a process may need those before it to end.
end() {
  local status=$? at
  trap - EXIT
  set +e
  [ $status -eq 0 ] || tail -n 20 "$folder"/log/* >&2
  for ((at = ${#processes[@]} - 1; at >= 0; at--)); do stop "${processes[at]}"; done
  rm -rf "$folder"
  exit $status
}
