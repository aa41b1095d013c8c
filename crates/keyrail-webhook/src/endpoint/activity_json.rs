//! Reads the activity of endpoints from JSON.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use keyrail_core::Timestamp;
use keyrail_core::config::{Checked, Faults, check_schema, in_range, json, range_schema};

use super::activity::{EndpointActivity, MAX_FAILURES};
use super::count::{COUNTS, MAX_COUNT};
use super::health::ENDPOINT_SCHEMA;
use super::latency::{BUCKETS, LATENCY_BOUNDS_MS, Latencies};
use crate::ErrorKind;
use crate::delivery::{DeliveryFailure, is_success};
use crate::time::check_time;

/// The range of a latency, in milliseconds.
const LATENCIES: RangeInclusive<i64> = 0..=u32::MAX as i64;

keyrail_core::config_object! {
    /// What an endpoint did: how many attempts succeeded, how long its responses took, and the last
    /// failures.
    document EndpointActivity (faults) {
        /// The version of this document's format, which is 1. A newer version is rejected.
        optional schema: i64 as json!({"const": ENDPOINT_SCHEMA});
        /// The number of attempts.
        required attempts: i64 as range_schema(COUNTS);
        /// The number of attempts that delivered an event.
        required successes: i64 as range_schema(COUNTS);
        /// The number of deliveries that were given up.
        required dead: i64 as range_schema(COUNTS);
        /// The time of the first attempt, or of the first delivery that was given up (RFC 3339).
        state since: Timestamp;
        /// The time of the last attempt, or of the last delivery that was given up (RFC 3339).
        state until: Timestamp;
        /// The number of responses in each bucket of latencies. Buckets without responses may be
        /// omitted at the end.
        required latencies: Vec<Checked<i64>> as json!({
            "maxItems": BUCKETS,
            "items": {"type": "integer", "minimum": 0, "maximum": MAX_COUNT},
        });
        /// The longest latency of a response, in milliseconds. It is absent if there were no
        /// responses.
        state max_latency_ms: i64 as range_schema(LATENCIES);
        /// The last failed attempts.
        required failures: Vec<Checked<DeliveryFailure>> as json!({"maxItems": MAX_FAILURES});
    } => {
        check_schema(schema, ENDPOINT_SCHEMA, ErrorKind::OF_SCHEMA, faults)?;
        let malformed = || ErrorKind::MalformedNumber;
        let attempts: Option<u64> = in_range(attempts, COUNTS, "attempts", malformed(), faults);
        let successes: Option<u64> = in_range(successes, COUNTS, "successes", malformed(), faults);
        let dead: Option<u64> = in_range(dead, COUNTS, "dead", malformed(), faults);
        let counts = latencies.and_then(|list| read_counts(list, faults));
        let (since, until) = (since.sound()?, until.sound()?);
        check_time(since, "since", faults);
        check_time(until, "until", faults);
        let max_ms = max_latency_ms.sound()?;
        let max_ms = match max_ms {
            Some(_) => Some(in_range(max_ms, LATENCIES, "max_latency_ms", malformed(), faults)?),
            None => None,
        };
        let failures = failures?;
        if failures.len() > MAX_FAILURES {
            faults.add_kind_below(format_args!("/failures"), malformed());
        }
        let failures: Option<Vec<_>> = failures.into_iter().map(|Checked(item)| item).collect();
        let failures = failures.filter(|list| list.len() <= MAX_FAILURES)?;
        let latencies = Latencies { counts: counts?, max_ms: max_ms.unwrap_or_default() };
        let period = since.zip(until);
        let mut activity =
            Self { attempts: attempts?, successes: successes?, dead: dead?, period, latencies, failures };
        if since.is_some() != until.is_some() || !can_be(&activity) {
            faults.add_kind(ErrorKind::MalformedState);
        }
        if is_impossible_max(&activity.latencies, max_ms) {
            faults.add_kind_below(format_args!("/max_latency_ms"), ErrorKind::MalformedState);
        }
        activity.keep_last_failures();
        Some(activity)
    } as json!({
        "dependentRequired": {"since": ["until"], "until": ["since"]},
    })
}

/// Returns the counts of all buckets, or `None` if there are faults. Adds a fault for each count that
/// is out of range, and for a list that is too long.
fn read_counts(list: Vec<Checked<i64>>, faults: &Faults) -> Option<[u64; BUCKETS]> {
    if list.len() > BUCKETS {
        faults.add_kind_below(format_args!("/latencies"), ErrorKind::MalformedNumber);
        return None;
    }
    let (mut counts, mut is_sound) = ([0; BUCKETS], true);
    for (index, (Checked(read), count)) in list.into_iter().zip(&mut counts).enumerate() {
        match read.map(u64::try_from) {
            Some(Ok(read)) if read <= MAX_COUNT => *count = read,
            Some(_) => {
                let kind = ErrorKind::MalformedNumber;
                faults.add_kind_below(format_args!("/latencies/{index}"), kind);
                is_sound = false;
            }
            None => is_sound = false,
        }
    }
    is_sound.then_some(counts)
}

/// Returns whether attempts can have led to this activity. Counts that reached the largest number are
/// not compared.
fn can_be(activity: &EndpointActivity) -> bool {
    let EndpointActivity { attempts, successes, dead, period, latencies, failures } = activity;
    let is_used = *attempts > 0 || *dead > 0;
    let (since, until) = match *period {
        Some(period) if is_used => period,
        None if !is_used => {
            return *successes == 0 && latencies.total() == 0 && failures.is_empty();
        }
        _ => return false,
    };
    let is_failure = |failure: &DeliveryFailure| {
        since <= failure.at() && failure.at() <= until && !is_success(failure.status())
    };
    if until < since || !failures.iter().all(is_failure) {
        return false;
    }
    let responses = latencies.total();
    if *attempts == MAX_COUNT {
        return true;
    }
    let (Some(failed), Some(rejected), Some(unanswered)) = (
        attempts.checked_sub(*successes),
        responses.checked_sub(*successes),
        attempts.checked_sub(responses),
    ) else {
        return false;
    };
    let (with_status, without) =
        failures.iter().partition::<Vec<_>, _>(|failure| failure.status().is_some());
    let is_at_most = |kept: usize, count: u64| u64::try_from(kept).is_ok_and(|kept| kept <= count);
    is_at_most(with_status.len(), rejected)
        && is_at_most(without.len(), unanswered)
        && (failures.len() == MAX_FAILURES || !is_at_most(failures.len() + 1, failed))
}

/// Returns whether the longest latency is not in the last bucket with responses.
fn is_impossible_max(latencies: &Latencies, max_ms: Option<u32>) -> bool {
    let last = latencies.counts.iter().rposition(|count| *count > 0);
    let bucket = max_ms.map(|max| LATENCY_BOUNDS_MS.partition_point(|bound| *bound < max));
    last != bucket
}
