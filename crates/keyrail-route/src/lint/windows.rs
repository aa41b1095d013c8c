//! Windows: whether the windows of some rules together cover the window of another rule.
//!
//! The starts and ends of all windows divide time into spans. Within a span only the weekly hours
//! matter. If all hours use the same clock (an offset from UTC or a time zone), comparing the
//! minutes of a week gives the exact answer. Otherwise, the hours of each clock are checked
//! separately, and then single times are tried. If neither step gives an answer, the result is
//! unknown.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use keyrail_core::Timestamp;
use keyrail_filter::condition_set::Rank;

use crate::window::{Clock, Hours, MINUTE, WEEK, Window};

/// The earliest timestamp, in Unix milliseconds.
const START: i64 = -377_705_116_800_000;
/// The first millisecond after the latest timestamp.
const END: i64 = 253_402_300_800_000;

/// A span that is at least this long contains every minute of the week, even if a clock is put
/// forward within it.
const FULL_WEEK_SPAN: i64 = 15 * 24 * 60 * MINUTE;

/// Whether other windows together cover a window.
pub(super) enum Coverage {
    /// There is a time in the window that is in none of the others.
    Incomplete,
    /// Every time in the window is also in the window of one of these rules.
    Complete(BTreeSet<Rank>),
    /// The answer is unknown, because the hours use several clocks or too few steps are left.
    Unknown,
}

/// A set of minutes of the week, one bit each.
#[derive(Clone)]
struct Minutes(Box<[u64; WEEK as usize / 64 + 1]>);

impl Minutes {
    fn empty() -> Self {
        Self(Box::new([0; WEEK as usize / 64 + 1]))
    }

    /// Returns the minutes of these hours; all minutes if `None`.
    fn of(hours: Option<&Hours>) -> Self {
        let mut minutes = Self::empty();
        let all = [(0, WEEK)];
        for (from, until) in hours.map_or(&all[..], |hours| &hours.open) {
            minutes.add(*from, *until);
        }
        minutes
    }

    fn add(&mut self, from: u32, until: u32) {
        for (start, word) in (0..).step_by(64).zip(self.0.iter_mut()) {
            let low = from.saturating_sub(start).min(64);
            let high = until.saturating_sub(start).min(64);
            if low < high {
                *word |= (u64::MAX >> (64 - (high - low))) << low;
            }
        }
    }

    fn is_full(&self) -> bool {
        (0..WEEK).step_by(64).zip(self.0.iter()).all(|(start, word)| {
            let count = (WEEK - start).min(64);
            *word == u64::MAX >> (64 - count)
        })
    }

    fn contains(&self, minute: u32) -> bool {
        self.0.get(minute as usize / 64).is_some_and(|word| word >> (minute % 64) & 1 == 1)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn remove(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0.iter()).for_each(|(word, other)| *word &= !other);
    }

    fn intersects(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0.iter()).any(|(word, other)| word & other != 0)
    }
}

/// A window prepared for comparison; hours that cover the whole week are dropped.
struct PreparedWindow<'w> {
    from: i64,
    until: i64,
    hours: Option<&'w Hours>,
    minutes: Minutes,
}

impl<'w> PreparedWindow<'w> {
    fn new(window: &'w Window) -> Self {
        let minutes = Minutes::of(window.hours.as_ref());
        let is_always = minutes.is_full();
        Self {
            from: window.from.unwrap_or(START).max(START),
            until: window.until.unwrap_or(END).min(END),
            hours: window.hours.as_ref().filter(|_| !is_always),
            minutes,
        }
    }

    fn clock(&self) -> Option<&'w Clock> {
        self.hours.map(|hours| &hours.clock)
    }

    /// Returns whether the span is between the start and the end of the window.
    fn includes(&self, (from, until): (i64, i64)) -> bool {
        self.from <= from && until <= self.until
    }
}

/// Returns whether a window contains no time.
pub(super) fn is_never(window: &Window) -> bool {
    let window = PreparedWindow::new(window);
    window.from >= window.until
        || !occurs(&window.minutes, window.clock(), (window.from, window.until))
}

/// Returns whether the windows of other rules cover a window. `take` uses up a number of steps, and
/// returns whether any are left.
pub(super) fn coverage(
    window: &Window,
    others: &[(Rank, &Window)],
    mut take: impl FnMut(usize) -> bool,
) -> Coverage {
    if !take(1 + others.len()) {
        return Coverage::Unknown;
    }
    let window = PreparedWindow::new(window);
    let others: Vec<_> =
        others.iter().map(|(rank, other)| (*rank, PreparedWindow::new(other))).collect();
    let edges = others.iter().flat_map(|(_, other)| [other.from, other.until]);
    let mut edges: Vec<i64> = edges.chain([window.from, window.until]).collect();
    edges.retain(|edge| (window.from..=window.until).contains(edge));
    edges.sort_unstable();
    edges.dedup();
    let (mut by, mut is_unknown) = (BTreeSet::new(), false);
    for span in edges.iter().zip(edges.iter().skip(1)).map(|(from, until)| (*from, *until)) {
        if !take(1 + others.len()) {
            return Coverage::Unknown;
        }
        if !occurs(&window.minutes, window.clock(), span) {
            continue;
        }
        let others: Vec<_> = others.iter().filter(|(_, other)| other.includes(span)).collect();
        match coverage_in(span, &window, &others) {
            Coverage::Incomplete => return Coverage::Incomplete,
            Coverage::Complete(ranks) => by.extend(ranks),
            Coverage::Unknown => is_unknown = true,
        }
    }
    if is_unknown { Coverage::Unknown } else { Coverage::Complete(by) }
}

/// Returns whether the windows in `others` together cover `window` within a span. None of these
/// windows may start or end inside the span.
fn coverage_in(
    span: (i64, i64),
    window: &PreparedWindow<'_>,
    others: &[&(Rank, PreparedWindow<'_>)],
) -> Coverage {
    if let Some((rank, _)) = others.iter().find(|(_, other)| other.hours.is_none()) {
        return Coverage::Complete(BTreeSet::from([*rank]));
    }
    let mut clocks: Vec<&Clock> = Vec::new();
    let other_clocks = others.iter().filter_map(|(_, other)| other.clock());
    for clock in window.clock().into_iter().chain(other_clocks) {
        if !clocks.contains(&clock) {
            clocks.push(clock);
        }
    }
    for clock in &clocks {
        let of_clock = || others.iter().filter(|(_, other)| other.clock() == Some(*clock));
        let own_minutes = match window.clock() {
            Some(own_clock) if own_clock == *clock => window.minutes.clone(),
            _ => Minutes::of(None),
        };
        let mut uncovered = own_minutes.clone();
        of_clock().for_each(|(_, other)| uncovered.remove(&other.minutes));
        if uncovered.is_empty() || !occurs(&uncovered, Some(*clock), span) {
            let ranks = of_clock().filter(|(_, other)| other.minutes.intersects(&own_minutes));
            return Coverage::Complete(ranks.map(|(rank, _)| *rank).collect());
        }
    }
    if clocks.len() <= 1 || has_uncovered_time(span, window, others) {
        Coverage::Incomplete
    } else {
        Coverage::Unknown
    }
}

/// Returns whether at least one of these minutes of the week occurs within a span.
fn occurs(minutes: &Minutes, clock: Option<&Clock>, (from, until): (i64, i64)) -> bool {
    if minutes.is_empty() || from >= until {
        return false;
    }
    let Some(clock) = clock.filter(|_| until - from < FULL_WEEK_SPAN) else { return true };
    let is_open = |millis| clock.minute_at(millis).is_some_and(|minute| minutes.contains(minute));
    let mut time = from;
    while time < until {
        if is_open(time) {
            return true;
        }
        time += MINUTE;
    }
    is_open(until - 1)
}

/// Searches a span for a time that is in `window` but in none of `others`, and returns whether it
/// finds one. It tries only a base time and, for each weekly period of the windows' hours, the next
/// start and the next end of the period at or after the base time.
fn has_uncovered_time(
    (from, until): (i64, i64),
    window: &PreparedWindow<'_>,
    others: &[&(Rank, PreparedWindow<'_>)],
) -> bool {
    let is_open = |window: &PreparedWindow<'_>, millis| match window.hours {
        Some(hours) => {
            hours.clock.minute_at(millis).is_some_and(|minute| window.minutes.contains(minute))
        }
        None => true,
    };
    let base = if (from..until).contains(&0) { 0 } else { from };
    let windows = core::iter::once(window).chain(others.iter().map(|(_, other)| other));
    let edges = windows.filter_map(|window| window.hours).flat_map(|hours| hours.edges_after(base));
    let mut times = core::iter::once(base).chain(edges).filter(|time| (from..until).contains(time));
    times.any(|time| {
        Timestamp::from_millis(time).is_ok()
            && is_open(window, time)
            && !others.iter().any(|(_, other)| is_open(other, time))
    })
}
