//! Explanations: the reasons for a decision, rule by rule.
//!
//! The `Display` output quotes the message, so show it only to people who may read the message. The
//! `Debug` output, which logs use, does not quote the message.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_filter::condition_set::Rank;
use keyrail_filter::eval::EvalCache;

use crate::{
    Context, Decision, DecisionKind, Error, Failure, Message, RouteTable, SelectedBy, Selection,
};

/// The reasons for a decision, rule by rule. `Display` prints them for people.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The decision that [`RouteTable::route`] returns.
    pub decision: Decision,
    /// The reports of the first rules, in order. If the rule that won comes later, its report is
    /// added at the end.
    pub rules: Vec<RuleReport>,
    /// The number of rules that are left out.
    pub more: usize,
}

/// The outcome of one rule.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RuleReport {
    /// The id of the rule.
    pub id: String,
    /// Its priority.
    pub priority: i64,
    /// Whether the rule chose the queue, and if not, why not.
    pub outcome: Outcome,
    /// The first test that made the rule's condition fail, if the condition failed.
    pub failure: Option<Failure>,
    /// Whether the condition failed, but would have matched if a single test had the opposite
    /// result.
    pub near_miss: bool,
    /// Whether there is a live session.
    in_session: bool,
}

/// The outcome of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The rule chose the queue. It is the first rule that matches, applies at this time and, if
    /// there is a live session, interrupts it.
    Won,
    /// It matches, but another rule won.
    Matched,
    /// Its condition does not match.
    Failed,
    /// Its condition matches, but the rule does not apply at this time.
    OutsideHours,
    /// Its condition matches, but the rule does not interrupt the live session.
    InSession,
}

impl Outcome {
    /// Returns the name of the outcome: `won`, `matched`, `failed`, `closed` or `in_session`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Matched => "matched",
            Self::Failed => "failed",
            Self::OutsideHours => "closed",
            Self::InSession => "in_session",
        }
    }
}

/// The default number of rules that an explanation lists.
pub const EXPLAINED_RULES: usize = 20;

impl RouteTable {
    /// Returns the decision of [`route`](Self::route), and why each of the first `limit` rules
    /// won or lost.
    ///
    /// # Errors
    ///
    /// The same as those of [`route`](Self::route).
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_route::{Context, EXPLAINED_RULES, Message, RouteTable};
    /// let table = RouteTable::from_json(r#"{
    ///     "channels": [{"id": "sms", "kind": "sms"}], "queues": [{"id": "sales"}],
    ///     "rules": [{"id": "refunds", "when": {"contains": {"text": "refund"}}, "queue": "sales"}]
    /// }"#)?;
    /// let message = Message::new("sms")?.with("text", "hello")?;
    /// let explanation = table.explain(&message, &Context::default(), EXPLAINED_RULES)?;
    /// assert_eq!(explanation.rules[0].failure.as_ref().unwrap().expected, "refund");
    /// assert!(explanation.to_string().contains(r#"expected contains "refund", found "hello""#));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn explain(
        &self,
        message: &Message,
        context: &Context<'_>,
        limit: usize,
    ) -> Result<Explanation, Error> {
        let decision = self.route(message, context)?;
        let is_winner = |rank: Rank| decision.rule() == Some(self.rules.id(rank));
        let mut reports = Vec::new();
        let first = self.rules.ranks().take(limit);
        let winner = self.rules.ranks().skip(limit).find(|rank| is_winner(*rank));
        let mut cache = EvalCache::default();
        for rank in first.chain(winner) {
            let conditions = &self.rules.conditions;
            let Some(explained) = conditions.explain(rank, message, &mut cache) else {
                continue;
            };
            let outcome = match explained.holds {
                false => Outcome::Failed,
                true if !self.rules.is_open(rank, context.now) => Outcome::OutsideHours,
                true if is_winner(rank) => Outcome::Won,
                true if context.session_queue.is_some() && !self.rules.interrupts(rank) => {
                    Outcome::InSession
                }
                true => Outcome::Matched,
            };
            reports.push(RuleReport {
                id: self.rules.id(rank).into(),
                priority: self.rules.priority(rank),
                outcome,
                near_miss: explained.near_miss,
                in_session: context.session_queue.is_some(),
                failure: explained.failure,
            });
        }
        let more = self.rules.len() - reports.len();
        Ok(Explanation { decision, rules: reports, more })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.decision.kind().as_str())?;
        if let Some(queue) = self.decision.queue() {
            let word = if self.decision.kind() == DecisionKind::Routed { "to" } else { "in" };
            write!(f, " {word} {queue}")?;
        }
        writeln!(f, ": {}", self.decision.reason())?;
        if let Some(selection) = self.decision.selection()
            && (self.decision.kind() == DecisionKind::Held || selection.fell_back_from.is_some())
        {
            selection.write_choice(f)?;
        }
        for rule in &self.rules {
            writeln!(f, "{rule}")?;
        }
        match self.more {
            0 => Ok(()),
            1 => writeln!(f, "and 1 more rule"),
            more => writeln!(f, "and {more} more rules"),
        }
    }
}

impl Selection {
    /// Writes what chose the queue, for decisions whose reason does not state it.
    fn write_choice(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { queue, by, rule, fell_back_from, .. } = self;
        write!(f, "{} is ", fell_back_from.as_ref().unwrap_or(queue))?;
        match (by, rule) {
            (SelectedBy::Rule, Some(rule)) => write!(f, "the queue of the rule {rule}")?,
            (SelectedBy::Rule, None) => f.write_str("the queue of a rule")?,
            (SelectedBy::Session, _) => f.write_str("the queue of the live session")?,
            (SelectedBy::Channel, _) => f.write_str("the queue of the channel")?,
            (SelectedBy::Default, _) => f.write_str("the default queue")?,
        }
        if fell_back_from.is_some() {
            write!(f, "; it is unavailable, so {queue} replaces it")?;
        }
        writeln!(f)
    }
}

impl fmt::Display for RuleReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (priority {}): ", self.id, self.priority)?;
        match (self.outcome, &self.failure) {
            (Outcome::Won, _) if self.in_session => {
                f.write_str("won: it interrupts the live session")
            }
            (Outcome::Won, _) => f.write_str("won: it is the first rule that matches and applies"),
            (Outcome::Matched, _) => f.write_str("matches, but another rule won before it"),
            (Outcome::OutsideHours, _) => f.write_str("matches, but does not apply at this time"),
            (Outcome::InSession, _) => {
                f.write_str("matches, but does not interrupt the live session")
            }
            (Outcome::Failed, Some(failure)) => {
                let near = if self.near_miss { "near miss: " } else { "" };
                write!(f, "{near}{failure}")
            }
            (Outcome::Failed, None) => f.write_str("does not match"),
        }
    }
}
