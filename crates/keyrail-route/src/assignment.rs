//! Assignments: whom a rule would have take a message, handed on untouched.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{Faults, Member, Object, Slot};
use serde::de::MapAccess;

use crate::ErrorKind;
use crate::topology::spec::Text;

/// Whom a rule would have take a message. The host reads it; routing does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignment {
    /// A team.
    pub team: Option<String>,
    /// One agent.
    pub agent: Option<String>,
    /// What an agent should be able to do, in the order of the rule.
    pub skills: Vec<String>,
}

/// An assignment as it is read.
pub(crate) struct Written(pub(crate) Assignment);

#[derive(Default)]
pub(crate) struct AssignmentDraft {
    pub(crate) team: Slot<Text>,
    pub(crate) agent: Slot<Text>,
    pub(crate) skills: Slot<Vec<Text>>,
}

impl Object for Written {
    type Draft = AssignmentDraft;
    const MEMBERS: &'static [&'static str] = &["team", "agent", "skills"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut AssignmentDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "team" => draft.team.read(value),
            "agent" => draft.agent.read(value),
            "skills" => draft.skills.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: AssignmentDraft, faults: &Faults) -> Option<Self> {
        let absent = |text: &Slot<Text>| matches!(text, Slot::Absent);
        let says_nothing = absent(&draft.team)
            && absent(&draft.agent)
            && match &draft.skills {
                Slot::Absent => true,
                Slot::Faulty => false,
                Slot::Read(skills) => skills.is_empty(),
            };
        if says_nothing {
            faults.add_kind(ErrorKind::EmptyAssignment);
        }
        let text = |slot: Slot<Text>| slot.optional().map(String::from);
        let skills = draft.skills.optional().unwrap_or_default();
        Some(Self(Assignment {
            team: text(draft.team),
            agent: text(draft.agent),
            skills: skills.into_iter().map(String::from).collect(),
        }))
    }
}
