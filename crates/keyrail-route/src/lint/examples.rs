//! Examples: finds a message that satisfies a conjunction, or proves that no such message exists.

use alloc::collections::{BTreeMap, BTreeSet};

use keyrail_filter::dnf::Literal;
use keyrail_filter::lint::constraint::{Answer, Constraint};
use keyrail_filter::lint::values::Constraints;

use crate::{Message, RouteTable};

/// Finds messages for a table within a limited number of steps.
pub(crate) struct Examples<'t> {
    table: &'t RouteTable,
    /// The number of the attribute `channel`, if any rule tests it.
    channel: Option<u32>,
    /// How many of the steps reserved for the current check are left.
    steps: usize,
    /// The steps left for the whole table, besides `steps`.
    pool: usize,
}

impl<'t> Examples<'t> {
    pub(crate) fn new(table: &'t RouteTable) -> Self {
        let mut attributes = (0..).zip(&table.rules.conditions.interner.attributes);
        let channel = attributes.find(|(_, name)| *name == "channel").map(|(number, _)| number);
        Self { table, channel, steps: 0, pool: 0 }
    }

    /// Sets the number of steps for the whole table.
    pub(crate) fn set_pool(&mut self, steps: usize) {
        (self.steps, self.pool) = (0, steps);
    }

    /// Returns whether the steps for the whole table are used up.
    pub(crate) const fn is_exhausted(&self) -> bool {
        self.steps == 0 && self.pool == 0
    }

    /// Reserves this many steps for the next check, or as many as are left.
    pub(crate) fn reserve(&mut self, steps: usize) {
        let pool = self.pool.saturating_add(self.steps);
        self.steps = steps.min(pool);
        self.pool = pool - self.steps;
    }

    /// Returns the number of steps left for the current check.
    pub(crate) const fn steps(&self) -> usize {
        self.steps
    }

    /// Uses up this many steps of the current check. Returns whether any are left.
    pub(crate) fn take(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_sub(steps);
        self.steps > 0
    }

    /// Finds a message that satisfies the conjunction. If `single` is true, the message contains no
    /// lists.
    pub(crate) fn find(
        &mut self,
        conjunction: impl Iterator<Item = Literal>,
        single: bool,
    ) -> Answer<Message> {
        let Some(mut constraints) = self.constraints(conjunction) else { return Answer::Unknown };
        let of_channel = self.channel.and_then(|channel| constraints.remove(&channel));
        let message = match self.find_channel(&of_channel.unwrap_or_default()) {
            Answer::Found(channel) => Message::new(channel),
            Answer::Nothing => return Answer::Nothing,
            Answer::Unknown => return Answer::Unknown,
        };
        let Ok(mut message) = message else { return Answer::Unknown };
        let mut is_unknown = false;
        for (attribute, constraints) in constraints {
            if !self.take(constraints.cost()) {
                return Answer::Unknown;
            }
            let value = match constraints.value(single) {
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
                Err(_) => return Answer::Unknown, // the message would exceed a limit
            }
        }
        if is_unknown { Answer::Unknown } else { Answer::Found(message) }
    }

    /// Returns the constraints of a conjunction, grouped by attribute. Returns `None` if too few
    /// steps are left.
    fn constraints(
        &mut self,
        conjunction: impl Iterator<Item = Literal>,
    ) -> Option<BTreeMap<u32, Constraints<'t>>> {
        let interner = &self.table.rules.conditions.interner;
        let mut constraints = BTreeMap::<_, Constraints<'t>>::new();
        for literal in conjunction {
            if !self.take(1) {
                return None;
            }
            let atom = interner.atom(literal.atom)?;
            let field = interner.field(atom.field)?;
            let constraint = Constraint {
                kind: field.kind,
                normalization: field.normalization,
                operand: atom.operand,
            };
            let of_attribute = constraints.entry(field.attribute).or_default();
            match literal.negated {
                false => of_attribute.wanted.push(constraint),
                true => of_attribute.unwanted.push(constraint),
            }
        }
        Some(constraints)
    }

    /// Finds the first declared channel whose id satisfies the constraints.
    fn find_channel(&mut self, constraints: &Constraints<'_>) -> Answer<&'t str> {
        let channels = &self.table.topology.channels;
        if let Some(id) = constraints.wanted.iter().find_map(Constraint::only_text) {
            let channel = channels.find(id).filter(|_| constraints.accepts_string(id));
            return channel.map_or(Answer::Nothing, |channel| Answer::Found(&channel.id));
        }
        let excluded: BTreeSet<&str> =
            constraints.unwanted.iter().filter_map(Constraint::only_text).collect();
        for channel in &channels.items {
            let is_excluded = excluded.contains(channel.id.as_str());
            let tests = constraints.wanted.len() + constraints.unwanted.len();
            if !self.take(if is_excluded { 1 } else { 1 + tests }) {
                return Answer::Unknown;
            }
            if is_excluded {
                continue;
            }
            if constraints.accepts_string(&channel.id) {
                return Answer::Found(&channel.id);
            }
        }
        Answer::Nothing
    }
}
