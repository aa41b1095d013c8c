//! Overlaps: pairs of rules with the same priority that can match the same message.
//!
//! Conjunctions that test the same attributes form a group. Each group has an index of its
//! conjunctions by the values that they require. So two conjunctions that require different values
//! of an attribute are never compared.

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

/// The maximum number of earlier rules that a rule is reported to overlap with.
pub(crate) const MAX_PARTNERS: usize = 8;

/// The maximum number of literals stored for the rules of one priority. It limits the memory: a
/// conjunction that would exceed it is not stored, and so is not compared with later conjunctions.
const MAX_LITERALS: usize = 1 << 24;

/// The number of steps that a search for a message takes, in addition to the steps for each test.
const SEARCH_STEPS: usize = 16;

/// Finds overlaps among the rules of one priority.
pub(crate) struct Overlaps<'t> {
    table: &'t RouteTable,
    priority: Option<i64>,
    conjunctions: Vec<(Rank, Conjunction)>,
    groups: BTreeMap<AttributeSet, Group>,
    /// The number of literals in all conjunctions.
    literals: usize,
}

/// The attributes that a conjunction tests.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct AttributeSet {
    /// The attributes that must equal a value, in tests without options such as `ignore_case`.
    exact: Vec<u32>,
    /// The attributes of all other tests.
    others: BTreeSet<u32>,
}

/// The conjunctions that test the same attributes.
#[derive(Default)]
struct Group {
    /// The index of each conjunction, and the values that it requires.
    members: Vec<(usize, Vec<AtomId>)>,
    /// The indices of the conjunctions by the values that they require of a subset of the exact
    /// attributes. A subset is added when a search first uses it.
    by_values: BTreeMap<Vec<u32>, BTreeMap<Vec<AtomId>, Vec<usize>>>,
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

    /// Adds a rule. Returns at most [`MAX_PARTNERS`] earlier rules that overlap with the new rule.
    /// Such a rule has the same priority and another queue, and tests an attribute that the new
    /// rule tests too. At least one message without lists matches both rules.
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
            self.find_partners(rank, conjunction, examples, &mut partners);
        }
        for conjunction in conjunctions {
            self.store(rank, conjunction, examples);
        }
        partners.into_iter().take(MAX_PARTNERS).collect()
    }

    /// Adds to `partners` the rules that overlap with this conjunction of the rule at `rank`.
    fn find_partners(
        &mut self,
        rank: Rank,
        conjunction: &Conjunction,
        examples: &mut Examples<'_>,
        partners: &mut BTreeSet<Rank>,
    ) {
        let Some((attributes, values)) = self.required(conjunction) else { return };
        let mut indices: Vec<usize> = Vec::new();
        for (group_attributes, group) in &mut self.groups {
            if !examples.take(1) {
                break;
            }
            if attributes.intersects(group_attributes) {
                let Some(candidates) =
                    group.candidates(group_attributes, &attributes, &values, examples)
                else {
                    break;
                };
                let steps_left = examples.steps();
                indices.extend(candidates.iter().take(steps_left));
            }
        }
        indices.sort_unstable();
        let mut found = 0;
        for (other_rank, other) in
            indices.into_iter().filter_map(|index| self.conjunctions.get(index))
        {
            if found == MAX_PARTNERS || !examples.take(1) {
                break;
            }
            if self.table.rules.queue(*other_rank) == self.table.rules.queue(rank) {
                continue;
            }
            let is_known = partners.contains(other_rank);
            let mut overlaps = || {
                !self.are_disjoint(conjunction, other)
                    && self.have_common_time(*other_rank, rank)
                    && have_common_message(conjunction, other, examples)
            };
            if is_known || overlaps() {
                found += 1;
                partners.insert(*other_rank);
            }
        }
    }

    /// Returns whether two tests of the same attribute and kind contradict each other, so that no
    /// message without lists satisfies both conjunctions. This check is cheap and excludes most
    /// pairs.
    fn are_disjoint(&self, a: &[Literal], b: &[Literal]) -> bool {
        let interner = &self.table.rules.conditions.interner;
        let required = |conjunction: &[Literal]| {
            let required = conjunction.iter().filter(|literal| !literal.negated);
            required.filter_map(|literal| interner.atom(literal.atom)).collect::<Vec<_>>()
        };
        let (a, b) = (required(a), required(b));
        a.iter().any(|a| {
            let kind = interner.field(a.field).map(|field| field.kind);
            let same_field = b.iter().filter(|b| b.field == a.field);
            same_field.map(|b| (a.operand, b.operand)).any(|(a, b)| match kind {
                Some(Kind::Exact) => a != b,
                Some(Kind::Prefix) => !a.starts_with(b) && !b.starts_with(a),
                Some(Kind::Suffix) => !a.ends_with(b) && !b.ends_with(a),
                Some(Kind::Range) => are_disjoint_intervals(a, b),
                _ => false,
            })
        })
    }

    /// Returns whether a time is found at which both rules apply.
    fn have_common_time(&self, a: Rank, b: Rank) -> bool {
        let windows = [a, b].map(|rank| self.table.rules.window(rank));
        let windows: Vec<&Window> = windows.into_iter().flatten().collect();
        windows.is_empty() || Window::common(&windows).is_some()
    }

    /// Stores a conjunction, so that it can be compared with the conjunctions of later rules.
    fn store(&mut self, rank: Rank, conjunction: Conjunction, examples: &mut Examples<'_>) {
        let Some((attributes, values)) = self.required(&conjunction) else { return };
        let index = self.conjunctions.len();
        self.literals += conjunction.len();
        if self.literals > MAX_LITERALS {
            return;
        }
        let group = self.groups.entry(attributes.clone()).or_default();
        if !examples.take(1 + group.by_values.len()) {
            return;
        }
        for (subset, by_values) in &mut group.by_values {
            by_values.entry(values_of(&attributes, &values, subset)).or_default().push(index);
        }
        group.members.push((index, values));
        self.conjunctions.push((rank, conjunction));
    }

    /// Returns the attributes that a conjunction tests, and the value that it
    /// requires of each in `exact`.
    fn required(&self, conjunction: &[Literal]) -> Option<(AttributeSet, Vec<AtomId>)> {
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
        let values = exact.values().copied().collect();
        Some((AttributeSet { exact: exact.into_keys().collect(), others }, values))
    }
}

/// Returns whether no number is in both intervals.
fn are_disjoint_intervals(a: &str, b: &str) -> bool {
    let keys = |operand| Interval::parse(operand).map(|interval| interval.keys());
    let (Some((a_low, a_high)), Some((b_low, b_high))) = (keys(a), keys(b)) else { return false };
    a_high < b_low || b_high < a_low
}

/// Returns whether the search finds a message without lists that satisfies both conjunctions.
fn have_common_message(a: &[Literal], b: &[Literal], examples: &mut Examples<'_>) -> bool {
    examples.take(SEARCH_STEPS)
        && matches!(examples.find(a.iter().chain(b).copied(), true), Answer::Found(_))
}

impl AttributeSet {
    fn contains(&self, attribute: u32) -> bool {
        self.exact.binary_search(&attribute).is_ok() || self.others.contains(&attribute)
    }

    fn intersects(&self, other: &Self) -> bool {
        self.exact.iter().chain(&self.others).any(|attribute| other.contains(*attribute))
    }
}

/// Returns the values that a conjunction requires of a subset of its attributes.
fn values_of(attributes: &AttributeSet, values: &[AtomId], subset: &[u32]) -> Vec<AtomId> {
    let required = attributes.exact.iter().zip(values);
    let required = required.filter(|(attribute, _)| subset.contains(attribute));
    required.map(|(_, value)| *value).collect()
}

impl Group {
    /// Returns the indices of the conjunctions in this group that can overlap with a conjunction
    /// that tests `attributes` and requires `values`. Two conjunctions cannot overlap if they
    /// require different values of an attribute. The conjunctions in this group test
    /// `own_attributes`. Returns `None` if the search would take too many steps.
    fn candidates(
        &mut self,
        own_attributes: &AttributeSet,
        attributes: &AttributeSet,
        values: &[AtomId],
        examples: &mut Examples<'_>,
    ) -> Option<&[usize]> {
        let is_shared = |attribute: &u32| own_attributes.exact.binary_search(attribute).is_ok();
        let shared: Vec<u32> = attributes.exact.iter().copied().filter(is_shared).collect();
        let required = values_of(attributes, values, &shared);
        let members = &self.members;
        if !self.by_values.contains_key(&shared) && !examples.take(members.len()) {
            return None;
        }
        let by_values = self.by_values.entry(shared).or_insert_with_key(|shared| {
            let mut by_values = BTreeMap::<_, Vec<usize>>::new();
            for (index, values) in members {
                by_values
                    .entry(values_of(own_attributes, values, shared))
                    .or_default()
                    .push(*index);
            }
            by_values
        });
        Some(by_values.get(&required).map_or(&[], Vec::as_slice))
    }
}
