#!/usr/bin/env bash
# The .NET SDK is the one thing that set-up does not install by itself.
set -euo pipefail
source "$(dirname "$0")/common.sh"

wanted="$(sed -n 's/.*"version": *"\([0-9]*\)\..*/\1/p' global.json | head -n 1)"
command -v dotnet >/dev/null || fail "the .NET $wanted SDK is missing: install it from https://dotnet.microsoft.com/download and run this again"
have="$(dotnet --version 2>/dev/null || true)"
[ -n "$have" ] || fail "no .NET SDK fits global.json ($wanted or a later feature band); installed: $(dotnet --list-sdks | tr '\n' ' ')"
say ".NET SDK" "$have"
