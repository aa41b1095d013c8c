import Foundation

/// The explanation of a decision.
///
/// It contains values of the message, but its string form does not. Show ``text`` and
/// ``RuleFailure/found`` only to people who may read the message.
public struct Explanation: Masked, Equatable, Sendable {
    /// The decision that `route` returns.
    public let decision: Decision
    /// The reports of the first rules, in order. If the rule that won comes later, its report is
    /// added at the end.
    public let rules: [RuleReport]
    /// The number of rules that are left out.
    public let more: Int
    /// The whole explanation, for a person to read, with one line per rule.
    public let text: String

    init(_ native: FfiExplanation) {
        decision = Decision(native.decision)
        rules = native.rules.map { RuleReport($0) }
        more = Int(clamping: native.more)
        text = native.text
    }

    /// The decision's code, and the outcomes of the rules.
    public var description: String {
        "Explanation(\(decision.code), rules: \(rules), more: \(more))"
    }
}

/// The outcome of one rule. Its description contains no values of the message.
public struct RuleReport: Masked, Equatable, Sendable {
    /// The id of the rule.
    public let id: String
    /// Its priority.
    public let priority: Int64
    /// Whether the rule chose the queue, and if not, why not.
    public let outcome: RuleOutcome
    /// The first test that made the rule's condition fail, if the condition failed.
    public let failure: RuleFailure?
    /// Whether the condition failed, but would have matched if a single test had the opposite
    /// result.
    public let nearMiss: Bool

    init(_ native: FfiRuleReport) {
        id = native.id
        priority = native.priority
        outcome = RuleOutcome(native.outcome)
        failure = native.failure.map { RuleFailure($0) }
        nearMiss = native.nearMiss
    }

    /// The rule's id and its outcome.
    public var description: String { "RuleReport(\(id), \(outcome.rawValue))" }
}

/// The outcome of a rule. The raw value is the name of the outcome, which is the same in all
/// bindings.
public enum RuleOutcome: String, Codable, Sendable {
    /// The rule chose the queue. It is the first rule that matches, applies at this time and, if
    /// there is a live session, interrupts it.
    case won
    /// It matches, but another rule won.
    case matched
    /// Its condition does not match.
    case failed
    /// Its condition matches, but the rule does not apply at this time.
    case outsideHours = "closed"
    /// Its condition matches, but the rule does not interrupt the live session.
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

/// A test whose result is not the one that the rule requires. Its description contains no values of
/// the message.
public struct RuleFailure: Masked, Equatable, Sendable {
    /// The attribute.
    public let attribute: String
    /// The operator, such as `prefix`.
    public let `operator`: String
    /// The value that the operator requires. If the test has no options, a string is shown as the
    /// rule contains it. If the test has options, the string is in quotes and the options are
    /// described in words, as in `the word "refund", without regard to case`. The choices of `in`
    /// are in quotes, separated by commas. A range has the form `gte 1 lt 5`. A value longer than
    /// 256 characters is truncated, with `…` before any options.
    public let expected: String
    /// The value of the attribute, or `nil` if it is absent. A string is unchanged. The strings of
    /// a list are in quotes, separated by commas. A value longer than 256 characters is truncated
    /// and ends with `…`.
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

    /// The attribute, the operator and the expected value.
    public var description: String {
        "RuleFailure(\(attribute): \(negated ? "not " : "")\(`operator`) \(expected))"
    }
}
