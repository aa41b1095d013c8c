//! Peppers: secrets that are stored outside the database, so that the digests in the database are
//! useless without them.

use alloc::string::String;
use core::fmt;

use hmac::{Hmac, Mac as _};
use keyrail_core::{MASK, Secret};
use sha2::Sha256;

use crate::mac::keyed;
use crate::{Error, ErrorKind};

/// The longest id of a pepper, in bytes.
pub const MAX_PEPPER_ID: usize = 64;

/// The shortest secret of a pepper, in bytes.
pub const MIN_PEPPER_SECRET: usize = 16;

/// A secret that is stored outside the database, so that the digests in the database are useless
/// without it. Digests refer to it by its id.
///
/// ```
/// use keyrail_core::Secret;
/// use keyrail_key::Pepper;
/// let pepper = Pepper::new("p1", Secret::new("at least sixteen bytes"))?;
/// assert_eq!(format!("{pepper:?}"), "Pepper(p1, ••••••••)");
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone)]
pub struct Pepper {
    id: String,
    /// The HMAC, keyed with the secret. It is keyed once, and wiped when dropped.
    mac: Hmac<Sha256>,
}

impl Pepper {
    /// Creates a pepper with an id of 1 to 64 letters, digits, hyphens and underscores, and with a
    /// secret of at least 16 bytes.
    ///
    /// # Errors
    ///
    /// `key.malformed_pepper_id`, `key.pepper_too_short`.
    pub fn new(id: impl Into<String>, secret: Secret) -> Result<Self, Error> {
        let id = id.into();
        check_id(&id)?;
        if secret.reveal_bytes().len() < MIN_PEPPER_SECRET {
            return Err(ErrorKind::PepperTooShort.into());
        }
        Ok(Self { id, mac: keyed(secret.reveal_bytes()) })
    }

    /// Returns the id, which digests contain.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the HMAC-SHA-256 of a string under the secret.
    pub(crate) fn mac_of(&self, text: &str) -> [u8; 32] {
        self.mac.clone().chain_update(text).finalize().into_bytes().into()
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pepper({}, {MASK})", self.id)
    }
}

/// Checks the id of a pepper. The offset of an error is relative to the start of the id.
pub(crate) fn check_id(id: &str) -> Result<(), Error> {
    if id.is_empty() {
        return Err(Error::at(ErrorKind::MalformedPepperId, 0));
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if let Some(at) = id.bytes().position(|byte| !allowed(byte)) {
        return Err(Error::at(ErrorKind::MalformedPepperId, at));
    }
    if id.len() > MAX_PEPPER_ID {
        return Err(Error::at(ErrorKind::MalformedPepperId, MAX_PEPPER_ID));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use keyrail_core::Secret;

    use super::{MAX_PEPPER_ID, MIN_PEPPER_SECRET, Pepper};

    fn pepper(id: &str, secret_length: usize) -> Result<Pepper, crate::Error> {
        Pepper::new(id, Secret::new("s".repeat(secret_length)))
    }

    #[test]
    fn the_length_limits_are_exact() {
        assert!(pepper(&"p".repeat(MAX_PEPPER_ID), MIN_PEPPER_SECRET).is_ok());
        let error = pepper(&"p".repeat(MAX_PEPPER_ID + 1), MIN_PEPPER_SECRET).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("key.malformed_pepper_id", Some(64)));
        let error = pepper("p", MIN_PEPPER_SECRET - 1).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("key.pepper_too_short", None));
    }

    #[test]
    fn an_invalid_pepper_id_is_rejected() {
        for (id, offset) in [("", 0), ("a:b", 1), ("a b", 1), ("pé", 1)] {
            let error = pepper(id, 32).unwrap_err();
            assert_eq!((error.code(), error.offset()), ("key.malformed_pepper_id", Some(offset)));
        }
    }
}
