//! Overlap: whether one text could be a key of two formats.
//!
//! Both layouts are walked together, a character at a time, with all places of
//! the one at which the walk can be for each place of the other. This decides
//! exactly, whatever lengths vary; what a checksum would have to be does not
//! count. Foreign formats have no mark and never clash.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use crate::KeyFormat;
use crate::layout::Layout;

/// Which formats could share a text with one that stands before them.
pub(crate) fn clashes(formats: &[KeyFormat]) -> BTreeSet<usize> {
    let walks: Vec<(usize, &Layout, Walk)> = formats
        .iter()
        .enumerate()
        .filter_map(|(index, format)| Some((index, format.layout()?)))
        .map(|(index, layout)| (index, layout, Walk::new(layout)))
        .collect();
    let mut clashes = BTreeSet::new();
    for (place, (index, layout, walk)) in walks.iter().enumerate() {
        let mut before = walks.iter().take(place);
        if before.any(|(_, other, its)| may_overlap(layout, other) && walk.meets(its)) {
            clashes.insert(*index);
        }
    }
    clashes
}

/// Rules out, at little cost, most formats that have nothing in common.
fn may_overlap(one: &Layout, other: &Layout) -> bool {
    let lengths = |layout: &Layout| {
        let names = layout.environments.iter().map(|name| name.len());
        let shortest = names.min().unwrap_or_default() + layout.mark.len() + layout.shortest;
        (shortest, layout.longest_key())
    };
    let ((min, max), (other_min, other_max)) = (lengths(one), lengths(other));
    let mut marks = one.mark.bytes().zip(other.mark.bytes());
    min <= other_max && other_min <= max && marks.all(|(a, b)| a == b)
}

/// A set of ASCII characters, a bit each.
type Characters = u128;

/// A layout as places that are walked from the first to the last.
struct Walk {
    /// What may be read at each place; nothing where one can only jump on.
    places: Vec<Characters>,
    /// From any of some places on to a later one, without reading; in the
    /// order of what they lead from.
    jumps: Vec<(Places, usize)>,
}

impl Walk {
    fn new(layout: &Layout) -> Self {
        let mut walk = Self { places: Vec::new(), jumps: Vec::new() };
        let mut jumps = Vec::new();
        walk.literal(&layout.mark);
        if !layout.environments.is_empty() {
            let fork = walk.fork();
            let mut ends = Vec::new();
            for name in layout.environments.iter() {
                jumps.push((fork, fork, walk.places.len()));
                walk.literal(name);
                ends.push(walk.fork());
            }
            let join = walk.places.len();
            jumps.extend(ends.into_iter().map(|end| (end, end, join)));
        }
        walk.literal(&layout.after_environment);
        for field in layout.fields.iter() {
            walk.literal(&field.separator);
            let start = walk.places.len();
            let characters = set_of(field.alphabet.symbols());
            walk.places.extend(core::iter::repeat_n(characters, field.longest));
            let end = walk.places.len();
            if field.shortest < field.longest {
                jumps.push((start + field.shortest, end - 1, end));
            }
        }
        if let Some(checksum) = &layout.checksum {
            walk.literal(&checksum.separator);
            let characters = set_of(checksum.alphabet().symbols());
            walk.places.extend(core::iter::repeat_n(characters, checksum.length));
        }
        for (first, last, to) in jumps {
            let mut from = Places::none(walk.count());
            (first..=last).for_each(|place| from.add(place));
            walk.jumps.push((from, to));
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

    /// Whether one text leads to the end of both.
    fn meets(&self, other: &Self) -> bool {
        // For each place of this walk that can be reached, those of the other
        // at which it can be meanwhile. All ways lead to later places.
        let mut meanwhile = BTreeMap::new();
        let mut start = Places::none(other.count());
        start.add(0);
        other.jump(&mut start);
        meanwhile.insert(0, start);
        let mut readable: BTreeMap<Characters, Places> = BTreeMap::new();
        while let Some((place, here)) = meanwhile.pop_first() {
            let Some(characters) = self.places.get(place) else {
                return here.has(other.places.len());
            };
            for (_, to) in self.jumps.iter().filter(|(from, _)| from.has(place)) {
                add(&mut meanwhile, *to, &here);
            }
            let both = readable
                .entry(*characters)
                .or_insert_with(|| other.readable(*characters))
                .and(&here);
            if !both.is_empty() {
                let mut next = both.next();
                other.jump(&mut next);
                add(&mut meanwhile, place + 1, &next);
            }
        }
        false
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
    fn jump(&self, places: &mut Places) {
        for (from, to) in &self.jumps {
            if places.meets(from) {
                places.add(*to);
            }
        }
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

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(word, other)| word & other != 0)
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

    use super::Walk;
    use crate::builder::Segment;
    use crate::declaration::Declared;
    use crate::{Alphabet, Checksum};

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
        fn the_walk_meets_where_a_key_is_of_both(one in tiny(), other in tiny()) {
            let expected = !keys(&one).is_disjoint(&keys(&other));
            let (one, other) = (one.into_layout(), other.into_layout());
            prop_assert_eq!(Walk::new(&one).meets(&Walk::new(&other)), expected);
            prop_assert_eq!(Walk::new(&other).meets(&Walk::new(&one)), expected);
            prop_assert!(super::may_overlap(&one, &other) || !expected);
        }
    }

    #[test]
    fn a_checksum_is_any_text_of_its_alphabet() {
        let declared = |checksum| Declared {
            prefix: "a".into(),
            segments: vec![Segment::secret("s", Alphabet::HEX, 4)],
            checksum,
            ..Declared::default()
        };
        let meets = |one: Option<Checksum>, other: Option<Checksum>| {
            let (one, other) = (declared(one).into_layout(), declared(other).into_layout());
            Walk::new(&one).meets(&Walk::new(&other))
        };
        assert!(meets(Some(Checksum::crc32()), Some(Checksum::crc32_body())));
        assert!(meets(Some(Checksum::crc32()), Some(Checksum::sha256(6))));
        assert!(!meets(Some(Checksum::crc32()), Some(Checksum::sha256(5))));
        assert!(!meets(Some(Checksum::crc32()), None));
        let dotted = Some(Checksum::sha256(5).separated_by("."));
        assert!(!meets(Some(Checksum::crc32()), dotted.clone()));
        assert!(meets(Some(Checksum::sha256(5).separated_by(".")), dotted));
    }
}
