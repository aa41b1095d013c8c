//! Secrets, which are passed as objects only.

use std::sync::Arc;

use keyrail::Secret;

use crate::error::FfiError;

/// A string that prints as a mask and is read with `reveal`.
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Debug, Eq)]
pub struct FfiSecret(pub(crate) Secret);

#[uniffi::export]
impl FfiSecret {
    /// Creates a secret from a string, which is wiped when the secret is dropped.
    #[uniffi::constructor]
    pub fn new(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// See [`keyrail::webhook::standard_secret`].
    #[uniffi::constructor]
    pub fn standard(text: String) -> Result<Self, FfiError> {
        Ok(Self(keyrail::webhook::standard_secret(&Secret::new(text))?))
    }

    /// Returns the secret string.
    pub fn reveal(&self) -> String {
        self.0.reveal().into()
    }
}

impl FfiSecret {
    /// Clones a secret into an object.
    pub(crate) fn arc(secret: &Secret) -> Arc<Self> {
        Arc::new(Self(secret.clone()))
    }

    /// Clones the secrets of the objects.
    pub(crate) fn clone_all(secrets: &[Arc<Self>]) -> Vec<Secret> {
        secrets.iter().map(|secret| secret.0.clone()).collect()
    }
}
