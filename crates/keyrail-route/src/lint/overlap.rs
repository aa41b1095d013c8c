//! Overlaps: pairs of rules of one priority that can match one message.
//!
//! Ways that look at the same attributes are in one group, and in each group
//! by the texts that they want of some of them. So a way meets those alone
//! that want the same texts where both want one, and not every other.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use keyrail_filter::condition::Kind;
use keyrail_filter::condition_set::Rank;
use keyrail_filter::dnf::Literal;
use keyrail_filter::interner::AtomId;
use keyrail_filter::interval::Interval;
use keyrail_filter::lint::conjunctions::Conjunction;
use keyrail_filter::lint::constraint::Answer;

use super::examples::Examples;
use crate::RouteTable;
use crate::window::Window;

/// How many rules before it a rule is said to overlap with.
pub(crate) const MAX_PARTNERS: usize = 8;

/// How many literals the ways of one priority have together that are kept: a
/// bound on memory. What comes after is not held against what comes later.
const MAX_LITERALS: usize = 1 << 24;

/// The steps of looking for a message, besides those for each test.
const LOOKING: usize = 16;

/// The ways of the rules of one priority.
pub(crate) struct Overlaps<'t> {
    table: &'t RouteTable,
    priority: Option<i64>,
    conjunctions: Vec<(Rank, Conjunction)>,
    groups: BTreeMap<AttributeSet, Group>,
    /// How many literals the ways have together.
    literals: usize,
}

/// The attributes at which a way looks.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct AttributeSet {
    /// Those of which it wants a text, without options.
    exact: Vec<u32>,
    others: BTreeSet<u32>,
}

/// The ways of one shape: their places, by the texts that they want of some of
/// the attributes.
#[derive(Default)]
struct Group {
    members: Vec<(usize, Vec<AtomId>)>,
    by_texts: BTreeMap<Vec<u32>, BTreeMap<Vec<AtomId>, Vec<usize>>>,
}

impl<'t> Overlaps<'t> {
    pub(crate) fn new(table: &'t RouteTable) -> Self {
        Self {
            table,
            priority: None,
            conjunctions: Vec::new(),
            groups: BTreeMap::new(),
            literals: 0,
        }
    }

    /// The first rules of those pushed before that have its priority, another
    /// queue and a message in common with it, one of single values.
    pub(crate) fn push(
        &mut self,
        rank: Rank,
        conjunctions: Vec<Conjunction>,
        examples: &mut Examples<'_>,
    ) -> Vec<Rank> {
        let priority = self.table.rules.priority(rank);
        if self.priority != Some(priority) {
            self.priority = Some(priority);
            self.conjunctions.clear();
            self.groups.clear();
            self.literals = 0;
        }
        let mut partners = BTreeSet::new();
        for conjunction in &conjunctions {
            self.meet(rank, conjunction, examples, &mut partners);
        }
        for conjunction in conjunctions {
            self.keep(rank, conjunction, examples);
        }
        partners.into_iter().take(MAX_PARTNERS).collect()
    }

    fn meet(
        &mut self,
        rank: Rank,
        conjunction: &Conjunction,
        examples: &mut Examples<'_>,
        partners: &mut BTreeSet<Rank>,
    ) {
        let Some((shape, texts)) = self.shape(conjunction) else { return };
        let mut places: Vec<usize> = Vec::new();
        for (of_group, group) in &mut self.groups {
            if !examples.take(1) {
                break;
            }
            if shape.shares_with(of_group) {
                let Some(found) = group.with(of_group, &shape, &texts, examples) else { break };
                let buffers = examples.steps();
                places.extend(found.iter().take(buffers));
            }
        }
        places.sort_unstable();
        let mut found = 0;
        for (other, of_other) in places.into_iter().filter_map(|place| self.conjunctions.get(place))
        {
            if found == MAX_PARTNERS || !examples.take(1) {
                break;
            }
            if self.table.rules.queue(*other) == self.table.rules.queue(rank) {
                continue;
            }
            let is_known = partners.contains(other);
            let mut is_one = || {
                !self.is_apart(conjunction, of_other)
                    && self.at_once(*other, rank)
                    && goes(conjunction, of_other, examples)
            };
            if is_known || is_one() {
                found += 1;
                partners.insert(*other);
            }
        }
    }

    /// Whether two tests of one kind show that no single value goes both ways:
    /// most do, and it is soon seen.
    fn is_apart(&self, a: &[Literal], b: &[Literal]) -> bool {
        let interner = &self.table.rules.conditions.interner;
        let wanted = |conjunction: &[Literal]| {
            let wanted = conjunction.iter().filter(|literal| !literal.negated);
            wanted.filter_map(|literal| interner.atom(literal.atom)).collect::<Vec<_>>()
        };
        let (a, b) = (wanted(a), wanted(b));
        a.iter().any(|a| {
            let kind = interner.field(a.field).map(|field| field.kind);
            let same = b.iter().filter(|b| b.field == a.field);
            same.map(|b| (a.operand, b.operand)).any(|(a, b)| match kind {
                Some(Kind::Exact) => a != b,
                Some(Kind::Prefix) => !a.starts_with(b) && !b.starts_with(a),
                Some(Kind::Suffix) => !a.ends_with(b) && !b.ends_with(a),
                Some(Kind::Range) => meet_nowhere(a, b),
                _ => false,
            })
        })
    }

    /// Whether there is a time at which both rules hold.
    fn at_once(&self, a: Rank, b: Rank) -> bool {
        let windows = [a, b].map(|rank| self.table.rules.window(rank));
        let windows: Vec<&Window> = windows.into_iter().flatten().collect();
        windows.is_empty() || Window::common(&windows).is_some()
    }

    fn keep(&mut self, rank: Rank, conjunction: Conjunction, examples: &mut Examples<'_>) {
        let Some((shape, texts)) = self.shape(&conjunction) else { return };
        let place = self.conjunctions.len();
        self.literals += conjunction.len();
        if self.literals > MAX_LITERALS {
            return;
        }
        let group = self.groups.entry(shape.clone()).or_default();
        if !examples.take(1 + group.by_texts.len()) {
            return;
        }
        for (attributes, by_texts) in &mut group.by_texts {
            by_texts.entry(some(&shape, &texts, attributes)).or_default().push(place);
        }
        group.members.push((place, texts));
        self.conjunctions.push((rank, conjunction));
    }

    /// A way's shape, and the texts that it wants.
    fn shape(&self, conjunction: &[Literal]) -> Option<(AttributeSet, Vec<AtomId>)> {
        let interner = &self.table.rules.conditions.interner;
        let (mut exact, mut others) = (BTreeMap::new(), BTreeSet::new());
        for literal in conjunction {
            let field = interner.field(interner.atom(literal.atom)?.field)?;
            if field.kind == Kind::Exact && field.normalization.is_plain() && !literal.negated {
                exact.insert(field.attribute, literal.atom);
            } else {
                others.insert(field.attribute);
            }
        }
        let texts = exact.values().copied().collect();
        Some((AttributeSet { exact: exact.into_keys().collect(), others }, texts))
    }
}

/// Whether no number lies in both intervals.
fn meet_nowhere(a: &str, b: &str) -> bool {
    let keys = |operand| Interval::parse(operand).map(|interval| interval.keys());
    let (Some((low, high)), Some((from, to))) = (keys(a), keys(b)) else { return false };
    high < from || to < low
}

/// Whether one message of single values can go both ways.
fn goes(a: &[Literal], b: &[Literal], examples: &mut Examples<'_>) -> bool {
    examples.take(LOOKING)
        && matches!(examples.of(a.iter().chain(b).copied(), true), Answer::Found(_))
}

impl AttributeSet {
    fn looks_at(&self, attribute: u32) -> bool {
        self.exact.binary_search(&attribute).is_ok() || self.others.contains(&attribute)
    }

    fn shares_with(&self, other: &Self) -> bool {
        self.exact.iter().chain(&self.others).any(|attribute| other.looks_at(*attribute))
    }
}

/// The texts that a way wants of some attributes.
fn some(shape: &AttributeSet, texts: &[AtomId], attributes: &[u32]) -> Vec<AtomId> {
    let wanted = shape.exact.iter().zip(texts);
    let wanted = wanted.filter(|(attribute, _)| attributes.contains(attribute));
    wanted.map(|(_, text)| *text).collect()
}

impl Group {
    /// The places of the ways that want the same texts where both want one.
    /// Nothing, if it takes too many steps to find them.
    fn with(
        &mut self,
        own: &AttributeSet,
        shape: &AttributeSet,
        texts: &[AtomId],
        examples: &mut Examples<'_>,
    ) -> Option<&[usize]> {
        let is_shared = |attribute: &u32| own.exact.binary_search(attribute).is_ok();
        let shared: Vec<u32> = shape.exact.iter().copied().filter(is_shared).collect();
        let wanted = some(shape, texts, &shared);
        let members = &self.members;
        if !self.by_texts.contains_key(&shared) && !examples.take(members.len()) {
            return None;
        }
        let by_texts = self.by_texts.entry(shared).or_insert_with_key(|shared| {
            let mut by_texts = BTreeMap::<_, Vec<usize>>::new();
            for (place, texts) in members {
                by_texts.entry(some(own, texts, shared)).or_default().push(*place);
            }
            by_texts
        });
        Some(by_texts.get(&wanted).map_or(&[], Vec::as_slice))
    }
}
