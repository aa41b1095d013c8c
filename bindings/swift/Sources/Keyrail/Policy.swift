import Foundation

/// The keys that may exist, and who may do what with them.
///
/// Each operation takes the `actor` and the time `now`, and returns a ``KeyChange``, or an
/// ``Issued`` if it creates a key. Each operation except `issue` also takes the record. Every
/// operation throws if the actor may not do this (`access.actor_...`), if the policy does not allow
/// the result (`access.policy_...`), or if `now` is before 1973-03-03, because it is then probably
/// a number of seconds (`access.time_in_seconds`). The actor must cover the record before and after
/// the change. This means that the actor's role must have the scope of the key. If the actor is
/// itself a key, it must also allow everything that the other key allows, for at least as long.
public struct Policy: CustomStringConvertible, Sendable {
    private let native: FfiPolicy

    /// Reads a policy from its configuration.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiPolicy.fromJson(text: json) }
    }

    private init(_ native: FfiPolicy) {
        self.native = native
    }

    /// Returns the policy of a platform: `azeer`, `mehery`, `sceyt`, `swellsign` or `vchatcloud`.
    ///
    /// - Throws: `access.unknown_preset`.
    public static func preset(_ name: String) throws(KeyrailError) -> Policy {
        Policy(try translatingErrors { try FfiPolicy.preset(name: name) })
    }

    /// The names of the roles, in the order of the configuration.
    public var roles: [String] { native.roles() }

    /// What limits the keys: their records alone, or also the permissions of their owners.
    public var authority: Authority { Authority(native.authority()) }

    /// Issues a key, if the policy allows the actor to.
    ///
    /// - Parameters:
    ///   - newKey: the properties of the requested key.
    ///   - format: the format of the key.
    ///   - entropy: at least 32 bytes from the system's random generator, fresh for each key.
    ///   - pepper: the pepper of the stored digest.
    /// - Throws: if the actor or the policy does not allow it, if an argument is invalid, or if
    ///   ``KeyFormat/generate(environment:entropy:)`` throws.
    public func issue(
        _ newKey: NewKey, format: KeyFormat, entropy: some DataProtocol, pepper: Pepper? = nil,
        actor: Actor, now: Date
    ) throws(KeyrailError) -> Issued {
        Issued(
            try translatingErrors {
                try native.issue(
                    newKey: newKey.native(),
                    source: source(format, pepper),
                    entropy: Data(entropy),
                    actor: actor.native,
                    nowMs: milliseconds(now))
            })
    }

    /// Issues a key with a new record, to replace a key that is revoked or expired. The old record
    /// stays as it is.
    ///
    /// The new record has the same app, owner, name, scope, limits and metadata as the old one. If
    /// the old record is disabled, the new one is disabled too. Otherwise, the new key is valid
    /// immediately. The new key is for the environment of the record. If the record has none but
    /// the format has several, the new key is for the first one, and the actor must be a user who
    /// may also issue keys.
    ///
    /// - Parameters:
    ///   - id: the id of the new record. By default the id that the key contains.
    ///   - expires: when the key expires. Required if the policy allows keys that expire.
    ///   - keyCount: the number of keys that exist. Required if the policy limits the number of
    ///     keys.
    /// - Throws: `access.not_ended` if the old key is neither revoked nor expired;
    ///   `access.reused_entropy`; and the errors of ``issue(_:format:entropy:pepper:actor:now:)``.
    public func reissue(
        _ record: KeyRecord, id: String? = nil, expires: Expiry? = nil, keyCount: Int? = nil,
        format: KeyFormat, entropy: some DataProtocol, pepper: Pepper? = nil, actor: Actor, now: Date
    ) throws(KeyrailError) -> Issued {
        Issued(
            try translatingErrors {
                try native.reissue(
                    record: record.native,
                    id: id,
                    expires: expires?.native(),
                    keyCount: keyCount.map(Int64.init),
                    source: source(format, pepper),
                    entropy: Data(entropy),
                    actor: actor.native,
                    nowMs: milliseconds(now))
            })
    }

    /// Replaces a key with a new one in the same record.
    ///
    /// The old key stays valid until the end of the grace period, or until it would have expired
    /// anyway, if that is earlier. Replaced keys that are no longer valid are removed from the
    /// record. The new key is for the environment of the record. If the record has none but the
    /// format has several, the new key is for the first one, and the actor must be a user who may
    /// also issue keys.
    ///
    /// - Parameters:
    ///   - grace: the grace period. By default one day, or the policy's longest grace period if
    ///     that is shorter. If it is ``Period/zero``, the old key is invalid at once.
    ///   - expires: the expiry of the new key. By default it stays the same.
    /// - Throws: if the actor or the policy does not allow it, and `access.already_revoked`,
    ///   `access.already_expired`, `access.malformed_expiry`, `access.reused_entropy`;
    ///   `access.too_many_digests` if more than two old keys would still be valid;
    ///   `access.malformed_id` or `access.malformed_name` if the id or the mask of the new key is
    ///   too long for a record.
    public func rotate(
        _ record: KeyRecord, grace: Period? = nil, expires: Expiry? = nil, format: KeyFormat,
        entropy: some DataProtocol, pepper: Pepper? = nil, actor: Actor, now: Date
    ) throws(KeyrailError) -> Issued {
        Issued(
            try translatingErrors {
                try native.rotate(
                    record: record.native,
                    graceMs: grace?.milliseconds,
                    expires: expires?.native(),
                    source: source(format, pepper),
                    entropy: Data(entropy),
                    actor: actor.native,
                    nowMs: milliseconds(now))
            })
    }

    /// Revokes a key for good. The change applies to any version of the record.
    ///
    /// - Parameters:
    ///   - digest: the index that ``KeyRecord/findDigest(_:peppers:)`` returned for the key to be
    ///     revoked. If it is the index of a replaced key, only that key is revoked. The change then
    ///     removes all digests with that key's key id. There is one exception: replaced keys
    ///     without a key id cannot be told apart, so revoking one of them revokes all of them. With
    ///     the index of the current key, or without an index, all keys of the record are revoked.
    ///   - reason: why the key is revoked.
    /// - Throws: if the actor may not do this, and `access.already_revoked`,
    ///   `access.unknown_digest`, `access.malformed_reason`.
    public func revoke(
        _ record: KeyRecord, digest: Int? = nil, reason: String? = nil, actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .revoke(digest: digest.map(digestIndex), reason: reason), actor, now)
    }

    /// Disables a key until it is enabled again. The change applies to any version of the record.
    ///
    /// - Throws: if the actor may not do this, and `access.already_revoked`, `access.unchanged`.
    public func disable(
        _ record: KeyRecord, actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .disable, actor, now)
    }

    /// Enables a disabled key.
    ///
    /// - Throws: if the actor may not do this, and `access.already_revoked`, `access.unchanged`.
    public func enable(
        _ record: KeyRecord, actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .enable, actor, now)
    }

    /// Changes the name of a key, or removes the name if none is passed.
    ///
    /// - Throws: if the actor or the policy does not allow it, and `access.already_revoked`,
    ///   `access.unchanged`, `access.malformed_name`.
    public func rename(
        _ record: KeyRecord, to name: String?, actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .rename(name: name), actor, now)
    }

    /// Changes the scope of a key.
    ///
    /// - Throws: if the actor may not do this, and `access.already_revoked`, `access.unchanged`.
    public func setScope(
        _ record: KeyRecord, to scope: Scope, actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .setScope(scope: scope.native), actor, now)
    }

    /// Changes the operations to which a key is limited. `nil` removes the limit.
    ///
    /// - Throws: if the actor may not do this, and `access.already_revoked`, `access.unchanged`,
    ///   `access.no_operation`, `access.too_many_items`, `event.malformed_pattern`.
    public func setOperations(
        _ record: KeyRecord, to operations: [String]?, actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .setOperations(operations: operations), actor, now)
    }

    /// Changes the queues to which a key is limited. `nil` removes the limit.
    ///
    /// - Throws: if the actor may not do this, and `access.already_revoked`, `access.unchanged`,
    ///   `access.no_queue`, `access.too_many_items`, `access.malformed_id`.
    public func setQueues(
        _ record: KeyRecord, to queues: [String]?, actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .setQueues(queues: queues), actor, now)
    }

    /// Changes the networks to which a key is restricted. `nil` removes the restriction.
    ///
    /// - Throws: if the actor or the policy does not allow it, and `access.already_revoked`,
    ///   `access.unchanged`, `access.no_network`, `access.too_many_items`, `network.malformed`,
    ///   `network.host_bits`.
    public func setNetworks(
        _ record: KeyRecord, to networks: [String]?, actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .setNetworks(networks: networks), actor, now)
    }

    /// Changes when a key expires.
    ///
    /// The expiry may be moved to any earlier time that is still in the future. It may be moved to
    /// a later time if the policy allows the new expiry. The whole life of the key, from its
    /// creation, must then be no longer than the longest expiry that the policy offers. If the
    /// creation time is unknown, the expiry may be moved to a later time only if the policy allows
    /// keys that never expire. To use a key for longer, rotate it. The change never extends the
    /// life of a replaced key.
    ///
    /// - Throws: if the actor or the policy does not allow it, and `access.already_revoked`,
    ///   `access.already_expired`, `access.unchanged`, `access.never_valid`,
    ///   `access.malformed_expiry`.
    public func setExpiry(
        _ record: KeyRecord, to expires: Expiry, actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .setExpiry(expires: expires.native()), actor, now)
    }

    /// Replaces the limits that each request with a key consumes. An empty list removes them.
    ///
    /// If you change the rate or quota of a limit, give the limit a new name or delete its states.
    /// Otherwise, the new rule continues with the old state.
    ///
    /// - Throws: if the actor may not do this, and `access.already_revoked`, `access.unchanged`,
    ///   `access.too_many_limits`, `access.duplicate_limit`, `access.no_owner`,
    ///   `access.no_organization`.
    public func setLimits(
        _ record: KeyRecord, to limits: [Limit], actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .setLimits(limits: limits.map(\.native)), actor, now)
    }

    /// Replaces the metadata of a key: the host's own data about it.
    ///
    /// - Throws: if the actor may not do this, and `access.already_revoked`, `access.unchanged`,
    ///   `access.malformed_metadata`.
    public func setMetadata(
        _ record: KeyRecord, to metadata: [String: String], actor: Actor, now: Date
    ) throws(KeyrailError) -> KeyChange {
        try change(record, .setMetadata(metadata: pairs(metadata)), actor, now)
    }

    public var description: String { "Policy(roles: \(roles))" }

    private func change(
        _ record: KeyRecord, _ edit: FfiEdit, _ actor: Actor, _ now: Date
    ) throws(KeyrailError) -> KeyChange {
        KeyChange(
            try translatingErrors {
                try native.change(
                    record: record.native, edit: edit, actor: actor.native, nowMs: milliseconds(now))
            })
    }

    private func source(_ format: KeyFormat, _ pepper: Pepper?) -> FfiKeySource {
        FfiKeySource(format: format.native, pepper: pepper?.native)
    }
}

/// Who issues or changes a key: a user with a role, or a key.
public struct Actor: CustomStringConvertible, Sendable {
    let native: FfiActor
    /// The id of the user, or the id of the key's record.
    public let id: String
    /// The role of the user, or `key`.
    public let role: String

    /// Creates an actor for a user with a role of the policy. The id must be one that your program
    /// assigned, not a name or an address. It must not contain white space or `@`, and must not be
    /// an IP address.
    ///
    /// - Throws: `access.malformed_actor`.
    public init(_ id: String, role: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiActor.user(id: id, role: role) }
        (self.id, self.role) = (id, role)
    }

    /// Creates an actor for a key, which acts with the policy's role `key`. `digest` is the index
    /// that ``KeyRecord/findDigest(_:peppers:)`` returned for the key.
    public init(key record: KeyRecord, digest: Int? = nil) {
        native = FfiActor.key(record: record.native, digest: digest.map(digestIndex))
        (id, role) = (record.id, "key")
    }

    public var description: String { "Actor(id: \(id), role: \(role))" }
}

/// The properties of a key that is requested.
public struct NewKey: Hashable, Sendable {
    /// The id of the app that the key belongs to.
    public var app: String
    /// The scope.
    public var scope: Scope
    /// When the key expires. It may be absent only if the policy allows nothing but keys that never
    /// expire. The key then never expires.
    public var expires: Expiry?
    /// The name for people: 1 to 128 characters.
    public var name: String?
    /// The id of the record. By default, the id that the key contains.
    public var id: String?
    /// The id of the organization that the key belongs to.
    public var organization: String?
    /// The environment that the key is for. By default, the first one of the format.
    public var environment: String?
    /// The id of the user that the key belongs to. By default, the acting user, or the owner of the
    /// acting key.
    public var owner: String?
    /// The operations to which the key is limited.
    public var operations: [String]?
    /// The queues to which the key is limited.
    public var queues: [String]?
    /// The networks to which the key is restricted.
    public var allowIps: [String]?
    /// The limits that each request consumes.
    public var limits: [Limit]
    /// The first time at which the key is valid. By default, the key is valid at once.
    public var notBefore: Date?
    /// The metadata: the host's own data about the key.
    public var metadata: [String: String]
    /// The number of keys that exist. Required if the policy limits the number of keys.
    public var keyCount: Int?

    /// Creates a request for a key.
    public init(
        app: String, scope: Scope, expires: Expiry? = nil, name: String? = nil, id: String? = nil,
        organization: String? = nil, environment: String? = nil, owner: String? = nil,
        operations: [String]? = nil, queues: [String]? = nil, allowIps: [String]? = nil,
        limits: [Limit] = [], notBefore: Date? = nil, metadata: [String: String] = [:], keyCount: Int? = nil
    ) {
        self.app = app
        self.scope = scope
        self.expires = expires
        self.name = name
        self.id = id
        self.organization = organization
        self.environment = environment
        self.owner = owner
        self.operations = operations
        self.queues = queues
        self.allowIps = allowIps
        self.limits = limits
        self.notBefore = notBefore
        self.metadata = metadata
        self.keyCount = keyCount
    }

    func native() throws(KeyrailError) -> FfiNewKey {
        FfiNewKey(
            app: app, scope: scope.native, expires: try expires?.native(), id: id,
            organization: organization, environment: environment, owner: owner, name: name,
            operations: operations, queues: queues, allowIps: allowIps,
            limits: limits.map(\.native), notBeforeMs: try milliseconds(notBefore), metadata: pairs(metadata),
            keyCount: keyCount.map(Int64.init))
    }
}

/// When a key expires.
public enum Expiry: Hashable, Sendable {
    /// The key never expires.
    case never
    /// The key expires this number of days after the current time; each day has 24 hours.
    case days(Int)
    /// The key expires at this time.
    case at(Date)

    /// Parses `never`, a number of days such as `90d`, or an RFC 3339 timestamp.
    ///
    /// - Throws: `access.malformed_expiry`.
    public init(_ text: String) throws(KeyrailError) {
        switch try translatingErrors({ try accessParseExpiry(text: text) }) {
        case .never: self = .never
        case .days(let days): self = .days(Int(days))
        case .at(let ms): self = .at(date(ms))
        }
    }

    func native() throws(KeyrailError) -> FfiExpiry {
        switch self {
        case .never: .never
        case .days(let days): .days(days: Int64(days))
        case .at(let time): .at(ms: try milliseconds(time))
        }
    }
}

/// A period of at most 36525 days, such as the time for which a replaced key stays valid.
public struct Period: Hashable, Sendable {
    /// The number of milliseconds.
    public let milliseconds: Int64

    /// The period of length zero.
    public static let zero = Period(milliseconds: 0)

    /// Parses a number of days, hours or minutes: `2d`, `36h`, `90m`.
    ///
    /// - Throws: `access.malformed_period`.
    public init(_ text: String) throws(KeyrailError) {
        milliseconds = try translatingErrors { try accessParsePeriod(text: text) }
    }

    private init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Returns a period of this number of days; each day has 24 hours. This function accepts any
    /// number. An operation that takes the period rejects a number below 0 or above 36525 with
    /// `access.malformed_period`.
    public static func days(_ days: Int) -> Period {
        let (milliseconds, isTooLong) = Int64(days).multipliedReportingOverflow(by: 86_400_000)
        return Period(milliseconds: isTooLong ? Int64.max : milliseconds)
    }
}

/// Whether a key is limited by the permissions of its owner. The raw value is the name of the case,
/// which is the same in all bindings.
public enum Authority: String, Codable, Sendable {
    /// The key belongs to an organization. It may do everything that its record allows, regardless
    /// of its owner's permissions.
    case organization
    /// The key inherits the permissions of its owner. It may do only what its record allows and its
    /// owner is also permitted to do at the time of the request. A user who loses a permission
    /// therefore cannot keep it by means of a key.
    case owner

    init(_ native: FfiAuthority) {
        switch native {
        case .organization: self = .organization
        case .owner: self = .owner
        }
    }
}

/// What the owner of a key may do now: a scope, and optionally the operations and queues to which
/// the owner is limited.
public struct Permissions: Hashable, Codable, Sendable {
    /// The scope.
    public var scope: Scope
    /// The operations to which the permissions are limited. An empty list allows no operation.
    public var operations: [String]?
    /// The queues to which the permissions are limited. An empty list allows no queue.
    public var queues: [String]?

    /// Creates permissions for everything that a scope allows, or only for the listed operations
    /// and queues.
    public init(_ scope: Scope, operations: [String]? = nil, queues: [String]? = nil) {
        self.scope = scope
        self.operations = operations
        self.queues = queues
    }

    var native: FfiPermissions {
        FfiPermissions(scope: scope.native, operations: operations, queues: queues)
    }
}

/// What an operation does to a record: the changed record, the patch that turns the old record into
/// the changed one, and the event for the audit log.
///
/// Store a change only if the stored record still has the version ``baseVersion``, for example with
/// `UPDATE ... WHERE version = ?`. If it has another version, someone else has changed the record
/// in the meantime: read it again, and repeat the operation. A change that applies to any version
/// (``appliesToAnyVersion``) must not be lost to such a race: read the record again, and store the
/// result of ``rebase(onto:)`` in the same way.
public struct KeyChange: CustomStringConvertible, Hashable, Sendable {
    private let native: FfiChange
    /// Whether the record is a new one, which is not stored yet.
    public let isNew: Bool
    /// The version that the record had before the change; 0 for a new record.
    public let baseVersion: UInt64
    /// Whether the change also applies to other versions of the record. This is true for disabling
    /// and revoking a key. Both must succeed even if someone renames the key at the same time.
    public let appliesToAnyVersion: Bool
    /// The JSON merge patch (RFC 7396) that turns the old record into the new one. It contains the
    /// new `version`. The patch of a new record is the whole record.
    public let patch: String
    /// The event for the audit log.
    public let event: KeyEvent

    init(_ native: FfiChange) {
        self.native = native
        let members = native.members()
        isNew = members.isNew
        baseVersion = members.baseVersion
        appliesToAnyVersion = members.appliesToAnyVersion
        patch = members.patch
        event = KeyEvent(members.event)
    }

    /// The changed record.
    public var record: KeyRecord { KeyRecord(native.record()) }

    /// Returns the same change, based on the record as it is stored now. Its base version is that of
    /// `stored`, and its patch, record and event say what the change does to `stored`.
    ///
    /// - Throws: `access.already_revoked` or `access.unchanged` if the key was revoked, disabled or
    ///   removed in the meantime; `access.too_many_changes`; `access.version_conflict` if `stored`
    ///   is a different record, if the change creates a new record, if the change applies only to
    ///   ``baseVersion`` and `stored` has another version, or if the change revokes a replaced key,
    ///   and this key is the current or the only one in `stored`, or it has no key id and cannot be
    ///   found there. In this last case, repeat the operation with `stored`.
    public func rebase(onto stored: KeyRecord) throws(KeyrailError) -> KeyChange {
        KeyChange(try translatingErrors { try native.rebase(stored: stored.native) })
    }

    /// Applies the change to the record as it is stored now, and returns the record to store.
    ///
    /// - Throws: see ``rebase(onto:)``.
    public func apply(to stored: KeyRecord) throws(KeyrailError) -> KeyRecord {
        KeyRecord(try translatingErrors { try native.applyTo(stored: stored.native) })
    }

    public static func == (left: KeyChange, right: KeyChange) -> Bool {
        left.patch == right.patch && left.event == right.event
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(event) }

    public var description: String {
        "KeyChange(action: \(event.action), record: \(event.record), baseVersion: \(baseVersion))"
    }
}

/// The event of a change, for an audit log. It contains no digest.
public struct KeyEvent: Hashable, Sendable {
    /// The action, such as `rotate` or `set_scope`.
    public let action: String
    /// The id of the changed record.
    public let record: String
    /// Who made the change.
    public let actor: Author
    /// When the change was made.
    public let at: Date
    /// The version of the changed record.
    public let version: UInt64
    /// The reason that was passed.
    public let reason: String?
    private let json: String

    init(_ native: FfiKeyEvent) {
        action = native.action
        record = native.record
        actor = Author(native.actor)
        at = date(native.atMs)
        version = native.version
        reason = native.reason
        json = native.json
    }

    /// Returns the event as JSON, on one line. `changes` contains all members of the patch except
    /// `version`. The digests themselves are left out, but their key ids, masks and times are
    /// included.
    public func toJSON() -> String { json }
}

/// A new key with the change that stores its record. The record contains only the key's digest, so
/// the key itself is not stored anywhere. Show it once, then discard it.
public struct Issued: CustomStringConvertible, Sendable {
    /// The key. It is printed as its mask.
    public let key: ApiKey
    /// The change that stores the record.
    public let change: KeyChange

    init(_ native: FfiIssued) {
        key = ApiKey(native.key)
        change = KeyChange(native.change)
    }

    /// The new or changed record.
    public var record: KeyRecord { change.record }

    /// The event for the audit log.
    public var event: KeyEvent { change.event }

    public var description: String { "Issued(key: \(key), record: \(event.record))" }
}

/// Converts a dictionary to pairs, ordered by name.
private func pairs(_ metadata: [String: String]) -> [FfiPair] {
    metadata.sorted { $0.key < $1.key }.map { FfiPair(name: $0.key, value: $0.value) }
}
