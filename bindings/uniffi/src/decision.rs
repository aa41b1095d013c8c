//! Decisions: where a message goes, and why.

use keyrail::route::{Assignment, Decision, DecisionKind, Reason, SelectedBy};

use crate::error::FfiError;

/// What became of a message.
#[derive(Debug, uniffi::Enum)]
pub enum FfiDecisionKind {
    /// It goes on.
    Routed,
    /// It waits.
    Held,
    /// It has nowhere to go.
    Unrouted,
}

impl TryFrom<DecisionKind> for FfiDecisionKind {
    type Error = FfiError;

    fn try_from(kind: DecisionKind) -> Result<Self, FfiError> {
        match kind {
            DecisionKind::Routed => Ok(Self::Routed),
            DecisionKind::Held => Ok(Self::Held),
            DecisionKind::Unrouted => Ok(Self::Unrouted),
            _ => Err(FfiError::unnamed()),
        }
    }
}

impl From<FfiDecisionKind> for DecisionKind {
    fn from(kind: FfiDecisionKind) -> Self {
        match kind {
            FfiDecisionKind::Routed => Self::Routed,
            FfiDecisionKind::Held => Self::Held,
            FfiDecisionKind::Unrouted => Self::Unrouted,
        }
    }
}

/// What chose a queue.
#[derive(Debug, uniffi::Enum)]
pub enum FfiSelectedBy {
    /// A rule.
    Rule,
    /// The live session.
    Session,
    /// The channel.
    Channel,
    /// The default.
    Default,
}

impl TryFrom<SelectedBy> for FfiSelectedBy {
    type Error = FfiError;

    fn try_from(by: SelectedBy) -> Result<Self, FfiError> {
        match by {
            SelectedBy::Rule => Ok(Self::Rule),
            SelectedBy::Session => Ok(Self::Session),
            SelectedBy::Channel => Ok(Self::Channel),
            SelectedBy::Default => Ok(Self::Default),
            _ => Err(FfiError::unnamed()),
        }
    }
}

impl From<FfiSelectedBy> for SelectedBy {
    fn from(by: FfiSelectedBy) -> Self {
        match by {
            FfiSelectedBy::Rule => Self::Rule,
            FfiSelectedBy::Session => Self::Session,
            FfiSelectedBy::Channel => Self::Channel,
            FfiSelectedBy::Default => Self::Default,
        }
    }
}

/// See [`Assignment`].
#[derive(Debug, uniffi::Record)]
pub struct FfiAssignment {
    /// A team.
    pub team: Option<String>,
    /// One agent.
    pub agent: Option<String>,
    /// What an agent should be able to do.
    pub skills: Vec<String>,
}

impl From<Assignment> for FfiAssignment {
    fn from(assignment: Assignment) -> Self {
        let Assignment { team, agent, skills, .. } = assignment;
        Self { team, agent, skills }
    }
}

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
    /// Whom the rule would have take the message.
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

impl TryFrom<Decision> for FfiDecision {
    type Error = FfiError;

    fn try_from(decision: Decision) -> Result<Self, FfiError> {
        Ok(Self {
            kind: decision.kind.try_into()?,
            by: decision.by.map(TryInto::try_into).transpose()?,
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
        })
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
    /// It was refused.
    Refused {
        /// Why.
        error: FfiError,
    },
}

impl<E: Into<FfiError>> From<Result<Decision, E>> for FfiRouteResult {
    fn from(result: Result<Decision, E>) -> Self {
        match result.map_err(Into::into).and_then(FfiDecision::try_from) {
            Ok(decision) => Self::Decided { decision },
            Err(error) => Self::Refused { error },
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
                let crossed = FfiDecision::try_from(decision).unwrap();
                assert_eq!(route_trace_diagram(crossed), drawn);
            }
        }
    }
}
