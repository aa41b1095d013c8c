//! Decisions: where a message goes, and why.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use keyrail_filter::attributes::ValueRef;
use keyrail_filter::condition_set::Rank;
use keyrail_filter::message::{canonical_boolean, canonical_number};
use sha2::{Digest as _, Sha256};

use crate::topology::{App, Queue, Webhook};
use crate::{Assignment, Message, RouteTable};

/// Where a message goes, and why.
///
/// A decision contains no part of the message.
///
/// ```
/// use keyrail_route::{Context, Decision, HeldCause, Message, RouteTable};
/// let table = RouteTable::from_json(r#"{
///     "channels": [{"id": "sms", "kind": "sms", "queue": "support"}], "queues": [{"id": "support"}]
/// }"#)?;
/// match table.route(&Message::new("sms")?, &Context::default())? {
///     Decision::Routed { webhooks, .. } => println!("deliver to {webhooks:?}"),
///     Decision::Held { selection, cause, .. } => {
///         assert_eq!((selection.queue.as_str(), cause), ("support", HeldCause::NoApp));
///     }
///     Decision::Unrouted { .. } => println!("nobody reads this channel"),
/// }
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The message goes to the webhooks of its queue's app.
    Routed {
        /// The queue that takes the message, and what chose it.
        selection: Selection,
        /// The app of the queue.
        app: String,
        /// The webhooks to deliver to, in the order in which the app lists them; at least one.
        webhooks: Vec<String>,
        /// The ordering key and the table's hash.
        trace: Trace,
    },
    /// The message waits in its queue because it cannot be delivered now.
    Held {
        /// The queue that the message waits in, and what chose it.
        selection: Selection,
        /// The app of the queue, if it has one.
        app: Option<String>,
        /// Why the message waits.
        cause: HeldCause,
        /// The ordering key and the table's hash.
        trace: Trace,
    },
    /// No queue takes the message.
    Unrouted {
        /// The ordering key and the table's hash.
        trace: Trace,
    },
}

/// A queue that was chosen for a message, and what chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The queue that takes the message.
    pub queue: String,
    /// What chose the queue. If the message fell back, this is what chose the original queue,
    /// `fell_back_from`.
    pub by: SelectedBy,
    /// The id of the rule that chose the queue, if any. If the message fell back, the rule chose
    /// the original queue, `fell_back_from`.
    pub rule: Option<String>,
    /// The queue that was chosen first, if it is unavailable and another one took its
    /// place.
    pub fell_back_from: Option<String>,
    /// The rule's assignee, if any. It is absent if the message fell back from the rule's queue,
    /// because the assignee belongs to that queue.
    pub assign: Option<Assignment>,
}

/// The ordering key of the message and the hash of the table, which every decision contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Messages with the same key should be delivered to their app in order. If the context names a
    /// session, all messages of that session have the same key, whatever their channels and
    /// senders. Otherwise, the messages of one channel and one sender have the same key. The sender
    /// is the attribute `sender`: a string, or the canonical string of a number or boolean. If the
    /// attribute is a list, it is ignored.
    ///
    /// The key does not reveal the session, the channel or the sender. It is `ord_` followed by the
    /// first 128 bits of a SHA-256 hash in hexadecimal. If the context names a session, the hash
    /// input is 8 zero bytes followed by the session. Otherwise, the input is the channel's length
    /// in bytes as an 8-byte big-endian integer, followed by the channel and the sender. The length
    /// is never zero, so the two kinds of input differ.
    pub ordering_key: String,
    /// The [content hash](crate::RouteTable::hash) of the table that decided.
    pub table: String,
}

impl Decision {
    /// Returns the outcome without its details.
    pub const fn kind(&self) -> DecisionKind {
        match self {
            Self::Routed { .. } => DecisionKind::Routed,
            Self::Held { .. } => DecisionKind::Held,
            Self::Unrouted { .. } => DecisionKind::Unrouted,
        }
    }

    /// Returns the queue and what chose it, unless the message is unrouted.
    pub const fn selection(&self) -> Option<&Selection> {
        match self {
            Self::Routed { selection, .. } | Self::Held { selection, .. } => Some(selection),
            Self::Unrouted { .. } => None,
        }
    }

    /// Returns the queue that takes the message, unless the message is unrouted.
    pub fn queue(&self) -> Option<&str> {
        self.selection().map(|selection| selection.queue.as_str())
    }

    /// Returns the app of the queue, if it has one.
    pub fn app(&self) -> Option<&str> {
        match self {
            Self::Routed { app, .. } => Some(app),
            Self::Held { app, .. } => app.as_deref(),
            Self::Unrouted { .. } => None,
        }
    }

    /// Returns the webhooks to deliver to, in the order in which the app lists them; empty unless
    /// the message is routed.
    pub fn webhooks(&self) -> &[String] {
        match self {
            Self::Routed { webhooks, .. } => webhooks,
            Self::Held { .. } | Self::Unrouted { .. } => &[],
        }
    }

    /// Returns the id of the rule that chose the queue, if any. If the message fell back, the rule
    /// chose the queue that [`fell_back_from`](Self::fell_back_from) returns.
    pub fn rule(&self) -> Option<&str> {
        self.selection()?.rule.as_deref()
    }

    /// Returns what chose the queue. If the message fell back, returns what chose the queue that
    /// [`fell_back_from`](Self::fell_back_from) returns.
    pub fn by(&self) -> Option<SelectedBy> {
        self.selection().map(|selection| selection.by)
    }

    /// Returns the queue that was chosen first, if it is unavailable and another one took
    /// its place.
    pub fn fell_back_from(&self) -> Option<&str> {
        self.selection()?.fell_back_from.as_deref()
    }

    /// Returns the rule's assignee, if any. Returns `None` if the message fell back from the rule's
    /// queue.
    pub fn assign(&self) -> Option<&Assignment> {
        self.selection()?.assign.as_ref()
    }

    /// Returns the reason for the outcome.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Routed { selection, .. } => selection.by.into(),
            Self::Held { cause, .. } => (*cause).into(),
            Self::Unrouted { .. } => Reason::NoQueue,
        }
    }

    /// Returns the ordering key: messages with the same key should be delivered to their app in
    /// order. See [`Trace::ordering_key`].
    pub fn ordering_key(&self) -> &str {
        &self.trace().ordering_key
    }

    /// Returns the [content hash](crate::RouteTable::hash) of the table that decided.
    pub fn table(&self) -> &str {
        &self.trace().table
    }

    /// Returns the decision with another table's hash, so that everything else can be
    /// compared.
    pub(crate) fn with_table(mut self, table: &str) -> Self {
        match &mut self {
            Self::Routed { trace, .. } | Self::Held { trace, .. } | Self::Unrouted { trace } => {
                trace.table = table.into();
            }
        }
        self
    }

    const fn trace(&self) -> &Trace {
        match self {
            Self::Routed { trace, .. } | Self::Held { trace, .. } | Self::Unrouted { trace } => {
                trace
            }
        }
    }
}

/// A decision that borrows from its table: nothing is allocated for it.
///
/// ```
/// use keyrail_route::{Context, Message, RouteTable, Scratch};
/// let table = RouteTable::from_json(r#"{
///     "channels": [{"id": "sms", "kind": "sms", "queue": "support"}], "queues": [{"id": "support"}]
/// }"#)?;
/// let mut scratch = Scratch::new(); // kept for the next message
/// let message = Message::new("sms")?;
/// let decision = table.decide(&message, &Context::default(), &mut scratch)?;
/// assert_eq!(decision.queue(), Some("support"));
/// assert_eq!(decision.to_decision(), table.route(&message, &Context::default())?);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct DecisionRef<'a> {
    pub(crate) table: &'a RouteTable,
    pub(crate) message: &'a Message,
    pub(crate) session: Option<&'a str>,
    /// The queue and what chose it, unless the message is unrouted.
    pub(crate) chosen: Option<Chosen>,
}

/// A queue that was chosen for a message.
#[derive(Clone, Copy)]
pub(crate) struct Chosen {
    pub queue: u32,
    pub by: SelectedBy,
    pub rule: Option<Rank>,
    pub fell_back_from: Option<u32>,
    /// Why the message waits, if it does.
    pub held: Option<HeldCause>,
}

impl<'a> DecisionRef<'a> {
    /// Returns whether the message is routed, held or unrouted.
    pub const fn kind(&self) -> DecisionKind {
        match self.chosen {
            None => DecisionKind::Unrouted,
            Some(Chosen { held: Some(_), .. }) => DecisionKind::Held,
            Some(_) => DecisionKind::Routed,
        }
    }

    /// Returns the reason for the outcome.
    pub fn reason(&self) -> Reason {
        self.chosen.map_or(Reason::NoQueue, |chosen| match chosen.held {
            Some(cause) => cause.into(),
            None => chosen.by.into(),
        })
    }

    /// Returns what chose the queue. If the message fell back, returns what chose the queue that
    /// [`fell_back_from`](Self::fell_back_from) returns.
    pub fn by(&self) -> Option<SelectedBy> {
        self.chosen.map(|chosen| chosen.by)
    }

    /// Returns the queue that takes the message, unless the message is unrouted.
    pub fn queue(&self) -> Option<&'a str> {
        self.queue_at(self.chosen?.queue).map(|queue| queue.id.as_str())
    }

    /// Returns the app of the queue, if it has one.
    pub fn app(&self) -> Option<&'a str> {
        self.app_of_queue().map(|app| app.id.as_str())
    }

    /// Returns the webhooks to deliver to, in the order in which the app lists them; empty unless
    /// the message is routed.
    pub fn webhooks(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.subscribed().map(|(_, webhook)| webhook.id.as_str())
    }

    /// Returns the webhooks to deliver to, in the order in which the app lists them. Each is an
    /// index into [`RouteTable::webhooks`].
    pub fn webhook_indices(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.subscribed().map(|(index, _)| index as usize)
    }

    /// Returns the webhooks to deliver to, with their indices.
    fn subscribed(&self) -> impl Iterator<Item = (u32, &'a Webhook)> + use<'a> {
        let app = self.app_of_queue().filter(|_| self.kind() == DecisionKind::Routed);
        let webhooks = app.into_iter().flat_map(|app| &app.webhooks);
        let (table, message) = (self.table, self.message);
        webhooks.filter_map(move |index| {
            let webhook = table.topology.webhooks.get(*index)?;
            webhook.subscribes_to(message).then_some((*index, webhook))
        })
    }

    /// Returns the id of the rule that chose the queue, if any. If the message fell back, the rule
    /// chose the queue that [`fell_back_from`](Self::fell_back_from) returns.
    pub fn rule(&self) -> Option<&'a str> {
        Some(self.table.rules.id(self.chosen?.rule?))
    }

    /// Returns the queue that was chosen first, if it is unavailable and another one took
    /// its place.
    pub fn fell_back_from(&self) -> Option<&'a str> {
        self.queue_at(self.chosen?.fell_back_from?).map(|queue| queue.id.as_str())
    }

    /// Returns the rule's assignee, if any. Returns `None` if the message fell back from the rule's
    /// queue, because the assignee belongs to that queue.
    pub fn assign(&self) -> Option<&'a Assignment> {
        let chosen = self.chosen.filter(|chosen| chosen.fell_back_from.is_none())?;
        self.table.rules.assignment(chosen.rule?)
    }

    /// Returns the decision as an owned value.
    pub fn to_decision(&self) -> Decision {
        let trace = Trace {
            ordering_key: ordering_key(self.message, self.session),
            table: self.table.hash().into(),
        };
        let Some((queue, chosen)) = self.queue().zip(self.chosen) else {
            return Decision::Unrouted { trace };
        };
        let selection = Selection {
            queue: queue.into(),
            by: chosen.by,
            rule: self.rule().map(String::from),
            fell_back_from: self.fell_back_from().map(String::from),
            assign: self.assign().cloned(),
        };
        let app = self.app().map(String::from);
        match (chosen.held, app) {
            (Some(cause), app) => Decision::Held { selection, app, cause, trace },
            // A queue without an app holds its messages.
            (None, None) => {
                let cause = HeldCause::NoApp;
                Decision::Held { selection, app: None, cause, trace }
            }
            (None, Some(app)) => {
                let webhooks = self.webhooks().map(String::from).collect();
                Decision::Routed { selection, app, webhooks, trace }
            }
        }
    }

    fn queue_at(&self, index: u32) -> Option<&'a Queue<u32>> {
        self.table.topology.queues.get(index)
    }

    fn app_of_queue(&self) -> Option<&'a App<u32>> {
        self.table.topology.apps.get(self.queue_at(self.chosen?.queue)?.app?)
    }
}

impl fmt::Debug for DecisionRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_decision().fmt(f)
    }
}

/// Returns the [ordering key](Trace::ordering_key) of a message.
fn ordering_key(message: &Message, session: Option<&str>) -> String {
    let mut hash = Sha256::new();
    if let Some(session) = session {
        hash.update(0_u64.to_be_bytes());
        hash.update(session);
    } else {
        hash.update((message.channel().len() as u64).to_be_bytes());
        hash.update(message.channel());
        match message.get("sender") {
            Some(ValueRef::Text(sender)) => hash.update(sender),
            Some(ValueRef::Number(sender)) => hash.update(canonical_number(sender)),
            Some(ValueRef::Boolean(sender)) => hash.update(canonical_boolean(sender)),
            Some(ValueRef::List(_)) | None => {}
        }
    }
    let mut key = String::from("ord_");
    for byte in hash.finalize().iter().take(16) {
        let _ = write!(key, "{byte:02x}"); // writing to a String cannot fail
    }
    key
}

/// Whether a message is routed, held or unrouted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecisionKind {
    /// The message goes to the webhooks of its queue's app.
    Routed,
    /// The message waits in its queue because it cannot be delivered now.
    Held,
    /// No queue takes the message.
    Unrouted,
}

impl DecisionKind {
    /// Returns the name of the kind: `routed`, `held` or `unrouted`.
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
pub enum SelectedBy {
    /// The first rule that matched.
    Rule,
    /// The sender's live session, which is already in this queue.
    Session,
    /// The message's channel, which names the queue.
    Channel,
    /// The topology, which names the queue as its default.
    Default,
}

impl SelectedBy {
    /// Returns the name: `rule`, `session`, `channel` or `default`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Session => "session",
            Self::Channel => "channel",
            Self::Default => "default",
        }
    }
}

/// Why a message waits in its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeldCause {
    /// The queue has no app.
    NoApp,
    /// No webhook of the queue's app subscribes to the message's event.
    NoWebhook,
    /// The queue's app is disabled.
    AppDisabled,
    /// The queue and all its fallbacks are unavailable.
    Unavailable,
}

/// The reason for a decision. `Display` prints a sentence for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Routed: a rule matched.
    Matched,
    /// Routed: the live session is in the queue.
    Session,
    /// Routed: no rule matched, and the channel names the queue.
    Channel,
    /// Routed: no rule matched, the channel names no queue, and there is a default queue.
    Default,
    /// Held: the queue has no app.
    NoApp,
    /// Held: no webhook of the queue's app subscribes to the message's event.
    NoWebhook,
    /// Held: the queue's app is disabled.
    AppDisabled,
    /// Held: the queue and all its fallbacks are unavailable.
    Unavailable,
    /// Unrouted: nothing names a queue.
    NoQueue,
}

impl Reason {
    /// Returns the stable, dotted code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Matched => "route.matched",
            Self::Session => "route.session",
            Self::Channel => "route.channel",
            Self::Default => "route.default",
            Self::NoApp => "route.no_app",
            Self::NoWebhook => "route.no_webhook",
            Self::AppDisabled => "route.app_disabled",
            Self::Unavailable => "route.unavailable",
            Self::NoQueue => "route.no_queue",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Matched => "a rule matched the message",
            Self::Session => "the live session is in this queue",
            Self::Channel => "no rule matched: this is the channel's queue",
            Self::Default => {
                "no rule matched and the channel has no queue: this is the default queue"
            }
            Self::NoApp => "the queue has no app",
            Self::NoWebhook => "no webhook of the queue's app subscribes to the message's event",
            Self::AppDisabled => "the queue's app is disabled",
            Self::Unavailable => "the queue and all its fallbacks are unavailable",
            Self::NoQueue => {
                "no rule matched, the channel has no queue, and there is no default queue"
            }
        })
    }
}

impl From<SelectedBy> for Reason {
    /// Returns the reason for routing a message: what chose its queue.
    fn from(by: SelectedBy) -> Self {
        match by {
            SelectedBy::Rule => Self::Matched,
            SelectedBy::Session => Self::Session,
            SelectedBy::Channel => Self::Channel,
            SelectedBy::Default => Self::Default,
        }
    }
}

impl From<HeldCause> for Reason {
    fn from(cause: HeldCause) -> Self {
        match cause {
            HeldCause::NoApp => Self::NoApp,
            HeldCause::NoWebhook => Self::NoWebhook,
            HeldCause::AppDisabled => Self::AppDisabled,
            HeldCause::Unavailable => Self::Unavailable,
        }
    }
}
