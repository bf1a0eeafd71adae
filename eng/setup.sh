#!/usr/bin/env bash
# Sets up what is missing on this machine, one line a step. Idempotent: a second call only looks.
#   eng/setup.sh            everything that ./run and ./test need before they build
#   EMBEDPLATFORM_BACKING=native|containers|external   skips the question which backing services to use
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
cd "$root"
source eng/setup/common.sh

bash eng/setup/dotnet.sh

case "$(backing_services)" in
  containers) say "backing services" "containers: an engine answers, nothing to install" ;;
  external) say "backing services" "external: connection strings come from the configuration" ;;
  *)
    bash eng/setup/postgres.sh
    bash eng/setup/redis.sh
    ;;
esac
