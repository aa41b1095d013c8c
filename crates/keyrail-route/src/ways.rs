//! Ways: the different ways in which a condition can hold, for what is said
//! about rules without a message.

use alloc::vec;
use alloc::vec::Vec;

use crate::condition::{Condition, Kind, Test};
use crate::interval::Interval;

/// How many ways are looked at; a condition with more is left undecided.
const MAX_WAYS: usize = 64;

/// A test, or that it must not hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Literal {
    pub(crate) test: Test,
    pub(crate) negated: bool,
}

/// Literals that all hold.
pub(crate) type Way = Vec<Literal>;

/// All ways in which a condition can hold; nothing, if there are too many.
pub(crate) fn ways(condition: &Condition, negated: bool) -> Option<Vec<Way>> {
    match condition {
        Condition::Not(condition) => ways(condition, !negated),
        Condition::Tests(tests) => {
            let literal = |test: &Test| Literal { test: test.clone(), negated };
            let literals: Way = tests.iter().map(literal).collect();
            if negated {
                bounded(literals.into_iter().map(|literal| vec![literal]).collect())
            } else {
                Some(vec![literals])
            }
        }
        Condition::In(tests) => {
            let each = tests.iter().map(|one_of| {
                let tests = one_of.operands.iter().map(|operand| Test {
                    attribute: one_of.attribute.clone(),
                    kind: Kind::Exact,
                    mode: one_of.mode,
                    operand: operand.clone(),
                });
                let literals: Way = tests.map(|test| Literal { test, negated }).collect();
                if negated {
                    Some(vec![literals])
                } else {
                    bounded(literals.into_iter().map(|literal| vec![literal]).collect())
                }
            });
            if negated { some(each) } else { every(each) }
        }
        Condition::All(conditions) => {
            let each = conditions.iter().map(|condition| ways(condition, negated));
            if negated { some(each) } else { every(each) }
        }
        Condition::Any(conditions) => {
            let each = conditions.iter().map(|condition| ways(condition, negated));
            if negated { every(each) } else { some(each) }
        }
    }
}

fn bounded(ways: Vec<Way>) -> Option<Vec<Way>> {
    (ways.len() <= MAX_WAYS).then_some(ways)
}

fn some(mut each: impl Iterator<Item = Option<Vec<Way>>>) -> Option<Vec<Way>> {
    each.try_fold(Vec::new(), |mut all: Vec<Way>, ways| {
        all.extend(ways?);
        bounded(all)
    })
}

fn every(mut each: impl Iterator<Item = Option<Vec<Way>>>) -> Option<Vec<Way>> {
    each.try_fold(vec![Vec::new()], |all: Vec<Way>, ways| {
        let ways = ways?;
        let joined =
            all.iter().flat_map(|one| ways.iter().map(|way| [one.as_slice(), way].concat()));
        bounded(joined.take(MAX_WAYS + 1).collect())
    })
}

/// The numbers that an attribute may have on this way; nothing, if the way
/// does not ask for a number.
pub(crate) fn numbers(way: &[Literal], attribute: &str) -> Option<(u64, u64)> {
    let ranges = way.iter().filter(|literal| {
        !literal.negated && literal.test.kind == Kind::Range && literal.test.attribute == attribute
    });
    let keys = ranges.filter_map(|range| Some(Interval::parse(&range.test.operand)?.keys()));
    keys.reduce(|(low, high), (from, to)| (low.max(from), high.min(to)))
}

/// Whether no message can go this way; `channels` says which there are.
pub(crate) fn is_closed(way: &[Literal], is_channel: impl Fn(&str) -> bool) -> bool {
    let is_opposite = |a: &Literal| way.iter().any(|b| a.test == b.test && a.negated != b.negated);
    let is_absent = |literal: &Literal| {
        literal.wants_absence()
            && way.iter().any(|other| {
                other.test.attribute == literal.test.attribute && other.wants_presence()
            })
    };
    let is_empty = |literal: &Literal| {
        numbers(way, &literal.test.attribute).is_some_and(|(low, high)| high < low)
    };
    let is_nowhere = |literal: &Literal| {
        literal.is_channel()
            && (!is_channel(&literal.test.operand)
                || way
                    .iter()
                    .any(|other| other.is_channel() && other.test.operand != literal.test.operand))
    };
    way.iter().any(|literal| {
        is_opposite(literal) || is_absent(literal) || is_empty(literal) || is_nowhere(literal)
    })
}

impl Literal {
    /// Whether it says which channel it is: the one attribute that every
    /// message has, and that is never a list.
    pub(crate) fn is_channel(&self) -> bool {
        !self.negated
            && self.test.kind == Kind::Exact
            && self.test.mode.is_plain()
            && self.test.attribute == "channel"
    }

    fn wants_absence(&self) -> bool {
        match self.test.kind {
            Kind::Missing => !self.negated,
            Kind::Exists => self.negated,
            _ => false,
        }
    }

    fn wants_presence(&self) -> bool {
        match self.test.kind {
            Kind::Missing => self.negated,
            _ => !self.negated,
        }
    }

    /// Whether it holds on every message that goes this way, as far as can be
    /// told.
    pub(crate) fn follows_from(&self, way: &[Literal]) -> bool {
        let Test { attribute, kind, mode, operand } = &self.test;
        let mut same = way.iter().filter(|literal| literal.test.attribute == *attribute);
        if same.clone().any(|literal| literal == self) {
            return true;
        }
        if self.wants_presence() && matches!(kind, Kind::Exists | Kind::Missing) {
            return same.any(Self::wants_presence);
        }
        if self.negated {
            let keys = || Some((Interval::parse(operand)?.keys(), numbers(way, attribute)?));
            return same
                .clone()
                .any(|literal| literal.wants_absence() && self.test.kind != Kind::Missing)
                || same.any(|literal| {
                    literal.is_channel()
                        && *kind == Kind::Exact
                        && mode.is_plain()
                        && literal.test.operand != *operand
                })
                || (*kind == Kind::Range
                    && keys().is_some_and(|((a, b), (low, high))| high < a || b < low));
        }
        if *kind == Kind::Range {
            let keys = || Some((Interval::parse(operand)?.keys(), numbers(way, attribute)?));
            return keys().is_some_and(|((a, b), (low, high))| a <= low && high <= b);
        }
        same.any(|literal| {
            let given = &literal.test;
            !literal.negated
                && given.mode == *mode
                && match (given.kind, kind) {
                    // A number has the canonical form of a text, and is none.
                    (Kind::Exact, Kind::Exact | Kind::Missing | Kind::Exists) => false,
                    (Kind::Exact, _) => {
                        is_text(&given.operand) && kind.takes_text(&given.operand, operand)
                    }
                    (Kind::Prefix, Kind::Prefix) => given.operand.starts_with(operand.as_str()),
                    (Kind::Suffix, Kind::Suffix) => given.operand.ends_with(operand.as_str()),
                    (Kind::Prefix | Kind::Suffix | Kind::Contains | Kind::Word, Kind::Contains) => {
                        given.operand.contains(operand.as_str())
                    }
                    _ => false,
                }
        })
    }
}

/// Whether a text is no number and no boolean in its canonical form.
fn is_text(operand: &str) -> bool {
    operand.parse::<f64>().is_err() && !matches!(operand, "true" | "false")
}
