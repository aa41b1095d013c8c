//! Nested operands: prefixes, suffixes and networks, in sorted tables.
//!
//! Any two of them are either disjoint or nested. So of all that match
//! a value, each but the last contains the next, and the last is found from
//! the value's position in the order by going outwards.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::net::IpAddr;

use super::{AtomEntry, Limit};
use crate::cidr;
use crate::interner::{AtomId, PredicateInterner};

/// An atom in its place.
pub(super) struct Row<K> {
    key: K,
    entry: AtomEntry,
    /// The place of the next larger one that this is in.
    outer: u32,
}

/// Atoms of one field that nest.
pub(super) struct Nested<K> {
    rows: Vec<Row<K>>,
}

/// A key of its kind.
pub(super) trait Nesting: Sized {
    /// What is looked for.
    type Value<'v>: Copy;

    fn of(operand: &str) -> Option<Self>;
    /// Compares two keys; a key that contains others comes before them.
    fn order(&self, other: &Self, interner: &Texts<'_>, atoms: (AtomId, AtomId)) -> Ordering;
    /// Whether it holds the other.
    fn holds(&self, other: &Self, interner: &Texts<'_>, atoms: (AtomId, AtomId)) -> bool;
    /// Whether it comes before the value, or is the same.
    fn is_before(&self, value: Self::Value<'_>, operand: &str) -> bool;
    fn takes(&self, value: Self::Value<'_>, operand: &str) -> bool;
}

/// The operands of atoms.
pub(super) struct Texts<'l>(pub(super) &'l PredicateInterner);

impl Texts<'_> {
    fn get(&self, atom: AtomId) -> &str {
        self.0.atom(atom).map_or("", |atom| atom.operand)
    }
}

impl<K: Nesting> Nested<K> {
    pub(super) fn new(
        atoms: impl Iterator<Item = AtomEntry>,
        interner: &PredicateInterner,
    ) -> Self {
        let texts = Texts(interner);
        let row = |entry: AtomEntry| {
            Some(Row { key: K::of(texts.get(entry.atom))?, entry, outer: u32::MAX })
        };
        let mut rows: Vec<Row<K>> = atoms.filter_map(row).collect();
        rows.sort_unstable_by(|a, b| a.key.order(&b.key, &texts, (a.entry.atom, b.entry.atom)));
        let mut outers: Vec<u32> = Vec::with_capacity(rows.len());
        for (place, row) in rows.iter().enumerate() {
            let mut outer = place.checked_sub(1);
            while let Some(candidate) = outer.and_then(|at| rows.get(at)) {
                if candidate.key.holds(&row.key, &texts, (candidate.entry.atom, row.entry.atom)) {
                    break;
                }
                outer = outer.and_then(|at| outers.get(at)).map(|outer| *outer as usize);
            }
            outers.push(outer.and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX));
        }
        for (row, outer) in rows.iter_mut().zip(outers) {
            row.outer = outer;
        }
        Self { rows }
    }

    /// All atoms.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomEntry> {
        self.rows.iter().map(|row| row.entry)
    }

    /// Adds the atoms that take the value and lead to a rank of use.
    pub(super) fn find(
        &self,
        value: K::Value<'_>,
        mut limit: Limit,
        interner: &PredicateInterner,
        hits: &mut Vec<AtomId>,
    ) {
        let texts = Texts(interner);
        let after =
            self.rows.partition_point(|row| row.key.is_before(value, texts.get(row.entry.atom)));
        let mut at = after.checked_sub(1);
        let mut is_in = false;
        while let Some(row) = at.and_then(|at| self.rows.get(at)) {
            is_in = is_in || row.key.takes(value, texts.get(row.entry.atom));
            if is_in {
                limit.admit(&row.entry, hits);
            }
            at = Some(row.outer as usize);
        }
    }
}

/// A prefix; its text is that of its atom.
pub(super) struct Prefix;

impl Nesting for Prefix {
    type Value<'v> = &'v str;

    fn of(_: &str) -> Option<Self> {
        Some(Self)
    }

    fn order(&self, _: &Self, texts: &Texts<'_>, (a, b): (AtomId, AtomId)) -> Ordering {
        texts.get(a).cmp(texts.get(b))
    }

    fn holds(&self, _: &Self, texts: &Texts<'_>, (a, b): (AtomId, AtomId)) -> bool {
        texts.get(b).starts_with(texts.get(a))
    }

    fn is_before(&self, value: &str, operand: &str) -> bool {
        operand <= value
    }

    fn takes(&self, value: &str, operand: &str) -> bool {
        value.starts_with(operand)
    }
}

/// A suffix: a prefix of the reversed string.
pub(super) struct Suffix;

fn from_behind(a: &str, b: &str) -> Ordering {
    a.bytes().rev().cmp(b.bytes().rev())
}

impl Nesting for Suffix {
    type Value<'v> = &'v str;

    fn of(_: &str) -> Option<Self> {
        Some(Self)
    }

    fn order(&self, _: &Self, texts: &Texts<'_>, (a, b): (AtomId, AtomId)) -> Ordering {
        from_behind(texts.get(a), texts.get(b))
    }

    fn holds(&self, _: &Self, texts: &Texts<'_>, (a, b): (AtomId, AtomId)) -> bool {
        texts.get(b).ends_with(texts.get(a))
    }

    fn is_before(&self, value: &str, operand: &str) -> bool {
        from_behind(operand, value).is_le()
    }

    fn takes(&self, value: &str, operand: &str) -> bool {
        value.ends_with(operand)
    }
}

/// A network: whether it is one of IPv6, its first and its last address.
pub(super) struct Network {
    first: (bool, u128),
    last: (bool, u128),
}

/// An address as networks order it.
pub(super) fn address(address: IpAddr) -> (bool, u128) {
    as_it_is(address.to_canonical())
}

const fn as_it_is(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(v4) => (false, v4.to_bits() as u128),
        IpAddr::V6(v6) => (true, v6.to_bits()),
    }
}

impl Nesting for Network {
    type Value<'v> = (bool, u128);

    fn of(operand: &str) -> Option<Self> {
        let (first, last) = cidr::ends(operand)?;
        Some(Self { first: as_it_is(first), last: as_it_is(last) })
    }

    fn order(&self, other: &Self, _: &Texts<'_>, _: (AtomId, AtomId)) -> Ordering {
        self.first.cmp(&other.first).then(other.last.cmp(&self.last))
    }

    fn holds(&self, other: &Self, _: &Texts<'_>, _: (AtomId, AtomId)) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    fn is_before(&self, value: (bool, u128), _: &str) -> bool {
        self.first <= value
    }

    fn takes(&self, value: (bool, u128), _: &str) -> bool {
        self.first <= value && value <= self.last
    }
}
