//! Key records: the data that a host stores about a key, never the key itself.

use alloc::string::String;
use alloc::vec::Vec;

use compact_str::CompactString;
use keyrail_core::config;
use keyrail_core::{ConfigError, EventPattern, Network, Timestamp};
use keyrail_key::{Digest, Pepper};

use crate::{Authority, KeyDigest, Limit, Scope};

/// The version of the format in which records are stored. A record in a newer format is rejected
/// with `access.newer_schema`.
pub const RECORD_SCHEMA: i64 = 1;

/// The data that a host stores about a key, never the key itself.
///
/// As configuration:
///
/// ```
/// use keyrail_access::KeyRecord;
/// let record = KeyRecord::from_json(r#"{
///     "id": "r_1", "app": "desk", "name": "Production Server", "scope": "read_write",
///     "operations": ["message.*"], "queues": ["support"],
///     "digests": [{"key_id": "8f3k2m9q1x7c",
///                  "digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}],
///     "created_at": "2026-11-01T00:00:00Z", "expires_at": "2027-01-30T00:00:00Z",
///     "allow_ips": ["203.0.113.0/24", "2001:db8::1"]
/// }"#)?;
/// assert_eq!((record.id(), record.app()), ("r_1", "desk"));
/// assert_eq!(record.name(), Some("Production Server"));
/// assert_eq!(KeyRecord::from_json(&record.to_json())?, record);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
///
/// `id`, `app`, `scope` and `digests` are required. `digests` contains at least one
/// digest, and several while a key or a pepper is being replaced, or while a digest
/// that another system stored (`foreign-sha256:<hex>`) is still in use. A missing
/// `operations`, `queues` or `allow_ips` restricts nothing; an empty one is rejected.
/// Times are RFC 3339. A key is valid from `not_before` until just before `expires_at`, which may
/// also be the word `never`. A key whose record has `revoked` is never valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    pub(crate) id: CompactString,
    pub(crate) app: CompactString,
    pub(crate) organization: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) owner: Option<CompactString>,
    pub(crate) authority: Authority,
    pub(crate) name: Option<CompactString>,
    pub(crate) scope: Scope,
    pub(crate) operations: Option<Vec<EventPattern>>,
    pub(crate) queues: Option<Vec<String>>,
    pub(crate) digests: Vec<KeyDigest>,
    pub(crate) display: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) created_by: Option<Author>,
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) expires_set_at: Option<Timestamp>,
    pub(crate) revoked: Option<Revocation>,
    pub(crate) enabled: bool,
    pub(crate) allow_ips: Option<Vec<Network>>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) metadata: Vec<(String, String)>,
    pub(crate) version: u64,
}

/// Who created or changed a key: an id and a role that the host assigned, never a name or an
/// address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    pub(crate) id: String,
    pub(crate) role: Option<String>,
}

impl Author {
    /// Returns the id of the user or key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the role that the user had, if it is known.
    pub fn role(&self) -> Option<&str> {
        self.role.as_deref()
    }
}

/// When, by whom and why a key was revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    pub(crate) at: Timestamp,
    pub(crate) by: Option<String>,
    pub(crate) reason: Option<String>,
}

impl Revocation {
    /// Returns when the key was revoked. A revoked key is always rejected, even before this time.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns the id of the user or key that revoked the key, if it is known.
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// Returns why the key was revoked, if it is known.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

impl KeyRecord {
    /// Reads a record from its configuration.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, the errors of digests, times, networks and event
    /// patterns, and:
    ///
    /// - `access.no_digest`, `access.no_operation`, `access.no_queue`, `access.no_network`: a list
    ///   is empty;
    /// - `access.too_many_digests`, `access.too_many_items`: a list is too long;
    /// - `access.no_key_id`: a salted digest has no key id;
    /// - `access.never_valid`: `expires_at` is no later than `created_at` or `not_before`;
    /// - `access.no_owner`, `access.no_organization`: the authority or a limit needs an owner or an
    ///   organization, and the record specifies none;
    /// - `access.too_many_limits`, `access.duplicate_limit`, and the errors of a [`Limit`];
    /// - `access.malformed_name`, `access.malformed_reason`, `access.malformed_metadata`,
    ///   `access.malformed_number`;
    /// - `access.newer_schema`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a record.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("key-record")
    }

    /// Returns the record's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the id of the app that the key belongs to.
    pub fn app(&self) -> &str {
        &self.app
    }

    /// Returns the id of the organization that the key belongs to, if the record specifies it.
    pub fn organization(&self) -> Option<&str> {
        self.organization.as_deref()
    }

    /// Returns the environment that the key is for, such as `live`, if the record specifies it.
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }

    /// Returns the id of the user that the key belongs to, if the record specifies it.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// Returns what limits the key: its record alone, or also the permissions of its owner.
    pub const fn authority(&self) -> Authority {
        self.authority
    }

    /// Returns the key's name for people, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the scope of the key.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns the operations that the key may be used for, at least one; `None` if only its scope
    /// restricts them.
    pub fn operations(&self) -> Option<&[EventPattern]> {
        self.operations.as_deref()
    }

    /// Returns the queues that the key may be used for, at least one; `None` if it may be
    /// used for every queue of its app.
    pub fn queues(&self) -> Option<&[String]> {
        self.queues.as_deref()
    }

    /// Returns the digests of the key, at least one.
    pub fn digests(&self) -> &[KeyDigest] {
        &self.digests
    }

    /// Returns the mask of the key, if the record specifies it.
    pub fn display(&self) -> Option<&str> {
        self.display.as_deref()
    }

    /// Returns the time at which the key was created, if the record specifies it.
    pub const fn created_at(&self) -> Option<Timestamp> {
        self.created_at
    }

    /// Returns who created the key, if the record specifies it.
    pub const fn created_by(&self) -> Option<&Author> {
        self.created_by.as_ref()
    }

    /// Returns the first time at which the key is valid, if the record specifies it.
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// Returns the first time at which the key is no longer valid; `None` if it never expires.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Returns the time at which the expiry was set, if the record specifies it.
    pub const fn expires_set_at(&self) -> Option<Timestamp> {
        self.expires_set_at
    }

    /// Returns when, by whom and why the key was revoked; `None` if it was not revoked.
    pub const fn revoked(&self) -> Option<&Revocation> {
        self.revoked.as_ref()
    }

    /// Returns whether the key is enabled. A disabled key can be enabled again.
    pub const fn enabled(&self) -> bool {
        self.enabled
    }

    /// Returns the networks that the key may be used from, at least one; `None` if it
    /// may be used from every address.
    pub fn allow_ips(&self) -> Option<&[Network]> {
        self.allow_ips.as_deref()
    }

    /// Returns the limits that each request consumes. A limit counts the requests of the key, of
    /// its owner or of its organization.
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// Returns the ids under which the host stores the states of the limits, in the order of
    /// [`limits`](Self::limits). An id has three parts, separated by slashes. The first is one of
    /// the words `key`, `owner` and `organization`, the second is the name of the limit, and the
    /// third is the id of the record, the owner or the organization. An example is
    /// `owner/monthly/u_17`.
    ///
    /// Load the states with these ids, and pass them to [`authorize`](Self::authorize). Records
    /// with the same owner share one state for an `owner` limit with the same name, and this limit
    /// must have the same rate or quota in all of them; only the cost may differ. The same applies
    /// to an `organization` limit.
    ///
    /// ```
    /// # use keyrail_access::{Access, AccessRequest, KeyRecord, LimitState};
    /// # use keyrail_core::Timestamp;
    /// let record = KeyRecord::from_json(r#"{
    ///     "id": "r_1", "app": "desk", "owner": "u_17", "scope": "read",
    ///     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}],
    ///     "limits": [{"name": "monthly", "of": "owner", "quota": {"units": 100, "per": "month"}}]
    /// }"#)?;
    /// assert_eq!(record.limit_ids(), ["owner/monthly/u_17"]);
    ///
    /// let now = Timestamp::parse("2026-12-24T00:00:00Z").unwrap();
    /// let start = Timestamp::parse("2026-12-01T00:00:00Z").unwrap().as_millis();
    /// let stored = [("owner/monthly/u_17", Some(LimitState { at: start, count: 41 }))];
    /// let request = AccessRequest { limits: Some(&stored), ..AccessRequest::new(Access::Read, now) };
    /// let grant = record.authorize(&request).unwrap();
    /// let outcome = &grant.consumption().unwrap().limits()[0];
    /// assert_eq!(outcome.new_state(), Some(LimitState { at: start, count: 42 })); // to be stored
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn limit_ids(&self) -> Vec<String> {
        self.limits.iter().map(|limit| limit.id_for(self)).collect()
    }

    /// Returns the host's own data about the key: values by name. The pairs are sorted by name.
    pub fn metadata(&self) -> &[(String, String)] {
        &self.metadata
    }

    /// Returns the number of changes made to the record.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Returns all times in the record.
    fn times(&self) -> impl Iterator<Item = Timestamp> {
        let revoked = self.revoked.as_ref().map(Revocation::at);
        let own = [self.created_at, self.not_before, self.expires_at, self.expires_set_at, revoked];
        let digests = self.digests.iter().flat_map(|it| [it.created_at, it.valid_until]);
        own.into_iter().chain(digests).flatten()
    }

    /// Returns whether `now` was probably created from a number of seconds instead of milliseconds:
    /// `now` is before 1973-03-03, but the record contains a time on or after that date.
    pub(crate) fn is_in_seconds(&self, now: Timestamp) -> bool {
        now.seems_in_seconds() && !self.times().all(Timestamp::seems_in_seconds)
    }

    /// Returns the time at which the key whose digest has this index stops being valid, or `None`
    /// if the key never expires. Without an index, returns the earliest of these times for all keys
    /// of the record.
    pub(crate) fn end_of(&self, index: Option<usize>) -> Option<Timestamp> {
        let is_meant = |other: usize| index.is_none_or(|index| index == other);
        let digests = self.digests.iter().enumerate().filter(|(other, _)| is_meant(*other));
        let ends = digests.filter_map(|(_, digest)| digest.valid_until);
        ends.chain(self.expires_at).min()
    }

    /// Returns the time at which the current key was created, if it is known.
    pub(crate) fn issued_at(&self) -> Option<Timestamp> {
        let current = self.digests.iter().filter(|digest| digest.valid_until.is_none());
        // `None` is less than any time, so the result is `None` if one of the times is unknown.
        current.map(|digest| digest.created_at.or(self.created_at)).min()?
    }

    /// Ensures that no replaced key stays valid after the record expires.
    pub(crate) fn end_replaced_keys(&mut self) {
        let Some(end) = self.expires_at else { return };
        for digest in &mut self.digests {
            digest.valid_until = digest.valid_until.map(|until| until.min(end));
        }
    }

    /// Returns whether the record has expired, or all digests have ended.
    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        let is_over = |end: Option<Timestamp>| end.is_some_and(|end| now >= end);
        is_over(self.expires_at) || self.digests.iter().all(|digest| is_over(digest.valid_until))
    }

    /// Returns whether the digest with this index is still valid, or `None` if there is no such
    /// digest. Without an index, returns whether all digests are still valid.
    pub(crate) fn is_current(&self, index: Option<usize>, now: Timestamp) -> Option<bool> {
        let is_current = |digest: &KeyDigest| digest.valid_until.is_none_or(|end| now < end);
        match index {
            Some(index) => self.digests.get(index).map(is_current),
            None => Some(self.digests.iter().all(is_current)),
        }
    }

    /// Returns whether a string is the record's key.
    ///
    /// Every digest is compared with the string in constant time, even after one has matched. A
    /// digest made with a pepper that is not among `peppers` does not match. A replaced key matches
    /// too. To distinguish it from the new key, pass the index that
    /// [`find_digest`](Self::find_digest) returns to [`authorize`](Self::authorize). For a key of a
    /// format with a digest segment, see [`find_digest`](Self::find_digest).
    pub fn matches(&self, text: &str, peppers: &[Pepper]) -> bool {
        self.find_digest(text, peppers).is_some()
    }

    /// Returns the index of the record's digest that matches a string, or `None` if the string is
    /// not the record's key. The comparison is the same as in [`matches`](Self::matches). If
    /// several digests match, the index of the one that stops being valid first is returned. For a
    /// key of a format with a digest segment, pass the part that
    /// [`reveal_digested`](keyrail_key::ApiKey::reveal_digested) returns, and check that the key id
    /// of the digest and the environment of the record are those of the key.
    pub fn find_digest(&self, text: &str, peppers: &[Pepper]) -> Option<usize> {
        self.find_by(|stored| {
            let digest = &stored.digest;
            let pepper_id = digest.pepper_id();
            let pepper = peppers.iter().find(|pepper| Some(pepper.id()) == pepper_id);
            digest.verify(text, pepper).unwrap_or(false)
        })
    }

    /// Returns the index of the record's digest that matches a presented string and for which
    /// `accepts` returns true. `hashes` are the hashes of the string, so that they are not computed
    /// again for each record.
    #[doc(hidden)]
    pub fn find_hash<'d>(
        &self,
        text: &str,
        hashes: impl Iterator<Item = &'d Digest> + Clone,
        accepts: impl Fn(&KeyDigest) -> bool,
    ) -> Option<usize> {
        self.find_by(|stored| stored.digest.matches_hashes(text, hashes.clone()) & accepts(stored))
    }

    /// Compares all digests, and returns the index of the digest that matches. If several match,
    /// returns the index of the digest that stops being valid first. So a key with several digests
    /// is no longer valid once one of them has ended.
    fn find_by(&self, matches: impl Fn(&KeyDigest) -> bool) -> Option<usize> {
        let digests = self.digests.iter().enumerate();
        let matching = digests.filter(|(_, stored)| matches(stored));
        let end = |stored: &KeyDigest| (stored.valid_until.is_none(), stored.valid_until);
        matching.min_by_key(|(_, stored)| end(stored)).map(|(index, _)| index)
    }
}

keyrail_core::from_str! {
    KeyRecord: from_json, ConfigError;
}
