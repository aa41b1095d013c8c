//! Issuing, reissuing and rotating keys.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::config::Id;
use keyrail_core::{EventPattern, MASK, Network, Timestamp};
use keyrail_key::{ApiKey, KeyFormat, Pepper};

use crate::change::Occasion;
use crate::check::{check, check_counts, check_unit, sorted};
use crate::text::check_name;
use crate::{
    Action, Actor, Change, Error, ErrorKind, Expiry, KeyDigest, KeyEvent, KeyRecord, Limit,
    MAX_KEY_IDS, Period, Policy, Scope,
};

/// What a new key is generated from.
#[derive(Clone, Copy)]
pub struct KeySource<'a> {
    /// The format of the key.
    pub format: &'a KeyFormat,
    /// At least 32 bytes from the operating system's random source, fresh for each key.
    pub entropy: &'a [u8],
    /// The pepper with which the stored digest is computed. Without one, the digest has no pepper.
    pub pepper: Option<&'a Pepper>,
}

/// Prints neither the entropy nor the pepper.
impl fmt::Debug for KeySource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeySource({}, {MASK})", self.format.name())
    }
}

impl<'a> KeySource<'a> {
    /// Returns a source without a pepper.
    pub const fn new(format: &'a KeyFormat, entropy: &'a [u8]) -> Self {
        Self { format, entropy, pepper: None }
    }
}

/// The properties of a key that is requested.
#[derive(Clone, Debug)]
pub struct NewKey<'a> {
    /// The id of the app that the key belongs to.
    pub app: &'a str,
    /// The scope.
    pub scope: Scope,
    /// When the key expires. It may be absent only if the policy allows nothing but keys that never
    /// expire. The key then never expires.
    pub expires: Option<Expiry>,
    /// The id of the record. By default, the id that the key contains.
    pub id: Option<&'a str>,
    /// The id of the organization that the key belongs to.
    pub organization: Option<&'a str>,
    /// The environment that the key is for. By default, the first one of the format.
    pub environment: Option<&'a str>,
    /// The id of the user that the key belongs to. By default, the acting user, or the owner of the
    /// acting key.
    pub owner: Option<&'a str>,
    /// The name for people: 1 to 128 characters.
    pub name: Option<&'a str>,
    /// The operations to which the key is limited.
    pub operations: Option<Vec<EventPattern>>,
    /// The queues to which the key is limited.
    pub queues: Option<Vec<String>>,
    /// The networks to which the key is restricted.
    pub allow_ips: Option<Vec<Network>>,
    /// The limits that each request consumes. The host should choose them, not the user whose
    /// requests they limit.
    pub limits: Vec<Limit>,
    /// The first time at which the key is valid. By default, the key is valid at once.
    pub not_before: Option<Timestamp>,
    /// The metadata: the host's own data about the key.
    pub metadata: Vec<(String, String)>,
    /// The number of keys that exist. Required if the policy limits the number of keys.
    pub key_count: Option<u64>,
}

impl<'a> NewKey<'a> {
    /// Returns a request for a key of this app with this scope, without any optional member.
    pub const fn new(app: &'a str, scope: Scope) -> Self {
        Self {
            app,
            scope,
            expires: None,
            id: None,
            organization: None,
            environment: None,
            owner: None,
            name: None,
            operations: None,
            queues: None,
            allow_ips: None,
            limits: Vec::new(),
            not_before: None,
            metadata: Vec::new(),
            key_count: None,
        }
    }
}

/// How a key is reissued.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reissue<'a> {
    /// The id of the new record. By default, the id that the key contains.
    pub id: Option<&'a str>,
    /// When the key expires. It may be absent only if the policy allows nothing but keys that never
    /// expire. The key then never expires.
    pub expires: Option<Expiry>,
    /// The number of keys that exist. Required if the policy limits the number of keys.
    pub key_count: Option<u64>,
}

/// A new key with the change that stores its record. The record contains only the key's digest, so
/// the key itself is not stored anywhere. Show it once, then discard it.
///
/// `Debug` prints the key masked.
#[derive(Clone, Debug)]
pub struct Issued {
    key: ApiKey,
    change: Change,
}

impl Issued {
    /// Returns the key.
    pub const fn key(&self) -> &ApiKey {
        &self.key
    }

    /// Returns the change that stores the record.
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// Returns the new or changed record.
    pub const fn record(&self) -> &KeyRecord {
        self.change.record()
    }

    /// Returns the event for the audit log.
    pub const fn event(&self) -> &KeyEvent {
        self.change.event()
    }
}

impl Policy {
    /// Issues a key, if the policy allows the actor to.
    ///
    /// The record has the version 1. If the policy's authority is `owner`, the key is limited to
    /// what its owner may do.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.policy_expiry`, `access.policy_name`, `access.policy_networks`,
    ///   `access.policy_key_count`, `access.policy_max_keys`: the policy does not allow the key;
    /// - an error of the record, such as `access.malformed_name`: see [`KeyRecord::from_json`];
    /// - `access.id_required`: the key contains no id, and none was passed;
    /// - `access.malformed_id`, `access.malformed_expiry`;
    /// - an error of [`KeyFormat::generate`].
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_access::{Actor, Expiry, KeySource, NewKey, Policy, Scope};
    /// use keyrail_core::Timestamp;
    /// use keyrail_key::KeyFormat;
    /// let policy = Policy::preset("swellsign")?;
    /// let entropy = [7; 32]; // in production, from the operating system
    /// let format = KeyFormat::keyrail();
    /// let source = KeySource::new(&format, &entropy);
    /// let new_key = NewKey {
    ///     name: Some("Production Server"),
    ///     expires: Some(Expiry::Days(90)),
    ///     ..NewKey::new("desk", Scope::ReadWrite)
    /// };
    /// let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
    /// let issued = policy.issue(&new_key, &source, &Actor::user("u_17", "org_admin")?, now)?;
    /// assert_eq!(issued.record().id(), issued.key().id().unwrap());
    /// assert_eq!(issued.record().expires_at().unwrap().to_string(), "2027-01-30T00:00:00Z");
    /// # Ok::<(), keyrail_access::Error>(())
    /// ```
    pub fn issue(
        &self,
        new_key: &NewKey<'_>,
        source: &KeySource<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Issued, Error> {
        let role = self.role_of(actor, Action::Issue, now)?;
        new_key.not_before.map_or(Ok(()), check_unit)?;
        self.check_count(new_key.key_count)?;
        let expiry = new_key.expires.map_or_else(|| self.default_expiry(), Ok)?;
        let expires_at = self.end(expiry, now)?;
        let (key, digest) = generate(source, new_key.environment, now)?;
        let id = new_key.id.or(key.id()).ok_or(ErrorKind::IdRequired)?;
        let environment = new_key.environment.or(key.environment());
        let record = KeyRecord {
            id: check_id(id)?,
            app: check_id(new_key.app)?,
            organization: new_key.organization.map(check_id).transpose()?,
            environment: environment.map(check_id).transpose()?,
            owner: new_key.owner.or(actor.owner()).map(check_id).transpose()?,
            authority: self.authority(),
            name: new_key.name.map(check_name).transpose()?,
            scope: new_key.scope,
            operations: new_key.operations.clone(),
            queues: new_key.queues.clone(),
            display: digest.display.clone(),
            digests: [digest].into(),
            created_at: Some(now),
            created_by: Some(actor.author()),
            not_before: new_key.not_before,
            expires_at,
            expires_set_at: Some(now),
            revoked: None,
            enabled: true,
            allow_ips: new_key.allow_ips.clone(),
            limits: new_key.limits.clone(),
            metadata: sorted(new_key.metadata.clone()),
            version: 0,
        };
        check_counts(&record)?;
        actor.check_covers(role, None, &record)?;
        self.check_new(&record)?;
        let occasion = Occasion { action: Action::Issue, actor, now, reason: None };
        Ok(Issued { key, change: Change::between(None, record, occasion)? })
    }

    /// Issues a key with a new record, to replace a key that is revoked or expired. The old record
    /// stays as it is.
    ///
    /// The new record has the same app, owner, name, scope, limits and metadata as the old one. If
    /// the old record is disabled, the new one is disabled too. Otherwise, the new key is valid
    /// immediately. The new key is for the environment of the record. If the record has none but
    /// the format has several, the new key is for the first one, and the actor must be a user who
    /// may also issue keys.
    ///
    /// # Errors
    ///
    /// `access.not_ended`, if the old key is neither revoked nor expired;
    /// `access.reused_entropy`; and the errors of [`issue`](Self::issue).
    pub fn reissue(
        &self,
        record: &KeyRecord,
        reissue: &Reissue<'_>,
        source: &KeySource<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Issued, Error> {
        let role = self.role_of(actor, Action::Reissue, now)?;
        actor.check_covers(role, Some(record), record)?;
        if record.revoked().is_none() && !record.has_expired(now) {
            return Err(ErrorKind::NotEnded.into());
        }
        self.check_count(reissue.key_count)?;
        let expiry = reissue.expires.map_or_else(|| self.default_expiry(), Ok)?;
        let expires_at = self.end(expiry, now)?;
        let (key, digest) =
            generate(source, self.environment_of(record, source, actor, now)?, now)?;
        check_entropy(record, source, &key, &digest)?;
        let id =
            reissue.id.or(key.id()).filter(|id| *id != record.id()).ok_or(ErrorKind::IdRequired)?;
        let new = KeyRecord {
            id: check_id(id)?,
            display: digest.display.clone(),
            digests: [digest].into(),
            authority: self.authority_of(record),
            created_at: Some(now),
            created_by: Some(actor.author()),
            not_before: None,
            expires_at,
            expires_set_at: Some(now),
            revoked: None,
            ..record.clone()
        };
        actor.check_covers(role, Some(record), &new)?;
        self.check_new(&new)?;
        let occasion = Occasion { action: Action::Reissue, actor, now, reason: None };
        Ok(Issued { key, change: Change::between(None, new, occasion)? })
    }

    /// Replaces a key with a new one in the same record.
    ///
    /// The old key stays valid until the end of the grace period, or until it would have expired
    /// anyway, if that is earlier. If `grace` is absent, the grace period is one day, or the
    /// longest that the policy allows if that is shorter. If the grace period is zero, the old key
    /// is invalid at once. `expires` is the expiry of the new key. If it is absent, the expiry of
    /// the record stays the same. Old keys that are no longer valid are removed from the record.
    /// The new key is for the environment of the record. If the record has none but the format has
    /// several, the new key is for the first one, and the actor must be a user who may also issue
    /// keys.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.already_expired`;
    /// - `access.policy_grace`, `access.policy_expiry`;
    /// - `access.policy_networks`, `access.no_owner`: the record does not follow the policy;
    /// - `access.too_many_digests`: more than two old keys would still be valid;
    /// - `access.malformed_id`, `access.malformed_name`: the id or the mask of the new key is too
    ///   long for a record;
    /// - `access.reused_entropy`;
    /// - `access.never_valid`, `access.malformed_expiry`;
    /// - an error of [`KeyFormat::generate`].
    pub fn rotate(
        &self,
        record: &KeyRecord,
        grace: Option<Period>,
        expires: Option<Expiry>,
        source: &KeySource<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Issued, Error> {
        let role = self.role_of(actor, Action::Rotate, now)?;
        actor.check_covers(role, Some(record), record)?;
        if record.revoked().is_some() {
            return Err(ErrorKind::AlreadyRevoked.into());
        }
        if record.has_expired(now) {
            return Err(ErrorKind::AlreadyExpired.into());
        }
        let grace_end = self.grace(grace)?.end(now)?;
        let mut new = record.clone();
        // An old key is valid until the earliest of three times: the end that it already has, the
        // expiry of the record, and the end of the grace period.
        let old_end = record.expires_at.map_or(grace_end, |end| end.min(grace_end));
        for digest in &mut new.digests {
            digest.valid_until = Some(digest.valid_until.map_or(old_end, |end| end.min(old_end)));
        }
        new.digests.retain(|digest| digest.valid_until.is_none_or(|end| now < end));
        // Two digests without a key id may belong to one key, with two peppers, or to two keys; the
        // record does not tell which. The check of a record counts them as one key. Here they count
        // as two, so that no more than two old keys without a key id can stay valid.
        if new.digests.iter().filter(|digest| digest.key_id.is_none()).count() >= MAX_KEY_IDS {
            return Err(ErrorKind::TooManyDigests.into());
        }
        match expires {
            Some(expiry) => {
                new.expires_at = self.end(expiry, now)?;
                new.expires_set_at = Some(now);
                new.end_replaced_keys();
            }
            // The clock that `now` comes from may be behind the clock that set `created_at`.
            None => self.check_life(now.max(record.created_at.unwrap_or(now)), new.expires_at)?,
        }
        new.authority = self.authority_of(record);
        let (key, digest) =
            generate(source, self.environment_of(record, source, actor, now)?, now)?;
        check_entropy(record, source, &key, &digest)?;
        new.display.clone_from(&digest.display);
        new.digests.insert(0, digest);
        actor.check_covers(role, Some(record), &new)?;
        check(&new)?;
        self.check_networks(&new)?;
        let occasion = Occasion { action: Action::Rotate, actor, now, reason: None };
        Ok(Issued { key, change: Change::between(Some(record), new, occasion)? })
    }

    /// Returns the environment of the key that replaces a key of `record`. If the record has none
    /// but the format has several, the environment of the old key is unknown, and the new key is
    /// for the first one. So the actor must be one that may issue a key for it.
    fn environment_of<'r>(
        &self,
        record: &'r KeyRecord,
        source: &KeySource<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Option<&'r str>, Error> {
        let environment = record.environment();
        if environment.is_none() && source.format.environments().nth(1).is_some() {
            self.role_of(actor, Action::Issue, now)?;
            if actor.is_key() {
                return Err(ErrorKind::ActorApp.into());
            }
        }
        Ok(environment)
    }

    /// Checks a new record against the rules for all records and the rules of this policy.
    fn check_new(&self, record: &KeyRecord) -> Result<(), Error> {
        check(record)?;
        self.check_name(record.name())?;
        self.check_networks(record)
    }
}

/// Generates a key for an environment, or for the first one of the format if none is passed.
fn generate(
    source: &KeySource<'_>,
    environment: Option<&str>,
    now: Timestamp,
) -> Result<(ApiKey, KeyDigest), Error> {
    let of_format = source.format.environments().next();
    let environment = of_format.and(environment.or(of_format));
    let wrapped = |error: keyrail_key::Error| error.with_kind(ErrorKind::Key(error.kind().clone()));
    let key = source.format.generate(environment, source.entropy).map_err(wrapped)?;
    let digest = KeyDigest {
        key_id: key.id().map(Into::into),
        digest: key.digest(source.pepper).map_err(wrapped)?,
        display: Some(alloc::format!("{}", key.mask())),
        created_at: Some(now),
        valid_until: None,
    };
    Ok((key, digest))
}

/// Checks that the record contains neither the new key nor a key with the same key id.
fn check_entropy(
    record: &KeyRecord,
    source: &KeySource<'_>,
    key: &ApiKey,
    new: &KeyDigest,
) -> Result<(), Error> {
    let has_same_id = |old: &KeyDigest| old.key_id.is_some() && old.key_id == new.key_id;
    let peppers = source.pepper.map_or(&[][..], core::slice::from_ref);
    // A digest that was made before the format had a digest segment is one of the whole key.
    let parts = [key.reveal(), key.reveal_digested()];
    let is_known = parts.iter().any(|part| record.matches(part, peppers));
    match is_known || record.digests().iter().any(has_same_id) {
        true => Err(ErrorKind::ReusedEntropy.into()),
        false => Ok(()),
    }
}

/// Checks an id that was passed.
fn check_id<T: for<'t> From<&'t str>>(id: &str) -> Result<T, Error> {
    if Id::is_valid(id) { Ok(id.into()) } else { Err(ErrorKind::MalformedId.into()) }
}
