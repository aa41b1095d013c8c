//! Generators of the secrets in a structure.

use keyrail_key::KeyFormat;
use proptest::prelude::*;
use proptest::string::string_regex;

use crate::generator::Printer;

/// Patterns of secrets. The last two need quotes.
const PATTERNS: [&str; 7] = [
    "[0-9a-f]{16,40}",
    "[0-9A-Za-z]{8,40}",
    "[0-9A-Za-z_-]{8,40}",
    "[0-9A-Za-z/+]{20,40}={0,2}",
    "[!#$+./0-9?@A-Z^_a-z~-][!#$+./0-9:?@A-Z^_a-z~-]{12,30}",
    "[ !#$&()+,./0-9:;<=>?@A-Z^_a-z{|}~é-]{12,30}[a-z]",
    "[0-9A-Za-z'\"\\\\]{12,30}",
];
/// The number of patterns that need no quotes.
const BARE: usize = 5;

pub fn secret(printer: Printer) -> impl Strategy<Value = String> {
    let count = if printer.is_bare() { BARE } else { PATTERNS.len() };
    (0..count).prop_flat_map(|at| string_regex(PATTERNS[at]).expect("the pattern is invalid"))
}

/// Generates secrets of letters and digits, which can be in any context.
pub fn simple() -> impl Strategy<Value = String> {
    string_regex("[0-9A-Za-z]{12,40}").expect("the pattern is invalid")
}

/// Generates keys of Keyrail's format.
pub fn key() -> impl Strategy<Value = String> {
    any::<[u8; 32]>().prop_map(|entropy| {
        KeyFormat::keyrail()
            .generate("live", &entropy)
            .expect("no key was generated")
            .reveal()
            .to_owned()
    })
}
