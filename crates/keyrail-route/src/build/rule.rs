//! The typed form of rules.

use alloc::borrow::Cow;

use keyrail_core::Timestamp;
use keyrail_core::config::MemberState;

use super::{Condition, Hours, Sink};
use crate::assignment::{self, Assignment};
use crate::rules;
use crate::topology::section::Text;

/// A rule: the messages that match its condition go to its queue.
///
/// ```
/// use keyrail_route::build::{Condition, Day, Hours, Rule};
/// let hours = Hours::offset("+05:30").open([Day::Mon, Day::Tue], "18:00", "24:00");
/// let rule = Rule::new("nights", Condition::contains([("text", "refund")]), "night")
///     .priority(5)
///     .interrupts_session(true)
///     .hours(hours);
/// # let mut builder = keyrail_route::RouteTable::builder();
/// # builder.queue(keyrail_route::build::Queue::new("night")).rule(rule);
/// # builder.build()?;
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rule<'a> {
    id: Cow<'a, str>,
    when: Condition<'a>,
    queue: Cow<'a, str>,
    priority: i64,
    interrupts_session: bool,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    hours: Option<Hours>,
    assign: Option<Assignment>,
}

impl<'a> Rule<'a> {
    /// Creates a rule: the messages that match its condition go to its queue.
    pub fn new(
        id: impl Into<Cow<'a, str>>,
        when: Condition<'a>,
        queue: impl Into<Cow<'a, str>>,
    ) -> Self {
        Self {
            id: id.into(),
            when,
            queue: queue.into(),
            priority: 0,
            interrupts_session: false,
            from: None,
            until: None,
            hours: None,
            assign: None,
        }
    }

    /// Sets the priority. Rules with a higher priority come first. The default is 0.
    #[must_use]
    pub fn priority(self, priority: i64) -> Self {
        Self { priority, ..self }
    }

    /// Sets whether the rule takes precedence over the queue of a live session.
    #[must_use]
    pub fn interrupts_session(self, interrupts_session: bool) -> Self {
        Self { interrupts_session, ..self }
    }

    /// Sets the first instant at which the rule applies.
    #[must_use]
    pub fn from(self, from: Timestamp) -> Self {
        Self { from: Some(from), ..self }
    }

    /// Sets the first instant at which the rule no longer applies.
    #[must_use]
    pub fn until(self, until: Timestamp) -> Self {
        Self { until: Some(until), ..self }
    }

    /// Sets the weekly hours in which the rule applies.
    #[must_use]
    pub fn hours(self, hours: Hours) -> Self {
        Self { hours: Some(hours), ..self }
    }

    /// Sets the assignee of the message.
    #[must_use]
    pub fn assign(self, assign: Assignment) -> Self {
        Self { assign: Some(assign), ..self }
    }

    pub(super) fn read(&self, sink: &Sink<'_>) -> Option<rules::Rule> {
        let members = (
            sink.id("id", &self.id),
            MemberState::Read(self.priority),
            sink.member("when", |_| self.when.read(sink)),
            sink.id("queue", &self.queue),
            MemberState::Read(self.interrupts_session),
            self.from.map_or(MemberState::Absent, MemberState::Read),
            self.until.map_or(MemberState::Absent, MemberState::Read),
            sink.optional("hours", self.hours.as_ref(), |hours, _| hours.read(sink)),
            sink.optional("assign", self.assign.as_ref(), |assign, _| read_assign(assign, sink)),
        );
        rules::Rule::from_members(sink.faults, members)
    }
}

fn read_assign(assign: &Assignment, sink: &Sink<'_>) -> Option<assignment::Written> {
    let Assignment { team, agent, skills } = assign;
    let team = sink.optional("team", team.as_deref(), Text::checked);
    let agent = sink.optional("agent", agent.as_deref(), Text::checked);
    let skills = sink
        .member("skills", |faults| Some(sink.each(skills, |skill| Text::checked(skill, faults))));
    assignment::Written::from_members(sink.faults, (team, agent, skills))
}
