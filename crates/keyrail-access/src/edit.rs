//! Operations that change a record but issue no key.

use alloc::string::String;

use keyrail_core::{EventPattern, Network, Timestamp};

use crate::change::{Edit, Occasion};
use crate::check::{check, check_counts, sorted};
use crate::text::{check_name, check_reason};
use crate::{
    Action, Actor, Change, Error, ErrorKind, Expiry, KeyDigest, KeyRecord, Limit, Policy,
    Revocation, Scope,
};

impl Policy {
    /// Revokes a key for good. The change applies to any version of the record.
    ///
    /// `digest` is the index that [`KeyRecord::find_digest`] returned for the key to be revoked. If
    /// it is the index of a replaced key, only that key is revoked. The change then removes all
    /// digests with that key's key id. There is one exception: replaced keys without a key id
    /// cannot be told apart, so revoking one of them revokes all of them. With the index of the
    /// current key, or without an index, all keys of the record are revoked.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.unknown_digest`, `access.malformed_reason`.
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
    /// let change = policy.revoke(&record, None, Some("leaked"), &actor, now)?;
    /// assert_eq!(change.record().status(now), Status::Revoked);
    /// assert!(change.applies_to_any_version());
    /// # Ok::<(), keyrail_access::Error>(())
    /// ```
    pub fn revoke(
        &self,
        record: &KeyRecord,
        digest: Option<usize>,
        reason: Option<&str>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        let reason = reason.map(check_reason).transpose()?;
        let chosen = match digest {
            Some(index) => Some(record.digests().get(index).ok_or(ErrorKind::UnknownDigest)?),
            None => None,
        };
        let replaced = chosen.filter(|digest| is_replaced(record, digest));
        let occasion = Occasion { action: Action::Revoke, actor, now, reason: reason.clone() };
        let revocation = Revocation { at: now, by: Some(actor.id().into()), reason };
        self.edit(record, occasion, |changed| {
            let edit = match replaced {
                Some(replaced) => {
                    let same = record.digests().iter().filter(|it| is_same(replaced, it));
                    let ended = same.filter(|it| it.valid_until.is_some());
                    Edit::RevokeReplaced {
                        key_id: replaced.key_id.clone(),
                        digests: ended.map(|it| it.digest.clone()).collect(),
                    }
                }
                None => Edit::Revoke(revocation),
            };
            edit.clone().make(changed)?;
            Ok(Reach::AnyVersion(edit))
        })
    }

    /// Disables a key until it is enabled again. The change applies to any version of the record.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.unchanged`.
    pub fn disable(
        &self,
        record: &KeyRecord,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        self.edit(record, occasion(Action::Disable, actor, now), |changed| {
            Edit::Disable.make(changed)?;
            Ok(Reach::AnyVersion(Edit::Disable))
        })
    }

    /// Enables a disabled key.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.unchanged`.
    pub fn enable(
        &self,
        record: &KeyRecord,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        self.set(record, occasion(Action::Enable, actor, now), |changed| {
            changed.enabled = true;
            Ok(())
        })
    }

    /// Changes the name of a key, or removes the name if none is passed.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.unchanged`, `access.malformed_name`,
    ///   `access.policy_name`.
    pub fn rename(
        &self,
        record: &KeyRecord,
        name: Option<&str>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        self.set(record, occasion(Action::Rename, actor, now), |changed| {
            self.check_name(name)?;
            changed.name = name.map(check_name).transpose()?;
            Ok(())
        })
    }

    /// Changes the scope of a key.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.unchanged`.
    pub fn set_scope(
        &self,
        record: &KeyRecord,
        scope: Scope,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        self.set(record, occasion(Action::SetScope, actor, now), |changed| {
            changed.scope = scope;
            Ok(())
        })
    }

    /// Changes the operations to which a key is limited. `None` removes the limit.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.unchanged`, `access.no_operation`,
    ///   `access.too_many_items`.
    pub fn set_operations(
        &self,
        record: &KeyRecord,
        operations: Option<&[EventPattern]>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        self.set(record, occasion(Action::SetOperations, actor, now), |changed| {
            changed.operations = operations.map(Into::into);
            Ok(())
        })
    }

    /// Changes the queues to which a key is limited. `None` removes the limit.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.unchanged`, `access.no_queue`,
    ///   `access.too_many_items`, `access.malformed_id`.
    pub fn set_queues(
        &self,
        record: &KeyRecord,
        queues: Option<&[String]>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        self.set(record, occasion(Action::SetQueues, actor, now), |changed| {
            changed.queues = queues.map(Into::into);
            Ok(())
        })
    }

    /// Changes the networks to which a key is restricted. `None` removes the restriction.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.unchanged`, `access.no_network`,
    ///   `access.too_many_items`, `access.policy_networks`.
    pub fn set_networks(
        &self,
        record: &KeyRecord,
        networks: Option<&[Network]>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        self.set(record, occasion(Action::SetNetworks, actor, now), |changed| {
            changed.allow_ips = networks.map(Into::into);
            check_counts(changed)?;
            self.check_networks(changed)
        })
    }

    /// Changes when a key expires.
    ///
    /// The expiry may be moved to any earlier time that is still in the future. It may be moved to
    /// a later time if the policy allows the new expiry. The whole life of the key, from its
    /// creation, must then be no longer than the longest expiry that the policy offers. If the
    /// creation time is unknown, the expiry may be moved to a later time only if the policy allows
    /// keys that never expire. To use a key for longer, rotate it. The change never extends the
    /// life of a replaced key.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.already_expired`, `access.unchanged`,
    ///   `access.policy_expiry`, `access.never_valid`, `access.malformed_expiry`.
    pub fn set_expiry(
        &self,
        record: &KeyRecord,
        expires: Expiry,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        self.set(record, occasion(Action::SetExpiry, actor, now), |changed| {
            if record.has_expired(now) {
                return Err(ErrorKind::AlreadyExpired.into());
            }
            let end = expires.end(now)?;
            if end.is_some_and(|end| end <= now) {
                return Err(ErrorKind::NeverValid.into());
            }
            let is_shorter = match (end, record.expires_at()) {
                (Some(end), Some(previous)) => end < previous,
                (Some(_), None) => true,
                (None, _) => false,
            };
            if !is_shorter {
                self.end(expires, now)?;
                // The life of a key of unknown age is only extended if the policy allows keys that
                // never expire.
                let created_at = record.issued_at().or(self.allows_never().then_some(now));
                self.check_life(created_at.ok_or(ErrorKind::PolicyExpiry)?, end)?;
            }
            if end != changed.expires_at {
                changed.expires_at = end;
                changed.expires_set_at = Some(now);
                changed.end_replaced_keys();
            }
            Ok(())
        })
    }

    /// Replaces the limits that each request with a key consumes. An empty list removes them.
    ///
    /// If you change the rate or quota of a limit, give the limit a new name or delete its states.
    /// Otherwise, the new rule continues with the old state.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.unchanged`, `access.too_many_limits`,
    ///   `access.duplicate_limit`, `access.no_owner`, `access.no_organization`.
    pub fn set_limits(
        &self,
        record: &KeyRecord,
        limits: &[Limit],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        self.set(record, occasion(Action::SetLimits, actor, now), |changed| {
            changed.limits = limits.into();
            Ok(())
        })
    }

    /// Replaces the metadata of a key: the host's own data about it.
    ///
    /// # Errors
    ///
    /// - An error of the actor: see [`Actor`];
    /// - `access.already_revoked`, `access.unchanged`, `access.malformed_metadata`.
    pub fn set_metadata(
        &self,
        record: &KeyRecord,
        metadata: &[(String, String)],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Change, Error> {
        self.set(record, occasion(Action::SetMetadata, actor, now), |changed| {
            changed.metadata = sorted(metadata.into());
            Ok(())
        })
    }

    /// Changes a record with `set`. The change applies only to the version of the record that was
    /// passed.
    fn set(
        &self,
        record: &KeyRecord,
        occasion: Occasion<'_>,
        set: impl FnOnce(&mut KeyRecord) -> Result<(), Error>,
    ) -> Result<Change, Error> {
        let role = self.role_of(occasion.actor, occasion.action, occasion.now)?;
        let actor = occasion.actor;
        self.edit(record, occasion, |changed| {
            set(changed)?;
            if changed == record {
                return Err(ErrorKind::Unchanged.into());
            }
            changed.authority = self.authority_of(record);
            check_counts(changed)?;
            actor.check_covers(role, Some(record), changed)?;
            check(changed)?;
            Ok(Reach::OneVersion)
        })
    }

    /// Changes a record with `make`, which returns the versions that the change applies to. The
    /// actor must cover the record as it was before the change. [`set`](Self::set) checks that the
    /// result follows the rules for records. This method does not, because revoking and disabling
    /// must succeed even for a record that breaks a rule.
    fn edit(
        &self,
        record: &KeyRecord,
        occasion: Occasion<'_>,
        make: impl FnOnce(&mut KeyRecord) -> Result<Reach, Error>,
    ) -> Result<Change, Error> {
        let Occasion { actor, now, .. } = occasion;
        let role = self.role_of(actor, occasion.action, now)?;
        actor.check_covers(role, Some(record), record)?;
        if record.revoked().is_some() {
            return Err(ErrorKind::AlreadyRevoked.into());
        }
        let mut changed = record.clone();
        let reach = make(&mut changed)?;
        let change = Change::between(Some(record), changed, occasion)?;
        Ok(match reach {
            Reach::AnyVersion(edit) => change.for_any_version(edit),
            Reach::OneVersion => change,
        })
    }
}

/// The versions of a record that a change applies to.
enum Reach {
    OneVersion,
    AnyVersion(Edit),
}

/// Returns whether a digest is that of a replaced key, and the record has another key.
fn is_replaced(record: &KeyRecord, digest: &KeyDigest) -> bool {
    let has_ended = |it: &KeyDigest| it.valid_until.is_some();
    // If another digest with the same key id, or the same digest, has no end, the key is the
    // current one.
    let is_same_key = |it: &KeyDigest| {
        is_same(digest, it) && (digest.key_id.is_some() || digest.digest == it.digest)
    };
    let is_current = record.digests().iter().any(|it| is_same_key(it) && !has_ended(it));
    let has_other = record.digests().iter().any(|it| !is_same(digest, it) || !has_ended(it));
    has_ended(digest) && !is_current && has_other
}

/// Returns whether two digests may be of the same key.
fn is_same(digest: &KeyDigest, other: &KeyDigest) -> bool {
    digest.key_id == other.key_id
}

/// Returns an occasion without a reason.
fn occasion(action: Action, actor: &Actor, now: Timestamp) -> Occasion<'_> {
    Occasion { action, actor, now, reason: None }
}
