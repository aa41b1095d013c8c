//! Digests: what is stored in place of a key, and how a key is held against it.
//!
//! A key made by a machine carries so much entropy that it cannot be guessed
//! from a fast hash. A password does not: never store one this way.

use alloc::string::String;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyrail_core::Faults;
use keyrail_core::config::{Read, read_text};
use serde::Deserializer;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::pepper::{Pepper, check_id};
use crate::{Error, ErrorKind};

const PLAIN: &str = "sha256:";
const PEPPERED: &str = "hmac-sha256:";
/// The length of 32 bytes in base64url without padding.
const ENCODED: usize = 43;

/// The SHA-256 of a key (FIPS 180-4), or its HMAC-SHA-256 under a [`Pepper`].
///
/// As a text it reads `sha256:<base64url>`, or
/// `hmac-sha256:<pepper id>:<base64url>`, without padding (RFC 4648,
/// section 5). It is compared in constant time.
///
/// ```
/// use keyrail_key::Digest;
/// let digest = Digest::of("abc", None);
/// assert_eq!(digest.to_string(), "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
/// assert!(digest.verify("abc", None)?);
/// assert!(!digest.verify("abd", None)?);
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone)]
pub struct Digest {
    pepper: Option<String>,
    bytes: [u8; 32],
}

impl Digest {
    /// The digest of a key's text: of an [`ApiKey`](crate::ApiKey), or of a
    /// key of another format.
    pub fn of(text: &str, pepper: Option<&Pepper>) -> Self {
        match pepper {
            Some(pepper) => Self { pepper: Some(pepper.id().into()), bytes: pepper.mac_of(text) },
            None => Self { pepper: None, bytes: Sha256::digest(text).into() },
        }
    }

    /// Reads the text form; the one that is written is the only one read.
    ///
    /// Errors: `key.unknown_algorithm`, `key.malformed_pepper_id`,
    /// `key.malformed_digest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Some(value) = text.strip_prefix(PLAIN) {
            return Ok(Self { pepper: None, bytes: decode(value, PLAIN.len())? });
        }
        let rest = text.strip_prefix(PEPPERED).ok_or(Error::at(ErrorKind::UnknownAlgorithm, 0))?;
        let (id, value) =
            rest.split_once(':').ok_or(Error::at(ErrorKind::MalformedDigest, text.len()))?;
        check_id(id).map_err(|error| moved(error, PEPPERED.len()))?;
        let start = PEPPERED.len() + id.len() + 1;
        Ok(Self { pepper: Some(id.into()), bytes: decode(value, start)? })
    }

    /// Whether this is the digest of the text. A digest without a pepper
    /// needs none, and leaves one that is given aside.
    ///
    /// Errors: `key.missing_pepper`, `key.other_pepper`.
    pub fn verify(&self, text: &str, pepper: Option<&Pepper>) -> Result<bool, Error> {
        let bytes = match (&self.pepper, pepper) {
            (None, _) => Sha256::digest(text).into(),
            (Some(_), None) => return Err(ErrorKind::MissingPepper.into()),
            (Some(id), Some(pepper)) if id != pepper.id() => {
                return Err(ErrorKind::OtherPepper.into());
            }
            (Some(_), Some(pepper)) => pepper.mac_of(text),
        };
        Ok(self.bytes.ct_eq(&bytes).into())
    }

    /// The id of the pepper that the digest was made with.
    pub fn pepper_id(&self) -> Option<&str> {
        self.pepper.as_deref()
    }

    /// The 32 bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

fn moved(error: Error, by: usize) -> Error {
    Error::at(error.kind().clone(), error.offset().unwrap_or_default() + by)
}

/// Decodes the value that begins at `start`.
fn decode(value: &str, start: usize) -> Result<[u8; 32], Error> {
    let malformed = |at: usize| Error::at(ErrorKind::MalformedDigest, start + at);
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if let Some(at) = value.bytes().position(|byte| !allowed(byte)) {
        return Err(malformed(at));
    }
    if value.len() != ENCODED {
        return Err(malformed(value.len().min(ENCODED)));
    }
    let mut bytes = [0; 33]; // the decoder's estimate for 43 characters
    URL_SAFE_NO_PAD
        .decode_slice(value, &mut bytes)
        .ok()
        .and_then(|_| bytes.first_chunk().copied())
        .ok_or(malformed(ENCODED - 1)) // bits that stand for nothing are set
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.pepper == other.pepper && self.bytes.ct_eq(&other.bytes).into()
    }
}

impl Eq for Digest {}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.pepper {
            Some(id) => write!(f, "{PEPPERED}{id}:")?,
            None => f.write_str(PLAIN)?,
        }
        fmt::Display::fmt(&base64::display::Base64Display::new(&self.bytes, &URL_SAFE_NO_PAD), f)
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
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use keyrail_core::Secret;

    use super::Digest;
    use crate::Pepper;

    const ABC: &str = "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";

    fn pepper(id: &str, secret: &str) -> Pepper {
        Pepper::new(id, Secret::new(secret)).unwrap()
    }

    #[test]
    fn the_text_form_reads_back() {
        let peppered = Digest::of("abc", Some(&pepper("p_1-A", "sixteen bytes ok")));
        for digest in [Digest::of("abc", None), peppered] {
            assert_eq!(Digest::parse(&digest.to_string()).unwrap(), digest);
        }
    }

    #[test]
    fn a_malformed_text_is_refused_at_its_place() {
        for (text, code, offset) in [
            ("", "key.unknown_algorithm", 0),
            ("sha256", "key.unknown_algorithm", 0),
            ("SHA256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "key.unknown_algorithm", 0),
            ("sha256:", "key.malformed_digest", 7),
            ("sha256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "key.malformed_digest", 16),
            ("sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=", "key.malformed_digest", 50),
            ("sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0A", "key.malformed_digest", 50),
            ("sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1", "key.malformed_digest", 49),
            ("hmac-sha256:p1", "key.malformed_digest", 14),
            ("hmac-sha256::abc", "key.malformed_pepper_id", 12),
            ("hmac-sha256:p 1:abc", "key.malformed_pepper_id", 13),
            ("hmac-sha256:p1:abc", "key.malformed_digest", 18),
        ] {
            let error = Digest::parse(text).unwrap_err();
            assert_eq!((error.code(), error.offset()), (code, Some(offset)), "{text}");
        }
    }

    #[test]
    fn a_pepper_must_be_the_one_that_the_digest_names() {
        let (one, two) = (pepper("p1", "0123456789abcdef"), pepper("p2", "0123456789abcdef"));
        let digest = Digest::of("abc", Some(&one));
        assert_eq!(digest.pepper_id(), Some("p1"));
        assert_eq!(digest.verify("abc", Some(&one)), Ok(true));
        assert_eq!(digest.verify("abd", Some(&one)), Ok(false));
        assert_eq!(digest.verify("abc", Some(&two)).unwrap_err().code(), "key.other_pepper");
        assert_eq!(digest.verify("abc", None).unwrap_err().code(), "key.missing_pepper");
        let impostor = pepper("p1", "another secret!!");
        assert_eq!(digest.verify("abc", Some(&impostor)), Ok(false));
    }

    #[test]
    fn a_digest_without_a_pepper_needs_none() {
        let digest = Digest::parse(ABC).unwrap();
        assert_eq!(digest.verify("abc", Some(&pepper("p1", "0123456789abcdef"))), Ok(true));
    }

    #[test]
    fn equality_looks_at_the_pepper_too() {
        let (one, two) = (pepper("p1", "0123456789abcdef"), pepper("p2", "0123456789abcdef"));
        let (a, b) = (Digest::of("abc", Some(&one)), Digest::of("abc", Some(&two)));
        assert_eq!(a.as_bytes(), b.as_bytes());
        assert_ne!(a, b);
    }
}
