//! The route table: a valid topology, and the decisions that it makes.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::config::{self, Faults, Read, Schemas, Value};
use keyrail_core::{ConfigError, Timestamp};
use keyrail_filter::condition_set::Rank;
use keyrail_filter::index::{Index, Query, Traits};
use keyrail_filter::message::is_name;
use serde::Deserializer;

use crate::decision::Chosen;
use crate::rules::{Draft, Rules};
use crate::topology::references;
use crate::topology::spec::TopologySpec;
use crate::topology::{Channel, Topology};
use crate::{
    Decision, DecisionRef, Error, ErrorKind, FilterErrorKind, HeldCause, Message, Scratch,
    SelectedBy, hash,
};

/// The facts that the caller passes with a message. They are never read from the message.
///
/// ```
/// use keyrail_route::Context;
/// let context = Context { session_queue: Some("sales"), ..Context::default() };
/// assert!(context.unavailable.is_empty());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The queue of the live session with this sender.
    pub session_queue: Option<&'a str>,
    /// The id of the live session with this sender: 1 to 256 bytes without control characters.
    /// Messages of one session have the same [ordering key](Decision::ordering_key), whatever their
    /// channels.
    pub session: Option<&'a str>,
    /// The queues that take no messages now.
    pub unavailable: &'a [&'a str],
    /// The time at which the message is routed.
    pub now: Option<Timestamp>,
}

/// A compiled topology, which decides where messages go.
///
/// It is immutable: to change the rules, create a new table and replace the old one. `Debug` shows
/// the hash of the table and the number of its rules.
///
/// Rules with a higher priority come first. Rules with the same priority are in the order of
/// declaration. The first rule that matches a message chooses the queue. If no rule matches, the
/// message goes to the channel's queue, or to the default queue if the channel has no queue. If the
/// context names the queue of a live session, only rules that interrupt sessions are considered. If
/// none of them matches, the message goes to the session's queue.
///
/// If the chosen queue is unavailable, its fallbacks are tried in order, each followed by its own
/// fallbacks. The message goes to those webhooks of the queue's app that subscribe to the message's
/// event. If no webhook does, the queue holds the message.
///
/// ```
/// use keyrail_route::{Context, DecisionKind, Message, RouteTable};
/// let table = RouteTable::from_json(r#"{
///     "channels": [{"id": "sms", "kind": "sms", "queue": "support"}],
///     "queues": [{"id": "support", "fallback": ["overflow"]}, {"id": "overflow"}]
/// }"#)?;
/// let context = Context { unavailable: &["support"], ..Context::default() };
/// let decision = table.route(&Message::new("sms")?, &context)?;
/// assert_eq!(decision.kind(), DecisionKind::Held); // the queue has no app
/// assert_eq!(decision.queue(), Some("overflow"));
/// assert_eq!(decision.fell_back_from(), Some("support"));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub struct RouteTable {
    pub(crate) topology: Topology,
    pub(crate) rules: Rules,
    pub(crate) index: Index,
    pub(crate) hash: String,
}

/// The queue that was chosen before fallbacks were considered, and what chose it.
#[derive(Clone, Copy)]
struct Choice {
    queue: u32,
    by: SelectedBy,
    rule: Option<Rank>,
}

impl RouteTable {
    /// Creates a table from a topology. The error contains every fault of the topology.
    ///
    /// # Errors
    ///
    /// The errors that any configuration document can have, and `route.duplicate_id`,
    /// `route.duplicate_name`, `route.unknown_queue`, `route.unknown_app`, `route.unknown_webhook`,
    /// `route.fallback_cycle`, `route.no_events`, `route.one_operator`, `route.empty_condition`,
    /// `route.empty_value`, `route.malformed_name`, `route.number_range`, `route.two_bounds`,
    /// `route.empty_range`, `route.wildcard_too_long`, `route.too_many_stars`,
    /// `route.malformed_wildcard`, `route.malformed_subject`, `route.empty_window`,
    /// `route.malformed_time_of_day`, `route.malformed_offset`, `route.two_clocks`,
    /// `route.unknown_zone`, `route.no_zones`, `route.empty_assignment`, `route.too_deep`,
    /// `route.too_many_rules`, `route.too_large`, `event.malformed_pattern`, `network.malformed`,
    /// `network.host_bits`, `time.malformed`, `time.out_of_range`.
    pub fn from_json(spec: &str) -> Result<Self, ConfigError> {
        config::from_json(spec)
    }

    /// Returns the JSON Schema (draft 2020-12) of a topology.
    ///
    /// It accepts every topology that [`from_json`](Self::from_json) accepts. It cannot express
    /// that ids must be unique, or that every id that is referred to must be declared. Only
    /// `from_json` checks this.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("topology")
    }

    /// Returns the content hash, in 64 hexadecimal digits. Documents with the same meaning have the
    /// same hash, even if their white space or the order of their members differs.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Decides where the message goes.
    ///
    /// # Errors
    ///
    /// - `route.unknown_channel` if the message's channel is not declared.
    /// - `route.unknown_queue` if a queue of the context is not declared.
    /// - `route.malformed_session` if the session's id is malformed.
    /// - `route.time_required` if the table has rules that apply only at certain times, and the
    ///   context has no time.
    pub fn route(&self, message: &Message, context: &Context<'_>) -> Result<Decision, Error> {
        Ok(self.decide(message, context, &mut Scratch::new())?.to_decision())
    }

    /// Decides where each message goes. The same context applies to all of them.
    ///
    /// ```
    /// use keyrail_route::{Context, Message, RouteTable};
    /// let table = RouteTable::from_json(r#"{"channels": [{"id": "sms", "kind": "sms"}]}"#)?;
    /// let messages = [Message::new("sms")?, Message::new("fax")?];
    /// let decisions = table.route_batch(&messages, &Context::default());
    /// assert!(decisions[0].is_ok());
    /// assert_eq!(decisions[1].as_ref().unwrap_err().code(), "route.unknown_channel");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn route_batch(
        &self,
        messages: &[Message],
        context: &Context<'_>,
    ) -> Vec<Result<Decision, Error>> {
        let mut scratch = Scratch::new();
        let decide = |message| {
            self.decide(message, context, &mut scratch).map(|decision| decision.to_decision())
        };
        messages.iter().map(decide).collect()
    }

    /// Decides as [`route`](Self::route) does, with buffers that the caller keeps. Once the buffers
    /// are large enough, most calls allocate nothing.
    ///
    /// # Errors
    ///
    /// The same as those of [`route`](Self::route).
    pub fn decide<'a>(
        &'a self,
        message: &'a Message,
        context: &Context<'a>,
        scratch: &mut Scratch,
    ) -> Result<DecisionRef<'a>, Error> {
        let channel = message.attributes.text(&message.channel).unwrap_or_default();
        let channel = self.topology.channels.find_hashed(channel, message.channel.value_hash);
        let channel = channel.ok_or(ErrorKind::UnknownChannel)?;
        let queue_index =
            |queue: &str| self.topology.queues.index_of(queue).ok_or(ErrorKind::UnknownQueue);
        let session = context.session_queue.map(queue_index).transpose()?;
        let unavailable = context.unavailable.iter().map(|queue| queue_index(queue));
        let unavailable: BTreeSet<u32> = unavailable.collect::<Result<_, _>>()?;
        if context.session.is_some_and(|session| !is_name(session)) {
            return Err(ErrorKind::MalformedSession.into());
        }
        if context.now.is_none() && !self.rules.windows.is_empty() {
            return Err(ErrorKind::TimeRequired.into());
        }
        let choice = self.choose(channel, message, session, context.now, scratch);
        let chosen = choice.map(|choice| {
            let available = self.available(choice.queue, &unavailable);
            Chosen {
                queue: available.unwrap_or(choice.queue),
                by: choice.by,
                rule: choice.rule,
                fell_back_from: available
                    .filter(|queue| *queue != choice.queue)
                    .map(|_| choice.queue),
                held: match available {
                    Some(queue) => self.held(queue, message),
                    None => Some(HeldCause::Unavailable),
                },
            }
        });
        Ok(DecisionRef { table: self, message, session: context.session, chosen })
    }

    /// Returns the app that takes a queue's messages. Returns `None` if the queue has no app or is
    /// not declared.
    pub fn queue_app(&self, queue: &str) -> Option<&str> {
        let app = self.topology.queues.find(queue)?.app?;
        self.topology.apps.get(app).map(|app| app.id.as_str())
    }

    /// Returns the queues of an app, in the order of declaration.
    pub fn queues_of(&self, app: &str) -> impl Iterator<Item = &str> {
        let app = self.topology.apps.index_of(app);
        let own = app.and_then(|app| self.topology.queues_of.get(app as usize));
        let queues = own.into_iter().flatten().filter_map(|index| self.topology.queues.get(*index));
        queues.map(|queue| queue.id.as_str())
    }

    /// Returns whether an app's key may write to a queue: true only for the app's own queues.
    pub fn may_write(&self, app: &str, queue: &str) -> bool {
        self.queue_app(queue) == Some(app)
    }

    /// Returns whether the topology declares the queue.
    pub fn has_queue(&self, queue: &str) -> bool {
        self.topology.queues.find(queue).is_some()
    }

    /// Returns whether the topology declares the app.
    pub fn has_app(&self, app: &str) -> bool {
        self.topology.apps.index_of(app).is_some()
    }

    /// Returns the id and the URL of each webhook, in the order of declaration.
    pub fn webhooks(&self) -> impl Iterator<Item = (&str, &str)> {
        let webhooks = self.topology.webhooks.items.iter();
        webhooks.map(|webhook| (webhook.id.as_str(), webhook.url.as_str()))
    }

    /// Returns the URL of a webhook, as it was written. Returns `None` if the webhook is not
    /// declared.
    pub fn webhook_url(&self, id: &str) -> Option<&str> {
        self.topology.webhooks.find(id).map(|webhook| webhook.url.as_str())
    }

    fn choose(
        &self,
        channel: &Channel<u32>,
        message: &Message,
        session: Option<u32>,
        now: Option<Timestamp>,
        scratch: &mut Scratch,
    ) -> Option<Choice> {
        // With a live session, only rules that interrupt sessions are considered.
        let interrupting = session.is_some();
        if (!interrupting || !self.rules.interrupting.is_empty())
            && let Some(rank) = self.first(message, now, interrupting, scratch)
        {
            let queue = self.rules.queue(rank)?;
            return Some(Choice { queue, by: SelectedBy::Rule, rule: Some(rank) });
        }
        let choice = |by, queue: Option<u32>| queue.map(|queue| Choice { queue, by, rule: None });
        choice(SelectedBy::Session, session)
            .or_else(|| choice(SelectedBy::Channel, channel.queue))
            .or_else(|| choice(SelectedBy::Default, self.topology.default_queue))
    }

    /// Returns the first rule that matches at this time. Without a time, rules with a window are
    /// ignored. If `interrupting` is true, only rules that interrupt sessions are considered.
    pub(crate) fn first(
        &self,
        message: &Message,
        now: Option<Timestamp>,
        interrupting: bool,
        scratch: &mut Scratch,
    ) -> Option<Rank> {
        let interrupts = |rank| self.rules.interrupts(rank);
        let query = Query {
            conditions: &self.rules.conditions,
            message,
            is_eligible: interrupting.then_some(&interrupts),
            is_open: &|rank| self.rules.is_open(rank, now),
        };
        self.index.first(&query, scratch)
    }

    /// Returns the queue itself if it is available, or else its first available fallback. Returns
    /// `None` if all of them are unavailable.
    fn available(&self, first: u32, unavailable: &BTreeSet<u32>) -> Option<u32> {
        if unavailable.is_empty() {
            return Some(first);
        }
        let mut tried = BTreeSet::new();
        let mut pending = vec![first]; // a stack: the next queue to try is the last
        while let Some(index) = pending.pop() {
            let Some(queue) = self.topology.queues.get(index).filter(|_| tried.insert(index))
            else {
                continue;
            };
            if !unavailable.contains(&index) {
                return Some(index);
            }
            pending.extend(queue.fallback.iter().rev());
        }
        None
    }

    /// Returns why the queue holds the message, or `None` if a webhook receives the message.
    fn held(&self, queue: u32, message: &Message) -> Option<HeldCause> {
        let app = self.topology.queues.get(queue).and_then(|queue| queue.app);
        let Some(app) = app.and_then(|app| self.topology.apps.get(app)) else {
            return Some(HeldCause::NoApp);
        };
        if app.disabled {
            return Some(HeldCause::AppDisabled);
        }
        let mut webhooks =
            app.webhooks.iter().filter_map(|index| self.topology.webhooks.get(*index));
        let is_subscribed = webhooks.any(|webhook| webhook.subscribes_to(message));
        (!is_subscribed).then_some(HeldCause::NoWebhook)
    }
}

impl Read for RouteTable {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(ReadTopology::read(from, faults)?.and_then(|read| read.table))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        TopologySpec::schema(schemas)
    }
}

/// A topology as it was read. It contains the table if there were no faults. The other parts are
/// available even if there were faults.
#[doc(hidden)]
pub struct ReadTopology {
    /// The table, unless there were faults.
    pub table: Option<RouteTable>,
    /// The ids and URLs of the webhooks, in the order of declaration. A string that
    /// could not be read is empty.
    pub webhooks: Vec<(String, String)>,
    /// The ids of the apps, if all of them could be read.
    pub apps: Option<BTreeSet<String>>,
    /// Whether all webhooks could be read.
    pub has_all_webhooks: bool,
}

impl Read for ReadTopology {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let before = faults.count();
        let Some(spec) = TopologySpec::read(from, faults)? else { return Ok(None) };
        let webhooks = spec.webhooks.items.iter();
        let webhooks = webhooks.map(|webhook| (webhook.id.clone(), webhook.url.clone())).collect();
        let apps = spec.apps.items.iter().map(|app| app.id.clone());
        Ok(Some(Self {
            webhooks,
            apps: spec.apps.complete.then(|| apps.collect()),
            has_all_webhooks: spec.webhooks.complete,
            table: RouteTable::of(spec, before, faults),
        }))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        TopologySpec::schema(schemas)
    }
}

impl RouteTable {
    /// Builds the table, unless the topology has faults. `before` is the number of faults that
    /// existed before the topology was read.
    pub(crate) fn of(mut spec: TopologySpec, before: usize, faults: &Faults) -> Option<Self> {
        references::check(&spec, faults);
        if faults.count() > before {
            return None;
        }
        let draft = core::mem::take(&mut spec.rules);
        let (mut rules, interner) = Draft::finish(draft, |queue| spec.queues.position(queue));
        let topology = Topology::from(spec);
        let Rules { conditions, windows, interrupting, .. } = &mut rules;
        let may_be_closed = |rank| windows.binary_search_by_key(&rank, |(rank, _)| *rank).is_ok();
        let traits = Traits { may_be_closed: &may_be_closed, always_eligible: interrupting };
        let Some(index) = Index::new(conditions, interner, traits) else {
            faults.add_kind_below(format_args!("/rules"), FilterErrorKind::TooLarge);
            return None;
        };
        let hash = hash::of(&topology, &rules);
        Some(Self { topology, rules, index, hash })
    }
}

impl fmt::Debug for RouteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteTable")
            .field("hash", &self.hash)
            .field("rules", &self.rules.len())
            .finish_non_exhaustive()
    }
}

keyrail_core::from_str! {
    RouteTable: from_json, ConfigError;
}
