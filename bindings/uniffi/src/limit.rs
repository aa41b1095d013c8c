//! Limits, and what they decide.

use std::sync::Arc;

use keyrail::Timestamp;
use keyrail::access::{
    CalendarUnit, Consumption, Limit, LimitOutcome, LimitOwner, LimitState, Quota, Rate, consume,
};

use crate::access::FfiPair;
use crate::error::{FfiError, FfiProblem};
use crate::mirror::mirror_enum;
use crate::time::timestamp;

mirror_enum! { FfiLimitOwner of LimitOwner { Key, Owner, Organization } }

/// See [`LimitState`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiLimitState {
    pub at: i64,
    pub count: i64,
}

impl From<LimitState> for FfiLimitState {
    fn from(state: LimitState) -> Self {
        Self { at: state.at, count: state.count }
    }
}

impl From<FfiLimitState> for LimitState {
    fn from(state: FfiLimitState) -> Self {
        Self { at: state.at, count: state.count }
    }
}

/// Reads a limit's state from JSON.
#[uniffi::export]
pub fn access_limit_state_from_json(text: &str) -> Result<FfiLimitState, FfiError> {
    Ok(LimitState::from_json(text)?.into())
}

/// Returns a limit's state as JSON.
#[uniffi::export]
pub fn access_limit_state_to_json(state: FfiLimitState) -> String {
    LimitState::from(state).to_json()
}

mirror_enum! { FfiCalendarUnit of CalendarUnit { Hour, Day, Week, Month } }

/// See [`Rate`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiRate {
    pub units: u32,
    pub per_seconds: u32,
    pub burst: u32,
}

impl From<Rate> for FfiRate {
    fn from(rate: Rate) -> Self {
        Self { units: rate.units(), per_seconds: rate.per_seconds(), burst: rate.burst() }
    }
}

/// See [`Quota`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiQuota {
    pub units: u32,
    pub per: FfiCalendarUnit,
    pub day: Option<u8>,
}

impl From<Quota> for FfiQuota {
    fn from(quota: Quota) -> Self {
        Self { units: quota.units(), per: quota.per().into(), day: quota.day() }
    }
}

/// See [`Limit`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiLimit(pub(crate) Limit);

#[uniffi::export]
impl FfiLimit {
    /// Reads a limit from its configuration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(Limit::from_json(text)?))
    }

    /// Returns the name.
    pub fn name(&self) -> String {
        self.0.name().into()
    }

    /// Returns whose requests the limit counts.
    pub fn of(&self) -> FfiLimitOwner {
        self.0.of().into()
    }

    /// Returns the rate, if the limit is one.
    pub fn rate(&self) -> Option<FfiRate> {
        self.0.rate().map(Into::into)
    }

    /// Returns the quota, if the limit is one.
    pub fn quota(&self) -> Option<FfiQuota> {
        self.0.quota().map(Into::into)
    }

    /// Returns the number of units that a request consumes.
    pub fn cost(&self) -> u32 {
        self.0.cost()
    }

    /// Returns the limit as JSON.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}

/// A limit with its stored state.
#[derive(Debug, uniffi::Record)]
pub struct FfiStoredLimit {
    /// The limit.
    pub limit: Arc<FfiLimit>,
    /// The stored state.
    pub state: Option<FfiLimitState>,
}

/// The stored state of a limit, with the limit's id.
#[derive(Debug, uniffi::Record)]
pub struct FfiStoredState {
    /// The id of the limit.
    pub id: String,
    /// The stored state, if there is one.
    pub state: Option<FfiLimitState>,
}

/// The stored state of each limit by its id.
pub(crate) struct StoredStates(Vec<(String, Option<LimitState>)>);

impl StoredStates {
    pub(crate) fn new(states: Vec<FfiStoredState>) -> Self {
        let pair = |stored: FfiStoredState| (stored.id, stored.state.map(Into::into));
        Self(states.into_iter().map(pair).collect())
    }

    pub(crate) fn as_pairs(&self) -> Vec<(&str, Option<LimitState>)> {
        self.0.iter().map(|(id, state)| (id.as_str(), *state)).collect()
    }
}

/// See [`LimitOutcome`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiLimitOutcome {
    pub id: Option<String>,
    pub name: String,
    pub of: FfiLimitOwner,
    pub is_exceeded: bool,
    pub remaining: u32,
    pub old_state: Option<FfiLimitState>,
    pub new_state: Option<FfiLimitState>,
    pub next_at_ms: Option<i64>,
}

impl From<&LimitOutcome> for FfiLimitOutcome {
    fn from(outcome: &LimitOutcome) -> Self {
        Self {
            id: outcome.id().map(Into::into),
            name: outcome.name().into(),
            of: outcome.of().into(),
            is_exceeded: outcome.is_exceeded(),
            remaining: outcome.remaining(),
            old_state: outcome.old_state().map(Into::into),
            new_state: outcome.new_state().map(Into::into),
            next_at_ms: outcome.next_at().map(Timestamp::as_millis),
        }
    }
}

/// See [`Consumption`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiConsumption {
    pub is_allowed: bool,
    pub limits: Vec<FfiLimitOutcome>,
    pub retry_at_ms: Option<i64>,
    pub retry_after_seconds: Option<u64>,
    pub headers: Vec<FfiPair>,
    pub problem: Option<Arc<FfiProblem>>,
}

impl From<&Consumption> for FfiConsumption {
    fn from(consumption: &Consumption) -> Self {
        let pair = |(name, value): (&str, String)| FfiPair { name: name.into(), value };
        Self {
            is_allowed: consumption.is_allowed(),
            limits: consumption.limits().iter().map(Into::into).collect(),
            retry_at_ms: consumption.retry_at().map(Timestamp::as_millis),
            retry_after_seconds: consumption.retry_after_seconds(),
            headers: consumption.headers().into_iter().map(pair).collect(),
            problem: consumption.problem().map(|problem| Arc::new(FfiProblem(problem))),
        }
    }
}

/// Consumes one request from each limit, or from none of them.
#[uniffi::export]
pub fn access_consume(
    limits: Vec<FfiStoredLimit>,
    now_ms: i64,
) -> Result<FfiConsumption, FfiError> {
    let (limits, states): (Vec<_>, Vec<_>) =
        limits.into_iter().map(|stored| (stored.limit, stored.state.map(LimitState::from))).unzip();
    let pairs: Vec<_> = limits.iter().map(|limit| &limit.0).zip(states).collect();
    let consumption = consume(&pairs, timestamp(now_ms)?)?;
    Ok((&consumption).into())
}
