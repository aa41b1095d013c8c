//! `keyrail.access`.

use keyrail::access::{self as core, Access, KeyRecord};
use pyo3::prelude::*;

use crate::boundary::{call, call_sized};
use crate::input::{ClientAddress, Document, Now, Text};
use crate::quoted;

/// The record of a key: whose it is, what it may do, when and from where.
#[pyclass(frozen, module = "keyrail.access")]
pub(crate) struct Record(KeyRecord);

#[pymethods]
impl Record {
    /// Reads a record from its configuration: JSON, or a mapping of the same form.
    ///
    /// Raises ConfigError with every fault.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || KeyRecord::from_json(&document)).map(Self)
    }

    /// The record's id.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The app whose key it is.
    #[getter]
    fn app(&self) -> &str {
        self.0.app()
    }

    /// What the key may do: `read`, `read_write` or `admin`.
    #[getter]
    fn scope(&self) -> &str {
        self.0.scope().as_str()
    }

    /// Whether the key may do this now. `access` is `read`, `write`
    /// or `admin`, `now` an aware `datetime` or Unix milliseconds, `ip` the asker's
    /// address as a text or an
    /// object of the module `ipaddress`. The record holds from its start to
    /// before its end: at `expires_at` it is expired.
    ///
    /// Raises AccessDenied: `access.revoked`, `access.not_yet_valid`,
    /// `access.expired`, `access.network`, `access.address_unknown`,
    /// `access.scope`; KeyrailError for an unknown access
    /// (`access.unknown_access`) and, where the record is bound to networks, for
    /// an address that cannot be read (`network.malformed`).
    #[pyo3(signature = (access, now, ip = None))]
    fn authorize(
        &self,
        py: Python<'_>,
        access: Text,
        now: Now,
        ip: Option<ClientAddress>,
    ) -> PyResult<Grant> {
        let access = call(py, || Access::parse(&access))?;
        let ip = match ip.map(|ip| ip.0).transpose() {
            Err(malformed) if self.0.allow_ips().is_some() => return Err(malformed),
            read => read.ok().flatten(),
        };
        call(py, || self.0.authorize(access, now.0, ip)).map(Grant)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (id, app) = (quoted(py, self.0.id())?, quoted(py, self.0.app())?);
        Ok(format!("Record(id={id}, app={app}, scope='{}')", self.scope()))
    }
}

/// What a key may do, when it may do what was asked.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct Grant(pub(crate) core::Grant);

#[pymethods]
impl Grant {
    /// The id of the key's record.
    #[getter]
    fn record(&self) -> &str {
        self.0.record()
    }

    /// The app whose key it is.
    #[getter]
    fn app(&self) -> &str {
        self.0.app()
    }

    /// What the key may do: `read`, `read_write` or `admin`.
    #[getter]
    fn scope(&self) -> &str {
        self.0.scope().as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (record, app) = (quoted(py, self.0.record())?, quoted(py, self.0.app())?);
        Ok(format!("Grant(record={record}, app={app}, scope='{}')", self.scope()))
    }
}
