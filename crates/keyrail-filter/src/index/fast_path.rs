//! The short way: where rules ask for few combinations of attributes, and all
//! by equality, a message's texts are put together into keys at once.
//!
//! What the long way finds first, which of the attributes the table knows and
//! which atoms they make true, costs more than the few keys do.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::hasher::{FIRST, Seed, is_same};
use keyrail_core::static_hash_table::{StaticHashTable, tag};

use super::{Group, Index, Keys, NO_POSTING, Posting, Query};
use crate::attributes::Attributes;
use crate::condition_set::Rank;
use crate::interner::{FieldId, PredicateInterner};

/// How many attributes are looked for in a message one by one.
const FEW: usize = 8;

/// Of each attribute that is known, its text in a message, if it has one, and
/// the hash of that.
type Texts<'m> = [Option<(&'m [u8], u64)>; FEW];

/// What the short way takes.
pub(super) struct FastPath {
    known: Vec<Known>,
    /// The best first.
    combinations: Vec<Combination>,
    /// Whether a key that is found always leads to one rule that matches, and
    /// each rule has one.
    is_certain: bool,
}

/// An attribute that a key has.
struct Known {
    /// Of its name, by the first of the seeds.
    hash: u64,
    name: String,
}

/// A group whose keys are looked up by texts.
struct Combination {
    parts: Parts,
    best: Rank,
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

impl FastPath {
    /// Nothing, if the index takes the long way.
    pub(super) fn of(index: &Index, interner: &PredicateInterner) -> Option<Self> {
        let has_atoms_alone =
            || index.atoms.rows().iter().any(|[_, _, posting]| *posting != NO_POSTING);
        if index.has_others || !index.seed.is_first() || has_atoms_alone() {
            return None;
        }
        let mut known: Vec<(u32, Known)> = Vec::new();
        let mut combinations = Vec::with_capacity(index.groups.len());
        for Group { fields, len, best } in &index.groups {
            let mut parts = Vec::new();
            for field in fields.get(..*len as usize)? {
                let number = interner.field(*field)?.attribute;
                index.by_text.get(*field as usize).filter(|by_text| **by_text)?;
                let place = known.iter().position(|(of_known, _)| *of_known == number);
                let place = place.unwrap_or_else(|| {
                    let name = interner.attribute(number);
                    known.push((number, Known { hash: FIRST.text(name), name: name.into() }));
                    known.len() - 1
                });
                parts.push(Part { known: place as u32, field: *field });
            }
            combinations.push(Combination { parts: Parts::of(&parts)?, best: *best });
        }
        combinations.sort_by_key(|combination| combination.best);
        let Keys { one: _, two, three, four } = &index.keys; // no key here has one part
        let is_certain = index.keyless.is_empty()
            && leads_to_one(two)
            && leads_to_one(three)
            && leads_to_one(four);
        let known: Vec<Known> = known.into_iter().map(|(_, known)| known).collect();
        (known.len() <= FEW).then_some(Self { known, combinations, is_certain })
    }

    /// The first rule that matches, if there is one; nothing, if that is not
    /// for the short way alone to say.
    #[inline]
    pub(super) fn first(&self, index: &Index, query: &Query<'_>) -> Option<Option<Rank>> {
        if !self.is_certain || query.is_eligible.is_some() {
            return None;
        }
        let mut best = Rank::MAX;
        let is_found = self.search(index, query, |posting| {
            if let Some(rank) = Posting::certain(posting) {
                best = best.min(rank);
            }
            best
        });
        is_found.then_some((best != Rank::MAX).then_some(best))
    }

    /// Looks up the key of each combination, and hands on where it leads;
    /// `take` returns the best rank so far. Returns `false` if an attribute has another
    /// value than a text.
    #[inline]
    pub(super) fn search(
        &self,
        index: &Index,
        query: &Query<'_>,
        mut take: impl FnMut(u32) -> Rank,
    ) -> bool {
        let mut texts: Texts<'_> = [None; FEW];
        if !self.find(&query.message.attributes, &mut texts) {
            return false;
        }
        let mut best = Rank::MAX;
        for combination in &self.combinations {
            if combination.best >= best {
                break;
            }
            if let Some(posting) = combination.posting(index, &query.conditions.interner, &texts) {
                best = take(posting);
            }
        }
        true
    }

    /// Finds the texts of the known attributes. Returns `false` if one has another
    /// value than a text.
    #[inline]
    fn find<'m>(&self, attributes: &'m Attributes, texts: &mut Texts<'m>) -> bool {
        for attribute in attributes.iter() {
            let name = attributes.name_bytes(attribute);
            let is_it = |known: &Known| {
                known.hash == attribute.name_hash && is_same(known.name.as_bytes(), name)
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

/// Whether each key leads to one rule that matches.
fn leads_to_one<const W: usize>(keys: &StaticHashTable<W>) -> bool {
    let mut postings = keys.rows().iter().filter_map(|row| row.last());
    postings.all(|posting| *posting == NO_POSTING || Posting::certain(*posting).is_some())
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
    fn posting(
        &self,
        index: &Index,
        interner: &PredicateInterner,
        texts: &Texts<'_>,
    ) -> Option<u32> {
        let (keys, seed) = (&index.keys, &index.seed);
        match &self.parts {
            Parts::Two(parts) => posting(&keys.two, parts, seed, interner, texts),
            Parts::Three(parts) => posting(&keys.three, parts, seed, interner, texts),
            Parts::Four(parts) => posting(&keys.four, parts, seed, interner, texts),
        }
    }
}

/// Each length apart: together they would be too much for the registers.
#[inline(never)]
fn posting<const N: usize, const W: usize>(
    keys: &StaticHashTable<W>,
    parts: &[Part; N],
    seed: &Seed,
    interner: &PredicateInterner,
    texts: &Texts<'_>,
) -> Option<u32> {
    let mut key = [(0, &[][..], 0); N];
    for (of_key, Part { known, field }) in key.iter_mut().zip(parts) {
        let (text, hash) = texts.get(*known as usize).copied().flatten()?;
        *of_key = (*field, text, seed.in_field(*field, hash));
    }
    let is_it = |row: &[u32; W]| {
        let mut atoms = row.iter().skip(1).zip(&key);
        atoms.all(|(atom, (field, text, _))| interner.is(*atom, *field, text))
    };
    let tag = tag(seed.numbers(key.iter().map(|(.., element)| *element)));
    keys.find(tag, is_it)?.last().copied()
}
