//! The short way: where rules ask for few combinations of attributes, and all
//! by equality, a message's texts are put together into keys at once.
//!
//! What the long way finds first, which of the attributes the table knows and
//! which atoms they make true, costs more than the few keys do.

use alloc::vec::Vec;

use super::slots::{Slots, tag};
use super::{Group, Index, NO_POSTING};
use crate::attributes::Attributes;
use crate::hasher::{FIRST, Seed, is_same};
use crate::lexicon::{FieldId, Lexicon};
use crate::rules::Rank;

/// How many attributes are looked for in a message one by one.
const FEW: usize = 8;

/// Of each attribute that is known, its text in a message, if it has one, and
/// the hash of that.
pub(super) type Texts<'m> = [Option<(&'m [u8], u64)>; FEW];

pub(super) const NO_TEXTS: Texts<'_> = [None; FEW];

/// What the short way takes.
pub(super) struct Direct {
    known: Vec<Known>,
    /// The best first.
    pub(super) combinations: Vec<Combination>,
}

/// An attribute that a key has.
struct Known {
    /// Of its name, by the first of the seeds.
    hash: u64,
    number: u32,
}

/// A group whose keys are looked up by texts.
pub(super) struct Combination {
    parts: Parts,
    pub(super) best: Rank,
}

enum Parts {
    Two([Part; 2]),
    Three([Part; 3]),
    Four([Part; 4]),
}

/// A part of a key: the place of its attribute among those known, and its field.
#[derive(Clone, Copy)]
struct Part {
    known: u32,
    field: FieldId,
}

impl Direct {
    /// Nothing, if the index takes the long way.
    pub(super) fn of(index: &Index, lexicon: &Lexicon) -> Option<Self> {
        let has_atoms_alone =
            || index.atoms.rows().iter().any(|[_, _, posting]| *posting != NO_POSTING);
        if index.has_others || !index.seed.is_first() || has_atoms_alone() {
            return None;
        }
        let mut known: Vec<Known> = Vec::new();
        let mut combinations = Vec::with_capacity(index.groups.len());
        for Group { fields, len, best } in &index.groups {
            let mut parts = Vec::new();
            for field in fields.get(..*len as usize)? {
                let number = lexicon.field(*field)?.attribute;
                index.by_text.get(*field as usize).filter(|by_text| **by_text)?;
                let place = known.iter().position(|known| known.number == number);
                let place = place.unwrap_or_else(|| {
                    let hash = FIRST.text(lexicon.attribute(number));
                    known.push(Known { hash, number });
                    known.len() - 1
                });
                parts.push(Part { known: place as u32, field: *field });
            }
            combinations.push(Combination { parts: Parts::of(&parts)?, best: *best });
        }
        combinations.sort_by_key(|combination| combination.best);
        (known.len() <= FEW).then_some(Self { known, combinations })
    }

    /// Finds the texts of the known attributes; says no where one has another
    /// value than a text.
    #[inline]
    pub(super) fn find<'m>(
        &self,
        lexicon: &Lexicon,
        attributes: &'m Attributes,
        texts: &mut Texts<'m>,
    ) -> bool {
        for attribute in attributes.iter() {
            let name = attributes.name_bytes(attribute);
            let is_it = |known: &Known| {
                known.hash == attribute.name_hash
                    && is_same(lexicon.attribute(known.number).as_bytes(), name)
            };
            let mut pairs = self.known.iter().zip(&mut *texts);
            if let Some((_, found)) = pairs.find(|(known, _)| is_it(known)) {
                let Some(text) = attributes.text(attribute) else { return false };
                *found = Some((text, attribute.value_hash));
            }
        }
        true
    }
}

impl Parts {
    fn of(parts: &[Part]) -> Option<Self> {
        Some(match *parts {
            [a, b] => Self::Two([a, b]),
            [a, b, c] => Self::Three([a, b, c]),
            [a, b, c, d] => Self::Four([a, b, c, d]),
            _ => return None,
        })
    }
}

impl Combination {
    /// Where the key of a message's texts leads.
    #[inline]
    pub(super) fn posting(
        &self,
        index: &Index,
        lexicon: &Lexicon,
        texts: &Texts<'_>,
    ) -> Option<u32> {
        let (keys, seed) = (&index.keys, &index.seed);
        match &self.parts {
            Parts::Two(parts) => posting(&keys.two, parts, seed, lexicon, texts),
            Parts::Three(parts) => posting(&keys.three, parts, seed, lexicon, texts),
            Parts::Four(parts) => posting(&keys.four, parts, seed, lexicon, texts),
        }
    }
}

/// Each length apart: together they would be too much for the registers.
#[inline(never)]
fn posting<const N: usize, const W: usize>(
    keys: &Slots<W>,
    parts: &[Part; N],
    seed: &Seed,
    lexicon: &Lexicon,
    texts: &Texts<'_>,
) -> Option<u32> {
    let mut key = [(0, &[][..], 0); N];
    for (of_key, Part { known, field }) in key.iter_mut().zip(parts) {
        let (text, hash) = texts.get(*known as usize).copied().flatten()?;
        *of_key = (*field, text, seed.in_field(*field, hash));
    }
    let is_it = |row: &[u32; W]| {
        let mut atoms = row.iter().skip(1).zip(&key);
        atoms.all(|(atom, (field, text, _))| lexicon.is(*atom, *field, text))
    };
    let tag = tag(seed.numbers(key.iter().map(|(.., element)| *element)));
    keys.find(tag, is_it)?.last().copied()
}
