//! Queries an index for the first rule, in the order of rank, that matches.

use keyrail_core::hasher::is_same;
use keyrail_core::static_hash_table::tag;

use super::keywords::sort_and_dedup;
use super::known_answers::Scans;
use super::scan::for_each_string;
use super::scratch::{Active, Scratch};
use super::{FieldRef, Finder, Index, LIST_FLAG, Limit, LookupKind, NO_POSTING, Posting, element};
use crate::Message;
use crate::attributes::{Attribute, ValueRef};
use crate::condition_set::{ConditionSet, Rank};
use crate::eval::{Evaluation, Texts};
use crate::interner::{AtomId, Field, FieldId};
use crate::interval;
use crate::word;

/// A query for the first rule that matches.
pub struct Query<'q> {
    pub conditions: &'q ConditionSet,
    pub message: &'q Message,
    /// Returns whether a rule can be the result. If `None`, every rule can.
    pub is_eligible: Option<&'q dyn Fn(Rank) -> bool>,
    /// Returns whether a rule is open at the time of the query.
    pub is_open: &'q dyn Fn(Rank) -> bool,
}

impl Index {
    /// Returns the atom of a string, and the posting of the key that consists of this atom
    /// only. Returns `None` if there is no such atom.
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
        let is_match = |[_, id, _]: &[u32; 3]| interner.atom_equals(*id, field, text);
        self.atoms.find(tag, is_match).map(|[_, id, posting]| (*id, *posting))
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
    /// The rank of the best rule that is known to match.
    pub(super) best: Rank,
}

impl Search<'_> {
    /// Finds the equality atoms that are true, and looks up the keys that consist of them.
    fn find_equalities(&mut self) {
        let Self { index, query, .. } = *self;
        let interner = &query.conditions.interner;
        let is_first = index.seed.is_first();
        let attributes = &query.message.attributes;
        for (position, attribute) in attributes.iter().enumerate() {
            let name = attributes.name_bytes(attribute);
            let hash = if is_first { attribute.name_hash } else { index.seed.bytes(name) };
            let is_match =
                |[_, number]: &[u32; 2]| is_same(interner.attribute(*number).as_bytes(), name);
            let Some([_, number]) = index.attributes.find(tag(hash), is_match) else { continue };
            if index.has_others {
                self.scratch.present.push((*number, position as u32));
            }
            for field_ref in index.fields.get(*number) {
                let field_ref = FieldRef(*field_ref);
                if field_ref.lookup() == LookupKind::Other {
                    break;
                }
                self.find_equality(field_ref, attribute, position as u32);
            }
        }
        self.look_up(0);
    }

    /// Finds the true atoms that are not equality atoms, and looks up the keys that contain one of
    /// them. Skips atoms that occur only in keys of rules after the best rule so far.
    fn find_others(&mut self) {
        let Self { index, query, .. } = *self;
        if !index.has_others {
            return;
        }
        let equalities = self.scratch.active.len();
        for at in 0..self.scratch.present.len() {
            let Some((attribute, position)) = self.scratch.present.get(at).copied() else { return };
            let Some(value) = query.message.attributes.value_at(position as usize) else { return };
            let fields = index.fields.get(attribute).iter().map(|field_ref| FieldRef(*field_ref));
            for field_ref in fields.filter(|field_ref| field_ref.lookup() == LookupKind::Other) {
                if let Some(finder) = index.finders.get(field_ref.field() as usize) {
                    self.find_other(field_ref.field(), finder, value);
                }
            }
        }
        if self.scratch.active.len() > equalities {
            self.look_up(equalities);
        }
    }

    #[inline]
    fn find_equality(&mut self, field_ref: FieldRef, attribute: &Attribute, position: u32) {
        if field_ref.lookup() == LookupKind::Plain && attribute.is_text() {
            return self.find_plain(field_ref, attribute, position);
        }
        let value = self.query.message.attributes.value(attribute);
        match (field_ref.lookup(), value) {
            (LookupKind::Plain | LookupKind::Normalization, _) => {
                self.find_each(field_ref, value, false)
            }
            (LookupKind::Words, ValueRef::Text(_) | ValueRef::List(_)) => {
                self.find_each(field_ref, value, true);
            }
            (LookupKind::Words | LookupKind::Other, _) => {}
        }
    }

    /// Marks a field as active if there are hits at index `start` or later.
    fn activate(&mut self, field: FieldId, start: usize) {
        let (start, end) = (start as u32, self.scratch.hits.len() as u32);
        if end > start {
            let element = self.element(field, self.scratch.hit(start));
            self.scratch.activate(Active { field, start, end, element });
        }
    }

    /// Returns the number that an atom contributes to the hash of a key.
    #[inline]
    pub(super) fn element(&self, field: FieldId, atom: AtomId) -> u64 {
        let Self { index, query, .. } = *self;
        match index.by_text.get(field as usize) {
            Some(true) => element(atom, &index.seed, &index.by_text, &query.conditions.interner),
            _ => atom.into(),
        }
    }

    #[inline]
    fn find_plain(&mut self, field_ref: FieldRef, attribute: &Attribute, position: u32) {
        let (field, seed, query) = (field_ref.field(), &self.index.seed, self.query);
        let hash = match seed.is_first() {
            true => attribute.value_hash,
            false => seed.bytes(query.text_at(position)),
        };
        if field_ref.is_by_text() {
            let element = seed.in_field(field, hash);
            return self.scratch.activate(Active { field, start: position, end: 0, element });
        }
        let text = query.text_at(position);
        let Some((atom, posting)) = self.index.atom(query, field, text, hash) else { return };
        if posting != NO_POSTING {
            self.add_posting(posting);
        }
        if field_ref.is_composite() {
            let at = self.scratch.hits.len();
            self.scratch.hits.push(atom);
            self.activate(field, at);
        }
    }

    /// Finds the atoms whose operands are the strings of a value or, if `is_words` is true, the
    /// words of these strings.
    fn find_each(&mut self, field_ref: FieldRef, value: ValueRef<'_>, is_words: bool) {
        let (start, field) = (self.scratch.hits.len(), field_ref.field());
        let Self { index, query, mut best, .. } = *self;
        let Some(definition) = query.conditions.interner.field(field) else { return };
        let mut postings = core::mem::take(&mut self.scratch.single_postings);
        let Scratch { cache, hits, .. } = &mut *self.scratch;
        each_text(&mut cache.texts, definition, value, |text| {
            let (whole, words) = if is_words { (None, text) } else { (Some(text), "") };
            for part in whole.into_iter().chain(word::words(words)) {
                let hash = index.seed.text(part);
                let Some((atom, posting)) = index.atom(query, field, part.as_bytes(), hash) else {
                    continue;
                };
                match Posting::certain(posting).filter(|_| query.is_eligible.is_none()) {
                    Some(rank) => best = best.min(rank),
                    None if posting != NO_POSTING => postings.push(posting),
                    None => {}
                }
                if field_ref.is_composite() {
                    hits.push(atom);
                }
            }
        });
        self.best = best;
        sort_and_dedup(0, &mut postings);
        postings.iter().for_each(|posting| self.add_posting(*posting));
        postings.clear();
        self.scratch.single_postings = postings;
        sort_and_dedup(start, &mut self.scratch.hits);
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
        sort_and_dedup(start, &mut self.scratch.hits);
        self.activate(field, start);
    }

    /// Adds the rules of a posting.
    pub(super) fn add_posting(&mut self, posting: u32) {
        if posting & LIST_FLAG == 0 {
            self.add_rule(Posting(posting));
            return;
        }
        let at = (posting & !LIST_FLAG) as usize;
        let postings = &self.index.postings;
        let Some(count) = postings.get(at) else { return };
        for posting in postings.get(at + 1..).unwrap_or_default().iter().take(*count as usize) {
            if !self.add_rule(Posting(*posting)) {
                return;
            }
        }
    }

    /// Adds one rule. Returns whether a rule after it can still be the result.
    #[inline]
    fn add_rule(&mut self, posting: Posting) -> bool {
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

    /// Evaluates the candidates and the rules without a key, in the order of rank, up to
    /// the best rule that is known to match. Returns the first rule that matches.
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
        let mut candidates = candidates.iter().copied().peekable();
        let mut keyless = index.keyless.iter().copied().peekable();
        loop {
            let rank = match (candidates.peek(), keyless.peek()) {
                (Some(a), Some(b)) if a < b => candidates.next(),
                (Some(_), None) => candidates.next(),
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

/// Calls `each` with every string of a value, normalized as the field requires.
#[inline]
fn each_text(texts: &mut Texts, field: Field, value: ValueRef<'_>, mut each: impl FnMut(&str)) {
    let Field { attribute, normalization, .. } = field;
    match value {
        ValueRef::Text(text) if normalization.is_plain() => each(text),
        ValueRef::List(list) if normalization.is_plain() => for_each_string(list.iter(), each),
        _ => {
            let parts = texts.of(attribute, normalization, value);
            for_each_string(texts.get(parts), each);
        }
    }
}

impl<'q> Query<'q> {
    /// Returns the string of the attribute at a position, or an empty string if its value is not a
    /// string.
    #[inline]
    pub(super) fn text_at(&self, position: u32) -> &'q [u8] {
        self.message.attributes.text_at(position as usize)
    }
}
