//! The keyring: finds the record of a key.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use keyrail_access::{KeyDigest, KeyRecord, ReadDigest, ReadRecord};
use keyrail_core::Faults;
use keyrail_core::hasher::Seed;
use keyrail_core::static_hash_table::{StaticHashTable, tag};
use keyrail_key::{Digest, KeyFormatSet, ParsedKey, Pepper};

use super::error::DeploymentErrorKind;

/// The values by which a key's record is looked up.
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

    /// Returns all digests that a record of the key may have: one for each pepper of the
    /// deployment, starting with the current pepper, then `sha256`, `foreign-sha256` and
    /// `foreign-sha512`. Weak keys are hashed, too. Salted digests are not included. Look up a
    /// record that has a salted digest by the key's id.
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
    /// No record has this key's id or digest.
    Unknown,
    /// A record has the key's id, but none of the record's digests matches the key.
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

/// A presented string, and the key of one of the deployment's formats that it is, if any.
#[derive(Clone, Copy)]
pub(super) struct Presented<'t> {
    text: &'t str,
    key: Option<ParsedKey<'t>>,
}

impl<'t> Presented<'t> {
    /// Returns the key's public id, or `None` if the string is no key of a known format or the
    /// format has no ids.
    pub(super) fn key_id(&self) -> Option<&'t str> {
        self.key.and_then(|key| key.id())
    }

    /// Returns the part of the string that its digests cover.
    pub(super) fn digested(&self) -> &'t str {
        self.key.map_or(self.text, |key| key.reveal_digested())
    }

    /// Returns the digest of the string with a pepper, or `None` if the string is too weak.
    pub(super) fn digest(&self, pepper: &Pepper) -> Option<Digest> {
        match self.key {
            Some(key) => key.digest(Some(pepper)).ok(),
            None => Digest::of(self.text, Some(pepper)).ok(),
        }
    }

    /// Returns whether the parts of the key that a matching digest does not cover belong to this
    /// record and digest. A digest that has a key id matches only a key with the same id.
    fn fits(&self, record: &KeyRecord, stored: &KeyDigest) -> bool {
        let has_id = match stored.key_id() {
            Some(id) => self.key_id() == Some(id),
            None => self.is_whole() || self.key_id().is_none(),
        };
        has_id && self.has_environment_of(record)
    }

    /// Returns whether the digests cover the whole string.
    fn is_whole(&self) -> bool {
        self.digested().len() == self.text.len()
    }

    /// Returns whether the key's environment is the record's, unless the digests cover it.
    fn has_environment_of(&self, record: &KeyRecord) -> bool {
        let environments = self.key.and_then(|key| key.environment()).zip(record.environment());
        self.is_whole() || environments.is_none_or(|(key, record)| key == record)
    }
}

/// The records of a deployment, found by key.
///
/// Every presented string, even a weak or unknown one, is hashed several times: with SHA-256
/// without a pepper, with each pepper of the deployment, and with SHA-512 if a record has an
/// imported SHA-512 digest. If a record has a salted digest, the string is also hashed with a salt.
/// A key of a format with ids is looked up by its id, and its hashes are compared in constant time
/// with the digests of that id. Every string is also looked up by its hashes among all digests
/// without a salt. Both look-ups always run to the end, and a key that matches two records is
/// detected. Unknown and wrong keys take the same time, unless the key's id has salted digests: then
/// the time depends on the number and the length of the salts.
pub(super) struct Keyring {
    records: Vec<KeyRecord>,
    peppers: Vec<Pepper>,
    formats: KeyFormatSet,
    /// Whether any digest is an imported SHA-512 digest.
    has_sha512: bool,
    /// Whether any digest is salted.
    has_salted: bool,
    /// The digests by their key ids.
    by_id: DigestIndex,
    /// The digests without a salt, indexed only by the bytes of the hash and not by the algorithm,
    /// because an imported SHA-256 hash of a key equals Keyrail's own hash of the same key.
    by_hash: DigestIndex,
    /// The digest to compare with if no record has the key's id.
    dummy_digest: Digest,
    /// The digest to compare with if no salted digest has the key's id.
    dummy_salted: Digest,
}

/// The digests of all records, by a string of bytes. A row has the tag of the string, the index of
/// the record, and the index of the digest in the record.
struct DigestIndex {
    seed: Seed,
    rows: StaticHashTable<3>,
}

impl DigestIndex {
    /// Indexes the digests for which `bytes_of` returns a string.
    fn new<'r>(
        records: &'r [KeyRecord],
        bytes_of: impl Fn(&'r KeyDigest) -> Option<&'r [u8]>,
    ) -> Self {
        let digests_of = |record: &'r KeyRecord| record.digests().iter().enumerate();
        let digests = records.iter().zip(0_u32..).flat_map(|(record, at)| {
            digests_of(record).map(move |(index, digest)| (at, index as u32, digest))
        });
        let indexed =
            digests.filter_map(|(at, index, digest)| Some((at, index, bytes_of(digest)?)));
        let indexed: Vec<_> = indexed.collect();
        let (seed, rows) = Seed::for_which(StaticHashTable::max_probe, |seed| {
            let row =
                |(at, index, bytes): &(u32, u32, &[u8])| [tag(seed.bytes(bytes)), *at, *index];
            let mut rows: Vec<[u32; 3]> = indexed.iter().map(row).collect();
            rows.sort_unstable();
            StaticHashTable::of(&rows)
        });
        Self { seed, rows }
    }

    /// Returns the record of the first digest with this string for which `is_match` returns true.
    fn find<'r>(
        &self,
        records: &'r [KeyRecord],
        bytes: &[u8],
        is_match: impl Fn(&KeyRecord, &KeyDigest) -> bool,
    ) -> Option<&'r KeyRecord> {
        let is_match = |[_, at, index]: &[u32; 3]| {
            let record = records.get(*at as usize);
            let digest = record.and_then(|record| record.digests().get(*index as usize));
            record.zip(digest).is_some_and(|(record, digest)| is_match(record, digest))
        };
        let [_, at, _] = self.rows.find(tag(self.seed.bytes(bytes)), is_match)?;
        records.get(*at as usize)
    }
}

/// Adds a fault for each digest whose hash or key id another digest before it has, and for each
/// key id that no format allows.
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
    pub(super) fn new(
        read: Vec<ReadRecord>,
        peppers: Vec<Pepper>,
        formats: Option<KeyFormatSet>,
        faults: &Faults,
    ) -> Option<Self> {
        check_digests(&read, formats.as_ref(), faults);
        let records: Vec<KeyRecord> = read.into_iter().filter_map(|read| read.record).collect();
        let digests = || records.iter().flat_map(KeyRecord::digests).map(KeyDigest::digest);
        Some(Self {
            peppers,
            formats: formats?,
            has_sha512: digests().any(|digest| digest.algorithm() == SHA512),
            has_salted: digests().any(Digest::is_salted),
            by_id: DigestIndex::new(&records, |stored| stored.key_id().map(str::as_bytes)),
            by_hash: DigestIndex::new(&records, |stored| {
                Some(stored.digest()).filter(|digest| !digest.is_salted()).map(Digest::as_bytes)
            }),
            dummy_digest: Digest::hash_unchecked("", None),
            dummy_salted: Digest::dummy_salted(),
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

    /// Returns the peppers of the deployment, the current one first.
    pub(super) fn peppers(&self) -> &[Pepper] {
        &self.peppers
    }

    /// Returns the record of the key among these records, with the index of the digest that
    /// matches. All records are compared, even after one has matched.
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
            if let Some(index) = record.find_hash(text, &hashes, fits) {
                is_ambiguous |= found.is_some_and(|(other, _)| other != record);
                found = Some((record, index));
            }
        }
        match found {
            _ if is_ambiguous => Err(LookupError::Ambiguous),
            Some(found) => Ok(found),
            None if records.is_empty() => Err(LookupError::Unknown),
            None => Err(LookupError::Wrong),
        }
    }

    /// Returns the hashes of a string, one with each pepper, the current one first.
    fn peppered(&self, text: &str) -> impl Iterator<Item = Digest> {
        self.peppers.iter().map(|pepper| Digest::hash_unchecked(text, Some(pepper)))
    }

    /// Reads a presented string.
    pub(super) fn read<'t>(&'t self, text: &'t str) -> Presented<'t> {
        Presented { text, key: self.formats.parse_ref(text).ok() }
    }

    /// Returns the record of the key, with the index of the record's digest that matches the key.
    pub(super) fn find_record(
        &self,
        presented: &Presented<'_>,
    ) -> Result<(&KeyRecord, usize), LookupError> {
        let (key_id, text) = (presented.key_id(), presented.digested());
        let hashes = self.hashes(text);
        let named = key_id.and_then(|id| {
            let has_id = |_: &KeyRecord, stored: &KeyDigest| stored.key_id() == Some(id);
            self.by_id.find(&self.records, id.as_bytes(), has_id)
        });
        let digests = named.map_or(&[][..], KeyRecord::digests).iter();
        let of_id = digests.filter(|stored| stored.key_id() == key_id).map(KeyDigest::digest);
        let is_match = |digest: &Digest| digest.matches_hashes(text, &hashes);
        let matches = of_id.clone().fold(false, |matches, digest| matches | is_match(digest));
        if named.is_none() {
            core::hint::black_box(is_match(&self.dummy_digest));
        }
        if self.has_salted && !of_id.clone().any(Digest::is_salted) {
            core::hint::black_box(is_match(&self.dummy_salted));
        }
        let by_id = named.filter(|record| matches && presented.has_environment_of(record));
        let by_hash = self.find_hash(presented, &hashes)?;
        if let (Some(one), Some(other)) = (by_id, by_hash)
            && !core::ptr::eq(one, other)
        {
            return Err(LookupError::Ambiguous);
        }
        let found = by_id.or(by_hash).and_then(|record| {
            let fits = |stored: &KeyDigest| presented.fits(record, stored);
            record.find_hash(text, &hashes, fits).map(|index| (record, index))
        });
        found.ok_or(if named.is_some() { LookupError::Wrong } else { LookupError::Unknown })
    }

    /// Returns the hashes of a string, which are compared with the digests.
    fn hashes(&self, text: &str) -> Vec<Digest> {
        let plain = core::iter::once(Digest::hash_unchecked(text, None));
        let sha512 = self.has_sha512.then(|| Digest::of_presented_sha512(text));
        plain.chain(self.peppered(text)).chain(sha512).collect()
    }

    /// Returns the record with a digest that equals one of the hashes and fits the presented string.
    /// Returns `Ambiguous` if several records have one.
    ///
    /// A caller cannot choose the bytes of a hash, so the duration of an ordinary table look-up
    /// reveals nothing about the stored digests.
    fn find_hash(
        &self,
        presented: &Presented<'_>,
        hashes: &[Digest],
    ) -> Result<Option<&KeyRecord>, LookupError> {
        let mut found: Option<&KeyRecord> = None;
        let mut is_ambiguous = false;
        for hash in hashes.iter().map(Digest::as_bytes) {
            let fits = |record: &KeyRecord, stored: &KeyDigest| {
                stored.digest().as_bytes() == hash && presented.fits(record, stored)
            };
            let Some(here) = self.by_hash.find(&self.records, hash, fits) else { continue };
            is_ambiguous |= found.is_some_and(|other| !core::ptr::eq(other, here));
            found = Some(here);
        }
        if is_ambiguous { Err(LookupError::Ambiguous) } else { Ok(found) }
    }
}
