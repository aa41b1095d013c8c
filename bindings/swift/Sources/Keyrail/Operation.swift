/// A request that a ``Platform`` accepts.
public struct PlatformOperation: Hashable, Codable, Sendable {
    /// Its name, such as `message.send`.
    public let name: String
    /// Its method in capitals, where the vendor publishes it.
    public let method: String?
    /// Its path below the base, as a template in the vendor's spelling, where
    /// the vendor publishes it.
    public let path: String?
    /// The access that a key needs for it.
    public let access: OperationAccess
    /// The kind of body that it takes.
    public let body: BodyKind
    /// The fields of its form that the vendor limits, with the most characters (Unicode
    /// code points, 1 to 65,536) that each may have, in the document's order.
    public let limits: [FieldLimit]
    /// Whether it concerns a queue or a session, so that it matters whose
    /// queue that is.
    public let usesQueue: Bool
    /// The name of its scheme, if it is not the platform's default.
    public let scheme: String?
    /// The template of its base URL, if it is not the platform's.
    public let base: String?
    /// The variables of its URL, all of them required: the base's, then the
    /// path's, each once; only the base's if the path is not published.
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

/// The maximum length of a field of an operation's form.
public struct FieldLimit: Hashable, Codable, Sendable {
    /// The field's name.
    public let field: String
    /// The most characters (Unicode code points).
    public let characters: Int
}

/// The access that a key needs for an operation. Each level includes those before it. The raw
/// value is its name, which is the same in all bindings.
public enum OperationAccess: String, Codable, Sendable {
    /// It only reads.
    case read
    /// It changes or sends something, or may do so.
    case write
    /// It manages keys, webhooks or people.
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
    /// No body. It is not named `none`, because an optional already has a `none`.
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
