//! The signed content: the id, the timestamp and the body of a message, joined by
//! dots (Standard Webhooks, "Signature scheme").

use crate::{Error, ErrorKind};

/// The name of the header that contains the message's id.
pub const ID_HEADER: &str = "webhook-id";

/// The name of the header that contains the time of signing, in Unix seconds.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";

/// The name of the header that contains the signatures.
pub const SIGNATURE_HEADER: &str = "webhook-signature";

/// The maximum length of a message id, in bytes.
pub const MAX_ID: usize = 256;

/// The maximum number of signatures in a header, and therefore the maximum number of secrets that
/// are in use at the same time.
pub const MAX_SIGNATURES: usize = 16;

/// The version at the start of each signature that a signer creates.
pub(crate) const VERSION: &str = "v1";

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
