//! Signature schemes of webhooks.

use std::sync::Arc;

use keyrail::Timestamp;
use keyrail::webhook::{Scheme, SignedRequest, VerifiedRequest};

use crate::error::FfiError;
use crate::header::{FfiHeader, headers};
use crate::pairs::Pairs;
use crate::secret::FfiSecret;
use crate::time::timestamp;

/// See [`Scheme::names`].
#[uniffi::export]
pub fn webhook_scheme_names() -> Vec<String> {
    Scheme::names().map(Into::into).into()
}

/// See [`Scheme::document`].
#[uniffi::export]
pub fn webhook_scheme_document(name: &str) -> Result<String, FfiError> {
    Ok(Scheme::document(name)?.into())
}

/// See [`VerifiedRequest`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiVerifiedRequest {
    pub id: Option<String>,
    pub is_id_signed: bool,
    pub timestamp_ms: Option<i64>,
    pub covered: Vec<String>,
}

impl From<VerifiedRequest> for FfiVerifiedRequest {
    fn from(verified: VerifiedRequest) -> Self {
        Self {
            id: verified.id().map(Into::into),
            is_id_signed: verified.is_id_signed(),
            timestamp_ms: verified.timestamp().map(Timestamp::as_millis),
            covered: verified.covered().into(),
        }
    }
}

/// See [`Scheme`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiWebhookScheme(Scheme);

#[uniffi::export]
impl FfiWebhookScheme {
    /// Returns the scheme of a vendor.
    #[uniffi::constructor]
    pub fn named(name: &str) -> Result<Self, FfiError> {
        Ok(Self(Scheme::named(name)?))
    }

    /// Reads a scheme from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(Scheme::from_json(text)?))
    }

    /// Returns the headers that sign a request. The headers of the request are alternating names and
    /// values.
    pub fn sign(
        &self,
        secret: &FfiSecret,
        method: &str,
        url: &str,
        request_headers: Vec<String>,
        body: &[u8],
        now_ms: i64,
    ) -> Result<Vec<FfiHeader>, FfiError> {
        let pairs = Pairs::new(request_headers);
        let pairs = pairs.as_slices();
        let request = SignedRequest { method, url, headers: &pairs, body };
        Ok(headers(&self.0.sign(&secret.0, &request, timestamp(now_ms)?)?))
    }

    /// Verifies a request. The headers of the request are alternating names and values.
    pub fn verify(
        &self,
        secrets: Vec<Arc<FfiSecret>>,
        method: &str,
        url: &str,
        request_headers: Vec<String>,
        body: &[u8],
        now_ms: i64,
    ) -> Result<FfiVerifiedRequest, FfiError> {
        let pairs = Pairs::new(request_headers);
        let pairs = pairs.as_slices();
        let request = SignedRequest { method, url, headers: &pairs, body };
        let secrets = FfiSecret::clone_all(&secrets);
        Ok(self.0.verify(&secrets, &request, timestamp(now_ms)?)?.into())
    }
}
