//! Explanations: what became of each rule. They quote the message, so their
//! faces do not print what it says.

use keyrail::route::{Explanation, Failure, Outcome, RuleReport};

use crate::decision::FfiDecision;
use crate::error::FfiError;

/// See [`Explanation`].
#[derive(uniffi::Record)]
pub struct FfiExplanation {
    /// What is decided.
    pub decision: FfiDecision,
    /// The best rules.
    pub rules: Vec<FfiRuleReport>,
    /// How many rules were left out.
    pub more: u64,
    /// All of it, for a person to read.
    pub text: String,
}

impl TryFrom<Explanation> for FfiExplanation {
    type Error = FfiError;

    fn try_from(explanation: Explanation) -> Result<Self, FfiError> {
        let text = explanation.to_string();
        let rules = explanation.rules.into_iter().map(TryInto::try_into);
        Ok(Self {
            decision: explanation.decision.try_into()?,
            rules: rules.collect::<Result<_, _>>()?,
            more: explanation.more as u64,
            text,
        })
    }
}

/// See [`RuleReport`].
#[derive(uniffi::Record)]
pub struct FfiRuleReport {
    /// The rule.
    pub id: String,
    /// Its priority.
    pub priority: i64,
    /// What became of it.
    pub outcome: FfiRuleOutcome,
    /// The first test to blame.
    pub failure: Option<FfiRuleFailure>,
    /// Whether a single test is to blame.
    pub near_miss: bool,
}

impl TryFrom<RuleReport> for FfiRuleReport {
    type Error = FfiError;

    fn try_from(report: RuleReport) -> Result<Self, FfiError> {
        Ok(Self {
            outcome: report.outcome.try_into()?,
            id: report.id,
            priority: report.priority,
            failure: report.failure.map(Into::into),
            near_miss: report.near_miss,
        })
    }
}

/// See [`Outcome`].
#[derive(Debug, uniffi::Enum)]
pub enum FfiRuleOutcome {
    /// It chose the queue.
    Won,
    /// It matches, but something else came before it.
    Matched,
    /// Its condition does not hold.
    Failed,
    /// Not at this time.
    OutsideHours,
    /// It does not interrupt the live session.
    InSession,
}

impl TryFrom<Outcome> for FfiRuleOutcome {
    type Error = FfiError;

    fn try_from(outcome: Outcome) -> Result<Self, FfiError> {
        match outcome {
            Outcome::Won => Ok(Self::Won),
            Outcome::Matched => Ok(Self::Matched),
            Outcome::Failed => Ok(Self::Failed),
            Outcome::OutsideHours => Ok(Self::OutsideHours),
            Outcome::InSession => Ok(Self::InSession),
            _ => Err(FfiError::unnamed()),
        }
    }
}

/// See [`Failure`].
#[derive(uniffi::Record)]
pub struct FfiRuleFailure {
    /// The attribute.
    pub attribute: String,
    /// The operator.
    pub operator: String,
    /// What it asks for.
    pub expected: String,
    /// What the message has.
    pub found: Option<String>,
    /// Whether the operator is not for this type.
    pub wrong_type: bool,
    /// Whether the test stands under `not`.
    pub negated: bool,
}

impl From<Failure> for FfiRuleFailure {
    fn from(failure: Failure) -> Self {
        Self {
            attribute: failure.attribute,
            operator: failure.operator.into(),
            expected: failure.expected,
            found: failure.found,
            wrong_type: failure.wrong_type,
            negated: failure.negated,
        }
    }
}
