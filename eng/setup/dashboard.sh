#!/usr/bin/env bash
# Where the package feed is restricted, the Aspire dashboard comes out of the Aspire CLI's npm package (Linux x64).
# The platform runs without it: what goes wrong here is said in one line and ends nothing.
#   EMBEDPLATFORM_DASHBOARD=false   do without: 152 MB on disk
set -euo pipefail
source "$(dirname "$0")/common.sh"

grep -q '<RestrictedFeed>true' eng/feed.props || exit 0
package=@microsoft/aspire-cli-linux-x64
wanted="$(sed -n "s|.*\"$package\": *\"\(.*\)\".*|\1|p" eng/dashboard/package.json)"
without() {
  say "Aspire dashboard" "not there, the platform runs without: $1"
  exit 0
}

[ "${EMBEDPLATFORM_DASHBOARD:-true}" != false ] || without "EMBEDPLATFORM_DASHBOARD=false"
if [ "$(cat eng/dashboard/bundle/version 2>/dev/null)" != "$wanted" ]; then
  [ "$(uname -sm)" = "Linux x86_64" ] || without "its package is for Linux x64"
  command -v npm >/dev/null || without "npm is missing"
  folder="$(mktemp -d -p eng/dashboard .new.XXXXXX)"
  trap 'rm -rf "$folder"' EXIT
  cp eng/dashboard/package.json "$folder/"
  (cd "$folder" && npm install --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error >/dev/null 2>&1) ||
    without "npm could not install $package $wanted"

  # The command line tool unpacks itself beside itself, and sometimes into its user's home as well; the rest of it is not needed.
  aspire="$folder/node_modules/$package/bin/aspire"
  mkdir "$folder/home"
  chmod +x "$aspire"
  HOME="$PWD/$folder/home" ASPIRE_CLI_TELEMETRY_OPTOUT=true timeout 300 "$aspire" setup --non-interactive --nologo </dev/null >"$folder/log" 2>&1 || true
  managed="$(find "$folder/node_modules" "$folder/home" -path '*/managed/aspire-managed' -type f | sed -n 1p)"
  [ -n "$managed" ] || without "$package $wanted did not unpack"
  rm -rf eng/dashboard/bundle
  mv "$(dirname "$managed")" eng/dashboard/bundle
  echo "$wanted" >eng/dashboard/bundle/version
fi
say "Aspire dashboard" "$wanted from npm"
