import Foundation
import KeyrailFFI

/// A request, and the facts about it that the caller knows.
public struct AccessRequest: Hashable, Sendable {
    /// The access that the request needs.
    public var access: Access
    /// The current time.
    public var now: Date
    /// The client's IP address, if it is known.
    public var ip: String?
    /// The operation, such as `message.send`.
    public var operation: String?
    /// The queue that the request concerns.
    public var queue: String?
    /// The environment in which the request is made, such as `live`. If it is `nil`, the key's
    /// environment is not checked.
    public var environment: String?
    /// The index of the digest that the presented key has, as ``KeyRecord/findDigest(_:peppers:)``
    /// returns it. If it is `nil`, the key is denied once any digest of the record has reached its
    /// `validUntil`.
    public var digest: Int?
    /// What the key's owner may do now. Required for a key with the authority `owner`.
    public var ownerPermissions: Permissions?
    /// The stored state of each limit of the record, by the id that ``KeyRecord/limitIds`` returns;
    /// the state is `nil` if none is stored for this id. Required for a record with limits.
    public var limits: [String: LimitState?]?

    /// Creates a request.
    public init(
        _ access: Access,
        now: Date,
        ip: String? = nil,
        operation: String? = nil,
        queue: String? = nil,
        environment: String? = nil,
        digest: Int? = nil,
        ownerPermissions: Permissions? = nil,
        limits: [String: LimitState?]? = nil
    ) {
        (self.access, self.now, self.ip) = (access, now, ip)
        (self.operation, self.queue, self.environment) = (operation, queue, environment)
        (self.digest, self.ownerPermissions, self.limits) = (digest, ownerPermissions, limits)
    }

    func native() throws(KeyrailError) -> FfiAccessRequest {
        FfiAccessRequest(
            access: access.native,
            nowMs: try milliseconds(now),
            ip: ip,
            operation: operation,
            queue: queue,
            environment: environment,
            digest: digest.map(digestIndex),
            ownerPermissions: ownerPermissions?.native,
            limits: limits.map(storedStates)
        )
    }
}
