//! Routing tables, and the messages that they route.

use keyrail::route::{Context, EXPLAINED_RULES, MAX_INTEGER, Message, RouteTable, Scratch, Value};

use crate::decision::{FfiDecision, FfiRouteResult};
use crate::error::FfiError;
use crate::explanation::FfiExplanation;
use crate::pairs::strs;
use crate::route_change::{FfiRouteChange, FfiRouteMismatch};
use crate::route_finding::FfiRouteFinding;
use crate::time::timestamp;

/// The value of a message's attribute.
#[derive(uniffi::Enum)]
pub enum FfiValue {
    /// A string.
    Text {
        /// The string.
        text: String,
    },
    /// A number.
    Number {
        /// The number.
        number: f64,
    },
    /// A number that is an integer in Swift or Kotlin.
    Integer {
        /// The number.
        integer: i64,
    },
    /// A boolean.
    Boolean {
        /// The boolean.
        boolean: bool,
    },
    /// A list of strings.
    Texts {
        /// The strings.
        texts: Vec<String>,
    },
}

impl From<FfiValue> for Value {
    fn from(value: FfiValue) -> Self {
        match value {
            FfiValue::Text { text } => Self::Text(text),
            FfiValue::Number { number } => Self::Number(number),
            FfiValue::Integer { integer } => Self::Number(exact(integer)),
            FfiValue::Boolean { boolean } => Self::Boolean(boolean),
            FfiValue::Texts { texts } => Self::List(texts),
        }
    }
}

/// Converts an integer to a float. An integer beyond 2^53 may not be representable exactly, so
/// it becomes NaN, which a message rejects.
fn exact(integer: i64) -> f64 {
    if integer.unsigned_abs() > MAX_INTEGER.unsigned_abs() {
        return f64::NAN;
    }
    #[expect(clippy::cast_precision_loss, reason = "checked above")]
    let number = integer as f64;
    number
}

/// A message's attribute.
#[derive(uniffi::Record)]
pub struct FfiAttribute {
    /// The name.
    pub name: String,
    /// The value.
    pub value: FfiValue,
}

/// A message that is not yet checked.
#[derive(uniffi::Enum)]
pub enum FfiMessage {
    /// A channel and attributes.
    Parts {
        /// The channel that received the message.
        channel: String,
        /// The other attributes.
        attributes: Vec<FfiAttribute>,
    },
    /// A JSON object.
    Json {
        /// The JSON.
        text: String,
    },
}

impl FfiMessage {
    pub(crate) fn check(self) -> Result<Message, FfiError> {
        match self {
            Self::Json { text } => Ok(Message::from_json(&text)?),
            Self::Parts { channel, attributes } => {
                let mut message = Message::new(channel)?;
                for attribute in attributes {
                    message = message.with(attribute.name, attribute.value)?;
                }
                Ok(message)
            }
        }
    }
}

/// Checks a message the way routing does.
#[uniffi::export]
pub fn route_check_message(message: FfiMessage) -> Result<(), FfiError> {
    message.check().map(|_| ())
}

/// See [`Context`].
#[derive(Debug, uniffi::Record)]
pub struct FfiRouteContext {
    /// The time at which the message is routed.
    pub now_ms: Option<i64>,
    /// The queue of the live session.
    pub session_queue: Option<String>,
    /// The queues that take no messages now.
    pub unavailable: Vec<String>,
    /// The id of the live session.
    pub session: Option<String>,
}

impl FfiRouteContext {
    /// Calls `work` with the context as the core's type.
    fn with_core<T>(&self, work: impl FnOnce(&Context<'_>) -> T) -> Result<T, FfiError> {
        Ok(work(&Context {
            session_queue: self.session_queue.as_deref(),
            session: self.session.as_deref(),
            unavailable: &strs(&self.unavailable),
            now: self.now_ms.map(timestamp).transpose()?,
        }))
    }
}

/// See [`RouteTable`].
#[derive(Debug, uniffi::Object)]
pub struct FfiRouteTable(RouteTable);

#[uniffi::export]
impl FfiRouteTable {
    /// Creates a table from a topology.
    #[uniffi::constructor]
    pub fn from_json(topology: &str) -> Result<Self, FfiError> {
        Ok(Self(RouteTable::from_json(topology)?))
    }

    /// Loads a table from the bytes that `to_bytes` returned.
    #[uniffi::constructor]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FfiError> {
        Ok(Self(RouteTable::from_bytes(bytes)?))
    }

    /// Returns the table as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    /// Returns the content hash.
    pub fn hash(&self) -> String {
        self.0.hash().into()
    }

    /// Decides where a message goes.
    pub fn route(
        &self,
        message: FfiMessage,
        context: FfiRouteContext,
    ) -> Result<FfiDecision, FfiError> {
        let message = message.check()?;
        Ok(context.with_core(|context| self.0.route(&message, context))??.into())
    }

    /// Decides where each message goes. A rejected message does not affect the others.
    pub fn route_batch(
        &self,
        messages: Vec<FfiMessage>,
        context: FfiRouteContext,
    ) -> Result<Vec<FfiRouteResult>, FfiError> {
        let mut scratch = Scratch::new();
        context.with_core(|context| {
            let mut decide = |message: FfiMessage| {
                let message = message.check()?;
                let decision = self.0.decide(&message, context, &mut scratch)?;
                Ok::<_, FfiError>(decision.to_decision())
            };
            messages.into_iter().map(|message| decide(message).into()).collect()
        })
    }

    /// Returns the decision of `route`, and the outcome of each of the first `limit` rules.
    pub fn explain(
        &self,
        message: FfiMessage,
        limit: Option<u32>,
        context: FfiRouteContext,
    ) -> Result<FfiExplanation, FfiError> {
        let message = message.check()?;
        let limit = limit.map_or(EXPLAINED_RULES, |limit| limit as usize);
        Ok(context.with_core(|context| self.0.explain(&message, context, limit))??.into())
    }

    /// Returns what is suspicious about the topology.
    pub fn lint(&self) -> Vec<FfiRouteFinding> {
        self.0.lint().iter().map(Into::into).collect()
    }

    /// Returns the samples for which the new table has a different result than this one.
    pub fn diff(
        &self,
        new: &FfiRouteTable,
        samples: Vec<FfiMessage>,
        context: FfiRouteContext,
    ) -> Result<Vec<FfiRouteChange>, FfiError> {
        let samples: Vec<_> =
            samples.into_iter().map(FfiMessage::check).collect::<Result<_, _>>()?;
        let changes = context.with_core(|context| self.0.diff(&new.0, &samples, context))?;
        Ok(changes.into_iter().map(Into::into).collect())
    }

    /// Returns the fixtures whose messages are not routed as expected.
    pub fn verify(&self, fixtures: &str) -> Result<Vec<FfiRouteMismatch>, FfiError> {
        Ok(self.0.verify(fixtures)?.into_iter().map(Into::into).collect())
    }

    /// Returns the topology as a Mermaid flowchart.
    pub fn diagram(&self) -> String {
        self.0.diagram()
    }

    /// Returns whether the queue belongs to the app.
    pub fn may_write(&self, app: &str, queue: &str) -> bool {
        self.0.may_write(app, queue)
    }

    /// Returns the app's queues.
    pub fn queues_of(&self, app: &str) -> Vec<String> {
        self.0.queues_of(app).map(Into::into).collect()
    }
}

#[cfg(test)]
mod tests {
    use keyrail::route::MAX_INTEGER;

    use super::{FfiAttribute, FfiMessage, FfiRouteContext, FfiRouteTable, FfiValue, exact};
    use crate::decision::FfiRouteResult;
    use crate::error::FfiError;

    #[test]
    fn an_integer_beyond_the_exact_range_of_floats_becomes_nan() {
        assert_eq!(exact(MAX_INTEGER), 9_007_199_254_740_992.0);
        assert_eq!(exact(-MAX_INTEGER), -9_007_199_254_740_992.0);
        for integer in [MAX_INTEGER + 1, -MAX_INTEGER - 1, i64::MAX, i64::MIN] {
            assert!(exact(integer).is_nan(), "{integer}");
        }
    }

    #[test]
    fn a_message_from_parts_equals_the_same_message_from_json() {
        let value = FfiValue::Texts { texts: vec!["vip".into()] };
        let attributes = vec![FfiAttribute { name: "tags".into(), value }];
        let parts = FfiMessage::Parts { channel: "wa".into(), attributes };
        let json = FfiMessage::Json { text: r#"{"channel": "wa", "tags": ["vip"]}"#.into() };
        assert_eq!(parts.check().unwrap(), json.check().unwrap());
        let FfiError::Failure { code, faults, .. } =
            FfiMessage::Json { text: "{}".into() }.check().unwrap_err();
        assert_eq!((code.as_str(), faults.len()), ("config.missing_member", 1));
    }

    #[test]
    fn an_invalid_message_does_not_stop_the_rest_of_a_batch() {
        let topology = r#"{"channels": [{"id": "sms", "kind": "sms", "queue": "q"}], "queues": [{"id": "q"}]}"#;
        let table = FfiRouteTable::from_json(topology).unwrap();
        let message =
            |channel: &str| FfiMessage::Parts { channel: channel.into(), attributes: Vec::new() };
        let context = |now_ms| FfiRouteContext {
            now_ms,
            session_queue: None,
            unavailable: Vec::new(),
            session: None,
        };
        let messages = || vec![message(""), message("fax"), message("sms")];
        let results = table.route_batch(messages(), context(None)).unwrap().into_iter();
        let codes: Vec<_> = results
            .map(|result| match result {
                FfiRouteResult::Decided { decision } => decision.code,
                FfiRouteResult::Refused { error: FfiError::Failure { code, .. } } => code,
            })
            .collect();
        assert_eq!(codes, ["route.malformed_channel", "route.unknown_channel", "route.no_app"]);
        assert!(table.route_batch(messages(), context(Some(i64::MAX))).is_err());
    }
}
