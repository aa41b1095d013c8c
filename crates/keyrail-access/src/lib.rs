//! Access: the app that a key belongs to, and whether a request with it is authorized.
//!
//! A [`KeyRecord`] is the data that a host stores about a key: digests, never the key
//! itself, with the key's app, scope, period of validity and the networks it
//! may be used from. [`KeyRecord::matches`] checks whether a string is the key;
//! [`KeyRecord::authorize`] returns a [`Grant`], or a [`Denial`] with its one
//! reason. The host passes the time and the client's address.
//!
//! ```
//! use keyrail_access::{Access, KeyRecord};
//! use keyrail_core::Timestamp;
//! let record = KeyRecord::from_json(r#"{
//!     "id": "8f3k2m9q1x7c", "app": "desk", "scope": "read",
//!     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}],
//!     "expires_at": "2027-01-30T00:00:00Z"
//! }"#)?;
//! assert!(record.matches("abc", &[])); // FIPS 180-4's example
//!
//! let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
//! assert_eq!(record.authorize(Access::Read, now, None).unwrap().app(), "desk");
//! assert_eq!(record.authorize(Access::Write, now, None).unwrap_err().code(), "access.scope");
//! # Ok::<(), keyrail_core::ConfigError>(())
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

mod authorize;
mod denial;
mod error;
mod record;
mod scope;

pub use authorize::Grant;
pub use denial::{Denial, DenialKind};
pub use error::{Error, ErrorKind};
pub use record::{KeyDigest, KeyRecord, ReadDigest, ReadRecord};
pub use scope::{Access, Scope};
