//! Routes inbound messages: from a channel to a queue, its app and its webhooks.
//!
//! A [`RouteTable`] is created from a topology, which is a JSON document. A topology with any fault
//! is rejected with a list of all faults. The table takes a [`Message`] and a [`Context`], and
//! returns a [`Decision`] with its reason. The message may come from an untrusted sender. The
//! context comes only from the caller. The caller delivers the message.
//!
//! ```
//! use keyrail_route::{Context, Message, RouteTable, SelectedBy};
//! let table = RouteTable::from_json(r#"{
//!     "channels": [{"id": "wa-main", "kind": "whatsapp", "queue": "support"}],
//!     "queues":   [{"id": "support", "app": "desk"}, {"id": "sales", "app": "crm"}],
//!     "apps":     [{"id": "desk"}, {"id": "crm", "webhooks": ["crm-hook"]}],
//!     "webhooks": [{"id": "crm-hook", "url": "https://crm.example/in", "events": ["*"]}],
//!     "rules":    [{"id": "refunds", "when": {"contains": {"text": "refund"}}, "queue": "sales"}]
//! }"#)?;
//! let message = Message::new("wa-main")?.with("text", "a refund, please")?;
//! let decision = table.route(&message, &Context::default())?;
//! assert_eq!(decision.queue(), Some("sales"));
//! assert_eq!(decision.webhooks(), ["crm-hook"]);
//! assert_eq!((decision.by(), decision.rule()), (Some(SelectedBy::Rule), Some("refunds")));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! In Rust a table can also be [built](build) from typed values.
//!
//! # Conditions
//!
//! A rule's `when` is an object with exactly one member. The name of the member is the operator, as
//! in the filter dialects of CloudEvents Subscriptions, section 3.2.4.1:
//!
//! | operator | matches if |
//! |---|---|
//! | `{"exact": {"a": "x"}}` | `a` is this string, or this number or boolean |
//! | `{"in": {"a": ["x", "y"]}}` | `a` is one of these |
//! | `{"prefix": {"a": "x"}}`, `suffix`, `contains` | `a` starts with, ends with or contains the string |
//! | `{"wildcard": {"a": "x*"}}` | `a` matches the pattern: `*` matches any number of characters, including none; `\*` and `\\` match `*` and `\` |
//! | `{"range": {"a": {"gte": 1, "lt": 5}}}` | `a` is a number within the bounds: `gt` or `gte`, and `lt` or `lte` |
//! | `{"exists": {"a": true}}` | `a` is present, or `a` is absent if the operand is `false` |
//! | `{"cidr": {"a": "10.0.0.0/8"}}` | `a` is an IP address in the network |
//! | `{"subject": {"a": "orders.*.>"}}` | `a` is a NATS subject that matches the pattern |
//! | `{"all": [...]}` | all of the conditions match |
//! | `{"any": [...]}` | at least one of the conditions matches |
//! | `{"not": {...}}` | the condition does not match |
//!
//! If an operator names several attributes, all of them must match. In place of a string operand,
//! an object `{"value": "x"}` with these options is allowed:
//!
//! - `ignore_case`: the case of letters is ignored.
//! - `normalize`: the attribute and the operand are normalized before they are compared. Both are
//!   converted to NFKC, decimal digits of any script are replaced by 0 to 9, and the tatweel and
//!   the diacritics of the Arabic script are removed.
//! - `word`, only in `contains`: no word character is directly before or after the match. Word
//!   characters are marks, the underscore, and all characters that Unicode classifies as alphabetic
//!   or numeric. Besides letters and digits, they include characters such as `ⓐ` and `½`.
//!
//! If an attribute is missing, every test of it fails, except `exists: false`. If its value has a
//! type that the test does not support, the test fails too. In both cases, `not` of the test
//! matches. A test of a list of strings matches if it matches any of the strings. Only
//! `exists: true` matches an empty list.
//!
//! # Rules
//!
//! Besides `id`, `when` and `queue`, a rule may have these members:
//!
//! - `priority`: rules with a higher priority come first. The default is 0.
//! - `interrupts_session`: whether the rule takes precedence over the queue of a live session.
//! - `assign`: the assignee of the message, which the decision contains unchanged.
//! - `from` and `until`: the first instant at which the rule applies, and the first instant at
//!   which it no longer applies (RFC 3339).
//! - `hours`: the weekly hours in which the rule applies, at an `offset` from UTC or, with the
//!   feature `zones`, in an IANA `zone`.
//!
//! For example, this rule applies on weekday evenings:
//!
//! ```
//! # keyrail_route::RouteTable::from_json(r#"{"queues": [{"id": "night"}], "rules": [
//! {"id": "nights", "when": {"exists": {"text": true}}, "queue": "night",
//!  "hours": {"offset": "+05:30", "open": [
//!      {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "18:00", "until": "24:00"}]},
//!  "assign": {"team": "care", "agent": "ann", "skills": ["arabic"]}}
//! # ]}"#)?;
//! # Ok::<(), keyrail_core::ConfigError>(())
//! ```
//!
//! An instant has one local time in a zone. If the clocks of the zone are put forward, the local
//! times that they skip do not occur on that day. If the clocks are put back, the local times that
//! they repeat occur twice. The zone data is part of the build, so another build may compute
//! another local time. A table contains only the names of its zones, so its hash and its bytes do
//! not depend on the zone data.
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

mod assignment;
pub mod build;
mod codec;
mod decision;
mod diagram;
mod diff;
mod error;
mod explain;
mod fixtures;
mod hash;
mod lint;
mod rules;
mod table;
mod topology;
mod window;

pub use assignment::Assignment;
pub use decision::{
    Decision, DecisionKind, DecisionRef, HeldCause, Reason, SelectedBy, Selection, Trace,
};
pub use diff::Change;
pub use error::{Error, ErrorKind};
pub use explain::{EXPLAINED_RULES, Explanation, Outcome, RuleReport};
pub use fixtures::Mismatch;
pub use keyrail_filter::{
    Error as FilterError, ErrorKind as FilterErrorKind, Failure, MAX_ATTRIBUTE, MAX_ATTRIBUTES,
    MAX_CONDITION_DEPTH, MAX_FOUND, MAX_INTEGER, MAX_NAME, MAX_STARS, MAX_WILDCARD, Message,
    MessageReader, Scratch, Value,
};
pub use lint::Finding;
pub use table::{Context, ReadTopology, RouteTable};
pub use topology::spec::MAX_RULES;
