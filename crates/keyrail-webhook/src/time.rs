//! Times: sums, and times that were probably passed in seconds instead of milliseconds.

use keyrail_core::Timestamp;
use keyrail_core::config::Faults;

use crate::{Error, ErrorKind};

/// Checks that a time was probably passed in milliseconds, not in seconds.
pub(crate) fn check_unit(time: Timestamp) -> Result<(), Error> {
    if time.seems_in_seconds() { Err(ErrorKind::TimeInSeconds.into()) } else { Ok(()) }
}

/// Adds a fault if the time of a member was probably written in seconds.
pub(crate) fn check_time(time: Option<Timestamp>, member: &str, faults: &Faults) {
    if time.is_some_and(Timestamp::seems_in_seconds) {
        faults.add_kind_below(format_args!("/{member}"), ErrorKind::TimeInSeconds);
    }
}

/// Returns the time this many milliseconds, which must not be negative, after another one, but at
/// most [`Timestamp::MAX`].
pub(crate) fn after(time: Timestamp, millis: i64) -> Timestamp {
    let millis = time.as_millis().saturating_add(millis);
    Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
}
