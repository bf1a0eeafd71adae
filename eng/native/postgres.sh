#!/usr/bin/env bash
# Serves PostgreSQL from a data folder of its own in the foreground, on loopback; ends with a fast shutdown on TERM or INT.
#   eng/native/postgres.sh --data DIR --port PORT --password-file FILE [--follow PORT]
# A new data folder gets a cluster with the user "embedplatform" (its password is in FILE) and the database "vectors".
# With --follow it gets a copy of the cluster that listens on that port, and the server is its standby until it is promoted.
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
    --follow) follow="$2" ;;
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

if [ ! -s "$data/PG_VERSION" ] && [ -n "${follow-}" ]; then
  PGPASSWORD="$(tr -d '\n' <"$password_file")" "${as_server_user[@]}" "$bin/pg_basebackup" --pgdata "$data" \
    --host 127.0.0.1 --port "$follow" --username embedplatform --checkpoint fast --write-recovery-conf ||
    fail "the server on port $follow could not be copied"
elif [ ! -s "$data/PG_VERSION" ]; then
  # initdb runs in a folder of its own, so that a cluster is there whole or not at all.
  new="$data/new"
  rm -rf "$new"
  # The server's user may not read a password file of ours.
  install -m 600 ${as_server_user:+-o postgres} "$password_file" "$data/password"
  "${as_server_user[@]}" "$bin/initdb" --pgdata "$new" --username embedplatform --auth scram-sha-256 --pwfile "$data/password" \
    --encoding UTF8 --locale C.UTF-8 --no-instructions >/dev/null || fail "initdb failed"
  rm "$data/password"
  printf 'CREATE DATABASE vectors;\n' | "${as_server_user[@]}" "$bin/postgres" --single -D "$new" postgres >/dev/null ||
    fail "the database could not be created"
  # PG_VERSION comes last: without it, what an interrupted move left is replaced.
  while IFS= read -r -d '' part; do
    rm -rf "${data:?}/$part"
    mv "$new/$part" "$data/$part"
  done < <(find "$new" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -printf '%f\0')
  mv "$new/PG_VERSION" "$data/PG_VERSION"
  rmdir "$new"
fi

# The server of a killed call of this script shuts down by itself, which takes a moment.
owner() { [ -s "$data/postmaster.pid" ] && pid="$(head -n 1 "$data/postmaster.pid")" && [ "$(readlink "/proc/$pid/cwd")" = "$data" ]; }
for ((tenths = 100; tenths > 0; tenths--)); do
  owner || break
  sleep 0.1
done
! owner || fail "another server (pid $pid) uses $data"

# The password may be newer than the cluster: who deletes a data folder does not reach a cluster that lies elsewhere.
digest="$(sha256sum <"$password_file")"
if [ "$digest" != "$(cat "$data/password.sha256" 2>/dev/null)" ]; then
  printf "ALTER ROLE embedplatform PASSWORD '%s';\n" "$(tr -d "\n'" <"$password_file")" |
    "${as_server_user[@]}" "$bin/postgres" --single -D "$data" postgres >/dev/null || fail "the password could not be set"
  printf '%s\n' "$digest" >"$data/password.sha256"
fi

# A fast shutdown also when this script is killed: the server would hold its port and its data.
with_script=()
if command -v setpriv >/dev/null; then with_script=(setpriv --pdeathsig INT); fi
"${as_server_user[@]}" "${with_script[@]}" "$bin/postgres" -D "$data" -p "$port" \
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
