//! The health and the activity of endpoints.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyrail::Timestamp;
use keyrail::webhook::{
    DisabledReason, EndpointActivity, EndpointEvent, EndpointHealth, EndpointStatus, HealthChange,
    HealthPolicy,
};

use crate::delivery::{FfiDeliveryFailure, FfiDeliveryState, FfiSettled};
use crate::error::FfiError;
use crate::mirror::mirror_enum;
use crate::time::timestamp;

mirror_enum! { FfiDisabledReason of DisabledReason { Failures, Gone, Host } }
mirror_enum! { FfiEndpointStatus of EndpointStatus { Healthy, Failing, Parked, Disabled } }
mirror_enum! { FfiEndpointEvent of EndpointEvent { Warned, Disabled, Enabled, Recovered, DeliveryExhausted, DeliveryRecovered } }

/// See [`HealthPolicy`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiHealthPolicy(HealthPolicy);

#[uniffi::export]
impl FfiHealthPolicy {
    /// Returns the policy whose members have their default values.
    #[uniffi::constructor]
    pub fn standard() -> Self {
        Self(HealthPolicy::standard())
    }

    /// Reads a policy from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(HealthPolicy::from_json(text)?))
    }

    /// Returns for how long all attempts must have failed before a warning.
    pub fn warn_after_seconds(&self) -> u32 {
        self.0.warn_after_seconds()
    }

    /// Returns for how long all attempts must have failed before the endpoint is disabled.
    pub fn disable_after_seconds(&self) -> u32 {
        self.0.disable_after_seconds()
    }

    /// Returns how many deliveries must have been given up before the endpoint is disabled.
    pub fn disable_after_dead(&self) -> u32 {
        self.0.disable_after_dead()
    }

    /// Returns the policy as JSON.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}

/// See [`HealthChange`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiHealthChange {
    pub health: Arc<FfiEndpointHealth>,
    pub is_changed: bool,
    pub events: Vec<FfiEndpointEvent>,
}

impl From<HealthChange> for FfiHealthChange {
    fn from(change: HealthChange) -> Self {
        Self {
            health: Arc::new(FfiEndpointHealth(change.health().clone())),
            is_changed: change.is_changed(),
            events: change.events().iter().copied().map(Into::into).collect(),
        }
    }
}

/// See [`EndpointHealth`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiEndpointHealth(EndpointHealth);

#[uniffi::export]
impl FfiEndpointHealth {
    /// Creates the health of an endpoint that was not used yet.
    #[uniffi::constructor]
    pub fn new(endpoint: &str) -> Result<Self, FfiError> {
        Ok(Self(EndpointHealth::new(endpoint)?))
    }

    /// Reads a health from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(EndpointHealth::from_json(text)?))
    }

    /// Returns the id of the endpoint.
    pub fn endpoint(&self) -> String {
        self.0.endpoint().into()
    }

    /// Returns the number of changes.
    pub fn version(&self) -> u64 {
        self.0.version()
    }

    /// Returns the time of the first failure after the last success.
    pub fn failing_since_ms(&self) -> Option<i64> {
        self.0.failing_since().map(Timestamp::as_millis)
    }

    /// Returns how many deliveries were given up since the last success.
    pub fn dead(&self) -> u64 {
        self.0.dead()
    }

    /// Returns when the warning was caused.
    pub fn warned_at_ms(&self) -> Option<i64> {
        self.0.warned_at().map(Timestamp::as_millis)
    }

    /// Returns the end of the last pause.
    pub fn parked_until_ms(&self) -> Option<i64> {
        self.0.parked_until().map(Timestamp::as_millis)
    }

    /// Returns when the endpoint was disabled.
    pub fn disabled_at_ms(&self) -> Option<i64> {
        self.0.disabled_at().map(Timestamp::as_millis)
    }

    /// Returns why the endpoint was disabled.
    pub fn disabled_reason(&self) -> Option<FfiDisabledReason> {
        self.0.disabled_reason().map(Into::into)
    }

    /// Returns whether events are sent to the endpoint.
    pub fn status(&self, now_ms: i64) -> Result<FfiEndpointStatus, FfiError> {
        Ok(self.0.status(timestamp(now_ms)?)?.into())
    }

    /// Returns what to store instead of making an attempt.
    pub fn hold(
        &self,
        delivery: &FfiDeliveryState,
        now_ms: i64,
    ) -> Result<Option<Arc<FfiSettled>>, FfiError> {
        let held = self.0.hold(&delivery.0, timestamp(now_ms)?)?;
        Ok(held.map(|settled| Arc::new(FfiSettled(settled))))
    }

    /// Returns the health after an attempt.
    pub fn record(
        &self,
        settled: &FfiSettled,
        policy: &FfiHealthPolicy,
    ) -> Result<FfiHealthChange, FfiError> {
        Ok(self.0.record(&settled.0, &policy.0)?.into())
    }

    /// Returns the health after the host disabled the endpoint.
    pub fn disable(&self, now_ms: i64) -> Result<FfiHealthChange, FfiError> {
        Ok(self.0.disable(timestamp(now_ms)?)?.into())
    }

    /// Returns the health after the endpoint was enabled again.
    pub fn enable(&self) -> FfiHealthChange {
        self.0.enable().into()
    }

    /// Returns the health as JSON.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// Returns the health without its times, for printing.
    pub fn debug_text(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// See [`EndpointActivity`].
#[derive(uniffi::Object)]
pub struct FfiEndpointActivity(Mutex<EndpointActivity>);

#[uniffi::export]
impl FfiEndpointActivity {
    /// Creates an activity without attempts.
    #[uniffi::constructor]
    pub fn new() -> Self {
        Self(Mutex::default())
    }

    /// Reads an activity from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(Mutex::new(EndpointActivity::from_json(text)?)))
    }

    /// Adds an attempt.
    pub fn record(&self, settled: &FfiSettled, latency_ms: i64) {
        self.lock().record(&settled.0, latency(latency_ms));
    }

    /// Adds another activity.
    pub fn merge(&self, other: &Self) {
        // A copy, so that only one of the two is locked at a time.
        let other = other.lock().clone();
        self.lock().merge(&other);
    }

    /// Returns all numbers at once.
    pub fn numbers(&self) -> FfiActivityNumbers {
        let activity = self.lock();
        FfiActivityNumbers {
            attempts: activity.attempts(),
            successes: activity.successes(),
            dead: activity.dead(),
            success_rate: activity.success_rate(),
            since_ms: activity.since().map(Timestamp::as_millis),
            until_ms: activity.until().map(Timestamp::as_millis),
            p50_ms: activity.p50_ms(),
            p95_ms: activity.p95_ms(),
            p99_ms: activity.p99_ms(),
            max_ms: activity.max_ms(),
        }
    }

    /// Returns the last failed attempts.
    pub fn failures(&self) -> Vec<FfiDeliveryFailure> {
        self.lock().failures().iter().map(Into::into).collect()
    }

    /// Returns the activity as JSON.
    pub fn to_json(&self) -> String {
        self.lock().to_json()
    }

    /// Returns a report on an endpoint as JSON.
    pub fn report(&self, health: &FfiEndpointHealth, now_ms: i64) -> Result<String, FfiError> {
        Ok(self.lock().report(&health.0, timestamp(now_ms)?)?)
    }

    /// Returns the activity without its failures, for printing.
    pub fn debug_text(&self) -> String {
        format!("{:?}", self.lock())
    }
}

impl FfiEndpointActivity {
    fn lock(&self) -> MutexGuard<'_, EndpointActivity> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for FfiEndpointActivity {
    fn default() -> Self {
        Self::new()
    }
}

/// The numbers of an activity, which were read at one time.
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiActivityNumbers {
    pub attempts: u64,
    pub successes: u64,
    pub dead: u64,
    pub success_rate: Option<f64>,
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
    pub p50_ms: Option<u32>,
    pub p95_ms: Option<u32>,
    pub p99_ms: Option<u32>,
    pub max_ms: Option<u32>,
}

/// Converts a latency. One that does not fit a `u32` becomes the nearest one that does.
fn latency(latency_ms: i64) -> u32 {
    u32::try_from(latency_ms.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::latency;

    #[test]
    fn a_latency_that_is_out_of_range_becomes_the_nearest_one() {
        assert_eq!([-1, 0, 1].map(latency), [0, 0, 1]);
        assert_eq!([1 << 32, i64::MAX, i64::MIN].map(latency), [u32::MAX, u32::MAX, 0]);
    }
}
