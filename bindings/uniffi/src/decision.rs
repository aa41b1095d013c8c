//! Decisions: where a message is routed, and why.

use keyrail::route::{Assignment, Decision, HeldCause, SelectedBy, Selection, Trace};

use crate::error::FfiError;
use crate::mirror::{mirror_enum, mirror_record};

mirror_enum! { FfiSelectedBy of SelectedBy { Rule, Session, Channel, Default } }

mirror_enum! { FfiHeldCause of HeldCause { NoApp, NoWebhook, AppDisabled, Unavailable } }

mirror_record! { FfiAssignment of Assignment { team: Option<String>, agent: Option<String>, skills: Vec<String> } }

impl From<FfiAssignment> for Assignment {
    fn from(assignment: FfiAssignment) -> Self {
        let FfiAssignment { team, agent, skills } = assignment;
        Self { team, agent, skills }
    }
}

/// See [`Selection`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiSelection {
    pub queue: String,
    pub by: FfiSelectedBy,
    pub rule: Option<String>,
    pub fell_back_from: Option<String>,
    pub assign: Option<FfiAssignment>,
}

impl From<Selection> for FfiSelection {
    fn from(selection: Selection) -> Self {
        let Selection { queue, by, rule, fell_back_from, assign } = selection;
        Self { queue, by: by.into(), rule, fell_back_from, assign: assign.map(Into::into) }
    }
}

impl From<FfiSelection> for Selection {
    fn from(selection: FfiSelection) -> Self {
        let FfiSelection { queue, by, rule, fell_back_from, assign } = selection;
        Self { queue, by: by.into(), rule, fell_back_from, assign: assign.map(Into::into) }
    }
}

/// The cases of [`Decision`].
#[derive(Debug, uniffi::Enum)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub enum FfiDecisionCase {
    Routed { selection: FfiSelection, app: String, webhooks: Vec<String> },
    Held { selection: FfiSelection, app: Option<String>, cause: FfiHeldCause },
    Unrouted,
}

/// See [`Decision`].
#[derive(Debug, uniffi::Record)]
pub struct FfiDecision {
    /// The outcome with its details.
    pub outcome: FfiDecisionCase,
    /// The ordering key: messages with the same key should be delivered to their app in order.
    pub ordering_key: String,
    /// The content hash of the table.
    pub table: String,
    /// The code of the reason.
    pub code: String,
    /// The reason, as a sentence.
    pub reason: String,
}

impl From<Decision> for FfiDecision {
    fn from(decision: Decision) -> Self {
        let reason = decision.reason();
        let (outcome, trace) = match decision {
            Decision::Routed { selection, app, webhooks, trace } => {
                (FfiDecisionCase::Routed { selection: selection.into(), app, webhooks }, trace)
            }
            Decision::Held { selection, app, cause, trace } => (
                FfiDecisionCase::Held { selection: selection.into(), app, cause: cause.into() },
                trace,
            ),
            Decision::Unrouted { trace } => (FfiDecisionCase::Unrouted, trace),
        };
        let Trace { ordering_key, table } = trace;
        let (code, reason) = (reason.code().into(), reason.to_string());
        Self { outcome, ordering_key, table, code, reason }
    }
}

impl From<FfiDecision> for Decision {
    fn from(decision: FfiDecision) -> Self {
        let trace = Trace { ordering_key: decision.ordering_key, table: decision.table };
        match decision.outcome {
            FfiDecisionCase::Routed { selection, app, webhooks } => {
                Self::Routed { selection: selection.into(), app, webhooks, trace }
            }
            FfiDecisionCase::Held { selection, app, cause } => {
                Self::Held { selection: selection.into(), app, cause: cause.into(), trace }
            }
            FfiDecisionCase::Unrouted => Self::Unrouted { trace },
        }
    }
}

/// See [`Decision::trace_diagram`].
#[uniffi::export]
pub fn route_trace_diagram(decision: FfiDecision) -> String {
    Decision::from(decision).trace_diagram()
}

/// The result for one message of a batch.
#[derive(Debug, uniffi::Enum)]
pub enum FfiRouteResult {
    /// The message was routed, held or left unrouted.
    Decided {
        /// The decision.
        decision: FfiDecision,
    },
    /// The message was rejected.
    Refused {
        /// The error.
        error: FfiError,
    },
}

impl<E: Into<FfiError>> From<Result<Decision, E>> for FfiRouteResult {
    fn from(result: Result<Decision, E>) -> Self {
        match result {
            Ok(decision) => Self::Decided { decision: decision.into() },
            Err(error) => Self::Refused { error: error.into() },
        }
    }
}

#[cfg(test)]
mod tests {
    use keyrail::route::{Context, Decision, Message, RouteTable};

    use super::{FfiDecision, route_trace_diagram};

    #[test]
    fn a_decision_and_its_trace_diagram_survive_the_ffi_round_trip() {
        let table = RouteTable::from_json(
            r#"{"channels": [{"id": "sms", "kind": "sms", "queue": "a"}, {"id": "fb", "kind": "fb"}],
                "queues": [{"id": "a", "fallback": ["b"]}, {"id": "b", "app": "desk"}],
                "apps": [{"id": "desk", "webhooks": ["hook"]}],
                "webhooks": [{"id": "hook", "url": "https://desk.example/", "events": ["*"]}],
                "rules": [{"id": "vip", "when": {"exists": {"vip": true}}, "queue": "b"}]}"#,
        )
        .unwrap();
        let vip = || Message::new("fb").unwrap().with("vip", "yes").unwrap();
        let [sms, fb] = ["sms", "fb"].map(|channel| Message::new(channel).unwrap());
        let unavailable: [&[&str]; 3] = [&[], &["a"], &["a", "b"]];
        for message in [sms, fb, vip()] {
            for unavailable in unavailable {
                let context = Context { unavailable, ..Context::default() };
                let decision = table.route(&message, &context).unwrap();
                let converted = FfiDecision::from(decision.clone());
                assert_eq!(Decision::from(converted), decision);
                let converted = FfiDecision::from(decision.clone());
                assert_eq!(route_trace_diagram(converted), decision.trace_diagram());
            }
        }
    }
}
