/// A decision on where a message goes, and its reason. A decision contains no part of the message.
public enum Decision: Hashable, Sendable {
    /// The message goes to the webhooks of its queue's app.
    case routed(Routed)
    /// The message waits in its queue because it cannot be delivered now.
    case held(Held)
    /// No queue takes the message.
    case unrouted(Unrouted)

    /// A message that goes to the webhooks of its queue's app.
    public struct Routed: Hashable, Codable, Sendable {
        /// The queue that takes the message, and what chose it.
        public let selection: Selection
        /// The app of the queue.
        public let app: String
        /// The webhooks to deliver to, in the order in which the app lists them; at least one.
        public let webhooks: [String]
        /// The properties that every decision has.
        public let trace: Trace
    }

    /// A message that waits in its queue.
    public struct Held: Hashable, Codable, Sendable {
        /// The queue that the message waits in, and what chose it.
        public let selection: Selection
        /// The app of the queue, if it has one.
        public let app: String?
        /// Why the message waits.
        public let cause: HeldCause
        /// The properties that every decision has.
        public let trace: Trace
    }

    /// A message that no queue takes.
    public struct Unrouted: Hashable, Codable, Sendable {
        /// The properties that every decision has.
        public let trace: Trace
    }

    /// The properties that every decision has, whatever its outcome.
    public struct Trace: Hashable, Codable, Sendable {
        /// Messages with the same key should be delivered to their app in order. If a session is
        /// passed, all messages of that session have the same key, whatever their channels and
        /// senders. Otherwise, the messages of one channel and one sender have the same key. The
        /// sender is the attribute `sender`: a string, or the canonical string of a number or
        /// boolean. If the attribute is a list, it is ignored. The key is a hash that does not
        /// reveal the session, the channel or the sender.
        public let orderingKey: String
        /// The content hash of the table that decided. See ``RouteTable/hash``.
        public let table: String
        /// The stable, dotted code of the reason.
        public let code: String
        /// The reason for the outcome. It is a sentence for a person.
        public let reason: String
    }

    /// The outcome without its details.
    public var kind: DecisionKind {
        switch self {
        case .routed: .routed
        case .held: .held
        case .unrouted: .unrouted
        }
    }

    /// The queue and what chose it, unless the message is unrouted.
    public var selection: Selection? {
        switch self {
        case .routed(let routed): routed.selection
        case .held(let held): held.selection
        case .unrouted: nil
        }
    }

    /// The queue that takes the message, unless the message is unrouted.
    public var queue: String? { selection?.queue }

    /// The app of the queue, if it has one.
    public var app: String? {
        switch self {
        case .routed(let routed): routed.app
        case .held(let held): held.app
        case .unrouted: nil
        }
    }

    /// The webhooks to deliver to, in the order in which the app lists them; empty unless the
    /// message is routed.
    public var webhooks: [String] {
        if case .routed(let routed) = self { routed.webhooks } else { [] }
    }

    /// The id of the rule that chose the queue, if any. If the message fell back, the rule chose
    /// the original queue, ``fellBackFrom``.
    public var rule: String? { selection?.rule }

    /// What chose the queue. If the message fell back, this is what chose the original queue,
    /// ``fellBackFrom``.
    public var by: SelectedBy? { selection?.by }

    /// The queue that was chosen first, if it is unavailable and another one took its
    /// place.
    public var fellBackFrom: String? { selection?.fellBackFrom }

    /// The rule's assignee, if any. It is absent if the message fell back from the rule's queue.
    public var assign: Assignment? { selection?.assign }

    /// The ordering key: messages with the same key should be delivered to their app in order. See
    /// ``Trace/orderingKey``.
    public var orderingKey: String { trace.orderingKey }

    /// The content hash of the table that decided. See ``RouteTable/hash``.
    public var table: String { trace.table }

    /// The stable, dotted code of the reason.
    public var code: String { trace.code }

    /// The reason for the outcome. It is a sentence for a person.
    public var reason: String { trace.reason }

    private var trace: Trace {
        switch self {
        case .routed(let routed): routed.trace
        case .held(let held): held.trace
        case .unrouted(let unrouted): unrouted.trace
        }
    }

    init(_ native: FfiDecision) {
        let trace = Trace(
            orderingKey: native.orderingKey, table: native.table, code: native.code,
            reason: native.reason)
        self =
            switch native.outcome {
            case .routed(let selection, let app, let webhooks):
                .routed(
                    Routed(
                        selection: Selection(selection), app: app, webhooks: webhooks, trace: trace))
            case .held(let selection, let app, let cause):
                .held(
                    Held(
                        selection: Selection(selection), app: app, cause: HeldCause(cause),
                        trace: trace))
            case .unrouted:
                .unrouted(Unrouted(trace: trace))
            }
    }

    var native: FfiDecision {
        let outcome: FfiDecisionCase =
            switch self {
            case .routed(let routed):
                .routed(
                    selection: routed.selection.native, app: routed.app, webhooks: routed.webhooks)
            case .held(let held):
                .held(
                    selection: held.selection.native, app: held.app, cause: held.cause.native)
            case .unrouted: .unrouted
            }
        return FfiDecision(
            outcome: outcome, orderingKey: orderingKey, table: table, code: code, reason: reason)
    }
}

extension Decision: Codable {
    private enum CodingKeys: CodingKey {
        case kind
    }

    public init(from decoder: any Decoder) throws {
        let kind = try decoder.container(keyedBy: CodingKeys.self)
            .decode(DecisionKind.self, forKey: .kind)
        self =
            switch kind {
            case .routed: .routed(try Routed(from: decoder))
            case .held: .held(try Held(from: decoder))
            case .unrouted: .unrouted(try Unrouted(from: decoder))
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        switch self {
        case .routed(let routed): try routed.encode(to: encoder)
        case .held(let held): try held.encode(to: encoder)
        case .unrouted(let unrouted): try unrouted.encode(to: encoder)
        }
    }
}

/// A queue that was chosen for a message, and what chose it.
public struct Selection: Hashable, Codable, Sendable {
    /// The queue that takes the message.
    public let queue: String
    /// What chose the queue. If the message fell back, this is what chose the original queue,
    /// ``fellBackFrom``.
    public let by: SelectedBy
    /// The id of the rule that chose the queue, if any. If the message fell back, the rule chose
    /// the original queue, ``fellBackFrom``.
    public let rule: String?
    /// The queue that was chosen first, if it is unavailable and another one took its
    /// place.
    public let fellBackFrom: String?
    /// The rule's assignee, if any. It is absent if the message fell back from the rule's queue,
    /// because the assignee belongs to that queue.
    public let assign: Assignment?

    init(_ native: FfiSelection) {
        queue = native.queue
        by = SelectedBy(native.by)
        rule = native.rule
        fellBackFrom = native.fellBackFrom
        assign = native.assign.map { Assignment($0) }
    }

    var native: FfiSelection {
        FfiSelection(
            queue: queue, by: by.native, rule: rule, fellBackFrom: fellBackFrom,
            assign: assign?.native)
    }
}

/// The reason why a message waits in its queue.
public enum HeldCause: String, Codable, Sendable {
    /// The queue has no app.
    case noApp
    /// No webhook of the queue's app subscribes to the message's event.
    case noWebhook
    /// The queue's app is disabled.
    case appDisabled
    /// The queue and all its fallbacks are unavailable.
    case unavailable

    init(_ native: FfiHeldCause) {
        self =
            switch native {
            case .noApp: .noApp
            case .noWebhook: .noWebhook
            case .appDisabled: .appDisabled
            case .unavailable: .unavailable
            }
    }

    var native: FfiHeldCause {
        switch self {
        case .noApp: .noApp
        case .noWebhook: .noWebhook
        case .appDisabled: .appDisabled
        case .unavailable: .unavailable
        }
    }
}

/// The assignee that a rule specifies for its messages. A decision contains it unchanged; routing
/// does not use it.
public struct Assignment: Hashable, Codable, Sendable {
    /// The team to assign the message to, if any.
    public let team: String?
    /// The agent to assign the message to, if any.
    public let agent: String?
    /// The skills that the agent should have, in the order in which the rule lists them.
    public let skills: [String]

    init(_ native: FfiAssignment) {
        (team, agent, skills) = (native.team, native.agent, native.skills)
    }

    fileprivate var native: FfiAssignment {
        FfiAssignment(team: team, agent: agent, skills: skills)
    }
}

func decided(_ native: FfiRouteResult) -> Result<Decision, KeyrailError> {
    switch native {
    case .decided(let decision): .success(Decision(decision))
    case .refused(let error): .failure(KeyrailError(error))
    }
}

/// The outcome of a ``Decision`` without its details. The raw value is the name of the case, which
/// is the same in all bindings.
public enum DecisionKind: String, Codable, Sendable {
    /// The message goes to the webhooks of its queue's app.
    case routed
    /// The message waits in its queue because it cannot be delivered now.
    case held
    /// No queue takes the message.
    case unrouted
}

/// What chose a queue. The raw value is the name of the case, which is the same in all bindings.
public enum SelectedBy: String, Codable, Sendable {
    /// The first rule that matched.
    case rule
    /// The sender's live session, which is already in this queue.
    case session
    /// The message's channel, which names the queue.
    case channel
    /// The topology, which names the queue as its default.
    case `default`

    init(_ native: FfiSelectedBy) {
        switch native {
        case .rule: self = .rule
        case .session: self = .session
        case .channel: self = .channel
        case .default: self = .default
        }
    }

    fileprivate var native: FfiSelectedBy {
        switch self {
        case .rule: .rule
        case .session: .session
        case .channel: .channel
        case .default: .default
        }
    }
}
