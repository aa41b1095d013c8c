//! Keys of messaging APIs: the formats of keys ([`KeyFormat`]), the keys and their masks
//! ([`ApiKey`], [`Mask`]), and the digests that are stored instead of keys ([`Digest`],
//! [`Pepper`]).
//!
//! Keyrail's own keys have the form `kr_<environment>_<id>_<secret><checksum>`. The id
//! is public: use it to look up the record of a key, and store only the digest of the key.
//!
//! ```
//! use keyrail_key::{Digest, KeyFormat};
//! let entropy = [7; 32]; // from the operating system's random source
//! let key = KeyFormat::keyrail().generate("live", &entropy)?;
//!
//! // The record contains the id and the digest; the key is shown once.
//! let stored = key.digest(None)?.to_string();
//! assert!(Digest::parse(&stored)?.verify(key.reveal(), None)?);
//! # Ok::<(), keyrail_key::Error>(())
//! ```
//!
//! # Custom formats
//!
//! A format is declared once, in JSON ([`KeyFormat::from_json`]) or step by step
//! ([`KeyFormat::builder`]). It then generates and parses keys, and returns the patterns by which
//! secret scanners find them ([`KeyFormat::pattern`], [`KeyFormat::gitleaks_rule`],
//! [`KeyFormat::github_partner_pattern`]). An ambiguous declaration is rejected, so every key can
//! be parsed in only one way. The secret of a key has at least 96 bits of entropy, and a key has at
//! most [`MAX_KEY`] characters.
//!
//! Parsing a string that is not a key does not allocate, and creating a [`ParsedKey`] does not
//! either. Several formats can be combined into a [`KeyFormatSet`]. A foreign format
//! ([`KeyFormat::hex40`], [`jwt`](KeyFormat::jwt), [`vchatcloud`](KeyFormat::vchatcloud),
//! [`opaque`](KeyFormat::opaque)) describes keys that another platform generates, and the shape of
//! the format is only a hint. The format accepts any string of 1 to [`MAX_FOREIGN_KEY`] visible
//! ASCII characters except commas and quotes; a [`Hint`] tells whether the string has the format's
//! shape.
//!
//! ```
//! use keyrail_key::{Alphabet, Checksum, KeyFormat, Segment};
//! let format = KeyFormat::builder("acme")
//!     .segment(Segment::public("id", Alphabet::DIGITS, 6))
//!     .segment(Segment::secret("secret", Alphabet::BASE58, 24..=32))
//!     .checksum(Checksum::crc32().separated_by("."))
//!     .build()?;
//! let text = format.generate(None, &[7; 32])?.reveal().to_owned();
//!
//! let key = format.parse_ref(&text)?;
//! assert_eq!(key.id(), text.get(5..11));
//! let error = format.parse_ref(&text.replace('.', ",")).unwrap_err();
//! assert_eq!((error.code(), error.offset()), ("key.character", Some(44)));
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

mod alphabet;
mod api_key;
mod base62;
mod builder;
mod check;
mod checksum;
mod declaration;
mod digest;
mod document;
mod environments;
mod error;
mod foreign;
mod format;
mod generate;
mod layout;
mod mac;
mod mask;
mod masked;
mod overlap;
mod parsed;
mod pattern;
mod pepper;
mod segment;
mod set;
mod strength;

pub use alphabet::Alphabet;
pub use api_key::ApiKey;
pub use builder::KeyFormatBuilder;
pub use checksum::Checksum;
pub use declaration::MAX_KEY;
pub use digest::{Digest, MAX_SALT, SaltPosition};
pub use environments::Environments;
pub use error::{Error, ErrorKind};
pub use foreign::{Hint, JWT_STARTS, MAX_FOREIGN_KEY};
pub use format::KeyFormat;
pub use keyrail_core::ASCII_MASK;
#[doc(hidden)]
pub use mac::keyed as hmac_keyed;
pub use mask::{MAX_MASK_SHOWN, MIN_HIDDEN_BITS, MIN_MASKED_SECRET, Mask, MaskPolicy};
pub use parsed::ParsedKey;
pub use pepper::{MAX_PEPPER_ID, MIN_PEPPER_SECRET, Pepper};
pub use segment::{Lengths, Segment};
pub use set::{KeyFormatSet, MAX_FORMATS};
pub use strength::MIN_KEY_BITS;
