//! Digests: the hashes that are stored instead of keys, and how a key is verified against a digest.
//!
//! # Why a fast hash is safe for keys, but not for passwords
//!
//! An attacker with a stolen table of digests can guess keys: hash a candidate and compare.
//! A key that was generated from [96 random bits](crate::MIN_KEY_BITS) or more cannot be
//! guessed at any speed: with 10^15 guesses per second, 2^96 candidates take over a million
//! years. A slow hash (Argon2, scrypt, bcrypt) would not make such a key safer, and would cost
//! milliseconds and megabytes for every request.
//!
//! A password is chosen by a person: it is usually among the first billion candidates, and
//! with a fast hash an attacker tries all of them within a second. Store passwords under a
//! slow, salted hash, never as a [`Digest`]. [`Digest::of`] rejects a string that cannot have
//! 96 bits of entropy. It counts characters and cannot distinguish a long sentence from a
//! random string, so a string that it accepts is not necessarily strong.

mod import;
mod salt;

use alloc::string::String;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyrail_core::Faults;
use keyrail_core::config::{Read, Schemas, Value, json, read_text};
use serde::Deserializer;
use sha2::{Digest as _, Sha256, Sha512};
use subtle::{Choice, ConstantTimeEq as _};

pub use salt::{MAX_SALT, SaltPosition};

use self::salt::Salt;
use crate::pepper::{Pepper, check_id};
use crate::strength::{BIT, MIN_KEY_BITS, max_millibits};
use crate::{Error, ErrorKind};

const SHA256: &str = "sha256";
const HMAC_SHA256: &str = "hmac-sha256";
const FOREIGN_SHA256: &str = "foreign-sha256";
const FOREIGN_SHA512: &str = "foreign-sha512";
const SALTED_SHA256: &str = "salted-sha256";

/// Enough for the string form of a digest without a pepper, unless it is a SHA-512 or salted.
const TEXT_CAPACITY: usize = 80;
/// The length of 32 bytes in base64url without padding.
const ENCODED_LEN: usize = 43;
/// The length of 64 bytes in base64 without padding.
const LONG_ENCODED_LEN: usize = 86;
/// The lengths of hashes in hexadecimal digits.
const SHA256_HEX_LEN: usize = 64;
const SHA512_HEX_LEN: usize = 128;

/// The digest of a key, which is stored instead of the key. It is the SHA-256 of the key (FIPS
/// 180-4), its HMAC-SHA-256 under a [`Pepper`], or a hash that another system computed.
///
/// Its string form is `sha256:<base64url>` or `hmac-sha256:<pepper id>:<base64url>`, without
/// padding (RFC 4648, section 5). The string form of a [foreign](Self::import_hex) digest is
/// `foreign-sha256:<hex>`, `foreign-sha512:<hex>` or `salted-sha256:before:<base64url>:<hex>`, with
/// the hash in lower case, the salt in base64url, and `before` or `after` as the position of the
/// salt. Digests are compared in constant time.
///
/// A fast hash is suitable for a key that was generated from at least 96 random bits, because such
/// a key cannot be guessed. It is not suitable for a password, which can be cracked in a second.
/// [`of`](Self::of) rejects strings that are too weak.
///
/// ```
/// use keyrail_key::Digest;
/// let digest = Digest::of("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", None)?;
/// assert!(digest.verify("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", None)?);
/// assert!(!digest.verify("2fd4e1c67a2d28fced849ee1bb76e7391b93eb13", None)?);
///
/// let error = Digest::of("correct horse", None).unwrap_err();
/// assert_eq!(error.code(), "key.too_weak");
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone)]
pub struct Digest(Hash);

#[derive(Clone)]
enum Hash {
    Sha256([u8; 32]),
    HmacSha256 { pepper: String, bytes: [u8; 32] },
    ForeignSha256([u8; 32]),
    ForeignSha512([u8; 64]),
    SaltedSha256 { salt: Salt, bytes: [u8; 32] },
}

impl Digest {
    /// Returns the digest of a key, to be stored.
    ///
    /// For a key of a known format, use [`ApiKey::digest`](crate::ApiKey::digest), which knows the
    /// strength of the format's keys. This function estimates the entropy from the characters. Up
    /// to 19 digits at the end count as a timestamp and have 0 bits. Hyphens, underscores and dots
    /// have 0 bits too. Every other character counts as if it were chosen at random from all the
    /// character classes (digits, lower case, upper case, others) that occur in the string. If all
    /// these other characters are hexadecimal digits of one case, each has at most 4 bits.
    ///
    /// # Errors
    ///
    /// `key.too_weak`, for a string whose estimated entropy is less than [96
    /// bits](crate::MIN_KEY_BITS).
    pub fn of(text: &str, pepper: Option<&Pepper>) -> Result<Self, Error> {
        if max_millibits(text) < MIN_KEY_BITS * BIT {
            return Err(ErrorKind::TooWeak.into());
        }
        Ok(Self::hash_unchecked(text, pepper))
    }

    /// Returns the digest of a string that was presented as a key, for looking up the stored
    /// digest.
    ///
    /// It accepts every string. A weak string takes the same time as any other, and matches a
    /// stored digest only if that digest was imported. Never store the result.
    ///
    /// ```
    /// use keyrail_key::Digest;
    /// let presented = Digest::hash_unchecked("abc", None); // FIPS 180-4, B.1
    /// assert_eq!(presented.to_string(), "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    /// ```
    pub fn hash_unchecked(text: &str, pepper: Option<&Pepper>) -> Self {
        Self(match pepper {
            Some(pepper) => {
                Hash::HmacSha256 { pepper: pepper.id().into(), bytes: pepper.mac_of(text) }
            }
            None => Hash::Sha256(Sha256::digest(text).into()),
        })
    }

    /// Returns the SHA-512 of a string that was presented as a key, for looking up an imported
    /// digest. It accepts every string. Never store the result.
    pub fn of_presented_sha512(text: &str) -> Self {
        Self(Hash::ForeignSha512(Sha512::digest(text).into()))
    }

    /// Parses a digest. Only the exact form that `Display` writes is accepted.
    ///
    /// # Errors
    ///
    /// `key.unknown_algorithm`, `key.malformed_pepper_id`, `key.malformed_digest`,
    /// `key.malformed_salt`, `key.password_hash`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let unknown = match check_is_digest(text) {
            Ok(()) => Error::at(ErrorKind::UnknownAlgorithm, 0),
            Err(password_hash) => password_hash,
        };
        let (algorithm, value) = text.split_once(':').ok_or(unknown.clone())?;
        let start = algorithm.len() + 1;
        let hash = match algorithm {
            SHA256 => Hash::Sha256(decode(value, start)?),
            HMAC_SHA256 => {
                let (id, value) = value
                    .split_once(':')
                    .ok_or(Error::at(ErrorKind::MalformedDigest, text.len()))?;
                check_id(id).map_err(|error| shifted(error, start))?;
                let bytes = decode(value, start + id.len() + 1)?;
                Hash::HmacSha256 { pepper: id.into(), bytes }
            }
            FOREIGN_SHA256 => Hash::ForeignSha256(decode_lower_hex(value, start)?),
            FOREIGN_SHA512 => Hash::ForeignSha512(decode_lower_hex(value, start)?),
            SALTED_SHA256 => {
                let (salt, hash) = Salt::parse(value, start)?;
                let start = start + value.len() - hash.len();
                Hash::SaltedSha256 { salt, bytes: decode_lower_hex(hash, start)? }
            }
            _ => return Err(unknown),
        };
        Ok(Self(hash))
    }

    /// Returns whether this is the digest of the string, in constant time. If the digest was made
    /// without a pepper, `pepper` is ignored.
    ///
    /// A weak string is not an error, because an imported digest may be the digest of a weak
    /// string.
    ///
    /// # Errors
    ///
    /// `key.missing_pepper`, `key.other_pepper`.
    pub fn verify(&self, text: &str, pepper: Option<&Pepper>) -> Result<bool, Error> {
        let is_equal = match (&self.0, pepper) {
            (Hash::Sha256(bytes) | Hash::ForeignSha256(bytes), _) => {
                equal_hashes(bytes, &Sha256::digest(text))
            }
            (Hash::ForeignSha512(bytes), _) => equal_hashes(bytes, &Sha512::digest(text)),
            (Hash::SaltedSha256 { salt, bytes }, _) => equal_hashes(bytes, &salt.hash(text)),
            (Hash::HmacSha256 { .. }, None) => return Err(ErrorKind::MissingPepper.into()),
            (Hash::HmacSha256 { pepper: id, .. }, Some(pepper)) if id != pepper.id() => {
                return Err(ErrorKind::OtherPepper.into());
            }
            (Hash::HmacSha256 { bytes, .. }, Some(pepper)) => {
                equal_hashes(bytes, &pepper.mac_of(text))
            }
        };
        Ok(is_equal.into())
    }

    /// Returns a dummy salted digest, which no key matches.
    #[doc(hidden)]
    pub fn dummy_salted() -> Self {
        let salt = Salt { position: SaltPosition::Before, bytes: [0; 16].into() };
        Self(Hash::SaltedSha256 { salt, bytes: [0; 32] })
    }

    /// Converts a digest that was made without a pepper to the form that
    /// [`import_hex`](Self::import_hex) returns. Any other digest is returned unchanged.
    #[doc(hidden)]
    #[must_use]
    pub fn to_foreign(&self) -> Self {
        match &self.0 {
            Hash::Sha256(bytes) => Self(Hash::ForeignSha256(*bytes)),
            _ => self.clone(),
        }
    }

    /// Returns whether two digests contain the same hash, in constant time. One of them may be
    /// imported and the other one not. The operator `==` also compares whether they are imported.
    pub fn same_hash(&self, other: &Self) -> bool {
        self.pepper_id() == other.pepper_id()
            && self.salt() == other.salt()
            && equal_hashes(self.as_bytes(), other.as_bytes()).into()
    }

    const fn salt(&self) -> Option<&Salt> {
        match &self.0 {
            Hash::SaltedSha256 { salt, .. } => Some(salt),
            _ => None,
        }
    }

    /// Returns whether the hash has a salt, so that it cannot be compared with other hashes of the
    /// same key.
    pub const fn is_salted(&self) -> bool {
        self.salt().is_some()
    }

    /// Returns whether this is the digest of a string, in constant time. `hashes` are the unsalted
    /// hashes of the string, one for each algorithm and pepper in use.
    #[doc(hidden)]
    pub fn matches_hashes<'d>(
        &self,
        text: &str,
        hashes: impl IntoIterator<Item = &'d Self>,
    ) -> bool {
        match self.is_salted() {
            true => self.verify(text, None).unwrap_or(false),
            false => hashes.into_iter().fold(false, |matched, hash| matched | self.same_hash(hash)),
        }
    }

    /// Returns how the digest was made: `sha256`, `hmac-sha256`, `foreign-sha256`, `foreign-sha512`
    /// or `salted-sha256`.
    pub const fn algorithm(&self) -> &'static str {
        match self.0 {
            Hash::Sha256(_) => SHA256,
            Hash::HmacSha256 { .. } => HMAC_SHA256,
            Hash::ForeignSha256(_) => FOREIGN_SHA256,
            Hash::ForeignSha512(_) => FOREIGN_SHA512,
            Hash::SaltedSha256 { .. } => SALTED_SHA256,
        }
    }

    /// Returns the string form.
    fn text(&self) -> String {
        let mut text = String::with_capacity(TEXT_CAPACITY);
        text.push_str(self.algorithm());
        text.push(':');
        if let Some(id) = self.pepper_id() {
            text.push_str(id);
            text.push(':');
        }
        if let Some(salt) = self.salt() {
            salt.write(&mut text);
            text.push(':');
        }
        match self.is_foreign() {
            true => push_hex(&mut text, self.as_bytes()),
            false => URL_SAFE_NO_PAD.encode_string(self.as_bytes(), &mut text),
        }
        text
    }

    /// Returns whether another system made the digest. If so, nothing is known about the key's
    /// strength.
    pub const fn is_foreign(&self) -> bool {
        matches!(
            self.0,
            Hash::ForeignSha256(_) | Hash::ForeignSha512(_) | Hash::SaltedSha256 { .. }
        )
    }

    /// Returns the id of the pepper that the digest was made with, or `None` if it was made without
    /// one.
    pub fn pepper_id(&self) -> Option<&str> {
        match &self.0 {
            Hash::HmacSha256 { pepper, .. } => Some(pepper),
            _ => None,
        }
    }

    /// Returns the bytes of the hash: 64 for SHA-512, otherwise 32.
    pub const fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Hash::Sha256(bytes)
            | Hash::HmacSha256 { bytes, .. }
            | Hash::ForeignSha256(bytes)
            | Hash::SaltedSha256 { bytes, .. } => bytes,
            Hash::ForeignSha512(bytes) => bytes,
        }
    }
}

/// Returns whether two hashes are equal. The time does not depend on their content, but it may
/// depend on their lengths, which are not secret. Eight bytes are compared at a time, because every
/// comparison needs an optimizer barrier. A barrier for every single byte would be too slow:
/// comparing two hashes would then take half the time of computing a hash.
fn equal_hashes(one: &[u8], other: &[u8]) -> Choice {
    let ((words, rest), (others, others_rest)) = (one.as_chunks(), other.as_chunks());
    let pairs = words.iter().zip(others);
    let equal_words = pairs
        .fold(Choice::from(u8::from(words.len() == others.len())), |equal, (a, b)| {
            equal & u64::from_ne_bytes(*a).ct_eq(&u64::from_ne_bytes(*b))
        });
    equal_words & rest.ct_eq(others_rest)
}

fn shifted(error: Error, by: usize) -> Error {
    Error::at(error.kind().clone(), error.offset().unwrap_or_default() + by)
}

/// Rejects a hash for passwords, such as `$2b$...` of bcrypt, `pbkdf2_sha256$...` of Django or
/// `{SSHA}...` of LDAP. A digest contains neither a dollar sign nor a brace.
fn check_is_digest(text: &str) -> Result<(), Error> {
    match text.find(['$', '{']) {
        Some(at) => Err(Error::at(ErrorKind::PasswordHash, at)),
        None => Ok(()),
    }
}

/// Checks that all bytes of a value are allowed. `start` is the offset of the value in the digest.
fn check_bytes(value: &str, start: usize, allowed: impl Fn(u8) -> bool) -> Result<(), Error> {
    match value.bytes().position(|byte| !allowed(byte)) {
        Some(at) => Err(Error::at(ErrorKind::MalformedDigest, start + at)),
        None => Ok(()),
    }
}

/// Decodes 32 bytes from base64url. `start` is the offset of the value in the digest.
fn decode(value: &str, start: usize) -> Result<[u8; 32], Error> {
    let malformed = |at: usize| Error::at(ErrorKind::MalformedDigest, start + at);
    check_bytes(value, start, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))?;
    if value.len() != ENCODED_LEN {
        return Err(malformed(value.len().min(ENCODED_LEN)));
    }
    let mut bytes = [0; 33]; // the space that the decoder requires for 43 characters
    URL_SAFE_NO_PAD
        .decode_slice(value, &mut bytes)
        .ok()
        .and_then(|_| bytes.first_chunk().copied())
        .ok_or(malformed(ENCODED_LEN - 1)) // an unused bit of the last character is set
}

/// Decodes hexadecimal digits in lower case, which are the ones that `Display` writes.
fn decode_lower_hex<const N: usize>(value: &str, start: usize) -> Result<[u8; N], Error> {
    check_bytes(value, start, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))?;
    decode_hex(value, start)
}

/// Decodes hexadecimal digits, two per byte.
fn decode_hex<const N: usize>(value: &str, start: usize) -> Result<[u8; N], Error> {
    let malformed = |at: usize| Error::at(ErrorKind::MalformedDigest, start + at);
    if value.len() != 2 * N {
        return Err(malformed(value.len().min(2 * N)));
    }
    let mut digits = value.chars().map(|c| c.to_digit(16));
    let mut bytes = [0; N];
    for byte in &mut bytes {
        let high = digits.next().flatten().ok_or(malformed(0))?;
        let low = digits.next().flatten().ok_or(malformed(0))?;
        *byte = (high << 4 | low) as u8;
    }
    Ok(bytes)
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm() == other.algorithm() && self.same_hash(other)
    }
}

impl Eq for Digest {}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl Read for Digest {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_text(from, faults, Self::parse)
    }

    fn schema(_: &mut Schemas) -> Value {
        json!({"type": "string", "examples": ["sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"]})
    }
}

keyrail_core::from_str! {
    Digest: parse, Error;
}

/// Appends bytes as lower-case hexadecimal digits.
fn push_hex(text: &mut String, bytes: &[u8]) {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    text.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
}
