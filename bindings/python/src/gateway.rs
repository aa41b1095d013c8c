//! `keyrail.Gateway`, and the results of its calls.

use keyrail::{InboundCall, OutboundCall};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::access::{Grant, Record};
use crate::actor::Permissions;
use crate::audit::AuditEvent;
use crate::boundary::call_detached;
use crate::error::unpicklable;
use crate::headers::Headers;
use crate::http::{Problem, Request, Response};
use crate::input::{Bytes, ClientAddress, Document, NamedSecrets, Names, Now, Text};
use crate::limit::{Consumption, LimitStates};
use crate::route::{Decision, Message};
use crate::{quoted, quoted_or_none};

/// One deployment: its keys, routes and webhooks, for inbound messages and outbound requests. The
/// host is the program that calls the gateway.
#[pyclass(frozen, module = "keyrail")]
pub(crate) struct Gateway(keyrail::Gateway);

#[pymethods]
impl Gateway {
    /// Reads a deployment, with the secrets that belong to it. The deployment is JSON, or a mapping
    /// of the same form. The secrets are a mapping, or pairs: each name has one or more secrets,
    /// and a secret is a string or a Secret. Other Python threads can run during the call.
    ///
    /// Each webhook needs at least one secret, named `webhook:<id>`. If a webhook has several
    /// secrets, each of them signs the deliveries. Each pepper in the member `peppers` needs
    /// exactly one secret, named `pepper:<id>`. If that member is absent, the peppers are those
    /// that the digests name. If they name several, digests are not upgraded, because it is unknown
    /// which pepper is the current one.
    ///
    /// The deployment has these members. `platform` is the name of a built-in platform, including
    /// `generic`, or your own platform's document as an object. `variables` contains the variables
    /// of the platform's base URL. `keys` is a list of records, as `keyrail.access.Record` reads
    /// them. `formats` lists the key formats, besides Keyrail's own, whose key ids are recognized.
    /// `peppers` lists the ids of the peppers in use, the current one first. `topology` has the
    /// form that `keyrail.route.Table` reads. With `allow_loopback`, webhook URLs of the local
    /// machine are accepted too.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, deployment: Document, secrets: NamedSecrets) -> PyResult<Self> {
        call_detached(py, || keyrail::Gateway::from_json(&deployment, secrets.0)).map(Self)
    }

    /// Decides where a message goes and signs its deliveries.
    ///
    /// `message_id` is the id that the channel assigned to the message, 1 to 256 bytes. `message`
    /// contains the attributes that the rules test, in a form that `keyrail.route.Table.route`
    /// accepts. `body` is the JSON body of the deliveries, sent byte for byte. `now` is an aware
    /// `datetime` or Unix milliseconds. Receivers drop a second delivery for the same channel, id
    /// and event, so use an id that the messaging service generated. If senders can choose the id,
    /// as with the `Message-ID` of an email, they can suppress another message of the same channel.
    ///
    /// Raises KeyrailError: `gateway.malformed_message_id`, `gateway.internal`; WebhookError:
    /// `webhook.malformed_timestamp` for a time before 1970; RouteError.
    #[pyo3(
        signature = (
            *, message_id, message, body, now, session_queue = None,
            unavailable = Names::default(), session = None
        ),
        text_signature = "($self, *, message_id, message, body, now, session_queue=None, \
                          unavailable=(), session=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn inbound(
        &self,
        py: Python<'_>,
        message_id: Text,
        message: Message,
        body: Bytes<'_>,
        now: Now,
        session_queue: Option<Text>,
        unavailable: Names,
        session: Option<Text>,
    ) -> PyResult<Inbound> {
        let call = InboundCall {
            message_id: &message_id,
            message: &message.message,
            body: &body,
            now: now.0,
            session_queue: session_queue.as_deref(),
            session: session.as_deref(),
            unavailable: &unavailable.as_strs(),
        };
        // The GIL is released even for a short message, because the number of deliveries to
        // sign is not known here.
        let inbound = call_detached(py, || self.0.inbound(&call))?;
        let deliveries = inbound.deliveries.into_iter().map(|delivery| {
            let request = Py::new(py, Request(delivery.request))?;
            let (webhook, idempotency_key) = (delivery.webhook, delivery.idempotency_key);
            Py::new(py, Delivery { webhook, idempotency_key, request })
        });
        Ok(Inbound {
            decision: Py::new(py, Decision(inbound.decision))?,
            deliveries: deliveries.collect::<PyResult<_>>()?,
            audit: Py::new(py, AuditEvent(inbound.audit))?,
        })
    }

    /// Decides whether an app's request is allowed. A denial is returned, not raised. A key with an
    /// unknown id and a key with a known id but a wrong secret get identical responses, byte for
    /// byte.
    ///
    /// `operation` is an operation of the platform. `headers` are the headers of the request, in a
    /// form that `keyrail.header.Scheme.extract` accepts. `queue` is the queue that the request
    /// names. If the operation uses no queue, a key that is limited to queues may use it only if
    /// its record lists the operation by name. `ip` is the client's address; an invalid address
    /// counts as unknown. `environment` is the environment in which the request is made, such as
    /// `live`. It must equal the environment of the key's record. If the record has none, it must
    /// equal the environment in the key, if the key contains one. If it is omitted, the environment
    /// is not checked. `owner_permissions` is what the key's owner may do now. It is required for a
    /// key with the authority `owner`. `now` is an aware `datetime` or Unix
    /// milliseconds. Some requests, such as those of VChatCloud, contain a token in addition to the
    /// key. `token_verified` is whether the host verified this token. If it is False, a request
    /// that contains a token is denied with `access.token_unverified`. `records` are the records
    /// that the host found with `identify`, at most 8. If they are passed, the deployment's keys
    /// are not used, but its peppers and formats are. The grant may then contain an `upgrade`.
    /// `limits` contains the stored state of each limit by its id, or None if no state is stored
    /// for an id. If `records` are passed, the ids are in `Record.limit_ids`; otherwise they are in
    /// `Identity.limit_ids`. `limits` is required for a key with limits.
    ///
    /// Raises PlatformError: `platform.unknown_operation`; KeyrailError: `gateway.too_many_records`.
    #[pyo3(
        signature = (
            *, operation, headers, now, queue = None, ip = None, environment = None,
            owner_permissions = None, token_verified = false, records = None, limits = None
        )
    )]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn outbound(
        &self,
        py: Python<'_>,
        operation: Text,
        headers: Headers,
        now: Now,
        queue: Option<Text>,
        ip: Option<ClientAddress>,
        environment: Option<Text>,
        owner_permissions: Option<&Permissions>,
        token_verified: bool,
        records: Option<Vec<Bound<'_, Record>>>,
        limits: Option<LimitStates>,
    ) -> PyResult<Outbound> {
        let states = limits.as_ref().map(LimitStates::as_pairs);
        let records = records
            .map(|records| records.iter().map(|record| record.get().0.clone()).collect::<Vec<_>>());
        let call = OutboundCall {
            records: records.as_deref(),
            limits: states.as_deref(),
            queue: queue.as_deref(),
            ip: ip.and_then(|ip| ip.0.ok()),
            environment: environment.as_deref(),
            owner_permissions: owner_permissions.map(|permissions| &permissions.0),
            token_verified,
            ..OutboundCall::new(&operation, now.0)
        };
        let headers = self.with_scheme_names(headers);
        let outbound = call_detached(py, || self.0.outbound(&headers, &call))?;
        let consumption = outbound.consumption().cloned().map(Consumption);
        let consumption = consumption.map(|consumption| Py::new(py, consumption)).transpose()?;
        Ok(match outbound {
            keyrail::Outbound::Granted { grant, queue, audit } => Outbound {
                accepted: true,
                grant: Some(Py::new(py, Grant(grant))?),
                queue,
                denial: None,
                response: None,
                consumption,
                audit: Py::new(py, AuditEvent(audit))?,
            },
            keyrail::Outbound::Denied { denial, response, audit, .. } => Outbound {
                accepted: false,
                grant: None,
                queue: None,
                denial: Some(Py::new(py, Problem(denial))?),
                response: Some(Py::new(py, Response(response))?),
                consumption,
                audit: Py::new(py, AuditEvent(audit))?,
            },
        })
    }

    /// Returns the values by which to look up the key's record: the key's public id, if it has one,
    /// and its digests. This function is for hosts that store the records themselves: look up the
    /// records with this key id or one of these digests, and pass them to `outbound` as `records`.
    /// A key has a public id if it has one of the deployment's formats and that format contains an
    /// id. The key is read from the headers by the scheme of the operation, or by the platform's
    /// default scheme if no operation is passed.
    ///
    /// The look-up in the host's store takes most of the time of a request, and its duration may
    /// reveal whether a key is known. The gateway cannot hide that. Its own work is the same for
    /// unknown and wrong keys, unless a record has a salted digest.
    ///
    /// Raises HeaderError; PlatformError: `platform.unknown_operation`.
    #[pyo3(signature = (headers, *, operation = None))]
    fn identify(
        &self,
        py: Python<'_>,
        headers: Headers,
        operation: Option<Text>,
    ) -> PyResult<Identity> {
        let headers = self.with_scheme_names(headers);
        call_detached(py, || self.0.identify(&headers, operation.as_deref())).map(Identity)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let platform = quoted(py, self.0.platform().name())?;
        let base_url = quoted(py, self.0.base_url().as_str())?;
        Ok(format!("<keyrail.Gateway platform={platform} base_url={base_url}>"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

impl Gateway {
    /// Replaces the names of headers from a WSGI environ with the names that the platform's schemes
    /// use.
    fn with_scheme_names(&self, headers: Headers) -> Headers {
        let schemes = self.0.platform().schemes().map(|(_, scheme)| scheme);
        headers.with_known_names(schemes.flat_map(keyrail::header::Scheme::header_names))
    }
}

/// The result of an inbound call.
#[pyclass(frozen, module = "keyrail")]
pub(crate) struct Inbound {
    /// The decision on where the message goes, with its reason.
    #[pyo3(get)]
    decision: Py<Decision>,
    deliveries: Vec<Py<Delivery>>,
    /// The event to log.
    #[pyo3(get)]
    audit: Py<AuditEvent>,
}

#[pymethods]
impl Inbound {
    /// The deliveries to send, one per webhook, in the order in which the app lists its webhooks.
    #[getter]
    fn deliveries<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, &self.deliveries)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let decision = self.decision.bind(py).repr()?;
        Ok(format!("Inbound({decision}, deliveries={})", self.deliveries.len()))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// A signed request to one webhook.
#[pyclass(frozen, get_all, module = "keyrail")]
pub(crate) struct Delivery {
    /// The webhook's id.
    webhook: String,
    /// The request's `webhook-id`, by which the receiver detects duplicates. It is the same on
    /// every attempt for the same channel, message id, event and webhook.
    idempotency_key: String,
    /// The request to send.
    request: Py<Request>,
}

#[pymethods]
impl Delivery {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (webhook, key) = (quoted(py, &self.webhook)?, quoted(py, &self.idempotency_key)?);
        Ok(format!("Delivery(webhook={webhook}, idempotency_key={key})"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// The result of an outbound call.
#[pyclass(frozen, get_all, module = "keyrail")]
pub(crate) struct Outbound {
    /// Whether the request is allowed.
    accepted: bool,
    /// What the key may do, if the request was accepted.
    grant: Option<Py<Grant>>,
    /// The queue that an accepted request concerns, if any.
    queue: Option<String>,
    /// The reason that the caller may see, if the request was denied.
    denial: Option<Py<Problem>>,
    /// The HTTP response to the app, if the request was denied.
    response: Option<Py<Response>>,
    /// The outcome of the key's limits, both for an allowed request and for one that exceeds a
    /// limit. It is None if the key has no limits, or if the request is denied for another reason.
    /// Store the new states, even if the request is denied: see `keyrail.access.consume`. If the
    /// request is granted, add the outcome's header fields to your response. The response to a
    /// denied request already contains them.
    consumption: Option<Py<Consumption>>,
    /// The event to log, with the true reason of a denial.
    audit: Py<AuditEvent>,
}

#[pymethods]
impl Outbound {
    /// The event to write to the activity log of the key, or None if the key does not belong to
    /// exactly one record of a declared app.
    ///
    /// Do not log requests with unknown keys, because then anyone could fill the log. Count them
    /// instead, for example with a `keyrail.access.UsageCounter`.
    #[getter]
    fn activity(&self, py: Python<'_>) -> Option<Py<AuditEvent>> {
        self.audit.get().0.record.is_some().then(|| self.audit.clone_ref(py))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let why = match (&self.grant, &self.denial) {
            (Some(grant), _) => grant.bind(py).repr()?.to_string(),
            (None, Some(denial)) => denial.bind(py).repr()?.to_string(),
            (None, None) => String::new(),
        };
        Ok(format!("Outbound({why})"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// The values by which a key's record is looked up, and the ids of its limits.
#[pyclass(frozen, eq, module = "keyrail")]
#[derive(PartialEq)]
pub(crate) struct Identity(keyrail::Identity);

#[pymethods]
impl Identity {
    /// The public id of a key of one of the deployment's formats, or None for any other key. A
    /// record that is found by the key id alone does not prove that the key is valid:
    /// `Gateway.outbound` compares the digests.
    #[getter]
    fn key_id(&self) -> Option<&str> {
        self.0.key_id()
    }

    /// All digests without a salt that a record of the key may have: one for each pepper of the
    /// deployment, in the order of the member `peppers`, then `sha256`, `foreign-sha256` and
    /// `foreign-sha512`. Keys that are too weak for a new record are hashed, too. Salted digests
    /// are not included. Look up a record that has a salted digest by the key's id.
    #[getter]
    fn digests(&self) -> Vec<String> {
        self.0.digests().to_vec()
    }

    /// The ids of the limits of the key's record, if the deployment contains the record. Load the
    /// states with these ids, and pass them to `Gateway.outbound` as `limits`.
    #[getter]
    fn limit_ids(&self) -> Vec<String> {
        self.0.limit_ids().to_vec()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Identity(key_id={})", quoted_or_none(py, self.key_id())?))
    }
}
