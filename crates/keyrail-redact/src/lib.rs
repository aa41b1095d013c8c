//! Redaction: finding and masking credentials in any text.
//!
//! [`Redactor`] masks a whole text, [`RedactStream`] one that comes in chunks, and
//! [`Redactor::find`] returns what they would mask.
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
//! A text is read once, from left to right. The scan finds the signs, a few
//! characters that every credential has near it (`scan`), and a filter drops most of
//! them (`prefilter`). The text beside a sign says whether it means anything
//! (`rules/signs`), and a rule for each kind of credential says where it starts
//! (`rules`). Three modules exclude text that only looks like a value: a structure with
//! names of its own (`rules/structure`), the closing quote of the text around a name
//! (`quotes`), and known other things (`rules/exceptions`). The value scanner finds the
//! end (`value_scanner`), and existing masks are left as they are (`masked`).
//!
//! Two things make a stream the same as the whole: whatever looks ahead asks a
//! view, which may answer that there is more to come (`view`), and the rest
//! of a value is a state that can be suspended (`engine`).
//!
//! Redacting twice gives the same as redacting once, because each rule reads
//! its own output like any text: a mask replaces a value, ends where it ended, and is
//! no value itself.
//!
//! The time is linear in the length of the text: a scan that found nothing is
//! cached and not repeated (`scan_cache`), and every look ahead has a limit.
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
