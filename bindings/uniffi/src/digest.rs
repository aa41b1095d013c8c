//! Digests and peppers. A key's text is taken over, so that it is wiped here
//! after the call; a digest's text is no secret.

use std::sync::Arc;

use keyrail::{Secret, key};

use crate::error::FfiError;
use crate::secret::FfiSecret;

/// See [`key::Digest`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Debug, Eq)]
pub struct FfiDigest(pub(crate) key::Digest);

#[uniffi::export]
impl FfiDigest {
    /// Reads a digest.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Self, FfiError> {
        Ok(Self(key::Digest::parse(text)?))
    }

    /// The digest of a key's text.
    #[uniffi::constructor]
    pub fn of(text: String, pepper: Option<Arc<FfiPepper>>) -> Result<Self, FfiError> {
        Ok(Self(key::Digest::of(Secret::new(text).reveal(), inner(pepper.as_ref()))?))
    }

    /// Takes over a hash that another system stored.
    #[uniffi::constructor]
    pub fn import_hex(text: &str) -> Result<Self, FfiError> {
        Ok(Self(key::Digest::import_hex(text)?))
    }

    /// Whether this is the digest of the text.
    pub fn verify(&self, text: String, pepper: Option<Arc<FfiPepper>>) -> Result<bool, FfiError> {
        Ok(self.0.verify(Secret::new(text).reveal(), inner(pepper.as_ref()))?)
    }

    /// How the digest was made.
    pub fn algorithm(&self) -> String {
        self.0.algorithm().into()
    }

    /// Whether another system made it.
    pub fn is_foreign(&self) -> bool {
        self.0.is_foreign()
    }

    /// The id of the pepper that it was made with.
    pub fn pepper_id(&self) -> Option<String> {
        self.0.pepper_id().map(Into::into)
    }

    /// The digest's text.
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
    /// Makes a pepper.
    #[uniffi::constructor]
    pub fn new(id: &str, secret: &FfiSecret) -> Result<Self, FfiError> {
        Ok(Self(key::Pepper::new(id, secret.0.clone())?))
    }

    /// What digests name it by.
    pub fn id(&self) -> String {
        self.0.id().into()
    }
}

pub(crate) fn inner(pepper: Option<&Arc<FfiPepper>>) -> Option<&key::Pepper> {
    pepper.map(|pepper| &pepper.0)
}
