#!/usr/bin/env bash
# Writes the tables of docs/configuration.md from the options classes; a test compares them.
set -euo pipefail
cd "$(dirname "$0")/.."
EMBEDPLATFORM_UPDATE_DOCS=1 dotnet test tests/Architecture.Tests --nologo -v q --filter 'FullyQualifiedName~OptionsTableTests'
