//! Bytes as arguments.

use std::ops::Deref;

use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView};

/// Bytes: a `bytes` object, or a copy of a `bytearray` or a `memoryview`.
pub(crate) struct Bytes<'py>(pub(crate) Bound<'py, PyBytes>);

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Bytes<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(array) = object.cast::<PyByteArray>() {
            return Ok(Self(PyBytes::new(object.py(), &array.to_vec())));
        }
        if object.is_instance_of::<PyMemoryView>() {
            return Ok(Self(object.call_method0("tobytes")?.cast_into()?));
        }
        Ok(Self(object.cast::<PyBytes>()?.to_owned()))
    }
}

/// Returns whether an object is a `bytes`, a `bytearray` or a `memoryview`. Iterating over such an
/// object yields integers, so it is not accepted as a list of values.
pub(super) fn is_bytes(object: Borrowed<'_, '_, PyAny>) -> bool {
    object.is_instance_of::<PyBytes>()
        || object.is_instance_of::<PyByteArray>()
        || object.is_instance_of::<PyMemoryView>()
}
