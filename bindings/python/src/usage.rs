//! Usage: counting requests, and merging the counts of several servers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use keyrail::access as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::boundary::{call, call_detached, call_sized, plain_detached};
use crate::input::{Document, Now, Text, datetime};
use crate::{quoted, quoted_or_none};

/// Counts the requests of one server in memory: how often each key was used, by operation, outcome
/// and day.
///
/// Create one counter for each process, after the process was forked, with an epoch that no counter
/// had before: for example, a random id. If two counters have the same epoch, only the larger
/// counts are kept. Publish `usage()` from time to time: it contains all counts, not only the new
/// ones. A `Usage` merges what the counters published. If the process crashes, the requests since
/// its last publication are lost. Threads may share a counter.
///
/// The counter distinguishes `operations`, a sequence of at most 1024 names. Requests with any
/// other operation are counted together, as `other`. The memory of a counter is bounded: it has at
/// most 100,000 different counts, and one additional count per day. When the counter is full, a
/// request that needs a new count is added to the additional count of its day. That count has no
/// record, and its operation and its outcome are `other`. Call `remove_before` once a day.
///
/// Raises KeyrailError: `access.malformed_id`, for the epoch or an operation;
/// `access.too_many_operations`.
#[pyclass(frozen, module = "keyrail.access")]
pub(crate) struct UsageCounter {
    epoch: String,
    counter: Mutex<core::UsageCounter>,
}

#[pymethods]
impl UsageCounter {
    #[new]
    fn new(py: Python<'_>, epoch: Text, operations: Vec<Text>) -> PyResult<Self> {
        let operations = operations.iter().map(|name| &**name);
        let counter = call(py, || core::UsageCounter::new(&epoch, operations))?;
        Ok(Self { epoch: counter.epoch().into(), counter: Mutex::new(counter) })
    }

    /// The epoch.
    #[getter]
    fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Counts a request.
    ///
    /// Pass the id of the record that matched the key, or None if no record matched. The outcome is
    /// `access.granted`, or the code of the reason for the denial. An invalid record id counts as
    /// no record. The operation counts as `other` if it is None or if the counter does not know it.
    /// The outcome counts as `other` if it is not a code, or if it is new and the counter already
    /// has 128 outcomes. `now` is an aware `datetime` or Unix milliseconds.
    ///
    /// Raises KeyrailError: `access.time_in_seconds`, if `now` is before 1973-03-03, as a time in
    /// seconds would be.
    fn count(
        &self,
        py: Python<'_>,
        record: Option<Text>,
        operation: Option<Text>,
        outcome: Text,
        now: Now,
    ) -> PyResult<()> {
        let (record, operation) = (record.as_deref(), operation.as_deref());
        let outcome: &str = &outcome;
        if let Ok(mut counter) = self.counter.try_lock() {
            // The closure unlocks the counter before an error runs any Python code.
            return call(py, move || counter.count(record, operation, outcome, now.0));
        }
        // Another thread uses the counter, so this thread waits without the GIL.
        call_detached(py, || self.lock().count(record, operation, outcome, now.0))
    }

    /// Returns everything that was counted, to be published.
    fn usage(&self, py: Python<'_>) -> PyResult<Usage> {
        plain_detached(py, || Usage(Mutex::new(self.lock().usage())))
    }

    /// Removes the days that ended at or before a time, in UTC. A day is kept if the last result of
    /// `usage` does not contain all its requests.
    ///
    /// Call it once a day, after the last publication was merged. If a request of a removed day
    /// arrives later, it is counted on the next day that was not removed.
    ///
    /// Raises KeyrailError: `access.time_in_seconds`, if the time is before 1973-03-03, as a time
    /// in seconds would be.
    fn remove_before(&self, py: Python<'_>, time: Now) -> PyResult<()> {
        call_detached(py, || self.lock().remove_before(time.0))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("UsageCounter({})", quoted(py, &self.epoch)?))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(PyTypeError::new_err("a UsageCounter cannot be pickled or copied: publish its usage()"))
    }
}

impl UsageCounter {
    fn lock(&self) -> MutexGuard<'_, core::UsageCounter> {
        self.counter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The usage of keys: how often each key was used, by operation, outcome and day.
///
/// A `UsageCounter` creates it, and `merge` combines the usage that several counters published.
/// Merging in any order, or repeatedly, has the same result, unless a day is closed in between. The
/// host stores the result as JSON. `Usage()` has no counts. Threads may share a usage.
#[pyclass(frozen, module = "keyrail.access")]
pub(crate) struct Usage(Mutex<core::Usage>);

#[pymethods]
impl Usage {
    #[new]
    fn new() -> Self {
        Self(Mutex::default())
    }

    /// Reads a usage from JSON. A mapping of the same form is accepted too.
    ///
    /// Raises ConfigError with the faults. If a newer release wrote the usage, the only fault is
    /// `access.newer_schema`.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::Usage::from_json(&document))
            .map(|usage| Self(Mutex::new(usage)))
    }

    /// Adds the counts of another usage.
    ///
    /// If both have a count of the same epoch, the larger one is kept. If a day is closed in only
    /// one of them, its closed counts are kept, and `late` reports the requests that these counts
    /// do not contain.
    ///
    /// Raises KeyrailError: `access.too_much_usage`, if the result would have more than 4,000,000
    /// counts and epochs; then this usage is unchanged. An open day has separate counts for each
    /// epoch, and each start of a server begins a new epoch. To have fewer counts, close or remove
    /// days, or store a separate usage for each organization.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        call_detached(py, || {
            // A copy, so that only one of the two is locked at a time.
            let other = other.lock().clone();
            self.lock().merge(&other)
        })
    }

    /// Closes the days that ended at or before a time, in UTC: adds up the counts of different
    /// epochs, and keeps only the sums.
    ///
    /// Close a day when all servers have published their counts of it, for example one hour after
    /// it ended. Let only one process close days. If two processes close the same day, their counts
    /// are not added up: for each record, operation and outcome, only the larger of their two
    /// counts is kept.
    ///
    /// Raises KeyrailError: `access.time_in_seconds`, if the time is before 1973-03-03, as a time
    /// in seconds would be.
    fn close_before(&self, py: Python<'_>, time: Now) -> PyResult<()> {
        call_detached(py, || self.lock().close_before(time.0))
    }

    /// Removes the days that ended at or before a time, in UTC.
    ///
    /// A later merge adds them again, if the other usage still has them.
    ///
    /// Raises KeyrailError: `access.time_in_seconds`, if the time is before 1973-03-03, as a time
    /// in seconds would be.
    fn remove_before(&self, py: Python<'_>, time: Now) -> PyResult<()> {
        call_detached(py, || self.lock().remove_before(time.0))
    }

    /// Returns the counts, added up over all epochs, sorted by day, record, operation and outcome.
    fn counts(&self, py: Python<'_>) -> PyResult<Vec<UsageCount>> {
        let counts = plain_detached(py, || self.lock().counts())?;
        Ok(counts.into_iter().map(UsageCount).collect())
    }

    /// Returns the counts of one record, added up over all epochs, sorted by day, operation and
    /// outcome.
    fn counts_of(&self, py: Python<'_>, record: Text) -> PyResult<Vec<UsageCount>> {
        let record: &str = &record;
        let counts = plain_detached(py, || self.lock().counts_of(record))?;
        Ok(counts.into_iter().map(UsageCount).collect())
    }

    /// How many requests of closed days are in no count, because they were published after their
    /// day was closed, or because two processes closed the day.
    ///
    /// If this number grows, wait longer before you close a day.
    #[getter]
    fn late(&self, py: Python<'_>) -> PyResult<u64> {
        plain_detached(py, || self.lock().late())
    }

    /// Returns the usage as JSON, on one line.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        plain_detached(py, || self.lock().to_json())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        plain_detached(py, || format!("{:?}", self.lock()))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(PyTypeError::new_err("a Usage cannot be pickled or copied: use to_json and from_json"))
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

    /// The id of the key's record. It is None if no record matched the key, or if the counter was
    /// full.
    #[getter]
    fn record(&self) -> Option<&str> {
        self.0.record()
    }

    /// The operation, or `other` if the counter does not know it.
    #[getter]
    fn operation(&self) -> &str {
        self.0.operation()
    }

    /// The outcome: `access.granted`, or the code of the reason for the denial, or `other` if the
    /// counter did not distinguish it.
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
        let (outcome, day) = (quoted(py, self.outcome())?, self.0.day().to_rfc3339());
        let (day, count) = (day.split('T').next().unwrap_or_default(), self.count());
        Ok(format!(
            "UsageCount(day='{day}', record={record}, operation={operation}, outcome={outcome}, count={count})"
        ))
    }
}
