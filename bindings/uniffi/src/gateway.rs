//! The gateway: two doors, each answering in one crossing.

use std::sync::Arc;

use keyrail::{
    AuditEvent, Delivery, Direction, Gateway, Identity, InboundCall, Outbound, OutboundCall,
    Secrets,
};

use crate::access::FfiGrant;
use crate::decision::FfiDecision;
use crate::error::FfiError;
use crate::error::FfiProblem;
use crate::http::{FfiRequest, FfiResponse};
use crate::mirror::mirror_enum;
use crate::pairs::{Pairs, strs};
use crate::route::FfiMessage;
use crate::secret::FfiSecret;
use crate::time::{address, timestamp};

/// Secrets that are beside a deployment under one name.
#[derive(uniffi::Record)]
pub struct FfiNamedSecrets {
    /// `webhook:<id>` or `pepper:<id>`.
    pub name: String,
    /// The secrets, as objects.
    pub secrets: Vec<Arc<FfiSecret>>,
}

mirror_enum! { FfiDirection of Direction { Inbound, Outbound } }

/// See [`AuditEvent`].
#[derive(Debug, uniffi::Record)]
pub struct FfiAuditEvent {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// The door.
    pub door: FfiDirection,
    /// The true reason.
    pub code: String,
    /// The key's record.
    pub record: Option<String>,
    /// The key's public id.
    pub key_id: Option<String>,
    /// The app.
    pub app: Option<String>,
    /// The queue.
    pub queue: Option<String>,
    /// The operation.
    pub operation: Option<String>,
    /// The message's id.
    pub message_id: Option<String>,
    /// The message's channel.
    pub channel: Option<String>,
    /// The message's event.
    pub event: Option<String>,
    /// The rule.
    pub rule: Option<String>,
    /// The asker's address.
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
    /// The same on every try.
    pub idempotency_key: String,
    /// What to send.
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
    /// Where the message goes.
    pub decision: FfiDecision,
    /// What to send.
    pub deliveries: Vec<FfiDelivery>,
    /// For the host's log.
    pub audit: FfiAuditEvent,
}

/// See [`Outbound`].
#[derive(Debug, uniffi::Enum)]
pub enum FfiOutbound {
    /// The app may do what it asks.
    Granted {
        /// What the key may do.
        grant: FfiGrant,
        /// The queue that the request concerns.
        queue: Option<String>,
        /// For the host's log.
        audit: FfiAuditEvent,
    },
    /// The app may not do what it asks.
    Denied {
        /// Why.
        denial: Arc<FfiProblem>,
        /// What to answer.
        response: FfiResponse,
        /// For the host's log.
        audit: FfiAuditEvent,
    },
}

impl From<Outbound> for FfiOutbound {
    fn from(outbound: Outbound) -> Self {
        match outbound {
            Outbound::Granted { grant, queue, audit } => {
                Self::Granted { grant: (&grant).into(), queue, audit: audit.into() }
            }
            Outbound::Denied { denial, response, audit } => Self::Denied {
                denial: Arc::new(FfiProblem(denial)),
                response: response.into(),
                audit: audit.into(),
            },
        }
    }
}

/// See [`Identity`].
#[derive(Debug, uniffi::Enum)]
pub enum FfiIdentity {
    /// A key of one of the deployment's formats.
    KeyId {
        /// Its public id.
        id: String,
    },
    /// A key of another format.
    Digest {
        /// Its digest's text.
        text: String,
    },
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
            secrets.with(named.name, FfiSecret::all(&named.secrets))
        });
        Ok(Self(Gateway::from_json(deployment, secrets)?))
    }

    /// A channel's message.
    #[expect(clippy::too_many_arguments, reason = "the faces name them")]
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

    /// An app's request.
    pub fn outbound(
        &self,
        operation: &str,
        headers: Vec<String>,
        now_ms: i64,
        queue: Option<String>,
        ip: Option<String>,
        token_verified: bool,
    ) -> Result<FfiOutbound, FfiError> {
        let headers = Pairs::new(headers);
        let call = OutboundCall {
            queue: queue.as_deref(),
            ip: ip.as_deref().and_then(|ip| address(ip).ok()),
            token_verified,
            ..OutboundCall::new(operation, timestamp(now_ms)?)
        };
        let outbound = self.0.outbound(&headers.as_slices(), &call)?;
        Ok(outbound.into())
    }

    /// What to look a key's record up by.
    pub fn identify(
        &self,
        headers: Vec<String>,
        operation: Option<String>,
    ) -> Result<FfiIdentity, FfiError> {
        let headers = Pairs::new(headers);
        Ok(match self.0.identify(&headers.as_slices(), operation.as_deref())? {
            Identity::KeyId(id) => FfiIdentity::KeyId { id },
            Identity::Digest(text) => FfiIdentity::Digest { text },
        })
    }
}
