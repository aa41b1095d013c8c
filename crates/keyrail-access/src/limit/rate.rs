//! Rates: the generic cell rate algorithm.

use alloc::string::String;

use keyrail_core::config::Writer;

use super::{CLOCK_TOLERANCE_MS, LimitState};

/// A rate: a bucket that holds at most [`burst`](Self::burst) units. In
/// [`per_seconds`](Self::per_seconds) seconds, it gains [`units`](Self::units).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    pub(super) units: u32,
    pub(super) per_seconds: u32,
    pub(super) burst: u32,
}

impl Rate {
    /// Returns the number of units that flow into the bucket in each period.
    pub const fn units(self) -> u32 {
        self.units
    }

    /// Returns the length of the period in seconds.
    pub const fn per_seconds(self) -> u32 {
        self.per_seconds
    }

    /// Returns the maximum number of units in the bucket, which is also the most that can be
    /// consumed at once.
    pub const fn burst(self) -> u32 {
        self.burst
    }
}

/// Times of type `i128` are counted in parts. A part is 1/`units` of a millisecond, so the time in
/// which one unit flows into the bucket is a whole number of parts.
impl Rate {
    /// The time that one unit takes to flow into the bucket, in parts.
    fn unit(self) -> i128 {
        i128::from(self.per_seconds) * 1000
    }

    /// The time that an empty bucket takes to fill, in parts.
    fn bucket(self) -> i128 {
        self.unit() * i128::from(self.burst)
    }

    /// Returns the state after `cost` units were consumed, or `None` if fewer remain.
    pub(super) fn consume(
        self,
        state: Option<LimitState>,
        now: i64,
        cost: u32,
    ) -> Option<LimitState> {
        let new = self.full_at(state, now) + self.unit() * i128::from(cost);
        let is_allowed = new <= i128::from(now) * self.parts() + self.bucket();
        is_allowed.then(|| self.state(new))
    }

    /// Returns the state of a bucket that is empty now, if the stored time is after
    /// [`latest`](Self::latest).
    pub(super) fn corrected(self, state: Option<LimitState>, now: i64) -> Option<LimitState> {
        state.filter(|state| self.stored(*state) > self.latest(now))?;
        Some(self.state(i128::from(now) * self.parts() + self.bucket()))
    }

    /// Returns the number of whole units that remain.
    pub(super) fn remaining(self, state: Option<LimitState>, now: i64) -> u32 {
        let missing = self.full_at(state, now) - i128::from(now) * self.parts();
        u32::try_from((self.bucket() - missing) / self.unit()).unwrap_or_default()
    }

    /// Returns the first time, from `now` on, at which the bucket contains at least `units` units,
    /// in Unix milliseconds. `units` is at most `burst`.
    pub(super) fn time_of(self, units: u32, state: Option<LimitState>, now: i64) -> i64 {
        let missing = i128::from(self.burst.saturating_sub(units)) * self.unit();
        let parts = self.parts();
        floor(self.full_at(state, now) - missing + parts - 1, parts).max(now) // rounded up
    }

    /// Returns the time at which the bucket will be full.
    fn full_at(self, state: Option<LimitState>, now: i64) -> i128 {
        let earliest = i128::from(now) * self.parts();
        match state.map(|state| self.stored(state)) {
            None => earliest,
            Some(stored) if stored > self.latest(now) => earliest + self.bucket(),
            Some(stored) => stored.max(earliest),
        }
    }

    /// Returns the latest time at which a bucket can become full, if clocks differ by at most the
    /// tolerance.
    fn latest(self, now: i64) -> i128 {
        (i128::from(now) + i128::from(CLOCK_TOLERANCE_MS)) * self.parts() + self.bucket()
    }

    fn stored(self, state: LimitState) -> i128 {
        i128::from(state.at) * self.parts() + i128::from(state.count)
    }

    fn state(self, full_at: i128) -> LimitState {
        let parts = self.parts();
        LimitState { at: floor(full_at, parts), count: fraction(full_at, parts) }
    }

    /// Returns the number of parts in one millisecond.
    fn parts(self) -> i128 {
        i128::from(self.units)
    }

    pub(super) fn to_json(self) -> String {
        let mut json = Writer::new();
        json.raw("units", self.units);
        json.raw("per_seconds", self.per_seconds);
        json.raw("burst", self.burst);
        json.finish()
    }
}

/// Returns a time in whole milliseconds, rounded down.
fn floor(time: i128, parts: i128) -> i64 {
    // A bucket fills within a year, so the time is in the range of `i64`.
    i64::try_from(time.div_euclid(parts)).unwrap_or(i64::MAX)
}

fn fraction(time: i128, parts: i128) -> i64 {
    i64::try_from(time.rem_euclid(parts)).unwrap_or_default()
}
