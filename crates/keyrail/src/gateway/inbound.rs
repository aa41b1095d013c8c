//! The inbound door: a channel's message, decided and made ready to deliver.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use keyrail_core::{HeaderValue, Request, Timestamp};
use keyrail_route::{Context, Decision, Message};
use keyrail_webhook::Signer;
use sha2::{Digest as _, Sha256};

use super::{AuditEvent, Door, Gateway, GatewayErrorKind};
use crate::Error;

/// The longest message id, in bytes.
pub const MAX_MESSAGE_ID: usize = 256;

/// A message that came from a channel, and what the host knows beside it.
#[derive(Clone, Copy)]
pub struct InboundCall<'a> {
    /// The message's id at its channel: 1 to [`MAX_MESSAGE_ID`] bytes.
    pub message_id: &'a str,
    /// What the rules look at.
    pub message: &'a Message,
    /// The JSON that is handed on, byte for byte.
    pub body: &'a [u8],
    /// The time.
    pub now: Timestamp,
    /// The queue of the sender's live session, if there is one.
    pub session_queue: Option<&'a str>,
    /// The id of the sender's live session, if there is one, whichever channels
    /// it runs over; see [`Decision::ordering_key`].
    pub session: Option<&'a str>,
    /// Queues that take nothing now: closed, or full.
    pub unavailable: &'a [&'a str],
}

impl<'a> InboundCall<'a> {
    /// A message outside any session, with every queue available.
    pub const fn new(
        message_id: &'a str,
        message: &'a Message,
        body: &'a [u8],
        now: Timestamp,
    ) -> Self {
        Self {
            message_id,
            message,
            body,
            now,
            session_queue: None,
            session: None,
            unavailable: &[],
        }
    }
}

/// What became of a message.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inbound {
    /// Where it goes, and why.
    pub decision: Decision,
    /// What the host sends, one request a webhook, in the order of the app's
    /// list.
    pub deliveries: Vec<Delivery>,
    /// For the host's log.
    pub audit: AuditEvent,
}

/// A signed request to one webhook.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The webhook's id.
    pub webhook: String,
    /// The same for the same message and webhook, on every try: it is the
    /// request's `webhook-id`, by which the receiver knows a repetition.
    pub idempotency_key: String,
    /// What to send.
    pub request: Request,
}

impl Gateway {
    /// Decides where a message goes and signs its deliveries.
    ///
    /// Errors: `gateway.malformed_message_id`, and those of
    /// [`RouteTable::route`](crate::route::RouteTable::route).
    pub fn inbound(&self, call: &InboundCall<'_>) -> Result<Inbound, Error> {
        if call.message_id.is_empty() || call.message_id.len() > MAX_MESSAGE_ID {
            return Err(keyrail_core::Error::new(GatewayErrorKind::MalformedMessageId).into());
        }
        let context = Context {
            now: Some(call.now),
            session_queue: call.session_queue,
            session: call.session,
            unavailable: call.unavailable,
        };
        let decision = self.table.route(call.message, &context)?;
        let mut deliveries = Vec::new();
        for webhook in &decision.webhooks {
            deliveries.push(self.deliver(webhook, call)?);
        }
        let mut audit = AuditEvent::new(call.now, Door::Inbound, decision.reason.code());
        audit.message_id = Some(call.message_id.into());
        audit.queue.clone_from(&decision.queue);
        audit.app.clone_from(&decision.app);
        audit.rule.clone_from(&decision.rule);
        Ok(Inbound { decision, deliveries, audit })
    }

    fn deliver(&self, webhook: &str, call: &InboundCall<'_>) -> Result<Delivery, Error> {
        let idempotency_key = idempotency_key(call.message_id, webhook);
        let mut headers =
            alloc::vec![(String::from("content-type"), HeaderValue::new("application/json")?)];
        // Both are there for every webhook of the table: `Deployment::build` saw to it.
        let url = self.table.webhook_url(webhook).unwrap_or_default();
        if let Some(signer) = self.signer(webhook) {
            headers.extend(signer.sign(&idempotency_key, call.now, call.body)?);
        }
        let request = Request {
            method: "POST".into(),
            url: url.into(),
            headers,
            body: Some(call.body.to_vec()),
        };
        Ok(Delivery { webhook: webhook.into(), idempotency_key, request })
    }

    fn signer(&self, webhook: &str) -> Option<&Signer> {
        self.signers.iter().find(|(id, _)| id == webhook).map(|(_, signer)| signer)
    }
}

/// `msg_` and the first 128 bits, in hexadecimal digits, of the SHA-256 of the
/// message's id behind its length and the webhook's id.
fn idempotency_key(message_id: &str, webhook: &str) -> String {
    let mut hash = Sha256::new();
    hash.update((message_id.len() as u64).to_be_bytes());
    hash.update(message_id);
    hash.update(webhook);
    let mut key = String::from("msg_");
    for byte in hash.finalize().iter().take(16) {
        let _ = write!(key, "{byte:02x}"); // a String takes everything
    }
    key
}
