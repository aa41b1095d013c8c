//! Usage: counting requests, and merging the counts of several servers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use keyrail::access as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized, plain};
use crate::input::{Document, Now, Text, datetime};
use crate::{quoted, quoted_or_none};

/// Counts the requests of one server in memory: how often each key was used, by operation, outcome
/// and day.
///
/// Create one counter when the server starts, with an epoch that no counter had before, such as the
/// server's name and the time of the start. Publish `usage()` from time to time: it contains all
/// counts, not only the new ones. A `Usage` merges what the counters published. Threads may share a
/// counter.
///
/// The counter distinguishes `operations`, a sequence of at most 1024 names. Requests with any
/// other operation are counted together, as `other`. The memory of a counter is bounded. If it has
/// 250,000 different counts, a request that would need another one is counted without a record, with
/// the operation and the outcome `other`. Call `remove_before` once a day.
///
/// Raises KeyrailError: `access.malformed_id`, for the epoch or an operation;
/// `access.too_many_operations`.
#[pyclass(frozen, module = "keyrail.access")]
pub(crate) struct UsageCounter(Mutex<core::UsageCounter>);

#[pymethods]
impl UsageCounter {
    #[new]
    fn new(py: Python<'_>, epoch: Text, operations: Vec<Text>) -> PyResult<Self> {
        let operations = operations.iter().map(|name| &**name);
        call(py, || core::UsageCounter::new(&epoch, operations)).map(|it| Self(Mutex::new(it)))
    }

    /// The epoch.
    #[getter]
    fn epoch(&self) -> String {
        self.lock().epoch().into()
    }

    /// Counts a request.
    ///
    /// Pass the id of the record that matched the key, or None if no record matched. The outcome is
    /// `access.granted`, or the code of the reason for the denial. A string that cannot be an id or a
    /// code, and a new outcome after 128 others, count as absent and as `other`. `now` is an aware
    /// `datetime` or Unix milliseconds.
    ///
    /// Raises KeyrailError: `access.time_in_seconds`, if `now` seems to be in seconds.
    fn count(
        &self,
        py: Python<'_>,
        record: Option<Text>,
        operation: Option<Text>,
        outcome: Text,
        now: Now,
    ) -> PyResult<()> {
        let (record, operation) = (record.as_deref(), operation.as_deref());
        call(py, || self.lock().count(record, operation, &outcome, now.0))
    }

    /// Returns everything that was counted, to be published.
    fn usage(&self, py: Python<'_>) -> PyResult<Usage> {
        plain(py, || Usage(Mutex::new(self.lock().usage())))
    }

    /// Removes the days before the day of a time, in UTC.
    ///
    /// Call it once a day, after a publication that contains these days and was merged. Requests of a
    /// removed day that are counted later are counted on the first day that was kept.
    fn remove_before(&self, py: Python<'_>, time: Now) -> PyResult<()> {
        plain(py, || self.lock().remove_before(time.0))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("UsageCounter({})", quoted(py, self.lock().epoch())?))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        crate::error::unpicklable()
    }
}

impl UsageCounter {
    fn lock(&self) -> MutexGuard<'_, core::UsageCounter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The usage of keys: how often each key was used, by operation, outcome and day.
///
/// A `UsageCounter` creates it, and `merge` combines the usage that several counters published.
/// Merging in any order, or repeatedly, has the same result. The host stores the result as JSON.
/// `Usage()` has no counts. Threads may share a usage.
#[pyclass(frozen, module = "keyrail.access")]
pub(crate) struct Usage(Mutex<core::Usage>);

#[pymethods]
impl Usage {
    #[new]
    fn new() -> Self {
        Self(Mutex::default())
    }

    /// Reads a usage from JSON. The usage is JSON, or a mapping of the same form.
    ///
    /// Raises ConfigError with every fault. If a newer release wrote the usage, the only fault is
    /// `access.newer_schema`.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::Usage::from_json(&document))
            .map(|usage| Self(Mutex::new(usage)))
    }

    /// Adds the counts of another usage.
    ///
    /// If both have a count of the same epoch, the larger one is kept. If a day is closed in one
    /// usage and open in the other, the counts of the closed day are kept, and `late` reports the
    /// requests that they do not contain.
    ///
    /// Raises KeyrailError: `access.too_much_usage`; then this usage is unchanged. Close or remove
    /// days first.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        // A copy, so that only one of the two is locked at a time.
        let other = other.lock().clone();
        call(py, || self.lock().merge(&other))
    }

    /// Closes the days before the day of a time, in UTC: adds up the counts of different epochs, and
    /// keeps only the sums.
    ///
    /// Close a day when all servers have published their counts of it, for example one hour after it
    /// ended. Only one process may close days: if two processes close the same day with different
    /// counts, the larger ones are kept.
    fn close_before(&self, py: Python<'_>, time: Now) -> PyResult<()> {
        plain(py, || self.lock().close_before(time.0))
    }

    /// Removes the days before the day of a time, in UTC.
    ///
    /// If a usage that still contains these days is merged later, they are added again.
    fn remove_before(&self, py: Python<'_>, time: Now) -> PyResult<()> {
        plain(py, || self.lock().remove_before(time.0))
    }

    /// Returns the counts, added up over all epochs, sorted by day, record, operation and outcome.
    fn counts(&self, py: Python<'_>) -> PyResult<Vec<UsageCount>> {
        plain(py, || self.lock().counts().into_iter().map(UsageCount).collect())
    }

    /// Returns the counts of one record, added up over all epochs, sorted by day, operation and
    /// outcome.
    fn counts_of(&self, py: Python<'_>, record: Text) -> PyResult<Vec<UsageCount>> {
        plain(py, || self.lock().counts_of(&record).into_iter().map(UsageCount).collect())
    }

    /// The number of requests of closed days that the counts do not contain, because their epoch
    /// published them after the day was closed.
    ///
    /// If this number grows, close days later.
    #[getter]
    fn late(&self) -> u64 {
        self.lock().late()
    }

    /// Returns the usage as JSON, on one line.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.lock().to_json())
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.lock())
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        crate::error::unpicklable()
    }
}

impl Usage {
    fn lock(&self) -> MutexGuard<'_, core::Usage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of requests that had the same record, operation and outcome on one day.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct UsageCount(core::UsageCount);

#[pymethods]
impl UsageCount {
    /// The start of the day, in UTC.
    #[getter]
    fn day<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.day()))
    }

    /// The id of the key's record, or None if no record matched the key.
    #[getter]
    fn record(&self) -> Option<&str> {
        self.0.record()
    }

    /// The operation; `other` for operations that the counter does not know.
    #[getter]
    fn operation(&self) -> &str {
        self.0.operation()
    }

    /// The outcome: `access.granted`, or the code of the reason for the denial.
    #[getter]
    fn outcome(&self) -> &str {
        self.0.outcome()
    }

    /// The number of requests, at most 2^53 - 1.
    #[getter]
    fn count(&self) -> u64 {
        self.0.count()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (record, operation) =
            (quoted_or_none(py, self.record())?, quoted(py, self.operation())?);
        let outcome = quoted(py, self.outcome())?;
        Ok(format!(
            "UsageCount(record={record}, operation={operation}, outcome={outcome}, count={})",
            self.count()
        ))
    }
}
