#!/usr/bin/env bash
# Serves PostgreSQL from a data folder of its own in the foreground, on loopback; ends with a fast shutdown on TERM or INT.
#   eng/native/postgres.sh --data DIR --port PORT --password-file FILE
# A new data folder gets a cluster with the user "embedplatform" (its password is in FILE) and the database "vectors".
# PostgreSQL refuses to run as root: then the server runs as the system's postgres user.
set -euo pipefail

fail() {
  printf 'postgres: %s\n' "$1" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case "$1" in
    --data) data="$2" ;;
    --port) port="$2" ;;
    --password-file) password_file="$2" ;;
    *) fail "unknown argument $1" ;;
  esac
  shift 2
done
: "${data:?--data is missing}" "${port:?--port is missing}" "${password_file:?--password-file is missing}"

bin="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)"
[ -n "$bin" ] || bin="$(dirname "$(command -v postgres)")" || fail "PostgreSQL is not installed; run eng/setup.sh"

as_server_user=()
mkdir -p "$data"
data="$(cd "$data" && pwd)"
if [ "$(id -u)" = 0 ]; then
  as_server_user=(setpriv --reuid=postgres --regid=postgres --init-groups)
  if ! "${as_server_user[@]}" test -x "$(dirname "$data")"; then
    # A home folder that only root may enter: the cluster lies where the server's user may go, one for each data folder.
    data="/var/lib/postgresql/embedplatform-$(printf '%s' "$data" | sha256sum | cut -c 1-16)"
    mkdir -p "$data"
  fi
  chown postgres: "$data"
fi
chmod 700 "$data"
cd "$data"

if [ ! -s "$data/PG_VERSION" ]; then
  # initdb runs in a folder of its own, so that a cluster is there whole or not at all.
  new="$data/new"
  rm -rf "$new"
  "${as_server_user[@]}" "$bin/initdb" --pgdata "$new" --username embedplatform --auth scram-sha-256 --pwfile /dev/stdin \
    --encoding UTF8 --locale C.UTF-8 --no-instructions <"$password_file" >/dev/null || fail "initdb failed"
  printf 'CREATE DATABASE vectors;\n' | "${as_server_user[@]}" "$bin/postgres" --single -D "$new" postgres >/dev/null ||
    fail "the database could not be created"
  find "$new" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv -t "$data" {} +
  mv "$new/PG_VERSION" "$data/PG_VERSION"
  rmdir "$new"
fi

if [ -s "$data/postmaster.pid" ] && kill -0 "$(head -n 1 "$data/postmaster.pid")" 2>/dev/null &&
  grep -qa postgres "/proc/$(head -n 1 "$data/postmaster.pid")/comm" 2>/dev/null; then
  fail "another server (pid $(head -n 1 "$data/postmaster.pid")) uses $data"
fi

"${as_server_user[@]}" "$bin/postgres" -D "$data" -p "$port" \
  -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 \
  -c shared_buffers=256MB -c maintenance_work_mem=256MB -c max_wal_size=2GB -c checkpoint_timeout=15min \
  -c log_min_messages=warning &
server=$!
# The first signal asks for a fast shutdown, which does not wait for clients.
trap 'kill -INT "$server" 2>/dev/null || true' TERM INT HUP
code=0
wait "$server" || code=$?
while kill -0 "$server" 2>/dev/null; do
  code=0
  wait "$server" || code=$?
done
exit "$code"
