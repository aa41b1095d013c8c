import Foundation

/// The record of an API key: its digests, and what the key may do. It never contains the key.
public struct KeyRecord: CustomStringConvertible, Sendable {
    let native: FfiKeyRecord
    private let members: FfiKeyRecordMembers

    /// Reads a record from its configuration.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(json: String) throws(KeyrailError) {
        self.init(try translatingErrors { try FfiKeyRecord.fromJson(text: json) })
    }

    init(_ native: FfiKeyRecord) {
        self.native = native
        members = native.members()
    }

    /// Returns the record as JSON, on one line. Members without a value are omitted, but
    /// `expires_at` is always written.
    public func toJSON() -> String { native.toJson() }

    /// The record's id.
    public var id: String { members.id }

    /// The id of the app that the key belongs to.
    public var app: String { members.app }

    /// The id of the organization that the key belongs to, if the record specifies it.
    public var organization: String? { members.organization }

    /// The environment that the key is for, such as `live`, if the record specifies it.
    public var environment: String? { members.environment }

    /// The id of the user that the key belongs to, if the record specifies it.
    public var owner: String? { members.owner }

    /// What limits the key: its record alone, or also the permissions of its owner.
    public var authority: Authority { Authority(members.authority) }

    /// The key's name for people, if it has one.
    public var name: String? { members.name }

    /// The scope of the key.
    public var scope: Scope { Scope(members.scope) }

    /// The operations that the key may be used for, at least one; `nil` if only its scope restricts
    /// them.
    public var operations: [String]? { members.operations }

    /// The queues that the key may be used for, at least one; `nil` if it may be used for every
    /// queue of its app.
    public var queues: [String]? { members.queues }

    /// The digests of the key, at least one.
    public var digests: [KeyDigest] { members.digests.map(KeyDigest.init) }

    /// The mask of the key, if the record specifies it.
    public var display: String? { members.display }

    /// The time at which the key was created, if the record specifies it.
    public var createdAt: Date? { members.createdAtMs.map(date) }

    /// Who created the key, if the record specifies it.
    public var createdBy: Author? { members.createdBy.map(Author.init) }

    /// The first time at which the key is valid, if the record specifies it.
    public var notBefore: Date? { members.notBeforeMs.map(date) }

    /// The first time at which the key is no longer valid; `nil` if it never expires.
    public var expiresAt: Date? { members.expiresAtMs.map(date) }

    /// The time at which the expiry was set, if the record specifies it.
    public var expiresSetAt: Date? { members.expiresSetAtMs.map(date) }

    /// When, by whom and why the key was revoked; `nil` if it was not revoked.
    public var revoked: Revocation? { members.revoked.map(Revocation.init) }

    /// Whether the key is enabled. A disabled key can be enabled again.
    public var enabled: Bool { members.enabled }

    /// The networks that the key may be used from, at least one; `nil` if it may be used from every
    /// address.
    public var allowIps: [String]? { members.allowIps }

    /// The limits that each request consumes. A limit counts the requests of the key, of its owner
    /// or of its organization.
    public var limits: [Limit] { members.limits.map { Limit($0) } }

    /// The ids under which the host stores the states of the limits, in the order of ``limits``. An
    /// id has three parts, separated by slashes. The first is one of the words `key`, `owner` and
    /// `organization`, the second is the name of the limit, and the third is the id of the record,
    /// the owner or the organization. An example is `owner/monthly/u_17`.
    ///
    /// Load the states with these ids, and pass them to
    /// ``authorize(_:now:ip:operation:queue:environment:digest:ownerPermissions:limits:)``. Records
    /// with the same owner share one state for an `owner` limit with the same name, and this limit
    /// must have the same rate or quota in all of them; only the cost may differ. The same applies
    /// to an `organization` limit.
    public var limitIds: [String] { members.limitIds }

    /// The host's own data about the key: values by name.
    public var metadata: [String: String] { named(members.metadata) }

    /// The number of changes made to the record.
    public var version: UInt64 { members.version }

    /// Returns whether a string is the record's key.
    ///
    /// Every digest is compared with the string in constant time, even after one has matched. A
    /// digest made with a pepper that is not among `peppers` does not match. A key that was
    /// replaced matches too. To distinguish it from the new key, get the index from
    /// ``findDigest(_:peppers:)`` and pass it to
    /// ``authorize(_:now:ip:operation:queue:environment:digest:ownerPermissions:limits:)``. For a
    /// key of a format with a digest segment, see ``findDigest(_:peppers:)``.
    public func matches(_ key: String, peppers: [Pepper] = []) -> Bool {
        findDigest(key, peppers: peppers) != nil
    }

    /// Returns the index of the record's digest that matches a string, or `nil` if the string is
    /// not the record's key. The comparison is the same as in ``matches(_:peppers:)``. If several
    /// digests match, the index of the one that stops being valid first is returned. For a key of a
    /// format with a digest segment, pass the part that ``ApiKey/revealDigested()`` returns, and
    /// check that the key id of the digest and the environment of the record are those of the key.
    public func findDigest(_ key: String, peppers: [Pepper] = []) -> Int? {
        native.findDigest(text: key, peppers: peppers.map(\.native)).map(Int.init)
    }

    /// Returns the status of the key.
    ///
    /// If several statuses apply, the first of them in this order is returned: revoked, disabled,
    /// pending, expired, expiring, active. A key is also expired if every digest has reached its
    /// `validUntil`. A key is expiring from the time at which its first alert is due: see
    /// ``expiryAlerts(_:since:now:days:)``.
    ///
    /// - Throws: `time.out_of_range`.
    public func status(_ now: Date) throws(KeyrailError) -> KeyStatus {
        KeyStatus(try translatingErrors { try native.status(nowMs: milliseconds(now)) })
    }

    /// Returns the change that adds a digest of the key with the current pepper, or `nil` if there is
    /// nothing to do.
    ///
    /// A digest cannot be computed from another digest, only from the key. So an upgrade is only
    /// possible when a client presents the key: pass the text of the key after the request was
    /// authorized. For a key of a format with a digest segment, pass the part that
    /// ``ApiKey/revealDigested()`` returns. A digest that was imported, or made with another pepper
    /// or without one, is kept beside the new digest, so that servers without the current pepper
    /// still accept the key. If the key has two digests already, one of them is removed: the second
    /// one if it has a pepper that is not among `peppers`, or else the one that matched. If it has
    /// no key id, the new digest replaces the one that matched. The digest of a key that is too
    /// weak for ``Digest/of(_:pepper:)`` stays as it is.
    ///
    /// - Parameter peppers: the peppers in use, the current one first.
    /// - Throws: `time.out_of_range`.
    public func upgrade(_ key: String, peppers: [Pepper], now: Date) throws(KeyrailError) -> KeyChange? {
        let change = try translatingErrors {
            try native.upgrade(text: key, peppers: peppers.map(\.native), nowMs: milliseconds(now))
        }
        return change.map(KeyChange.init)
    }

    /// Authorizes a request with a key that was found to match the record.
    ///
    /// - Parameters:
    ///   - now: the current time. A key that expires at exactly this time is expired.
    ///   - ip: the client's IP address, if it is known.
    ///   - operation: the operation, such as `message.send`. If the key is limited to certain
    ///     operations, a request without an operation is denied.
    ///   - queue: the queue that the request concerns. If the key is limited to certain queues, a
    ///     request without a queue is denied, unless one of the key's operations is the exact name
    ///     of the request's operation. A pattern with `*` is not enough.
    ///   - environment: the environment in which the request is made, such as `live`. Without it,
    ///     the key's environment is not checked.
    ///   - digest: the index that ``findDigest(_:peppers:)`` returned. Without it, the key is
    ///     denied once any digest of the record has reached its `validUntil`.
    ///   - ownerPermissions: what the key's owner may do now. Required for a key with the authority
    ///     `owner`.
    ///   - limits: the stored states of the record's limits, by the ids in ``limitIds``. The value
    ///     is `nil` for an id under which no state is stored. Required for a record with limits.
    ///     Either all limits are consumed, or none of them. The new states to store are in
    ///     ``Grant/consumption`` or, if a limit is exceeded, in ``KeyrailError/consumption``.
    /// - Throws: the first reason that applies: `access.revoked`, `access.disabled`,
    ///   `access.not_yet_valid`, `access.expired`, `access.rotated`, `access.environment`,
    ///   `access.address_unknown`, `access.network`, `access.scope`, `access.operation`,
    ///   `access.queue`, `access.owner_unknown`, `access.owner`, `access.limits_unknown`,
    ///   `access.quota`, `access.rate`. Also throws `network.malformed` if the key is restricted to
    ///   networks and `ip` cannot be parsed.
    public func authorize(
        _ access: Access,
        now: Date,
        ip: String? = nil,
        operation: String? = nil,
        queue: String? = nil,
        environment: String? = nil,
        digest: Int? = nil,
        ownerPermissions: Permissions? = nil,
        limits: [String: LimitState?]? = nil
    ) throws(KeyrailError) -> Grant {
        let request = AccessRequest(
            access, now: now, ip: ip, operation: operation, queue: queue, environment: environment,
            digest: digest, ownerPermissions: ownerPermissions, limits: limits)
        let native = try request.native()
        return Grant(try translatingErrors { try self.native.authorize(request: native) })
    }

    /// Authorizes several requests with the same key, in order. Each result is that of
    /// ``authorize(_:now:ip:operation:queue:environment:digest:ownerPermissions:limits:)``; a
    /// denied request does not affect the others.
    ///
    /// The requests consume the record's limits one after another: once a request has changed the
    /// state of a limit, later requests use the new state instead of the one that they pass. For
    /// each limit, take the first old state and the last new state in the results. Store the new
    /// state only if the old state is still stored.
    public func authorizeBatch(_ requests: [AccessRequest]) -> [Result<Grant, KeyrailError>] {
        let natives = requests.map { request in
            Result { () throws(KeyrailError) in try request.native() }
        }
        var results = native.authorizeBatch(requests: natives.compactMap { try? $0.get() })
            .makeIterator()
        return natives.compactMap { request in
            if case .failure(let error) = request { return .failure(error) }
            return switch results.next() {
            case .granted(let grant): .success(Grant(grant))
            case .denied(let error): .failure(KeyrailError(error))
            case nil: nil
            }
        }
    }

    /// Returns the alerts that became due after `since` and no later than `now`, in the order of
    /// the records.
    ///
    /// An alert for 7 days is due 7 days before the key expires. If the expiry was set less than 7
    /// days in advance, the alert is due at the time at which it was set. An alert for 7 days is
    /// skipped if the key was created 7 days or less before its expiry. The alert for 0 days is
    /// never skipped. If several alerts of a key became due, only the one with the fewest days is
    /// returned. A revoked key has no alerts.
    ///
    /// As `since`, pass a time a few minutes before the `now` of the last call whose alerts were
    /// sent, because a change may be stored late, or by a server whose clock is behind. An alert
    /// that is returned again has the same id: do not send it again.
    ///
    /// - Parameter days: the numbers of days before the expiry: at most 16, each from 0 to 3660.
    /// - Throws: `access.malformed_days`, `access.time_in_seconds`, `time.out_of_range`.
    public static func expiryAlerts(
        _ records: [KeyRecord], since: Date, now: Date, days: [Int] = [30, 7, 1, 0]
    ) throws(KeyrailError) -> [ExpiryAlert] {
        let alerts = try translatingErrors {
            try accessExpiryAlerts(
                records: records.map(\.native),
                sinceMs: milliseconds(since),
                nowMs: milliseconds(now),
                days: days.map(Int64.init)
            )
        }
        return alerts.map(ExpiryAlert.init)
    }

    /// Returns the alerts for unused keys that became due after `since` and no later than `now`, in
    /// the order of the records.
    ///
    /// Pass each record with the time at which its current key was last used
    /// (``LastUses/ofCurrent(_:)``), or with `nil` if no use is known. An alert for 30 days is due
    /// 30 days after the latest of these times: the last use, the creation of the current key, and
    /// the record's `not_before`. A key whose creation and last use are both unknown has no alerts.
    /// If several alerts of a key became due, only the one with the most days is returned. A key
    /// that is disabled, revoked or expired at `now` has no alerts. It can happen that no later
    /// call returns the alerts that this call left out.
    ///
    /// As `since`, pass a time a few minutes before the `now` of the last call whose alerts were
    /// sent, because a change may be stored late, or by a server whose clock is behind. An alert
    /// that is returned again has the same id: do not send it again.
    ///
    /// - Parameter days: the numbers of days without a use: at most 16, each from 1 to 3660.
    /// - Throws: `access.malformed_days`, `access.time_in_seconds`, `time.out_of_range`.
    public static func unusedAlerts(
        _ uses: [(record: KeyRecord, lastUse: Date?)], since: Date, now: Date, days: [Int] = [30, 90]
    ) throws(KeyrailError) -> [UnusedAlert] {
        let alerts = try translatingErrors {
            try accessUnusedAlerts(
                uses: uses.map { try FfiKeyUse(record: $0.record.native, lastUseMs: milliseconds($0.lastUse)) },
                sinceMs: milliseconds(since),
                nowMs: milliseconds(now),
                days: days.map(Int64.init)
            )
        }
        return alerts.map(UnusedAlert.init)
    }

    /// Returns the time to store as the last use of a key that was just used, or `nil` if the
    /// stored time is accurate enough.
    ///
    /// A use is stored if the last stored one was at least a minute earlier, so that a busy key
    /// does not cause a write for each request. A stored time that is more than a minute later than
    /// `now` comes from a wrong clock, and is replaced. Store a separate time for each digest of a
    /// record, as ``LastUses`` does.
    ///
    /// - Throws: `time.out_of_range`.
    public static func touch(_ stored: Date?, now: Date) throws(KeyrailError) -> Date? {
        let touched = try translatingErrors {
            try accessTouch(storedMs: milliseconds(stored), nowMs: milliseconds(now))
        }
        return touched.map(date)
    }

    /// Returns the ids of the peppers that are needed to verify the keys of these records, in
    /// alphabetical order. Any other pepper may be removed. If a deployment lists the records,
    /// first remove the digests that were made with that pepper.
    ///
    /// If a key id has several digests, only the first one counts, because an upgrade puts the new
    /// digest before the others.
    public static func peppersInUse(_ records: [KeyRecord]) -> [String] {
        accessPeppersInUse(records: records.map(\.native))
    }

    public var description: String { "KeyRecord(id: \(id), app: \(app), scope: \(scope.rawValue))" }
}

/// A digest of a record's key, and what is known about that key.
public struct KeyDigest: Hashable, Sendable {
    /// The id that the key itself contains, if the record specifies it.
    public let keyId: String?
    /// The digest. ``Digest/init(_:)`` parses it.
    public let digest: String
    /// The mask of the key, if the record specifies it.
    public let display: String?
    /// The time at which the key was created, if the record specifies it.
    public let createdAt: Date?
    /// The first time at which the key is no longer valid because another one replaced it; `nil` if
    /// it was not replaced.
    public let validUntil: Date?

    init(_ native: FfiKeyDigest) {
        keyId = native.keyId
        digest = native.digest
        display = native.display
        createdAt = native.createdAtMs.map(date)
        validUntil = native.validUntilMs.map(date)
    }
}

/// Who created or changed a key: an id and a role that the host assigned, never a name or an
/// address.
public struct Author: Hashable, Sendable {
    /// The id of the user or key.
    public let id: String
    /// The role that the user had, if it is known.
    public let role: String?

    init(_ native: FfiAuthor) {
        id = native.id
        role = native.role
    }
}

/// When, by whom and why a key was revoked.
public struct Revocation: Hashable, Sendable {
    /// When the key was revoked. A revoked key is always rejected, even before this time.
    public let at: Date
    /// The id of the user or key that revoked the key, if it is known.
    public let by: String?
    /// Why the key was revoked, if it is known.
    public let reason: String?

    init(_ native: FfiRevocation) {
        at = date(native.atMs)
        by = native.by
        reason = native.reason
    }
}

/// The status of a key at a given time. The raw value is its name, which is the same in all
/// bindings.
public enum KeyStatus: String, Codable, Sendable {
    /// The key is not valid yet.
    case pending
    /// The key is valid.
    case active
    /// The key is valid, and its first expiry alert is due.
    case expiring
    /// The key has expired.
    case expired
    /// The key was revoked, for good.
    case revoked
    /// The key is disabled, and can be enabled again.
    case disabled

    init(_ native: FfiStatus) {
        switch native {
        case .pending: self = .pending
        case .active: self = .active
        case .expiring: self = .expiring
        case .expired: self = .expired
        case .revoked: self = .revoked
        case .disabled: self = .disabled
        }
    }
}

/// An alert that a key expires soon, or has just expired.
public struct ExpiryAlert: Hashable, Sendable {
    /// The alert's id: the same each time the alert is returned, but a different one after the
    /// expiry is changed. Store it to send each alert only once.
    public let id: String
    /// The id of the key's record.
    public let record: String
    /// The number of days before the expiry at which the alert is due; 0 for the expiry itself.
    public let days: Int
    /// The time from which the alert is due.
    public let due: Date
    /// The first time at which the key is no longer valid.
    public let expiresAt: Date

    init(_ native: FfiExpiryAlert) {
        id = native.id
        record = native.record
        days = Int(native.days)
        due = date(native.dueMs)
        expiresAt = date(native.expiresAtMs)
    }
}

/// An alert that a key has not been used for some time.
public struct UnusedAlert: Hashable, Sendable {
    /// The alert's id: the same each time the alert is returned, but a different one after the key
    /// is used. Store it to send each alert only once.
    public let id: String
    /// The id of the key's record.
    public let record: String
    /// The number of days without a use after which the alert is due.
    public let days: Int
    /// The time from which the alert is due.
    public let due: Date
    /// The time from which the days are counted. It is the latest of these times: the last use, the
    /// creation of the current key, and the first time at which that key is valid.
    public let unusedSince: Date

    init(_ native: FfiUnusedAlert) {
        id = native.id
        record = native.record
        days = Int(native.days)
        due = date(native.dueMs)
        unusedSince = date(native.unusedSinceMs)
    }
}

/// The access that a request needs; each level includes those before it. The raw value is its name,
/// which is the same in all bindings.
public enum Access: String, Codable, Sendable {
    /// To read.
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

/// The permissions of a key. Each scope includes the scopes before it. The raw value is its name,
/// which is the same in all bindings.
public enum Scope: String, Codable, Sendable {
    /// Read only.
    case read
    /// Read and write.
    case readWrite = "read_write"
    /// Read, write, and administer keys, webhooks or people.
    case admin

    init(_ native: FfiScope) {
        switch native {
        case .read: self = .read
        case .readWrite: self = .readWrite
        case .admin: self = .admin
        }
    }

    var native: FfiScope {
        switch self {
        case .read: .read
        case .readWrite: .readWrite
        case .admin: .admin
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
    /// The id of the user that the key belongs to, if the record specifies it.
    public let owner: String?
    /// The key's name for people, if it has one.
    public let name: String?
    /// The host's own data about the key: values by name.
    public let metadata: [String: String]
    /// The digest of the presented key, such as `sha256:...`, if the digest's index was passed.
    /// Store the time of its last use: see ``LastUses/touch(_:now:)``.
    public let digest: String?
    /// The outcome of the record's limits; `nil` if the record has none. Store the new states
    /// before you serve the request. If the stored states have changed since you read them, repeat
    /// the call with the changed states: see ``Limit/consume(_:now:)``. Add the header fields of
    /// the consumption to the response. The outcome is not encoded with the grant.
    public private(set) var consumption: Consumption? = nil
    /// The change that adds a digest of the key with the current pepper: see
    /// ``KeyRecord/upgrade(_:peppers:now:)``. It is `nil` if there is nothing to do, if no records
    /// were passed to the gateway, or if it is unknown which pepper is the current one. The change
    /// is not encoded with the grant.
    public private(set) var upgrade: KeyChange? = nil

    private enum CodingKeys: String, CodingKey {
        case record, app, scope, owner, name, metadata, digest
    }

    init(_ native: FfiGrant) {
        record = native.record
        app = native.app
        scope = Scope(native.scope)
        owner = native.owner
        name = native.name
        metadata = named(native.metadata)
        digest = native.digest
        consumption = native.consumption.map { Consumption($0) }
        upgrade = native.upgrade.map(KeyChange.init)
    }
}

/// Converts an index to the type of the native library. A negative index becomes `UInt32.max`,
/// which is not the index of any digest either.
func digestIndex(_ index: Int) -> UInt32 { index < 0 ? UInt32.max : UInt32(clamping: index) }

/// Converts pairs with different names to a dictionary.
private func named(_ pairs: [FfiPair]) -> [String: String] {
    Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
}
