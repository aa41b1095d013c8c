//! Topologies: the document that a table is made of, as it is read.
//!
//! Reading goes on after a fault of meaning, so that all are listed. A fault
//! anywhere refuses the document whole, so what stands in for a faulty member
//! here, such as an empty id, is never seen by a message.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{
    Faults, Id, Member, Object, Read, Slot, non_empty, read_each, read_some,
};
use keyrail_core::{EventPattern, Timestamp};
use keyrail_filter::condition::Condition;
use keyrail_filter::program::MAX_CONDITION_DEPTH;
use serde::Deserializer;
use serde::de::MapAccess;

use super::section::{Item, Items, Name, Section, declared};
use crate::rules::Draft;
use crate::window::{Hours, Window};
use crate::{Assignment, ErrorKind, FilterErrorKind, assignment};

/// How many rules a topology may have.
pub const MAX_RULES: usize = 2_000_000;

/// A topology as it was written: its names may still lead nowhere.
pub(crate) struct TopologySpec {
    pub(crate) channels: Section<Channel>,
    pub(crate) queues: Section<Queue>,
    pub(crate) apps: Section<App>,
    pub(crate) webhooks: Section<Webhook>,
    pub(crate) rules: Draft,
    pub(crate) default_queue: Option<String>,
}

/// Where messages come in.
#[derive(Default)]
pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) queue: Option<String>,
}

/// Where messages wait for an app.
#[derive(Default)]
pub(crate) struct Queue {
    pub(crate) id: String,
    pub(crate) app: Option<String>,
    pub(crate) fallback: Vec<Name>,
}

/// Who takes messages.
#[derive(Default)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) disabled: bool,
    pub(crate) webhooks: Vec<Name>,
}

/// Where an app takes messages.
#[derive(Default)]
pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) events: Vec<EventPattern>,
}

/// Which messages go to a queue.
#[derive(Default)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) priority: i64,
    pub(crate) when: Condition,
    pub(crate) queue: String,
    pub(crate) interrupts_session: bool,
    pub(crate) window: Window,
    pub(crate) assign: Option<Assignment>,
}

fn required(id: Slot<Id>, name: &str, faults: &Faults) -> String {
    id.required(name, faults).map(Id::into_string).unwrap_or_default()
}

fn optional(id: Slot<Id>) -> Option<String> {
    id.optional().map(Id::into_string)
}

#[derive(Default)]
pub(crate) struct TopologySpecDraft {
    pub(crate) channels: Slot<Items<Channel>>,
    pub(crate) queues: Slot<Items<Queue>>,
    pub(crate) apps: Slot<Items<App>>,
    pub(crate) webhooks: Slot<Items<Webhook>>,
    pub(crate) rules: Slot<Draft>,
    pub(crate) default_queue: Slot<Id>,
}

impl Object for TopologySpec {
    type Draft = TopologySpecDraft;
    const MEMBERS: &'static [&'static str] =
        &["channels", "queues", "apps", "webhooks", "rules", "default_queue"];
    const IS_DOCUMENT: bool = true;

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut TopologySpecDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "channels" => draft.channels.read(value),
            "queues" => draft.queues.read(value),
            "apps" => draft.apps.read(value),
            "webhooks" => draft.webhooks.read(value),
            "rules" => draft.rules.read(value),
            "default_queue" => draft.default_queue.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: TopologySpecDraft, faults: &Faults) -> Option<Self> {
        let rules = draft.rules.optional().unwrap_or_default();
        check_rules(rules.len(), faults);
        if rules.is_too_large() {
            faults.add_kind_below(format_args!("/rules"), FilterErrorKind::TooLarge);
        }
        Some(Self {
            channels: draft.channels.into(),
            queues: draft.queues.into(),
            apps: draft.apps.into(),
            webhooks: draft.webhooks.into(),
            rules,
            default_queue: optional(draft.default_queue),
        })
    }
}

fn check_rules(count: usize, faults: &Faults) {
    if count > MAX_RULES {
        faults.add_kind_below(format_args!("/rules"), ErrorKind::TooManyRules);
    }
}

impl Read for Draft {
    /// Each rule is brought into its short form as soon as it is read: all of
    /// them as they are written would take several times the room.
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let mut rules = Self::default();
        let read = read_each(from, faults, |Item(rule): Item<Rule>| {
            if rules.len() <= MAX_RULES {
                rules.push(rule);
            }
        })?;
        Ok(read.map(|()| rules))
    }
}

#[derive(Default)]
pub(crate) struct ChannelDraft {
    pub(crate) id: Slot<Id>,
    pub(crate) kind: Slot<Id>,
    pub(crate) queue: Slot<Id>,
}

impl Object for Channel {
    type Draft = ChannelDraft;
    const MEMBERS: &'static [&'static str] = &["id", "kind", "queue"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut ChannelDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "id" => draft.id.read(value),
            "kind" => draft.kind.read(value),
            "queue" => draft.queue.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: ChannelDraft, faults: &Faults) -> Option<Self> {
        let id = required(draft.id, "id", faults);
        let kind = required(draft.kind, "kind", faults);
        Some(Self { id, kind, queue: optional(draft.queue) })
    }
}

#[derive(Default)]
pub(crate) struct QueueDraft {
    pub(crate) id: Slot<Id>,
    pub(crate) app: Slot<Id>,
    pub(crate) fallback: Slot<Vec<Name>>,
}

impl Object for Queue {
    type Draft = QueueDraft;
    const MEMBERS: &'static [&'static str] = &["id", "app", "fallback"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut QueueDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "id" => draft.id.read(value),
            "app" => draft.app.read(value),
            "fallback" => draft.fallback.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: QueueDraft, faults: &Faults) -> Option<Self> {
        let id = required(draft.id, "id", faults);
        let fallback = draft.fallback.optional().unwrap_or_default();
        Some(Self { id, app: optional(draft.app), fallback })
    }
}

#[derive(Default)]
pub(crate) struct AppDraft {
    pub(crate) id: Slot<Id>,
    pub(crate) webhooks: Slot<Vec<Name>>,
    pub(crate) disabled: Slot<bool>,
}

impl Object for App {
    type Draft = AppDraft;
    const MEMBERS: &'static [&'static str] = &["id", "webhooks", "disabled"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut AppDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "id" => draft.id.read(value),
            "webhooks" => draft.webhooks.read(value),
            "disabled" => draft.disabled.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: AppDraft, faults: &Faults) -> Option<Self> {
        let id = required(draft.id, "id", faults);
        let disabled = draft.disabled.optional().unwrap_or_default();
        Some(Self { id, disabled, webhooks: draft.webhooks.optional().unwrap_or_default() })
    }
}

#[derive(Default)]
pub(crate) struct WebhookDraft {
    pub(crate) id: Slot<Id>,
    pub(crate) url: Slot<Text>,
    pub(crate) events: Slot<Events>,
}

impl Object for Webhook {
    type Draft = WebhookDraft;
    const MEMBERS: &'static [&'static str] = &["id", "url", "events"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut WebhookDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "id" => draft.id.read(value),
            "url" => draft.url.read(value),
            "events" => draft.events.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: WebhookDraft, faults: &Faults) -> Option<Self> {
        let id = required(draft.id, "id", faults);
        let url = draft.url.required("url", faults).map(|Text(url)| url).unwrap_or_default();
        let events = draft.events.required("events", faults).map(|Events(events)| events);
        Some(Self { id, url, events: events.unwrap_or_default() })
    }
}

pub(crate) struct Events(Vec<EventPattern>);

impl Events {
    /// The events, of which there must be some.
    pub(crate) fn checked(events: Vec<EventPattern>, faults: &Faults) -> Option<Self> {
        non_empty(events, Vec::is_empty, ErrorKind::NoEvents, faults).map(Self)
    }
}

impl Read for Events {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let events = read_some(from, Vec::is_empty, ErrorKind::NoEvents, faults)?;
        Ok(events.map(Self))
    }
}

#[derive(Default)]
pub(crate) struct RuleDraft {
    pub(crate) id: Slot<Id>,
    pub(crate) priority: Slot<i64>,
    pub(crate) when: Slot<Condition>,
    pub(crate) queue: Slot<Id>,
    pub(crate) interrupts_session: Slot<bool>,
    pub(crate) from: Slot<Timestamp>,
    pub(crate) until: Slot<Timestamp>,
    pub(crate) hours: Slot<Hours>,
    pub(crate) assign: Slot<assignment::Written>,
}

impl Object for Rule {
    type Draft = RuleDraft;
    const MEMBERS: &'static [&'static str] = &[
        "id",
        "priority",
        "when",
        "queue",
        "interrupts_session",
        "from",
        "until",
        "hours",
        "assign",
    ];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut RuleDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "id" => draft.id.read(value),
            "priority" => draft.priority.read(value),
            "when" => draft.when.read(value),
            "queue" => draft.queue.read(value),
            "interrupts_session" => draft.interrupts_session.read(value),
            "from" => value.parse(Timestamp::parse_edge).map(|from| draft.from.set(from)),
            "until" => value.parse(Timestamp::parse_edge).map(|until| draft.until.set(until)),
            "hours" => draft.hours.read(value),
            "assign" => draft.assign.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: RuleDraft, faults: &Faults) -> Option<Self> {
        let id = required(draft.id, "id", faults);
        let when = draft.when.required("when", faults).unwrap_or_default();
        if when.depth() > MAX_CONDITION_DEPTH {
            faults.add_kind_below(format_args!("/when"), FilterErrorKind::TooDeep);
        }
        let millis = |slot: Slot<Timestamp>| slot.optional().map(Timestamp::as_millis);
        let (from, until) = (millis(draft.from), millis(draft.until));
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            faults.add_kind_below(format_args!("/until"), ErrorKind::EmptyWindow);
        }
        Some(Self {
            id,
            when,
            queue: required(draft.queue, "queue", faults),
            priority: draft.priority.optional().unwrap_or_default(),
            interrupts_session: draft.interrupts_session.optional().unwrap_or_default(),
            window: Window { from, until, hours: draft.hours.optional() },
            assign: draft.assign.optional().map(|written| written.0),
        })
    }
}

/// A text that is not empty.
pub(crate) struct Text(pub(crate) String);

impl Text {
    pub(crate) fn checked(text: &str, faults: &Faults) -> Option<Self> {
        non_empty(text.into(), String::is_empty, FilterErrorKind::EmptyValue, faults).map(Self)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl Read for Text {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let text = read_some(from, String::is_empty, FilterErrorKind::EmptyValue, faults)?;
        Ok(text.map(Self))
    }
}

declared! { Channel Queue App Webhook }

#[cfg(test)]
mod tests {
    use keyrail_core::Faults;

    use super::{MAX_RULES, check_rules};

    #[test]
    fn the_limit_of_rules_holds_on_both_sides() {
        let faults = Faults::new();
        check_rules(MAX_RULES, &faults);
        assert!(faults.is_empty());
        check_rules(MAX_RULES + 1, &faults);
        let error = faults.finish(Some(())).unwrap_err();
        assert_eq!((error.code(), error.faults()[0].pointer()), ("route.too_many_rules", "/rules"));
    }
}
