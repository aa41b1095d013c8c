//! Writes the Swift and Kotlin sources of `keyrail-ffi` from the built library.
//!
//! `cargo xtask bindings` calls it; the version of UniFFI is the library's own.

fn main() {
    uniffi::uniffi_bindgen_main();
}
