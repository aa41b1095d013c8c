/// A compiled topology: channels, queues, apps, webhooks, and the rules
/// between them.
public struct RouteTable: CustomStringConvertible, Sendable {
    private let native: FfiRouteTable

    /// Reads a topology, and refuses it whole if anything in it is wrong.
    ///
    /// - Throws: with all ``KeyrailError/faults``.
    public static func fromJson(_ topology: String) throws(KeyrailError) -> RouteTable {
        RouteTable(native: try calling { try FfiRouteTable.fromJson(topology: topology) })
    }

    /// The hash of what the topology says: 64 hexadecimal digits, the same for
    /// the same meaning.
    public var hash: String { native.hash() }

    /// Decides where a message goes: to the live session's queue, else by the
    /// first rule that matches, else to the channel's queue, else to the
    /// default.
    ///
    /// What the host knows is never read out of the message, which a stranger
    /// may have written.
    ///
    /// - Parameters:
    ///   - nowMs: the time, in Unix milliseconds.
    ///   - sessionQueue: the queue of the sender's live session, if there is one.
    ///   - unavailable: queues that take nothing now.
    /// - Throws: for a message that is malformed, or that names a channel, and
    ///   for queues, that the topology does not declare.
    public func route(
        _ message: Message,
        nowMs: Int64? = nil,
        sessionQueue: String? = nil,
        unavailable: [String] = []
    ) throws(KeyrailError) -> Decision {
        Decision(
            try calling {
                try native.route(
                    message: message.native,
                    nowMs: nowMs,
                    sessionQueue: sessionQueue,
                    unavailable: unavailable
                )
            })
    }

    /// Whether the queue is one of the app's own.
    public func mayWrite(app: String, queue: String) -> Bool {
        native.mayWrite(app: app, queue: queue)
    }

    /// The app's queues, in their order.
    public func queuesOf(_ app: String) -> [String] {
        native.queuesOf(app: app)
    }

    public var description: String { "RouteTable(\(hash))" }
}

/// Where a message goes, and why. It holds ids alone, nothing of the message.
public struct Decision: Equatable, Sendable {
    /// Whether the message goes on, waits, or has nowhere to go.
    public let kind: DecisionKind
    /// The queue that takes it.
    public let queue: String?
    /// The app of that queue.
    public let app: String?
    /// What to deliver to, in order; none unless it is routed.
    public let webhooks: [String]
    /// The rule that chose, if one did.
    public let rule: String?
    /// What chose the queue, or the one that it fell back from.
    public let by: By?
    /// The queue that was chosen first, if it is unavailable.
    public let fellBackFrom: String?
    /// The dotted code of the reason.
    public let code: String
    /// A sentence for a person.
    public let reason: String
    /// The ``RouteTable/hash`` of the table that decided.
    public let table: String

    init(_ native: FfiDecision) {
        kind = DecisionKind(native.kind)
        queue = native.queue
        app = native.app
        webhooks = native.webhooks
        rule = native.rule
        by = native.by.map { By($0) }
        fellBackFrom = native.fellBackFrom
        code = native.code
        reason = native.reason
        table = native.table
    }
}

/// Whether a message goes on, waits, or has nowhere to go. The raw value is
/// the word for it in all languages.
public enum DecisionKind: String, Sendable {
    /// It goes to the webhooks of its queue's app.
    case routed
    /// It waits in its queue: nobody can take it now.
    case held
    /// No queue takes it.
    case unrouted

    init(_ native: FfiDecisionKind) {
        switch native {
        case .routed: self = .routed
        case .held: self = .held
        case .unrouted: self = .unrouted
        }
    }
}

/// What chose a queue. The raw value is the word for it in all languages.
public enum By: String, Sendable {
    /// The first rule that matched.
    case rule
    /// The live session stands in it.
    case session
    /// The message's channel names it.
    case channel
    /// It is the topology's default queue.
    case `default`

    init(_ native: FfiBy) {
        switch native {
        case .rule: self = .rule
        case .session: self = .session
        case .channel: self = .channel
        case .default: self = .default
        }
    }
}
