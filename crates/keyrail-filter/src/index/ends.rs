//! Matches wildcards that have no piece between two stars, but only a start, an end, or both.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::AtomEntry;
use crate::interner::PredicateInterner;
use crate::wildcard;

/// The wildcards of one attribute, by their starts and then by their ends.
#[derive(Default)]
pub(super) struct Ends(StringMap<StringMap<Pair>>);

/// The wildcards with the same start and end: those with a star between start and end, and those
/// without a star. Without a star, start and end are both the whole string.
#[derive(Default)]
struct Pair {
    starred: Vec<AtomEntry>,
    literal: Vec<AtomEntry>,
}

/// A map from strings to values, and the lengths of these strings.
#[derive(Default)]
struct StringMap<T> {
    lengths: Vec<usize>,
    values: BTreeMap<String, T>,
}

impl<T: Default> StringMap<T> {
    fn entry(&mut self, text: String) -> &mut T {
        if let Err(at) = self.lengths.binary_search(&text.len()) {
            self.lengths.insert(at, text.len());
        }
        self.values.entry(text).or_default()
    }

    /// Returns the values of all parts of a string that are in the map, each with the
    /// length of the part. `part` returns the part of a given length.
    fn find<'s>(
        &'s self,
        text: &'s str,
        part: fn(&str, usize) -> Option<&str>,
    ) -> impl Iterator<Item = (usize, &'s T)> {
        let lengths = self.lengths.iter().copied().take_while(|length| *length <= text.len());
        lengths.filter_map(move |length| Some((length, self.values.get(part(text, length)?)?)))
    }
}

impl Ends {
    pub(super) fn new(
        atoms: impl Iterator<Item = AtomEntry>,
        interner: &PredicateInterner,
    ) -> Self {
        let mut ends = Self::default();
        for entry in atoms {
            let Some(atom) = interner.atom(entry.atom) else { continue };
            let (start, end) = wildcard::ends(atom.operand);
            let pair = ends.0.entry(start).entry(end);
            let has_star = wildcard::pieces(atom.operand).nth(1).is_some();
            (if has_star { &mut pair.starred } else { &mut pair.literal }).push(entry);
        }
        ends
    }

    /// Returns all atoms.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomEntry> {
        let pairs = self.0.values.values().flat_map(|ends| ends.values.values());
        pairs.flat_map(|pair| pair.starred.iter().chain(&pair.literal)).copied()
    }

    /// Calls `hit` once with each atom that is true of a string.
    pub(super) fn find(&self, text: &str, mut hit: impl FnMut(&AtomEntry)) {
        for (start, ends) in self.0.find(text, start_of) {
            for (end, pair) in ends.find(text, end_of) {
                if start + end <= text.len() {
                    pair.starred.iter().for_each(&mut hit);
                }
                if start == text.len() {
                    pair.literal.iter().for_each(&mut hit);
                }
            }
        }
    }
}

fn start_of(text: &str, length: usize) -> Option<&str> {
    text.get(..length)
}

fn end_of(text: &str, length: usize) -> Option<&str> {
    text.get(text.len().checked_sub(length)?..)
}
