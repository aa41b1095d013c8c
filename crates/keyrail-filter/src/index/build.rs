//! Builds an index of rules.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use hashbrown::HashTable;
use keyrail_core::hasher::Seed;
use keyrail_core::static_hash_table::{StaticHashTable, tag};

use super::branches::{AllBranches, Branches};
use super::scan::is_scanned;
use super::{
    AtomEntry, CompositeRole, FieldRef, Finder, Group, Index, KEY_ATOMS, Keys, LIST_FLAG, Lists,
    LookupKind, NO_POSTING, Posting, element,
};
use crate::condition::Kind;
use crate::condition_set::{ConditionSet, Rank};
use crate::interner::{AtomId, Field, FieldId, PredicateInterner, PredicateInternerBuilder};
use crate::normalization::Normalization;

/// With at most this many groups, keys of several atoms are looked up directly by their strings.
const FEW_GROUPS: usize = 8;
/// If more branches than this have the same equality atoms (see `Kind::is_equality`), the key of
/// each of these branches also contains another atom of the branch.
const MAX_BUCKET: u32 = 8;

/// The properties of rules, besides their conditions, that decide whether a rule can be the result
/// of a query.
#[derive(Clone, Copy)]
pub struct Traits<'t> {
    /// Returns whether a rule can be closed at the time of a query.
    pub may_be_closed: &'t dyn Fn(Rank) -> bool,
    /// The rules that are eligible in every query, in order.
    pub always_eligible: &'t [Rank],
}

/// The key of a branch.
struct Key {
    atoms: [AtomId; KEY_ATOMS],
    len: usize,
    is_whole: bool,
}

/// Collects the keys of all rules.
struct IndexBuilder<'r> {
    conditions: &'r ConditionSet,
    traits: Traits<'r>,
    /// For each field, by number, how many atoms it has.
    sizes: Vec<u32>,
    /// The number of branches that have the same equality atoms and at least one other
    /// atom, by the hash of the equality atoms.
    buckets: HashTable<(u64, u32)>,
    seed: Seed,
    rows: Rows,
    keyless: Vec<Rank>,
    groups: BTreeMap<([FieldId; KEY_ATOMS], u32), Rank>,
    /// For each field that is not an equality field, its atoms in keys.
    entries: BTreeMap<FieldId, BTreeMap<AtomId, AtomEntry>>,
}

#[derive(Default)]
struct Rows {
    /// Keys that consist of one equality atom.
    equality: Vec<[u32; 3]>,
    /// Keys that consist of one atom of another kind.
    one: Vec<[u32; 3]>,
    two: Vec<[u32; 4]>,
    three: Vec<[u32; 5]>,
    four: Vec<[u32; 6]>,
}

impl Kind {
    /// Returns whether a value makes only a few atoms of this kind true, so that they can
    /// be found by their operands.
    const fn is_equality(self) -> bool {
        matches!(self, Self::Exact | Self::Word)
    }
}

impl Index {
    /// Creates an index of all rules, and finishes their interner. Returns `None` if the
    /// index would be too large.
    pub fn new(
        conditions: &mut ConditionSet,
        mut interner: PredicateInternerBuilder,
        traits: Traits<'_>,
    ) -> Option<Self> {
        let branches = AllBranches::of(conditions, &mut interner)?;
        conditions.interner = interner.finish();
        let mut builder = IndexBuilder::new(conditions, traits);
        builder.count_buckets(&branches);
        for (rank, branches) in branches.iter().enumerate() {
            builder.add_rule(rank as Rank, branches);
        }
        drop(branches);
        builder.finish()
    }
}

impl<'r> IndexBuilder<'r> {
    fn new(conditions: &'r ConditionSet, traits: Traits<'r>) -> Self {
        let interner = &conditions.interner;
        let mut sizes = vec![0_u32; interner.fields.len()];
        for (_, atom) in interner.iter() {
            if let Some(size) = sizes.get_mut(atom.field as usize) {
                *size += 1;
            }
        }
        Self {
            conditions,
            traits,
            sizes,
            buckets: HashTable::new(),
            seed: Seed::default(),
            rows: Rows::default(),
            keyless: Vec::new(),
            groups: BTreeMap::new(),
            entries: BTreeMap::new(),
        }
    }

    fn field(&self, atom: AtomId) -> Option<(FieldId, Kind)> {
        let field = self.conditions.interner.field_of_atom(atom)?;
        Some((field, self.conditions.interner.field(field)?.kind))
    }

    /// Returns the equality atoms for a key, and their number. If there are too many for a key,
    /// those of the fields with the most atoms are chosen.
    fn equalities(&self, atoms: &[AtomId]) -> ([AtomId; KEY_ATOMS], usize) {
        let mut key = [0; KEY_ATOMS];
        let is_equality =
            |atom: &AtomId| self.field(*atom).is_some_and(|(_, kind)| kind.is_equality());
        let equalities = atoms.iter().copied().filter(is_equality);
        if equalities.clone().count() <= KEY_ATOMS {
            let len = key.iter_mut().zip(equalities).map(|(slot, atom)| *slot = atom).count();
            return (key, len);
        }
        let mut all: Vec<AtomId> = equalities.collect();
        let size = |atom: &AtomId| {
            self.field(*atom).and_then(|(field, _)| self.sizes.get(field as usize)).copied()
        };
        all.sort_by_key(|atom| core::cmp::Reverse(size(atom)));
        let len = key.iter_mut().zip(all).map(|(slot, atom)| *slot = atom).count();
        (key, len)
    }

    /// Returns the most selective atom that is not an equality atom, or `None` if all atoms are
    /// equality atoms.
    ///
    /// Tests of strings are preferred, then tests of networks, then tests of numbers, and then
    /// tests of presence. Among similar tests of strings, the one with the longest operand is
    /// preferred.
    fn best_other(&self, atoms: &[AtomId]) -> Option<AtomId> {
        let rating = |atom: AtomId| {
            let (field, kind) = self.field(atom)?;
            let length = self.conditions.interner.atom(atom)?.operand.len();
            let size = self.sizes.get(field as usize)?;
            let rating = match kind {
                Kind::Contains | Kind::Wildcard => (5, length),
                Kind::Prefix | Kind::Suffix | Kind::Subject => (4, length),
                Kind::Cidr => (3, *size as usize),
                Kind::Range => (2, *size as usize),
                Kind::Exists => (1, 0),
                Kind::Exact | Kind::Word | Kind::Missing => return None,
            };
            Some((rating, core::cmp::Reverse(atom)))
        };
        let best = atoms.iter().filter_map(|atom| rating(*atom)).max();
        best.map(|(_, core::cmp::Reverse(atom))| atom)
    }

    /// Counts the branches that have the same equality atoms and at least one other atom.
    fn count_buckets(&mut self, branches: &AllBranches) {
        for (atoms, _) in branches.iter().flatten() {
            let (key, len) = self.equalities(atoms);
            if len == 0 || self.best_other(atoms).is_none() {
                continue;
            }
            let hash = self.bucket_hash(key.get(..len).unwrap_or_default());
            match self.buckets.find_mut(hash, |(known, _)| *known == hash) {
                Some((_, count)) => *count = count.saturating_add(1),
                None => {
                    self.buckets.insert_unique(hash, (hash, 1), |(hash, _)| *hash);
                }
            }
        }
    }

    fn bucket_hash(&self, key: &[AtomId]) -> u64 {
        self.seed.numbers(key.iter().map(|atom| u64::from(*atom)))
    }

    fn is_full(&self, key: &[AtomId]) -> bool {
        let hash = self.bucket_hash(key);
        self.buckets
            .find(hash, |(known, _)| *known == hash)
            .is_some_and(|(_, count)| *count > MAX_BUCKET)
    }

    fn add_rule(&mut self, rank: Rank, branches: Branches<'_>) {
        let keys: Vec<Key> = branches.map(|(atoms, is_whole)| self.key(atoms, is_whole)).collect();
        if keys.iter().any(|key| key.len == 0) {
            // A rule is evaluated for every message if one of its branches has no key. The keys
            // of its other branches are then not needed.
            self.keyless.push(rank);
            return;
        }
        let may_be_closed = (self.traits.may_be_closed)(rank);
        for key in keys {
            self.add_key(rank, &key, may_be_closed);
        }
    }

    fn key(&self, atoms: &[AtomId], is_whole: bool) -> Key {
        let (mut key, mut len) = self.equalities(atoms);
        if (len == 0 || self.is_full(key.get(..len).unwrap_or_default()))
            && let Some(other) = self.best_other(atoms)
        {
            len = len.min(KEY_ATOMS - 1) + 1;
            if let Some(slot) = len.checked_sub(1).and_then(|last| key.get_mut(last)) {
                *slot = other;
            }
        }
        if let Some(key) = key.get_mut(..len) {
            key.sort_unstable_by_key(|atom| (self.field(*atom), *atom));
        }
        Key { atoms: key, len, is_whole: is_whole && len == atoms.len() }
    }

    fn add_key(&mut self, rank: Rank, key: &Key, may_be_closed: bool) {
        let Some(atoms) = key.atoms.get(..key.len) else { return };
        let posting = Posting::one(rank, key.is_whole && !may_be_closed).0;
        match *atoms {
            [a] if self.field(a).is_some_and(|(_, kind)| kind.is_equality()) => {
                self.rows.equality.push([0, a, posting]);
                return;
            }
            [a] => self.rows.one.push([0, a, posting]),
            [a, b] => self.rows.two.push([0, a, b, posting]),
            [a, b, c] => self.rows.three.push([0, a, b, c, posting]),
            [a, b, c, d] => self.rows.four.push([0, a, b, c, d, posting]),
            _ => {}
        }
        let mut fields = [0; KEY_ATOMS];
        for (slot, atom) in fields.iter_mut().zip(atoms) {
            let Some((field, kind)) = self.field(*atom) else { return };
            *slot = field;
            if !kind.is_equality() {
                let initial = AtomEntry { atom: *atom, best: Rank::MAX, best_certain: Rank::MAX };
                let entry = self.entries.entry(field).or_default().entry(*atom).or_insert(initial);
                entry.best = rank.min(entry.best);
                if key.len == 1 && Posting(posting).is_whole() {
                    entry.best_certain = rank.min(entry.best_certain);
                }
            }
        }
        let best = self.groups.entry((fields, key.len as u32)).or_insert(rank);
        *best = rank.min(*best);
    }

    fn finish(self) -> Option<Index> {
        let interner = &self.conditions.interner;
        let Self { conditions, traits, mut rows, keyless, groups, mut entries, .. } = self;
        let groups: Vec<Group> =
            groups.into_iter().map(|((fields, len), best)| Group { fields, len, best }).collect();
        let mut is_used = vec![false; interner.fields.len()];
        for group in &groups {
            for field in group.fields.iter().take(group.len as usize) {
                if let Some(used) = is_used.get_mut(*field as usize) {
                    *used = true;
                }
            }
        }
        let mut finders = Vec::with_capacity(interner.fields.len());
        for field in 0..interner.fields.len() as FieldId {
            let atoms = entries.remove(&field).unwrap_or_default().into_values().collect();
            finders.push(Finder::new(field, atoms, interner)?);
        }
        let is_composite = is_used.clone();
        let mut is_single = vec![false; interner.fields.len()];
        for row in &rows.equality {
            let [_, atom, _] = row;
            if let Some(field) = interner.field_of_atom(*atom)
                && let Some(used) = is_used.get_mut(field as usize)
                && let Some(single) = is_single.get_mut(field as usize)
            {
                (*used, *single) = (true, true);
            }
        }
        // With few groups, looking up a key directly is faster than looking up its atoms first.
        // With many groups, looking up atoms first avoids most lookups of keys, because most keys
        // have an atom that is not true.
        let is_by_text = |number: usize, field: &Field| {
            groups.len() <= FEW_GROUPS
                && field.kind == Kind::Exact
                && field.normalization.is_plain()
                && is_composite.get(number) == Some(&true)
                && is_single.get(number) == Some(&false)
        };
        let by_text: Vec<bool> = interner
            .fields
            .iter()
            .enumerate()
            .map(|(number, field)| is_by_text(number, field))
            .collect();
        let fields = fields_by_attribute(interner, &is_used, &is_composite, &by_text);
        let groups_by_field = groups_by_field(interner, &groups);
        let (seed, mut index) = Seed::for_which(Index::longest_probe, |seed| {
            Index::hashed(seed, &mut rows, (conditions, traits), (&is_used, &by_text))
        });
        index.seed = seed;
        index.fields = fields;
        index.by_text = by_text;
        index.has_others = finders.iter().any(|finder| !matches!(finder, Finder::None));
        index.finders = finders;
        index.groups = groups;
        index.groups_by_field = groups_by_field;
        index.keyless = keyless;
        let scans = scans(&index, conditions);
        index.add_scans(scans, interner)?;
        Some(index)
    }
}

/// The minimum number of frequent tests of one attribute for which a scan is built.
const MANY_TESTS: usize = 16;

/// Returns, for each attribute and normalization, the tests of the rules that are often evaluated:
/// rules without a key, and rules that share a key with many others. Lists of fewer than
/// [`MANY_TESTS`] tests are left out.
fn scans(index: &Index, conditions: &ConditionSet) -> Vec<Vec<AtomId>> {
    let mut evaluated: Vec<Rank> = Vec::new();
    let mut postings = index.postings.as_slice();
    while let Some((count, rest)) = postings.split_first() {
        let (of_key, rest) = rest.split_at_checked(*count as usize).unwrap_or((rest, &[]));
        if *count > MAX_BUCKET {
            let of_key = of_key.iter().map(|posting| Posting(*posting));
            evaluated.extend(of_key.filter(|it| !it.is_whole()).map(Posting::rank));
        }
        postings = rest;
    }
    evaluated.extend(&index.keyless);
    evaluated.sort_unstable();
    evaluated.dedup();
    let interner = &conditions.interner;
    let mut tests = BTreeMap::<(u32, Normalization), Vec<AtomId>>::new();
    for rank in evaluated {
        let _ = conditions.program(rank).each_atom(&mut |id| {
            let Some(atom) = interner.atom(id) else { return };
            let Some(Field { attribute, kind, normalization }) = interner.field(atom.field) else {
                return;
            };
            if is_scanned(kind) {
                tests.entry((attribute, normalization)).or_default().push(id);
            }
        });
    }
    for atoms in tests.values_mut() {
        atoms.sort_unstable();
        atoms.dedup();
    }
    tests.into_values().filter(|atoms| atoms.len() >= MANY_TESTS).collect()
}

impl Index {
    /// Creates an index that has only its hash tables.
    fn hashed(
        seed: &Seed,
        rows: &mut Rows,
        (conditions, traits): (&ConditionSet, Traits<'_>),
        (is_used, by_text): (&[bool], &[bool]),
    ) -> Self {
        let interner = &conditions.interner;
        let mut attributes = Vec::new();
        for (number, name) in (0..).zip(&interner.attributes) {
            attributes.push([tag(seed.text(name)), number]);
        }
        attributes.sort_unstable();
        let is_looked_up = |field: FieldId| {
            let kind = interner.field(field).map(|field| field.kind);
            is_used.get(field as usize) == Some(&true) && kind.is_some_and(Kind::is_equality)
        };
        let is_looked_up: Vec<bool> =
            (0..interner.fields.len() as FieldId).map(is_looked_up).collect();
        let mut postings = Vec::new();
        rows.equality.sort_unstable();
        let mut single_atom_keys =
            merged(&rows.equality, traits.always_eligible, &mut postings).into_iter().peekable();
        let mut atoms = Vec::new();
        for (id, atom) in interner.iter() {
            if is_looked_up.get(atom.field as usize) == Some(&true) {
                // Both iterators are in the order of their atoms.
                let posting = single_atom_keys.next_if(|[_, atom, _]| *atom == id);
                let posting = posting.map_or(NO_POSTING, |[.., posting]| posting);
                let hash = seed.in_field(atom.field, seed.text(atom.operand));
                atoms.push([tag(hash), id, posting]);
            }
        }
        atoms.sort_unstable();
        let element = |atom| element(atom, seed, by_text, interner);
        tag_keys(&mut rows.one, seed, element);
        tag_keys(&mut rows.two, seed, element);
        tag_keys(&mut rows.three, seed, element);
        tag_keys(&mut rows.four, seed, element);
        let keys = Keys {
            one: StaticHashTable::of(&merged(&rows.one, traits.always_eligible, &mut postings)),
            two: StaticHashTable::of(&merged(&rows.two, traits.always_eligible, &mut postings)),
            three: StaticHashTable::of(&merged(&rows.three, traits.always_eligible, &mut postings)),
            four: StaticHashTable::of(&merged(&rows.four, traits.always_eligible, &mut postings)),
        };
        let (attributes, atoms) = (StaticHashTable::of(&attributes), StaticHashTable::of(&atoms));
        Self { attributes, atoms, keys, postings, ..Self::default() }
    }

    /// Returns the length of the longest probe in any of the hash tables.
    fn longest_probe(&self) -> u32 {
        let keys = &self.keys;
        let longest = keys.one.max_probe().max(keys.two.max_probe());
        let longest = longest.max(keys.three.max_probe()).max(keys.four.max_probe());
        longest.max(self.attributes.max_probe()).max(self.atoms.max_probe())
    }
}

/// Sets the tag of each row from its key, and sorts the rows.
fn tag_keys<const W: usize>(rows: &mut [[u32; W]], seed: &Seed, element: impl Fn(AtomId) -> u64) {
    for row in rows.iter_mut() {
        if let [first, key @ .., _] = row.as_mut_slice() {
            *first = tag(seed.numbers(key.iter().map(|atom| element(*atom))));
        }
    }
    rows.sort_unstable();
}

/// Returns the rows, with all rows of the same key merged into one row. The rows must be sorted.
fn merged<const W: usize>(
    rows: &[[u32; W]],
    eligible: &[Rank],
    postings: &mut Vec<u32>,
) -> Vec<[u32; W]> {
    let mut merged: Vec<[u32; W]> = Vec::with_capacity(rows.len());
    for run in rows.chunk_by(|a, b| a.split_last().map(|a| a.1) == b.split_last().map(|b| b.1)) {
        let Some(mut row) = run.first().copied() else { continue };
        if run.len() > 1 {
            let at = postings.len();
            postings.push(0);
            add_postings(run.iter().filter_map(|row| row.last().copied()), eligible, postings);
            let count = postings.len() - at - 1;
            if count == 1 {
                postings.truncate(at);
            } else if let (Some(head), Some(last)) = (postings.get_mut(at), row.last_mut()) {
                *head = count as u32;
                *last = LIST_FLAG | at as u32;
            }
        }
        merged.push(row);
    }
    merged
}

/// Adds the postings of one key that can decide the result. A query considers either all rules or
/// only those in `eligible`. If a rule matches without evaluation, no later rule can decide a query
/// that considers all rules. So only later rules in `eligible` are added. If the matching rule is
/// itself in `eligible`, no later rule is added.
fn add_postings(run: impl Iterator<Item = u32>, eligible: &[Rank], postings: &mut Vec<u32>) {
    let (mut last, mut is_settled) = (None, false);
    for posting in run.map(Posting) {
        let is_eligible = eligible.binary_search(&posting.rank()).is_ok();
        if last == Some(posting.rank()) || (is_settled && !is_eligible) {
            continue;
        }
        last = Some(posting.rank());
        postings.push(posting.0);
        if posting.is_whole() {
            is_settled = true;
            if is_eligible || eligible.is_empty() {
                return;
            }
        }
    }
}

/// Returns, for each attribute by number, its fields that occur in keys, equality fields
/// first.
fn fields_by_attribute(
    interner: &PredicateInterner,
    is_used: &[bool],
    is_composite: &[bool],
    by_text: &[bool],
) -> Lists {
    let mut lists = vec![Vec::new(); interner.attributes.len()];
    for is_equality in [true, false] {
        for (number, field) in (0..).zip(&interner.fields) {
            let is_used = is_used.get(number as usize) == Some(&true);
            if let Some(list) = lists.get_mut(field.attribute as usize)
                && is_used
                && field.kind.is_equality() == is_equality
            {
                let lookup = match field.kind {
                    Kind::Exact if field.normalization.is_plain() => LookupKind::Plain,
                    Kind::Exact => LookupKind::Normalization,
                    Kind::Word => LookupKind::Words,
                    _ => LookupKind::Other,
                };
                let is_set = |list: &[bool]| list.get(number as usize) == Some(&true);
                let role = match (is_set(is_composite), is_set(by_text)) {
                    (_, true) => CompositeRole::ByText,
                    (true, false) => CompositeRole::ByAtom,
                    (false, false) => CompositeRole::Never,
                };
                list.push(FieldRef::new(number, lookup, role).0);
            }
        }
    }
    Lists::of(&lists)
}

/// Returns, for each field by number, the groups that are looked up when a message makes an atom of
/// the field true. Each group is listed once, under one of its fields. This is the field that is
/// not an equality field. If all fields are equality fields, it is the field that occurs in the
/// fewest groups.
fn groups_by_field(interner: &PredicateInterner, groups: &[Group]) -> Lists {
    let mut counts = vec![0_u32; interner.fields.len()];
    for field in groups.iter().flat_map(|group| group.fields.iter().take(group.len as usize)) {
        if let Some(count) = counts.get_mut(*field as usize) {
            *count += 1;
        }
    }
    let mut lists = vec![Vec::new(); interner.fields.len()];
    for (number, group) in (0..).zip(groups) {
        let fields = group.fields.iter().take(group.len as usize);
        let rarest = fields.min_by_key(|field| {
            let is_equality = interner.field(**field).is_some_and(|field| field.kind.is_equality());
            (is_equality, counts.get(**field as usize))
        });
        if let Some(list) = rarest.and_then(|field| lists.get_mut(*field as usize)) {
            list.push(number);
        }
    }
    for list in &mut lists {
        list.sort_by_key(|number| groups.get(*number as usize).map(|group| group.best));
    }
    Lists::of(&lists)
}
