//! Conditions as typed values.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::Network;

use super::operand::Typed;
use super::{Bounds, Choices, Keyword, Operand, Text};
use crate::ErrorKind;
use crate::condition;
use crate::condition::json::{Attributes, Tests};
use crate::condition::operand;
use crate::message::check_name;
use crate::program::MAX_CONDITION_DEPTH;
use crate::sink::Sink;

/// A condition on a message: one operator and its operands.
///
/// An operator that tests attributes takes at least one pair of an attribute's name and an operand.
/// The tests of all pairs must hold.
///
/// ```
/// use keyrail_filter::build::Condition;
/// let when = Condition::all([
///     Condition::exact([("channel", "wa-main"), ("event", "message.inbound")]),
///     Condition::not(Condition::contains([("text", "unsubscribe")])),
/// ]);
/// # let _ = when;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Condition<'a> {
    form: Form<'a>,
    /// The depth of nesting, including this condition.
    depth: usize,
}

/// The maximum number of names that are compared with one another instead of being inserted
/// into a set.
const MAX_COMPARED_NAMES: usize = 8;

type List<'a, T> = Vec<(Cow<'a, str>, T)>;

#[derive(Clone, Debug, PartialEq)]
enum Form<'a> {
    Exact(List<'a, Operand<'a>>),
    In(List<'a, Choices<'a>>),
    Prefix(List<'a, Text<'a>>),
    Suffix(List<'a, Text<'a>>),
    Contains(List<'a, Keyword<'a>>),
    Wildcard(List<'a, Text<'a>>),
    Range(List<'a, Bounds>),
    Exists(List<'a, bool>),
    Cidr(List<'a, Network>),
    Subject(List<'a, Text<'a>>),
    All(Vec<Condition<'a>>),
    Any(Vec<Condition<'a>>),
    Not(Box<Condition<'a>>),
    /// A condition that is nested too deeply. Its nested conditions are dropped, so that no
    /// recursion over a condition, including its drop, can overflow the stack.
    TooDeep,
}

macro_rules! tests {
    ($($(#[$doc:meta])* $name:ident $form:ident $operand:ty;)*) => {
        impl<'a> Condition<'a> {
            $(
                $(#[$doc])*
                pub fn $name<N: Into<Cow<'a, str>>, T: Into<$operand>>(
                    tests: impl IntoIterator<Item = (N, T)>,
                ) -> Self {
                    let tests = tests.into_iter();
                    let tests = tests.map(|(name, operand)| (name.into(), operand.into()));
                    Self { form: Form::$form(tests.collect()), depth: 1 }
                }
            )*
        }
    };
}

tests! {
    /// Returns a condition that is met if each attribute equals the string, number or boolean given
    /// for it.
    exact Exact Operand<'a>;
    /// Returns a condition that is met if each attribute equals one of the choices given for it:
    /// the operator `in`.
    one_of In Choices<'a>;
    /// Returns a condition that is met if each attribute starts with the string given for it.
    prefix Prefix Text<'a>;
    /// Returns a condition that is met if each attribute ends with the string given for it.
    suffix Suffix Text<'a>;
    /// Returns a condition that is met if each attribute contains the keyword given for it.
    contains Contains Keyword<'a>;
    /// Returns a condition that is met if each attribute matches the pattern given for it, in which
    /// `*` matches any characters, and `\` escapes a `*` or another `\`.
    wildcard Wildcard Text<'a>;
    /// Returns a condition that is met if each attribute is a number within the bounds given for
    /// it.
    range Range Bounds;
    /// Returns a condition that is met if each attribute with the operand `true` is present, and
    /// each attribute with the operand `false` is absent.
    exists Exists bool;
    /// Returns a condition that is met if each attribute is an IP address in the network given for
    /// it.
    cidr Cidr Network;
    /// Returns a condition that is met if each attribute is a NATS subject that matches the pattern
    /// given for it.
    subject Subject Text<'a>;
}

impl<'a> Condition<'a> {
    /// Returns a condition that is met if all of these conditions are met. The list must not be
    /// empty.
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::of_several(conditions, Form::All)
    }

    /// Returns a condition that is met if at least one of these conditions is met. The list must
    /// not be empty.
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::of_several(conditions, Form::Any)
    }

    /// Returns a condition that is met if this condition is not met.
    #[expect(
        clippy::should_implement_trait,
        reason = "it creates a condition, as the other functions do"
    )]
    pub fn not(condition: Self) -> Self {
        let depth = condition.depth;
        Self::nested(depth, || Form::Not(Box::new(condition)))
    }

    fn of_several(
        conditions: impl IntoIterator<Item = Self>,
        form: impl FnOnce(Vec<Self>) -> Form<'a>,
    ) -> Self {
        let conditions: Vec<Self> = conditions.into_iter().collect();
        let depth = conditions.iter().map(|condition| condition.depth).max().unwrap_or(0);
        Self::nested(depth, || form(conditions))
    }

    fn nested(depth: usize, form: impl FnOnce() -> Form<'a>) -> Self {
        if depth >= MAX_CONDITION_DEPTH {
            return Self { form: Form::TooDeep, depth };
        }
        Self { form: form(), depth: depth + 1 }
    }

    /// Returns whether this condition, or a condition in it, is nested too deeply.
    fn is_too_deep(&self) -> bool {
        match &self.form {
            Form::TooDeep => true,
            Form::All(conditions) | Form::Any(conditions) => {
                conditions.iter().any(Self::is_too_deep)
            }
            Form::Not(condition) => condition.is_too_deep(),
            _ => false,
        }
    }

    /// Converts this condition to the condition of a rule, and adds the faults of this condition to
    /// the sink.
    #[doc(hidden)]
    pub fn read(&self, sink: &Sink<'_>) -> Option<condition::Condition> {
        if self.is_too_deep() {
            sink.faults.add_kind(ErrorKind::TooDeep);
            return None;
        }
        self.read_form(sink)
    }

    fn read_form(&self, sink: &Sink<'_>) -> Option<condition::Condition> {
        use condition::Condition as Parsed;
        match &self.form {
            Form::Exact(tests) => sink.at("exact", || read::<operand::Exact, _>(tests, sink)),
            Form::Prefix(tests) => sink.at("prefix", || read::<operand::Prefix, _>(tests, sink)),
            Form::Suffix(tests) => sink.at("suffix", || read::<operand::Suffix, _>(tests, sink)),
            Form::Contains(tests) => {
                sink.at("contains", || read::<operand::Contains, _>(tests, sink))
            }
            Form::Wildcard(tests) => {
                sink.at("wildcard", || read::<operand::Wildcard, _>(tests, sink))
            }
            Form::Range(tests) => sink.at("range", || read::<operand::Range, _>(tests, sink)),
            Form::Exists(tests) => sink.at("exists", || read::<operand::Exists, _>(tests, sink)),
            Form::Cidr(tests) => sink.at("cidr", || read::<operand::Cidr, _>(tests, sink)),
            Form::Subject(tests) => sink.at("subject", || read::<operand::Subject, _>(tests, sink)),
            Form::In(tests) => sink.at("in", || {
                attributes(tests, sink, |choices| choices.read(sink)).map(Parsed::from)
            }),
            Form::All(conditions) => {
                sink.at("all", || read_list(conditions, sink).map(Parsed::All))
            }
            Form::Any(conditions) => {
                sink.at("any", || read_list(conditions, sink).map(Parsed::Any))
            }
            Form::Not(condition) => {
                sink.at("not", || condition.read_form(sink)).map(|not| Parsed::Not(Box::new(not)))
            }
            Form::TooDeep => None,
        }
    }
}

fn read_list(conditions: &[Condition<'_>], sink: &Sink<'_>) -> Option<Vec<condition::Condition>> {
    if conditions.is_empty() {
        sink.faults.add_kind(ErrorKind::EmptyCondition);
        return None;
    }
    Some(sink.each(conditions, |condition| condition.read_form(sink)))
}

fn read<O, T: Typed<O>>(tests: &List<'_, T>, sink: &Sink<'_>) -> Option<condition::Condition> {
    let tests: Tests<O> = attributes(tests, sink, |operand| operand.read(sink))?;
    Some(tests.into())
}

/// Reads the operands of attributes. The names of the attributes must be unique, like the names of
/// an object's members.
fn attributes<'n, T, U>(
    tests: &'n List<'_, T>,
    sink: &Sink<'_>,
    read: impl Fn(&T) -> Option<U>,
) -> Option<Attributes<U>> {
    if tests.is_empty() {
        sink.faults.add_kind(ErrorKind::EmptyCondition);
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut is_repeated = |index: usize, name: &'n str| {
        if tests.len() > MAX_COMPARED_NAMES {
            return !seen.insert(name);
        }
        tests.iter().take(index).any(|(before, _)| *before == name)
    };
    let mut read_tests = Vec::with_capacity(tests.len());
    for (index, (name, operand)) in tests.iter().enumerate() {
        let is_duplicate = is_repeated(index, name);
        let operand = sink.at(name, || {
            if is_duplicate {
                sink.faults.add_duplicate();
                read(operand);
                return None;
            }
            let operand = read(operand)?;
            if let Err(error) = check_name(name) {
                sink.faults.add_error::<ErrorKind>(&error);
            }
            Some(operand)
        });
        if let Some(operand) = operand {
            read_tests.push((String::from(&**name), operand));
        }
    }
    Some(Attributes(read_tests))
}
