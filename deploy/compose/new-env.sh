#!/usr/bin/env bash
# Writes .env beside itself: random passwords and API keys, and limits that fit this machine. Prints the key of SearchApi's callers, once.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
if [ -e .env ]; then
  echo ".env is there already; remove it to make a new one (the database keeps the password that it was made with)" >&2
  exit 1
fi

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
sha256() { printf %s "$1" | sha256sum | cut -d' ' -f1; }
# Shares of the machine: 6 and 4 of 16 cores, and never more than that.
share() { local n=$(( $(nproc) * $1 / 16 )); echo $(( n < 1 ? 1 : n > $1 ? $1 : n )); }
at_most() { local n; n="$(nproc)"; echo $(( n < $1 ? n : $1 )); }

search_key="ep_$(random)"
models_key="ep_$(random)"
umask 077
sed \
  -e "s/^POSTGRES_PASSWORD=.*/POSTGRES_PASSWORD=$(random)/" \
  -e "s/^CACHE_PASSWORD=.*/CACHE_PASSWORD=$(random)/" \
  -e "s/^SEARCH_KEY_HASH=.*/SEARCH_KEY_HASH=$(sha256 "$search_key")/" \
  -e "s/^MODELS_KEY=.*/MODELS_KEY=$models_key/" \
  -e "s/^MODELS_KEY_HASH=.*/MODELS_KEY_HASH=$(sha256 "$models_key")/" \
  -e "s/^EMBED_CPUS=.*/EMBED_CPUS=$(share 6)/" \
  -e "s/^RERANK_CPUS=.*/RERANK_CPUS=$(share 4)/" \
  -e "s/^SEARCH_CPUS=.*/SEARCH_CPUS=$(at_most 2)/" \
  -e "s/^POSTGRES_CPUS=.*/POSTGRES_CPUS=$(at_most 4)/" \
  .env.example > .env
echo "wrote $PWD/.env"
echo "SearchApi's key (Authorization: Bearer ...), shown only now: $search_key"
