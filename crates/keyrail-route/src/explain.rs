//! Explanations: why a message went where it went, rule by rule.
//!
//! They walk the same conditions with the same tests as routing does, and cost
//! much more. As text they quote what the message says: show them to whom you
//! would show the message. Their debugged form, which logs print, quotes none
//! of it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::attributes::ValueRef;
use crate::condition::Kind;
use crate::condition_set::Rank;
use crate::evaluate::{Evaluation, Memory};
use crate::lexicon::AtomId;
use crate::message::{canonical_boolean, canonical_number};
use crate::program::{Node, Reader};
use crate::{By, Context, Decision, DecisionKind, Error, Message, RouteTable};

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
    /// Whether there is a live session.
    in_session: bool,
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
    /// What the operator asks for: a text as it is; the choices of `in` in
    /// quotes, with commas between them; the bounds of a range as in
    /// `gte 1 lt 5`; cut after [`MAX_FOUND`] characters with `…` after them.
    /// Where the test has options, it says so in words, as in
    /// `the word "refund", without regard to case`.
    pub expected: String,
    /// What the message has: a text as it is, a list as its texts in quotes
    /// with commas between them, cut after [`MAX_FOUND`] characters with
    /// `…` behind them; none if the attribute is absent.
    pub found: Option<String>,
    /// Whether the attribute is of a type that the operator is not for.
    pub wrong_type: bool,
    /// Whether the test holds, and stands under `not`.
    pub negated: bool,
    /// Whether what is expected is yet to be quoted.
    is_expected_bare: bool,
    /// Whether what was found is.
    is_found_bare: bool,
}

/// How many rules an explanation lists where nothing else is said.
pub const EXPLAINED_RULES: usize = 20;
/// How many characters of what was expected, and of what was found, a failure
/// shows.
pub const MAX_FOUND: usize = 256;

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
            let evaluation = Evaluation {
                lexicon: &self.rules.conditions.interner,
                message,
                memory: &mut memory,
                oracle: (),
            };
            let Some(walked) =
                (Walk { evaluation }).node(&mut self.rules.conditions.program(rank), true)
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
                in_session: context.session_queue.is_some(),
                failure: walked.blame.and_then(|blame| self.failure(&blame, message)),
            });
        }
        let more = self.rules.len() - reports.len();
        Ok(Explanation { decision, rules: reports, more })
    }

    fn failure(&self, blame: &Blame, message: &Message) -> Option<Failure> {
        let lexicon = &self.rules.conditions.interner;
        let first = lexicon.atom(*blame.atoms.first()?)?;
        let field = lexicon.field(first.field)?;
        let attribute = lexicon.attribute(field.attribute);
        let operands = blame.atoms.iter().filter_map(|atom| lexicon.atom(*atom));
        // No more than are shown, each of at least one character.
        let operands: Vec<&str> = operands.take(MAX_FOUND + 1).map(|atom| atom.operand).collect();
        let is_word = field.kind == Kind::Word;
        let is_bare = field.mode.is_plain() && !is_word && !blame.is_list;
        let mut expected = match field.kind {
            Kind::Exists => "true".into(),
            Kind::Missing => "false".into(),
            _ if is_bare => operands.concat(),
            _ => quoted(operands),
        };
        expected = cut(&expected);
        if is_word {
            expected.insert_str(0, "the word ");
        }
        if field.mode.normalize {
            expected.push_str(", normalized");
        }
        if field.mode.ignore_case {
            expected.push_str(", without regard to case");
        }
        let value = message.get(attribute);
        let is_for_numbers = field.kind == Kind::Range;
        let wrong_type = match value {
            Some(ValueRef::Number(_)) => !is_for_numbers && !is_for_any(field.kind),
            Some(ValueRef::Boolean(_)) => !is_for_any(field.kind),
            Some(ValueRef::Text(_) | ValueRef::List(_)) => is_for_numbers,
            None => false,
        };
        Some(Failure {
            attribute: attribute.into(),
            operator: if blame.is_list { "in" } else { field.kind.operator() },
            expected,
            found: value.map(shown),
            wrong_type,
            negated: blame.negated,
            is_expected_bare: is_bare,
            is_found_bare: !matches!(value, Some(ValueRef::List(_))),
        })
    }
}

const fn is_for_any(kind: Kind) -> bool {
    matches!(kind, Kind::Exact | Kind::Exists | Kind::Missing)
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => cut(text),
        ValueRef::Number(number) => canonical_number(number),
        ValueRef::Boolean(value) => canonical_boolean(value).to_string(),
        ValueRef::List(texts) => cut(&quoted(texts.iter())),
    }
}

/// The texts in quotes, with commas between them.
fn quoted<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let texts = texts.into_iter().map(|text| format!("{text:?}"));
    texts.collect::<Vec<_>>().join(", ")
}

fn cut(text: &str) -> String {
    let end = text.char_indices().nth(MAX_FOUND).map(|(end, _)| end);
    match end.and_then(|end| text.get(..end)) {
        Some(start) => format!("{start}…"),
        None => text.into(),
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
        let Decision { kind, queue, reason, fell_back_from, .. } = &self.decision;
        write!(f, "{}", kind.as_str())?;
        if let Some(queue) = queue {
            write!(f, " in {queue}")?;
        }
        writeln!(f, ": {reason}")?;
        if *kind == DecisionKind::Held || fell_back_from.is_some() {
            self.decision.write_choice(f)?;
        }
        for rule in &self.rules {
            writeln!(f, "{rule}")?;
        }
        match self.more {
            0 => Ok(()),
            more => writeln!(f, "and {more} more rules"),
        }
    }
}

impl Decision {
    /// Writes what chose the queue, where the reason speaks of something else.
    fn write_choice(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { queue: Some(queue), by: Some(by), .. } = self else { return Ok(()) };
        write!(f, "{} is ", self.fell_back_from.as_ref().unwrap_or(queue))?;
        match (by, &self.rule) {
            (By::Rule, Some(rule)) => write!(f, "the queue of the rule {rule}")?,
            (By::Rule, None) => f.write_str("the queue of a rule")?,
            (By::Session, _) => f.write_str("the queue of the live session")?,
            (By::Channel, _) => f.write_str("the queue of the channel")?,
            (By::Default, _) => f.write_str("the default queue")?,
        }
        if self.fell_back_from.is_some() {
            write!(f, "; it is unavailable, and {queue} takes its place")?;
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
            (Outcome::Won, _) => f.write_str("won: no rule before it matches"),
            (Outcome::Matched, _) => f.write_str("matches, but another came before it"),
            (Outcome::Closed, _) => f.write_str("would match, but not at this time"),
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

/// Of a text: how long it is.
struct Length(usize);

impl fmt::Debug for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attribute, operator, expected, found, wrong_type, negated, .. } = self;
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
        let not = if self.negated { "not " } else { "" };
        write!(f, "{}: {not}{} wants ", self.attribute, self.operator)?;
        match self.is_expected_bare {
            true => write!(f, "{:?}, ", self.expected)?,
            false => write!(f, "{}, ", self.expected)?,
        }
        match &self.found {
            None => f.write_str("and it is absent")?,
            Some(found) if self.is_found_bare => write!(f, "found {found:?}")?,
            Some(found) => write!(f, "found {found}")?,
        }
        if self.wrong_type { f.write_str(", which is of another type") } else { Ok(()) }
    }
}
