//! The keyring: whose key is it.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use keyrail_access::KeyRecord;
use keyrail_core::Faults;
use keyrail_key::{Digest, KeyFormat, Pepper};

/// What a key's record is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Identity {
    /// The public id of a key of Keyrail's own format. Whoever holds the id
    /// does not hold the key: verify the digest next.
    KeyId(String),
    /// The SHA-256 digest of a key of a foreign format, `sha256:<base64url>`.
    Digest(String),
}

impl Identity {
    pub(super) fn of(text: &str) -> Self {
        match KeyFormat::keyrail().parse(text) {
            Ok(key) => Self::KeyId(key.id().into()),
            Err(_) => Self::Digest(Digest::of(text, None).to_string()),
        }
    }
}

/// Why a key opened nothing. Only the audit event says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unopened {
    /// No record has this key's id or digest.
    Unknown,
    /// A record has the key's id, and its digest does not fit.
    Wrong,
}

/// The records of a deployment, found by key.
///
/// A key of Keyrail's format is looked up by its id and verified in constant
/// time; any key is also looked up by its digest among the digests that name
/// no id. Both ways are always walked to their end, so that an unknown key and
/// a wrong one take the same work.
pub(super) struct Keyring {
    records: Vec<KeyRecord>,
    peppers: Vec<Pepper>,
    by_id: BTreeMap<String, (usize, Digest)>,
    by_digest: BTreeMap<[u8; 32], usize>,
    /// Compared with where no record has the id.
    nobody: Digest,
}

impl Keyring {
    pub(super) fn new(records: Vec<KeyRecord>, peppers: Vec<Pepper>, faults: &Faults) -> Self {
        let mut by_id = BTreeMap::new();
        let mut by_digest = BTreeMap::new();
        for (record, at) in records.iter().zip(0..) {
            for (stored, index) in record.digests().iter().zip(0..) {
                let digest = stored.digest();
                let doubled = match stored.key_id() {
                    Some(id) => by_id.insert(id.into(), (at, digest.clone())).is_some(),
                    None => by_digest.insert(*digest.as_bytes(), at).is_some(),
                };
                if doubled {
                    faults.add_below(
                        format_args!("/keys/{at}/digests/{index}"),
                        "gateway.duplicate_key",
                        "another digest stands for the same key: keep one",
                    );
                }
            }
        }
        Self { records, peppers, by_id, by_digest, nobody: Digest::of("", None) }
    }

    /// The record that the key opens.
    pub(super) fn open(&self, text: &str) -> Result<&KeyRecord, Unopened> {
        let parsed = KeyFormat::keyrail().parse(text).ok();
        let held = parsed.as_ref().and_then(|key| self.by_id.get(key.id()));
        let by_id = match held {
            Some((at, digest)) => self.fits(digest, text).then_some(*at),
            None => {
                let _ = self.fits(&self.nobody, text);
                None
            }
        };
        let by_digest = self.find_digest(text);
        let found = by_id.or(by_digest).and_then(|at| self.records.get(at));
        found.ok_or(if held.is_some() { Unopened::Wrong } else { Unopened::Unknown })
    }

    fn fits(&self, digest: &Digest, text: &str) -> bool {
        let pepper = self.peppers.iter().find(|pepper| digest.pepper_id() == Some(pepper.id()));
        digest.verify(text, pepper).unwrap_or(false)
    }

    /// The text's digest is no secret and nobody can steer it, so an ordinary
    /// look-up tells an outsider nothing.
    fn find_digest(&self, text: &str) -> Option<usize> {
        let plain = core::iter::once(None);
        let mut found = None;
        for pepper in plain.chain(self.peppers.iter().map(Some)) {
            let digest = Digest::of(text, pepper);
            found = found.or(self.by_digest.get(digest.as_bytes()).copied());
        }
        found
    }
}
