//! `keyrail.access`.

use keyrail::access::{self as core, Access, KeyRecord};
use pyo3::prelude::*;

use crate::boundary::{call, call_sized, plain};
use crate::input::{ClientAddress, Document, Now, SecretText, Text, datetime};
use crate::key::{Digest, Pepper};
use crate::quoted;

/// The record of a key: the app that the key belongs to, its scope, its lifetime and its networks.
#[pyclass(frozen, module = "keyrail.access")]
pub(crate) struct Record(KeyRecord);

#[pymethods]
impl Record {
    /// Reads a record from its configuration. The configuration is JSON, or a mapping of the
    /// same form.
    ///
    /// `id`, `app`, `scope` (`read`, `read_write` or `admin`) and `digests` are required. An
    /// item of `digests` has `digest` and, optionally, `key_id`, the id that the key contains.
    /// `created_at`, `not_before`, `expires_at` and `revoked_at` are RFC 3339 timestamps;
    /// `allow_ips` is a list of addresses and networks like `10.0.0.0/8`.
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

    /// The id of the app that the key belongs to.
    #[getter]
    fn app(&self) -> &str {
        self.0.app()
    }

    /// The scope of the key. It is `read`, `read_write` or `admin`.
    #[getter]
    fn scope(&self) -> &str {
        self.0.scope().as_str()
    }

    /// The digests of the key, at least one. Each is a pair of the id that the key contains, or
    /// None if the record does not specify it, and a digest.
    #[getter]
    fn digests(&self) -> Vec<(Option<&str>, Digest)> {
        let digests = self.0.digests().iter();
        digests.map(|it| (it.key_id(), Digest(it.digest().clone()))).collect()
    }

    /// The time at which the key was created, if the record specifies it.
    #[getter]
    fn created_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.created_at())
    }

    /// The first time at which the key is valid. None if it always was.
    #[getter]
    fn not_before<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.not_before())
    }

    /// The first time at which the key is no longer valid. None if it never expires.
    #[getter]
    fn expires_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.expires_at())
    }

    /// The first time at which the key is revoked. None if it is not revoked.
    #[getter]
    fn revoked_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.revoked_at())
    }

    /// The networks that the key may be used from, at least one; None if it may be used from
    /// every address.
    #[getter]
    fn allow_ips(&self) -> Option<Vec<String>> {
        Some(self.0.allow_ips()?.iter().map(ToString::to_string).collect())
    }

    /// Returns whether a string is the record's key. Every digest is compared, in constant
    /// time. A digest made with a pepper that is not among `peppers` does not match.
    #[pyo3(signature = (key, peppers = Vec::new()), text_signature = "($self, key, peppers=())")]
    fn matches(
        &self,
        py: Python<'_>,
        key: SecretText,
        peppers: Vec<Bound<'_, Pepper>>,
    ) -> PyResult<bool> {
        let peppers: Vec<_> = peppers.iter().map(|pepper| pepper.get().0.clone()).collect();
        plain(py, || self.0.matches(key.0.reveal(), &peppers))
    }

    /// Authorizes a request that is made now and from this address, with a key that was found to
    /// match the record. Returns the grant. `access` is `read`, `write` or `admin`; `now` is an
    /// aware `datetime` or Unix milliseconds; `ip` is the client's address as a string or an object
    /// of the module `ipaddress`. The key is valid from `not_before` until just before
    /// `expires_at`.
    ///
    /// Raises AccessDenied: `access.revoked`, `access.not_yet_valid`,
    /// `access.expired`, `access.network`, `access.address_unknown`,
    /// `access.scope`; KeyrailError for an unknown access
    /// (`access.unknown_access`) and, if the record allows certain networks only,
    /// for an invalid address (`network.malformed`).
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
            parsed => parsed.ok().flatten(),
        };
        call(py, || self.0.authorize(access, now.0, ip)).map(Grant)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (id, app) = (quoted(py, self.0.id())?, quoted(py, self.0.app())?);
        Ok(format!("Record(id={id}, app={app}, scope='{}')", self.scope()))
    }
}

/// The permission that an authorized request was granted.
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

    /// The app that the key belongs to.
    #[getter]
    fn app(&self) -> &str {
        self.0.app()
    }

    /// The scope of the key. It is `read`, `read_write` or `admin`.
    #[getter]
    fn scope(&self) -> &str {
        self.0.scope().as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (record, app) = (quoted(py, self.0.record())?, quoted(py, self.0.app())?);
        Ok(format!("Grant(record={record}, app={app}, scope='{}')", self.scope()))
    }
}
