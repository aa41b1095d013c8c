//! Health policies.

use alloc::string::String;
use core::ops::RangeInclusive;

use keyrail_core::ConfigError;
use keyrail_core::config::{self, Writer, in_range, range_schema};

use crate::ErrorKind;

/// The maximum time before a warning or before an endpoint is disabled, in seconds: 1000 days.
pub const MAX_HEALTH_SECONDS: u32 = 86_400_000;

/// The maximum number of given up deliveries that a policy can require.
pub const MAX_DEAD: u32 = 1_000_000;

/// The range of a time, in seconds.
const SECONDS: RangeInclusive<i64> = 1..=MAX_HEALTH_SECONDS as i64;
/// The range of a number of deliveries.
const DEAD: RangeInclusive<i64> = 1..=MAX_DEAD as i64;

/// When an endpoint that fails is reported, and when it is disabled.
///
/// A failure disables an endpoint if the endpoint has failed for at least `disable_after_seconds`,
/// if at least `disable_after_dead` deliveries were given up, and if the warning is as old as the
/// difference between `disable_after_seconds` and `warn_after_seconds`. A failure never disables an
/// endpoint without an earlier warning.
///
/// ```
/// use keyrail_webhook::HealthPolicy;
/// let policy = HealthPolicy::from_json(r#"{"disable_after_seconds": 604800}"#)?;
/// assert_eq!(policy.warn_after_seconds(), 86_400);
/// assert_eq!(policy.disable_after_dead(), 3);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HealthPolicy {
    warn_after_seconds: u32,
    disable_after_seconds: u32,
    disable_after_dead: u32,
}

impl HealthPolicy {
    /// Returns the policy whose members have their default values: a warning after a day, and
    /// disabling after five days and three deliveries that were given up.
    pub const fn standard() -> Self {
        Self { warn_after_seconds: 86_400, disable_after_seconds: 432_000, disable_after_dead: 3 }
    }

    /// Reads a policy from JSON. A policy without members is the [standard](Self::standard) one.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, and `webhook.malformed_health_policy` if a number is out
    /// of range, or if `disable_after_seconds` is less than `warn_after_seconds`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a policy.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("health-policy")
    }

    /// Returns for how long all attempts must have failed before a warning, in seconds.
    pub const fn warn_after_seconds(&self) -> u32 {
        self.warn_after_seconds
    }

    /// Returns for how long all attempts must have failed before the endpoint is disabled, in
    /// seconds.
    pub const fn disable_after_seconds(&self) -> u32 {
        self.disable_after_seconds
    }

    /// Returns how many deliveries must have been given up because of failures before the endpoint
    /// is disabled.
    pub const fn disable_after_dead(&self) -> u32 {
        self.disable_after_dead
    }

    /// Returns the policy as JSON, on one line, with all members.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.raw("warn_after_seconds", self.warn_after_seconds);
        json.raw("disable_after_seconds", self.disable_after_seconds);
        json.raw("disable_after_dead", self.disable_after_dead);
        json.finish()
    }
}

impl Default for HealthPolicy {
    fn default() -> Self {
        Self::standard()
    }
}

keyrail_core::from_str! {
    HealthPolicy: from_json, ConfigError;
}

keyrail_core::config_object! {
    /// When an endpoint that fails is reported, and when it is disabled.
    document HealthPolicy (faults) {
        /// For how long all attempts must have failed before a warning, in seconds; 86,400 (a day)
        /// if absent.
        optional warn_after_seconds: i64 as range_schema(SECONDS);
        /// For how long all attempts must have failed before the endpoint is disabled, in seconds;
        /// 432,000 (five days) if absent. It must not be less than `warn_after_seconds`.
        optional disable_after_seconds: i64 as range_schema(SECONDS);
        /// How many deliveries must have been given up because of failures before the endpoint is
        /// disabled; 3 if absent.
        optional disable_after_dead: i64 as range_schema(DEAD);
    } => {
        let number = |value: Option<i64>, default: u32, range, member| {
            in_range(value.or(Some(default.into())), range, member, ErrorKind::MalformedHealthPolicy, faults)
        };
        let standard = Self::standard();
        let warn: Option<u32> = number(
            warn_after_seconds, standard.warn_after_seconds, SECONDS, "warn_after_seconds",
        );
        let disable: Option<u32> = number(
            disable_after_seconds, standard.disable_after_seconds, SECONDS, "disable_after_seconds",
        );
        let dead = number(
            disable_after_dead, standard.disable_after_dead, DEAD, "disable_after_dead",
        );
        if let (Some(warn), Some(disable)) = (warn, disable)
            && disable < warn
        {
            faults.add_kind_below(format_args!("/disable_after_seconds"), ErrorKind::MalformedHealthPolicy);
        }
        Some(Self {
            warn_after_seconds: warn?,
            disable_after_seconds: disable?,
            disable_after_dead: dead?,
        })
    }
}
