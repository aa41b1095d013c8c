//! The signed content: the id, the timestamp and the body of a message, joined by
//! dots (Standard Webhooks, "Signature scheme").

use alloc::string::String;

use keyrail_core::config::{Value, json};

use crate::{Error, ErrorKind};

/// The names of the three headers of a delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HeaderNames {
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature`, as in Standard Webhooks.
    #[default]
    Standard,
    /// `svix-id`, `svix-timestamp` and `svix-signature`, as Svix names them.
    Svix,
}

impl HeaderNames {
    /// Returns the names that `standard` or `svix` stands for.
    ///
    /// # Errors
    ///
    /// `webhook.unknown_header_names`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "standard" => Ok(Self::Standard),
            "svix" => Ok(Self::Svix),
            _ => Err(ErrorKind::UnknownHeaderNames.into()),
        }
    }

    /// Returns `standard` or `svix`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Svix => "svix",
        }
    }

    /// Returns the name of the header that contains the message's id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Standard => "webhook-id",
            Self::Svix => "svix-id",
        }
    }

    /// Returns the name of the header that contains the time of signing, in Unix seconds.
    pub const fn timestamp(self) -> &'static str {
        match self {
            Self::Standard => "webhook-timestamp",
            Self::Svix => "svix-timestamp",
        }
    }

    /// Returns the name of the header that contains the signatures.
    pub const fn signature(self) -> &'static str {
        match self {
            Self::Standard => "webhook-signature",
            Self::Svix => "svix-signature",
        }
    }
}

keyrail_core::from_str! {
    HeaderNames: parse, Error;
}

/// The maximum length of a message id, in bytes.
pub const MAX_ID: usize = 256;

/// The maximum number of signatures in a header.
pub const MAX_SIGNATURES: usize = 16;

/// The maximum number of secrets that are in use at the same time.
pub const MAX_SECRETS: usize = 5;

/// The version of a signature, which precedes the comma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// HMAC-SHA256.
    V1,
    /// Ed25519.
    V1a,
}

impl Version {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V1a => "v1a",
        }
    }
}

/// The signed content of a message.
pub(crate) struct Content<'a> {
    pub(crate) id: &'a str,
    /// The digits of the timestamp header.
    pub(crate) timestamp: &'a str,
    pub(crate) body: &'a [u8],
}

impl Content<'_> {
    /// Returns the parts of the signed content, in order.
    pub(crate) fn parts(&self) -> [&[u8]; 5] {
        [self.id.as_bytes(), b".", self.timestamp.as_bytes(), b".", self.body]
    }
}

/// Returns the JSON Schema of an id.
pub(crate) fn id_schema() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": MAX_ID, "pattern": "^[!-\\-/-~]+$"})
}

/// Reads an id: see [`check_id`].
pub(crate) fn parse_id(text: &str) -> Result<String, Error> {
    check_id(text.as_bytes())?;
    Ok(text.into())
}

/// Checks an id: 1 to [`MAX_ID`] visible ASCII characters without dots, because a dot separates the
/// id from the timestamp.
pub(crate) fn check_id(id: &[u8]) -> Result<(), Error> {
    let invalid = id.iter().position(|byte| !byte.is_ascii_graphic() || *byte == b'.');
    match invalid {
        Some(at) => Err(Error::at(ErrorKind::MalformedId, at)),
        None if id.is_empty() => Err(Error::at(ErrorKind::MalformedId, 0)),
        None if id.len() > MAX_ID => Err(Error::at(ErrorKind::MalformedId, MAX_ID)),
        None => Ok(()),
    }
}
