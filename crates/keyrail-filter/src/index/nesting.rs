//! Finds awaited strings among strings that are suffixes of one another. Awaited strings are the
//! pieces that candidates wait for (see `patterns`). Thousands of strings can end at one offset of
//! a text; only the awaited ones are visited.
//!
//! The strings are numbered in the order of their reversed bytes. In this order, all strings with a
//! given suffix directly follow that suffix. So each string covers a range of numbers: its own
//! number, and the numbers of the strings that end with it. The ranges are nested or disjoint, and
//! the suffixes of a string are the strings whose ranges contain its number.

use alloc::vec;
use alloc::vec::Vec;

use super::automaton::cmp_reversed;

/// The depth of nesting up to which all suffixes are visited.
const MAX_VISITED_DEPTH: usize = 16;

/// The numbers of strings in the order of their reversed bytes, and their ranges.
pub(super) struct Nesting {
    /// For each string: its number, and the last number of its range.
    ranges: Vec<(u32, u32)>,
    /// For each number: its string.
    texts: Vec<u32>,
}

/// The awaited strings, as a segment tree over the numbers. The leaf of a string is the last number
/// of its range plus one, or 0 if the string is not awaited. Every other node is the maximum of its
/// two children.
#[derive(Default)]
pub(super) struct Waiting {
    tree: Vec<u32>,
    /// The numbers whose leaves were set.
    set: Vec<u32>,
}

impl Nesting {
    /// Returns the numbers and the ranges of these strings. Returns `None` if at most
    /// [`MAX_VISITED_DEPTH`] strings are nested in one another.
    pub(super) fn of<T: AsRef<[u8]>>(texts: &[T]) -> Option<Self> {
        let text = |number: u32| texts.get(number as usize).map_or(&[][..], AsRef::as_ref);
        let mut sorted: Vec<u32> = (0..texts.len() as u32).collect();
        sorted.sort_unstable_by(|a, b| cmp_reversed(text(*a), text(*b)));
        let mut ranges = vec![(0, 0); texts.len()];
        let (mut open, mut deepest) = (Vec::<u32>::new(), 0);
        let mut close = |string: u32, last: u32| {
            if let Some(range) = ranges.get_mut(string as usize) {
                range.1 = last;
            }
        };
        for (number, string) in (0_u32..).zip(&sorted) {
            while let Some(outer) = open.pop_if(|outer| !text(*string).ends_with(text(*outer))) {
                close(outer, number - 1);
            }
            open.push(*string);
            deepest = open.len().max(deepest);
        }
        open.into_iter().for_each(|string| close(string, sorted.len() as u32 - 1));
        for (number, string) in (0..).zip(&sorted) {
            if let Some(range) = ranges.get_mut(*string as usize) {
                range.0 = number;
            }
        }
        (deepest > MAX_VISITED_DEPTH).then_some(Self { ranges, texts: sorted })
    }

    fn range(&self, text: u32) -> (u32, u32) {
        self.ranges.get(text as usize).copied().unwrap_or_default()
    }

    pub(super) fn wait_for(&self, text: u32, waiting: &mut Waiting) {
        let (number, last) = self.range(text);
        waiting.grow(self.texts.len());
        waiting.set.push(number);
        waiting.update(number, last + 1);
    }

    pub(super) fn stop_waiting(&self, text: u32, waiting: &mut Waiting) {
        waiting.update(self.range(text).0, 0);
    }

    /// Returns the longest awaited suffix of `string`. If `shorter_than` is given, returns the
    /// longest awaited suffix of `string` that is shorter than `shorter_than`.
    pub(super) fn next(
        &self,
        string: u32,
        shorter_than: Option<u32>,
        waiting: &Waiting,
    ) -> Option<u32> {
        let number = self.range(string).0;
        let before = shorter_than.map_or(number + 1, |text| self.range(text).0);
        let found = waiting.last_before(before, number + 1)?;
        self.texts.get(found as usize).copied()
    }
}

impl Waiting {
    pub(super) fn clear(&mut self) {
        for number in core::mem::take(&mut self.set) {
            self.update(number, 0);
        }
    }

    fn leaves(&self) -> usize {
        self.tree.len() / 2
    }

    /// Grows to more than `count` leaves.
    fn grow(&mut self, count: usize) {
        if self.leaves() <= count {
            // No value is lost: the tree grows only when another `Nesting` starts to use it, and it
            // is empty then.
            self.tree = vec![0; 2 * (count + 1).next_power_of_two()];
        }
    }

    fn update(&mut self, number: u32, value: u32) {
        let mut at = number as usize + self.leaves();
        let Some(leaf) = self.tree.get_mut(at) else { return };
        *leaf = value;
        while at > 1 {
            at /= 2;
            let below = self.tree.get(2 * at..2 * at + 2).unwrap_or_default();
            let larger = below.iter().copied().max().unwrap_or_default();
            match self.tree.get_mut(at) {
                Some(node) if *node != larger => *node = larger,
                _ => return,
            }
        }
    }

    /// Returns the last number before `number` whose value is at least `least`.
    fn last_before(&self, number: u32, least: u32) -> Option<u32> {
        let is_enough = |at: usize| self.tree.get(at).is_some_and(|value| *value >= least);
        let mut at = number as usize + self.leaves();
        while at.is_multiple_of(2) || !is_enough(at - 1) {
            at /= 2;
            if at <= 1 {
                return None;
            }
        }
        at -= 1;
        while at < self.leaves() {
            at = 2 * at + usize::from(is_enough(2 * at + 1));
        }
        Some((at - self.leaves()) as u32)
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::{Nesting, Waiting};

    #[test]
    fn nesting_is_built_only_for_more_than_sixteen_nested_strings() {
        let nested = |count| (1..=count).map(|length| "a".repeat(length)).collect::<Vec<_>>();
        assert!(Nesting::of(&nested(16)).is_none());
        assert!(Nesting::of(&nested(17)).is_some());
        let disjoint: Vec<String> = (0..100).map(|n| alloc::format!("{n:03}")).collect();
        assert!(Nesting::of(&disjoint).is_none());
    }

    proptest! {
        #[test]
        fn awaited_suffixes_are_found_longest_first(
            texts in prop::collection::btree_set("[ab]{1,6}", 1..40),
            steps in prop::collection::vec((0..64_usize, any::<bool>()), 0..60),
        ) {
            let nested = (10..30).map(|length| "b".repeat(length));
            let texts: Vec<String> = texts.into_iter().chain(nested).collect();
            let nesting = Nesting::of(&texts).unwrap();
            let (mut waiting, mut expected) = (Waiting::default(), BTreeSet::new());
            for (at, waits) in steps {
                let text = at % texts.len();
                if waits {
                    nesting.wait_for(text as u32, &mut waiting);
                    expected.insert(text);
                } else if expected.remove(&text) {
                    nesting.stop_waiting(text as u32, &mut waiting);
                }
                for string in 0..texts.len() {
                    let ends = |text: &&usize| texts[string].ends_with(&*texts[**text]);
                    let mut ends: Vec<usize> = expected.iter().filter(ends).copied().collect();
                    ends.sort_by_key(|text| core::cmp::Reverse(texts[*text].len()));
                    let mut found = Vec::new();
                    let mut next = nesting.next(string as u32, None, &waiting);
                    while let Some(text) = next {
                        found.push(text as usize);
                        next = nesting.next(string as u32, Some(text), &waiting);
                    }
                    prop_assert_eq!(found, ends);
                }
            }
            waiting.clear();
            let is_empty = |string: usize| nesting.next(string as u32, None, &waiting).is_none();
            prop_assert!((0..texts.len()).all(is_empty));
        }
    }
}
