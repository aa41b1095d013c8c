#!/usr/bin/env bash
# Builds the Android library: dist/android/keyrail-VERSION.aar, with the native library for
# four ABIs. Needs cargo-ndk (`cargo install cargo-ndk --locked`), an Android NDK in
# ANDROID_NDK_HOME, Java and Maven.
#
#   bindings/kotlin/aar.sh             build it
#   bindings/kotlin/aar.sh --dry-run   run all steps that do not need the NDK: the AAR is written
#                                      to the target folder, and contains the library of this
#                                      machine instead of Android's
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

dry_run=
case "${1:-}" in
  '') ;;
  --dry-run) dry_run=1 ;;
  *) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac

die() { printf 'aar: %s\n' "$*" >&2; exit 1; }
say() { printf 'aar: %s\n' "$*"; }

target=${CARGO_TARGET_DIR:-target}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
abis=(arm64-v8a armeabi-v7a x86_64 x86)
targets=(aarch64-linux-android armv7-linux-androideabi x86_64-linux-android i686-linux-android)
aar=$(mktemp -d)
trap 'rm -rf "$aar"' EXIT

say "Kotlin classes"
cargo xtask bindings
# Removes the native library of this machine, which an earlier build may have left.
rm -rf bindings/kotlin/target/classes
mvn --quiet --batch-mode --no-transfer-progress --file bindings/kotlin/pom.xml \
  -Dmaven.test.skip=true -Dkeyrail.natives="$aar/none" package
cp "bindings/kotlin/target/keyrail-$version.jar" "$aar/classes.jar"

if [ -n "$dry_run" ]; then
  say "native library of this machine, in place of ${abis[*]}"
  cargo rustc --profile mobile --locked --package keyrail-ffi --crate-type cdylib
  mkdir -p "$aar/jni/x86_64"
  cp "$target/mobile/libkeyrail_ffi.so" "$aar/jni/x86_64/"
else
  [ -d "${ANDROID_NDK_HOME:-}" ] || die "set ANDROID_NDK_HOME to an Android NDK"
  cargo ndk --version >/dev/null 2>&1 || die "install cargo-ndk: cargo install cargo-ndk --locked"
  say "native libraries of ${abis[*]}"
  rustup target add "${targets[@]}"
  export RUSTFLAGS="${RUSTFLAGS:-} -Clink-arg=-Wl,--icf=all"
  cargo ndk --platform 21 --output-dir "$aar/jni" "${abis[@]/#/--target=}" \
    rustc --profile mobile --locked --package keyrail-ffi --crate-type cdylib
fi

say "archive"
cat > "$aar/AndroidManifest.xml" <<'XML'
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="io.keyrail">
  <uses-sdk android:minSdkVersion="21" />
</manifest>
XML
: > "$aar/R.txt"
# Rules for R8: keep the classes that JNA finds by reflection.
printf -- '-keep class com.sun.jna.** { *; }\n-keep class io.keyrail.ffi.** { *; }\n' > "$aar/proguard.txt"
folder=dist/android
[ -z "$dry_run" ] || folder=$target/android
mkdir -p "$aar/META-INF" "$folder"
cp CHANGELOG.md LICENSE-APACHE LICENSE-MIT bindings/uniffi/THIRD-PARTY-LICENSES.txt "$aar/META-INF/"
out="$(cd "$folder" && pwd)/keyrail-$version.aar"
rm -f "$out"
(cd "$aar" && jar --create --no-manifest --file "$out" AndroidManifest.xml R.txt classes.jar jni proguard.txt META-INF)
say "$out"
