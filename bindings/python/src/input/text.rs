//! Texts: what Python may pass where the core takes a string.

use std::ops::Deref;

use keyrail::url::QueryValue;
use pyo3::exceptions::PyUnicodeEncodeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyString;

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
