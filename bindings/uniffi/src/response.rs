//! Responses of platforms: the answer, or the reason for the failure. An answer may contain a
//! token, and a failure may repeat the request. So both are passed as objects that do not print
//! text from the response.

use std::sync::Arc;

use keyrail::platform::{Answer, Failure, FailureKind, Outcome, Page};

use crate::mirror::mirror_enum;

/// See [`Outcome`].
#[derive(uniffi::Enum)]
pub enum FfiOutcome {
    /// The request succeeded.
    Done {
        /// The answer.
        answer: Arc<FfiAnswer>,
    },
    /// The request failed.
    Failed {
        /// The failure.
        failure: Arc<FfiFailure>,
    },
}

impl From<Outcome> for FfiOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Ok(answer) => Self::Done { answer: Arc::new(FfiAnswer(answer)) },
            Outcome::Failed(failure) => Self::Failed { failure: Arc::new(FfiFailure(failure)) },
        }
    }
}

/// See [`Answer`].
#[derive(uniffi::Object)]
pub struct FfiAnswer(Answer);

#[uniffi::export]
impl FfiAnswer {
    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Returns the requested data, as JSON.
    pub fn data(&self) -> Option<String> {
        self.0.data.clone()
    }

    /// Returns the vendor's own message.
    pub fn message(&self) -> Option<String> {
        self.0.message.clone()
    }

    /// Returns the pagination values of the response.
    pub fn page(&self) -> Option<FfiPage> {
        self.0.page.clone().map(Into::into)
    }
}

/// See [`Page`].
#[derive(uniffi::Record)]
pub struct FfiPage {
    /// The total number of items.
    pub count: Option<i64>,
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

impl From<Page> for FfiPage {
    fn from(page: Page) -> Self {
        Self {
            // A count that does not fit an `i64` is clamped. No list has that many items.
            count: page.count.map(|count| i64::try_from(count).unwrap_or(i64::MAX)),
            current: page.current,
            previous: page.previous,
            next: page.next,
            first: page.first,
            last: page.last,
        }
    }
}

mirror_enum! { FfiFailureKind of FailureKind { Unauthenticated, Forbidden, NotFound, RateLimited, Invalid, Server } }

/// See [`Failure`]. It prints as a sentence without the vendor's code and message.
#[derive(uniffi::Object)]
#[uniffi::export(Display)]
pub struct FfiFailure(pub(crate) Failure);

impl std::fmt::Display for FfiFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[uniffi::export]
impl FfiFailure {
    /// Returns the kind of failure.
    pub fn kind(&self) -> FfiFailureKind {
        self.0.kind.into()
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Returns the vendor's own error code.
    pub fn code(&self) -> Option<String> {
        self.0.code.clone()
    }

    /// Returns the vendor's own message.
    pub fn text(&self) -> Option<String> {
        self.0.message.clone()
    }

    /// Returns how long to wait before the next request, in milliseconds.
    pub fn retry_after_ms(&self) -> Option<i64> {
        self.0.retry_after_ms.map(|delay| i64::try_from(delay).unwrap_or(i64::MAX))
    }
}

/// Converts a status. One that does not fit a `u16` becomes [`u16::MAX`], which is no status either.
pub(crate) fn status(status: i64) -> u16 {
    u16::try_from(status).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::{FfiFailure, FfiFailureKind, FfiOutcome, FfiPage, status};
    use crate::platform::FfiPlatform;

    #[test]
    fn a_status_that_does_not_fit_u16_becomes_its_maximum() {
        assert_eq!([200, 65_535].map(status), [200, 65_535]);
        assert_eq!([-1, 65_536, i64::MIN, i64::MAX].map(status), [u16::MAX; 4]);
    }

    #[test]
    fn a_count_above_i64_max_is_clamped() {
        let mut page = keyrail::platform::Page::default();
        page.count = Some(u64::MAX);
        assert_eq!(FfiPage::from(page).count, Some(i64::MAX));
    }

    #[test]
    fn a_failure_keeps_the_vendor_message_but_does_not_print_it() {
        let platform = FfiPlatform::get("azeer").unwrap();
        let body = br#"{"success": false, "message": "t0k3n"}"#;
        let headers = ["retry-after", "7"].map(Into::into).into();
        let outcome = platform.read_response("message.send", 429, headers, body, 0).unwrap();
        let FfiOutcome::Failed { failure } = outcome else { panic!() };
        assert_eq!(failure.kind(), FfiFailureKind::RateLimited);
        assert_eq!((failure.status(), failure.retry_after_ms()), (429, Some(7000)));
        assert_eq!(failure.text().as_deref(), Some("t0k3n"));
        assert!(!FfiFailure::to_string(&failure).contains("t0k3n"));
    }
}
