//! What several nouns of Keyrail need, and nothing that only one needs:
//! [`Secret`], [`Timestamp`], coded [`Error`]s, the reading of configuration
//! ([`Faults`], [`ConfigError`]), and the HTTP shapes [`HeaderValue`],
//! [`Request`], [`Response`], [`Problem`], and the comparing of header names
//! ([`is_same_header`], [`header_names_collide`]) and the names of credentials
//! ([`is_credential_name`]); besides [`Network`] and
//! [`EventPattern`].
//!
//! The feature `http` converts requests, responses and header values into
//! those of the `http` crate; it is the one part that needs std.
//!
//! The crate is the ground floor: it knows no other crate of Keyrail. It does
//! no I/O, reads no clock and draws no random number.
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
mod mask;
mod network;
#[doc(hidden)]
pub mod packed_u32;
mod secret;
#[doc(hidden)]
pub mod static_hash_table;
mod time;

pub use config::{ConfigError, Fault, Faults};
pub use credential_name::{
    CREDENTIAL_HEADERS, CREDENTIAL_NAMES, is_credential_header, is_credential_name,
};
pub use error::{Error, Kind};
pub use event::EventPattern;
pub use header_name::{MAX_TOKEN, header_names_collide, is_same_header, is_token, is_token_byte};
pub use header_value::{HeaderText, HeaderValue, MAX_HEADER_VALUE};
pub use http::{Problem, Request, Response};
pub use mask::{ASCII_MASK, MASK, is_mask};
pub use network::{Network, parse_address};
pub use secret::Secret;
pub use time::Timestamp;

/// What can be wrong with a value of this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A text is no RFC 3339 time with an offset.
    #[error("invalid RFC 3339 timestamp: expected e.g. 2026-01-31T12:00:00Z")]
    MalformedTimestamp,
    /// A text is no date of RFC 9110, section 5.6.7.
    #[error("this is no HTTP date: write it like Sun, 06 Nov 1994 08:49:37 GMT")]
    MalformedHttpDate,
    /// A time lies outside the years -9999 to 9999.
    #[error(
        "time out of range: expected the years -9999 to 9999, and numbers in milliseconds, not micro- or nanoseconds"
    )]
    TimestampRange,
    /// A text is neither an IP address nor a network in CIDR form.
    #[error("this is no network: write an address, or a network like 203.0.113.0/24")]
    MalformedNetwork,
    /// A network's text has bits set below its prefix.
    #[error(
        "this network has bits set below its prefix length: write its first address, or the address alone"
    )]
    NetworkHostBits,
    /// An event pattern is neither `*`, nor a name, nor a name before `.*`.
    #[error("this is no event pattern: write *, a name, or a name followed by .*")]
    MalformedEventPattern,
    /// A header value holds a byte that no header value may hold.
    #[error("a header value may hold visible ASCII, inner spaces and tabs only")]
    MalformedHeaderValue,
    /// A header value is longer than [`MAX_HEADER_VALUE`].
    #[error("a header value may be at most 8192 bytes long")]
    HeaderValueTooLong,
    /// A problem's status is none of an error.
    #[error("a problem's status is 400 to 599")]
    MalformedProblemStatus,
    /// A problem's code is none.
    #[error("a problem's code is 1 to 64 letters, digits and characters of ._-")]
    MalformedProblemCode,
}

impl Kind for ErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::MalformedTimestamp => "time.malformed",
            Self::MalformedHttpDate => "time.malformed_http_date",
            Self::TimestampRange => "time.out_of_range",
            Self::MalformedNetwork => "network.malformed",
            Self::NetworkHostBits => "network.host_bits",
            Self::MalformedEventPattern => "event.malformed_pattern",
            Self::MalformedHeaderValue => "header.malformed_value",
            Self::HeaderValueTooLong => "header.too_long",
            Self::MalformedProblemStatus => "problem.malformed_status",
            Self::MalformedProblemCode => "problem.malformed_code",
        }
    }
}
