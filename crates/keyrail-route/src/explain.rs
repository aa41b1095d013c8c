//! Explanations: why a message went where it went, rule by rule.
//!
//! They walk the same conditions with the same tests as routing does, and cost
//! much more. As text they quote what the message says: show them to whom you
//! would show the message. Their debugged form, which logs print, quotes none
//! of it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::condition::Kind;
use crate::evaluate::{Evaluation, Memory};
use crate::lexicon::AtomId;
use crate::message::{Value, canonical_boolean, canonical_number};
use crate::program::{Node, Reader};
use crate::rules::Rank;
use crate::{Context, Decision, Error, Message, RouteTable};

/// Why a message went where it went. Printed, it is for a person to read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// What [`RouteTable::route`] decides.
    pub decision: Decision,
    /// The best rules, in their order; the one that won is among them, the
    /// last if it is not one of the best.
    pub rules: Vec<RuleReport>,
    /// How many rules were left out.
    pub more: usize,
}

/// What became of one rule.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RuleReport {
    /// The rule.
    pub id: String,
    /// Its priority.
    pub priority: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// Where its condition does not hold: the first test to blame.
    pub failure: Option<Failure>,
    /// Whether its condition would hold if a single test had another answer.
    pub near_miss: bool,
}

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It chose the queue: of the rules that count, none before it matches.
    Won,
    /// It matches, but something else came before it.
    Matched,
    /// Its condition does not hold.
    Failed,
    /// Its condition holds, but not at this time.
    Closed,
    /// Its condition holds, but it does not interrupt the live session.
    InSession,
}

impl Outcome {
    /// The word for it: `won`, `matched`, `failed`, `closed` or `in_session`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Matched => "matched",
            Self::Failed => "failed",
            Self::Closed => "closed",
            Self::InSession => "in_session",
        }
    }
}

/// A test that did not go as the rule wants it. As text, a sentence for a
/// person, which quotes the message; its debugged form says how long what was
/// found is, and not what it says.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The attribute.
    pub attribute: String,
    /// The operator, such as `prefix`.
    pub operator: &'static str,
    /// What the operator asks for: the choices of `in` behind one another with
    /// commas, the bounds of a range as in `gte 1 lt 5`.
    pub expected: String,
    /// What the message has, a list with commas; none if the attribute is
    /// absent.
    pub found: Option<String>,
    /// Whether the attribute is of a type that the operator is not for.
    pub wrong_type: bool,
    /// Whether the test holds, and stands under `not`.
    pub negated: bool,
}

/// How many rules an explanation lists where nothing else is said.
pub const EXPLAINED_RULES: usize = 20;

impl RouteTable {
    /// Says what [`route`](Self::route) decides, and what became of the
    /// `limit` best rules. The errors are the same.
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
    /// assert!(explanation.to_string().contains(r#"contains wants "refund", found "hello""#));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn explain(
        &self,
        message: &Message,
        context: &Context<'_>,
        limit: usize,
    ) -> Result<Explanation, Error> {
        let decision = self.route(message, context)?;
        let is_winner = |rank: Rank| decision.rule.as_deref() == Some(self.rules.id(rank));
        let mut reports = Vec::new();
        let best = self.rules.ranks().take(limit);
        let beyond = self.rules.ranks().skip(limit).find(|rank| is_winner(*rank));
        let mut memory = Memory::default();
        for rank in best.chain(beyond) {
            let evaluation =
                Evaluation { lexicon: &self.rules.lexicon, message, memory: &mut memory };
            let Some(walked) = (Walk { evaluation }).node(&mut self.rules.program(rank), true)
            else {
                continue;
            };
            let is_closed = self
                .rules
                .window(rank)
                .is_some_and(|window| !context.now.is_some_and(|now| window.contains(now)));
            let outcome = match walked.holds {
                false => Outcome::Failed,
                true if is_closed => Outcome::Closed,
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
                near_miss: !walked.holds && walked.changes == 1,
                failure: walked.blame.and_then(|blame| self.failure(&blame, message)),
            });
        }
        let more = self.rules.len() - reports.len();
        Ok(Explanation { decision, rules: reports, more })
    }

    fn failure(&self, blame: &Blame, message: &Message) -> Option<Failure> {
        let lexicon = &self.rules.lexicon;
        let first = lexicon.atom(*blame.atoms.first()?)?;
        let field = lexicon.field(first.field)?;
        let attribute = lexicon.attribute(field.attribute);
        let operands = blame.atoms.iter().filter_map(|atom| lexicon.atom(*atom));
        let operands: Vec<&str> = operands.map(|atom| atom.operand).collect();
        let expected = match field.kind {
            Kind::Exists => "true".into(),
            Kind::Missing => "false".into(),
            _ => operands.join(", "),
        };
        let value = message.get(attribute);
        let is_for_numbers = field.kind == Kind::Range;
        let wrong_type = match value {
            Some(Value::Number(_)) => !is_for_numbers && !is_for_any(field.kind),
            Some(Value::Boolean(_)) => !is_for_any(field.kind),
            Some(Value::Text(_) | Value::List(_)) => is_for_numbers,
            None => false,
        };
        Some(Failure {
            attribute: attribute.into(),
            operator: if blame.is_list { "in" } else { field.kind.operator() },
            expected,
            found: value.map(shown),
            wrong_type,
            negated: blame.negated,
        })
    }
}

const fn is_for_any(kind: Kind) -> bool {
    matches!(kind, Kind::Exact | Kind::Exists | Kind::Missing)
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => canonical_number(*number),
        Value::Boolean(value) => canonical_boolean(*value).to_string(),
        Value::List(texts) => texts.join(", "),
    }
}

/// A condition, as it was found to be.
struct Walked {
    holds: bool,
    /// How many tests must have another answer for the whole to have one.
    changes: usize,
    /// If the whole is not as wanted: the first test that is the reason.
    blame: Option<Blame>,
}

struct Blame {
    atoms: Vec<AtomId>,
    /// Whether the atoms are the choices of `in`.
    is_list: bool,
    negated: bool,
}

struct Walk<'e> {
    evaluation: Evaluation<'e>,
}

impl Walk<'_> {
    fn node(&mut self, program: &mut Reader<'_>, wanted: bool) -> Option<Walked> {
        let mut walked = self.node_as_it_is(program, wanted)?;
        if walked.holds == wanted {
            walked.blame = None;
        }
        Some(walked)
    }

    fn node_as_it_is(&mut self, program: &mut Reader<'_>, wanted: bool) -> Option<Walked> {
        match program.node()? {
            Node::Tests(count) => self.every(count, program, |walk, program| {
                let atom = program.number()?;
                let holds = walk.evaluation.atom(atom)?;
                Some(leaf(holds, wanted, || Blame {
                    atoms: alloc::vec![atom],
                    is_list: false,
                    negated: !wanted,
                }))
            }),
            Node::In(count) => self.every(count, program, |walk, program| {
                let count = program.number()?;
                let atoms = (0..count).map(|_| program.number()).collect::<Option<Vec<_>>>()?;
                let mut holds = false;
                for atom in &atoms {
                    holds |= walk.evaluation.atom(*atom)?;
                }
                Some(leaf(holds, wanted, || Blame { atoms, is_list: true, negated: !wanted }))
            }),
            Node::All(count) => {
                self.every(count, program, |walk, program| walk.node(program, wanted))
            }
            Node::Any(count) => {
                // Some one holds, unless every one does not.
                let each = |walk: &mut Self, program: &mut Reader<'_>| {
                    walk.node(program, wanted).map(turned)
                };
                self.every(count, program, each).map(turned)
            }
            Node::Not => self.node(program, !wanted).map(turned),
        }
    }

    fn every(
        &mut self,
        count: u32,
        program: &mut Reader<'_>,
        mut each: impl FnMut(&mut Self, &mut Reader<'_>) -> Option<Walked>,
    ) -> Option<Walked> {
        let mut all = Walked { holds: true, changes: usize::MAX, blame: None };
        for _ in 0..count {
            let one = each(self, program)?;
            all.changes = match (all.holds, one.holds) {
                (true, true) => all.changes.min(one.changes),
                (true, false) => one.changes,
                (false, true) => all.changes,
                (false, false) => all.changes.saturating_add(one.changes),
            };
            // What to blame is one of those that made the whole what it is.
            if all.blame.is_none() || (all.holds && !one.holds) {
                all.blame = one.blame.or(all.blame);
            }
            all.holds &= one.holds;
        }
        Some(all)
    }
}

fn leaf(holds: bool, wanted: bool, blame: impl FnOnce() -> Blame) -> Walked {
    Walked { holds, changes: 1, blame: (holds != wanted).then(blame) }
}

fn turned(walked: Walked) -> Walked {
    Walked { holds: !walked.holds, ..walked }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decision { kind, queue, reason, .. } = &self.decision;
        write!(f, "{}", kind.as_str())?;
        if let Some(queue) = queue {
            write!(f, " in {queue}")?;
        }
        writeln!(f, ": {reason}")?;
        for rule in &self.rules {
            writeln!(f, "{rule}")?;
        }
        match self.more {
            0 => Ok(()),
            more => writeln!(f, "and {more} more rules"),
        }
    }
}

impl fmt::Display for RuleReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (priority {}): ", self.id, self.priority)?;
        match (self.outcome, &self.failure) {
            (Outcome::Won, _) => f.write_str("won: no rule before it matches"),
            (Outcome::Matched, _) => f.write_str("matches, but another came before it"),
            (Outcome::Closed, _) => f.write_str("would match, but not at this time"),
            (Outcome::InSession, _) => f.write_str("matches, but the live session goes on"),
            (Outcome::Failed, Some(failure)) => {
                let near = if self.near_miss { "near miss: " } else { "" };
                write!(f, "{near}{failure}")
            }
            (Outcome::Failed, None) => f.write_str("does not match"),
        }
    }
}

/// Of a text: how long it is.
struct Length(usize);

impl fmt::Debug for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attribute, operator, expected, found, wrong_type, negated } = self;
        let found = found.as_ref().map(|found| Length(found.len()));
        f.debug_struct("Failure")
            .field("attribute", attribute)
            .field("operator", operator)
            .field("expected", expected)
            .field("found", &found)
            .field("wrong_type", wrong_type)
            .field("negated", negated)
            .finish()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attribute, operator, expected, found, wrong_type, negated } = self;
        let not = if *negated { "not " } else { "" };
        write!(f, "{attribute}: {not}{operator} wants {expected:?}, ")?;
        match found {
            None => f.write_str("and it is absent"),
            Some(found) if *wrong_type => write!(f, "found {found:?}, which is of another type"),
            Some(found) => write!(f, "found {found:?}"),
        }
    }
}
