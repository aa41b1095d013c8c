//! Times: whether some windows together hold whenever another one does.
//!
//! Time falls into spans at the starts and ends of all windows. Within a span
//! weekly hours repeat, so that by one clock the minutes of a week decide
//! exactly. Of several clocks only what each of them shows by itself is known,
//! and a time that is found to be left.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use keyrail_core::Timestamp;
use keyrail_filter::condition_set::Rank;

use crate::window::{Clock, Hours, MINUTE, WEEK, Window};

/// The earliest time there is, and the first after the latest one.
const FIRST: i64 = -377_705_116_800_000;
const END: i64 = 253_402_300_800_000;

/// From this length on, every minute of the week comes in a span, also where a
/// clock is put forward in one of its weeks.
const WHOLE: i64 = 15 * 24 * 60 * MINUTE;

/// What is left of a window by others.
pub(super) enum Left {
    /// There is a time at which it holds and none of the others does.
    Time,
    /// Nothing: these hold whenever it does.
    Nothing(BTreeSet<Rank>),
    /// Its hours and theirs are told by several clocks.
    Unknown,
}

/// The minutes of a week, a bit each.
#[derive(Clone)]
struct Minutes(Box<[u64; WEEK as usize / 64 + 1]>);

impl Minutes {
    fn none() -> Self {
        Self(Box::new([0; WEEK as usize / 64 + 1]))
    }

    fn of(hours: Option<&Hours>) -> Self {
        let mut minutes = Self::none();
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

    /// Whether it has every minute of the week.
    fn is_whole(&self) -> bool {
        (0..WEEK).step_by(64).zip(self.0.iter()).all(|(start, word)| {
            let count = (WEEK - start).min(64);
            *word == u64::MAX >> (64 - count)
        })
    }

    fn has(&self, minute: u32) -> bool {
        self.0.get(minute as usize / 64).is_some_and(|word| word >> (minute % 64) & 1 == 1)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn remove(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0.iter()).for_each(|(word, other)| *word &= !other);
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0.iter()).any(|(word, other)| word & other != 0)
    }
}

/// A window prepared for comparison; hours that cover the whole week are dropped.
struct Spell<'w> {
    from: i64,
    until: i64,
    hours: Option<&'w Hours>,
    minutes: Minutes,
}

impl<'w> Spell<'w> {
    fn of(window: &'w Window) -> Self {
        let minutes = Minutes::of(window.hours.as_ref());
        let is_always = minutes.is_whole();
        Self {
            from: window.from.unwrap_or(FIRST).max(FIRST),
            until: window.until.unwrap_or(END).min(END),
            hours: window.hours.as_ref().filter(|_| !is_always),
            minutes,
        }
    }

    fn clock(&self) -> Option<&'w Clock> {
        self.hours.map(|hours| &hours.clock)
    }

    fn is_within(&self, (from, until): (i64, i64)) -> bool {
        self.from <= from && until <= self.until
    }
}

/// Whether a window holds at no time.
pub(super) fn is_never(window: &Window) -> bool {
    let spell = Spell::of(window);
    spell.from >= spell.until || !comes(&spell.minutes, spell.clock(), (spell.from, spell.until))
}

/// What is left of a window by those of other rules; `take` takes steps, and
/// says whether there were as many.
pub(super) fn left(
    window: &Window,
    others: &[(Rank, &Window)],
    mut take: impl FnMut(usize) -> bool,
) -> Left {
    if !take(1 + others.len()) {
        return Left::Unknown;
    }
    let own = Spell::of(window);
    let others: Vec<_> = others.iter().map(|(rank, other)| (*rank, Spell::of(other))).collect();
    let edges = others.iter().flat_map(|(_, other)| [other.from, other.until]);
    let mut edges: Vec<i64> = edges.chain([own.from, own.until]).collect();
    edges.retain(|edge| (own.from..=own.until).contains(edge));
    edges.sort_unstable();
    edges.dedup();
    let (mut by, mut is_unknown) = (BTreeSet::new(), false);
    for span in edges.iter().zip(edges.iter().skip(1)).map(|(from, until)| (*from, *until)) {
        if !take(1 + others.len()) {
            return Left::Unknown;
        }
        if !comes(&own.minutes, own.clock(), span) {
            continue;
        }
        let here: Vec<_> = others.iter().filter(|(_, other)| other.is_within(span)).collect();
        match left_in(span, &own, &here) {
            Left::Time => return Left::Time,
            Left::Nothing(ranks) => by.extend(ranks),
            Left::Unknown => is_unknown = true,
        }
    }
    if is_unknown { Left::Unknown } else { Left::Nothing(by) }
}

/// The same within a span in which all of them neither start nor end.
fn left_in(span: (i64, i64), own: &Spell<'_>, others: &[&(Rank, Spell<'_>)]) -> Left {
    if let Some((rank, _)) = others.iter().find(|(_, other)| other.hours.is_none()) {
        return Left::Nothing(BTreeSet::from([*rank]));
    }
    let mut clocks: Vec<&Clock> = Vec::new();
    for clock in own.clock().into_iter().chain(others.iter().filter_map(|(_, it)| it.clock())) {
        if !clocks.contains(&clock) {
            clocks.push(clock);
        }
    }
    for clock in &clocks {
        let by_clock = || others.iter().filter(|(_, other)| other.clock() == Some(*clock));
        let mut minutes = match own.clock() {
            Some(of_own) if of_own == *clock => own.minutes.clone(),
            _ => Minutes::of(None),
        };
        let wanted = minutes.clone();
        by_clock().for_each(|(_, other)| minutes.remove(&other.minutes));
        if minutes.is_empty() || !comes(&minutes, Some(*clock), span) {
            let ranks = by_clock().filter(|(_, other)| other.minutes.meets(&wanted));
            return Left::Nothing(ranks.map(|(rank, _)| *rank).collect());
        }
    }
    if clocks.len() <= 1 || finds(span, own, others) { Left::Time } else { Left::Unknown }
}

/// Whether one of the minutes of a week comes within a span.
fn comes(minutes: &Minutes, clock: Option<&Clock>, (from, until): (i64, i64)) -> bool {
    if minutes.is_empty() || from >= until {
        return false;
    }
    let Some(clock) = clock.filter(|_| until - from < WHOLE) else { return true };
    let is_open = |millis| clock.minute_at(millis).is_some_and(|minute| minutes.has(minute));
    let mut at = from;
    while at < until {
        if is_open(at) {
            return true;
        }
        at += MINUTE;
    }
    is_open(until - 1)
}

/// Whether a time is found at which a window holds and none of the others does:
/// it is looked for where hours start or end.
fn finds((from, until): (i64, i64), own: &Spell<'_>, others: &[&(Rank, Spell<'_>)]) -> bool {
    let is_open = |spell: &Spell<'_>, millis| match spell.hours {
        Some(hours) => hours.clock.minute_at(millis).is_some_and(|it| spell.minutes.has(it)),
        None => true,
    };
    let base = if (from..until).contains(&0) { 0 } else { from };
    let all = core::iter::once(own).chain(others.iter().map(|(_, other)| other));
    let edges = all.filter_map(|spell| spell.hours).flat_map(|hours| hours.edges_after(base));
    let mut times = core::iter::once(base).chain(edges).filter(|at| (from..until).contains(at));
    times.any(|at| {
        Timestamp::from_millis(at).is_ok()
            && is_open(own, at)
            && !others.iter().any(|(_, other)| is_open(other, at))
    })
}
