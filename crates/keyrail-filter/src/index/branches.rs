//! Branches: the part of a condition that an index can find.
//!
//! A condition is brought into a bounded disjunctive form: at least one of its
//! branches holds whenever it holds. A branch is a set of atoms that all hold
//! then; it is *whole* if it says all that the condition asks, and otherwise
//! the condition is evaluated once the branch is found. What the bound cuts
//! off, what is negated and what no atom can say is left to evaluation.

use alloc::vec;
use alloc::vec::Vec;

use crate::condition::Kind;
use crate::condition_set::ConditionSet;
use crate::dnf::{Connective, Form, Literal, alternatives};
use crate::interner::{AtomId, Field, PredicateInternerBuilder};
use crate::program::Reader;
use crate::{subject, wildcard, word};

/// How many branches a rule may have, while there are few, and when the rules
/// before it have used up what all of them may have together.
const BRANCHES: usize = 256;
const FEW_BRANCHES: usize = 2;
/// How many atoms a branch may have; a key has a few of them.
const ATOMS: usize = 64;
/// How many branches all rules may have: so many, and so many a rule.
const ALL_BRANCHES: usize = 1 << 16;
const BRANCHES_A_RULE: usize = 4;

/// One way in which a condition can hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Branch {
    /// In order, each once.
    pub atoms: Vec<AtomId>,
    pub is_whole: bool,
}

impl Branch {
    /// The branch that says nothing.
    const fn open() -> Self {
        Self { atoms: Vec::new(), is_whole: false }
    }

    /// Returns whether the branch says nothing.
    const fn is_open(&self) -> bool {
        self.atoms.is_empty() && !self.is_whole
    }

    /// Adds what another branch asks.
    fn restrict(&mut self, other: &Self) {
        self.is_whole &= other.is_whole;
        for atom in &other.atoms {
            if let Err(at) = self.atoms.binary_search(atom) {
                self.atoms.insert(at, *atom);
            }
        }
        self.is_whole &= self.atoms.len() <= ATOMS;
        self.atoms.truncate(ATOMS);
    }
}

/// Makes branches of programs.
pub struct Brancher<'l> {
    pub interner: &'l mut PredicateInternerBuilder,
    /// How many branches a condition may have.
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
                    // The larger of both is cut down to what all of it has.
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
                // One that says nothing is enough.
                if !next.iter().all(Branch::is_open) || !parts.iter().any(Branch::is_open) {
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
    /// Returns the branches of a condition, at least one; nothing, if it cannot be read or
    /// the interner has no room.
    pub fn branches(&mut self, program: &mut Reader<'_>) -> Option<Vec<Branch>> {
        let mut branches = alternatives(program, self)?;
        branches.sort_unstable();
        branches.dedup();
        Some(branches)
    }

    /// Adds to a branch what must hold where the atom holds.
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
                // Whether there is an attribute does not depend on a mode.
                let normalization =
                    if kind == Kind::Exists { Default::default() } else { normalization };
                let field = self.interner.field_of(attribute, kind, normalization);
                self.interner.atom(field, &operand)?
            }
        };
        if let Err(at) = branch.atoms.binary_search(&id) {
            match branch.atoms.len() < ATOMS {
                true => branch.atoms.insert(at, id),
                false => branch.is_whole = false,
            }
        }
        Some(())
    }
}

/// What all of the branches have.
fn common(branches: &[Branch]) -> Branch {
    let Some((first, rest)) = branches.split_first() else { return Branch::open() };
    let mut atoms = first.atoms.clone();
    atoms.retain(|atom| rest.iter().all(|other| other.atoms.binary_search(atom).is_ok()));
    Branch { atoms, is_whole: false }
}

type Weaker<'o> = (Kind, alloc::borrow::Cow<'o, str>);

/// Words in a keyword are words of the text as well.
fn weaker_word(operand: &str) -> Weaker<'_> {
    match word::words(operand).max_by_key(|word| word.len()) {
        Some(word) => (Kind::Word, word.into()),
        None => (Kind::Contains, operand.into()),
    }
}

/// Returns a cheaper test that every match of the wildcard passes, if there is one, and
/// whether the result is exact.
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
    /// By rank: where the rule's branches end.
    ends: Vec<u32>,
    /// Of each branch: twice how many atoms it has, and one if it is whole;
    /// then its atoms.
    numbers: Vec<u32>,
}

/// A rule's branches, each as its atoms and whether it is whole.
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
    /// Nothing, if there is no room for them.
    pub(super) fn of(
        conditions: &ConditionSet,
        interner: &mut PredicateInternerBuilder,
    ) -> Option<Self> {
        let mut all = Self::default();
        let mut total = 0;
        for rank in conditions.ranks() {
            let is_roomy = total < ALL_BRANCHES + BRANCHES_A_RULE * rank as usize;
            let bound = if is_roomy { BRANCHES } else { FEW_BRANCHES };
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
