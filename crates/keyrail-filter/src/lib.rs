//! Conditions on the attributes of messages, and the index that finds the first match among a
//! million conditions.
//!
//! A [`Message`] has attributes; a condition tests them. The conditions of all rules of a
//! table are a [`ConditionSet`](condition_set::ConditionSet). An [`Index`](index::Index) of the
//! set finds the first rule that matches a message.
//!
//! The public API consists of the items at the root of this crate, such as [`Message`] and
//! [`Error`], and of the typed conditions of [`build`]. All other modules are internal to the
//! crates of Keyrail and may change at any time.
//!
//! The modules build on each other in this order:
//!
//! 1. `message` and `normalization`.
//! 2. `condition` and its operands: `wildcard`, `word`, `subject`, `cidr` and `interval`.
//! 3. `interner`, which stores the tests of all conditions, and `program`, the compact form of a
//!    condition.
//! 4. `eval`, which evaluates a condition.
//! 5. `dnf`, the disjunctive form of a condition.
//! 6. `index`.
//! 7. `explain` for explanations, `canonical` for canonical forms, and `lint` for the analysis of
//!    conditions without a message.
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

#[doc(hidden)]
pub mod attributes;
pub mod build;
#[doc(hidden)]
pub mod canonical;
mod cidr;
#[doc(hidden)]
pub mod condition;
#[doc(hidden)]
pub mod condition_set;
#[doc(hidden)]
pub mod dnf;
mod error;
#[doc(hidden)]
pub mod eval;
#[doc(hidden)]
pub mod explain;
#[doc(hidden)]
pub mod index;
#[doc(hidden)]
pub mod interner;
#[doc(hidden)]
pub mod interval;
#[doc(hidden)]
pub mod lint;
#[doc(hidden)]
pub mod message;
mod message_json;
#[doc(hidden)]
pub mod normalization;
#[doc(hidden)]
pub mod program;
#[doc(hidden)]
pub mod sink;
mod subject;
mod wildcard;
mod word;

pub use error::{Error, ErrorKind};
pub use explain::{Failure, MAX_FOUND};
pub use index::Scratch;
pub use message::{MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_INTEGER, MAX_NAME, Message, Value};
pub use message_json::MessageReader;
pub use program::MAX_CONDITION_DEPTH;
pub use wildcard::{MAX_STARS, MAX_WILDCARD};
