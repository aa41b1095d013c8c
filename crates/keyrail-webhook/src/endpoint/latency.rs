//! Latencies: counts in fixed buckets.

use super::count::add;

/// The upper bounds of the buckets in which latencies are counted, in milliseconds. They are the
/// preferred numbers of the series R10 (ISO 3), rounded to whole milliseconds; from 4 milliseconds
/// on, a bound is at most 1.34 times the one before. The last bucket has no upper bound.
pub const LATENCY_BOUNDS_MS: [u32; 48] = [
    1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400,
    500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300, 8000, 10_000, 12_500,
    16_000, 20_000, 25_000, 31_500, 40_000, 50_000, 63_000, 80_000, 100_000,
];

/// The number of buckets.
pub(super) const BUCKETS: usize = LATENCY_BOUNDS_MS.len() + 1;

/// The number of latencies in each bucket, and the largest latency.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Latencies {
    pub(super) counts: [u64; BUCKETS],
    pub(super) max_ms: u32,
}

impl Latencies {
    pub(super) const fn new() -> Self {
        Self { counts: [0; BUCKETS], max_ms: 0 }
    }

    pub(super) fn record(&mut self, latency_ms: u32) {
        let bucket = LATENCY_BOUNDS_MS.partition_point(|bound| *bound < latency_ms);
        if let Some(count) = self.counts.get_mut(bucket) {
            *count = add(*count, 1);
        }
        self.max_ms = self.max_ms.max(latency_ms);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = add(*count, *more);
        }
        self.max_ms = self.max_ms.max(other.max_ms);
    }

    /// Returns the number of latencies. A sum of 49 counts cannot overflow.
    pub(super) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Returns the upper bound of the bucket of the latency that is not exceeded by this percentage
    /// of all latencies, or the largest latency if that is smaller. Returns `None` if there are no
    /// latencies.
    pub(super) fn percentile(&self, percent: u64) -> Option<u32> {
        let rank = (u128::from(self.total()) * u128::from(percent)).div_ceil(100).max(1);
        let mut sum = 0;
        for (index, count) in self.counts.iter().enumerate() {
            sum += u128::from(*count);
            if sum >= rank {
                let bound = LATENCY_BOUNDS_MS.get(index).copied().unwrap_or(self.max_ms);
                return Some(bound.min(self.max_ms));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_ascend() {
        assert!(LATENCY_BOUNDS_MS.is_sorted_by(|a, b| a < b));
        let from_4_ms = LATENCY_BOUNDS_MS.iter().skip_while(|bound| **bound < 4);
        let pairs = from_4_ms.clone().zip(from_4_ms.skip(1));
        assert!(pairs.into_iter().all(|(a, b)| b * 100 <= a * 134));
    }

    #[test]
    fn the_most_latencies_do_not_overflow() {
        let mut latencies = Latencies::new();
        latencies.counts = [super::super::count::MAX_COUNT; BUCKETS];
        latencies.record(7);
        assert_eq!(latencies.percentile(100), Some(7));
    }
}
