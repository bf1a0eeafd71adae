#!/usr/bin/env bash
# Builds projects of the top level with what they refer to, quietly, and only when a source is newer than the last build.
#   eng/build.sh PROJECT...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The folders of a project and of all that it refers to.
folders_of() {
  local reference
  echo "$1"
  sed -n 's/.*<ProjectReference .*Include="\([^"]*\)".*/\1/p' "$1"/*.csproj | tr '\\' '/' | while read -r reference; do
    reference="$(dirname "$reference")"
    [ ! -d "${reference#../}" ] || folders_of "${reference#../}"
  done
}

begun=""
log=""

build() {
  local project="$1" stamp="$1/bin/.built" folder code=0
  local folders=()
  mapfile -t folders < <(folders_of "$project" | sort -u)
  if [ -e "$stamp" ] && [ -z "$(find "${folders[@]}" Directory.*.* global.json \
    \( -name bin -o -name obj \) -prune -o -newer "$stamp" -print -quit)" ]; then
    return 0
  fi

  # Before the time is taken: what the build makes must not look like a change of the sources.
  for folder in "${folders[@]}"; do mkdir -p "$folder/bin" "$folder/obj"; done
  trap 'rm -f "$begun" "$log"' EXIT
  begun="$(mktemp "$project/bin/.begun.XXXXXX")"
  log="$(mktemp)"
  # No build servers: they would stay behind when everything else has ended.
  dotnet build "$project" --nologo -v q -clp:NoSummary -nodeReuse:false -p:UseSharedCompilation=false >"$log" 2>&1 9>&- || code=$?
  if [ "$code" = 0 ]; then
    mv -f "$begun" "$stamp"
  else
    { grep -m 5 -E 'error' "$log" || tail -n 5 "$log"; } >&2
  fi
  rm -f "$begun" "$log"
  return "$code"
}

command -v dotnet >/dev/null || { echo 'build: dotnet is missing: install the .NET SDK that global.json names' >&2; exit 1; }
# Two builds at a time would write the same files.
mkdir -p .data
exec 9>.data/build.lock
if command -v flock >/dev/null; then flock 9; fi
for project in "$@"; do
  build "$project" || { echo "build: $project does not build" >&2; exit 1; }
done
