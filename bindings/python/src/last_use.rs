//! Last uses: when the keys of a record were last used, and alerts for keys that are not used.

use keyrail::access as core;
use keyrail::key::Digest;
use pyo3::prelude::*;

use crate::access::Record;
use crate::alert::Days;
use crate::boundary::{call, call_sized};
use crate::input::{Document, Now, Text, datetime};
use crate::quoted;

/// The last uses of a record's keys: for each digest, the time at which a key with this digest was
/// last used.
///
/// Store it beside the record. It is not part of the record, so storing it does not change the
/// record's version. A new record starts with an empty `LastUses`. If two processes store it at the
/// same time, one of the two uses may be lost. To lose none, store the new value only if the stored
/// one has not changed since you read it. Otherwise, repeat both steps. An upgrade of the record
/// may replace the digest that was used. Its last use is then unknown until the key is used again.
/// `LastUses()` is empty. Digests are strings, such as `Grant.digest`.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct LastUses(core::LastUses);

#[pymethods]
impl LastUses {
    #[new]
    fn new() -> Self {
        Self(core::LastUses::new())
    }

    /// Reads last uses from JSON. A mapping of the same form is accepted too.
    ///
    /// Raises ConfigError with the faults. If a newer release wrote the last uses, the only fault is
    /// `access.newer_schema`.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::LastUses::from_json(&document)).map(Self)
    }

    /// Returns the time at which a key with this digest was last used, or None if no use is known.
    ///
    /// Raises KeyFormatError as `Digest` does.
    fn of<'py>(&self, py: Python<'py>, digest: Text) -> PyResult<Option<Bound<'py, PyAny>>> {
        let digest = call(py, || Digest::parse(&digest))?;
        datetime(py, self.0.of(&digest))
    }

    /// Returns the time at which the record's current key was last used, or None if no use is
    /// known. Pass it to `unused_alerts`.
    fn of_current<'py>(
        &self,
        py: Python<'py>,
        record: &Record,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.of_current(&record.0))
    }

    /// Returns the time at which a replaced key of the record was last used, or None if no use is
    /// known. A replaced key has a `valid_until`, and stays in the record until it is revoked, or
    /// until the first rotation at or after that time. If there are two replaced keys, the later
    /// use counts.
    fn of_replaced<'py>(
        &self,
        py: Python<'py>,
        record: &Record,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.of_replaced(&record.0))
    }

    /// Returns the last uses to store after a key with this digest was used at `now`, or None if
    /// the stored time is accurate enough. `Grant.digest` is the digest of the key that was used.
    ///
    /// A use is stored if the last stored one was at least a minute earlier, so that a busy key
    /// does not cause a write for each request. A stored time that is more than a minute later than
    /// `now` comes from a wrong clock, and is replaced. If there are 16 digests already, a new one
    /// replaces one whose time is more than a minute ahead of `now`, or else the one with the
    /// earliest time. `now` is an aware `datetime` or Unix milliseconds.
    ///
    /// Raises KeyFormatError as `Digest` does, and KeyrailError: `access.time_in_seconds`, if `now`
    /// is before 1973-03-03, as a time in seconds would be; `time.out_of_range`.
    fn touch(&self, py: Python<'_>, digest: Text, now: Now) -> PyResult<Option<Self>> {
        let digest = call(py, || Digest::parse(&digest))?;
        Ok(call(py, || self.0.touch(&digest, now.0))?.map(Self))
    }

    /// Returns the last uses as JSON, on one line.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// An alert that a key has not been used for some time.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct UnusedAlert(core::UnusedAlert);

#[pymethods]
impl UnusedAlert {
    /// The alert's id: the same each time the alert is returned, but a different one after the key
    /// is used. Store it to send each alert only once.
    #[getter]
    fn id(&self) -> String {
        self.0.id()
    }

    /// The id of the key's record.
    #[getter]
    fn record(&self) -> &str {
        self.0.record()
    }

    /// The number of days without a use after which the alert is due.
    #[getter]
    fn days(&self) -> u32 {
        self.0.days()
    }

    /// The time from which the alert is due.
    #[getter]
    fn due<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.due()))
    }

    /// The time from which the days are counted. It is the latest of these times: the last use, the
    /// creation of the current key, and the first time at which that key is valid.
    #[getter]
    fn unused_since<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.unused_since()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (id, days) = (quoted(py, &self.0.id())?, self.0.days());
        Ok(format!("UnusedAlert(id={id}, days={days}, due='{}')", self.0.due()))
    }
}

/// Returns the alerts for unused keys that became due after `since` and no later than `now`, in the
/// order of the records.
///
/// Pass each record with the time at which its current key was last used (`LastUses.of_current`),
/// or with None if no use is known. An alert for 30 days is due 30 days after the latest of these
/// times: the last use, the creation of the current key, and the record's `not_before`. A key whose
/// creation and last use are both unknown has no alerts. If several alerts of a key became due,
/// only the one with the most days is returned. A key that is disabled, revoked or expired at `now`
/// has no alerts. It can happen that no later call returns the alerts that this call left out. All
/// times are aware `datetime`s or Unix milliseconds.
///
/// As `since`, pass a time a few minutes before the `now` of the last call whose alerts were sent,
/// because a change may be stored late, or by a server whose clock is behind. An alert that is
/// returned again has the same id: do not send it again.
///
/// Raises KeyrailError: `access.malformed_days` if `days` has more than 16 numbers, or a number
/// that is not from 1 to 3660; `access.time_in_seconds`, if `now` is before 1973-03-03, as a time
/// in seconds would be.
#[pyfunction]
#[pyo3(signature = (uses, since, now, days = core::UNUSED_DAYS.map(Days).to_vec()))]
#[pyo3(text_signature = "(uses, since, now, days=(30, 90))")]
pub(crate) fn unused_alerts(
    py: Python<'_>,
    uses: Vec<(Bound<'_, Record>, Option<Now>)>,
    since: Now,
    now: Now,
    days: Vec<Days>,
) -> PyResult<Vec<UnusedAlert>> {
    let days: Vec<u32> = days.into_iter().map(|days| days.0).collect();
    let uses =
        uses.iter().map(|(record, last)| (&record.get().0, last.as_ref().map(|time| time.0)));
    let alerts = call(py, || core::unused_alerts(uses, since.0, now.0, &days))?;
    Ok(alerts.into_iter().map(UnusedAlert).collect())
}

/// Returns the time to store as the last use of a key that was used at `now`, or None if the stored
/// time is accurate enough.
///
/// A use is stored if the last stored one was at least a minute earlier, so that a busy key does
/// not cause a write for each request. A stored time that is more than a minute later than `now`
/// comes from a wrong clock, and is replaced. Store a separate time for each digest of a record, as
/// `LastUses` does. `stored` and `now` are aware `datetime`s or Unix milliseconds.
#[pyfunction]
pub(crate) fn touch<'py>(
    py: Python<'py>,
    stored: Option<Now>,
    now: Now,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    datetime(py, core::touch(stored.map(|time| time.0), now.0))
}
