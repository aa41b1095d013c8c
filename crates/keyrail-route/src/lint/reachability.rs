//! Winners: whether a rule is ever the first that matches.
//!
//! A message that matches the rule is looked for, and the index asked which
//! rule takes it. An earlier one takes every message with which its tests have
//! the same answers. What is left are the ways on which one of these tests has
//! the other answer, and there the next message is looked for: until there is
//! one that no earlier rule takes, or nothing is left.

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use keyrail_core::Timestamp;
use keyrail_filter::condition_set::Rank;
use keyrail_filter::dnf::Literal;
use keyrail_filter::eval::{EvalCache, Evaluation};
use keyrail_filter::lint::conjunctions::{Conjunction, Dnf, conjunction};
use keyrail_filter::lint::constraint::Answer;

use super::examples::Examples;
use super::windows::{self, Left};
use crate::window::Window;
use crate::{Message, RouteTable, Scratch};

/// The steps of asking the index for the first rule of a short message.
const ASKING: usize = 16;
/// Times at which few rules hold that hold at certain times: the first instant
/// there is, and a Sunday before dawn.
const QUIET: [i64; 2] = [-377_705_116_800_000, 1_793_503_800_000];
/// Of how many rules that shadow one is tried which can be left out.
const MAX_SHADOWS: usize = 64;

/// Whether a rule ever wins.
pub(crate) enum Reachability {
    Sometimes,
    /// These match before it whatever it matches; without any, it matches
    /// nothing.
    Never(BTreeSet<Rank>),
    Unknown,
}

pub(crate) struct Winners<'t> {
    table: &'t RouteTable,
    pub(crate) examples: Examples<'t>,
    scratch: Scratch,
}

impl<'t> Winners<'t> {
    pub(crate) fn new(table: &'t RouteTable) -> Self {
        Self { table, examples: Examples::new(table), scratch: Scratch::new() }
    }

    pub(crate) fn of(&mut self, rank: Rank, conjunctions: &Dnf) -> Reachability {
        let reachability = self.among(rank, &conjunctions.conjunctions, None);
        match reachability {
            Reachability::Never(_) if conjunctions.is_cut => Reachability::Unknown,
            Reachability::Never(by) => {
                Reachability::Never(self.fewest(rank, &conjunctions.conjunctions, by))
            }
            reachability => reachability,
        }
    }

    /// Leaves out the rules without which the others shadow the rule as well.
    fn fewest(
        &mut self,
        rank: Rank,
        conjunctions: &[Conjunction],
        mut by: BTreeSet<Rank>,
    ) -> BTreeSet<Rank> {
        if by.len() > MAX_SHADOWS {
            return by;
        }
        for shadow in by.clone() {
            let mut rest = by.clone();
            rest.remove(&shadow);
            if let (false, Reachability::Never(fewer)) =
                (rest.is_empty(), self.among(rank, conjunctions, Some(&rest)))
            {
                by = fewer;
            }
        }
        by
    }

    /// Whether the rule wins if there are only these before it, or all.
    fn among(
        &mut self,
        rank: Rank,
        conjunctions: &[Conjunction],
        rules: Option<&BTreeSet<Rank>>,
    ) -> Reachability {
        let (mut by, mut is_unknown) = (BTreeSet::new(), false);
        for conjunction in conjunctions {
            let mut left = vec![conjunction.clone()];
            while let Some(conjunction) = left.pop() {
                let message = match self.examples.of(conjunction.iter().copied(), false) {
                    Answer::Found(message) => message,
                    Answer::Nothing => continue,
                    Answer::Unknown => {
                        is_unknown = true;
                        continue;
                    }
                };
                let asking = ASKING + message.attributes.written() / 64;
                let takers = match rules {
                    None => self.takers(rank, &message),
                    Some(rules) => self.takers_among(rank, &message, rules),
                };
                let ranks = match takers {
                    _ if !self.examples.take(asking) => return Reachability::Unknown,
                    Left::Time => return Reachability::Sometimes,
                    Left::Nothing(ranks) => ranks,
                    Left::Unknown => {
                        is_unknown = true;
                        continue;
                    }
                };
                let conjunctions = ranks.iter().map(|rank| self.conjunction(*rank, &message));
                let Some(taken) = conjunctions.collect::<Option<Vec<_>>>() else {
                    return Reachability::Unknown;
                };
                let taken = taken.concat();
                by.extend(ranks);
                if !self.examples.take(taken.len() * conjunction.len()) {
                    return Reachability::Unknown;
                }
                left.extend(without(&conjunction, &taken));
            }
        }
        if is_unknown { Reachability::Unknown } else { Reachability::Never(by) }
    }

    /// The rules that take the message from this one at all its times: one, or
    /// several by turns.
    fn takers(&mut self, rank: Rank, message: &Message) -> Left {
        let rules = &self.table.rules;
        let interrupting = rules.interrupts(rank);
        let mut first = |now| {
            let first = self.table.first(message, now, interrupting, &mut self.scratch);
            first.filter(|first| *first < rank)
        };
        if let Some(first) = first(None) {
            return Left::Nothing(BTreeSet::from([first]));
        }
        if rules.windows.first().is_none_or(|(first, _)| *first >= rank) {
            return Left::Time;
        }
        // At most times nothing comes before it, and one of these tells.
        let own = rules.window(rank);
        let times = match own {
            Some(window) => [Window::common(&[window]), None],
            None => QUIET.map(|millis| Timestamp::from_millis(millis).ok()),
        };
        if times.into_iter().flatten().any(|now| first(Some(now)).is_none()) {
            return Left::Time;
        }
        let before = rules.windows.iter().take_while(|(other, _)| *other < rank);
        let counting = before.filter(|(other, _)| !interrupting || rules.interrupts(*other));
        let counting: Vec<Rank> = counting.map(|(other, _)| *other).collect();
        self.by_turns(rank, message, counting)
    }

    /// The same if there are only these rules before it.
    fn takers_among(&mut self, rank: Rank, message: &Message, among: &BTreeSet<Rank>) -> Left {
        let rules = &self.table.rules;
        let (at_times, at_all): (Vec<Rank>, Vec<Rank>) =
            among.iter().partition(|other| rules.window(**other).is_some());
        match at_all.into_iter().find(|other| self.matches(*other, message)) {
            Some(other) => Left::Nothing(BTreeSet::from([other])),
            None => self.by_turns(rank, message, at_times),
        }
    }

    /// Those of the rules, each of which holds at certain times, that match the
    /// message and together hold whenever this one does.
    fn by_turns(&mut self, rank: Rank, message: &Message, among: Vec<Rank>) -> Left {
        let rules = &self.table.rules;
        let mut matching = Vec::new();
        for other in among {
            if !self.examples.take(1) {
                return Left::Unknown;
            }
            if self.matches(other, message) {
                matching.extend(rules.window(other).map(|window| (other, window)));
            }
        }
        let always = Window::default();
        let own = rules.window(rank).unwrap_or(&always);
        if matching.is_empty() {
            return Left::Time;
        }
        windows::left(own, &matching, |steps| self.examples.take(steps))
    }

    fn matches(&self, rank: Rank, message: &Message) -> bool {
        let rules = &self.table.rules;
        let cache = &mut EvalCache::default();
        Evaluation { interner: &rules.conditions.interner, message, cache, known_answers: () }
            .holds(rules.conditions.program(rank))
    }

    /// The way that a message goes through a rule that it matches.
    fn conjunction(&self, rank: Rank, message: &Message) -> Option<Conjunction> {
        let rules = &self.table.rules;
        let cache = &mut EvalCache::default();
        let mut evaluation =
            Evaluation { interner: &rules.conditions.interner, message, cache, known_answers: () };
        conjunction(rules.conditions.program(rank), |literal| {
            evaluation.atom(literal.atom).map(|holds| holds != literal.negated)
        })
    }
}

/// The ways that lead over all of a way, and not over all that is taken of it.
fn without(conjunction: &Conjunction, taken: &[Literal]) -> Vec<Conjunction> {
    let mut left = Vec::new();
    let mut kept = conjunction.clone();
    for literal in taken {
        if kept.contains(literal) {
            continue;
        }
        let mut other = kept.clone();
        other.push(literal.opposite());
        left.push(other);
        kept.push(*literal);
    }
    left
}
