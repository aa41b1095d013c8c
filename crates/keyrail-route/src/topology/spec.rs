//! Topology specifications: the document that a table is built from, as it is read.
//!
//! Reading continues after a fault, unless the JSON itself is malformed, so that all faults are
//! listed. A document with any fault is rejected as a whole. So the placeholder for a faulty
//! member, such as an empty id, never affects a decision.

use alloc::string::String;

use keyrail_core::Timestamp;
use keyrail_core::config::{
    Faults, Id, Read, Schemas, Value, extend_schema, json, list_of, read_each, time_schema,
};
use keyrail_filter::condition::Condition;
use keyrail_filter::program::MAX_CONDITION_DEPTH;
use serde::Deserializer;

use super::declarations::{App, Channel, Queue, Webhook};
use super::section::{Item, Items, Section};
use crate::rules::{Draft, Rule};
use crate::window::{Hours, Window};
use crate::{ErrorKind, FilterErrorKind, assignment};

/// The maximum number of rules in a topology.
pub const MAX_RULES: usize = 2_000_000;

/// A topology as it was read. Its names have not been checked: they may be undeclared.
pub(crate) struct TopologySpec {
    pub(crate) channels: Section<Channel>,
    pub(crate) queues: Section<Queue>,
    pub(crate) apps: Section<App>,
    pub(crate) webhooks: Section<Webhook>,
    pub(crate) rules: Draft,
    pub(crate) default_queue: Option<String>,
}

/// Returns an id as a string; empty if it could not be read.
fn id_or_empty(id: Option<Id>) -> String {
    id.map(Id::into_string).unwrap_or_default()
}

keyrail_core::config_object! {
    /// The channels, queues, apps, webhooks and rules by which messages are routed.
    document pub(crate) TopologySpec as "Topology" (faults) {
        /// The channels through which messages arrive.
        state channels: Items<Channel>;
        /// The queues in which messages wait for an app.
        state queues: Items<Queue>;
        /// The apps that receive messages.
        state apps: Items<App>;
        /// The webhooks through which apps receive messages.
        state webhooks: Items<Webhook>;
        /// The rules that choose the queue of a message; the first one that matches wins.
        optional rules: Draft;
        /// The queue for messages that get no queue from a rule, a session or their channel.
        optional default_queue: Id;
    } => {
        let rules = rules.unwrap_or_default();
        check_rules(rules.len(), faults);
        if rules.is_too_large() {
            faults.add_kind_below(format_args!("/rules"), FilterErrorKind::TooLarge);
        }
        Some(Self {
            channels: channels.into(),
            queues: queues.into(),
            apps: apps.into(),
            webhooks: webhooks.into(),
            rules,
            default_queue: default_queue.map(Id::into_string),
        })
    }
}

fn check_rules(count: usize, faults: &Faults) {
    if count > MAX_RULES {
        faults.add_kind_below(format_args!("/rules"), ErrorKind::TooManyRules);
    }
}

impl Read for Draft {
    /// Converts each rule to its compact form as soon as it is read. A list of [`Rule`] values
    /// would take several times as much memory.
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let mut rules = Self::default();
        let read = read_each(from, faults, |Item(rule): Item<Rule>| {
            if rules.len() <= MAX_RULES {
                rules.push(rule);
            }
        })?;
        Ok(read.map(|()| rules))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        extend_schema(list_of(&Rule::schema(schemas)), json!({"maxItems": MAX_RULES}))
    }
}

keyrail_core::config_object! {
    /// A rule: the messages that match its condition go to its queue.
    pub(crate) Rule (faults) {
        /// The id of the rule.
        required id: Id;
        /// The priority. Rules with a higher priority come first. The default is 0.
        optional priority: i64;
        /// The condition that a message must match.
        required when: Condition;
        /// The queue of the messages that match the condition.
        required queue: Id;
        /// Whether the rule takes precedence over the queue of a live session.
        optional interrupts_session: bool;
        /// The first instant at which the rule applies (RFC 3339).
        optional from: Timestamp = parse(Timestamp::parse_edge, time_schema());
        /// The first instant at which the rule no longer applies (RFC 3339).
        optional until: Timestamp = parse(Timestamp::parse_edge, time_schema());
        /// The weekly hours in which the rule applies.
        optional hours: Hours;
        /// The assignee of the message. The decision contains it unchanged.
        optional assign: assignment::Written;
    } => {
        let when = when.unwrap_or_default();
        if when.depth() > MAX_CONDITION_DEPTH {
            faults.add_kind_below(format_args!("/when"), FilterErrorKind::TooDeep);
        }
        let (from, until) = (from.map(Timestamp::as_millis), until.map(Timestamp::as_millis));
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            faults.add_kind_below(format_args!("/until"), ErrorKind::EmptyWindow);
        }
        Some(Self {
            id: id_or_empty(id),
            when,
            queue: id_or_empty(queue),
            priority: priority.unwrap_or_default(),
            interrupts_session: interrupts_session.unwrap_or_default(),
            window: Window { from, until, hours },
            assign: assign.map(|written| written.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use keyrail_core::Faults;

    use super::{MAX_RULES, check_rules};

    #[test]
    fn the_rule_limit_is_exact() {
        let faults = Faults::new();
        check_rules(MAX_RULES, &faults);
        assert!(faults.is_empty());
        check_rules(MAX_RULES + 1, &faults);
        let error = faults.finish(Some(())).unwrap_err();
        assert_eq!((error.code(), error.faults()[0].pointer()), ("route.too_many_rules", "/rules"));
    }
}
