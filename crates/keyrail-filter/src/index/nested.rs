//! Finds nested operands (prefixes, suffixes and networks) in sorted tables.
//!
//! Any two operands are either disjoint or nested, so those that match a value form a chain
//! in which each contains the next. The search starts at the value's position in the sorted
//! table and follows the chain outwards.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::net::IpAddr;

use super::{AtomEntry, Limit};
use crate::cidr;
use crate::interner::{AtomId, PredicateInterner};

/// An atom and its key.
pub(super) struct Row<K> {
    key: K,
    entry: AtomEntry,
    /// The index of the row with the smallest key that contains this row's key, or `u32::MAX` if no
    /// key contains it.
    outer: u32,
}

/// The atoms of one field, with nested operands.
pub(super) struct Nested<K> {
    rows: Vec<Row<K>>,
}

/// A kind of key. Any two keys of the same kind are either disjoint or nested.
pub(super) trait Nesting: Sized {
    /// The values that keys match.
    type Value<'v>: Copy;

    fn from_operand(operand: &str) -> Option<Self>;
    /// Compares two keys; a key that contains others comes before them.
    fn order(&self, other: &Self, operands: &Operands<'_>, atoms: (AtomId, AtomId)) -> Ordering;
    /// Returns whether this key matches every value that the other key matches.
    fn contains(&self, other: &Self, operands: &Operands<'_>, atoms: (AtomId, AtomId)) -> bool;
    /// Returns whether the key is before the value in the order of [`order`](Self::order), or equal
    /// to it.
    fn is_before(&self, value: Self::Value<'_>, operand: &str) -> bool;
    fn matches(&self, value: Self::Value<'_>, operand: &str) -> bool;
}

/// The operands of atoms.
pub(super) struct Operands<'l>(pub(super) &'l PredicateInterner);

impl Operands<'_> {
    fn get(&self, atom: AtomId) -> &str {
        self.0.atom(atom).map_or("", |atom| atom.operand)
    }
}

impl<K: Nesting> Nested<K> {
    pub(super) fn new(
        atoms: impl Iterator<Item = AtomEntry>,
        interner: &PredicateInterner,
    ) -> Self {
        let operands = Operands(interner);
        let row = |entry: AtomEntry| {
            Some(Row { key: K::from_operand(operands.get(entry.atom))?, entry, outer: u32::MAX })
        };
        let mut rows: Vec<Row<K>> = atoms.filter_map(row).collect();
        rows.sort_unstable_by(|a, b| a.key.order(&b.key, &operands, (a.entry.atom, b.entry.atom)));
        let mut outers: Vec<u32> = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let mut outer = index.checked_sub(1);
            while let Some(candidate) = outer.and_then(|at| rows.get(at)) {
                if candidate.key.contains(
                    &row.key,
                    &operands,
                    (candidate.entry.atom, row.entry.atom),
                ) {
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

    /// Returns all atoms.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomEntry> {
        self.rows.iter().map(|row| row.entry)
    }

    /// Adds the atoms that match the value and whose best rank is within the limit.
    pub(super) fn find(
        &self,
        value: K::Value<'_>,
        mut limit: Limit,
        interner: &PredicateInterner,
        hits: &mut Vec<AtomId>,
    ) {
        let operands = Operands(interner);
        let after =
            self.rows.partition_point(|row| row.key.is_before(value, operands.get(row.entry.atom)));
        let mut at = after.checked_sub(1);
        let mut is_matching = false;
        while let Some(row) = at.and_then(|at| self.rows.get(at)) {
            is_matching = is_matching || row.key.matches(value, operands.get(row.entry.atom));
            if is_matching {
                limit.admit(&row.entry, hits);
            }
            at = Some(row.outer as usize);
        }
    }
}

/// A prefix, which is the operand of the atom.
pub(super) struct Prefix;

impl Nesting for Prefix {
    type Value<'v> = &'v str;

    fn from_operand(_: &str) -> Option<Self> {
        Some(Self)
    }

    fn order(&self, _: &Self, operands: &Operands<'_>, (a, b): (AtomId, AtomId)) -> Ordering {
        operands.get(a).cmp(operands.get(b))
    }

    fn contains(&self, _: &Self, operands: &Operands<'_>, (a, b): (AtomId, AtomId)) -> bool {
        operands.get(b).starts_with(operands.get(a))
    }

    fn is_before(&self, value: &str, operand: &str) -> bool {
        operand <= value
    }

    fn matches(&self, value: &str, operand: &str) -> bool {
        value.starts_with(operand)
    }
}

/// A suffix: a prefix of the reversed string.
pub(super) struct Suffix;

fn cmp_reversed(a: &str, b: &str) -> Ordering {
    a.bytes().rev().cmp(b.bytes().rev())
}

impl Nesting for Suffix {
    type Value<'v> = &'v str;

    fn from_operand(_: &str) -> Option<Self> {
        Some(Self)
    }

    fn order(&self, _: &Self, operands: &Operands<'_>, (a, b): (AtomId, AtomId)) -> Ordering {
        cmp_reversed(operands.get(a), operands.get(b))
    }

    fn contains(&self, _: &Self, operands: &Operands<'_>, (a, b): (AtomId, AtomId)) -> bool {
        operands.get(b).ends_with(operands.get(a))
    }

    fn is_before(&self, value: &str, operand: &str) -> bool {
        cmp_reversed(operand, value).is_le()
    }

    fn matches(&self, value: &str, operand: &str) -> bool {
        value.ends_with(operand)
    }
}

/// A network: its first and its last address, as in [`address_key`].
pub(super) struct Network {
    first: (bool, u128),
    last: (bool, u128),
}

/// Returns the key of an address. An IPv4-mapped IPv6 address has the key of its IPv4 address.
pub(super) fn canonical_address_key(address: IpAddr) -> (bool, u128) {
    address_key(address.to_canonical())
}

/// Returns whether an address is an IPv6 address, and its bits.
const fn address_key(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(v4) => (false, v4.to_bits() as u128),
        IpAddr::V6(v6) => (true, v6.to_bits()),
    }
}

impl Nesting for Network {
    type Value<'v> = (bool, u128);

    fn from_operand(operand: &str) -> Option<Self> {
        let (first, last) = cidr::ends(operand)?;
        Some(Self { first: address_key(first), last: address_key(last) })
    }

    fn order(&self, other: &Self, _: &Operands<'_>, _: (AtomId, AtomId)) -> Ordering {
        self.first.cmp(&other.first).then(other.last.cmp(&self.last))
    }

    fn contains(&self, other: &Self, _: &Operands<'_>, _: (AtomId, AtomId)) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    fn is_before(&self, value: (bool, u128), _: &str) -> bool {
        self.first <= value
    }

    fn matches(&self, value: (bool, u128), _: &str) -> bool {
        self.first <= value && value <= self.last
    }
}
