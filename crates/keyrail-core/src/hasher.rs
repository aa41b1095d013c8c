//! Hash functions for table lookups. A hash only determines where a search starts: each entry
//! found there is compared with the value that is searched for.

use rapidhash::v3::{RapidSecrets, rapidhash_v3_nano_inline};

/// 2^64 divided by the golden ratio. Multiplication by this number distributes small numbers
/// evenly.
const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash function, one of a fixed sequence that is the same on every platform.
#[derive(Clone)]
pub struct Seed {
    number: u32,
    secrets: RapidSecrets,
}

/// The first hash function. The values of a message are hashed with it once, for all tables.
/// A table uses another function only if too many of its strings have similar hashes, which
/// happens only if the strings were chosen to cause it.
pub static FIRST: Seed = Seed::new(0);

impl Seed {
    pub const fn new(number: u32) -> Self {
        let seed = (number as u64).wrapping_add(1).wrapping_mul(GOLDEN_RATIO);
        Self { number, secrets: RapidSecrets::seed(seed) }
    }

    /// Returns the index of this function in the sequence.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Returns whether this is the first function of the sequence.
    #[inline]
    pub const fn is_first(&self) -> bool {
        self.number == 0
    }

    /// Returns the hash of a string.
    #[inline]
    pub fn text(&self, text: &str) -> u64 {
        self.bytes(text.as_bytes())
    }

    /// Returns the hash of a string, passed as its bytes.
    #[inline]
    pub fn bytes(&self, bytes: &[u8]) -> u64 {
        let [a, b, c, ..] = self.secrets.secrets;
        // Most strings have at most 16 bytes: their first 8 and last 8 bytes cover them.
        match ends(bytes) {
            Some((start, end)) => fold(fold(start ^ a, end ^ b) ^ bytes.len() as u64, c),
            None => self.long(bytes),
        }
    }

    /// Returns the hash of a string of more than 16 bytes. This is a separate function, so that the
    /// function `bytes` stays small enough to be inlined.
    #[inline(never)]
    fn long(&self, bytes: &[u8]) -> u64 {
        rapidhash_v3_nano_inline::<true, false>(bytes, &self.secrets)
    }

    /// Returns the hash of a field together with a string. `text` is the hash of the string.
    #[inline]
    pub fn in_field(&self, field: u32, text: u64) -> u64 {
        let [.., d] = self.secrets.secrets;
        fold(text ^ u64::from(field).wrapping_mul(GOLDEN_RATIO), d)
    }

    /// Returns the hash of a sequence of numbers.
    #[inline]
    pub fn numbers(&self, numbers: impl IntoIterator<Item = u64>) -> u64 {
        let [a, b, c, ..] = self.secrets.secrets;
        fold(numbers.into_iter().fold(a, |hash, number| fold(number ^ hash, b)), c)
    }
}

impl Default for Seed {
    fn default() -> Self {
        FIRST.clone()
    }
}

/// Returns two numbers. One contains the first bytes of a string and the other the last bytes;
/// together, they contain all its bytes. Returns `None` for a string of more than 16 bytes.
#[inline]
fn ends(bytes: &[u8]) -> Option<(u64, u64)> {
    if bytes.len() > 16 {
        return None;
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return Some((u64::from_le_bytes(*first), u64::from_le_bytes(*last)));
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return Some((u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()));
    }
    let byte_at = |index: usize| bytes.get(index).copied().map_or(0, u64::from);
    // The first, the middle and the last byte cover a string of at most three bytes.
    let start = byte_at(0) | byte_at(bytes.len() / 2) << 8;
    Some((start, byte_at(bytes.len().saturating_sub(1))))
}

/// Returns whether two strings are the same.
#[inline]
pub fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && starts_with(a, b)
}

/// Returns whether a string starts with another. Short strings are compared inline, without
/// a function call.
#[inline]
pub fn starts_with(text: &[u8], start: &[u8]) -> bool {
    match (text.get(..start.len()), start) {
        (None, _) => false,
        (Some([]), _) => true,
        (Some([a]), [b]) => a == b,
        (Some([a, b]), [c, d]) => (a, b) == (c, d),
        (Some([a, b, c]), [d, e, f]) => (a, b, c) == (d, e, f),
        (Some(text), _) => match (ends(text), ends(start)) {
            (Some(text), Some(start)) => text == start,
            _ => text == start,
        },
    }
}

/// Returns the XOR of the upper and the lower half of the 128-bit product.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::{Seed, is_same, starts_with};

    #[test]
    fn comparisons_and_hashes_agree_with_string_equality() {
        // All strings of at most 19 characters that consist of `a` and at most one `b`.
        let mut strings: Vec<String> = Vec::new();
        for length in 0..20 {
            strings.push("a".repeat(length));
            for at in 0..length {
                strings.push("a".repeat(at) + "b" + &"a".repeat(length - at - 1));
            }
        }
        let seed = Seed::new(3);
        for a in &strings {
            for b in &strings {
                assert_eq!(is_same(a.as_bytes(), b.as_bytes()), a == b, "{a} {b}");
                let starts = starts_with(a.as_bytes(), b.as_bytes());
                assert_eq!(starts, a.starts_with(b), "{a} {b}");
                assert_eq!(seed.text(a) == seed.text(b), a == b, "{a} {b}");
            }
            assert_ne!(seed.in_field(1, seed.text(a)), seed.in_field(2, seed.text(a)));
            assert_ne!(seed.text(a), Seed::new(4).text(a));
        }
    }
}
