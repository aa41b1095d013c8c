//! Receiving deliveries: verification, and claims against duplicates.

use keyrail::webhook as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized};
use crate::error::unpicklable;
use crate::headers::Headers;
use crate::input::{Bytes, Document, Now, Text, datetime};
use crate::quoted;
use crate::webhook::{Verified, Verifier};

/// How long a receiver may process a delivery, and how long it remembers it.
/// `ReceivePolicy.standard()` and `ReceivePolicy.from_json()` create one.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct ReceivePolicy(core::ReceivePolicy);

#[pymethods]
impl ReceivePolicy {
    /// Returns the policy whose members have their default values: a lease of one minute, and
    /// claims that are kept for 412,926 seconds (almost five days). This is the deadline of
    /// `RetryPolicy.standard()`, and longer than the 75 hours for which senders repeat a delivery
    /// according to Standard Webhooks.
    #[staticmethod]
    fn standard() -> Self {
        Self(core::ReceivePolicy::standard())
    }

    /// Reads a policy from JSON. A policy without members is the standard one. A mapping of the
    /// same form is accepted too.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::ReceivePolicy::from_json(&document)).map(Self)
    }

    /// The length of a lease, in seconds. If processing takes longer, a repeated delivery is
    /// processed again, possibly at the same time: choose a lease that is longer than the longest
    /// processing and the difference between the clocks of your servers.
    #[getter]
    fn lease_seconds(&self) -> u32 {
        self.0.lease_seconds()
    }

    /// How long a claim is kept after the end of its lease, in seconds.
    #[getter]
    fn remember_seconds(&self) -> u32 {
        self.0.remember_seconds()
    }

    /// Claims a delivery, which must have been verified: returns whether to process it.
    ///
    /// A `Receiver` does this for deliveries of Standard Webhooks. Call this function for the
    /// requests of other schemes. If a scheme signs the time, the policy must remember a delivery
    /// for at least twice the tolerance; if it signs none, a request can be replayed after it was
    /// forgotten. `id` is the id of the request if `VerifiedRequest.is_id_signed` is true.
    /// Otherwise, an attacker who replays a request can change the id: pass the SHA-256, in hex, of
    /// everything that the signature covers except the time (see `VerifiedRequest.covered`).
    /// Requests in which all this is equal count as duplicates. An id must be 1 to 256 visible
    /// ASCII characters without dots; pass the SHA-256 of any other id. `timestamp` is the time of
    /// signing, or None if the scheme signs none, or if the sender does not sign a request again
    /// when it repeats it. `stored` is the claim that you have stored for this id, or None.
    ///
    /// Raises WebhookError: `webhook.replayed` if the request was claimed before, its lease has
    /// ended or its processing failed, and its timestamp is not later than that of the claim;
    /// `webhook.malformed_id`, `webhook.other_claim` if `stored` is for another id, and
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    fn claim(
        &self,
        py: Python<'_>,
        id: Text,
        timestamp: Option<Now>,
        stored: Option<&DeliveryClaim>,
        now: Now,
    ) -> PyResult<ReceiveResult> {
        let (timestamp, stored) = (timestamp.map(|time| time.0), stored.map(|claim| &claim.0));
        call(py, || self.0.claim(&id, timestamp, stored, now.0)).map(ReceiveResult)
    }

    /// Returns the policy as JSON, on one line, with all members.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self) -> String {
        format!("ReceivePolicy({})", self.0.to_json())
    }
}

/// Whether to process a delivery, and how to respond to it otherwise.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct ReceiveResult(core::ReceiveResult);

#[pymethods]
impl ReceiveResult {
    /// What to do: `process`, `duplicate` or `busy`.
    ///
    /// - `process`: store `claim`, and process the delivery. Respond with 204, or, if processing
    ///   failed, with 500.
    /// - `duplicate`: the delivery was processed already.
    /// - `busy`: the delivery is being processed. Respond with 409, so that the sender repeats it:
    ///   nobody knows yet whether processing succeeds.
    #[getter]
    fn kind(&self) -> &'static str {
        match self.0 {
            core::ReceiveResult::Process(_) => "process",
            core::ReceiveResult::Duplicate => "duplicate",
            core::ReceiveResult::Busy { .. } => "busy",
        }
    }

    /// The claim to store, or None unless the kind is `process`.
    #[getter]
    fn claim(&self) -> Option<DeliveryClaim> {
        match &self.0 {
            core::ReceiveResult::Process(claim) => Some(DeliveryClaim(claim.clone())),
            core::ReceiveResult::Duplicate | core::ReceiveResult::Busy { .. } => None,
        }
    }

    /// The time from which on a repeated delivery is processed again, or None unless the kind is
    /// `busy`.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.0 {
            core::ReceiveResult::Busy { until } => datetime(py, Some(until)),
            core::ReceiveResult::Process(_) | core::ReceiveResult::Duplicate => Ok(None),
        }
    }

    /// The status of the response, or None if the delivery is to be processed first. It is 200 or 409.
    #[getter]
    fn status(&self) -> Option<u16> {
        self.0.status()
    }

    fn __repr__(&self) -> String {
        format!("ReceiveResult(kind='{}')", self.kind())
    }
}

/// A lease on a delivery, and the record that it was processed.
///
/// Store it under the webhook (your name for the sender and the endpoint) and the `id`, in place of
/// the claim that you passed to `Receiver.claim`, but only if the stored claim still has the
/// `version` of the one that you passed, or if there is still none. Otherwise, another process was
/// faster: read its claim, and claim again. When the claim is stored, process the delivery, and
/// store what `finish` returns, or, if processing failed, `release`, in the same way. If another
/// process has claimed the delivery because the lease had ended, read its claim, and store what its
/// `finish` returns, unless it is finished, or processing failed. A claim that has expired (see
/// `expires_at`) can be deleted.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct DeliveryClaim(core::DeliveryClaim);

#[pymethods]
impl DeliveryClaim {
    /// Reads a claim from JSON. A mapping of the same form is accepted too.
    ///
    /// Raises ConfigError with the faults. If a newer release wrote the claim, the only fault is
    /// `webhook.newer_schema`.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::DeliveryClaim::from_json(&document)).map(Self)
    }

    /// The id of the delivery.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The version, which differs from that of every earlier claim of this id.
    #[getter]
    fn version(&self) -> u64 {
        self.0.version()
    }

    /// When the delivery was signed, or None if its scheme signs no time.
    #[getter]
    fn timestamp<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.timestamp())
    }

    /// Whether the delivery is being processed, was processed, or could not be processed. The state
    /// is `leased`, `finished` or `released`: a delivery is processed again if it is released, or
    /// if the lease has ended.
    #[getter]
    fn state(&self) -> &'static str {
        match self.0.state() {
            core::ClaimState::Leased { .. } => "leased",
            core::ClaimState::Finished { .. } => "finished",
            core::ClaimState::Released { .. } => "released",
        }
    }

    /// The end of the lease, or None unless the state is `leased`.
    #[getter]
    fn leased_until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.0.state() {
            core::ClaimState::Leased { until } => datetime(py, Some(until)),
            core::ClaimState::Finished { .. } | core::ClaimState::Released { .. } => Ok(None),
        }
    }

    /// When the processing ended, or None if the state is `leased`.
    #[getter]
    fn ended_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.0.state() {
            core::ClaimState::Finished { at } | core::ClaimState::Released { at } => {
                datetime(py, Some(at))
            }
            core::ClaimState::Leased { .. } => Ok(None),
        }
    }

    /// The time after which the claim can be deleted.
    #[getter]
    fn expires_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, Some(self.0.expires_at()))
    }

    /// Returns the claim to store after the delivery was processed.
    ///
    /// Raises WebhookError: `webhook.claim_ended` if the claim was finished already, and
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    fn finish(&self, py: Python<'_>, now: Now) -> PyResult<Self> {
        call(py, || self.0.finish(now.0)).map(Self)
    }

    /// Returns the claim to store after processing failed. A repeated delivery is processed again
    /// if its timestamp is later than that of this claim, and otherwise rejected with
    /// `webhook.replayed`. If the scheme signs no timestamp, every repeated delivery is processed
    /// again, even one that an attacker replays.
    ///
    /// Raises WebhookError: `webhook.claim_ended` if the claim was finished or released already, and
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    fn release(&self, py: Python<'_>, now: Now) -> PyResult<Self> {
        call(py, || self.0.release(now.0)).map(Self)
    }

    /// Returns the claim as JSON, on one line.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("DeliveryClaim(id={}, state='{}')", quoted(py, self.0.id())?, self.state()))
    }
}

/// Receives the deliveries of Standard Webhooks: verifies them, and decides which ones to process.
///
/// A sender repeats a delivery until it gets a response with a status from 200 to 299, so a
/// receiver must expect the same delivery more than once, and at the same time. Store a
/// `DeliveryClaim` for each id of each webhook, for example in a table whose primary key consists
/// of both: different senders, or different endpoints of one sender, may have the same ids.
///
/// 1. `verify` the request.
/// 2. Read the claim that is stored for the id, and `claim` the delivery.
/// 3. If the result's kind is `process`, store the new claim as `DeliveryClaim` describes, process
///    the delivery, and store the result of `finish` or `release`. Otherwise, respond with the
///    result's `status`.
///
/// If the claim cannot be stored, for example because the store is full, respond with 503, and do
/// not process the delivery: it could be processed twice. Process the delivery and store the
/// finished claim in one transaction, if you can. Otherwise, if a process stops in between, the
/// delivery is processed again.
///
/// Raises WebhookError: `webhook.replay_window` if the policy remembers a delivery for less than
/// twice the verifier's tolerance. A delivery could be replayed after it was forgotten. If it is
/// remembered for less time than the sender repeats it, a late repeat is processed again.
#[pyclass(frozen, module = "keyrail.webhook")]
pub(crate) struct Receiver(core::Receiver);

#[pymethods]
impl Receiver {
    #[new]
    fn new(py: Python<'_>, verifier: &Verifier, policy: &ReceivePolicy) -> PyResult<Self> {
        call(py, || core::Receiver::new(verifier.0.clone(), policy.0)).map(Self)
    }

    /// Verifies a delivery: see `Verifier.verify`.
    ///
    /// Raises WebhookError: the errors of `Verifier.verify`.
    fn verify(
        &self,
        py: Python<'_>,
        headers: Headers,
        body: Bytes<'_>,
        now: Now,
    ) -> PyResult<Verified> {
        let body: &[u8] = &body;
        call_sized(py, body.len(), || self.0.verify(&headers, body, now.0)).map(Verified)
    }

    /// Claims a verified delivery: returns whether to process it. `stored` is the claim that you have
    /// stored for its id, or None.
    ///
    /// Raises WebhookError: `webhook.replayed` if the delivery was claimed before, its lease has
    /// ended or its processing failed, and its timestamp is not later than that of the claim;
    /// `webhook.other_claim` if `stored` is for another id, and `webhook.time_in_seconds` if `now`
    /// is before 1973-03-03, as a time in seconds would be.
    fn claim(
        &self,
        py: Python<'_>,
        verified: &Verified,
        stored: Option<&DeliveryClaim>,
        now: Now,
    ) -> PyResult<ReceiveResult> {
        let stored = stored.map(|claim| &claim.0);
        call(py, || self.0.claim(&verified.0, stored, now.0)).map(ReceiveResult)
    }

    fn __repr__(&self) -> String {
        format!("Receiver({})", keyrail::MASK)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}
