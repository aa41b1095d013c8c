//! Conditions: what a rule asks of a message, and whether it holds.
//!
//! The dialects of CloudEvents Subscriptions 3.2.4.1 (`exact`, `prefix`,
//! `all`, `any`, `not`) with their meaning, and `contains`. Texts compare
//! byte by byte. A missing attribute fails every test, and so does a number or
//! a boolean under `prefix` and `contains`; `not` turns both to true.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::message::{Message, Value, canonical_boolean, canonical_number};

/// What a rule asks of a message.
#[derive(Clone)]
pub(crate) enum Condition {
    /// All tests of one operator, at least one.
    Tests(Operator, Vec<Test>),
    /// Every one of these, at least one.
    All(Vec<Condition>),
    /// Some one of these, at least one.
    Any(Vec<Condition>),
    /// Anything but this.
    Not(Box<Condition>),
}

/// What an attribute is held against.
#[derive(Clone)]
pub(crate) struct Test {
    pub(crate) attribute: String,
    /// For `exact`, a number or boolean stands here in its canonical form.
    pub(crate) operand: String,
}

/// How an attribute is held against a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Exact,
    Prefix,
    Contains,
}

impl Condition {
    /// Whether the message is as the condition asks.
    pub(crate) fn holds(&self, message: &Message) -> bool {
        match self {
            Self::Tests(operator, tests) => {
                tests.iter().all(|test| test.holds(*operator, message.get(&test.attribute)))
            }
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(message)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(message)),
            Self::Not(condition) => !condition.holds(message),
        }
    }

    /// How many conditions stand in one another, this one among them.
    pub(crate) fn depth(&self) -> usize {
        let below = match self {
            Self::Tests(..) => 0,
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().map(Self::depth).max().unwrap_or(0)
            }
            Self::Not(condition) => condition.depth(),
        };
        below + 1
    }
}

impl Default for Condition {
    /// What stands in for a faulty condition: it holds for no message.
    fn default() -> Self {
        Self::Any(Vec::new())
    }
}

impl Test {
    fn holds(&self, operator: Operator, value: Option<&Value>) -> bool {
        match value {
            None => false,
            Some(Value::Text(text)) => operator.holds(text, &self.operand),
            Some(Value::List(texts)) => {
                texts.iter().any(|text| operator.holds(text, &self.operand))
            }
            Some(Value::Number(number)) => {
                operator == Operator::Exact && canonical_number(*number) == self.operand
            }
            Some(Value::Boolean(value)) => {
                operator == Operator::Exact && canonical_boolean(*value) == self.operand
            }
        }
    }
}

impl Operator {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Prefix => "prefix",
            Self::Contains => "contains",
        }
    }

    fn holds(self, text: &str, operand: &str) -> bool {
        match self {
            Self::Exact => text == operand,
            Self::Prefix => text.starts_with(operand),
            Self::Contains => text.contains(operand),
        }
    }
}
