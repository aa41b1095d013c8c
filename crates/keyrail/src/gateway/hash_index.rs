//! The index of digests by their hashes.

use alloc::vec::Vec;

use keyrail_access::{KeyDigest, KeyRecord};
use keyrail_core::hasher::Seed;
use keyrail_core::static_hash_table::{StaticHashTable, tag};
use keyrail_key::Digest;

use super::presented::Presented;

/// The digests without a salt, indexed only by the bytes of the hash and not by the algorithm,
/// because an imported SHA-256 hash of a key equals Keyrail's own hash of the same key.
pub(super) struct HashIndex {
    seed: Seed,
    /// The tag of each hash, and the index of its entry.
    rows: StaticHashTable<2>,
    entries: Vec<Entry>,
}

/// A digest, and what the look-up compares. An entry fits into a cache line of most processors, so
/// that a look-up reads no record but the one that it returns.
#[repr(align(64))]
struct Entry {
    /// The first bytes of the hash.
    start: [u8; 32],
    /// Whether the hash is longer, as that of SHA-512.
    is_long: bool,
    key_id: EntryId,
    record: u32,
    /// The index of the digest in the record.
    digest: u8,
    /// Whether the record has no other digest.
    is_only: bool,
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

/// The key id of a digest.
#[derive(Clone, Copy)]
enum EntryId {
    None,
    Short(ShortText),
    /// The id is too long for an entry. It must be read from the record.
    Long,
}

/// A string of at most 22 bytes.
#[derive(Clone, Copy)]
struct ShortText {
    length: u8,
    bytes: [u8; ShortText::MAX],
}

impl ShortText {
    const MAX: usize = 22;

    fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; Self::MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { length: u8::try_from(text.len()).ok()?, bytes })
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl Entry {
    fn new(record: u32, digest: usize, stored: &KeyDigest, is_only: bool) -> Option<Self> {
        let hash = stored.digest().as_bytes();
        let key_id = stored
            .key_id()
            .map_or(EntryId::None, |id| ShortText::new(id).map_or(EntryId::Long, EntryId::Short));
        let (start, rest) = hash.split_first_chunk()?;
        let digest = u8::try_from(digest).ok()?;
        Some(Self { start: *start, is_long: !rest.is_empty(), key_id, record, digest, is_only })
    }

    fn record<'r>(&self, records: &'r [KeyRecord]) -> Option<(&'r KeyRecord, &'r KeyDigest)> {
        let record = records.get(self.record as usize)?;
        Some((record, record.digests().get(usize::from(self.digest))?))
    }

    /// Returns whether the digest equals a hash of the presented string, and fits it: see
    /// [`Presented::fits`].
    fn matches(&self, hash: &[u8], presented: &Presented<'_>, records: &[KeyRecord]) -> bool {
        if !hash.starts_with(&self.start) || self.is_long != (hash.len() > self.start.len()) {
            return false;
        }
        let has_id = match &self.key_id {
            EntryId::None => presented.may_lack_key_id(),
            EntryId::Short(id) => {
                presented.key_id().is_some_and(|it| it.as_bytes() == id.as_bytes())
            }
            EntryId::Long => true,
        };
        let is_certain =
            !self.is_long && !matches!(self.key_id, EntryId::Long) && presented.is_whole();
        has_id
            && (is_certain
                || self.record(records).is_some_and(|(record, stored)| {
                    stored.digest().as_bytes() == hash && presented.fits(record, stored)
                }))
    }
}

impl HashIndex {
    /// Indexes the digests of records. A record has fewer than 256 digests.
    pub(super) fn new(records: &[KeyRecord]) -> Self {
        let digests = records.iter().zip(0_u32..).flat_map(|(record, at)| {
            let is_only = record.digests().len() == 1;
            let digests = record.digests().iter().enumerate();
            digests.map(move |(index, stored)| (Entry::new(at, index, stored, is_only), stored))
        });
        let unsalted = digests.filter(|(_, stored)| !stored.digest().is_salted());
        let entries: Vec<(&Digest, Entry)> =
            unsalted.filter_map(|(entry, stored)| Some((stored.digest(), entry?))).collect();
        let (seed, rows) = Seed::for_which(StaticHashTable::max_probe, |seed| {
            let hashes = entries.iter().map(|(digest, _)| tag(seed.bytes(digest.as_bytes())));
            let mut rows: Vec<[u32; 2]> =
                hashes.zip(0..).map(|(tag, index)| [tag, index]).collect();
            rows.sort_unstable();
            StaticHashTable::of(&rows)
        });
        Self { seed, rows, entries: entries.into_iter().map(|(_, entry)| entry).collect() }
    }

    /// Returns the digest that equals a hash of the presented string and fits it.
    ///
    /// A caller cannot choose the bytes of a hash, so the duration of an ordinary table look-up
    /// reveals nothing about the stored digests.
    pub(super) fn find<'r>(
        &self,
        records: &'r [KeyRecord],
        hash: &[u8],
        presented: &Presented<'_>,
    ) -> Option<Found<'r>> {
        let entry = |[_, index]: &[u32; 2]| self.entries.get(*index as usize);
        let row = self.rows.find(tag(self.seed.bytes(hash)), |row| {
            entry(row).is_some_and(|entry| entry.matches(hash, presented, records))
        })?;
        let entry = entry(row)?;
        let record = records.get(entry.record as usize)?;
        Some(Found { record, digest: entry.digest.into(), is_only: entry.is_only })
    }
}
