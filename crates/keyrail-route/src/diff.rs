//! Differences: the messages that a new table would route differently.

use alloc::vec::Vec;

use crate::{Context, Decision, Error, Message, RouteTable};

/// A sample message that the two tables route differently.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The index of the message in the samples.
    pub sample: usize,
    /// The decision of the old table, or its error.
    pub old: Result<Decision, Error>,
    /// The decision of the new table, or its error.
    pub new: Result<Decision, Error>,
}

impl RouteTable {
    /// Returns the samples for which `new` has a different result than this table. A result is a
    /// decision or an error. Decisions are compared without the table's hash.
    ///
    /// ```
    /// use keyrail_route::{Context, Message, RouteTable};
    /// let table = |queue: &str| RouteTable::from_json(&format!(r#"{{
    ///     "channels": [{{"id": "sms", "kind": "sms"}}],
    ///     "queues": [{{"id": "a"}}, {{"id": "b"}}], "default_queue": "{queue}"
    /// }}"#));
    /// let samples = [Message::new("sms")?];
    /// let changes = table("a")?.diff(&table("b")?, &samples, &Context::default());
    /// assert_eq!(changes[0].new.as_ref().unwrap().queue(), Some("b"));
    /// assert!(table("a")?.diff(&table("a")?, &samples, &Context::default()).is_empty());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn diff(&self, new: &Self, samples: &[Message], context: &Context<'_>) -> Vec<Change> {
        let old = self.route_batch(samples, context);
        let new = new.route_batch(samples, context);
        let changes = old.into_iter().zip(new).enumerate();
        let changes = changes.map(|(sample, (old, new))| Change { sample, old, new });
        changes.filter(|change| !is_same(&change.old, &change.new)).collect()
    }
}

/// Returns whether two results are the same, apart from the table's hash.
fn is_same(old: &Result<Decision, Error>, new: &Result<Decision, Error>) -> bool {
    match (old, new) {
        (Ok(old), Ok(new)) => *old == new.clone().with_table(old.table()),
        (old, new) => old == new,
    }
}
