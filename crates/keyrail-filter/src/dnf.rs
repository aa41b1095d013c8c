//! Disjunctive form: a condition as alternatives, each a set of tests that must all hold.
//!
//! This module traverses a condition and moves negations down to the tests. A [`Form`] defines what
//! an alternative is. The form of `lint` lists all alternatives exactly, up to a limit. The form of
//! the index only ensures that at least one alternative holds whenever the condition holds.

use crate::interner::AtomId;
use crate::program::{Node, Reader};

/// A test or a negated test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal {
    pub atom: AtomId,
    pub negated: bool,
}

impl Literal {
    pub const fn opposite(self) -> Self {
        Self { negated: !self.negated, ..self }
    }
}

/// How the parts of a condition are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connective {
    All,
    Any,
}

impl Connective {
    /// Returns the connective that joins the negated parts if the condition is negated, by De
    /// Morgan's law.
    const fn dual(self) -> Self {
        match self {
            Self::All => Self::Any,
            Self::Any => Self::All,
        }
    }
}

/// A disjunctive form of a condition.
pub trait Form {
    /// The alternatives of a part of the condition.
    type Alternatives;

    /// Returns the alternatives of one test, or `None` if the test is unknown.
    fn literal(&mut self, literal: Literal) -> Option<Self::Alternatives>;

    /// Returns the alternatives of an empty list of parts.
    fn empty(&self, connective: Connective) -> Self::Alternatives;

    /// Combines the alternatives of the parts so far with those of the next part.
    fn combine(
        &mut self,
        connective: Connective,
        parts: Self::Alternatives,
        next: Self::Alternatives,
    ) -> Self::Alternatives;
}

/// Returns the alternatives of the condition of a program, or `None` if the program cannot be read
/// or a test is unknown.
pub fn alternatives<F: Form>(program: &mut Reader<'_>, form: &mut F) -> Option<F::Alternatives> {
    node(program, false, form)
}

fn node<F: Form>(program: &mut Reader<'_>, negated: bool, form: &mut F) -> Option<F::Alternatives> {
    let (count, connective) = match program.node()? {
        Node::Not => return node(program, !negated, form),
        Node::Tests(count) => {
            return list((count, Connective::All), negated, program, form, literal);
        }
        Node::In(count) => {
            return list((count, Connective::All), negated, program, form, one_of);
        }
        Node::All(count) => (count, Connective::All),
        Node::Any(count) => (count, Connective::Any),
    };
    list((count, connective), negated, program, form, node)
}

fn one_of<F: Form>(
    program: &mut Reader<'_>,
    negated: bool,
    form: &mut F,
) -> Option<F::Alternatives> {
    let count = program.number()?;
    list((count, Connective::Any), negated, program, form, literal)
}

fn literal<F: Form>(
    program: &mut Reader<'_>,
    negated: bool,
    form: &mut F,
) -> Option<F::Alternatives> {
    form.literal(Literal { atom: program.number()?, negated })
}

fn list<F: Form>(
    (count, connective): (u32, Connective),
    negated: bool,
    program: &mut Reader<'_>,
    form: &mut F,
    each: impl Fn(&mut Reader<'_>, bool, &mut F) -> Option<F::Alternatives>,
) -> Option<F::Alternatives> {
    let connective = if negated { connective.dual() } else { connective };
    let mut parts = form.empty(connective);
    for _ in 0..count {
        let next = each(program, negated, form)?;
        parts = form.combine(connective, parts, next);
    }
    Some(parts)
}
