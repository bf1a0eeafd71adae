#!/usr/bin/env bash
# Runs a command that must not outlive its owner.
#   eng/native/guard.sh [--owner-stops] COMMAND [ARG...]
# Standard input is the lifeline: the owner holds its write end, and whatever ends the owner (kill -9 too) closes it. Then, as
# after TERM, INT or HUP, the command's process group gets TERM, and KILL after GUARD_GRACE_SECONDS (6 by default).
# The exit code is the command's own. The command reads nothing, and whatever of it is left when it ends is ended too.
#   --owner-stops   leave INT to the owner: Ctrl-C reaches every process of the terminal, and the owner stops them in its order.
set -m # every job is a process group of its own
grace=${GUARD_GRACE_SECONDS:-6}
unset GUARD_GRACE_SECONDS
interrupt=end_group
if [ "${1-}" = --owner-stops ]; then
  interrupt=:
  shift
fi
[ $# -gt 0 ] || { echo 'guard: no command' >&2; exit 64; }

# The processes below one, also those that left its group (a database server's children lead their own).
descendants() {
  local below
  for below in $(cat "/proc/$1/task/"*/children 2>/dev/null); do
    echo "$below"
    descendants "$below"
  done
}

alive() {
  local one
  kill -0 -- "-$child" && return
  for one in $strays; do
    kill -0 "$one" && return
  done
  return 1
}

end_group() {
  local tenths
  strays=$(descendants "$child")
  kill -TERM -- "-$child"
  for ((tenths = grace * 10; tenths > 0; tenths--)); do
    alive || return
    sleep 0.1
  done
  # shellcheck disable=SC2086
  kill -KILL -- "-$child" $strays
}

"$@" </dev/null &
child=$!
exec 2>/dev/null # what the shell says about ended jobs; the command has its own standard error

{
  set +m
  trap '' TERM INT HUP
  while read -r _; do :; done
  end_group
} <&0 >/dev/null &
watcher=$!
exec </dev/null >/dev/null

trap end_group TERM HUP
trap "$interrupt" INT

wait "$child"
while kill -0 "$child"; do wait "$child"; done
wait "$child"
code=$?
strays=
alive && end_group
kill -KILL -- "-$watcher"
exit "$code"
