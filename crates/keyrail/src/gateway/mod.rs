//! The gateway: the keys, routes and webhooks of one deployment, for inbound messages and
//! outbound requests.
//!
//! [`inbound`](Gateway::inbound) takes a message from a channel: the rules choose a queue, and the
//! message is delivered to the webhooks of the queue's app. [`outbound`](Gateway::outbound) takes a
//! request that an app sends with its key. The rules are not evaluated for such a request. If it
//! names a queue, the queue must belong to the app.

mod audit;
mod deployment;
mod error;
mod hash_index;
mod inbound;
mod keyring;
mod outbound;
mod presented;
mod secrets;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_access::KeyRecord;
use keyrail_core::config;
use keyrail_platform::Platform;
use keyrail_route::RouteTable;
use keyrail_url::BaseUrl;
use keyrail_webhook::Signer;

pub use audit::{AuditEvent, Direction};
pub use deployment::MAX_PEPPERS;
pub(crate) use error::DeploymentErrorKind;
pub use error::GatewayErrorKind;
pub use inbound::{Delivery, Inbound, InboundCall, MAX_MESSAGE_ID};
pub use keyring::{Identity, MAX_RECORDS};
pub use outbound::{Outbound, OutboundCall};
pub use secrets::Secrets;

use crate::{ConfigError, Error};
use deployment::Deployment;
use keyring::Keyring;

/// A deployment that was read and fully checked. The host is the program that calls the gateway.
///
/// ```
/// use keyrail::{Gateway, InboundCall, Secret, Secrets, Timestamp, route::Message};
///
/// let deployment = r#"{
///   "platform": "mehery", "variables": {"domain": "abcorp"}, "keys": [],
///   "topology": {
///     "channels": [{"id": "wa-main", "kind": "whatsapp", "queue": "support"}],
///     "queues": [{"id": "support", "app": "desk"}],
///     "apps": [{"id": "desk", "webhooks": ["desk-hook"]}],
///     "webhooks": [{"id": "desk-hook", "url": "https://desk.example/hook", "events": ["*"]}],
///     "rules": []
///   }
/// }"#;
/// let secret = Secret::new("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
/// let secrets = Secrets::new().with("webhook:desk-hook", [secret]);
/// let gateway = Gateway::from_json(deployment, secrets)?;
///
/// let message = Message::new("wa-main")?;
/// let now = Timestamp::from_millis(1_793_491_200_000)?;
/// let inbound = gateway.inbound(&InboundCall::new("wamid-1", &message, b"{}", now))?;
/// assert_eq!(inbound.decision.queue(), Some("support"));
/// assert_eq!(inbound.deliveries[0].request.url, "https://desk.example/hook");
/// # Ok::<(), keyrail::Error>(())
/// ```
pub struct Gateway {
    platform: Platform,
    base_url: BaseUrl,
    keyring: Keyring,
    table: RouteTable,
    /// The webhooks, in the table's order.
    endpoints: Vec<Endpoint>,
}

/// A webhook with the signer of its deliveries.
struct Endpoint {
    id: String,
    url: String,
    signer: Signer,
}

impl Gateway {
    /// Reads a deployment, with the secrets that belong to it.
    ///
    /// Each webhook needs at least one secret, named `webhook:<id>`. If a webhook has several
    /// secrets, its deliveries have one signature per secret, in the same order, so that receivers
    /// can rotate secrets. Each pepper in the member `peppers` needs exactly one secret, named
    /// `pepper:<id>`. If that member is absent, the peppers are those that the digests name. If
    /// they name several, digests are not upgraded, because it is unknown which pepper is the
    /// current one.
    ///
    /// An unused secret is a fault, and so is a webhook URL that
    /// [`check_target`](crate::webhook::check_target) rejects. With `"allow_loopback": true`, URLs
    /// of the local machine are accepted too.
    ///
    /// `platform` is the name of a built-in platform, such as `generic`, or the document of a
    /// custom platform, as [`Platform::from_json`](crate::platform::Platform::from_json) reads it.
    /// `formats` lists the key formats, besides Keyrail's own, whose key ids the deployment
    /// recognizes. `peppers` lists the peppers in use, the current one first.
    ///
    /// # Errors
    ///
    /// The errors of the deployment's parts, and `gateway.duplicate_id`, `gateway.unknown_app`,
    /// `gateway.unknown_queue`, `gateway.malformed_key_id`, `gateway.duplicate_key`,
    /// `gateway.limit_conflict`, `gateway.duplicate_pepper`, `gateway.unknown_pepper`,
    /// `gateway.too_many_peppers`, `gateway.several_peppers`, `gateway.missing_secret`,
    /// `gateway.unused_secret`.
    pub fn from_json(deployment: &str, secrets: Secrets) -> Result<Self, ConfigError> {
        config::from_json_with(deployment, |deployment: Deployment, faults| {
            deployment.build(secrets, faults)
        })
    }

    /// Returns the JSON Schema (draft 2020-12) of a deployment.
    ///
    /// The schema accepts every deployment that [`from_json`](Self::from_json) accepts. What the
    /// schema cannot express (ids that must be known or unique, and secrets) is checked by
    /// `from_json`.
    pub fn json_schema() -> String {
        config::document_schema::<Deployment>("deployment")
    }

    /// Returns the platform whose header schemes and operations apply.
    pub const fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Returns the platform's base URL for this deployment's variables.
    pub const fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Returns the compiled topology.
    pub const fn table(&self) -> &RouteTable {
        &self.table
    }

    /// Returns the values by which to look up the key's record: the key's public id, if it has one,
    /// and its digests. This function is for hosts that store the records themselves: look up the
    /// records with this key id or one of these digests, and pass them to
    /// [`outbound`](Self::outbound) as [`records`](OutboundCall::records). A key has a public id if
    /// it has one of the deployment's formats and that format contains an id.
    ///
    /// The look-up in the host's store takes most of the time of a request, and its duration may
    /// reveal whether a key is known. The gateway cannot hide that. Its own work is the same for
    /// unknown and wrong keys, unless a record has a salted digest.
    ///
    /// The key is read from the headers by the scheme of the operation, or by the platform's
    /// default scheme if no operation is passed.
    ///
    /// # Errors
    ///
    /// `platform.unknown_operation`, and those of
    /// [`Scheme::extract`](crate::header::Scheme::extract).
    pub fn identify<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: &[(N, V)],
        operation: Option<&str>,
    ) -> Result<Identity, Error> {
        let operation = operation.map(|name| self.platform.operation(name)).transpose()?;
        let scheme = operation.map_or(self.platform.scheme(), |it| self.platform.scheme_of(it));
        let credentials = scheme.extract(headers)?;
        Ok(self.keyring.identity(credentials.key().reveal()))
    }

    /// Returns the record of a key, for the bench of the look-up.
    #[doc(hidden)]
    pub fn record_of(&self, key: &str) -> Option<&KeyRecord> {
        self.keyring.find_record(&self.keyring.read(key)).ok().map(|(record, _)| record)
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("platform", &self.platform.name())
            .field("base_url", &self.base_url)
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}
