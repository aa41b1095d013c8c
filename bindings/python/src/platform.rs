//! `keyrail.platform`.

use keyrail::platform::{self as core, Call};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::boundary::{call, plain};
use crate::header::{Credentials, Scheme};
use crate::http::Request;
use crate::input::{Pairs, Text};
use crate::quoted;

/// A messaging platform as data: where it is, where its credentials stand,
/// and what it can be asked.
#[pyclass(frozen, module = "keyrail.platform")]
pub(crate) struct Platform(core::Platform);

#[pymethods]
impl Platform {
    /// See `keyrail.platform.get`.
    #[staticmethod]
    fn get(py: Python<'_>, name: Text) -> PyResult<Self> {
        call(py, || core::Platform::get(&name)).map(Self)
    }

    /// See `keyrail.platform.names`.
    #[staticmethod]
    fn names(py: Python<'_>) -> PyResult<Vec<&'static str>> {
        plain(py, || core::Platform::names().to_vec())
    }

    /// See `keyrail.platform.from_json`.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: Text) -> PyResult<Self> {
        call(py, || core::Platform::from_json(&text)).map(Self)
    }

    /// The platform's name.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The default scheme.
    #[getter]
    fn scheme(&self) -> Scheme {
        Scheme(self.0.scheme().clone())
    }

    /// The schemes by name, such as `server` and `client`, the default first.
    #[getter]
    fn schemes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let schemes = PyDict::new(py);
        for (name, scheme) in self.0.schemes() {
            schemes.set_item(name, Scheme(scheme.clone()))?;
        }
        Ok(schemes)
    }

    /// The names of the operations, such as `message.send`, in order.
    #[getter]
    fn operations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let names: Vec<_> = self.0.operations().map(|operation| operation.name()).collect();
        PyList::new(py, names)
    }

    /// The request that asks for an operation, for the host to send.
    ///
    /// `variables` are those of the base URL and the path, `query` and
    /// `headers` what is added to the operation's own; each a mapping or
    /// pairs.
    ///
    /// Raises PlatformError: `platform.unknown_operation`,
    /// `platform.missing_variable`, `platform.unknown_variable`,
    /// `platform.missing_credentials`, `platform.unknown_path`,
    /// `platform.unexpected_body`, `platform.credential_header`,
    /// `platform.doubled_header`, and the codes of parts that no URL and no
    /// header may hold.
    #[pyo3(
        signature = (
            operation, *, variables = Pairs::default(), query = Pairs::default(),
            headers = Pairs::default(), body = None, credentials = None
        ),
        text_signature = "($self, operation, *, variables=(), query=(), headers=(), body=None, \
                          credentials=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn request(
        &self,
        py: Python<'_>,
        operation: Text,
        variables: Pairs,
        query: Pairs,
        headers: Pairs,
        body: Option<&[u8]>,
        credentials: Option<&Bound<'_, Credentials>>,
    ) -> PyResult<Request> {
        let (variables, query, headers) = (variables.as_strs(), query.as_strs(), headers.as_strs());
        let given = Call {
            variables: &variables,
            query: &query,
            headers: &headers,
            body,
            credentials: credentials.map(|credentials| &credentials.get().0),
            ..Call::default()
        };
        call(py, || self.0.request(&operation, &given)).map(Request)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Platform({})", quoted(py, self.0.name())?))
    }
}
