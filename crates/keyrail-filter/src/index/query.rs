//! Asking an index: the first rule, in the order of rank, that matches.

use keyrail_core::hasher::is_same;
use keyrail_core::static_hash_table::tag;

use super::keywords::tidy;
use super::known_answers::Scans;
use super::scan::each_once;
use super::scratch::{Active, Scratch};
use super::{FieldRef, Finder, Index, Limit, LookupKind, NO_POSTING, Posting, SEVERAL, element};
use crate::Message;
use crate::attributes::{Attribute, ValueRef};
use crate::condition_set::{ConditionSet, Rank};
use crate::eval::{Evaluation, Texts};
use crate::interner::{AtomId, Field, FieldId};
use crate::interval;
use crate::word;

/// What is asked.
pub struct Query<'q> {
    pub conditions: &'q ConditionSet,
    pub message: &'q Message,
    /// Whether a rule may be the answer, if not all of them may.
    pub is_eligible: Option<&'q dyn Fn(Rank) -> bool>,
    /// Whether a rule holds at the time of the query.
    pub is_open: &'q dyn Fn(Rank) -> bool,
}

impl Index {
    /// The atom of a text, and the posting of the key of this atom alone.
    #[inline]
    fn atom(
        &self,
        query: &Query<'_>,
        field: FieldId,
        text: &[u8],
        hash: u64,
    ) -> Option<(AtomId, u32)> {
        let interner = &query.conditions.interner;
        let tag = tag(self.seed.in_field(field, hash));
        let is_it = |[_, id, _]: &[u32; 3]| interner.is(*id, field, text);
        self.atoms.find(tag, is_it).map(|[_, id, posting]| (*id, *posting))
    }

    /// Returns the first rule, in the order of rank, that matches.
    pub fn first(&self, query: &Query<'_>, scratch: &mut Scratch) -> Option<Rank> {
        scratch.clear(query.conditions.interner.fields.len());
        let mut search = Search { index: self, query, scratch, best: Rank::MAX };
        search.find_equalities();
        search.find_others();
        search.evaluate()
    }
}

pub(super) struct Search<'s> {
    pub(super) index: &'s Index,
    pub(super) query: &'s Query<'s>,
    pub(super) scratch: &'s mut Scratch,
    /// The best rule that is known to match.
    pub(super) best: Rank,
}

impl Search<'_> {
    /// Finds the atoms of equality, and looks up the keys over them.
    fn find_equalities(&mut self) {
        let Self { index, query, .. } = *self;
        let interner = &query.conditions.interner;
        let is_first = index.seed.is_first();
        let attributes = &query.message.attributes;
        for (place, attribute) in attributes.iter().enumerate() {
            let name = attributes.name_bytes(attribute);
            let hash = if is_first { attribute.name_hash } else { index.seed.bytes(name) };
            let is_it =
                |[_, number]: &[u32; 2]| is_same(interner.attribute(*number).as_bytes(), name);
            let Some([_, number]) = index.attributes.find(tag(hash), is_it) else { continue };
            if index.has_others {
                self.scratch.present.push((*number, place as u32));
            }
            for found in index.fields.get(*number) {
                let found = FieldRef(*found);
                if found.lookup() == LookupKind::Other {
                    break;
                }
                self.find_equality(found, attribute, place as u32);
            }
        }
        self.look_up(0);
    }

    /// Finds the other atoms that lead to a rule before the best one so far,
    /// and looks up the keys that have one.
    fn find_others(&mut self) {
        let Self { index, query, .. } = *self;
        if !index.has_others {
            return;
        }
        let equalities = self.scratch.active.len();
        for at in 0..self.scratch.present.len() {
            let Some((attribute, place)) = self.scratch.present.get(at).copied() else { return };
            let Some(value) = query.message.attributes.value_at(place as usize) else { return };
            let fields = index.fields.get(attribute).iter().map(|found| FieldRef(*found));
            for found in fields.filter(|found| found.lookup() == LookupKind::Other) {
                if let Some(finder) = index.finders.get(found.field() as usize) {
                    self.find_other(found.field(), finder, value);
                }
            }
        }
        if self.scratch.active.len() > equalities {
            self.look_up(equalities);
        }
    }

    #[inline]
    fn find_equality(&mut self, found: FieldRef, attribute: &Attribute, place: u32) {
        if found.lookup() == LookupKind::Plain && attribute.is_text() {
            return self.find_plain(found, attribute, place);
        }
        let value = self.query.message.attributes.value(attribute);
        match (found.lookup(), value) {
            (LookupKind::Plain | LookupKind::Normalization, _) => {
                self.find_each(found, value, false)
            }
            (LookupKind::Words, ValueRef::Text(_) | ValueRef::List(_)) => {
                self.find_each(found, value, true);
            }
            (LookupKind::Words | LookupKind::Other, _) => {}
        }
    }

    /// Makes a field active, if there are hits from a place on.
    fn activate(&mut self, field: FieldId, start: usize) {
        let (start, end) = (start as u32, self.scratch.hits.len() as u32);
        if end > start {
            let element = self.element(field, self.scratch.hit(start));
            self.scratch.activate(Active { field, start, end, element });
        }
    }

    /// What the hash of a key is made of, for one of its atoms.
    #[inline]
    pub(super) fn element(&self, field: FieldId, atom: AtomId) -> u64 {
        let Self { index, query, .. } = *self;
        match index.by_text.get(field as usize) {
            Some(true) => element(atom, &index.seed, &index.by_text, &query.conditions.interner),
            _ => atom.into(),
        }
    }

    #[inline]
    fn find_plain(&mut self, found: FieldRef, attribute: &Attribute, place: u32) {
        let (field, seed, query) = (found.field(), &self.index.seed, self.query);
        let hash = match seed.is_first() {
            true => attribute.value_hash,
            false => seed.bytes(query.text_at(place)),
        };
        if found.is_by_text() {
            let element = seed.in_field(field, hash);
            return self.scratch.activate(Active { field, start: place, end: 0, element });
        }
        let text = query.text_at(place);
        let Some((atom, posting)) = self.index.atom(query, field, text, hash) else { return };
        if posting != NO_POSTING {
            self.take(posting);
        }
        if found.is_joined() {
            let at = self.scratch.hits.len();
            self.scratch.hits.push(atom);
            self.activate(field, at);
        }
    }

    /// Finds the atoms of all parts of a value.
    fn find_each(&mut self, found: FieldRef, value: ValueRef<'_>, is_words: bool) {
        let (start, field) = (self.scratch.hits.len(), found.field());
        let Self { index, query, mut best, .. } = *self;
        let Some(of_texts) = query.conditions.interner.field(field) else { return };
        let mut alone = core::mem::take(&mut self.scratch.alone);
        let Scratch { cache, hits, .. } = &mut *self.scratch;
        each_text(&mut cache.texts, of_texts, value, |text| {
            let (whole, words) = if is_words { (None, text) } else { (Some(text), "") };
            for part in whole.into_iter().chain(word::words(words)) {
                let hash = index.seed.text(part);
                let Some((atom, posting)) = index.atom(query, field, part.as_bytes(), hash) else {
                    continue;
                };
                match Posting::certain(posting).filter(|_| query.is_eligible.is_none()) {
                    Some(rank) => best = best.min(rank),
                    None if posting != NO_POSTING => alone.push(posting),
                    None => {}
                }
                if found.is_joined() {
                    hits.push(atom);
                }
            }
        });
        self.best = best;
        tidy(0, &mut alone);
        alone.iter().for_each(|posting| self.take(*posting));
        alone.clear();
        self.scratch.alone = alone;
        tidy(start, &mut self.scratch.hits);
        self.activate(field, start);
    }

    fn find_other(&mut self, field: FieldId, finder: &Finder, value: ValueRef<'_>) {
        let start = self.scratch.hits.len();
        let interner = &self.query.conditions.interner;
        let limit = Limit { rank: self.best, narrows: self.query.is_eligible.is_none() };
        let is_text = matches!(value, ValueRef::Text(_) | ValueRef::List(_));
        match finder {
            Finder::Exists(entry) => limit.clone().admit(entry, &mut self.scratch.hits),
            Finder::Ranges(ranges) => {
                if let ValueRef::Number(number) = value {
                    ranges.find(interval::key(number), limit, &mut self.scratch.hits);
                }
            }
            _ if is_text => {
                let Some(field) = interner.field(field) else { return };
                let Scratch { cache, hits, buffers, .. } = &mut *self.scratch;
                each_text(&mut cache.texts, field, value, |text| {
                    finder.find(text, limit, interner, buffers, hits);
                });
            }
            _ => {}
        }
        tidy(start, &mut self.scratch.hits);
        self.activate(field, start);
    }

    /// Takes what a key leads to.
    pub(super) fn take(&mut self, posting: u32) {
        if posting & SEVERAL == 0 {
            self.take_one(Posting(posting));
            return;
        }
        let at = (posting & !SEVERAL) as usize;
        let postings = &self.index.postings;
        let Some(count) = postings.get(at) else { return };
        for posting in postings.get(at + 1..).unwrap_or_default().iter().take(*count as usize) {
            if !self.take_one(Posting(*posting)) {
                return;
            }
        }
    }

    /// Takes one rule; says whether one of a larger rank could be of use.
    #[inline]
    fn take_one(&mut self, posting: Posting) -> bool {
        let rank = posting.rank();
        if rank >= self.best {
            return false;
        }
        if self.query.is_eligible.is_some_and(|is_eligible| !is_eligible(rank)) {
            return true;
        }
        if posting.is_whole() {
            self.best = rank;
            return false;
        }
        self.scratch.candidates.push(rank);
        true
    }

    /// Evaluates what must be, in the order of rank, up to the best rule that
    /// is known to match.
    fn evaluate(self) -> Option<Rank> {
        let Self { index, query, scratch, best } = self;
        let Query { conditions, message, is_eligible, is_open } = *query;
        let Scratch { cache, candidates, buffers, scanned, .. } = scratch;
        if candidates.is_empty() && index.keyless.is_empty() {
            return (best != Rank::MAX).then_some(best);
        }
        candidates.sort_unstable();
        candidates.dedup();
        let interner = &conditions.interner;
        let known_answers = Scans::new(index, conditions, candidates, (scanned, buffers));
        let mut evaluation = Evaluation { interner, message, cache, known_answers };
        let mut matches = |rank: Rank| {
            is_eligible.is_none_or(|is_eligible| is_eligible(rank))
                && is_open(rank)
                && evaluation.holds(conditions.program(rank))
        };
        let mut found = candidates.iter().copied().peekable();
        let mut keyless = index.keyless.iter().copied().peekable();
        loop {
            let rank = match (found.peek(), keyless.peek()) {
                (Some(a), Some(b)) if a < b => found.next(),
                (Some(_), None) => found.next(),
                (_, Some(_)) => keyless.next(),
                (None, None) => None,
            };
            match rank.filter(|rank| *rank < best) {
                Some(rank) if matches(rank) => return Some(rank),
                Some(_) => {}
                None => return (best != Rank::MAX).then_some(best),
            }
        }
    }
}

/// Hands on every text of a value in the field's mode.
#[inline]
fn each_text(texts: &mut Texts, field: Field, value: ValueRef<'_>, mut each: impl FnMut(&str)) {
    let Field { attribute, normalization, .. } = field;
    match value {
        ValueRef::Text(text) if normalization.is_plain() => each(text),
        ValueRef::List(list) if normalization.is_plain() => each_once(list.iter(), each),
        _ => {
            let parts = texts.of(attribute, normalization, value);
            each_once(texts.get(parts), each);
        }
    }
}

impl<'q> Query<'q> {
    /// The text of the attribute at a place.
    #[inline]
    pub(super) fn text_at(&self, place: u32) -> &'q [u8] {
        self.message.attributes.text_at(place as usize)
    }
}
