//! Programs: compact encodings of conditions. A program refers to its atoms (tests of one
//! attribute) by their ids in a predicate interner.
//!
//! A node consists of a byte for its kind, the number of its items (except for `not`), and the
//! items. The items are ids of atoms, lists of ids of atoms (for `in`), or nodes. Counts and ids
//! are encoded in groups of seven bits, one group per byte, the lowest group first. The eighth bit
//! is set in all bytes but the last.

use alloc::vec::Vec;

use crate::condition::{Condition, Kind, OneOf, Test};
use crate::interner::{AtomId, PredicateInternerBuilder};

/// The maximum depth of nested conditions in a rule.
pub const MAX_CONDITION_DEPTH: usize = 64;

const TESTS: u8 = 0;
const IN: u8 = 1;
const ALL: u8 = 2;
const ANY: u8 = 3;
const NOT: u8 = 4;

/// Appends a condition to `out`. Returns `None` if the interner is full.
pub fn write(
    condition: &Condition,
    interner: &mut PredicateInternerBuilder,
    out: &mut Vec<u8>,
) -> Option<()> {
    match condition {
        Condition::Tests(tests) => {
            write_head(TESTS, tests.len(), out);
            for Test { attribute, kind, normalization, operand } in tests {
                let field = interner.field(attribute, *kind, *normalization);
                write_number(interner.atom(field, operand)?, out);
            }
        }
        Condition::In(tests) => {
            write_head(IN, tests.len(), out);
            for OneOf { attribute, normalization, operands } in tests {
                let field = interner.field(attribute, Kind::Exact, *normalization);
                write_number(operands.len() as u32, out);
                for operand in operands {
                    write_number(interner.atom(field, operand)?, out);
                }
            }
        }
        Condition::All(conditions) => write_list(ALL, conditions, interner, out)?,
        Condition::Any(conditions) => write_list(ANY, conditions, interner, out)?,
        Condition::Not(condition) => {
            out.push(NOT);
            write(condition, interner, out)?;
        }
    }
    Some(())
}

fn write_list(
    kind: u8,
    conditions: &[Condition],
    interner: &mut PredicateInternerBuilder,
    out: &mut Vec<u8>,
) -> Option<()> {
    write_head(kind, conditions.len(), out);
    conditions.iter().try_for_each(|condition| write(condition, interner, out))
}

fn write_head(kind: u8, count: usize, out: &mut Vec<u8>) {
    out.push(kind);
    write_number(count as u32, out);
}

fn write_number(mut number: u32, out: &mut Vec<u8>) {
    while number >= 128 {
        out.push(128 | (number % 128) as u8);
        number /= 128;
    }
    out.push(number as u8);
}

/// A reader of a program.
#[derive(Clone, Copy)]
pub struct Reader<'p>(&'p [u8]);

/// The kind of a node and the number of its items.
pub enum Node {
    /// This many atoms follow, all of which must hold.
    Tests(u32),
    /// This many lists of atoms follow. At least one atom of each list must hold.
    In(u32),
    /// This many nodes follow, all of which must hold.
    All(u32),
    /// This many nodes follow, at least one of which must hold.
    Any(u32),
    /// One node follows, which must not hold.
    Not,
}

impl<'p> Reader<'p> {
    pub const fn new(program: &'p [u8]) -> Self {
        Self(program)
    }

    pub fn node(&mut self) -> Option<Node> {
        let (kind, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(match *kind {
            TESTS => Node::Tests(self.number()?),
            IN => Node::In(self.number()?),
            ALL => Node::All(self.number()?),
            ANY => Node::Any(self.number()?),
            NOT => Node::Not,
            _ => return None,
        })
    }

    /// Reads a count or the id of an atom.
    pub fn number(&mut self) -> Option<AtomId> {
        let (mut number, mut shift) = (0_u32, 0);
        loop {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u32::from(byte & 127).checked_shl(shift)?;
            if *byte < 128 {
                return Some(number);
            }
            shift += 7;
        }
    }

    /// Skips a node. The recursion is bounded by [`MAX_CONDITION_DEPTH`].
    pub fn skip(&mut self) -> Option<()> {
        self.skip_at_most(MAX_CONDITION_DEPTH)
    }

    /// Reads a node and calls `each` with the id of every atom in the node.
    pub fn each_atom(&mut self, each: &mut impl FnMut(AtomId)) -> Option<()> {
        match self.node()? {
            Node::Tests(count) => (0..count).try_for_each(|_| self.number().map(&mut *each)),
            Node::In(count) => (0..count).try_for_each(|_| {
                let count = self.number()?;
                (0..count).try_for_each(|_| self.number().map(&mut *each))
            }),
            Node::All(count) | Node::Any(count) => {
                (0..count).try_for_each(|_| self.each_atom(each))
            }
            Node::Not => self.each_atom(each),
        }
    }

    /// Skips a node. Returns `None` if conditions are nested deeper than `depth`.
    pub fn skip_at_most(&mut self, depth: usize) -> Option<()> {
        let below = depth.checked_sub(1)?;
        match self.node()? {
            Node::Tests(count) => (0..count).try_for_each(|_| self.skip_number()),
            Node::In(count) => (0..count).try_for_each(|_| self.skip_list()),
            Node::All(count) | Node::Any(count) => {
                (0..count).try_for_each(|_| self.skip_at_most(below))
            }
            Node::Not => self.skip_at_most(below),
        }
    }

    pub const fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    pub fn skip_number(&mut self) -> Option<()> {
        self.number().map(|_| ())
    }

    pub fn skip_list(&mut self) -> Option<()> {
        let count = self.number()?;
        (0..count).try_for_each(|_| self.skip_number())
    }
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::vec;
    use alloc::vec::Vec;

    use super::{Node, Reader, write};
    use crate::condition::{Condition, Kind, OneOf, Test};
    use crate::interner::{PredicateInterner, PredicateInternerBuilder};
    use crate::normalization::Normalization;

    impl Reader<'_> {
        /// Reads a condition. Its operands are in normalized form.
        fn condition(&mut self, interner: &PredicateInterner) -> Option<Condition> {
            Some(match self.node()? {
                Node::Tests(count) => Condition::Tests(
                    (0..count).map(|_| self.test(interner)).collect::<Option<_>>()?,
                ),
                Node::In(count) => {
                    Condition::In((0..count).map(|_| self.one_of(interner)).collect::<Option<_>>()?)
                }
                Node::All(count) => Condition::All(self.conditions(count, interner)?),
                Node::Any(count) => Condition::Any(self.conditions(count, interner)?),
                Node::Not => Condition::Not(Box::new(self.condition(interner)?)),
            })
        }

        fn conditions(
            &mut self,
            count: u32,
            interner: &PredicateInterner,
        ) -> Option<Vec<Condition>> {
            (0..count).map(|_| self.condition(interner)).collect()
        }

        fn test(&mut self, interner: &PredicateInterner) -> Option<Test> {
            let atom = interner.atom(self.number()?)?;
            let field = interner.field(atom.field)?;
            Some(Test {
                attribute: interner.attribute(field.attribute).into(),
                kind: field.kind,
                normalization: field.normalization,
                operand: atom.operand.into(),
            })
        }

        fn one_of(&mut self, interner: &PredicateInterner) -> Option<OneOf> {
            let count = self.number()?;
            let tests: Vec<Test> =
                (0..count).map(|_| self.test(interner)).collect::<Option<_>>()?;
            let first = tests.first()?;
            let (attribute, normalization) = (first.attribute.clone(), first.normalization);
            let operands = tests.into_iter().map(|test| test.operand).collect();
            Some(OneOf { attribute, normalization, operands })
        }
    }

    fn test(kind: Kind, operand: &str) -> Test {
        Test {
            attribute: "a".into(),
            kind,
            normalization: Normalization::default(),
            operand: operand.into(),
        }
    }

    #[test]
    fn a_condition_round_trips() {
        let one_of = OneOf {
            attribute: "b".into(),
            normalization: Normalization { ignore_case: true, normalize: false, tokens: false },
            operands: (0..300).map(|n| alloc::format!("{n}")).collect(),
        };
        let condition = Condition::All(vec![
            Condition::Tests(vec![test(Kind::Exact, "x"), test(Kind::Word, "y")]),
            Condition::Not(Box::new(Condition::Any(vec![Condition::In(vec![one_of])]))),
            Condition::Tests(vec![test(Kind::Missing, "")]),
        ]);
        let (mut interner, mut program) = (PredicateInternerBuilder::default(), Vec::new());
        write(&condition, &mut interner, &mut program).unwrap();
        let mut reader = Reader::new(&program);
        assert_eq!(reader.condition(interner.interner()), Some(condition));
        let mut reader = Reader::new(&program);
        assert!(reader.skip().is_some() && reader.skip().is_none());
        for end in 0..program.len() {
            assert_eq!(Reader::new(&program[..end]).condition(interner.interner()), None);
        }
    }
}
