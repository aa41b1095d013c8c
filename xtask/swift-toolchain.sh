#!/usr/bin/env bash
# Finds Swift, installs it (on Debian), or runs a command with it.
#
#   xtask/swift-toolchain.sh check                        is a Swift installed?
#   xtask/swift-toolchain.sh install                      install one if not
#   xtask/swift-toolchain.sh run [--bind DIR]... -- swift ARGS...
#
# A Swift toolchain on the PATH is used directly: for example Apple's, Debian 13's, or
# one from swift.org. Debian 12 has no Swift, so a small Debian 13 with Swift is
# installed in ${KEYRAIL_SWIFT_ROOT:-/opt/keyrail-swift}, and entered with chroot. Each
# run mounts what it needs in its own mount namespace. Its mounts are removed when the
# run ends for any reason, and other runs do not see them.
set -euo pipefail

root=${KEYRAIL_SWIFT_ROOT:-/opt/keyrail-swift}
packages=swiftlang,libc6-dev,libstdc++-14-dev

say() { printf 'swift-toolchain: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# OpenStack has a command of the same name, so the output is checked.
native() { command -v swift >/dev/null && swift --version 2>&1 | grep -q 'Swift version'; }

# -L tests only the link: its target is an absolute path, which exists only inside the chroot.
contained() { [ -L "$root/usr/bin/swift" ] && enter -- swift --version >/dev/null 2>&1; }

# enter [--bind DIR]... -- COMMAND...: runs the command in the chroot, with those folders
# mounted at the same paths.
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

# mirror SUITE: prints the machine's Debian mirror. Asks apt, which reads its sources in
# every format.
mirror() {
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$1" '$1 == suite { print $2; exit }'
}

from_debian() { apt-get update -q && apt-get install -y -q --no-install-recommends "$1"; }

# Installs into another folder and renames it at the end, so that an interrupted
# installation is never used.
build_root() {
  local from partial=$root.partial
  command -v debootstrap >/dev/null || from_debian debootstrap
  from=${KEYRAIL_DEBIAN_MIRROR:-$(mirror bookworm)}
  [ -n "$from" ] || die "no Debian mirror in apt's sources: set KEYRAIL_DEBIAN_MIRROR"
  eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
  [ -z "${http_proxy:-}" ] || export http_proxy

  if [ -e "$root" ]; then
    [ -e "$root/etc/debian_version" ] || [ -e "$root/debootstrap" ] || [ -z "$(ls -A "$root")" ] ||
      die "$root has other content: set KEYRAIL_SWIFT_ROOT to another folder"
    say "no working Swift in $root: installing it"
  fi
  rm -rf --one-file-system "$partial"
  mkdir -p "$partial"
  say "installing Debian 13 with Swift in $root (450 MB to fetch, 3 GB on disk)"
  # debootstrap also mounts file systems. In a separate namespace, they are unmounted
  # even if debootstrap is killed.
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
  flock 9 # two checkouts could install at the same time
  contained && { say "using $root"; return; }
  # shellcheck source=/dev/null
  case "$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-}")" in
    "debian 12") build_root ;;
    "debian 13") from_debian swiftlang ;;
    *) die "this system is not supported: see https://www.swift.org/install" ;;
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
    [ -L "$root/usr/bin/swift" ] || die "Swift is not installed: run \`$0 install\`"
    enter "$@"
    ;;
  *) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
