//! Keyrail: the keys that open messaging APIs, and the routes their messages
//! take.
//!
//! What a multichannel messaging platform's clients and servers each write by
//! themselves is written here once, without I/O: what a key looks like and how
//! it is shown ([`key`]), how it is kept out of logs ([`redact`]), where it sits in a request's headers ([`header`]),
//! whether it may do this now ([`access`]), how a URL is encoded ([`url`]),
//! where an inbound message goes ([`route`]), how its delivery is signed and
//! checked ([`webhook`]), and what five real platforms make of all that
//! ([`platform`]). [`Gateway`] ties the chain together.
//!
//! The core decides and the host acts: the time, random bytes, addresses and
//! secrets are arguments.
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
    MAX_MESSAGE_ID, MAX_PEPPERS, Outbound, OutboundCall, Secrets,
};
pub use keyrail_access as access;
pub use keyrail_core::{
    ConfigError, EventPattern, Fault, HeaderText, HeaderValue, MASK, Network, Problem, Request,
    Response, Secret, Timestamp, parse_address,
};
pub use keyrail_header as header;
pub use keyrail_key as key;
pub use keyrail_platform as platform;
pub use keyrail_redact as redact;
pub use keyrail_route as route;
pub use keyrail_url as url;
pub use keyrail_webhook as webhook;

/// The README's Rust code, compiled and run as a doctest.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
