//! Calendar quotas.

use alloc::string::String;
use core::fmt;

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Span};
use keyrail_core::config::Writer;

use super::{CLOCK_TOLERANCE_MS, LimitState};
use crate::period::DAY_MS;

/// The length of a quota's windows, in the calendar of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CalendarUnit {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday on (ISO 8601).
    Week,
    /// A month.
    Month,
}

impl CalendarUnit {
    pub(super) const WORDS: &'static [(&'static str, Self)] =
        &[("hour", Self::Hour), ("day", Self::Day), ("week", Self::Week), ("month", Self::Month)];

    /// Returns `hour`, `day`, `week` or `month`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

impl fmt::Display for CalendarUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A quota: a number of units in each window of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    pub(super) units: u32,
    pub(super) per: CalendarUnit,
    /// 1 if the windows are not monthly.
    pub(super) day: u8,
}

impl Quota {
    /// Returns the number of units in each window.
    pub const fn units(self) -> u32 {
        self.units
    }

    /// Returns the length of the window.
    pub const fn per(self) -> CalendarUnit {
        self.per
    }

    /// Returns the day of the calendar month on which a monthly window starts, from 1 to 31, or
    /// `None` if the windows are not monthly. If the month does not have this day, the window
    /// starts on the last day of the month.
    pub const fn day(self) -> Option<u8> {
        match self.per {
            CalendarUnit::Month => Some(self.day),
            _ => None,
        }
    }

    /// Returns the state after `cost` units were consumed, or `None` if fewer remain.
    pub(super) fn consume(
        self,
        state: Option<LimitState>,
        now: i64,
        cost: u32,
    ) -> Option<LimitState> {
        let (at, _) = self.window(counted_time(state, now));
        let remaining = self.remaining(state, now);
        let used = self.units - remaining;
        (cost <= remaining).then(|| LimitState { at, count: i64::from(used) + i64::from(cost) })
    }

    /// Returns the state of the current window, if the stored window starts later than `now` by
    /// more than the tolerance.
    pub(super) fn corrected(self, state: Option<LimitState>, now: i64) -> Option<LimitState> {
        state.filter(|state| state.at.saturating_sub(now) > CLOCK_TOLERANCE_MS)?;
        let used = self.units - self.remaining(state, now);
        Some(LimitState { at: self.window(now).0, count: i64::from(used) })
    }

    /// Returns the number of units that remain.
    pub(super) fn remaining(self, state: Option<LimitState>, now: i64) -> u32 {
        let (start, _) = self.window(counted_time(state, now));
        let used = state.filter(|state| state.at >= start).map_or(0, |state| state.count);
        self.units - u32::try_from(used.max(0)).unwrap_or(u32::MAX).min(self.units)
    }

    /// Returns the time at which the window ends, in Unix milliseconds.
    pub(super) fn end(self, state: Option<LimitState>, now: i64) -> i64 {
        self.window(counted_time(state, now)).1
    }

    /// Returns the length of every window in seconds, unless it varies.
    pub(super) const fn seconds(self) -> Option<u32> {
        match self.per {
            CalendarUnit::Hour => Some(3600),
            CalendarUnit::Day => Some(86_400),
            CalendarUnit::Week => Some(7 * 86_400),
            CalendarUnit::Month => None,
        }
    }

    /// Returns the start and the end of the window that contains `now`, in Unix milliseconds. The
    /// first and the last monthly window in the range of `Date` are shorter.
    fn window(self, now: i64) -> (i64, i64) {
        const HOUR_MS: i64 = DAY_MS / 24;
        let today = now.div_euclid(DAY_MS);
        match self.per {
            CalendarUnit::Hour => {
                let start = now.div_euclid(HOUR_MS) * HOUR_MS;
                (start, start + HOUR_MS)
            }
            CalendarUnit::Day => (today * DAY_MS, (today + 1) * DAY_MS),
            CalendarUnit::Week => {
                let since_monday = day_of(today).weekday().since(Weekday::Monday);
                let start = today - i64::from(since_monday);
                (start * DAY_MS, (start + 7) * DAY_MS)
            }
            CalendarUnit::Month => {
                let day = day_of(today);
                let this = self.first_day(day);
                let (start, end) = match day < this {
                    true => (self.first_day_after(day, -1), Some(this)),
                    false => (Some(this), self.first_day_after(day, 1)),
                };
                let first = number_of(start.unwrap_or(Date::MIN));
                let last = end.map_or(number_of(Date::MAX) + 1, number_of);
                (first * DAY_MS, last * DAY_MS)
            }
        }
    }

    /// Returns the start of the window that begins `months` calendar months after the month of
    /// `day`. Returns `None` if that month is outside the range of `Date`.
    fn first_day_after(self, day: Date, months: i32) -> Option<Date> {
        let month = day.first_of_month().checked_add(Span::new().months(months)).ok()?;
        Some(self.first_day(month))
    }

    /// Returns the start of the window that begins in the calendar month of `in_month`.
    fn first_day(self, in_month: Date) -> Date {
        let last = in_month.days_in_month();
        let day = i8::try_from(self.day).unwrap_or(last).min(last);
        in_month.with().day(day).build().unwrap_or(in_month)
    }

    pub(super) fn to_json(self) -> String {
        let mut json = Writer::new();
        json.raw("units", self.units);
        json.text("per", Some(self.per));
        if let Some(day) = self.day() {
            json.raw("day", day);
        }
        json.finish()
    }
}

/// Returns a time in the window that applies: the start of the stored window if it is later than
/// `now` by at most the tolerance, and otherwise `now`.
fn counted_time(state: Option<LimitState>, now: i64) -> i64 {
    match state {
        Some(state) if state.at > now && state.at.saturating_sub(now) <= CLOCK_TOLERANCE_MS => {
            state.at
        }
        _ => now,
    }
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// Returns the day with this number, counted from 1970-01-01. Returns the first or the last `Date`
/// if the number is outside the range of `Date`, which contains all times of `Timestamp`.
fn day_of(number: i64) -> Date {
    EPOCH.saturating_add(SignedDuration::from_hours(number.saturating_mul(24)))
}

/// Returns the number of a day, counted from 1970-01-01.
fn number_of(day: Date) -> i64 {
    EPOCH.duration_until(day).as_hours() / 24
}
