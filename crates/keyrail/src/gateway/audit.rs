//! Audit events: what was decided, for the host's own log.

use alloc::string::String;
use core::net::IpAddr;

use keyrail_core::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Which of the gateway's two doors was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A message came from a channel.
    Inbound,
    /// An app asked with its key.
    Outbound,
}

impl Door {
    /// `inbound` or `outbound`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// One decision of the gateway, with its true reason. It holds no secret, and
/// it is not for the asker's eyes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent {
    /// When it was decided, by the host's clock.
    pub at: Timestamp,
    /// The door.
    pub door: Door,
    /// `access.granted`, or why it was refused; for a message, the code of the
    /// decision's reason.
    pub code: &'static str,
    /// The id of the key's record, where the key opened one.
    pub record: Option<String>,
    /// The public id that the key claimed, where it has one.
    pub key_id: Option<String>,
    /// The app.
    pub app: Option<String>,
    /// The queue.
    pub queue: Option<String>,
    /// The operation that was asked for.
    pub operation: Option<String>,
    /// The message's id.
    pub message_id: Option<String>,
    /// The rule that decided.
    pub rule: Option<String>,
    /// The asker's address.
    pub ip: Option<IpAddr>,
}

impl AuditEvent {
    pub(super) const fn new(at: Timestamp, door: Door, code: &'static str) -> Self {
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
            rule: None,
            ip: None,
        }
    }

    /// The event as one line of JSON; members that say nothing are left out.
    pub fn to_json(&self) -> String {
        // Texts, a time and an address: nothing here that JSON cannot say.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for AuditEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut event = serializer.serialize_map(None)?;
        event.serialize_entry("at", &self.at.to_rfc3339())?;
        event.serialize_entry("door", self.door.as_str())?;
        event.serialize_entry("code", self.code)?;
        let ip = self.ip.map(|ip| alloc::format!("{ip}"));
        for (name, value) in [
            ("record", &self.record),
            ("key_id", &self.key_id),
            ("app", &self.app),
            ("queue", &self.queue),
            ("operation", &self.operation),
            ("message_id", &self.message_id),
            ("rule", &self.rule),
            ("ip", &ip),
        ] {
            if let Some(value) = value {
                event.serialize_entry(name, value)?;
            }
        }
        event.end()
    }
}
