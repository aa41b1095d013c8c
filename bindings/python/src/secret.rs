//! `keyrail.Secret` and `keyrail.HeaderValue`.

use pyo3::prelude::*;

use crate::boundary::{call, plain};
use crate::error::unpicklable;
use crate::input::{SecretText, Text};

/// A string that prints as a mask and is read with `reveal()`.
///
/// It is compared in constant time (for strings of the same length), and wiped
/// from memory when it is freed. It cannot be hashed, pickled or copied. The
/// `str` that it was created from, and each `str` that `reveal()` returns, belong
/// to Python: no library can wipe them.
#[pyclass(frozen, eq, module = "keyrail")]
#[derive(PartialEq)]
pub(crate) struct Secret(pub(crate) keyrail::Secret);

#[pymethods]
impl Secret {
    #[new]
    fn new(text: Text) -> Self {
        Self(keyrail::Secret::new(&*text))
    }

    /// Returns a webhook's signing secret in its standard form, and adds the prefix `whsec_` if it
    /// has no prefix. A private key (`whsk_`) or a public key (`whpk_`) is returned unchanged.
    ///
    /// Raises WebhookError: `webhook.malformed_secret`, `webhook.secret_length`.
    #[staticmethod]
    fn standard(py: Python<'_>, text: SecretText) -> PyResult<Self> {
        call(py, || keyrail::webhook::standard_secret(&text.0)).map(Self)
    }

    /// Returns the secret string. There is no other way to read it.
    fn reveal(&self) -> &str {
        self.0.reveal()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || format!("{:?}", self.0))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// The value of a header: visible ASCII, with spaces and tabs only between visible characters, at
/// most 8192 bytes (RFC 9110, section 5.5).
///
/// A sensitive value prints as a mask. Raises HeaderError:
/// `header.malformed_value`, `header.too_long`.
#[pyclass(frozen, eq, module = "keyrail")]
#[derive(PartialEq)]
pub(crate) struct HeaderValue(pub(crate) keyrail::HeaderValue);

#[pymethods]
impl HeaderValue {
    #[new]
    #[pyo3(signature = (text, sensitive = false))]
    fn new(py: Python<'_>, text: SecretText, sensitive: bool) -> PyResult<Self> {
        let text = text.0.reveal();
        call(py, || match sensitive {
            true => keyrail::HeaderValue::sensitive(text),
            false => keyrail::HeaderValue::new(text),
        })
        .map(Self)
    }

    /// Returns the value as a string.
    pub(crate) fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// Whether the value must not be printed.
    #[getter]
    fn is_sensitive(&self) -> bool {
        self.0.is_sensitive()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || format!("HeaderValue({:?})", self.0))
    }

    /// Returns the value, or a mask if it is sensitive.
    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || format!("{:?}", self.0))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}
