//! The rules of a table in compact form.
//!
//! The index of a rule is its position in the order of declaration. Its rank is its position in the
//! order of matching: rules with a higher priority come first, and rules with the same priority are
//! in the order of declaration.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::ops::Range;

use hashbrown::HashTable;
use keyrail_core::Timestamp;
use keyrail_core::hasher::Seed;
use keyrail_core::packed_u32::PackedU32;
use keyrail_filter::condition::Condition;
use keyrail_filter::condition_set::{ConditionSet, ConditionSetBuilder, Rank, item};
use keyrail_filter::interner::PredicateInternerBuilder;

use crate::Assignment;
use crate::window::Window;

/// A rule as it was read: the messages that match its condition go to its queue.
#[derive(Default)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) priority: i64,
    pub(crate) when: Condition,
    pub(crate) queue: String,
    pub(crate) interrupts_session: bool,
    pub(crate) window: Window,
    pub(crate) assign: Option<Assignment>,
}

/// All rules of a table.
#[derive(Default)]
pub(crate) struct Rules {
    pub(crate) conditions: ConditionSet,
    /// The ids of all rules, concatenated in the order of declaration.
    pub(crate) ids: String,
    /// By rule index: the end of the id in `ids`.
    pub(crate) id_ends: Vec<u32>,
    /// By rule index: the index of the queue.
    pub(crate) queues: PackedU32,
    /// Each priority, with the rank of the first rule that has it.
    pub(crate) priorities: Vec<(Rank, i64)>,
    /// The rules that interrupt sessions. This and the following lists are sorted by
    /// rank.
    pub(crate) interrupting: Vec<Rank>,
    pub(crate) windows: Vec<(Rank, Window)>,
    pub(crate) assignments: Vec<(Rank, Assignment)>,
}

impl Rules {
    pub(crate) fn len(&self) -> usize {
        self.id_ends.len()
    }

    pub(crate) fn ranks(&self) -> Range<Rank> {
        0..self.len() as Rank
    }

    /// Returns the index of the rule at a rank.
    #[inline]
    pub(crate) fn index(&self, rank: Rank) -> u32 {
        self.conditions.place(rank)
    }

    pub(crate) fn id(&self, rank: Rank) -> &str {
        let id = item(&self.id_ends, self.index(rank)).and_then(|bounds| self.ids.get(bounds));
        id.unwrap_or_default()
    }

    pub(crate) fn queue(&self, rank: Rank) -> Option<u32> {
        self.queues.get(self.index(rank))
    }

    pub(crate) fn priority(&self, rank: Rank) -> i64 {
        let after = self.priorities.partition_point(|(first, _)| *first <= rank);
        let entry = after.checked_sub(1).and_then(|at| self.priorities.get(at));
        entry.map_or(0, |(_, priority)| *priority)
    }

    pub(crate) fn interrupts(&self, rank: Rank) -> bool {
        self.interrupting.binary_search(&rank).is_ok()
    }

    /// Returns whether a rule applies at a time. Without a time, a rule with a window does not
    /// apply.
    pub(crate) fn is_open(&self, rank: Rank, now: Option<Timestamp>) -> bool {
        let window = self.window(rank);
        window.is_none_or(|window| now.is_some_and(|now| window.contains(now)))
    }

    pub(crate) fn window(&self, rank: Rank) -> Option<&Window> {
        find(&self.windows, rank)
    }

    pub(crate) fn assignment(&self, rank: Rank) -> Option<&Assignment> {
        find(&self.assignments, rank)
    }
}

fn find<T>(list: &[(Rank, T)], rank: Rank) -> Option<&T> {
    let at = list.binary_search_by_key(&rank, |(rank, _)| *rank).ok()?;
    list.get(at).map(|(_, item)| item)
}

/// The rules while they are being read. The ranks are not known yet, so the lists in `rules`
/// contain rule indices instead of ranks.
#[derive(Default)]
pub(crate) struct Draft {
    conditions: ConditionSetBuilder,
    rules: Rules,
    priorities: Vec<i64>,
    /// By rule index: the number of the queue's name.
    queues: Vec<u32>,
    /// The names of queues, by their numbers.
    queue_names: Vec<String>,
    queue_numbers: BTreeMap<String, u32>,
    is_too_large: bool,
}

impl Draft {
    pub(crate) fn len(&self) -> usize {
        self.priorities.len()
    }

    /// Returns whether the ids or conditions exceeded their size limit.
    pub(crate) fn is_too_large(&self) -> bool {
        self.is_too_large
    }

    pub(crate) fn push(&mut self, rule: Rule) {
        let (index, rules) = (self.priorities.len() as u32, &mut self.rules);
        rules.ids.push_str(&rule.id);
        match (u32::try_from(rules.ids.len()), self.conditions.push(&rule.when)) {
            (Ok(id_end), Some(())) => rules.id_ends.push(id_end),
            _ => self.is_too_large = true,
        }
        self.priorities.push(rule.priority);
        if rule.interrupts_session {
            rules.interrupting.push(index);
        }
        if !rule.window.is_always() {
            rules.windows.push((index, rule.window));
        }
        if let Some(assignment) = rule.assign {
            rules.assignments.push((index, assignment));
        }
        let queue = match self.queue_numbers.get(&rule.queue) {
            Some(queue) => *queue,
            None => {
                let number = self.queue_names.len() as u32;
                self.queue_names.push(rule.queue.clone());
                self.queue_numbers.insert(rule.queue, number);
                number
            }
        };
        self.queues.push(queue);
    }

    /// Returns the indices of the rules that have the same id as an earlier rule. An empty id
    /// stands for an id that could not be read, and is ignored.
    pub(crate) fn duplicate_ids(&self) -> Vec<u32> {
        let (seed, mut seen) = (Seed::default(), HashTable::with_capacity(self.len()));
        let hash = |index: &u32| seed.text(self.rules.id(*index));
        let mut duplicates = Vec::new();
        for index in 0..self.rules.id_ends.len() as u32 {
            let id = self.rules.id(index);
            if id.is_empty() {
                continue;
            }
            if seen.find(hash(&index), |other| self.rules.id(*other) == id).is_some() {
                duplicates.push(index);
            } else {
                seen.insert_unique(hash(&index), index, hash);
            }
        }
        duplicates
    }

    /// Returns the indices of the rules whose queue's name satisfies the predicate.
    pub(crate) fn with_queue(&self, predicate: impl Fn(&str) -> bool) -> Vec<usize> {
        let selected: Vec<bool> = self.queue_names.iter().map(|name| predicate(name)).collect();
        let rules = self.queues.iter().enumerate();
        let rules = rules.filter(|(_, queue)| selected.get(**queue as usize) == Some(&true));
        rules.map(|(index, _)| index).collect()
    }

    /// Returns the finished rules, and the builder of their interner. `Index::new` adds predicates
    /// to this builder. All names in the rules must have been checked. `queue_index` converts the
    /// id of a queue to the queue's index.
    pub(crate) fn finish(
        self,
        queue_index: impl Fn(&str) -> Option<usize>,
    ) -> (Rules, PredicateInternerBuilder) {
        let Self { conditions, mut rules, priorities, mut queues, queue_names, .. } = self;
        let mut order = Vec::new();
        let queue_index = |name: &String| {
            queue_index(name).and_then(|index| u32::try_from(index).ok()).unwrap_or(u32::MAX)
        };
        let queue_indices: Vec<u32> = queue_names.iter().map(queue_index).collect();
        for queue in &mut queues {
            *queue = queue_indices.get(*queue as usize).copied().unwrap_or(u32::MAX);
        }
        rules.queues = PackedU32::new(&queues);
        drop(queues);
        let priority = |index: &u32| priorities.get(*index as usize).copied().unwrap_or_default();
        if !priorities.is_sorted_by_key(|priority| Reverse(*priority)) {
            order.extend(rules.ranks());
            // A stable sort keeps rules of equal priority in the order of declaration.
            order.sort_by_key(|index| Reverse(priority(index)));
            let mut ranks = alloc::vec![0; order.len()];
            for (rank, index) in order.iter().enumerate() {
                if let Some(entry) = ranks.get_mut(*index as usize) {
                    *entry = rank as u32;
                }
            }
            let rank = |index: u32| ranks.get(index as usize).copied().unwrap_or_default();
            rules.interrupting.iter_mut().for_each(|index| *index = rank(*index));
            rules.interrupting.sort_unstable();
            rules.windows.iter_mut().for_each(|(index, _)| *index = rank(*index));
            rules.windows.sort_by_key(|(rank, _)| *rank);
            rules.assignments.iter_mut().for_each(|(index, _)| *index = rank(*index));
            rules.assignments.sort_by_key(|(rank, _)| *rank);
        }
        let (conditions, interner) = conditions.finish(order);
        rules.conditions = conditions;
        for rank in rules.ranks() {
            let priority = priority(&rules.index(rank));
            if rules.priorities.last().is_none_or(|(_, last)| *last != priority) {
                rules.priorities.push((rank, priority));
            }
        }
        rules.ids.shrink_to_fit();
        rules.id_ends.shrink_to_fit();
        (rules, interner)
    }
}
