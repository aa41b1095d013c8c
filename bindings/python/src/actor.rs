//! Actors and permissions of `keyrail.access`.

use keyrail::access::{self as core, Scope};
use pyo3::prelude::*;

use crate::access::Record;
use crate::access_request::Index;
use crate::boundary::call;
use crate::input::{Text, Texts};
use crate::policy::{patterns, strings};
use crate::quoted;

/// Who issues or changes a key: a user with a role, or a key.
///
/// The id of a user must be one that your program assigned, not a name or an address. It must not
/// contain white space or `@`, and must not be an IP address. `Actor(...)` raises KeyrailError:
/// `access.malformed_actor`.
#[pyclass(frozen, module = "keyrail.access")]
pub(crate) struct Actor(pub(crate) core::Actor);

#[pymethods]
impl Actor {
    /// Returns an actor for a user with a role of the policy. The id must be one that your program
    /// assigned, not a name or an address. It must not contain white space or `@`, and must not be
    /// an IP address.
    ///
    /// Raises KeyrailError: `access.malformed_actor`.
    #[new]
    fn new(py: Python<'_>, id: Text, role: Text) -> PyResult<Self> {
        call(py, || core::Actor::user(&id, &role)).map(Self)
    }

    /// Returns an actor for a key, which acts with the policy's role `key`. `digest` is the index
    /// that `Record.find_digest` returned for the key.
    #[staticmethod]
    #[pyo3(signature = (record, digest = None))]
    fn key(record: &Record, digest: Option<Index>) -> Self {
        Self(core::Actor::key(&record.0, digest.map(|index| index.0)))
    }

    /// The id of the user, or the id of the key's record.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The role of the user, or `key`.
    #[getter]
    fn role(&self) -> &str {
        self.0.role()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Actor({}, role={})", quoted(py, self.id())?, quoted(py, self.role())?))
    }
}

/// What the owner of a key may do now: a scope, and optionally the operations and queues to which
/// the owner is limited.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct Permissions(pub(crate) core::Permissions);

#[pymethods]
impl Permissions {
    /// Returns permissions for everything that a scope allows, limited to `operations` and `queues`
    /// if they are passed. An empty list of operations allows no operation, and an empty list of
    /// queues allows no queue.
    ///
    /// Raises KeyrailError: `access.unknown_scope`, `event.malformed_pattern`.
    #[new]
    #[pyo3(signature = (scope, *, operations = None, queues = None))]
    fn new(
        py: Python<'_>,
        scope: Text,
        operations: Option<Texts>,
        queues: Option<Texts>,
    ) -> PyResult<Self> {
        let mut permissions = core::Permissions::new(call(py, || Scope::parse(&scope))?);
        if let Some(operations) = patterns(py, operations)? {
            permissions = permissions.with_operations(operations);
        }
        if let Some(queues) = strings(queues) {
            permissions = permissions.with_queues(queues);
        }
        Ok(Self(permissions))
    }

    /// The scope. It is `read`, `read_write` or `admin`.
    #[getter]
    fn scope(&self) -> &'static str {
        self.0.scope().as_str()
    }

    /// The operations to which the permissions are limited.
    #[getter]
    fn operations(&self) -> Option<Vec<String>> {
        Some(self.0.operations()?.iter().map(ToString::to_string).collect())
    }

    /// The queues to which the permissions are limited.
    #[getter]
    fn queues(&self) -> Option<Vec<String>> {
        self.0.queues().map(<[String]>::to_vec)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let operations = self.operations().into_pyobject(py)?.repr()?;
        let queues = self.queues().into_pyobject(py)?.repr()?;
        Ok(format!("Permissions('{}', operations={operations}, queues={queues})", self.scope()))
    }
}
