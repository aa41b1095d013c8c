//! `keyrail.route`: where a message goes, and who should handle it.

use keyrail::route as core;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::boundary::plain;
use crate::quoted_or_none;

/// Where a message goes, and why.
#[pyclass(frozen, eq, module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Decision(pub(crate) core::Decision);

#[pymethods]
impl Decision {
    /// `match` takes the kind first.
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("kind",)
    }

    /// `routed`, `held` or `unrouted`.
    #[getter]
    fn kind(&self) -> &str {
        self.0.kind().as_str()
    }

    /// The queue, or None where nothing names one.
    #[getter]
    fn queue(&self) -> Option<&str> {
        self.0.queue()
    }

    /// The queue's app, or None.
    #[getter]
    fn app(&self) -> Option<&str> {
        self.0.app()
    }

    /// The ids of the webhooks to deliver to, in order.
    #[getter]
    fn webhooks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.webhooks())
    }

    /// The id of the rule that decided, or None.
    #[getter]
    fn rule(&self) -> Option<&str> {
        self.0.rule()
    }

    /// What chose the queue: `rule`, `session`, `channel`, `default`, or None.
    #[getter]
    fn by(&self) -> Option<&str> {
        self.0.by().map(core::SelectedBy::as_str)
    }

    /// The queue that was chosen first, where it was unavailable, or None.
    #[getter]
    fn fell_back_from(&self) -> Option<&str> {
        self.0.fell_back_from()
    }

    /// The reason, a sentence for a person.
    #[getter]
    fn reason(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.reason().to_string())
    }

    /// The reason's stable, dotted code.
    #[getter]
    fn code(&self) -> &str {
        self.0.reason().code()
    }

    /// The rule's assignee, or None.
    #[getter]
    fn assign(&self) -> Option<Assignment> {
        self.0.assign().cloned().map(Assignment)
    }

    /// Messages with the same key should be delivered to their app in order:
    /// those of one `session`, if the host names one, else those of one channel
    /// and one `sender`. It is a hash that reveals none of them.
    #[getter]
    fn ordering_key(&self) -> &str {
        self.0.ordering_key()
    }

    /// The hash of the table that decided.
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

/// The assignee of a rule, passed unchanged to the host.
#[pyclass(frozen, eq, module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Assignment(core::Assignment);

#[pymethods]
impl Assignment {
    /// A team, or None.
    #[getter]
    fn team(&self) -> Option<&str> {
        self.0.team.as_deref()
    }

    /// One agent, or None.
    #[getter]
    fn agent(&self) -> Option<&str> {
        self.0.agent.as_deref()
    }

    /// What an agent should be able to do, in the order of the rule.
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
