//! Decisions: where a message goes, and why.

use keyrail::route::{Assignment, Decision, DecisionKind, Reason, SelectedBy};

use crate::error::FfiError;
use crate::mirror::{mirror_enum, mirror_record};

mirror_enum! { FfiDecisionKind of DecisionKind { Routed, Held, Unrouted } }

mirror_enum! { FfiSelectedBy of SelectedBy { Rule, Session, Channel, Default } }

mirror_record! { FfiAssignment of Assignment { team: Option<String>, agent: Option<String>, skills: Vec<String> } }

/// See [`Decision`].
#[derive(Debug, uniffi::Record)]
pub struct FfiDecision {
    /// What became of the message.
    pub kind: FfiDecisionKind,
    /// The queue.
    pub queue: Option<String>,
    /// The app.
    pub app: Option<String>,
    /// The webhooks.
    pub webhooks: Vec<String>,
    /// The rule.
    pub rule: Option<String>,
    /// What chose the queue.
    pub by: Option<FfiSelectedBy>,
    /// The queue that was chosen first.
    pub fell_back_from: Option<String>,
    /// The rule's assignee.
    pub assign: Option<FfiAssignment>,
    /// What messages to deliver in their order have in common.
    pub ordering_key: String,
    /// Why, as a code.
    pub code: String,
    /// Why, as a sentence.
    pub reason: String,
    /// The table's hash.
    pub table: String,
}

impl From<Decision> for FfiDecision {
    fn from(decision: Decision) -> Self {
        Self {
            kind: decision.kind.into(),
            by: decision.by.map(Into::into),
            code: decision.reason.code().into(),
            reason: decision.reason.to_string(),
            queue: decision.queue,
            app: decision.app,
            webhooks: decision.webhooks,
            rule: decision.rule,
            fell_back_from: decision.fell_back_from,
            assign: decision.assign.map(Into::into),
            ordering_key: decision.ordering_key,
            table: decision.table,
        }
    }
}

/// See [`Decision::trace_diagram`].
#[uniffi::export]
pub fn route_trace_diagram(decision: FfiDecision) -> String {
    let by = decision.by.map(SelectedBy::from);
    let reason = by.map_or(Reason::NoQueue, Reason::from); // only named where nothing chose
    let mut traced = Decision::new(decision.kind.into(), reason);
    traced.by = by;
    traced.rule = decision.rule;
    traced.queue = decision.queue;
    traced.fell_back_from = decision.fell_back_from;
    traced.app = decision.app;
    traced.webhooks = decision.webhooks;
    traced.trace_diagram()
}

/// What became of one message of several.
#[derive(Debug, uniffi::Enum)]
pub enum FfiRouteResult {
    /// It was decided.
    Decided {
        /// How.
        decision: FfiDecision,
    },
    /// It was rejected.
    Refused {
        /// Why.
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
    use keyrail::route::{Context, Message, RouteTable};

    use super::{FfiDecision, route_trace_diagram};

    #[test]
    fn a_decision_that_crossed_is_drawn_as_it_was() {
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
                let drawn = decision.trace_diagram();
                let crossed = FfiDecision::from(decision);
                assert_eq!(route_trace_diagram(crossed), drawn);
            }
        }
    }
}
