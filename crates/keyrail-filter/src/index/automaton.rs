//! An automaton that finds all occurrences of many strings in one pass over another string.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

use aho_corasick::automaton::{Automaton as _, StateID};
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};

/// An automaton that finds the occurrences of some strings.
pub(super) struct Automaton(NFA);

/// A state of the automaton.
pub(super) type State = StateID;

/// The limit on the total length of all match lists: a fixed number plus a number per
/// state.
const MAX_ENDS: usize = 1 << 24;
const MAX_ENDS_PER_STATE: usize = 16;

impl Automaton {
    /// Creates an automaton of these strings. Returns `None` if it would be too large.
    pub(super) fn new<T: AsRef<[u8]>>(texts: &[T]) -> Option<Self> {
        if has_too_many_ends(texts) {
            return None;
        }
        // The library moves match states to the front by swapping each with a state before it. If
        // nearly all states are match states, as for the strings z1, z2 and so on, renumbering them
        // afterwards is quadratic. To avoid this, as many other states as there are strings are put
        // in front. They belong to a decoy pattern, which never matches, because 0xff does not
        // occur in UTF-8.
        let decoy = vec![0xff_u8; texts.len()];
        let texts = core::iter::once(&*decoy).chain(texts.iter().map(AsRef::as_ref));
        NFA::builder().match_kind(MatchKind::Standard).build(texts).ok().map(Self)
    }

    pub(super) fn start(&self) -> Option<State> {
        self.0.start_state(Anchored::No).ok()
    }

    #[inline]
    pub(super) fn next(&self, state: State, byte: u8) -> State {
        self.0.next_state(Anchored::No, state, byte)
    }

    #[inline]
    pub(super) fn is_end(&self, state: State) -> bool {
        self.0.is_match(state)
    }

    /// Returns the indices of the strings that end at a state, the longest string first.
    #[inline]
    pub(super) fn ends(&self, state: State) -> impl Iterator<Item = u32> {
        let count = self.0.match_len(state);
        // Pattern 0 is the decoy.
        (0..count).map(move |index| self.0.match_pattern(state, index).as_u32().wrapping_sub(1))
    }
}

/// Returns whether the match lists would take too much memory. Each state lists all strings that
/// end there.
///
/// The list of a state is at most as long as the longest chain of strings in which each is a suffix
/// of the next. The length of that chain times the number of states is an upper bound on the total
/// length of all lists.
fn has_too_many_ends<T: AsRef<[u8]>>(texts: &[T]) -> bool {
    let mut sorted: Vec<&[u8]> = texts.iter().map(AsRef::as_ref).collect();
    let limit = |states: usize| MAX_ENDS + MAX_ENDS_PER_STATE * states;
    let bytes = sorted.iter().map(|text| text.len()).sum::<usize>();
    if bytes.saturating_mul(texts.len().min(bytes)) <= MAX_ENDS {
        return false;
    }
    sorted.sort_unstable_by(|a, b| cmp_reversed(a, b));
    sorted.dedup();
    let (mut outer, mut deepest): (Vec<&[u8]>, _) = (Vec::new(), 0);
    for text in &sorted {
        while outer.pop_if(|end| !text.ends_with(end)).is_some() {}
        outer.push(text);
        deepest = outer.len().max(deepest);
    }
    if bytes.saturating_mul(deepest) <= limit(bytes) {
        return false;
    }
    sorted.sort_unstable();
    let mut before: &[u8] = &[];
    let mut states = 0;
    for text in sorted {
        let shared = text.iter().zip(before).take_while(|(a, b)| a == b).count();
        states += text.len() - shared;
        before = text;
    }
    states.saturating_mul(deepest) > limit(states)
}

/// Compares two strings from their last byte to their first.
pub(super) fn cmp_reversed(a: &[u8], b: &[u8]) -> Ordering {
    a.iter().rev().cmp(b.iter().rev())
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::{Automaton, has_too_many_ends};

    fn found(texts: &[&str], text: &str) -> Vec<String> {
        let automaton = Automaton::new(texts).unwrap();
        let mut state = automaton.start().unwrap();
        let mut found = Vec::new();
        for byte in text.bytes() {
            state = automaton.next(state, byte);
            if automaton.is_end(state) {
                found.extend(automaton.ends(state).map(|end| texts[end as usize].into()));
            }
        }
        found
    }

    #[test]
    fn all_matches_are_found_in_order_of_their_end_longest_first() {
        assert_eq!(found(&["he", "she", "hers", "e"], "shers"), ["she", "he", "e", "hers"]);
        assert_eq!(found(&["a"], "ÿbc"), Vec::<String>::new());
    }

    #[test]
    fn strings_with_too_many_nested_suffixes_build_no_automaton() {
        let nested: Vec<String> = (1..=1_000).map(|length| "a".repeat(length)).collect();
        assert!(!has_too_many_ends(&nested));
        let tails = (0..1_000).map(|n| format!("{n:04}{}", "a".repeat(1_000)));
        let all: Vec<String> = nested.into_iter().chain(tails).collect();
        assert!(has_too_many_ends(&all) && Automaton::new(&all).is_none());
        let numbers: Vec<String> = (0..200_000).map(|n| format!("order {n}")).collect();
        assert!(!has_too_many_ends(&numbers));
    }
}
