#!/usr/bin/env bash
# Serves Redis in the foreground, on loopback, as a cache: nothing is written to disk, and old values make room for new ones.
#   eng/native/redis.sh --data DIR --port PORT
set -euo pipefail

while [ $# -gt 0 ]; do
  case "$1" in
    --data) data="$2" ;;
    --port) port="$2" ;;
    *) printf 'redis: unknown argument %s\n' "$1" >&2; exit 1 ;;
  esac
  shift 2
done
: "${data:?--data is missing}" "${port:?--port is missing}"

command -v redis-server >/dev/null || { echo 'redis: Redis is not installed; run eng/setup.sh' >&2; exit 1; }
mkdir -p "$data"
exec redis-server --bind 127.0.0.1 --port "$port" --dir "$data" --save '' --appendonly no \
  --maxmemory 512mb --maxmemory-policy allkeys-lru --loglevel warning
