//! Immutable hash tables of rows of numbers.
//!
//! A row starts with its tag, which is the upper half of its hash. The other numbers are the value.
//! Rows are sorted by tag. The bucket of a row depends only on its tag, and a larger tag never has
//! a smaller bucket. The rows are placed in the order of their tags, each at the first free index
//! at or after its bucket. A search can therefore end at the first larger tag. All bits of an empty
//! row are 1.

use alloc::vec;
use alloc::vec::Vec;

use crate::codec::BinaryCodec;
use crate::hasher::Seed;

/// A table of rows of `W` numbers.
#[derive(Default)]
pub struct StaticHashTable<const W: usize> {
    buckets: u32,
    /// The maximum number of rows that a search examines.
    max_probe: u32,
    rows: Vec<[u32; W]>,
}

/// If the `max_probe` of a table is higher than this, another seed is tried. With three rows per
/// four buckets and random hashes, about one of 10^9 tables of two million rows exceeds this limit.
const MAX_PROBE: u32 = 64;

/// The number of rows below which a table has three buckets per row, for faster lookups.
const SMALL_TABLE: usize = 4096;

/// The number of seeds that are tried before long searches are accepted.
const MAX_SEEDS: u32 = 8;

impl Seed {
    /// Returns the first seed for which `build` returns a table with a `max_probe` of at most
    /// `MAX_PROBE`, together with that table. If none of the first `MAX_SEEDS` seeds has such a
    /// table, returns the seed and the table with the lowest `max_probe`.
    pub fn for_which<T>(
        max_probe: impl Fn(&T) -> u32,
        mut build: impl FnMut(&Self) -> T,
    ) -> (Self, T) {
        let first = Self::default();
        let (mut seed, mut best) = (first.clone(), build(&first));
        for number in 1..MAX_SEEDS {
            if max_probe(&best) <= MAX_PROBE {
                break;
            }
            // With the previous seeds, too many hashes are close together, probably because the
            // strings were chosen to cause this. Another seed usually spreads the hashes.
            let other = Self::new(number);
            let built = build(&other);
            if max_probe(&built) < max_probe(&best) {
                (seed, best) = (other, built);
            }
        }
        (seed, best)
    }
}

/// Returns the tag of a hash: the number with which a row starts.
#[inline]
pub const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

impl<const W: usize> StaticHashTable<W> {
    /// Creates a table from rows that are sorted by tag.
    pub fn of(sorted: &[[u32; W]]) -> Self {
        if sorted.is_empty() {
            return Self::default();
        }
        let spare = if sorted.len() < SMALL_TABLE { 2 * sorted.len() } else { sorted.len() / 3 };
        let buckets = (sorted.len() + spare + 1) as u32;
        // The first free index after the rows that were already placed.
        let mut free = 0;
        let distances = sorted.iter().map(|row| {
            let bucket = bucket(row.first().copied().unwrap_or_default(), buckets);
            let index = bucket.max(free);
            free = index + 1;
            index - bucket
        });
        let max_probe = distances.map(|distance| distance + 1).max().unwrap_or_default();
        // A search may examine up to `max_probe` rows after the last bucket.
        let mut rows = vec![[u32::MAX; W]; (buckets + max_probe) as usize];
        let mut free = 0;
        for row in sorted {
            let bucket = bucket(row.first().copied().unwrap_or_default(), buckets);
            let index = bucket.max(free);
            free = index + 1;
            if let Some(slot) = rows.get_mut(index as usize) {
                *slot = *row;
            }
        }
        Self { buckets, max_probe, rows }
    }

    /// Returns the maximum number of rows that a search examines.
    pub const fn max_probe(&self) -> u32 {
        self.max_probe
    }

    /// Returns all rows, including empty ones.
    pub fn rows(&self) -> &[[u32; W]] {
        &self.rows
    }

    /// Returns the first row with this tag for which `is_match` returns true.
    #[inline]
    pub fn find(&self, tag: u32, is_match: impl Fn(&[u32; W]) -> bool) -> Option<&[u32; W]> {
        let bucket = bucket(tag, self.buckets) as usize;
        for row in self.rows.get(bucket..bucket + self.max_probe as usize)? {
            let row_tag = *row.first()?;
            if row_tag > tag {
                return None;
            }
            if row_tag == tag && is_match(row) {
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

/// Returns the index of the bucket of a tag.
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
            let table = StaticHashTable::of(&sorted(count, tag_of));
            assert!(table.max_probe() <= MAX_PROBE / 2, "{count}");
            for n in 0..count {
                assert_eq!(table.find(tag_of(n), |[_, m]| *m == n), Some(&[tag_of(n), n]));
            }
            for n in count..count + 1000 {
                assert_eq!(table.find(tag_of(n), |[_, m]| *m == n), None);
            }
        }
    }

    #[test]
    fn another_seed_is_tried_only_if_probe_sequences_are_too_long() {
        let choose = |max_probes: [u32; 8]| {
            let mut tried = 0;
            let (seed, max_probe) = Seed::for_which(
                |max_probe| *max_probe,
                |_| {
                    tried += 1;
                    max_probes[tried - 1]
                },
            );
            (tried, max_probe, seed.is_first())
        };
        assert_eq!(choose([MAX_PROBE, 0, 0, 0, 0, 0, 0, 0]), (1, MAX_PROBE, true));
        assert_eq!(choose([99, 98, 7, 0, 0, 0, 0, 0]), (3, 7, false));
        // If no seed is good enough, the table is slow, but the search for a seed ends.
        assert_eq!(choose([99; 8]), (8, 99, true));
        assert_eq!(choose([99, 99, 99, 80, 99, 99, 99, 99]), (8, 80, false));
    }

    #[test]
    fn rows_with_equal_or_extreme_tags_are_found() {
        for tag in [0, 7, u32::MAX] {
            let table = StaticHashTable::of(&sorted(1000, |_| tag));
            assert_eq!(table.max_probe(), 1000);
            assert_eq!(table.find(tag, |[_, n]| *n == 999), Some(&[tag, 999]));
            assert_eq!(table.find(tag, |[_, n]| *n == 1000), None);
        }
    }
}
