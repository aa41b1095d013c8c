//! Outbound calls: the requests that an app sends with its own key.

use alloc::boxed::Box;
use alloc::string::String;
use core::cmp::Reverse;
use core::net::IpAddr;

use keyrail_access::{
    Access, AccessRequest, Authority, Consumption, Denial, DenialKind, Grant, KeyRecord,
    LimitState, Permissions, Scope,
};
use keyrail_core::{MASK, Problem, Response, Secret, Timestamp};
use keyrail_header::{Scheme, render};
use keyrail_key::Pepper;
use keyrail_platform::{Operation, OperationAccess};

use super::audit::MAX_NAME;
use super::keyring::{LookupError, MAX_RECORDS};
use super::{AuditEvent, Direction, Gateway, GatewayErrorKind};
use crate::Error;

/// An app's request, with the facts that the host knows about it.
#[derive(Clone, Copy, Debug)]
pub struct OutboundCall<'a> {
    /// The platform's operation, such as `message.send`.
    pub operation: &'a str,
    /// The queue that the request names. An app with one queue need not name it. If the operation
    /// uses no queue, a key that is limited to queues may use it only if its record lists the
    /// operation by name.
    pub queue: Option<&'a str>,
    /// The current time.
    pub now: Timestamp,
    /// The client's address, as the host knows it.
    pub ip: Option<IpAddr>,
    /// The environment in which the request is made, such as `live`. It must equal the environment
    /// of the key's record. If the record has none, it must equal the environment in the key, if
    /// the key contains one. If it is `None`, the environment is not checked.
    pub environment: Option<&'a str>,
    /// What the key's owner may do now. Required for a key with the authority `owner`.
    pub owner_permissions: Option<&'a Permissions>,
    /// Whether the host verified the token that a request contains in addition to the key, as
    /// VChatCloud's requests do (`X-AUTH-TOKEN`). If `false`, a request that contains a token is
    /// denied with `access.token_unverified`.
    pub token_verified: bool,
    /// The records that the host found with [`Gateway::identify`], at most 8. If this is `None`,
    /// the deployment's keys are used; if it is an empty list, no key is accepted.
    pub records: Option<&'a [KeyRecord]>,
    /// The id of each limit with its stored state, or with `None` if no state is stored for this
    /// id. Get the ids from [`KeyRecord::limit_ids`] for a record, or from
    /// [`Identity::limit_ids`](crate::Identity::limit_ids) for a key of the deployment. Required
    /// for a key with limits.
    pub limits: Option<&'a [(&'a str, Option<LimitState>)]>,
}

impl<'a> OutboundCall<'a> {
    /// Creates a call of an operation, without a queue, a client address, an environment, the
    /// owner's permissions, a verified token, records or the states of limits.
    pub const fn new(operation: &'a str, now: Timestamp) -> Self {
        Self {
            operation,
            queue: None,
            now,
            ip: None,
            environment: None,
            owner_permissions: None,
            token_verified: false,
            records: None,
            limits: None,
        }
    }
}

/// The result of an outbound call.
#[derive(Clone, Debug)]
pub enum Outbound {
    /// The request is allowed.
    Granted {
        /// What the key may do.
        grant: Grant,
        /// The queue that the request concerns, if any.
        queue: Option<String>,
        /// The event to log.
        audit: AuditEvent,
    },
    /// The request is denied.
    Denied {
        /// The reason that the caller may see.
        denial: Problem,
        /// The HTTP response to the app.
        response: Response,
        /// The outcome of the key's limits, if one of them is exceeded.
        consumption: Option<Box<Consumption>>,
        /// The event to log, with the true reason.
        audit: AuditEvent,
    },
}

impl Outbound {
    /// Returns whether the request is allowed.
    pub const fn accepted(&self) -> bool {
        matches!(self, Self::Granted { .. })
    }

    /// Returns what the key may do, if the request was accepted.
    pub const fn grant(&self) -> Option<&Grant> {
        match self {
            Self::Granted { grant, .. } => Some(grant),
            Self::Denied { .. } => None,
        }
    }

    /// Returns the queue that an accepted request concerns, if any.
    pub fn queue(&self) -> Option<&str> {
        match self {
            Self::Granted { queue, .. } => queue.as_deref(),
            Self::Denied { .. } => None,
        }
    }

    /// Returns the reason that the caller may see, if the request was denied.
    pub const fn denial(&self) -> Option<&Problem> {
        match self {
            Self::Granted { .. } => None,
            Self::Denied { denial, .. } => Some(denial),
        }
    }

    /// Returns the HTTP response to the app, if the request was denied.
    pub const fn response(&self) -> Option<&Response> {
        match self {
            Self::Granted { .. } => None,
            Self::Denied { response, .. } => Some(response),
        }
    }

    /// Returns the outcome of the key's limits, both for an allowed request and for one that
    /// exceeds a limit. It is `None` if the key has no limits, or if the request is denied for
    /// another reason. Store the new states, even if the request is denied: see
    /// [`consume`](crate::access::consume()). If the request is granted, add the outcome's header
    /// fields to your response. The response to a denied request already contains them.
    pub fn consumption(&self) -> Option<&Consumption> {
        match self {
            Self::Granted { grant, .. } => grant.consumption(),
            Self::Denied { consumption, .. } => consumption.as_deref(),
        }
    }

    /// Returns the event to log, with the true reason of a denial.
    pub const fn audit(&self) -> &AuditEvent {
        match self {
            Self::Granted { audit, .. } | Self::Denied { audit, .. } => audit,
        }
    }

    /// Returns the event to write to the activity log of the key, or `None` if the key does not belong
    /// to exactly one record of a declared app.
    ///
    /// Do not log requests with unknown keys, because then anyone could fill the log. Count them
    /// instead, for example with a [`UsageCounter`](crate::access::UsageCounter).
    pub fn activity(&self) -> Option<&AuditEvent> {
        Some(self.audit()).filter(|audit| audit.record.is_some())
    }
}

impl Gateway {
    /// Decides whether an app's request is allowed.
    ///
    /// A denial is not an error: it is returned as [`Outbound::Denied`]. A key with an unknown id
    /// and a key with a known id but a wrong secret get identical responses, byte for byte. The
    /// gateway does not verify a token that a request contains in addition to the key, as
    /// VChatCloud's requests do. The host must verify it, and set
    /// [`token_verified`](OutboundCall::token_verified): otherwise the request is denied with
    /// `access.token_unverified`.
    ///
    /// A key's scope allows what the platform's scope of the same name allows. If the
    /// platform has no such scope, `read` allows reading, `read_write` also writing, and
    /// `admin` everything. A disabled app receives no messages, but its keys stay valid
    /// until they are revoked.
    ///
    /// If the host passes [`records`](OutboundCall::records), the deployment's keys are not used,
    /// but its peppers, formats and apps are. The request is denied if two different records match
    /// the key, or if the record belongs to an app that the topology does not declare. The grant
    /// may contain an [`upgrade`](Grant::upgrade): a change of the record that the host should
    /// store.
    ///
    /// # Errors
    ///
    /// `platform.unknown_operation`, `gateway.too_many_records`.
    pub fn outbound<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: &[(N, V)],
        call: &OutboundCall<'_>,
    ) -> Result<Outbound, Error> {
        let operation = self.platform.operation(call.operation)?;
        if call.records.is_some_and(|records| records.len() > MAX_RECORDS) {
            return Err(GatewayErrorKind::TooManyRecords.into());
        }
        let scheme = self.platform.scheme_of(operation);
        let mut audit = AuditEvent::new(call.now, Direction::Outbound, "access.granted");
        audit.operation = Some(call.operation.into());
        audit.ip = call.ip.map(|ip| ip.to_canonical());

        if let Some((key, token)) = scheme.peek(headers) {
            return Ok(self.decide(key, token, operation, call, audit));
        }
        Ok(match scheme.extract(headers) {
            Ok(read) => {
                let token = read.token().map(Secret::reveal);
                self.decide(read.key().reveal(), token, operation, call, audit)
            }
            Err(error) => {
                audit.queue = call.queue.map(|queue| self.logged_queue(queue, []));
                audit.code = error.code();
                self.reject(scheme, keyrail_header::problem(&error), audit)
            }
        })
    }

    /// Decides whether a request with this key is allowed. `audit` is the event to complete.
    fn decide(
        &self,
        text: &str,
        token: Option<&str>,
        operation: &Operation,
        call: &OutboundCall<'_>,
        mut audit: AuditEvent,
    ) -> Outbound {
        let scheme = self.platform.scheme_of(operation);
        let presented = self.keyring.read(text);
        let secrets = [text, presented.digested(), token.unwrap_or_default()];
        audit.queue = call.queue.map(|queue| self.logged_queue(queue, secrets));
        audit.key_id = presented.key_id().map(Into::into);
        let lookup = match call.records {
            Some(records) => match self.keyring.find_among(&presented, records) {
                Ok((record, _)) if !self.table.has_app(record.app()) => {
                    Err(LookupError::UnknownApp)
                }
                lookup => lookup,
            },
            None => self.keyring.find_record(&presented),
        };
        if let Ok((record, _)) = lookup {
            audit.record = Some(record.id().into());
            audit.app = Some(record.app().into());
        }
        // This is checked before the key, so that the denial does not reveal whether the key is
        // valid.
        if token.is_some() && !call.token_verified {
            return self.deny(scheme, DenialKind::TokenUnverified.into(), audit);
        }
        let (record, digest) = match lookup {
            Ok(found) => found,
            Err(error) => {
                let problem = Denial::new(DenialKind::InvalidKey).problem();
                audit.code = error.code();
                return self.reject(scheme, problem, audit);
            }
        };
        match self.authorize((record, digest), presented.environment(), operation, call) {
            Ok((mut grant, queue)) => {
                audit.queue.clone_from(&queue);
                if call.records.is_some() {
                    let (index, peppers) = (|| Some(digest), self.keyring.peppers());
                    let digest = |pepper: &Pepper| presented.digest(pepper);
                    grant.set_upgrade(record.upgrade_with(index, peppers, call.now, digest));
                }
                Outbound::Granted { grant, queue, audit }
            }
            Err(denial) => self.deny(scheme, denial, audit),
        }
    }

    /// Returns the name of a queue for an audit event. The name of a queue that the topology does
    /// not declare may contain one of these secrets or another key, so these are masked.
    fn logged_queue<const N: usize>(&self, queue: &str, mut secrets: [&str; N]) -> String {
        if self.table.has_queue(queue) {
            return queue.into();
        }
        // A secret may contain another one, so the longest is masked first.
        secrets.sort_unstable_by_key(|secret| Reverse(secret.len()));
        let secrets = secrets.into_iter().filter(|secret| !secret.is_empty());
        let masked = secrets.fold(String::from(queue), |name, secret| name.replace(secret, MASK));
        let is_short = masked.len() <= MAX_NAME && masked.replace(MASK, "").len() < MIN_MASKED;
        if is_short { masked } else { MASK.into() }
    }

    fn authorize(
        &self,
        (record, digest): (&KeyRecord, usize),
        environment: Option<&str>,
        operation: &Operation,
        call: &OutboundCall<'_>,
    ) -> Result<(Grant, Option<String>), Denial> {
        let queue = match call.queue {
            Some(queue) => Ok(Some(queue)),
            None if operation.uses_queue() => self.only_queue_of(record.app()).map(Some),
            None => Ok(None),
        };
        // A queue that the operation does not use must not widen what the key may do.
        let used_queue = queue.as_ref().ok().copied().flatten().filter(|_| operation.uses_queue());
        let request = AccessRequest {
            ip: call.ip,
            operation: Some(call.operation),
            queue: used_queue,
            environment: call.environment,
            digest: Some(digest),
            owner_permissions: call.owner_permissions,
            limits: call.limits,
            ..AccessRequest::new(access_of(operation.access()), call.now)
        };
        let owner = call.owner_permissions.filter(|_| record.authority() == Authority::Owner);
        let is_listed = |list: Option<&[String]>, queue: &str| {
            list.is_none_or(|it| it.iter().any(|it| it == queue))
        };
        let allowed_queue = || {
            let Some(queue) = queue.clone()? else { return Ok(None) };
            match queue {
                _ if !is_listed(record.queues(), queue) => Err(DenialKind::Queue.into()),
                _ if !is_listed(owner.and_then(Permissions::queues), queue) => {
                    Err(DenialKind::Owner.into())
                }
                _ if !self.table.may_write(record.app(), queue) => {
                    Err(DenialKind::ForeignQueue.into())
                }
                _ => Ok(Some(queue.into())),
            }
        };
        match record.authorize_presented(&request, environment, |it| self.access_of_scope(it)) {
            Ok(grant) => Ok((grant, allowed_queue()?)),
            Err(denial) => Err(match denial.kind() {
                // If the request must name a queue but names none, this is the reason for the
                // denial, regardless of the queues that the key is limited to.
                DenialKind::Queue | DenialKind::Owner if queue.is_err() => {
                    queue.err().unwrap_or(denial)
                }
                // A named queue that the operation does not use was not checked yet. The queues of
                // the key are checked before the permissions of its owner.
                DenialKind::Owner | DenialKind::OwnerUnknown => match queue {
                    Ok(Some(queue)) if !is_listed(record.queues(), queue) => {
                        DenialKind::Queue.into()
                    }
                    _ => denial,
                },
                // An exceeded or unknown limit is the reason only if there is no other reason, so
                // the queue is checked first.
                DenialKind::LimitsUnknown | DenialKind::Quota | DenialKind::Rate => {
                    allowed_queue().err().unwrap_or(denial)
                }
                _ => denial,
            }),
        }
    }

    /// Returns the highest access of a key with this scope on this platform.
    fn access_of_scope(&self, scope: Scope) -> Access {
        let published = self.platform.scopes().find(|published| published.name() == scope.as_str());
        published.map_or(scope.access(), |published| access_of(published.access()))
    }

    /// Returns the app's only queue, or a denial if the app has no queue or several. A request of
    /// an app with several queues must name one of them, and an app without queues cannot write to
    /// any.
    fn only_queue_of<'a>(&'a self, app: &str) -> Result<&'a str, Denial> {
        let mut queues = self.table.queues_of(app);
        match (queues.next(), queues.next()) {
            (Some(queue), None) => Ok(queue),
            _ => Err(DenialKind::QueueRequired.into()),
        }
    }

    fn deny(&self, scheme: &Scheme, denial: Denial, mut audit: AuditEvent) -> Outbound {
        audit.code = denial.code();
        let problem = denial.problem();
        let response = render(&problem, scheme, self.platform.name());
        Outbound::Denied {
            denial: problem,
            response,
            consumption: denial.into_consumption(),
            audit,
        }
    }

    fn reject(&self, scheme: &Scheme, denial: Problem, audit: AuditEvent) -> Outbound {
        let response = render(&denial, scheme, self.platform.name());
        Outbound::Denied { denial, response, consumption: None, audit }
    }
}

/// The minimum length, in bytes, at which an undeclared queue's name is masked in the audit event.
/// A shorter name is logged, so that a mistyped name can be recognized.
const MIN_MASKED: usize = 16;

const fn access_of(access: OperationAccess) -> Access {
    match access {
        OperationAccess::Read => Access::Read,
        OperationAccess::Write => Access::Write,
        OperationAccess::Admin => Access::Admin,
    }
}
