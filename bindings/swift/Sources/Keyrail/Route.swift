import Foundation

/// Functions for several ``RouteTable``s.
public enum Route {
    /// Returns the samples for which the new table decides differently from the old one:
    /// another queue, app or webhook, another rule or assignment, another reason.
    /// The other arguments are those of
    /// ``RouteTable/route(_:now:sessionQueue:unavailable:session:)``.
    ///
    /// - Throws: for a malformed sample.
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

/// A compiled topology: channels, queues, apps and webhooks, and the rules that connect them.
///
/// It is immutable: to change the rules, create a new table and replace the old one.
public struct RouteTable: CustomStringConvertible, Sendable {
    let native: FfiRouteTable

    init(native: FfiRouteTable) {
        self.native = native
    }

    /// Creates a table from a topology. One with a fault is rejected as a whole.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists every fault.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiRouteTable.fromJson(topology: json) }
    }

    /// Loads a table from the bytes that ``toBytes()`` made. Nothing is compiled. Load only
    /// bytes from a source that you trust: the hash in them detects accidents, not
    /// forgeries.
    ///
    /// - Throws: `route.unsupported_bytes` if another version of Keyrail created them,
    ///   `route.malformed_bytes` if they are not the bytes of a table.
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
    /// The facts of the host are arguments, and are never read from the message, because anyone may
    /// have written it.
    ///
    /// - Parameters:
    ///   - now: the current time.
    ///   - sessionQueue: the queue of the sender's live session, if there is one.
    ///   - unavailable: the queues that are unavailable now.
    ///   - session: the id of the sender's live session, if there is one: its
    ///     messages have the same ``Decision/orderingKey``, whatever their channels.
    /// - Throws: for a malformed message, for a channel or a queue that the topology does not
    ///   declare, and `route.time_required` if `now` is `nil` although the topology has rules that
    ///   apply only at certain times.
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

    /// Returns the decision of `route`, and why each of the first `limit` rules won or lost. The
    /// default of `limit` is 20. The rule that won is always included.
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

    /// Returns the suspicious parts of the topology: rules that cannot match, rules shadowed by
    /// others, overlaps, and dead ends. None of it is an error.
    ///
    /// There are no false positives. Whether a rule ever wins is decided exactly for tests of
    /// channels, presence, ranges and, without options, equality, and for parts of strings if one
    /// pattern, subject or network contains the other. Otherwise, or if it would take too many
    /// steps, the finding is `route.undecided`.
    ///
    /// Two rules overlap if they have the same priority, test an attribute in the same way, can
    /// match the same message of single values, and choose different queues. At most eight of the
    /// rules before a rule are named, and some overlaps may be missed if finding them would take
    /// too many steps.
    public func lint() -> [RouteFinding] {
        native.lint().map { RouteFinding($0) }
    }

    /// Routes the message of every fixture, and returns those with an unexpected
    /// decision.
    ///
    /// - Parameter fixtures: a JSON array of objects with the members `message`; `expect`, with
    ///   `queue` and `rule`, each of which is a string, or `null` if there must be none, or
    ///   absent; and, optionally, `now` (a time), `session_queue` and `unavailable`.
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists every fault.
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

    /// Returns whether an app's key may reply and push to a queue: true only for its own.
    public func mayWrite(app: String, queue: String) -> Bool {
        native.mayWrite(app: app, queue: queue)
    }

    /// Returns the queues of an app, in the order of declaration.
    public func queuesOf(_ app: String) -> [String] {
        native.queuesOf(app: app)
    }

    public var description: String { "RouteTable(\(hash))" }
}
