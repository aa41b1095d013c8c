#!/usr/bin/env bash
# Builds the Swift package for Apple's systems in dist/apple/keyrail. It contains the
# native library for iOS, the iOS Simulator and macOS as KeyrailFFI.xcframework. Needs a
# Mac with Xcode.
#
#   Without an argument, builds the package. With `--dry-run`, compiles the library for iOS and
#   macOS without linking it, builds it for this machine, and prints the commands of Apple's tools
#   without running them. A dry run writes to the target folder, and installs the Rust targets that
#   it needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

dry_run=
case "${1:-}" in
  '') ;;
  --dry-run) dry_run=1 ;;
  *) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac

die() { printf 'xcframework: %s\n' "$*" >&2; exit 1; }
say() { printf 'xcframework: %s\n' "$*"; }
# Runs a command of Apple's tools. A dry run prints the command instead.
apple() { if [ -n "$dry_run" ]; then say "would run: $*"; else "$@"; fi; }

target=${CARGO_TARGET_DIR:-target}
dist=dist/apple
[ -z "$dry_run" ] || dist=$target/apple
package=$dist/keyrail
headers=$(mktemp -d)
trap 'rm -rf "$headers"' EXIT

say "Swift sources"
cargo xtask bindings
# Each framework needs its own folder of headers: two module maps in one folder would collide.
mkdir -p "$headers/KeyrailFFI"
cp bindings/swift/Sources/KeyrailFFI/{KeyrailFFI.h,module.modulemap} "$headers/KeyrailFFI/"

library() { printf '%s/%s/mobile/libkeyrail_ffi.a' "$target" "$1"; }
targets=(
  aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios
  aarch64-apple-darwin x86_64-apple-darwin
)
# A dry run compiles for one target of each system.
[ -z "$dry_run" ] || targets=(aarch64-apple-ios x86_64-apple-darwin)

say "native libraries"
rustup target add "${targets[@]}"
build=(--profile mobile --locked --package keyrail-ffi)
if [ -z "$dry_run" ]; then
  cargo build "${build[@]}" "${targets[@]/#/--target=}"
else
  # Compiling needs no tool of Apple's, linking does.
  cargo check "${build[@]}" "${targets[@]/#/--target=}"
  cargo build "${build[@]}"
  [ -s "$target/mobile/libkeyrail_ffi.a" ] || die "no static library was built"
fi
mkdir -p "$target/apple/simulator" "$target/apple/macos"
apple lipo -create "$(library aarch64-apple-ios-sim)" "$(library x86_64-apple-ios)" \
  -output "$target/apple/simulator/libkeyrail_ffi.a"
apple lipo -create "$(library aarch64-apple-darwin)" "$(library x86_64-apple-darwin)" \
  -output "$target/apple/macos/libkeyrail_ffi.a"

say "package"
rm -rf "$package"
mkdir -p "$package"
cp -R bindings/swift/Package.swift bindings/swift/README.md bindings/swift/Sources "$package/"
# KeyrailFFI.xcframework replaces the system library target KeyrailFFI.
rm -r "$package/Sources/KeyrailFFI"
cp CHANGELOG.md LICENSE-APACHE LICENSE-MIT bindings/uniffi/THIRD-PARTY-LICENSES.txt "$package/"
sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1 > "$package/VERSION"
apple xcodebuild -create-xcframework \
  -library "$(library aarch64-apple-ios)" -headers "$headers" \
  -library "$target/apple/simulator/libkeyrail_ffi.a" -headers "$headers" \
  -library "$target/apple/macos/libkeyrail_ffi.a" -headers "$headers" \
  -output "$package/KeyrailFFI.xcframework"
apple ditto -c -k --keepParent "$package/KeyrailFFI.xcframework" "$dist/KeyrailFFI.xcframework.zip"
apple swift package compute-checksum "$dist/KeyrailFFI.xcframework.zip"
say "$package"
