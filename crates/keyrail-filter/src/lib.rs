//! Conditions on the attributes of messages, and the index that finds the first match among a
//! million conditions.
//!
//! A [`Message`] has attributes; a condition tests them. The conditions of all rules of a
//! table are a [`ConditionSet`](condition_set::ConditionSet). An [`Index`](index::Index) of the
//! set finds the first rule that matches a message.
//!
//! The public API is [`Message`], its limits and its errors, and the typed conditions of
//! [`build`]. Everything else is internal to the crates of Keyrail and may change at any
//! time.
//!
//! The modules build on each other in this order: `message` and `normalization`;
//! `condition` and its operands (`wildcard`, `word`, `subject`, `cidr`, `interval`); the
//! `interner` of the tests in conditions, and the `program` of a condition; `eval`; the disjunctive
//! form of a condition (`dnf`); the `index`. Explanations (`explain`), canonical forms
//! (`canonical`) and analysis without a message (`lint`) come last.
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
