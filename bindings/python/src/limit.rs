//! Limits of `keyrail.access`.

use keyrail::access as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized};
use crate::http::Problem;
use crate::input::{Document, Now, Text, datetime, read_pairs, saturating_int};
use crate::quoted;

/// The state of a limit, which the host stores: two integers.
///
/// Store the two integers, or the JSON of `to_json`, which also contains the version of its format.
///
/// `at` is a time in Unix milliseconds, and the meaning of `count` depends on the limit. For a
/// rate, `at` is the time at which the bucket will be full, rounded down. `count` is how far `at`
/// was rounded down, in steps of 1/`units` of a millisecond. For a quota, `at` is the start of the
/// window, and `count` is the number of units that were consumed in the window.
#[pyclass(frozen, eq, hash, module = "keyrail.access")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LimitState(core::LimitState);

#[pymethods]
impl LimitState {
    #[new]
    fn new(at: Integer, count: Integer) -> Self {
        Self(core::LimitState { at: at.0, count: count.0 })
    }

    /// Reads a state from JSON. A mapping of the same form is accepted too.
    ///
    /// Raises ConfigError with the faults. If a newer release wrote the state, the only fault is
    /// `access.newer_schema`.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::LimitState::from_json(&document)).map(Self)
    }

    /// Returns the state as JSON, on one line.
    fn to_json(slf: &Bound<'_, Self>) -> String {
        slf.get().0.to_json()
    }

    /// A time in Unix milliseconds. For a rate, it is the time at which the bucket will be full,
    /// rounded down. For a quota, it is the start of the window.
    #[getter]
    fn at(&self) -> i64 {
        self.0.at
    }

    /// For a rate, how far `at` was rounded down, in steps of 1/`units` of a millisecond. For a
    /// quota, the number of units that were consumed in the window.
    #[getter]
    fn count(&self) -> i64 {
        self.0.count
    }

    fn __repr__(&self) -> String {
        format!("LimitState(at={}, count={})", self.0.at, self.0.count)
    }
}

/// A rate: a bucket that holds at most `burst` units. In `per_seconds` seconds, it gains `units`.
#[pyclass(frozen, eq, hash, module = "keyrail.access")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Rate(core::Rate);

#[pymethods]
impl Rate {
    /// The number of units that flow into the bucket in each period.
    #[getter]
    fn units(&self) -> u32 {
        self.0.units()
    }

    /// The length of the period in seconds.
    #[getter]
    fn per_seconds(&self) -> u32 {
        self.0.per_seconds()
    }

    /// The maximum number of units in the bucket, which is also the most that can be consumed at
    /// once.
    #[getter]
    fn burst(&self) -> u32 {
        self.0.burst()
    }

    fn __repr__(&self) -> String {
        let (units, per_seconds, burst) = (self.units(), self.per_seconds(), self.burst());
        format!("Rate(units={units}, per_seconds={per_seconds}, burst={burst})")
    }
}

/// A quota: a number of units in each window of the calendar, in UTC.
#[pyclass(frozen, eq, hash, module = "keyrail.access")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Quota(core::Quota);

#[pymethods]
impl Quota {
    /// The number of units in each window.
    #[getter]
    fn units(&self) -> u32 {
        self.0.units()
    }

    /// The length of the window. It is `hour`, `day`, `week` (from Monday on) or `month`.
    #[getter]
    fn per(&self) -> &'static str {
        self.0.per().as_str()
    }

    /// The day of the calendar month on which a monthly window starts, from 1 to 31, or None if the
    /// windows are not monthly. If the month does not have this day, the window starts on the last
    /// day of the month.
    #[getter]
    fn day(&self) -> Option<u8> {
        self.0.day()
    }

    fn __repr__(&self) -> String {
        let day = self.day().map_or_else(String::new, |day| format!(", day={day}"));
        format!("Quota(units={}, per='{}'{day})", self.units(), self.per())
    }
}

/// A limit on requests: a rate or a calendar quota.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct Limit(pub(crate) core::Limit);

#[pymethods]
impl Limit {
    /// Reads a limit from its configuration. The configuration is JSON, or a mapping of the same
    /// form.
    ///
    /// `name` and either `rate` (with `units`, `per_seconds` and, optionally, `burst`) or `quota`
    /// (with `units`, `per` and, optionally, `day`) are required. A rate is a bucket that holds at
    /// most `burst` units and fills evenly: in `per_seconds` seconds, it gains `units` (GCRA, ITU-T
    /// I.371). A quota is a number of units in each `hour`, `day`, `week` or `month` of the
    /// calendar, in UTC; a monthly window starts on the `day` of the calendar month, or on the last
    /// day of a month that has no such day. `of` (`key`, `owner` or `organization`) and `cost` are
    /// optional.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::Limit::from_json(&document)).map(Self)
    }

    /// The name, which the header fields `RateLimit-Policy` and `RateLimit` contain.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Whose requests the limit counts. It is `key`, `owner` or `organization`. Store a separate
    /// state for each limit name and each key, owner or organization whose requests the limit
    /// counts.
    #[getter]
    fn of(&self) -> &'static str {
        self.0.of().as_str()
    }

    /// The rate, or None if the limit is a quota.
    #[getter]
    fn rate(&self) -> Option<Rate> {
        self.0.rate().map(Rate)
    }

    /// The quota, or None if the limit is a rate.
    #[getter]
    fn quota(&self) -> Option<Quota> {
        self.0.quota().map(Quota)
    }

    /// The number of units that a request consumes.
    #[getter]
    fn cost(&self) -> u32 {
        self.0.cost()
    }

    /// Returns the limit as JSON, on one line.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Limit({}, of='{}')", quoted(py, self.name())?, self.of()))
    }
}

/// What one limit decides about a request.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct LimitOutcome(core::LimitOutcome);

#[pymethods]
impl LimitOutcome {
    /// The id under which the state is stored, if a record's limits were consumed: see
    /// `Record.limit_ids`. Otherwise None.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.0.id()
    }

    /// The name of the limit.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Whose requests the limit counts. It is `key`, `owner` or `organization`.
    #[getter]
    fn of(&self) -> &'static str {
        self.0.of().as_str()
    }

    /// Whether this limit denies the request.
    #[getter]
    fn is_exceeded(&self) -> bool {
        self.0.is_exceeded()
    }

    /// The number of requests that remain after this one.
    #[getter]
    fn remaining(&self) -> u32 {
        self.0.remaining()
    }

    /// The state that was passed. Store the new state only if this one is still stored.
    #[getter]
    fn old_state(&self) -> Option<LimitState> {
        self.0.old_state().map(LimitState)
    }

    /// The state to store, or None if nothing changes.
    ///
    /// A denied request consumes nothing. It changes a state only if the state's time is too far in
    /// the future because a clock was set back. Store the new state in this case too. Until you do,
    /// the limit may deny every request.
    #[getter]
    fn new_state(&self) -> Option<LimitState> {
        self.0.new_state().map(LimitState)
    }

    /// The first time at which `remaining` becomes larger, or None if `remaining` is at its
    /// maximum.
    #[getter]
    fn next_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.next_at())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let exceeded = if self.is_exceeded() { "True" } else { "False" };
        Ok(format!(
            "LimitOutcome({}, is_exceeded={exceeded}, remaining={})",
            quoted(py, self.name())?,
            self.remaining()
        ))
    }
}

/// What several limits decide about a request. Either the request consumes units of every limit, or
/// it consumes nothing.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct Consumption(pub(crate) core::Consumption);

#[pymethods]
impl Consumption {
    /// Whether every limit allows the request.
    #[getter]
    fn is_allowed(&self) -> bool {
        self.0.is_allowed()
    }

    /// The outcome of each limit, in the order in which the limits were passed.
    #[getter]
    fn limits(&self) -> Vec<LimitOutcome> {
        self.0.limits().iter().cloned().map(LimitOutcome).collect()
    }

    /// The first time at which every limit allows the request, or None if it is allowed now.
    #[getter]
    fn retry_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.retry_at())
    }

    /// The value of `Retry-After` (RFC 9110, section 10.2.3): the number of seconds until `retry_at`,
    /// rounded up, or None if the request is allowed now.
    #[getter]
    fn retry_after_seconds(&self) -> Option<u64> {
        self.0.retry_after_seconds()
    }

    /// The header fields of the response: `RateLimit-Policy` and `RateLimit`, as
    /// draft-ietf-httpapi-ratelimit-headers-11 defines them, and `Retry-After` if the request is
    /// denied. The list is empty if there are no limits.
    ///
    /// `q` (the quota) and `r` (what remains) are numbers of requests, not of units: a limit of 100
    /// units with a cost of 5 has `q=20`. `w`, the window in seconds, is omitted for a monthly
    /// quota, because months vary in length. `t` is the number of seconds until more requests
    /// remain, rounded up.
    #[getter]
    fn headers(&self) -> Vec<(&'static str, String)> {
        self.0.headers()
    }

    /// The problem of the response to a denied request, or None if the request is allowed. The
    /// problem includes the response's header fields, and its type is `quota-exceeded` of
    /// draft-ietf-httpapi-ratelimit-headers-11.
    ///
    /// The problem's code is `access.quota` if a quota is exceeded, otherwise `access.rate`. The
    /// status is 429.
    #[getter]
    fn problem(&self) -> Option<Problem> {
        self.0.problem().map(Problem)
    }

    /// Returns whether every limit allows the request.
    fn __bool__(&self) -> bool {
        self.0.is_allowed()
    }

    fn __repr__(&self) -> String {
        let allowed = if self.is_allowed() { "True" } else { "False" };
        format!("Consumption(is_allowed={allowed}, headers={:?})", self.headers())
    }
}

/// Consumes one request from each limit, or from none of them.
///
/// Pass each limit with its stored state, or with None if no state is stored. Then store every new
/// state, even if the request is denied. Store them in one transaction, and only if none of the
/// stored states has changed since you read it. Otherwise, store nothing, and repeat the call with
/// the current time and the states that are stored now. If you change the rate or quota of a limit,
/// give the limit a new name or delete its states. `now` is an aware `datetime` or Unix
/// milliseconds.
///
/// Raises KeyrailError: `access.too_many_limits` if there are more than 16;
/// `access.duplicate_limit` if two limits have the same name.
#[pyfunction]
pub(crate) fn consume(
    py: Python<'_>,
    limits: Vec<(Bound<'_, Limit>, Option<Bound<'_, LimitState>>)>,
    now: Now,
) -> PyResult<Consumption> {
    let state = |state: &Option<Bound<'_, LimitState>>| state.as_ref().map(|state| state.get().0);
    let limits: Vec<_> =
        limits.iter().map(|(limit, stored)| (&limit.get().0, state(stored))).collect();
    call(py, || core::consume(&limits, now.0)).map(Consumption)
}

/// The stored state of each limit by its id, from a mapping or an iterable of pairs. The state is
/// `None` if no state is stored for the limit.
pub(crate) struct LimitStates(Vec<(Text, Option<core::LimitState>)>);

impl LimitStates {
    pub(crate) fn as_pairs(&self) -> Vec<(&str, Option<core::LimitState>)> {
        self.0.iter().map(|(id, state)| (&**id, *state)).collect()
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for LimitStates {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let pairs = read_pairs(object, |id, state| {
            let state: Option<Bound<'py, LimitState>> = state.extract()?;
            Ok((id.extract::<Text>()?, state.map(|state| state.get().0)))
        })?;
        Ok(Self(pairs))
    }
}

/// An integer of a stored state. An integer that does not fit in 64 bits becomes the nearest one
/// that does.
struct Integer(i64);

impl<'a, 'py> FromPyObject<'a, 'py> for Integer {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        saturating_int(object).map(Self)
    }
}
