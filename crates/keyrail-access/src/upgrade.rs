//! Upgrades: new digests for keys whose digests were imported or made with an old pepper.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::Timestamp;
use keyrail_key::{Digest, Pepper};

use crate::change::Occasion;
use crate::{Action, Actor, Change, KeyDigest, KeyRecord, MAX_DIGESTS_OF_ID};

impl KeyRecord {
    /// Returns the change that adds a digest of the key with the current pepper, or `None` if there
    /// is nothing to do.
    ///
    /// A digest cannot be computed from another digest, only from the key. So an upgrade is only
    /// possible when a client presents the key: pass the text of the key after the request was
    /// authorized. For a key of a format with a digest segment, pass the part that
    /// [`reveal_digested`](keyrail_key::ApiKey::reveal_digested) returns. `peppers` are all peppers
    /// in use, the current one first. A digest that was imported, or made with another pepper or
    /// without one, is kept beside the new digest, so that servers without the current pepper still
    /// accept the key. If the key has two digests already, one of them is removed: the second one
    /// if it has a pepper that is not among `peppers`, or else the one that matched. If it has no
    /// key id, the new digest replaces the one that matched. The digest of a key that is too weak
    /// for [`Digest::of`] stays as it is.
    ///
    /// ```
    /// # use keyrail_access::KeyRecord;
    /// # use keyrail_core::{Secret, Timestamp};
    /// # use keyrail_key::Pepper;
    /// let key = "3039ba033eb1410caa0a2227158d63c9d6502cd8";
    /// // The SHA-256 of this key, imported from another system.
    /// let record = KeyRecord::from_json(r#"{"id": "r_1", "app": "desk", "scope": "read", "digests": [
    ///     {"digest": "foreign-sha256:750a93b8c09a2cfd3d07d129699dd829bd800d1c15424c0c970463468e631746"}
    /// ]}"#)?;
    /// let pepper = Pepper::new("p1", Secret::new("a secret of at least 16 bytes")).unwrap();
    /// let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
    /// let change = record.upgrade(key, &[pepper], now).unwrap();
    /// assert_eq!(change.record().digests()[0].digest().pepper_id(), Some("p1"));
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn upgrade(&self, text: &str, peppers: &[Pepper], now: Timestamp) -> Option<Change> {
        let index = || self.find_digest(text, peppers);
        self.upgrade_with(index, peppers, now, |pepper| Digest::of(text, Some(pepper)).ok())
    }

    /// Upgrades like [`upgrade`](Self::upgrade), but `index` returns the index of the digest that
    /// matched, and `digest` the new digest, or `None` if the key is too weak.
    #[doc(hidden)]
    pub fn upgrade_with(
        &self,
        index: impl FnOnce() -> Option<usize>,
        peppers: &[Pepper],
        now: Timestamp,
        digest: impl FnOnce(&Pepper) -> Option<Digest>,
    ) -> Option<Change> {
        let current = peppers.first().filter(|_| !now.seems_in_seconds())?;
        let is_current = |stored: &KeyDigest| stored.digest.pepper_id() == Some(current.id());
        if self.digests().iter().all(is_current) {
            return None;
        }
        let index = index()?;
        let digest = digest(current)?;
        if self.digests().iter().any(|stored| stored.digest.same_hash(&digest)) {
            return None;
        }
        let old = self.digests().get(index)?;
        let new = KeyDigest { digest, ..old.clone() };
        let is_same_id = |it: &KeyDigest| it.key_id == old.key_id;
        let first = self.digests().iter().position(is_same_id)?;
        let last = self.digests().iter().rposition(is_same_id)?;
        let mut record = self.clone();
        if old.key_id.is_none() {
            *record.digests.get_mut(index)? = new;
        } else {
            if self.digests().iter().filter(|it| is_same_id(it)).count() >= MAX_DIGESTS_OF_ID {
                let last_pepper = self.digests().get(last)?.digest.pepper_id();
                let is_known = |id| peppers.iter().any(|pepper| pepper.id() == id);
                record.digests.remove(if last_pepper.is_none_or(is_known) { index } else { last });
            }
            record.digests.insert(first, new);
        }
        let actor = Actor::key(self, Some(index));
        let occasion = Occasion { action: Action::Upgrade, actor: &actor, now, reason: None };
        Change::between(Some(self), record, occasion).ok()
    }
}

/// Returns the ids of the peppers that are needed to verify the keys of these records, in
/// alphabetical order. Any other pepper may be removed. If a deployment lists the records, first
/// remove the digests that were made with that pepper.
///
/// If a key id has several digests, only the first one counts, because an upgrade puts the new digest
/// before the others.
pub fn peppers_in_use<'r>(records: impl IntoIterator<Item = &'r KeyRecord>) -> Vec<String> {
    let mut peppers = BTreeSet::new();
    for record in records {
        let mut first_of_id: BTreeMap<&str, &KeyDigest> = BTreeMap::new();
        for digest in record.digests() {
            match digest.key_id() {
                Some(id) => drop(first_of_id.entry(id).or_insert(digest)),
                None => peppers.extend(digest.digest().pepper_id()),
            }
        }
        peppers.extend(first_of_id.values().filter_map(|it| it.digest().pepper_id()));
    }
    peppers.into_iter().map(Into::into).collect()
}
