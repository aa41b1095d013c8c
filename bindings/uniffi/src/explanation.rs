//! Explanations: what became of each rule. They quote the message, so their
//! faces do not print what it says.

use keyrail::route::{Explanation, Failure, Outcome, RuleReport};

use crate::decision::FfiDecision;
use crate::mirror::{mirror_enum, mirror_record};

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

impl From<Explanation> for FfiExplanation {
    fn from(explanation: Explanation) -> Self {
        let text = explanation.to_string();
        Self {
            decision: explanation.decision.into(),
            rules: explanation.rules.into_iter().map(Into::into).collect(),
            more: explanation.more as u64,
            text,
        }
    }
}

/// See [`RuleReport`].
#[derive(uniffi::Record)]
pub struct FfiRuleReport {
    /// The rule.
    pub id: String,
    /// Its priority.
    pub priority: i64,
    /// Its outcome for the message.
    pub outcome: FfiRuleOutcome,
    /// The first test to blame.
    pub failure: Option<FfiRuleFailure>,
    /// Whether a single test is to blame.
    pub near_miss: bool,
}

impl From<RuleReport> for FfiRuleReport {
    fn from(report: RuleReport) -> Self {
        Self {
            outcome: report.outcome.into(),
            id: report.id,
            priority: report.priority,
            failure: report.failure.map(Into::into),
            near_miss: report.near_miss,
        }
    }
}

mirror_enum! { FfiRuleOutcome of Outcome { Won, Matched, Failed, OutsideHours, InSession } }

mirror_record! { FfiRuleFailure of Failure { attribute: String, operator: String, expected: String, found: Option<String>, wrong_type: bool, negated: bool } }
