//! What is signed: the id, the timestamp and the body of a message, joined by
//! dots (Standard Webhooks, "Signature scheme").

use crate::{Error, ErrorKind};

/// The header that holds the message's id.
pub const ID_HEADER: &str = "webhook-id";

/// The header that holds when the message was signed, in Unix seconds.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";

/// The header that holds the signatures.
pub const SIGNATURE_HEADER: &str = "webhook-signature";

/// The longest id, in bytes.
pub const MAX_ID: usize = 256;

/// How many signatures a header holds at most, and so how many secrets may be
/// in use at once.
pub const MAX_SIGNATURES: usize = 16;

/// The version that our signatures begin with.
pub(crate) const VERSION: &str = "v1";

/// A message as it is signed.
pub(crate) struct Content<'a> {
    pub(crate) id: &'a str,
    /// As it is in the header.
    pub(crate) timestamp: &'a str,
    pub(crate) body: &'a [u8],
}

impl Content<'_> {
    pub(crate) fn parts(&self) -> [&[u8]; 5] {
        [self.id.as_bytes(), b".", self.timestamp.as_bytes(), b".", self.body]
    }
}

/// Checks an id: it must not contain a dot, which separates it from the timestamp.
pub(crate) fn check_id(id: &[u8]) -> Result<(), Error> {
    let wrong = id.iter().position(|byte| !byte.is_ascii_graphic() || *byte == b'.');
    match wrong {
        Some(at) => Err(Error::at(ErrorKind::MalformedId, at)),
        None if id.is_empty() => Err(Error::at(ErrorKind::MalformedId, 0)),
        None if id.len() > MAX_ID => Err(Error::at(ErrorKind::MalformedId, MAX_ID)),
        None => Ok(()),
    }
}
