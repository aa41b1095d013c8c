import Foundation

/// Functions that take more than one ``RouteTable``.
public enum Route {
    /// Returns the samples for which the new table has a different result than the old one. A
    /// result is a decision or an error. Decisions are compared without the table's hash. The other
    /// arguments are those of ``RouteTable/route(_:now:sessionQueue:unavailable:session:)``.
    ///
    /// - Throws: for a malformed sample, or if `now` is out of range.
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

    /// Creates a table from a topology. A topology with any fault is rejected.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiRouteTable.fromJson(topology: json) }
    }

    /// Loads a table from the bytes that ``toBytes()`` returned. The topology is not compiled
    /// again. The hash in the bytes detects corruption, not forgery: load bytes only from a source
    /// from which you would accept a topology.
    ///
    /// - Throws: `route.unsupported_bytes` if the bytes are in another version of the format,
    ///   `route.malformed_bytes` if they are not a table or were altered, and `route.unknown_zone`
    ///   if the table names a time zone that is not in the zone data of this build.
    public static func fromBytes(_ bytes: some DataProtocol) throws(KeyrailError) -> RouteTable {
        let bytes = Data(bytes)
        return RouteTable(native: try translatingErrors { try FfiRouteTable.fromBytes(bytes: bytes) })
    }

    /// Returns the table as bytes, for ``fromBytes(_:)``. The same topology produces the
    /// same bytes on every platform.
    public func toBytes() -> Data {
        native.toBytes()
    }

    /// The content hash, in 64 hexadecimal digits. Documents with the same meaning have the same
    /// hash, even if their white space or the order of their members differs.
    public var hash: String { native.hash() }

    /// Decides where the message goes. The first rule that matches chooses the queue. If no rule
    /// matches, the message goes to the channel's queue, or to the default queue if the channel has
    /// no queue. With a live session, only rules that interrupt sessions are considered. If none of
    /// them matches, the message goes to the session's queue.
    ///
    /// The time, the session and the unavailable queues are arguments. They are never read from the
    /// message, because its sender could forge them.
    ///
    /// - Parameters:
    ///   - now: the current time.
    ///   - sessionQueue: the queue of the sender's live session, if there is one.
    ///   - unavailable: the queues that are unavailable now.
    ///   - session: the id of the sender's live session, if there is one. All messages of a session
    ///     have the same ``Decision/orderingKey``, whatever their channels.
    /// - Throws: for a malformed message or session, for a channel or a queue that the topology
    ///   does not declare, for a time out of range, and `route.time_required` if `now` is `nil`
    ///   although the topology has rules that apply only at certain times.
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

    /// Decides where each message goes. The other arguments are those of
    /// ``route(_:now:sessionQueue:unavailable:session:)``, and apply to all messages. An invalid
    /// message does not affect the others.
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
    /// others, overlaps, and dead ends. None of them is an error.
    ///
    /// There are no false positives. The check decides whether a rule ever wins. For tests of
    /// channels, of presence, of ranges, and of equality without options, the check can always
    /// decide this. For other tests, it usually can, for example if one pattern, subject or network
    /// matches everything that another one matches. If the check cannot decide, or would take too
    /// many steps, the finding is `route.undecided`.
    ///
    /// Two rules overlap if they have the same priority, test a common attribute, can both match a
    /// message that contains no lists, and send it to different queues. For each rule, at most
    /// eight overlaps with earlier rules are reported. Overlaps are searched for in a limited
    /// number of steps, so some may not be found.
    public func lint() -> [RouteFinding] {
        native.lint().map { RouteFinding($0) }
    }

    /// Routes the message of every fixture, and returns the fixtures with an unexpected result.
    ///
    /// - Parameter fixtures: a JSON array of objects. Each fixture has the members `message` and
    ///   `expect`, and optionally `now` (an RFC 3339 time), `session_queue` and `unavailable`, as
    ///   in ``route(_:now:sessionQueue:unavailable:session:)``. `expect` has at least one of the
    ///   members `queue` and `rule`. The value of such a member is a string, or `null` if the
    ///   decision must have no queue or no rule. A member that is absent is not checked.
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public func verify(_ fixtures: String) throws(KeyrailError) -> [RouteMismatch] {
        try translatingErrors { try native.verify(fixtures: fixtures) }.map { RouteMismatch($0) }
    }

    /// Returns the topology as a Mermaid flowchart: channels, rules in their order,
    /// queues, apps and webhooks. A dotted arrow is a fallback.
    public func diagram() -> String {
        native.diagram()
    }

    /// Returns the path of the message as a Mermaid flowchart. The path starts with what chose the
    /// queue. After that come the queue that the message fell back from (if any), the queue that
    /// takes the message, the app of that queue, and the webhooks. For an unrouted message, the
    /// flowchart contains only the code of the reason.
    public static func traceDiagram(_ decision: Decision) -> String {
        routeTraceDiagram(decision: decision.native)
    }

    /// Returns whether an app's key may write to a queue: true only for the app's own queues.
    public func mayWrite(app: String, queue: String) -> Bool {
        native.mayWrite(app: app, queue: queue)
    }

    /// Returns the queues of an app, in the order of declaration.
    public func queuesOf(_ app: String) -> [String] {
        native.queuesOf(app: app)
    }

    public var description: String { "RouteTable(\(hash))" }
}
