//! `keyrail.Request`, `keyrail.Response` and `keyrail.Problem`.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::boundary::{call, plain};
use crate::error::unpicklable;
use crate::input::{Status, Text};
use crate::secret::HeaderValue;

/// A request to send.
///
/// Its printed form hides the values of sensitive headers and the URL's query, and shows only the
/// length of the body.
#[pyclass(frozen, eq, module = "keyrail")]
#[derive(PartialEq)]
pub(crate) struct Request(pub(crate) keyrail::Request);

#[pymethods]
impl Request {
    /// The method, in capitals.
    #[getter]
    fn method(&self) -> &str {
        &self.0.method
    }

    /// The absolute URL.
    #[getter]
    fn url(&self) -> &str {
        &self.0.url
    }

    /// The headers, in the order in which they are to be sent. Each is a name and a
    /// HeaderValue.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        headers(py, &self.0.headers)
    }

    /// Returns the headers as pairs of strings, in which credentials are not masked.
    fn header_pairs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        header_pairs(py, &self.0.headers)
    }

    /// The body, if there is one.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.body.as_deref().map(|body| PyBytes::new(py, body))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || format!("{:?}", self.0))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// A response to send.
#[pyclass(frozen, eq, module = "keyrail")]
#[derive(PartialEq)]
pub(crate) struct Response(pub(crate) keyrail::Response);

#[pymethods]
impl Response {
    /// The status code, 100 to 599.
    #[getter]
    fn status(&self) -> u16 {
        self.0.status
    }

    /// The headers, in order. Each is a name and a HeaderValue.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        headers(py, &self.0.headers)
    }

    /// Returns the headers as pairs of strings, in which credentials are not masked.
    fn header_pairs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        header_pairs(py, &self.0.headers)
    }

    /// The body, if there is one.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.body.as_deref().map(|body| PyBytes::new(py, body))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || format!("{:?}", self.0))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// The reason why a request is rejected, as a status and a code (RFC 9457). It contains only what
/// the client may know. `keyrail.header.problem` creates it from an error, and
/// `keyrail.header.render` converts it to a response.
///
/// Create a custom problem for a check that the library does not perform. For a rate limit of your
/// own, create `Problem(429, "quota.exceeded", "too many requests: wait")`, and add `Retry-After`
/// to the response's headers. The status is 400 to 599, and the code consists of 1 to 64 ASCII
/// letters, digits, `.`, `_` and `-`.
///
/// Raises KeyrailError: `problem.malformed_status`, `problem.malformed_code`.
#[pyclass(frozen, eq, module = "keyrail")]
#[derive(PartialEq)]
pub(crate) struct Problem(pub(crate) keyrail::Problem);

#[pymethods]
impl Problem {
    #[new]
    fn new(py: Python<'_>, status: Status, code: Text, detail: Text) -> PyResult<Self> {
        let (code, detail) = (String::from(&*code), &*detail);
        call(py, || keyrail::Problem::new(status.0, code, detail)).map(Self)
    }

    /// The status code of the response, 400 to 599.
    #[getter]
    fn status(&self) -> u16 {
        self.0.status()
    }

    /// The stable, dotted code.
    #[getter]
    fn code(&self) -> &str {
        self.0.code()
    }

    /// An explanation for the developer of the client.
    #[getter]
    fn detail(&self) -> &str {
        self.0.detail()
    }

    /// Returns the response for this problem: a body of `application/problem+json` (RFC 9457) that
    /// caches must not store. The response has no challenge; `keyrail.header.render` adds the
    /// challenge of a scheme.
    fn response(&self, py: Python<'_>) -> PyResult<Response> {
        plain(py, || self.0.response()).map(Response)
    }

    fn __repr__(&self) -> String {
        format!("Problem(code='{}', status={})", self.0.code(), self.0.status())
    }

    /// The status, the code and the detail.
    fn __str__(&self) -> String {
        format!("{} {}: {}", self.0.status(), self.0.code(), self.0.detail())
    }
}

fn header_pairs<'py>(
    py: Python<'py>,
    headers: &[(String, keyrail::HeaderValue)],
) -> PyResult<Bound<'py, PyList>> {
    let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.reveal()));
    PyList::new(py, pairs.collect::<Vec<_>>())
}

fn headers<'py>(
    py: Python<'py>,
    headers: &[(String, keyrail::HeaderValue)],
) -> PyResult<Bound<'py, PyList>> {
    let pairs = headers.iter().map(|(name, value)| (name.as_str(), HeaderValue(value.clone())));
    PyList::new(py, pairs.collect::<Vec<_>>())
}
