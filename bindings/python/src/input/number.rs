//! Integers as arguments, and the statuses of responses.

use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt};

/// A response's status, from an `int`. A number that does not fit 16 bits becomes `u16::MAX`,
/// which is no status either.
pub(crate) struct Status(pub(crate) u16);

impl<'a, 'py> FromPyObject<'a, 'py> for Status {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        saturating_int(object).map(|status| Self(u16::try_from(status).unwrap_or(u16::MAX)))
    }
}

/// A latency in milliseconds, from an `int`. A number that does not fit 32 bits becomes the nearest
/// number that does.
pub(crate) struct Latency(pub(crate) u32);

impl<'a, 'py> FromPyObject<'a, 'py> for Latency {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let latency_ms = saturating_int(object)?.max(0);
        Ok(Self(u32::try_from(latency_ms).unwrap_or(u32::MAX)))
    }
}

/// Reads an `int` that is not a `bool`. A number that does not fit 64 bits becomes the nearest
/// number that does.
pub(crate) fn saturating_int(object: Borrowed<'_, '_, PyAny>) -> PyResult<i64> {
    let py = object.py();
    if object.is_instance_of::<PyBool>() {
        return Err(PyTypeError::new_err("'bool' object cannot be used as an 'int'"));
    }
    let number = object.cast::<PyInt>()?;
    match number.extract() {
        Err(failed) if PyErr::is_instance_of::<PyOverflowError>(&failed, py) => {
            Ok(if number.lt(0)? { i64::MIN } else { i64::MAX })
        }
        extracted => extracted,
    }
}
