//! The UniFFI layer of Keyrail for Swift and Kotlin.
//!
//! It converts arguments and results, and calls the crate `keyrail`. It contains no logic, and only
//! the hand-written APIs in `bindings/swift` and `bindings/kotlin` call it. Its names start with
//! `Ffi`, so that they differ from the names of the public API. In Swift, the generated code and
//! the public API are in the same module.
//!
//! Three rules apply to every file:
//!
//! - A secret is passed as an [`FfiSecret`](secret::FfiSecret) object, never as a string in a
//!   field of a record or an enum, because both languages print such fields.
//! - Pairs whose values may be credentials, such as headers, are not passed as records, for the
//!   same reason. They are passed as one flat list of strings that alternates names and values.
//! - A function that can fail returns [`FfiError`](error::FfiError). UniFFI also reports a
//!   panic of such a function as an error.
#![deny(missing_docs)]
// UniFFI's scaffolding exports C symbols. The code of this crate contains no `unsafe`.
#![allow(unsafe_code)]

pub mod access;
pub mod audit;
pub mod client_ip;
pub mod decision;
pub mod delivery;
pub mod digest;
pub mod document;
pub mod endpoint;
pub mod error;
pub mod explanation;
pub mod format;
pub mod gateway;
pub mod header;
pub mod http;
pub mod key;
pub mod last_uses;
pub mod limit;
mod mirror;
pub mod operation;
mod packed;
mod pairs;
pub mod platform;
pub mod policy;
pub mod problem;
pub mod receive;
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
pub mod usage;
pub mod webhook;
pub mod webhook_scheme;

uniffi::setup_scaffolding!();
