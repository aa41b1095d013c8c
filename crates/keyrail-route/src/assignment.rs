//! Assignments: the assignees that rules specify for their messages.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{MemberState, json};

use crate::ErrorKind;
use crate::topology::section::Text;

/// The assignee that a rule specifies for its messages. A decision contains it unchanged; routing
/// does not use it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// The team to assign the message to, if any.
    pub team: Option<String>,
    /// The agent to assign the message to, if any.
    pub agent: Option<String>,
    /// The skills that the agent should have, in the order in which the rule lists them.
    pub skills: Vec<String>,
}

/// An assignment as it is read from a document.
pub(crate) struct Written(pub(crate) Assignment);

keyrail_core::config_object! {
    /// The team or the agent to assign the message to, and the skills that the agent should have.
    pub(crate) Written as "Assignment" (faults) {
        /// The team.
        state team: Text;
        /// The agent.
        state agent: Text;
        /// The skills that the agent should have.
        state skills: Vec<Text>;
    } => {
        let is_empty = team.is_absent()
            && agent.is_absent()
            && match &skills {
                MemberState::Absent => true,
                MemberState::Faulty => false,
                MemberState::Read(skills) => skills.is_empty(),
            };
        if is_empty {
            faults.add_kind(ErrorKind::EmptyAssignment);
        }
        let text = |member: MemberState<Text>| member.optional().map(String::from);
        let skills = skills.optional().unwrap_or_default();
        Some(Self(Assignment {
            team: text(team),
            agent: text(agent),
            skills: skills.into_iter().map(String::from).collect(),
        }))
    } as json!({"minProperties": 1})
}
