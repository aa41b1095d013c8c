import Foundation

/// The record of an API key: its digests, and what the key may do. It never contains the key.
public struct KeyRecord: CustomStringConvertible, Sendable {
    private let native: FfiKeyRecord

    /// Reads a record from its configuration.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists every fault.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiKeyRecord.fromJson(text: json) }
    }

    /// The record's id.
    public var id: String { native.id() }

    /// The id of the app that the key belongs to.
    public var app: String { native.app() }

    /// The scope of the key.
    public var scope: Scope { Scope(native.scope()) }

    /// Authorizes a request that is made now and from this address, with a key that was found to
    /// match the record.
    ///
    /// - Parameters:
    ///   - now: the current time. A key that expires at exactly this time is expired.
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

/// The kind of access that a request needs. The raw value is its name, which is the same
/// in all bindings.
public enum Access: String, Codable, Sendable {
    /// To read, without changing anything.
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

/// The highest access that a key has. The raw value is its name, which is the same in
/// all bindings.
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

/// The permission that an authorized request was granted.
public struct Grant: Hashable, Codable, Sendable {
    /// The id of the key's record.
    public let record: String
    /// The app that the key belongs to.
    public let app: String
    /// The scope of the key.
    public let scope: Scope

    init(_ native: FfiGrant) {
        record = native.record
        app = native.app
        scope = Scope(native.scope)
    }
}
