import Foundation

/// Functions for several ``RouteTable``s.
public enum Route {
    /// Returns the samples for which the new table decides differently from the old one:
    /// another queue, app or webhook, another rule or assignment, another reason.
    /// What the host knows is as in ``RouteTable/route(_:now:sessionQueue:unavailable:session:)``.
    ///
    /// - Throws: for a sample that is malformed.
    public static func diff(
        _ old: RouteTable,
        _ new: RouteTable,
        samples: [Message],
        now: Date? = nil,
        sessionQueue: String? = nil,
        unavailable: [String] = [],
        session: String? = nil
    ) throws(KeyrailError) -> [RouteChange] {
        let context = FfiRouteContext(
            nowMs: try milliseconds(now), sessionQueue: sessionQueue, unavailable: unavailable,
            session: session)
        let changes = try translatingErrors {
            try old.native.diff(new: new.native, samples: samples.map(\.native), context: context)
        }
        return changes.map { RouteChange($0) }
    }
}

/// A compiled topology: channels, queues, apps, webhooks, and the rules
/// between them.
///
/// It is immutable: to change the rules, create a new one and
/// replace the old one.
public struct RouteTable: CustomStringConvertible, Sendable {
    let native: FfiRouteTable

    init(native: FfiRouteTable) {
        self.native = native
    }

    /// Creates a table from a topology. One with a fault is rejected as a whole.
    ///
    /// - Throws: with all ``KeyrailError/faults``.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiRouteTable.fromJson(topology: json) }
    }

    /// Loads a table from the bytes that ``toBytes()`` made. Nothing is compiled. Load only
    /// bytes from a source that you trust: the hash in them detects accidents, not
    /// forgeries.
    ///
    /// - Throws: `route.unsupported_bytes` if another version of Keyrail made
    ///   them, `route.malformed_bytes` if they are not as they were made.
    public static func fromBytes(_ bytes: some DataProtocol) throws(KeyrailError) -> RouteTable {
        let bytes = Data(bytes)
        return RouteTable(native: try translatingErrors { try FfiRouteTable.fromBytes(bytes: bytes) })
    }

    /// Returns the table as bytes, for ``fromBytes(_:)``. The same topology produces the
    /// same bytes on every platform.
    public func toBytes() -> Data {
        native.toBytes()
    }

    /// The content hash, in 64 hexadecimal digits: the same for documents of the same
    /// meaning, whatever their white space and order of members.
    public var hash: String { native.hash() }

    /// Decides where the message goes. With a live session, the queue is that of the first
    /// rule that matches and interrupts sessions, else the session's. Without one, it is
    /// that of the first rule that matches, else the channel's, else the default.
    ///
    /// What the host knows is never read out of the message, which a stranger
    /// may have written.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - sessionQueue: the queue of the sender's live session, if there is one.
    ///   - unavailable: queues that take nothing now.
    ///   - session: the id of the sender's live session, if there is one: its
    ///     messages have one ``Decision/orderingKey``, whichever channels it runs over.
    /// - Throws: for a message that is malformed, or that names a channel, and
    ///   for queues, that the topology does not declare; `route.time_required`
    ///   without a time, if rules hold at certain times.
    public func route(
        _ message: Message,
        now: Date? = nil,
        sessionQueue: String? = nil,
        unavailable: [String] = [],
        session: String? = nil
    ) throws(KeyrailError) -> Decision {
        let context = FfiRouteContext(
            nowMs: try milliseconds(now), sessionQueue: sessionQueue, unavailable: unavailable,
            session: session)
        return Decision(
            try translatingErrors { try native.route(message: message.native, context: context) })
    }

    /// Decides where each message goes, all of them in the same context. Each is decided as
    /// ``route(_:now:sessionQueue:unavailable:session:)`` does, and an error does not stop
    /// the others.
    ///
    /// - Throws: if `now` is out of range.
    public func routeBatch(
        _ messages: [Message],
        now: Date? = nil,
        sessionQueue: String? = nil,
        unavailable: [String] = [],
        session: String? = nil
    ) throws(KeyrailError) -> [Result<Decision, KeyrailError>] {
        let context = FfiRouteContext(
            nowMs: try milliseconds(now), sessionQueue: sessionQueue, unavailable: unavailable,
            session: session)
        let results = try translatingErrors {
            try native.routeBatch(messages: messages.map(\.native), context: context)
        }
        return results.map { decided($0) }
    }

    /// Returns what ``route(_:now:sessionQueue:unavailable:session:)`` decides, and why
    /// each of the first `limit` rules won or lost. The default of `limit` is 20. The rule
    /// that won is always included.
    ///
    /// - Throws: as `route` does.
    public func explain(
        _ message: Message,
        limit: Int? = nil,
        now: Date? = nil,
        sessionQueue: String? = nil,
        unavailable: [String] = [],
        session: String? = nil
    ) throws(KeyrailError) -> Explanation {
        let context = FfiRouteContext(
            nowMs: try milliseconds(now), sessionQueue: sessionQueue, unavailable: unavailable,
            session: session)
        let limit = limit.map { UInt32(clamping: $0) }
        return Explanation(
            try translatingErrors {
                try native.explain(message: message.native, limit: limit, context: context)
            })
    }

    /// Returns what is suspicious: rules that cannot match or that others shadow,
    /// overlaps, and dead ends. None of it is an error.
    ///
    /// Reports no false positives. Whether a rule ever wins is decided exactly
    /// for tests of channels, presence, ranges and, without options,
    /// equality; for parts of strings, if one pattern, subject or network lies
    /// in another. Otherwise, and if it would take too many steps, it is
    /// `route.undecided`. An overlap is of two rules of one priority that look
    /// at an attribute alike, can match one message of single values, and send
    /// it to different queues; of the rules before a rule the first eight are
    /// named, and some may not be seen where it would take too many steps.
    public func lint() -> [RouteFinding] {
        native.lint().map { RouteFinding($0) }
    }

    /// Routes the message of every fixture, and returns those with an unexpected
    /// decision.
    ///
    /// - Parameter fixtures: a JSON list of objects: `message`; `expect`, with
    ///   `queue` and `rule`, each a string, `null` if there must be
    ///   none, or left out; and `now` (a time), `session_queue`, `unavailable`.
    /// - Throws: with all ``KeyrailError/faults``.
    public func verify(_ fixtures: String) throws(KeyrailError) -> [RouteMismatch] {
        try translatingErrors { try native.verify(fixtures: fixtures) }.map { RouteMismatch($0) }
    }

    /// Returns the topology as a Mermaid flowchart: channels, rules in their order,
    /// queues, apps and webhooks. A dotted arrow is a fallback.
    public func diagram() -> String {
        native.diagram()
    }

    /// Returns the path of a message as a Mermaid flowchart: what chose the queue, the
    /// queue that it fell back from, the queue, its app, the webhooks.
    public static func traceDiagram(_ decision: Decision) -> String {
        routeTraceDiagram(decision: decision.native)
    }

    /// Returns whether an app's key may reply and push to a queue: only to the app's own.
    public func mayWrite(app: String, queue: String) -> Bool {
        native.mayWrite(app: app, queue: queue)
    }

    /// Returns the queues of an app, in the order of declaration.
    public func queuesOf(_ app: String) -> [String] {
        native.queuesOf(app: app)
    }

    public var description: String { "RouteTable(\(hash))" }
}
