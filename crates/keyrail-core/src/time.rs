//! Timestamps in Unix milliseconds. The current time is always passed by the host.

use alloc::string::{String, ToString};
use core::fmt;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time, date};

use crate::{Error, ErrorKind};

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// The years range from -9999 to 9999; [`from_millis`](Self::from_millis) rejects times
/// outside this range. No function of Keyrail reads a clock: the host passes the time.
///
/// ```
/// use keyrail_core::Timestamp;
/// let time = Timestamp::parse("2026-11-01T00:00:00Z")?;
/// assert_eq!(time.as_millis(), 1_793_491_200_000);
/// assert_eq!(time.to_string(), "2026-11-01T00:00:00Z");
/// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The first millisecond of -9999-01-01 in UTC.
const FIRST: i64 = -377_705_116_800_000;
/// The first millisecond of 0000-01-01 in UTC.
const FIRST_RFC3339: i64 = -62_167_219_200_000;
/// The last millisecond of 9999-12-31 in UTC.
const LAST: i64 = 253_402_300_799_999;

const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

impl Timestamp {
    /// The last millisecond of the year 9999 in UTC, the latest time.
    pub const MAX: Self = Self(LAST);

    /// Returns the time that is `millis` milliseconds after the Unix epoch. A negative number is a
    /// time before the epoch.
    ///
    /// # Errors
    ///
    /// `time.out_of_range`.
    pub fn from_millis(millis: i64) -> Result<Self, Error<ErrorKind>> {
        match millis {
            FIRST..=LAST => Ok(Self(millis)),
            _ => Err(ErrorKind::TimestampRange.into()),
        }
    }

    /// Parses an RFC 3339 timestamp (section 5.6): a date, a time and an offset (such as `Z` or
    /// `+05:30`), and nothing else. A leap second (`:60`) is accepted only as the last second of a
    /// day in UTC. It is read as second 59.
    ///
    /// Fractions of a millisecond are truncated.
    ///
    /// # Errors
    ///
    /// `time.malformed`; `time.out_of_range` if the offset moves the time
    /// before the year 0 or beyond the year 9999.
    pub fn parse(text: &str) -> Result<Self, Error<ErrorKind>> {
        let (millis, _) = Parser(text).time().ok_or(ErrorKind::MalformedTimestamp)?;
        Self::parsed(millis)
    }

    /// Parses a time like [`parse`](Self::parse), but rounds a fraction of a millisecond up.
    /// Use it for the bounds of a half-open interval: a time in whole milliseconds is before
    /// the rounded bound if and only if it is before the exact one.
    ///
    /// ```
    /// use keyrail_core::Timestamp;
    /// let edge = Timestamp::parse_edge("2026-11-01T00:00:00.0001Z")?;
    /// assert_eq!(edge.to_string(), "2026-11-01T00:00:00.001Z");
    /// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `time.malformed`, `time.out_of_range`.
    pub fn parse_edge(text: &str) -> Result<Self, Error<ErrorKind>> {
        let (millis, is_truncated) = Parser(text).time().ok_or(ErrorKind::MalformedTimestamp)?;
        Self::parsed(millis + i64::from(is_truncated))
    }

    /// Returns the time of these parsed milliseconds, or an error if its year in UTC is not from 0
    /// to 9999.
    fn parsed(millis: i64) -> Result<Self, Error<ErrorKind>> {
        match millis < FIRST_RFC3339 {
            true => Err(ErrorKind::TimestampRange.into()),
            false => Self::from_millis(millis),
        }
    }

    /// Returns milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns whether this was probably created from a number of seconds instead of
    /// milliseconds: whether it is before 1973-03-03. Every number of seconds up to the year
    /// 5138 results in a time before this date if it is interpreted as milliseconds.
    ///
    /// ```
    /// use keyrail_core::Timestamp;
    /// assert!(Timestamp::from_millis(1_793_491_200).unwrap().seems_in_seconds());
    /// assert!(!Timestamp::from_millis(1_793_491_200_000).unwrap().seems_in_seconds());
    /// ```
    pub const fn seems_in_seconds(self) -> bool {
        /// 1973-03-03 in milliseconds, 5138-11-16 in seconds.
        const BOUND: i64 = 100_000_000_000;
        self.0 < BOUND
    }

    /// Returns whole seconds since the Unix epoch, rounded towards the past.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Returns the RFC 3339 timestamp in UTC.
    pub fn to_rfc3339(self) -> String {
        self.to_string()
    }
}

/// A parser of RFC 3339 timestamps. It contains the part of the string that is not yet read.
struct Parser<'t>(&'t str);

impl Parser<'_> {
    /// Reads the timestamp, and returns milliseconds since the Unix epoch and whether a
    /// fraction of a millisecond was truncated.
    fn time(mut self) -> Option<(i64, bool)> {
        let (year, _) = (self.number(4)?, self.one_of("-")?);
        let (month, _) = (self.number(2)?, self.one_of("-")?);
        let (day, _) = (self.number(2)?, self.one_of("Tt ")?);
        let (hour, _) = (self.number(2)?, self.one_of(":")?);
        let (minute, _) = (self.number(2)?, self.one_of(":")?);
        let second = self.number(2)?;
        let (fraction, is_truncated) = self.fraction()?;
        let offset = self.offset()?;
        let (is_leap, second) = if second == 60 { (true, 59) } else { (false, second) };
        let to_i8 = |number: i16| i8::try_from(number).ok();
        let date = Date::new(year, to_i8(month)?, to_i8(day)?).ok()?;
        let time = Time::new(to_i8(hour)?, to_i8(minute)?, to_i8(second)?, 0).ok()?;
        let local = DateTime::from_parts(date, time).duration_since(EPOCH).as_secs();
        let seconds = local.checked_sub(offset)?;
        let is_end_of_day = seconds.rem_euclid(24 * 60 * 60) == 24 * 60 * 60 - 1;
        (!is_leap || is_end_of_day).then_some((seconds * 1000 + fraction, is_truncated))
    }

    /// Reads a number of exactly `digits` digits.
    fn number(&mut self, digits: usize) -> Option<i16> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())?
    }

    /// Reads one of these characters.
    fn one_of(&mut self, characters: &str) -> Option<char> {
        let first = self.0.chars().next().filter(|first| characters.contains(*first))?;
        self.0 = self.0.get(first.len_utf8()..)?;
        Some(first)
    }

    /// Reads a fraction of a second, if there is one. Returns its milliseconds, and whether a
    /// fraction of a millisecond was truncated. Returns `None` if there are no digits after the
    /// point, or if the string ends after the digits.
    fn fraction(&mut self) -> Option<(i64, bool)> {
        if self.one_of(".").is_none() {
            return Some((0, false));
        }
        let end = self.0.find(|character: char| !character.is_ascii_digit())?;
        let (digits, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        let places = [100, 10, 1].into_iter();
        let millis =
            digits.bytes().zip(places).map(|(digit, place)| i64::from(digit - b'0') * place);
        let is_truncated = digits.bytes().skip(3).any(|digit| digit != b'0');
        (!digits.is_empty()).then(|| (millis.sum(), is_truncated))
    }

    /// Reads the offset from UTC and returns it in seconds. The string must end after the offset.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.one_of("Zz+-")? {
            '+' => 1,
            '-' => -1,
            _ => return self.0.is_empty().then_some(0),
        };
        let (hours, _, minutes) = (self.number(2)?, self.one_of(":")?, self.number(2)?);
        let is_valid = hours < 24 && minutes < 60 && self.0.is_empty();
        is_valid.then(|| sign * (i64::from(hours) * 60 + i64::from(minutes)) * 60)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = EPOCH.checked_add(SignedDuration::from_millis(self.0));
        write!(f, "{}Z", time.map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

crate::from_str! {
    Timestamp: parse, Error<ErrorKind>;
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::{FIRST, LAST, Timestamp};

    fn parse(text: &str) -> Result<i64, &'static str> {
        Timestamp::parse(text).map(Timestamp::as_millis).map_err(|error| error.code())
    }

    #[test]
    fn every_form_of_rfc_3339_is_parsed() {
        // The examples of section 5.8; the second and the third are the same point in time.
        assert_eq!(parse("1985-04-12T23:20:50.52Z"), Ok(482_196_050_520));
        assert_eq!(parse("1996-12-19T16:39:57-08:00"), Ok(851_042_397_000));
        assert_eq!(parse("1996-12-20T00:39:57Z"), Ok(851_042_397_000));
        assert_eq!(parse("1990-12-31T23:59:60Z"), parse("1990-12-31T23:59:59Z"));
        assert_eq!(parse("1990-12-31T15:59:60-08:00"), parse("1990-12-31T23:59:60Z"));
        assert_eq!(parse("1937-01-01T12:00:27.87+00:20"), Ok(-1_041_337_172_130));
        for same in
            ["2026-11-01t00:00:00z", "2026-11-01 00:00:00-00:00", "2026-11-01T05:30:00+05:30"]
        {
            assert_eq!(parse(same), Ok(1_793_491_200_000), "{same}");
        }
        assert_eq!(parse("1970-01-01T00:00:00.1239999999999999999Z"), Ok(123));
        assert_eq!(parse("1969-12-31T23:59:59.9Z"), Ok(-100));
    }

    #[test]
    fn malformed_rfc_3339_times_are_rejected() {
        for text in [
            "",
            "2026-11-01",
            "2026-11-01T00:00:00",
            "2026-11-01T00:00Z",
            "2026-11-01T00Z",
            "20261101T000000Z",
            "2026-11-01T00:00:00,5Z",
            "2026-11-01T00:00:00.Z",
            "2026-11-01T00:00:00.5",
            "2026-11-01T00:00:00+0530",
            "2026-11-01T00:00:00+05",
            "2026-11-01T00:00:00+24:00",
            "2026-11-01T00:00:00+05:60",
            "2026-11-01T00:00:00+05:30:15",
            "2026-11-01T00:00:00+01:00[Europe/Paris]",
            "2026-11-01T00:00:00Z[u-ca=hebrew]",
            "2026-11-01T00:00:00Z ",
            " 2026-11-01T00:00:00Z",
            "+002026-11-01T00:00:00Z",
            "-002026-11-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-31T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-01T24:00:00Z",
            "2026-11-01T00:60:00Z",
            "2026-11-01T00:00:61Z",
            "2026-11-01T12:30:60Z",
            "2026-11-01T23:59:60+01:00",
            "2026-11-0\u{661}T00:00:00Z",
            "+026-11-01T00:00:00Z",
        ] {
            assert_eq!(parse(text), Err("time.malformed"), "{text}");
        }
    }

    #[test]
    fn the_range_limits_are_exact() {
        assert_eq!(parse("9999-12-31T23:59:59.999Z"), Ok(LAST));
        assert_eq!(parse("9999-12-31T23:59:59-00:01"), Err("time.out_of_range"));
        assert_eq!(parse("0000-01-01T00:00:00Z"), Ok(-62_167_219_200_000));
        for (millis, text) in
            [(FIRST, "-009999-01-01T00:00:00Z"), (LAST, "9999-12-31T23:59:59.999Z")]
        {
            assert_eq!(Timestamp::from_millis(millis).unwrap().to_string(), text);
        }
        for millis in [FIRST - 1, LAST + 1, i64::MIN, i64::MAX] {
            assert_eq!(Timestamp::from_millis(millis).unwrap_err().code(), "time.out_of_range");
        }
    }

    #[test]
    fn an_edge_is_rounded_up_to_the_millisecond() {
        let edge = |text| Timestamp::parse_edge(text).map(Timestamp::as_millis).unwrap();
        assert_eq!(edge("1970-01-01T00:00:00.0009Z"), 1);
        assert_eq!(edge("1970-01-01T00:00:00.001000Z"), 1);
        assert_eq!(edge("1970-01-01T00:00:00.00100001Z"), 2);
        assert_eq!(edge("1969-12-31T23:59:59.9999Z"), 0);
        let error = Timestamp::parse_edge("9999-12-31T23:59:59.9999Z").unwrap_err();
        assert_eq!(error.code(), "time.out_of_range");
    }

    #[test]
    fn formatted_times_parse_back() {
        for millis in [0, 1, 500, -1, 1_793_491_200_000, -62_167_219_200_000, LAST] {
            let time = Timestamp::from_millis(millis).unwrap();
            assert_eq!(parse(&time.to_rfc3339()), Ok(millis));
        }
    }
}
