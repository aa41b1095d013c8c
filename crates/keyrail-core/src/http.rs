//! HTTP messages: requests to send, responses received, and responses to return.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::{Error, ErrorKind, HeaderValue, MASK, is_credential_name};

/// A request for the host to send.
///
/// Its `Debug` output masks sensitive headers and headers with the
/// [name of a credential](is_credential_name), omits the URL's query, and contains only
/// the length of the body.
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
            .field("headers", &Headers(&self.headers))
            .field("body", &Body(self.body.as_deref()))
            .finish()
    }
}

/// A response that the host received or that the host should return. Its `Debug` output masks the
/// same headers as the `Debug` output of a [`Request`], and contains only the length of the body.
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
            .field("headers", &Headers(&self.headers))
            .field("body", &Body(self.body.as_deref()))
            .finish()
    }
}

/// Headers whose `Debug` output masks credentials.
struct Headers<'a>(&'a [(String, HeaderValue)]);

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for (name, value) in self.0 {
            let is_secret = value.is_sensitive() || is_credential_name(name);
            let text = if is_secret { MASK } else { value.reveal() };
            list.entry(&format_args!("({name:?}, {text})"));
        }
        list.finish()
    }
}

/// A body whose `Debug` output is its length.
struct Body<'a>(Option<&'a [u8]>);

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(bytes) => write!(f, "{} bytes", bytes.len()),
            None => f.write_str("none"),
        }
    }
}

/// The reason for rejecting a request, as a status and a code (RFC 9457).
///
/// It contains only information that may be disclosed to the client. The detailed reason is
/// only in the audit event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: u16,
    code: Cow<'static, str>,
    detail: String,
    scope: Option<Cow<'static, str>>,
    violated_policies: Vec<String>,
    headers: Vec<(String, HeaderValue)>,
}

impl Problem {
    /// Creates a custom problem for a check that the library does not perform, such as a rate limit
    /// of your own or a maximum body length. The code consists of 1 to 64 characters: ASCII
    /// letters, digits, `.`, `_` and `-`.
    ///
    /// # Errors
    ///
    /// `problem.malformed_status`, `problem.malformed_code`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_core::Problem;
    /// let problem = Problem::new(429, "quota.exceeded", "too many requests: wait a minute")?;
    /// assert_eq!(problem.status(), 429);
    /// assert!(Problem::new(200, "quota.exceeded", "").is_err());
    /// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
    /// ```
    pub fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Result<Self, Error<ErrorKind>> {
        let code = code.into();
        if !(400..=599).contains(&status) {
            return Err(ErrorKind::MalformedProblemStatus.into());
        }
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if !(1..=MAX_CODE).contains(&code.len()) || !code.bytes().all(is_allowed) {
            return Err(ErrorKind::MalformedProblemCode.into());
        }
        Ok(Self::of(status, code, detail.into()))
    }

    /// Returns the problem for an error of the library.
    #[doc(hidden)]
    pub fn from_error(status: u16, code: &'static str, detail: impl fmt::Display) -> Self {
        Self::of(status, code.into(), format!("{detail}"))
    }

    const fn of(status: u16, code: Cow<'static, str>, detail: String) -> Self {
        Self {
            status,
            code,
            detail,
            scope: None,
            violated_policies: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Returns the same problem with the scope that the request needs.
    #[must_use]
    pub fn with_scope(self, scope: impl Into<Cow<'static, str>>) -> Self {
        Self { scope: Some(scope.into()), ..self }
    }

    /// Returns the same problem with the names of the rate limits and quotas that the request
    /// exceeds. If there are any, the problem has the type `quota-exceeded`, and lists them in the
    /// member `violated-policies` (draft-ietf-httpapi-ratelimit-headers-11).
    #[must_use]
    pub fn with_violated_policies(self, names: impl IntoIterator<Item = String>) -> Self {
        Self { violated_policies: names.into_iter().collect(), ..self }
    }

    /// Returns the same problem with these header fields, which are added to its response.
    #[must_use]
    pub fn with_headers<N: Into<String>>(
        self,
        headers: impl IntoIterator<Item = (N, HeaderValue)>,
    ) -> Self {
        let headers = headers.into_iter().map(|(name, value)| (name.into(), value));
        Self { headers: headers.collect(), ..self }
    }

    /// Returns the status code of the response, 400 to 599.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Returns the stable, dotted code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns an explanation for the developer of the client.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Returns the scope that the request needs, if the credential's scope is not enough (RFC
    /// 6750, section 3.1).
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// Returns the names of the rate limits and quotas that the request exceeds.
    pub fn violated_policies(&self) -> &[String] {
        &self.violated_policies
    }

    /// Returns the header fields that this problem adds to its response. The response also contains
    /// `content-type` and `cache-control`.
    pub fn headers(&self) -> &[(String, HeaderValue)] {
        &self.headers
    }

    /// Returns the response for this problem: a body of `application/problem+json` (RFC 9457) that
    /// caches must not store. The response has no challenge; the function `render` of
    /// `keyrail-header` adds the challenge of a scheme.
    ///
    /// ```
    /// use keyrail_core::Problem;
    /// let response = Problem::new(403, "webhook.wrong_signature", "no signature fits")?.response();
    /// assert_eq!(response.status, 403);
    /// let body = String::from_utf8(response.body.unwrap()).unwrap();
    /// assert!(body.contains(r#""code":"webhook.wrong_signature""#));
    /// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
    /// ```
    pub fn response(&self) -> Response {
        let header = |name: &str, value| Some((name.into(), HeaderValue::new(value).ok()?));
        let headers = [
            header("content-type", "application/problem+json"),
            header("cache-control", "no-store"),
        ];
        let json = |text: &str| serde_json::Value::from(text);
        let (kind, title, policies) = match self.violated_policies.as_slice() {
            [] => ("about:blank", title(self.status), String::new()),
            names => {
                let names = serde_json::Value::from(names);
                let policies = format!(r#","violated-policies":{names}"#);
                (QUOTA_EXCEEDED, QUOTA_EXCEEDED_TITLE, policies)
            }
        };
        let body = format!(
            r#"{{"type":"{kind}","title":{},"status":{},"detail":{},"code":{}{policies}}}"#,
            json(title),
            self.status,
            json(&self.detail),
            json(&self.code),
        );
        let headers = headers.into_iter().flatten();
        Response {
            status: self.status,
            headers: headers.chain(self.headers.iter().cloned()).collect(),
            body: Some(body.into_bytes()),
        }
    }
}

/// The problem type of a request that exceeds a limit, and its title
/// (draft-ietf-httpapi-ratelimit-headers-11).
const QUOTA_EXCEEDED: &str = "https://iana.org/assignments/http-problem-types#quota-exceeded";
const QUOTA_EXCEEDED_TITLE: &str =
    "Request cannot be satisfied as assigned quota has been exceeded";

/// Returns the reason phrase of a status, as the problem type `about:blank` requires
/// (RFC 9457, section 4.2.1).
const fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ if status < 500 => "Client Error",
        _ => "Server Error",
    }
}

/// The maximum length of a problem's code, in bytes.
const MAX_CODE: usize = 64;

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::{format, vec};

    use super::{Problem, Request, Response};
    use crate::HeaderValue;

    #[test]
    fn a_problem_requires_an_error_status_and_a_valid_code() {
        for status in [400, 429, 599] {
            assert_eq!(
                Problem::new(status, "a.b_c-1", "").map(|problem| problem.status),
                Ok(status)
            );
        }
        for status in [0, 200, 399, 600] {
            let error = Problem::new(status, "a", "").unwrap_err();
            assert_eq!(error.code(), "problem.malformed_status", "{status}");
        }
        assert!(Problem::new(400, "a".repeat(64), "").is_ok());
        for code in [String::new(), "a".repeat(65), "a b".into(), "ä".into(), "a\"".into()] {
            let error = Problem::new(400, code.clone(), "").unwrap_err();
            assert_eq!(error.code(), "problem.malformed_code", "{code}");
        }
    }

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

    #[test]
    fn a_header_with_a_credential_name_is_always_masked() {
        for name in ["password", "x-access-token", "token", "secret", "apikey", "Private-Token"] {
            let headers = vec![
                (name.into(), HeaderValue::new("abc").unwrap()),
                ("accept".into(), HeaderValue::new("a/b").unwrap()),
            ];
            let printed = format!("{:?}", Response { status: 200, headers, body: None });
            assert!(!printed.contains("abc") && printed.contains("a/b"), "{printed}");
        }
    }
}
