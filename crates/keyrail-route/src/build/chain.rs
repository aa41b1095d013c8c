//! Channels, queues, apps and webhooks as typed values.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::EventPattern;
use keyrail_core::config::{Object, Slot};

use super::Sink;
use crate::topology::spec::{self, AppDraft, ChannelDraft, Events, QueueDraft, WebhookDraft};

/// Where messages come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    id: String,
    kind: String,
    queue: Option<String>,
}

impl Channel {
    /// A channel of a kind, such as `whatsapp`.
    pub fn new(id: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { id: id.into(), kind: kind.into(), queue: None }
    }

    /// The queue of its messages for which no rule names one.
    #[must_use]
    pub fn queue(self, queue: impl Into<String>) -> Self {
        Self { queue: Some(queue.into()), ..self }
    }

    pub(super) fn read(&self, sink: &Sink<'_>) -> Option<spec::Channel> {
        let draft = ChannelDraft {
            id: sink.id("id", &self.id),
            kind: sink.id("kind", &self.kind),
            queue: sink.optional_id("queue", self.queue.as_deref()),
        };
        spec::Channel::finish(draft, sink.faults)
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
    /// A queue without an app: its messages are held.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), app: None, fallback: Vec::new() }
    }

    /// The app that takes its messages.
    #[must_use]
    pub fn app(self, app: impl Into<String>) -> Self {
        Self { app: Some(app.into()), ..self }
    }

    /// One more queue that takes its messages when it is unavailable, to be
    /// tried after those named before.
    #[must_use]
    pub fn fallback(mut self, queue: impl Into<String>) -> Self {
        self.fallback.push(queue.into());
        self
    }

    pub(super) fn read(&self, sink: &Sink<'_>) -> Option<spec::Queue> {
        let draft = QueueDraft {
            id: sink.id("id", &self.id),
            app: sink.optional_id("app", self.app.as_deref()),
            fallback: super::names(sink, "fallback", &self.fallback),
        };
        spec::Queue::finish(draft, sink.faults)
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
    /// An app without webhooks.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), webhooks: Vec::new(), disabled: false }
    }

    /// One more webhook, after those named before.
    #[must_use]
    pub fn webhook(mut self, webhook: impl Into<String>) -> Self {
        self.webhooks.push(webhook.into());
        self
    }

    /// Whether its messages are held for now.
    #[must_use]
    pub fn disabled(self, disabled: bool) -> Self {
        Self { disabled, ..self }
    }

    pub(super) fn read(&self, sink: &Sink<'_>) -> Option<spec::App> {
        let draft = AppDraft {
            id: sink.id("id", &self.id),
            webhooks: super::names(sink, "webhooks", &self.webhooks),
            disabled: Slot::Read(self.disabled),
        };
        spec::App::finish(draft, sink.faults)
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
    /// A webhook that asks for no event yet; it needs one at least.
    pub fn new(id: impl Into<String>, url: impl Into<String>) -> Self {
        Self { id: id.into(), url: url.into(), events: Vec::new() }
    }

    /// One more pattern of the events that it asks for.
    #[must_use]
    pub fn event(mut self, pattern: EventPattern) -> Self {
        self.events.push(pattern);
        self
    }

    pub(super) fn read(&self, sink: &Sink<'_>) -> Option<spec::Webhook> {
        let events = self.events.clone();
        let draft = WebhookDraft {
            id: sink.id("id", &self.id),
            url: sink.slot("url", |faults| spec::Text::checked(&self.url, faults)),
            events: sink.slot("events", |faults| Events::checked(events, faults)),
        };
        spec::Webhook::finish(draft, sink.faults)
    }
}
