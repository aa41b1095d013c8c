/// A kind of document that Keyrail reads; its raw value is its name.
public enum Document: String, CaseIterable, Sendable {
    /// What ``Gateway`` is made of.
    case deployment
    /// What ``RouteTable`` is made of.
    case topology
    /// What ``RouteTable`` verifies.
    case fixtures
    /// What ``KeyRecord`` is made of.
    case keyRecord = "key-record"
    /// What ``KeyFormat`` is made of.
    case keyFormat = "key-format"
    /// What ``KeyFormatSet`` is made of.
    case keyFormatSet = "key-format-set"
    /// What ``MaskPolicy`` is made of.
    case maskPolicy = "mask-policy"
    /// What ``Platform`` is made of.
    case platform
    /// What ``Scheme`` is made of.
    case scheme
    /// What ``Trust`` is made of.
    case trust

    /// The JSON Schema (draft 2020-12) of the documents.
    ///
    /// It accepts every document that is read without a fault. What it cannot say (names
    /// that must be known or unique) is checked when the document is read.
    public var jsonSchema: String {
        documentJsonSchema(document: native)
    }

    private var native: FfiDocument {
        switch self {
        case .deployment: .deployment
        case .topology: .topology
        case .fixtures: .fixtures
        case .keyRecord: .keyRecord
        case .keyFormat: .keyFormat
        case .keyFormatSet: .keyFormatSet
        case .maskPolicy: .maskPolicy
        case .platform: .platform
        case .scheme: .scheme
        case .trust: .trust
        }
    }
}
