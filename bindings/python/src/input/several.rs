//! Several values, from anything that can be walked.

use std::ops::Deref;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyFrozenSet, PySet, PyString};

use super::bytes::is_bytes;
use super::text::Text;

/// Several texts, from anything that can be walked but a single text.
#[derive(Default)]
pub(crate) struct Texts(Vec<Text>);

impl Deref for Texts {
    type Target = [Text];

    fn deref(&self) -> &[Text] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Texts {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        several(given, |item| item.extract()).map(Self)
    }
}

/// Strings whose order has no meaning: a set is accepted, too.
#[derive(Default)]
pub(crate) struct Names(Vec<Text>);

impl Names {
    pub(crate) fn as_strs(&self) -> Vec<&str> {
        self.0.iter().map(Deref::deref).collect()
    }
}

impl Deref for Names {
    type Target = [Text];

    fn deref(&self) -> &[Text] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Names {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        unordered(given, |item| item.extract()).map(Self)
    }
}

/// Reads an iterable other than a string, bytes or a set.
pub(crate) fn several<'py, T>(
    given: Borrowed<'_, 'py, PyAny>,
    read: impl FnMut(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    refuse_set(given)?;
    unordered(given, read)
}

/// Reads an iterable other than a string or bytes; sets are allowed.
pub(super) fn unordered<'py, T>(
    given: Borrowed<'_, 'py, PyAny>,
    mut read: impl FnMut(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    const MESSAGE: &str = "several are asked for: pass a list of them";
    if given.is_instance_of::<PyString>() || is_bytes(given) {
        return Err(PyTypeError::new_err(MESSAGE));
    }
    let iterator = given.try_iter().map_err(|failed| with_message(failed, given.py(), MESSAGE))?;
    iterator.map(|item| read(&item?)).collect()
}

/// Walks an argument that a function takes as it is, and names it in a
/// TypeError, as PyO3 does with the others.
pub(crate) fn several_of<'py, T>(
    argument: &str,
    given: &Bound<'py, PyAny>,
    mut read: impl FnMut(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let py = given.py();
    let mut index = 0_usize;
    let mut is_item = false;
    let walked = several(given.as_borrowed(), |item| {
        let item = read(item);
        is_item = item.is_err();
        index += usize::from(!is_item);
        item
    });
    walked.map_err(|failed| match failed.is_instance_of::<PyTypeError>(py) {
        true if is_item => PyTypeError::new_err(format!(
            "argument '{argument}', item {index}: {}",
            failed.value(py)
        )),
        true => PyTypeError::new_err(format!("argument '{argument}': {}", failed.value(py))),
        false => failed,
    })
}

/// Rejects a set, whose order varies between runs.
pub(super) fn refuse_set(given: Borrowed<'_, '_, PyAny>) -> PyResult<()> {
    if given.is_instance_of::<PySet>() || given.is_instance_of::<PyFrozenSet>() {
        return Err(PyTypeError::new_err("a set has no order: pass a list or a tuple"));
    }
    Ok(())
}

/// Replaces the message of a TypeError; returns other errors unchanged.
pub(super) fn with_message(failed: PyErr, py: Python<'_>, message: &'static str) -> PyErr {
    match failed.is_instance_of::<PyTypeError>(py) {
        true => PyTypeError::new_err(message),
        false => failed,
    }
}
