//! Digests and peppers. A key is passed by value, so that it is wiped here after the call.
//! A digest is not a secret.

use std::sync::Arc;

use keyrail::key::SaltPosition;
use keyrail::{Secret, key};

use crate::error::FfiError;
use crate::mirror::mirror_enum;
use crate::secret::FfiSecret;

mirror_enum! { FfiSaltPosition of SaltPosition { Before, After } }

/// See [`key::Digest`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Debug, Eq)]
pub struct FfiDigest(pub(crate) key::Digest);

#[uniffi::export]
impl FfiDigest {
    /// Parses a digest.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Self, FfiError> {
        Ok(Self(key::Digest::parse(text)?))
    }

    /// Returns the digest of a key.
    #[uniffi::constructor]
    pub fn of(text: String, pepper: Option<Arc<FfiPepper>>) -> Result<Self, FfiError> {
        Ok(Self(key::Digest::of(Secret::new(text).reveal(), inner(pepper.as_ref()))?))
    }

    /// Imports the SHA-256 or SHA-512 digest of a key. Another system computed the digest.
    #[uniffi::constructor]
    pub fn import_hex(text: &str) -> Result<Self, FfiError> {
        Ok(Self(key::Digest::import_hex(text)?))
    }

    /// Imports the SHA-256 or SHA-512 digest of a key, in base64.
    #[uniffi::constructor]
    pub fn import_base64(text: &str) -> Result<Self, FfiError> {
        Ok(Self(key::Digest::import_base64(text)?))
    }

    /// Imports the HMAC-SHA-256 of a key.
    #[uniffi::constructor]
    pub fn import_hmac(text: &str, pepper_id: &str) -> Result<Self, FfiError> {
        Ok(Self(key::Digest::import_hmac(text, pepper_id)?))
    }

    /// Imports the salted SHA-256 of a key.
    #[uniffi::constructor]
    pub fn import_salted(
        text: &str,
        salt: &[u8],
        position: FfiSaltPosition,
    ) -> Result<Self, FfiError> {
        Ok(Self(key::Digest::import_salted(text, salt, position.into())?))
    }

    /// Returns whether this is the digest of the string.
    pub fn verify(&self, text: String, pepper: Option<Arc<FfiPepper>>) -> Result<bool, FfiError> {
        Ok(self.0.verify(Secret::new(text).reveal(), inner(pepper.as_ref()))?)
    }

    /// Returns how the digest was made.
    pub fn algorithm(&self) -> String {
        self.0.algorithm().into()
    }

    /// Returns whether another system made the digest.
    pub fn is_foreign(&self) -> bool {
        self.0.is_foreign()
    }

    /// Returns whether the hash has a salt.
    pub fn is_salted(&self) -> bool {
        self.0.is_salted()
    }

    /// Returns the id of the pepper that the digest was made with.
    pub fn pepper_id(&self) -> Option<String> {
        self.0.pepper_id().map(Into::into)
    }

    /// Returns the digest as a string.
    pub fn text(&self) -> String {
        self.0.to_string()
    }
}

/// See [`key::Pepper`].
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Debug)]
pub struct FfiPepper(key::Pepper);

#[uniffi::export]
impl FfiPepper {
    /// Creates a pepper.
    #[uniffi::constructor]
    pub fn new(id: &str, secret: &FfiSecret) -> Result<Self, FfiError> {
        Ok(Self(key::Pepper::new(id, secret.0.clone())?))
    }

    /// Returns the id, which digests contain.
    pub fn id(&self) -> String {
        self.0.id().into()
    }
}

/// Returns the `keyrail` pepper that an `FfiPepper` contains.
pub(crate) fn inner(pepper: Option<&Arc<FfiPepper>>) -> Option<&key::Pepper> {
    pepper.map(|pepper| &pepper.0)
}
