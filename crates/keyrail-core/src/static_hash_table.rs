//! Immutable hash tables of rows of numbers.
//!
//! A row starts with its tag, the upper half of its hash, and ends with the value
//! that it maps to. Rows are sorted by tag, each as close as possible
//! after its bucket, which the tag alone determines; so a search ends at the first
//! larger tag. An empty row is all ones.

use alloc::vec;
use alloc::vec::Vec;

use crate::codec::BinaryCodec;
use crate::hasher::Seed;

/// A table of rows of `W` numbers.
#[derive(Default)]
pub struct StaticHashTable<const W: usize> {
    buckets: u32,
    /// How many rows are looked at, at most.
    max_probe: u32,
    rows: Vec<[u32; W]>,
}

/// The largest distance of a row from its bucket before another seed is tried. With
/// three rows in four buckets a random hash gets there about once in 10^9 tables
/// of two million rows.
const MAX_PROBE: u32 = 64;

/// A table of fewer rows uses more memory than it needs, for faster lookups.
const FEW: usize = 4096;

/// How many seeds are tried before long probe distances are accepted.
const SEEDS: u32 = 8;

impl Seed {
    /// Returns the first seed for which no row of the result of `make` is too far from its
    /// bucket, or else the best seed tried, with that result.
    pub fn for_which<T>(
        max_probe: impl Fn(&T) -> u32,
        mut make: impl FnMut(&Self) -> T,
    ) -> (Self, T) {
        let first = Self::default();
        let (mut seed, mut best) = (first.clone(), make(&first));
        for number in 1..SEEDS {
            if max_probe(&best) <= MAX_PROBE {
                break;
            }
            // Somebody chose texts whose hashes are alike.
            let other = Self::new(number);
            let made = make(&other);
            if max_probe(&made) < max_probe(&best) {
                (seed, best) = (other, made);
            }
        }
        (seed, best)
    }
}

/// Returns the part of a hash that a row starts with.
#[inline]
pub const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

impl<const W: usize> StaticHashTable<W> {
    /// Makes a table of rows that are in order.
    pub fn of(sorted: &[[u32; W]]) -> Self {
        if sorted.is_empty() {
            return Self::default();
        }
        let spare = if sorted.len() < FEW { 2 * sorted.len() } else { sorted.len() / 3 };
        let buckets = (sorted.len() + spare + 1) as u32;
        // The first free place after each row's bucket.
        let mut free = 0;
        let places = sorted.iter().map(|row| {
            let bucket = bucket(row.first().copied().unwrap_or_default(), buckets);
            let place = bucket.max(free);
            free = place + 1;
            (place, place - bucket)
        });
        let max_probe = places.map(|(_, distance)| distance + 1).max().unwrap_or_default();
        // Includes the rows that a search from the last bucket may visit.
        let mut rows = vec![[u32::MAX; W]; (buckets + max_probe) as usize];
        let mut free = 0;
        for row in sorted {
            let bucket = bucket(row.first().copied().unwrap_or_default(), buckets);
            let place = bucket.max(free);
            free = place + 1;
            if let Some(slot) = rows.get_mut(place as usize) {
                *slot = *row;
            }
        }
        Self { buckets, max_probe, rows }
    }

    /// Returns how far the row that is farthest from its bucket is.
    pub const fn max_probe(&self) -> u32 {
        self.max_probe
    }

    /// Returns all rows, the empty ones among them.
    pub fn rows(&self) -> &[[u32; W]] {
        &self.rows
    }

    /// Returns the first row with this tag that is the one looked for.
    #[inline]
    pub fn find(&self, tag: u32, is_it: impl Fn(&[u32; W]) -> bool) -> Option<&[u32; W]> {
        let bucket = bucket(tag, self.buckets) as usize;
        for row in self.rows.get(bucket..bucket + self.max_probe as usize)? {
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

impl<const W: usize> BinaryCodec for StaticHashTable<W> {
    fn write(&self, out: &mut Vec<u8>) {
        [self.buckets, self.max_probe].write(out);
        self.rows.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let [buckets, max_probe] = BinaryCodec::read(from)?;
        Some(Self { buckets, max_probe, rows: Vec::read(from)? })
    }
}

#[inline]
const fn bucket(tag: u32, buckets: u32) -> u32 {
    ((tag as u64 * buckets as u64) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{MAX_PROBE, StaticHashTable, tag};
    use crate::hasher::Seed;

    fn sorted(count: u32, tag_of: impl Fn(u32) -> u32) -> Vec<[u32; 2]> {
        let mut rows: Vec<_> = (0..count).map(|n| [tag_of(n), n]).collect();
        rows.sort_unstable();
        rows
    }

    #[test]
    fn every_row_is_found_and_absent_rows_are_not() {
        for count in [0, 1, 2, 3, 10, 1000, 100_000] {
            let seed = Seed::default();
            let tag_of = |n: u32| tag(seed.numbers([n.into()]));
            let slots = StaticHashTable::of(&sorted(count, tag_of));
            assert!(slots.max_probe() <= MAX_PROBE / 2, "{count}");
            for n in 0..count {
                assert_eq!(slots.find(tag_of(n), |[_, m]| *m == n), Some(&[tag_of(n), n]));
            }
            for n in count..count + 1000 {
                assert_eq!(slots.find(tag_of(n), |[_, m]| *m == n), None);
            }
        }
    }

    #[test]
    fn another_seed_is_tried_only_if_probe_sequences_are_too_long() {
        let chosen = |reaches: [u32; 8]| {
            let mut tried = 0;
            let (seed, max_probe) = Seed::for_which(
                |max_probe| *max_probe,
                |_| {
                    tried += 1;
                    reaches[tried - 1]
                },
            );
            (tried, max_probe, seed.is_first())
        };
        assert_eq!(chosen([MAX_PROBE, 0, 0, 0, 0, 0, 0, 0]), (1, MAX_PROBE, true));
        assert_eq!(chosen([99, 98, 7, 0, 0, 0, 0, 0]), (3, 7, false));
        // Input that defeats all of them makes a slow table, not an endless search.
        assert_eq!(chosen([99; 8]), (8, 99, true));
        assert_eq!(chosen([99, 99, 99, 80, 99, 99, 99, 99]), (8, 80, false));
    }

    #[test]
    fn rows_with_equal_or_extreme_tags_are_found() {
        for tag in [0, 7, u32::MAX] {
            let slots = StaticHashTable::of(&sorted(1000, |_| tag));
            assert_eq!(slots.max_probe(), 1000);
            assert_eq!(slots.find(tag, |[_, n]| *n == 999), Some(&[tag, 999]));
            assert_eq!(slots.find(tag, |[_, n]| *n == 1000), None);
        }
    }
}
