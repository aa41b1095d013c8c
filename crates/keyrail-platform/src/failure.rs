//! Failures: why a request failed, in the same terms for every platform.

use alloc::string::String;
use core::fmt;

/// Why a request failed, in the same terms for every platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The credentials are missing, wrong, expired or revoked.
    Unauthenticated,
    /// The credentials are valid, but do not allow the operation.
    Forbidden,
    /// The requested resource does not exist.
    NotFound,
    /// There were too many requests: wait.
    RateLimited,
    /// The request cannot be fulfilled as it is.
    Invalid,
    /// The vendor's server failed, or its response cannot be read.
    Server,
}

impl FailureKind {
    /// All kinds with their names.
    pub(crate) const WORDS: &'static [(&'static str, Self)] = &[
        ("unauthenticated", Self::Unauthenticated),
        ("forbidden", Self::Forbidden),
        ("not_found", Self::NotFound),
        ("rate_limited", Self::RateLimited),
        ("invalid", Self::Invalid),
        ("server", Self::Server),
    ];

    /// Returns `unauthenticated`, `forbidden`, `not_found`, `rate_limited`, `invalid` or
    /// `server`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Invalid => "invalid",
            Self::Server => "server",
        }
    }

    /// Returns the kind of failure for a status (RFC 9110, section 15; RFC 6585, section 4). It is
    /// used if the vendor's error code does not determine the kind. A redirect is a server failure,
    /// because credentials must not be sent to another URL.
    pub(crate) const fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthenticated,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            429 => Self::RateLimited,
            408 => Self::Server, // the request was too slow, not wrong
            400..=499 => Self::Invalid,
            _ => Self::Server,
        }
    }
}

/// A request that failed.
///
/// The vendor's code and message may repeat parts of the request, so `Debug` prints only their
/// lengths.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The kind of failure, in the same terms for every platform.
    pub kind: FailureKind,
    /// The status of the response, 100 to 599.
    pub status: u16,
    /// The vendor's own error code, if the response has one.
    pub code: Option<String>,
    /// The vendor's own message, if the response has one.
    pub message: Option<String>,
    /// How long to wait before the next request, in milliseconds, if the response specifies it
    /// (`Retry-After`, RFC 9110, section 10.2.3).
    pub retry_after_ms: Option<u64>,
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("kind", &self.kind)
            .field("status", &self.status)
            .field("code", &self.code.as_ref().map(String::len))
            .field("message", &self.message.as_ref().map(String::len))
            .field("retry_after_ms", &self.retry_after_ms)
            .finish()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self.kind {
            FailureKind::Unauthenticated => "the platform rejected the credentials",
            FailureKind::Forbidden => "the credentials do not allow this operation",
            FailureKind::NotFound => "the requested resource does not exist",
            FailureKind::RateLimited => "there were too many requests: wait before the next one",
            FailureKind::Invalid => "the platform rejected the request as invalid",
            FailureKind::Server => "the platform failed: try again later",
        };
        write!(f, "{sentence} (status {})", self.status)
    }
}

impl core::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::FailureKind;

    #[test]
    fn every_kind_has_one_name() {
        for (word, kind) in FailureKind::WORDS {
            assert_eq!(kind.as_str(), *word);
        }
    }
}
