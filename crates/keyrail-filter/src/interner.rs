//! The interner of predicates, which stores every test of the rules once.
//!
//! A test of one attribute is an *atom*: a field (an attribute, a kind of test and a
//! normalization) and an operand. Atoms are stored one after the other in a string, and the
//! number of an atom is the offset at which it starts.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use hashbrown::HashTable;
use keyrail_core::hasher::{Seed, starts_with};

use crate::condition::Kind;
use crate::normalization::Normalization;

/// The number of an atom.
pub type AtomId = u32;
/// The number of a field.
pub type FieldId = u32;

/// The attribute that an atom tests, and how the atom tests it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub attribute: u32,
    pub kind: Kind,
    pub normalization: Normalization,
}

/// A test of one attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Atom<'l> {
    pub field: FieldId,
    pub operand: &'l str,
}

/// Every attribute, field and atom of a table.
#[derive(Default)]
pub struct PredicateInterner {
    pub attributes: Vec<String>,
    pub fields: Vec<Field>,
    pub atoms: String,
}

impl PredicateInterner {
    pub fn attribute(&self, id: u32) -> &str {
        self.attributes.get(id as usize).map_or("", String::as_str)
    }

    pub fn field(&self, id: FieldId) -> Option<Field> {
        self.fields.get(id as usize).copied()
    }

    /// Returns the atom that starts at this offset.
    #[inline]
    pub fn atom(&self, id: AtomId) -> Option<Atom<'_>> {
        self.atom_and_next(id).map(|(atom, _)| atom)
    }

    /// Returns the field of the atom that starts at this offset.
    #[inline]
    pub fn field_of_atom(&self, id: AtomId) -> Option<FieldId> {
        let (field, _) = read_number(self.atoms.as_bytes().get(id as usize..)?)?;
        Some(field)
    }

    /// Returns whether the atom that starts at this offset has this field and this operand.
    #[inline]
    pub fn atom_equals(&self, id: AtomId, field: FieldId, operand: &[u8]) -> bool {
        let atom = self.atoms.as_bytes().get(id as usize..).unwrap_or_default();
        match atom {
            // Nearly all lengths and field numbers are less than 64, so each takes one byte.
            [field_byte @ ..64, length @ ..64, rest @ ..] => {
                u32::from(*field_byte) == field
                    && usize::from(*length) == operand.len()
                    && starts_with(rest, operand)
            }
            _ => self.atom_equals_slow(id, field, operand),
        }
    }

    #[inline(never)]
    fn atom_equals_slow(&self, id: AtomId, field: FieldId, operand: &[u8]) -> bool {
        self.atom(id).is_some_and(|atom| atom.field == field && atom.operand.as_bytes() == operand)
    }

    /// Returns all atoms with their numbers, in order.
    pub fn iter(&self) -> impl Iterator<Item = (AtomId, Atom<'_>)> {
        let mut next = 0;
        core::iter::from_fn(move || {
            let id = next;
            let (atom, after) = self.atom_and_next(id)?;
            next = after;
            Some((id, atom))
        })
    }

    fn atom_and_next(&self, id: AtomId) -> Option<(Atom<'_>, AtomId)> {
        let start = id as usize;
        let bytes = self.atoms.as_bytes().get(start..)?;
        let (field, bytes) = read_number(bytes)?;
        let (length, bytes) = read_number(bytes)?;
        let start = self.atoms.len() - bytes.len();
        let end = start.checked_add(length as usize)?;
        let operand = self.atoms.get(start..end)?;
        Some((Atom { field, operand }, u32::try_from(end).ok()?))
    }
}

/// Writes a number in as few bytes as possible, all of them ASCII, so that the output is
/// valid UTF-8.
fn write_number(mut number: u32, out: &mut String) {
    while number >= 64 {
        out.push(char::from(64 | (number % 64) as u8));
        number /= 64;
    }
    out.push(char::from(number as u8));
}

#[inline]
fn read_number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (first, mut rest) = bytes.split_first()?;
    let mut number = u32::from(first & 63);
    let (mut byte, mut shift) = (*first, 0);
    while byte >= 64 {
        let (next, after) = rest.split_first()?;
        shift += 6;
        number |= u32::from(next & 63).checked_shl(shift)?;
        (byte, rest) = (*next, after);
    }
    Some((number, rest))
}

/// A predicate interner that is being built.
#[derive(Default)]
pub struct PredicateInternerBuilder {
    interner: PredicateInterner,
    seed: Seed,
    attributes: HashTable<u32>,
    fields: BTreeMap<(u32, Kind, Normalization), FieldId>,
    atoms: HashTable<AtomId>,
}

impl PredicateInternerBuilder {
    pub fn interner(&self) -> &PredicateInterner {
        &self.interner
    }

    pub fn finish(self) -> PredicateInterner {
        let mut interner = self.interner;
        interner.atoms.shrink_to_fit();
        interner
    }

    /// Returns the number of a field, and adds the field if it is new.
    pub fn field(&mut self, attribute: &str, kind: Kind, normalization: Normalization) -> FieldId {
        let attribute = self.attribute(attribute);
        self.field_of(attribute, kind, normalization)
    }

    pub fn field_of(
        &mut self,
        attribute: u32,
        kind: Kind,
        normalization: Normalization,
    ) -> FieldId {
        let fields = &mut self.interner.fields;
        *self.fields.entry((attribute, kind, normalization)).or_insert_with(|| {
            fields.push(Field { attribute, kind, normalization });
            (fields.len() - 1) as FieldId
        })
    }

    fn attribute(&mut self, name: &str) -> u32 {
        let Self { interner, seed, attributes, .. } = self;
        let names = &interner.attributes;
        let hash = |name: &str| seed.text(name);
        let is_match = |id: &u32| names.get(*id as usize).is_some_and(|known| known == name);
        if let Some(id) = attributes.find(hash(name), is_match) {
            return *id;
        }
        let id = interner.attributes.len() as u32;
        interner.attributes.push(name.into());
        attributes.insert_unique(hash(name), id, |id| hash(interner.attribute(*id)));
        id
    }

    /// Returns the number of an atom, and adds the atom if it is new. Returns `None` if the
    /// interner is full.
    pub fn atom(&mut self, field: FieldId, operand: &str) -> Option<AtomId> {
        let Self { interner, seed, atoms, .. } = self;
        let hash = seed.in_field(field, seed.text(operand));
        if let Some(id) =
            atoms.find(hash, |id| interner.atom_equals(*id, field, operand.as_bytes()))
        {
            return Some(*id);
        }
        let id = u32::try_from(interner.atoms.len()).ok()?;
        let length = u32::try_from(operand.len()).ok()?;
        write_number(field, &mut interner.atoms);
        write_number(length, &mut interner.atoms);
        interner.atoms.push_str(operand);
        u32::try_from(interner.atoms.len()).ok()?;
        atoms.insert_unique(hash, id, |id| {
            interner.atom(*id).map_or(0, |atom| seed.in_field(atom.field, seed.text(atom.operand)))
        });
        Some(id)
    }
}

keyrail_core::binary_codec! {
    Field { attribute, kind, normalization }
    PredicateInterner { attributes, fields, atoms }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::{PredicateInternerBuilder, read_number, write_number};
    use crate::condition::Kind;
    use crate::normalization::Normalization;

    #[test]
    fn numbers_round_trip() {
        for number in [0, 1, 63, 64, 65, 4095, 4096, 1 << 20, u32::MAX] {
            let mut text = String::new();
            write_number(number, &mut text);
            text.push('x');
            assert_eq!(read_number(text.as_bytes()), Some((number, &b"x"[..])));
        }
        assert_eq!(read_number(&[64, 64]), None);
        assert_eq!(read_number(&[127; 9]), None);
    }

    #[test]
    fn equal_atoms_are_stored_once() {
        let mut writer = PredicateInternerBuilder::default();
        let field = writer.field("text", Kind::Exact, Normalization::default());
        let other = writer.field("text", Kind::Prefix, Normalization::default());
        assert_ne!(field, other);
        let ids: Vec<_> = [(field, "a"), (other, "a"), (field, "é"), (field, "a"), (field, "")]
            .map(|(field, text)| writer.atom(field, text).unwrap())
            .into();
        assert_eq!(ids.first(), ids.get(3));
        let interner = writer.finish();
        let all: Vec<_> =
            interner.iter().map(|(id, atom)| (id, atom.field, atom.operand)).collect();
        assert_eq!(all.len(), 4);
        assert_eq!(all[2], (ids[2], field, "é"));
        assert_eq!(interner.atom(u32::MAX), None);
    }
}
