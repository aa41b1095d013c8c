//! Slots: hash tables that are made once, of rows of numbers.
//!
//! A row starts with its tag, the upper half of its hash, and ends with what
//! it leads to. Rows stand in the order of their tags, each as near as may be
//! behind its home, which the tag alone says; so a search is over at the first
//! larger tag. An empty row is all ones.

use alloc::vec;
use alloc::vec::Vec;

use crate::hasher::Seed;
use crate::stored::Stored;

/// A table of rows of `W` numbers.
#[derive(Default)]
pub(crate) struct Slots<const W: usize> {
    homes: u32,
    /// How many rows are looked at, at most.
    reach: u32,
    rows: Vec<[u32; W]>,
}

/// How far from its home a row may stand before another seed is tried. With
/// three rows in four homes a random hash gets there about once in 10^9 tables
/// of two million rows.
pub(crate) const MAX_REACH: u32 = 64;

/// Fewer rows than this take more room than they need, to be found at once.
const FEW: usize = 4096;

/// How many seeds are tried before long ways are put up with.
const SEEDS: u32 = 8;

impl Seed {
    /// What `make` makes of the first of the sequence by which no row stands
    /// too far from its home, or else of the best one tried.
    pub(crate) fn for_which<T>(
        reach: impl Fn(&T) -> u32,
        mut make: impl FnMut(&Self) -> T,
    ) -> (Self, T) {
        let first = Self::default();
        let (mut seed, mut best) = (first.clone(), make(&first));
        for number in 1..SEEDS {
            if reach(&best) <= MAX_REACH {
                break;
            }
            // Somebody chose texts whose hashes are alike.
            let other = Self::new(number);
            let made = make(&other);
            if reach(&made) < reach(&best) {
                (seed, best) = (other, made);
            }
        }
        (seed, best)
    }
}

/// The part of a hash that a row starts with.
#[inline]
pub(crate) const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

impl<const W: usize> Slots<W> {
    /// Makes a table of rows that stand in order.
    pub(crate) fn of(sorted: &[[u32; W]]) -> Self {
        if sorted.is_empty() {
            return Self::default();
        }
        let spare = if sorted.len() < FEW { 2 * sorted.len() } else { sorted.len() / 3 };
        let homes = (sorted.len() + spare + 1) as u32;
        // The first free place behind each row's home.
        let mut free = 0;
        let places = sorted.iter().map(|row| {
            let home = home(row.first().copied().unwrap_or_default(), homes);
            let place = home.max(free);
            free = place + 1;
            (place, place - home)
        });
        let reach = places.map(|(_, distance)| distance + 1).max().unwrap_or_default();
        // As far as one looks from the last home.
        let mut rows = vec![[u32::MAX; W]; (homes + reach) as usize];
        let mut free = 0;
        for row in sorted {
            let home = home(row.first().copied().unwrap_or_default(), homes);
            let place = home.max(free);
            free = place + 1;
            if let Some(slot) = rows.get_mut(place as usize) {
                *slot = *row;
            }
        }
        Self { homes, reach, rows }
    }

    /// How far the row that is farthest from its home stands.
    pub(crate) const fn reach(&self) -> u32 {
        self.reach
    }

    /// All rows, the empty ones among them.
    pub(crate) fn rows(&self) -> &[[u32; W]] {
        &self.rows
    }

    /// The first row with this tag that is the one looked for.
    #[inline]
    pub(crate) fn find(&self, tag: u32, is_it: impl Fn(&[u32; W]) -> bool) -> Option<&[u32; W]> {
        let home = home(tag, self.homes) as usize;
        for row in self.rows.get(home..home + self.reach as usize)? {
            let of_row = *row.first()?;
            if of_row > tag {
                return None;
            }
            if of_row == tag && is_it(row) {
                return Some(row);
            }
        }
        None
    }
}

impl<const W: usize> Stored for Slots<W> {
    fn write(&self, out: &mut Vec<u8>) {
        [self.homes, self.reach].write(out);
        self.rows.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let [homes, reach] = Stored::read(from)?;
        Some(Self { homes, reach, rows: Vec::read(from)? })
    }
}

#[inline]
const fn home(tag: u32, homes: u32) -> u32 {
    ((tag as u64 * homes as u64) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{MAX_REACH, Slots, tag};
    use crate::hasher::Seed;

    fn sorted(count: u32, tag_of: impl Fn(u32) -> u32) -> Vec<[u32; 2]> {
        let mut rows: Vec<_> = (0..count).map(|n| [tag_of(n), n]).collect();
        rows.sort_unstable();
        rows
    }

    #[test]
    fn every_row_is_found_and_nothing_else() {
        for count in [0, 1, 2, 3, 10, 1000, 100_000] {
            let seed = Seed::default();
            let tag_of = |n: u32| tag(seed.numbers([n.into()]));
            let slots = Slots::of(&sorted(count, tag_of));
            assert!(slots.reach() <= MAX_REACH / 2, "{count}");
            for n in 0..count {
                assert_eq!(slots.find(tag_of(n), |[_, m]| *m == n), Some(&[tag_of(n), n]));
            }
            for n in count..count + 1000 {
                assert_eq!(slots.find(tag_of(n), |[_, m]| *m == n), None);
            }
        }
    }

    #[test]
    fn another_seed_is_taken_only_where_ways_are_long() {
        let chosen = |reaches: [u32; 8]| {
            let mut tried = 0;
            let (seed, reach) = Seed::for_which(
                |reach| *reach,
                |_| {
                    tried += 1;
                    reaches[tried - 1]
                },
            );
            (tried, reach, seed.is_first())
        };
        assert_eq!(chosen([MAX_REACH, 0, 0, 0, 0, 0, 0, 0]), (1, MAX_REACH, true));
        assert_eq!(chosen([99, 98, 7, 0, 0, 0, 0, 0]), (3, 7, false));
        // Whoever defeats all of them gets a slow table, and no endless search.
        assert_eq!(chosen([99; 8]), (8, 99, true));
        assert_eq!(chosen([99, 99, 99, 80, 99, 99, 99, 99]), (8, 80, false));
    }

    #[test]
    fn equal_and_extreme_tags_are_found_too() {
        for tag in [0, 7, u32::MAX] {
            let slots = Slots::of(&sorted(1000, |_| tag));
            assert_eq!(slots.reach(), 1000);
            assert_eq!(slots.find(tag, |[_, n]| *n == 999), Some(&[tag, 999]));
            assert_eq!(slots.find(tag, |[_, n]| *n == 1000), None);
        }
    }
}
