//! Declarations: the channels, queues, apps and webhooks of a topology.
//!
//! They refer to each other by id in a document and in a builder, and by index in a table. `Link`
//! is the type of such a reference.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::EventPattern;
use keyrail_core::config::{
    Faults, Id, MemberState, Read, Schemas, Value, non_empty, read_some, some_of,
};
use keyrail_filter::sink::Sink;
use serde::Deserializer;

use super::section::{Declared, Name, Text, names};
use crate::{ErrorKind, Message};

/// A channel: a source of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel<Link = String> {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) queue: Option<Link>,
}

/// A queue: messages wait in it for its app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue<Link = String> {
    pub(crate) id: String,
    pub(crate) app: Option<Link>,
    pub(crate) fallback: Vec<Link>,
}

/// An app: it receives the messages of its queues through its webhooks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct App<Link = String> {
    pub(crate) id: String,
    pub(crate) webhooks: Vec<Link>,
    pub(crate) disabled: bool,
}

/// A webhook: a URL through which an app receives messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Webhook {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) events: Vec<EventPattern>,
}

impl Channel {
    /// Creates a channel of a kind, such as `whatsapp`.
    pub fn new(id: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { id: id.into(), kind: kind.into(), queue: None }
    }

    /// Sets the queue of the channel's messages that no rule routes.
    #[must_use]
    pub fn queue(self, queue: impl Into<String>) -> Self {
        Self { queue: Some(queue.into()), ..self }
    }

    /// Checks a builder's values in the same way as a document's values.
    pub(crate) fn checked(&self, sink: &Sink<'_>) -> Option<Self> {
        let id = sink.id("id", &self.id);
        let kind = sink.id("kind", &self.kind);
        let queue = sink.optional_id("queue", self.queue.as_deref());
        Self::from_members(sink.faults, (id, kind, queue))
    }

    /// Replaces the queue's id by its index.
    pub(super) fn linked(self, queue: impl Fn(String) -> Option<u32>) -> Channel<u32> {
        Channel { id: self.id, kind: self.kind, queue: self.queue.and_then(queue) }
    }
}

impl Queue {
    /// Creates a queue without an app: its messages are held.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), app: None, fallback: Vec::new() }
    }

    /// Sets the app that takes the queue's messages.
    #[must_use]
    pub fn app(self, app: impl Into<String>) -> Self {
        Self { app: Some(app.into()), ..self }
    }

    /// Adds a fallback, which takes the messages when this queue and all fallbacks added so far are
    /// unavailable.
    #[must_use]
    pub fn fallback(mut self, queue: impl Into<String>) -> Self {
        self.fallback.push(queue.into());
        self
    }

    /// Checks a builder's values in the same way as a document's values.
    pub(crate) fn checked(&self, sink: &Sink<'_>) -> Option<Self> {
        let id = sink.id("id", &self.id);
        let app = sink.optional_id("app", self.app.as_deref());
        let fallback = names(sink, "fallback", &self.fallback);
        Self::from_members(sink.faults, (id, app, fallback))
    }

    /// Replaces the ids of the app and the fallbacks by their indices.
    pub(super) fn linked(
        &self,
        app: impl Fn(&str) -> Option<u32>,
        queue: impl Fn(&str) -> Option<u32>,
    ) -> Queue<u32> {
        let fallback = self.fallback.iter().filter_map(|name| queue(name)).collect();
        Queue { id: self.id.clone(), app: self.app.as_deref().and_then(app), fallback }
    }
}

impl App {
    /// Creates an app without webhooks.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), webhooks: Vec::new(), disabled: false }
    }

    /// Adds a webhook after the webhooks added so far.
    #[must_use]
    pub fn webhook(mut self, webhook: impl Into<String>) -> Self {
        self.webhooks.push(webhook.into());
        self
    }

    /// Sets whether the app is disabled. The messages of a disabled app are held.
    #[must_use]
    pub fn disabled(self, disabled: bool) -> Self {
        Self { disabled, ..self }
    }

    /// Checks a builder's values in the same way as a document's values.
    pub(crate) fn checked(&self, sink: &Sink<'_>) -> Option<Self> {
        let id = sink.id("id", &self.id);
        let webhooks = names(sink, "webhooks", &self.webhooks);
        Self::from_members(sink.faults, (id, webhooks, MemberState::Read(self.disabled)))
    }

    /// Replaces the webhooks' ids by their indices.
    pub(super) fn linked(self, webhook: impl Fn(&str) -> Option<u32>) -> App<u32> {
        let webhooks = self.webhooks.iter().filter_map(|name| webhook(name)).collect();
        App { id: self.id, webhooks, disabled: self.disabled }
    }
}

impl Webhook {
    /// Creates a webhook without event patterns. Add at least one pattern with
    /// [`event`](Self::event).
    pub fn new(id: impl Into<String>, url: impl Into<String>) -> Self {
        Self { id: id.into(), url: url.into(), events: Vec::new() }
    }

    /// Adds a pattern of the events to which the webhook subscribes.
    #[must_use]
    pub fn event(mut self, pattern: EventPattern) -> Self {
        self.events.push(pattern);
        self
    }

    /// Checks a builder's values in the same way as a document's values.
    pub(crate) fn checked(&self, sink: &Sink<'_>) -> Option<Self> {
        let events = self.events.clone();
        let id = sink.id("id", &self.id);
        let url = sink.member("url", |faults| Text::checked(&self.url, faults));
        let events = sink.member("events", |faults| Events::checked(events, faults));
        Self::from_members(sink.faults, (id, url, events))
    }

    /// Returns whether the webhook subscribes to the event of a message.
    pub(crate) fn subscribes_to(&self, message: &Message) -> bool {
        self.events.iter().any(|pattern| pattern.is_every() || pattern.matches(message.event()))
    }
}

keyrail_core::config_object! {
    /// A channel through which messages arrive.
    pub(crate) Channel (faults) {
        /// The id of the channel.
        required id: Id;
        /// The kind of the channel, such as `whatsapp`.
        required kind: Id;
        /// The queue of the channel's messages that no rule routes.
        optional queue: Id;
    } => {
        let queue = queue.map(Id::into_string);
        Some(Self { id: id_or_empty(id), kind: id_or_empty(kind), queue })
    }
}

keyrail_core::config_object! {
    /// A queue in which messages wait for an app.
    pub(crate) Queue (faults) {
        /// The id of the queue.
        required id: Id;
        /// The app that receives the queue's messages. Without an app, the messages are held.
        optional app: Id;
        /// The queues that replace this queue when it is unavailable, in order of preference.
        optional fallback: Vec<Name>;
    } => {
        let app = app.map(Id::into_string);
        Some(Self { id: id_or_empty(id), app, fallback: names_or_empty(fallback) })
    }
}

keyrail_core::config_object! {
    /// An app that receives messages.
    pub(crate) App (faults) {
        /// The id of the app.
        required id: Id;
        /// The webhooks through which the app receives messages, in order.
        optional webhooks: Vec<Name>;
        /// Whether the app is disabled. The messages of a disabled app are held.
        optional disabled: bool;
    } => {
        let disabled = disabled.unwrap_or_default();
        Some(Self { id: id_or_empty(id), webhooks: names_or_empty(webhooks), disabled })
    }
}

keyrail_core::config_object! {
    /// A webhook through which an app receives messages.
    pub(crate) Webhook (faults) {
        /// The id of the webhook.
        required id: Id;
        /// The URL that is called.
        required url: Text;
        /// The patterns of the events to which the webhook subscribes, such as `message.*`.
        required events: Events;
    } => {
        let url = url.map(|Text(url)| url).unwrap_or_default();
        let events = events.map(|Events(events)| events).unwrap_or_default();
        Some(Self { id: id_or_empty(id), url, events })
    }
}

/// Returns an id as a string; empty if it could not be read.
fn id_or_empty(id: Option<Id>) -> String {
    id.map(Id::into_string).unwrap_or_default()
}

/// Returns names as strings. Returns an empty list if the names are absent or could not be read.
fn names_or_empty(names: Option<Vec<Name>>) -> Vec<String> {
    names.unwrap_or_default().into_iter().map(|Name(name)| name).collect()
}

/// The event patterns of a webhook; at least one.
pub(crate) struct Events(Vec<EventPattern>);

impl Events {
    fn checked(events: Vec<EventPattern>, faults: &Faults) -> Option<Self> {
        non_empty(events, Vec::is_empty, ErrorKind::NoEvents, faults).map(Self)
    }
}

impl Read for Events {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let events = read_some(from, Vec::is_empty, ErrorKind::NoEvents, faults)?;
        Ok(events.map(Self))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        some_of(&EventPattern::schema(schemas))
    }
}

impl<Link> Declared for Channel<Link> {
    fn id(&self) -> &str {
        &self.id
    }
}

impl<Link> Declared for Queue<Link> {
    fn id(&self) -> &str {
        &self.id
    }
}

impl<Link> Declared for App<Link> {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Declared for Webhook {
    fn id(&self) -> &str {
        &self.id
    }
}
