//! The index of digests by their hashes.

use alloc::vec::Vec;

use keyrail_access::{KeyDigest, KeyRecord};
use keyrail_core::hasher::Seed;
use keyrail_core::static_hash_table::{StaticHashTable, tag};
use keyrail_key::{Digest, Pepper};

use super::presented::Presented;

/// The digests without a salt, by the bytes of their hashes. An imported SHA-256 hash of a key and
/// Keyrail's own hash of the same key count as the same.
pub(super) struct HashIndex {
    seed: Seed,
    /// The tag of each hash, and the index of its entry.
    rows: StaticHashTable<2>,
    entries: Vec<Entry>,
}

/// A digest, and what the look-up compares. An entry fits into a cache line of most processors. If
/// the key id is short and the hash is not a SHA-512, the look-up of a whole key reads no record
/// but the one that it returns.
#[repr(align(64))]
struct Entry {
    /// The first bytes of the hash.
    start: [u8; START],
    algorithm: Algorithm,
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

/// The algorithm of a hash.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Sha256,
    Sha512,
    /// An HMAC with the pepper of this index.
    Hmac(u8),
}

impl Algorithm {
    /// Returns the algorithm of a digest without a salt, or `None` if its pepper is unknown.
    fn of(digest: &Digest, peppers: &[Pepper]) -> Option<Self> {
        let Some(id) = digest.pepper_id() else {
            let is_long = digest.as_bytes().len() > START;
            return Some(if is_long { Self::Sha512 } else { Self::Sha256 });
        };
        let index = peppers.iter().position(|pepper| pepper.id() == id)?;
        u8::try_from(index).ok().map(Self::Hmac)
    }
}

/// The number of bytes of a hash that an entry contains.
const START: usize = 32;

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
    fn new(at: u32, index: usize, record: &KeyRecord, peppers: &[Pepper]) -> Option<Self> {
        let stored = record.digests().get(index)?;
        let key_id = stored
            .key_id()
            .map_or(EntryId::None, |id| ShortText::new(id).map_or(EntryId::Long, EntryId::Short));
        Some(Self {
            start: *stored.digest().as_bytes().first_chunk()?,
            algorithm: Algorithm::of(stored.digest(), peppers)?,
            key_id,
            record: at,
            digest: u8::try_from(index).ok()?,
            is_only: record.digests().len() == 1,
        })
    }

    fn record<'r>(&self, records: &'r [KeyRecord]) -> Option<(&'r KeyRecord, &'r KeyDigest)> {
        let record = records.get(self.record as usize)?;
        Some((record, record.digests().get(usize::from(self.digest))?))
    }

    /// Returns whether the digest equals a hash of the presented string, and fits it: see
    /// [`Presented::fits`].
    fn matches(
        &self,
        (hash, algorithm): (&[u8], Algorithm),
        presented: &Presented<'_>,
        records: &[KeyRecord],
    ) -> bool {
        let has_id = || match &self.key_id {
            EntryId::None => presented.may_lack_key_id(),
            EntryId::Short(id) => {
                presented.key_id().is_some_and(|other| other.as_bytes() == id.as_bytes())
            }
            EntryId::Long => true,
        };
        let is_certain = algorithm != Algorithm::Sha512
            && !matches!(self.key_id, EntryId::Long)
            && presented.is_whole();
        let is_certain_by_record = || {
            self.record(records).is_some_and(|(record, stored)| {
                stored.digest().as_bytes() == hash && presented.fits(record, stored)
            })
        };
        self.algorithm == algorithm
            && hash.starts_with(&self.start)
            && has_id()
            && (is_certain || is_certain_by_record())
    }
}

impl HashIndex {
    /// Indexes the digests of records. `peppers` are those of the deployment. A record has fewer
    /// than 256 digests.
    pub(super) fn new(records: &[KeyRecord], peppers: &[Pepper]) -> Self {
        let digests = records.iter().zip(0_u32..).flat_map(|(record, at)| {
            let digests = record.digests().iter().map(KeyDigest::digest).enumerate();
            let unsalted = digests.filter(|(_, digest)| !digest.is_salted());
            unsalted.filter_map(move |(index, digest)| {
                Some((digest.as_bytes(), Entry::new(at, index, record, peppers)?))
            })
        });
        let (hashes, mut entries): (Vec<&[u8]>, Vec<Entry>) = digests.unzip();
        entries.shrink_to_fit();
        let (seed, rows) = Seed::for_which(StaticHashTable::max_probe, |seed| {
            let row = |(hash, index): (&&[u8], u32)| [tag(seed.bytes(hash)), index];
            let mut rows: Vec<[u32; 2]> = hashes.iter().zip(0..).map(row).collect();
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
        let algorithm = Algorithm::of(hash, peppers)?;
        let hash = hash.as_bytes();
        let entry = |[_, index]: &[u32; 2]| self.entries.get(*index as usize);
        let row = self.rows.find(tag(self.seed.bytes(hash)), |row| {
            entry(row).is_some_and(|it| it.matches((hash, algorithm), presented, records))
        })?;
        let entry = entry(row)?;
        let record = records.get(entry.record as usize)?;
        Some(Found { record, digest: entry.digest.into(), is_only: entry.is_only })
    }
}
