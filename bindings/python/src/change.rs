//! Changes, events and new keys of `keyrail.access`.

use keyrail::access as core;
use pyo3::prelude::*;

use crate::access::{Author, Record};
use crate::boundary::call;
use crate::input::datetime;
use crate::key::ApiKey;
use crate::{quoted, quoted_or_none};

/// What an operation does to a record: the changed record, the patch that turns the old record into
/// the changed one, and the event for the audit log.
///
/// Store a change only if the stored record still has the version `base_version`, for example with
/// `UPDATE ... WHERE version = ?`. If it has another version, someone else has changed the record
/// in the meantime: read it again, and repeat the operation. A change that applies to any version
/// must not be lost to such a race: read the record again, and store the result of `rebase` in the
/// same way.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct Change(pub(crate) core::Change);

#[pymethods]
impl Change {
    /// Whether the record is a new one, which is not stored yet.
    #[getter]
    fn is_new(&self) -> bool {
        self.0.is_new()
    }

    /// The version that the record had before the change; 0 for a new record.
    #[getter]
    fn base_version(&self) -> u64 {
        self.0.base_version()
    }

    /// Whether the change also applies to other versions of the record. This is true for disabling
    /// and revoking a key. Both must succeed even if someone renames the key at the same time.
    #[getter]
    fn applies_to_any_version(&self) -> bool {
        self.0.applies_to_any_version()
    }

    /// The JSON merge patch (RFC 7396) that turns the old record into the new one. It contains the
    /// new `version`. The patch of a new record is the whole record.
    #[getter]
    fn patch(&self) -> &str {
        self.0.patch()
    }

    /// The changed record.
    #[getter]
    fn record(&self) -> Record {
        Record(self.0.record().clone())
    }

    /// The event for the audit log.
    #[getter]
    fn event(&self) -> KeyEvent {
        KeyEvent(self.0.event().clone())
    }

    /// Returns the same change, based on the record as it is stored now. Its base version is that of
    /// `stored`, and its patch, record and event say what the change does to `stored`.
    ///
    /// Raises KeyrailError: `access.already_revoked` or `access.unchanged` if the key was revoked,
    /// disabled or removed in the meantime; `access.too_many_changes`; `access.version_conflict` in
    /// four cases. In the first, `stored` is a different record. In the second, the change creates
    /// a new record. In the third, the change applies only to `base_version`, and `stored` has
    /// another version. In the fourth, the change revokes a replaced key, and this key is the
    /// current or the only one in `stored`, or it has no key id and cannot be found there. In the
    /// fourth case, repeat the operation with `stored`.
    fn rebase(&self, py: Python<'_>, stored: &Record) -> PyResult<Self> {
        call(py, || self.0.rebase(&stored.0)).map(Self)
    }

    /// Applies the change to the record as it is stored now, and returns the record to store.
    ///
    /// Raises KeyrailError: see `rebase`.
    fn apply_to(&self, py: Python<'_>, stored: &Record) -> PyResult<Record> {
        call(py, || self.0.apply_to(&stored.0)).map(Record)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (action, record) =
            (self.0.event().action().as_str(), quoted(py, self.0.record().id())?);
        Ok(format!(
            "Change(action='{action}', record={record}, base_version={})",
            self.base_version()
        ))
    }
}

/// The event of a change, for an audit log. It contains no digest.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct KeyEvent(core::KeyEvent);

#[pymethods]
impl KeyEvent {
    /// The action, such as `rotate` or `set_scope`.
    #[getter]
    fn action(&self) -> &'static str {
        self.0.action().as_str()
    }

    /// The id of the changed record.
    #[getter]
    fn record(&self) -> &str {
        self.0.record()
    }

    /// Who made the change.
    #[getter]
    fn actor(&self) -> Author {
        Author(self.0.actor().clone())
    }

    /// When the change was made.
    #[getter]
    fn at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.at()))
    }

    /// The version of the changed record.
    #[getter]
    fn version(&self) -> u64 {
        self.0.version()
    }

    /// The reason that was passed.
    #[getter]
    fn reason(&self) -> Option<&str> {
        self.0.reason()
    }

    /// Returns the event as JSON, on one line. `changes` contains all members of the patch except
    /// `version`. The digests themselves are left out, but their key ids, masks and times are
    /// included.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (record, actor) = (quoted(py, self.record())?, quoted(py, self.0.actor().id())?);
        Ok(format!(
            "KeyEvent(action='{}', record={record}, actor={actor}, at='{}', reason={})",
            self.action(),
            self.0.at(),
            quoted_or_none(py, self.reason())?
        ))
    }
}

/// A new key with the change that stores its record. The record contains only the key's digest, so
/// the key itself is not stored anywhere. Show it once, then discard it.
#[pyclass(frozen, module = "keyrail.access")]
pub(crate) struct Issued(pub(crate) core::Issued);

#[pymethods]
impl Issued {
    /// The key. It is printed as its mask.
    #[getter]
    fn key(&self) -> ApiKey {
        ApiKey(self.0.key().clone())
    }

    /// The change that stores the record.
    #[getter]
    fn change(&self) -> Change {
        Change(self.0.change().clone())
    }

    /// The new or changed record.
    #[getter]
    fn record(&self) -> Record {
        Record(self.0.record().clone())
    }

    /// The event for the audit log.
    #[getter]
    fn event(&self) -> KeyEvent {
        KeyEvent(self.0.event().clone())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (key, record) = (self.0.key().mask().to_string(), quoted(py, self.0.record().id())?);
        Ok(format!("Issued(key='{key}', record={record})"))
    }
}
