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

use super::examples::Examples;
use super::values::Answer;
use super::ways::{Literal, Way, Ways, way};
use crate::evaluate::{Evaluation, Memory};
use crate::rules::Rank;
use crate::window::Window;
use crate::{Message, RouteTable, Scratch};

/// The steps of asking the index for a message's first rule.
const ASKING: usize = 16;
/// Of how many rules that shadow one is tried which can be left out.
const MAX_SHADOWS: usize = 64;

/// Whether a rule ever wins.
pub(crate) enum Wins {
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

    pub(crate) fn of(&mut self, rank: Rank, ways: &Ways) -> Wins {
        let wins = self.among(rank, &ways.ways, None);
        match wins {
            Wins::Never(_) if ways.is_cut => Wins::Unknown,
            Wins::Never(by) => Wins::Never(self.fewest(rank, &ways.ways, by)),
            wins => wins,
        }
    }

    /// Leaves out the rules without which the others shadow the rule as well.
    fn fewest(&mut self, rank: Rank, ways: &[Way], mut by: BTreeSet<Rank>) -> BTreeSet<Rank> {
        if by.len() > MAX_SHADOWS {
            return by;
        }
        for shadow in by.clone() {
            let mut rest = by.clone();
            rest.remove(&shadow);
            if let (false, Wins::Never(fewer)) =
                (rest.is_empty(), self.among(rank, ways, Some(&rest)))
            {
                by = fewer;
            }
        }
        by
    }

    /// Whether the rule wins if there are only these before it, or all.
    fn among(&mut self, rank: Rank, ways: &[Way], rules: Option<&BTreeSet<Rank>>) -> Wins {
        let (mut by, mut is_unknown) = (BTreeSet::new(), false);
        for way in ways {
            let mut left = vec![way.clone()];
            while let Some(way) = left.pop() {
                let message = match self.examples.of(way.iter().copied(), false) {
                    Answer::Found(message) => message,
                    Answer::Nothing => continue,
                    Answer::Unknown => {
                        is_unknown = true;
                        continue;
                    }
                };
                let first = match rules {
                    None => self.first(rank, &message),
                    Some(rules) => rules.iter().copied().find(|rule| self.matches(*rule, &message)),
                };
                let taken = first.and_then(|first| Some((first, self.way(first, &message)?)));
                match taken {
                    _ if !self.examples.take(ASKING) => return Wins::Unknown,
                    None => return Wins::Sometimes,
                    Some((first, taken)) => {
                        by.insert(first);
                        if !self.examples.take(taken.len() * way.len()) {
                            return Wins::Unknown;
                        }
                        left.extend(without(&way, &taken));
                    }
                }
            }
        }
        if is_unknown { Wins::Unknown } else { Wins::Never(by) }
    }

    /// The rule that takes the message from this one at all its times.
    fn first(&mut self, rank: Rank, message: &Message) -> Option<Rank> {
        let rules = &self.table.rules;
        let interrupting = rules.interrupts(rank);
        let mut first = |now| {
            let first = self.table.first(message, now, interrupting, &mut self.scratch);
            first.filter(|first| *first < rank)
        };
        let at_all_times = first(None);
        let Some(window) = rules.window(rank).filter(|_| at_all_times.is_none()) else {
            return at_all_times;
        };
        if let Some(now) = Window::common(&[window]) {
            first(Some(now))?;
        }
        let before = rules.windows.iter().take_while(|(other, _)| *other < rank);
        let counting = before.filter(|(other, of_other)| {
            (!interrupting || rules.interrupts(*other)) && of_other.covers(window)
        });
        counting
            .map(|(other, _)| *other)
            .find(|other| self.examples.take(1) && self.matches(*other, message))
    }

    fn matches(&self, rank: Rank, message: &Message) -> bool {
        let rules = &self.table.rules;
        let memory = &mut Memory::default();
        Evaluation { lexicon: &rules.lexicon, message, memory }.holds(rules.program(rank))
    }

    /// The way that a message goes through a rule that it matches.
    fn way(&self, rank: Rank, message: &Message) -> Option<Way> {
        let rules = &self.table.rules;
        let memory = &mut Memory::default();
        let mut evaluation = Evaluation { lexicon: &rules.lexicon, message, memory };
        way(rules.program(rank), |literal| {
            evaluation.atom(literal.atom).map(|holds| holds != literal.negated)
        })
    }
}

/// The ways that lead over all of a way, and not over all that is taken of it.
fn without(way: &Way, taken: &[Literal]) -> Vec<Way> {
    let mut left = Vec::new();
    let mut kept = way.clone();
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
