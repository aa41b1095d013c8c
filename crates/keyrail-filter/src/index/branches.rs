//! Branches: the parts of conditions that an index can find.
//!
//! A condition is converted to a disjunctive form of bounded size: whenever the condition
//! holds, at least one of its branches holds. A branch is a set of atoms, and holds if all
//! of them are true. It is *whole* if the condition holds whenever the branch does;
//! otherwise the condition is evaluated when the branch is found. Negated tests, tests that
//! atoms cannot express, and alternatives beyond the bound are left to evaluation.

use alloc::vec;
use alloc::vec::Vec;

use crate::condition::Kind;
use crate::condition_set::ConditionSet;
use crate::dnf::{Connective, Form, Literal, alternatives};
use crate::interner::{AtomId, Field, PredicateInternerBuilder};
use crate::program::Reader;
use crate::{subject, wildcard, word};

/// The maximum number of branches of a rule.
const MAX_BRANCHES: usize = 256;
/// The maximum number of branches of a rule once the previous rules have too many: see
/// [`TOTAL_BRANCHES`].
const MAX_BRANCHES_OVER_TOTAL: usize = 2;
/// The maximum number of atoms in a branch. Only a few atoms of a branch become its key in the
/// index.
const MAX_ATOMS: usize = 64;
/// A rule gets at most [`MAX_BRANCHES_OVER_TOTAL`] branches once the branches of all previous rules
/// reach a limit. The limit is this number plus [`BRANCHES_PER_RULE`] for each previous rule.
const TOTAL_BRANCHES: usize = 1 << 16;
const BRANCHES_PER_RULE: usize = 4;

/// An alternative of a condition: atoms that must all be true.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Branch {
    /// Sorted and without duplicates.
    pub atoms: Vec<AtomId>,
    pub is_whole: bool,
}

impl Branch {
    /// Returns a branch without atoms that is not whole: it matches everything.
    const fn unrestricted() -> Self {
        Self { atoms: Vec::new(), is_whole: false }
    }

    /// Returns whether the branch matches everything and is not whole.
    const fn is_unrestricted(&self) -> bool {
        self.atoms.is_empty() && !self.is_whole
    }

    /// Adds the atoms of another branch.
    fn restrict(&mut self, other: &Self) {
        self.is_whole &= other.is_whole;
        for atom in &other.atoms {
            if let Err(at) = self.atoms.binary_search(atom) {
                self.atoms.insert(at, *atom);
            }
        }
        self.is_whole &= self.atoms.len() <= MAX_ATOMS;
        self.atoms.truncate(MAX_ATOMS);
    }
}

/// Converts conditions to branches.
pub struct Brancher<'l> {
    pub interner: &'l mut PredicateInternerBuilder,
    /// The maximum number of branches of a condition.
    pub bound: usize,
}

impl Form for Brancher<'_> {
    type Alternatives = Vec<Branch>;

    fn literal(&mut self, Literal { atom, negated }: Literal) -> Option<Vec<Branch>> {
        let mut branch = Branch { atoms: Vec::new(), is_whole: !negated };
        if !negated {
            self.add(atom, &mut branch)?;
        }
        Some(vec![branch])
    }

    fn empty(&self, connective: Connective) -> Vec<Branch> {
        match connective {
            Connective::All => vec![Branch { atoms: Vec::new(), is_whole: true }],
            Connective::Any => Vec::new(),
        }
    }

    fn combine(
        &mut self,
        connective: Connective,
        mut parts: Vec<Branch>,
        mut next: Vec<Branch>,
    ) -> Vec<Branch> {
        match connective {
            Connective::All => {
                if let ([part], [one]) = (parts.as_mut_slice(), next.as_slice()) {
                    part.restrict(one);
                    return parts;
                }
                if parts.len().saturating_mul(next.len()) > self.bound {
                    // The larger list is reduced to one branch of the atoms that all its
                    // branches share.
                    let larger = if next.len() > parts.len() { &mut next } else { &mut parts };
                    *larger = vec![common(larger)];
                }
                let pairs = parts.iter().flat_map(|part| next.iter().map(move |one| (part, one)));
                let joined = pairs.map(|(part, one)| {
                    let mut joined = part.clone();
                    joined.restrict(one);
                    joined
                });
                joined.collect()
            }
            Connective::Any => {
                // One unrestricted branch is enough.
                if !next.iter().all(Branch::is_unrestricted)
                    || !parts.iter().any(Branch::is_unrestricted)
                {
                    parts.extend(next);
                }
                if parts.len() > self.bound {
                    parts = vec![common(&parts)];
                }
                parts
            }
        }
    }
}

impl Brancher<'_> {
    /// Returns the branches of a condition, or `None` if it cannot be read or the interner
    /// is full.
    pub fn branches(&mut self, program: &mut Reader<'_>) -> Option<Vec<Branch>> {
        let mut branches = alternatives(program, self)?;
        branches.sort_unstable();
        branches.dedup();
        Some(branches)
    }

    /// Adds to a branch an atom that is true whenever the given atom is true. If there is no such
    /// atom or the branch is full, the branch is marked as not whole.
    fn add(&mut self, id: AtomId, branch: &mut Branch) -> Option<()> {
        let atom = self.interner.interner().atom(id)?;
        let field = self.interner.interner().field(atom.field)?;
        let (mut is_whole, mut weaker) = (false, None);
        match field.kind {
            Kind::Exact
            | Kind::Prefix
            | Kind::Suffix
            | Kind::Contains
            | Kind::Range
            | Kind::Exists
            | Kind::Cidr => {}
            Kind::Word if atom.operand.chars().all(word::is_word) => {}
            Kind::Missing => {
                branch.is_whole = false;
                return Some(());
            }
            Kind::Word => weaker = Some(weaker_word(atom.operand)),
            Kind::Wildcard => (weaker, is_whole) = of_wildcard(atom.operand),
            Kind::Subject if subject::is_literal(atom.operand) => {
                (weaker, is_whole) = (Some((Kind::Exact, atom.operand.into())), true);
            }
            Kind::Subject => {}
        }
        let id = match weaker {
            None => id,
            Some((kind, operand)) => {
                branch.is_whole &= is_whole;
                let operand = operand.into_owned();
                let Field { attribute, normalization, .. } = field;
                // Whether an attribute is present does not depend on its normalization.
                let normalization =
                    if kind == Kind::Exists { Default::default() } else { normalization };
                let field = self.interner.field_of(attribute, kind, normalization);
                self.interner.atom(field, &operand)?
            }
        };
        if let Err(at) = branch.atoms.binary_search(&id) {
            match branch.atoms.len() < MAX_ATOMS {
                true => branch.atoms.insert(at, id),
                false => branch.is_whole = false,
            }
        }
        Some(())
    }
}

/// Returns a branch of the atoms that all these branches share.
fn common(branches: &[Branch]) -> Branch {
    let Some((first, rest)) = branches.split_first() else { return Branch::unrestricted() };
    let mut atoms = first.atoms.clone();
    atoms.retain(|atom| rest.iter().all(|other| other.atoms.binary_search(atom).is_ok()));
    Branch { atoms, is_whole: false }
}

type Weaker<'o> = (Kind, alloc::borrow::Cow<'o, str>);

/// Returns a cheaper test. Every string that contains the keyword as a whole word passes it,
/// because the words of the keyword are also words of such a string.
fn weaker_word(operand: &str) -> Weaker<'_> {
    match word::words(operand).max_by_key(|word| word.len()) {
        Some(word) => (Kind::Word, word.into()),
        None => (Kind::Contains, operand.into()),
    }
}

/// Returns a cheaper test, or `None` if there is no cheaper test. Every string that matches the
/// wildcard passes the cheaper test.
///
/// The second value is whether every string that passes the cheaper test matches the wildcard. If
/// there is no cheaper test, it is `true`.
fn of_wildcard(pattern: &str) -> (Option<Weaker<'static>>, bool) {
    let inner = wildcard::inner(pattern).count();
    let (start, end) = wildcard::ends(pattern);
    let has_star = wildcard::pieces(pattern).nth(1).is_some();
    match (inner, start.is_empty(), end.is_empty()) {
        _ if !has_star => (Some((Kind::Exact, start.into())), true),
        (0, true, true) => (Some((Kind::Exists, "".into())), false),
        (0, false, true) => (Some((Kind::Prefix, start.into())), true),
        (0, true, false) => (Some((Kind::Suffix, end.into())), true),
        (0, false, false) if start.len() >= end.len() => {
            (Some((Kind::Prefix, start.into())), false)
        }
        (0, false, false) => (Some((Kind::Suffix, end.into())), false),
        (1, true, true) => {
            let piece = wildcard::inner(pattern).next();
            let piece = piece.map(|piece| piece.literal().into_owned());
            (piece.map(|piece| (Kind::Contains, piece.into())), true)
        }
        _ => (None, true),
    }
}

/// The branches of each rule, one after the other.
#[derive(Default)]
pub(super) struct AllBranches {
    /// For each rank: the end of the rule's branches in `numbers`.
    ends: Vec<u32>,
    /// For each branch: twice the number of its atoms, plus one if the branch is whole. Its atoms
    /// follow.
    numbers: Vec<u32>,
}

/// The branches of a rule. Each item consists of the atoms of a branch and whether the branch is
/// whole.
#[derive(Clone)]
pub(super) struct Branches<'a>(&'a [u32]);

impl<'a> Iterator for Branches<'a> {
    type Item = (&'a [AtomId], bool);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.0.split_first()?;
        let (atoms, rest) = rest.split_at_checked(*head as usize / 2)?;
        self.0 = rest;
        Some((atoms, head & 1 != 0))
    }
}

impl AllBranches {
    /// Returns the branches of all rules. Returns `None` if there are too many branches or the
    /// interner is full.
    pub(super) fn of(
        conditions: &ConditionSet,
        interner: &mut PredicateInternerBuilder,
    ) -> Option<Self> {
        let mut all = Self::default();
        let mut total = 0;
        for rank in conditions.ranks() {
            let is_below_total = total < TOTAL_BRANCHES + BRANCHES_PER_RULE * rank as usize;
            let bound = if is_below_total { MAX_BRANCHES } else { MAX_BRANCHES_OVER_TOTAL };
            let branches = Brancher { interner, bound }.branches(&mut conditions.program(rank))?;
            total += branches.len();
            for Branch { atoms, is_whole } in branches {
                all.numbers.push((atoms.len() as u32) << 1 | u32::from(is_whole));
                all.numbers.extend(atoms);
            }
            all.ends.push(u32::try_from(all.numbers.len()).ok()?);
        }
        Some(all)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Branches<'_>> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let numbers = self.numbers.get(start..*end as usize).unwrap_or_default();
            start = *end as usize;
            Branches(numbers)
        })
    }
}
