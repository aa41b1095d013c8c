//! Routes inbound messages: from a channel to a queue, its app and its webhooks.
//!
//! A [`RouteTable`] is created from a topology, a JSON document that is either loaded
//! as a whole or rejected with a list of all faults. It takes a [`Message`], which may
//! come from an untrusted sender, and a [`Context`], which comes only from the host,
//! and returns a [`Decision`] with its reason. The host delivers the message.
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
//! A rule's `when` is an object with exactly one member, its operator, as in
//! the filter dialects of CloudEvents Subscriptions 3.2.4.1:
//!
//! | operator | matches if |
//! |---|---|
//! | `{"exact": {"a": "x"}}` | `a` is this string, or this number or boolean |
//! | `{"in": {"a": ["x", "y"]}}` | `a` is one of these |
//! | `{"prefix": {"a": "x"}}`, `suffix`, `contains` | `a` starts with, ends with or contains the string |
//! | `{"wildcard": {"a": "x*"}}` | `a` matches the pattern: `*` matches any characters or none; `\*` and `\\` match `*` and `\` |
//! | `{"range": {"a": {"gte": 1, "lt": 5}}}` | `a` is a number between the bounds `gt` or `gte`, `lt` or `lte` |
//! | `{"exists": {"a": true}}` | `a` is present; with `false`, it is absent |
//! | `{"cidr": {"a": "10.0.0.0/8"}}` | `a` is an IP address of the network |
//! | `{"subject": {"a": "orders.*.>"}}` | `a` is a NATS subject that matches the pattern |
//! | `{"all": []}`, `{"any": []}`, `{"not": {}}` | all of the conditions match, at least one does, or the condition does not |
//!
//! An operator may name several attributes: all of them must match. In place
//! of a string operand, an object `{"value": "x"}` with options is allowed:
//! `ignore_case`; `normalize` (NFKC, decimal digits of any script as 0 to 9,
//! the Arabic tatweel and diacritics dropped); and in `contains`, `word`: no
//! word character is directly before or after the match. Word characters are letters,
//! digits and everything else that Unicode classifies as alphabetic or numeric, such as `ⓐ`
//! and `½`, marks and the underscore.
//!
//! A missing attribute fails every test but `exists: false`, and so does a
//! value of a type that the test does not support; `not` inverts both. A test
//! of a list of strings matches if it matches any of them.
//!
//! # Rules
//!
//! Besides `id`, `when` and `queue` a rule may have a `priority` (0 if it has
//! none; larger ones come first), `interrupts_session`, an `assign`ment that is
//! passed to the host, and times at which it applies: `from` and `until` (RFC 3339; the
//! first instant, and the first one after), and weekly `hours`, in an `offset`
//! from UTC or, with the feature `zones`, in an IANA `zone`:
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
//! An instant has one local time in a zone: hours that its clocks skip
//! never occur, and hours that they repeat occur twice. The zone data is part
//! of the build, so another build may have other zone rules; a table names its
//! zones, and is the same table under both.
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
