//! Bytes.

use std::ops::Deref;

use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView};

/// Bytes: those of `bytes`, and a copy of a `bytearray`'s or a `memoryview`'s.
pub(crate) struct Bytes<'py>(pub(crate) Bound<'py, PyBytes>);

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Bytes<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(array) = given.cast::<PyByteArray>() {
            return Ok(Self(PyBytes::new(given.py(), &array.to_vec())));
        }
        if given.is_instance_of::<PyMemoryView>() {
            return Ok(Self(given.call_method0("tobytes")?.cast_into()?));
        }
        Ok(Self(given.cast::<PyBytes>()?.to_owned()))
    }
}

/// Whether this is a `bytes`, a `bytearray` or a `memoryview`, which would be
/// walked as numbers.
pub(super) fn is_bytes(given: Borrowed<'_, '_, PyAny>) -> bool {
    given.is_instance_of::<PyBytes>()
        || given.is_instance_of::<PyByteArray>()
        || given.is_instance_of::<PyMemoryView>()
}
