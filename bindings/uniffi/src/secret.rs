//! Secrets, which cross as objects alone.

use std::sync::Arc;

use keyrail::Secret;

use crate::error::FfiError;

/// A text that shows itself only to `reveal`.
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Debug, Eq)]
pub struct FfiSecret(pub(crate) Secret);

#[uniffi::export]
impl FfiSecret {
    /// Takes the text over.
    #[uniffi::constructor]
    pub fn new(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// See [`keyrail::webhook::standard_secret`].
    #[uniffi::constructor]
    pub fn standard(text: String) -> Result<Self, FfiError> {
        Ok(Self(keyrail::webhook::standard_secret(&Secret::new(text))?))
    }

    /// The text itself.
    pub fn reveal(&self) -> String {
        self.0.reveal().into()
    }
}

impl FfiSecret {
    pub(crate) fn arc(secret: &Secret) -> Arc<Self> {
        Arc::new(Self(secret.clone()))
    }

    pub(crate) fn all(secrets: &[Arc<Self>]) -> Vec<Secret> {
        secrets.iter().map(|secret| secret.0.clone()).collect()
    }
}
