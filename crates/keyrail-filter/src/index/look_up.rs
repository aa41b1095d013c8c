//! Looking up keys: those over the atoms that a message makes true.

use keyrail_core::static_hash_table::{StaticHashTable, tag};

use super::query::Search;
use super::scratch::{Active, Scratch};
use super::{Group, KEY_ATOMS};
use crate::interner::AtomId;

impl Search<'_> {
    /// Looks up the keys of the groups led by the fields from `first` on.
    pub(super) fn look_up(&mut self, first: usize) {
        let index = self.index;
        let mut spent = [0; KEY_ATOMS];
        for at in first..self.scratch.active.len() {
            let Some(active) = self.scratch.active.get(at) else { return };
            for number in index.leads.get(active.field) {
                let Some(group) = index.groups.get(*number as usize) else { continue };
                if group.best >= self.best {
                    break;
                }
                self.look_up_group(group, &mut spent);
            }
        }
    }

    /// Looks up each choice of one atom a field, in the order of an odometer.
    ///
    /// `spent` says of each length how many keys were looked up: once there
    /// would be more than there are, all of them are held against the message.
    fn look_up_group(&mut self, group: &Group, spent: &mut [usize; KEY_ATOMS]) {
        let len = group.len as usize;
        let mut ways = [&Active::NONE; KEY_ATOMS];
        let mut is_one = true;
        for (lookup, field) in ways.iter_mut().zip(&group.fields).take(len) {
            let Some(active) = self.scratch.active_of(*field) else { return };
            *lookup = active;
            is_one &= active.choices() == 1;
        }
        if is_one {
            let posting = self.find_key(ways.get(..len).unwrap_or_default());
            return self.take_if(posting);
        }
        let choices = ways.iter().take(len).map(|lookup| lookup.choices() as usize);
        let choices = choices.fold(1, usize::saturating_mul);
        let Some(spent) = spent.get_mut(len.wrapping_sub(1)) else { return };
        let (before, all) = (*spent, self.index.keys.rows_of(len));
        *spent = before.saturating_add(choices);
        if *spent > all {
            if before <= all {
                self.hold_all_against(len);
            }
            return;
        }
        let all = ways.map(|lookup| *lookup);
        let mut ways = all;
        loop {
            let posting = self.find_key(ways.each_ref().get(..len).unwrap_or_default());
            self.take_if(posting);
            let mut is_over = true;
            for (lookup, all) in ways.iter_mut().zip(&all).take(len) {
                if lookup.is_text() {
                    continue;
                }
                *lookup = Active { start: lookup.start + 1, ..*lookup };
                is_over = lookup.start == lookup.end;
                if is_over {
                    *lookup = *all;
                }
                lookup.element = self.element(lookup.field, self.scratch.hit(lookup.start));
                if !is_over {
                    break;
                }
            }
            if is_over {
                return;
            }
        }
    }

    /// Where the key of the first atom of each leads.
    #[inline]
    fn find_key(&self, ways: &[&Active]) -> Option<u32> {
        let Self { index, query, .. } = *self;
        let (keys, interner) = (&index.keys, &query.conditions.interner);
        let is_key = |key: &[AtomId]| {
            key.iter().zip(ways).all(|(atom, lookup)| match lookup.is_text() {
                true => interner.is(*atom, lookup.field, query.text_at(lookup.start)),
                false => self.scratch.hit(lookup.start) == *atom,
            })
        };
        let tag = tag(index.seed.numbers(ways.iter().map(|lookup| lookup.element)));
        match ways.len() {
            1 => posting(&keys.one, tag, is_key),
            2 => posting(&keys.two, tag, is_key),
            3 => posting(&keys.three, tag, is_key),
            _ => posting(&keys.four, tag, is_key),
        }
    }

    #[inline]
    fn take_if(&mut self, posting: Option<u32>) {
        if let Some(posting) = posting {
            self.take(posting);
        }
    }

    /// Holds all keys of a length against the atoms that are true: what it
    /// takes instead is more, where long lists of texts meet.
    fn hold_all_against(&mut self, len: usize) {
        self.scratch.sorted.clear();
        let Scratch { sorted, hits, .. } = &mut *self.scratch;
        sorted.extend_from_slice(hits);
        sorted.sort_unstable();
        let keys = &self.index.keys;
        match len {
            1 => self.hold_against(&keys.one),
            2 => self.hold_against(&keys.two),
            3 => self.hold_against(&keys.three),
            _ => self.hold_against(&keys.four),
        }
    }

    fn hold_against<const W: usize>(&mut self, slots: &StaticHashTable<W>) {
        for row in slots.rows() {
            if let [_, key @ .., posting] = row.as_slice()
                && *posting != u32::MAX
                && key.iter().all(|atom| self.is_true(*atom))
            {
                self.take(*posting);
            }
        }
    }

    /// Whether the message makes an atom true: one of the hits, or the text of
    /// a field that has no hits.
    fn is_true(&self, atom: AtomId) -> bool {
        let interner = &self.query.conditions.interner;
        let is_text = || {
            let field = interner.field_of_atom(atom)?;
            let active = self.scratch.active_of(field).filter(|active| active.is_text())?;
            Some(interner.is(atom, field, self.query.text_at(active.start)))
        };
        self.scratch.sorted.binary_search(&atom).is_ok() || is_text() == Some(true)
    }
}

/// Where the key leads that has this tag and is the one looked for.
#[inline]
fn posting<const W: usize>(
    slots: &StaticHashTable<W>,
    tag: u32,
    is_key: impl Fn(&[AtomId]) -> bool,
) -> Option<u32> {
    let is_it = |row: &[u32; W]| is_key(row.get(1..W - 1).unwrap_or_default());
    slots.find(tag, is_it)?.last().copied()
}
