//! Reads the health of endpoints from JSON.

use keyrail_core::Timestamp;
use keyrail_core::config::{Id, check_schema, in_range, json, range_schema};

use super::count::COUNTS;
use super::health::{DisabledReason, ENDPOINT_SCHEMA, EndpointHealth};
use crate::ErrorKind;
use crate::time::check_time;

keyrail_core::config_object! {
    /// The health of an endpoint: whether events are sent to it now, and since when it fails.
    document EndpointHealth (faults) {
        /// The version of this document's format, which is 1. A newer version is rejected.
        optional schema: i64 as json!({"const": ENDPOINT_SCHEMA});
        /// The id of the endpoint.
        required endpoint: Id;
        /// The number of changes made to the health; 0 if absent.
        optional version: i64 as range_schema(COUNTS);
        /// The time of the first failure after the last success (RFC 3339).
        state failing_since: Timestamp;
        /// How many deliveries were given up after a failed attempt since the last success; 0 if
        /// absent.
        optional dead: i64 as range_schema(COUNTS);
        /// When the warning was caused (RFC 3339).
        state warned_at: Timestamp;
        /// The end of the last pause that the endpoint asked for (RFC 3339).
        state parked_until: Timestamp;
        /// When and why the endpoint was disabled.
        state disabled: Disabled;
    } => {
        check_schema(schema, ENDPOINT_SCHEMA, ErrorKind::OF_SCHEMA, faults)?;
        let count = |value: Option<i64>, member| {
            in_range(value.or(Some(0)), COUNTS, member, ErrorKind::MalformedNumber, faults)
        };
        let (version, dead) = (count(version, "version"), count(dead, "dead"));
        let is_failing = !failing_since.is_absent();
        if !is_failing && !warned_at.is_absent() {
            faults.add_kind_below(format_args!("/warned_at"), ErrorKind::MalformedState);
        }
        if !is_failing && dead.is_some_and(|dead: u64| dead > 0) {
            faults.add_kind_below(format_args!("/dead"), ErrorKind::MalformedState);
        }
        let (failing_since, warned_at) = (failing_since.sound(), warned_at.sound());
        let (parked_until, disabled) = (parked_until.sound(), disabled.sound());
        check_time(failing_since.flatten(), "failing_since", faults);
        check_time(warned_at.flatten(), "warned_at", faults);
        check_time(parked_until.flatten(), "parked_until", faults);
        let (failing_since, warned_at) = (failing_since?, warned_at?);
        if failing_since.is_some() && warned_at.is_some() && warned_at < failing_since {
            faults.add_kind_below(format_args!("/warned_at"), ErrorKind::MalformedState);
        }
        let disabled = disabled?;
        let dead = dead?;
        if let Some(Disabled { at, reason }) = disabled
            && !can_be_disabled(reason, at, failing_since, warned_at, dead)
        {
            faults.add_kind_below(format_args!("/disabled"), ErrorKind::MalformedState);
        }
        Some(Self {
            endpoint: endpoint?.into_string(),
            version: version?,
            failing_since,
            dead,
            warned_at,
            parked_until: parked_until?,
            disabled: disabled.map(|Disabled { at, reason }| (at, reason)),
        })
    } as json!({"dependentRequired": {"warned_at": ["failing_since"]}})
}

/// Returns whether an endpoint can have been disabled for this reason.
fn can_be_disabled(
    reason: DisabledReason,
    at: Timestamp,
    failing_since: Option<Timestamp>,
    warned_at: Option<Timestamp>,
    dead: u64,
) -> bool {
    let has_failed = dead > 0 && failing_since.is_some_and(|since| since <= at);
    match reason {
        DisabledReason::Failures => has_failed && warned_at.is_some(),
        DisabledReason::Gone => has_failed,
        DisabledReason::Host => true,
    }
}

#[derive(Clone, Copy)]
struct Disabled {
    at: Timestamp,
    reason: DisabledReason,
}

keyrail_core::config_object! {
    /// When and why an endpoint was disabled.
    Disabled as "DisabledEndpoint" (faults) {
        /// When the endpoint was disabled (RFC 3339).
        required at: Timestamp;
        /// Why it was disabled.
        required reason: DisabledReason = choice(DisabledReason::WORDS);
    } => {
        check_time(at, "at", faults);
        Some(Self { at: at?, reason: reason? })
    }
}
