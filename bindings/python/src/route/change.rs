//! `keyrail.route`: messages that go another way than they did, or than they
//! must.

use keyrail::route as core;
use pyo3::prelude::*;

use super::Decision;
use crate::error;

/// What was decided of a message, or why nothing could be.
type Decided = Result<core::Decision, core::Error>;

/// A sample message that the tables route differently.
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

    /// What the old table decides. It is a Decision, or the RouteError that the table raises.
    #[getter(old)]
    fn before<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        as_value(py, self.0.old.clone())
    }

    /// What the new table decides. It is a Decision, or the RouteError that the table raises.
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

    /// The decision, or the error if the message could not be routed. The error is a
    /// RouteError.
    #[getter]
    fn found<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        as_value(py, self.0.found.clone())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Mismatch(fixture={}, found={})", self.0.fixture, self.found(py)?.repr()?))
    }
}

/// A decision, or its error as an object that is not raised.
pub(super) fn as_value(py: Python<'_>, decided: Decided) -> PyResult<Bound<'_, PyAny>> {
    Ok(match decided {
        Ok(decision) => Bound::new(py, Decision(decision))?.into_any(),
        Err(refused) => error::of(py, &refused.into()).into_value(py).into_bound(py).into_any(),
    })
}
