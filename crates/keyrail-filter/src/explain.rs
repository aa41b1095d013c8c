//! Explanations of conditions: which test caused the result.
//!
//! An explanation evaluates the same programs and the same tests as the index, but takes much
//! longer. The `Display` output of a [`Failure`] quotes the message, so show it only to people who
//! may read the message. The `Debug` output, which logs use, does not quote the message.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::Message;
use crate::attributes::ValueRef;
use crate::condition::Kind;
use crate::condition_set::{ConditionSet, Rank};
use crate::eval::{EvalCache, Evaluation};
use crate::interner::AtomId;
use crate::message::{canonical_boolean, canonical_number};
use crate::program::{Node, Reader};

/// The maximum number of characters of each of the two values in a failure, `expected` and `found`.
pub const MAX_FOUND: usize = 256;

/// A test whose result is not the one that the rule requires. `Display` prints a sentence for a
/// person and quotes the message. `Debug` prints the length of the found value instead of the
/// value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The attribute.
    pub attribute: String,
    /// The operator, such as `prefix`.
    pub operator: &'static str,
    /// The value that the operator requires. If the test has no options, a string is shown as the
    /// rule contains it. If the test has options, the string is in quotes and the options are
    /// described in words, as in `the word "refund", without regard to case`. The choices of `in`
    /// are in quotes, separated by commas. A range has the form `gte 1 lt 5`. A value longer than
    /// [`MAX_FOUND`] characters is truncated, with `…` before any options.
    pub expected: String,
    /// The value of the attribute, or `None` if it is absent. A string is unchanged. The strings of
    /// a list are in quotes, separated by commas. A value longer than [`MAX_FOUND`] characters is
    /// truncated and ends with `…`.
    pub found: Option<String>,
    /// Whether the attribute has a type that the operator does not support.
    pub wrong_type: bool,
    /// Whether the test is negated by `not`.
    pub negated: bool,
    /// Whether `Display` must put `expected` in quotes.
    quote_expected: bool,
    /// Whether `Display` must put `found` in quotes.
    quote_found: bool,
}

/// The result of one condition, and the reason for it.
#[derive(Debug)]
pub struct Explained {
    /// Whether the condition holds.
    pub holds: bool,
    /// Whether the condition does not hold, but would if a single test had the opposite result.
    pub near_miss: bool,
    /// The first test that caused the condition to fail, or `None` if the condition holds.
    pub failure: Option<Failure>,
}

impl ConditionSet {
    /// Explains the condition of the rule at a rank. Returns `None` if the condition cannot
    /// be read.
    pub fn explain(
        &self,
        rank: Rank,
        message: &Message,
        cache: &mut EvalCache,
    ) -> Option<Explained> {
        let evaluation = Evaluation { interner: &self.interner, message, cache, known_answers: () };
        let outcome = (Explainer { evaluation }).node(&mut self.program(rank), true)?;
        Some(Explained {
            holds: outcome.holds,
            near_miss: !outcome.holds && outcome.changes == 1,
            failure: outcome.cause.and_then(|cause| self.failure(&cause, message)),
        })
    }

    fn failure(&self, cause: &Cause, message: &Message) -> Option<Failure> {
        let interner = &self.interner;
        let first = interner.atom(*cause.atoms.first()?)?;
        let field = interner.field(first.field)?;
        let attribute = interner.attribute(field.attribute);
        let operands = cause.atoms.iter().filter_map(|atom| interner.atom(*atom));
        // Each choice takes at least one character, so later choices would be truncated anyway.
        let operands: Vec<&str> = operands.take(MAX_FOUND + 1).map(|atom| atom.operand).collect();
        let is_word = field.kind == Kind::Word;
        let is_unquoted = field.normalization.is_plain() && !is_word && !cause.is_list;
        let mut expected = match field.kind {
            Kind::Exists => "true".into(),
            Kind::Missing => "false".into(),
            _ if is_unquoted => operands.concat(),
            _ => quoted(operands),
        };
        expected = truncate(&expected);
        if is_word {
            expected.insert_str(0, "the word ");
        }
        if field.normalization.normalize {
            expected.push_str(", normalized");
        }
        if field.normalization.ignore_case {
            expected.push_str(", without regard to case");
        }
        let value = message.get(attribute);
        let is_range = field.kind == Kind::Range;
        let wrong_type = match value {
            Some(ValueRef::Number(_)) => !is_range && !accepts_any_type(field.kind),
            Some(ValueRef::Boolean(_)) => !accepts_any_type(field.kind),
            Some(ValueRef::Text(_) | ValueRef::List(_)) => is_range,
            None => false,
        };
        Some(Failure {
            attribute: attribute.into(),
            operator: if cause.is_list { "in" } else { field.kind.operator() },
            expected,
            found: value.map(display_value),
            wrong_type,
            negated: cause.negated,
            quote_expected: is_unquoted,
            quote_found: !matches!(value, Some(ValueRef::List(_))),
        })
    }
}

const fn accepts_any_type(kind: Kind) -> bool {
    matches!(kind, Kind::Exact | Kind::Exists | Kind::Missing)
}

fn display_value(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => truncate(text),
        ValueRef::Number(number) => canonical_number(number),
        ValueRef::Boolean(value) => canonical_boolean(value).to_string(),
        ValueRef::List(texts) => truncate(&quoted(texts.iter())),
    }
}

/// Returns the strings in quotes, separated by commas.
fn quoted<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let texts = texts.into_iter().map(|text| format!("{text:?}"));
    texts.collect::<Vec<_>>().join(", ")
}

fn truncate(text: &str) -> String {
    let end = text.char_indices().nth(MAX_FOUND).map(|(end, _)| end);
    match end.and_then(|end| text.get(..end)) {
        Some(start) => format!("{start}…"),
        None => text.into(),
    }
}

/// The result of a part of a condition.
struct Outcome {
    holds: bool,
    /// The minimum number of tests whose results must change to change the result of this
    /// part.
    changes: usize,
    /// The first test that caused the result, if the result is not the wanted one.
    cause: Option<Cause>,
}

struct Cause {
    atoms: Vec<AtomId>,
    /// Whether the atoms are the choices of `in`.
    is_list: bool,
    negated: bool,
}

struct Explainer<'e> {
    evaluation: Evaluation<'e>,
}

impl Explainer<'_> {
    fn node(&mut self, program: &mut Reader<'_>, wanted: bool) -> Option<Outcome> {
        let mut outcome = self.node_with_any_cause(program, wanted)?;
        if outcome.holds == wanted {
            outcome.cause = None;
        }
        Some(outcome)
    }

    /// Returns the outcome of a node. It can have a cause even if the result is the wanted one.
    fn node_with_any_cause(&mut self, program: &mut Reader<'_>, wanted: bool) -> Option<Outcome> {
        match program.node()? {
            Node::Tests(count) => self.all_of(count, program, |explainer, program| {
                let atom = program.number()?;
                let holds = explainer.evaluation.atom(atom)?;
                Some(test_outcome(holds, wanted, || Cause {
                    atoms: alloc::vec![atom],
                    is_list: false,
                    negated: !wanted,
                }))
            }),
            Node::In(count) => self.all_of(count, program, |explainer, program| {
                let count = program.number()?;
                let atoms = (0..count).map(|_| program.number()).collect::<Option<Vec<_>>>()?;
                let mut holds = false;
                for atom in &atoms {
                    holds |= explainer.evaluation.atom(*atom)?;
                }
                Some(test_outcome(holds, wanted, || Cause {
                    atoms,
                    is_list: true,
                    negated: !wanted,
                }))
            }),
            Node::All(count) => {
                self.all_of(count, program, |explainer, program| explainer.node(program, wanted))
            }
            Node::Any(count) => {
                // By De Morgan's law, `any` is the negation of `all` of the negated parts.
                let each = |explainer: &mut Self, program: &mut Reader<'_>| {
                    explainer.node(program, wanted).map(negate)
                };
                self.all_of(count, program, each).map(negate)
            }
            Node::Not => self.node(program, !wanted).map(negate),
        }
    }

    fn all_of(
        &mut self,
        count: u32,
        program: &mut Reader<'_>,
        mut each: impl FnMut(&mut Self, &mut Reader<'_>) -> Option<Outcome>,
    ) -> Option<Outcome> {
        let mut all = Outcome { holds: true, changes: usize::MAX, cause: None };
        for _ in 0..count {
            let one = each(self, program)?;
            all.changes = match (all.holds, one.holds) {
                (true, true) => all.changes.min(one.changes),
                (true, false) => one.changes,
                (false, true) => all.changes,
                (false, false) => all.changes.saturating_add(one.changes),
            };
            // The cause of the first part that does not hold is preferred, because this part
            // decides the result.
            if all.cause.is_none() || (all.holds && !one.holds) {
                all.cause = one.cause.or(all.cause);
            }
            all.holds &= one.holds;
        }
        Some(all)
    }
}

fn test_outcome(holds: bool, wanted: bool, cause: impl FnOnce() -> Cause) -> Outcome {
    Outcome { holds, changes: 1, cause: (holds != wanted).then(cause) }
}

fn negate(outcome: Outcome) -> Outcome {
    Outcome { holds: !outcome.holds, ..outcome }
}

/// The length of a string, which `Debug` shows in place of the string.
struct Length(usize);

impl fmt::Debug for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attribute, operator, expected, found, wrong_type, negated, .. } = self;
        let found = found.as_ref().map(|found| Length(found.len()));
        f.debug_struct("Failure")
            .field("attribute", attribute)
            .field("operator", operator)
            .field("expected", expected)
            .field("found", &found)
            .field("wrong_type", wrong_type)
            .field("negated", negated)
            .finish()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.negated { "not " } else { "" };
        write!(f, "{}: expected {not}{} ", self.attribute, self.operator)?;
        match self.quote_expected {
            true => write!(f, "{:?}, ", self.expected)?,
            false => write!(f, "{}, ", self.expected)?,
        }
        match &self.found {
            None => f.write_str("but it is absent")?,
            Some(found) if self.quote_found => write!(f, "found {found:?}")?,
            Some(found) => write!(f, "found {found}")?,
        }
        if self.wrong_type { f.write_str(", which has another type") } else { Ok(()) }
    }
}
