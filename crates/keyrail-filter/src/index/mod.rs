//! The index: which rules can match a message, without evaluating each.
//!
//! A message makes some atoms true: of each field that rules look at, at most
//! a few. Every branch (`branches`) of a condition has a key, up to
//! [`KEY_ATOMS`] of its atoms; all keys of one length are in one hash table.
//! A group is a set of fields that some key is over: a message is looked up
//! once a group, with the atoms that it makes true in those fields.
//!
//! Where groups are few, a message's texts are looked up as the key itself,
//! without a look at the atoms one by one: a key's hash is made of its texts
//! then, and what is found is compared with them.
//!
//! What the index finds is compared by number or by string and, if the key
//! is not the whole condition, evaluated; so a hash is never trusted: a collision only
//! costs time.

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

/// How many atoms a key has at most.
pub const KEY_ATOMS: usize = 4;

/// Which rules can match a message.
#[derive(Default)]
pub struct Index {
    seed: Seed,
    /// Attributes by name: tag, number.
    attributes: StaticHashTable<2>,
    /// Of each attribute, by number, the [`FieldRef`] fields of keys over it:
    /// those of equality, then the others.
    fields: Lists,
    /// Of each field, by number, whether it is [`CompositeRole::ByText`].
    by_text: Vec<bool>,
    /// Whether there is any field but those of equality.
    has_others: bool,
    /// Of each field, by number, how its atoms are found.
    finders: Vec<Finder>,
    /// Atoms of equality: tag, number, and the [`Posting`] of the key of this
    /// atom alone, or [`NO_POSTING`].
    atoms: StaticHashTable<3>,
    /// All other keys: tag, atoms, and a posting.
    keys: Keys,
    /// Of keys that lead to several rules: how many, and a posting of each,
    /// in the order of rank.
    postings: Vec<u32>,
    groups: Vec<Group>,
    /// Of each field, by number, the groups that it leads, the best first.
    leads: Lists,
    /// The rules without a key, in order.
    keyless: Vec<Rank>,
    /// The scans, one for each attribute and mode that many rules test.
    scans: Vec<Scan>,
    /// Of each field, by number, the scan of its text, or [`NO_SCAN`].
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
    AtomEntry { atom, best, sure }
}

impl Index {
    /// Writes it, for [`read`](Self::read).
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
        self.leads.write(out);
        self.keyless.write(out);
        self.scans.iter().map(|scan| scan.atoms().to_vec()).collect::<Vec<_>>().write(out);
    }

    /// Reads it, and makes of its atoms again what finds them.
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
            leads: BinaryCodec::read(from)?,
            keyless: BinaryCodec::read(from)?,
            ..Self::default()
        };
        index.add_scans(Vec::<Vec<AtomId>>::read(from)?, interner)?;
        Some(index)
    }
}

impl Index {
    /// Adds scans of these atoms, each list of one text. Nothing, if there is
    /// no room for them.
    fn add_scans(&mut self, lists: Vec<Vec<AtomId>>, interner: &PredicateInterner) -> Option<()> {
        self.scan_of = alloc::vec![NO_SCAN; interner.fields.len()];
        for atoms in lists {
            for atom in &atoms {
                let of_field = self.scan_of.get_mut(interner.field_of_atom(*atom)? as usize)?;
                *of_field = self.scans.len() as u32;
            }
            self.scans.push(Scan::new(atoms, interner)?);
        }
        Some(())
    }
}

impl Finder {
    /// What finds the atoms of a field that is not one of equality. Nothing, if
    /// there is no room for it.
    fn new(field: FieldId, atoms: Vec<AtomEntry>, interner: &PredicateInterner) -> Option<Self> {
        if atoms.is_empty() {
            return Some(Self::None);
        }
        Self::of_kind(interner.field(field)?.kind, atoms, interner)
    }

    /// What finds atoms of a kind. Nothing, if there is no room for it.
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
            Kind::Exact => Self::Texts(by_text(atoms, interner)),
            Kind::Missing => Self::None,
        })
    }

    /// Adds the atoms that are true of a text and lead to a rank of use.
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
                    networks.find(nested::address(address), limit, interner, hits);
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

    /// The atoms of which it was made, in order.
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

/// What the hash of a key is made of, for one of its atoms.
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
    /// How many rows there are for keys of this length.
    fn rows_of(&self, len: usize) -> usize {
        match len {
            1 => self.one.rows().len(),
            2 => self.two.rows().len(),
            3 => self.three.rows().len(),
            _ => self.four.rows().len(),
        }
    }
}

/// A set of fields that keys are over.
struct Group {
    /// In order; a field is here as often as keys have atoms of it.
    fields: [FieldId; KEY_ATOMS],
    len: u32,
    /// The best rank that one of its keys leads to.
    best: Rank,
}

/// Lists by number, one after the other.
#[derive(Default)]
struct Lists {
    /// Where each starts, and where the last one ends.
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

/// A field of keys, and which way its atoms are found.
#[derive(Clone, Copy)]
struct FieldRef(u32);

#[derive(Clone, Copy, PartialEq, Eq)]
enum LookupKind {
    /// By the value as it is.
    Plain,
    /// By the value in the field's mode.
    Normalization,
    /// By each of the text's words.
    Words,
    /// By the field's [`Finder`].
    Other,
}

impl FieldRef {
    fn new(field: FieldId, lookup: LookupKind, joined: CompositeRole) -> Self {
        Self(field << 4 | (joined as u32) << 2 | lookup as u32)
    }

    #[inline]
    const fn field(self) -> FieldId {
        self.0 >> 4
    }

    /// Whether there are keys of several atoms, one of them in this field.
    #[inline]
    const fn is_joined(self) -> bool {
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

/// Whether there are keys of several atoms, one of them in a field, and what
/// of such an atom their hash is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CompositeRole {
    Never,
    /// Its number.
    ByAtom,
    /// Its text, so that a key is looked up without looking for its atoms.
    ByText,
}

/// Where an atom leads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct AtomEntry {
    atom: AtomId,
    /// The best rank of a rule that has it in a key.
    best: Rank,
    /// The best rank of a rule that matches wherever the atom is true.
    sure: Rank,
}

/// The ranks that are still of use.
#[derive(Clone, Copy)]
struct Limit {
    /// The first that is not.
    rank: Rank,
    /// Whether a rule that matches makes those after it useless.
    narrows: bool,
}

impl Limit {
    /// Adds an atom, if it leads to a rank of use.
    #[inline]
    fn admit(&mut self, entry: &AtomEntry, hits: &mut Vec<AtomId>) {
        if entry.best < self.rank {
            hits.push(entry.atom);
            if self.narrows {
                self.rank = self.rank.min(entry.sure.saturating_add(1));
            }
        }
    }
}

/// How the atoms of a field that is not one of equality are found.
#[derive(Default)]
enum Finder {
    /// No key has an atom of this field, or it is one of equality.
    #[default]
    None,
    /// By the attribute being there.
    Exists(AtomEntry),
    Prefixes(Nested<Prefix>),
    Suffixes(Nested<Suffix>),
    Networks(Nested<Network>),
    Ranges(Ranges),
    Keywords(Box<Keywords>),
    Patterns(Box<Patterns>),
    Subjects(Box<Subjects>),
    Ends(Box<Ends>),
    /// In the order of their texts.
    Texts(Vec<AtomEntry>),
}

/// The room that finders take.
#[derive(Default)]
struct Buffers {
    seen: Seen,
    pass: Pass,
    frontier: Frontier,
}

fn by_text(atoms: impl Iterator<Item = AtomEntry>, interner: &PredicateInterner) -> Vec<AtomEntry> {
    let mut atoms: Vec<AtomEntry> = atoms.collect();
    atoms.sort_unstable_by_key(|entry| interner.atom(entry.atom).map(|atom| atom.operand));
    atoms
}

/// Where a key leads: to one rule, to be evaluated or not, or to several.
///
/// The highest bit says that there are several and the rest where they are;
/// else the lowest bit says that the rule must be evaluated, and the rest is
/// its rank.
#[derive(Clone, Copy)]
struct Posting(u32);

const SEVERAL: u32 = 1 << 31;
const NO_POSTING: u32 = u32::MAX;
const NO_SCAN: u32 = u32::MAX;

impl Posting {
    const fn one(rank: Rank, is_whole: bool) -> Self {
        Self(rank << 1 | !is_whole as u32)
    }

    /// The rank of the rule that matches for certain, if there is but one.
    #[inline]
    const fn certain(posting: u32) -> Option<Rank> {
        match posting & (SEVERAL | 1) {
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
