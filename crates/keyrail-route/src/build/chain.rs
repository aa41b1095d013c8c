//! Channels, queues, apps and webhooks as typed values.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::EventPattern;
use keyrail_core::config::Slot;

use super::Sink;
use crate::topology::section::Text;
use crate::topology::spec::{self, Events};

/// Where messages come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    id: String,
    kind: String,
    queue: Option<String>,
}

impl Channel {
    /// Creates a channel of a kind, such as `whatsapp`.
    pub fn new(id: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { id: id.into(), kind: kind.into(), queue: None }
    }

    /// Sets the queue of its messages for which no rule names one.
    #[must_use]
    pub fn queue(self, queue: impl Into<String>) -> Self {
        Self { queue: Some(queue.into()), ..self }
    }

    pub(super) fn read(&self, sink: &Sink<'_>) -> Option<spec::Channel> {
        let id = sink.id("id", &self.id);
        let kind = sink.id("kind", &self.kind);
        let queue = sink.optional_id("queue", self.queue.as_deref());
        spec::Channel::from_members(sink.faults, (id, kind, queue))
    }
}

/// Where messages wait for an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    id: String,
    app: Option<String>,
    fallback: Vec<String>,
}

impl Queue {
    /// Creates a queue without an app: its messages are held.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), app: None, fallback: Vec::new() }
    }

    /// Sets the app that takes its messages.
    #[must_use]
    pub fn app(self, app: impl Into<String>) -> Self {
        Self { app: Some(app.into()), ..self }
    }

    /// Adds one more queue that takes its messages when it is unavailable, to be tried
    /// after those named before.
    #[must_use]
    pub fn fallback(mut self, queue: impl Into<String>) -> Self {
        self.fallback.push(queue.into());
        self
    }

    pub(super) fn read(&self, sink: &Sink<'_>) -> Option<spec::Queue> {
        let id = sink.id("id", &self.id);
        let app = sink.optional_id("app", self.app.as_deref());
        let fallback = super::names(sink, "fallback", &self.fallback);
        spec::Queue::from_members(sink.faults, (id, app, fallback))
    }
}

/// Who takes messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    id: String,
    webhooks: Vec<String>,
    disabled: bool,
}

impl App {
    /// Creates an app without webhooks.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), webhooks: Vec::new(), disabled: false }
    }

    /// Adds one more webhook, after those named before.
    #[must_use]
    pub fn webhook(mut self, webhook: impl Into<String>) -> Self {
        self.webhooks.push(webhook.into());
        self
    }

    /// Sets whether its messages are held for now.
    #[must_use]
    pub fn disabled(self, disabled: bool) -> Self {
        Self { disabled, ..self }
    }

    pub(super) fn read(&self, sink: &Sink<'_>) -> Option<spec::App> {
        let id = sink.id("id", &self.id);
        let webhooks = super::names(sink, "webhooks", &self.webhooks);
        spec::App::from_members(sink.faults, (id, webhooks, Slot::Read(self.disabled)))
    }
}

/// Where an app takes messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    id: String,
    url: String,
    events: Vec<EventPattern>,
}

impl Webhook {
    /// Creates a webhook that asks for no event yet; it needs one at least.
    pub fn new(id: impl Into<String>, url: impl Into<String>) -> Self {
        Self { id: id.into(), url: url.into(), events: Vec::new() }
    }

    /// Adds one more pattern of the events that it asks for.
    #[must_use]
    pub fn event(mut self, pattern: EventPattern) -> Self {
        self.events.push(pattern);
        self
    }

    pub(super) fn read(&self, sink: &Sink<'_>) -> Option<spec::Webhook> {
        let events = self.events.clone();
        let id = sink.id("id", &self.id);
        let url = sink.slot("url", |faults| Text::checked(&self.url, faults));
        let events = sink.slot("events", |faults| Events::checked(events, faults));
        spec::Webhook::from_members(sink.faults, (id, url, events))
    }
}
