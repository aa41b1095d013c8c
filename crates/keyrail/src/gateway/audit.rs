//! Audit events: the gateway's decisions, as lines for a log.

use alloc::string::String;
use core::fmt::Write as _;
use core::net::IpAddr;

use keyrail_core::Timestamp;
use keyrail_core::config;

/// The direction of a gateway call: inbound or outbound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A message came from a channel.
    Inbound,
    /// An app sent a request with its key.
    Outbound,
}

impl Direction {
    /// Returns `inbound` or `outbound`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// One decision of a gateway, with the true reason. The event contains no secret, but do not show
/// it to the caller, who must not learn the true reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent {
    /// The time of the decision, by the host's clock.
    pub at: Timestamp,
    /// The direction of the call.
    pub door: Direction,
    /// For a request, `access.granted` or the code of the reason why it was denied; for a message,
    /// the code of the decision's reason.
    pub code: &'static str,
    /// The id of the key's record, if the key belongs to exactly one record of a declared app.
    pub record: Option<String>,
    /// The public id of the presented key, if the key has one of the deployment's formats and that
    /// format has ids.
    pub key_id: Option<String>,
    /// The app of the message's queue, or the app that the key belongs to, if any.
    pub app: Option<String>,
    /// The queue that takes the message, or the queue that the request concerns, if any. A name of
    /// 16 or more bytes that the topology does not declare is masked.
    pub queue: Option<String>,
    /// The operation that was requested, if the call is outbound.
    pub operation: Option<String>,
    /// The message's id, if the call is inbound.
    pub message_id: Option<String>,
    /// The message's channel, if the call is inbound.
    pub channel: Option<String>,
    /// The message's event, if it has one; a name of more than 256 bytes is truncated.
    pub event: Option<String>,
    /// The id of the rule that chose the queue, if any.
    pub rule: Option<String>,
    /// The client's address, if the host passed it; an IPv4-mapped IPv6 address is converted to the
    /// IPv4 address.
    pub ip: Option<IpAddr>,
}

impl AuditEvent {
    pub(super) const fn new(at: Timestamp, door: Direction, code: &'static str) -> Self {
        Self {
            at,
            door,
            code,
            record: None,
            key_id: None,
            app: None,
            queue: None,
            operation: None,
            message_id: None,
            channel: None,
            event: None,
            rule: None,
            ip: None,
        }
    }

    /// Returns the event as one line of JSON; members without a value are
    /// omitted.
    pub fn to_json(&self) -> String {
        let ip = self.ip.map(|ip| alloc::format!("{ip}"));
        let at = self.at.to_rfc3339();
        let members = [
            ("at", Some(at)),
            ("door", Some(self.door.as_str().into())),
            ("code", Some(self.code.into())),
            ("record", self.record.clone()),
            ("key_id", self.key_id.clone()),
            ("app", self.app.clone()),
            ("queue", self.queue.clone()),
            ("operation", self.operation.clone()),
            ("message_id", self.message_id.clone()),
            ("channel", self.channel.clone()),
            ("event", self.event.clone()),
            ("rule", self.rule.clone()),
            ("ip", ip),
        ];
        let mut json = String::from("{");
        for (name, value) in members {
            if let Some(value) = value {
                let comma = if json.len() > 1 { "," } else { "" };
                let _ = write!(json, "{comma}\"{name}\":{}", config::quoted(&value));
            }
        }
        json.push('}');
        json
    }
}

/// The maximum length of a name in an audit event, in bytes.
pub(super) const MAX_NAME: usize = 256;

/// Returns a name, truncated to at most [`MAX_NAME`] bytes at a character boundary.
pub(super) fn bounded(name: &str) -> String {
    let end = (0..=MAX_NAME.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
    name.get(..end.unwrap_or(0)).unwrap_or(name).into()
}
