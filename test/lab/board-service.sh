#!/bin/bash
# Runs a program of a lab board again whenever it ends, as a board's service manager would: board-service.sh LOG CMD…
log=$1
shift
exec >>"$log" 2>&1 </dev/null
while :; do
  "$@"
  echo "ended with $?, starting again"
  sleep 1
done
