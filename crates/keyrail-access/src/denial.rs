//! Denials: the reasons why a request is not authorized.

use core::fmt;

use alloc::boxed::Box;

use keyrail_core::{Kind as _, Problem, Timestamp};

use crate::{Consumption, Scope};

keyrail_core::error_kinds! {
    /// The reasons for a denial, in the order in which they are checked, except that an unknown
    /// index of a digest ([`InvalidKey`](Self::InvalidKey)) is found with
    /// [`Rotated`](Self::Rotated). A gateway makes two more exceptions. It checks
    /// [`TokenUnverified`](Self::TokenUnverified) before all others. If
    /// [`QueueRequired`](Self::QueueRequired) applies as well as [`Queue`](Self::Queue) or
    /// [`Owner`](Self::Owner), it reports `QueueRequired`.
    ///
    /// `Display` writes a message for people.
    #[derive(Copy)]
    pub enum DenialKind {
        /// No record matches the key, which is unknown or wrong. The response is the same in both
        /// cases.
        InvalidKey = "access.invalid_key", "this key is not valid: check it, or ask for a new one";
        /// The key has been revoked.
        Revoked = "access.revoked", "this key has been revoked: use another one";
        /// The key is disabled.
        Disabled = "access.disabled", "this key is disabled: enable it, or use another one";
        /// The key is not valid yet, or the time was passed in seconds instead of milliseconds.
        NotYetValid = "access.not_yet_valid", "this key is not valid yet: wait, or use another one";
        /// The key has expired.
        Expired = "access.expired", "this key has expired: use another one";
        /// The key was replaced by another one, and is no longer valid.
        Rotated = "access.rotated", "this key was replaced: use the new one";
        /// The key is for another environment.
        Environment = "access.environment",
            "this key is for another environment: use a key for this one";
        /// The key is restricted to networks, and the client's address was not passed.
        AddressUnknown = "access.address_unknown",
            "this key is restricted to certain networks, and the client's address is unknown";
        /// The client's address is in none of the key's networks.
        Network = "access.network", "this key may not be used from this address";
        /// The key's scope does not cover the operation.
        Scope = "access.scope",
            "this key's scope does not allow this operation: use a key with a broader scope";
        /// The key is limited to other operations.
        Operation = "access.operation",
            "this key is limited to other operations: use a key that allows this one";
        /// The key is limited to certain queues, and the request names none of them, or the
        /// operation needs no queue and the key does not name it.
        Queue = "access.queue",
            "this key is limited to certain queues: name one of them, or use a key that names the \
             operation if it needs no queue";
        /// The key may do only what its owner may do, and the host did not pass the owner's
        /// permissions.
        OwnerUnknown = "access.owner_unknown",
            "this key is limited to what its owner may do, and the owner's permissions are unknown";
        /// The key's owner may not do this.
        Owner = "access.owner",
            "the owner of this key may not do this: ask for the permission, or use another key";
        /// The request contains a token besides the key, and the caller did not state that it
        /// verified the token.
        TokenUnverified = "access.token_unverified",
            "the token was not verified: request a new one";
        /// The operation concerns a queue, the request names none, and the key's app has no queue
        /// or more than one.
        QueueRequired = "access.queue_required",
            "this operation needs a queue: name one of the app's queues";
        /// The queue does not belong to the key's app.
        ForeignQueue = "access.foreign_queue", "this queue does not belong to the key's app";
        /// The key has limits, and the host did not pass the state of each of them.
        LimitsUnknown = "access.limits_unknown",
            "the limits of this key could not be checked: their states were not passed";
        /// A quota of the key, its owner or its organization is used up.
        Quota = "access.quota", "the quota is used up: wait until it is renewed";
        /// The key, its owner or its organization makes requests at too high a rate.
        Rate = "access.rate", "too many requests: wait before the next one";
    }
}

impl DenialKind {
    /// Returns the HTTP status of the response (RFC 9110, section 15.5): 401 for a key that is not
    /// valid or a token that was not verified, 403 for a valid key that may not make this request,
    /// 400 for a request without a required queue, and 429 (RFC 6585, section 4) for an exceeded
    /// limit.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidKey
            | Self::Revoked
            | Self::Disabled
            | Self::NotYetValid
            | Self::Expired
            | Self::Rotated
            | Self::TokenUnverified => 401,
            Self::Environment
            | Self::AddressUnknown
            | Self::Network
            | Self::Scope
            | Self::Operation
            | Self::Queue
            | Self::OwnerUnknown
            | Self::Owner
            | Self::LimitsUnknown
            | Self::ForeignQueue => 403,
            Self::QueueRequired => 400,
            Self::Quota | Self::Rate => 429,
        }
    }
}

/// The denial of a request, with its one reason.
///
/// ```
/// use keyrail_access::{Denial, DenialKind};
/// let denial = Denial::new(DenialKind::Expired);
/// assert_eq!((denial.code(), denial.problem().status()), ("access.expired", 401));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Denial {
    kind: DenialKind,
    scope: Option<Scope>,
    /// Whether the time that was passed is before 1973-03-03, as a time in seconds would be.
    is_in_seconds: bool,
    consumption: Option<Box<Consumption>>,
}

impl Denial {
    /// Creates a denial for this reason.
    pub const fn new(kind: DenialKind) -> Self {
        Self { kind, scope: None, is_in_seconds: false, consumption: None }
    }

    /// Creates a denial for a key whose scope does not suffice. `scope` is the smallest scope that
    /// suffices, if there is one.
    pub const fn insufficient_scope(scope: Option<Scope>) -> Self {
        Self { kind: DenialKind::Scope, scope, is_in_seconds: false, consumption: None }
    }

    /// Creates a denial for a key that is not valid yet at this time.
    pub(crate) fn not_yet_valid(now: Timestamp) -> Self {
        let is_in_seconds = now.seems_in_seconds();
        Self { is_in_seconds, ..Self::new(DenialKind::NotYetValid) }
    }

    /// Creates a denial because of a limit.
    pub(crate) fn exceeded(kind: DenialKind, consumption: Consumption) -> Self {
        Self { consumption: Some(Box::new(consumption)), ..Self::new(kind) }
    }

    /// Returns the outcome of the limits, if one of them is the reason. Store the new states, if
    /// there are any: see [`LimitOutcome::new_state`](crate::LimitOutcome::new_state).
    pub fn consumption(&self) -> Option<&Consumption> {
        self.consumption.as_deref()
    }

    /// Converts the denial into the outcome of the limits, without copying the outcome.
    #[doc(hidden)]
    pub fn into_consumption(self) -> Option<Box<Consumption>> {
        self.consumption
    }

    /// Returns the smallest scope that suffices, if the request was denied because of the key's
    /// scope.
    pub const fn scope(&self) -> Option<Scope> {
        self.scope
    }

    /// Returns the reason.
    pub const fn kind(&self) -> DenialKind {
        self.kind
    }

    /// Returns the reason's stable, dotted code.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Returns the problem document of the response.
    pub fn problem(&self) -> Problem {
        let problem = Problem::from_error(self.kind.status(), self.code(), self.kind);
        match (self.scope, &self.consumption) {
            (Some(scope), _) => problem.with_scope(scope.as_str()),
            (None, Some(consumption)) => consumption.describe(problem),
            (None, None) => problem,
        }
    }
}

impl From<DenialKind> for Denial {
    fn from(kind: DenialKind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.kind, f)?;
        match self.is_in_seconds {
            true => f.write_str(" (is the time in seconds? Milliseconds are expected)"),
            false => Ok(()),
        }
    }
}

impl fmt::Debug for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.code())
    }
}

impl core::error::Error for Denial {}

#[cfg(test)]
mod tests {
    use keyrail_core::Kind as _;

    use super::{Denial, DenialKind};

    #[test]
    fn each_denial_kind_has_its_status_and_code() {
        let statuses = [
            (DenialKind::InvalidKey, 401),
            (DenialKind::Revoked, 401),
            (DenialKind::Disabled, 401),
            (DenialKind::NotYetValid, 401),
            (DenialKind::Expired, 401),
            (DenialKind::Rotated, 401),
            (DenialKind::TokenUnverified, 401),
            (DenialKind::Environment, 403),
            (DenialKind::AddressUnknown, 403),
            (DenialKind::Network, 403),
            (DenialKind::Scope, 403),
            (DenialKind::Operation, 403),
            (DenialKind::Queue, 403),
            (DenialKind::OwnerUnknown, 403),
            (DenialKind::Owner, 403),
            (DenialKind::LimitsUnknown, 403),
            (DenialKind::Quota, 429),
            (DenialKind::Rate, 429),
            (DenialKind::ForeignQueue, 403),
            (DenialKind::QueueRequired, 400),
        ];
        for (kind, status) in statuses {
            let problem = Denial::new(kind).problem();
            assert_eq!((problem.status(), problem.code()), (status, kind.code()));
            assert!(problem.code().starts_with("access."), "{}", problem.code());
        }
    }
}
