//! Keys of messaging APIs: what they look like ([`KeyFormat`]), how one is
//! held and shown ([`ApiKey`], [`Mask`]), how one is stored ([`Digest`],
//! [`Pepper`]), and which header fields carry one ([`CREDENTIAL_HEADERS`]).
//!
//! Keyrail's own keys read `kr_<environment>_<id>_<secret><checksum>`. The id
//! is public: look the key's record up by it, and store the digest alone.
//!
//! ```
//! use keyrail_key::{Digest, KeyFormat};
//! let entropy = [7; 32]; // from the operating system's random source
//! let key = KeyFormat::keyrail().generate("live", &entropy)?;
//!
//! // The record keeps the id and the digest; the key is shown once.
//! let stored = key.digest(None).to_string();
//! assert!(Digest::parse(&stored)?.verify(key.reveal(), None)?);
//! # Ok::<(), keyrail_key::Error>(())
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

mod api_key;
mod base62;
mod credential_headers;
mod digest;
mod error;
mod format;
mod generate;
mod mac;
mod mask;
mod pepper;

pub use api_key::ApiKey;
pub use credential_headers::{CREDENTIAL_HEADERS, is_credential_header};
pub use digest::Digest;
pub use error::{Error, ErrorKind};
pub use format::KeyFormat;
pub use mask::Mask;
pub use pepper::{MAX_PEPPER_ID, MIN_PEPPER_SECRET, Pepper};
