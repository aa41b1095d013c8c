//! Evaluation: whether a condition holds for a message.
//!
//! Routing evaluates only the conditions that the index cannot decide alone. Explanations evaluate
//! every condition that they explain. Both use the same programs and the same tests.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::Message;
use crate::attributes::ValueRef;
use crate::condition::Kind;
use crate::interner::{AtomId, Field, FieldId, PredicateInterner};
use crate::message::{canonical_boolean, write_canonical_number};
use crate::normalization::Normalization;
use crate::program::{Node, Reader};

/// The normalized strings of a message, each computed once.
#[derive(Default)]
pub struct Texts {
    text: String,
    parts: Vec<Range<usize>>,
    known: Vec<(u32, Normalization, Range<usize>)>,
}

/// The number of cached results of expensive tests; a power of two.
const ANSWERS: usize = 64;

/// The cache for evaluating several rules on one message.
#[derive(Default)]
pub struct EvalCache {
    pub texts: Texts,
    /// The results of expensive tests, each in the slot that the number of its atom
    /// determines.
    answers: Vec<(AtomId, bool)>,
}

impl EvalCache {
    /// Clears the cache for the next message and keeps the memory.
    pub fn clear(&mut self) {
        self.texts.clear();
        self.answers.clear();
    }
}

impl Texts {
    fn clear(&mut self) {
        self.text.clear();
        self.parts.clear();
        self.known.clear();
    }

    /// Returns the range of the normalized strings of an attribute, for [`get`](Self::get). A
    /// number or a boolean is one string in its canonical form.
    pub fn of(
        &mut self,
        attribute: u32,
        normalization: Normalization,
        value: ValueRef<'_>,
    ) -> Range<usize> {
        let known = self.known.iter().find(|(a, m, _)| (*a, *m) == (attribute, normalization));
        if let Some((_, _, parts)) = known {
            return parts.clone();
        }
        let first = self.parts.len();
        match value {
            ValueRef::Text(text) => self.push(|out| normalization.append(text, out)),
            ValueRef::Number(number) => self.push(|out| write_canonical_number(number, out)),
            ValueRef::Boolean(value) => self.push(|out| out.push_str(canonical_boolean(value))),
            ValueRef::List(texts) => {
                for text in texts.iter() {
                    self.push(|out| normalization.append(text, out));
                }
            }
        }
        let parts = first..self.parts.len();
        self.known.push((attribute, normalization, parts.clone()));
        parts
    }

    fn push(&mut self, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        self.parts.push(start..self.text.len());
    }

    pub fn get(&self, parts: Range<usize>) -> impl Iterator<Item = &str> {
        let parts = self.parts.get(parts).unwrap_or_default();
        parts.iter().map(|part| self.text.get(part.clone()).unwrap_or_default())
    }
}

/// Known results of expensive tests, so that these tests need not be evaluated.
pub trait KnownAnswers {
    /// Returns the result of the test of an atom, if it is known.
    fn answer(
        &mut self,
        atom: (AtomId, FieldId),
        field: Field,
        value: ValueRef<'_>,
        texts: &mut Texts,
    ) -> Option<bool>;
}

/// Knows no results, so every test is evaluated.
impl KnownAnswers for () {
    fn answer(
        &mut self,
        _: (AtomId, FieldId),
        _: Field,
        _: ValueRef<'_>,
        _: &mut Texts,
    ) -> Option<bool> {
        None
    }
}

/// An evaluation of rules on a message.
pub struct Evaluation<'e, O = ()> {
    pub interner: &'e PredicateInterner,
    pub message: &'e Message,
    pub cache: &'e mut EvalCache,
    pub known_answers: O,
}

impl<O: KnownAnswers> Evaluation<'_, O> {
    /// Returns whether the condition holds. A condition that cannot be read does not hold.
    pub fn holds(&mut self, mut program: Reader<'_>) -> bool {
        self.node(&mut program).unwrap_or(false)
    }

    fn node(&mut self, program: &mut Reader<'_>) -> Option<bool> {
        match program.node()? {
            Node::Tests(count) => {
                self.evaluate_until(false, count, program, Self::test, Reader::skip_number)
            }
            Node::In(count) => {
                self.evaluate_until(false, count, program, Self::one_of, Reader::skip_list)
            }
            Node::All(count) => {
                self.evaluate_until(false, count, program, Self::node, Reader::skip)
            }
            Node::Any(count) => self.evaluate_until(true, count, program, Self::node, Reader::skip),
            Node::Not => self.node(program).map(|holds| !holds),
        }
    }

    fn one_of(&mut self, program: &mut Reader<'_>) -> Option<bool> {
        let count = program.number()?;
        self.evaluate_until(true, count, program, Self::test, Reader::skip_number)
    }

    /// Evaluates items until the result of one is `target`, and skips the others, so that the
    /// reader is at the end of the node. Returns `target` if there was such an item, otherwise the
    /// opposite of `target`.
    fn evaluate_until<'p>(
        &mut self,
        target: bool,
        count: u32,
        program: &mut Reader<'p>,
        evaluate: impl Fn(&mut Self, &mut Reader<'p>) -> Option<bool>,
        skip: impl Fn(&mut Reader<'p>) -> Option<()>,
    ) -> Option<bool> {
        for done in 1..=count {
            if evaluate(self, program)? == target {
                (done..count).try_for_each(|_| skip(program))?;
                return Some(target);
            }
        }
        Some(!target)
    }

    fn test(&mut self, program: &mut Reader<'_>) -> Option<bool> {
        let atom = program.number()?;
        self.atom(atom)
    }

    /// Returns whether one test holds, or `None` if the test cannot be read.
    pub fn atom(&mut self, id: AtomId) -> Option<bool> {
        let interner = self.interner;
        let atom = interner.atom(id)?;
        let field = interner.field(atom.field)?;
        let Some(value) = self.message.get(interner.attribute(field.attribute)) else {
            return Some(field.kind == Kind::Missing);
        };
        match field.kind {
            Kind::Exists => return Some(true),
            Kind::Missing => return Some(false),
            // For a value that is not a list, evaluating these tests is cheaper than caching
            // their results.
            Kind::Exact | Kind::Prefix | Kind::Suffix | Kind::Range
                if !matches!(value, ValueRef::List(_)) =>
            {
                return Some(self.value(field, atom.operand, value));
            }
            _ => {}
        }
        let slot = (id as usize).wrapping_mul(0x9e37_79b1) % ANSWERS;
        if let Some((known, answer)) = self.cache.answers.get(slot)
            && *known == id
        {
            return Some(*answer);
        }
        let texts = &mut self.cache.texts;
        if let Some(known) = self.known_answers.answer((id, atom.field), field, value, texts) {
            return Some(known);
        }
        let answer = self.value(field, atom.operand, value);
        self.cache.answers.resize(ANSWERS, (AtomId::MAX, false));
        if let Some(cached) = self.cache.answers.get_mut(slot) {
            *cached = (id, answer);
        }
        Some(answer)
    }

    fn value(&mut self, field: Field, operand: &str, value: ValueRef<'_>) -> bool {
        let Field { attribute, kind, normalization } = field;
        match value {
            ValueRef::Text(text) if normalization.is_plain() => kind.accepts_string(text, operand),
            ValueRef::List(texts) if normalization.is_plain() => {
                texts.iter().any(|text| kind.accepts_string(text, operand))
            }
            ValueRef::Number(number) if kind == Kind::Range => kind.accepts_number(number, operand),
            ValueRef::Number(_) | ValueRef::Boolean(_) if kind != Kind::Exact => false,
            _ => {
                let texts = &mut self.cache.texts;
                let parts = texts.of(attribute, normalization, value);
                texts.get(parts).any(|text| kind.accepts_string(text, operand))
            }
        }
    }
}
