//! Keywords: all that are looked for in one text, found in one pass.

use alloc::vec::Vec;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Lead, Limit};
use crate::lexicon::{AtomId, Lexicon};

/// The keywords of one field.
pub(super) struct Keywords {
    automaton: AhoCorasick,
    /// By pattern.
    atoms: Vec<Lead>,
}

/// Beyond so many hits, those that are there twice are taken out now and then.
const MANY: usize = 64;

impl Keywords {
    /// Nothing, if there is no room for the automaton.
    pub(super) fn new(atoms: impl Iterator<Item = Lead>, lexicon: &Lexicon) -> Option<Self> {
        let atoms: Vec<_> = atoms.collect();
        let keywords =
            atoms.iter().map(|lead| lexicon.atom(lead.atom).map_or("", |atom| atom.operand));
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::Standard).build(keywords).ok()?;
        Some(Self { automaton, atoms })
    }

    /// All atoms.
    pub(super) fn atoms(&self) -> &[Lead] {
        &self.atoms
    }

    /// Adds the atoms whose keyword stands in the text, and that lead to a
    /// rank of use.
    pub(super) fn find(&self, text: &str, mut limit: Limit, hits: &mut Vec<AtomId>) {
        let start = hits.len();
        let mut many = start + MANY;
        for found in self.automaton.find_overlapping_iter(text) {
            if let Some(lead) = self.atoms.get(found.pattern().as_usize()) {
                limit.admit(lead, hits);
            }
            if hits.len() > many {
                tidy(start, hits);
                many = start + 2 * (hits.len() - start) + MANY;
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
