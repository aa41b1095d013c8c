//! The keyring: finds the record of a key.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use keyrail_access::{KeyDigest, KeyRecord, ReadDigest, ReadRecord};
use keyrail_core::Faults;
use keyrail_key::{Digest, KeyFormatSet, Pepper};

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
    /// `foreign-sha512`. Weak keys are hashed, too.
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

/// The records of a deployment, found by key.
///
/// Every presented string, even a weak or unknown one, is hashed several times: with SHA-256
/// without a pepper, with each pepper of the deployment, and with SHA-512 if a record has an
/// imported SHA-512 digest. A key of a format with ids is looked up by its id, and its hashes are
/// compared in constant time with the digests of that id. Every string is also looked up by its
/// hashes among all digests. Both look-ups always run to the end, so that unknown and wrong keys
/// take the same time, and a key that matches two records is detected.
pub(super) struct Keyring {
    records: Vec<KeyRecord>,
    peppers: Vec<Pepper>,
    formats: KeyFormatSet,
    digests: Digests,
    /// The digest to compare with if no record has the key's id.
    dummy_digest: Digest,
}

/// The digests of all records.
#[derive(Default)]
struct Digests {
    /// Whether any of them is an imported SHA-512 digest.
    has_sha512: bool,
    by_id: BTreeMap<String, DigestsOfId>,
    /// The digests, indexed only by the bytes of the hash and not by the algorithm, because an
    /// imported SHA-256 hash of a key equals Keyrail's own hash of the same key.
    by_hash: BTreeMap<Box<[u8]>, DigestOfHash>,
}

/// One or more digests of a record, all with the same key id.
struct DigestsOfId {
    record: usize,
    digests: Vec<Digest>,
}

/// A digest of a record.
#[derive(Clone, Copy)]
struct DigestOfHash {
    record: usize,
    /// Whether the digest has no key id, so that it matches a key with any id.
    has_no_id: bool,
}

impl Digests {
    /// Adds a digest of a record. Returns `false` if the hash was added before, or if the digest's
    /// key id belongs to another record.
    fn insert(&mut self, record: usize, stored: &KeyDigest) -> bool {
        let digest = stored.digest();
        self.has_sha512 |= digest.algorithm() == SHA512;
        let hashed = DigestOfHash { record, has_no_id: stored.key_id().is_none() };
        let is_new = self.by_hash.insert(digest.as_bytes().into(), hashed).is_none();
        let Some(id) = stored.key_id() else { return is_new };
        let named = self.by_id.entry(id.into());
        let named = named.or_insert_with(|| DigestsOfId { record, digests: Vec::new() });
        named.digests.push(digest.clone());
        is_new && named.record == record
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
        let (mut records, mut digests) = (Vec::with_capacity(read.len()), Digests::default());
        for (at, record) in read.into_iter().enumerate() {
            for (index, ReadDigest { key_id, digest }) in record.digests.iter().enumerate() {
                if let (Some(id), Some(formats)) = (key_id, &formats)
                    && !formats.formats().iter().any(|format| format.may_have_id(id))
                {
                    faults.add_kind_below(
                        format_args!("/keys/{at}/digests/{index}/key_id"),
                        DeploymentErrorKind::MalformedKeyId,
                    );
                }
                if digest.as_ref().is_some_and(|digest| !digests.insert(at, digest)) {
                    faults.add_kind_below(
                        format_args!("/keys/{at}/digests/{index}"),
                        DeploymentErrorKind::DuplicateKey,
                    );
                }
            }
            records.extend(record.record);
        }
        let dummy_digest = Digest::hash_unchecked("", None);
        Some(Self { records, peppers, formats: formats?, digests, dummy_digest })
    }

    /// Returns the values by which a key's record is looked up.
    pub(super) fn identity(&self, text: &str) -> Identity {
        let plain = Digest::hash_unchecked(text, None);
        let digests = self.peppered(text).chain([plain.clone(), plain.to_foreign()]);
        let digests = digests.chain([Digest::of_presented_sha512(text)]);
        let digests = digests.map(|digest| digest.to_string()).collect();
        let limit_ids = self.find_record(text).map(|(record, _)| record.limit_ids());
        Identity {
            key_id: self.key_id(text).map(Into::into),
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
        text: &str,
        records: &'r [KeyRecord],
    ) -> Result<(&'r KeyRecord, usize), LookupError> {
        let plain = [Digest::hash_unchecked(text, None), Digest::of_presented_sha512(text)];
        let presented: Vec<Digest> = self.peppered(text).chain(plain).collect();
        let key_id = self.key_id(text);
        let mut found: Option<(&KeyRecord, usize)> = None;
        let mut is_ambiguous = false;
        for record in records {
            let index = record.find_hash(&presented);
            let stored_id = index.and_then(|index| record.digests().get(index)?.key_id());
            // A digest that has a key id matches only a key with the same id.
            if let (Some(index), true) = (index, stored_id.is_none() || stored_id == key_id) {
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

    /// Returns the public id of a key of one of the deployment's formats, or `None` for any other
    /// string.
    pub(super) fn key_id<'t>(&'t self, text: &'t str) -> Option<&'t str> {
        self.formats.parse_ref(text).ok()?.id()
    }

    /// Returns the record of the key, with the index of the record's digest that matches the key.
    pub(super) fn find_record(&self, text: &str) -> Result<(&KeyRecord, usize), LookupError> {
        let presented = self.hashes(text);
        let named = self.key_id(text).and_then(|id| self.digests.by_id.get(id));
        let dummy = core::slice::from_ref(&self.dummy_digest);
        let stored = named.map_or(dummy, |named| &named.digests);
        let mut matches = false;
        for one in &presented {
            matches =
                stored.iter().fold(matches, |matches, digest| matches | digest.same_hash(one));
        }
        let by_id = named.filter(|_| matches).map(|named| named.record);
        let hashed = self.find_hash(&presented)?;
        let by_hash = hashed.filter(|hashed| hashed.has_no_id).map(|hashed| hashed.record);
        if let (Some(by_id), Some(hashed)) = (by_id, hashed)
            && by_id != hashed.record
        {
            return Err(LookupError::Ambiguous);
        }
        let found = by_id.or(by_hash).and_then(|at| self.records.get(at));
        let found = found.and_then(|record| {
            // If the record has only one digest, it is the one that was found.
            let index =
                if record.digests().len() == 1 { 0 } else { record.find_hash(&presented)? };
            Some((record, index))
        });
        found.ok_or(if named.is_some() { LookupError::Wrong } else { LookupError::Unknown })
    }

    /// Returns the hashes of a string, which are compared with the digests.
    fn hashes(&self, text: &str) -> Vec<Digest> {
        let plain = core::iter::once(Digest::hash_unchecked(text, None));
        let sha512 = self.digests.has_sha512.then(|| Digest::of_presented_sha512(text));
        plain.chain(self.peppered(text)).chain(sha512).collect()
    }

    /// Returns the stored digest that equals one of the hashes, preferably a digest without a key
    /// id. Returns `Ambiguous` if the hashes equal digests of several records.
    ///
    /// A caller cannot choose the bytes of a hash, so the duration of an ordinary map look-up
    /// reveals nothing about the stored digests.
    fn find_hash(&self, presented: &[Digest]) -> Result<Option<DigestOfHash>, LookupError> {
        let mut found: Option<DigestOfHash> = None;
        let mut is_ambiguous = false;
        for digest in presented {
            let Some(here) = self.digests.by_hash.get(digest.as_bytes()).copied() else { continue };
            is_ambiguous |= found.is_some_and(|found| found.record != here.record);
            found = Some(found.filter(|found| found.has_no_id).unwrap_or(here));
        }
        if is_ambiguous { Err(LookupError::Ambiguous) } else { Ok(found) }
    }
}
