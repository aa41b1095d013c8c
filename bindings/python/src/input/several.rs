//! Several values, from an iterable.

use std::ops::Deref;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyFrozenSet, PySet, PyString};

use super::bytes::is_bytes;
use super::text::Text;

/// Several strings, from an iterable that is not a string itself.
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

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        read_ordered(object, |item| item.extract()).map(Self)
    }
}

/// Several strings whose order has no meaning, so a set is accepted too.
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

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        read_any_order(object, |item| item.extract()).map(Self)
    }
}

/// Reads an iterable other than a string, bytes or a set.
pub(crate) fn read_ordered<'py, T>(
    object: Borrowed<'_, 'py, PyAny>,
    read: impl FnMut(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    reject_set(object)?;
    read_any_order(object, read)
}

/// Reads an iterable other than a string or bytes; sets are allowed.
fn read_any_order<'py, T>(
    object: Borrowed<'_, 'py, PyAny>,
    mut read: impl FnMut(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    const MESSAGE: &str = "expected several values: pass a list of them";
    if object.is_instance_of::<PyString>() || is_bytes(object) {
        return Err(PyTypeError::new_err(MESSAGE));
    }
    let iterator =
        object.try_iter().map_err(|failed| with_message(failed, object.py(), MESSAGE))?;
    iterator.map(|item| read(&item?)).collect()
}

/// Reads the items of an argument whose type PyO3 does not convert itself. The message of a
/// `TypeError` names the argument, as PyO3's own messages do.
pub(crate) fn read_argument<'py, T>(
    argument: &str,
    object: &Bound<'py, PyAny>,
    mut read: impl FnMut(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let py = object.py();
    let mut index = 0_usize;
    let mut is_item_error = false;
    let items = read_ordered(object.as_borrowed(), |item| {
        let item = read(item);
        is_item_error = item.is_err();
        index += usize::from(!is_item_error);
        item
    });
    items.map_err(|failed| match failed.is_instance_of::<PyTypeError>(py) {
        true if is_item_error => PyTypeError::new_err(format!(
            "argument '{argument}', item {index}: {}",
            failed.value(py)
        )),
        true => PyTypeError::new_err(format!("argument '{argument}': {}", failed.value(py))),
        false => failed,
    })
}

/// Rejects a set, whose order varies between runs.
pub(super) fn reject_set(object: Borrowed<'_, '_, PyAny>) -> PyResult<()> {
    if object.is_instance_of::<PySet>() || object.is_instance_of::<PyFrozenSet>() {
        return Err(PyTypeError::new_err("a set has no order: pass a list or a tuple"));
    }
    Ok(())
}

/// Replaces the message of a `TypeError`, and returns other errors unchanged.
pub(super) fn with_message(failed: PyErr, py: Python<'_>, message: &'static str) -> PyErr {
    match failed.is_instance_of::<PyTypeError>(py) {
        true => PyTypeError::new_err(message),
        false => failed,
    }
}
