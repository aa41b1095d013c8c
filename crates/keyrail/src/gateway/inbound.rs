//! Inbound calls: routing a channel's message and preparing its deliveries.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use keyrail_core::{HeaderValue, Request, Timestamp};
use keyrail_route::{Context, Decision, Message, Scratch};
use sha2::{Digest as _, Sha256};

use super::audit::bounded;
use super::{AuditEvent, Direction, Endpoint, Gateway, GatewayErrorKind};
use crate::Error;

/// The maximum length of a message id, in bytes.
pub const MAX_MESSAGE_ID: usize = 256;

/// A message from a channel, with the facts that the host knows about it.
#[derive(Clone, Copy)]
pub struct InboundCall<'a> {
    /// The id that the channel assigned to the message: 1 to [`MAX_MESSAGE_ID`] bytes.
    ///
    /// Receivers drop a second delivery for the same channel, id and event, so use an id that the
    /// messaging service generated.
    /// If senders can choose the id, as with the `Message-ID` of an email, they can suppress
    /// another message of the same channel.
    pub message_id: &'a str,
    /// The message whose attributes the rules test.
    pub message: &'a Message,
    /// The JSON body of the deliveries, sent byte for byte.
    pub body: &'a [u8],
    /// The current time.
    pub now: Timestamp,
    /// The queue of the sender's live session, if there is one.
    pub session_queue: Option<&'a str>,
    /// The id of the sender's live session, if there is one. A session may use several
    /// channels; see [`Decision::ordering_key`].
    pub session: Option<&'a str>,
    /// Queues that are unavailable now, because they are closed or full.
    pub unavailable: &'a [&'a str],
}

impl<'a> InboundCall<'a> {
    /// Creates a call for a message outside any session, with every queue available.
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

/// The result of an inbound call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inbound {
    /// The decision on where the message goes, with its reason.
    pub decision: Decision,
    /// The deliveries to send, one per webhook, in the order in which the app lists its webhooks.
    pub deliveries: Vec<Delivery>,
    /// The event to log.
    pub audit: AuditEvent,
}

/// A signed request to one webhook.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The webhook's id.
    pub webhook: String,
    /// The request's `webhook-id`, by which the receiver detects duplicates. It is the same on
    /// every attempt for the same channel, message id, event and webhook.
    ///
    /// It is `msg_` followed by the first 128 bits of a SHA-256 hash, in hexadecimal digits. The
    /// input of the hash is these parts, in this order:
    ///
    /// - the channel, the message id and the webhook id, each preceded by its length in bytes;
    /// - a byte 0 if the message has no event; otherwise a byte 1, and the event, preceded by its
    ///   length in bytes;
    /// - a generation number, which is always 0.
    ///
    /// Each length has 8 bytes, and the generation number has 4 bytes. In both, the most
    /// significant byte is first.
    pub idempotency_key: String,
    /// The request to send.
    pub request: Request,
}

impl Gateway {
    /// Decides where a message goes and signs its deliveries.
    ///
    /// # Errors
    ///
    /// `gateway.malformed_message_id`, `gateway.internal`, `webhook.malformed_timestamp` for a time
    /// before 1970, and those of [`RouteTable::route`](crate::route::RouteTable::route).
    pub fn inbound(&self, call: &InboundCall<'_>) -> Result<Inbound, Error> {
        if call.message_id.is_empty() || call.message_id.len() > MAX_MESSAGE_ID {
            return Err(GatewayErrorKind::MalformedMessageId.into());
        }
        let context = Context {
            now: Some(call.now),
            session_queue: call.session_queue,
            session: call.session,
            unavailable: call.unavailable,
        };
        let mut scratch = Scratch::new();
        let decision = self.table.decide(call.message, &context, &mut scratch)?;
        let endpoints = decision.webhook_indices().map(|index| self.endpoints.get(index));
        let deliveries = endpoints
            .map(|endpoint| endpoint.ok_or(GatewayErrorKind::Internal)?.deliver(call))
            .collect::<Result<_, Error>>()?;
        let decision = decision.to_decision();
        let mut audit = AuditEvent::new(call.now, Direction::Inbound, decision.reason().code());
        audit.message_id = Some(call.message_id.into());
        audit.channel = Some(call.message.channel().into());
        audit.event = call.message.event().map(bounded);
        audit.queue = decision.queue().map(String::from);
        audit.app = decision.app().map(String::from);
        audit.rule = decision.rule().map(String::from);
        Ok(Inbound { decision, deliveries, audit })
    }
}

impl Endpoint {
    fn deliver(&self, call: &InboundCall<'_>) -> Result<Delivery, Error> {
        let idempotency_key = idempotency_key(call.message_id, call.message, &self.id, 0);
        let mut headers =
            alloc::vec![(String::from("content-type"), HeaderValue::new("application/json")?)];
        headers.extend(self.signer.sign(&idempotency_key, call.now, call.body)?);
        let request = Request {
            method: "POST".into(),
            url: self.url.clone(),
            headers,
            body: Some(call.body.to_vec()),
        };
        Ok(Delivery { webhook: self.id.clone(), idempotency_key, request })
    }
}

/// Computes an idempotency key as documented at [`Delivery::idempotency_key`].
fn idempotency_key(id: &str, message: &Message, webhook: &str, generation: u32) -> String {
    let mut hash = Sha256::new();
    let add = |hash: &mut Sha256, part: &str| {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    };
    for part in [message.channel(), id, webhook] {
        add(&mut hash, part);
    }
    match message.event() {
        None => hash.update([0]),
        Some(event) => {
            hash.update([1]);
            add(&mut hash, event);
        }
    }
    hash.update(generation.to_be_bytes());
    let mut key = String::from("msg_");
    for byte in hash.finalize().iter().take(16) {
        let _ = write!(key, "{byte:02x}"); // writing to a String cannot fail
    }
    key
}
