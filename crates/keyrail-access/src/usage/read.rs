//! Reading usage from JSON.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use keyrail_core::Faults;
use keyrail_core::config::{
    Checked, Id, MAX_JSON_INTEGER, Value, check_schema, in_range, json, range_schema,
};

use super::{ClosedDay, Counted, Counts, Day, Usage};
use crate::ErrorKind;

/// The version of the JSON format of a usage.
pub const USAGE_SCHEMA: i64 = 1;

/// The maximum number of counts of a usage, plus the number of its epochs. An epoch counts once for
/// each day.
pub const MAX_USAGE: usize = 4_000_000;

/// The largest count: 2^53 - 1, which every JSON implementation can represent. A larger number of
/// requests is counted as this number.
pub const MAX_COUNT: u64 = (1 << 53) - 1;

/// The range of the numbers of requests in JSON.
const COUNTS: RangeInclusive<i64> = 1..=MAX_JSON_INTEGER;

struct ReadOpen {
    day: Day,
    epoch: Arc<str>,
    counts: Counts,
}

struct ReadClosed {
    day: Day,
    closed: ClosedDay,
}

struct ReadEpoch {
    epoch: Arc<str>,
    count: u64,
}

struct ReadCount {
    counted: Counted,
    count: u64,
}

keyrail_core::config_object! {
    /// The usage of keys: how often each key was used, by operation, outcome and day.
    document Usage (faults) {
        /// The version of this document's format, which is 1. A newer version is rejected.
        optional schema: i64 as json!({"const": USAGE_SCHEMA});
        /// The counts of the days that are not closed, by day and epoch.
        required open: Vec<Checked<ReadOpen>>;
        /// The days that are closed, with the sums of the counts of all epochs.
        required closed: Vec<Checked<ReadClosed>>;
    } => {
        check_schema(schema, USAGE_SCHEMA, ErrorKind::OF_SCHEMA, faults)?;
        let mut usage = Self::new();
        for (index, item) in closed?.into_iter().enumerate() {
            if let Some(ReadClosed { day, closed }) = item.0
                && usage.closed.insert(day, closed).is_some()
            {
                faults.add_kind_below(format_args!("/closed/{index}"), ErrorKind::DuplicateUsage);
            }
        }
        for (index, item) in open?.into_iter().enumerate() {
            let Some(ReadOpen { day, epoch, counts }) = item.0 else { continue };
            let previous = usage.open.entry(day).or_default().insert(epoch, counts);
            if previous.is_some() || usage.closed.contains_key(&day) {
                faults.add_kind_below(format_args!("/open/{index}"), ErrorKind::DuplicateUsage);
            }
        }
        usage.open.values_mut().for_each(|epochs| epochs.retain(|_, counts| !counts.is_empty()));
        usage.open.retain(|_, epochs| !epochs.is_empty());
        if usage.size() > MAX_USAGE {
            faults.add_kind(ErrorKind::TooMuchUsage);
            return None;
        }
        Some(usage)
    }
}

keyrail_core::config_object! {
    /// The counts of one epoch on one day.
    ReadOpen as "UsageOfEpoch" (faults) {
        /// The day, in UTC.
        required day: Day = parse(Day::parse, day_schema());
        /// The epoch of the counter.
        required epoch: Id;
        /// The counts.
        required counts: Vec<Checked<ReadCount>>;
    } => {
        let counts = counts_of(counts?, faults);
        Some(Self { day: day?, epoch: epoch?.into_string().into(), counts })
    }
}

keyrail_core::config_object! {
    /// A closed day.
    ReadClosed as "ClosedDay" (faults) {
        /// The day, in UTC.
        required day: Day = parse(Day::parse, day_schema());
        /// For each epoch, the number of requests that its counter counted on this day. Requests
        /// that were published after the day was closed are included here, but not in `counts`.
        required epochs: Vec<Checked<ReadEpoch>>;
        /// The sums of the counts of all epochs.
        required counts: Vec<Checked<ReadCount>>;
    } => {
        let counts = counts_of(counts?, faults);
        let mut read = BTreeMap::new();
        for (index, item) in epochs?.into_iter().enumerate() {
            if let Some(ReadEpoch { epoch, count }) = item.0
                && read.insert(epoch, count).is_some()
            {
                faults.add_kind_below(format_args!("/epochs/{index}"), ErrorKind::DuplicateUsage);
            }
        }
        Some(Self { day: day?, closed: ClosedDay { epochs: read, counts } })
    }
}

keyrail_core::config_object! {
    /// The number of requests that an epoch counted.
    ReadEpoch as "EpochTotal" (faults) {
        /// The epoch of the counter.
        required epoch: Id;
        /// The number of requests.
        required count: i64 as range_schema(COUNTS);
    } => {
        let count = in_range(count, COUNTS, "count", ErrorKind::MalformedCount, faults);
        Some(Self { epoch: epoch?.into_string().into(), count: count? })
    }
}

keyrail_core::config_object! {
    /// The number of requests that had the same record, operation and outcome.
    ReadCount as "UsageCount" (faults) {
        /// The id of the key's record; absent if no record matched the key, or if the counter was
        /// full.
        optional record: Id;
        /// The operation.
        required operation: Id;
        /// The outcome: `access.granted`, or the code of the reason for the denial, or `other`.
        required outcome: Id;
        /// The number of requests.
        required count: i64 as range_schema(COUNTS);
    } => {
        let count = in_range(count, COUNTS, "count", ErrorKind::MalformedCount, faults);
        let counted = Counted {
            record: record.map(|id| id.into_string().into()),
            operation: operation?.into_string().into(),
            outcome: outcome?.into_string().into(),
        };
        Some(Self { counted, count: count? })
    }
}

/// Returns the counts, and adds a fault for each count that has the same record, operation and
/// outcome as an earlier one.
fn counts_of(items: Vec<Checked<ReadCount>>, faults: &Faults) -> Counts {
    let mut counts = Counts::new();
    for (index, item) in items.into_iter().enumerate() {
        if let Some(ReadCount { counted, count }) = item.0
            && counts.insert(counted, count).is_some()
        {
            faults.add_kind_below(format_args!("/counts/{index}"), ErrorKind::DuplicateUsage);
        }
    }
    counts
}

fn day_schema() -> Value {
    json!({"type": "string", "format": "date", "examples": ["2026-12-01"]})
}
