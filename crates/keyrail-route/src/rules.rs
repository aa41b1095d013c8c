//! The rules of a table, in a few bytes each, in their order: a larger priority
//! first, among equals the one that was declared earlier.

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

/// Which messages go to a queue.
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
    /// By place: the ids one after the other, and where each ends.
    pub(crate) ids: String,
    pub(crate) id_ends: Vec<u32>,
    /// By place: the place of the queue among the queues.
    pub(crate) queues: PackedU32,
    /// The priority that holds from a rank on.
    pub(crate) priorities: Vec<(Rank, i64)>,
    /// What few rules have, in the order of rank.
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

    #[inline]
    pub(crate) fn place(&self, rank: Rank) -> u32 {
        self.conditions.place(rank)
    }

    pub(crate) fn id(&self, rank: Rank) -> &str {
        let id = item(&self.id_ends, self.place(rank)).and_then(|bounds| self.ids.get(bounds));
        id.unwrap_or_default()
    }

    pub(crate) fn queue(&self, rank: Rank) -> Option<u32> {
        self.queues.get(self.place(rank))
    }

    pub(crate) fn priority(&self, rank: Rank) -> i64 {
        let after = self.priorities.partition_point(|(from, _)| *from <= rank);
        let run = after.checked_sub(1).and_then(|run| self.priorities.get(run));
        run.map_or(0, |(_, priority)| *priority)
    }

    pub(crate) fn interrupts(&self, rank: Rank) -> bool {
        self.interrupting.binary_search(&rank).is_ok()
    }

    /// Returns whether a rule holds at a time. Without a time, those with a window do not.
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

/// Rules as they are being read, by place.
#[derive(Default)]
pub(crate) struct Draft {
    conditions: ConditionSetBuilder,
    rules: Rules,
    priorities: Vec<i64>,
    /// By place: the number of the queue's name.
    queues: Vec<u32>,
    queue_names: Vec<String>,
    queue_numbers: BTreeMap<String, u32>,
    is_too_large: bool,
}

impl Draft {
    pub(crate) fn len(&self) -> usize {
        self.priorities.len()
    }

    /// Whether there was no room for all of it.
    pub(crate) fn is_too_large(&self) -> bool {
        self.is_too_large
    }

    pub(crate) fn push(&mut self, rule: Rule) {
        let (place, rules) = (self.priorities.len() as u32, &mut self.rules);
        rules.ids.push_str(&rule.id);
        match (u32::try_from(rules.ids.len()), self.conditions.push(&rule.when)) {
            (Ok(id_end), Some(())) => rules.id_ends.push(id_end),
            _ => self.is_too_large = true,
        }
        self.priorities.push(rule.priority);
        if rule.interrupts_session {
            rules.interrupting.push(place);
        }
        if !rule.window.is_always() {
            rules.windows.push((place, rule.window));
        }
        if let Some(assignment) = rule.assign {
            rules.assignments.push((place, assignment));
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

    /// The places of rules whose id an earlier rule has. An empty id is one
    /// that could not be read.
    pub(crate) fn duplicate_ids(&self) -> Vec<u32> {
        let (seed, mut seen) = (Seed::default(), HashTable::with_capacity(self.len()));
        let hash = |place: &u32| seed.text(self.rules.id(*place));
        let mut duplicates = Vec::new();
        for place in 0..self.rules.id_ends.len() as u32 {
            let id = self.rules.id(place);
            if id.is_empty() {
                continue;
            }
            if seen.find(hash(&place), |other| self.rules.id(*other) == id).is_some() {
                duplicates.push(place);
            } else {
                seen.insert_unique(hash(&place), place, hash);
            }
        }
        duplicates
    }

    /// The places of rules whose queue's name is such.
    pub(crate) fn with_queue(&self, is_such: impl Fn(&str) -> bool) -> Vec<usize> {
        let such: Vec<bool> = self.queue_names.iter().map(|name| is_such(name)).collect();
        let places = self.queues.iter().enumerate();
        let places = places.filter(|(_, queue)| such.get(**queue as usize) == Some(&true));
        places.map(|(place, _)| place).collect()
    }

    /// The rules, once every name in them is known to lead somewhere: `queue`
    /// says where. The interner stays open for what the index needs.
    pub(crate) fn finish(
        self,
        queue: impl Fn(&str) -> Option<usize>,
    ) -> (Rules, PredicateInternerBuilder) {
        let Self { conditions, mut rules, priorities, mut queues, queue_names, .. } = self;
        let mut order = Vec::new();
        let places: Vec<u32> = queue_names
            .iter()
            .map(|name| queue(name).and_then(|place| u32::try_from(place).ok()).unwrap_or(u32::MAX))
            .collect();
        for number in &mut queues {
            *number = places.get(*number as usize).copied().unwrap_or(u32::MAX);
        }
        rules.queues = PackedU32::new(&queues);
        drop(queues);
        let priority = |place: &u32| priorities.get(*place as usize).copied().unwrap_or_default();
        if !priorities.is_sorted_by_key(|priority| Reverse(*priority)) {
            order.extend(rules.ranks());
            // Stable: among equals the rule that was declared earlier stays first.
            order.sort_by_key(|place| Reverse(priority(place)));
            let mut ranks = alloc::vec![0; order.len()];
            for (rank, place) in order.iter().enumerate() {
                if let Some(of_place) = ranks.get_mut(*place as usize) {
                    *of_place = rank as u32;
                }
            }
            let rank = |place: u32| ranks.get(place as usize).copied().unwrap_or_default();
            rules.interrupting.iter_mut().for_each(|place| *place = rank(*place));
            rules.interrupting.sort_unstable();
            rules.windows.iter_mut().for_each(|(place, _)| *place = rank(*place));
            rules.windows.sort_by_key(|(rank, _)| *rank);
            rules.assignments.iter_mut().for_each(|(place, _)| *place = rank(*place));
            rules.assignments.sort_by_key(|(rank, _)| *rank);
        }
        let (conditions, interner) = conditions.finish(order);
        rules.conditions = conditions;
        for rank in rules.ranks() {
            let priority = priority(&rules.place(rank));
            if rules.priorities.last().is_none_or(|(_, last)| *last != priority) {
                rules.priorities.push((rank, priority));
            }
        }
        rules.ids.shrink_to_fit();
        rules.id_ends.shrink_to_fit();
        (rules, interner)
    }
}
