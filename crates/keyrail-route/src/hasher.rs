//! Hashes of what tables look up. They only say where to look: what is found
//! is always compared.

use rapidhash::v3::{RapidSecrets, rapidhash_v3_nano_inline};

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// One of a fixed sequence of hash functions, the same on every platform.
#[derive(Clone)]
pub(crate) struct Seed {
    secrets: RapidSecrets,
}

impl Seed {
    pub(crate) fn new(number: u32) -> Self {
        let seed = u64::from(number).wrapping_add(1).wrapping_mul(FACTOR);
        Self { secrets: RapidSecrets::seed(seed) }
    }

    /// The hash of a text in a field.
    #[inline]
    pub(crate) fn text(&self, field: u32, text: &str) -> u64 {
        let hash = rapidhash_v3_nano_inline::<true, false>(text.as_bytes(), &self.secrets);
        fold(hash ^ u64::from(field).wrapping_mul(FACTOR), self.secrets.secrets[0] | 1)
    }

    /// The hash of numbers in their order.
    #[inline]
    pub(crate) fn numbers(&self, numbers: &[u32]) -> u64 {
        let [a, b, c, ..] = self.secrets.secrets;
        let two = |first: u32, second: u32| u64::from(first) << 32 | u64::from(second);
        let mut hash = a;
        let mut rest = numbers;
        while let [first, second, third, fourth, more @ ..] = rest {
            hash = fold(two(*first, *second) ^ hash, two(*third, *fourth) ^ b);
            rest = more;
        }
        let (left, right) = match rest {
            [first, second, third, ..] => (two(*first, *second), u64::from(*third)),
            [first, second] => (two(*first, *second), 0),
            [first] => (u64::from(*first), 0),
            [] => (0, 0),
        };
        fold(fold(left ^ hash, right ^ b), c)
    }
}

impl Default for Seed {
    fn default() -> Self {
        Self::new(0)
    }
}

/// Both halves of the product, one upon the other.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ (product >> 64) as u64
}
