//! Conditions: what a rule requires of a message.
//!
//! They include the filter dialects of CloudEvents Subscriptions, section 3.2.4.1 (`exact`,
//! `prefix`, `suffix`, `all`, `any`, `not`), with the same meaning, and add further operators that
//! test attributes. A missing attribute fails every test except `exists: false`. An attribute of a
//! type that a test does not support fails this test. In both cases, `not` of the test holds.

pub mod json;
pub mod operand;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::codec::BinaryCodec;
use keyrail_core::{Network, parse_address};

use crate::interval::Interval;
use crate::normalization::Normalization;
use crate::{subject, wildcard, word};

/// A condition on the attributes of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All tests of one operator hold. There is at least one.
    Tests(Vec<Test>),
    /// Each attribute equals one of the strings given for it. There is at least one attribute, and
    /// at least one string for each.
    In(Vec<OneOf>),
    /// All of these hold. There is at least one.
    All(Vec<Condition>),
    /// At least one of these holds. The list is empty only in the default condition.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
}

/// A test of one attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    pub attribute: String,
    pub kind: Kind,
    pub normalization: Normalization,
    /// The normalized operand. For `exact`, a number or a boolean is in its canonical form. For
    /// `exists`, the operand is empty.
    pub operand: String,
}

/// An attribute, and a list of strings. The attribute must equal one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct OneOf {
    pub attribute: String,
    pub normalization: Normalization,
    pub operands: Vec<String>,
}

/// How an attribute is compared with an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Exact,
    Prefix,
    Suffix,
    Contains,
    /// `contains` with `word: true`.
    Word,
    Wildcard,
    Range,
    Exists,
    /// `exists` with `false`.
    Missing,
    Cidr,
    Subject,
}

impl Kind {
    /// Returns the name of the operator.
    pub const fn operator(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Prefix => "prefix",
            Self::Suffix => "suffix",
            Self::Contains | Self::Word => "contains",
            Self::Wildcard => "wildcard",
            Self::Range => "range",
            Self::Exists | Self::Missing => "exists",
            Self::Cidr => "cidr",
            Self::Subject => "subject",
        }
    }

    /// Returns whether the test holds for a string that is already normalized.
    pub fn accepts_string(self, text: &str, operand: &str) -> bool {
        match self {
            Self::Exact => text == operand,
            Self::Prefix => text.starts_with(operand),
            Self::Suffix => text.ends_with(operand),
            Self::Contains => text.contains(operand),
            Self::Word => word::contains_word(text, operand),
            Self::Wildcard => wildcard::matches(operand, text),
            Self::Cidr => match (parse_address(text), Network::parse(operand)) {
                (Ok(address), Ok(network)) => network.contains(address),
                _ => false,
            },
            Self::Subject => subject::matches(operand, text),
            Self::Exists => true,
            Self::Range | Self::Missing => false,
        }
    }

    /// Returns whether this is a `range` test that holds for the number. An `exact` test compares
    /// the number's canonical string instead: see `accepts_string`.
    pub fn accepts_number(self, number: f64, operand: &str) -> bool {
        self == Self::Range
            && Interval::parse(operand).is_some_and(|interval| interval.contains(number))
    }
}

impl Condition {
    /// Returns the depth of nesting, including this condition.
    pub fn depth(&self) -> usize {
        let below = match self {
            Self::Tests(_) | Self::In(_) => 0,
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().map(Self::depth).max().unwrap_or(0)
            }
            Self::Not(condition) => condition.depth(),
        };
        below + 1
    }
}

impl Default for Condition {
    /// Returns the substitute for a faulty condition: it holds for no message.
    fn default() -> Self {
        Self::Any(Vec::new())
    }
}

/// The kinds in the order of their numbers in binary data, which must never change.
const KINDS: [Kind; 11] = [
    Kind::Exact,
    Kind::Prefix,
    Kind::Suffix,
    Kind::Contains,
    Kind::Word,
    Kind::Wildcard,
    Kind::Range,
    Kind::Exists,
    Kind::Missing,
    Kind::Cidr,
    Kind::Subject,
];

impl BinaryCodec for Kind {
    fn write(&self, out: &mut Vec<u8>) {
        let number = KINDS.iter().position(|kind| kind == self).unwrap_or(KINDS.len());
        out.push(number as u8);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        KINDS.get(usize::from(u8::read(from)?)).copied()
    }
}
