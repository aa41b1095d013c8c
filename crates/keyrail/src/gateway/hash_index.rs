//! The index of digests by their hashes.

use alloc::vec::Vec;

use keyrail_access::{KeyDigest, KeyRecord};
use keyrail_core::hasher::Seed;
use keyrail_core::static_hash_table::{StaticHashTable, tag};
use keyrail_key::{Digest, Pepper};

use super::presented::Presented;

/// The digests without a salt, by the bytes of their hashes. An imported SHA-256 hash of a key and
/// Keyrail's own hash of the same key count as the same.
///
/// The table has 12 bytes per row, so that caches keep most of it. A row contains two indices, so
/// that a processor can load the record and the entry from memory in parallel.
pub(super) struct HashIndex {
    seed: Seed,
    /// Each row has the tag of a hash, the index of a record, and the index of an entry.
    rows: StaticHashTable<3>,
    entries: Vec<Entry>,
}

/// The first 32 bytes of a hash, as numbers.
type Start = [u32; 8];

/// A digest, and what the look-up compares. If the key id is short and the hash is not a SHA-512
/// hash, the look-up of a whole key compares nothing else.
struct Entry {
    start: Start,
    algorithm: Algorithm,
    /// The index of the digest in the record.
    digest: u8,
    /// Whether the record has no other digest.
    is_only: bool,
    key_id: EntryId,
}

/// A digest that was found.
#[derive(Clone, Copy)]
pub(super) struct Found<'r> {
    pub record: &'r KeyRecord,
    /// The index of the digest in the record.
    pub digest: usize,
    /// Whether the record has no other digest.
    pub is_only: bool,
}

/// The algorithm of a hash: 0 for SHA-256, 1 for SHA-512, and 2 plus the index of the pepper for an
/// HMAC.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Algorithm(u8);

impl Algorithm {
    const SHA256: Self = Self(0);
    const SHA512: Self = Self(1);

    /// Returns the algorithm of a digest without a salt, or `None` if its pepper is unknown.
    fn of(digest: &Digest, peppers: &[Pepper]) -> Option<Self> {
        let Some(id) = digest.pepper_id() else {
            let is_long = digest.as_bytes().len() > size_of::<Start>();
            return Some(if is_long { Self::SHA512 } else { Self::SHA256 });
        };
        let index = peppers.iter().position(|pepper| pepper.id() == id)?;
        u8::try_from(index + 2).ok().map(Self)
    }
}

/// The key id of a digest: its length, and its bytes as numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
struct EntryId {
    length: u8,
    bytes: [u32; 5],
}

impl EntryId {
    /// No id. A key id is never empty.
    const NONE: Self = Self { length: 0, bytes: [0; 5] };
    /// An id that is too long for an entry. It must be read from the record.
    const LONG: Self = Self { length: u8::MAX, bytes: [0; 5] };

    fn new(id: Option<&str>) -> Self {
        let Some(id) = id else { return Self::NONE };
        let mut bytes = [[0; 4]; 5];
        let Some(place) = bytes.as_flattened_mut().get_mut(..id.len()) else { return Self::LONG };
        place.copy_from_slice(id.as_bytes());
        Self { length: id.len() as u8, bytes: bytes.map(u32::from_le_bytes) }
    }
}

/// A hash to look up, and the key id of the presented string.
struct Wanted<'h> {
    hash: &'h [u8],
    start: Start,
    algorithm: Algorithm,
    key_id: EntryId,
}

impl Entry {
    fn new(index: usize, record: &KeyRecord, peppers: &[Pepper]) -> Option<Self> {
        let stored = record.digests().get(index)?;
        Some(Self {
            start: start_of(stored.digest().as_bytes())?,
            algorithm: Algorithm::of(stored.digest(), peppers)?,
            digest: u8::try_from(index).ok()?,
            is_only: record.digests().len() == 1,
            key_id: EntryId::new(stored.key_id()),
        })
    }

    /// Returns whether the digest equals a hash of the presented string, and fits it: see
    /// [`Presented::fits`].
    fn matches(
        &self,
        wanted: &Wanted<'_>,
        presented: &Presented<'_>,
        record: Option<&KeyRecord>,
    ) -> bool {
        if self.start != wanted.start || self.algorithm != wanted.algorithm {
            return false;
        }
        let may_fit = match self.key_id {
            EntryId::NONE => presented.may_lack_key_id(),
            EntryId::LONG => wanted.key_id == EntryId::LONG,
            id => wanted.key_id == id,
        };
        let is_certain = self.algorithm != Algorithm::SHA512
            && self.key_id != EntryId::LONG
            && presented.is_whole();
        let is_certain_by_record = || {
            let stored = record.and_then(|it| it.digests().get(usize::from(self.digest)));
            record.zip(stored).is_some_and(|(record, stored): (_, &KeyDigest)| {
                stored.digest().as_bytes() == wanted.hash && presented.fits(record, stored)
            })
        };
        may_fit && (is_certain || is_certain_by_record())
    }
}

/// Returns the first bytes of a hash, or `None` if the hash is too short, which does not happen.
fn start_of(hash: &[u8]) -> Option<Start> {
    let (numbers, _) = hash.as_chunks();
    Some(numbers.first_chunk::<8>()?.map(u32::from_le_bytes))
}

impl HashIndex {
    /// Indexes the digests of records. `peppers` are those of the deployment. A record has fewer
    /// than 256 digests.
    pub(super) fn new(records: &[KeyRecord], peppers: &[Pepper]) -> Self {
        let digests = records.iter().zip(0_u32..).flat_map(|(record, at)| {
            let digests = record.digests().iter().map(KeyDigest::digest).enumerate();
            let unsalted = digests.filter(|(_, digest)| !digest.is_salted());
            unsalted.filter_map(move |(index, digest)| {
                Some(((digest.as_bytes(), at), Entry::new(index, record, peppers)?))
            })
        });
        let (hashes, entries): (Vec<(&[u8], u32)>, Vec<Entry>) = digests.unzip();
        let (seed, rows) = Seed::for_which(StaticHashTable::max_probe, |seed| {
            let row = |((hash, record), entry): (&(&[u8], u32), u32)| {
                [tag(seed.bytes(hash)), *record, entry]
            };
            let mut rows: Vec<_> = hashes.iter().zip(0..).map(row).collect();
            rows.sort_unstable();
            StaticHashTable::of(&rows)
        });
        Self { seed, rows, entries }
    }

    /// Returns the digest that equals a hash of the presented string and fits it.
    ///
    /// A caller can choose only a few bits of a hash, so the duration of an ordinary table look-up
    /// reveals nothing about the stored digests.
    pub(super) fn find<'r>(
        &self,
        records: &'r [KeyRecord],
        hash: &Digest,
        peppers: &[Pepper],
        presented: &Presented<'_>,
    ) -> Option<Found<'r>> {
        let wanted = Wanted {
            hash: hash.as_bytes(),
            start: start_of(hash.as_bytes())?,
            algorithm: Algorithm::of(hash, peppers)?,
            key_id: EntryId::new(presented.key_id()),
        };
        let tag = tag(self.seed.bytes(wanted.hash));
        let [_, record, entry] = self.rows.find(tag, |[_, record, entry]| {
            let entry = self.entries.get(*entry as usize);
            let record = records.get(*record as usize);
            entry.is_some_and(|entry| entry.matches(&wanted, presented, record))
        })?;
        let (record, entry) = (records.get(*record as usize)?, self.entries.get(*entry as usize)?);
        Some(Found { record, digest: entry.digest.into(), is_only: entry.is_only })
    }
}
