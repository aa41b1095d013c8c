//! Overlap: whether one string could be a key of two formats.
//!
//! Both layouts are traversed together, a character at a time, keeping for each position in
//! one layout the set of possible positions in the other. The result is
//! exact, even for variable lengths; the required value of a checksum does not
//! count. Foreign formats have no mark and never clash.
//!
//! Formats that begin alike are compared in pairs. The number of steps is limited for
//! the whole set, and a set that needs more is too complex.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use crate::KeyFormat;
use crate::layout::Layout;

/// How many steps it may take to compare the formats of a set: about half a
/// second. A thousand formats of one prefix and of fixed lengths take a tenth.
const STEPS: u64 = 300_000_000;

/// Returns the formats that may accept a text that an earlier format accepts, or
/// `None` if that takes more than [`STEPS`].
pub(crate) fn clashes(formats: &[KeyFormat]) -> Option<BTreeSet<usize>> {
    let layouts = formats.iter().enumerate();
    let layouts = layouts.filter_map(|(index, format)| Some((index, format.layout()?)));
    let walks: Vec<(usize, Bounds<'_>, Walk)> =
        layouts.map(|(index, layout)| (index, Bounds::of(layout), Walk::new(layout))).collect();
    let mut steps = STEPS;
    let mut clashes = BTreeSet::new();
    for (place, (index, bounds, walk)) in walks.iter().enumerate() {
        for (_, of_other, other) in walks.iter().take(place) {
            steps = steps.checked_sub(1)?;
            if bounds.may_overlap(of_other) && walk.meets(other, &mut steps)? {
                clashes.insert(*index);
                break;
            }
        }
    }
    Some(clashes)
}

/// A cheap check that rules out most pairs of formats that have nothing in common.
struct Bounds<'l> {
    mark: &'l str,
    shortest: usize,
    longest: usize,
}

impl<'l> Bounds<'l> {
    fn of(layout: &'l Layout) -> Self {
        let names = layout.environments.iter().map(|name| name.len());
        let shortest = names.min().unwrap_or_default() + layout.mark.len() + layout.shortest;
        Self { mark: &layout.mark, shortest, longest: layout.longest_key() }
    }

    fn may_overlap(&self, other: &Self) -> bool {
        let mut marks = self.mark.bytes().zip(other.mark.bytes());
        self.shortest <= other.longest
            && other.shortest <= self.longest
            && marks.all(|(a, b)| a == b)
    }
}

/// A set of ASCII characters, a bit each.
type Characters = u128;

/// A layout as places that are walked from the first to the last.
struct Walk {
    /// The characters that are accepted at each position; empty where one can only jump.
    places: Vec<Characters>,
    /// Jumps from a range of positions to a later
    /// one, without reading a character; sorted by these ranges, which never
    /// overlap except where a fork has several jumps.
    jumps: Vec<Jump>,
    /// Where all lengths are fixed, the places for each environment; else
    /// nothing.
    lines: Vec<Vec<Characters>>,
}

/// A jump from any of a range of positions to a later one.
struct Jump {
    first: usize,
    last: usize,
    to: usize,
}

impl Walk {
    fn new(layout: &Layout) -> Self {
        let mut walk = Self { places: Vec::new(), jumps: Vec::new(), lines: Vec::new() };
        let mut jumps = Vec::new();
        let mut jump = |first, last, to| jumps.push(Jump { first, last, to });
        walk.literal(&layout.mark);
        if !layout.environments.is_empty() {
            let fork = walk.fork();
            let mut ends = Vec::new();
            for name in layout.environments.iter() {
                jump(fork, fork, walk.places.len());
                walk.literal(name);
                ends.push(walk.fork());
            }
            let join = walk.places.len();
            ends.into_iter().for_each(|end| jump(end, end, join));
        }
        walk.literal(&layout.after_environment);
        for field in layout.fields.iter() {
            walk.literal(&field.separator);
            let start = walk.places.len();
            let characters = set_of(field.alphabet.symbols());
            walk.places.extend(core::iter::repeat_n(characters, field.longest));
            let end = walk.places.len();
            if field.shortest < field.longest {
                jump(start + field.shortest, end - 1, end);
            }
        }
        if let Some(checksum) = &layout.checksum {
            walk.literal(&checksum.separator);
            let characters = set_of(checksum.alphabet().symbols());
            walk.places.extend(core::iter::repeat_n(characters, checksum.length));
        }
        walk.jumps = jumps;
        if layout.shortest == layout.longest {
            let tail = walk.places.iter().rev().take(layout.longest).rev();
            let tail: Vec<Characters> = tail.copied().collect();
            let line = |name: &str| {
                let head = layout.mark.bytes().chain(name.bytes()).map(bit);
                head.chain(tail.iter().copied()).collect()
            };
            walk.lines = match layout.environments.as_ref() {
                [] => vec![line("")],
                names => names.iter().map(|name| line(name)).collect(),
            };
        }
        walk
    }

    /// How many places there are, the end included.
    fn count(&self) -> usize {
        self.places.len() + 1
    }

    fn literal(&mut self, text: &str) {
        self.places.extend(text.bytes().map(bit));
    }

    /// A place where nothing is read.
    fn fork(&mut self) -> usize {
        self.places.push(0);
        self.places.len() - 1
    }

    /// Returns whether some string reaches the end of both, or `None` if that takes more
    /// steps than there are.
    fn meets(&self, other: &Self, steps: &mut u64) -> Option<bool> {
        if let (false, false) = (self.lines.is_empty(), other.lines.is_empty()) {
            for (one, of_other) in
                self.lines.iter().flat_map(|one| other.lines.iter().map(move |it| (one, it)))
            {
                let same = one.iter().zip(of_other).take_while(|(a, b)| **a & **b != 0).count();
                *steps = steps.checked_sub(1 + same as u64)?;
                if one.len() == of_other.len() && same == one.len() {
                    return Some(true);
                }
            }
            return Some(false);
        }
        // For each place of this walk that can be reached, those of the other
        // at which it can be meanwhile. All ways lead to later places.
        let mut meanwhile = BTreeMap::new();
        let mut start = Places::none(other.count());
        start.add(0);
        other.jump(&mut start, steps)?;
        meanwhile.insert(0, start);
        let words = other.count().div_ceil(64) as u64;
        let mut readable: BTreeMap<Characters, Places> = BTreeMap::new();
        while let Some((place, here)) = meanwhile.pop_first() {
            *steps = steps.checked_sub(8 * words)?;
            let Some(characters) = self.places.get(place) else {
                return Some(here.has(other.places.len()));
            };
            for jump in self.jumps_from(place, place) {
                *steps = steps.checked_sub(words)?;
                add(&mut meanwhile, jump.to, &here);
            }
            let both = readable
                .entry(*characters)
                .or_insert_with(|| other.readable(*characters))
                .and(&here);
            if !both.is_empty() {
                let mut next = both.next();
                other.jump(&mut next, steps)?;
                add(&mut meanwhile, place + 1, &next);
            }
        }
        Some(false)
    }

    /// The jumps from places between these two.
    fn jumps_from(&self, first: usize, last: usize) -> impl Iterator<Item = &Jump> {
        let start = self.jumps.partition_point(|jump| jump.last < first);
        let jumps = self.jumps.get(start..).unwrap_or_default();
        jumps.iter().take_while(move |jump| jump.first <= last)
    }

    /// The places at which one of the characters can be read.
    fn readable(&self, characters: Characters) -> Places {
        let mut readable = Places::none(self.count());
        let places = self.places.iter().enumerate();
        places
            .filter(|(_, own)| **own & characters != 0)
            .for_each(|(place, _)| readable.add(place));
        readable
    }

    /// Adds the places that can be reached without reading.
    fn jump(&self, places: &mut Places, steps: &mut u64) -> Option<()> {
        // All lead to later places, and so to those of later jumps.
        let Some(first) = places.first() else { return Some(()) };
        for jump in self.jumps_from(first, usize::MAX) {
            *steps = steps.checked_sub(1 + (jump.last - jump.first) as u64 / 64)?;
            if places.has_any(jump.first, jump.last) {
                places.add(jump.to);
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

/// A set of places of a walk, a bit each.
#[derive(Clone, Default)]
struct Places(Vec<u64>);

impl Places {
    fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn add(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn add_all(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    /// The first place.
    fn first(&self) -> Option<usize> {
        let at = self.0.iter().position(|word| *word != 0)?;
        Some(at * 64 + self.0.get(at)?.trailing_zeros() as usize)
    }

    /// Returns whether there is a place between these two, both included.
    fn has_any(&self, first: usize, last: usize) -> bool {
        (first / 64..=last / 64).any(|at| {
            let from = if at == first / 64 { u64::MAX << (first % 64) } else { u64::MAX };
            let to = if at == last / 64 { u64::MAX >> (63 - last % 64) } else { u64::MAX };
            self.0.get(at).is_some_and(|word| word & from & to != 0)
        })
    }

    /// The places in both.
    fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(word, other)| word & other).collect())
    }

    /// The places after these.
    fn next(&self) -> Self {
        let mut carry = 0;
        let words = self.0.iter().map(|word| {
            let next = word << 1 | carry;
            carry = word >> 63;
            next
        });
        Self(words.collect())
    }
}

/// Adds places of the other walk to those at which it can be meanwhile.
fn add(meanwhile: &mut BTreeMap<usize, Places>, place: usize, others: &Places) {
    match meanwhile.get_mut(&place) {
        Some(known) => known.add_all(others),
        None => {
            meanwhile.insert(place, others.clone());
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

    use super::{Bounds, STEPS, Walk, clashes};
    use crate::declaration::Declared;
    use crate::layout::Layout;
    use crate::segment::Segment;
    use crate::{Alphabet, Checksum, KeyFormat, Lengths};

    /// A declaration too small to be accepted: its keys can be counted.
    fn tiny() -> impl Strategy<Value = Declared> {
        let segment = (select(vec!["ab", "bc", "a-", "abc"]), 1..3_usize, 0..2_usize);
        let separator = || select(vec!["", "-", "a", "--"]);
        let segments = prop::collection::vec((segment, prop::option::of(separator())), 1..4);
        let environments = prop::option::of(prop::collection::btree_set("[ab]{1,2}", 1..3));
        (select(vec!["a", "ab", "b", "a-"]), environments, separator(), segments).prop_map(
            |(prefix, environments, separator, segments)| Declared {
                prefix: prefix.into(),
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

    /// All keys of a declaration.
    fn keys(declared: &Declared) -> BTreeSet<String> {
        let separator = declared.separator.clone().unwrap();
        let mut texts = vec![declared.prefix.clone()];
        if let Some(names) = &declared.environments {
            texts = names.iter().map(|name| format!("{}{separator}{name}", texts[0])).collect();
        }
        for segment in &declared.segments {
            let separator = segment.separator.as_ref().unwrap_or(&separator);
            let mut runs = vec![String::new()];
            let mut longer = Vec::new();
            for length in 1..=segment.lengths.max {
                let symbols = || segment.alphabet.symbols().chars();
                runs = runs
                    .iter()
                    .flat_map(|run| symbols().map(move |s| format!("{run}{s}")))
                    .collect();
                if length >= segment.lengths.min {
                    longer.extend(runs.clone());
                }
            }
            texts = texts
                .iter()
                .flat_map(|text| longer.iter().map(move |run| format!("{text}{separator}{run}")))
                .collect();
        }
        texts.into_iter().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn the_walk_meets_if_and_only_if_a_key_matches_both_formats(one in tiny(), other in tiny()) {
            let expected = !keys(&one).is_disjoint(&keys(&other));
            let (one, other) = (one.into_layout(), other.into_layout());
            let meets = |a: &Layout, b: &Layout| Walk::new(a).meets(&Walk::new(b), &mut { STEPS });
            prop_assert_eq!(meets(&one, &other), Some(expected));
            prop_assert_eq!(meets(&other, &one), Some(expected));
            prop_assert!(Bounds::of(&one).may_overlap(&Bounds::of(&other)) || !expected);
        }
    }

    #[test]
    fn a_checksum_is_treated_as_any_string_of_its_alphabet() {
        let declared = |checksum| Declared {
            prefix: "a".into(),
            segments: vec![Segment::secret("s", Alphabet::HEX, 4)],
            checksum,
            ..Declared::default()
        };
        let meets = |one: Option<Checksum>, other: Option<Checksum>| {
            let (one, other) = (declared(one).into_layout(), declared(other).into_layout());
            Walk::new(&one).meets(&Walk::new(&other), &mut { STEPS }).unwrap()
        };
        assert!(meets(Some(Checksum::crc32()), Some(Checksum::crc32_body())));
        assert!(meets(Some(Checksum::crc32()), Some(Checksum::sha256(6))));
        assert!(!meets(Some(Checksum::crc32()), Some(Checksum::sha256(5))));
        assert!(!meets(Some(Checksum::crc32()), None));
        let dotted = Some(Checksum::sha256(5).separated_by("."));
        assert!(!meets(Some(Checksum::crc32()), dotted.clone()));
        assert!(meets(Some(Checksum::sha256(5).separated_by(".")), dotted));
    }

    /// Formats of one prefix and many environments, all of variable lengths.
    fn alike(count: usize) -> Vec<KeyFormat> {
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
        assert_eq!(clashes(&alike(20)), Some(BTreeSet::new()));
        assert_eq!(clashes(&alike(1000)), None);
    }
}
