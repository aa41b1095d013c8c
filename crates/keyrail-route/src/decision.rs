//! Decisions: where a message goes, and why.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Where a message goes, and why.
///
/// It holds ids alone, nothing of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// Whether the message goes on, waits, or has nowhere to go.
    pub kind: DecisionKind,
    /// The queue that takes the message; none if it is unrouted.
    pub queue: Option<String>,
    /// The app of that queue, if it has one.
    pub app: Option<String>,
    /// The webhooks to deliver to, in the order of the app's list; none
    /// unless the message is routed.
    pub webhooks: Vec<String>,
    /// The rule that chose, if one did.
    pub rule: Option<String>,
    /// What chose the queue, or the one that it fell back from.
    pub by: Option<By>,
    /// The queue that was chosen first, if it is unavailable and another one
    /// took its place.
    pub fell_back_from: Option<String>,
    /// Why.
    pub reason: Reason,
    /// The [content hash](crate::RouteTable::hash) of the table that decided.
    pub table: String,
}

/// Whether a message goes on, waits, or has nowhere to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecisionKind {
    /// It goes to the webhooks of its queue's app.
    Routed,
    /// It waits in its queue: nobody can take it now.
    Held,
    /// No queue takes it.
    Unrouted,
}

impl DecisionKind {
    /// The word for it: `routed`, `held` or `unrouted`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Routed => "routed",
            Self::Held => "held",
            Self::Unrouted => "unrouted",
        }
    }
}

/// What chose a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum By {
    /// The first rule that matched.
    Rule,
    /// The live session stands in it.
    Session,
    /// The message's channel names it.
    Channel,
    /// It is the topology's default queue.
    Default,
}

impl By {
    /// The word for it: `rule`, `session`, `channel` or `default`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Session => "session",
            Self::Channel => "channel",
            Self::Default => "default",
        }
    }
}

/// Why a decision is as it is; printed, a sentence for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Routed: a rule matched.
    Matched,
    /// Routed: the live session stands in the queue.
    Session,
    /// Routed: no rule matched, and the channel names the queue.
    Channel,
    /// Routed: no rule matched, the channel names none, and there is a default.
    Default,
    /// Held: the queue has no app.
    NoApp,
    /// Held: no webhook of the queue's app asks for the message's event.
    NoWebhook,
    /// Held: the queue and all its fallbacks are unavailable.
    Unavailable,
    /// Unrouted: nothing names a queue.
    NoQueue,
}

impl Reason {
    /// The stable, dotted code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Matched => "route.matched",
            Self::Session => "route.session",
            Self::Channel => "route.channel",
            Self::Default => "route.default",
            Self::NoApp => "route.no_app",
            Self::NoWebhook => "route.no_webhook",
            Self::Unavailable => "route.unavailable",
            Self::NoQueue => "route.no_queue",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Matched => "a rule matched the message",
            Self::Session => "the live session stands in this queue",
            Self::Channel => "no rule matched: this is the channel's queue",
            Self::Default => "no rule matched and the channel has no queue: this is the default",
            Self::NoApp => "the message waits: its queue has no app",
            Self::NoWebhook => "the message waits: no webhook of the app asks for its event",
            Self::Unavailable => "the message waits: its queue and all fallbacks are unavailable",
            Self::NoQueue => "no rule matched, and neither the channel nor a default names a queue",
        })
    }
}

impl From<By> for Reason {
    /// Why a message that is routed by this is routed.
    fn from(by: By) -> Self {
        match by {
            By::Rule => Self::Matched,
            By::Session => Self::Session,
            By::Channel => Self::Channel,
            By::Default => Self::Default,
        }
    }
}
