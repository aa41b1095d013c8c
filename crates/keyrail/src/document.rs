//! The kinds of documents that Keyrail reads, each with its JSON Schema.

use alloc::string::String;

use crate::Gateway;
use crate::access::{AuditEntry, KeyRecord, LastUses, Limit, LimitState, Policy, Usage};
use crate::header::{Scheme, Trust};
use crate::key::{KeyFormat, KeyFormatSet, MaskPolicy};
use crate::platform::Platform;
use crate::route::RouteTable;
use crate::webhook::{
    DeliveryClaim, DeliveryState, EndpointActivity, EndpointHealth, HealthPolicy, ReceivePolicy,
    RetryPolicy, Scheme as WebhookScheme,
};

/// A kind of document that Keyrail reads.
///
/// ```
/// let schema = keyrail::Document::Topology.json_schema();
/// assert!(schema.contains("\"$id\": \"urn:keyrail:topology:1\""));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Document {
    /// The kind of document that [`Gateway::from_json`] reads.
    Deployment,
    /// The kind of document that [`RouteTable::from_json`] reads.
    Topology,
    /// The kind of document that [`RouteTable::verify`] reads.
    Fixtures,
    /// The kind of document that [`KeyRecord::from_json`] reads.
    KeyRecord,
    /// The kind of document that [`Policy::from_json`] reads.
    Policy,
    /// The kind of document that [`Limit::from_json`] reads.
    Limit,
    /// The kind of document that [`LimitState::from_json`] reads.
    LimitState,
    /// The kind of document that [`LastUses::from_json`] reads.
    LastUses,
    /// The kind of document that [`AuditEntry::from_json`] reads.
    AuditEntry,
    /// The kind of document that [`Usage::from_json`] reads.
    Usage,
    /// The kind of document that [`RetryPolicy::from_json`] reads.
    RetryPolicy,
    /// The kind of document that [`DeliveryState::from_json`] reads.
    DeliveryState,
    /// The kind of document that [`HealthPolicy::from_json`] reads.
    HealthPolicy,
    /// The kind of document that [`EndpointHealth::from_json`] reads.
    EndpointHealth,
    /// The kind of document that [`EndpointActivity::from_json`] reads.
    EndpointActivity,
    /// The kind of document that [`ReceivePolicy::from_json`] reads.
    ReceivePolicy,
    /// The kind of document that [`DeliveryClaim::from_json`] reads.
    DeliveryClaim,
    /// The kind of document that [`WebhookScheme::from_json`] reads.
    WebhookScheme,
    /// The kind of document that [`KeyFormat::from_json`] reads.
    KeyFormat,
    /// The kind of document that [`KeyFormatSet::from_json`] reads.
    KeyFormatSet,
    /// The kind of document that [`MaskPolicy::from_json`] reads.
    MaskPolicy,
    /// The kind of document that [`Platform::from_json`] reads.
    Platform,
    /// The kind of document that [`Scheme::from_json`] reads.
    Scheme,
    /// The kind of document that [`Trust::from_json`] reads.
    Trust,
}

impl Document {
    /// All kinds of documents.
    pub const ALL: [Self; 24] = [
        Self::Deployment,
        Self::Topology,
        Self::Fixtures,
        Self::KeyRecord,
        Self::Policy,
        Self::Limit,
        Self::LimitState,
        Self::LastUses,
        Self::AuditEntry,
        Self::Usage,
        Self::RetryPolicy,
        Self::DeliveryState,
        Self::HealthPolicy,
        Self::EndpointHealth,
        Self::EndpointActivity,
        Self::ReceivePolicy,
        Self::DeliveryClaim,
        Self::WebhookScheme,
        Self::KeyFormat,
        Self::KeyFormatSet,
        Self::MaskPolicy,
        Self::Platform,
        Self::Scheme,
        Self::Trust,
    ];

    /// Returns the name of the kind, such as `key-record` in the schema's id
    /// `urn:keyrail:key-record:1`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::Topology => "topology",
            Self::Fixtures => "fixtures",
            Self::KeyRecord => "key-record",
            Self::Policy => "policy",
            Self::Limit => "limit",
            Self::LimitState => "limit-state",
            Self::LastUses => "last-uses",
            Self::AuditEntry => "audit-entry",
            Self::Usage => "usage",
            Self::RetryPolicy => "retry-policy",
            Self::DeliveryState => "delivery-state",
            Self::HealthPolicy => "health-policy",
            Self::EndpointHealth => "endpoint-health",
            Self::EndpointActivity => "endpoint-activity",
            Self::ReceivePolicy => "receive-policy",
            Self::DeliveryClaim => "delivery-claim",
            Self::WebhookScheme => "webhook-scheme",
            Self::KeyFormat => "key-format",
            Self::KeyFormatSet => "key-format-set",
            Self::MaskPolicy => "mask-policy",
            Self::Platform => "platform",
            Self::Scheme => "scheme",
            Self::Trust => "trust",
        }
    }

    /// Returns the JSON Schema (draft 2020-12) of this kind of document.
    ///
    /// Editors and validators can check a document with it. The schema accepts every valid
    /// document. Rules that it cannot express are checked when the document is read: for example,
    /// that a name is unique, or refers to something that exists.
    pub fn json_schema(self) -> String {
        let schema = match self {
            Self::Deployment => include_str!("../schemas/deployment.schema.json"),
            Self::Topology => include_str!("../schemas/topology.schema.json"),
            Self::Fixtures => include_str!("../schemas/fixtures.schema.json"),
            Self::KeyRecord => include_str!("../schemas/key-record.schema.json"),
            Self::Policy => include_str!("../schemas/policy.schema.json"),
            Self::Limit => include_str!("../schemas/limit.schema.json"),
            Self::LimitState => include_str!("../schemas/limit-state.schema.json"),
            Self::LastUses => include_str!("../schemas/last-uses.schema.json"),
            Self::AuditEntry => include_str!("../schemas/audit-entry.schema.json"),
            Self::Usage => include_str!("../schemas/usage.schema.json"),
            Self::RetryPolicy => include_str!("../schemas/retry-policy.schema.json"),
            Self::DeliveryState => include_str!("../schemas/delivery-state.schema.json"),
            Self::HealthPolicy => include_str!("../schemas/health-policy.schema.json"),
            Self::EndpointHealth => include_str!("../schemas/endpoint-health.schema.json"),
            Self::EndpointActivity => include_str!("../schemas/endpoint-activity.schema.json"),
            Self::ReceivePolicy => include_str!("../schemas/receive-policy.schema.json"),
            Self::DeliveryClaim => include_str!("../schemas/delivery-claim.schema.json"),
            Self::WebhookScheme => include_str!("../schemas/webhook-scheme.schema.json"),
            Self::KeyFormat => include_str!("../schemas/key-format.schema.json"),
            Self::KeyFormatSet => include_str!("../schemas/key-format-set.schema.json"),
            Self::MaskPolicy => include_str!("../schemas/mask-policy.schema.json"),
            Self::Platform => include_str!("../schemas/platform.schema.json"),
            Self::Scheme => include_str!("../schemas/scheme.schema.json"),
            Self::Trust => include_str!("../schemas/trust.schema.json"),
        };
        schema.into()
    }

    /// Generates the JSON Schema from the declarations by which the documents are read.
    ///
    /// The files in `schemas/` are the output of this function. [`json_schema`](Self::json_schema)
    /// returns these files, so that a program does not contain the code that generates them.
    #[doc(hidden)]
    pub fn generate_json_schema(self) -> String {
        match self {
            Self::Deployment => Gateway::json_schema(),
            Self::Topology => RouteTable::json_schema(),
            Self::Fixtures => RouteTable::fixtures_json_schema(),
            Self::KeyRecord => KeyRecord::json_schema(),
            Self::Policy => Policy::json_schema(),
            Self::Limit => Limit::json_schema(),
            Self::LimitState => LimitState::json_schema(),
            Self::LastUses => LastUses::json_schema(),
            Self::AuditEntry => AuditEntry::json_schema(),
            Self::Usage => Usage::json_schema(),
            Self::RetryPolicy => RetryPolicy::json_schema(),
            Self::DeliveryState => DeliveryState::json_schema(),
            Self::HealthPolicy => HealthPolicy::json_schema(),
            Self::EndpointHealth => EndpointHealth::json_schema(),
            Self::EndpointActivity => EndpointActivity::json_schema(),
            Self::ReceivePolicy => ReceivePolicy::json_schema(),
            Self::DeliveryClaim => DeliveryClaim::json_schema(),
            Self::WebhookScheme => WebhookScheme::json_schema(),
            Self::KeyFormat => KeyFormat::json_schema(),
            Self::KeyFormatSet => KeyFormatSet::json_schema(),
            Self::MaskPolicy => MaskPolicy::json_schema(),
            Self::Platform => Platform::json_schema(),
            Self::Scheme => Scheme::json_schema(),
            Self::Trust => Trust::json_schema(),
        }
    }
}
