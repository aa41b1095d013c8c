//! Calendar quotas.

use alloc::string::String;
use core::fmt;

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Span};

use super::LimitState;
use crate::json::Writer;
use crate::period::DAY_MS;

/// The length of a quota's windows, in the calendar of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum CalendarUnit {
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
    pub(super) const fn as_str(self) -> &'static str {
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

/// A number of units in each window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    pub(super) units: u32,
    pub(super) per: CalendarUnit,
    /// The day of the month on which a month starts, from 1 to 31. In a shorter month, it is the last
    /// day.
    pub(super) day: u8,
}

impl Quota {
    /// Returns the state after `cost` units were consumed, or `None` if fewer remain.
    pub(super) fn consume(
        self,
        state: Option<LimitState>,
        now: i64,
        cost: u32,
    ) -> Option<LimitState> {
        let (at, _) = self.window(now);
        let used = self.units - self.remaining(state, now);
        let is_allowed = cost <= self.remaining(state, now);
        is_allowed.then(|| LimitState { at, count: i64::from(used) + i64::from(cost) })
    }

    /// Returns the state of the current window, if the stored one is of a later window.
    pub(super) fn corrected(self, state: Option<LimitState>, now: i64) -> Option<LimitState> {
        let (at, _) = self.window(now);
        let used = self.units - self.remaining(state, now);
        state.filter(|state| state.at > at).map(|_| LimitState { at, count: i64::from(used) })
    }

    /// Returns the number of units that remain.
    pub(super) fn remaining(self, state: Option<LimitState>, now: i64) -> u32 {
        let (start, _) = self.window(now);
        let used = state.filter(|state| state.at >= start).map_or(0, |state| state.count);
        self.units - u32::try_from(used.max(0)).unwrap_or(u32::MAX).min(self.units)
    }

    /// Returns the time at which the window ends, in Unix milliseconds.
    pub(super) fn end(self, now: i64) -> i64 {
        self.window(now).1
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

    /// Returns the start and the end of the window that contains `now`, in Unix milliseconds. Beyond
    /// the range of the calendar, returns the nearest time in it.
    fn window(self, now: i64) -> (i64, i64) {
        const HOUR_MS: i64 = DAY_MS / 24;
        const EPOCH: Date = jiff::civil::date(1970, 1, 1);
        let today = now.div_euclid(DAY_MS);
        // Days outside the years of the calendar, which the times of `Timestamp` do not reach.
        let days = |days: i64| EPOCH.saturating_add(SignedDuration::from_hours(days * 24));
        let millis = |date: Date| EPOCH.duration_until(date).as_hours() * HOUR_MS;
        let day = days(today);
        let (start, end) = match self.per {
            CalendarUnit::Hour => {
                let start = now.div_euclid(HOUR_MS) * HOUR_MS;
                return (start, start + HOUR_MS);
            }
            CalendarUnit::Day => return (today * DAY_MS, (today + 1) * DAY_MS),
            CalendarUnit::Week => {
                let since_monday = i64::from(day.weekday().since(Weekday::Monday));
                let start = today - since_monday;
                return (start * DAY_MS, (start + 7) * DAY_MS);
            }
            CalendarUnit::Month => {
                let this = self.first_day(day);
                match day < this {
                    true => (self.first_day(month_after(day, -1)), this),
                    false => (this, self.first_day(month_after(day, 1))),
                }
            }
        };
        (millis(start), millis(end))
    }

    /// Returns the day on which the quota's month starts in the calendar month of this day.
    fn first_day(self, in_month: Date) -> Date {
        let last = in_month.days_in_month();
        let day = i8::try_from(self.day).unwrap_or(last).min(last);
        in_month.with().day(day).build().unwrap_or(in_month)
    }

    pub(super) fn to_json(self) -> String {
        let mut json = Writer::new();
        json.raw("units", self.units);
        json.text("per", Some(self.per));
        if self.per == CalendarUnit::Month {
            json.raw("day", self.day);
        }
        json.finish()
    }
}

/// Returns the first day of the calendar month this many months later.
fn month_after(day: Date, months: i32) -> Date {
    day.first_of_month().saturating_add(Span::new().months(months))
}
