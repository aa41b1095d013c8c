import Foundation

/// The record of an API key, and what the key may do. It contains digests,
/// never the key.
public struct KeyRecord: CustomStringConvertible, Sendable {
    private let native: FfiKeyRecord

    /// Reads a record from its configuration.
    ///
    /// - Throws: with all ``KeyrailError/faults``.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiKeyRecord.fromJson(text: json) }
    }

    /// The record's id.
    public var id: String { native.id() }

    /// The id of the app whose key it is.
    public var app: String { native.app() }

    /// What the key may do.
    public var scope: Scope { Scope(native.scope()) }

    /// Authorizes a request with a key that was found to match the record, made now and
    /// from this address.
    ///
    /// - Parameters:
    ///   - now: the time. A key that expires at this
    ///     exact instant is expired.
    ///   - ip: the client's address, if the host knows it.
    /// - Throws: `access.revoked`, `access.not_yet_valid`, `access.expired`,
    ///   `access.address_unknown`, `access.network`, `access.scope`; the first of them
    ///   that applies. `network.malformed` if the key is bound to networks and `ip` cannot
    ///   be parsed.
    public func authorize(_ access: Access, now: Date, ip: String? = nil) throws(KeyrailError) -> Grant {
        Grant(try translatingErrors { try native.authorize(access: access.native, nowMs: milliseconds(now), ip: ip) })
    }

    public var description: String { "KeyRecord(id: \(id), app: \(app), scope: \(scope.rawValue))" }
}

/// What an operation does. The raw value is its name in all languages.
public enum Access: String, Codable, Sendable {
    /// To read. It changes nothing.
    case read
    /// To write: to send, create, change or delete.
    case write
    /// To administer: to manage keys, webhooks or people.
    case admin

    var native: FfiAccess {
        switch self {
        case .read: .read
        case .write: .write
        case .admin: .admin
        }
    }
}

/// What a key may do at all. The raw value is its name in all languages.
public enum Scope: String, Codable, Sendable {
    /// Read only.
    case read
    /// Read and write.
    case readWrite = "read_write"
    /// Read, write and administer: keys, webhooks, people.
    case admin

    init(_ native: FfiScope) {
        switch native {
        case .read: self = .read
        case .readWrite: self = .readWrite
        case .admin: self = .admin
        }
    }
}

/// Permission to do what was requested.
public struct Grant: Hashable, Codable, Sendable {
    /// The id of the key's record.
    public let record: String
    /// The app whose key it is.
    public let app: String
    /// What the key may do.
    public let scope: Scope

    init(_ native: FfiGrant) {
        record = native.record
        app = native.app
        scope = Scope(native.scope)
    }
}
