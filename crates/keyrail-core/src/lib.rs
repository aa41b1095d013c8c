//! Types and functions that several crates of Keyrail share:
//!
//! - values: [`Secret`], [`Timestamp`], [`Network`] and [`EventPattern`];
//! - errors: [`Error`], each with a stable code;
//! - configuration: the module [`config`], with [`Faults`] and [`ConfigError`];
//! - HTTP types: [`HeaderValue`], [`Request`], [`Response`] and [`Problem`];
//! - comparison of header names: [`is_same_header`] and [`header_names_collide`];
//! - names of credentials: [`is_credential_name`] and [`is_credential_header`].
//!
//! The feature `http` adds conversions of requests, responses and header values to the
//! types of the `http` crate. Only these conversions require std.
//!
//! This is the lowest layer: it depends on no other crate of Keyrail. It performs
//! no I/O, reads no clock and generates no random numbers.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

extern crate alloc;

#[doc(hidden)]
pub mod codec;
pub mod config;
mod credential_name;
mod error;
mod event;
mod from_str;
#[doc(hidden)]
pub mod hasher;
mod header_name;
mod header_value;
mod http;
mod http_date;
#[cfg(feature = "http")]
mod http_types;
mod invisible;
mod mask;
mod network;
#[doc(hidden)]
pub mod packed_u32;
mod secret;
#[doc(hidden)]
pub mod static_hash_table;
mod time;

pub use config::{ConfigError, ConfigErrorKind, Fault, Faults};
pub use credential_name::{
    CREDENTIAL_HEADERS, CREDENTIAL_NAMES, is_credential_header, is_credential_name,
};
#[doc(hidden)]
pub use error::KindInfo;
pub use error::{Error, Kind};
pub use event::EventPattern;
pub use header_name::{MAX_TOKEN, header_names_collide, is_same_header, is_token, is_token_byte};
pub use header_value::{HeaderText, HeaderValue, MAX_HEADER_VALUE};
pub use http::{Problem, Request, Response};
pub use invisible::is_invisible;
pub use mask::{ASCII_MASK, MASK, is_mask};
pub use network::{Network, parse_address};
pub use secret::Secret;
pub use time::Timestamp;

error_kinds! {
    /// The kinds of errors of this crate.
    pub enum ErrorKind {
        /// A string is not an RFC 3339 timestamp with an offset.
        MalformedTimestamp = "time.malformed",
            "invalid RFC 3339 timestamp: expected e.g. 2026-01-31T12:00:00Z";
        /// A string is not an HTTP date (RFC 9110, section 5.6.7).
        MalformedHttpDate = "time.malformed_http_date",
            "invalid HTTP date: expected e.g. Sun, 06 Nov 1994 08:49:37 GMT";
        /// A time is outside the years -9999 to 9999, or a time in a string is before the year 0 in
        /// UTC.
        TimestampRange = "time.out_of_range",
            "time out of range: the year must be from -9999 to 9999, or from 0 to 9999 in UTC if the time is a string; a time that is a number must be in milliseconds, not in microseconds or nanoseconds";
        /// A string is not an IP address. Where a network is allowed, the string is not a network
        /// in CIDR form either.
        MalformedNetwork = "network.malformed",
            "invalid IP address or network: expected e.g. 203.0.113.7 or, where a network is allowed, 203.0.113.0/24";
        /// A network has bits set after its prefix.
        NetworkHostBits = "network.host_bits",
            "this network has bits set after its prefix: write its first address, or omit the prefix length to mean a single address";
        /// An event pattern is neither `*`, nor a name, nor a name followed by `.*`, or it is longer
        /// than 256 bytes.
        MalformedEventPattern = "event.malformed_pattern",
            "invalid event pattern: expected *, a name, or a name followed by .*, with at most 256 bytes";
        /// A header value contains a character other than visible ASCII, space or tab, or it starts
        /// or ends with a space or a tab.
        MalformedHeaderValue = "header.malformed_value",
            "a header value may contain only visible ASCII characters, with spaces and tabs between them";
        /// A header value is longer than 8192 bytes.
        HeaderValueTooLong = "header.too_long", "a header value may be at most 8192 bytes long";
        /// A problem's status is not from 400 to 599.
        MalformedProblemStatus = "problem.malformed_status",
            "a problem's status must be from 400 to 599";
        /// A problem's code is empty, is longer than 64 bytes, or contains a character that is not
        /// allowed.
        MalformedProblemCode = "problem.malformed_code",
            "a problem's code must be 1 to 64 characters long: letters, digits, dots, underscores and hyphens";
    }
}
