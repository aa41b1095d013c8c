/// A scope that a vendor gives to keys.
public struct KeyScope: Hashable, Codable, Sendable {
    /// The name of the scope.
    public let name: String
    /// The highest access of a key with this scope.
    public let access: OperationAccess
    private let allowed: [OperationAccess]

    init(_ native: FfiKeyScope) {
        name = native.name
        access = OperationAccess(native.access)
        allowed = native.allowed.map { OperationAccess($0) }
    }

    /// Returns whether a key with this scope may use an operation that needs this access.
    public func allows(_ access: OperationAccess) -> Bool {
        allowed.contains(access)
    }
}

/// When a vendor's keys expire.
public enum ExpiryPolicy: Equatable, Sendable {
    /// A key is valid until it is revoked.
    case never
    /// A key expires after a lifetime that is chosen when the key is created. The vendor offers the
    /// lifetimes `days`, in days; if `custom` is true, any other lifetime may be chosen too.
    case chosen(days: [Int], custom: Bool)

    init(_ native: FfiExpiryPolicy) {
        switch native {
        case .never: self = .never
        case .chosen(let days, let custom): self = .chosen(days: days.map(Int.init), custom: custom)
        }
    }
}

/// What is known about a vendor's webhook calls.
public struct WebhookTraits: Hashable, Codable, Sendable {
    /// The header that contains a static verification token, if the vendor sends one. The token is
    /// not a signature: it does not authenticate the body.
    public let tokenHeader: String?
    /// The types of payload.
    public let types: [String]
    /// The names of events.
    public let events: [String]
    /// The statuses that a message goes through.
    public let statuses: [String]

    init(_ native: FfiWebhookTraits) {
        tokenHeader = native.tokenHeader
        types = native.types
        events = native.events
        statuses = native.statuses
    }
}

/// How a vendor issues the token that a request needs in addition to the key.
public struct TokenSpec: Hashable, Codable, Sendable {
    /// The operation that issues the token.
    public let operation: String
    /// The header that contains the token, if it is in a header.
    public let header: String?

    init(_ native: FfiTokenSpec) {
        operation = native.operation
        header = native.header
    }
}
