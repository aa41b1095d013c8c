//! Attributes: what a message holds, in one text.
//!
//! Names and texts are one after the other, so that a message takes three
//! pieces of memory whatever it holds, can be read into the room of another,
//! and is found whole in the few lines of a cache.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::hasher::FIRST;

use crate::Value;

/// A part of the text: where it starts and how long it is.
///
/// A message's attributes are bounded to far less than four gibibytes.
#[derive(Clone, Copy, Default)]
pub struct Span {
    start: u32,
    len: u32,
}

/// An attribute.
#[derive(Clone, Copy, Default)]
pub struct Attribute {
    /// The hashes by which tables look both up; of the value only if it is a
    /// text.
    pub name_hash: u64,
    pub value_hash: u64,
    name: Span,
    value: Kept,
}

impl Attribute {
    #[inline]
    pub const fn is_text(&self) -> bool {
        matches!(self.value, Kept::Text(_))
    }
}

/// A value, its texts elsewhere.
#[derive(Clone, Copy)]
pub enum Kept {
    Text(Span),
    Number(f64),
    Boolean(bool),
    /// The parts from one place to another.
    List(u32, u32),
}

impl Default for Kept {
    fn default() -> Self {
        Self::Boolean(false)
    }
}

/// A value of a message's attribute, as it is in the message.
#[derive(Clone, Copy, PartialEq)]
pub enum ValueRef<'m> {
    Text(&'m str),
    Number(f64),
    Boolean(bool),
    List(Texts<'m>),
}

/// The texts of a list.
#[derive(Clone, Copy)]
pub struct Texts<'m> {
    text: &'m str,
    spans: &'m [Span],
}

/// How many attributes are looked through one by one.
const FEW: usize = 8;

/// The attributes of a message: as they came while they are few, and else in
/// the order of the hashes of their names.
#[derive(Clone, Default)]
pub struct Attributes {
    text: String,
    entries: Vec<Attribute>,
    /// The texts of lists.
    parts: Vec<Span>,
}

impl Attributes {
    /// Removes all attributes and keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
        self.parts.clear();
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the total length of all names and strings, in bytes.
    pub const fn written(&self) -> usize {
        self.text.len()
    }

    /// Writes a text after the others.
    #[inline]
    pub fn write(&mut self, text: &str) -> Span {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Span { start, len: text.len() as u32 }
    }

    /// Writes a text of which others are parts, and need not be written again.
    pub fn write_whole(&mut self, whole: &str) {
        self.text.push_str(whole);
    }

    /// Returns where a part is of what was [written whole](Self::write_whole), as the
    /// first of all, or `None` if it is not such a part.
    #[inline]
    pub fn span_of(&self, part: &str, whole: &str) -> Option<Span> {
        let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
        let end = start.checked_add(part.len())?;
        (end <= whole.len()).then_some(Span { start: start as u32, len: part.len() as u32 })
    }

    /// Writes the text of a list, all of whose texts must be written in one go.
    pub fn write_part(&mut self, text: &str) {
        let span = self.write(text);
        self.parts.push(span);
    }

    /// Returns the list of the parts from this one on.
    pub fn list(&self, first: usize) -> Kept {
        Kept::List(first as u32, self.parts.len() as u32)
    }

    pub fn part_count(&self) -> usize {
        self.parts.len()
    }

    /// Writes a value.
    pub fn keep(&mut self, value: &Value) -> Kept {
        match value {
            Value::Text(text) => Kept::Text(self.write(text)),
            Value::Number(number) => Kept::Number(*number),
            Value::Boolean(value) => Kept::Boolean(*value),
            Value::List(texts) => {
                let first = self.part_count();
                texts.iter().for_each(|text| self.write_part(text));
                self.list(first)
            }
        }
    }

    /// Adds an attribute whose name and value are written, in no order.
    #[inline]
    pub fn push(&mut self, name: Span, value: Kept) -> Attribute {
        let name_hash = FIRST.bytes(self.bytes(name));
        let value_hash = match value {
            Kept::Text(text) => FIRST.bytes(self.bytes(text)),
            _ => 0,
        };
        let attribute = Attribute { name_hash, value_hash, name, value };
        self.entries.push(attribute);
        attribute
    }

    /// Sorts the attributes once all are added, and returns whether every name is there
    /// once.
    #[inline]
    pub fn finish(&mut self) -> bool {
        let mut rest = self.entries.as_slice();
        if rest.len() <= FEW {
            while let [first, later @ ..] = rest {
                let mut alike = later.iter().filter(|other| other.name_hash == first.name_hash);
                if alike.any(|other| self.name_bytes(other) == self.name_bytes(first)) {
                    return false;
                }
                rest = later;
            }
            return true;
        }
        let Self { text, entries, .. } = self;
        entries.sort_unstable_by(|a, b| {
            let by_name = || part(text, a.name).cmp(part(text, b.name));
            a.name_hash.cmp(&b.name_hash).then_with(by_name)
        });
        let mut pairs = entries.iter().zip(entries.iter().skip(1));
        !pairs.any(|(a, b)| a.name_hash == b.name_hash && part(text, a.name) == part(text, b.name))
    }

    /// Adds an attribute. Returns `false` if the name exists.
    pub fn insert(&mut self, name: &str, value: &Value) -> bool {
        if self.find(name).is_some() {
            return false;
        }
        let name = self.write(name);
        let value = self.keep(value);
        self.push(name, value);
        self.finish()
    }

    /// Returns all attributes, in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.entries.iter()
    }

    #[inline]
    pub fn name(&self, attribute: &Attribute) -> &str {
        self.part(attribute.name)
    }

    #[inline]
    pub fn name_bytes(&self, attribute: &Attribute) -> &[u8] {
        self.bytes(attribute.name)
    }

    /// Returns the text of the attribute at a place in that order; nothing, if it has none.
    #[inline]
    pub fn text_at(&self, place: usize) -> &[u8] {
        self.entries.get(place).and_then(|attribute| self.text(attribute)).unwrap_or_default()
    }

    /// Returns the text of an attribute; nothing, if it has none.
    #[inline]
    pub fn text(&self, attribute: &Attribute) -> Option<&[u8]> {
        match attribute.value {
            Kept::Text(text) => Some(self.bytes(text)),
            _ => None,
        }
    }

    #[inline]
    pub fn value(&self, attribute: &Attribute) -> ValueRef<'_> {
        match attribute.value {
            Kept::Text(text) => ValueRef::Text(self.part(text)),
            Kept::Number(number) => ValueRef::Number(number),
            Kept::Boolean(value) => ValueRef::Boolean(value),
            Kept::List(first, end) => {
                let spans = self.parts.get(first as usize..end as usize).unwrap_or_default();
                ValueRef::List(Texts { text: &self.text, spans })
            }
        }
    }

    /// Returns the value of the attribute at a place in that order.
    #[inline]
    pub fn value_at(&self, place: usize) -> Option<ValueRef<'_>> {
        self.entries.get(place).map(|attribute| self.value(attribute))
    }

    pub fn find(&self, name: &str) -> Option<&Attribute> {
        let hash = FIRST.text(name);
        let is_it = |entry: &&Attribute| entry.name_hash == hash && self.name(entry) == name;
        if self.len() <= FEW {
            return self.entries.iter().find(is_it);
        }
        let first = self.entries.partition_point(|entry| entry.name_hash < hash);
        let alike = self.entries.get(first..).unwrap_or_default().iter();
        alike.take_while(|entry| entry.name_hash == hash).find(is_it)
    }

    #[inline]
    fn part(&self, span: Span) -> &str {
        part(&self.text, span)
    }

    #[inline]
    fn bytes(&self, Span { start, len }: Span) -> &[u8] {
        let (start, len) = (start as usize, len as usize);
        self.text.as_bytes().get(start..start + len).unwrap_or_default()
    }
}

#[inline]
fn part(text: &str, Span { start, len }: Span) -> &str {
    text.get(start as usize..(start + len) as usize).unwrap_or_default()
}

impl<'m> Texts<'m> {
    pub fn iter(self) -> impl Iterator<Item = &'m str> {
        self.spans.iter().map(move |span| part(self.text, *span))
    }
}

impl PartialEq for Texts<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl PartialEq for Attributes {
    fn eq(&self, other: &Self) -> bool {
        let is_there = |attribute| {
            let of_other = other.find(self.name(attribute)).map(|found| other.value(found));
            of_other == Some(self.value(attribute))
        };
        self.len() == other.len() && self.iter().all(is_there)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::{Attributes, ValueRef};
    use crate::Value;

    fn of(attributes: &[(&str, Value)]) -> Attributes {
        let mut of = Attributes::default();
        for (name, value) in attributes {
            assert!(of.insert(name, value));
        }
        of
    }

    #[test]
    fn attributes_are_found_regardless_of_insertion_order() {
        let all = [
            ("text", Value::from("é")),
            ("tags", Value::List(vec!["a".into(), "".into()])),
            ("none", Value::List(Vec::new())),
            ("amount", Value::Number(2.5)),
            ("vip", Value::Boolean(true)),
        ];
        let there = of(&all);
        let mut back = all.clone();
        back.reverse();
        assert!(there == of(&back));
        for (name, value) in &all {
            match (value, there.value(there.find(name).unwrap())) {
                (Value::Text(a), ValueRef::Text(b)) => assert_eq!(a, b),
                (Value::Number(a), ValueRef::Number(b)) => assert_eq!(*a, b),
                (Value::Boolean(a), ValueRef::Boolean(b)) => assert_eq!(*a, b),
                (Value::List(a), ValueRef::List(b)) => assert!(b.iter().eq(a)),
                _ => panic!("{name} has another type"),
            }
        }
        assert!(there.find("").is_none() && there.find("tex").is_none());
        assert!(there != of(&all[1..]));
    }

    #[test]
    fn a_duplicate_name_is_rejected() {
        let mut attributes = of(&[("a", Value::from("x")), ("b", Value::from("y"))]);
        assert!(!attributes.insert("a", &Value::Boolean(true)));
        assert_eq!(attributes.len(), 2);
        let (name, value) = (attributes.write("b"), attributes.keep(&Value::from("z")));
        attributes.push(name, value);
        assert!(!attributes.finish());
    }
}
