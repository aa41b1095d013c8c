//! Credentials in HTTP header fields: reading them from an incoming request,
//! writing them into an outgoing request, and responding if they are
//! missing or invalid.
//!
//! A [`Scheme`] declares which headers contain the credentials of a platform. [`Scheme::extract`]
//! reads the credentials, or returns an error that describes what is wrong. The error repeats no
//! part of the credentials. [`Scheme::apply`] returns the headers that contain given credentials.
//! [`Scheme::challenge`], [`problem`] and [`render`] build the response to a rejected request.
//! [`client_ip`] returns the address that a request came from, as reported by the proxies in the
//! networks of a [`Trust`].
//!
//! Many proxies drop headers whose names contain an underscore (`API_KEY`), and many gateways treat
//! `api-key` and `api_key` as one name. Therefore, if a scheme reads one of the two, a request that
//! contains both is rejected.
//!
//! ```
//! use keyrail_header::{Scheme, Variant};
//! let scheme = Scheme::x_api_key();
//! let credentials = scheme.extract(&[("Host", "api.example"), ("X-Api-Key", "k-1")])?;
//! assert_eq!(credentials.key().reveal(), "k-1");
//! assert_eq!(credentials.variant(), Variant::AsDocumented);
//!
//! let error = scheme.extract(&[("x-api-key", "k-1"), ("X-API-KEY", "k-1")]).unwrap_err();
//! assert_eq!(error.code(), "header.duplicate");
//! # Ok::<(), keyrail_header::Error>(())
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

mod apply;
mod challenge;
mod client_ip;
mod credentials;
mod error;
mod extract;
mod fast_path;
mod hop;
#[cfg(feature = "http")]
mod http_map;
mod problem;
mod scheme;
mod slot;
mod trust;
mod value;

pub use challenge::ChallengeError;
pub use client_ip::{MAX_HOPS, client_ip};
pub use credentials::{Credentials, Variant};
pub use error::{Error, ErrorKind};
#[cfg(feature = "http")]
pub use http_map::client_ip_in;
pub use problem::{problem, render};
pub use scheme::Scheme;
pub use slot::MAX_FORMS;
pub use trust::Trust;
