#!/usr/bin/env bash
# PostgreSQL from the distribution, and pgvector 0.8.6 or later: the distribution's package where it is that new, else built.
# Earlier 0.8.x have bugs in HNSW builds and vacuum.
set -euo pipefail
source "$(dirname "$0")/common.sh"

wanted=0.8.6
source_sha256=25c9b78cfdaa43c66788d7490246ac24e4fe1c86f19c4b60c089b723f84a4a0d

# Where only an older pgvector was to be had, a later call does not build it again.
tried=.data/setup/pgvector-tried

server_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
[ -n "$(server_bin)" ] && [ -x "$(server_bin)/initdb" ] || install_packages postgresql
bin="$(server_bin)"
[ -n "$bin" ] || fail "PostgreSQL is installed but its server programs are not under /usr/lib/postgresql"
major="$(basename "$(dirname "$bin")")"
say "PostgreSQL" "$("$bin/postgres" --version | awk '{print $3}')"

pgvector_version() { sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" "/usr/share/postgresql/$major/extension/vector.control" 2>/dev/null || true; }

build_pgvector() {
  local folder mirror
  folder="$(mktemp -d)"
  trap 'rm -rf "$folder"' RETURN
  [ -x "$bin/pg_config" ] && [ -f "$("$bin/pg_config" --includedir-server)/postgres.h" ] || install_packages "postgresql-server-dev-$major"
  command -v make >/dev/null && command -v gcc >/dev/null || install_packages make gcc libc6-dev
  for mirror in $(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sort -u); do
    if /usr/lib/apt/apt-helper download-file "${mirror%/}/pool/main/p/pgvector/pgvector_$wanted.orig.tar.gz" \
      "$folder/pgvector.tar.gz" "SHA256:$source_sha256" >/dev/null 2>&1; then
      mkdir "$folder/source"
      tar -xzf "$folder/pgvector.tar.gz" -C "$folder/source" --strip-components 1
      build_tree "$folder/source" "$folder/log"
      return
    fi
  done

  # The mirror no longer serves that tarball: trixie's source, found with a source list of our own.
  say "pgvector" "$wanted is not served; taking trixie's (parallel index builds stay off)"
  mkdir -p "$folder/apt/lists/partial"
  mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | sort -u | head -n 1)"
  printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "$mirror" >"$folder/apt/sources.list"
  local options=(-o "Dir::Etc::sourcelist=$folder/apt/sources.list" -o "Dir::Etc::sourceparts=-" -o "Dir::State::lists=$folder/apt/lists")
  (cd "$folder" && apt-get "${options[@]}" update -qq && apt-get "${options[@]}" source -qq --download-only pgvector) >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2; fail "pgvector's source is not to be had"; }
  mkdir "$folder/source"
  tar -xzf "$folder"/pgvector_*.orig.tar.* -C "$folder/source" --strip-components 1
  build_tree "$folder/source" "$folder/log"
}

build_tree() {
  { make -C "$1" -j2 PG_CONFIG="$bin/pg_config" with_llvm=no && as_root make -C "$1" install PG_CONFIG="$bin/pg_config" with_llvm=no; } >"$2" 2>&1 ||
    { cat "$2" >&2; fail "pgvector could not be built"; }
}

have="$(pgvector_version)"
if [ -z "$have" ] || ! version_at_least "$have" "$wanted"; then
  packaged="$(apt-cache policy "postgresql-$major-pgvector" 2>/dev/null | sed -n 's/ *Candidate: *\([0-9.]*\).*/\1/p')"
  if [ -n "$packaged" ] && version_at_least "$packaged" "$wanted"; then
    install_packages "postgresql-$major-pgvector"
  elif [ -z "$have" ] || [ ! -e "$tried" ]; then
    build_pgvector
    mkdir -p "$(dirname "$tried")"
    touch "$tried"
  fi
fi
have="$(pgvector_version)"
[ -n "$have" ] || fail "pgvector is not there after its installation"
say "pgvector" "$have"
