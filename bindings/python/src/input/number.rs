//! Whole numbers, and the statuses of responses.

use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt};

/// A response's status, from an `int`. A number beyond 16 bits is not a status, and
/// is passed on as an invalid one.
pub(crate) struct Status(pub(crate) u16);

impl<'a, 'py> FromPyObject<'a, 'py> for Status {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        saturated(given).map(|status| Self(u16::try_from(status).unwrap_or(u16::MAX)))
    }
}

/// An `int`, and no `bool`; what is beyond 64 bits becomes the nearest within.
pub(crate) fn saturated(given: Borrowed<'_, '_, PyAny>) -> PyResult<i64> {
    let py = given.py();
    if given.is_instance_of::<PyBool>() {
        return Err(PyTypeError::new_err("'bool' object cannot be used as an 'int'"));
    }
    let number = given.cast::<PyInt>()?;
    match number.extract() {
        Err(failed) if PyErr::is_instance_of::<PyOverflowError>(&failed, py) => {
            Ok(if number.lt(0)? { i64::MIN } else { i64::MAX })
        }
        extracted => extracted,
    }
}
