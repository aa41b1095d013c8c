//! Configuration documents: JSON, or mappings and sequences.

use std::ops::Deref;

use pyo3::exceptions::{PyRecursionError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{IntoPyDict, PyBytes, PyDict, PyList, PyMapping, PySequence, PyString};

use super::bytes::Bytes;
use super::text::{Text, utf8};
use crate::error;

/// A configuration document: JSON as `str`, `bytes`, `bytearray` or `memoryview`, or a
/// mapping or sequence, which is converted to JSON.
pub(crate) struct Document(PyBackedStr);

impl Deref for Document {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Document {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        if object.is_instance_of::<PyString>() {
            return object.extract().map(|Text(text)| Self(text));
        }
        if let Ok(bytes) = object.extract::<Bytes<'_>>() {
            let text = core::str::from_utf8(&bytes).map_err(|invalid| {
                let offset = invalid.valid_up_to();
                let message = format!("invalid UTF-8 at byte {offset}: JSON is UTF-8 (RFC 8259)");
                error::invalid_argument(py, "ConfigError", "config.syntax", &message)
            })?;
            return PyBackedStr::try_from(PyString::new(py, text)).map(Self);
        }
        if is_container(&object)? {
            let options = [("ensure_ascii", false), ("allow_nan", false)].into_py_dict(py)?;
            options.set_item("default", wrap_pyfunction!(plain_container, py)?)?;
            let json = py.import("json")?.call_method("dumps", (object,), Some(&options));
            let text = json.map_err(|failed| json_error(py, failed))?;
            let text = text.cast_into::<PyString>()?;
            utf8(&text)?;
            return PyBackedStr::try_from(text).map(Self);
        }
        let message = "expected JSON as str or bytes, a mapping or a sequence";
        Err(PyTypeError::new_err(message))
    }
}

/// Returns the error for a mapping or a sequence that cannot be converted to JSON.
fn json_error(py: Python<'_>, failed: PyErr) -> PyErr {
    if failed.is_instance_of::<PyRecursionError>(py) {
        let message = "this configuration is nested too deeply";
        return error::invalid_argument(py, "ConfigError", "config.too_deep", message);
    }
    if failed.is_instance_of::<PyValueError>(py) {
        let message = "this configuration has a cycle, NaN or infinity, which JSON does not allow";
        return error::invalid_argument(py, "ConfigError", "config.syntax", message);
    }
    failed
}

fn is_container(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(object.cast::<PyMapping>().is_ok() || object.cast::<PySequence>().is_ok())
}

/// Converts a mapping to a `dict` and a sequence to a `list`, for types that the module `json`
/// does not support.
#[pyfunction]
fn plain_container<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    if object.cast::<PyMapping>().is_ok() {
        return py.get_type::<PyDict>().call1((object,));
    }
    if object.cast::<PySequence>().is_ok() && !object.is_instance_of::<PyBytes>() {
        return py.get_type::<PyList>().call1((object,));
    }
    Err(PyTypeError::new_err(
        "a configuration can contain only mappings, sequences, str, numbers, bool and None",
    ))
}
