//! Finds all keywords of one field, as whole words or anywhere, in one pass over a string.

use alloc::vec::Vec;

use super::automaton::Automaton;
use super::{AtomEntry, Limit};
use crate::condition::Kind;
use crate::interner::{AtomId, PredicateInterner};
use crate::word;

/// The keywords of one field.
pub(super) struct Keywords {
    automaton: Automaton,
    /// Whether only whole words match.
    as_words: bool,
    /// The atoms, by the number of their pattern in the automaton.
    atoms: Vec<AtomEntry>,
}

/// The keywords that were found in a string.
#[derive(Default)]
pub(super) struct Seen {
    /// A bit for each pattern.
    bits: Vec<u64>,
    /// The patterns whose bits are set.
    patterns: Vec<usize>,
}

impl Seen {
    /// Removes all patterns and keeps the memory.
    fn clear(&mut self) {
        for pattern in self.patterns.drain(..) {
            if let Some(bits) = self.bits.get_mut(pattern / 64) {
                *bits = 0;
            }
        }
    }

    /// Adds a pattern. Returns whether the pattern is new.
    fn insert(&mut self, pattern: usize) -> bool {
        if self.bits.len() <= pattern / 64 {
            self.bits.resize(pattern / 64 + 1, 0);
        }
        let Some(bits) = self.bits.get_mut(pattern / 64) else { return false };
        let is_new = *bits >> (pattern % 64) & 1 == 0;
        if is_new {
            *bits |= 1 << (pattern % 64);
            self.patterns.push(pattern);
        }
        is_new
    }
}

impl Keywords {
    /// Creates the automaton of these atoms. Returns `None` if it would be too large.
    pub(super) fn new(
        kind: Kind,
        atoms: impl Iterator<Item = AtomEntry>,
        interner: &PredicateInterner,
    ) -> Option<Self> {
        let (atoms, as_words) = (atoms.collect::<Vec<_>>(), kind == Kind::Word);
        let keyword = |entry: &AtomEntry| interner.atom(entry.atom).map_or("", |atom| atom.operand);
        let keywords = atoms.iter().map(keyword);
        let automaton = if as_words {
            Automaton::new(&keywords.map(word::marked_keyword).collect::<Vec<_>>())?
        } else {
            Automaton::new(&keywords.collect::<Vec<_>>())?
        };
        Some(Self { automaton, as_words, atoms })
    }

    /// Returns all atoms.
    pub(super) fn atoms(&self) -> &[AtomEntry] {
        &self.atoms
    }

    /// Adds the atoms whose keywords are in the string and whose best ranks are within the limit.
    /// Each atom is added once.
    ///
    /// At each offset, the automaton lists all keywords that end there, the longest first. If a
    /// keyword was found before, all keywords after it in the list were found as well, because they
    /// are suffixes of it. So the time is bounded by the length of the string plus the number of
    /// keywords, not by their product.
    pub(super) fn find(&self, text: &str, limit: Limit, seen: &mut Seen, hits: &mut Vec<AtomId>) {
        if self.as_words {
            self.find_in(word::marked(text), limit, seen, hits);
        } else {
            self.find_in(text.bytes(), limit, seen, hits);
        }
    }

    #[inline]
    fn find_in(
        &self,
        bytes: impl Iterator<Item = u8>,
        mut limit: Limit,
        seen: &mut Seen,
        hits: &mut Vec<AtomId>,
    ) {
        let automaton = &self.automaton;
        let Some(mut state) = automaton.start() else { return };
        seen.clear();
        for byte in bytes {
            state = automaton.next(state, byte);
            if !automaton.is_end(state) {
                continue;
            }
            for pattern in automaton.ends(state) {
                let pattern = pattern as usize;
                if !seen.insert(pattern) {
                    break;
                }
                if let Some(entry) = self.atoms.get(pattern) {
                    limit.admit(entry, hits);
                }
            }
        }
    }
}

/// Sorts the hits from index `start` on and removes duplicates.
pub(super) fn sort_and_dedup(start: usize, hits: &mut Vec<AtomId>) {
    if let Some(new) = hits.get_mut(start..).filter(|new| new.len() > 1) {
        new.sort_unstable();
        let mut kept = start;
        for at in start + 1..hits.len() {
            if hits.get(at) != hits.get(kept) {
                kept += 1;
                hits.swap(kept, at);
            }
        }
        hits.truncate(kept + 1);
    }
}
