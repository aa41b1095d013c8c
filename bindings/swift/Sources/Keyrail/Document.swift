/// A kind of document that Keyrail reads; its raw value is its name.
public enum Document: String, CaseIterable, Sendable {
    /// The document of a ``Gateway``.
    case deployment
    /// The document of a ``RouteTable``.
    case topology
    /// What ``RouteTable`` verifies.
    case fixtures
    /// The document of a ``KeyRecord``.
    case keyRecord = "key-record"
    /// The document of a ``KeyFormat``.
    case keyFormat = "key-format"
    /// The document of a ``KeyFormatSet``.
    case keyFormatSet = "key-format-set"
    /// The document of a ``MaskPolicy``.
    case maskPolicy = "mask-policy"
    /// The document of a ``Platform``.
    case platform
    /// The document of a ``Scheme``.
    case scheme
    /// The document of a ``Trust``.
    case trust

    /// The JSON Schema (draft 2020-12) of the documents.
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
