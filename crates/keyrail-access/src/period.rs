//! Periods: how long a key is valid, and how long a replaced key stays valid.

use keyrail_core::Timestamp;

use crate::{Error, ErrorKind};

/// The maximum number of days of a period, and of an expiry that a policy allows: about a hundred
/// years.
pub const MAX_PERIOD_DAYS: u32 = 36_525;

/// The number of milliseconds in a minute.
const MINUTE_MS: i64 = 60 * 1000;
/// The number of milliseconds in an hour.
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// The number of milliseconds in a day.
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;

/// When a key expires.
///
/// ```
/// use keyrail_access::Expiry;
/// assert_eq!(Expiry::parse("90d")?, Expiry::Days(90));
/// assert_eq!(Expiry::parse("never")?, Expiry::Never);
/// assert!(matches!(Expiry::parse("2027-01-30T00:00:00Z")?, Expiry::At(_)));
/// # Ok::<(), keyrail_access::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// The key never expires.
    Never,
    /// The key expires this number of days after the current time; each day has 24 hours.
    Days(u32),
    /// The key expires at this time.
    At(Timestamp),
}

impl Expiry {
    /// Parses `never`, a number of days such as `90d`, or an RFC 3339 timestamp.
    ///
    /// # Errors
    ///
    /// `access.malformed_expiry`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let expiry = match text {
            NEVER => Some(Self::Never),
            _ => match text.strip_suffix('d') {
                Some(days) => number(days).filter(|days| *days > 0).map(Self::Days),
                None => Timestamp::parse(text).ok().map(Self::At),
            },
        };
        expiry.ok_or_else(|| ErrorKind::MalformedExpiry.into())
    }

    /// Returns the first time at which the key is no longer valid, or `None` if it never expires.
    ///
    /// # Errors
    ///
    /// `access.malformed_expiry`, if the time would be after the year 9999.
    pub(crate) fn end(self, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        match self {
            Self::Never => Ok(None),
            Self::At(end) => Ok(Some(end)),
            Self::Days(days) => {
                let end = Timestamp::from_millis(now.as_millis() + i64::from(days) * DAY_MS);
                end.map(Some).map_err(|_| ErrorKind::MalformedExpiry.into())
            }
        }
    }
}

/// The word for a key that never expires.
pub(crate) const NEVER: &str = "never";

/// A period of at most [`MAX_PERIOD_DAYS`] days, such as the time for which a replaced key stays
/// valid.
///
/// ```
/// use keyrail_access::Period;
/// assert_eq!(Period::parse("2d")?, Period::days(2)?);
/// assert_eq!(Period::parse("90m")?.as_millis(), 5_400_000);
/// assert_eq!(Period::parse("0d")?, Period::ZERO);
/// # Ok::<(), keyrail_access::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(i64);

impl Period {
    /// The period of length zero.
    pub const ZERO: Self = Self(0);

    /// Returns a period of this number of days; each day has 24 hours.
    ///
    /// # Errors
    ///
    /// `access.malformed_period`, above [`MAX_PERIOD_DAYS`].
    pub fn days(days: u32) -> Result<Self, Error> {
        match days <= MAX_PERIOD_DAYS {
            true => Ok(Self(i64::from(days) * DAY_MS)),
            false => Err(ErrorKind::MalformedPeriod.into()),
        }
    }

    /// Returns a period of this number of milliseconds.
    ///
    /// # Errors
    ///
    /// `access.malformed_period`, below 0 or above [`MAX_PERIOD_DAYS`].
    pub fn from_millis(millis: i64) -> Result<Self, Error> {
        match (0..=MAX_MS).contains(&millis) {
            true => Ok(Self(millis)),
            false => Err(ErrorKind::MalformedPeriod.into()),
        }
    }

    /// Parses a number of days, hours or minutes: `2d`, `36h`, `90m`.
    ///
    /// # Errors
    ///
    /// `access.malformed_period`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let units = [('d', DAY_MS), ('h', HOUR_MS), ('m', MINUTE_MS)];
        let parsed = units.into_iter().find_map(|(unit, millis)| {
            let count = number(text.strip_suffix(unit)?)?;
            Some(i64::from(count) * millis).filter(|millis| *millis <= MAX_MS)
        });
        parsed.map(Self).ok_or_else(|| ErrorKind::MalformedPeriod.into())
    }

    /// Returns the number of milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns the end of a period that starts now.
    ///
    /// # Errors
    ///
    /// `access.malformed_period`, if the time would be after the year 9999.
    pub(crate) fn end(self, now: Timestamp) -> Result<Timestamp, Error> {
        let end = Timestamp::from_millis(now.as_millis() + self.0);
        end.map_err(|_| ErrorKind::MalformedPeriod.into())
    }
}

/// [`MAX_PERIOD_DAYS`] in milliseconds.
const MAX_MS: i64 = MAX_PERIOD_DAYS as i64 * DAY_MS;

/// Parses a number of up to eight digits without leading zeros.
fn number(digits: &str) -> Option<u32> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= 8;
    let is_canonical = digits == "0" || !digits.starts_with('0');
    digits.parse().ok().filter(|_| is_number && is_canonical)
}

keyrail_core::from_str! {
    Expiry: parse, Error;
    Period: parse, Error;
}

#[cfg(test)]
mod tests {
    use super::{Expiry, MAX_PERIOD_DAYS, Period};

    #[test]
    fn a_period_is_a_number_of_days_hours_or_minutes() {
        for (text, millis) in
            [("0d", 0), ("0m", 0), ("1m", 60_000), ("24h", 86_400_000), ("1d", 86_400_000)]
        {
            assert_eq!(Period::parse(text).map(Period::as_millis), Ok(millis), "{text}");
        }
        for text in ["", "d", "1", "1s", "01d", "+1d", "-1d", "1.5d", " 1d", "1 d", "1D", "١d"] {
            let error = Period::parse(text).unwrap_err();
            assert_eq!(error.code(), "access.malformed_period", "{text}");
        }
    }

    #[test]
    fn a_period_has_at_most_36525_days() {
        assert!(Period::parse("36525d").is_ok() && Period::parse("36526d").is_err());
        assert!(Period::parse("52596000m").is_ok() && Period::parse("52596001m").is_err());
        assert!(Period::parse("999999999m").is_err());
        let day = 86_400_000;
        assert!(Period::from_millis(36_525 * day).is_ok() && Period::from_millis(-1).is_err());
        assert!(Period::from_millis(36_525 * day + 1).is_err());
        assert!(
            Period::days(MAX_PERIOD_DAYS).is_ok() && Period::days(MAX_PERIOD_DAYS + 1).is_err()
        );
    }

    #[test]
    fn an_expiry_is_the_word_never_a_number_of_days_or_a_timestamp() {
        assert_eq!(Expiry::parse("30d"), Ok(Expiry::Days(30)));
        for text in ["", "Never", "0d", "d", "30", "30h", "2027-01-30", "1800000000000"] {
            let error = Expiry::parse(text).unwrap_err();
            assert_eq!(error.code(), "access.malformed_expiry", "{text}");
        }
    }
}
