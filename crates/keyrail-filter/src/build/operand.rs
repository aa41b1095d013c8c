//! Operands as typed values: the values that attributes are compared with.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{MemberState, Number};

use crate::ErrorKind;
use crate::condition::operand::{self, Bound, Exact, ExactList, Operands, Operator, RawOperand};
use crate::interval::Interval;
use crate::normalization::Normalization;
use crate::sink::Sink;

/// The operand of `exact`: a string, a number or a boolean.
///
/// ```
/// use keyrail_filter::build::{Condition, Operand};
/// let gold = Operand::from("gold").ignore_case();
/// let when = Condition::exact([("tier", gold), ("attempt", 2.into()), ("paid", true.into())]);
/// # let _ = when;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Operand<'a> {
    value: Value<'a>,
    normalization: Normalization,
}

/// The operand of `prefix`, `suffix`, `wildcard` and `subject`: a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    text: Cow<'a, str>,
    normalization: Normalization,
}

/// The operand of `contains`: a string to search for.
///
/// ```
/// use keyrail_filter::build::{Condition, Keyword};
/// let when = Condition::contains([("text", Keyword::from("refund").ignore_case().word())]);
/// # let _ = when;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword<'a> {
    text: Cow<'a, str>,
    normalization: Normalization,
    word: bool,
}

/// The operand of `in`: a list of values. The attribute must equal one of them.
///
/// ```
/// use keyrail_filter::build::{Choices, Condition};
/// let tiers = Choices::from(["gold", "platinum"]).ignore_case();
/// let when = Condition::one_of([("tier", tiers)]);
/// # let _ = when;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Choices<'a> {
    values: Vec<Value<'a>>,
    normalization: Normalization,
}

/// The operand of `range`: at least one bound.
///
/// ```
/// use keyrail_filter::build::{Bounds, Condition};
/// let when = Condition::range([("attempt", Bounds::default().gte(1).lt(5.5))]);
/// # let _ = when;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    gt: Option<Number>,
    gte: Option<Number>,
    lt: Option<Number>,
    lte: Option<Number>,
}

#[derive(Clone, Debug, PartialEq)]
enum Value<'a> {
    Text(Cow<'a, str>),
    Number(Number),
    Boolean(bool),
}

macro_rules! options {
    ($($type:ident)*) => {$(
        impl $type<'_> {
            /// Compares without regard to case.
            #[must_use]
            pub fn ignore_case(mut self) -> Self {
                self.normalization.ignore_case = true;
                self
            }

            /// Normalizes the attribute and the operand before they are compared. Converts both to
            /// NFKC, replaces decimal digits of any script by 0 to 9, and removes the tatweel and
            /// the diacritics of the Arabic script.
            #[must_use]
            pub fn normalize(mut self) -> Self {
                self.normalization.normalize = true;
                self
            }
        }
    )*};
}

options! { Operand Text Keyword Choices }

impl Keyword<'_> {
    /// Requires a whole word: no word character is directly before or after the keyword. Word
    /// characters are the underscore, marks, and all characters that Unicode classifies as
    /// alphabetic or numeric.
    #[must_use]
    pub fn word(mut self) -> Self {
        self.word = true;
        self
    }
}

macro_rules! bounds {
    ($($bound:ident $doc:literal)*) => {$(
        impl Bounds {
            #[doc = $doc]
            #[must_use]
            pub fn $bound(mut self, number: impl Into<f64>) -> Self {
                self.$bound = Some(Number::Float(number.into()));
                self
            }
        }
    )*};
}

bounds! {
    gt "Requires a number greater than this one."
    gte "Requires a number greater than or equal to this one."
    lt "Requires a number less than this one."
    lte "Requires a number less than or equal to this one."
}

macro_rules! from_text {
    ($($text:ty)*) => {$(
        impl<'a> From<$text> for Value<'a> {
            fn from(text: $text) -> Self {
                Self::Text(text.into())
            }
        }

        impl<'a> From<$text> for Text<'a> {
            fn from(text: $text) -> Self {
                Self { text: text.into(), normalization: Normalization::default() }
            }
        }

        impl<'a> From<$text> for Keyword<'a> {
            fn from(text: $text) -> Self {
                Self { text: text.into(), normalization: Normalization::default(), word: false }
            }
        }
    )*};
}

from_text! { &'a str String Cow<'a, str> }

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Number(Number::Integer(number.into()))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Number::Integer(number))
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(Number::Float(number))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

macro_rules! from_value {
    ($($value:ty)*) => {$(
        impl<'a> From<$value> for Operand<'a> {
            fn from(value: $value) -> Self {
                Self { value: value.into(), normalization: Normalization::default() }
            }
        }

        impl<'a> FromIterator<$value> for Choices<'a> {
            fn from_iter<T: IntoIterator<Item = $value>>(values: T) -> Self {
                let values = values.into_iter().map(Value::from).collect();
                Self { values, normalization: Normalization::default() }
            }
        }

        impl<'a, const N: usize> From<[$value; N]> for Choices<'a> {
            fn from(values: [$value; N]) -> Self {
                values.into_iter().collect()
            }
        }

        impl<'a> From<Vec<$value>> for Choices<'a> {
            fn from(values: Vec<$value>) -> Self {
                values.into_iter().collect()
            }
        }
    )*};
}

from_value! { &'a str String Cow<'a, str> i32 i64 f64 bool }

/// Collects choices of several types. If one choice has an option, the option applies to all
/// choices.
impl<'a> FromIterator<Operand<'a>> for Choices<'a> {
    fn from_iter<T: IntoIterator<Item = Operand<'a>>>(operands: T) -> Self {
        let mut normalization = Normalization::default();
        let value = |operand: Operand<'a>| {
            normalization.ignore_case |= operand.normalization.ignore_case;
            normalization.normalize |= operand.normalization.normalize;
            operand.value
        };
        let values = operands.into_iter().map(value).collect();
        Self { values, normalization }
    }
}

impl Value<'_> {
    /// Returns the operand without options.
    fn raw(&self, sink: &Sink<'_>) -> Option<RawOperand<Exact>> {
        match self {
            Self::Text(text) => Some(RawOperand::text(text)),
            Self::Number(number) => RawOperand::number(*number, sink.faults),
            Self::Boolean(value) => Some(RawOperand::boolean(*value)),
        }
    }

    /// Returns the operand of a value that is in a list or has options. Adds a fault if the value
    /// is an empty string.
    fn raw_non_empty(&self, sink: &Sink<'_>) -> Option<RawOperand<Exact>> {
        match self {
            Self::Text(text) => RawOperand::non_empty_text(text, sink.faults),
            other => other.raw(sink),
        }
    }
}

/// A typed value that can be an operand of the operator `O`.
pub trait Typed<O> {
    fn read(&self, sink: &Sink<'_>) -> Option<operand::Operand<O>>;
}

impl Typed<Exact> for Operand<'_> {
    fn read(&self, sink: &Sink<'_>) -> Option<operand::Operand<Exact>> {
        let finish =
            |raw: Option<RawOperand<Exact>>| raw?.finish(self.normalization, false, sink.faults);
        if self.normalization.is_plain() {
            return finish(self.value.raw(sink));
        }
        sink.at("value", || finish(self.value.raw_non_empty(sink)))
    }
}

impl<O: Operator> Typed<O> for Text<'_> {
    fn read(&self, sink: &Sink<'_>) -> Option<operand::Operand<O>> {
        read_text(&self.text, self.normalization, false, sink)
    }
}

impl Typed<operand::Contains> for Keyword<'_> {
    fn read(&self, sink: &Sink<'_>) -> Option<operand::Operand<operand::Contains>> {
        read_text(&self.text, self.normalization, self.word, sink)
    }
}

fn read_text<O: Operator>(
    text: &str,
    normalization: Normalization,
    word: bool,
    sink: &Sink<'_>,
) -> Option<operand::Operand<O>> {
    let finish = |raw: RawOperand<O>| raw.finish(normalization, word, sink.faults);
    if normalization.is_plain() && !word {
        return finish(RawOperand::text(text));
    }
    sink.at("value", || RawOperand::non_empty_text(text, sink.faults).and_then(finish))
}

impl Choices<'_> {
    pub(crate) fn read(&self, sink: &Sink<'_>) -> Option<Operands> {
        let list = || {
            if self.values.is_empty() {
                sink.faults.add_kind(ErrorKind::EmptyCondition);
                return None;
            }
            let values = self.values.iter().enumerate();
            let raw_operands =
                values.map(|(index, value)| sink.at_index(index, || value.raw_non_empty(sink)));
            ExactList::of(raw_operands).finish(self.normalization, sink.faults)
        };
        if self.normalization.is_plain() { list() } else { sink.at("value", list) }
    }
}

impl Typed<operand::Range> for Bounds {
    fn read(&self, sink: &Sink<'_>) -> Option<operand::Operand<operand::Range>> {
        let bound = |member: &str, number: Option<Number>| -> MemberState<Bound> {
            sink.optional(member, number, Bound::checked)
        };
        let members = (
            bound("gt", self.gt),
            bound("gte", self.gte),
            bound("lt", self.lt),
            bound("lte", self.lte),
        );
        Interval::from_members(sink.faults, members).map(operand::Operand::from)
    }
}

impl Typed<operand::Exists> for bool {
    fn read(&self, _: &Sink<'_>) -> Option<operand::Operand<operand::Exists>> {
        Some((*self).into())
    }
}

impl Typed<operand::Cidr> for keyrail_core::Network {
    fn read(&self, _: &Sink<'_>) -> Option<operand::Operand<operand::Cidr>> {
        Some((*self).into())
    }
}
