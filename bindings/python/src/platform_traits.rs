//! `keyrail.platform`: what a vendor publishes about keys, tokens and calls to webhooks.

use keyrail::platform::{self as core, OperationAccess};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::boundary::plain;
use crate::error;
use crate::input::Text;
use crate::quoted;

/// A scope that a vendor gives to keys.
#[pyclass(frozen, eq, module = "keyrail.platform")]
#[derive(PartialEq)]
pub(crate) struct KeyScope(pub(crate) core::KeyScope);

#[pymethods]
impl KeyScope {
    /// The name of the scope.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The highest access of a key with this scope. It is `read`, `write` or `admin`.
    #[getter]
    fn access(&self) -> &str {
        self.0.access().as_str()
    }

    /// Returns whether a key with this scope may use an operation that needs this access.
    ///
    /// Raises KeyrailError: `access.unknown_access`.
    fn allows(&self, py: Python<'_>, access: Access) -> PyResult<bool> {
        plain(py, || self.0.allows(access.0))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("KeyScope(name={}, access='{}')", quoted(py, self.0.name())?, self.access()))
    }
}

/// The access that an operation needs, parsed from its name.
struct Access(OperationAccess);

impl<'a, 'py> FromPyObject<'a, 'py> for Access {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        use OperationAccess::{Admin, Read, Write};
        let word: Text = object.extract()?;
        let found = [Read, Write, Admin].into_iter().find(|access| access.as_str() == &*word);
        found.map(Self).ok_or_else(|| {
            let message = "an operation's access is read, write or admin";
            error::invalid_argument(object.py(), "KeyrailError", "access.unknown_access", message)
        })
    }
}

/// When a vendor's keys expire.
#[pyclass(frozen, eq, module = "keyrail.platform")]
#[derive(PartialEq)]
pub(crate) struct ExpiryPolicy(pub(crate) core::ExpiryPolicy);

#[pymethods]
impl ExpiryPolicy {
    /// Whether a key is valid until it is revoked.
    #[getter]
    fn never(&self) -> bool {
        self.0 == core::ExpiryPolicy::Never
    }

    /// The lifetimes that the vendor offers, in days.
    #[getter]
    fn days<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        match &self.0 {
            core::ExpiryPolicy::Chosen { days, .. } => PyList::new(py, days),
            _ => Ok(PyList::empty(py)),
        }
    }

    /// Whether any other lifetime may be chosen too.
    #[getter]
    fn custom(&self) -> bool {
        matches!(self.0, core::ExpiryPolicy::Chosen { custom: true, .. })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        if self.never() {
            return Ok("ExpiryPolicy(never=True)".into());
        }
        let custom = if self.custom() { "True" } else { "False" };
        Ok(format!("ExpiryPolicy(days={}, custom={custom})", self.days(py)?.repr()?))
    }
}

/// What is known about a vendor's webhook calls.
#[pyclass(frozen, eq, module = "keyrail.platform")]
#[derive(PartialEq)]
pub(crate) struct WebhookTraits(pub(crate) core::WebhookTraits);

#[pymethods]
impl WebhookTraits {
    /// The header that contains a static verification token, if the vendor sends one. Read the
    /// token with `keyrail.header.Scheme.header`. The token is not a signature: it does not
    /// authenticate the body.
    #[getter]
    fn token_header(&self) -> Option<&str> {
        self.0.token_header()
    }

    /// The types of payload.
    #[getter]
    fn types<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.types().collect::<Vec<_>>())
    }

    /// The names of events.
    #[getter]
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.events().collect::<Vec<_>>())
    }

    /// The statuses that a message goes through.
    #[getter]
    fn statuses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.statuses().collect::<Vec<_>>())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(match self.0.token_header() {
            Some(header) => format!("WebhookTraits(token_header={})", quoted(py, header)?),
            None => "WebhookTraits(token_header=None)".into(),
        })
    }
}

/// How a vendor issues the token that a request needs in addition to the key. See `TokenSession`.
#[pyclass(frozen, eq, module = "keyrail.platform")]
#[derive(PartialEq)]
pub(crate) struct TokenSpec(pub(crate) core::TokenSpec);

#[pymethods]
impl TokenSpec {
    /// The operation that issues the token.
    #[getter]
    fn operation(&self) -> &str {
        self.0.operation()
    }

    /// The header that contains the token, if it is in a header.
    #[getter]
    fn header(&self) -> Option<&str> {
        self.0.header()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("TokenSpec(operation={})", quoted(py, self.0.operation())?))
    }
}
