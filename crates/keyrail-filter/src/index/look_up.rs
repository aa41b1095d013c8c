//! Looks up the keys that consist of atoms that a message makes true.

use keyrail_core::static_hash_table::{StaticHashTable, tag};

use super::query::Search;
use super::scratch::{Active, Scratch};
use super::{Group, KEY_ATOMS};
use crate::interner::AtomId;

impl Search<'_> {
    /// Looks up the keys of the groups of all active fields from index `first` on.
    pub(super) fn look_up(&mut self, first: usize) {
        let index = self.index;
        let mut counts = [0; KEY_ATOMS];
        for at in first..self.scratch.active.len() {
            let Some(active) = self.scratch.active.get(at) else { return };
            for number in index.groups_by_field.get(active.field) {
                let Some(group) = index.groups.get(*number as usize) else { continue };
                if group.best >= self.best {
                    break;
                }
                self.look_up_group(group, &mut counts);
            }
        }
    }

    /// Looks up every combination of one atom per field. The atom of the first field changes
    /// fastest, like the last digit of an odometer.
    ///
    /// `counts` contains the number of lookups so far for each key length. If there would be more
    /// lookups than keys of this length, all these keys are checked against the message once
    /// instead.
    fn look_up_group(&mut self, group: &Group, counts: &mut [usize; KEY_ATOMS]) {
        let len = group.len as usize;
        let mut lookups = [&Active::NONE; KEY_ATOMS];
        let mut is_single = true;
        for (lookup, field) in lookups.iter_mut().zip(&group.fields).take(len) {
            let Some(active) = self.scratch.active_of(*field) else { return };
            *lookup = active;
            is_single &= active.choices() == 1;
        }
        if is_single {
            let posting = self.find_key(lookups.get(..len).unwrap_or_default());
            return self.add_if_found(posting);
        }
        let choices = lookups.iter().take(len).map(|lookup| lookup.choices() as usize);
        let choices = choices.fold(1, usize::saturating_mul);
        let Some(count) = counts.get_mut(len.wrapping_sub(1)) else { return };
        let (before, all) = (*count, self.index.keys.rows_of(len));
        *count = before.saturating_add(choices);
        if *count > all {
            if before <= all {
                self.check_all_keys(len);
            }
            return;
        }
        let all = lookups.map(|lookup| *lookup);
        let mut lookups = all;
        loop {
            let posting = self.find_key(lookups.each_ref().get(..len).unwrap_or_default());
            self.add_if_found(posting);
            let mut is_done = true;
            for (lookup, all) in lookups.iter_mut().zip(&all).take(len) {
                if lookup.is_text() {
                    continue;
                }
                *lookup = Active { start: lookup.start + 1, ..*lookup };
                is_done = lookup.start == lookup.end;
                if is_done {
                    *lookup = *all;
                }
                lookup.element = self.element(lookup.field, self.scratch.hit(lookup.start));
                if !is_done {
                    break;
                }
            }
            if is_done {
                return;
            }
        }
    }

    /// Returns the posting of the key that consists of the current atoms of these lookups.
    #[inline]
    fn find_key(&self, lookups: &[&Active]) -> Option<u32> {
        let Self { index, query, .. } = *self;
        let (keys, interner) = (&index.keys, &query.conditions.interner);
        let is_key = |key: &[AtomId]| {
            key.iter().zip(lookups).all(|(atom, lookup)| match lookup.is_text() {
                true => interner.atom_equals(*atom, lookup.field, query.text_at(lookup.start)),
                false => self.scratch.hit(lookup.start) == *atom,
            })
        };
        let tag = tag(index.seed.numbers(lookups.iter().map(|lookup| lookup.element)));
        match lookups.len() {
            1 => posting(&keys.one, tag, is_key),
            2 => posting(&keys.two, tag, is_key),
            3 => posting(&keys.three, tag, is_key),
            _ => posting(&keys.four, tag, is_key),
        }
    }

    #[inline]
    fn add_if_found(&mut self, posting: Option<u32>) {
        if let Some(posting) = posting {
            self.add_posting(posting);
        }
    }

    /// Checks all keys of a length against the atoms that are true. If several fields have
    /// long lists of strings, this is cheaper than looking up every combination.
    fn check_all_keys(&mut self, len: usize) {
        self.scratch.sorted.clear();
        let Scratch { sorted, hits, .. } = &mut *self.scratch;
        sorted.extend_from_slice(hits);
        sorted.sort_unstable();
        let keys = &self.index.keys;
        match len {
            1 => self.check_keys(&keys.one),
            2 => self.check_keys(&keys.two),
            3 => self.check_keys(&keys.three),
            _ => self.check_keys(&keys.four),
        }
    }

    fn check_keys<const W: usize>(&mut self, slots: &StaticHashTable<W>) {
        for row in slots.rows() {
            if let [_, key @ .., posting] = row.as_slice()
                && *posting != u32::MAX
                && key.iter().all(|atom| self.is_true(*atom))
            {
                self.add_posting(*posting);
            }
        }
    }

    /// Returns whether the message makes an atom true. Either the atom is among the hits, or its
    /// field is looked up directly by a string that equals the atom's operand.
    fn is_true(&self, atom: AtomId) -> bool {
        let interner = &self.query.conditions.interner;
        let is_text = || {
            let field = interner.field_of_atom(atom)?;
            let active = self.scratch.active_of(field).filter(|active| active.is_text())?;
            Some(interner.atom_equals(atom, field, self.query.text_at(active.start)))
        };
        self.scratch.sorted.binary_search(&atom).is_ok() || is_text() == Some(true)
    }
}

/// Returns the posting of the key that has this tag and satisfies `is_key`.
#[inline]
fn posting<const W: usize>(
    slots: &StaticHashTable<W>,
    tag: u32,
    is_key: impl Fn(&[AtomId]) -> bool,
) -> Option<u32> {
    let is_match = |row: &[u32; W]| is_key(row.get(1..W - 1).unwrap_or_default());
    slots.find(tag, is_match)?.last().copied()
}
