//! The keyring: whose key is it.

use alloc::boxed::Box;
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
    /// The SHA-256 digest of a key of a foreign format, `sha256:<base64url>`,
    /// however weak it is. A store of imported digests compares the hash
    /// itself: `foreign-sha256` writes the same 32 bytes in another form.
    Digest(String),
}

impl Identity {
    pub(super) fn of(text: &str) -> Self {
        match key_id(text) {
            Some(id) => Self::KeyId(id.into()),
            None => Self::Digest(Digest::of_presented(text, None).to_string()),
        }
    }
}

/// The format whose keys say by what id they are known.
static FORMAT: KeyFormat = KeyFormat::keyrail();

/// The public id of a text that is a key of Keyrail's own format.
pub(super) fn key_id(text: &str) -> Option<&str> {
    FORMAT.parse_ref(text).ok()?.id()
}

/// The algorithm of a digest that is looked up by its SHA-512.
const SHA512: &str = "foreign-sha512";

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
/// A presented text is hashed in every way in which the deployment's digests
/// are made, strong or weak, known or not. A key of Keyrail's format is looked
/// up by its id, and held in constant time against the digest that stands
/// there; any key is also looked up by its hashes among the digests that name
/// no id. Both ways are always walked to their end, so that an unknown key and
/// a wrong one take the same work.
pub(super) struct Keyring {
    records: Vec<KeyRecord>,
    peppers: Vec<Pepper>,
    /// Whether any digest is an imported SHA-512.
    sha512: bool,
    by_id: BTreeMap<String, (usize, Digest)>,
    /// By the bytes of the hash alone: the SHA-256 of a key is the same,
    /// whoever made it.
    by_hash: BTreeMap<Box<[u8]>, usize>,
    /// Compared with where no record has the id.
    nobody: Digest,
}

impl Keyring {
    pub(super) fn new(records: Vec<KeyRecord>, peppers: Vec<Pepper>, faults: &Faults) -> Self {
        let mut by_id = BTreeMap::new();
        let mut by_hash = BTreeMap::new();
        let mut sha512 = false;
        for (record, at) in records.iter().zip(0..) {
            for (stored, index) in record.digests().iter().zip(0..) {
                let digest = stored.digest();
                sha512 |= digest.algorithm() == SHA512;
                let doubled = match stored.key_id() {
                    Some(id) => by_id.insert(id.into(), (at, digest.clone())).is_some(),
                    None => by_hash.insert(digest.as_bytes().into(), at).is_some(),
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
        let nobody = Digest::of_presented("", None);
        Self { records, peppers, sha512, by_id, by_hash, nobody }
    }

    /// The record that the key opens.
    pub(super) fn open(&self, text: &str) -> Result<&KeyRecord, Unopened> {
        let presented = self.hashes(text);
        let held = key_id(text).and_then(|id| self.by_id.get(id));
        let stored = held.map_or(&self.nobody, |(_, digest)| digest);
        let fits = presented.iter().fold(false, |fits, one| fits | stored.same_hash(one));
        let by_id = held.filter(|_| fits).map(|(at, _)| *at);
        let by_hash = self.find(&presented);
        let found = by_id.or(by_hash).and_then(|at| self.records.get(at));
        found.ok_or(if held.is_some() { Unopened::Wrong } else { Unopened::Unknown })
    }

    /// The text's hashes, in every way in which a digest is made.
    fn hashes(&self, text: &str) -> Vec<Digest> {
        let plain = core::iter::once(Digest::of_presented(text, None));
        let peppered = self.peppers.iter().map(|pepper| Digest::of_presented(text, Some(pepper)));
        let sha512 = self.sha512.then(|| Digest::of_presented_sha512(text));
        plain.chain(peppered).chain(sha512).collect()
    }

    /// The text's hash is no secret and nobody can steer it, so an ordinary
    /// look-up tells an outsider nothing.
    fn find(&self, presented: &[Digest]) -> Option<usize> {
        presented.iter().fold(None, |found, digest| {
            let here = self.by_hash.get(digest.as_bytes()).copied();
            found.or(here)
        })
    }
}
