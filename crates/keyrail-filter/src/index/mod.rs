//! The index: finds the rules that can match a message, without evaluating each.
//!
//! An atom is a test of one attribute (see `interner`). A message makes some atoms true: usually at
//! most a few of each field that rules test. A branch (see `branches`) of a condition has a key,
//! which consists of up to [`KEY_ATOMS`] of its atoms. A branch without atoms has no key, and its
//! rule is evaluated for every message. All keys of the same length are in one hash table. A group
//! contains all keys whose atoms are of the same fields. For each group, the keys that consist of
//! true atoms of those fields are looked up.
//!
//! If there are only a few groups, the hash of a key is computed from the operands of its
//! atoms instead of their numbers. Then a key is looked up directly by the strings of a message,
//! without looking up each atom first. The key that is found is compared with these strings.
//!
//! Every key that is found is compared with the message, by number or by string. If the key
//! is not the whole condition, the condition is evaluated as well. So a hash collision
//! costs time, but cannot change the result.

mod automaton;
mod branches;
mod build;
mod ends;
mod keywords;
mod known_answers;
mod look_up;
mod nested;
mod nesting;
mod patterns;
mod query;
mod ranges;
mod scan;
mod scratch;
mod subjects;

use alloc::boxed::Box;
use alloc::vec::Vec;

use self::ends::Ends;
use self::keywords::{Keywords, Seen};
use self::nested::{Nested, Network, Prefix, Suffix};
use self::patterns::{Pass, Patterns};
use self::ranges::Ranges;
use self::scan::Scan;
use self::subjects::{Frontier, Subjects};
use keyrail_core::parse_address;
use keyrail_core::static_hash_table::StaticHashTable;

use crate::condition::Kind;
use crate::condition_set::Rank;
use crate::interner::{AtomId, FieldId, PredicateInterner};
use keyrail_core::binary_codec;
use keyrail_core::codec::BinaryCodec;
use keyrail_core::hasher::Seed;

pub use self::build::Traits;
pub use self::query::Query;
pub use self::scratch::Scratch;

/// The maximum number of atoms in a key.
pub const KEY_ATOMS: usize = 4;

/// An index, which finds the rules that can match a message.
#[derive(Default)]
pub struct Index {
    seed: Seed,
    /// The attributes by name. Row: tag, number.
    attributes: StaticHashTable<2>,
    /// For each attribute, by number, its fields that occur in keys, as [`FieldRef`]. The equality
    /// fields come first. These are the fields whose atoms test `exact` or a word.
    fields: Lists,
    /// For each field, by number, whether its role is [`CompositeRole::ByText`].
    by_text: Vec<bool>,
    /// Whether any key has an atom that is not an equality atom.
    has_others: bool,
    /// For each field, by number, how its atoms are found.
    finders: Vec<Finder>,
    /// The equality atoms. Row: tag, number, and the [`Posting`] of the key that consists
    /// of this atom only, or [`NO_POSTING`].
    atoms: StaticHashTable<3>,
    /// All other keys. Row: tag, atoms, and a posting.
    keys: Keys,
    /// For each key that several rules have: the number of its postings, and the postings in the
    /// order of rank.
    postings: Vec<u32>,
    groups: Vec<Group>,
    /// For each field, by number, the groups that are looked up when a message makes an atom of the
    /// field true. The group with the best rank comes first.
    groups_by_field: Lists,
    /// The rules without a key, in the order of rank.
    keyless: Vec<Rank>,
    /// The scans, one for each attribute and normalization that many rules test.
    scans: Vec<Scan>,
    /// For each field, by number, the scan that answers its tests, or [`NO_SCAN`].
    scan_of: Vec<u32>,
}

#[derive(Default)]
struct Keys {
    one: StaticHashTable<3>,
    two: StaticHashTable<4>,
    three: StaticHashTable<5>,
    four: StaticHashTable<6>,
}

binary_codec! {
    Keys { one, two, three, four }
    Lists { bounds, items }
    Group { fields, len, best }
    AtomEntry { atom, best, best_certain }
}

impl Index {
    /// Writes the index in the format of [`read`](Self::read).
    pub fn write(&self, out: &mut Vec<u8>) {
        self.seed.number().write(out);
        self.attributes.write(out);
        self.fields.write(out);
        self.by_text.write(out);
        self.finders.iter().map(Finder::atoms).collect::<Vec<_>>().write(out);
        self.atoms.write(out);
        self.keys.write(out);
        self.postings.write(out);
        self.groups.write(out);
        self.groups_by_field.write(out);
        self.keyless.write(out);
        self.scans.iter().map(|scan| scan.atoms().to_vec()).collect::<Vec<_>>().write(out);
    }

    /// Reads an index, and rebuilds its finders and scans from their atoms. Returns `None` if the
    /// bytes are invalid.
    pub fn read(from: &mut &[u8], interner: &PredicateInterner) -> Option<Self> {
        let seed = Seed::new(u32::read(from)?);
        let (attributes, fields) = (BinaryCodec::read(from)?, BinaryCodec::read(from)?);
        let by_text = BinaryCodec::read(from)?;
        let atoms_of_fields = Vec::<Vec<AtomEntry>>::read(from)?;
        let mut finders = Vec::with_capacity(atoms_of_fields.len());
        for (field, atoms) in (0..).zip(atoms_of_fields) {
            finders.push(Finder::new(field, atoms, interner)?);
        }
        let mut index = Self {
            seed,
            attributes,
            fields,
            by_text,
            has_others: finders.iter().any(|finder| !matches!(finder, Finder::None)),
            finders,
            atoms: BinaryCodec::read(from)?,
            keys: BinaryCodec::read(from)?,
            postings: BinaryCodec::read(from)?,
            groups: BinaryCodec::read(from)?,
            groups_by_field: BinaryCodec::read(from)?,
            keyless: BinaryCodec::read(from)?,
            ..Self::default()
        };
        index.add_scans(Vec::<Vec<AtomId>>::read(from)?, interner)?;
        Some(index)
    }
}

impl Index {
    /// Adds a scan for each list of atoms. All atoms of a list test one attribute with one
    /// normalization. Returns `None` if a scan cannot be built.
    fn add_scans(&mut self, lists: Vec<Vec<AtomId>>, interner: &PredicateInterner) -> Option<()> {
        self.scan_of = alloc::vec![NO_SCAN; interner.fields.len()];
        for atoms in lists {
            for atom in &atoms {
                let scan_of_field = self.scan_of.get_mut(interner.field_of_atom(*atom)? as usize)?;
                *scan_of_field = self.scans.len() as u32;
            }
            self.scans.push(Scan::new(atoms, interner)?);
        }
        Some(())
    }
}

impl Finder {
    /// Returns the finder of a field, which is [`Finder::None`] if there are no atoms. Returns
    /// `None` if the finder cannot be built.
    fn new(field: FieldId, atoms: Vec<AtomEntry>, interner: &PredicateInterner) -> Option<Self> {
        if atoms.is_empty() {
            return Some(Self::None);
        }
        Self::of_kind(interner.field(field)?.kind, atoms, interner)
    }

    /// Returns a finder of atoms of this kind. Returns `None` if the finder cannot be built.
    fn of_kind(kind: Kind, atoms: Vec<AtomEntry>, interner: &PredicateInterner) -> Option<Self> {
        let Some(first) = atoms.first().copied() else { return Some(Self::None) };
        let atoms = atoms.into_iter();
        Some(match kind {
            Kind::Exists => Self::Exists(first),
            Kind::Prefix => Self::Prefixes(Nested::new(atoms, interner)),
            Kind::Suffix => Self::Suffixes(Nested::new(atoms, interner)),
            Kind::Cidr => Self::Networks(Nested::new(atoms, interner)),
            Kind::Range => Self::Ranges(Ranges::new(atoms, interner)),
            Kind::Contains | Kind::Word => {
                Self::Keywords(Box::new(Keywords::new(kind, atoms, interner)?))
            }
            Kind::Wildcard => Self::Patterns(Box::new(Patterns::new(atoms, interner)?)),
            Kind::Subject => Self::Subjects(Box::new(Subjects::new(atoms, interner))),
            Kind::Exact => Self::Texts(sorted_by_operand(atoms, interner)),
            Kind::Missing => Self::None,
        })
    }

    /// Adds the atoms that are true of a string and whose best rank is within the limit.
    fn find(
        &self,
        text: &str,
        mut limit: Limit,
        interner: &PredicateInterner,
        buffers: &mut Buffers,
        hits: &mut Vec<AtomId>,
    ) {
        match self {
            Self::None | Self::Exists(_) | Self::Ranges(_) => {}
            Self::Texts(atoms) => {
                let operand =
                    |entry: &AtomEntry| interner.atom(entry.atom).map(|atom| atom.operand);
                let at = atoms.binary_search_by(|entry| operand(entry).cmp(&Some(text)));
                let entry = at.ok().and_then(|at| atoms.get(at));
                entry.iter().for_each(|entry| limit.admit(entry, hits));
            }
            Self::Prefixes(prefixes) => prefixes.find(text, limit, interner, hits),
            Self::Suffixes(suffixes) => suffixes.find(text, limit, interner, hits),
            Self::Networks(networks) => {
                if let Ok(address) = parse_address(text) {
                    networks.find(nested::canonical_address_key(address), limit, interner, hits);
                }
            }
            Self::Keywords(keywords) => keywords.find(text, limit, &mut buffers.seen, hits),
            Self::Patterns(patterns) => {
                patterns.find(text, &mut buffers.pass, |entry| limit.admit(entry, hits));
            }
            Self::Subjects(subjects) => {
                subjects.find(text, &mut buffers.frontier, |entry| limit.admit(entry, hits));
            }
            Self::Ends(ends) => ends.find(text, |entry| limit.admit(entry, hits)),
        }
    }

    /// Returns the atoms from which the finder was built, in the order of their numbers.
    fn atoms(&self) -> Vec<AtomEntry> {
        let mut atoms: Vec<_> = match self {
            Self::None => Vec::new(),
            Self::Exists(entry) => alloc::vec![*entry],
            Self::Prefixes(nested) => nested.atoms().collect(),
            Self::Suffixes(nested) => nested.atoms().collect(),
            Self::Networks(nested) => nested.atoms().collect(),
            Self::Ranges(ranges) => ranges.atoms().collect(),
            Self::Keywords(keywords) => keywords.atoms().to_vec(),
            Self::Patterns(patterns) => patterns.atoms().collect(),
            Self::Subjects(subjects) => subjects.atoms().collect(),
            Self::Ends(ends) => ends.atoms().collect(),
            Self::Texts(atoms) => atoms.clone(),
        };
        atoms.sort_unstable();
        atoms
    }
}

/// Returns the number that an atom contributes to the hash of a key.
#[inline]
fn element(id: AtomId, seed: &Seed, by_text: &[bool], interner: &PredicateInterner) -> u64 {
    match interner.atom(id) {
        Some(atom) if by_text.get(atom.field as usize) == Some(&true) => {
            seed.in_field(atom.field, seed.text(atom.operand))
        }
        _ => id.into(),
    }
}

impl Keys {
    /// Returns the number of rows for keys of this length.
    fn rows_of(&self, len: usize) -> usize {
        match len {
            1 => self.one.rows().len(),
            2 => self.two.rows().len(),
            3 => self.three.rows().len(),
            _ => self.four.rows().len(),
        }
    }
}

/// The keys whose atoms are of the same fields.
struct Group {
    /// The fields of the atoms, sorted. A field is repeated if the keys have several atoms of it.
    fields: [FieldId; KEY_ATOMS],
    len: u32,
    /// The best rank of a rule that has one of these keys.
    best: Rank,
}

/// Numbered lists, stored one after the other.
#[derive(Default)]
struct Lists {
    /// The start of each list, and the end of the last one.
    bounds: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn of(lists: &[Vec<u32>]) -> Self {
        let mut all = Self { bounds: alloc::vec![0], items: Vec::new() };
        for list in lists {
            all.items.extend(list);
            all.bounds.push(all.items.len() as u32);
        }
        all
    }

    #[inline]
    fn get(&self, number: u32) -> &[u32] {
        let bounds = self.bounds.get(number as usize..).unwrap_or_default().first_chunk();
        let Some([start, end]) = bounds else { return &[] };
        self.items.get(*start as usize..*end as usize).unwrap_or_default()
    }
}

/// A field that occurs in keys, and how its atoms are found.
#[derive(Clone, Copy)]
struct FieldRef(u32);

/// How the atoms of a field are looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LookupKind {
    /// By the unchanged value.
    Plain,
    /// By the normalized value.
    Normalization,
    /// By each word of the string.
    Words,
    /// By the field's [`Finder`].
    Other,
}

impl FieldRef {
    fn new(field: FieldId, lookup: LookupKind, role: CompositeRole) -> Self {
        Self(field << 4 | (role as u32) << 2 | lookup as u32)
    }

    #[inline]
    const fn field(self) -> FieldId {
        self.0 >> 4
    }

    /// Returns whether the field occurs in keys of several atoms.
    #[inline]
    const fn is_composite(self) -> bool {
        self.0 & 12 != 0
    }

    #[inline]
    const fn is_by_text(self) -> bool {
        self.0 & 12 == (CompositeRole::ByText as u32) << 2
    }

    #[inline]
    const fn lookup(self) -> LookupKind {
        match self.0 & 3 {
            0 => LookupKind::Plain,
            1 => LookupKind::Normalization,
            2 => LookupKind::Words,
            _ => LookupKind::Other,
        }
    }
}

/// Whether a field occurs in keys of several atoms, and what its atoms contribute to the
/// hash of such a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CompositeRole {
    Never,
    /// The number of the atom.
    ByAtom,
    /// The operand of the atom, so that a key can be looked up without looking up its
    /// atoms.
    ByText,
}

/// An atom, and the best ranks of rules that have it in a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct AtomEntry {
    atom: AtomId,
    /// The best rank of the rules that have the atom in a key.
    best: Rank,
    /// The best rank of a rule that matches every message for which the atom is true.
    best_certain: Rank,
}

/// A limit on the ranks that can still be the result of a query.
#[derive(Clone, Copy)]
struct Limit {
    /// The first rank that can no longer be the result.
    rank: Rank,
    /// Whether the limit is lowered when a rule is known to match, because no rule after it can
    /// then be the result.
    narrows: bool,
}

impl Limit {
    /// Adds an atom if its best rank is within the limit.
    #[inline]
    fn admit(&mut self, entry: &AtomEntry, hits: &mut Vec<AtomId>) {
        if entry.best < self.rank {
            hits.push(entry.atom);
            if self.narrows {
                self.rank = self.rank.min(entry.best_certain.saturating_add(1));
            }
        }
    }
}

/// A finder, which finds true atoms. A field that is not an equality field has one finder; a scan
/// can have several.
#[derive(Default)]
enum Finder {
    /// Finds nothing: the field is an equality field, or no key has an atom of the field.
    #[default]
    None,
    /// The only atom of the field, which is true if the attribute is present.
    Exists(AtomEntry),
    Prefixes(Nested<Prefix>),
    Suffixes(Nested<Suffix>),
    Networks(Nested<Network>),
    Ranges(Ranges),
    Keywords(Box<Keywords>),
    Patterns(Box<Patterns>),
    Subjects(Box<Subjects>),
    Ends(Box<Ends>),
    /// The atoms of `exact`, in the order of their operands.
    Texts(Vec<AtomEntry>),
}

/// The buffers that finders use.
#[derive(Default)]
struct Buffers {
    seen: Seen,
    pass: Pass,
    frontier: Frontier,
}

fn sorted_by_operand(
    atoms: impl Iterator<Item = AtomEntry>,
    interner: &PredicateInterner,
) -> Vec<AtomEntry> {
    let mut atoms: Vec<AtomEntry> = atoms.collect();
    atoms.sort_unstable_by_key(|entry| interner.atom(entry.atom).map(|atom| atom.operand));
    atoms
}

/// The rule of a key, or the list of rules of a key.
///
/// If the highest bit is set, the other bits are the position of the list in
/// [`Index::postings`]. Otherwise there is one rule: the lowest bit is set if the rule must be
/// evaluated, and the other bits are its rank.
#[derive(Clone, Copy)]
struct Posting(u32);

const LIST_FLAG: u32 = 1 << 31;
const NO_POSTING: u32 = u32::MAX;
const NO_SCAN: u32 = u32::MAX;

impl Posting {
    const fn one(rank: Rank, is_whole: bool) -> Self {
        Self(rank << 1 | !is_whole as u32)
    }

    /// Returns the rank of the rule if it is the only one of the key and matches without
    /// evaluation.
    #[inline]
    const fn certain(posting: u32) -> Option<Rank> {
        match posting & (LIST_FLAG | 1) {
            0 => Some(Self(posting).rank()),
            _ => None,
        }
    }

    #[inline]
    const fn rank(self) -> Rank {
        self.0 >> 1
    }

    #[inline]
    const fn is_whole(self) -> bool {
        self.0 & 1 == 0
    }
}
