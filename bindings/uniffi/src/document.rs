//! The JSON Schemas of the documents.

use keyrail::Document;

use crate::mirror::mirror_enum;

mirror_enum! { FfiDocument of Document { Deployment, Topology, Fixtures, KeyRecord, Policy, Limit, LimitState, LastUses, AuditEntry, Usage, RetryPolicy, DeliveryState, HealthPolicy, EndpointHealth, EndpointActivity, ReceivePolicy, DeliveryClaim, WebhookScheme, KeyFormat, KeyFormatSet, MaskPolicy, Platform, Scheme, Trust } }

/// See [`Document::json_schema`].
#[uniffi::export]
pub fn document_json_schema(document: FfiDocument) -> String {
    Document::from(document).json_schema()
}
