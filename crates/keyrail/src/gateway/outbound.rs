//! The outbound door: what an app asks with its own key.

use alloc::string::String;
use core::net::IpAddr;

use keyrail_access::{Access, Denial, DenialKind, Grant, KeyRecord};
use keyrail_core::{Problem, Response, Timestamp};
use keyrail_header::{Scheme, render};
use keyrail_platform::{Operation, OperationAccess};

use super::keyring::{Unopened, key_id};
use super::{AuditEvent, Door, Gateway};
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
    /// A refusal is an answer, not an error: an unknown key and a wrong key
    /// get the same one, byte for byte. A scheme's second part (VChatCloud's
    /// token) must be there and well formed, and is the platform's to judge.
    ///
    /// Errors: `platform.unknown_operation`.
    pub fn outbound<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: &[(N, V)],
        call: &OutboundCall<'_>,
    ) -> Result<Outbound, Error> {
        let operation = self.platform.operation(call.operation)?;
        let scheme = self.platform.scheme_of(operation);
        let mut audit = AuditEvent::new(call.now, Door::Outbound, "access.granted");
        audit.operation = Some(call.operation.into());
        audit.ip = call.ip;

        let credentials = match scheme.extract(headers) {
            Ok(credentials) => credentials,
            Err(error) => {
                audit.code = error.code();
                return Ok(self.refuse(scheme, keyrail_header::problem(&error), audit));
            }
        };
        let text = credentials.key().reveal();
        audit.key_id = key_id(text).map(Into::into);
        let record = match self.keyring.open(text) {
            Ok(record) => record,
            Err(unopened) => {
                audit.code = match unopened {
                    Unopened::Unknown => "access.unknown_key",
                    Unopened::Wrong => "access.wrong_key",
                };
                return Ok(self.refuse(
                    scheme,
                    Denial::new(DenialKind::InvalidKey).problem(),
                    audit,
                ));
            }
        };
        audit.record = Some(record.id().into());
        audit.app = Some(record.app().into());
        match self.judge(record, operation, call) {
            Ok((grant, queue)) => {
                audit.queue.clone_from(&queue);
                Ok(Outbound { grant: Some(grant), queue, denial: None, response: None, audit })
            }
            Err(denial) => {
                audit.code = denial.code();
                Ok(self.refuse(scheme, denial.problem(), audit))
            }
        }
    }

    fn judge(
        &self,
        record: &KeyRecord,
        operation: &Operation,
        call: &OutboundCall<'_>,
    ) -> Result<(Grant, Option<String>), Denial> {
        let access = match operation.access() {
            OperationAccess::Read => Access::Read,
            OperationAccess::Write | OperationAccess::Admin => Access::Write,
        };
        let grant = record.authorize(access, call.now, call.ip)?;
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

    /// An app with several queues must name one; an app with none has nothing
    /// to write to.
    fn only_queue_of<'a>(&'a self, app: &str) -> Result<&'a str, Denial> {
        let mut queues = self.table.queues_of(app);
        match (queues.next(), queues.next()) {
            (Some(queue), None) => Ok(queue),
            _ => Err(DenialKind::QueueRequired.into()),
        }
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
