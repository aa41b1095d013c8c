//! `keyrail.route`: where a message is routed, and to whom it is assigned.

use keyrail::route as core;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::boundary::plain;
use crate::quoted_or_none;

/// Where a message is routed, and why.
#[pyclass(frozen, eq, module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Decision(pub(crate) core::Decision);

#[pymethods]
impl Decision {
    /// The first positional pattern in a `case` is compared with `kind`.
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("kind",)
    }

    /// The outcome without its details. It is `routed`, `held` or `unrouted`.
    #[getter]
    fn kind(&self) -> &str {
        self.0.kind().as_str()
    }

    /// The queue that takes the message, unless the message is unrouted.
    #[getter]
    fn queue(&self) -> Option<&str> {
        self.0.queue()
    }

    /// The app of the queue, if it has one.
    #[getter]
    fn app(&self) -> Option<&str> {
        self.0.app()
    }

    /// The webhooks to deliver to, in the order in which the app lists them; empty unless the
    /// message is routed. Each is an id.
    #[getter]
    fn webhooks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.webhooks())
    }

    /// The id of the rule that chose the queue, if any. If the message fell back, the rule chose
    /// the original queue, `fell_back_from`.
    #[getter]
    fn rule(&self) -> Option<&str> {
        self.0.rule()
    }

    /// What chose the queue. If the message fell back, this is what chose the original queue,
    /// `fell_back_from`. The value is `rule`, `session`, `channel` or `default`, or None if the
    /// message is unrouted.
    #[getter]
    fn by(&self) -> Option<&str> {
        self.0.by().map(core::SelectedBy::as_str)
    }

    /// The queue that was chosen first, if it is unavailable and another one took its place.
    #[getter]
    fn fell_back_from(&self) -> Option<&str> {
        self.0.fell_back_from()
    }

    /// The reason for the outcome. It is a sentence for a person.
    #[getter]
    fn reason(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.reason().to_string())
    }

    /// The reason's stable, dotted code.
    #[getter]
    fn code(&self) -> &str {
        self.0.reason().code()
    }

    /// The rule's assignee, if any. It is absent if the message fell back from the rule's queue.
    #[getter]
    fn assign(&self) -> Option<Assignment> {
        self.0.assign().cloned().map(Assignment)
    }

    /// The ordering key: messages with the same key should be delivered to their app in order. If a
    /// `session` is passed, all messages of that session have the same key. Otherwise, the messages
    /// of one channel and one `sender` have the same key. The key is a hash that does not reveal
    /// the session, the channel or the sender.
    #[getter]
    fn ordering_key(&self) -> &str {
        self.0.ordering_key()
    }

    /// The content hash of the table that decided.
    #[getter]
    fn table(&self) -> &str {
        self.0.table()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let queue = quoted_or_none(py, self.queue())?;
        Ok(format!("Decision(kind='{}', queue={queue}, code='{}')", self.kind(), self.code()))
    }

    /// The outcome, the queue, the rule and the reason, for a person to read.
    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        let queue = self.queue().map(|queue| format!(" in {queue}")).unwrap_or_default();
        let rule = self.rule().map(|rule| format!(" by rule {rule}")).unwrap_or_default();
        Ok(format!("{}{queue}{rule}: {}", self.kind(), self.reason(py)?))
    }
}

/// The assignee that a rule specifies for its messages. A decision contains it unchanged; routing
/// does not use it.
#[pyclass(frozen, eq, module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Assignment(core::Assignment);

#[pymethods]
impl Assignment {
    /// The team to assign the message to, if any.
    #[getter]
    fn team(&self) -> Option<&str> {
        self.0.team.as_deref()
    }

    /// The agent to assign the message to, if any.
    #[getter]
    fn agent(&self) -> Option<&str> {
        self.0.agent.as_deref()
    }

    /// The skills that the agent should have, in the order in which the rule lists them.
    #[getter]
    fn skills<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, &self.0.skills)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (team, agent) = (quoted_or_none(py, self.team())?, quoted_or_none(py, self.agent())?);
        let skills = self.skills(py)?.repr()?;
        Ok(format!("Assignment(team={team}, agent={agent}, skills={skills})"))
    }
}
