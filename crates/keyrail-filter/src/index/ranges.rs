//! Ranges of numbers, in a sorted table with a tree over it.

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
    /// Over the part of the table whose middle this row is: the largest end,
    /// and the best rank.
    largest: u64,
    best_of_all: Rank,
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
            Some(Row { low, high, entry, largest: high, best_of_all: entry.best })
        };
        let mut rows: Vec<Row> = atoms.filter_map(row).collect();
        rows.sort_unstable_by_key(|row| (row.low, row.high, row.entry));
        let all = 0..rows.len();
        sum_up(&mut rows, all);
        Self { rows }
    }

    /// All atoms.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomEntry> {
        self.rows.iter().map(|row| row.entry)
    }

    /// Adds the atoms whose range holds the number with this key, and that
    /// lead to a rank of use.
    pub(super) fn find(&self, key: u64, mut limit: Limit, hits: &mut Vec<AtomId>) {
        self.find_in(0..self.rows.len(), key, &mut limit, hits);
    }

    fn find_in(&self, part: Range<usize>, key: u64, limit: &mut Limit, hits: &mut Vec<AtomId>) {
        let middle = part.start + part.len() / 2;
        let Some(row) = self.rows.get(middle).filter(|_| !part.is_empty()) else { return };
        if row.largest < key || row.best_of_all >= limit.rank {
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

fn sum_up(rows: &mut [Row], part: Range<usize>) -> Option<(u64, Rank)> {
    let middle = part.start + part.len() / 2;
    if part.is_empty() {
        return None;
    }
    let left = sum_up(rows, part.start..middle);
    let right = sum_up(rows, middle + 1..part.end);
    let row = rows.get_mut(middle)?;
    for (largest, best) in left.into_iter().chain(right) {
        row.largest = row.largest.max(largest);
        row.best_of_all = row.best_of_all.min(best);
    }
    Some((row.largest, row.best_of_all))
}
