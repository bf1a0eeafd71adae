#!/usr/bin/env bash
# Writes secrets.env beside itself: random passwords and API keys. Prints the key of SearchApi's callers, once.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
if [ -e secrets.env ]; then
  echo "secrets.env is there already; remove it to make a new one (the database keeps the password that it was made with)" >&2
  exit 1
fi

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
sha256() { printf %s "$1" | sha256sum | cut -d' ' -f1; }

search_key="ep_$(random)"
models_key="ep_$(random)"
metrics_key="ep_$(random)"
postgres="$(random)"
redis="$(random)"
umask 077
cat > secrets.env <<EOF
POSTGRES_PASSWORD=$postgres
REDIS_PASSWORD=$redis
VECTORS=Host=postgres;Port=5432;Username=embedplatform;Password=$postgres;Database=vectors
CACHE=cache:6379,password=$redis,abortConnect=false
SEARCH_KEY_HASH=$(sha256 "$search_key")
MODELS_KEY=$models_key
MODELS_KEY_HASH=$(sha256 "$models_key")
METRICS_KEY=$metrics_key
METRICS_KEY_HASH=$(sha256 "$metrics_key")
EOF
echo "wrote $PWD/secrets.env"
echo "SearchApi's key (Authorization: Bearer ...), shown only now: $search_key"
