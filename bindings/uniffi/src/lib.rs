//! The UniFFI layer beneath Keyrail for Swift and Kotlin.
//!
//! It converts, and calls the facade; there is no logic here, and nobody but
//! the hand-written faces in `bindings/swift` and `bindings/kotlin` calls it.
//! Its names begin with `Ffi`, because the generated Swift lives in one module
//! with the face, whose types have the plain names.
//!
//! Three rules hold for every file:
//!
//! - A secret crosses as an [`FfiSecret`](secret::FfiSecret), and as an
//!   argument or a result of its own: never as a field of a record or an enum,
//!   which both languages print.
//! - Pairs cross as one flat list of texts, name and value in turn, for the
//!   same reason: the values of headers are credentials.
//! - What can fail returns [`FfiError`](error::FfiError), with which the
//!   scaffolding also catches panics.
#![deny(missing_docs)]
// UniFFI's scaffolding exports C symbols; nothing written here is unsafe.
#![allow(unsafe_code)]

pub mod access;
pub mod client_ip;
pub mod decision;
pub mod digest;
pub mod document;
pub mod error;
pub mod explanation;
pub mod format;
pub mod gateway;
pub mod header;
pub mod http;
pub mod key;
mod mirror;
pub mod operation;
mod pairs;
pub mod platform;
pub mod problem;
pub mod redact;
pub mod response;
pub mod route;
pub mod route_change;
pub mod route_finding;
pub mod secret;
pub mod time;
pub mod token_session;
pub mod traits;
pub mod url;
pub mod webhook;

uniffi::setup_scaffolding!();
