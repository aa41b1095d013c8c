//! Overlap: whether a string could be a key of two formats.
//!
//! Each layout becomes a nondeterministic automaton, and two automata are run together: for each
//! state that the first automaton can reach with some string, the comparison computes the states
//! that the second automaton can reach with the same string. The result is exact, even for variable
//! lengths, except that a checksum is treated as any string of its alphabet. Foreign formats have
//! no layout and are not compared.
//!
//! Only formats with compatible heads and lengths are compared in full. The number of steps is
//! limited for the whole set, and a set that needs more steps is rejected as too complex.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use crate::KeyFormat;
use crate::layout::Layout;

/// The maximum number of steps for comparing the formats of a set. That many steps take about half
/// a second. Comparing a thousand formats with the same prefix and fixed lengths takes a tenth of
/// these steps.
const MAX_STEPS: u64 = 300_000_000;

/// Returns the index of each format that may accept the same string as an earlier format. Returns
/// `None` if finding them takes more than [`MAX_STEPS`] steps.
pub(crate) fn find_conflicts(formats: &[KeyFormat]) -> Option<BTreeSet<usize>> {
    let layouts = formats.iter().enumerate();
    let layouts = layouts.filter_map(|(index, format)| Some((index, format.layout()?)));
    let compiled: Vec<(usize, Bounds<'_>, Automaton)> = layouts
        .map(|(index, layout)| (index, Bounds::of(layout), Automaton::new(layout)))
        .collect();
    let mut steps_left = MAX_STEPS;
    let mut conflicts = BTreeSet::new();
    for (position, (index, bounds, automaton)) in compiled.iter().enumerate() {
        for (_, other_bounds, other) in compiled.iter().take(position) {
            steps_left = steps_left.checked_sub(1)?;
            if bounds.may_overlap(other_bounds) && automaton.overlaps(other, &mut steps_left)? {
                conflicts.insert(*index);
                break;
            }
        }
    }
    Some(conflicts)
}

/// The head and the lengths of a format's keys. Comparing them is cheap, and rules out most pairs
/// of formats that have no string in common.
struct Bounds<'l> {
    head: &'l str,
    shortest: usize,
    longest: usize,
}

impl<'l> Bounds<'l> {
    fn of(layout: &'l Layout) -> Self {
        Self { head: &layout.head, shortest: layout.shortest_key(), longest: layout.longest_key() }
    }

    fn may_overlap(&self, other: &Self) -> bool {
        let mut heads = self.head.bytes().zip(other.head.bytes());
        self.shortest <= other.longest
            && other.shortest <= self.longest
            && heads.all(|(a, b)| a == b)
    }
}

/// A set of ASCII characters, one bit for each.
type Characters = u128;

/// A layout as an automaton whose transitions all lead to later states.
struct Automaton {
    /// The characters that lead from each state to the next one. The set is empty for a state whose
    /// only outgoing transitions are epsilon transitions. The final state is not included.
    states: Vec<Characters>,
    /// The epsilon transitions, sorted by their ranges of states. The ranges do not overlap, except
    /// for the transitions that start at the state before the environments.
    epsilons: Vec<Epsilon>,
    /// If all lengths are fixed, the characters that are allowed at each offset of a key, for
    /// each environment; otherwise empty.
    fixed_keys: Vec<Vec<Characters>>,
}

/// A transition from each state of a range to a later state, without reading a character.
struct Epsilon {
    first: usize,
    last: usize,
    target: usize,
}

impl Automaton {
    fn new(layout: &Layout) -> Self {
        let mut automaton =
            Self { states: Vec::new(), epsilons: Vec::new(), fixed_keys: Vec::new() };
        let mut epsilons = Vec::new();
        let mut add_epsilon = |first, last, target| epsilons.push(Epsilon { first, last, target });
        automaton.add_literal(&layout.head);
        if !layout.environments.is_empty() {
            let fork = automaton.add_empty_state();
            let mut ends = Vec::new();
            for name in layout.environments.iter() {
                add_epsilon(fork, fork, automaton.states.len());
                automaton.add_literal(name);
                ends.push(automaton.add_empty_state());
            }
            let join = automaton.states.len();
            ends.into_iter().for_each(|end| add_epsilon(end, end, join));
        }
        automaton.add_literal(&layout.after_environment);
        for field in layout.fields.iter() {
            automaton.add_literal(&field.separator);
            let start = automaton.states.len();
            let characters = set_of(field.alphabet.symbols());
            automaton.states.extend(core::iter::repeat_n(characters, field.longest));
            let end = automaton.states.len();
            if field.shortest < field.longest {
                add_epsilon(start + field.shortest, end - 1, end);
            }
        }
        if let Some(checksum) = &layout.checksum {
            automaton.add_literal(&checksum.separator);
            let characters = set_of(checksum.alphabet().symbols());
            automaton.states.extend(core::iter::repeat_n(characters, checksum.length));
        }
        automaton.epsilons = epsilons;
        if layout.shortest == layout.longest {
            let tail = automaton.states.iter().rev().take(layout.longest).rev();
            let tail: Vec<Characters> = tail.copied().collect();
            let fixed_key = |environment: &str| {
                let start = layout.head.bytes().chain(environment.bytes()).map(bit);
                start.chain(tail.iter().copied()).collect()
            };
            automaton.fixed_keys = match layout.environments.as_ref() {
                [] => vec![fixed_key("")],
                names => names.iter().map(|name| fixed_key(name)).collect(),
            };
        }
        automaton
    }

    /// Returns the number of states, including the final one.
    fn state_count(&self) -> usize {
        self.states.len() + 1
    }

    fn add_literal(&mut self, literal: &str) {
        self.states.extend(literal.bytes().map(bit));
    }

    /// Adds a state whose only outgoing transitions are epsilon transitions, and returns its index.
    fn add_empty_state(&mut self) -> usize {
        self.states.push(0);
        self.states.len() - 1
    }

    /// Returns whether some string is accepted by both automata, or `None` if finding out takes
    /// more steps than are left.
    fn overlaps(&self, other: &Self, steps_left: &mut u64) -> Option<bool> {
        if let (false, false) = (self.fixed_keys.is_empty(), other.fixed_keys.is_empty()) {
            for (one, other) in self
                .fixed_keys
                .iter()
                .flat_map(|one| other.fixed_keys.iter().map(move |other| (one, other)))
            {
                let common = one.iter().zip(other).take_while(|(a, b)| **a & **b != 0).count();
                *steps_left = steps_left.checked_sub(1 + common as u64)?;
                if one.len() == other.len() && common == one.len() {
                    return Some(true);
                }
            }
            return Some(false);
        }
        // For each reachable state of this automaton, the states that the other automaton can reach
        // with the same string. All transitions lead to later states, so if the states are
        // processed in ascending order, each one is processed only once.
        let mut reachable = BTreeMap::new();
        let mut start = StateSet::empty(other.state_count());
        start.insert(0);
        other.add_epsilon_targets(&mut start, steps_left)?;
        reachable.insert(0, start);
        let words = other.state_count().div_ceil(64) as u64;
        let mut readers: BTreeMap<Characters, StateSet> = BTreeMap::new();
        while let Some((state, others)) = reachable.pop_first() {
            *steps_left = steps_left.checked_sub(8 * words)?;
            let Some(characters) = self.states.get(state) else {
                return Some(others.contains(other.states.len()));
            };
            for epsilon in self.epsilons_in(state, state) {
                *steps_left = steps_left.checked_sub(words)?;
                add_states(&mut reachable, epsilon.target, &others);
            }
            let reading = readers
                .entry(*characters)
                .or_insert_with(|| other.states_reading(*characters))
                .intersection(&others);
            if !reading.is_empty() {
                let mut next = reading.successors();
                other.add_epsilon_targets(&mut next, steps_left)?;
                add_states(&mut reachable, state + 1, &next);
            }
        }
        Some(false)
    }

    /// Returns the epsilon transitions whose ranges overlap `first..=last`.
    fn epsilons_in(&self, first: usize, last: usize) -> impl Iterator<Item = &Epsilon> {
        let start = self.epsilons.partition_point(|epsilon| epsilon.last < first);
        let epsilons = self.epsilons.get(start..).unwrap_or_default();
        epsilons.iter().take_while(move |epsilon| epsilon.first <= last)
    }

    /// Returns the states that can read one of the characters.
    fn states_reading(&self, characters: Characters) -> StateSet {
        let mut reading = StateSet::empty(self.state_count());
        let states = self.states.iter().enumerate();
        states
            .filter(|(_, own)| **own & characters != 0)
            .for_each(|(state, _)| reading.insert(state));
        reading
    }

    /// Adds the states that can be reached from `states` by epsilon transitions. Returns `None` if
    /// this takes more steps than are left.
    fn add_epsilon_targets(&self, states: &mut StateSet, steps_left: &mut u64) -> Option<()> {
        // The transitions are sorted and lead to later states, so one pass is enough.
        let Some(first) = states.first() else { return Some(()) };
        for epsilon in self.epsilons_in(first, usize::MAX) {
            *steps_left = steps_left.checked_sub(1 + (epsilon.last - epsilon.first) as u64 / 64)?;
            if states.contains_any(epsilon.first, epsilon.last) {
                states.insert(epsilon.target);
            }
        }
        Some(())
    }
}

fn bit(byte: u8) -> Characters {
    1_u128.checked_shl(byte.into()).unwrap_or_default()
}

fn set_of(symbols: &str) -> Characters {
    symbols.bytes().fold(0, |set, byte| set | bit(byte))
}

/// A set of states of an automaton, one bit for each.
#[derive(Clone, Default)]
struct StateSet(Vec<u64>);

impl StateSet {
    fn empty(state_count: usize) -> Self {
        Self(vec![0; state_count.div_ceil(64)])
    }

    fn insert(&mut self, state: usize) {
        if let Some(word) = self.0.get_mut(state / 64) {
            *word |= 1 << (state % 64);
        }
    }

    fn contains(&self, state: usize) -> bool {
        self.0.get(state / 64).is_some_and(|word| word >> (state % 64) & 1 == 1)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn insert_all(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    fn first(&self) -> Option<usize> {
        let index = self.0.iter().position(|word| *word != 0)?;
        Some(index * 64 + self.0.get(index)?.trailing_zeros() as usize)
    }

    /// Returns whether the set contains a state of `first..=last`.
    fn contains_any(&self, first: usize, last: usize) -> bool {
        (first / 64..=last / 64).any(|index| {
            let from = if index == first / 64 { u64::MAX << (first % 64) } else { u64::MAX };
            let to = if index == last / 64 { u64::MAX >> (63 - last % 64) } else { u64::MAX };
            self.0.get(index).is_some_and(|word| word & from & to != 0)
        })
    }

    fn intersection(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(word, other)| word & other).collect())
    }

    /// Returns the set of the states that directly follow the states of this set.
    fn successors(&self) -> Self {
        let mut carry = 0;
        let words = self.0.iter().map(|word| {
            let next = word << 1 | carry;
            carry = word >> 63;
            next
        });
        Self(words.collect())
    }
}

/// Adds `others` to the states that the second automaton can be in while the first one is in `state`.
fn add_states(reachable: &mut BTreeMap<usize, StateSet>, state: usize, others: &StateSet) {
    match reachable.get_mut(&state) {
        Some(known) => known.insert_all(others),
        None => {
            reachable.insert(state, others.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::string::String;
    use alloc::vec::Vec;
    use alloc::{format, vec};

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::{Automaton, Bounds, MAX_STEPS, find_conflicts};
    use crate::declaration::Declared;
    use crate::layout::Layout;
    use crate::segment::Segment;
    use crate::{Alphabet, Checksum, KeyFormat, Lengths};

    /// Generates declarations with so few keys that all can be listed. Their secrets are too weak
    /// for a valid format.
    fn tiny_declaration() -> impl Strategy<Value = Declared> {
        let segment = (select(vec!["ab", "bc", "a-", "abc"]), 1..3_usize, 0..2_usize);
        let separator = || select(vec!["", "-", "a", "--"]);
        let segments = prop::collection::vec((segment, prop::option::of(separator())), 1..4);
        let environments = prop::option::of(prop::collection::btree_set("[ab]{1,2}", 1..3));
        (select(vec!["a", "ab", "b", "a-"]), environments, separator(), segments).prop_map(
            |(prefix, environments, separator, segments)| Declared {
                prefix: Some(prefix.into()),
                environments: environments.map(|names| names.into_iter().collect()),
                separator: Some(separator.into()),
                segments: segments
                    .into_iter()
                    .map(|((symbols, min, more), separator)| {
                        let alphabet = Alphabet::of(symbols).unwrap();
                        let segment = Segment::secret("s", alphabet, min..=min + more);
                        match separator {
                            Some(separator) => segment.separated_by(separator),
                            None => segment,
                        }
                    })
                    .collect(),
                ..Declared::default()
            },
        )
    }

    /// Returns all keys of a declaration.
    fn all_keys(declared: &Declared) -> BTreeSet<String> {
        let separator = declared.separator.clone().unwrap();
        let mut keys = vec![declared.prefix.clone().unwrap()];
        if let Some(names) = &declared.environments {
            keys = names.iter().map(|name| format!("{}{separator}{name}", keys[0])).collect();
        }
        for segment in &declared.segments {
            let separator = segment.separator.as_ref().unwrap_or(&separator);
            let mut runs = vec![String::new()];
            let mut long_enough = Vec::new();
            for length in 1..=segment.lengths.max {
                let symbols = || segment.alphabet.symbols().chars();
                runs = runs
                    .iter()
                    .flat_map(|run| symbols().map(move |s| format!("{run}{s}")))
                    .collect();
                if length >= segment.lengths.min {
                    long_enough.extend(runs.clone());
                }
            }
            keys = keys
                .iter()
                .flat_map(|key| long_enough.iter().map(move |run| format!("{key}{separator}{run}")))
                .collect();
        }
        keys.into_iter().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn automata_overlap_if_and_only_if_a_key_matches_both_formats(
            one in tiny_declaration(), other in tiny_declaration(),
        ) {
            let expected = !all_keys(&one).is_disjoint(&all_keys(&other));
            let (one, other) = (one.into_layout(), other.into_layout());
            let overlaps = |a: &Layout, b: &Layout| {
                Automaton::new(a).overlaps(&Automaton::new(b), &mut { MAX_STEPS })
            };
            prop_assert_eq!(overlaps(&one, &other), Some(expected));
            prop_assert_eq!(overlaps(&other, &one), Some(expected));
            prop_assert!(Bounds::of(&one).may_overlap(&Bounds::of(&other)) || !expected);
        }
    }

    #[test]
    fn a_checksum_is_treated_as_any_string_of_its_alphabet() {
        let declared = |checksum| Declared {
            prefix: Some("a".into()),
            segments: vec![Segment::secret("s", Alphabet::HEX, 4)],
            checksum,
            ..Declared::default()
        };
        let overlaps = |one: Option<Checksum>, other: Option<Checksum>| {
            let (one, other) = (declared(one).into_layout(), declared(other).into_layout());
            Automaton::new(&one).overlaps(&Automaton::new(&other), &mut { MAX_STEPS }).unwrap()
        };
        assert!(overlaps(Some(Checksum::crc32()), Some(Checksum::crc32_body())));
        assert!(overlaps(Some(Checksum::crc32()), Some(Checksum::sha256(6))));
        assert!(!overlaps(Some(Checksum::crc32()), Some(Checksum::sha256(5))));
        assert!(!overlaps(Some(Checksum::crc32()), None));
        let dotted = Some(Checksum::sha256(5).separated_by("."));
        assert!(!overlaps(Some(Checksum::crc32()), dotted.clone()));
        assert!(overlaps(Some(Checksum::sha256(5).separated_by(".")), dotted));
    }

    /// Returns formats with one prefix, many environments and variable lengths.
    fn similar_formats(count: usize) -> Vec<KeyFormat> {
        let format = |number: usize| {
            KeyFormat::builder("acme")
                .name(&format!("f{number}"))
                .environments((0..32).map(|name| format!("e{name:02}")))
                .segment(Segment::public("id", Alphabet::BASE62, Lengths { min: 1, max: 200 }))
                .segment(
                    Segment::secret("key", Alphabet::HEX, Lengths { min: 32, max: 200 })
                        .separated_by(&format!(".{number}.")),
                )
                .build()
                .unwrap()
        };
        (0..count).map(format).collect()
    }

    #[test]
    fn a_set_that_takes_too_long_to_compare_is_too_complex() {
        assert_eq!(find_conflicts(&similar_formats(20)), Some(BTreeSet::new()));
        assert_eq!(find_conflicts(&similar_formats(1000)), None);
    }
}
