/// A kind of document that Keyrail reads; its raw value is its name.
public enum Document: String, CaseIterable, Sendable {
    /// What ``Gateway/init(json:secrets:)`` reads.
    case deployment
    /// What ``RouteTable/init(json:)`` reads.
    case topology
    /// What ``RouteTable/verify(_:)`` reads.
    case fixtures
    /// What ``KeyRecord/init(json:)`` reads.
    case keyRecord = "key-record"
    /// What ``KeyFormat/init(json:)`` reads.
    case keyFormat = "key-format"
    /// What ``KeyFormatSet/init(json:)`` reads.
    case keyFormatSet = "key-format-set"
    /// What ``MaskPolicy/init(json:)`` reads.
    case maskPolicy = "mask-policy"
    /// What ``Platform/init(json:)`` reads.
    case platform
    /// What ``Scheme/init(json:)`` reads.
    case scheme
    /// What ``Trust/init(json:)`` reads.
    case trust

    /// The JSON Schema (draft 2020-12) of the documents, for editors and for checks before
    /// a document is handed over.
    ///
    /// It accepts every document that is read without a fault. What it cannot express (names
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
