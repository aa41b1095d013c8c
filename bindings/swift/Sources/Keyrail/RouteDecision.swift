/// Where a message goes, and why. It holds ids alone, nothing of the message.
public struct Decision: Hashable, Codable, Sendable {
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
    public let by: SelectedBy?
    /// The queue that was chosen first, if it is unavailable.
    public let fellBackFrom: String?
    /// The rule's assignee, if any.
    public let assign: Assignment?
    /// Messages with the same key should reach their app one after the other:
    /// those of one session, if the host names one, whatever their channels and
    /// senders; else those of one channel and, if the attribute `sender` is a
    /// text, one sender. It is a hash, and tells none of them.
    public let orderingKey: String
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
        by = native.by.map { SelectedBy($0) }
        fellBackFrom = native.fellBackFrom
        assign = native.assign.map { Assignment($0) }
        orderingKey = native.orderingKey
        code = native.code
        reason = native.reason
        table = native.table
    }

    var native: FfiDecision {
        FfiDecision(
            kind: kind.native, queue: queue, app: app, webhooks: webhooks, rule: rule,
            by: by?.native, fellBackFrom: fellBackFrom, assign: assign?.native,
            orderingKey: orderingKey, code: code, reason: reason, table: table)
    }
}

/// The assignee of a rule. The host reads it; routing does not.
public struct Assignment: Hashable, Codable, Sendable {
    /// A team.
    public let team: String?
    /// One agent.
    public let agent: String?
    /// What an agent should be able to do, in the order of the rule.
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

/// Whether a message goes on, waits, or has nowhere to go. The raw value is
/// the word for it in all languages.
public enum DecisionKind: String, Codable, Sendable {
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

    fileprivate var native: FfiDecisionKind {
        switch self {
        case .routed: .routed
        case .held: .held
        case .unrouted: .unrouted
        }
    }
}

/// What chose a queue. The raw value is the word for it in all languages.
public enum SelectedBy: String, Codable, Sendable {
    /// The first rule that matched.
    case rule
    /// The live session is in it.
    case session
    /// The message's channel names it.
    case channel
    /// It is the topology's default queue.
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
