//! Changes: what an operation does to a record. A change contains a patch for the host's store, and
//! an event for the audit log.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::Timestamp;
use keyrail_core::config::{Value, Writer, json};
use keyrail_key::Digest;

use crate::merge::{merge_diff, to_sorted_json};
use crate::{Action, Actor, Author, Error, ErrorKind, KeyDigest, KeyRecord, Revocation};

/// What an operation does to a record: the changed record, the patch that turns the old record into
/// the changed one, and the event for the audit log.
///
/// Store a change only if the stored record still has the version
/// [`base_version`](Self::base_version), for example with `UPDATE ... WHERE version = ?`. If it has
/// another version, someone else has changed the record in the meantime: read it again, and repeat
/// the operation. A change that [applies to any version](Self::applies_to_any_version) must not be
/// lost to such a race: read the record again, and store the result of [`rebase`](Self::rebase) in
/// the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    is_new: bool,
    base_version: u64,
    record: KeyRecord,
    patch: String,
    event: KeyEvent,
    edit: Option<Edit>,
}

/// A change that applies to any version of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    Revoke(Revocation),
    /// Removes the digests of a replaced key: all with its key id or, if it has none, these.
    RevokeReplaced {
        key_id: Option<String>,
        digests: Vec<Digest>,
    },
    Disable,
}

impl Edit {
    /// Makes the change in a record, whose version stays the same.
    pub(crate) fn make(self, record: &mut KeyRecord) -> Result<(), Error> {
        if record.revoked.is_some() {
            return Err(ErrorKind::AlreadyRevoked.into());
        }
        match self {
            Self::Revoke(revocation) => record.revoked = Some(revocation),
            Self::RevokeReplaced { key_id, digests } => {
                let is_revoked = |it: &KeyDigest| {
                    it.key_id == key_id && (key_id.is_some() || digests.contains(&it.digest))
                };
                let (revoked, left): (Vec<_>, Vec<_>) =
                    record.digests.iter().cloned().partition(is_revoked);
                // Without a key id, a digest that is missing may have been upgraded.
                if key_id.is_none() && revoked.len() != digests.len() {
                    return Err(ErrorKind::VersionConflict.into());
                }
                if revoked.is_empty() {
                    return Err(ErrorKind::Unchanged.into());
                }
                if left.is_empty() || revoked.iter().any(|it| it.valid_until.is_none()) {
                    return Err(ErrorKind::VersionConflict.into());
                }
                record.digests = left;
            }
            Self::Disable if !record.enabled => return Err(ErrorKind::Unchanged.into()),
            Self::Disable => record.enabled = false,
        }
        Ok(())
    }
}

/// What is known about a change besides the two records.
pub(crate) struct Occasion<'a> {
    pub(crate) action: Action,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
    pub(crate) reason: Option<String>,
}

impl Change {
    /// Returns the change from one record to another, and sets the version of the new record. `old`
    /// is `None` for a new record.
    pub(crate) fn between(
        old: Option<&KeyRecord>,
        record: KeyRecord,
        occasion: Occasion<'_>,
    ) -> Result<Self, Error> {
        let Occasion { action, actor, now, reason } = occasion;
        let event = KeyEvent {
            action,
            record: record.id().into(),
            actor: actor.author(),
            at: now,
            version: 0,
            reason,
            changes: String::new(),
        };
        Self::with_event(old, record, event)
    }

    /// Returns the change from one record to another. Sets the version of the new record, and the
    /// version and the changes of the event.
    fn with_event(
        old: Option<&KeyRecord>,
        mut record: KeyRecord,
        event: KeyEvent,
    ) -> Result<Self, Error> {
        let base_version = old.map_or(0, KeyRecord::version);
        record.version = next_version(base_version)?;
        let before = old.map_or_else(|| json!({}), to_value);
        let patch = merge_diff(&before, &to_value(&record));
        let event = KeyEvent { version: record.version, changes: public_changes(&patch), ..event };
        let patch = to_sorted_json(&patch);
        Ok(Self { is_new: old.is_none(), base_version, record, patch, event, edit: None })
    }

    /// Returns the same change, but marked as one that applies to any version.
    pub(crate) fn for_any_version(self, edit: Edit) -> Self {
        Self { edit: Some(edit), ..self }
    }

    /// Returns whether the record is a new one, which is not stored yet.
    pub const fn is_new(&self) -> bool {
        self.is_new
    }

    /// Returns the version that the record had before the change; 0 for a new record.
    pub const fn base_version(&self) -> u64 {
        self.base_version
    }

    /// Returns whether the change also applies to other versions of the record. This is true for
    /// disabling and revoking a key. Both must succeed even if someone renames the key at the same
    /// time.
    pub const fn applies_to_any_version(&self) -> bool {
        self.edit.is_some()
    }

    /// Returns the JSON merge patch (RFC 7396) that turns the old record into the new one. It
    /// contains the new `version`. The patch of a new record is the whole record.
    pub fn patch(&self) -> &str {
        &self.patch
    }

    /// Returns the changed record.
    pub const fn record(&self) -> &KeyRecord {
        &self.record
    }

    /// Returns the event for the audit log.
    pub const fn event(&self) -> &KeyEvent {
        &self.event
    }

    /// Returns the same change, based on the record as it is stored now. Its base version is that of
    /// `stored`, and its patch, record and event say what the change does to `stored`.
    ///
    /// # Errors
    ///
    /// - `access.version_conflict`: `stored` is a different record, the change creates a new
    ///   record, or the change applies only to the version that it is based on and `stored` has
    ///   another one. It is also returned if the change revokes a replaced key, and this key is the
    ///   current or the only one in `stored`, or it has no key id and cannot be found there. In
    ///   this last case, repeat the operation with `stored`;
    /// - `access.already_revoked`, `access.unchanged`: the key was revoked, disabled or removed in
    ///   the meantime;
    /// - `access.too_many_changes`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use keyrail_access::{Actor, KeyRecord, Policy, Status};
    /// # use keyrail_core::Timestamp;
    /// # let record = KeyRecord::from_json(r#"{
    /// #     "id": "k", "app": "desk", "scope": "read",
    /// #     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}]
    /// # }"#).unwrap();
    /// let policy = Policy::preset("swellsign")?;
    /// let actor = Actor::user("u_17", "org_admin")?;
    /// let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
    /// let revoked = policy.revoke(&record, None, Some("leaked"), &actor, now)?;
    /// // Someone else renames the key before the revocation is stored.
    /// let renamed = policy.rename(&record, Some("Server"), &actor, now)?;
    /// let revoked = revoked.rebase(renamed.record())?;
    /// assert_eq!((revoked.base_version(), revoked.event().version()), (1, 2));
    /// assert_eq!(revoked.record().status(now), Status::Revoked);
    /// # Ok::<(), keyrail_access::Error>(())
    /// ```
    pub fn rebase(&self, stored: &KeyRecord) -> Result<Self, Error> {
        let is_same = stored.id() == self.record.id() && !self.is_new;
        match &self.edit {
            Some(edit) if is_same => {
                let mut record = stored.clone();
                edit.clone().make(&mut record)?;
                let change = Self::with_event(Some(stored), record, self.event.clone())?;
                Ok(change.for_any_version(edit.clone()))
            }
            None if is_same && stored.version() == self.base_version => Ok(self.clone()),
            _ => Err(ErrorKind::VersionConflict.into()),
        }
    }

    /// Applies the change to the record as it is stored now, and returns the record to store.
    ///
    /// # Errors
    ///
    /// Those of [`rebase`](Self::rebase).
    pub fn apply_to(&self, stored: &KeyRecord) -> Result<KeyRecord, Error> {
        Ok(self.rebase(stored)?.record)
    }
}

/// The event of a change, for an audit log. It contains no digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEvent {
    action: Action,
    record: String,
    actor: Author,
    at: Timestamp,
    version: u64,
    reason: Option<String>,
    changes: String,
}

impl KeyEvent {
    /// Returns the action, such as `rotate` or `set_scope`.
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Returns the id of the changed record.
    pub fn record(&self) -> &str {
        &self.record
    }

    /// Returns who made the change.
    pub const fn actor(&self) -> &Author {
        &self.actor
    }

    /// Returns when the change was made.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns the version of the changed record.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Returns the reason that was passed.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Returns the event as JSON, on one line. `changes` contains all members of the patch except
    /// `version`. The digests themselves are left out, but their key ids, masks and times are
    /// included.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.text("action", Some(self.action.as_str()));
        json.text("record", Some(&self.record));
        json.raw("actor", self.actor.to_json());
        json.text("at", Some(self.at));
        json.raw("version", self.version);
        json.text("reason", self.reason.as_ref());
        json.raw("changes", &self.changes);
        json.finish()
    }
}

/// Returns a patch as JSON, without the version and without the digests themselves.
fn public_changes(patch: &Value) -> String {
    let mut changes = patch.clone();
    if let Value::Object(members) = &mut changes {
        members.remove("version");
        if let Some(Value::Array(digests)) = members.get_mut("digests") {
            for digest in digests.iter_mut().filter_map(Value::as_object_mut) {
                digest.remove("digest");
            }
        }
    }
    to_sorted_json(&changes)
}

/// Returns the version after a change.
fn next_version(version: u64) -> Result<u64, Error> {
    // Versions are read as signed integers.
    let max = i64::MAX.unsigned_abs();
    version.checked_add(1).filter(|next| *next <= max).ok_or(ErrorKind::TooManyChanges.into())
}

/// Returns a record as a JSON value.
fn to_value(record: &KeyRecord) -> Value {
    // A record is written as valid JSON.
    record.to_json().parse().unwrap_or_default()
}
