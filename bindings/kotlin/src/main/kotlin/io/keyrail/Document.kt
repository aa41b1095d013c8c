package io.keyrail

import io.keyrail.ffi.FfiDocument
import io.keyrail.ffi.documentJsonSchema

/**
 * A kind of document that Keyrail reads.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class Document(public val text: String, private val native: FfiDocument) {
    /** A deployment, for [Gateway.fromJson]. */
    DEPLOYMENT("deployment", FfiDocument.DEPLOYMENT),

    /** A topology, for [RouteTable.fromJson]. */
    TOPOLOGY("topology", FfiDocument.TOPOLOGY),

    /** Fixtures, for [RouteTable.verify]. */
    FIXTURES("fixtures", FfiDocument.FIXTURES),

    /** A key record, for [KeyRecord.fromJson]. */
    KEY_RECORD("key-record", FfiDocument.KEY_RECORD),

    /** A policy, for [Policy.fromJson]. */
    POLICY("policy", FfiDocument.POLICY),

    /** A limit, for [Limit.fromJson]. */
    LIMIT("limit", FfiDocument.LIMIT),

    /** The state of a limit, for [LimitState.fromJson]. */
    LIMIT_STATE("limit-state", FfiDocument.LIMIT_STATE),

    /** The last uses of a record's keys, for [LastUses.fromJson]. */
    LAST_USES("last-uses", FfiDocument.LAST_USES),

    /** An entry of an audit log, for [AuditEntry.fromJson]. */
    AUDIT_ENTRY("audit-entry", FfiDocument.AUDIT_ENTRY),

    /** The usage of keys, for [Usage.fromJson]. */
    USAGE("usage", FfiDocument.USAGE),

    /** A retry policy, for [RetryPolicy.fromJson]. */
    RETRY_POLICY("retry-policy", FfiDocument.RETRY_POLICY),

    /** The state of a delivery, for [DeliveryState.fromJson]. */
    DELIVERY_STATE("delivery-state", FfiDocument.DELIVERY_STATE),

    /** A health policy, for [HealthPolicy.fromJson]. */
    HEALTH_POLICY("health-policy", FfiDocument.HEALTH_POLICY),

    /** The health of an endpoint, for [EndpointHealth.fromJson]. */
    ENDPOINT_HEALTH("endpoint-health", FfiDocument.ENDPOINT_HEALTH),

    /** The activity of an endpoint, for [EndpointActivity.fromJson]. */
    ENDPOINT_ACTIVITY("endpoint-activity", FfiDocument.ENDPOINT_ACTIVITY),

    /** A receive policy, for [ReceivePolicy.fromJson]. */
    RECEIVE_POLICY("receive-policy", FfiDocument.RECEIVE_POLICY),

    /** A claim of a delivery, for [DeliveryClaim.fromJson]. */
    DELIVERY_CLAIM("delivery-claim", FfiDocument.DELIVERY_CLAIM),

    /** A signature scheme of webhooks, for [WebhookScheme.fromJson]. */
    WEBHOOK_SCHEME("webhook-scheme", FfiDocument.WEBHOOK_SCHEME),

    /** A key format, for [KeyFormat.fromJson]. */
    KEY_FORMAT("key-format", FfiDocument.KEY_FORMAT),

    /** A set of key formats, for [KeyFormatSet.fromJson]. */
    KEY_FORMAT_SET("key-format-set", FfiDocument.KEY_FORMAT_SET),

    /** A mask policy, for [MaskPolicy.fromJson]. */
    MASK_POLICY("mask-policy", FfiDocument.MASK_POLICY),

    /** A platform, for [Platform.fromJson]. */
    PLATFORM("platform", FfiDocument.PLATFORM),

    /** A credential scheme, for [Scheme.fromJson]. */
    SCHEME("scheme", FfiDocument.SCHEME),

    /** The trusted proxies, for [Trust.fromJson]. */
    TRUST("trust", FfiDocument.TRUST);

    /**
     * Returns the JSON Schema (draft 2020-12) of this kind of document.
     *
     * Editors and validators can check a document with it. The schema accepts every valid
     * document. Rules that it cannot express are checked when the document is read: for example,
     * that a name is unique, or refers to something that exists.
     */
    public fun jsonSchema(): String = translatingErrors { documentJsonSchema(native) }
}
