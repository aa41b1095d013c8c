//! Actors: the users and keys that change a key, and the check that they may do so.

use alloc::boxed::Box;
use alloc::string::String;
use core::net::IpAddr;

use keyrail_core::Timestamp;
use keyrail_core::config::Id;

use crate::policy::Role;
use crate::{Author, Authority, Error, ErrorKind, KeyRecord, Limit, LimitOwner, Status};

/// The role of a key that issues or changes keys.
const KEY_ROLE: &str = "key";

/// Who issues or changes a key: a user with a role, or a key.
///
/// The policy must have the role, and the role must have the action. The actor must also cover the
/// record before and after the change, so that nobody gains a permission by changing a key. To
/// cover the record, the role must have the scope of the key. An acting key must also allow
/// everything that the other key allows, for at least as long, and have the same app, organization
/// and environment. An acting key whose record has no environment acts only on keys without one. If
/// a condition is not met, operations return one of these errors:
///
/// - `access.actor_role`, `access.actor_action`: the policy does not have the role, or the role
///   does not have the action;
/// - `access.actor_invalid`: the acting key is not valid now;
/// - `access.actor_owner`, `access.actor_app`, `access.actor_scope`, `access.actor_operations`,
///   `access.actor_queues`, `access.actor_networks`, `access.actor_expiry`, `access.actor_limits`:
///   the actor does not cover the record. The other key must have every limit of the acting key,
///   unchanged. The acting key may add a limit of the owner or the organization only if it has that
///   limit itself. It may add any limit that counts only the requests of a single key. A limit of
///   the owner or the organization counts the requests of several keys together.
///
/// Operations also return `access.time_in_seconds` if `now` is before 1973-03-03, because such a
/// time was probably passed in seconds instead of milliseconds.
///
/// ```
/// use keyrail_access::Actor;
/// let actor = Actor::user("u_17", "org_admin")?;
/// assert_eq!((actor.id(), actor.role()), ("u_17", "org_admin"));
/// # Ok::<(), keyrail_access::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Actor(Kind);

#[derive(Clone, Debug)]
enum Kind {
    User { id: String, role: String },
    Key { record: Box<KeyRecord>, digest: Option<usize> },
}

impl Actor {
    /// Returns an actor for a user with a role of the policy. The id must be one that your program
    /// assigned, not a name or an address. It must not contain white space or `@`, and must not be
    /// an IP address.
    ///
    /// # Errors
    ///
    /// `access.malformed_actor`.
    pub fn user(id: &str, role: &str) -> Result<Self, Error> {
        // Ids are stored in records and logs, where a name or an address is personal data.
        let is_personal = |character: char| character == '@' || character.is_whitespace();
        let without_zone = id.split_once('%').map_or(id, |(address, _)| address);
        let is_address = without_zone.parse::<IpAddr>().is_ok();
        let is_id = Id::is_valid(id) && !id.contains(is_personal) && !is_address;
        match is_id && Id::is_valid(role) && role != KEY_ROLE {
            true => Ok(Self(Kind::User { id: id.into(), role: role.into() })),
            false => Err(ErrorKind::MalformedActor.into()),
        }
    }

    /// Returns an actor for a key, which acts with the policy's role `key`. `digest` is the index
    /// that [`KeyRecord::find_digest`] returned for the key.
    pub fn key(record: &KeyRecord, digest: Option<usize>) -> Self {
        Self(Kind::Key { record: Box::new(record.clone()), digest })
    }

    /// Returns the id of the user, or the id of the key's record.
    pub fn id(&self) -> &str {
        match &self.0 {
            Kind::User { id, .. } => id,
            Kind::Key { record, .. } => record.id(),
        }
    }

    /// Returns the role of the user, or `key`.
    pub fn role(&self) -> &str {
        match &self.0 {
            Kind::User { role, .. } => role,
            Kind::Key { .. } => KEY_ROLE,
        }
    }

    /// Returns whether the actor is a key.
    pub(crate) const fn is_key(&self) -> bool {
        matches!(self.0, Kind::Key { .. })
    }

    /// Returns the id and the role, to be stored.
    pub(crate) fn author(&self) -> Author {
        Author { id: self.id().into(), role: Some(self.role().into()) }
    }

    /// Returns the id of the acting user, or the owner of the acting key. A new key belongs to this
    /// user if no owner is passed.
    pub(crate) fn owner(&self) -> Option<&str> {
        match &self.0 {
            Kind::User { id, .. } => Some(id),
            Kind::Key { record, .. } => record.owner(),
        }
    }

    /// Checks that a key may act now. A user may always act.
    pub(crate) fn check_valid(&self, now: Timestamp) -> Result<(), Error> {
        let Kind::Key { record, digest } = &self.0 else { return Ok(()) };
        let is_valid = matches!(record.status(now), Status::Active | Status::Expiring)
            && record.is_current(*digest, now) == Some(true);
        if is_valid { Ok(()) } else { Err(ErrorKind::ActorInvalid.into()) }
    }

    /// Checks that the actor may do all that the key may do, for at least as long. Without this
    /// check, the actor could gain permissions by changing the key.
    ///
    /// `before` is the record before the change. The actor does not need the limits that this
    /// record already has.
    pub(crate) fn check_covers(
        &self,
        role: &Role,
        before: Option<&KeyRecord>,
        key: &KeyRecord,
    ) -> Result<(), Error> {
        if role.only_own_keys && (self.owner().is_none() || self.owner() != key.owner()) {
            return Err(ErrorKind::ActorOwner.into());
        }
        if !role.scopes.contains(&key.scope()) {
            return Err(ErrorKind::ActorScope.into());
        }
        match &self.0 {
            Kind::User { .. } => Ok(()),
            Kind::Key { record, digest } => check_key_covers(record, *digest, before, key),
        }
    }
}

/// Checks that the acting key, `actor`, may do all that another key, `key`, may do.
fn check_key_covers(
    actor: &KeyRecord,
    digest: Option<usize>,
    before: Option<&KeyRecord>,
    key: &KeyRecord,
) -> Result<(), Error> {
    let checks = [
        (ErrorKind::ActorApp, is_of_same_app(actor, key)),
        (ErrorKind::ActorOwner, has_same_authority(actor, key)),
        (ErrorKind::ActorScope, actor.scope() >= key.scope()),
        (
            ErrorKind::ActorOperations,
            covers(actor.operations(), key.operations(), |one, other| one.covers(other)),
        ),
        (ErrorKind::ActorQueues, covers(actor.queues(), key.queues(), |one, other| one == other)),
        (ErrorKind::ActorOperations, names_operations(actor, key)),
        (
            ErrorKind::ActorNetworks,
            covers(actor.allow_ips(), key.allow_ips(), |one, other| one.covers(other)),
        ),
        (ErrorKind::ActorExpiry, lives_as_long(actor, digest, key)),
        (
            ErrorKind::ActorLimits,
            has_limits(actor, key) && adds_no_shared_limit(actor, before, key),
        ),
    ];
    match checks.into_iter().find(|(_, is_covered)| !is_covered) {
        Some((kind, _)) => Err(kind.into()),
        None => Ok(()),
    }
}

/// Returns whether both keys belong to the same app, organization and environment. If `actor` has no
/// environment, its text may contain one, which is not known here. So it acts only on keys without
/// an environment.
fn is_of_same_app(actor: &KeyRecord, key: &KeyRecord) -> bool {
    actor.app() == key.app()
        && actor.organization() == key.organization()
        && actor.environment() == key.environment()
}

/// Returns whether the authority of `actor` covers that of `key`. If `actor` is limited to its
/// owner's permissions, `key` must be limited to the permissions of the same owner.
fn has_same_authority(actor: &KeyRecord, key: &KeyRecord) -> bool {
    match actor.authority() {
        Authority::Organization => true,
        Authority::Owner => key.authority() == Authority::Owner && actor.owner() == key.owner(),
    }
}

/// Returns whether each item of `inner` is covered by an item of `outer`. A missing list sets no
/// limit.
fn covers<T>(outer: Option<&[T]>, inner: Option<&[T]>, covers: impl Fn(&T, &T) -> bool) -> bool {
    match (outer, inner) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(outer), Some(inner)) => {
            inner.iter().all(|item| outer.iter().any(|one| covers(one, item)))
        }
    }
}

/// Returns whether `actor` allows every operation that `key` allows in requests without a queue. In
/// such requests, a key that is limited to queues allows only the operations that it lists by name.
fn names_operations(actor: &KeyRecord, key: &KeyRecord) -> bool {
    let own = actor.operations().unwrap_or_default();
    let mut named = key.operations().unwrap_or_default().iter().filter(|it| it.is_name());
    actor.queues().is_none() || named.all(|name| own.contains(name))
}

/// Returns whether `key` expires no later than `actor` does.
fn lives_as_long(actor: &KeyRecord, digest: Option<usize>, key: &KeyRecord) -> bool {
    match (actor.end_of(digest), key.expires_at()) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(own), Some(end)) => end <= own,
    }
}

/// Returns whether `key` has all limits of `actor`, and whether they count the requests of the same
/// owner and organization. The order of the limits does not matter, because every limit must allow
/// a request.
fn has_limits(actor: &KeyRecord, key: &KeyRecord) -> bool {
    let is_shared =
        |limit: &Limit| limit.of() == LimitOwner::Key || limit.id_for(actor) == limit.id_for(key);
    actor.limits().iter().all(|limit| key.limits().contains(limit) && is_shared(limit))
}

/// Returns whether `key` adds no limit of the owner or the organization. A limit is not added if
/// `actor` or the record before the change has it too. A new limit with the name of an existing one
/// would change the state that all keys of the owner or the organization share.
fn adds_no_shared_limit(actor: &KeyRecord, before: Option<&KeyRecord>, key: &KeyRecord) -> bool {
    let is_known = |limit: &Limit| {
        actor.limits().contains(limit) || before.is_some_and(|old| old.limits().contains(limit))
    };
    key.limits().iter().all(|limit| limit.of() == LimitOwner::Key || is_known(limit))
}
