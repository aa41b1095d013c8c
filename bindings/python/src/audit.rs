//! `keyrail.AuditEvent`.

use pyo3::prelude::*;

use crate::boundary::plain;

/// One decision of a gateway, with the true reason. The event contains no secret, but do not show
/// it to the caller, who must not learn the true reason.
#[pyclass(frozen, eq, module = "keyrail")]
#[derive(PartialEq)]
pub(crate) struct AuditEvent(pub(crate) keyrail::AuditEvent);

#[pymethods]
impl AuditEvent {
    /// The time of the decision, in Unix milliseconds.
    #[getter]
    fn at_ms(&self) -> i64 {
        self.0.at.as_millis()
    }

    /// The direction of the call. It is `inbound` or `outbound`.
    #[getter]
    fn door(&self) -> &str {
        self.0.door.as_str()
    }

    /// For a request, `access.granted` or the code of the reason why it was denied; for a message,
    /// the code of the decision's reason.
    #[getter]
    fn code(&self) -> &str {
        self.0.code
    }

    /// The id of the key's record, if the key belongs to exactly one record of a declared app.
    #[getter]
    fn record(&self) -> Option<&str> {
        self.0.record.as_deref()
    }

    /// The public id of the presented key, if the key has one of the deployment's formats and that
    /// format has ids.
    #[getter]
    fn key_id(&self) -> Option<&str> {
        self.0.key_id.as_deref()
    }

    /// The app of the message's queue, or the app that the key belongs to, if any.
    #[getter]
    fn app(&self) -> Option<&str> {
        self.0.app.as_deref()
    }

    /// The queue that takes the message, or the queue that the request concerns, if any. A name of 16
    /// or more bytes that the topology does not declare is masked.
    #[getter]
    fn queue(&self) -> Option<&str> {
        self.0.queue.as_deref()
    }

    /// The operation that was requested, if the call is outbound.
    #[getter]
    fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The message's id, if the call is inbound.
    #[getter]
    fn message_id(&self) -> Option<&str> {
        self.0.message_id.as_deref()
    }

    /// The message's channel, if the call is inbound.
    #[getter]
    fn channel(&self) -> Option<&str> {
        self.0.channel.as_deref()
    }

    /// The message's event, if it has one; a name of more than 256 bytes is truncated.
    #[getter]
    fn event(&self) -> Option<&str> {
        self.0.event.as_deref()
    }

    /// The id of the rule that chose the queue, if any.
    #[getter]
    fn rule(&self) -> Option<&str> {
        self.0.rule.as_deref()
    }

    /// The client's address, if the host passed it; an IPv4-mapped IPv6 address is converted to the
    /// IPv4 address.
    #[getter]
    fn ip(&self) -> Option<String> {
        self.0.ip.map(|ip| ip.to_string())
    }

    /// Returns the event as one line of JSON; members without a value are omitted.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.to_json())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("AuditEvent({})", self.to_json(py)?))
    }
}
