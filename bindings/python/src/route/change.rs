//! `keyrail.route`: messages that two tables route differently, or that are not routed as
//! expected.

use keyrail::route as core;
use pyo3::prelude::*;

use super::Decision;
use crate::error;

/// The decision for a message, or the error if it could not be routed.
type DecisionResult = Result<core::Decision, core::Error>;

/// A sample message that the old and the new table route differently.
#[pyclass(frozen, eq, module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Change(pub(super) core::Change);

#[pymethods]
impl Change {
    /// The index of the message in the samples.
    #[getter]
    fn sample(&self) -> usize {
        self.0.sample
    }

    /// The decision of the old table, or its error. The error is the `RouteError` that the
    /// table raises.
    #[getter(old)]
    fn before<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        as_value(py, self.0.old.clone())
    }

    /// The decision of the new table, or its error. The error is the `RouteError` that the
    /// table raises.
    #[getter(new)]
    fn after<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        as_value(py, self.0.new.clone())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (old, new) = (self.before(py)?.repr()?, self.after(py)?.repr()?);
        Ok(format!("Change(sample={}, old={old}, new={new})", self.0.sample))
    }
}

/// A fixture whose message is not routed as expected.
#[pyclass(frozen, eq, module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Mismatch(pub(super) core::Mismatch);

#[pymethods]
impl Mismatch {
    /// The index of the fixture in the list.
    #[getter]
    fn fixture(&self) -> usize {
        self.0.fixture
    }

    /// The decision, or the error if the message could not be routed. The error is a `RouteError`.
    #[getter]
    fn found<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        as_value(py, self.0.found.clone())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Mismatch(fixture={}, found={})", self.0.fixture, self.found(py)?.repr()?))
    }
}

/// Returns the decision, or the error as an object, which is not raised.
pub(super) fn as_value(py: Python<'_>, result: DecisionResult) -> PyResult<Bound<'_, PyAny>> {
    Ok(match result {
        Ok(decision) => Bound::new(py, Decision(decision))?.into_any(),
        Err(error) => error::exception(py, &error.into()).into_value(py).into_bound(py).into_any(),
    })
}
