//! Alerts before keys expire.

use keyrail::access as core;
use pyo3::prelude::*;

use crate::access::Record;
use crate::boundary::call;
use crate::input::{Now, datetime, saturating_int};
use crate::quoted;

/// An alert that a key expires soon, or has just expired.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct ExpiryAlert(core::ExpiryAlert);

#[pymethods]
impl ExpiryAlert {
    /// The alert's id: the same each time the alert is returned, but a different one after the
    /// expiry is changed. Store it to send each alert only once.
    #[getter]
    fn id(&self) -> String {
        self.0.id()
    }

    /// The id of the key's record.
    #[getter]
    fn record(&self) -> &str {
        self.0.record()
    }

    /// The number of days before the expiry at which the alert is due; 0 for the expiry itself.
    #[getter]
    fn days(&self) -> u32 {
        self.0.days()
    }

    /// The time from which the alert is due.
    #[getter]
    fn due<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.due()))
    }

    /// The first time at which the key is no longer valid.
    #[getter]
    fn expires_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.expires_at()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (id, days) = (quoted(py, &self.0.id())?, self.0.days());
        Ok(format!("ExpiryAlert(id={id}, days={days}, due='{}')", self.0.due()))
    }
}

/// Returns the alerts that became due after `since` and no later than `now`, in the order of the
/// records.
///
/// An alert for 7 days is due 7 days before the key expires. If the expiry was set less than 7 days
/// in advance, the alert is due at the time at which it was set. An alert for 7 days is skipped if
/// the key was created 7 days or less before its expiry. The alert for 0 days is never skipped. If
/// several alerts of a key became due, only the one with the fewest days is returned. A revoked key
/// has no alerts. `since` and `now` are aware `datetime`s or Unix milliseconds.
///
/// As `since`, pass a time a few minutes before the `now` of the last call whose alerts were sent,
/// because a change may be stored late, or by a server whose clock is behind. An alert that is
/// returned again has the same id: do not send it again.
///
/// Raises KeyrailError: `access.malformed_days` if `days` has more than 16 numbers, or a number
/// that is not from 0 to 3660; `access.time_in_seconds`, if `now` is before 1973-03-03, as a time
/// in seconds would be.
#[pyfunction]
#[pyo3(signature = (records, since, now, days = core::ALERT_DAYS.map(Days).to_vec()))]
#[pyo3(text_signature = "(records, since, now, days=(30, 7, 1, 0))")]
pub(crate) fn expiry_alerts(
    py: Python<'_>,
    records: Vec<Bound<'_, Record>>,
    since: Now,
    now: Now,
    days: Vec<Days>,
) -> PyResult<Vec<ExpiryAlert>> {
    let days: Vec<u32> = days.into_iter().map(|days| days.0).collect();
    let records = records.iter().map(|record| &record.get().0);
    let alerts = call(py, || core::expiry_alerts(records, since.0, now.0, &days))?;
    Ok(alerts.into_iter().map(ExpiryAlert).collect())
}

/// A number of days. A negative or too large number becomes the largest one, which is rejected.
#[derive(Clone, Copy)]
pub(crate) struct Days(pub(crate) u32);

impl<'a, 'py> FromPyObject<'a, 'py> for Days {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(u32::try_from(saturating_int(object)?).unwrap_or(u32::MAX)))
    }
}
