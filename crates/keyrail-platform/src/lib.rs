//! Messaging platforms as data, and requests built from them.
//!
//! A [`Platform`] is read from one JSON document. The document contains the base URL, the
//! credential schemes, the shapes of keys and ids (as hints), the operations, and what is known of
//! the scopes, responses and webhooks, all in the vendor's own spelling. Five vendors' platforms
//! and `generic` are built in ([`Platform::get`]). Any other platform is read from a custom
//! document ([`Platform::from_json`]), which may be a modified copy of a built-in one
//! ([`Platform::document`]). [`Platform::request`] builds a request but does not send it,
//! [`Platform::read_response`] reads the response, and a [`TokenSession`] requests and renews the
//! token that some platforms require besides the key.
//!
//! VChatCloud's key is in the header `API_KEY`. By default, many proxies drop headers whose names
//! contain an underscore: configure your proxy to pass this header on, or the server never receives
//! the key.
//!
//! Keyrail does not guess unpublished facts about a platform. An operation without a published path
//! or method is listed by name, and requesting it returns an error that says so.
//!
//! ```
//! use keyrail_core::Secret;
//! use keyrail_header::Credentials;
//! use keyrail_platform::{Call, Platform};
//!
//! let mehery = Platform::get("mehery")?;
//! let credentials = Credentials::new(Secret::new("my-key"));
//! let request = mehery.request("message.send", &Call {
//!     variables: &[("domain", "abcorp")],
//!     body: Some(b"{}"),
//!     credentials: Some(&credentials),
//!     ..Call::default()
//! })?;
//! assert_eq!(request.method, "POST");
//! assert_eq!(request.url, "https://abcorp.mehery.io/xms/api/v1/message/send");
//! # Ok::<(), keyrail_platform::Error>(())
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

mod built_in;
mod error;
mod failure;
#[cfg(feature = "http")]
mod http_response;
mod jwt;
mod key_policy;
mod number;
mod operation;
mod platform;
mod pointer;
mod request;
mod response;
mod response_traits;
mod shape;
mod token_session;
mod token_spec;
mod webhook;

pub use error::{Error, ErrorKind};
pub use failure::{Failure, FailureKind};
pub use key_policy::{ExpiryPolicy, KeyScope};
pub use operation::{BodyKind, Operation, OperationAccess};
pub use platform::Platform;
pub use request::{Call, MAX_HEADERS};
pub use response::{Answer, MAX_RESPONSE, Outcome, Page};
pub use response_traits::{MAX_DATA_PLACES, ResponseTraits};
pub use shape::Shape;
pub use token_session::{RENEW_AHEAD_MS, TOKEN_RETRY_MS, TokenPoll, TokenSession};
pub use token_spec::TokenSpec;
pub use webhook::WebhookTraits;
