//! Reading limits from JSON.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{MAX_JSON_INTEGER, check_schema, in_range, json, range_schema};

use super::quota::{CalendarUnit, Quota};
use super::rate::Rate;
use super::{Limit, LimitOwner, LimitState, MAX_LIMITS, Rule};
use crate::{Error, ErrorKind};

/// The version of the JSON format of a limit's state.
pub const LIMIT_STATE_SCHEMA: i64 = 1;

/// The maximum length of a limit's name.
pub const MAX_LIMIT_NAME: usize = 64;

/// The maximum number of units of a limit.
pub const MAX_UNITS: u32 = 1_000_000_000;

/// The maximum length of a rate's period, and the maximum time in which its bucket fills, in
/// seconds: 366 days.
const MAX_SECONDS: i64 = 366 * 86_400;

keyrail_core::config_object! {
    /// A limit on requests: a rate or a calendar quota.
    document Limit (faults) {
        /// The name, which the header fields `RateLimit-Policy` and `RateLimit` contain. It
        /// consists of letters, digits, `.`, `_` and `-`.
        required name: String = parse(check_limit_name, json!({
            "type": "string", "minLength": 1, "maxLength": MAX_LIMIT_NAME,
            "pattern": "^[A-Za-z0-9._-]*$"
        }));
        /// Whose requests are counted; `key` if absent.
        optional of: LimitOwner = choice(LimitOwner::WORDS);
        /// The rate. A limit has either a rate or a quota.
        state rate: Rate;
        /// The quota. A limit has either a rate or a quota.
        state quota: Quota;
        /// The number of units that a request consumes; 1 if absent.
        optional cost: i64 as range_schema(1..=MAX_UNITS);
    } => {
        if rate.is_absent() == quota.is_absent() {
            faults.add_kind(ErrorKind::LimitRule);
            return None;
        }
        let rule = rate.optional().map(Rule::Rate).or(quota.optional().map(Rule::Quota));
        let most = rule.map_or(MAX_UNITS, |rule| match rule {
            Rule::Rate(rate) => rate.burst,
            Rule::Quota(quota) => quota.units,
        });
        let cost = in_range(Some(cost.unwrap_or(1)), 1..=most.into(), "cost", ErrorKind::MalformedLimit, faults);
        Some(Self { name: name?.into(), of: of.unwrap_or_default(), rule: rule?, cost: cost? })
    }
}

keyrail_core::config_object! {
    /// A rate: a bucket of units that fills evenly.
    Rate (faults) {
        /// The number of units that flow into the bucket in each period.
        required units: i64 as range_schema(1..=MAX_UNITS);
        /// The length of the period in seconds.
        required per_seconds: i64 as range_schema(1..=MAX_SECONDS);
        /// The maximum number of units in the bucket, which is also the most that can be consumed
        /// at once; `units` if absent.
        optional burst: i64 as range_schema(1..=MAX_UNITS);
    } => {
        let units = in_range(units, 1..=MAX_UNITS.into(), "units", ErrorKind::MalformedLimit, faults);
        let per_seconds = in_range(per_seconds, 1..=MAX_SECONDS, "per_seconds", ErrorKind::MalformedLimit, faults);
        let burst = in_range(burst, 1..=MAX_UNITS.into(), "burst", ErrorKind::MalformedLimit, faults).or(units);
        let rate = Self { units: units?, per_seconds: per_seconds?, burst: burst? };
        let bucket = i64::from(rate.burst) * i64::from(rate.per_seconds);
        if bucket > MAX_SECONDS * i64::from(rate.units) {
            faults.add_kind_below(format_args!("/burst"), ErrorKind::MalformedLimit);
            return None;
        }
        Some(rate)
    }
}

keyrail_core::config_object! {
    /// A quota: a number of units in each window of the calendar, in UTC.
    Quota (faults) {
        /// The number of units in each window.
        required units: i64 as range_schema(1..=MAX_UNITS);
        /// The length of the window: `hour`, `day`, `week` (from Monday on) or `month`.
        required per: CalendarUnit = choice(CalendarUnit::WORDS);
        /// The day of the calendar month on which a monthly window starts, from 1 to 31; 1 if
        /// absent. If the month does not have this day, the window starts on the last day of the
        /// month.
        optional day: i64 as range_schema(1..=31);
    } => {
        let units = in_range(units, 1..=MAX_UNITS.into(), "units", ErrorKind::MalformedLimit, faults);
        let most = if per.is_none_or(|per| per == CalendarUnit::Month) { 31 } else { 0 };
        let day = match day {
            Some(_) => in_range(day, 1..=most, "day", ErrorKind::MalformedLimit, faults)?,
            None => 1,
        };
        Some(Self { units: units?, per: per?, day: u8::try_from(day).ok()? })
    }
}

keyrail_core::config_object! {
    /// The state of a limit.
    document LimitState (faults) {
        /// The version of this document's format, which is 1. A newer version is rejected.
        optional schema: i64 as json!({"const": LIMIT_STATE_SCHEMA});
        /// A time in Unix milliseconds. For a rate, it is the time at which the bucket will be full,
        /// rounded down. For a quota, it is the start of the window.
        required at: i64 as range_schema(-MAX_JSON_INTEGER..=MAX_JSON_INTEGER);
        /// For a rate, how far `at` was rounded down, in steps of 1/`units` of a millisecond. For a
        /// quota, the number of units that were consumed in the window.
        required count: i64 as range_schema(0..=MAX_JSON_INTEGER);
    } => {
        check_schema(schema, LIMIT_STATE_SCHEMA, ErrorKind::OF_SCHEMA, faults)?;
        let (times, counts) = (-MAX_JSON_INTEGER..=MAX_JSON_INTEGER, 0..=MAX_JSON_INTEGER);
        let at = in_range(at, times, "at", ErrorKind::MalformedNumber, faults);
        let count = in_range(count, counts, "count", ErrorKind::MalformedNumber, faults);
        Some(Self { at: at?, count: count? })
    }
}

/// Checks that there are at most [`MAX_LIMITS`] limits, and that each has a name of its own.
pub(crate) fn check_limits<'a>(
    limits: impl ExactSizeIterator<Item = &'a Limit> + Clone,
) -> Result<(), Error> {
    if limits.len() > MAX_LIMITS {
        return Err(ErrorKind::TooManyLimits.into());
    }
    let is_duplicate = |(index, limit): (usize, &Limit)| {
        limits.clone().take(index).any(|other| other.name == limit.name)
    };
    match limits.clone().enumerate().any(is_duplicate) {
        true => Err(ErrorKind::DuplicateLimit.into()),
        false => Ok(()),
    }
}

/// Returns the faults of a record's limits, each with the limit's index and the faulty member.
pub(crate) fn limit_faults(
    limits: &[(usize, &Limit)],
    has_owner: bool,
    has_organization: bool,
) -> Vec<(usize, &'static str, ErrorKind)> {
    let mut faults = Vec::new();
    for (count, (index, limit)) in limits.iter().enumerate() {
        if limits.iter().take(count).any(|(_, other)| other.name == limit.name) {
            faults.push((*index, "name", ErrorKind::DuplicateLimit));
        }
        match limit.of {
            LimitOwner::Owner if !has_owner => faults.push((*index, "of", ErrorKind::NoOwner)),
            LimitOwner::Organization if !has_organization => {
                faults.push((*index, "of", ErrorKind::NoOrganization));
            }
            _ => {}
        }
    }
    faults
}

fn check_limit_name(text: &str) -> Result<String, Error> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match text.bytes().position(|byte| !is_allowed(byte)) {
        Some(at) => Err(Error::at(ErrorKind::MalformedLimitName, at)),
        None if text.is_empty() => Err(ErrorKind::MalformedLimitName.into()),
        None if text.len() > MAX_LIMIT_NAME => {
            Err(Error::at(ErrorKind::MalformedLimitName, MAX_LIMIT_NAME))
        }
        None => Ok(text.into()),
    }
}
