import Foundation

/// One deployment: its keys, routes and webhooks, for inbound messages and outbound requests.
///
/// *Inbound* is a message from a channel: the rules choose its queue, and the gateway returns a
/// signed delivery for each webhook of the queue's app that receives the event. The host sends the
/// deliveries. *Outbound* is a request that an app sends with its key: the rules are not evaluated,
/// and the queue that the request names must belong to the app. The host is the program that calls
/// the gateway.
public struct Gateway: Masked, Sendable {
    private let native: FfiGateway

    /// Reads a deployment, with the secrets that belong to it. The deployment itself never contains
    /// a secret.
    ///
    /// - Parameter secrets: the secrets by name. Each webhook needs at least one secret, named
    ///   `webhook:<id>`. If a webhook has several secrets, each of them signs the deliveries. Each
    ///   pepper in the member `peppers` needs exactly one secret, named `pepper:<id>`. If that
    ///   member is absent, the peppers are those that the digests name. If they name several, digests
    ///   are not upgraded, because it is unknown which pepper is the current one.
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(
        json deployment: String, secrets: [String: [Secret]] = [:]
    ) throws(KeyrailError) {
        let named = secrets.map { FfiNamedSecrets(name: $0.key, secrets: $0.value.map(\.native)) }
        native = try translatingErrors { try FfiGateway.fromJson(deployment: deployment, secrets: named) }
    }

    /// Decides where a message goes and signs its deliveries.
    ///
    /// - Parameters:
    ///   - messageId: the id that the channel assigned to the message: 1 to 256 bytes. Receivers
    ///     drop a second delivery for the same channel, id and event, so use an id that the messaging
    ///     service generated. If senders can choose the id, as with the `Message-ID` of an email,
    ///     they can suppress another message of the same channel.
    ///   - message: the message whose attributes the rules test.
    ///   - body: the JSON body of the deliveries, sent byte for byte.
    ///   - now: the current time.
    ///   - sessionQueue: the queue of the sender's live session, if there is one.
    ///   - unavailable: the queues that are unavailable now.
    ///   - session: the id of the sender's live session, if there is one. All messages of a session
    ///     have the same ``Decision/orderingKey``, whatever their channels.
    /// - Throws: `gateway.malformed_message_id`, `gateway.internal`, `webhook.malformed_timestamp`
    ///   for a time before 1970, and the codes of
    ///   ``RouteTable/route(_:now:sessionQueue:unavailable:session:)``.
    public func inbound(
        messageId: String,
        message: Message,
        body: Data,
        now: Date,
        sessionQueue: String? = nil,
        unavailable: [String] = [],
        session: String? = nil
    ) throws(KeyrailError) -> Inbound {
        Inbound(
            try translatingErrors {
                try native.inbound(
                    messageId: messageId,
                    message: message.native,
                    body: body,
                    nowMs: milliseconds(now),
                    sessionQueue: sessionQueue,
                    unavailable: unavailable,
                    session: session
                )
            })
    }

    /// Decides whether an app's request is allowed. A denial is returned, not thrown. A key with an
    /// unknown id and a key with a known id but a wrong secret get identical responses, byte for
    /// byte.
    ///
    /// - Parameters:
    ///   - operation: the platform's operation, such as `message.send`.
    ///   - headers: the headers of the request, in the order in which they were received.
    ///   - now: the current time.
    ///   - queue: the queue that the request names; an app with one queue need not name it. If the
    ///     operation uses no queue, a key that is limited to queues may use it only if its record
    ///     lists the operation by name.
    ///   - ip: the client's address as the host knows it; an address that cannot be parsed counts
    ///     as unknown.
    ///   - environment: the environment in which the request is made, such as `live`. It must
    ///     equal the environment of the key's record. If the record has none, it must equal the
    ///     environment in the key, if the key contains one. Without it, the environment is not
    ///     checked.
    ///   - ownerPermissions: what the key's owner may do now. Required for a key with the authority
    ///     `owner`.
    ///   - tokenVerified: whether the host verified the token of the request. On some platforms,
    ///     such as VChatCloud, a request contains a token in addition to the key. If `false`, a
    ///     request that contains a token is denied with `access.token_unverified`.
    ///   - records: the records that the host found with ``identify(_:operation:)``, at most 8. If
    ///     records are passed, the gateway does not use the deployment's keys, but it still uses
    ///     the deployment's peppers and formats. The grant may then contain an ``Grant/upgrade``.
    ///   - limits: the stored states of the limits, by their ids. The ids are
    ///     ``KeyRecord/limitIds`` for the records that are passed, and ``Identity/limitIds`` for a
    ///     key of the deployment. The value is `nil` for an id under which no state is stored.
    ///     Required for a key with limits.
    /// - Throws: `platform.unknown_operation`, `gateway.too_many_records`, `time.out_of_range`.
    public func outbound(
        operation: String,
        headers: [(String, String)],
        now: Date,
        queue: String? = nil,
        ip: String? = nil,
        environment: String? = nil,
        ownerPermissions: Permissions? = nil,
        tokenVerified: Bool = false,
        records: [KeyRecord]? = nil,
        limits: [String: LimitState?]? = nil
    ) throws(KeyrailError) -> Outbound {
        Outbound(
            try translatingErrors {
                try native.outbound(
                    operation: operation,
                    headers: flattened(headers),
                    nowMs: milliseconds(now),
                    queue: queue,
                    ip: ip,
                    environment: environment,
                    ownerPermissions: ownerPermissions?.native,
                    tokenVerified: tokenVerified,
                    records: records?.map(\.native),
                    limits: limits.map(storedStates)
                )
            })
    }

    /// Returns the values by which to look up the key's record: the key's public id, if it has one,
    /// and its digests. A host that stores the records itself looks up the records with this key id
    /// or one of these digests. It then passes these records to
    /// ``outbound(operation:headers:now:queue:ip:environment:ownerPermissions:tokenVerified:records:limits:)``.
    /// A key has a public id if it has one of the deployment's formats and that format contains an
    /// id. The key is read from the headers by the scheme of the operation, or by the platform's
    /// default scheme if no operation is passed.
    ///
    /// The look-up in the host's store takes most of the time of a request, and its duration may
    /// reveal whether a key is known. The gateway cannot hide that. Its own work is the same for
    /// unknown and wrong keys, unless a record has a salted digest.
    ///
    /// - Throws: `platform.unknown_operation`, and the codes of ``Scheme/extract(_:)``.
    public func identify(
        _ headers: [(String, String)], operation: String? = nil
    ) throws(KeyrailError) -> Identity {
        let identity = try translatingErrors { try native.identify(headers: flattened(headers), operation: operation) }
        return Identity(
            keyId: identity.keyId, digests: identity.digests, limitIds: identity.limitIds)
    }

    public var description: String { "Gateway" }
}

// The same functions for dictionaries of headers, such as `URLRequest.allHTTPHeaderFields`.
extension Gateway {
    /// Decides whether an app's request is allowed. The headers are a dictionary, such as
    /// `URLRequest.allHTTPHeaderFields`.
    @_disfavoredOverload
    public func outbound(
        operation: String, headers: [AnyHashable: Any], now: Date, queue: String? = nil,
        ip: String? = nil, environment: String? = nil, ownerPermissions: Permissions? = nil,
        tokenVerified: Bool = false, records: [KeyRecord]? = nil,
        limits: [String: LimitState?]? = nil
    ) throws(KeyrailError) -> Outbound {
        try outbound(
            operation: operation, headers: headerPairs(headers), now: now, queue: queue, ip: ip,
            environment: environment, ownerPermissions: ownerPermissions,
            tokenVerified: tokenVerified, records: records, limits: limits)
    }

    /// Returns the values by which to look up the key's record: the key's public id, if it has one,
    /// and its digests. The headers are a dictionary, such as
    /// `URLRequest.allHTTPHeaderFields`.
    @_disfavoredOverload
    public func identify(
        _ headers: [AnyHashable: Any], operation: String? = nil
    ) throws(KeyrailError) -> Identity {
        try identify(headerPairs(headers), operation: operation)
    }
}

/// The result of an inbound call.
public struct Inbound: Sendable {
    /// The decision on where the message goes, with its reason.
    public let decision: Decision
    /// The deliveries to send, one per webhook, in the order in which the app lists its webhooks.
    public let deliveries: [Delivery]
    /// The event to log.
    public let audit: AuditEvent

    init(_ native: FfiInbound) {
        decision = Decision(native.decision)
        deliveries = native.deliveries.map { Delivery($0) }
        audit = AuditEvent(native.audit)
    }
}

/// A signed request to one webhook.
public struct Delivery: Sendable {
    /// The webhook's id.
    public let webhook: String
    /// The request's `webhook-id`, by which the receiver detects duplicates. It is the same on
    /// every attempt for the same channel, message id, event and webhook.
    public let idempotencyKey: String
    /// The request to send.
    public let request: Request

    init(_ native: FfiDelivery) {
        webhook = native.webhook
        idempotencyKey = native.idempotencyKey
        request = Request(native.request)
    }
}

/// The result of an outbound call.
public enum Outbound: Sendable {
    /// The request is allowed. The associated values are what the key may do, the queue that the
    /// request concerns, if any, and the event to log.
    case granted(Grant, queue: String?, audit: AuditEvent)
    /// The request is denied. The associated values are the reason that the caller may see, the
    /// HTTP response to the app, the outcome of the key's limits if one of them is exceeded, and the
    /// event to log.
    case denied(Problem, response: Response, consumption: Consumption?, audit: AuditEvent)

    /// Whether the request is allowed.
    public var accepted: Bool { grant != nil }

    /// What the key may do, if the request was accepted.
    public var grant: Grant? {
        if case .granted(let grant, _, _) = self { grant } else { nil }
    }

    /// The queue that an accepted request concerns, if any.
    public var queue: String? {
        if case .granted(_, let queue, _) = self { queue } else { nil }
    }

    /// The reason that the caller may see, if the request was denied.
    public var denial: Problem? {
        if case .denied(let denial, _, _, _) = self { denial } else { nil }
    }

    /// The HTTP response to the app, if the request was denied.
    public var response: Response? {
        if case .denied(_, let response, _, _) = self { response } else { nil }
    }

    /// The outcome of the key's limits, both for an allowed request and for one that exceeds a
    /// limit. It is `nil` if the key has no limits, or if the request is denied for another reason.
    /// Store the new states, even if the request is denied: see ``Limit/consume(_:now:)``. If the
    /// request is granted, add the outcome's header fields to your response. The response to a
    /// denied request already contains them.
    public var consumption: Consumption? {
        switch self {
        case .granted(let grant, _, _): grant.consumption
        case .denied(_, _, let consumption, _): consumption
        }
    }

    /// The event to log, with the true reason of a denial.
    public var audit: AuditEvent {
        switch self {
        case .granted(_, _, let audit), .denied(_, _, _, let audit): audit
        }
    }

    /// The event to write to the activity log of the key, or `nil` if the key does not belong to
    /// exactly one record of a declared app.
    ///
    /// Do not log requests with unknown keys, because then anyone could fill the log. Count them
    /// instead, for example with a ``UsageCounter``.
    public var activity: AuditEvent? { audit.record == nil ? nil : audit }

    init(_ native: FfiOutbound) {
        switch native {
        case .granted(let grant, let queue, let audit):
            self = .granted(Grant(grant), queue: queue, audit: AuditEvent(audit))
        case .denied(let denial, let response, let consumption, let audit):
            self = .denied(
                Problem(denial), response: Response(response),
                consumption: consumption.map { Consumption($0) }, audit: AuditEvent(audit))
        }
    }
}

/// The values by which a key's record is looked up, and the ids of its limits.
public struct Identity: Hashable, Sendable {
    /// The key's public id, or `nil` if the key has none of the deployment's formats or its format
    /// has no ids. A record that is found by this id alone does not prove that the key is valid:
    /// ``Gateway`` compares the digests.
    public let keyId: String?
    /// All digests without a salt that a record of the key may have: one for each pepper of the
    /// deployment, in the order of the member `peppers`, then `sha256`, `foreign-sha256` and
    /// `foreign-sha512`. Keys that are too weak for a new record are hashed, too. Salted digests
    /// are not included. Look up a record that has a salted digest by the key's id.
    public let digests: [String]
    /// The ids of the limits of the key's record, if the deployment contains the record. Load the
    /// state that is stored under each of these ids, and pass the states to
    /// ``Gateway/outbound(operation:headers:now:queue:ip:environment:ownerPermissions:tokenVerified:records:limits:)``.
    public let limitIds: [String]
}

/// The direction of a gateway call: inbound or outbound. The raw value is its name, which is the
/// same in all bindings.
public enum Direction: String, Codable, Sendable {
    /// A message came from a channel.
    case inbound
    /// An app sent a request with its key.
    case outbound
}

/// One decision of a gateway, with the true reason. The event contains no secret, but do not show
/// it to the caller, who must not learn the true reason.
public struct AuditEvent: Hashable, Codable, Sendable {
    /// The time of the decision, by the host's clock.
    public let at: Date
    /// The direction of the call.
    public let door: Direction
    /// For a request, `access.granted` or the code of the reason why it was denied; for a message,
    /// the code of the decision's reason.
    public let code: String
    /// The id of the key's record, if the key belongs to exactly one record of a declared app.
    public let record: String?
    /// The public id of the presented key, if the key has one of the deployment's formats and that
    /// format has ids.
    public let keyId: String?
    /// The app of the message's queue, or the app that the key belongs to, if any.
    public let app: String?
    /// The queue that takes the message, or the queue that the request concerns, if any. A name of
    /// 16 or more bytes that the topology does not declare is masked.
    public let queue: String?
    /// The operation that was requested, if the call is outbound.
    public let operation: String?
    /// The message's id, if the call is inbound.
    public let messageId: String?
    /// The message's channel, if the call is inbound.
    public let channel: String?
    /// The message's event, if it has one; a name of more than 256 bytes is truncated.
    public let event: String?
    /// The id of the rule that chose the queue, if any.
    public let rule: String?
    /// The client's address, if the host passed it; an IPv4-mapped IPv6 address is converted to the
    /// IPv4 address.
    public let ip: String?

    private let json: String

    init(_ native: FfiAuditEvent) {
        at = date(native.atMs)
        switch native.door {
        case .inbound: door = .inbound
        case .outbound: door = .outbound
        }
        code = native.code
        record = native.record
        keyId = native.keyId
        app = native.app
        queue = native.queue
        operation = native.operation
        messageId = native.messageId
        channel = native.channel
        event = native.event
        rule = native.rule
        ip = native.ip
        json = native.json
    }

    /// Returns the event as one line of JSON; members without a value are omitted.
    public func toJSON() -> String {
        json
    }
}
