//! The canonical form that is hashed. Equivalent documents have the same canonical form.
//!
//! White space, the order of an object's members, and explicit defaults make no difference.
//! The order of a list's items does make a difference, because it can change what the document
//! means. Values are written as follows:
//!
//! - A string: its length in bytes, then its bytes.
//! - A list: the number of its items, then the items.
//! - An optional value: a list of at most one item.
//!
//! Each length and each number of items takes eight bytes, big-endian.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

use crate::condition::Kind;
use crate::interner::{AtomId, Field, PredicateInterner};
use crate::normalization::Normalization;
use crate::program::{Node, Reader};

/// A SHA-256 hash of a canonical form that is written part by part.
pub struct CanonicalHash {
    hash: Sha256,
    /// The buffer in which values are formatted before they are hashed.
    buffer: String,
}

/// Returns the attribute, the field and the operand of an atom, or `None` if it is unknown.
fn test(atom: AtomId, interner: &PredicateInterner) -> Option<(&str, Field, &str)> {
    let atom = interner.atom(atom)?;
    let field = interner.field(atom.field)?;
    Some((interner.attribute(field.attribute), field, atom.operand))
}

impl CanonicalHash {
    /// Creates a hash whose input starts with these bytes, the domain.
    pub fn new(domain: &[u8]) -> Self {
        Self { hash: Sha256::new_with_prefix(domain), buffer: String::new() }
    }

    /// Returns the hash in 64 lower-case hexadecimal digits.
    pub fn finish(self) -> String {
        self.hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}"); // writing to a String cannot fail
            hex
        })
    }

    /// Adds a condition directly from its program. Does not build its canonical form in memory,
    /// because a table may have millions of conditions. Returns `None` if the program cannot be
    /// read.
    pub fn condition(
        &mut self,
        program: &mut Reader<'_>,
        interner: &PredicateInterner,
    ) -> Option<()> {
        match program.node()? {
            Node::Tests(count) => {
                let test = |_| test(program.number()?, interner);
                let mut tests = (0..count).map(test).collect::<Option<Vec<_>>>()?;
                self.text(tests.first().map_or("", |(_, field, _)| field.kind.operator()));
                tests.sort_by_key(|(attribute, ..)| *attribute);
                self.list(&tests, |form, (attribute, field, operand)| {
                    form.text(attribute);
                    form.normalization(field.normalization, field.kind == Kind::Word);
                    form.text(if field.kind == Kind::Missing { "false" } else { operand });
                });
            }
            Node::In(count) => {
                self.text("in");
                let mut tests = Vec::with_capacity(count as usize);
                for _ in 0..count {
                    let count = program.number()?;
                    let test = |_| test(program.number()?, interner);
                    tests.push((0..count).map(test).collect::<Option<Vec<_>>>()?);
                }
                tests.sort_by_key(|choices| choices.first().map(|(attribute, ..)| *attribute));
                self.list(&tests, |form, choices| {
                    if let Some((attribute, field, _)) = choices.first() {
                        form.text(attribute);
                        form.normalization(field.normalization, false);
                    }
                    form.list(choices, |form, (.., operand)| form.text(operand));
                });
            }
            Node::All(count) => self.conditions("all", count, program, interner)?,
            Node::Any(count) => self.conditions("any", count, program, interner)?,
            Node::Not => {
                self.text("not");
                self.condition(program, interner)?;
            }
        }
        Some(())
    }

    pub fn conditions(
        &mut self,
        operator: &str,
        count: u32,
        program: &mut Reader<'_>,
        interner: &PredicateInterner,
    ) -> Option<()> {
        self.text(operator);
        self.length(count as usize);
        (0..count).try_for_each(|_| self.condition(program, interner))
    }

    /// Adds the names of the options that are on.
    pub fn normalization(&mut self, normalization: Normalization, word: bool) {
        let options = [
            (normalization.ignore_case, "ignore_case"),
            (normalization.normalize, "normalize"),
            (word, "word"),
        ];
        let on: Vec<_> = options.iter().filter(|(on, _)| *on).collect();
        self.list(&on, |form, (_, option)| form.text(option));
    }

    pub fn flag(&mut self, flag: bool) {
        self.text(if flag { "true" } else { "false" });
    }

    pub fn list<T>(&mut self, items: &[T], mut add: impl FnMut(&mut Self, &T)) {
        self.length(items.len());
        for item in items {
            add(self, item);
        }
    }

    pub fn option(&mut self, text: Option<&String>) {
        self.list(text.as_slice(), |form, text| form.text(text));
    }

    pub fn shown(&mut self, value: &impl fmt::Display) {
        let mut text = core::mem::take(&mut self.buffer);
        text.clear();
        let _ = write!(text, "{value}"); // writing to a String cannot fail
        self.text(&text);
        self.buffer = text;
    }

    pub fn text(&mut self, text: &str) {
        self.length(text.len());
        self.hash.update(text);
    }

    pub fn length(&mut self, length: usize) {
        self.hash.update((length as u64).to_be_bytes());
    }
}
