//! Keywords: all that are looked for in one text, found in one pass.

use alloc::vec::Vec;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::lexicon::{AtomId, Lexicon};
use crate::rules::Rank;

/// The keywords of one field.
pub(crate) struct Keywords {
    automaton: AhoCorasick,
    /// By pattern: the atom, and the best rank that it leads to.
    atoms: Vec<(AtomId, Rank)>,
}

/// Beyond so many hits, those that are there twice are taken out now and then.
const MANY: usize = 64;

impl Keywords {
    /// Nothing, if there is no room for the automaton.
    pub(crate) fn new(
        atoms: impl Iterator<Item = (AtomId, Rank)>,
        lexicon: &Lexicon,
    ) -> Option<Self> {
        let atoms: Vec<_> = atoms.collect();
        let keywords =
            atoms.iter().map(|(atom, _)| lexicon.atom(*atom).map_or("", |atom| atom.operand));
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::Standard).build(keywords).ok()?;
        Some(Self { automaton, atoms })
    }

    /// All atoms, each with the best rank that it leads to.
    pub(crate) fn atoms(&self) -> &[(AtomId, Rank)] {
        &self.atoms
    }

    /// Adds the atoms whose keyword stands in the text, and that lead to a
    /// rank before the limit.
    pub(crate) fn find(&self, text: &str, limit: Rank, hits: &mut Vec<AtomId>) {
        let start = hits.len();
        let mut many = start + MANY;
        for found in self.automaton.find_overlapping_iter(text) {
            match self.atoms.get(found.pattern().as_usize()) {
                Some((atom, best)) if *best < limit => hits.push(*atom),
                _ => {}
            }
            if hits.len() > many {
                tidy(start, hits);
                many = start + 2 * (hits.len() - start) + MANY;
            }
        }
    }
}

/// Puts what stands from `start` on in order, each once.
pub(crate) fn tidy(start: usize, hits: &mut Vec<AtomId>) {
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
