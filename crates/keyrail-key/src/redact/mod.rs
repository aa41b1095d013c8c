//! Redaction: scrubbing credentials out of any text.

mod engine;
mod finding;
mod jwt;
mod marks;
mod masked;
mod named;
mod names;
mod pem;
mod redactor;
mod rules;
mod scan;
mod signs;
mod start;
#[cfg(test)]
mod steps;
mod stream;
mod unit;
mod userinfo;
mod view;
mod walk;

pub use finding::{Confidence, Finding, FindingKind};
pub use names::CREDENTIAL_NAMES;
pub use redactor::{REDACT_WINDOW, Redactor};
pub use stream::RedactStream;
