//! The gateway: each inbound or outbound call crosses the FFI once.

use std::sync::Arc;

use keyrail::{
    AuditEvent, Delivery, Direction, Gateway, InboundCall, Outbound, OutboundCall, Secrets,
};

use crate::access::{FfiGrant, FfiKeyRecord};
use crate::decision::FfiDecision;
use crate::error::FfiError;
use crate::error::FfiProblem;
use crate::http::{FfiRequest, FfiResponse};
use crate::limit::{FfiConsumption, FfiStoredState, StoredStates};
use crate::mirror::mirror_enum;
use crate::pairs::{Pairs, strs};
use crate::policy::FfiPermissions;
use crate::route::FfiMessage;
use crate::secret::FfiSecret;
use crate::time::{address, timestamp};

/// The secrets that are passed with a deployment under one name.
#[derive(uniffi::Record)]
pub struct FfiNamedSecrets {
    /// The name, `webhook:<id>` or `pepper:<id>`.
    pub name: String,
    /// The secrets.
    pub secrets: Vec<Arc<FfiSecret>>,
}

mirror_enum! { FfiDirection of Direction { Inbound, Outbound } }

/// See [`AuditEvent`].
#[derive(Debug, uniffi::Record)]
pub struct FfiAuditEvent {
    /// The time of the decision, in Unix milliseconds.
    pub at_ms: i64,
    /// The direction of the call.
    pub door: FfiDirection,
    /// The code of the decision's reason, which may be more precise than the code in the response.
    pub code: String,
    /// The id of the key's record.
    pub record: Option<String>,
    /// The public id that the presented key contains.
    pub key_id: Option<String>,
    /// The app of the message's queue, or the app that the key belongs to.
    pub app: Option<String>,
    /// The queue that takes the message, or the queue that the request concerns.
    pub queue: Option<String>,
    /// The requested operation.
    pub operation: Option<String>,
    /// The message's id.
    pub message_id: Option<String>,
    /// The message's channel.
    pub channel: Option<String>,
    /// The message's event.
    pub event: Option<String>,
    /// The rule that chose the queue.
    pub rule: Option<String>,
    /// The client's address.
    pub ip: Option<String>,
    /// The whole event as one line of JSON.
    pub json: String,
}

impl From<AuditEvent> for FfiAuditEvent {
    fn from(event: AuditEvent) -> Self {
        Self {
            at_ms: event.at.as_millis(),
            door: match event.door {
                Direction::Inbound => FfiDirection::Inbound,
                Direction::Outbound => FfiDirection::Outbound,
            },
            code: event.code.into(),
            json: event.to_json(),
            record: event.record,
            key_id: event.key_id,
            app: event.app,
            queue: event.queue,
            operation: event.operation,
            message_id: event.message_id,
            channel: event.channel,
            event: event.event,
            rule: event.rule,
            ip: event.ip.map(|ip| ip.to_string()),
        }
    }
}

/// See [`Delivery`].
#[derive(Debug, uniffi::Record)]
pub struct FfiDelivery {
    /// The webhook's id.
    pub webhook: String,
    /// The request's `webhook-id`, which is the same on every attempt.
    pub idempotency_key: String,
    /// The request to send.
    pub request: FfiRequest,
}

impl From<Delivery> for FfiDelivery {
    fn from(delivery: Delivery) -> Self {
        Self {
            webhook: delivery.webhook,
            idempotency_key: delivery.idempotency_key,
            request: delivery.request.into(),
        }
    }
}

/// See [`keyrail::Inbound`].
#[derive(Debug, uniffi::Record)]
pub struct FfiInbound {
    /// The decision on where the message goes, with its reason.
    pub decision: FfiDecision,
    /// The requests to send, one per webhook.
    pub deliveries: Vec<FfiDelivery>,
    /// The event to log.
    pub audit: FfiAuditEvent,
}

/// See [`Outbound`].
#[derive(Debug, uniffi::Enum)]
pub enum FfiOutbound {
    /// The request is allowed.
    Granted {
        /// The permission that the request was granted.
        grant: FfiGrant,
        /// The queue that the request concerns.
        queue: Option<String>,
        /// The event to log.
        audit: FfiAuditEvent,
    },
    /// The request is denied.
    Denied {
        /// The reason that the caller may see.
        denial: Arc<FfiProblem>,
        /// The HTTP response to the app.
        response: FfiResponse,
        /// The outcome of the key's limits, if one of them is exceeded.
        consumption: Option<FfiConsumption>,
        /// The event to log.
        audit: FfiAuditEvent,
    },
}

impl From<Outbound> for FfiOutbound {
    fn from(outbound: Outbound) -> Self {
        match outbound {
            Outbound::Granted { grant, queue, audit } => {
                Self::Granted { grant: (&grant).into(), queue, audit: audit.into() }
            }
            Outbound::Denied { denial, response, consumption, audit } => Self::Denied {
                denial: Arc::new(FfiProblem(denial)),
                response: response.into(),
                consumption: consumption.as_deref().map(Into::into),
                audit: audit.into(),
            },
        }
    }
}

/// See [`keyrail::Identity`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiIdentity {
    pub key_id: Option<String>,
    pub digests: Vec<String>,
    pub limit_ids: Vec<String>,
}

/// See [`Gateway`].
#[derive(uniffi::Object)]
pub struct FfiGateway(Gateway);

#[uniffi::export]
impl FfiGateway {
    /// Reads a deployment.
    #[uniffi::constructor]
    pub fn from_json(deployment: &str, secrets: Vec<FfiNamedSecrets>) -> Result<Self, FfiError> {
        let secrets = secrets.into_iter().fold(Secrets::new(), |secrets, named| {
            secrets.with(named.name, FfiSecret::clone_all(&named.secrets))
        });
        Ok(Self(Gateway::from_json(deployment, secrets)?))
    }

    /// Decides where a message is routed, and signs its deliveries.
    #[expect(clippy::too_many_arguments, reason = "they are named in Swift and Kotlin")]
    pub fn inbound(
        &self,
        message_id: &str,
        message: FfiMessage,
        body: &[u8],
        now_ms: i64,
        session_queue: Option<String>,
        unavailable: Vec<String>,
        session: Option<String>,
    ) -> Result<FfiInbound, FfiError> {
        let message = message.check()?;
        let inbound = self.0.inbound(&InboundCall {
            message_id,
            message: &message,
            body,
            now: timestamp(now_ms)?,
            session_queue: session_queue.as_deref(),
            session: session.as_deref(),
            unavailable: &strs(&unavailable),
        })?;
        Ok(FfiInbound {
            decision: inbound.decision.into(),
            deliveries: inbound.deliveries.into_iter().map(Into::into).collect(),
            audit: inbound.audit.into(),
        })
    }

    /// Decides whether an app's request is allowed.
    #[expect(clippy::too_many_arguments, reason = "they are named in Swift and Kotlin")]
    pub fn outbound(
        &self,
        operation: &str,
        headers: Vec<String>,
        now_ms: i64,
        queue: Option<String>,
        ip: Option<String>,
        environment: Option<String>,
        owner_permissions: Option<FfiPermissions>,
        token_verified: bool,
        records: Option<Vec<Arc<FfiKeyRecord>>>,
        limits: Option<Vec<FfiStoredState>>,
    ) -> Result<FfiOutbound, FfiError> {
        let headers = Pairs::new(headers);
        let permissions = owner_permissions.map(FfiPermissions::core).transpose()?;
        let records = records
            .map(|records| records.iter().map(|record| record.0.clone()).collect::<Vec<_>>());
        let states = limits.map(StoredStates::new);
        let states = states.as_ref().map(StoredStates::as_pairs);
        let call = OutboundCall {
            records: records.as_deref(),
            limits: states.as_deref(),
            queue: queue.as_deref(),
            ip: ip.as_deref().and_then(|ip| address(ip).ok()),
            environment: environment.as_deref(),
            owner_permissions: permissions.as_ref(),
            token_verified,
            ..OutboundCall::new(operation, timestamp(now_ms)?)
        };
        let outbound = self.0.outbound(&headers.as_slices(), &call)?;
        Ok(outbound.into())
    }

    /// Returns the key id and the digests by which a host looks up a key's record, and the ids of
    /// the key's limits.
    pub fn identify(
        &self,
        headers: Vec<String>,
        operation: Option<String>,
    ) -> Result<FfiIdentity, FfiError> {
        let headers = Pairs::new(headers);
        let identity = self.0.identify(&headers.as_slices(), operation.as_deref())?;
        Ok(FfiIdentity {
            key_id: identity.key_id().map(Into::into),
            digests: identity.digests().to_vec(),
            limit_ids: identity.limit_ids().to_vec(),
        })
    }
}
