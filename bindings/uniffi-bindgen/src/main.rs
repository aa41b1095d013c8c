//! Generates the Swift and Kotlin sources for `keyrail-ffi` from the built library.
//!
//! `cargo xtask bindings` runs this program, which must use the same version of UniFFI as the
//! library.

fn main() {
    uniffi::uniffi_bindgen_main();
}
