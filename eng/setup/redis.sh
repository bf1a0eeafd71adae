#!/usr/bin/env bash
# Redis from the distribution. The platform starts its own server; the distribution's service is not started.
set -euo pipefail
source "$(dirname "$0")/common.sh"

command -v redis-server >/dev/null || install_packages redis-server
say "Redis" "$(redis-server --version | sed -n 's/.* v=\([^ ]*\).*/\1/p')"
