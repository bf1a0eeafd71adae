# Sourced by the set-up scripts: how they speak, ask and install.

say() { printf '  %-18s %s\n' "$1" "$2"; }

fail() {
  printf 'setup: %s\n' "$1" >&2
  exit 1
}

# Which backing services the platform will use: containers where an engine answers, else native ones.
backing_services() {
  if [ -n "${EMBEDPLATFORM_BACKING:-}" ]; then
    echo "$EMBEDPLATFORM_BACKING"
  elif command -v docker >/dev/null && timeout 5 docker info >/dev/null 2>&1; then
    echo containers
  else
    echo native
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "installing needs root: run as root, or install sudo (wanted: $*)"
  fi
}

# Installs packages of the distribution without starting their services: the platform runs its own on its own ports.
install_packages() {
  command -v apt-get >/dev/null || fail "please install $* with your system's package manager, then run this again"
  local log
  log="$(mktemp)"
  if ! apt-cache show "$@" >/dev/null 2>&1 || ! RUNLEVEL=1 apt_install "$log" "$@"; then
    as_root apt-get update -qq >>"$log" 2>&1 || true
    RUNLEVEL=1 apt_install "$log" "$@" || { cat "$log" >&2; fail "apt-get could not install $*"; }
  fi
  rm -f "$log"
}

apt_install() {
  local log="$1"
  shift
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1
}

# version_at_least HAVE WANTED
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }
