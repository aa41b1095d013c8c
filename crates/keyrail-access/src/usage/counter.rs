//! Counting the requests of one server.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::Timestamp;
use keyrail_core::config::Id;

use super::{Counted, Day, Usage, add};
use crate::{Error, ErrorKind};

/// The maximum number of operations that a counter distinguishes.
pub const MAX_OPERATIONS: usize = 1024;

/// The maximum number of outcomes that a counter distinguishes.
pub const MAX_OUTCOMES: usize = 128;

/// The number of different counts after which a counter is full. A count has a record, an operation,
/// an outcome and a day.
pub const MAX_COUNTED: usize = 100_000;

/// The name for operations and outcomes that a counter does not distinguish.
const OTHER: &str = "other";

/// Counts the requests of one server in memory: how often each key was used, by operation, outcome
/// and day.
///
/// Create one counter for each process, after the process was forked, with an epoch that no counter
/// had before: for example, a random id. If two counters have the same epoch, only the larger counts
/// are kept. Publish [`usage`](Self::usage) from time to time: it contains all counts, not only the
/// new ones. A [`Usage`] merges what the counters published. If the process crashes, the requests
/// since its last publication are lost.
///
/// The memory of a counter is bounded: it has at most [`MAX_COUNTED`] different counts, and one
/// additional count per day. When the counter is full, a request that needs a new count is added to
/// the additional count of its day. That count has no record, and its operation and its outcome are
/// `other`. Call [`remove_before`](Self::remove_before) once a day.
pub struct UsageCounter {
    epoch: Arc<str>,
    /// Sorted.
    operations: Vec<Arc<str>>,
    /// In the order in which they first occurred.
    outcomes: Vec<Arc<str>>,
    other: Arc<str>,
    days: BTreeMap<Day, CountedDay>,
    /// The number of different counts.
    len: usize,
    /// The days that were removed. Their counts must not start again at 0.
    removed: BTreeSet<Day>,
}

/// The counts of one day.
#[derive(Default)]
struct CountedDay {
    /// The counts of each record; requests without a record are counted under an empty id.
    records: BTreeMap<Arc<str>, BTreeMap<Cell, u64>>,
    /// Whether a request was counted after the last publication.
    is_unpublished: bool,
}

/// The indexes of an operation and an outcome; `None` is `other`.
type Cell = (Option<usize>, Option<usize>);

impl UsageCounter {
    /// Creates a counter that distinguishes these operations. Requests with any other operation are
    /// counted together, as `other`.
    ///
    /// # Errors
    ///
    /// `access.malformed_id`, for the epoch or an operation; `access.too_many_operations`, for more
    /// than [`MAX_OPERATIONS`] operations.
    pub fn new<'o>(
        epoch: &str,
        operations: impl IntoIterator<Item = &'o str>,
    ) -> Result<Self, Error> {
        let mut names: Vec<Arc<str>> = Vec::new();
        for name in operations {
            if names.len() == MAX_OPERATIONS {
                return Err(ErrorKind::TooManyOperations.into());
            }
            names.push(check_id(name)?.into());
        }
        names.sort_unstable();
        names.dedup();
        Ok(Self {
            epoch: check_id(epoch)?.into(),
            operations: names,
            outcomes: Vec::new(),
            other: OTHER.into(),
            days: BTreeMap::new(),
            len: 0,
            removed: BTreeSet::new(),
        })
    }

    /// Returns the epoch.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Counts a request.
    ///
    /// Pass the id of the record that matched the key, or `None` if no record matched. The outcome
    /// is `access.granted`, or the code of the reason for the denial. An invalid record id counts as
    /// no record. The operation counts as `other` if it is `None` or if the counter does not know
    /// it. The outcome counts as `other` if it is not a code, or if it is new and the counter
    /// already has [`MAX_OUTCOMES`] outcomes.
    ///
    /// # Errors
    ///
    /// `access.time_in_seconds`, if `now` is before 1973-03-03, as a time in seconds would be.
    pub fn count(
        &mut self,
        record: Option<&str>,
        operation: Option<&str>,
        outcome: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut day = Day::checked(now)?;
        while self.removed.contains(&day) {
            day.0 += 1;
        }
        let record = record.filter(|id| Id::is_valid(id)).unwrap_or_default();
        let cell = (operation.and_then(|name| self.operation(name)), self.outcome(outcome));
        let is_full = self.len >= MAX_COUNTED;
        let counts = self.days.entry(day).or_default();
        counts.is_unpublished = true;
        let known = counts.records.get_mut(record).and_then(|cells| cells.get_mut(&cell));
        if let Some(count) = known {
            add(count, 1);
            return Ok(());
        }
        let (record, cell) = if is_full { ("", (None, None)) } else { (record, cell) };
        let cells = counts.records.entry(record.into()).or_default();
        let count = cells.entry(cell).or_insert_with(|| {
            self.len += 1;
            0
        });
        add(count, 1);
        Ok(())
    }

    /// Returns the index of an operation, or `None` if the counter does not distinguish it.
    fn operation(&self, name: &str) -> Option<usize> {
        self.operations.binary_search_by(|other| (**other).cmp(name)).ok()
    }

    /// Returns the index of an outcome, or `None` if it is not a code or there are too many.
    fn outcome(&mut self, code: &str) -> Option<usize> {
        let known = self.outcomes.iter().position(|other| **other == *code);
        if known.is_some() || self.outcomes.len() == MAX_OUTCOMES || !is_code(code) {
            return known;
        }
        self.outcomes.push(code.into());
        Some(self.outcomes.len() - 1)
    }

    /// Returns everything that was counted, to be published.
    pub fn usage(&mut self) -> Usage {
        let mut usage = Usage::new();
        for (day, counted_day) in &mut self.days {
            counted_day.is_unpublished = false;
            let epochs = usage.open.entry(*day).or_default();
            let counts = epochs.entry(self.epoch.clone()).or_default();
            for (record, cells) in &counted_day.records {
                let record = (!record.is_empty()).then_some(record);
                for ((operation, outcome), count) in cells {
                    let operation = operation.and_then(|index| self.operations.get(index));
                    let outcome = outcome.and_then(|index| self.outcomes.get(index));
                    let counted = Counted {
                        record: record.cloned(),
                        operation: operation.unwrap_or(&self.other).clone(),
                        outcome: outcome.unwrap_or(&self.other).clone(),
                    };
                    add(counts.entry(counted).or_default(), *count);
                }
            }
        }
        usage
    }

    /// Removes the days that ended at or before a time, in UTC. A day is kept if the last result of
    /// [`usage`](Self::usage) does not contain all its requests.
    ///
    /// Call it once a day, after the last publication was merged. If a request of a removed day
    /// arrives later, it is counted on the next day that was not removed.
    ///
    /// # Errors
    ///
    /// `access.time_in_seconds`, if the time is before 1973-03-03, as a time in seconds would be.
    pub fn remove_before(&mut self, time: Timestamp) -> Result<(), Error> {
        let end = Day::checked(time)?;
        let is_removed = |day: &Day, counts: &CountedDay| *day < end && !counts.is_unpublished;
        let removed = self.days.iter().filter(|(day, counts)| is_removed(day, counts));
        self.removed.extend(removed.map(|(day, _)| *day));
        self.days.retain(|day, counts| !is_removed(day, counts));
        let cells = |day: &CountedDay| day.records.values().map(BTreeMap::len).sum::<usize>();
        self.len = self.days.values().map(cells).sum();
        Ok(())
    }
}

impl fmt::Debug for UsageCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UsageCounter({:?}, {} counts)", self.epoch, self.len)
    }
}

fn check_id(text: &str) -> Result<&str, Error> {
    match Id::is_valid(text) {
        true => Ok(text),
        false => Err(ErrorKind::MalformedId.into()),
    }
}

/// Returns whether a string has the form of an error code, such as `access.scope`.
fn is_code(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || b"._0123456789".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}
