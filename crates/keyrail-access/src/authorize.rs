//! Authorizes a request against a key record.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use compact_str::CompactString;
use keyrail_core::{EventPattern, Network, Timestamp};
use keyrail_key::Digest;

use crate::limit::consume_all;
use crate::{
    Access, Authority, Change, Consumption, Denial, DenialKind, KeyRecord, LimitState, Permissions,
    Scope,
};

/// A request, and the facts about it that the caller knows.
#[derive(Clone, Copy, Debug)]
pub struct AccessRequest<'a> {
    /// The access that the request needs.
    pub access: Access,
    /// The current time.
    pub now: Timestamp,
    /// The client's IP address, if it is known.
    pub ip: Option<IpAddr>,
    /// The operation, such as `message.send`.
    pub operation: Option<&'a str>,
    /// The queue that the request concerns.
    pub queue: Option<&'a str>,
    /// The environment in which the request is made, such as `live`. If it is `None`, the key's
    /// environment is not checked.
    pub environment: Option<&'a str>,
    /// The index of the digest that the presented key has, as [`KeyRecord::find_digest`]
    /// returns it. If it is `None`, the key is denied once any digest of the record has reached its
    /// `valid_until`.
    pub digest: Option<usize>,
    /// What the key's owner may do now. Required for a key with the authority `owner`.
    pub owner_permissions: Option<&'a Permissions>,
    /// The stored state of each limit of the record, by the id that [`KeyRecord::limit_ids`]
    /// returns; the state is `None` if none is stored for this id. Required for a record with
    /// limits. If two different states are passed for one limit, the request is denied, as if none
    /// had been passed.
    pub limits: Option<&'a [(&'a str, Option<LimitState>)]>,
}

impl AccessRequest<'_> {
    /// Creates a request without a client address, an operation, a queue, an environment, a
    /// digest, the owner's permissions or the states of limits.
    pub const fn new(access: Access, now: Timestamp) -> Self {
        Self {
            access,
            now,
            ip: None,
            operation: None,
            queue: None,
            environment: None,
            digest: None,
            owner_permissions: None,
            limits: None,
        }
    }
}

/// The permission that an authorized request was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    record: CompactString,
    app: CompactString,
    scope: Scope,
    owner: Option<CompactString>,
    name: Option<CompactString>,
    metadata: Vec<(String, String)>,
    digest: Option<Digest>,
    consumption: Option<Box<Consumption>>,
    upgrade: Option<Box<Change>>,
}

impl Grant {
    /// Returns the id of the key's record.
    pub fn record(&self) -> &str {
        &self.record
    }

    /// Returns the app that the key belongs to.
    pub fn app(&self) -> &str {
        &self.app
    }

    /// Returns the scope of the key.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns the id of the user that the key belongs to, if the record specifies it.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// Returns the key's name for people, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the host's own data about the key: values by name.
    pub fn metadata(&self) -> &[(String, String)] {
        &self.metadata
    }

    /// Returns the digest of the presented key, such as `sha256:...`, if the digest's index was
    /// passed. Store the time of its last use: see [`LastUses::touch`](crate::LastUses::touch).
    pub const fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// Returns the outcome of the record's limits; `None` if the record has none. Store the new
    /// states before you serve the request. If the stored states were changed meanwhile, repeat the
    /// call with the changed ones: see [`consume`](crate::consume()). Add the header fields of the
    /// consumption to the response.
    pub fn consumption(&self) -> Option<&Consumption> {
        self.consumption.as_deref()
    }

    /// Returns the change that adds a digest of the key with the current pepper: see
    /// [`KeyRecord::upgrade`]. It is `None` if there is nothing to do, if no records were passed to
    /// the gateway, or if it is unknown which pepper is the current one.
    pub fn upgrade(&self) -> Option<&Change> {
        self.upgrade.as_deref()
    }

    /// Sets the upgrade of the key's record.
    #[doc(hidden)]
    pub fn set_upgrade(&mut self, upgrade: Option<Change>) {
        self.upgrade = upgrade.map(Box::new);
    }
}

impl KeyRecord {
    /// Authorizes a request with a key that was found to match the record.
    ///
    /// The first reason that applies is returned: revoked, disabled, not yet valid, expired,
    /// replaced, another environment, address unknown or outside the networks, scope, operation,
    /// queue, the owner's permissions, quotas, rates.
    ///
    /// - The key is valid from `not_before` until just before `expires_at`, or until just before
    ///   the `valid_until` of its digest if that is earlier. A revoked key is rejected at any time.
    /// - Without the client's address, a key that is restricted to networks is denied. An
    ///   IPv4-mapped IPv6 address counts as the IPv4 address that it contains.
    /// - If the key is limited to operations, a request without an operation is denied. If the key
    ///   is limited to queues, a request without a queue is denied, unless the key lists the
    ///   request's operation by its exact name. A pattern with `*` is not enough.
    /// - A key with the authority `owner` may do only what its owner may also do: see
    ///   [`Authority`]. Without `owner_permissions`, the key is denied.
    /// - A record with limits needs the state of each limit: see [`AccessRequest::limits`]. Either
    ///   all limits are consumed, or none of them. The grant contains the new states to store
    ///   ([`Grant::consumption`]), and so does a denial because of a limit
    ///   ([`Denial::consumption`]).
    /// - If `now` is before 1973-03-03, but the record contains a time on or after that date, the
    ///   key is denied as not yet valid. Such an early `now` was probably passed in seconds instead
    ///   of milliseconds, and with such times no key would ever expire.
    ///
    /// # Errors
    ///
    /// A [`Denial`] with the first reason that applies: see [`DenialKind`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use keyrail_access::{Access, AccessRequest, KeyRecord};
    /// # use keyrail_core::{EventPattern, Timestamp};
    /// # let record = KeyRecord::from_json(r#"{
    /// #     "id": "k", "app": "desk", "scope": "read",
    /// #     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}],
    /// #     "expires_at": "2027-01-30T00:00:00Z"
    /// # }"#)?;
    /// let expiry = record.expires_at().unwrap();
    /// let before = Timestamp::from_millis(expiry.as_millis() - 1).unwrap();
    /// assert!(record.authorize(&AccessRequest::new(Access::Read, before)).is_ok());
    /// let denial = record.authorize(&AccessRequest::new(Access::Read, expiry)).unwrap_err();
    /// assert_eq!(denial.code(), "access.expired");
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn authorize(&self, request: &AccessRequest<'_>) -> Result<Grant, Denial> {
        self.authorize_by(request, Scope::access)
    }

    /// Authorizes several requests with the same key, in order. Each result is that of
    /// [`authorize`](Self::authorize); a denied request does not affect the others.
    ///
    /// The requests consume the record's limits one after another: once a request has changed the
    /// state of a limit, later requests use the new state instead of the one that they pass. For
    /// each limit, take the first old state and the last new state in the results. Store the new
    /// state only if the old state is still stored.
    ///
    /// # Examples
    ///
    /// ```
    /// # use keyrail_access::{Access, AccessRequest, KeyRecord};
    /// # use keyrail_core::Timestamp;
    /// # let record = KeyRecord::from_json(r#"{
    /// #     "id": "k", "app": "desk", "scope": "read", "expires_at": "never",
    /// #     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}]
    /// # }"#)?;
    /// # let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    /// let requests = [Access::Read, Access::Write].map(|access| AccessRequest::new(access, now));
    /// let results = record.authorize_batch(&requests);
    /// assert!(results[0].is_ok());
    /// assert_eq!(results[1].as_ref().unwrap_err().code(), "access.scope");
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn authorize_batch(&self, requests: &[AccessRequest<'_>]) -> Vec<Result<Grant, Denial>> {
        let mut changed = BTreeMap::new();
        let authorize = |request: &AccessRequest<'_>| {
            let result = self.authorize_with(request, None, Scope::access, &changed);
            let consumption = match &result {
                Ok(grant) => grant.consumption(),
                Err(denial) => denial.consumption(),
            };
            for outcome in consumption.map_or(&[][..], Consumption::limits) {
                let change = outcome.id().map(String::from).zip(outcome.new_state());
                changed.extend(change);
            }
            result
        };
        requests.iter().map(authorize).collect()
    }

    /// Authorizes like [`authorize`](Self::authorize), but `highest_access` maps a scope to
    /// the highest access that the scope allows, for platforms that define scopes differently.
    /// The denials are the same; a denial for an insufficient scope names the smallest scope
    /// that suffices according to `highest_access`.
    ///
    /// # Errors
    ///
    /// As [`authorize`](Self::authorize).
    ///
    /// # Examples
    ///
    /// ```
    /// # use keyrail_access::{Access, AccessRequest, KeyRecord, Scope};
    /// # use keyrail_core::{EventPattern, Timestamp};
    /// # let record = KeyRecord::from_json(r#"{
    /// #     "id": "k", "app": "desk", "scope": "read_write",
    /// #     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}]
    /// # }"#)?;
    /// # let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    /// let two_scopes = |scope| if scope == Scope::Read { Access::Read } else { Access::Admin };
    /// let request = AccessRequest::new(Access::Admin, now);
    /// assert!(record.authorize_by(&request, two_scopes).is_ok());
    /// assert!(record.authorize(&request).is_err());
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn authorize_by(
        &self,
        request: &AccessRequest<'_>,
        highest_access: impl Fn(Scope) -> Access,
    ) -> Result<Grant, Denial> {
        self.authorize_presented(request, None, highest_access)
    }

    /// Authorizes like [`authorize_by`](Self::authorize_by), with the environment that the
    /// presented key contains, if any. If the record has no environment, this one must be the
    /// request's.
    ///
    /// # Errors
    ///
    /// As [`authorize`](Self::authorize).
    #[doc(hidden)]
    pub fn authorize_presented(
        &self,
        request: &AccessRequest<'_>,
        environment: Option<&str>,
        highest_access: impl Fn(Scope) -> Access,
    ) -> Result<Grant, Denial> {
        self.authorize_with(request, environment, highest_access, &BTreeMap::new())
    }

    /// Authorizes like [`authorize_presented`](Self::authorize_presented), but the states in
    /// `changed` take the place of those that the request passes for the same limits.
    fn authorize_with(
        &self,
        request: &AccessRequest<'_>,
        environment: Option<&str>,
        highest_access: impl Fn(Scope) -> Access,
        changed: &BTreeMap<String, LimitState>,
    ) -> Result<Grant, Denial> {
        self.check_validity(request)?;
        if let (Some(own), Some(here)) = (self.environment().or(environment), request.environment)
            && own != here
        {
            return Err(DenialKind::Environment.into());
        }
        if let Some(networks) = self.allow_ips() {
            let ip = request.ip.ok_or(DenialKind::AddressUnknown)?;
            if !Network::any_contains(networks, ip) {
                return Err(DenialKind::Network.into());
            }
        }
        if highest_access(self.scope()) < request.access {
            let mut scopes = Scope::ALL.into_iter();
            let sufficient = scopes.find(|scope| highest_access(*scope) >= request.access);
            return Err(Denial::insufficient_scope(sufficient));
        }
        allows(self.operations(), self.queues(), request)?;
        if self.authority() == Authority::Owner {
            let owner = request.owner_permissions.ok_or(DenialKind::OwnerUnknown)?;
            let may_access = highest_access(owner.scope()) >= request.access;
            if !may_access || allows(owner.operations(), owner.queues(), request).is_err() {
                return Err(DenialKind::Owner.into());
            }
        }
        let consumption = self.consume_limits(request, changed)?;
        Ok(Grant {
            record: self.id.clone(),
            app: self.app.clone(),
            scope: self.scope,
            owner: self.owner.clone(),
            name: self.name.clone(),
            metadata: self.metadata.clone(),
            digest: request
                .digest
                .and_then(|index| Some(self.digests().get(index)?.digest().clone())),
            consumption: consumption.map(Box::new),
            upgrade: None,
        })
    }

    /// Consumes the record's limits, if it has any.
    fn consume_limits(
        &self,
        request: &AccessRequest<'_>,
        changed: &BTreeMap<String, LimitState>,
    ) -> Result<Option<Consumption>, Denial> {
        if self.limits().is_empty() {
            return Ok(None);
        }
        let states = request.limits.ok_or(DenialKind::LimitsUnknown)?;
        let mut limits = Vec::with_capacity(self.limits().len());
        for limit in self.limits() {
            let id = limit.id_for(self);
            let mut stored = states.iter().filter(|(stored, _)| *stored == id);
            let (_, state) = stored.next().ok_or(DenialKind::LimitsUnknown)?;
            if stored.any(|(_, other)| other != state) {
                return Err(DenialKind::LimitsUnknown.into());
            }
            let state = changed.get(&id).copied().or(*state);
            limits.push((limit, Some(id), state));
        }
        let consumption = consume_all(limits, request.now);
        match consumption.exceeded() {
            Some(kind) => Err(Denial::exceeded(kind, consumption)),
            None => Ok(Some(consumption)),
        }
    }

    /// Checks whether the key is valid at this time.
    fn check_validity(&self, request: &AccessRequest<'_>) -> Result<(), Denial> {
        let now = request.now;
        if self.revoked().is_some() {
            return Err(DenialKind::Revoked.into());
        }
        if !self.enabled() {
            return Err(DenialKind::Disabled.into());
        }
        if self.is_in_seconds(now) {
            return Err(Denial::not_yet_valid(now));
        }
        if self.not_before().is_some_and(|start| now < start) {
            return Err(Denial::not_yet_valid(now));
        }
        if self.expires_at().is_some_and(|end| now >= end) {
            return Err(DenialKind::Expired.into());
        }
        match self.is_current(request.digest, now) {
            Some(true) => Ok(()),
            Some(false) => Err(DenialKind::Rotated.into()),
            None => Err(DenialKind::InvalidKey.into()),
        }
    }
}

/// Checks whether a request is within the operations and queues to which a key or its owner is
/// limited.
fn allows(
    operations: Option<&[EventPattern]>,
    queues: Option<&[String]>,
    request: &AccessRequest<'_>,
) -> Result<(), Denial> {
    let matching = |pattern: &&EventPattern| pattern.matches(request.operation);
    let mut is_named = false;
    if let Some(operations) = operations {
        let mut matching = operations.iter().filter(matching).peekable();
        if request.operation.is_none() || matching.peek().is_none() {
            return Err(DenialKind::Operation.into());
        }
        is_named = matching.any(EventPattern::is_name);
    }
    let Some(queues) = queues else { return Ok(()) };
    let is_allowed = match request.queue {
        Some(queue) => queues.iter().any(|allowed| allowed == queue),
        None => is_named,
    };
    if is_allowed { Ok(()) } else { Err(DenialKind::Queue.into()) }
}
