//! The delivery of webhooks.

use keyrail::Timestamp;
use keyrail::webhook::{
    DeadReason, DeliveryFailure, DeliveryOutcome, DeliveryResult, DeliveryState, GiveUp,
    NoResponse, RetryPolicy, Settled,
};

use crate::error::FfiError;
use crate::mirror::mirror_enum;
use crate::redact::FfiRedactor;
use crate::response;
use crate::time::timestamp;
use crate::webhook::{FfiSigner, alternating};

mirror_enum! { FfiNoResponse of NoResponse { Timeout, Dns, Connection, Tls } }
mirror_enum! { FfiDeadReason of DeadReason { Exhausted, Deadline, Gone, EndpointDisabled, TargetRejected, Canceled } }
mirror_enum! { FfiGiveUp of GiveUp { EndpointDisabled, TargetRejected, Canceled } }

/// See [`RetryPolicy`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiRetryPolicy(RetryPolicy);

#[uniffi::export]
impl FfiRetryPolicy {
    /// Returns the policy that Standard Webhooks recommends.
    #[uniffi::constructor]
    pub fn standard() -> Self {
        Self(RetryPolicy::standard())
    }

    /// Reads a policy from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(RetryPolicy::from_json(text)?))
    }

    /// Returns the delays in seconds.
    pub fn delays_seconds(&self) -> Vec<u32> {
        self.0.delays_seconds().into()
    }

    /// Returns the jitter in percent.
    pub fn jitter_percent(&self) -> u32 {
        self.0.jitter_percent()
    }

    /// Returns the deadline in seconds.
    pub fn deadline_seconds(&self) -> u32 {
        self.0.deadline_seconds()
    }

    /// Returns the policy as JSON.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}

/// See [`DeliveryOutcome`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiDeliveryOutcome(DeliveryOutcome);

#[uniffi::export]
impl FfiDeliveryOutcome {
    /// Returns the outcome of an attempt with a response.
    #[uniffi::constructor]
    pub fn response(status: i64, retry_after: Option<String>) -> Self {
        let outcome = DeliveryOutcome::response(response::status(status));
        Self(match retry_after {
            Some(value) => outcome.with_retry_after(&value),
            None => outcome,
        })
    }

    /// Returns the outcome of an attempt without a response.
    #[uniffi::constructor]
    pub fn no_response(reason: FfiNoResponse) -> Self {
        Self(DeliveryOutcome::no_response(reason.into()))
    }

    /// Returns the outcome with the body of the response.
    pub fn with_body(&self, body: &[u8], redactor: &FfiRedactor) -> Self {
        Self(self.0.clone().with_body(body, &redactor.0))
    }

    /// Returns the status of the response.
    pub fn status(&self) -> Option<u16> {
        self.0.status()
    }

    /// Returns why there is no response.
    pub fn no_response_reason(&self) -> Option<FfiNoResponse> {
        self.0.no_response_reason().map(Into::into)
    }

    /// Returns the redacted start of the body.
    pub fn body(&self) -> Option<String> {
        self.0.body().map(Into::into)
    }

    /// Returns the outcome without its body, for printing.
    pub fn debug_text(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// See [`DeliveryFailure`].
#[derive(uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiDeliveryFailure {
    pub at_ms: i64,
    pub status: Option<u16>,
    pub no_response: Option<FfiNoResponse>,
    pub body: Option<String>,
}

impl From<&DeliveryFailure> for FfiDeliveryFailure {
    fn from(failure: &DeliveryFailure) -> Self {
        Self {
            at_ms: failure.at().as_millis(),
            status: failure.status(),
            no_response: failure.no_response_reason().map(Into::into),
            body: failure.body().map(Into::into),
        }
    }
}

/// See [`DeliveryResult`].
#[derive(Debug, uniffi::Enum)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub enum FfiDeliveryResult {
    Delivered,
    Retry { at_ms: i64 },
    Dead { reason: FfiDeadReason },
}

impl From<DeliveryResult> for FfiDeliveryResult {
    fn from(result: DeliveryResult) -> Self {
        match result {
            DeliveryResult::Delivered => Self::Delivered,
            DeliveryResult::Retry { at } => Self::Retry { at_ms: at.as_millis() },
            DeliveryResult::Dead { reason } => Self::Dead { reason: reason.into() },
        }
    }
}

/// See [`Settled`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiSettled(pub(crate) Settled);

#[uniffi::export]
impl FfiSettled {
    /// Returns the state to store.
    pub fn state(&self) -> FfiDeliveryState {
        FfiDeliveryState(self.0.state().clone())
    }

    /// Returns what becomes of the delivery.
    pub fn result(&self) -> FfiDeliveryResult {
        self.0.result().into()
    }

    /// Returns the end of the pause that the endpoint asked for.
    pub fn parked_until_ms(&self) -> Option<i64> {
        self.0.parked_until().map(Timestamp::as_millis)
    }

    /// Returns whether an attempt was made.
    pub fn is_attempt(&self) -> bool {
        self.0.is_attempt()
    }

    /// Returns whether the endpoint must be disabled.
    pub fn disables_endpoint(&self) -> bool {
        self.0.disables_endpoint()
    }
}

/// See [`DeliveryState`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiDeliveryState(pub(crate) DeliveryState);

#[uniffi::export]
impl FfiDeliveryState {
    /// Starts a delivery.
    #[uniffi::constructor]
    pub fn start(
        id: &str,
        endpoint: &str,
        policy: &FfiRetryPolicy,
        now_ms: i64,
    ) -> Result<Self, FfiError> {
        Ok(Self(DeliveryState::start(id, endpoint, &policy.0, timestamp(now_ms)?)?))
    }

    /// Reads a state from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(DeliveryState::from_json(text)?))
    }

    /// Returns the id of the delivery.
    pub fn id(&self) -> String {
        self.0.id().into()
    }

    /// Returns the id of the endpoint.
    pub fn endpoint(&self) -> String {
        self.0.endpoint().into()
    }

    /// Returns the policy.
    pub fn policy(&self) -> FfiRetryPolicy {
        FfiRetryPolicy(self.0.policy().clone())
    }

    /// Returns when the delivery was started.
    pub fn started_at_ms(&self) -> i64 {
        self.0.started_at().as_millis()
    }

    /// Returns the time after which no more attempts are planned.
    pub fn deadline_ms(&self) -> i64 {
        self.0.deadline().as_millis()
    }

    /// Returns the number of attempts that were made.
    pub fn attempts(&self) -> u32 {
        self.0.attempts()
    }

    /// Returns when the next attempt is due.
    pub fn next_at_ms(&self) -> Option<i64> {
        self.0.next_at().map(Timestamp::as_millis)
    }

    /// Returns when the event was delivered.
    pub fn delivered_at_ms(&self) -> Option<i64> {
        self.0.delivered_at().map(Timestamp::as_millis)
    }

    /// Returns when the delivery was given up.
    pub fn dead_at_ms(&self) -> Option<i64> {
        self.0.dead_at().map(Timestamp::as_millis)
    }

    /// Returns why the delivery was given up.
    pub fn dead_reason(&self) -> Option<FfiDeadReason> {
        self.0.dead_reason().map(Into::into)
    }

    /// Returns the last failed attempt.
    pub fn last_failure(&self) -> Option<FfiDeliveryFailure> {
        self.0.last_failure().map(Into::into)
    }

    /// Returns the signed headers of the next attempt, as alternating names and values. They are
    /// strings, because a signature is not a secret.
    pub fn request(
        &self,
        signer: &FfiSigner,
        body: &[u8],
        now_ms: i64,
    ) -> Result<Vec<String>, FfiError> {
        Ok(alternating(&self.0.request(&signer.0, body, timestamp(now_ms)?)?))
    }

    /// Returns what becomes of the delivery after an attempt.
    pub fn settle(
        &self,
        outcome: &FfiDeliveryOutcome,
        now_ms: i64,
        jitter: f64,
    ) -> Result<FfiSettled, FfiError> {
        Ok(FfiSettled(self.0.settle(&outcome.0, timestamp(now_ms)?, jitter)?))
    }

    /// Postpones the next attempt until the end of a pause.
    pub fn postpone(&self, until_ms: i64, now_ms: i64) -> Result<FfiSettled, FfiError> {
        Ok(FfiSettled(self.0.postpone(timestamp(until_ms)?, timestamp(now_ms)?)?))
    }

    /// Gives up the delivery.
    pub fn give_up(&self, reason: FfiGiveUp, now_ms: i64) -> Result<FfiSettled, FfiError> {
        Ok(FfiSettled(self.0.give_up(reason.into(), timestamp(now_ms)?)?))
    }

    /// Returns the state as JSON.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// Returns the state without the response, for printing.
    pub fn debug_text(&self) -> String {
        format!("{:?}", self.0)
    }
}
