//! Keywords: all that are looked for in one text, as words or anywhere, found
//! in one pass.

use alloc::vec::Vec;

use super::automaton::Automaton;
use super::{AtomEntry, Limit};
use crate::condition::Kind;
use crate::interner::{AtomId, PredicateInterner};
use crate::word;

/// The keywords of one field.
pub(super) struct Keywords {
    automaton: Automaton,
    /// Whether they are looked for as words.
    as_words: bool,
    /// By pattern.
    atoms: Vec<AtomEntry>,
}

/// Which keywords were met in a text.
#[derive(Default)]
pub(super) struct Seen {
    /// A bit for each pattern.
    bits: Vec<u64>,
    /// The patterns whose bits are set.
    patterns: Vec<usize>,
}

impl Seen {
    /// Forgets all.
    fn clear(&mut self) {
        for pattern in self.patterns.drain(..) {
            if let Some(bits) = self.bits.get_mut(pattern / 64) {
                *bits = 0;
            }
        }
    }

    /// Whether a pattern was not met before.
    fn is_new(&mut self, pattern: usize) -> bool {
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
    /// Nothing, if there is no room for the automaton.
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

    /// All atoms.
    pub(super) fn atoms(&self) -> &[AtomEntry] {
        &self.atoms
    }

    /// Adds the atoms whose keyword is in the text, and that lead to a
    /// rank of use, each once.
    ///
    /// At each place the automaton tells all keywords that end there, from the
    /// longest to the shortest. All that follow one that was met before were met
    /// with it: so the work is bounded by the text and the number
    /// of keywords, and not by their product.
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
                if !seen.is_new(pattern) {
                    break;
                }
                if let Some(entry) = self.atoms.get(pattern) {
                    limit.admit(entry, hits);
                }
            }
        }
    }
}

/// Puts what is from `start` on in order, each once.
pub(super) fn tidy(start: usize, hits: &mut Vec<AtomId>) {
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
