import Foundation

/// Why a message went where it went.
///
/// It quotes the message, but does not print the quotations: show ``text``, and
/// what the rules' failures found, only to those who may read the message.
public struct Explanation: Masked, Equatable, Sendable {
    /// What ``RouteTable/route(_:now:sessionQueue:unavailable:session:)`` decides.
    public let decision: Decision
    /// The first rules, in their order. The rule that won is always included, as the last
    /// one if it is not among the first.
    public let rules: [RuleReport]
    /// How many rules were left out.
    public let more: Int
    /// All of it, for a person to read, one line per rule.
    public let text: String

    init(_ native: FfiExplanation) {
        decision = Decision(native.decision)
        rules = native.rules.map { RuleReport($0) }
        more = Int(clamping: native.more)
        text = native.text
    }

    /// The decision's code, and the outcome of the rules.
    public var description: String {
        "Explanation(\(decision.code), rules: \(rules), more: \(more))"
    }
}

/// The outcome of one rule. It prints without what the message says.
public struct RuleReport: Masked, Equatable, Sendable {
    /// The id of the rule.
    public let id: String
    /// Its priority.
    public let priority: Int64
    /// Whether the rule chose the queue, and if not, why.
    public let outcome: RuleOutcome
    /// If its condition does not hold, the first test that caused it.
    public let failure: RuleFailure?
    /// Whether its condition would hold if a single test had the opposite result.
    public let nearMiss: Bool

    init(_ native: FfiRuleReport) {
        id = native.id
        priority = native.priority
        outcome = RuleOutcome(native.outcome)
        failure = native.failure.map { RuleFailure($0) }
        nearMiss = native.nearMiss
    }

    /// The rule and its outcome.
    public var description: String { "RuleReport(\(id), \(outcome.rawValue))" }
}

/// The outcome of a rule. The raw value is its name in all languages.
public enum RuleOutcome: String, Codable, Sendable {
    /// It chose the queue: no eligible rule before it matches.
    case won
    /// It matches, but something else came before it.
    case matched
    /// Its condition does not hold.
    case failed
    /// Its condition holds, but not at this time.
    case outsideHours = "closed"
    /// Its condition holds, but it does not interrupt the live session.
    case inSession = "in_session"

    init(_ native: FfiRuleOutcome) {
        switch native {
        case .won: self = .won
        case .matched: self = .matched
        case .failed: self = .failed
        case .outsideHours: self = .outsideHours
        case .inSession: self = .inSession
        }
    }
}

/// A test whose result is not what the rule requires. It prints without what the
/// message says.
public struct RuleFailure: Masked, Equatable, Sendable {
    /// The attribute.
    public let attribute: String
    /// The operator, such as `prefix`.
    public let `operator`: String
    /// What the operator requires: a string as it is; the choices of `in` in quotes, with
    /// commas between them; the bounds of a range as in `gte 1 lt 5`. It is cut after 256
    /// characters, with `…` after them. If the test has options, it says so in words, as in
    /// `the word "refund", without regard to case`.
    public let expected: String
    /// What the message has: a string as it is, a list as its strings in quotes with commas
    /// between them; `nil` if the attribute is absent. It is cut after 256 characters, with
    /// `…` after them.
    public let found: String?
    /// Whether the attribute has a type that the operator does not support.
    public let wrongType: Bool
    /// Whether the test is negated by `not`.
    public let negated: Bool

    init(_ native: FfiRuleFailure) {
        attribute = native.attribute
        `operator` = native.operator
        expected = native.expected
        found = native.found
        wrongType = native.wrongType
        negated = native.negated
    }

    /// The attribute, the operator and what it requires.
    public var description: String {
        "RuleFailure(\(attribute): \(negated ? "not " : "")\(`operator`) \(expected))"
    }
}
