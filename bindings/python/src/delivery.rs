//! The delivery of webhooks: retry policies, and the states of deliveries.

use keyrail::webhook as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized, plain_sized};
use crate::input::{Bytes, Document, Now, Status, Text, datetime};
use crate::redact::Redactor;
use crate::secret::HeaderValue;
use crate::webhook::Signer;
use crate::{quoted, quoted_or_none};

/// When failed attempts are repeated, and when a delivery is given up.
///
/// A delivery has one attempt more than the policy has delays. Each delay is extended by a random
/// part of up to `jitter_percent`, so that not all failed deliveries are repeated at the same time.
/// A delivery is given up when the last attempt fails, or when the next attempt would be after the
/// deadline, even without jitter. `RetryPolicy.standard()` and `RetryPolicy.from_json()` create one.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct RetryPolicy(core::RetryPolicy);

#[pymethods]
impl RetryPolicy {
    /// Returns the policy that Standard Webhooks recommends: 10 attempts in 75 to 91 hours. The
    /// delays are from 5 seconds to 24 hours, and the jitter is 20 percent.
    #[staticmethod]
    fn standard() -> Self {
        Self(core::RetryPolicy::standard())
    }

    /// Reads a policy from JSON. A policy without members is the standard one. A mapping of the
    /// same form is accepted too.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::RetryPolicy::from_json(&document)).map(Self)
    }

    /// The maximum number of attempts. It is from 1 to 64.
    #[getter]
    fn attempts(&self) -> usize {
        self.0.attempts()
    }

    /// The delay after each failed attempt but the last one, in seconds, without jitter.
    #[getter]
    fn delays_seconds(&self) -> Vec<u32> {
        self.0.delays_seconds().into()
    }

    /// By how many percent a delay is extended at most, from 0 to 100.
    #[getter]
    fn jitter_percent(&self) -> u32 {
        self.0.jitter_percent()
    }

    /// The time from the start of a delivery to its deadline, in seconds. No attempt is planned after
    /// the deadline.
    #[getter]
    fn deadline_seconds(&self) -> u32 {
        self.0.deadline_seconds()
    }

    /// Returns the policy as JSON, on one line, with all members. An exponential schedule is
    /// written as a list of its delays.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self) -> String {
        let (attempts, deadline) = (self.0.attempts(), self.0.deadline_seconds());
        format!("RetryPolicy(attempts={attempts}, deadline_seconds={deadline})")
    }
}

/// What became of an attempt: a response, or none. `DeliveryOutcome.response()` and
/// `DeliveryOutcome.no_response()` create one.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct DeliveryOutcome(core::DeliveryOutcome);

#[pymethods]
impl DeliveryOutcome {
    /// Returns the outcome of an attempt to which the endpoint responded with this status. Do not
    /// follow redirects: a status from 300 to 399 is a failure. `retry_after` is the value of the
    /// header `Retry-After`. It counts if the status is 429 or 503. A malformed value is ignored. A
    /// status that is not from 0 to 65535 counts as 65535.
    #[staticmethod]
    #[pyo3(signature = (status, retry_after = None))]
    fn response(status: Status, retry_after: Option<Text>) -> Self {
        let outcome = core::DeliveryOutcome::response(status.0);
        Self(match retry_after {
            Some(value) => outcome.with_retry_after(&value),
            None => outcome,
        })
    }

    /// Returns the outcome of an attempt without a response. `reason` is `timeout`, `dns`,
    /// `connection` or `tls`.
    ///
    /// Raises WebhookError: `webhook.unknown_no_response`.
    #[staticmethod]
    fn no_response(py: Python<'_>, reason: Text) -> PyResult<Self> {
        let reason = call(py, || core::NoResponse::parse(&reason))?;
        Ok(Self(core::DeliveryOutcome::no_response(reason)))
    }

    /// Adds the body of the response, for the log of the delivery. Only the first 1024 bytes are
    /// kept, after the credentials that the redactor finds were replaced. Bytes that are not UTF-8
    /// are replaced by U+FFFD. A body with a zero byte is not kept, because it is probably UTF-16
    /// or binary, and credentials in it would not be found. Pass the whole body, or at least the
    /// first 65,536 bytes, so that a credential is not cut off before it is found. The body is
    /// ignored if there was no response. `body` is `bytes`, a `bytearray` or a `memoryview`.
    fn with_body(&self, py: Python<'_>, body: Bytes<'_>, redactor: &Redactor) -> PyResult<Self> {
        let (body, outcome): (&[u8], _) = (&body, self.0.clone());
        plain_sized(py, body.len(), || outcome.with_body(body, &redactor.0)).map(Self)
    }

    /// The status of the response, or None if there is no response.
    #[getter]
    fn status(&self) -> Option<u16> {
        self.0.status()
    }

    /// Why there is no response, or None if there is one.
    #[getter]
    fn no_response_reason(&self) -> Option<&'static str> {
        self.0.no_response_reason().map(core::NoResponse::as_str)
    }

    /// The redacted start of the response's body, if a body was added.
    #[getter]
    fn body(&self) -> Option<&str> {
        self.0.body()
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// A failed attempt: its time, and the response or the reason why there was none.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct DeliveryFailure(pub(crate) core::DeliveryFailure);

#[pymethods]
impl DeliveryFailure {
    /// When the attempt failed.
    #[getter]
    fn at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.at()))
    }

    /// The status of the response, or None if there was no response.
    #[getter]
    fn status(&self) -> Option<u16> {
        self.0.status()
    }

    /// Why there was no response, or None if there was one.
    #[getter]
    fn no_response_reason(&self) -> Option<&'static str> {
        self.0.no_response_reason().map(core::NoResponse::as_str)
    }

    /// The redacted start of the response's body, if it is known.
    #[getter]
    fn body(&self) -> Option<&str> {
        self.0.body()
    }

    fn __repr__(&self) -> String {
        match (self.0.status(), self.no_response_reason()) {
            (Some(status), _) => format!("DeliveryFailure(status={status})"),
            (None, reason) => format!("DeliveryFailure(reason='{}')", reason.unwrap_or_default()),
        }
    }
}

/// A delivery after an attempt, or after it was postponed or given up.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct Settled(pub(crate) core::Settled);

#[pymethods]
impl Settled {
    /// The state to store in place of the old one.
    #[getter]
    fn state(&self) -> DeliveryState {
        DeliveryState(self.0.state().clone())
    }

    /// What becomes of the delivery: `delivered`, `retry` or `dead`.
    #[getter]
    fn kind(&self) -> &'static str {
        match self.0.result() {
            core::DeliveryResult::Delivered => "delivered",
            core::DeliveryResult::Retry { .. } => "retry",
            core::DeliveryResult::Dead { .. } => "dead",
        }
    }

    /// The time of the next attempt, or None unless the kind is `retry`.
    #[getter]
    fn at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.state().next_at())
    }

    /// Why the delivery was given up, or None unless the kind is `dead`.
    #[getter]
    fn reason(&self) -> Option<&'static str> {
        self.0.state().dead_reason().map(core::DeadReason::as_str)
    }

    /// The time before which no delivery may be sent to the endpoint, or None if the endpoint did
    /// not ask for a pause. It asks with a status of 429 or 503 and the header `Retry-After`. The
    /// pause applies even if this delivery is given up. `EndpointHealth.record` stores it.
    #[getter]
    fn parked_until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.parked_until())
    }

    /// Whether an attempt was made: `DeliveryState.settle` created this result.
    #[getter]
    fn is_attempt(&self) -> bool {
        self.0.is_attempt()
    }

    /// Whether the endpoint must be disabled at once, because it responded with 410.
    #[getter]
    fn disables_endpoint(&self) -> bool {
        self.0.disables_endpoint()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let reason = quoted_or_none(py, self.reason())?;
        Ok(format!("Settled(kind='{}', reason={reason})", self.kind()))
    }
}

/// The state of the delivery of one event to one endpoint.
///
/// Store it, for example with `next_at` as an indexed column. When an attempt is due, sign a
/// request with `request`, send it, and store the state that `settle` returns. Store it only if the
/// stored `attempts` and `next_at` are still the ones that you read. Otherwise, another worker was
/// faster, or the delivery was given up: drop the new state, but still pass the result to
/// `EndpointHealth.record`. If a worker stops between the request and the storing, the event is
/// sent again: an endpoint must expect the same id more than once. If two workers read the same
/// state, both send the event: to prevent this, lock the row until the new state is stored.
/// `DeliveryState.start()` and `DeliveryState.from_json()` create one.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct DeliveryState(pub(crate) core::DeliveryState);

#[pymethods]
impl DeliveryState {
    /// Starts the delivery of an event to an endpoint. The first attempt is due at `now`.
    ///
    /// `id` becomes the header `webhook-id` of every attempt. The gateway returns one with each
    /// delivery. `endpoint` is the id of the endpoint. `now` is an aware `datetime` or Unix
    /// milliseconds.
    ///
    /// Raises WebhookError: `webhook.malformed_id`, `webhook.malformed_endpoint`, and
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    #[staticmethod]
    fn start(
        py: Python<'_>,
        id: Text,
        endpoint: Text,
        policy: &RetryPolicy,
        now: Now,
    ) -> PyResult<Self> {
        call(py, || core::DeliveryState::start(&id, &endpoint, &policy.0, now.0)).map(Self)
    }

    /// Reads a state from JSON. A mapping of the same form is accepted too.
    ///
    /// Raises ConfigError with the faults. If a newer release wrote the state, the only fault is
    /// `webhook.newer_schema`.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::DeliveryState::from_json(&document)).map(Self)
    }

    /// The id of the delivery, which is the same on every attempt.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The id of the endpoint.
    #[getter]
    fn endpoint(&self) -> &str {
        self.0.endpoint()
    }

    /// The policy with which the delivery was started.
    #[getter]
    fn policy(&self) -> RetryPolicy {
        RetryPolicy(self.0.policy().clone())
    }

    /// When the delivery was started.
    #[getter]
    fn started_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.started_at()))
    }

    /// The time after which no more attempts are planned.
    #[getter]
    fn deadline<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.deadline()))
    }

    /// The number of attempts that were made.
    #[getter]
    fn attempts(&self) -> u32 {
        self.0.attempts()
    }

    /// When the next attempt is due, or None if the delivery has ended.
    #[getter]
    fn next_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.next_at())
    }

    /// When the event was delivered, or None if it was not.
    #[getter]
    fn delivered_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.delivered_at())
    }

    /// When the delivery was given up, or None if it was not.
    #[getter]
    fn dead_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.dead_at())
    }

    /// Why the delivery was given up, or None if it was not.
    #[getter]
    fn dead_reason(&self) -> Option<&'static str> {
        self.0.dead_reason().map(core::DeadReason::as_str)
    }

    /// The last failed attempt, or None if no attempt failed.
    #[getter]
    fn last_failure(&self) -> Option<DeliveryFailure> {
        self.0.last_failure().cloned().map(DeliveryFailure)
    }

    /// Returns the signed headers of the next attempt, which is made at `now`: see `Signer.sign`.
    /// The id is the same on every attempt, but the timestamp and the signature are new. Send the
    /// body byte for byte as it is passed here.
    ///
    /// Raises WebhookError: `webhook.delivery_ended`, and the errors of `Signer.sign`.
    fn request(
        &self,
        py: Python<'_>,
        signer: &Signer,
        body: Bytes<'_>,
        now: Now,
    ) -> PyResult<Vec<(String, HeaderValue)>> {
        let body: &[u8] = &body;
        let headers = call_sized(py, body.len(), || self.0.request(&signer.0, body, now.0))?;
        Ok(headers.into_iter().map(|(name, value)| (name, HeaderValue(value))).collect())
    }

    /// Returns what becomes of the delivery after an attempt that ended at `now`.
    ///
    /// - A status from 200 to 299: the event is delivered.
    /// - 410: the delivery is given up, and the endpoint must be disabled.
    /// - Anything else is a failure. The next attempt is due after the policy's delay, or later, if
    ///   the endpoint asks for a pause with a status of 429 or 503 and the header `Retry-After`. If
    ///   no attempt is left, or if the delay or the pause ends after the `deadline`, the delivery is
    ///   given up.
    ///
    /// `jitter` is a new random number from 0 to 1 for each attempt, such as `random.random()`. The
    /// next attempt is moved to a later time by this part of `RetryPolicy.jitter_percent` of the
    /// delay, but not beyond the deadline.
    ///
    /// Raises WebhookError: `webhook.delivery_ended`, `webhook.malformed_jitter`, and
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    fn settle(
        &self,
        py: Python<'_>,
        outcome: &DeliveryOutcome,
        now: Now,
        jitter: f64,
    ) -> PyResult<Settled> {
        call(py, || self.0.settle(&outcome.0, now.0, jitter)).map(Settled)
    }

    /// Postpones the next attempt until the end of a pause that the endpoint asked for in another
    /// delivery: see `Settled.parked_until`. If the pause ends after the `deadline`, the delivery is
    /// given up. If the next attempt is due later anyway, it stays as it is.
    ///
    /// Raises WebhookError: `webhook.delivery_ended`, and `webhook.time_in_seconds` if `until` or
    /// `now` is before 1973-03-03, as a time in seconds would be.
    fn postpone(&self, py: Python<'_>, until: Now, now: Now) -> PyResult<Settled> {
        call(py, || self.0.postpone(until.0, now.0)).map(Settled)
    }

    /// Gives up the delivery, although attempts are left. `reason` is `endpoint_disabled`,
    /// `target_rejected` (see `check_target`) or `canceled`.
    ///
    /// Raises WebhookError: `webhook.delivery_ended`, `webhook.unknown_give_up`, and
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    fn give_up(&self, py: Python<'_>, reason: Text, now: Now) -> PyResult<Settled> {
        call(py, || self.0.give_up(core::GiveUp::parse(&reason)?, now.0)).map(Settled)
    }

    /// Returns the state as JSON, on one line.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (id, attempts) = (quoted(py, self.0.id())?, self.0.attempts());
        Ok(format!("DeliveryState(id={id}, attempts={attempts})"))
    }
}
