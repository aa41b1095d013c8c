//! Asking an index: the first rule, in the order of rank, that matches.

use alloc::vec::Vec;
use core::net::IpAddr;

use keyrail_core::Timestamp;

use super::keywords::tidy;
use super::slots::{Slots, tag};
use super::{
    Finder, Found, Group, Index, Limit, MAX_KEY, NO_POSTING, Posting, SEVERAL, Way, nested,
};
use crate::Message;
use crate::evaluate::{Evaluation, Memory};
use crate::hasher::is_same;
use crate::interval;
use crate::lexicon::{AtomId, Field, FieldId};
use crate::message::{Attribute, Value};
use crate::rules::{Rank, Rules};
use crate::word;

/// The room that deciding takes. Kept from one message to the next, it spares
/// every allocation once it has grown to what the messages need.
///
/// It holds nothing that one decision would leave to another, and serves any
/// table.
#[derive(Default)]
pub struct Scratch {
    memory: Memory,
    /// The attributes of the message that keys are over: number, and place in
    /// the message.
    present: Vec<(u32, u32)>,
    /// The fields in which the message makes atoms true, and where these stand.
    active: Vec<(FieldId, u32, u32)>,
    hits: Vec<AtomId>,
    sorted: Vec<AtomId>,
    /// Postings of atoms alone.
    alone: Vec<u32>,
    /// The rules that were found and must be evaluated.
    candidates: Vec<Rank>,
}

impl Scratch {
    /// No room as yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn clear(&mut self) {
        self.memory.clear();
        self.present.clear();
        self.active.clear();
        self.hits.clear();
        self.candidates.clear();
    }
}

impl core::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}

/// What is asked.
pub(crate) struct Question<'q> {
    pub(crate) rules: &'q Rules,
    pub(crate) message: &'q Message,
    pub(crate) now: Option<Timestamp>,
    /// Whether only those rules count that interrupt sessions.
    pub(crate) interrupting: bool,
}

impl Index {
    /// The first rule, in the order of rank, that matches.
    pub(crate) fn first(&self, question: &Question<'_>, scratch: &mut Scratch) -> Option<Rank> {
        scratch.clear();
        let mut search = Search { index: self, question, scratch, best: Rank::MAX };
        search.find_equalities();
        search.find_others();
        search.evaluate()
    }
}

struct Search<'s> {
    index: &'s Index,
    question: &'s Question<'s>,
    scratch: &'s mut Scratch,
    /// The best rule that is known to match.
    best: Rank,
}

impl Search<'_> {
    /// Finds the atoms of equality, and looks up the keys over them.
    fn find_equalities(&mut self) {
        let Self { index, question, .. } = *self;
        let lexicon = &question.rules.lexicon;
        let is_first = index.seed.is_first();
        for (place, attribute) in (0..).zip(question.message.attributes()) {
            let Attribute { name, value, .. } = attribute;
            let hash = if is_first { attribute.name_hash } else { index.seed.text(name) };
            let is_it = |[_, number]: &[u32; 2]| is_same(lexicon.attribute(*number), name);
            let Some([_, number]) = index.attributes.find(tag(hash), is_it) else { continue };
            if index.has_others {
                self.scratch.present.push((*number, place));
            }
            for found in index.fields.get(*number) {
                let found = Found(*found);
                match (found.way(), value) {
                    (Way::Plain, Value::Text(text)) => {
                        let hash =
                            if is_first { attribute.value_hash } else { index.seed.text(text) };
                        self.find_plain(found, text, hash);
                    }
                    (Way::Plain | Way::Mode, _) => {
                        self.find_each(found, value, false);
                    }
                    (Way::Words, Value::Text(_) | Value::List(_)) => {
                        self.find_each(found, value, true);
                    }
                    (Way::Words, _) => {}
                    (Way::Other, _) => break,
                }
            }
        }
        self.look_up(0);
    }

    /// Finds the other atoms that lead to a rule before the best one as yet,
    /// and looks up the keys that have one.
    fn find_others(&mut self) {
        let Self { index, question, .. } = *self;
        if !index.has_others {
            return;
        }
        let equalities = self.scratch.active.len();
        for at in 0..self.scratch.present.len() {
            let Some((attribute, place)) = self.scratch.present.get(at).copied() else { return };
            let Some(value) = question.message.value_at(place as usize) else { return };
            let fields = index.fields.get(attribute).iter().map(|found| Found(*found));
            for found in fields.filter(|found| found.way() == Way::Other) {
                if let Some(finder) = index.finders.get(found.field() as usize) {
                    self.find_other(found.field(), finder, value);
                }
            }
        }
        if self.scratch.active.len() > equalities {
            self.look_up(equalities);
        }
    }

    fn activate(&mut self, field: FieldId, start: usize) {
        let end = self.scratch.hits.len();
        if end > start {
            self.scratch.active.push((field, start as u32, end as u32));
        }
    }

    /// The atom of a text, and the posting of the key of this atom alone.
    #[inline]
    fn atom(&self, field: FieldId, text: &str, hash: u64) -> Option<(AtomId, u32)> {
        let lexicon = &self.question.rules.lexicon;
        let tag = tag(self.index.seed.in_field(field, hash));
        let is_it = |[_, id, _]: &[u32; 3]| {
            lexicon.atom(*id).is_some_and(|atom| atom.field == field && is_same(atom.operand, text))
        };
        self.index.atoms.find(tag, is_it).map(|[_, id, posting]| (*id, *posting))
    }

    #[inline]
    fn find_plain(&mut self, found: Found, text: &str, hash: u64) {
        let Some((atom, posting)) = self.atom(found.field(), text, hash) else { return };
        if posting != NO_POSTING {
            self.take(posting);
        }
        if found.is_joined() {
            let at = self.scratch.hits.len() as u32;
            self.scratch.hits.push(atom);
            self.scratch.active.push((found.field(), at, at + 1));
        }
    }

    /// Finds the atoms of all parts of a value.
    fn find_each(&mut self, found: Found, value: &Value, is_words: bool) {
        let (start, field) = (self.scratch.hits.len(), found.field());
        let mut alone = core::mem::take(&mut self.scratch.alone);
        self.each_text(field, value, |this, text, hits| {
            let (whole, words) = if is_words { (None, text) } else { (Some(text), "") };
            for part in whole.into_iter().chain(word::words(words)) {
                let hash = this.index.seed.text(part);
                let Some((atom, posting)) = this.atom(field, part, hash) else { continue };
                if posting != NO_POSTING {
                    alone.push(posting);
                }
                if found.is_joined() {
                    hits.push(atom);
                }
            }
        });
        tidy(0, &mut alone);
        alone.iter().for_each(|posting| self.take(*posting));
        alone.clear();
        self.scratch.alone = alone;
        tidy(start, &mut self.scratch.hits);
        self.activate(field, start);
    }

    fn find_other(&mut self, field: FieldId, finder: &Finder, value: &Value) {
        let start = self.scratch.hits.len();
        let lexicon = &self.question.rules.lexicon;
        let limit = Limit { rank: self.best, narrows: !self.question.interrupting };
        let is_text = matches!(value, Value::Text(_) | Value::List(_));
        match finder {
            Finder::Exists(lead) => limit.clone().admit(lead, &mut self.scratch.hits),
            Finder::Ranges(ranges) => {
                if let Value::Number(number) = value {
                    ranges.find(interval::key(*number), limit, &mut self.scratch.hits);
                }
            }
            Finder::Prefixes(prefixes) if is_text => {
                self.each_text(field, value, |_, text, hits| {
                    prefixes.find(text, limit, lexicon, hits);
                });
            }
            Finder::Suffixes(suffixes) if is_text => {
                self.each_text(field, value, |_, text, hits| {
                    suffixes.find(text, limit, lexicon, hits);
                });
            }
            Finder::Networks(networks) if is_text => {
                self.each_text(field, value, |_, text, hits| {
                    if let Ok(address) = text.parse::<IpAddr>() {
                        networks.find(nested::address(address), limit, lexicon, hits);
                    }
                });
            }
            Finder::Keywords(keywords) if is_text => {
                self.each_text(field, value, |_, text, hits| keywords.find(text, limit, hits));
            }
            _ => {}
        }
        tidy(start, &mut self.scratch.hits);
        self.activate(field, start);
    }

    fn field(&self, field: FieldId) -> Option<Field> {
        self.question.rules.lexicon.field(field)
    }

    /// Hands on every text of a value in the field's mode.
    fn each_text(
        &mut self,
        field: FieldId,
        value: &Value,
        mut each: impl FnMut(&Self, &str, &mut Vec<AtomId>),
    ) {
        let Some(Field { attribute, mode, .. }) = self.field(field) else { return };
        let mut hits = core::mem::take(&mut self.scratch.hits);
        match value {
            Value::Text(text) if mode.is_plain() => each(self, text, &mut hits),
            Value::List(texts) if mode.is_plain() => {
                texts.iter().for_each(|text| each(self, text, &mut hits));
            }
            _ => {
                let parts = self.scratch.memory.texts.of(attribute, mode, value);
                let texts = &self.scratch.memory.texts;
                texts.get(parts).for_each(|text| each(self, text, &mut hits));
            }
        }
        self.scratch.hits = hits;
    }

    /// Looks up the keys of the groups led by the fields from `first` on.
    fn look_up(&mut self, first: usize) {
        let index = self.index;
        let mut spent = [0; MAX_KEY];
        for at in first..self.scratch.active.len() {
            let Some((field, ..)) = self.scratch.active.get(at).copied() else { return };
            for number in index.leads.get(field) {
                let Some(group) = index.groups.get(*number as usize) else { continue };
                if group.best >= self.best {
                    break;
                }
                self.look_up_group(group, &mut spent);
            }
        }
    }

    #[inline]
    fn hits_of(&self, field: FieldId) -> Option<(u32, u32)> {
        let found = self.scratch.active.iter().find(|(of, ..)| *of == field);
        found.map(|(_, start, end)| (*start, *end))
    }

    /// Looks up each choice of one atom a field, in the order of an odometer.
    ///
    /// `spent` says of each length how many keys were looked up: once there
    /// would be more than there are, all of them are held against the message.
    fn look_up_group(&mut self, group: &Group, spent: &mut [usize; MAX_KEY]) {
        let len = group.len as usize;
        let mut ways = [(0, 0); MAX_KEY];
        let mut choices = 1_usize;
        for (way, field) in ways.iter_mut().zip(&group.fields).take(len) {
            let Some((start, end)) = self.hits_of(*field) else { return };
            *way = (start, end);
            choices = choices.saturating_mul((end - start) as usize);
        }
        if choices == 1 {
            let key = ways.map(|(start, _)| {
                self.scratch.hits.get(start as usize).copied().unwrap_or_default()
            });
            return self.look_up_key(key.get(..len).unwrap_or_default());
        }
        let Some(spent) = spent.get_mut(len.wrapping_sub(1)) else { return };
        let (before, all) = (*spent, self.index.keys.rows_of(len));
        *spent = before.saturating_add(choices);
        if *spent > all {
            if before <= all {
                self.hold_all_against(len);
            }
            return;
        }
        let mut places = ways.map(|(start, _)| start);
        loop {
            let key = places
                .map(|place| self.scratch.hits.get(place as usize).copied().unwrap_or_default());
            self.look_up_key(key.get(..len).unwrap_or_default());
            let mut is_over = true;
            for (place, (start, end)) in places.iter_mut().zip(&ways).take(len) {
                *place += 1;
                if *place < *end {
                    is_over = false;
                    break;
                }
                *place = *start;
            }
            if is_over {
                return;
            }
        }
    }

    #[inline]
    fn look_up_key(&mut self, key: &[AtomId]) {
        let keys = &self.index.keys;
        let tag = tag(self.index.seed.numbers(key));
        let posting = match key.len() {
            1 => posting(&keys.one, tag, key),
            2 => posting(&keys.two, tag, key),
            3 => posting(&keys.three, tag, key),
            _ => posting(&keys.four, tag, key),
        };
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

    fn hold_against<const W: usize>(&mut self, slots: &Slots<W>) {
        for row in slots.rows() {
            if let [_, key @ .., posting] = row.as_slice()
                && *posting != u32::MAX
                && key.iter().all(|atom| self.scratch.sorted.binary_search(atom).is_ok())
            {
                self.take(*posting);
            }
        }
    }

    /// Takes what a key leads to.
    fn take(&mut self, posting: u32) {
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
        if self.question.interrupting && !self.question.rules.interrupts(rank) {
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
        let Self { index, question, scratch, best } = self;
        let Question { rules, message, now, interrupting } = *question;
        let Scratch { memory, candidates, .. } = scratch;
        if candidates.is_empty() && index.keyless.is_empty() {
            return (best != Rank::MAX).then_some(best);
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut evaluation = Evaluation { lexicon: &rules.lexicon, message, memory };
        let mut matches = |rank: Rank| {
            let window = rules.window(rank);
            (!interrupting || rules.interrupts(rank))
                && window.is_none_or(|window| now.is_some_and(|now| window.contains(now)))
                && evaluation.holds(rules.program(rank))
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

#[inline]
fn posting<const W: usize>(slots: &Slots<W>, tag: u32, key: &[AtomId]) -> Option<u32> {
    let row = slots.find(tag, |row| row.get(1..W - 1) == Some(key))?;
    row.last().copied()
}
