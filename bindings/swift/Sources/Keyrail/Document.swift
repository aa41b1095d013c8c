/// A kind of document that Keyrail reads. The raw value is its name.
public enum Document: String, CaseIterable, Sendable {
    /// A deployment, for ``Gateway/init(json:secrets:)``.
    case deployment
    /// A topology, for ``RouteTable/init(json:)``.
    case topology
    /// Fixtures, for ``RouteTable/verify(_:)``.
    case fixtures
    /// A key record, for ``KeyRecord/init(json:)``.
    case keyRecord = "key-record"
    /// A policy, for ``Policy/init(json:)``.
    case policy
    /// A limit, for ``Limit/init(json:)``.
    case limit
    /// The state of a limit, for ``LimitState/init(json:)``.
    case limitState = "limit-state"
    /// The last uses of a record's keys, for ``LastUses/init(json:)``.
    case lastUses = "last-uses"
    /// An entry of an audit log, for ``AuditEntry/init(json:)``.
    case auditEntry = "audit-entry"
    /// The usage of keys, for ``Usage/init(json:)``.
    case usage
    /// A retry policy, for ``RetryPolicy/init(json:)``.
    case retryPolicy = "retry-policy"
    /// The state of a delivery, for ``DeliveryState/init(json:)``.
    case deliveryState = "delivery-state"
    /// A health policy, for ``HealthPolicy/init(json:)``.
    case healthPolicy = "health-policy"
    /// The health of an endpoint, for ``EndpointHealth/init(json:)``.
    case endpointHealth = "endpoint-health"
    /// The activity of an endpoint, for ``EndpointActivity/init(json:)``.
    case endpointActivity = "endpoint-activity"
    /// A receive policy, for ``ReceivePolicy/init(json:)``.
    case receivePolicy = "receive-policy"
    /// A claim of a delivery, for ``DeliveryClaim/init(json:)``.
    case deliveryClaim = "delivery-claim"
    /// A signature scheme of webhooks, for ``WebhookScheme/init(json:)``.
    case webhookScheme = "webhook-scheme"
    /// A key format, for ``KeyFormat/init(json:)``.
    case keyFormat = "key-format"
    /// A set of key formats, for ``KeyFormatSet/init(json:)``.
    case keyFormatSet = "key-format-set"
    /// A mask policy, for ``MaskPolicy/init(json:)``.
    case maskPolicy = "mask-policy"
    /// A platform, for ``Platform/init(json:)``.
    case platform
    /// A credential scheme, for ``Scheme/init(json:)``.
    case scheme
    /// The trusted proxies, for ``Trust/init(json:)``.
    case trust

    /// The JSON Schema (draft 2020-12) of this kind of document.
    ///
    /// Editors and validators can check a document with it. The schema accepts every valid
    /// document. Rules that it cannot express are checked when the document is read: for example,
    /// that a name is unique, or refers to something that exists.
    public var jsonSchema: String {
        documentJsonSchema(document: native)
    }

    private var native: FfiDocument {
        switch self {
        case .deployment: .deployment
        case .topology: .topology
        case .fixtures: .fixtures
        case .keyRecord: .keyRecord
        case .policy: .policy
        case .limit: .limit
        case .limitState: .limitState
        case .lastUses: .lastUses
        case .auditEntry: .auditEntry
        case .usage: .usage
        case .retryPolicy: .retryPolicy
        case .deliveryState: .deliveryState
        case .healthPolicy: .healthPolicy
        case .endpointHealth: .endpointHealth
        case .endpointActivity: .endpointActivity
        case .receivePolicy: .receivePolicy
        case .deliveryClaim: .deliveryClaim
        case .webhookScheme: .webhookScheme
        case .keyFormat: .keyFormat
        case .keyFormatSet: .keyFormatSet
        case .maskPolicy: .maskPolicy
        case .platform: .platform
        case .scheme: .scheme
        case .trust: .trust
        }
    }
}
