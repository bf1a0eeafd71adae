#!/usr/bin/env bash
# Starts a published program as its image would, where no container engine runs: as user 1654 without capabilities, in a root of its own that is
# read-only, with the program at /app, models at /models (read-only), a writable /tmp in memory, and the environment that is given and nothing else.
#   start-as-image.sh EMPTY_FOLDER PUBLISHED MODELS NAME=VALUE... -- PROGRAM.dll [ARGUMENTS]
# Needs root (mount namespaces, another user). Its process becomes the program: what it is sent, the program gets.
set -euo pipefail

if [ "${1:-}" != --inside ]; then
  exec unshare --mount -- bash "$0" --inside "$@"
fi
shift

root="$1" published="$2" models="$3"
shift 3
environment=()
while [ "$1" != -- ]; do environment+=("$1"); shift; done
shift
dotnet="$(dirname "$(readlink -f "$(command -v dotnet)")")"

mount --make-rprivate /
mount -t tmpfs -o mode=755,size=1m root "$root"
bind() {
  mkdir -p "$root$2"
  mount --rbind "$1" "$root$2"
  case "$2" in /proc | /dev | /sys) ;; *) mount -o remount,bind,ro "$root$2" ;; esac
}
for folder in /usr /bin /lib /lib64 /etc /proc /dev /sys; do
  if [ -L "$folder" ]; then cp -P "$folder" "$root$folder"; elif [ -d "$folder" ]; then bind "$folder" "$folder"; fi
done
bind "$dotnet" /dotnet
bind "$published" /app
bind "$models" /models
mkdir "$root/tmp"
mount -t tmpfs -o mode=1777,size=64m tmp "$root/tmp"
mount -o remount,ro "$root"

exec chroot "$root" setpriv --reuid 1654 --regid 1654 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \
  env -i -C /app PATH=/usr/bin:/bin DOTNET_ROOT=/dotnet DOTNET_RUNNING_IN_CONTAINER=true "${environment[@]}" /dotnet/dotnet "$@"
