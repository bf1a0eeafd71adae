#!/usr/bin/env bash
# Where the package feed is restricted, the ONNX Runtime binding and its native library come from npm.
set -euo pipefail
source "$(dirname "$0")/common.sh"

grep -q '<RestrictedFeed>true' eng/feed.props || exit 0
package=com.github.asus4.onnxruntime
wanted="$(sed -n "s/.*\"$package\": *\"\(.*\)\".*/\1/p" eng/npm/package.json)"
have="$(sed -n 's/.*"version": *"\(.*\)".*/\1/p' "eng/npm/node_modules/$package/package.json" 2>/dev/null || true)"
if [ "$have" != "$wanted" ]; then
  command -v npm >/dev/null || install_packages nodejs npm
  (cd eng/npm && npm install --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error >/dev/null) || fail "npm could not install $package $wanted"
fi
say "ONNX Runtime" "binding $wanted from npm"
