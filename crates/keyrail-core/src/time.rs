//! Points in time: Unix milliseconds, always given by the host.

use alloc::string::{String, ToString};
use core::fmt;

use crate::{Error, ErrorKind};

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// The range is that of RFC 3339 with four-digit years and their negatives;
/// [`from_millis`](Self::from_millis) refuses what lies outside. No function
/// of Keyrail reads a clock: the host passes the time.
///
/// ```
/// use keyrail_core::Timestamp;
/// let time = Timestamp::parse("2026-11-01T00:00:00Z")?;
/// assert_eq!(time.as_millis(), 1_793_491_200_000);
/// assert_eq!(time.to_string(), "2026-11-01T00:00:00Z");
/// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The time `millis` milliseconds after the Unix epoch (before it, if negative).
    pub fn from_millis(millis: i64) -> Result<Self, Error<ErrorKind>> {
        jiff::Timestamp::from_millisecond(millis)
            .map(Self)
            .map_err(|_| ErrorKind::TimestampRange.into())
    }

    /// Reads an RFC 3339 time; an offset (`Z` or `+05:30`) is required.
    ///
    /// Fractions finer than a millisecond are cut off.
    pub fn parse(text: &str) -> Result<Self, Error<ErrorKind>> {
        let parsed: jiff::Timestamp = text.parse().map_err(|_| ErrorKind::MalformedTimestamp)?;
        Self::from_millis(parsed.as_millisecond())
    }

    /// Milliseconds since the Unix epoch.
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Whole seconds since the Unix epoch, rounded towards the past.
    pub fn as_seconds(self) -> i64 {
        self.as_millis().div_euclid(1000)
    }

    /// The RFC 3339 text in UTC.
    pub fn to_rfc3339(self) -> String {
        self.0.to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
