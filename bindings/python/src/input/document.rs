//! Documents: configuration as JSON, or as mappings and sequences.

use std::ops::Deref;

use pyo3::exceptions::{PyRecursionError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{IntoPyDict, PyBytes, PyDict, PyList, PyMapping, PySequence, PyString};

use super::bytes::Bytes;
use super::text::{Text, utf8};
use crate::error;

/// A configuration document: JSON as `str`, `bytes`, `bytearray` or `memoryview`, or a
/// mapping or sequence, which is written as JSON.
pub(crate) struct Document(PyBackedStr);

impl Deref for Document {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Document {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        if given.is_instance_of::<PyString>() {
            return given.extract().map(|Text(text)| Self(text));
        }
        if let Ok(bytes) = given.extract::<Bytes<'_>>() {
            let text = core::str::from_utf8(&bytes).map_err(|invalid| {
                let at = invalid.valid_up_to();
                let message = format!("invalid UTF-8 at byte {at}: JSON is UTF-8 (RFC 8259)");
                error::argument(py, "ConfigError", "config.syntax", &message)
            })?;
            return PyBackedStr::try_from(PyString::new(py, text)).map(Self);
        }
        if is_container(&given)? {
            let options = [("ensure_ascii", false), ("allow_nan", false)].into_py_dict(py)?;
            options.set_item("default", wrap_pyfunction!(plain_container, py)?)?;
            let written = py.import("json")?.call_method("dumps", (given,), Some(&options));
            let text = written.map_err(|failed| unwritable(py, failed))?;
            let text = text.cast_into::<PyString>()?;
            utf8(&text)?;
            return PyBackedStr::try_from(text).map(Self);
        }
        let message = "expected JSON as str or bytes, a mapping or a sequence";
        Err(PyTypeError::new_err(message))
    }
}

/// Returns the error of a mapping or a sequence that JSON cannot hold.
fn unwritable(py: Python<'_>, failed: PyErr) -> PyErr {
    if failed.is_instance_of::<PyRecursionError>(py) {
        let message = "this configuration is nested too deeply";
        return error::argument(py, "ConfigError", "config.too_deep", message);
    }
    if failed.is_instance_of::<PyValueError>(py) {
        let message = "this configuration holds itself, NaN or an infinity, which JSON cannot hold";
        return error::argument(py, "ConfigError", "config.syntax", message);
    }
    failed
}

fn is_container(given: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(given.cast::<PyMapping>().is_ok() || given.cast::<PySequence>().is_ok())
}

/// Returns a mapping as a `dict` and a sequence as a `list`, for what `json` does not know.
#[pyfunction]
fn plain_container<'py>(given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = given.py();
    if given.cast::<PyMapping>().is_ok() {
        return py.get_type::<PyDict>().call1((given,));
    }
    if given.cast::<PySequence>().is_ok() && !given.is_instance_of::<PyBytes>() {
        return py.get_type::<PyList>().call1((given,));
    }
    Err(PyTypeError::new_err("a configuration holds mappings, sequences, str, numbers, bool, None"))
}
