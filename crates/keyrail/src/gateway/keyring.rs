//! The keyring: finds the record of a key.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use keyrail_access::{KeyDigest, KeyRecord, ReadDigest, ReadRecord};
use keyrail_core::Faults;
use keyrail_core::hasher::Seed;
use keyrail_core::static_hash_table::{StaticHashTable, tag};
use keyrail_key::{Digest, KeyFormatSet, Pepper};

use super::error::DeploymentErrorKind;
use super::hash_index::{Found, HashIndex};
use super::presented::Presented;

/// The values by which a key's record is looked up, and the ids of its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    key_id: Option<String>,
    digests: Vec<String>,
    limit_ids: Vec<String>,
}

impl Identity {
    /// Returns the key's public id, or `None` if the key has none of the deployment's formats or
    /// its format has no ids. A record with this id does not prove that the key is valid:
    /// [`Gateway::outbound`](crate::Gateway::outbound) compares the digests.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Returns all digests without a salt that a record of the key may have: one for each pepper of
    /// the deployment, in the order of the member `peppers`, then `sha256`, `foreign-sha256` and
    /// `foreign-sha512`. Keys that are too weak for a new record are hashed, too. Salted digests
    /// are not included. Look up a record that has a salted digest by the key's id.
    pub fn digests(&self) -> &[String] {
        &self.digests
    }

    /// Returns the ids of the limits of the key's record, if the deployment contains the record.
    /// Load the states with these ids, and pass them to
    /// [`Gateway::outbound`](crate::Gateway::outbound).
    pub fn limit_ids(&self) -> &[String] {
        &self.limit_ids
    }
}

/// The maximum number of records that may be passed to a call of
/// [`Gateway::outbound`](crate::Gateway::outbound).
pub const MAX_RECORDS: usize = 8;

/// The algorithm of imported SHA-512 digests.
const SHA512: &str = "foreign-sha512";

/// Why no record was found for a key. Only the audit event contains the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LookupError {
    /// No record has this key's id, and no digest matches the key.
    Unknown,
    /// A record has the key's id, or the host passed records, but none of these records belongs to
    /// the key.
    Wrong,
    /// Two records have a digest of the key.
    Ambiguous,
    /// The record belongs to an app that the topology does not declare.
    UnknownApp,
}

impl LookupError {
    /// The code for the audit event.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "access.unknown_key",
            Self::Wrong => "access.wrong_key",
            Self::Ambiguous => "access.ambiguous_key",
            Self::UnknownApp => "gateway.unknown_app",
        }
    }
}

/// The records of a deployment, found by key.
///
/// Every presented string, even a weak or unknown one, is hashed several times: with SHA-256
/// without a pepper, with each pepper of the deployment, and with SHA-512 if a record has an
/// imported SHA-512 digest. If a record has a salted digest, the string is also hashed with a salt.
/// Every string is looked up by its hashes among all digests without a salt. If none of them fits,
/// or if any record has a salted digest, the record is also looked up by the key's id, and the
/// hashes are compared in constant time with the digests of that id. A key that matches two records
/// is detected. The same hashes are computed for unknown and wrong keys, unless the key's id has
/// salted digests: then the time depends on the number and the length of the salts.
pub(super) struct Keyring {
    records: Vec<KeyRecord>,
    peppers: Vec<Pepper>,
    /// Whether the first pepper is the current one.
    is_ordered: bool,
    formats: KeyFormatSet,
    /// Whether any digest is an imported SHA-512 digest.
    has_sha512: bool,
    /// Whether any digest is salted.
    has_salted: bool,
    by_id: IdIndex,
    by_hash: HashIndex,
    /// The digest to compare with if no record has the key's id.
    dummy_digest: Digest,
    /// The digest to compare with if no salted digest has the key's id.
    dummy_salted: Digest,
}

/// The hashes of a presented string. Without peppers, they need no memory on the heap.
struct Hashes {
    plain: Digest,
    peppered: Vec<Digest>,
    sha512: Option<Digest>,
}

impl Hashes {
    fn all(&self) -> impl Iterator<Item = &Digest> + Clone {
        core::iter::once(&self.plain).chain(&self.peppered).chain(&self.sha512)
    }
}

/// The records by the key ids of their digests. A row has the tag of an id and the index of a
/// record.
struct IdIndex {
    seed: Seed,
    rows: StaticHashTable<2>,
}

impl IdIndex {
    fn new(records: &[KeyRecord]) -> Self {
        let ids = records.iter().zip(0_u32..).flat_map(|(record, at)| {
            record.digests().iter().filter_map(move |stored| Some((at, stored.key_id()?)))
        });
        let ids: Vec<_> = ids.collect();
        let (seed, rows) = Seed::for_which(StaticHashTable::max_probe, |seed| {
            let row = |(at, id): &(u32, &str)| [tag(seed.text(id)), *at];
            let mut rows: Vec<[u32; 2]> = ids.iter().map(row).collect();
            rows.sort_unstable();
            rows.dedup();
            StaticHashTable::of(&rows)
        });
        Self { seed, rows }
    }

    /// Returns the record with a digest that has this key id.
    fn find<'r>(&self, records: &'r [KeyRecord], id: &str) -> Option<&'r KeyRecord> {
        let has_id = |record: &KeyRecord| record.digests().iter().any(|it| it.key_id() == Some(id));
        let [_, at] = self.rows.find(tag(self.seed.text(id)), |[_, at]| {
            records.get(*at as usize).is_some_and(has_id)
        })?;
        records.get(*at as usize)
    }
}

/// Adds a fault for each digest whose hash an earlier digest has or whose key id an earlier record
/// has, and for each key id that no format allows.
fn check_digests(read: &[ReadRecord], formats: Option<&KeyFormatSet>, faults: &Faults) {
    let (mut hashes, mut salted, mut ids) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
    for (at, record) in read.iter().enumerate() {
        for (index, ReadDigest { key_id, digest }) in record.digests.iter().enumerate() {
            let fault = |suffix: &str, kind| {
                faults.add_kind_below(format_args!("/keys/{at}/digests/{index}{suffix}"), kind);
            };
            if let (Some(id), Some(formats)) = (key_id, formats)
                && !formats.formats().iter().any(|format| format.may_have_id(id))
            {
                fault("/key_id", DeploymentErrorKind::MalformedKeyId);
            }
            let Some(stored) = digest else { continue };
            let digest = stored.digest();
            let is_new = match digest.is_salted() {
                true => salted.insert(digest.to_string()),
                false => hashes.insert(digest.as_bytes()),
            };
            let other = stored.key_id().map(|id| *ids.entry(id).or_insert(at));
            if !is_new || other.is_some_and(|other| other != at) {
                fault("", DeploymentErrorKind::DuplicateKey);
            }
        }
    }
}

impl Keyring {
    /// Creates the keyring of a deployment's records. Returns `None` if the deployment's formats
    /// could not be read. For a record that could not be read, a fault was already added.
    /// `is_ordered` is whether the first pepper is the current one.
    pub(super) fn new(
        read: Vec<ReadRecord>,
        peppers: Vec<Pepper>,
        is_ordered: bool,
        formats: Option<KeyFormatSet>,
        faults: &Faults,
    ) -> Option<Self> {
        check_digests(&read, formats.as_ref(), faults);
        let records: Vec<KeyRecord> = read.into_iter().filter_map(|read| read.record).collect();
        let digests = || records.iter().flat_map(KeyRecord::digests).map(KeyDigest::digest);
        Some(Self {
            formats: formats?,
            has_sha512: digests().any(|digest| digest.algorithm() == SHA512),
            has_salted: digests().any(Digest::is_salted),
            by_id: IdIndex::new(&records),
            by_hash: HashIndex::new(&records, &peppers),
            dummy_digest: Digest::hash_unchecked("", None),
            dummy_salted: Digest::dummy_salted(),
            is_ordered: is_ordered || peppers.len() == 1,
            peppers,
            records,
        })
    }

    /// Returns the values by which a key's record is looked up.
    pub(super) fn identity(&self, text: &str) -> Identity {
        let presented = self.read(text);
        let digested = presented.digested();
        let plain = Digest::hash_unchecked(digested, None);
        let digests = self.peppered(digested).chain([plain.clone(), plain.to_foreign()]);
        let digests = digests.chain([Digest::of_presented_sha512(digested)]);
        let digests = digests.map(|digest| digest.to_string()).collect();
        let limit_ids = self.find_record(&presented).map(|(record, _)| record.limit_ids());
        Identity {
            key_id: presented.key_id().map(Into::into),
            digests,
            limit_ids: limit_ids.unwrap_or_default(),
        }
    }

    /// Returns the peppers of the deployment, the current one first. Returns none if it is unknown
    /// which of them is the current one.
    pub(super) fn peppers(&self) -> &[Pepper] {
        if self.is_ordered { &self.peppers } else { &[] }
    }

    /// Returns the record of the key among these records, with the index of the digest that
    /// matches. All records are compared, even after one has matched. Without records, a dummy is
    /// compared.
    pub(super) fn find_among<'r>(
        &self,
        presented: &Presented<'_>,
        records: &'r [KeyRecord],
    ) -> Result<(&'r KeyRecord, usize), LookupError> {
        let text = presented.digested();
        let plain = [Digest::hash_unchecked(text, None), Digest::of_presented_sha512(text)];
        let hashes: Vec<Digest> = self.peppered(text).chain(plain).collect();
        let mut found: Option<(&KeyRecord, usize)> = None;
        let mut is_ambiguous = false;
        for record in records {
            let fits = |stored: &KeyDigest| presented.fits(record, stored);
            if let Some(index) = record.find_hash(text, hashes.iter(), fits) {
                is_ambiguous |= found.is_some_and(|(other, _)| other != record);
                found = Some((record, index));
            }
        }
        if records.is_empty() {
            core::hint::black_box(self.dummy_digest.matches_hashes(text, &hashes));
        }
        match found {
            _ if is_ambiguous => Err(LookupError::Ambiguous),
            Some(found) => Ok(found),
            None if records.is_empty() => Err(LookupError::Unknown),
            None => Err(LookupError::Wrong),
        }
    }

    /// Returns the hashes of a string, one with each pepper.
    fn peppered(&self, text: &str) -> impl Iterator<Item = Digest> {
        self.peppers.iter().map(|pepper| Digest::hash_unchecked(text, Some(pepper)))
    }

    /// Reads a presented string.
    pub(super) fn read<'t>(&'t self, text: &'t str) -> Presented<'t> {
        Presented::read(text, &self.formats)
    }

    /// Returns the record of the key, with the index of the record's digest that matches the key.
    pub(super) fn find_record(
        &self,
        presented: &Presented<'_>,
    ) -> Result<(&KeyRecord, usize), LookupError> {
        let text = presented.digested();
        let hashes = self.hashes(text);
        let by_hash = self.find_hash(presented, &hashes)?;
        // A digest without a salt is found by its hash. The look-up by the id finds salted digests,
        // and tells wrong keys from unknown ones.
        let (named, by_id) = match by_hash {
            Some(_) if !self.has_salted => (None, None),
            _ => self.find_id(presented, &hashes),
        };
        if let (Some(record), Some(found)) = (by_id, by_hash)
            && !core::ptr::eq(record, found.record)
        {
            return Err(LookupError::Ambiguous);
        }
        let found = match by_hash {
            Some(Found { record, digest, is_only: true }) => Some((record, digest)),
            _ => by_id.or(by_hash.map(|found| found.record)).and_then(|record| {
                let fits = |stored: &KeyDigest| presented.fits(record, stored);
                record.find_hash(text, hashes.all(), fits).map(|index| (record, index))
            }),
        };
        found.ok_or(if named.is_some() { LookupError::Wrong } else { LookupError::Unknown })
    }

    /// Returns the record that has the key's id, and the same record again if a digest of that id
    /// matches. The digests are compared in constant time.
    fn find_id(
        &self,
        presented: &Presented<'_>,
        hashes: &Hashes,
    ) -> (Option<&KeyRecord>, Option<&KeyRecord>) {
        let key_id = presented.key_id();
        let named = key_id.and_then(|id| self.by_id.find(&self.records, id));
        let digests = named.map_or(&[][..], KeyRecord::digests).iter();
        let of_id = digests.filter(|stored| stored.key_id() == key_id).map(KeyDigest::digest);
        let is_match = |digest: &Digest| digest.matches_hashes(presented.digested(), hashes.all());
        let matches = of_id.clone().fold(false, |matches, digest| matches | is_match(digest));
        if named.is_none() {
            core::hint::black_box(is_match(&self.dummy_digest));
        }
        if self.has_salted && !of_id.clone().any(Digest::is_salted) {
            core::hint::black_box(is_match(&self.dummy_salted));
        }
        let matched = named.filter(|record| matches && presented.has_environment_of(record));
        (named, matched)
    }

    /// Returns the hashes of a string, which are compared with the digests.
    fn hashes(&self, text: &str) -> Hashes {
        Hashes {
            plain: Digest::hash_unchecked(text, None),
            peppered: self.peppered(text).collect(),
            sha512: self.has_sha512.then(|| Digest::of_presented_sha512(text)),
        }
    }

    /// Returns the digest that equals one of the hashes and fits the presented string. Returns
    /// `Ambiguous` if several records have such a digest.
    fn find_hash(
        &self,
        presented: &Presented<'_>,
        hashes: &Hashes,
    ) -> Result<Option<Found<'_>>, LookupError> {
        let mut found: Option<Found<'_>> = None;
        let mut is_ambiguous = false;
        for hash in hashes.all() {
            let here = self.by_hash.find(&self.records, hash, &self.peppers, presented);
            let Some(here) = here else { continue };
            is_ambiguous |= found.is_some_and(|other| !core::ptr::eq(other.record, here.record));
            found = Some(here);
        }
        if is_ambiguous { Err(LookupError::Ambiguous) } else { Ok(found) }
    }
}
