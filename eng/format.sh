#!/usr/bin/env bash
# Formats all C#: CSharpier breaks lines at the limit of .csharpierrc.yaml, then dotnet format settles the few spaces on which the two differ.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet tool restore >/dev/null
dotnet csharpier format .
dotnet format whitespace EmbedPlatform.sln --no-restore
