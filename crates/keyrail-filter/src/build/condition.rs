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

/// What a rule requires of a message: one operator and its operands.
///
/// An operator that tests attributes takes pairs of a name and an operand, at least
/// one, all of which must hold.
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

/// Up to so many names are held against one another, without a set of them.
const FEW: usize = 8;

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
    /// Nested too deeply: what was in it is gone, so that nothing that walks
    /// a condition, nor its end, can run out of stack.
    TooDeep,
}

macro_rules! tests {
    ($($(#[$says:meta])* $name:ident $form:ident $operand:ty;)*) => {
        impl<'a> Condition<'a> {
            $(
                $(#[$says])*
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
    /// The attribute is this text, number or boolean.
    exact Exact Operand<'a>;
    /// The attribute is one of these: the operator `in`.
    one_of In Choices<'a>;
    /// The text starts so.
    prefix Prefix Text<'a>;
    /// The text ends so.
    suffix Suffix Text<'a>;
    /// The string contains this one.
    contains Contains Keyword<'a>;
    /// The string matches: `*` matches any characters, and `\` escapes a `*`
    /// or another `\`.
    wildcard Wildcard Text<'a>;
    /// The number lies between these bounds.
    range Range Bounds;
    /// The attribute is present; with `false`, it is absent.
    exists Exists bool;
    /// The text is an IP address of the network.
    cidr Cidr Network;
    /// The string is a NATS subject that the pattern matches.
    subject Subject Text<'a>;
}

impl<'a> Condition<'a> {
    /// Returns a condition that is met if all of these are; there must be at least one.
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::of_several(conditions, Form::All)
    }

    /// Returns a condition that is met if any of these is; there must be at least one.
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::of_several(conditions, Form::Any)
    }

    /// Returns a condition that is met if this one is not.
    #[expect(clippy::should_implement_trait, reason = "it makes a condition, as all others do")]
    pub fn not(condition: Self) -> Self {
        let depth = condition.depth;
        Self::around(depth, || Form::Not(Box::new(condition)))
    }

    fn of_several(
        conditions: impl IntoIterator<Item = Self>,
        form: impl FnOnce(Vec<Self>) -> Form<'a>,
    ) -> Self {
        let conditions: Vec<Self> = conditions.into_iter().collect();
        let depth = conditions.iter().map(|condition| condition.depth).max().unwrap_or(0);
        Self::around(depth, || form(conditions))
    }

    fn around(depth: usize, form: impl FnOnce() -> Form<'a>) -> Self {
        if depth >= MAX_CONDITION_DEPTH {
            return Self { form: Form::TooDeep, depth };
        }
        Self { form: form(), depth: depth + 1 }
    }

    /// Whether it or one in it is nested too deeply.
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

    /// Reads a rule's condition.
    #[doc(hidden)]
    pub fn read(&self, sink: &Sink<'_>) -> Option<condition::Condition> {
        if self.is_too_deep() {
            sink.faults.add_kind(ErrorKind::TooDeep);
            return None;
        }
        self.read_one(sink)
    }

    fn read_one(&self, sink: &Sink<'_>) -> Option<condition::Condition> {
        use condition::Condition as Is;
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
            Form::In(tests) => sink
                .at("in", || attributes(tests, sink, |choices| choices.read(sink)).map(Is::from)),
            Form::All(conditions) => sink.at("all", || read_list(conditions, sink).map(Is::All)),
            Form::Any(conditions) => sink.at("any", || read_list(conditions, sink).map(Is::Any)),
            Form::Not(condition) => {
                sink.at("not", || condition.read_one(sink)).map(|not| Is::Not(Box::new(not)))
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
    Some(sink.each(conditions, |condition| condition.read_one(sink)))
}

fn read<O, T: Typed<O>>(tests: &List<'_, T>, sink: &Sink<'_>) -> Option<condition::Condition> {
    let tests: Tests<O> = attributes(tests, sink, |operand| operand.read(sink))?;
    Some(tests.into())
}

/// Reads operands by attribute, as the members of an object: each name once.
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
    let mut is_known = |place: usize, name: &'n str| {
        if tests.len() > FEW {
            return !seen.insert(name);
        }
        tests.iter().take(place).any(|(before, _)| *before == name)
    };
    let mut read_tests = Vec::with_capacity(tests.len());
    for (place, (name, operand)) in tests.iter().enumerate() {
        let is_duplicate = is_known(place, name);
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
