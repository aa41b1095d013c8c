//! The table: a topology that is sound, and how it decides.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

use keyrail_core::config::{self, Faults, Read};
use keyrail_core::{ConfigError, Timestamp};
use serde::Deserializer;

use crate::topology::{App, Channel, Name, Queue, Topology};
use crate::{By, Decision, DecisionKind, Error, ErrorKind, Message, Reason};
use crate::{hash, links};

/// What the host knows when a message comes in. None of it is ever read out
/// of the message.
///
/// ```
/// use keyrail_route::Context;
/// let context = Context { session_queue: Some("sales"), ..Context::default() };
/// assert!(context.unavailable.is_empty());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The queue in which the live session with this sender stands.
    pub session_queue: Option<&'a str>,
    /// The queues that take no message now.
    pub unavailable: &'a [&'a str],
    /// The time at which the message came in.
    pub now: Option<Timestamp>,
}

/// Decides where messages go.
///
/// It is never changed: to change the rules, make a new one and put it in the
/// place of the old. Its printed form shows its hash and how large it is.
///
/// The queue is that of the live session, if the host gives one; else that of
/// the first rule that matches, in the order of priority (larger first), then
/// of declaration; else the channel's; else the default queue. If it is
/// unavailable, its fallbacks are tried in their order, each followed by its
/// own fallbacks. The message goes to those webhooks of the queue's app that
/// ask for its event; where there is none, it is held in the queue.
///
/// ```
/// use keyrail_route::{Context, DecisionKind, Message, RouteTable};
/// let table = RouteTable::from_json(r#"{
///     "channels": [{"id": "sms", "kind": "sms", "queue": "support"}],
///     "queues": [{"id": "support", "fallback": ["overflow"]}, {"id": "overflow"}]
/// }"#)?;
/// let context = Context { unavailable: &["support"], ..Context::default() };
/// let decision = table.route(&Message::new("sms")?, &context)?;
/// assert_eq!(decision.kind, DecisionKind::Held); // the queue has no app
/// assert_eq!(decision.queue.as_deref(), Some("overflow"));
/// assert_eq!(decision.fell_back_from.as_deref(), Some("support"));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub struct RouteTable {
    /// Every name in it leads somewhere; the rules stand in order.
    topology: Topology,
    hash: String,
}

/// A queue, and what chose it.
struct Choice<'t> {
    queue: &'t Queue,
    by: By,
    rule: Option<&'t str>,
}

impl RouteTable {
    /// Makes a table of a topology, or lists every fault of it.
    ///
    /// Codes besides those of all configurations: `route.duplicate_id`,
    /// `route.duplicate_name`, `route.unknown_queue`, `route.unknown_app`,
    /// `route.unknown_webhook`, `route.fallback_cycle`, `route.no_events`,
    /// `route.one_operator`, `route.empty_condition`, `route.empty_value`,
    /// `route.malformed_name`, `route.number_range`, `route.too_deep`,
    /// `route.too_many_rules`, `event.malformed_pattern`.
    pub fn from_json(topology: &str) -> Result<Self, ConfigError> {
        config::from_json(topology)
    }

    /// The content hash, in 64 hexadecimal digits: the same for documents of
    /// the same meaning, whatever their white space and order of members.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Decides where the message goes.
    ///
    /// Errors: `route.unknown_channel` if the message's channel is not
    /// declared, `route.unknown_queue` if a queue of the context is not.
    pub fn route(&self, message: &Message, context: &Context<'_>) -> Result<Decision, Error> {
        let channel = self.topology.channels.get(message.channel());
        let channel = channel.ok_or(ErrorKind::UnknownChannel)?;
        let mut named = context.session_queue.iter().chain(context.unavailable);
        if !named.all(|queue| self.topology.queues.get(queue).is_some()) {
            return Err(ErrorKind::UnknownQueue.into());
        }
        let Some(choice) = self.choose(channel, message, context.session_queue) else {
            return Ok(self.decision(DecisionKind::Unrouted, Reason::NoQueue, None));
        };
        let Some(queue) = self.available(choice.queue, context.unavailable) else {
            let held = self.decision(DecisionKind::Held, Reason::Unavailable, Some(&choice));
            return Ok(held);
        };
        Ok(self.deliver(&choice, queue, message.event()))
    }

    /// The app that takes a queue's messages.
    pub fn queue_app(&self, queue: &str) -> Option<&str> {
        self.topology.queues.get(queue)?.app.as_deref()
    }

    /// The queues of an app, in the order of declaration.
    pub fn queues_of(&self, app: &str) -> impl Iterator<Item = &str> {
        let queues = self.topology.queues.items.iter();
        queues.filter(move |queue| queue.app.as_deref() == Some(app)).map(|queue| queue.id.as_str())
    }

    /// Whether an app's key may reply and push to a queue: to its own alone.
    pub fn may_write(&self, app: &str, queue: &str) -> bool {
        self.queue_app(queue) == Some(app)
    }

    /// Whether the topology declares the app.
    pub fn has_app(&self, app: &str) -> bool {
        self.topology.apps.get(app).is_some()
    }

    /// All webhooks, id and URL, in the order of declaration.
    pub fn webhooks(&self) -> impl Iterator<Item = (&str, &str)> {
        self.topology
            .webhooks
            .items
            .iter()
            .map(|webhook| (webhook.id.as_str(), webhook.url.as_str()))
    }

    /// The URL of a webhook, as it was written.
    pub fn webhook_url(&self, id: &str) -> Option<&str> {
        self.topology.webhooks.get(id).map(|webhook| webhook.url.as_str())
    }

    fn choose<'t>(
        &'t self,
        channel: &'t Channel,
        message: &Message,
        session_queue: Option<&str>,
    ) -> Option<Choice<'t>> {
        let choice = |queue: &str, by, rule| {
            Some(Choice { queue: self.topology.queues.get(queue)?, by, rule })
        };
        if let Some(queue) = session_queue {
            return choice(queue, By::Session, None);
        }
        if let Some(rule) = self.topology.rules.iter().find(|rule| rule.when.holds(message)) {
            return choice(&rule.queue, By::Rule, Some(&rule.id));
        }
        if let Some(queue) = &channel.queue {
            return choice(queue, By::Channel, None);
        }
        choice(self.topology.default_queue.as_deref()?, By::Default, None)
    }

    /// The queue itself, or the first of its fallbacks that is available.
    fn available<'t>(&'t self, first: &'t Queue, unavailable: &[&str]) -> Option<&'t Queue> {
        let mut tried = BTreeSet::new();
        let mut waiting = vec![first]; // the next to try is the last
        while let Some(queue) = waiting.pop() {
            if !tried.insert(queue.id.as_str()) {
                continue;
            }
            if !unavailable.contains(&queue.id.as_str()) {
                return Some(queue);
            }
            let fallbacks = queue.fallback.iter().rev();
            waiting.extend(fallbacks.filter_map(|Name(name)| self.topology.queues.get(name)));
        }
        None
    }

    fn deliver(&self, choice: &Choice<'_>, queue: &Queue, event: Option<&str>) -> Decision {
        let app = queue.app.as_deref().and_then(|app| self.topology.apps.get(app));
        let webhooks = app.map(|app| self.webhooks_for(app, event)).unwrap_or_default();
        let (kind, reason) = match app {
            None => (DecisionKind::Held, Reason::NoApp),
            Some(_) if webhooks.is_empty() => (DecisionKind::Held, Reason::NoWebhook),
            Some(_) => (DecisionKind::Routed, Reason::from(choice.by)),
        };
        let fell_back = queue.id != choice.queue.id;
        Decision {
            queue: Some(queue.id.clone()),
            app: queue.app.clone(),
            webhooks,
            fell_back_from: fell_back.then(|| choice.queue.id.clone()),
            ..self.decision(kind, reason, Some(choice))
        }
    }

    fn webhooks_for(&self, app: &App, event: Option<&str>) -> Vec<String> {
        let webhooks = app.webhooks.iter().filter_map(|Name(id)| self.topology.webhooks.get(id));
        let asked = webhooks.filter(|hook| hook.events.iter().any(|asked| asked.matches(event)));
        asked.map(|webhook| webhook.id.clone()).collect()
    }

    /// A decision that delivers nothing, in the queue that was chosen first.
    fn decision(
        &self,
        kind: DecisionKind,
        reason: Reason,
        choice: Option<&Choice<'_>>,
    ) -> Decision {
        Decision {
            kind,
            queue: choice.map(|choice| choice.queue.id.clone()),
            app: choice.and_then(|choice| choice.queue.app.clone()),
            webhooks: Vec::new(),
            rule: choice.and_then(|choice| choice.rule).map(String::from),
            by: choice.map(|choice| choice.by),
            fell_back_from: None,
            reason,
            table: self.hash.clone(),
        }
    }
}

impl Read for RouteTable {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let before = faults.count();
        let Some(mut topology) = Topology::read(from, faults)? else { return Ok(None) };
        links::check(&topology, faults);
        if faults.count() > before {
            return Ok(None);
        }
        let hash = hash::of(&topology);
        // Stable: among equals the rule that was declared earlier stays first.
        topology.rules.sort_by_key(|rule| Reverse(rule.priority));
        Ok(Some(Self { topology, hash }))
    }
}

impl fmt::Debug for RouteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteTable")
            .field("hash", &self.hash)
            .field("rules", &self.topology.rules.len())
            .finish_non_exhaustive()
    }
}
