//! Finds the ranges that contain a number, in a sorted table that is searched like an
//! interval tree.

use alloc::vec::Vec;
use core::ops::Range;

use super::{AtomEntry, Limit};
use crate::condition_set::Rank;
use crate::interner::{AtomId, PredicateInterner};
use crate::interval::Interval;

struct Row {
    low: u64,
    high: u64,
    entry: AtomEntry,
    /// The largest upper end and the best rank in the part of the table whose middle row is this
    /// row.
    largest_in_part: u64,
    best_in_part: Rank,
}

/// All ranges over one attribute, in the order of their lower ends.
pub(super) struct Ranges {
    rows: Vec<Row>,
}

impl Ranges {
    pub(super) fn new(
        atoms: impl Iterator<Item = AtomEntry>,
        interner: &PredicateInterner,
    ) -> Self {
        let row = |entry: AtomEntry| {
            let (low, high) = Interval::parse(interner.atom(entry.atom)?.operand)?.keys();
            Some(Row { low, high, entry, largest_in_part: high, best_in_part: entry.best })
        };
        let mut rows: Vec<Row> = atoms.filter_map(row).collect();
        rows.sort_unstable_by_key(|row| (row.low, row.high, row.entry));
        let all = 0..rows.len();
        summarize_parts(&mut rows, all);
        Self { rows }
    }

    /// Returns all atoms.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomEntry> {
        self.rows.iter().map(|row| row.entry)
    }

    /// Adds the atoms whose range contains the number with this key, and whose best rank is
    /// within the limit.
    pub(super) fn find(&self, key: u64, mut limit: Limit, hits: &mut Vec<AtomId>) {
        self.find_in(0..self.rows.len(), key, &mut limit, hits);
    }

    fn find_in(&self, part: Range<usize>, key: u64, limit: &mut Limit, hits: &mut Vec<AtomId>) {
        let middle = part.start + part.len() / 2;
        let Some(row) = self.rows.get(middle).filter(|_| !part.is_empty()) else { return };
        if row.largest_in_part < key || row.best_in_part >= limit.rank {
            return;
        }
        self.find_in(part.start..middle, key, limit, hits);
        if row.low <= key {
            if key <= row.high {
                limit.admit(&row.entry, hits);
            }
            self.find_in(middle + 1..part.end, key, limit, hits);
        }
    }
}

/// Sets `largest_in_part` and `best_in_part` in each row of a part, and returns both values for the
/// whole part. Returns `None` if the part is empty.
fn summarize_parts(rows: &mut [Row], part: Range<usize>) -> Option<(u64, Rank)> {
    let middle = part.start + part.len() / 2;
    if part.is_empty() {
        return None;
    }
    let left = summarize_parts(rows, part.start..middle);
    let right = summarize_parts(rows, middle + 1..part.end);
    let row = rows.get_mut(middle)?;
    for (largest_in_part, best) in left.into_iter().chain(right) {
        row.largest_in_part = row.largest_in_part.max(largest_in_part);
        row.best_in_part = row.best_in_part.min(best);
    }
    Some((row.largest_in_part, row.best_in_part))
}
