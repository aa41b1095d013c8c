//! Examples: finds a message that satisfies a conjunction, or shows that none does.

use alloc::collections::{BTreeMap, BTreeSet};

use keyrail_filter::dnf::Literal;
use keyrail_filter::lint::constraint::{Answer, Constraint};
use keyrail_filter::lint::values::Constraints;

use crate::{Message, RouteTable};

/// Finds messages for a table within a limited number of steps.
pub(crate) struct Examples<'t> {
    table: &'t RouteTable,
    /// The number of the attribute `channel`, if rules look at it.
    channel: Option<u32>,
    steps: usize,
    /// What is left of the steps for the whole table, without those above.
    pool: usize,
}

impl<'t> Examples<'t> {
    pub(crate) fn new(table: &'t RouteTable) -> Self {
        let mut attributes = (0..).zip(&table.rules.conditions.interner.attributes);
        let channel = attributes.find(|(_, name)| *name == "channel").map(|(number, _)| number);
        Self { table, channel, steps: 0, pool: 0 }
    }

    /// Sets the number of steps for the whole table.
    pub(crate) fn fill(&mut self, steps: usize) {
        (self.steps, self.pool) = (0, steps);
    }

    /// Whether the steps for the whole table are used up.
    pub(crate) const fn is_spent(&self) -> bool {
        self.steps == 0 && self.pool == 0
    }

    /// Reserves this many steps, or as many as the table has left.
    pub(crate) fn start(&mut self, steps: usize) {
        let pool = self.pool.saturating_add(self.steps);
        self.steps = steps.min(pool);
        self.pool = pool - self.steps;
    }

    /// How many steps are left.
    pub(crate) const fn steps(&self) -> usize {
        self.steps
    }

    /// Takes this many steps. Returns whether any are left.
    pub(crate) fn take(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_sub(steps);
        self.steps > 0
    }

    /// Finds a message that satisfies the conjunction, without lists if it must be of
    /// `single` values.
    pub(crate) fn of(
        &mut self,
        conjunction: impl Iterator<Item = Literal>,
        single: bool,
    ) -> Answer<Message> {
        let Some(mut demands) = self.demands(conjunction) else { return Answer::Unknown };
        let of_channel = self.channel.and_then(|channel| demands.remove(&channel));
        let message = match self.channel_of(&of_channel.unwrap_or_default()) {
            Answer::Found(channel) => Message::new(channel),
            Answer::Nothing => return Answer::Nothing,
            Answer::Unknown => return Answer::Unknown,
        };
        let Ok(mut message) = message else { return Answer::Unknown };
        let mut is_unknown = false;
        for (attribute, demands) in demands {
            if !self.take(demands.cost()) {
                return Answer::Unknown;
            }
            let value = match demands.value(single) {
                Answer::Found(Some(value)) => value,
                Answer::Found(None) => continue,
                Answer::Nothing => return Answer::Nothing,
                Answer::Unknown => {
                    is_unknown = true;
                    continue;
                }
            };
            match message.with(self.table.rules.conditions.interner.attribute(attribute), value) {
                Ok(with) => message = with,
                Err(_) => return Answer::Unknown, // more than a message may hold
            }
        }
        if is_unknown { Answer::Unknown } else { Answer::Found(message) }
    }

    /// Returns what a conjunction requires of each attribute.
    fn demands(
        &mut self,
        conjunction: impl Iterator<Item = Literal>,
    ) -> Option<BTreeMap<u32, Constraints<'t>>> {
        let interner = &self.table.rules.conditions.interner;
        let mut demands = BTreeMap::<_, Constraints<'t>>::new();
        for literal in conjunction {
            if !self.take(1) {
                return None;
            }
            let atom = interner.atom(literal.atom)?;
            let field = interner.field(atom.field)?;
            let test = Constraint {
                kind: field.kind,
                normalization: field.normalization,
                operand: atom.operand,
            };
            let of_attribute = demands.entry(field.attribute).or_default();
            match literal.negated {
                false => of_attribute.wanted.push(test),
                true => of_attribute.unwanted.push(test),
            }
        }
        Some(demands)
    }

    /// The first channel that is as it should be: there are no others than
    /// those declared.
    fn channel_of(&mut self, demands: &Constraints<'_>) -> Answer<&'t str> {
        let channels = &self.table.topology.channels;
        if let Some(id) = demands.wanted.iter().find_map(Constraint::only_text) {
            let channel = channels.find(id).filter(|_| demands.take_text(id));
            return channel.map_or(Answer::Nothing, |channel| Answer::Found(&channel.id));
        }
        let excluded: BTreeSet<&str> =
            demands.unwanted.iter().filter_map(Constraint::only_text).collect();
        for channel in &channels.items {
            let is_excluded = excluded.contains(channel.id.as_str());
            let tests = demands.wanted.len() + demands.unwanted.len();
            if !self.take(if is_excluded { 1 } else { 1 + tests }) {
                return Answer::Unknown;
            }
            if is_excluded {
                continue;
            }
            if demands.take_text(&channel.id) {
                return Answer::Found(&channel.id);
            }
        }
        Answer::Nothing
    }
}
