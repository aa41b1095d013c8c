//! Explanations of conditions: which test caused the result.
//!
//! They walk the same programs with the same tests as the index does, and cost much
//! more. `Display` quotes the message: show it only to those who may read
//! the message. `Debug`, which logs print, quotes nothing of it.

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

/// How many characters of what was expected, and of what was found, a failure
/// shows.
pub const MAX_FOUND: usize = 256;

/// A test without the result that the rule requires. `Display` is a sentence for a
/// person and quotes the message; `Debug` shows how long what was
/// found is, but not its content.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The attribute.
    pub attribute: String,
    /// The operator, such as `prefix`.
    pub operator: &'static str,
    /// What the operator requires: a string as it is; the choices of `in` in quotes, with
    /// commas between them; the bounds of a range as in `gte 1 lt 5`. It is cut after
    /// [`MAX_FOUND`] characters, with `…` after them. If the test has options, it says so in
    /// words, as in `the word "refund", without regard to case`.
    pub expected: String,
    /// What the message has: a string as it is, a list as its strings in quotes with commas
    /// between them; `None` if the attribute is absent. It is cut after [`MAX_FOUND`]
    /// characters, with `…` after them.
    pub found: Option<String>,
    /// Whether the attribute has a type that the operator does not support.
    pub wrong_type: bool,
    /// Whether the test is negated by `not`.
    pub negated: bool,
    /// Whether what is expected is yet to be quoted.
    is_expected_bare: bool,
    /// Whether what was found is.
    is_found_bare: bool,
}

/// What became of one condition.
#[derive(Debug)]
pub struct Explained {
    /// Whether it holds.
    pub holds: bool,
    /// Whether it would hold if a single test had the opposite result.
    pub near_miss: bool,
    /// If it does not hold, the first test that caused it.
    pub failure: Option<Failure>,
}

impl ConditionSet {
    /// Explains the condition of the rule at a rank. Returns `None` if it cannot be read.
    pub fn explain(
        &self,
        rank: Rank,
        message: &Message,
        cache: &mut EvalCache,
    ) -> Option<Explained> {
        let evaluation = Evaluation { interner: &self.interner, message, cache, known_answers: () };
        let walked = (Walk { evaluation }).node(&mut self.program(rank), true)?;
        Some(Explained {
            holds: walked.holds,
            near_miss: !walked.holds && walked.changes == 1,
            failure: walked.blame.and_then(|blame| self.failure(&blame, message)),
        })
    }

    fn failure(&self, blame: &Blame, message: &Message) -> Option<Failure> {
        let interner = &self.interner;
        let first = interner.atom(*blame.atoms.first()?)?;
        let field = interner.field(first.field)?;
        let attribute = interner.attribute(field.attribute);
        let operands = blame.atoms.iter().filter_map(|atom| interner.atom(*atom));
        // No more than are shown, each of at least one character.
        let operands: Vec<&str> = operands.take(MAX_FOUND + 1).map(|atom| atom.operand).collect();
        let is_word = field.kind == Kind::Word;
        let is_bare = field.normalization.is_plain() && !is_word && !blame.is_list;
        let mut expected = match field.kind {
            Kind::Exists => "true".into(),
            Kind::Missing => "false".into(),
            _ if is_bare => operands.concat(),
            _ => quoted(operands),
        };
        expected = cut(&expected);
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
        let is_for_numbers = field.kind == Kind::Range;
        let wrong_type = match value {
            Some(ValueRef::Number(_)) => !is_for_numbers && !is_for_any(field.kind),
            Some(ValueRef::Boolean(_)) => !is_for_any(field.kind),
            Some(ValueRef::Text(_) | ValueRef::List(_)) => is_for_numbers,
            None => false,
        };
        Some(Failure {
            attribute: attribute.into(),
            operator: if blame.is_list { "in" } else { field.kind.operator() },
            expected,
            found: value.map(shown),
            wrong_type,
            negated: blame.negated,
            is_expected_bare: is_bare,
            is_found_bare: !matches!(value, Some(ValueRef::List(_))),
        })
    }
}

const fn is_for_any(kind: Kind) -> bool {
    matches!(kind, Kind::Exact | Kind::Exists | Kind::Missing)
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => cut(text),
        ValueRef::Number(number) => canonical_number(number),
        ValueRef::Boolean(value) => canonical_boolean(value).to_string(),
        ValueRef::List(texts) => cut(&quoted(texts.iter())),
    }
}

/// The texts in quotes, with commas between them.
fn quoted<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let texts = texts.into_iter().map(|text| format!("{text:?}"));
    texts.collect::<Vec<_>>().join(", ")
}

fn cut(text: &str) -> String {
    let end = text.char_indices().nth(MAX_FOUND).map(|(end, _)| end);
    match end.and_then(|end| text.get(..end)) {
        Some(start) => format!("{start}…"),
        None => text.into(),
    }
}

/// A condition, as it was found to be.
struct Walked {
    holds: bool,
    /// How many tests must have another answer for the whole to have one.
    changes: usize,
    /// If the whole is not as wanted: the first test that is the reason.
    blame: Option<Blame>,
}

struct Blame {
    atoms: Vec<AtomId>,
    /// Whether the atoms are the choices of `in`.
    is_list: bool,
    negated: bool,
}

struct Walk<'e> {
    evaluation: Evaluation<'e>,
}

impl Walk<'_> {
    fn node(&mut self, program: &mut Reader<'_>, wanted: bool) -> Option<Walked> {
        let mut walked = self.node_as_it_is(program, wanted)?;
        if walked.holds == wanted {
            walked.blame = None;
        }
        Some(walked)
    }

    fn node_as_it_is(&mut self, program: &mut Reader<'_>, wanted: bool) -> Option<Walked> {
        match program.node()? {
            Node::Tests(count) => self.every(count, program, |walk, program| {
                let atom = program.number()?;
                let holds = walk.evaluation.atom(atom)?;
                Some(leaf(holds, wanted, || Blame {
                    atoms: alloc::vec![atom],
                    is_list: false,
                    negated: !wanted,
                }))
            }),
            Node::In(count) => self.every(count, program, |walk, program| {
                let count = program.number()?;
                let atoms = (0..count).map(|_| program.number()).collect::<Option<Vec<_>>>()?;
                let mut holds = false;
                for atom in &atoms {
                    holds |= walk.evaluation.atom(*atom)?;
                }
                Some(leaf(holds, wanted, || Blame { atoms, is_list: true, negated: !wanted }))
            }),
            Node::All(count) => {
                self.every(count, program, |walk, program| walk.node(program, wanted))
            }
            Node::Any(count) => {
                // Some one holds, unless every one does not.
                let each = |walk: &mut Self, program: &mut Reader<'_>| {
                    walk.node(program, wanted).map(turned)
                };
                self.every(count, program, each).map(turned)
            }
            Node::Not => self.node(program, !wanted).map(turned),
        }
    }

    fn every(
        &mut self,
        count: u32,
        program: &mut Reader<'_>,
        mut each: impl FnMut(&mut Self, &mut Reader<'_>) -> Option<Walked>,
    ) -> Option<Walked> {
        let mut all = Walked { holds: true, changes: usize::MAX, blame: None };
        for _ in 0..count {
            let one = each(self, program)?;
            all.changes = match (all.holds, one.holds) {
                (true, true) => all.changes.min(one.changes),
                (true, false) => one.changes,
                (false, true) => all.changes,
                (false, false) => all.changes.saturating_add(one.changes),
            };
            // What to blame is one of those that made the whole what it is.
            if all.blame.is_none() || (all.holds && !one.holds) {
                all.blame = one.blame.or(all.blame);
            }
            all.holds &= one.holds;
        }
        Some(all)
    }
}

fn leaf(holds: bool, wanted: bool, blame: impl FnOnce() -> Blame) -> Walked {
    Walked { holds, changes: 1, blame: (holds != wanted).then(blame) }
}

fn turned(walked: Walked) -> Walked {
    Walked { holds: !walked.holds, ..walked }
}

/// Of a text: how long it is.
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
        write!(f, "{}: {not}{} wants ", self.attribute, self.operator)?;
        match self.is_expected_bare {
            true => write!(f, "{:?}, ", self.expected)?,
            false => write!(f, "{}, ", self.expected)?,
        }
        match &self.found {
            None => f.write_str("and it is absent")?,
            Some(found) if self.is_found_bare => write!(f, "found {found:?}")?,
            Some(found) => write!(f, "found {found}")?,
        }
        if self.wrong_type { f.write_str(", which is of another type") } else { Ok(()) }
    }
}
