//! Where an inbound message goes: channel, queue, app, webhook.
//!
//! A [`RouteTable`] is made of a topology, a JSON document that is refused
//! whole, with every fault listed, or loaded. It takes a [`Message`], which a
//! stranger may have written, and a [`Context`], which only the host writes,
//! and gives a [`Decision`] that says why. The host does the delivering.
//!
//! ```
//! use keyrail_route::{By, Context, Message, RouteTable};
//! let table = RouteTable::from_json(r#"{
//!     "channels": [{"id": "wa-main", "kind": "whatsapp", "queue": "support"}],
//!     "queues":   [{"id": "support", "app": "desk"}, {"id": "sales", "app": "crm"}],
//!     "apps":     [{"id": "desk"}, {"id": "crm", "webhooks": ["crm-hook"]}],
//!     "webhooks": [{"id": "crm-hook", "url": "https://crm.example/in", "events": ["*"]}],
//!     "rules":    [{"id": "refunds", "when": {"contains": {"text": "refund"}}, "queue": "sales"}]
//! }"#)?;
//! let message = Message::new("wa-main")?.with("text", "a refund, please")?;
//! let decision = table.route(&message, &Context::default())?;
//! assert_eq!(decision.queue.as_deref(), Some("sales"));
//! assert_eq!(decision.webhooks, ["crm-hook"]);
//! assert_eq!((decision.by, decision.rule.as_deref()), (Some(By::Rule), Some("refunds")));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
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
mod bytes;
mod chain;
mod check;
mod condition;
mod decision;
mod diagram;
mod dialect;
mod diff;
mod error;
mod evaluate;
mod explain;
mod fixtures;
mod hash;
mod hasher;
mod index;
mod interval;
mod lexicon;
mod links;
mod message;
mod message_json;
mod mode;
mod operand;
mod program;
mod rules;
mod stored;
mod subject;
mod table;
mod topology;
mod ways;
mod wildcard;
mod window;
mod word;

pub use assignment::Assignment;
pub use check::Finding;
pub use decision::{By, Decision, DecisionKind, DecisionRef, Reason};
pub use diff::Change;
pub use error::{Error, ErrorKind};
pub use explain::{EXPLAINED_RULES, Explanation, Failure, Outcome, RuleReport};
pub use fixtures::Mismatch;
pub use index::Scratch;
pub use message::{MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_INTEGER, MAX_NAME, Message, Value};
pub use message_json::MessageReader;
pub use table::{Context, RouteTable};
pub use topology::{MAX_CONDITION_DEPTH, MAX_RULES};
pub use wildcard::{MAX_STARS, MAX_WILDCARD};
