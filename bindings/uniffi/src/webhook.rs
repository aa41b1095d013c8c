//! Webhooks: signing and verifying deliveries, and checking targets.

use std::sync::Arc;

use keyrail::HeaderValue;
use keyrail::webhook::{self, HeaderNames, Signer, Verified, Verifier};

use crate::error::FfiError;
use crate::mirror::mirror_enum;
use crate::pairs::Pairs;
use crate::secret::FfiSecret;
use crate::time::{address, timestamp};

/// See [`webhook::check_target`].
#[uniffi::export]
pub fn webhook_check_target(url: &str, allow_loopback: bool) -> Result<(), FfiError> {
    match allow_loopback {
        true => webhook::check_target_with_loopback(url)?,
        false => webhook::check_target(url)?,
    }
    Ok(())
}

/// See [`webhook::is_public_address`].
#[uniffi::export]
pub fn webhook_is_public_address(ip: &str) -> Result<bool, FfiError> {
    Ok(webhook::is_public_address(address(ip)?))
}

mirror_enum! { FfiHeaderNames of HeaderNames { Standard, Svix } }

/// See [`webhook::generate_secret`].
#[uniffi::export]
pub fn webhook_generate_secret(entropy: &[u8]) -> Result<FfiSecret, FfiError> {
    Ok(FfiSecret(webhook::generate_secret(entropy)?))
}

/// See [`webhook::generate_private_key`].
#[uniffi::export]
pub fn webhook_generate_private_key(entropy: &[u8]) -> Result<FfiSecret, FfiError> {
    Ok(FfiSecret(webhook::generate_private_key(entropy)?))
}

/// See [`webhook::public_key`].
#[uniffi::export]
pub fn webhook_public_key(private_key: &FfiSecret) -> Result<String, FfiError> {
    Ok(webhook::public_key(&private_key.0)?)
}

/// See [`Signer`].
#[derive(uniffi::Object)]
pub struct FfiSigner(pub(crate) Signer);

#[uniffi::export]
impl FfiSigner {
    /// Creates a signer. Each secret produces one signature, in the same order.
    #[uniffi::constructor]
    pub fn new(secrets: Vec<Arc<FfiSecret>>, names: FfiHeaderNames) -> Result<Self, FfiError> {
        let signer = Signer::with_secrets(&FfiSecret::clone_all(&secrets))?;
        Ok(Self(signer.with_header_names(names.into())))
    }

    /// Returns the headers that sign a body, as alternating names and values. They are strings,
    /// because a signature is not a secret.
    pub fn sign(&self, id: &str, timestamp_ms: i64, body: &[u8]) -> Result<Vec<String>, FfiError> {
        Ok(alternating(&self.0.sign(id, timestamp(timestamp_ms)?, body)?))
    }
}

/// Returns headers as alternating names and values.
pub(crate) fn alternating(headers: &[(String, HeaderValue)]) -> Vec<String> {
    let headers = headers.iter().map(|(name, value)| [name.clone(), value.reveal().into()]);
    headers.flatten().collect()
}

/// See [`webhook::Verified`].
#[derive(Debug, uniffi::Record)]
pub struct FfiVerified {
    /// The message's id.
    pub id: String,
    /// The time of signing, in Unix milliseconds.
    pub timestamp_ms: i64,
}

impl From<Verified> for FfiVerified {
    fn from(verified: Verified) -> Self {
        Self { id: verified.id, timestamp_ms: verified.timestamp.as_millis() }
    }
}

/// See [`Verifier`].
#[derive(uniffi::Object)]
pub struct FfiVerifier(pub(crate) Verifier);

#[uniffi::export]
impl FfiVerifier {
    /// Creates a verifier. A delivery may be signed with any of the secrets.
    #[uniffi::constructor]
    pub fn new(
        secrets: Vec<Arc<FfiSecret>>,
        tolerance_seconds: i64,
        names: FfiHeaderNames,
    ) -> Result<Self, FfiError> {
        let verifier = Verifier::new(&FfiSecret::clone_all(&secrets))?;
        let seconds = u32::try_from(tolerance_seconds).map_err(|_| {
            let text = "a tolerance is 0 to 4294967295 whole seconds";
            FfiError::of_argument("webhook.tolerance", text)
        })?;
        Ok(Self(verifier.with_tolerance_seconds(seconds).with_header_names(names.into())))
    }

    /// Verifies a delivery.
    pub fn verify(
        &self,
        headers: Vec<String>,
        body: &[u8],
        now_ms: i64,
    ) -> Result<FfiVerified, FfiError> {
        let headers = Pairs::new(headers);
        Ok(self.0.verify(&headers.as_slices(), body, timestamp(now_ms)?)?.into())
    }
}
