/// A request that a ``Platform`` accepts.
public struct PlatformOperation: Hashable, Codable, Sendable {
    /// The name of the operation, such as `message.send`.
    public let name: String
    /// The method of the operation in capitals, if the vendor publishes it.
    public let method: String?
    /// The path of the operation below the base URL, as the template that the document contains, if
    /// the vendor publishes it.
    public let path: String?
    /// The access that a key needs for the operation.
    public let access: OperationAccess
    /// The kind of body that the operation takes.
    public let body: BodyKind
    /// The form fields whose length the vendor limits, each with its maximum number of characters
    /// (Unicode code points, 1 to 65,536), in the order of the platform's document.
    public let limits: [FieldLimit]
    /// Whether the operation concerns a queue or a session. If it does, the caller must check that
    /// the app may write to the queue.
    public let usesQueue: Bool
    /// The name of the operation's scheme, if it is not the platform's default.
    public let scheme: String?
    /// The template of the operation's base URL, if it is not the platform's.
    public let base: String?
    /// The variables of the operation's URL, each once: those of the base URL, then those of the
    /// path. All of them are required. If the path is not published, only the variables of the base
    /// URL are listed.
    public let variables: [String]

    init(_ native: FfiOperation) {
        name = native.name
        method = native.method
        path = native.path
        access = OperationAccess(native.access)
        body = BodyKind(native.body)
        limits = native.limits.map { FieldLimit(field: $0.field, characters: Int($0.characters)) }
        usesQueue = native.usesQueue
        scheme = native.scheme
        base = native.base
        variables = native.variables
    }
}

/// The maximum length of a form field of an operation.
public struct FieldLimit: Hashable, Codable, Sendable {
    /// The field's name.
    public let field: String
    /// The maximum number of characters (Unicode code points).
    public let characters: Int
}

/// The access that a key needs for an operation. Each level includes the levels before it. The raw
/// value is its name, which is the same in all bindings.
public enum OperationAccess: String, Codable, Sendable {
    /// The operation only reads.
    case read
    /// The operation changes or sends something, or may do so.
    case write
    /// The operation manages keys, webhooks or people.
    case admin

    init(_ native: FfiOperationAccess) {
        switch native {
        case .read: self = .read
        case .write: self = .write
        case .admin: self = .admin
        }
    }
}

/// The kind of body that an operation takes. The raw value is its name, which is the same in all
/// bindings.
public enum BodyKind: String, Codable, Sendable {
    /// No body. This case is not named `none`, because `Optional` already has a case with that
    /// name.
    case nothing = "none"
    /// JSON, sent as `application/json`.
    case json
    /// A form, sent as `application/x-www-form-urlencoded`.
    case form
    /// A body of a type that the vendor does not publish: the caller passes its
    /// `content-type` as an extra header.
    case any

    init(_ native: FfiBodyKind) {
        switch native {
        case .nothing: self = .nothing
        case .json: self = .json
        case .form: self = .form
        case .any: self = .any
        }
    }
}
