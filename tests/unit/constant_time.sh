#!/usr/bin/env bash
# Runs constant_time under valgrind:
#
#   constant_time.sh PROGRAM
#
# It ends with 77 where valgrind is not installed.
set -euo pipefail

if ! command -v valgrind > /dev/null; then
  echo "valgrind is not installed" >&2
  exit 77
fi
exec valgrind --quiet --track-origins=no --error-limit=no "$1"
