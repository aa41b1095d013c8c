//! Keywords: all that are looked for in one text, found in one pass.

use alloc::vec::Vec;

use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};

use super::{Lead, Limit};
use crate::lexicon::{AtomId, Lexicon};

/// The keywords of one field.
pub(super) struct Keywords {
    automaton: NFA,
    /// By pattern.
    atoms: Vec<Lead>,
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
    /// Forgets all, and makes room for so many patterns.
    fn clear(&mut self, patterns: usize) {
        for pattern in self.patterns.drain(..) {
            if let Some(bits) = self.bits.get_mut(pattern / 64) {
                *bits = 0;
            }
        }
        if self.bits.len() < patterns.div_ceil(64) {
            self.bits.resize(patterns.div_ceil(64), 0);
        }
    }

    /// Whether a pattern was not met before.
    fn is_new(&mut self, pattern: usize) -> bool {
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
    pub(super) fn new(atoms: impl Iterator<Item = Lead>, lexicon: &Lexicon) -> Option<Self> {
        let atoms: Vec<_> = atoms.collect();
        let keywords =
            atoms.iter().map(|lead| lexicon.atom(lead.atom).map_or("", |atom| atom.operand));
        let automaton = NFA::builder().match_kind(MatchKind::Standard).build(keywords).ok()?;
        Some(Self { automaton, atoms })
    }

    /// All atoms.
    pub(super) fn atoms(&self) -> &[Lead] {
        &self.atoms
    }

    /// Adds the atoms whose keyword stands in the text, and that lead to a
    /// rank of use, each once.
    ///
    /// At each place the automaton tells all keywords that end there, from the
    /// longest to the shortest. Behind one that was met before stand only such
    /// as were met with it: so the work is bounded by the text and the number
    /// of keywords, and not by their product.
    pub(super) fn find(
        &self,
        text: &str,
        mut limit: Limit,
        seen: &mut Seen,
        hits: &mut Vec<AtomId>,
    ) {
        let automaton = &self.automaton;
        let Ok(mut state) = automaton.start_state(Anchored::No) else { return };
        seen.clear(self.atoms.len());
        for byte in text.bytes() {
            state = automaton.next_state(Anchored::No, state, byte);
            if !automaton.is_match(state) {
                continue;
            }
            for index in 0..automaton.match_len(state) {
                let pattern = automaton.match_pattern(state, index).as_usize();
                if !seen.is_new(pattern) {
                    break;
                }
                if let Some(lead) = self.atoms.get(pattern) {
                    limit.admit(lead, hits);
                }
            }
        }
    }
}

/// Puts what stands from `start` on in order, each once.
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
