//! Receiving deliveries: verification, and claims against duplicates.

use std::sync::Arc;

use keyrail::Timestamp;
use keyrail::webhook::{
    ClaimState, DeliveryClaim, ReceivePolicy, ReceiveResult, Receiver, Verified,
};

use crate::error::FfiError;
use crate::pairs::Pairs;
use crate::time::timestamp;
use crate::webhook::{FfiVerified, FfiVerifier};

/// See [`ReceivePolicy`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiReceivePolicy(ReceivePolicy);

#[uniffi::export]
impl FfiReceivePolicy {
    /// Returns the policy whose members have their default values.
    #[uniffi::constructor]
    pub fn standard() -> Self {
        Self(ReceivePolicy::standard())
    }

    /// Reads a policy from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(ReceivePolicy::from_json(text)?))
    }

    /// Returns the time in which a delivery must be processed.
    pub fn lease_seconds(&self) -> u32 {
        self.0.lease_seconds()
    }

    /// Returns how long a delivery is remembered.
    pub fn remember_seconds(&self) -> u32 {
        self.0.remember_seconds()
    }

    /// Claims a delivery.
    pub fn claim(
        &self,
        id: &str,
        timestamp_ms: Option<i64>,
        stored: Option<Arc<FfiDeliveryClaim>>,
        now_ms: i64,
    ) -> Result<FfiReceiveResult, FfiError> {
        let signed_at = timestamp_ms.map(timestamp).transpose()?;
        let stored = stored.as_ref().map(|stored| &stored.0);
        Ok(self.0.claim(id, signed_at, stored, timestamp(now_ms)?)?.into())
    }

    /// Returns the policy as JSON.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}

/// See [`ClaimState`].
#[derive(Debug, uniffi::Enum)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub enum FfiClaimState {
    Leased { until_ms: i64 },
    Finished { at_ms: i64 },
    Released { at_ms: i64 },
}

impl From<ClaimState> for FfiClaimState {
    fn from(state: ClaimState) -> Self {
        match state {
            ClaimState::Leased { until } => Self::Leased { until_ms: until.as_millis() },
            ClaimState::Finished { at } => Self::Finished { at_ms: at.as_millis() },
            ClaimState::Released { at } => Self::Released { at_ms: at.as_millis() },
        }
    }
}

/// See [`ReceiveResult`].
#[derive(Debug, uniffi::Enum)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub enum FfiReceiveResult {
    Process { claim: Arc<FfiDeliveryClaim> },
    Duplicate,
    Busy { until_ms: i64 },
}

impl From<ReceiveResult> for FfiReceiveResult {
    fn from(result: ReceiveResult) -> Self {
        match result {
            ReceiveResult::Process(claim) => {
                Self::Process { claim: Arc::new(FfiDeliveryClaim(claim)) }
            }
            ReceiveResult::Duplicate => Self::Duplicate,
            ReceiveResult::Busy { until } => Self::Busy { until_ms: until.as_millis() },
        }
    }
}

/// See [`DeliveryClaim`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiDeliveryClaim(DeliveryClaim);

#[uniffi::export]
impl FfiDeliveryClaim {
    /// Reads a claim from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(DeliveryClaim::from_json(text)?))
    }

    /// Returns the id of the delivery.
    pub fn id(&self) -> String {
        self.0.id().into()
    }

    /// Returns the number of changes.
    pub fn version(&self) -> u64 {
        self.0.version()
    }

    /// Returns when the delivery was signed.
    pub fn timestamp_ms(&self) -> Option<i64> {
        self.0.timestamp().map(Timestamp::as_millis)
    }

    /// Returns whether the delivery is processed, or has been.
    pub fn state(&self) -> FfiClaimState {
        self.0.state().into()
    }

    /// Returns the time after which the claim can be deleted.
    pub fn expires_at_ms(&self) -> i64 {
        self.0.expires_at().as_millis()
    }

    /// Returns the claim to store after the delivery was processed.
    pub fn finish(&self, now_ms: i64) -> Result<Self, FfiError> {
        Ok(Self(self.0.finish(timestamp(now_ms)?)?))
    }

    /// Returns the claim to store after processing failed.
    pub fn release(&self, now_ms: i64) -> Result<Self, FfiError> {
        Ok(Self(self.0.release(timestamp(now_ms)?)?))
    }

    /// Returns the claim as JSON.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// Returns the claim without its times, for printing.
    pub fn debug_text(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// See [`Receiver`].
#[derive(uniffi::Object)]
pub struct FfiReceiver(Receiver);

#[uniffi::export]
impl FfiReceiver {
    /// Creates a receiver.
    #[uniffi::constructor]
    pub fn new(verifier: &FfiVerifier, policy: &FfiReceivePolicy) -> Result<Self, FfiError> {
        Ok(Self(Receiver::new(verifier.0.clone(), policy.0)?))
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

    /// Claims a verified delivery.
    pub fn claim(
        &self,
        verified: FfiVerified,
        stored: Option<Arc<FfiDeliveryClaim>>,
        now_ms: i64,
    ) -> Result<FfiReceiveResult, FfiError> {
        let verified = Verified::new(verified.id, timestamp(verified.timestamp_ms)?);
        let stored = stored.as_ref().map(|stored| &stored.0);
        Ok(self.0.claim(&verified, stored, timestamp(now_ms)?)?.into())
    }
}
