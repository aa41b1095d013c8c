//! Attributes: the content of a message, stored in one string.
//!
//! Names and strings are stored one after the other. So a message takes at most three allocations,
//! however many attributes it has. The allocations can be reused for another message. The data of a
//! small message fits in a few cache lines.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::hasher::FIRST;

use crate::Value;

/// The start and the length of a part of the stored string.
///
/// A `u32` is enough, because the total length of a message's attributes is far less than 4 GiB.
#[derive(Clone, Copy, Default)]
pub struct Span {
    start: u32,
    len: u32,
}

/// An attribute.
#[derive(Clone, Copy, Default)]
pub struct Attribute {
    /// The hashes of the name and of the value, for lookups in hash tables. The hash of a value
    /// that is not a string is 0.
    pub name_hash: u64,
    pub value_hash: u64,
    name: Span,
    value: StoredValue,
}

impl Attribute {
    #[inline]
    pub const fn is_text(&self) -> bool {
        matches!(self.value, StoredValue::Text(_))
    }
}

/// A value whose strings are stored in [`Attributes`].
#[derive(Clone, Copy)]
pub enum StoredValue {
    Text(Span),
    Number(f64),
    Boolean(bool),
    /// The range of the list's strings among the strings of all lists.
    List(u32, u32),
}

impl Default for StoredValue {
    fn default() -> Self {
        Self::Boolean(false)
    }
}

/// A borrowed value of a message's attribute.
#[derive(Clone, Copy, PartialEq)]
pub enum ValueRef<'m> {
    Text(&'m str),
    Number(f64),
    Boolean(bool),
    List(Texts<'m>),
}

/// The strings of a list.
#[derive(Clone, Copy)]
pub struct Texts<'m> {
    text: &'m str,
    spans: &'m [Span],
}

/// The maximum number of attributes that are searched one by one. If there are more attributes,
/// they are sorted.
const MAX_UNSORTED: usize = 8;

/// The attributes of a message: in their original order if they are few, otherwise in the
/// order of the hashes of their names.
#[derive(Clone, Default)]
pub struct Attributes {
    text: String,
    entries: Vec<Attribute>,
    /// The strings of all lists.
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

    /// Appends a string and returns its span.
    #[inline]
    pub fn write(&mut self, text: &str) -> Span {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Span { start, len: text.len() as u32 }
    }

    /// Appends a whole document. Its slices need not be appended again, because
    /// [`span_of`](Self::span_of) returns their spans.
    pub fn write_whole(&mut self, whole: &str) {
        self.text.push_str(whole);
    }

    /// Returns the span of `part`, or `None` if it is not a slice of `whole`.
    /// [`write_whole`](Self::write_whole) must have appended `whole` before any other string.
    #[inline]
    pub fn span_of(&self, part: &str, whole: &str) -> Option<Span> {
        let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
        let end = start.checked_add(part.len())?;
        (end <= whole.len()).then_some(Span { start: start as u32, len: part.len() as u32 })
    }

    /// Appends a string of a list. All strings of a list must be appended directly one
    /// after the other.
    pub fn write_part(&mut self, text: &str) {
        let span = self.write(text);
        self.parts.push(span);
    }

    /// Returns the list of the strings that [`write_part`](Self::write_part) appended from index
    /// `first` on.
    pub fn list(&self, first: usize) -> StoredValue {
        StoredValue::List(first as u32, self.parts.len() as u32)
    }

    pub fn part_count(&self) -> usize {
        self.parts.len()
    }

    /// Stores the strings of a value, and returns the value with their spans.
    pub fn store(&mut self, value: &Value) -> StoredValue {
        match value {
            Value::Text(text) => StoredValue::Text(self.write(text)),
            Value::Number(number) => StoredValue::Number(*number),
            Value::Boolean(value) => StoredValue::Boolean(*value),
            Value::List(texts) => {
                let first = self.part_count();
                texts.iter().for_each(|text| self.write_part(text));
                self.list(first)
            }
        }
    }

    /// Adds an attribute whose name and value are already stored, and returns it.
    #[inline]
    pub fn push(&mut self, name: Span, value: StoredValue) -> Attribute {
        let name_hash = FIRST.bytes(self.bytes(name));
        let value_hash = match value {
            StoredValue::Text(text) => FIRST.bytes(self.bytes(text)),
            _ => 0,
        };
        let attribute = Attribute { name_hash, value_hash, name, value };
        self.entries.push(attribute);
        attribute
    }

    /// Finishes the attributes after all were added, and sorts them if there are many. Returns
    /// whether all names are different.
    #[inline]
    pub fn finish(&mut self) -> bool {
        let mut rest = self.entries.as_slice();
        if rest.len() <= MAX_UNSORTED {
            while let [first, later @ ..] = rest {
                let mut same_hash = later.iter().filter(|other| other.name_hash == first.name_hash);
                if same_hash.any(|other| self.name_bytes(other) == self.name_bytes(first)) {
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

    /// Adds an attribute. Returns `false` if there already is one with this name.
    pub fn insert(&mut self, name: &str, value: &Value) -> bool {
        if self.find(name).is_some() {
            return false;
        }
        let name = self.write(name);
        let value = self.store(value);
        self.push(name, value);
        self.finish()
    }

    /// Returns all attributes, in the order in which they are stored.
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

    /// Returns the string of the attribute at this position, or an empty string if its value is not
    /// a string.
    #[inline]
    pub fn text_at(&self, position: usize) -> &[u8] {
        self.entries.get(position).and_then(|attribute| self.text(attribute)).unwrap_or_default()
    }

    /// Returns the string of an attribute, or `None` if its value is not a string.
    #[inline]
    pub fn text(&self, attribute: &Attribute) -> Option<&[u8]> {
        match attribute.value {
            StoredValue::Text(text) => Some(self.bytes(text)),
            _ => None,
        }
    }

    #[inline]
    pub fn value(&self, attribute: &Attribute) -> ValueRef<'_> {
        match attribute.value {
            StoredValue::Text(text) => ValueRef::Text(self.part(text)),
            StoredValue::Number(number) => ValueRef::Number(number),
            StoredValue::Boolean(value) => ValueRef::Boolean(value),
            StoredValue::List(first, end) => {
                let spans = self.parts.get(first as usize..end as usize).unwrap_or_default();
                ValueRef::List(Texts { text: &self.text, spans })
            }
        }
    }

    /// Returns the value of the attribute at this position.
    #[inline]
    pub fn value_at(&self, position: usize) -> Option<ValueRef<'_>> {
        self.entries.get(position).map(|attribute| self.value(attribute))
    }

    pub fn find(&self, name: &str) -> Option<&Attribute> {
        let hash = FIRST.text(name);
        let is_match = |entry: &&Attribute| entry.name_hash == hash && self.name(entry) == name;
        if self.len() <= MAX_UNSORTED {
            return self.entries.iter().find(is_match);
        }
        let first = self.entries.partition_point(|entry| entry.name_hash < hash);
        let same_hash = self.entries.get(first..).unwrap_or_default().iter();
        same_hash.take_while(|entry| entry.name_hash == hash).find(is_match)
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
        let is_in_other = |attribute| {
            let other_value = other.find(self.name(attribute)).map(|found| other.value(found));
            other_value == Some(self.value(attribute))
        };
        self.len() == other.len() && self.iter().all(is_in_other)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::{Attributes, ValueRef};
    use crate::Value;

    fn attributes_of(pairs: &[(&str, Value)]) -> Attributes {
        let mut attributes = Attributes::default();
        for (name, value) in pairs {
            assert!(attributes.insert(name, value));
        }
        attributes
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
        let attributes = attributes_of(&all);
        let mut reversed = all.clone();
        reversed.reverse();
        assert!(attributes == attributes_of(&reversed));
        for (name, value) in &all {
            match (value, attributes.value(attributes.find(name).unwrap())) {
                (Value::Text(a), ValueRef::Text(b)) => assert_eq!(a, b),
                (Value::Number(a), ValueRef::Number(b)) => assert_eq!(*a, b),
                (Value::Boolean(a), ValueRef::Boolean(b)) => assert_eq!(*a, b),
                (Value::List(a), ValueRef::List(b)) => assert!(b.iter().eq(a)),
                _ => panic!("{name} has a different type"),
            }
        }
        assert!(attributes.find("").is_none() && attributes.find("tex").is_none());
        assert!(attributes != attributes_of(&all[1..]));
    }

    #[test]
    fn a_duplicate_name_is_rejected() {
        let mut attributes = attributes_of(&[("a", Value::from("x")), ("b", Value::from("y"))]);
        assert!(!attributes.insert("a", &Value::Boolean(true)));
        assert_eq!(attributes.len(), 2);
        let (name, value) = (attributes.write("b"), attributes.store(&Value::from("z")));
        attributes.push(name, value);
        assert!(!attributes.finish());
    }
}
