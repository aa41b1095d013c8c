//! Explanations: the outcome of each rule. They quote the message, so the Swift and Kotlin types do
//! not print the quoted parts.

use keyrail::route::{Explanation, Failure, Outcome, RuleReport};

use crate::decision::FfiDecision;
use crate::mirror::{mirror_enum, mirror_record};

/// See [`Explanation`].
#[derive(uniffi::Record)]
pub struct FfiExplanation {
    /// The decision of `route`.
    pub decision: FfiDecision,
    /// The reports of the first rules, in order.
    pub rules: Vec<FfiRuleReport>,
    /// The number of rules that are not listed.
    pub more: u64,
    /// The whole explanation, for a person to read.
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
    /// The id of the rule.
    pub id: String,
    /// Its priority.
    pub priority: i64,
    /// Its outcome for the message.
    pub outcome: FfiRuleOutcome,
    /// The first test that made the rule's condition fail, if the condition failed.
    pub failure: Option<FfiRuleFailure>,
    /// Whether the condition failed, but would have matched if a single test had the opposite
    /// result.
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
