//! Secrets to plant.

use proptest::prelude::*;
use proptest::string::string_regex;

use super::Printer;

/// Secrets that may stand anywhere, and such as need quotes.
pub const ALPHABETS: [&str; 5] = [
    "[0-9a-f]{16,40}",
    "[0-9A-Za-z]{8,40}",
    "[0-9A-Za-z_-]{8,40}",
    "[0-9A-Za-z/+]{20,40}={0,2}",
    "[!#$*+./0-9:;<?@A-Z^_a-z~-]{12,30}",
];

pub fn secret(printer: Printer) -> impl Strategy<Value = String> {
    let count = if printer.is_bare() { 3 } else { ALPHABETS.len() };
    (0..count).prop_flat_map(|at| string_regex(ALPHABETS[at]).expect("a pattern"))
}
