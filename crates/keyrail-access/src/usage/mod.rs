//! Usage: how often each key was used, by operation, outcome and day.
//!
//! Every server counts its own requests with a [`UsageCounter`]. From time to time, it publishes all
//! its counts as a [`Usage`]. A collector merges what the servers publish, and stores the result.
//!
//! Each counter has an epoch, an id that no other counter ever has. The counts of an epoch only
//! grow. If two publications of an epoch differ in a count, the larger count is therefore the newer
//! one, and a merge keeps it. Publications may be merged in any order and more than once, and a later
//! publication replaces one that was lost. The collector does not have to remember what it has
//! merged.
//!
//! When a day is over and all servers have published it, the collector closes the day. The counts
//! of the epochs are then added up, and only the sum of each count is kept. For each closed day, the
//! usage also remembers how many requests each epoch published. If an epoch publishes more for that
//! day later, the counts stay the same, and [`Usage::late`] reports the difference.

mod counter;
mod read;

pub use counter::{MAX_COUNTED, MAX_OPERATIONS, MAX_OUTCOMES, UsageCounter};
pub use read::{MAX_COUNT, MAX_USAGE, USAGE_SCHEMA};

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::mem;

use keyrail_core::config::{self, Writer, list};
use keyrail_core::{ConfigError, Timestamp};

use crate::check::check_unit;
use crate::period::DAY_MS;
use crate::{Error, ErrorKind};

/// A day in UTC, as the number of days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Day(i64);

impl Day {
    const fn of(time: Timestamp) -> Self {
        Self(time.as_millis().div_euclid(DAY_MS))
    }

    /// Returns the day of a time that the host passed.
    fn checked(time: Timestamp) -> Result<Self, Error> {
        check_unit(time)?;
        Ok(Self::of(time))
    }

    /// Parses a date, such as `2026-12-01`.
    fn parse(text: &str) -> Result<Self, Error> {
        // `UsageCounter::count` rejects times before 1973-03-03, which seem to be in seconds.
        let end = Timestamp::parse(&format!("{text}T23:59:59Z")).ok();
        let end = end.filter(|end| !end.seems_in_seconds());
        end.map(Self::of).ok_or_else(|| ErrorKind::MalformedDay.into())
    }

    /// Returns the first millisecond of the day.
    fn start(self) -> Timestamp {
        // Every day comes from a timestamp, so its start is in the range of timestamps.
        Timestamp::from_millis(self.0 * DAY_MS).unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.start().to_rfc3339();
        f.write_str(time.split('T').next().unwrap_or_default())
    }
}

/// What is counted: requests with the same record, operation and outcome.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Counted {
    record: Option<Arc<str>>,
    operation: Arc<str>,
    outcome: Arc<str>,
}

type Counts = BTreeMap<Counted, u64>;

/// The counts of one day, by epoch.
type Epochs = BTreeMap<Arc<str>, Counts>;

/// A day whose counts of different epochs were added up.
#[derive(Clone, Default, PartialEq, Eq)]
struct ClosedDay {
    /// The number of requests that each epoch counted, including those that it reported late.
    epochs: BTreeMap<Arc<str>, u64>,
    counts: Counts,
}

impl ClosedDay {
    /// Remembers how many requests these epochs published. The counts stay unchanged.
    fn add_epochs(&mut self, epochs: &Epochs) {
        let totals = epochs.iter().map(|(epoch, counts)| (epoch.clone(), sum(counts)));
        keep_larger(&mut self.epochs, &totals.collect());
    }
}

/// The usage of keys: how often each key was used, by operation, outcome and day.
///
/// A [`UsageCounter`] creates it, and [`merge`](Self::merge) combines the usage that several
/// counters published. Merging in any order, or repeatedly, has the same result, unless a day is
/// closed in between. The host stores the result as JSON.
///
/// ```
/// use keyrail_access::{Usage, UsageCounter};
/// use keyrail_core::Timestamp;
/// let now = Timestamp::parse("2026-12-01T12:00:00Z").unwrap();
/// let mut first = UsageCounter::new("gateway-1/1", ["send_message"])?;
/// let mut second = UsageCounter::new("gateway-2/1", ["send_message"])?;
/// first.count(Some("r_1"), Some("send_message"), "access.granted", now)?;
/// second.count(Some("r_1"), Some("send_message"), "access.granted", now)?;
///
/// let mut total = Usage::new();
/// total.merge(&first.usage())?;
/// total.merge(&second.usage())?;
/// total.merge(&first.usage())?; // the same publication again
/// let counts = total.counts_of("r_1");
/// assert_eq!((counts[0].outcome(), counts[0].count()), ("access.granted", 2));
/// # Ok::<(), keyrail_access::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// The counts of each epoch.
    open: BTreeMap<Day, Epochs>,
    closed: BTreeMap<Day, ClosedDay>,
}

/// The number of requests that had the same record, operation and outcome on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageCount {
    counted: Counted,
    day: Day,
    count: u64,
}

impl UsageCount {
    /// Returns the start of the day, in UTC.
    pub fn day(&self) -> Timestamp {
        self.day.start()
    }

    /// Returns the id of the key's record. Returns `None` if no record matched the key, or if the
    /// counter was full.
    pub fn record(&self) -> Option<&str> {
        self.counted.record.as_deref()
    }

    /// Returns the operation, or `other` if the counter does not know it.
    pub fn operation(&self) -> &str {
        &self.counted.operation
    }

    /// Returns the outcome: `access.granted`, or the code of the reason for the denial, or `other` if
    /// the counter did not distinguish it.
    pub fn outcome(&self) -> &str {
        &self.counted.outcome
    }

    /// Returns the number of requests, at most 2^53 - 1.
    pub const fn count(&self) -> u64 {
        self.count
    }
}

impl Usage {
    /// Returns a usage without counts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a usage from JSON.
    ///
    /// # Errors
    ///
    /// [`ConfigError`](keyrail_core::ConfigError) with all faults. If a newer release wrote the
    /// usage, the only fault is `access.newer_schema`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a usage.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("usage")
    }

    /// Adds the counts of another usage.
    ///
    /// If both have a count of the same epoch, the larger one is kept. If a day is closed in only one
    /// of them, its closed counts are kept, and [`late`](Self::late) reports the requests that these
    /// counts do not contain.
    ///
    /// # Errors
    ///
    /// `access.too_much_usage`, if the result would have more than [`MAX_USAGE`] counts and epochs;
    /// then this usage is unchanged. An open day has separate counts for each epoch, and each start
    /// of a server begins a new epoch. To have fewer counts, close or remove days, or store a
    /// separate usage for each organization.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.merge_within(other, MAX_USAGE)
    }

    fn merge_within(&mut self, other: &Self, limit: usize) -> Result<(), Error> {
        if self.size() + other.size() <= limit {
            self.merge_unchecked(other);
            return Ok(());
        }
        let mut merged = self.clone();
        merged.merge_unchecked(other);
        if merged.size() > limit {
            return Err(ErrorKind::TooMuchUsage.into());
        }
        *self = merged;
        Ok(())
    }

    fn merge_unchecked(&mut self, other: &Self) {
        for (day, closed) in &other.closed {
            let merged = self.closed.entry(*day).or_default();
            keep_larger(&mut merged.counts, &closed.counts);
            keep_larger(&mut merged.epochs, &closed.epochs);
            merged.add_epochs(&self.open.remove(day).unwrap_or_default());
        }
        for (day, epochs) in &other.open {
            if let Some(closed) = self.closed.get_mut(day) {
                closed.add_epochs(epochs);
                continue;
            }
            let merged = self.open.entry(*day).or_default();
            for (epoch, counts) in epochs {
                keep_larger(merged.entry(epoch.clone()).or_default(), counts);
            }
        }
    }

    /// Closes the days that ended at or before a time, in UTC: adds up the counts of different
    /// epochs, and keeps only the sums.
    ///
    /// Close a day when all servers have published their counts of it, for example one hour after it
    /// ended. Let only one process close days. If two processes close the same day, their counts are
    /// not added up: for each record, operation and outcome, only the larger of their two counts is
    /// kept.
    ///
    /// # Errors
    ///
    /// `access.time_in_seconds`, if the time is before 1973-03-03, as a time in seconds would be.
    pub fn close_before(&mut self, time: Timestamp) -> Result<(), Error> {
        let kept = self.open.split_off(&Day::checked(time)?);
        for (day, epochs) in mem::replace(&mut self.open, kept) {
            let closed = self.closed.entry(day).or_default();
            closed.add_epochs(&epochs);
            for (counted, count) in epochs.into_values().flatten() {
                add(closed.counts.entry(counted).or_default(), count);
            }
        }
        Ok(())
    }

    /// Removes the days that ended at or before a time, in UTC.
    ///
    /// A later merge adds them again, if the other usage still has them.
    ///
    /// # Errors
    ///
    /// `access.time_in_seconds`, if the time is before 1973-03-03, as a time in seconds would be.
    pub fn remove_before(&mut self, time: Timestamp) -> Result<(), Error> {
        let first = Day::checked(time)?;
        self.open = self.open.split_off(&first);
        self.closed = self.closed.split_off(&first);
        Ok(())
    }

    /// Returns the counts, added up over all epochs, sorted by day, record, operation and outcome.
    pub fn counts(&self) -> Vec<UsageCount> {
        self.counts_where(|counts| counts.iter())
    }

    /// Returns the counts of one record, added up over all epochs, sorted by day, operation and
    /// outcome.
    pub fn counts_of(&self, record: &str) -> Vec<UsageCount> {
        let record = Some(Arc::from(record));
        let first = Counted { record: record.clone(), operation: "".into(), outcome: "".into() };
        self.counts_where(|counts| {
            counts.range(&first..).take_while(|(counted, _)| counted.record == record)
        })
    }

    /// Returns the selected counts of each day, added up over all epochs.
    fn counts_where<'u, I: Iterator<Item = (&'u Counted, &'u u64)>>(
        &'u self,
        select: impl Fn(&'u Counts) -> I,
    ) -> Vec<UsageCount> {
        let open = self
            .open
            .iter()
            .flat_map(|(day, epochs)| epochs.values().map(move |counts| (day, counts)));
        let closed = self.closed.iter().map(|(day, closed)| (day, &closed.counts));
        let mut totals = BTreeMap::<_, u64>::new();
        for (day, counts) in open.chain(closed) {
            for (counted, count) in select(counts) {
                add(totals.entry((*day, counted)).or_default(), *count);
            }
        }
        let totals = totals.into_iter();
        totals
            .map(|((day, counted), count)| UsageCount { counted: counted.clone(), day, count })
            .collect()
    }

    /// Returns how many requests of closed days are in no count, because they were published after
    /// their day was closed, or because two processes closed the day.
    ///
    /// If this number grows, wait longer before you close a day.
    pub fn late(&self) -> u64 {
        let late = |closed: &ClosedDay| {
            let (published, counted) = (sum(&closed.epochs), sum(&closed.counts));
            published.saturating_sub(counted)
        };
        self.closed.values().map(late).fold(0, u64::saturating_add).min(MAX_COUNT)
    }

    /// Returns the number of counts and epochs that are stored.
    fn size(&self) -> usize {
        let open = self.open.values().flat_map(BTreeMap::values).map(|counts| counts.len() + 1);
        let closed = self.closed.values().map(|closed| closed.counts.len() + closed.epochs.len());
        open.chain(closed).sum()
    }

    /// Returns the usage as JSON, on one line.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.raw("schema", USAGE_SCHEMA);
        let open = self.open.iter().flat_map(|(day, epochs)| {
            epochs.iter().map(move |(epoch, counts)| {
                let mut json = Writer::new();
                json.text("day", Some(day));
                json.text("epoch", Some(epoch));
                json.raw("counts", counts_json(counts));
                json.finish()
            })
        });
        json.raw("open", list(open));
        let closed = self.closed.iter().map(|(day, closed)| {
            let mut json = Writer::new();
            json.text("day", Some(day));
            json.raw("epochs", epochs_json(&closed.epochs));
            json.raw("counts", counts_json(&closed.counts));
            json.finish()
        });
        json.raw("closed", list(closed));
        json.finish()
    }
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Usage({} open days, {} closed days)", self.open.len(), self.closed.len())
    }
}

keyrail_core::from_str! {
    Usage: from_json, ConfigError;
}

fn counts_json(counts: &Counts) -> String {
    list(counts.iter().map(|(counted, count)| {
        let mut json = Writer::new();
        json.text("record", counted.record.as_deref());
        json.text("operation", Some(&counted.operation));
        json.text("outcome", Some(&counted.outcome));
        json.raw("count", count);
        json.finish()
    }))
}

fn epochs_json(epochs: &BTreeMap<Arc<str>, u64>) -> String {
    list(epochs.iter().map(|(epoch, count)| {
        let mut json = Writer::new();
        json.text("epoch", Some(epoch));
        json.raw("count", count);
        json.finish()
    }))
}

/// Adds a number of requests to a count.
fn add(count: &mut u64, requests: u64) {
    *count = count.saturating_add(requests).min(MAX_COUNT);
}

fn sum<K>(counts: &BTreeMap<K, u64>) -> u64 {
    let mut total = 0;
    counts.values().for_each(|count| add(&mut total, *count));
    total
}

/// Raises each count to that of `other`, if that one is larger.
fn keep_larger<K: Clone + Ord>(counts: &mut BTreeMap<K, u64>, other: &BTreeMap<K, u64>) {
    for (counted, count) in other {
        match counts.get_mut(counted) {
            Some(known) => *known = (*known).max(*count),
            None => {
                counts.insert(counted.clone(), *count);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a usage with this number of counts of one epoch and one day.
    fn usage(epoch: usize, counts: usize) -> Usage {
        let (operation, outcome): (Arc<str>, Arc<str>) = ("send".into(), "access.granted".into());
        let counted = |number: usize| Counted {
            record: Some(format!("r_{number}").into()),
            operation: operation.clone(),
            outcome: outcome.clone(),
        };
        let counts = (0..counts).map(|number| (counted(number), 1)).collect();
        let epochs = Epochs::from([(format!("server-{epoch}").into(), counts)]);
        Usage { open: BTreeMap::from([(Day(20_000), epochs)]), closed: BTreeMap::new() }
    }

    #[test]
    fn a_merge_that_would_be_too_large_changes_nothing() {
        let limit = 10;
        let mut total = usage(1, 6);
        total.merge_within(&usage(2, 2), limit).unwrap(); // and two epochs
        assert_eq!(total.size(), limit);
        total.merge_within(&usage(2, 1), limit).unwrap();

        let before = total.clone();
        for larger in [usage(1, 7), usage(3, 1)] {
            let error = total.merge_within(&larger, limit).unwrap_err();
            assert_eq!(error.code(), "access.too_much_usage");
            assert_eq!(total, before);
        }
        total.close_before(Day(20_001).start()).unwrap();
        assert_eq!(total.size(), 8);
        total.merge_within(&usage(3, 1), limit).unwrap();
        assert_eq!((total.counts_of("r_0")[0].count(), total.late()), (2, 1));
    }

    #[test]
    fn a_count_stops_at_the_largest_number() {
        let mut total = usage(1, 1);
        let first = total.open.values_mut().next().and_then(|it| it.values_mut().next()).unwrap();
        *first.values_mut().next().unwrap() = MAX_COUNT;
        total.merge(&usage(2, 1)).unwrap();
        assert_eq!(total.counts()[0].count(), MAX_COUNT);
        total.close_before(Day(20_001).start()).unwrap();
        assert_eq!((total.counts()[0].count(), total.late()), (MAX_COUNT, 0));
        assert_eq!(Usage::from_json(&total.to_json()).unwrap(), total);
    }
}
