//! Ways: the different ways in which a condition can hold, for what is said
//! about rules without a message.

use alloc::vec;
use alloc::vec::Vec;

use crate::interner::AtomId;
use crate::program::{Node, Reader};

/// How many ways of a condition are looked at.
const MAX_WAYS: usize = 256;
/// How many literals all ways but the first have together.
const MAX_LITERALS: usize = 1 << 16;

/// A test, or that it must not hold.
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

/// Literals that all hold.
pub type Conjunction = Vec<Literal>;

/// The ways in which a condition can hold.
pub struct Dnf {
    pub conjunctions: Vec<Conjunction>,
    /// Whether there are more than are looked at.
    pub is_cut: bool,
}

/// Returns the ways in which the condition of a program can hold.
pub fn conjunctions(mut program: Reader<'_>) -> Option<Dnf> {
    let mut walk = Walk { goes: |_| Some(true), max: MAX_WAYS, is_cut: false };
    let conjunctions = walk.node(&mut program, false)?;
    Some(Dnf { conjunctions, is_cut: walk.is_cut })
}

/// One of the paths through literals that hold.
pub fn conjunction(
    mut program: Reader<'_>,
    goes: impl FnMut(Literal) -> Option<bool>,
) -> Option<Conjunction> {
    Walk { goes, max: 1, is_cut: false }.node(&mut program, false)?.pop()
}

struct Walk<F> {
    /// Whether a way may lead over a literal.
    goes: F,
    max: usize,
    is_cut: bool,
}

impl<F: FnMut(Literal) -> Option<bool>> Walk<F> {
    fn node(&mut self, program: &mut Reader<'_>, negated: bool) -> Option<Vec<Conjunction>> {
        match program.node()? {
            Node::Tests(count) => {
                self.list(count, !negated, program, |walk, program| walk.leaf(program, negated))
            }
            Node::In(count) => self.list(count, !negated, program, |walk, program| {
                let count = program.number()?;
                walk.list(count, negated, program, |walk, program| walk.leaf(program, negated))
            }),
            Node::All(count) => {
                self.list(count, !negated, program, |walk, program| walk.node(program, negated))
            }
            Node::Any(count) => {
                self.list(count, negated, program, |walk, program| walk.node(program, negated))
            }
            Node::Not => self.node(program, !negated),
        }
    }

    fn leaf(&mut self, program: &mut Reader<'_>, negated: bool) -> Option<Vec<Conjunction>> {
        let literal = Literal { atom: program.number()?, negated };
        Some(if (self.goes)(literal)? { vec![vec![literal]] } else { Vec::new() })
    }

    /// The ways of a list of which every one must hold, or some one.
    fn list(
        &mut self,
        count: u32,
        every: bool,
        program: &mut Reader<'_>,
        mut each: impl FnMut(&mut Self, &mut Reader<'_>) -> Option<Vec<Conjunction>>,
    ) -> Option<Vec<Conjunction>> {
        let mut all = if every { vec![Vec::new()] } else { Vec::new() };
        for _ in 0..count {
            let conjunctions = each(self, program)?;
            match conjunctions.as_slice() {
                [conjunction] if every => all.iter_mut().for_each(|one| one.extend(conjunction)),
                conjunctions if every => {
                    let joined = all.iter().flat_map(|one| {
                        conjunctions.iter().map(move |conjunction| (one, conjunction))
                    });
                    let joined =
                        joined.map(|(one, conjunction)| [one.as_slice(), conjunction].concat());
                    all = self.bounded(joined);
                }
                _ => all = self.bounded(all.into_iter().chain(conjunctions)),
            }
        }
        Some(all)
    }

    fn bounded(&mut self, mut conjunctions: impl Iterator<Item = Conjunction>) -> Vec<Conjunction> {
        let (mut kept, mut literals) = (Vec::new(), 0);
        for conjunction in conjunctions.by_ref() {
            literals += conjunction.len();
            if kept.len() == self.max || (!kept.is_empty() && literals > MAX_LITERALS) {
                self.is_cut = true;
                break;
            }
            kept.push(conjunction);
        }
        kept
    }
}
