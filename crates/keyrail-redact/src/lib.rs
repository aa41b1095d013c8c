//! Redaction: finding and masking credentials in any text.
//!
//! [`Redactor`] masks the credentials in a text, and [`Redactor::find`] returns their positions.
//! [`RedactStream`] masks the credentials in a text that arrives in chunks.
//!
//! ```
//! use keyrail_key::KeyFormat;
//! use keyrail_redact::Redactor;
//! let redactor = Redactor::new([KeyFormat::keyrail()])?;
//! assert_eq!(redactor.redact("x-api-key: hunter2"), "x-api-key: ••••••••");
//! # Ok::<(), keyrail_key::Error>(())
//! ```
//!
//! # Design
//!
//! A text is read once, from left to right. The scan finds the signs (`scan`). A sign is a
//! character such as `:`, `=` or the last character of a key's prefix; every credential
//! contains a sign or is next to one. A filter drops most signs (`prefilter`). The bytes
//! around a sign show whether it may belong to a credential (`rules/signs`), and a rule for
//! each kind of credential determines where the credential starts (`rules`). Three modules exclude
//! text that only looks like the value after a credential's name: a structure whose members have
//! their own names (`rules/structure`), the quote that closes the string around the name
//! (`quotes`), and other text that is known not to be a credential (`rules/exceptions`). The value
//! scanner finds the end (`value_scanner`), and existing masks are left unchanged (`masked`).
//!
//! A stream gives the same result as the whole text, for two reasons. All code that looks ahead
//! does so through a view, which reports when the text is incomplete (`view`). The scan to the end
//! of a long value can be suspended and resumed (`engine`).
//!
//! Redacting twice gives the same result as redacting once. In a redacted text, each rule finds a
//! mask exactly where the value was, and does not read the mask as a value.
//!
//! The time is linear in the length of the text. If a scan found nothing, this result is cached, so
//! that the scan is not repeated (`scan_cache`). Every look-ahead has a limit.
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

mod decode;
mod engine;
mod finding;
mod lookup;
mod masked;
mod name_end;
mod names;
mod next_line;
mod opening;
mod pem;
mod prefilter;
mod prefix_table;
mod quotes;
mod redactor;
mod rules;
mod scan;
mod scan_cache;
mod start;
#[cfg(test)]
mod steps;
mod stream;
mod value_scanner;
mod view;
mod writer;

pub use finding::{Confidence, Finding, FindingKind};
pub use keyrail_core::{
    CREDENTIAL_HEADERS, CREDENTIAL_NAMES, is_credential_header, is_credential_name,
};
pub use redactor::Redactor;
pub use stream::RedactStream;
pub use view::REDACT_WINDOW;
