//! The outbound door: what an app asks with its own key.

use alloc::string::String;
use core::net::IpAddr;

use keyrail_access::{Access, Denial, DenialKind, Grant, KeyRecord, Scope};
use keyrail_core::{Problem, Response, Timestamp};
use keyrail_header::{Scheme, render};
use keyrail_platform::{Operation, OperationAccess};

use super::audit::bounded;
use super::{AuditEvent, Direction, Gateway};
use crate::Error;

/// What an app asks for, and what the host knows beside it.
#[derive(Clone, Copy, Debug)]
pub struct OutboundCall<'a> {
    /// The platform's operation, such as `message.send`.
    pub operation: &'a str,
    /// The queue that the request names. An app with one queue need not name it.
    pub queue: Option<&'a str>,
    /// The time.
    pub now: Timestamp,
    /// The asker's address, as the host knows it.
    pub ip: Option<IpAddr>,
    /// Whether the host verified the token that the scheme carries besides the key
    /// (VChatCloud's `X-AUTH-TOKEN`). Ignored for a request without a token.
    pub token_verified: bool,
}

impl<'a> OutboundCall<'a> {
    /// Creates a call of an operation that names no queue, from an unknown
    /// address, without a verified token.
    pub const fn new(operation: &'a str, now: Timestamp) -> Self {
        Self { operation, queue: None, now, ip: None, token_verified: false }
    }
}

/// The answer to an app's request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outbound {
    /// What the key may do, if the request was accepted.
    pub grant: Option<Grant>,
    /// The queue that it concerns, if the request was accepted and concerns one.
    pub queue: Option<String>,
    /// Why it was refused, as far as the asker may know.
    pub denial: Option<Refusal>,
    /// What to answer, if it was refused.
    pub response: Option<Response>,
    /// For the host's log, with the true reason.
    pub audit: AuditEvent,
}

impl Outbound {
    /// Whether the app may do what it asks.
    pub const fn accepted(&self) -> bool {
        self.grant.is_some()
    }
}

/// Why a request was refused, as far as the asker may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(Problem);

impl Refusal {
    /// The stable, dotted code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The status of the answer.
    pub const fn status(&self) -> u16 {
        self.0.status
    }

    /// A sentence for the person who wrote the client.
    pub fn message(&self) -> &str {
        &self.0.detail
    }
}

impl Gateway {
    /// Decides whether an app may do what it asks.
    ///
    /// A denial is returned, not thrown: an unknown key and a wrong key get the
    /// same one, byte for byte. The gateway does not verify a token that a
    /// scheme carries beside the key (VChatCloud's): unless the host says that
    /// it did, the request is denied with `access.token_unverified`.
    ///
    /// A key's scope allows what the platform's scope of the same name allows. If the
    /// platform has no such scope, `read` allows reading, `read_write` also writing, and
    /// `admin` everything. A disabled app receives no messages, but its keys stay valid
    /// until they are revoked.
    ///
    /// # Errors
    ///
    /// `platform.unknown_operation`.
    pub fn outbound<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: &[(N, V)],
        call: &OutboundCall<'_>,
    ) -> Result<Outbound, Error> {
        let operation = self.platform.operation(call.operation)?;
        let scheme = self.platform.scheme_of(operation);
        let mut audit = AuditEvent::new(call.now, Direction::Outbound, "access.granted");
        audit.operation = Some(call.operation.into());
        audit.queue = call.queue.map(bounded);
        audit.ip = call.ip.map(|ip| ip.to_canonical());

        let credentials = match scheme.extract(headers) {
            Ok(credentials) => credentials,
            Err(error) => {
                audit.code = error.code();
                return Ok(self.refuse(scheme, keyrail_header::problem(&error), audit));
            }
        };
        let text = credentials.key().reveal();
        audit.key_id = self.keyring.key_id(text).map(Into::into);
        let opened = self.keyring.open(text);
        if let Ok(record) = opened {
            audit.record = Some(record.id().into());
            audit.app = Some(record.app().into());
        }
        // Before the key is judged, so that this denial does not reveal whether it is
        // valid.
        if credentials.token().is_some() && !call.token_verified {
            return Ok(self.deny(scheme, DenialKind::TokenUnverified.into(), audit));
        }
        let record = match opened {
            Ok(record) => record,
            Err(error) => {
                let problem = Denial::new(DenialKind::InvalidKey).problem();
                audit.code = error.code();
                return Ok(self.refuse(scheme, problem, audit));
            }
        };
        match self.diagnose(record, operation, call) {
            Ok((grant, queue)) => {
                audit.queue.clone_from(&queue);
                Ok(Outbound { grant: Some(grant), queue, denial: None, response: None, audit })
            }
            Err(denial) => Ok(self.deny(scheme, denial, audit)),
        }
    }

    fn diagnose(
        &self,
        record: &KeyRecord,
        operation: &Operation,
        call: &OutboundCall<'_>,
    ) -> Result<(Grant, Option<String>), Denial> {
        let access = access_of(operation.access());
        let grant = record.authorize_by(access, |scope| self.opens(scope), call.now, call.ip)?;
        let queue = match call.queue {
            Some(queue) => Some(queue),
            None if operation.uses_queue() => Some(self.only_queue_of(record.app())?),
            None => None,
        };
        match queue {
            Some(queue) if !self.table.may_write(record.app(), queue) => {
                Err(DenialKind::ForeignQueue.into())
            }
            _ => Ok((grant, queue.map(Into::into))),
        }
    }

    /// The most that a key of a scope may do on this platform.
    fn opens(&self, scope: Scope) -> Access {
        let listed = self.platform.scopes().find(|listed| listed.name() == scope.as_str());
        listed.map_or(scope.access(), |listed| access_of(listed.access()))
    }

    /// An app with several queues must name one; an app with none has nothing
    /// to write to.
    fn only_queue_of<'a>(&'a self, app: &str) -> Result<&'a str, Denial> {
        let mut queues = self.table.queues_of(app);
        match (queues.next(), queues.next()) {
            (Some(queue), None) => Ok(queue),
            _ => Err(DenialKind::QueueRequired.into()),
        }
    }

    fn deny(&self, scheme: &Scheme, denial: Denial, mut audit: AuditEvent) -> Outbound {
        audit.code = denial.code();
        self.refuse(scheme, denial.problem(), audit)
    }

    fn refuse(&self, scheme: &Scheme, problem: Problem, audit: AuditEvent) -> Outbound {
        let response = render(&problem, scheme, self.platform.name());
        Outbound {
            grant: None,
            queue: None,
            denial: Some(Refusal(problem)),
            response: Some(response),
            audit,
        }
    }
}

const fn access_of(access: OperationAccess) -> Access {
    match access {
        OperationAccess::Read => Access::Read,
        OperationAccess::Write => Access::Write,
        OperationAccess::Admin => Access::Admin,
    }
}
