//! Condition sets: the conditions of all rules of a table, stored in a few bytes each.
//!
//! A rule's *place* is its position in the order of declaration, and its *rank* is its position in
//! the order of evaluation.

use alloc::vec::Vec;
use core::ops::Range;

use keyrail_core::binary_codec;

use crate::condition::Condition;
use crate::interner::{PredicateInterner, PredicateInternerBuilder};
use crate::program::{self, MAX_CONDITION_DEPTH, Reader};

/// The position of a rule in the order of evaluation.
pub type Rank = u32;

/// The conditions of all rules.
#[derive(Default)]
pub struct ConditionSet {
    pub interner: PredicateInterner,
    /// The programs of the conditions in the order of places, and the end of each program.
    programs: Vec<u8>,
    ends: Vec<u32>,
    /// For each rank: the place of the rule. Empty if the rules are evaluated in the order of
    /// declaration.
    order: Vec<u32>,
}

binary_codec! {
    ConditionSet { interner, programs, ends, order }
}

impl ConditionSet {
    /// Returns the number of conditions.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn ranks(&self) -> Range<Rank> {
        0..self.len() as Rank
    }

    /// Returns the place of the rule at a rank.
    #[inline]
    pub fn place(&self, rank: Rank) -> u32 {
        if self.order.is_empty() {
            return rank;
        }
        self.order.get(rank as usize).copied().unwrap_or(u32::MAX)
    }

    pub fn program(&self, rank: Rank) -> Reader<'_> {
        let bounds = item(&self.ends, self.place(rank));
        Reader::new(bounds.and_then(|bounds| self.programs.get(bounds)).unwrap_or_default())
    }

    /// Returns whether the set is valid. A set that was read from bytes can be invalid.
    ///
    /// In a valid set, every program is exactly one condition that is not nested too deeply, and
    /// the order is empty or has a place for every rank.
    pub fn is_sound(&self) -> bool {
        let is_program = |mut program: Reader<'_>| {
            program.skip_at_most(MAX_CONDITION_DEPTH).is_some() && program.is_at_end()
        };
        (self.order.is_empty() || self.order.len() == self.len())
            && self.ranks().all(|rank| is_program(self.program(rank)))
    }
}

/// Returns the range of the item at a place, or `None` if there is no such item. `ends` are the
/// ends of items that are stored one after the other.
pub fn item(ends: &[u32], place: u32) -> Option<Range<usize>> {
    let place = place as usize;
    let end = *ends.get(place)? as usize;
    let before = place.checked_sub(1).and_then(|before| ends.get(before));
    Some(before.map_or(0, |before| *before as usize)..end)
}

/// A builder of a condition set, to which conditions are added in the order of their places.
#[derive(Default)]
pub struct ConditionSetBuilder {
    interner: PredicateInternerBuilder,
    set: ConditionSet,
}

impl ConditionSetBuilder {
    /// Adds a condition. Returns `None` if the set would be too large.
    pub fn push(&mut self, condition: &Condition) -> Option<()> {
        program::write(condition, &mut self.interner, &mut self.set.programs)?;
        self.set.ends.push(u32::try_from(self.set.programs.len()).ok()?);
        Some(())
    }

    /// Returns the set with this order of evaluation, and the unfinished interner, to which the
    /// index adds predicates. An empty order means the order of declaration.
    pub fn finish(self, order: Vec<u32>) -> (ConditionSet, PredicateInternerBuilder) {
        let Self { interner, mut set } = self;
        set.order = order;
        set.programs.shrink_to_fit();
        set.ends.shrink_to_fit();
        (set, interner)
    }
}
