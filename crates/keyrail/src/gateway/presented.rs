//! A string that a client presents as its key.

use keyrail_access::{KeyDigest, KeyRecord};
use keyrail_key::{Digest, KeyFormatSet, ParsedKey, Pepper};

/// A presented string. If it is a key of one of the deployment's formats, also the parsed key.
pub(super) struct Presented<'t> {
    text: &'t str,
    key: Option<ParsedKey<'t>>,
    key_id: Option<&'t str>,
    digested: &'t str,
}

impl<'t> Presented<'t> {
    /// Reads a presented string.
    pub(super) fn read(text: &'t str, formats: &'t KeyFormatSet) -> Self {
        let key = formats.parse_ref(text).ok();
        Self {
            text,
            key,
            key_id: key.and_then(|key| key.id()),
            digested: key.map_or(text, |key| key.reveal_digested()),
        }
    }

    /// Returns the key's public id, or `None` if the string is not a key of a known format or the
    /// format has no ids.
    pub(super) const fn key_id(&self) -> Option<&'t str> {
        self.key_id
    }

    /// Returns the part of the string that its digests cover.
    pub(super) const fn digested(&self) -> &'t str {
        self.digested
    }

    /// Returns the digest of the string with a pepper, or `None` if the string is too weak.
    pub(super) fn digest(&self, pepper: &Pepper) -> Option<Digest> {
        match self.key {
            Some(key) => key.digest(Some(pepper)).ok(),
            None => Digest::of(self.text, Some(pepper)).ok(),
        }
    }

    /// Returns whether the id and the environment of the key fit this record and digest, even if a
    /// matching digest does not cover them. A digest that has a key id matches only a key with the
    /// same id.
    pub(super) fn fits(&self, record: &KeyRecord, stored: &KeyDigest) -> bool {
        let has_id = match stored.key_id() {
            Some(id) => self.key_id == Some(id),
            None => self.may_lack_key_id(),
        };
        has_id && self.has_environment_of(record)
    }

    /// Returns whether a digest without a key id can match.
    pub(super) const fn may_lack_key_id(&self) -> bool {
        self.is_whole() || self.key_id.is_none()
    }

    /// Returns whether the digests cover the whole string.
    pub(super) const fn is_whole(&self) -> bool {
        self.digested.len() == self.text.len()
    }

    /// Returns the environment in the key, if there is one.
    pub(super) fn environment(&self) -> Option<&'t str> {
        self.key.and_then(|key| key.environment())
    }

    /// Returns whether the key's environment is the record's. Returns true if the digests cover the
    /// environment, or if the key or the record has none.
    pub(super) fn has_environment_of(&self, record: &KeyRecord) -> bool {
        let environments = || self.environment().zip(record.environment());
        self.is_whole() || environments().is_none_or(|(key, record)| key == record)
    }
}
