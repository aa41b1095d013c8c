//! Outcomes: what became of an attempt.

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::MASK;
use keyrail_redact::Redactor;

use crate::{Error, ErrorKind};

/// The maximum length of the part of a response's body that is kept, in bytes.
pub const MAX_EXCERPT: usize = 1024;

/// The maximum length of the part of a response's body that is searched for credentials, in bytes.
/// The excerpt of a body that has at least this length comes from the first half of this part.
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

    /// Adds the body of the response, for the log of the delivery. Only the first [`MAX_EXCERPT`]
    /// bytes are kept, after the credentials that the redactor finds were replaced. Bytes that are
    /// not UTF-8 are replaced by U+FFFD. A body with a zero byte is not kept, because it is
    /// probably UTF-16 or binary, and credentials in it would not be found. Pass the whole body, or
    /// at least the first [`MAX_REDACTED`] bytes, so that a credential is not cut off before it is
    /// found. The body is ignored if there was no response.
    #[must_use]
    pub fn with_body(self, body: &[u8], redactor: &Redactor) -> Self {
        if self.status().is_none() || body.contains(&0) {
            return self;
        }
        let text = match body.get(..MAX_REDACTED) {
            Some(start) => Cow::Owned(redacted_start(start, redactor)),
            None => redactor.redact_bytes(body),
        };
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

/// Returns the redacted first half of a text that was cut off. The second half is only searched: a
/// credential in the first half is found although the text was cut off, unless it is longer than the
/// second half.
fn redacted_start(text: &[u8], redactor: &Redactor) -> Vec<u8> {
    let (half, mut end, mut redacted) = (text.len() / 2, 0, Vec::new());
    for found in redactor.find_bytes(text).iter().take_while(|found| found.start() < half) {
        redacted.extend_from_slice(text.get(end..found.start()).unwrap_or_default());
        redacted.extend_from_slice(MASK.as_bytes());
        end = found.end();
    }
    redacted.extend_from_slice(text.get(end..half).unwrap_or_default());
    redacted
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

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use keyrail_redact::Redactor;

    use super::{DeliveryOutcome, MAX_EXCERPT, MAX_REDACTED};

    #[test]
    fn a_credential_that_is_cut_off_is_not_kept() {
        let redactor = Redactor::new([]).unwrap();
        let long = |length: usize| String::from("token=") + &"a".repeat(length - 6);
        for (secret, text) in [
            ("hunter2hunter2", "https://bob:hunter2hunter2@db.example/"),
            ("eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlc2ln"),
            ("MfKQ9r8G", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ] {
            // The part of the body before the credential shrinks to a mask of 14 characters.
            for end in [MAX_REDACTED, MAX_REDACTED / 2] {
                for start in end - text.len() - 40..=end {
                    let body = format!("{}\nsee {text} for more", long(start));
                    let body = body + &" ".repeat(MAX_REDACTED);
                    let outcome =
                        DeliveryOutcome::response(500).with_body(body.as_bytes(), &redactor);
                    let kept = outcome.body().unwrap();
                    let shown = (8..=secret.len()).find(|length| kept.contains(&secret[..*length]));
                    assert!(kept.len() <= MAX_EXCERPT && shown.is_none(), "{start} {kept}");
                }
            }
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_replaced() {
        let redactor = Redactor::new([]).unwrap();
        let outcome = DeliveryOutcome::response(500).with_body(b"a\xff\xc3", &redactor);
        assert_eq!(outcome.body(), Some("a\u{fffd}\u{fffd}"));
        let outcome = DeliveryOutcome::response(500).with_body(&[0xff; 1024], &redactor);
        assert_eq!(outcome.body().map(str::len), Some(1023));
    }
}
