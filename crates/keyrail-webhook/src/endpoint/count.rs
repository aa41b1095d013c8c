//! Counts, up to the largest integer that every JSON parser reads exactly.

use core::ops::RangeInclusive;

use keyrail_core::config::MAX_JSON_INTEGER;

/// The largest count.
pub(super) const MAX_COUNT: u64 = MAX_JSON_INTEGER.unsigned_abs();

/// The range of a count in JSON.
pub(super) const COUNTS: RangeInclusive<i64> = 0..=MAX_JSON_INTEGER;

/// Returns the sum of two counts, or the largest count if the sum is larger.
pub(super) fn add(count: u64, more: u64) -> u64 {
    count.saturating_add(more).min(MAX_COUNT)
}
