//! Reads responses. The response traits of a platform specify how its responses are converted to
//! answers and failures, whose types are the same for all platforms.

use alloc::string::String;
use core::fmt;

use keyrail_core::Timestamp;
use serde_json::value::RawValue;

use crate::pointer::{Duplicate, Members, Pointer, scalar};
use crate::response_traits::Pagination;
use crate::{Error, ErrorKind, Failure, FailureKind, Platform, ResponseTraits};

/// The maximum length of a response body, in bytes.
pub const MAX_RESPONSE: usize = 16 << 20;

/// The outcome of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The request succeeded.
    Ok(Answer),
    /// The request failed.
    Failed(Failure),
}

impl Outcome {
    /// Converts the outcome to a `Result`, for `?`.
    ///
    /// # Errors
    ///
    /// The [`Failure`], if the request failed.
    pub fn into_result(self) -> Result<Answer, Failure> {
        match self {
            Self::Ok(answer) => Ok(answer),
            Self::Failed(failure) => Err(failure),
        }
    }
}

/// The response to a request that succeeded.
///
/// `Debug` prints only the lengths of its content.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The status of the response, 200 to 299.
    pub status: u16,
    /// The requested data, as the vendor's unchanged JSON. If the platform's responses wrap the
    /// data in an envelope, this is the data without the envelope. Otherwise this is the whole
    /// body. It is `None` if there is no data or the body is not JSON.
    pub data: Option<String>,
    /// The vendor's own message, if the response has one.
    pub message: Option<String>,
    /// The pagination values of the response, if the platform paginates and the response has any.
    pub page: Option<Page>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("data", &self.data.as_ref().map(String::len))
            .field("message", &self.message.as_ref().map(String::len))
            .field("page", &self.page.is_some())
            .finish()
    }
}

/// The pagination values of a response. All values except the count are the vendor's own strings.
///
/// `Debug` prints the count, but only the lengths of the other values, because some vendors use
/// whole links as values.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The total number of items.
    pub count: Option<u64>,
    /// The vendor's value for this page, such as its number or a link.
    pub current: Option<String>,
    /// The vendor's value for the previous page.
    pub previous: Option<String>,
    /// The vendor's value for the next page.
    pub next: Option<String>,
    /// The vendor's value for the first page.
    pub first: Option<String>,
    /// The vendor's value for the last page.
    pub last: Option<String>,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = |text: &Option<String>| text.as_ref().map(String::len);
        f.debug_struct("Page")
            .field("count", &self.count)
            .field("current", &length(&self.current))
            .field("previous", &length(&self.previous))
            .field("next", &length(&self.next))
            .field("first", &length(&self.first))
            .field("last", &length(&self.last))
            .finish()
    }
}

impl Platform {
    /// Reads the response to an operation.
    ///
    /// A request succeeds only if the status is 2xx. If the platform's responses also report
    /// success in the body, the body must be empty or report success. On such a platform, a 2xx
    /// response is a server failure if its body has content but does not report an outcome.
    ///
    /// The kind of a failure is determined by the vendor's error code if the platform's document
    /// lists that code, and otherwise by the status. A 2xx response whose body reports a failure
    /// without a listed code is `invalid`. The delay of a failure ([`Failure::retry_after_ms`]) is
    /// read from `Retry-After`, which is a number of seconds or an HTTP date that is compared with
    /// `now`. There is no delay if the header is missing, duplicate or invalid.
    ///
    /// # Errors
    ///
    /// `platform.unknown_operation`, `platform.malformed_status` (not
    /// 100 to 599), `platform.response_too_long` (over [`MAX_RESPONSE`]).
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_core::Timestamp;
    /// use keyrail_platform::{FailureKind, Outcome, Platform};
    /// let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
    /// let azeer = Platform::get("azeer")?;
    /// let body = br#"{"data": {"id": 7}, "message": "sent", "success": true}"#;
    /// let none: [(&str, &str); 0] = [];
    /// let answer = azeer.read_response("message.send", 200, &none, body, now)?.into_result().unwrap();
    /// assert_eq!(answer.data.as_deref(), Some(r#"{"id": 7}"#));
    ///
    /// let wait = [("Retry-After", "120")];
    /// let Outcome::Failed(failure) = azeer.read_response("message.send", 429, &wait, b"", now)?
    /// else { panic!() };
    /// assert_eq!((failure.kind, failure.retry_after_ms), (FailureKind::RateLimited, Some(120_000)));
    /// # Ok::<(), keyrail_platform::Error>(())
    /// ```
    pub fn read_response<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        operation: &str,
        status: u16,
        headers: &[(N, V)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        self.operation(operation)?;
        if !(100..=599).contains(&status) {
            return Err(ErrorKind::MalformedStatus.into());
        }
        if body.len() > MAX_RESPONSE {
            return Err(ErrorKind::ResponseTooLong.into());
        }
        let body = Body::read(body, self.response().pointers());
        let kind = match check_success(self.response(), status, &body) {
            Ok(()) => return Ok(Outcome::Ok(answer(self.response(), status, &body))),
            Err(kind) => kind,
        };
        Ok(Outcome::Failed(Failure {
            kind,
            status,
            code: body.scalar(self.response().code.as_ref()),
            message: body.scalar(self.response().message.as_ref()),
            retry_after_ms: retry_after(headers, now),
        }))
    }
}

/// The body of a response.
pub(crate) enum Body<'n, 'a> {
    Empty,
    Json(&'a RawValue, Members<'n, 'a>),
    Other,
}

impl<'n, 'a> Body<'n, 'a> {
    /// Parses a body, and finds the first member on the path of each pointer, all in one pass.
    pub(crate) fn read(body: &'a [u8], pointers: impl Iterator<Item = &'n Pointer>) -> Self {
        if body.trim_ascii().is_empty() {
            return Self::Empty;
        }
        let text = core::str::from_utf8(body).ok();
        let json: Option<&RawValue> = text.and_then(|text| serde_json::from_str(text).ok());
        let members = |root| Members::read(root, pointers.map(Pointer::start));
        json.map_or(Self::Other, |root| Self::Json(root, members(root)))
    }

    /// Returns the value that the pointer finds. Returns `None` if there is no such value, or if
    /// the body is not a JSON object.
    pub(crate) fn find(&self, pointer: &Pointer) -> Result<Option<&'a RawValue>, Duplicate> {
        match self {
            Self::Json(_, members) => pointer.find_in(members),
            Self::Empty | Self::Other => Ok(None),
        }
    }

    fn scalar(&self, pointer: Option<&Pointer>) -> Option<String> {
        scalar(self.find(pointer?).ok()??)
    }
}

/// Checks that the request succeeded. Otherwise returns the kind of failure.
fn check_success(
    traits: &ResponseTraits,
    status: u16,
    body: &Body<'_, '_>,
) -> Result<(), FailureKind> {
    let listed_kind = || {
        let code = body.scalar(traits.code.as_ref());
        code.and_then(|code| traits.failure_of(&code))
    };
    if !(200..=299).contains(&status) {
        return Err(listed_kind().unwrap_or(FailureKind::of_status(status)));
    }
    match (&traits.success, body) {
        (None, _) | (_, Body::Empty) => Ok(()),
        (Some(success), body) => match body.find(&success.at) {
            Ok(Some(value)) if success.is(value) => Ok(()),
            Ok(Some(_)) => Err(listed_kind().unwrap_or(FailureKind::Invalid)),
            Ok(None) | Err(Duplicate) => Err(FailureKind::Server),
        },
    }
}

fn answer(traits: &ResponseTraits, status: u16, body: &Body<'_, '_>) -> Answer {
    let data_in_envelope = traits.data.iter().find_map(|pointer| {
        body.find(pointer).ok().flatten().filter(|value| value.get() != "null")
    });
    let data = match body {
        Body::Json(root, _) if traits.data.is_empty() => Some(*root),
        _ => data_in_envelope,
    };
    Answer {
        status,
        data: data.map(|data| data.get().into()),
        message: body.scalar(traits.message.as_ref()),
        page: traits.pagination.as_ref().and_then(|pagination| page(pagination, body)),
    }
}

fn page(pagination: &Pagination, body: &Body<'_, '_>) -> Option<Page> {
    let read = |pointer: &Option<Pointer>| body.scalar(pointer.as_ref());
    let page = Page {
        count: read(&pagination.count).and_then(|count| count.parse().ok()),
        current: read(&pagination.current),
        previous: read(&pagination.previous),
        next: read(&pagination.next),
        first: read(&pagination.first),
        last: read(&pagination.last),
    };
    (page != Page::default()).then_some(page)
}

/// Returns the delay of `Retry-After` in milliseconds (RFC 9110, section 10.2.3). The delay is 0
/// for a date that has passed. Returns `None` if the header is missing, duplicate or invalid.
fn retry_after<N: AsRef<[u8]>, V: AsRef<[u8]>>(headers: &[(N, V)], now: Timestamp) -> Option<u64> {
    let mut values = headers
        .iter()
        .filter(|(name, _)| name.as_ref().eq_ignore_ascii_case(b"retry-after"))
        .map(|(_, value)| value.as_ref());
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let text = core::str::from_utf8(value).ok()?.trim_matches([' ', '\t']);
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Larger numbers are limited to the largest delay that all languages can represent.
        let milliseconds = text.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1000);
        return Some(milliseconds.min(i64::MAX.unsigned_abs()));
    }
    let time = Timestamp::parse_http_date(text, now).ok()?;
    Some(u64::try_from(time.as_millis().saturating_sub(now.as_millis())).unwrap_or_default())
}
