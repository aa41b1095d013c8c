//! The short way: where rules ask for few combinations of attributes, and all
//! by equality, a message's texts are put together into keys at once.
//!
//! What the long way finds first, which of the attributes the table knows and
//! which atoms they make true, costs more than the few keys do.

use alloc::vec::Vec;

use super::scratch::Active;
use super::{Group, Index, MAX_KEY, NO_POSTING};
use crate::attributes::Attributes;
use crate::hasher::{FIRST, is_same};
use crate::lexicon::{FieldId, Lexicon};
use crate::rules::Rank;

/// How many attributes are looked for in a message one by one.
const FEW: usize = 8;

/// Of each attribute that is known, where it stands in a message, if it does,
/// and the hash of its text.
pub(super) type Places = [Option<(u32, u64)>; FEW];

pub(super) const NOWHERE: Places = [None; FEW];

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
    /// Of each part of a key: the place of its attribute among those known,
    /// and its field.
    parts: [(u32, FieldId); MAX_KEY],
    len: u32,
    pub(super) best: Rank,
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
            let mut parts = [(0, 0); MAX_KEY];
            for (part, field) in parts.iter_mut().zip(fields.get(..*len as usize)?) {
                let number = lexicon.field(*field)?.attribute;
                index.by_text.get(*field as usize).filter(|by_text| **by_text)?;
                let place = known.iter().position(|known| known.number == number);
                if place.is_none() {
                    let hash = FIRST.text(lexicon.attribute(number));
                    known.push(Known { hash, number });
                }
                *part = (place.unwrap_or(known.len() - 1) as u32, *field);
            }
            combinations.push(Combination { parts, len: *len, best: *best });
        }
        combinations.sort_by_key(|combination| combination.best);
        (known.len() <= FEW).then_some(Self { known, combinations })
    }

    /// Finds where the known attributes stand; says no where one has another
    /// value than a text.
    #[inline]
    pub(super) fn find(
        &self,
        lexicon: &Lexicon,
        attributes: &Attributes,
        places: &mut Places,
    ) -> bool {
        for (place, attribute) in (0..).zip(attributes.iter()) {
            let name = attributes.name_bytes(attribute);
            let mut pairs = self.known.iter().zip(&mut *places);
            let found = pairs.find(|(known, _)| {
                known.hash == attribute.name_hash
                    && is_same(lexicon.attribute(known.number).as_bytes(), name)
            });
            if let Some((_, found)) = found {
                if !attribute.is_text() {
                    return false;
                }
                *found = Some((place, attribute.value_hash));
            }
        }
        true
    }
}

impl Combination {
    /// The ways of a key, if the message has all of its attributes.
    #[inline]
    pub(super) fn ways(
        &self,
        index: &Index,
        places: &Places,
    ) -> Option<([Active; MAX_KEY], usize)> {
        let mut ways = [Active::NONE; MAX_KEY];
        let len = self.len as usize;
        for (way, (attribute, field)) in ways.iter_mut().zip(&self.parts).take(len) {
            let (start, hash) = places.get(*attribute as usize).copied().flatten()?;
            let element = index.seed.in_field(*field, hash);
            *way = Active { field: *field, start, end: 0, element };
        }
        Some((ways, len))
    }
}
