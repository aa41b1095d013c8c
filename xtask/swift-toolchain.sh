#!/usr/bin/env bash
# Swift on Linux: finds it, installs it, runs a command with it.
#
#   xtask/swift-toolchain.sh check                        is there a Swift to run?
#   xtask/swift-toolchain.sh install                      bring one, unless there is
#   xtask/swift-toolchain.sh run [--bind DIR]... -- swift ARGS...
#
# A Swift on the PATH (a Mac, swift.org, Debian 13) is used as it is. Debian 12
# has none, so a small Debian 13 that has it is kept beside the system, in
# ${KEYRAIL_SWIFT_ROOT:-/opt/keyrail-swift}, and entered with chroot. The mounts
# it needs are made for each run in a mount namespace of that run's own: they
# end with it, however it ends, and no other run or checkout sees them.
set -euo pipefail

root=${KEYRAIL_SWIFT_ROOT:-/opt/keyrail-swift}
packages=swiftlang,libc6-dev,libstdc++-14-dev

say() { printf 'swift-toolchain: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# OpenStack has a command of the same name, hence the look at what it answers.
native() { command -v swift >/dev/null && swift --version 2>&1 | grep -q 'Swift version'; }

# The link in usr/bin is absolute and points nowhere from outside, hence -L.
contained() { [ -L "$root/usr/bin/swift" ] && enter -- swift --version >/dev/null 2>&1; }

# enter [--bind DIR]... -- COMMAND...: the command inside the root, with those
# folders at their own paths.
enter() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --propagation private -- bash -euc '
    root=$1; shift
    mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/tmp"
    while [ "$1" = --bind ]; do
      mkdir -p "$root$2"
      mount --bind "$2" "$root$2"
      shift 2
    done
    shift
    exec chroot "$root" env HOME=/root PATH=/usr/local/bin:/usr/bin:/bin "$@"
  ' enter "$root" "$@"
}

as_root() { [ "$(id -u)" = 0 ] || die "run \`$0 $1\` as root, or put a Swift 6 on the PATH (https://www.swift.org/install)"; }

# The machine's own mirror: apt knows it, whichever format its sources have.
mirror() {
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$1" '$1 == suite { print $2; exit }'
}

from_debian() { apt-get update -q && apt-get install -y -q --no-install-recommends "$1"; }

# Built under another name and renamed when it works, so that an installation
# cut short is never taken for a whole one.
build_root() {
  local from partial=$root.partial
  command -v debootstrap >/dev/null || from_debian debootstrap
  from=${KEYRAIL_DEBIAN_MIRROR:-$(mirror bookworm)}
  [ -n "$from" ] || die "no Debian mirror among apt's sources: name one in KEYRAIL_DEBIAN_MIRROR"
  eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
  [ -z "${http_proxy:-}" ] || export http_proxy

  if [ -e "$root" ]; then
    [ -e "$root/etc/debian_version" ] || [ -e "$root/debootstrap" ] || [ -z "$(ls -A "$root")" ] ||
      die "$root is something else: set KEYRAIL_SWIFT_ROOT to a folder of its own"
    say "the Swift in $root does not run: making it anew"
  fi
  rm -rf --one-file-system "$partial"
  mkdir -p "$partial"
  say "installing Debian 13 with Swift in $root (450 MB to fetch, 3 GB on disk)"
  # It mounts too: in a namespace of its own, nothing stays mounted if it is killed.
  unshare --mount --propagation private -- \
    debootstrap --variant=minbase --include="$packages" trixie "$partial" "$from" >"$partial.log" 2>&1 ||
    { tail -n 20 "$partial.log" >&2; die "debootstrap failed, see $partial.log"; }
  rm -rf "$partial"/var/cache/apt/archives/*.deb
  rm -rf --one-file-system "$root"
  mv "$partial" "$root"
  rm -f "$partial.log"
  contained || die "the new Swift in $root does not run"
}

install() {
  native && { say "using $(command -v swift)"; return; }
  as_root install
  mkdir -p "$(dirname "$root")"
  exec 9>"$root.lock"
  flock 9 # two checkouts may ask at once
  contained && { say "using $root"; return; }
  # shellcheck source=/dev/null
  case "$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-}")" in
    "debian 12") build_root ;;
    "debian 13") from_debian swiftlang ;;
    *) die "no recipe for this system: see https://www.swift.org/install" ;;
  esac
  say "ready"
}

case "${1:-}" in
  check) native || contained ;;
  install) install ;;
  run)
    shift
    if native; then
      while [ "$1" = --bind ]; do shift 2; done
      shift
      exec "$@"
    fi
    as_root run
    enter "$@"
    ;;
  *) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
