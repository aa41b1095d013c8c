//! Times and addresses, which Swift and Kotlin pass as numbers and strings.

use std::net::IpAddr;

use keyrail::{Timestamp, parse_address};

use crate::error::FfiError;

/// Converts Unix milliseconds to a time.
pub(crate) fn timestamp(millis: i64) -> Result<Timestamp, FfiError> {
    Ok(Timestamp::from_millis(millis)?)
}

/// Parses an IP address.
pub(crate) fn address(text: &str) -> Result<IpAddr, FfiError> {
    parse_address(text).map_err(|_| {
        FfiError::of_argument(
            "network.malformed",
            "invalid IP address: expected e.g. 203.0.113.7 or 2001:db8::1",
        )
    })
}
