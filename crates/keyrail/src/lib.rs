//! Keyrail: API keys and message routing for multichannel messaging platforms.
//!
//! The clients and servers of a messaging platform need the same logic. Keyrail implements
//! it once, without I/O:
//!
//! - [`key`]: the formats of API keys, and how to show a key without revealing it.
//! - [`redact`]: how to keep keys and other credentials out of logs.
//! - [`header`]: where credentials are in the headers of a request.
//! - [`access`]: whether a key may do something now.
//! - [`url`]: how URLs are encoded and built.
//! - [`route`]: where an inbound message goes.
//! - [`webhook`]: how a delivery is signed, verified and repeated.
//! - [`platform`]: five real platforms as data, and requests to them.
//!
//! [`Gateway`] combines them. Time, random bytes, addresses and secrets are arguments: Keyrail
//! decides, and the program that calls it (the host) does the I/O.
//!
//! ```
//! use keyrail::key::KeyFormat;
//!
//! let format = KeyFormat::keyrail();
//! let entropy = [7; 32]; // in production: from the operating system
//! let key = format.generate("live", &entropy)?;
//! let id = key.id().unwrap();
//! assert_eq!(key.mask().to_string(), format!("kr_live_{id}_••••••••"));
//! assert_eq!(keyrail::url::encode("username_new*user"), "username_new%2Auser");
//! # Ok::<(), keyrail::Error>(())
//! ```
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

mod codes;
mod document;
mod error;
mod gateway;

#[doc(hidden)]
pub use codes::{Codes, codes};
pub use document::Document;
pub use error::Error;
pub use gateway::{
    AuditEvent, Delivery, Direction, Gateway, GatewayErrorKind, Identity, Inbound, InboundCall,
    MAX_MESSAGE_ID, MAX_PEPPERS, MAX_RECORDS, Outbound, OutboundCall, Secrets,
};
#[doc(inline)]
pub use keyrail_access as access;
pub use keyrail_core::{
    ConfigError, EventPattern, Fault, HeaderText, HeaderValue, MASK, Network, Problem, Request,
    Response, Secret, Timestamp, parse_address,
};
#[doc(inline)]
pub use keyrail_header as header;
#[doc(inline)]
pub use keyrail_key as key;
#[doc(inline)]
pub use keyrail_platform as platform;
#[doc(inline)]
pub use keyrail_redact as redact;
#[doc(inline)]
pub use keyrail_route as route;
#[doc(inline)]
pub use keyrail_url as url;
#[doc(inline)]
pub use keyrail_webhook as webhook;

/// The README's Rust code, compiled and run as a doctest.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
