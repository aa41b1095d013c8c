//! Limits: how many requests a key, its owner or its organization may make.
//!
//! A limit is a pure state machine. Its state is two integers, which the host stores: the old state
//! goes in, a decision and the new state come out. The host stores the new state only if the stored
//! state is still the one that went in (compare and swap). Otherwise it repeats the decision with
//! the state that it found.
//!
//! A limit also works if the clocks of several servers differ, or if a request reaches the store
//! late. The latest time that can be stored is `now` for a quota, and for a rate the time at which
//! a bucket that is empty now will be full. A stored time that is later by at most
//! [`CLOCK_TOLERANCE_MS`] is used unchanged. A stored time that is later still was stored before a
//! clock was set back. It is replaced, even if the request is denied, so that nobody is locked out
//! for long.
//!
//! # Rates
//!
//! A rate is the generic cell rate algorithm (GCRA, ITU-T I.371). A bucket holds at most `burst`
//! units and fills evenly: in `per_seconds` seconds, it gains `units`. The state is the time at
//! which the bucket will be full again: [`LimitState::at`] is the time in milliseconds, rounded
//! down, and [`LimitState::count`] is how far it was rounded down, in steps of 1/`units` of a
//! millisecond. Rounding therefore never affects a decision. If the stored time is too far ahead,
//! the bucket counts as empty now, and the stored time is replaced accordingly.
//!
//! # Quotas
//!
//! A quota is a number of units in each hour, day, week or month of the calendar, in UTC. The state
//! is the start of the window and the number of units that were consumed in it. A window that starts
//! too far ahead is replaced by the current one, with the same number of consumed units.

mod consumption;
mod quota;
mod rate;
mod read;

pub(crate) use consumption::consume_all;
pub use consumption::{Consumption, LimitOutcome, MAX_LIMITS, consume};
pub use quota::{CalendarUnit, Quota};
pub use rate::Rate;
pub(crate) use read::limit_faults;
pub use read::{LIMIT_STATE_SCHEMA, MAX_LIMIT_NAME, MAX_UNITS};

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use keyrail_core::ConfigError;
use keyrail_core::config::{self, Writer};

use crate::KeyRecord;

/// The number of milliseconds by which the clocks of the servers that share a limit may differ.
pub const CLOCK_TOLERANCE_MS: i64 = 60_000;

/// Whose requests a limit counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LimitOwner {
    /// The requests of the key.
    #[default]
    Key,
    /// The requests of all keys of the key's owner.
    Owner,
    /// The requests of all keys of the key's organization.
    Organization,
}

impl LimitOwner {
    pub(crate) const WORDS: &'static [(&'static str, Self)] =
        &[("key", Self::Key), ("owner", Self::Owner), ("organization", Self::Organization)];

    /// Returns `key`, `owner` or `organization`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Owner => "owner",
            Self::Organization => "organization",
        }
    }
}

impl fmt::Display for LimitOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A limit on requests: a rate or a calendar quota.
///
/// ```
/// use keyrail_access::{Limit, consume};
/// use keyrail_core::Timestamp;
/// let limit = Limit::from_json(r#"{
///     "name": "burst", "rate": {"units": 60, "per_seconds": 60, "burst": 2}
/// }"#)?;
/// let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
/// let first = consume(&[(&limit, None)], now).unwrap();
/// let second = consume(&[(&limit, first.limits()[0].new_state())], now).unwrap();
/// let third = consume(&[(&limit, second.limits()[0].new_state())], now).unwrap();
/// assert!(first.is_allowed() && second.is_allowed() && !third.is_allowed());
/// assert_eq!(third.retry_after_seconds(), Some(1));
/// assert_eq!(second.headers()[1], ("RateLimit", r#""burst";r=0;t=1"#.into()));
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Shared with the outcomes.
    name: Arc<str>,
    of: LimitOwner,
    rule: Rule,
    cost: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Rate(Rate),
    Quota(Quota),
}

/// The state of a limit, which the host stores: two integers.
///
/// Store the two integers, or the JSON of [`to_json`](Self::to_json), which also contains the version
/// of its format.
///
/// ```
/// use keyrail_access::LimitState;
/// let state = LimitState { at: 1_793_491_200_000, count: 7 };
/// assert_eq!(state.to_json(), r#"{"schema":1,"at":1793491200000,"count":7}"#);
/// assert_eq!(LimitState::from_json(&state.to_json())?, state);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LimitState {
    /// A time in Unix milliseconds. For a rate, it is the time at which the bucket will be full,
    /// rounded down. For a quota, it is the start of the window.
    pub at: i64,
    /// For a rate, how far `at` was rounded down, in steps of 1/`units` of a millisecond. For a
    /// quota, the number of units that were consumed in the window.
    pub count: i64,
}

impl LimitState {
    /// Reads a state from JSON.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, and `access.malformed_number` for a wrong `schema`, a
    /// negative count, or an integer that is not from -(2^53 - 1) to 2^53 - 1. If a newer release
    /// wrote the state, the only fault is `access.newer_schema`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a state.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("limit-state")
    }

    /// Returns the state as JSON, on one line.
    pub fn to_json(self) -> String {
        let mut json = Writer::new();
        json.raw("schema", LIMIT_STATE_SCHEMA);
        json.raw("at", self.at);
        json.raw("count", self.count);
        json.finish()
    }
}

impl Limit {
    /// Reads a limit from its configuration.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, and:
    ///
    /// - `access.limit_rule`: the limit has neither a rate nor a quota, or it has both;
    /// - `access.malformed_limit_name`, `access.malformed_limit`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a limit.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("limit")
    }

    /// Returns the name, which the header fields `RateLimit-Policy` and `RateLimit` contain.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whose requests the limit counts. Store a separate state for each limit name and each
    /// key, owner or organization whose requests the limit counts.
    pub const fn of(&self) -> LimitOwner {
        self.of
    }

    /// Returns the id under which the host stores the limit's state for a record. Names of limits
    /// contain no slash, so two different limits never have the same id.
    pub(crate) fn id_for(&self, record: &KeyRecord) -> String {
        let counted = match self.of {
            LimitOwner::Key => Some(record.id()),
            LimitOwner::Owner => record.owner(),
            LimitOwner::Organization => record.organization(),
        };
        format!("{}/{}/{}", self.of, self.name, counted.unwrap_or_default())
    }

    /// Returns the number of units that a request consumes.
    pub const fn cost(&self) -> u32 {
        self.cost
    }

    /// Returns the rate, or `None` if the limit is a quota.
    pub const fn rate(&self) -> Option<Rate> {
        match self.rule {
            Rule::Rate(rate) => Some(rate),
            Rule::Quota(_) => None,
        }
    }

    /// Returns the quota, or `None` if the limit is a rate.
    pub const fn quota(&self) -> Option<Quota> {
        match self.rule {
            Rule::Rate(_) => None,
            Rule::Quota(quota) => Some(quota),
        }
    }

    /// Returns whether two limits are the same rate or the same quota.
    #[doc(hidden)]
    pub fn has_same_rule(&self, other: &Self) -> bool {
        self.rule == other.rule
    }

    /// Returns the limit as JSON, on one line.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.text("name", Some(&self.name));
        json.text("of", Some(self.of));
        match &self.rule {
            Rule::Rate(rate) => json.raw("rate", rate.to_json()),
            Rule::Quota(quota) => json.raw("quota", quota.to_json()),
        }
        json.raw("cost", self.cost);
        json.finish()
    }
}

keyrail_core::from_str! {
    Limit: from_json, ConfigError;
    LimitState: from_json, ConfigError;
}
