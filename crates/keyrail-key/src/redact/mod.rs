//! Redaction: scrubbing credentials out of any text.
//!
//! A text is gone through once, from left to right. The scan finds the signs,
//! a few characters that every credential has near it (`scan`); what stands
//! beside a sign says whether it means anything (`signs`), and a rule for each
//! kind of credential says where it begins (`named` with `name_end`, `start` and
//! `next_line`, `pair`, `marks`, `jwt`, `pem`, `userinfo`). A walk goes to its
//! end (`walk`), and what is masked already stays (`masked`).
//!
//! Two things make a stream the same as the whole: whatever looks ahead asks a
//! view that may answer that there is more to come (`view`), and what is left
//! of a value is a state that can wait (`engine`).
//!
//! And redacting twice is redacting once since each rule reads a text as it
//! reads what it makes of it: a mask stands where a value stood, ends where it
//! ended, and is no value.
//!
//! A text is walked in time that grows with its length alone: what a sign looked
//! through in vain is remembered for the next one (`vain`).

mod engine;
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
mod redactor;
mod rules;
mod scan;
mod signs;
mod start;
#[cfg(test)]
mod steps;
mod stream;
mod structure;
mod unit;
mod userinfo;
mod vain;
mod view;
mod walk;

pub use finding::{Confidence, Finding, FindingKind};
pub use redactor::{REDACT_WINDOW, Redactor};
pub use stream::RedactStream;
