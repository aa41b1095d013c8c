//! Reachability: whether a rule ever wins, that is, whether it is ever the first
//! rule that matches a message.
//!
//! The check finds a message that matches the rule, and asks the index for the first rule that
//! matches this message. If an earlier rule is first, it also matches every other message for which
//! its tests give the same results. So the check continues with conjunctions in which one of these
//! tests has the opposite result. It ends when it finds a message that no earlier rule matches, or
//! when no conjunction remains.

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
use super::windows::{self, Coverage};
use crate::window::Window;
use crate::{Message, RouteTable, Scratch};

/// The cost, in steps, of asking the index for the first rule that matches a short message. A long
/// message costs more.
const QUERY_STEPS: usize = 16;
/// Times at which few rules with a window apply: the earliest timestamp, and a Sunday
/// before dawn.
const UNUSUAL_TIMES: [i64; 2] = [-377_705_116_800_000, 1_793_503_800_000];
/// If at most this many rules shadow a rule, only the necessary ones are reported. If more rules
/// shadow a rule, all of them are reported.
const MAX_SHADOWS: usize = 64;

/// Whether a rule ever wins.
pub(crate) enum Reachability {
    Sometimes,
    /// Every message that the rule matches is matched first by one of these rules. If the set is
    /// empty, the rule matches no message.
    Never(BTreeSet<Rank>),
    Unknown,
}

/// Checks whether rules ever win.
pub(crate) struct ReachabilityChecker<'t> {
    table: &'t RouteTable,
    pub(crate) examples: Examples<'t>,
    scratch: Scratch,
}

impl<'t> ReachabilityChecker<'t> {
    pub(crate) fn new(table: &'t RouteTable) -> Self {
        Self { table, examples: Examples::new(table), scratch: Scratch::new() }
    }

    pub(crate) fn check(&mut self, rank: Rank, dnf: &Dnf) -> Reachability {
        let reachability = self.check_against(rank, &dnf.conjunctions, None);
        match reachability {
            Reachability::Never(_) if dnf.is_truncated => Reachability::Unknown,
            Reachability::Never(by) => {
                Reachability::Never(self.minimized(rank, &dnf.conjunctions, by))
            }
            reachability => reachability,
        }
    }

    /// Returns the rules in `by` that are necessary to shadow the rule at `rank`. A rule is
    /// unnecessary if the remaining rules alone shadow the rule at `rank`.
    fn minimized(
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
                (rest.is_empty(), self.check_against(rank, conjunctions, Some(&rest)))
            {
                by = fewer;
            }
        }
        by
    }

    /// Checks whether the rule ever wins against the rules in `earlier`. If `earlier` is `None`,
    /// all earlier rules are considered.
    fn check_against(
        &mut self,
        rank: Rank,
        conjunctions: &[Conjunction],
        earlier: Option<&BTreeSet<Rank>>,
    ) -> Reachability {
        let (mut by, mut is_unknown) = (BTreeSet::new(), false);
        for conjunction in conjunctions {
            let mut remaining = vec![conjunction.clone()];
            while let Some(conjunction) = remaining.pop() {
                let message = match self.examples.find(conjunction.iter().copied(), false) {
                    Answer::Found(message) => message,
                    Answer::Nothing => continue,
                    Answer::Unknown => {
                        is_unknown = true;
                        continue;
                    }
                };
                let query_steps = QUERY_STEPS + message.attributes.written() / 64;
                let coverage = match earlier {
                    None => self.coverage(rank, &message),
                    Some(earlier) => self.coverage_by(rank, &message, earlier),
                };
                let ranks = match coverage {
                    _ if !self.examples.take(query_steps) => return Reachability::Unknown,
                    Coverage::Incomplete => return Reachability::Sometimes,
                    Coverage::Complete(ranks) => ranks,
                    Coverage::Unknown => {
                        is_unknown = true;
                        continue;
                    }
                };
                let conjunctions = ranks.iter().map(|rank| self.conjunction(*rank, &message));
                let Some(excluded) = conjunctions.collect::<Option<Vec<_>>>() else {
                    return Reachability::Unknown;
                };
                let excluded = excluded.concat();
                by.extend(ranks);
                if !self.examples.take(excluded.len() * conjunction.len()) {
                    return Reachability::Unknown;
                }
                remaining.extend(without(&conjunction, &excluded));
            }
        }
        if is_unknown { Reachability::Unknown } else { Reachability::Never(by) }
    }

    /// Returns whether, at every time at which the rule at `rank` applies, an earlier rule applies
    /// and matches the message. This can be one earlier rule, or several whose windows together
    /// cover the window of the rule at `rank`.
    fn coverage(&mut self, rank: Rank, message: &Message) -> Coverage {
        let rules = &self.table.rules;
        let interrupting = rules.interrupts(rank);
        let mut first_earlier = |now| {
            let first = self.table.first(message, now, interrupting, &mut self.scratch);
            first.filter(|first| *first < rank)
        };
        if let Some(first) = first_earlier(None) {
            return Coverage::Complete(BTreeSet::from([first]));
        }
        if rules.windows.first().is_none_or(|(first, _)| *first >= rank) {
            return Coverage::Incomplete;
        }
        // First check at most two points in time, which is cheap. Usually, at one of these points
        // no earlier rule matches, so the coverage is incomplete.
        let own = rules.window(rank);
        let times = match own {
            Some(window) => [Window::common(&[window]), None],
            None => UNUSUAL_TIMES.map(|millis| Timestamp::from_millis(millis).ok()),
        };
        if times.into_iter().flatten().any(|now| first_earlier(Some(now)).is_none()) {
            return Coverage::Incomplete;
        }
        let before = rules.windows.iter().take_while(|(other, _)| *other < rank);
        let eligible = before.filter(|(other, _)| !interrupting || rules.interrupts(*other));
        let eligible: Vec<Rank> = eligible.map(|(other, _)| *other).collect();
        self.window_coverage(rank, message, eligible)
    }

    /// Returns the coverage as [`coverage`](Self::coverage) does, but considers only the rules in
    /// `earlier`.
    fn coverage_by(&mut self, rank: Rank, message: &Message, earlier: &BTreeSet<Rank>) -> Coverage {
        let rules = &self.table.rules;
        let (with_window, always): (Vec<Rank>, Vec<Rank>) =
            earlier.iter().partition(|other| rules.window(**other).is_some());
        match always.into_iter().find(|other| self.matches(*other, message)) {
            Some(other) => Coverage::Complete(BTreeSet::from([other])),
            None => self.window_coverage(rank, message, with_window),
        }
    }

    /// Returns whether the windows of `others` together cover the rule's window. Rules that do not
    /// match the message are ignored.
    fn window_coverage(&mut self, rank: Rank, message: &Message, others: Vec<Rank>) -> Coverage {
        let rules = &self.table.rules;
        let mut matching = Vec::new();
        for other in others {
            if !self.examples.take(1) {
                return Coverage::Unknown;
            }
            if self.matches(other, message) {
                matching.extend(rules.window(other).map(|window| (other, window)));
            }
        }
        let always = Window::default();
        let own = rules.window(rank).unwrap_or(&always);
        if matching.is_empty() {
            return Coverage::Incomplete;
        }
        windows::coverage(own, &matching, |steps| self.examples.take(steps))
    }

    fn matches(&self, rank: Rank, message: &Message) -> bool {
        let rules = &self.table.rules;
        let cache = &mut EvalCache::default();
        Evaluation { interner: &rules.conditions.interner, message, cache, known_answers: () }
            .holds(rules.conditions.program(rank))
    }

    /// Returns a conjunction of a rule's condition that this message satisfies. The rule must
    /// match the message.
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

/// Returns conjunctions that together match exactly the messages that match `conjunction` and fail
/// at least one literal of `excluded`. No message matches two of them.
fn without(conjunction: &Conjunction, excluded: &[Literal]) -> Vec<Conjunction> {
    let mut remaining = Vec::new();
    let mut kept = conjunction.clone();
    for literal in excluded {
        if kept.contains(literal) {
            continue;
        }
        let mut other = kept.clone();
        other.push(literal.opposite());
        remaining.push(other);
        kept.push(*literal);
    }
    remaining
}
