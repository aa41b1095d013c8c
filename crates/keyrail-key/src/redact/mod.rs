//! Redaction: scrubbing credentials out of any text.
//!
//! A text is read once, from left to right. The scan finds the signs, a few
//! characters that every credential has near it (`scan`). The text beside a sign
//! says whether it means anything (`signs`), and a rule for each kind of credential
//! says where it begins (`named` with `name_end`, `start` and `next_line`,
//! `authorization`, `pair`, `marks`, `jwt`, `pem`, `userinfo`). Three modules
//! exclude text that only looks like a value: a structure with names of its own
//! (`structure`), the closing quote of the text around a name (`quotes`), and known
//! other things (`exceptions`). A walk finds the end (`walk`), and existing masks
//! are left as they are (`masked`).
//!
//! Two things make a stream the same as the whole: whatever looks ahead asks a
//! view that may answer that there is more to come (`view`), and what is left
//! of a value is a state that can wait (`engine`).
//!
//! Redacting twice is redacting once, because each rule reads a text as it reads
//! its own output: a mask takes the place of a value, ends where it ended, and is
//! no value itself.
//!
//! The time is linear in the length of the text: a scan that found nothing is
//! cached and not repeated (`scan_cache`), and every look ahead has a limit.

mod authorization;
mod engine;
mod exceptions;
mod filter;
mod finding;
mod jwt;
mod marks;
mod masked;
mod name_end;
mod named;
mod names;
mod next_line;
mod pair;
mod pem;
mod quotes;
mod redactor;
mod rules;
mod scan;
mod scan_cache;
mod signs;
mod start;
#[cfg(test)]
mod steps;
mod stream;
mod structure;
mod unit;
mod userinfo;
mod view;
mod walk;

pub use finding::{Confidence, Finding, FindingKind};
pub use redactor::{REDACT_WINDOW, Redactor};
pub use stream::RedactStream;
