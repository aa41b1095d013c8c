//! The header `Retry-After` (RFC 9110, section 10.2.3).

use keyrail_core::Timestamp;

use crate::time::after;

/// Returns the time that a value of `Retry-After` means: a number of seconds after `now`, or an HTTP
/// date. Returns `None` if the value is malformed, or if the time is not after `now`. A number that
/// means a time after the year 9999 means [`Timestamp::MAX`].
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Timestamp> {
    let value = value.trim_matches([' ', '\t']);
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let time = match is_number {
        true => {
            // A number that is too large for an integer is later than any time.
            let millis = value.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(1000);
            after(now, millis)
        }
        false => Timestamp::parse_http_date(value, now).ok()?,
    };
    (now < time).then_some(time)
}
