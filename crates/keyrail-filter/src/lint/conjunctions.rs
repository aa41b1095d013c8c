//! Conditions as conjunctions: a condition is a list of alternatives, and each alternative is a
//! list of literals that must all hold.

use alloc::vec;
use alloc::vec::Vec;

use crate::dnf::{Connective, Form, Literal, alternatives};
use crate::program::Reader;

/// The maximum number of conjunctions that are analyzed for each condition.
const MAX_CONJUNCTIONS: usize = 256;
/// The maximum total number of literals in the conjunctions of a condition. The first conjunction
/// is kept even if it has more literals than this.
const MAX_LITERALS: usize = 1 << 16;

/// Literals that must all hold.
pub type Conjunction = Vec<Literal>;

/// The alternatives of a condition.
pub struct Dnf {
    pub conjunctions: Vec<Conjunction>,
    /// Whether the condition has more alternatives, which are not analyzed.
    pub is_truncated: bool,
}

/// Returns the alternatives of the condition of a program, or `None` if the program cannot be read.
pub fn conjunctions(mut program: Reader<'_>) -> Option<Dnf> {
    let mut form =
        Conjunctions { is_possible: |_| Some(true), max: MAX_CONJUNCTIONS, is_truncated: false };
    let conjunctions = alternatives(&mut program, &mut form)?;
    Some(Dnf { conjunctions, is_truncated: form.is_truncated })
}

/// Returns a conjunction in which every literal is possible. Returns `None` if there is no such
/// conjunction, if `is_possible` returns `None` for a literal, or if the program cannot be read.
pub fn conjunction(
    mut program: Reader<'_>,
    is_possible: impl FnMut(Literal) -> Option<bool>,
) -> Option<Conjunction> {
    let mut form = Conjunctions { is_possible, max: 1, is_truncated: false };
    alternatives(&mut program, &mut form)?.pop()
}

struct Conjunctions<F> {
    is_possible: F,
    max: usize,
    is_truncated: bool,
}

impl<F: FnMut(Literal) -> Option<bool>> Form for Conjunctions<F> {
    type Alternatives = Vec<Conjunction>;

    fn literal(&mut self, literal: Literal) -> Option<Vec<Conjunction>> {
        Some(if (self.is_possible)(literal)? { vec![vec![literal]] } else { Vec::new() })
    }

    fn empty(&self, connective: Connective) -> Vec<Conjunction> {
        match connective {
            Connective::All => vec![Vec::new()],
            Connective::Any => Vec::new(),
        }
    }

    fn combine(
        &mut self,
        connective: Connective,
        mut parts: Vec<Conjunction>,
        next: Vec<Conjunction>,
    ) -> Vec<Conjunction> {
        match (connective, next.as_slice()) {
            (Connective::All, [conjunction]) => {
                parts.iter_mut().for_each(|part| part.extend(conjunction));
                parts
            }
            (Connective::All, next) => {
                let pairs = parts.iter().flat_map(|part| next.iter().map(move |one| (part, one)));
                self.bounded(pairs.map(|(part, one)| [part.as_slice(), one].concat()))
            }
            (Connective::Any, _) => self.bounded(parts.into_iter().chain(next)),
        }
    }
}

impl<F> Conjunctions<F> {
    fn bounded(&mut self, mut conjunctions: impl Iterator<Item = Conjunction>) -> Vec<Conjunction> {
        let (mut kept, mut literals) = (Vec::new(), 0);
        for conjunction in conjunctions.by_ref() {
            literals += conjunction.len();
            if kept.len() == self.max || (!kept.is_empty() && literals > MAX_LITERALS) {
                self.is_truncated = true;
                break;
            }
            kept.push(conjunction);
        }
        kept
    }
}
