//! HTTP shapes: what a host sends, what came back, and what to answer.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::HeaderValue;

/// A request for the host to send.
///
/// Its printed form shows neither sensitive headers, nor the URL's query, nor
/// the body, which is printed as its length.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// The headers, in the order in which they are to be sent.
    pub headers: Vec<(String, HeaderValue)>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = match self.url.split_once('?') {
            Some((start, _)) => Cow::Owned(alloc::format!("{start}?…")),
            None => Cow::Borrowed(self.url.as_str()),
        };
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &self.headers)
            .field("body", &Bytes(self.body.as_deref()))
            .finish()
    }
}

/// A response: what a host answers, or what it got.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code, 100 to 599.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(String, HeaderValue)>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &Bytes(self.body.as_deref()))
            .finish()
    }
}

struct Bytes<'a>(Option<&'a [u8]>);

impl fmt::Debug for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(bytes) => write!(f, "{} bytes", bytes.len()),
            None => f.write_str("none"),
        }
    }
}

/// Why a request is refused, as a status and a code (RFC 9457).
///
/// It says what an outsider may know; the true reason of a refusal stands in
/// the audit event alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status code of the response, 400 to 599.
    pub status: u16,
    /// The stable, dotted code.
    pub code: &'static str,
    /// A sentence for the person who wrote the client.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec};

    use super::Request;
    use crate::HeaderValue;

    #[test]
    fn a_printed_request_shows_no_secret() {
        let request = Request {
            method: "POST".into(),
            url: "https://api.example/send?token=abc".into(),
            headers: vec![("x-api-key".into(), HeaderValue::sensitive("abc").unwrap())],
            body: Some(b"abc".to_vec()),
        };
        let printed = format!("{request:?}");
        assert!(!printed.contains("abc"), "{printed}");
        assert!(printed.contains("3 bytes"), "{printed}");
    }
}
