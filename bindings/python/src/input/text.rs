//! Texts: what Python may pass where the core takes a string.

use std::ops::Deref;

use keyrail::url::QueryValue;
use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString};

use crate::error;

/// The text of a `str`, where Python keeps it.
#[inline]
pub(crate) fn utf8<'t>(text: &'t Bound<'_, PyString>) -> PyResult<&'t str> {
    unicode(text)?.ok_or_else(|| lone_surrogate(text.py(), "KeyrailError"))
}

/// `utf8`; none where there is a lone surrogate, which UTF-8 cannot hold.
#[inline]
pub(crate) fn unicode<'t>(text: &'t Bound<'_, PyString>) -> PyResult<Option<&'t str>> {
    match text.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(failed) if failed.is_instance_of::<PyUnicodeEncodeError>(text.py()) => Ok(None),
        Err(failed) => Err(failed),
    }
}

/// The exception for a text with a lone surrogate: Python's own would carry
/// the whole text with it.
#[cold]
pub(crate) fn lone_surrogate(py: Python<'_>, class: &str) -> PyErr {
    let message = "a text holds a lone surrogate: it must be valid Unicode";
    error::argument(py, class, "text.lone_surrogate", message)
}

/// A `str`, read where Python keeps it.
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

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let text = given.cast::<PyString>()?;
        utf8(&text)?;
        PyBackedStr::try_from(text.to_owned()).map(Self)
    }
}

/// Returns the string of a variable: a `str` unchanged, a number in decimal, and `None`
/// for None.
pub(super) fn scalar(given: &Bound<'_, PyAny>) -> PyResult<Option<Text>> {
    if given.is_none() {
        return Ok(None);
    }
    if given.is_instance_of::<PyInt>() && !given.is_instance_of::<PyBool>() {
        // Of the type itself: a class derived from it may have another text.
        let digits = given.py().get_type::<PyInt>().call_method1("__repr__", (given,))?;
        return digits.extract().map(Some);
    }
    if let Ok(float) = given.cast::<PyFloat>() {
        let number: f64 = float.extract()?;
        if !number.is_finite() {
            return Err(PyValueError::new_err("a variable may be a finite number only"));
        }
        let text = PyString::new(given.py(), &number.to_string());
        return text.into_any().extract().map(Some);
    }
    match given.extract() {
        Ok(text) => Ok(Some(text)),
        Err(failed) if failed.is_instance_of::<PyTypeError>(given.py()) => {
            Err(PyTypeError::new_err("a variable is a str, a number or None"))
        }
        Err(failed) => Err(failed),
    }
}
