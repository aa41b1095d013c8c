//! Reads retry policies from JSON.

use alloc::sync::Arc;
use alloc::vec::Vec;

use keyrail_core::config::{Checked, Faults, in_range, json, range_schema};

use super::policy::{
    MAX_ATTEMPTS, MAX_DEADLINE_SECONDS, MAX_DELAY_SECONDS, RetryPolicy, STANDARD_DELAYS_SECONDS,
};
use crate::ErrorKind;

/// The range of a delay, in seconds.
const DELAYS: core::ops::RangeInclusive<i64> = 1..=MAX_DELAY_SECONDS as i64;
/// The range of a deadline, in seconds.
const DEADLINES: core::ops::RangeInclusive<i64> = 1..=MAX_DEADLINE_SECONDS as i64;
/// The range of the factor of an exponential schedule.
const FACTORS: core::ops::RangeInclusive<i64> = 2..=10;
/// The range of the number of attempts of an exponential schedule.
const ATTEMPTS: core::ops::RangeInclusive<i64> = 1..=MAX_ATTEMPTS as i64;

keyrail_core::config_object! {
    /// When failed attempts are repeated, and when a delivery is given up. Without
    /// `delays_seconds` and `exponential`, the delays are those of Standard Webhooks.
    document RetryPolicy (faults) {
        /// The delay after each failed attempt but the last one, in seconds. An empty list allows one
        /// attempt.
        state delays_seconds: Vec<Checked<i64>> as json!({
            "maxItems": MAX_ATTEMPTS - 1,
            "items": {"type": "integer", "minimum": 1, "maximum": MAX_DELAY_SECONDS},
        });
        /// Delays that grow by a factor.
        state exponential: Exponential;
        /// By how many percent a delay is extended at most, by a random part; 20 if absent.
        optional jitter_percent: i64 as range_schema(0..=100);
        /// The time from the start of a delivery to its deadline, in seconds. No attempt is planned
        /// after the deadline. If absent, it is one day after the last attempt with the most jitter.
        /// It must not be before the first retry.
        state deadline_seconds: i64 as range_schema(DEADLINES);
    } => {
        if !delays_seconds.is_absent() && !exponential.is_absent() {
            faults.add_kind_below(format_args!("/exponential"), ErrorKind::TwoSchedules);
        }
        let jitter = in_range(
            jitter_percent, 0..=100, "jitter_percent", ErrorKind::MalformedJitter, faults,
        );
        let deadline = deadline_seconds.optional();
        let deadline: Option<u32> =
            in_range(deadline, DEADLINES, "deadline_seconds", ErrorKind::MalformedDeadline, faults);
        let delays = match (delays_seconds.sound()?, exponential.sound()?) {
            (Some(list), _) => read_delays(list, faults)?,
            (None, Some(exponential)) => exponential.0,
            (None, None) => STANDARD_DELAYS_SECONDS.into(),
        };
        let first = delays.first().copied().unwrap_or_default();
        if deadline.is_some_and(|deadline| deadline < first) {
            faults.add_kind_below(format_args!("/deadline_seconds"), ErrorKind::MalformedDeadline);
        }
        Some(Self::with_delays(delays, jitter, deadline))
    } as json!({"not": {"required": ["delays_seconds", "exponential"]}})
}

/// Returns the delays of a list. Adds a fault for each delay that is out of range, and for a list
/// that is too long.
fn read_delays(list: Vec<Checked<i64>>, faults: &Faults) -> Option<Arc<[u32]>> {
    if list.len() >= MAX_ATTEMPTS {
        faults.add_kind_below(format_args!("/delays_seconds"), ErrorKind::MalformedAttempts);
        return None;
    }
    let mut delays = Vec::new();
    for (index, Checked(seconds)) in list.into_iter().enumerate() {
        let Some(seconds) = seconds else { continue };
        match u32::try_from(seconds) {
            Ok(delay) if DELAYS.contains(&seconds) => delays.push(delay),
            _ => {
                let kind = ErrorKind::MalformedDelay;
                faults.add_kind_below(format_args!("/delays_seconds/{index}"), kind);
            }
        }
    }
    Some(delays.into())
}

/// The delays of an exponential schedule.
struct Exponential(Arc<[u32]>);

keyrail_core::config_object! {
    /// Delays that grow by a factor until they reach a maximum.
    Exponential (faults) {
        /// The delay after the first attempt, in seconds.
        required first_seconds: i64 as range_schema(DELAYS);
        /// The factor by which each delay is longer than the one before; 2 if absent.
        optional factor: i64 as range_schema(FACTORS);
        /// The maximum delay, in seconds.
        required max_seconds: i64 as range_schema(DELAYS);
        /// The maximum number of attempts, including the first one.
        required attempts: i64 as range_schema(ATTEMPTS);
    } => {
        let delay = |value, member| in_range(value, DELAYS, member, ErrorKind::MalformedDelay, faults);
        let first: Option<u32> = delay(first_seconds, "first_seconds");
        let max: Option<u32> = delay(max_seconds, "max_seconds");
        let attempts: Option<usize> =
            in_range(attempts, ATTEMPTS, "attempts", ErrorKind::MalformedAttempts, faults);
        let factor =
            in_range(factor.or(Some(2)), FACTORS, "factor", ErrorKind::MalformedFactor, faults);
        if let (Some(first), Some(max)) = (first, max)
            && max < first
        {
            faults.add_kind_below(format_args!("/max_seconds"), ErrorKind::MalformedDelay);
        }
        let (first, max, factor): (u32, u32, u32) = (first?, max?, factor?);
        let delays = core::iter::successors(Some(first), |delay| {
            Some(delay.saturating_mul(factor).min(max))
        });
        Some(Self(delays.take(attempts? - 1).collect()))
    }
}
