//! Routes: tables, messages, decisions.

use keyrail::route::{
    By, Context, Decision, DecisionKind, MAX_INTEGER, Message, RouteTable, Value,
};

use crate::error::FfiError;
use crate::pairs::strs;
use crate::time::timestamp;

/// The value of a message's attribute.
#[derive(uniffi::Enum)]
pub enum FfiValue {
    /// A text.
    Text {
        /// The text.
        text: String,
    },
    /// A number.
    Number {
        /// The number.
        number: f64,
    },
    /// A number that the host holds as an integer.
    Integer {
        /// The number.
        integer: i64,
    },
    /// True or false.
    Boolean {
        /// Which.
        boolean: bool,
    },
    /// Several texts.
    Texts {
        /// The texts.
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

/// The integer as a float. Beyond 2^53 not every integer has one of its own:
/// there it is no number, which the message refuses.
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

/// A message, not yet checked.
#[derive(uniffi::Enum)]
pub enum FfiMessage {
    /// In parts.
    Parts {
        /// The channel at which it came in.
        channel: String,
        /// What came with it.
        attributes: Vec<FfiAttribute>,
    },
    /// As a JSON text.
    Json {
        /// The text.
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

/// What became of a message.
#[derive(Debug, uniffi::Enum)]
pub enum FfiDecisionKind {
    /// It goes on.
    Routed,
    /// It waits.
    Held,
    /// It has nowhere to go.
    Unrouted,
}

impl TryFrom<DecisionKind> for FfiDecisionKind {
    type Error = FfiError;

    fn try_from(kind: DecisionKind) -> Result<Self, FfiError> {
        match kind {
            DecisionKind::Routed => Ok(Self::Routed),
            DecisionKind::Held => Ok(Self::Held),
            DecisionKind::Unrouted => Ok(Self::Unrouted),
            _ => Err(FfiError::unnamed()),
        }
    }
}

/// What chose a queue.
#[derive(Debug, uniffi::Enum)]
pub enum FfiBy {
    /// A rule.
    Rule,
    /// The live session.
    Session,
    /// The channel.
    Channel,
    /// The default.
    Default,
}

impl TryFrom<By> for FfiBy {
    type Error = FfiError;

    fn try_from(by: By) -> Result<Self, FfiError> {
        match by {
            By::Rule => Ok(Self::Rule),
            By::Session => Ok(Self::Session),
            By::Channel => Ok(Self::Channel),
            By::Default => Ok(Self::Default),
            _ => Err(FfiError::unnamed()),
        }
    }
}

/// See [`Decision`].
#[derive(Debug, uniffi::Record)]
pub struct FfiDecision {
    /// What became of the message.
    pub kind: FfiDecisionKind,
    /// The queue.
    pub queue: Option<String>,
    /// The app.
    pub app: Option<String>,
    /// The webhooks.
    pub webhooks: Vec<String>,
    /// The rule.
    pub rule: Option<String>,
    /// What chose the queue.
    pub by: Option<FfiBy>,
    /// The queue that was chosen first.
    pub fell_back_from: Option<String>,
    /// Why, as a code.
    pub code: String,
    /// Why, as a sentence.
    pub reason: String,
    /// The table's hash.
    pub table: String,
}

impl TryFrom<Decision> for FfiDecision {
    type Error = FfiError;

    fn try_from(decision: Decision) -> Result<Self, FfiError> {
        Ok(Self {
            kind: decision.kind.try_into()?,
            by: decision.by.map(TryInto::try_into).transpose()?,
            code: decision.reason.code().into(),
            reason: decision.reason.to_string(),
            queue: decision.queue,
            app: decision.app,
            webhooks: decision.webhooks,
            rule: decision.rule,
            fell_back_from: decision.fell_back_from,
            table: decision.table,
        })
    }
}

/// See [`RouteTable`].
#[derive(Debug, uniffi::Object)]
pub struct FfiRouteTable(RouteTable);

#[uniffi::export]
impl FfiRouteTable {
    /// Reads a topology.
    #[uniffi::constructor]
    pub fn from_json(topology: &str) -> Result<Self, FfiError> {
        Ok(Self(RouteTable::from_json(topology)?))
    }

    /// The content hash.
    pub fn hash(&self) -> String {
        self.0.hash().into()
    }

    /// Decides where a message goes.
    pub fn route(
        &self,
        message: FfiMessage,
        now_ms: Option<i64>,
        session_queue: Option<String>,
        unavailable: Vec<String>,
    ) -> Result<FfiDecision, FfiError> {
        let context = Context {
            session_queue: session_queue.as_deref(),
            unavailable: &strs(&unavailable),
            now: now_ms.map(timestamp).transpose()?,
        };
        self.0.route(&message.check()?, &context)?.try_into()
    }

    /// Whether the queue is the app's own.
    pub fn may_write(&self, app: &str, queue: &str) -> bool {
        self.0.may_write(app, queue)
    }

    /// The app's queues.
    pub fn queues_of(&self, app: &str) -> Vec<String> {
        self.0.queues_of(app).map(Into::into).collect()
    }
}

#[cfg(test)]
mod tests {
    use keyrail::route::MAX_INTEGER;

    use super::{FfiAttribute, FfiMessage, FfiValue, exact};
    use crate::error::FfiError;

    #[test]
    fn an_integer_without_a_float_of_its_own_is_no_number() {
        assert_eq!(exact(MAX_INTEGER), 9_007_199_254_740_992.0);
        assert_eq!(exact(-MAX_INTEGER), -9_007_199_254_740_992.0);
        for integer in [MAX_INTEGER + 1, -MAX_INTEGER - 1, i64::MAX, i64::MIN] {
            assert!(exact(integer).is_nan(), "{integer}");
        }
    }

    #[test]
    fn a_message_is_the_same_in_parts_and_as_json() {
        let value = FfiValue::Texts { texts: vec!["vip".into()] };
        let attributes = vec![FfiAttribute { name: "tags".into(), value }];
        let parts = FfiMessage::Parts { channel: "wa".into(), attributes };
        let json = FfiMessage::Json { text: r#"{"channel": "wa", "tags": ["vip"]}"#.into() };
        assert_eq!(parts.check().unwrap(), json.check().unwrap());
        let FfiError::Failure { code, faults, .. } =
            FfiMessage::Json { text: "{}".into() }.check().unwrap_err();
        assert_eq!((code.as_str(), faults.len()), ("config.missing_member", 1));
    }
}
