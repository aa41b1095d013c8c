//! Keys: formats, keys, digests, peppers. A key's text is taken over, so that
//! it is wiped here after the call.

use std::sync::Arc;

use keyrail::{Secret, key};

use crate::error::FfiError;
use crate::secret::FfiSecret;

/// See [`key::KeyFormat`].
#[derive(Debug, uniffi::Object)]
pub struct FfiKeyFormat(key::KeyFormat);

#[uniffi::export]
impl FfiKeyFormat {
    /// Keyrail's own format.
    #[uniffi::constructor]
    pub fn keyrail() -> Self {
        Self(key::KeyFormat::keyrail())
    }

    /// The format's name.
    pub fn name(&self) -> String {
        self.0.name().into()
    }

    /// How many bytes of entropy a key takes at least.
    pub fn entropy_len(&self) -> u32 {
        u32::try_from(self.0.entropy_len()).unwrap_or(u32::MAX)
    }

    /// Makes a key.
    pub fn generate(&self, environment: &str, entropy: &[u8]) -> Result<FfiApiKey, FfiError> {
        Ok(FfiApiKey(self.0.generate(environment, entropy)?))
    }

    /// Reads a key.
    pub fn parse(&self, text: String) -> Result<FfiApiKey, FfiError> {
        Ok(FfiApiKey(self.0.parse(Secret::new(text).reveal())?))
    }
}

/// See [`key::ApiKey`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Debug, Eq)]
pub struct FfiApiKey(key::ApiKey);

#[uniffi::export]
impl FfiApiKey {
    /// The name of the key's format.
    pub fn format(&self) -> String {
        self.0.format().into()
    }

    /// The key's environment.
    pub fn environment(&self) -> String {
        self.0.environment().into()
    }

    /// The key's public id.
    pub fn id(&self) -> String {
        self.0.id().into()
    }

    /// The key as a person may see it.
    pub fn mask(&self) -> String {
        self.0.mask().to_string()
    }

    /// What to store in the key's place.
    pub fn digest(&self, pepper: Option<Arc<FfiPepper>>) -> FfiDigest {
        FfiDigest(self.0.digest(inner(pepper.as_ref())))
    }

    /// The key's text.
    pub fn reveal(&self) -> String {
        self.0.reveal().into()
    }
}

/// See [`key::Digest`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Debug, Eq)]
pub struct FfiDigest(key::Digest);

#[uniffi::export]
impl FfiDigest {
    /// Reads a digest.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Self, FfiError> {
        Ok(Self(key::Digest::parse(text)?))
    }

    /// The digest of a key's text.
    #[uniffi::constructor]
    pub fn of(text: String, pepper: Option<Arc<FfiPepper>>) -> Self {
        Self(key::Digest::of(Secret::new(text).reveal(), inner(pepper.as_ref())))
    }

    /// Whether this is the digest of the text.
    pub fn verify(&self, text: String, pepper: Option<Arc<FfiPepper>>) -> Result<bool, FfiError> {
        Ok(self.0.verify(Secret::new(text).reveal(), inner(pepper.as_ref()))?)
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

fn inner(pepper: Option<&Arc<FfiPepper>>) -> Option<&key::Pepper> {
    pepper.map(|pepper| &pepper.0)
}
