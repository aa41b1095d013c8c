//! Answers many tests of one attribute in one pass. Some rules are evaluated often: those without a
//! key, such as rules with only negated tests, and those that share a key with many other rules.
//! Without a scan, the tests of these rules would be evaluated one by one.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::ends::Ends;
use super::{AtomEntry, Buffers, Finder, Limit};
use crate::condition::Kind;
use crate::condition_set::Rank;
use crate::interner::{AtomId, PredicateInterner};
use crate::wildcard;

/// The tests of one attribute with one normalization.
pub(super) struct Scan {
    /// Sorted.
    atoms: Vec<AtomId>,
    finders: Vec<Finder>,
}

/// The results of a scan: which of its atoms are true.
#[derive(Default)]
pub struct Scanned {
    pub(super) scan: u32,
    bits: Vec<u64>,
}

/// Returns whether scans answer tests of this kind. These are the kinds whose tests are expensive
/// to evaluate, at least if the value is a list. Each of these kinds needs a [`Finder`] that
/// searches strings, because a scan counts a test as failed unless a finder finds it.
pub(super) const fn is_scanned(kind: Kind) -> bool {
    match kind {
        Kind::Exact
        | Kind::Prefix
        | Kind::Suffix
        | Kind::Contains
        | Kind::Word
        | Kind::Wildcard
        | Kind::Cidr
        | Kind::Subject => true,
        Kind::Range | Kind::Exists | Kind::Missing => false,
    }
}

impl Scan {
    /// Creates a scan of these atoms. Returns `None` if an automaton would be too large.
    pub(super) fn new(mut atoms: Vec<AtomId>, interner: &PredicateInterner) -> Option<Self> {
        atoms.sort_unstable();
        atoms.dedup();
        let (mut by_kind, mut ends) = (BTreeMap::<Kind, Vec<AtomEntry>>::new(), Vec::new());
        for id in &atoms {
            let (entry, atom) =
                (AtomEntry { atom: *id, best: 0, best_certain: 0 }, interner.atom(*id)?);
            let kind = match interner.field(atom.field)?.kind {
                Kind::Wildcard if wildcard::inner(atom.operand).next().is_none() => {
                    ends.push(entry);
                    continue;
                }
                // One pass finds the pieces of both kinds.
                Kind::Contains => Kind::Wildcard,
                kind => kind,
            };
            by_kind.entry(kind).or_default().push(entry);
        }
        let finder = |(kind, atoms)| Finder::of_kind(kind, atoms, interner);
        let mut finders = by_kind.into_iter().map(finder).collect::<Option<Vec<_>>>()?;
        if !ends.is_empty() {
            finders.push(Finder::Ends(Box::new(Ends::new(ends.into_iter(), interner))));
        }
        Some(Self { atoms, finders })
    }

    pub(super) fn atoms(&self) -> &[AtomId] {
        &self.atoms
    }

    /// Evaluates all tests on the strings of a value.
    pub(super) fn run<'t>(
        &self,
        scan: u32,
        texts: impl Iterator<Item = &'t str>,
        interner: &PredicateInterner,
        buffers: &mut Buffers,
    ) -> Scanned {
        let mut scanned = Scanned { scan, bits: vec![0; self.atoms.len().div_ceil(64)] };
        let no_limit = Limit { rank: Rank::MAX, narrows: false };
        let mut hits = Vec::new();
        for_each_string(texts, |text| {
            self.finders
                .iter()
                .for_each(|it| it.find(text, no_limit, interner, buffers, &mut hits));
            for hit in hits.drain(..) {
                if let Ok(at) = self.atoms.binary_search(&hit)
                    && let Some(word) = scanned.bits.get_mut(at / 64)
                {
                    *word |= 1 << (at % 64);
                }
            }
        });
        scanned
    }

    /// Returns the result of a test, or `None` if the scan does not contain it.
    pub(super) fn answer(&self, scanned: &Scanned, atom: AtomId) -> Option<bool> {
        let at = self.atoms.binary_search(&atom).ok()?;
        scanned.bits.get(at / 64).map(|word| word >> (at % 64) & 1 != 0)
    }
}

/// Calls `each` with the strings of a list. Skips duplicates if the list is long.
pub(super) fn for_each_string<'t>(
    texts: impl Iterator<Item = &'t str>,
    mut each: impl FnMut(&'t str),
) {
    const NOT_DEDUPLICATED: usize = 8;
    let mut texts = texts.peekable();
    texts.by_ref().take(NOT_DEDUPLICATED).for_each(&mut each);
    if texts.peek().is_some() {
        let mut rest: Vec<&str> = texts.collect();
        rest.sort_unstable();
        rest.dedup();
        rest.into_iter().for_each(each);
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::{Buffers, Scan};
    use crate::condition::Kind;
    use crate::interner::PredicateInternerBuilder;
    use crate::normalization::Normalization;

    /// Checks that a scan of all tests returns the same results as evaluating each test.
    fn check(tests: &[(Kind, String)], texts: &[String]) {
        let mut builder = PredicateInternerBuilder::default();
        let mut atoms = Vec::new();
        for (kind, operand) in tests {
            let field = builder.field("text", *kind, Normalization::default());
            atoms.push(builder.atom(field, operand).unwrap());
        }
        let interner = builder.finish();
        let scan = Scan::new(atoms.clone(), &interner).unwrap();
        let mut buffers = Buffers::default();
        for text in texts {
            let scanned = scan.run(0, core::iter::once(text.as_str()), &interner, &mut buffers);
            for id in &atoms {
                let atom = interner.atom(*id).unwrap();
                let kind = interner.field(atom.field).unwrap().kind;
                let expected = kind.accepts_string(text, atom.operand);
                let found = scan.answer(&scanned, *id);
                assert_eq!(found, Some(expected), "{kind:?} {} {text}", atom.operand);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_scan_agrees_with_each_test_evaluated_alone(
            wildcards in prop::collection::vec("[ab*]{1,9}", 1..12),
            keywords in prop::collection::vec("[ab]{1,3}", 0..4),
            words in prop::collection::vec("[ab.]{1,3}", 0..4),
            subjects in prop::collection::vec("([ab*][.]){0,4}[ab*>]", 0..8),
            ends in prop::collection::vec("[ab.]{1,3}", 0..4),
            networks in prop::collection::vec("(10[.]0[.]0[.][01]/32|10[.]0[.]0[.]0/(8|31)|::/0)", 0..3),
            nested in prop::collection::vec("b?[*]?a{0,5}[*]a{0,30}[*]?b?", 0..24),
            texts in prop::collection::vec("[ab. ]{0,14}|b?a{0,70}b?|b?a{20,40}b?a{20,40}b?|([ab][.]){0,5}[ab]|10[.]0[.]0[.][0-2]|::1(%a)?", 1..6),
        ) {
            let with_kind =
                |kind, list: Vec<String>| list.into_iter().map(move |text| (kind, text));
            let tests = with_kind(Kind::Wildcard, wildcards);
            let tests = tests.chain(with_kind(Kind::Wildcard, nested));
            let tests = tests.chain(with_kind(Kind::Contains, keywords));
            let tests = tests.chain(with_kind(Kind::Word, words));
            let tests = tests.chain(with_kind(Kind::Subject, subjects));
            let tests = tests.chain(with_kind(Kind::Cidr, networks));
            let tests = tests.chain(with_kind(Kind::Prefix, ends.clone()));
            let tests = tests.chain(with_kind(Kind::Suffix, ends.clone()));
            let tests = tests.chain(with_kind(Kind::Exact, ends));
            check(&tests.collect::<Vec<_>>(), &texts);
        }
    }

    #[test]
    fn wildcard_pieces_match_in_order_without_overlap() {
        let tests = ["*ab*ba*", "*aba*", "ab*ba", "ab*b*a", "*a*a*a*", "a*ab*b", "*ba*ab"];
        let tests: Vec<_> = tests.map(|text| (Kind::Wildcard, text.into())).into();
        let texts = ["aba", "abba", "aabba", "ab", "ababa", "baab", "aaa", "bab", ""];
        check(&tests, &texts.map(String::from));
    }
}
