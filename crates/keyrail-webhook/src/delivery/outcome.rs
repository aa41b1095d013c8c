//! Outcomes: what became of an attempt.

use alloc::string::{String, ToString as _};
use core::fmt;

use keyrail_redact::Redactor;

use crate::{Error, ErrorKind};

/// The maximum length of the part of a response's body that is kept, in bytes.
pub const MAX_EXCERPT: usize = 1024;

/// The maximum length of the part of a response's body that is redacted, in bytes. The excerpt is
/// taken from the redacted part.
pub const MAX_REDACTED: usize = 64 * 1024;

/// Why an endpoint sent no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoResponse {
    /// The endpoint did not respond in time.
    Timeout,
    /// The host name could not be resolved.
    Dns,
    /// The connection could not be established, or was closed.
    Connection,
    /// The TLS handshake failed, for example because of the certificate.
    Tls,
}

impl NoResponse {
    pub(super) const WORDS: &'static [(&'static str, Self)] = &[
        ("timeout", Self::Timeout),
        ("dns", Self::Dns),
        ("connection", Self::Connection),
        ("tls", Self::Tls),
    ];

    /// Returns the reason that `timeout`, `dns`, `connection` or `tls` stands for.
    ///
    /// # Errors
    ///
    /// `webhook.unknown_no_response`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let word = Self::WORDS.iter().find(|(word, _)| *word == text);
        word.map(|(_, reason)| *reason).ok_or_else(|| ErrorKind::UnknownNoResponse.into())
    }

    /// Returns `timeout`, `dns`, `connection` or `tls`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Dns => "dns",
            Self::Connection => "connection",
            Self::Tls => "tls",
        }
    }
}

impl fmt::Display for NoResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

keyrail_core::from_str! {
    NoResponse: parse, Error;
}

/// What became of an attempt: a response, or none.
///
/// ```
/// use keyrail_redact::Redactor;
/// use keyrail_webhook::{DeliveryOutcome, NoResponse};
/// let redactor = Redactor::new([])?;
/// let busy = DeliveryOutcome::response(503)
///     .with_retry_after("120")
///     .with_body(b"try later, token=hunter2", &redactor);
/// assert_eq!(busy.body(), Some("try later, token=••••••••"));
/// let lost = DeliveryOutcome::no_response(NoResponse::Timeout);
/// assert_eq!((lost.status(), lost.no_response_reason()), (None, Some(NoResponse::Timeout)));
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DeliveryOutcome {
    kind: Kind,
    retry_after: Option<String>,
    body: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Response(u16),
    NoResponse(NoResponse),
}

impl DeliveryOutcome {
    /// Returns the outcome of an attempt to which the endpoint responded with this status. Do not
    /// follow redirects: a status from 300 to 399 is a failure.
    pub const fn response(status: u16) -> Self {
        Self { kind: Kind::Response(status), retry_after: None, body: None }
    }

    /// Returns the outcome of an attempt without a response.
    pub const fn no_response(reason: NoResponse) -> Self {
        Self { kind: Kind::NoResponse(reason), retry_after: None, body: None }
    }

    /// Adds the value of the header `Retry-After`. It counts if the status is 429 or 503. A
    /// malformed value is ignored.
    #[must_use]
    pub fn with_retry_after(self, value: &str) -> Self {
        Self { retry_after: Some(value.into()), ..self }
    }

    /// Adds the body of the response, for the log of the delivery. Only the first
    /// [`MAX_EXCERPT`] bytes are kept, after credentials were replaced. The redactor reads the first
    /// [`MAX_REDACTED`] bytes. Bytes that are not UTF-8 are replaced by U+FFFD.
    #[must_use]
    pub fn with_body(self, body: &[u8], redactor: &Redactor) -> Self {
        let start = body.get(..MAX_REDACTED).unwrap_or(body);
        let text = redactor.redact_bytes(start);
        let text = String::from_utf8_lossy(&text);
        let mut ends = (0..=MAX_EXCERPT.min(text.len())).rev();
        let end = ends.find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        Self { body: text.get(..end).map(Into::into), ..self }
    }

    /// Returns the status of the response, or `None` if there is no response.
    pub const fn status(&self) -> Option<u16> {
        match self.kind {
            Kind::Response(status) => Some(status),
            Kind::NoResponse(_) => None,
        }
    }

    /// Returns why there is no response, or `None` if there is one.
    pub const fn no_response_reason(&self) -> Option<NoResponse> {
        match self.kind {
            Kind::Response(_) => None,
            Kind::NoResponse(reason) => Some(reason),
        }
    }

    /// Returns the redacted start of the response's body, if a body was added.
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    /// Returns the value of `Retry-After`, if it counts.
    pub(super) fn retry_after(&self) -> Option<&str> {
        self.retry_after.as_deref().filter(|_| matches!(self.status(), Some(429 | 503)))
    }
}

impl fmt::Debug for DeliveryOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.kind {
            Kind::Response(status) => status.to_string(),
            Kind::NoResponse(reason) => reason.to_string(),
        };
        write!(f, "DeliveryOutcome({text})")
    }
}
