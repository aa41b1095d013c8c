//! Strings as arguments.

use std::ops::Deref;

use keyrail::url::QueryValue;
use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString};

use crate::error;

/// Borrows the UTF-8 of a `str` from Python.
#[inline]
pub(crate) fn utf8<'t>(text: &'t Bound<'_, PyString>) -> PyResult<&'t str> {
    unicode(text)?.ok_or_else(|| lone_surrogate(text.py(), "KeyrailError"))
}

/// Borrows the UTF-8 of a `str`, or returns `None` if it contains a lone surrogate, which UTF-8
/// cannot represent.
#[inline]
pub(crate) fn unicode<'t>(text: &'t Bound<'_, PyString>) -> PyResult<Option<&'t str>> {
    match text.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(failed) if failed.is_instance_of::<PyUnicodeEncodeError>(text.py()) => Ok(None),
        Err(failed) => Err(failed),
    }
}

/// Returns the exception for a string with a lone surrogate. Python's own exception would
/// contain the whole string.
#[cold]
pub(crate) fn lone_surrogate(py: Python<'_>, class: &str) -> PyErr {
    let message = "a string contains a lone surrogate: it must be valid Unicode";
    error::invalid_argument(py, class, "text.lone_surrogate", message)
}

/// A `str`, whose UTF-8 is borrowed from Python.
pub(crate) struct Text(pub(super) PyBackedStr);

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl QueryValue for Text {
    fn query_value(&self) -> Option<&str> {
        Some(self)
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Text {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let text = object.cast::<PyString>()?;
        utf8(&text)?;
        PyBackedStr::try_from(text.to_owned()).map(Self)
    }
}

/// Returns the string of a variable: a `str` unchanged, or a number in decimal. Returns `None` for
/// Python's None.
pub(super) fn scalar(object: &Bound<'_, PyAny>) -> PyResult<Option<Text>> {
    if object.is_none() {
        return Ok(None);
    }
    if object.is_instance_of::<PyInt>() && !object.is_instance_of::<PyBool>() {
        // Calls the method of `int` itself, because a subclass could override it.
        let digits = object.py().get_type::<PyInt>().call_method1("__repr__", (object,))?;
        return digits.extract().map(Some);
    }
    if let Ok(float) = object.cast::<PyFloat>() {
        let number: f64 = float.extract()?;
        if !number.is_finite() {
            return Err(PyValueError::new_err("a variable that is a number must be finite"));
        }
        let text = PyString::new(object.py(), &number.to_string());
        return text.into_any().extract().map(Some);
    }
    match object.extract() {
        Ok(text) => Ok(Some(text)),
        Err(failed) if failed.is_instance_of::<PyTypeError>(object.py()) => {
            Err(PyTypeError::new_err("a variable is a str, a number or None"))
        }
        Err(failed) => Err(failed),
    }
}
