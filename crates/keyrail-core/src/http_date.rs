//! HTTP dates: the three forms of RFC 9110, section 5.6.7.

use alloc::borrow::Cow;
use alloc::format;

use jiff::Timestamp as Time;
use jiff::ToSpan as _;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

use crate::{Error, ErrorKind, Timestamp};

const IMF_FIXDATE: &str = "%a, %d %b %Y %H:%M:%S GMT";
const ASCTIME: &str = "%a %b %e %H:%M:%S %Y";
const RFC_850: &str = "%d-%b-%y %H:%M:%S GMT";
const EPOCH: DateTime = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
const LEAP_SECOND: &str = " 23:59:60 ";
const LAST_SECOND: &str = " 23:59:59 ";
const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Timestamp {
    /// Parses an HTTP date, with a precision of one second: `Sun, 06 Nov 1994
    /// 08:49:37 GMT`, or one of the two obsolete forms that a recipient must
    /// accept.
    ///
    /// The RFC 850 form has a two-digit year. It is interpreted as the latest year for which the
    /// date is at most 50 years after `now`. A leap second (`23:59:60`) is read as the first second
    /// of the next day.
    ///
    /// # Errors
    ///
    /// `time.malformed_http_date`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_core::Timestamp;
    /// let now = Timestamp::parse("2026-11-01T00:00:00Z")?;
    /// let time = Timestamp::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now)?;
    /// assert_eq!(time.to_string(), "1994-11-06T08:49:37Z");
    /// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
    /// ```
    pub fn parse_http_date(text: &str, now: Self) -> Result<Self, Error<ErrorKind>> {
        // A leap second is read as the second after 23:59:59.
        let (text, leap_ms) = match text.split_once(LEAP_SECOND) {
            Some((before, after)) => (Cow::Owned(format!("{before}{LAST_SECOND}{after}")), 1000),
            None => (Cow::Borrowed(text), 0),
        };
        let parsed = [IMF_FIXDATE, ASCTIME].iter().find_map(|format| parse_exact(format, &text));
        let time = parsed.or_else(|| parse_rfc_850(&text, now));
        let time = time.ok_or(ErrorKind::MalformedHttpDate)?;
        let millis = time.duration_since(EPOCH).as_secs() * 1000 + leap_ms;
        Self::from_millis(millis)
    }
}

/// Parses a date only if formatting it results in the same string: another letter case or another
/// number of digits is rejected.
fn parse_exact(format: &str, text: &str) -> Option<DateTime> {
    let time = BrokenDownTime::parse(format, text).ok()?.to_datetime().ok()?;
    let mut formatted = alloc::string::String::new();
    BrokenDownTime::from(time).format(format, &mut formatted).ok()?;
    (formatted == text).then_some(time)
}

/// Parses a date in the RFC 850 form.
fn parse_rfc_850(text: &str, now: Timestamp) -> Option<DateTime> {
    let (weekday, date) = text.split_once(", ")?;
    let parsed = parse_exact(RFC_850, date).filter(|_| WEEKDAYS.contains(&weekday))?;
    let now = TimeZone::UTC.to_datetime(Time::from_millisecond(now.as_millis()).ok()?);
    let latest = now.checked_add(50.years()).ok()?;
    let in_century = |century: i16| {
        parsed.with().year(century * 100 + parsed.year().rem_euclid(100)).build().ok()
    };
    let century = now.year().div_euclid(100);
    // A century in which the date does not exist (such as 29 February 2100) is skipped.
    [century + 1, century, century - 1]
        .into_iter()
        .filter_map(in_century)
        .find(|time| *time <= latest)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use crate::Timestamp;

    fn parse_at(now: &str, text: &str) -> Option<alloc::string::String> {
        let now = Timestamp::parse(now).unwrap();
        Timestamp::parse_http_date(text, now).ok().map(|time| time.to_string())
    }

    fn parse(text: &str) -> Option<alloc::string::String> {
        parse_at("2026-11-01T00:00:00Z", text)
    }

    #[test]
    fn the_three_formats_of_the_rfc_parse_to_the_same_time() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse(text).as_deref(), Some("1994-11-06T08:49:37Z"), "{text}");
        }
        assert_eq!(parse("Wed Nov 16 08:49:37 1994").as_deref(), Some("1994-11-16T08:49:37Z"));
    }

    #[test]
    fn a_two_digit_year_is_at_most_fifty_years_in_the_future() {
        let year = |now, yy: &str| {
            parse_at(now, &alloc::format!("Sunday, 01-Nov-{yy} 00:00:00 GMT")).unwrap()
        };
        assert!(year("2026-11-01T00:00:00Z", "76").starts_with("2076"));
        assert!(year("2026-10-31T23:59:59Z", "76").starts_with("1976"));
        assert!(year("2026-11-01T00:00:00Z", "77").starts_with("1977"));
        assert!(year("2026-11-01T00:00:00Z", "26").starts_with("2026"));
        assert!(year("2099-01-01T00:00:00Z", "01").starts_with("2101"));
    }

    #[test]
    fn a_leap_second_is_the_first_second_of_the_next_day() {
        for text in [
            "Sat, 31 Dec 2016 23:59:60 GMT",
            "Saturday, 31-Dec-16 23:59:60 GMT",
            "Sat Dec 31 23:59:60 2016",
        ] {
            assert_eq!(parse(text).as_deref(), Some("2017-01-01T00:00:00Z"), "{text}");
        }
    }

    #[test]
    fn the_last_second_of_the_year_9999_is_in_range() {
        let last = parse("Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(last.as_deref(), Some("9999-12-31T23:59:59Z"));
        let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
        let after = Timestamp::parse_http_date("Fri, 31 Dec 9999 23:59:60 GMT", now);
        assert_eq!(after.unwrap_err().code(), "time.out_of_range");
    }

    #[test]
    fn malformed_dates_are_rejected() {
        for text in [
            "",
            "0",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "sun, 06 nov 1994 08:49:37 gmt",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun,  06 Nov 1994 08:49:37 GMT",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:60 GMT",
            "Sat, 31 Dec 2016 23:59:61 GMT",
            "Noday, 06-Nov-94 08:49:37 GMT",
            "Sunday, 06-Nov-1994 08:49:37 GMT",
            "Sun Nov 6 08:49:37 1994",
            "1994-11-06T08:49:37Z",
            " Sun, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
