#!/usr/bin/env bash
# Chromium from the distribution, for the tests that look at pages; they are skipped where it is not to be had.
set -euo pipefail
source "$(dirname "$0")/common.sh"

if ! command -v chromium >/dev/null && command -v apt-get >/dev/null; then install_packages chromium; fi
if command -v chromium >/dev/null; then say "Chromium" "$(chromium --version 2>/dev/null | awk '{print $2}')"; else say "Chromium" "not there; tests of pages are skipped"; fi
