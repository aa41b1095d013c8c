//! Fixtures: messages with their expected decisions, for testing a topology.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{
    self, Faults, Id, JsonVisitor, MemberState, Read, Schemas, Value, json, read_json,
};
use keyrail_core::{ConfigError, Timestamp};
use serde::Deserializer;

use crate::topology::section::Name;
use crate::{Context, Decision, Error, Message, RouteTable};

/// A fixture whose message is not routed as expected.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The index of the fixture in the list.
    pub fixture: usize,
    /// The decision, or the error if the message could not be routed.
    pub found: Result<Decision, Error>,
}

impl RouteTable {
    /// Routes the message of every fixture, and returns the fixtures with an unexpected result.
    ///
    /// The fixtures are a JSON array of objects. Each fixture has the members `message` and
    /// `expect`, and optionally `now` (an RFC 3339 time), `session_queue` and `unavailable`, as in
    /// a context. `expect` has at least one of the members `queue` and `rule`. The value of such a
    /// member is a string, or `null` if the decision must have no queue or no rule. A member that
    /// is absent is not checked.
    ///
    /// # Errors
    ///
    /// The errors that every configuration may have, the errors of [`Message::from_json`],
    /// `time.malformed` and `time.out_of_range`.
    ///
    /// # Examples
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
        let verify = |(index, fixture): (usize, Fixture)| {
            let unavailable: Vec<&str> =
                fixture.unavailable.iter().map(|name| name.0.as_str()).collect();
            let context = Context {
                session_queue: fixture.session_queue.as_deref(),
                session: None, // affects neither queue nor rule
                unavailable: &unavailable,
                now: fixture.now,
            };
            let found = self.route(&fixture.message, &context);
            let is_as_expected = found.as_ref().is_ok_and(|decision| {
                fixture.expect.queue.is_none_or(|queue| queue.as_deref() == decision.queue())
                    && fixture.expect.rule.is_none_or(|rule| rule.as_deref() == decision.rule())
            });
            (!is_as_expected).then_some(Mismatch { fixture: index, found })
        };
        Ok(fixtures.into_iter().enumerate().filter_map(verify).collect())
    }

    /// Returns the JSON Schema (draft 2020-12) of the list of fixtures that
    /// [`verify`](Self::verify) reads.
    pub fn fixtures_json_schema() -> String {
        config::document_schema::<Vec<Fixture>>("fixtures")
    }
}

struct Fixture {
    message: Message,
    expect: Expect,
    now: Option<Timestamp>,
    session_queue: Option<String>,
    unavailable: Vec<Name>,
}

keyrail_core::config_object! {
    /// A message and the expected decision.
    Fixture (faults) {
        /// The message.
        required message: Message;
        /// The expected decision.
        required expect: Expect;
        /// The time at which the message is routed (RFC 3339).
        optional now: Timestamp;
        /// The queue of the live session.
        optional session_queue: Id;
        /// The queues that are unavailable.
        optional unavailable: Vec<Name>;
    } => {
        Some(Self {
            message: message?,
            expect: expect?,
            now,
            session_queue: session_queue.map(Id::into_string),
            unavailable: unavailable.unwrap_or_default(),
        })
    }
}

/// The expected decision. A member is `None` if it is not checked, and `Some(None)` if the
/// decision must have no queue or rule.
struct Expect {
    queue: Option<Option<String>>,
    rule: Option<Option<String>>,
}

keyrail_core::config_object! {
    /// The expected decision. A member that is absent is not checked.
    Expect (faults) {
        /// The queue, or null if there must be none.
        state queue: NameOrNone;
        /// The rule, or null if there must be none.
        state rule: NameOrNone;
    } => {
        if queue.is_absent() && rule.is_absent() {
            faults.add("config.missing_member", "at least one of the members queue and rule is required");
        }
        let name = |member: MemberState<NameOrNone>| {
            member.optional().map(|NameOrNone(name)| name)
        };
        Some(Self { queue: name(queue), rule: name(rule) })
    } as json!({"minProperties": 1})
}

struct NameOrNone(Option<String>);

impl Read for NameOrNone {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_json(TextOrNull, from, faults)
    }

    fn schema(_: &mut Schemas) -> Value {
        json!({"type": ["string", "null"]})
    }
}

struct TextOrNull;

impl<'de> JsonVisitor<'de> for TextOrNull {
    type Value = NameOrNone;
    const EXPECTED: &'static str = "a string or null";

    fn text(self, text: &str, _: &Faults) -> Option<NameOrNone> {
        Some(NameOrNone(Some(text.into())))
    }

    fn null(self, _: &Faults) -> Option<NameOrNone> {
        Some(NameOrNone(None))
    }
}
