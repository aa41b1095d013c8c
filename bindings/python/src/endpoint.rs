//! The health and the activity of endpoints.

use std::sync::{Mutex, MutexGuard, PoisonError};

use keyrail::webhook as core;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::boundary::{call, call_detached, call_sized, plain_detached};
use crate::delivery::{DeliveryFailure, DeliveryState, Settled};
use crate::input::{Document, Latency, Now, Text, datetime};
use crate::{quoted, quoted_or_none};

/// When an endpoint that fails is reported, and when it is disabled.
///
/// A failure disables an endpoint if the endpoint has failed for at least `disable_after_seconds`,
/// if at least `disable_after_dead` deliveries were given up, and if the warning is as old as the
/// difference between `disable_after_seconds` and `warn_after_seconds`. A failure never disables an
/// endpoint without an earlier warning. `HealthPolicy.standard()` and `HealthPolicy.from_json()`
/// create one.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct HealthPolicy(core::HealthPolicy);

#[pymethods]
impl HealthPolicy {
    /// Returns the policy whose members have their default values: a warning after a day, and
    /// disabling after five days and three deliveries that were given up.
    #[staticmethod]
    fn standard() -> Self {
        Self(core::HealthPolicy::standard())
    }

    /// Reads a policy from JSON. A policy without members is the standard one. A mapping of the
    /// same form is accepted too.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::HealthPolicy::from_json(&document)).map(Self)
    }

    /// For how long all attempts must have failed before a warning, in seconds.
    #[getter]
    fn warn_after_seconds(&self) -> u32 {
        self.0.warn_after_seconds()
    }

    /// For how long all attempts must have failed before the endpoint is disabled, in seconds.
    #[getter]
    fn disable_after_seconds(&self) -> u32 {
        self.0.disable_after_seconds()
    }

    /// How many deliveries must have been given up because of failures before the endpoint is
    /// disabled.
    #[getter]
    fn disable_after_dead(&self) -> u32 {
        self.0.disable_after_dead()
    }

    /// Returns the policy as JSON, on one line, with all members.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self) -> String {
        format!("HealthPolicy({})", self.0.to_json())
    }
}

/// The health of an endpoint after an attempt or an operation, and the events that it caused.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct HealthChange(core::HealthChange);

#[pymethods]
impl HealthChange {
    /// The health to store in place of the old one, if it changed.
    #[getter]
    fn health(&self) -> EndpointHealth {
        EndpointHealth(self.0.health().clone())
    }

    /// Whether the health differs from the old one.
    #[getter]
    fn is_changed(&self) -> bool {
        self.0.is_changed()
    }

    /// The events for the host's operators, in the order in which they occurred. They are
    /// `endpoint.warned`, `endpoint.disabled`, `endpoint.enabled`, `endpoint.recovered`,
    /// `delivery.exhausted` and `delivery.recovered`. Report them when the health is
    /// stored, or at once if it is unchanged. If the health cannot be stored because of its version,
    /// do not report them: recording the attempt again returns them again.
    #[getter]
    fn events(&self) -> Vec<&'static str> {
        self.0.events().iter().map(|event| event.as_str()).collect()
    }

    fn __repr__(&self) -> String {
        format!("HealthChange({:?}, events={:?})", self.0.health(), self.events())
    }
}

/// The health of an endpoint: whether events may be sent to it, and since when its attempts have
/// failed.
///
/// Store one for each endpoint, and insert the first one only if none is stored. Before an attempt,
/// `hold` returns whether it may be made. After it, `record` returns the health to store. It is
/// unchanged, and need not be stored, after a success of an endpoint that does not fail, and after
/// most failures. Store a changed health only if the stored `version` is still the one that you
/// read. Otherwise, read the health again, and record the attempt again.
///
/// Store the delivery and the health in one transaction, if you can. Otherwise, store the delivery
/// first: if a worker stops in between, one attempt is not counted. If another worker has stored
/// the delivery in the meantime, record the attempt anyway, but do not report the events whose
/// names begin with `delivery.`.
///
/// - An endpoint that keeps failing causes a warning, and is disabled later if enough deliveries
///   were given up: see `HealthPolicy`. The time is measured from the first failure after the last
///   success to the latest failure, so an endpoint to which nothing is sent is not disabled.
///   Attempts count in the order in which they are recorded: record each one as soon as it ends.
/// - Any success resets what was measured.
/// - A response with the status 410 disables the endpoint at once.
/// - A disabled endpoint stays disabled until `enable` is called: by a person, or because a test
///   event was delivered. Do not call `hold` for a test event, because it would be given up.
///
/// Raises WebhookError: `webhook.malformed_endpoint`.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct EndpointHealth(core::EndpointHealth);

#[pymethods]
impl EndpointHealth {
    #[new]
    fn new(py: Python<'_>, endpoint: Text) -> PyResult<Self> {
        call(py, || core::EndpointHealth::new(&endpoint)).map(Self)
    }

    /// Reads a health from JSON. A mapping of the same form is accepted too.
    ///
    /// Raises ConfigError with the faults. If a newer release wrote the health, the only fault is
    /// `webhook.newer_schema`.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::EndpointHealth::from_json(&document)).map(Self)
    }

    /// The id of the endpoint.
    #[getter]
    fn endpoint(&self) -> &str {
        self.0.endpoint()
    }

    /// The number of changes since the health was created. It starts again at 0 after 2^53 - 1.
    #[getter]
    fn version(&self) -> u64 {
        self.0.version()
    }

    /// The time of the first failure since the last success, or since the endpoint was enabled, or
    /// None if there was none. While the endpoint is disabled, the time stays as it was.
    #[getter]
    fn failing_since<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.failing_since())
    }

    /// How many deliveries were given up because of failures since the last success, or since the
    /// endpoint was enabled.
    #[getter]
    fn dead(&self) -> u64 {
        self.0.dead()
    }

    /// When the warning was caused, or None if there was none since the last success, or since the
    /// endpoint was enabled.
    #[getter]
    fn warned_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.warned_at())
    }

    /// The end of the last pause that the endpoint asked for. It may be in the past, or as late as
    /// the year 9999: a pause is never shortened, but `enable` ends it.
    #[getter]
    fn parked_until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.parked_until())
    }

    /// Whether the endpoint is disabled.
    #[getter]
    fn is_disabled(&self) -> bool {
        self.0.is_disabled()
    }

    /// When the endpoint was disabled, or None if it is enabled.
    #[getter]
    fn disabled_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.disabled_at())
    }

    /// Why the endpoint was disabled, or None if it is enabled. The reason is `failures`, `gone` or
    /// `host`.
    #[getter]
    fn disabled_reason(&self) -> Option<&'static str> {
        self.0.disabled_reason().map(core::DisabledReason::as_str)
    }

    /// Returns whether events are sent to the endpoint at `now`, and whether it accepts them. The
    /// result is `healthy`, `failing`, `parked` or `disabled`.
    ///
    /// Raises WebhookError: `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in
    /// seconds would be.
    fn status(&self, py: Python<'_>, now: Now) -> PyResult<&'static str> {
        call(py, || self.0.status(now.0)).map(core::EndpointStatus::as_str)
    }

    /// Returns what to store instead of making an attempt, or None if it may be made at `now`.
    ///
    /// If the endpoint is disabled, the delivery is given up: see `DeliveryState.give_up`. If it
    /// asked for a pause, the delivery is postponed (see `DeliveryState.postpone`), or given up if
    /// the pause ends after its deadline. Call this when the delivery is due: the time of its next
    /// attempt is not checked. Record the result like an attempt.
    ///
    /// Raises WebhookError: `webhook.other_endpoint`, `webhook.delivery_ended`, and
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    fn hold(
        &self,
        py: Python<'_>,
        delivery: &DeliveryState,
        now: Now,
    ) -> PyResult<Option<Settled>> {
        Ok(call(py, || self.0.hold(&delivery.0, now.0))?.map(Settled))
    }

    /// Returns the health after an attempt, or after a delivery was held. A delivery that is given
    /// up because a pause ends after its deadline counts as a failure. A delivery that was
    /// postponed, or that the host gave up, changes nothing. While the endpoint is disabled,
    /// nothing changes, but the events of deliveries are still returned.
    ///
    /// Raises WebhookError: `webhook.other_endpoint`.
    fn record(
        &self,
        py: Python<'_>,
        settled: &Settled,
        policy: &HealthPolicy,
    ) -> PyResult<HealthChange> {
        call(py, || self.0.record(&settled.0, &policy.0)).map(HealthChange)
    }

    /// Returns the health after the host disabled the endpoint. If it is disabled already, nothing
    /// changes.
    ///
    /// Raises WebhookError: `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in
    /// seconds would be.
    fn disable(&self, py: Python<'_>, now: Now) -> PyResult<HealthChange> {
        call(py, || self.0.disable(now.0)).map(HealthChange)
    }

    /// Returns the health after a person enabled the endpoint again, or after a test event was
    /// delivered. Failures, a warning and a pause are forgotten, even if the endpoint is not
    /// disabled. Deliveries that were given up are not resumed.
    fn enable(&self) -> HealthChange {
        HealthChange(self.0.enable())
    }

    /// Returns the health as JSON, on one line.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let endpoint = quoted(py, self.0.endpoint())?;
        let reason = quoted_or_none(py, self.disabled_reason())?;
        Ok(format!("EndpointHealth(endpoint={endpoint}, disabled_reason={reason})"))
    }
}

/// What an endpoint did: how many attempts succeeded, how long its responses took, and the last
/// failures.
///
/// Each process records the attempts that it made. `merge` adds the activity of another process, of
/// another period, or of another endpoint; the order does not matter. Merge each activity only
/// once: merging it twice counts its attempts twice. `EndpointActivity()` has no attempts. Threads
/// may share an activity.
#[pyclass(frozen, module = "keyrail.webhook")]
pub(crate) struct EndpointActivity(Mutex<core::EndpointActivity>);

#[pymethods]
impl EndpointActivity {
    #[new]
    fn new() -> Self {
        Self(Mutex::default())
    }

    /// Reads an activity from JSON. A mapping of the same form is accepted too.
    ///
    /// Raises ConfigError with the faults. If a newer release wrote the activity, the only fault is
    /// `webhook.newer_schema`.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::EndpointActivity::from_json(&document))
            .map(|activity| Self(Mutex::new(activity)))
    }

    /// Adds an attempt, which took this many milliseconds from the start of the connection to the
    /// end of the response. The latency counts only if there was a response. One that is not from 0
    /// to 4,294,967,295 counts as the nearest number that is.
    ///
    /// A delivery that was held or that the host gave up is not an attempt: it adds to `dead` if it
    /// was given up, and otherwise nothing.
    fn record(&self, py: Python<'_>, settled: &Settled, latency_ms: Latency) -> PyResult<()> {
        plain_detached(py, || self.lock().record(&settled.0, latency_ms.0))
    }

    /// Adds another activity to this one.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<()> {
        plain_detached(py, || {
            // A copy, so that only one of the two is locked at a time.
            let other = other.lock().clone();
            self.lock().merge(&other);
        })
    }

    /// The number of attempts.
    #[getter]
    fn attempts(&self, py: Python<'_>) -> PyResult<u64> {
        self.read(py, core::EndpointActivity::attempts)
    }

    /// The number of attempts that delivered an event.
    #[getter]
    fn successes(&self, py: Python<'_>) -> PyResult<u64> {
        self.read(py, core::EndpointActivity::successes)
    }

    /// The number of deliveries that were given up.
    #[getter]
    fn dead(&self, py: Python<'_>) -> PyResult<u64> {
        self.read(py, core::EndpointActivity::dead)
    }

    /// The part of the attempts that delivered an event, from 0 to 1, or None if there were no
    /// attempts.
    #[getter]
    fn success_rate(&self, py: Python<'_>) -> PyResult<Option<f64>> {
        self.read(py, core::EndpointActivity::success_rate)
    }

    /// The time of the first attempt, or of the first delivery that was given up if that is earlier,
    /// or None if nothing was recorded.
    #[getter]
    fn since<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.read(py, core::EndpointActivity::since)?)
    }

    /// The time of the last attempt, or of the last delivery that was given up if that is later, or
    /// None if nothing was recorded.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.read(py, core::EndpointActivity::until)?)
    }

    /// The median latency of the responses, in milliseconds, or None if there were no responses. It
    /// is the upper bound of a bucket, but not more than `max_ms`: up to 6 milliseconds, it is
    /// exact; up to 100 seconds, it is at most 28% too large; beyond that, it is `max_ms`.
    #[getter]
    fn p50_ms(&self, py: Python<'_>) -> PyResult<Option<u32>> {
        self.read(py, core::EndpointActivity::p50_ms)
    }

    /// The latency that 95% of the responses do not exceed: see `p50_ms`.
    #[getter]
    fn p95_ms(&self, py: Python<'_>) -> PyResult<Option<u32>> {
        self.read(py, core::EndpointActivity::p95_ms)
    }

    /// The latency that 99% of the responses do not exceed: see `p50_ms`.
    #[getter]
    fn p99_ms(&self, py: Python<'_>) -> PyResult<Option<u32>> {
        self.read(py, core::EndpointActivity::p99_ms)
    }

    /// The longest latency of a response, in milliseconds, or None if there were no responses.
    #[getter]
    fn max_ms(&self, py: Python<'_>) -> PyResult<Option<u32>> {
        self.read(py, core::EndpointActivity::max_ms)
    }

    /// The last failed attempts, with the latest first. An activity keeps at most 10 of them.
    #[getter]
    fn failures(&self, py: Python<'_>) -> PyResult<Vec<DeliveryFailure>> {
        let failures = self.read(py, |activity| activity.failures().to_vec())?;
        Ok(failures.into_iter().map(DeliveryFailure).collect())
    }

    /// Returns the activity as JSON, on one line.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        self.read(py, core::EndpointActivity::to_json)
    }

    /// Returns a report on an endpoint as JSON, on one line, for a dashboard: its health, the
    /// counts, the success rate with four decimals, the latencies, and the last failures. The rate
    /// is 1 only if all attempts succeeded, and 0 only if none did. The activity does not contain
    /// the id of the endpoint: pass the health of the right one.
    ///
    /// Raises WebhookError: `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in
    /// seconds would be.
    fn report(&self, py: Python<'_>, health: &EndpointHealth, now: Now) -> PyResult<String> {
        call_detached(py, || self.lock().report(&health.0, now.0))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (attempts, successes) = self.read(py, |it| (it.attempts(), it.successes()))?;
        Ok(format!("EndpointActivity(attempts={attempts}, successes={successes})"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "an EndpointActivity cannot be pickled or copied: use to_json() and from_json()",
        ))
    }
}

impl EndpointActivity {
    /// Reads something from the activity, without the GIL, because another thread may use it.
    fn read<T: Send>(
        &self,
        py: Python<'_>,
        read: impl FnOnce(&core::EndpointActivity) -> T + Send,
    ) -> PyResult<T> {
        plain_detached(py, || read(&self.lock()))
    }

    fn lock(&self) -> MutexGuard<'_, core::EndpointActivity> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
