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

use alloc::string::String;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use keyrail_core::Faults;
use keyrail_core::config::{Read, Schemas, Value, json, read_text};
use serde::Deserializer;
use sha2::{Digest as _, Sha256, Sha512};
use subtle::{Choice, ConstantTimeEq as _};

use crate::pepper::{Pepper, check_id};
use crate::strength::{BIT, MIN_KEY_BITS, max_millibits};
use crate::{Error, ErrorKind};

const SHA256: &str = "sha256";
const HMAC_SHA256: &str = "hmac-sha256";
const FOREIGN_SHA256: &str = "foreign-sha256";
const FOREIGN_SHA512: &str = "foreign-sha512";
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
/// padding (RFC 4648, section 5). The string form of an [imported](Self::import_hex) digest is
/// `foreign-sha256:<hex>` or `foreign-sha512:<hex>`, in lower case. Digests are compared in
/// constant time.
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

    /// Imports the SHA-256 or SHA-512 of a key from another system, in hexadecimal digits of either
    /// case. A SHA-256 has 64 digits, a SHA-512 has 128.
    ///
    /// The digest stays marked as foreign, because nothing is known about the key's strength: the
    /// key may be as weak as a password. Replace such keys when you can.
    ///
    /// ```
    /// use keyrail_key::Digest;
    /// let digest = Digest::import_hex(
    ///     "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
    /// )?; // of abc: FIPS 180-4, B.1
    /// assert_eq!((digest.algorithm(), digest.is_foreign()), ("foreign-sha256", true));
    /// assert!(digest.verify("abc", None)?);
    /// assert!(digest.to_string().starts_with("foreign-sha256:ba7816bf"));
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `key.malformed_digest`; `key.password_hash` for a hash for passwords, such as those of
    /// bcrypt.
    pub fn import_hex(text: &str) -> Result<Self, Error> {
        check_is_digest(text)?;
        check_bytes(text, 0, |byte| byte.is_ascii_hexdigit())?;
        match text.len() {
            SHA256_HEX_LEN => decode_hex(text, 0).map(|bytes| Self(Hash::ForeignSha256(bytes))),
            SHA512_HEX_LEN => decode_hex(text, 0).map(|bytes| Self(Hash::ForeignSha512(bytes))),
            length => Err(Error::at(ErrorKind::MalformedDigest, length.min(SHA512_HEX_LEN))),
        }
    }

    /// Imports the SHA-256 or SHA-512 of a key from another system, in base64 or base64url, with or
    /// without padding (RFC 4648). A SHA-256 has 43 characters, or 44 with padding. A SHA-512 has
    /// 86, or 88 with padding.
    ///
    /// The digest stays marked as foreign, like that of [`import_hex`](Self::import_hex).
    ///
    /// ```
    /// use keyrail_key::Digest;
    /// let digest = Digest::import_base64("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")?;
    /// assert!(digest.verify("abc", None)?); // FIPS 180-4, B.1
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `key.malformed_digest`, `key.password_hash`.
    pub fn import_base64(text: &str) -> Result<Self, Error> {
        check_is_digest(text)?;
        match decode_any_base64(text)? {
            Decoded::Short(bytes) => Ok(Self(Hash::ForeignSha256(bytes))),
            Decoded::Long(bytes) => Ok(Self(Hash::ForeignSha512(bytes))),
        }
    }

    /// Imports the HMAC-SHA-256 of a key from another system. It has 64 hexadecimal digits, or is
    /// in base64 or base64url, with or without padding. The secret of the HMAC becomes a [`Pepper`]
    /// with the id `pepper_id`. So it must be valid UTF-8, and have at least 16 bytes.
    ///
    /// The result is the same as if Keyrail had made the digest with that pepper. It is not marked as
    /// foreign, so only import digests of keys that were generated from enough random bits.
    ///
    /// ```
    /// use keyrail_core::Secret;
    /// use keyrail_key::{Digest, Pepper};
    /// let digest = Digest::import_hmac(
    ///     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", "old",
    /// )?; // RFC 4231, section 4.2
    /// let pepper = Pepper::new("old", Secret::new("\u{b}".repeat(20)))?;
    /// assert!(digest.verify("Hi There", Some(&pepper))?);
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `key.malformed_pepper_id`, `key.malformed_digest`, `key.password_hash`.
    pub fn import_hmac(text: &str, pepper_id: &str) -> Result<Self, Error> {
        check_id(pepper_id)?;
        check_is_digest(text)?;
        let bytes = match text.len() {
            SHA256_HEX_LEN => {
                check_bytes(text, 0, |byte| byte.is_ascii_hexdigit())?;
                decode_hex(text, 0)?
            }
            _ => match decode_any_base64(text)? {
                Decoded::Short(bytes) => bytes,
                Decoded::Long(_) => return Err(Error::at(ErrorKind::MalformedDigest, ENCODED_LEN)),
            },
        };
        Ok(Self(Hash::HmacSha256 { pepper: pepper_id.into(), bytes }))
    }

    /// Parses a digest. Only the exact form that `Display` writes is accepted.
    ///
    /// # Errors
    ///
    /// `key.unknown_algorithm`, `key.malformed_pepper_id`, `key.malformed_digest`,
    /// `key.password_hash`.
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

    /// Returns whether two digests contain the same hash, in constant time, even if only one of
    /// them is imported. The operator `==` also compares whether they are imported.
    pub fn same_hash(&self, other: &Self) -> bool {
        self.pepper_id() == other.pepper_id()
            && equal_hashes(self.as_bytes(), other.as_bytes()).into()
    }

    /// Returns how the digest was made: `sha256`, `hmac-sha256`, `foreign-sha256` or
    /// `foreign-sha512`.
    pub const fn algorithm(&self) -> &'static str {
        match self.0 {
            Hash::Sha256(_) => SHA256,
            Hash::HmacSha256 { .. } => HMAC_SHA256,
            Hash::ForeignSha256(_) => FOREIGN_SHA256,
            Hash::ForeignSha512(_) => FOREIGN_SHA512,
        }
    }

    /// Returns whether another system made the digest. If so, nothing is known about the key's
    /// strength.
    pub const fn is_foreign(&self) -> bool {
        matches!(self.0, Hash::ForeignSha256(_) | Hash::ForeignSha512(_))
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
            Hash::Sha256(bytes) | Hash::HmacSha256 { bytes, .. } | Hash::ForeignSha256(bytes) => {
                bytes
            }
            Hash::ForeignSha512(bytes) => bytes,
        }
    }
}

/// Returns whether two hashes are equal. The time does not depend on their content, but it may
/// depend on their lengths, which are not secret. Eight bytes are compared at a time. With an
/// optimizer barrier for every single byte, the comparison would take half as long as computing the
/// hash.
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

/// The bytes of a hash.
enum Decoded {
    Short([u8; 32]),
    Long([u8; 64]),
}

/// Decodes a hash in base64 or base64url, with or without padding.
fn decode_any_base64(text: &str) -> Result<Decoded, Error> {
    let malformed = |at: usize| Error::at(ErrorKind::MalformedDigest, at);
    let is_url = text.contains(['-', '_']);
    let is_allowed = |byte: u8| match byte {
        b'-' | b'_' => is_url,
        b'+' | b'/' => !is_url,
        _ => byte.is_ascii_alphanumeric(),
    };
    let unpadded = text.trim_end_matches('=');
    check_bytes(unpadded, 0, is_allowed)?;
    let padding = text.len() - unpadded.len();
    let engine = if is_url { &URL_SAFE_NO_PAD } else { &STANDARD_NO_PAD };
    let mut bytes = [0; 66]; // the space that the decoder requires for 86 characters
    let last = unpadded.len().saturating_sub(1);
    match (unpadded.len(), padding) {
        (ENCODED_LEN, 0 | 1) | (LONG_ENCODED_LEN, 0 | 2) => {
            let length = engine.decode_slice(unpadded, &mut bytes).map_err(|_| malformed(last))?;
            let long = bytes.first_chunk().filter(|_| length == 64).copied().map(Decoded::Long);
            let short = || bytes.first_chunk().copied().map(Decoded::Short);
            long.or_else(short).ok_or(malformed(last))
        }
        (ENCODED_LEN | LONG_ENCODED_LEN, _) => Err(malformed(unpadded.len())),
        (length, _) => Err(malformed(length.min(LONG_ENCODED_LEN))),
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
        write!(f, "{}:", self.algorithm())?;
        if let Some(id) = self.pepper_id() {
            write!(f, "{id}:")?;
        }
        if self.is_foreign() {
            return self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"));
        }
        let encoded = base64::display::Base64Display::new(self.as_bytes(), &URL_SAFE_NO_PAD);
        fmt::Display::fmt(&encoded, f)
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
