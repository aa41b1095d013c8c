//! `keyrail.url`.

use keyrail::url::{self as core, UrlTemplate};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::boundary::{call, plain};
use crate::input::{Pairs, Text, Texts};
use crate::quoted;

/// Escapes all bytes but the unreserved ones of RFC 3986, section 2.3, in
/// capital hexadecimal digits: `username_new*user` becomes
/// `username_new%2Auser`, a space `%20`.
#[pyfunction]
pub(crate) fn encode<'py>(py: Python<'py>, text: Text) -> PyResult<Bound<'py, PyString>> {
    let encoded = plain(py, || core::encode(&text))?;
    Ok(PyString::new(py, &encoded))
}

/// Undoes `encode`, strictly: what is no escape, or no UTF-8 behind it, is an
/// error; `+` stays as it is.
///
/// Raises UrlError with the offset in bytes: `url.malformed_escape`,
/// `url.invalid_utf8`.
#[pyfunction]
pub(crate) fn decode<'py>(py: Python<'py>, text: Text) -> PyResult<Bound<'py, PyString>> {
    let decoded = call(py, || core::decode(&text))?;
    Ok(PyString::new(py, &decoded))
}

/// A query of pairs (or of a mapping) in their order, names and values by
/// `encode`: `[("q", "a b"), ("q", "c")]` becomes `q=a%20b&q=c`.
#[pyfunction]
pub(crate) fn encode_query(py: Python<'_>, pairs: Pairs) -> PyResult<String> {
    plain(py, || core::encode_query(&pairs))
}

/// A URI template of literal text and variables, `{name}` (RFC 6570, level 1),
/// parsed once; at most 8 KiB.
///
/// Raises UrlError with the offset in bytes: `url.malformed_template`,
/// `url.unsupported_operator`, `url.template_too_long`.
#[pyclass(frozen, eq, module = "keyrail.url")]
#[derive(PartialEq)]
pub(crate) struct Template(UrlTemplate);

#[pymethods]
impl Template {
    #[new]
    fn new(py: Python<'_>, text: Text) -> PyResult<Self> {
        call(py, || UrlTemplate::parse(&text)).map(Self)
    }

    /// Puts the variables in, each by `encode`; one that is not given expands
    /// to nothing. `variables` is a mapping or pairs.
    ///
    /// Raises UrlError: `url.duplicate_variable`, and `url.too_long` above
    /// 64 KiB.
    fn expand(&self, py: Python<'_>, variables: Pairs) -> PyResult<String> {
        call(py, || self.0.expand(&variables))
    }

    /// The names of the variables in the order in which they first stand in
    /// the template, each once.
    #[getter]
    fn variables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.variables().collect::<Vec<_>>())
    }

    /// The template as it was written.
    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Template({})", quoted(py, self.0.as_str())?))
    }
}

/// An absolute `https` URL that ends with a slash: without user name, query
/// and fragment, and without dot segments, control characters, backslashes
/// and left-over braces (RFC 3986). With `allow_loopback` it may also be an
/// `http` URL of this very machine.
///
/// Raises UrlError with the offset in bytes: `url.scheme`, `url.userinfo`,
/// `url.empty_host`, `url.malformed_host`, `url.dot_segment` and others.
#[pyclass(frozen, eq, module = "keyrail.url")]
#[derive(PartialEq)]
pub(crate) struct BaseUrl(core::BaseUrl);

#[pymethods]
impl BaseUrl {
    #[new]
    #[pyo3(signature = (text, allow_loopback = false))]
    fn new(py: Python<'_>, text: Text, allow_loopback: bool) -> PyResult<Self> {
        call(py, || match allow_loopback {
            true => core::BaseUrl::new_with_loopback(&text),
            false => core::BaseUrl::new(&text),
        })
        .map(Self)
    }

    /// The base URL that a template gives with these variables, a mapping or
    /// pairs. What a variable may be is decided by its place in the URL: a
    /// label of the host, the host, or a segment of the path.
    ///
    /// Raises UrlError: `url.missing_variable`, `url.unknown_variable`,
    /// `url.malformed_label`, `url.malformed_host` and others.
    #[staticmethod]
    fn from_template(py: Python<'_>, template: Text, variables: Pairs) -> PyResult<Self> {
        call(py, || core::BaseUrl::from_template(&template, &variables)).map(Self)
    }

    /// The text of the URL with these segments below it, each escaped whole.
    ///
    /// Raises UrlError: `url.empty_segment`, `url.dot_segment` and others,
    /// with the offset in the segment.
    fn join(&self, py: Python<'_>, segments: Texts) -> PyResult<String> {
        call(py, || self.0.join(&segments))
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("BaseUrl({})", quoted(py, self.0.as_str())?))
    }
}
