//! `keyrail.route`: what is suspicious about a valid topology.

use keyrail::route as core;
use pyo3::prelude::*;

use crate::boundary::plain;
use crate::quoted;

/// A suspicious part of a topology. `str` returns a sentence for a person.
#[pyclass(frozen, eq, name = "Finding", module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Finding(pub(super) core::Finding);

#[pymethods]
impl Finding {
    /// The stable, dotted code. It is `route.never_matches`, `route.shadowed`, `route.overlap`,
    /// `route.undecided`, `route.app_without_webhook`, `route.unreachable_queue` or
    /// `route.no_default`.
    #[getter]
    fn code(&self) -> &str {
        self.0.code()
    }

    /// The rules concerned. Each is an id. The first is the rule that the finding is about. If the
    /// code is `route.shadowed`, the others are the rules that match earlier. If the code is
    /// `route.overlap`, the other is the rule that is declared later. The list is empty if the
    /// finding is about an app, a queue or a channel.
    #[getter]
    fn rules(&self, py: Python<'_>) -> PyResult<Vec<&str>> {
        plain(py, || self.0.rules())
    }

    /// The app concerned, if the finding is about one.
    #[getter]
    fn app(&self) -> Option<&str> {
        self.0.app()
    }

    /// The queue concerned, if the finding is about one.
    #[getter]
    fn queue(&self) -> Option<&str> {
        self.0.queue()
    }

    /// The channel concerned, if the finding is about one.
    #[getter]
    fn channel(&self) -> Option<&str> {
        self.0.channel()
    }

    /// A sentence that describes the finding to people.
    #[getter]
    fn text(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.to_string())
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<keyrail.route.Finding {}>", quoted(py, &self.text(py)?)?))
    }
}
