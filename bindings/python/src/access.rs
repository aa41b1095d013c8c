//! `keyrail.access`.

use keyrail::access::{self as core, Access, KeyRecord};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::access_request::{Index, Request};
use crate::actor::Permissions;
use crate::boundary::{call, call_sized, plain};
use crate::change::Change;
use crate::error;
use crate::input::{ClientAddress, Document, Now, SecretText, Text, datetime, read_argument};
use crate::key::{Digest, Pepper};
use crate::limit::{Consumption, Limit, LimitStates};
use crate::{quoted, quoted_or_none};

/// The record of a key: the app that the key belongs to, its scope, its lifetime and its limits.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct Record(pub(crate) KeyRecord);

#[pymethods]
impl Record {
    /// Reads a record from its configuration. The configuration is JSON, or a mapping of the
    /// same form.
    ///
    /// `id`, `app`, `scope` (`read`, `read_write` or `admin`) and `digests` are required. An
    /// item of `digests` has `digest` and, optionally, `key_id` (the id that the key contains),
    /// `display`, `created_at` and `valid_until`. `organization`, `environment` and `owner` are
    /// ids, and `authority` is `organization` or `owner`; `name` and `display` are strings for
    /// people. `operations` is a list of event patterns like `message.*`, `queues` a list of ids,
    /// and `allow_ips` a list of addresses and networks like `10.0.0.0/8`. `created_at`,
    /// `not_before`, `expires_at` and `expires_set_at` are RFC 3339 timestamps; `expires_at` may
    /// also be `"never"`. `created_by` has `id` and `role`; `revoked` has `at`, `by` and `reason`.
    /// `enabled` is a boolean, `limits` a list of limits (see `Limit`), `metadata` a mapping of
    /// strings, `version` the number of changes, and `schema` the version of this form, 1.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || KeyRecord::from_json(&document)).map(Self)
    }

    /// Returns the record as JSON, on one line. Members without a value are omitted, but
    /// `expires_at` is always written.
    fn to_json(&self) -> String {
        self.0.to_json()
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

    /// The id of the organization that the key belongs to, if the record specifies it.
    #[getter]
    fn organization(&self) -> Option<&str> {
        self.0.organization()
    }

    /// The environment that the key is for, such as `live`, if the record specifies it.
    #[getter]
    fn environment(&self) -> Option<&str> {
        self.0.environment()
    }

    /// The id of the user that the key belongs to, if the record specifies it.
    #[getter]
    fn owner(&self) -> Option<&str> {
        self.0.owner()
    }

    /// What limits the key: its record alone, or also the permissions of its owner. It is
    /// `organization` or `owner`.
    #[getter]
    fn authority(&self) -> &'static str {
        self.0.authority().as_str()
    }

    /// The key's name for people, if it has one.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.0.name()
    }

    /// The scope of the key. It is `read`, `read_write` or `admin`.
    #[getter]
    fn scope(&self) -> &str {
        self.0.scope().as_str()
    }

    /// The operations that the key may be used for, at least one; None if only its scope restricts
    /// them.
    #[getter]
    fn operations(&self) -> Option<Vec<String>> {
        Some(self.0.operations()?.iter().map(ToString::to_string).collect())
    }

    /// The queues that the key may be used for, at least one; None if it may be used for every
    /// queue of its app.
    #[getter]
    fn queues(&self) -> Option<Vec<String>> {
        self.0.queues().map(<[String]>::to_vec)
    }

    /// The digests of the key, at least one.
    #[getter]
    fn digests(&self) -> Vec<KeyDigest> {
        self.0.digests().iter().cloned().map(KeyDigest).collect()
    }

    /// The mask of the key, if the record specifies it.
    #[getter]
    fn display(&self) -> Option<&str> {
        self.0.display()
    }

    /// The time at which the key was created, if the record specifies it.
    #[getter]
    fn created_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.created_at())
    }

    /// Who created the key, if the record specifies it.
    #[getter]
    fn created_by(&self) -> Option<Author> {
        self.0.created_by().cloned().map(Author)
    }

    /// The first time at which the key is valid, if the record specifies it.
    #[getter]
    fn not_before<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.not_before())
    }

    /// The first time at which the key is no longer valid; None if it never expires.
    #[getter]
    fn expires_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.expires_at())
    }

    /// The time at which the expiry was set, if the record specifies it.
    #[getter]
    fn expires_set_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.expires_set_at())
    }

    /// When, by whom and why the key was revoked; None if it was not revoked.
    #[getter]
    fn revoked(&self) -> Option<Revocation> {
        self.0.revoked().cloned().map(Revocation)
    }

    /// Whether the key is enabled. A disabled key can be enabled again.
    #[getter]
    fn enabled(&self) -> bool {
        self.0.enabled()
    }

    /// The networks that the key may be used from, at least one; None if it may be used from
    /// every address.
    #[getter]
    fn allow_ips(&self) -> Option<Vec<String>> {
        Some(self.0.allow_ips()?.iter().map(ToString::to_string).collect())
    }

    /// The limits that each request consumes. A limit counts the requests of the key, of its owner
    /// or of its organization.
    #[getter]
    fn limits(&self) -> Vec<Limit> {
        self.0.limits().iter().cloned().map(Limit).collect()
    }

    /// The ids under which the host stores the states of the limits, in the order of `limits`. An
    /// id has three parts, separated by slashes. The first is one of the words `key`, `owner` and
    /// `organization`, the second is the name of the limit, and the third is the id of the record,
    /// the owner or the organization. An example is `owner/monthly/u_17`.
    ///
    /// Load the states with these ids, and pass them to `authorize`. Records with the same owner
    /// share one state for an `owner` limit with the same name, and this limit must have the same
    /// rate or quota in all of them; only the cost may differ. The same applies to an
    /// `organization` limit.
    #[getter]
    fn limit_ids(&self) -> Vec<String> {
        self.0.limit_ids()
    }

    /// The host's own data about the key: values by name.
    #[getter]
    fn metadata<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        metadata(py, self.0.metadata())
    }

    /// The number of changes made to the record.
    #[getter]
    fn version(&self) -> u64 {
        self.0.version()
    }

    /// Returns whether a string is the record's key. Every digest is compared, in constant
    /// time. A digest made with a pepper that is not among `peppers` does not match. A key that
    /// was replaced matches too: to distinguish it from the new one, pass `authorize` the index
    /// that `find_digest` returns. For a key of a format with a digest segment, see `find_digest`.
    #[pyo3(signature = (key, peppers = Vec::new()), text_signature = "($self, key, peppers=())")]
    fn matches(
        &self,
        py: Python<'_>,
        key: SecretText,
        peppers: Vec<Bound<'_, Pepper>>,
    ) -> PyResult<bool> {
        Ok(self.find_digest(py, key, peppers)?.is_some())
    }

    /// Returns the index of the record's digest that matches a string, or None if the string is not
    /// the record's key. The comparison is the same as in `matches`. If several digests match, the
    /// index of the one that stops being valid first is returned. For a key of a format with a
    /// digest segment, pass the part that `ApiKey.reveal_digested` returns, and check that the key
    /// id of the digest and the environment of the record are those of the key.
    #[pyo3(signature = (key, peppers = Vec::new()), text_signature = "($self, key, peppers=())")]
    fn find_digest(
        &self,
        py: Python<'_>,
        key: SecretText,
        peppers: Vec<Bound<'_, Pepper>>,
    ) -> PyResult<Option<usize>> {
        let peppers: Vec<_> = peppers.iter().map(|pepper| pepper.get().0.clone()).collect();
        plain(py, || self.0.find_digest(key.0.reveal(), &peppers))
    }

    /// Returns the status of the key. It is `pending`, `active`, `expiring`, `expired`, `revoked`
    /// or `disabled`. A key is also expired if every digest has reached its `valid_until`. A key is
    /// expiring from the time at which its first alert is due: see `expiry_alerts`. `now` is an
    /// aware `datetime` or Unix milliseconds.
    fn status(&self, now: Now) -> &'static str {
        self.0.status(now.0).as_str()
    }

    /// Authorizes a request with a key that was found to match the record. Returns the grant.
    ///
    /// `access` is `read`, `write` or `admin`; `now` is an aware `datetime` or Unix milliseconds;
    /// `ip` is the client's address as a string or an object of the module `ipaddress`. `operation`
    /// and `queue` are what the request concerns. If the key is limited to operations, a request
    /// without an operation is denied. If the key is limited to queues, a request without a queue
    /// is denied, unless the key lists the request's operation by its exact name. A pattern with
    /// `*` is not enough. `environment` is the environment in which the request is made; without
    /// it, the key's environment is not checked. `digest` is the index that `find_digest` returned;
    /// without it, the key is denied once any digest of the record has reached its `valid_until`.
    /// `owner_permissions` is what the key's owner may do now, and is required for a key with the
    /// authority `owner`. `limits` maps each id in `limit_ids` to the stored state of that limit,
    /// or to None if no state is stored for it. It is required for a record with limits. Either all
    /// limits are consumed, or none of them. The new states to store are in `Grant.consumption` or,
    /// if a limit is exceeded, in `AccessDenied.consumption`. The key is valid from `not_before`
    /// until just before `expires_at`.
    ///
    /// Raises AccessDenied with the first reason that applies: `access.revoked`,
    /// `access.disabled`, `access.not_yet_valid`, `access.expired`, `access.rotated`,
    /// `access.environment`, `access.address_unknown`, `access.network`, `access.scope`,
    /// `access.operation`, `access.queue`, `access.owner_unknown`, `access.owner`,
    /// `access.limits_unknown`, `access.quota`, `access.rate`. Raises KeyrailError for an unknown
    /// access (`access.unknown_access`) and, if the record allows certain networks only, for an
    /// invalid address (`network.malformed`).
    #[pyo3(signature = (
        access, now, ip = None, *, operation = None, queue = None, environment = None, digest = None,
        owner_permissions = None, limits = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn authorize(
        &self,
        py: Python<'_>,
        access: Text,
        now: Now,
        ip: Option<ClientAddress>,
        operation: Option<Text>,
        queue: Option<Text>,
        environment: Option<Text>,
        digest: Option<Index>,
        owner_permissions: Option<Bound<'_, Permissions>>,
        limits: Option<LimitStates>,
    ) -> PyResult<Grant> {
        let request = Request {
            access: call(py, || Access::parse(&access))?,
            now: now.0,
            ip: ip.map(|ip| ip.0).transpose(),
            operation,
            queue,
            environment,
            digest,
            owner_permissions,
            limits,
        };
        let request = request.check(&self.0)?;
        let states = request.states();
        call(py, || self.0.authorize(&request.as_core(states.as_deref()))).map(Grant)
    }

    /// Authorizes several requests with the same key, in order. Each request is a mapping of the
    /// arguments of `authorize`, such as `{"access": "read", "now": now}`. Each result is the grant
    /// that `authorize` would return, or the error that it would raise; a denied request does not
    /// affect the others.
    ///
    /// The requests consume the record's limits one after another: once a request has changed the
    /// state of a limit, later requests use the new state instead of the one that they pass. For
    /// each limit, take the first old state and the last new state in the results. Store the new
    /// state only if the old state is still stored.
    fn authorize_batch<'py>(
        &self,
        py: Python<'py>,
        requests: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let mut valid = Vec::new();
        let errors = read_argument("requests", requests, |item| {
            match item.extract().and_then(|request: Request| request.check(&self.0)) {
                Ok(request) => {
                    valid.push(request);
                    Ok(None)
                }
                Err(failed) => error::item_error(py, failed).map(Some),
            }
        })?;
        let states: Vec<_> = valid.iter().map(Request::states).collect();
        let requests = valid.iter().zip(&states);
        let requests: Vec<_> =
            requests.map(|(request, states)| request.as_core(states.as_deref())).collect();
        let mut results = plain(py, || self.0.authorize_batch(&requests))?.into_iter();
        let item = |error: Option<PyErr>| {
            let error = match error {
                Some(error) => error,
                None => match results.next()? {
                    Ok(grant) => return Some(Bound::new(py, Grant(grant)).map(Bound::into_any)),
                    Err(denial) => error::exception(py, &denial.into()),
                },
            };
            Some(Ok(error.into_value(py).into_bound(py).into_any()))
        };
        errors.into_iter().filter_map(item).collect()
    }

    /// Returns the change that adds a digest of the key with the current pepper, or None if there is
    /// nothing to do.
    ///
    /// A digest cannot be computed from another digest, only from the key. So an upgrade is only
    /// possible when a client presents the key: pass the text of the key after the request was
    /// authorized. For a key of a format with a digest segment, pass the part that
    /// `ApiKey.reveal_digested` returns. `peppers` are all peppers in use, the current one first. A
    /// digest that was imported, or made with another pepper or without one, is kept beside the new
    /// digest, so that servers without the current pepper still accept the key. If the key has two
    /// digests already, one of them is removed: the second one if it has a pepper that is not among
    /// `peppers`, or else the one that matched. If it has no key id, the new digest replaces the
    /// one that matched. The digest of a key that is too weak for `Digest.of` stays as it is.
    fn upgrade(
        &self,
        py: Python<'_>,
        key: SecretText,
        peppers: Vec<Bound<'_, Pepper>>,
        now: Now,
    ) -> PyResult<Option<Change>> {
        let peppers: Vec<_> = peppers.iter().map(|pepper| pepper.get().0.clone()).collect();
        let change = plain(py, || self.0.upgrade(key.0.reveal(), &peppers, now.0))?;
        Ok(change.map(Change))
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

    /// The id of the user that the key belongs to, if the record specifies it.
    #[getter]
    fn owner(&self) -> Option<&str> {
        self.0.owner()
    }

    /// The key's name for people, if it has one.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.0.name()
    }

    /// The host's own data about the key: values by name.
    #[getter]
    fn metadata<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        metadata(py, self.0.metadata())
    }

    /// The digest of the presented key, such as `sha256:...`, if the digest's index was passed.
    /// Store the time of its last use: see `LastUses.touch`.
    #[getter]
    fn digest(&self) -> Option<String> {
        self.0.digest().map(ToString::to_string)
    }

    /// The outcome of the record's limits; None if the record has none. Store the new states before
    /// you serve the request. If the stored states were changed meanwhile, repeat the call with the
    /// changed states: see `consume`. Add the `headers` of the outcome to the response.
    #[getter]
    fn consumption(&self) -> Option<Consumption> {
        self.0.consumption().cloned().map(Consumption)
    }

    /// The change that adds a digest of the key with the current pepper: see `Record.upgrade`. It
    /// is None if there is nothing to do, if no records were passed to the gateway, or if it is
    /// unknown which pepper is the current one.
    #[getter]
    fn upgrade(&self) -> Option<Change> {
        self.0.upgrade().cloned().map(Change)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (record, app) = (quoted(py, self.0.record())?, quoted(py, self.0.app())?);
        Ok(format!("Grant(record={record}, app={app}, scope='{}')", self.scope()))
    }
}

/// A digest of a record's key, and what is known about that key.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct KeyDigest(core::KeyDigest);

#[pymethods]
impl KeyDigest {
    /// The id that the key itself contains, if the record specifies it.
    #[getter]
    fn key_id(&self) -> Option<&str> {
        self.0.key_id()
    }

    /// The digest.
    #[getter]
    fn digest(&self) -> Digest {
        Digest(self.0.digest().clone())
    }

    /// The mask of the key, if the record specifies it.
    #[getter]
    fn display(&self) -> Option<&str> {
        self.0.display()
    }

    /// The time at which the key was created, if the record specifies it.
    #[getter]
    fn created_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.created_at())
    }

    /// The first time at which the key is no longer valid because another one replaced it; None if
    /// it was not replaced.
    #[getter]
    fn valid_until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.valid_until())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (id, digest) = (self.0.key_id(), self.0.digest().to_string());
        Ok(format!(
            "KeyDigest(key_id={}, digest={})",
            quoted_or_none(py, id)?,
            quoted(py, &digest)?
        ))
    }
}

/// Who created or changed a key: an id and a role that the host assigned, never a name or an
/// address.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct Author(pub(crate) core::Author);

#[pymethods]
impl Author {
    /// The id of the user or key.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The role that the user had, if it is known.
    #[getter]
    fn role(&self) -> Option<&str> {
        self.0.role()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (id, role) = (quoted(py, self.0.id())?, quoted_or_none(py, self.0.role())?);
        Ok(format!("Author(id={id}, role={role})"))
    }
}

/// When, by whom and why a key was revoked.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct Revocation(core::Revocation);

#[pymethods]
impl Revocation {
    /// When the key was revoked. A revoked key is always rejected, even before this time.
    #[getter]
    fn at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.at()))
    }

    /// The id of the user or key that revoked the key, if it is known.
    #[getter]
    fn by(&self) -> Option<&str> {
        self.0.by()
    }

    /// Why the key was revoked, if it is known.
    #[getter]
    fn reason(&self) -> Option<&str> {
        self.0.reason()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (at, reason) = (self.0.at(), quoted_or_none(py, self.0.reason())?);
        Ok(format!(
            "Revocation(at='{at}', by={}, reason={reason})",
            quoted_or_none(py, self.0.by())?
        ))
    }
}

/// Returns the ids of the peppers that are needed to verify the keys of these records, in
/// alphabetical order. Any other pepper may be removed. If a deployment lists the records, first
/// remove the digests that were made with that pepper.
///
/// If a key id has several digests, only the first one counts, because an upgrade puts the new
/// digest before the others.
#[pyfunction]
pub(crate) fn peppers_in_use(
    py: Python<'_>,
    records: Vec<Bound<'_, Record>>,
) -> PyResult<Vec<String>> {
    plain(py, || core::peppers_in_use(records.iter().map(|record| &record.get().0)))
}

fn metadata<'py>(py: Python<'py>, pairs: &[(String, String)]) -> PyResult<Bound<'py, PyDict>> {
    let metadata = PyDict::new(py);
    pairs.iter().try_for_each(|(name, value)| metadata.set_item(name, value))?;
    Ok(metadata)
}
