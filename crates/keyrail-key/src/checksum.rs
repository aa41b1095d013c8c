//! Checksums: the characters at a key's end that detect typing errors.
//!
//! A checksum can be computed without a secret, so it does not protect against forgery. It
//! distinguishes a mistyped key from an unknown one without a look-up.

use alloc::borrow::Cow;

use sha2::{Digest as _, Sha256};

use crate::Alphabet;
use crate::base62::{number, six_digits};

/// The method that computes the characters at the end of a key from the characters before them.
///
/// ```
/// use keyrail_key::{Alphabet, Checksum, KeyFormat, Segment};
/// let format = KeyFormat::builder("acme")
///     .segment(Segment::secret("secret", Alphabet::BASE58, 32))
///     .checksum(Checksum::sha256(8).separated_by("."))
///     .build()?;
/// let key = format.generate(None, &[7; 32])?;
/// assert_eq!(key.reveal().len(), "acme_".len() + 32 + 1 + 8);
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checksum {
    pub(crate) algorithm: Algorithm,
    /// The number of characters.
    pub(crate) length: usize,
    /// The separator before the checksum.
    pub(crate) separator: Cow<'static, str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32Body,
    Sha256,
}

/// The number of characters of a CRC-32 in base62.
pub(crate) const CRC32_LENGTH: usize = 6;
/// The default number of characters of a SHA-256 checksum.
pub(crate) const SHA256_LENGTH: usize = 8;

impl Checksum {
    /// Creates a checksum that is the CRC-32 (IEEE) of everything before the checksum and its
    /// separator. It has six characters of `0-9A-Za-z`, padded with `0`.
    pub const fn crc32() -> Self {
        Self::new(Algorithm::Crc32, CRC32_LENGTH)
    }

    /// Creates a checksum that is the CRC-32 of the body only, as in GitHub's tokens. The body
    /// begins with the first segment and ends with the last one.
    pub const fn crc32_body() -> Self {
        Self::new(Algorithm::Crc32Body, CRC32_LENGTH)
    }

    /// Creates a checksum that is the start of the SHA-256 of everything before the checksum and
    /// its separator. It has `length` hexadecimal digits in lower case, and can be verified with
    /// `sha256sum`. The length must be 4 to 64.
    pub const fn sha256(length: usize) -> Self {
        Self::new(Algorithm::Sha256, length)
    }

    pub(crate) const fn new(algorithm: Algorithm, length: usize) -> Self {
        Self { algorithm, length, separator: Cow::Borrowed("") }
    }

    /// Sets the separator before the checksum. The default is the empty string.
    #[must_use]
    pub fn separated_by(mut self, separator: &str) -> Self {
        self.separator = Cow::Owned(separator.into());
        self
    }

    /// Returns the alphabet of the checksum.
    pub(crate) const fn alphabet(&self) -> Alphabet {
        match self.algorithm {
            Algorithm::Crc32 | Algorithm::Crc32Body => Alphabet::BASE62,
            Algorithm::Sha256 => Alphabet::HEX,
        }
    }

    /// Computes the checksum. `before` is everything before the checksum and its separator. `body`
    /// is the part of `before` that begins with the first segment. Only the first
    /// [`length`](Self::length) bytes of the returned array are the checksum.
    pub(crate) fn compute(&self, before: &[u8], body: &[u8]) -> [u8; 64] {
        match self.algorithm {
            Algorithm::Crc32 => padded(six_digits(crc32fast::hash(before))),
            Algorithm::Crc32Body => padded(six_digits(crc32fast::hash(body))),
            Algorithm::Sha256 => hex(Sha256::digest(before).into()),
        }
    }

    /// Returns whether `found` is the checksum. For a CRC-32, the caller must already have checked
    /// that the characters of `found` are in the alphabet.
    ///
    /// The digits of a CRC-32 are parsed and compared as numbers. This is faster than formatting
    /// the CRC-32 as digits, because the processor can parse the digits and compute the CRC-32 at
    /// the same time.
    #[inline]
    pub(crate) fn matches(&self, found: &[u8], before: &[u8], body: &[u8]) -> bool {
        match self.algorithm {
            Algorithm::Crc32 => number(found) == u64::from(crc32fast::hash(before)),
            Algorithm::Crc32Body => number(found) == u64::from(crc32fast::hash(body)),
            Algorithm::Sha256 => self.compute(before, body).starts_with(found),
        }
    }
}

fn padded(digits: [u8; CRC32_LENGTH]) -> [u8; 64] {
    let mut out = [0; 64];
    for (out, digit) in out.iter_mut().zip(digits) {
        *out = digit;
    }
    out
}

fn hex(bytes: [u8; 32]) -> [u8; 64] {
    let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + (value - 10) };
    let mut out = [0; 64];
    for (pair, byte) in out.chunks_exact_mut(2).zip(bytes) {
        if let [high, low] = pair {
            (*high, *low) = (digit(byte >> 4), digit(byte & 15));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Checksum;

    #[test]
    fn the_published_github_token_has_a_valid_checksum() {
        let body = b"zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ";
        let checksum = Checksum::crc32_body();
        assert!(checksum.matches(b"0mLq17", b"ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", body));
        assert!(!Checksum::crc32().matches(b"0mLq17", b"ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", body));
        assert_eq!(&checksum.compute(b"", body)[..6], b"0mLq17");
    }

    #[test]
    fn a_sha256_checksum_is_lower_case_hex_like_sha256sum() {
        // FIPS 180-4: SHA-256("abc") = ba7816bf 8f01cfea 414140de ...
        let checksum = Checksum::sha256(16);
        assert!(checksum.matches(b"ba7816bf8f01cfea", b"abc", b""));
        assert_eq!(&checksum.compute(b"abc", b"")[..16], b"ba7816bf8f01cfea");
        assert!(!checksum.matches(b"BA7816BF8F01CFEA", b"abc", b""));
    }
}
