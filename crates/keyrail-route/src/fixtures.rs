//! Fixtures: messages with the way that they must go, for a topology's own
//! tests.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{self, Faults, Id, Member, Object, Read, Shape, Slot, read_shape};
use keyrail_core::{ConfigError, Timestamp};
use serde::Deserializer;
use serde::de::MapAccess;

use crate::topology::section::Name;
use crate::{Context, Decision, Error, Message, RouteTable};

/// A fixture whose message goes another way than it must.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The place of the fixture in the list.
    pub fixture: usize,
    /// What was decided.
    pub found: Result<Decision, Error>,
}

impl RouteTable {
    /// Routes the message of every fixture, and lists those that go another
    /// way. The fixtures are a list of objects: `message`; `expect`, with
    /// `queue` and `rule`, of which each is a text, or `null` where there must
    /// be none, or left out; and, as in a context, `now` (a time), `session_queue`
    /// and `unavailable`.
    ///
    /// Errors: the codes of all configurations, and those of messages.
    ///
    /// ```
    /// # use keyrail_route::RouteTable;
    /// # let table = RouteTable::from_json(r#"{"channels": [{"id": "sms", "kind": "sms"}],
    /// #     "queues": [{"id": "support"}], "default_queue": "support"}"#)?;
    /// let mismatches = table.verify(r#"[
    ///     {"message": {"channel": "sms"}, "expect": {"queue": "support", "rule": null}},
    ///     {"message": {"channel": "sms"}, "expect": {"queue": "sales"}}
    /// ]"#)?;
    /// assert_eq!(mismatches.len(), 1);
    /// assert_eq!(mismatches[0].fixture, 1);
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn verify(&self, fixtures: &str) -> Result<Vec<Mismatch>, ConfigError> {
        let fixtures: Vec<Fixture> = config::from_json(fixtures)?;
        let verify = |(fixture, of): (usize, Fixture)| {
            let unavailable: Vec<&str> =
                of.unavailable.iter().map(|name| name.0.as_str()).collect();
            let context = Context {
                session_queue: of.session_queue.as_deref(),
                session: None, // it changes neither queue nor rule
                unavailable: &unavailable,
                now: of.now,
            };
            let found = self.route(&of.message, &context);
            let is_as_expected = found.as_ref().is_ok_and(|decision| {
                of.expect.queue.is_none_or(|queue| queue == decision.queue)
                    && of.expect.rule.is_none_or(|rule| rule == decision.rule)
            });
            (!is_as_expected).then_some(Mismatch { fixture, found })
        };
        Ok(fixtures.into_iter().enumerate().filter_map(verify).collect())
    }
}

struct Fixture {
    message: Message,
    expect: Expect,
    now: Option<Timestamp>,
    session_queue: Option<String>,
    unavailable: Vec<Name>,
}

#[derive(Default)]
struct FixtureDraft {
    message: Slot<Message>,
    expect: Slot<Expect>,
    now: Slot<Timestamp>,
    session_queue: Slot<Id>,
    unavailable: Slot<Vec<Name>>,
}

impl Object for Fixture {
    type Draft = FixtureDraft;
    const MEMBERS: &'static [&'static str] =
        &["message", "expect", "now", "session_queue", "unavailable"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut FixtureDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "message" => draft.message.read(value),
            "expect" => draft.expect.read(value),
            "now" => draft.now.read(value),
            "session_queue" => draft.session_queue.read(value),
            "unavailable" => draft.unavailable.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: FixtureDraft, faults: &Faults) -> Option<Self> {
        let message = draft.message.required("message", faults);
        let expect = draft.expect.required("expect", faults);
        Some(Self {
            message: message?,
            expect: expect?,
            now: draft.now.optional(),
            session_queue: draft.session_queue.optional().map(Id::into_string),
            unavailable: draft.unavailable.optional().unwrap_or_default(),
        })
    }
}

/// What is not written is not asked.
struct Expect {
    queue: Option<Option<String>>,
    rule: Option<Option<String>>,
}

#[derive(Default)]
struct ExpectDraft {
    queue: Slot<NameOrNone>,
    rule: Slot<NameOrNone>,
}

impl Object for Expect {
    type Draft = ExpectDraft;
    const MEMBERS: &'static [&'static str] = &["queue", "rule"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut ExpectDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "queue" => draft.queue.read(value),
            "rule" => draft.rule.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: ExpectDraft, faults: &Faults) -> Option<Self> {
        if matches!((&draft.queue, &draft.rule), (Slot::Absent, Slot::Absent)) {
            faults.add("config.missing_member", "one of the members queue and rule must be there");
        }
        let asked = |slot: Slot<NameOrNone>| slot.optional().map(|NameOrNone(name)| name);
        Some(Self { queue: asked(draft.queue), rule: asked(draft.rule) })
    }
}

struct NameOrNone(Option<String>);

impl Read for NameOrNone {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_shape(TextOrNull, from, faults)
    }
}

struct TextOrNull;

impl<'de> Shape<'de> for TextOrNull {
    type Value = NameOrNone;
    const EXPECTED: &'static str = "a text or null";

    fn text(self, text: &str, _: &Faults) -> Option<NameOrNone> {
        Some(NameOrNone(Some(text.into())))
    }

    fn null(self, _: &Faults) -> Option<NameOrNone> {
        Some(NameOrNone(None))
    }
}
