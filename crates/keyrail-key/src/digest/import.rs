//! Imports the hashes that other systems stored.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::salt::{MAX_SALT, Salt, SaltPosition};
use super::{
    Digest, ENCODED_LEN, Hash, LONG_ENCODED_LEN, SHA256_HEX_LEN, SHA512_HEX_LEN, check_bytes,
    check_is_digest, decode_hex,
};
use crate::pepper::check_id;
use crate::{Error, ErrorKind};

impl Digest {
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
    /// `key.malformed_digest`; `key.password_hash` for a password hash, such as one of bcrypt.
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
    /// in base64 or base64url, with or without padding. To verify keys with the digest, create a
    /// [`Pepper`](crate::Pepper) from the id `pepper_id` and the secret of the HMAC. The secret
    /// must be valid UTF-8 and have at least 16 bytes.
    ///
    /// The result is the same as if Keyrail had made the digest with that pepper. It is not marked
    /// as foreign, so only import digests of keys that were generated from enough random bits.
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
        Ok(Self(Hash::HmacSha256 { pepper: pepper_id.into(), bytes: decode_sha256(text)? }))
    }

    /// Imports the salted SHA-256 of a key from another system: the SHA-256 of the salt and the
    /// key, one directly after the other. The hash has 64 hexadecimal digits, or is in base64 or
    /// base64url, with or without padding.
    ///
    /// Such a digest cannot be looked up by the hash of a presented key. A record must therefore
    /// specify the `key_id` of the digest, which is the id that the key contains. The digest stays
    /// marked as foreign, like that of [`import_hex`](Self::import_hex).
    ///
    /// ```
    /// use keyrail_key::{Digest, SaltPosition};
    /// let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    /// let digest = Digest::import_salted(abc, b"a", SaltPosition::Before)?;
    /// assert!(digest.verify("bc", None)?); // FIPS 180-4, B.1
    /// assert_eq!(digest.to_string(), format!("salted-sha256:before:YQ:{abc}"));
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `key.malformed_salt`, if the salt is empty or longer than [`MAX_SALT`];
    /// `key.malformed_digest`, `key.password_hash`.
    pub fn import_salted(text: &str, salt: &[u8], position: SaltPosition) -> Result<Self, Error> {
        if !(1..=MAX_SALT).contains(&salt.len()) {
            return Err(ErrorKind::MalformedSalt.into());
        }
        let bytes = decode_sha256(text)?;
        Ok(Self(Hash::SaltedSha256 { salt: Salt { position, bytes: salt.into() }, bytes }))
    }
}

/// The bytes of a hash.
enum Decoded {
    Short([u8; 32]),
    Long([u8; 64]),
}

/// Decodes 32 bytes from 64 hexadecimal digits, or from base64 or base64url.
fn decode_sha256(text: &str) -> Result<[u8; 32], Error> {
    check_is_digest(text)?;
    if text.len() == SHA256_HEX_LEN {
        check_bytes(text, 0, |byte| byte.is_ascii_hexdigit())?;
        return decode_hex(text, 0);
    }
    match decode_any_base64(text)? {
        Decoded::Short(bytes) => Ok(bytes),
        Decoded::Long(_) => Err(Error::at(ErrorKind::MalformedDigest, ENCODED_LEN)),
    }
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
