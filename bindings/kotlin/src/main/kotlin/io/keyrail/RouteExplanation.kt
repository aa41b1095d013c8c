package io.keyrail

import io.keyrail.ffi.FfiExplanation
import io.keyrail.ffi.FfiRuleFailure
import io.keyrail.ffi.FfiRuleOutcome
import io.keyrail.ffi.FfiRuleReport

/**
 * The explanation of a decision.
 *
 * It contains values of the message, but its string form does not. Show [text] and
 * [RuleFailure.found] only to people who may read the message.
 *
 * @property decision the decision that [RouteTable.route] returns.
 * @property rules the reports of the first rules, in order. If the rule that won comes later, its
 *   report is added at the end.
 * @property more the number of rules that are left out.
 * @property text the whole explanation, for a person to read, with one line per rule.
 */
public data class Explanation(
    val decision: Decision,
    val rules: List<RuleReport>,
    val more: Int,
    val text: String,
) {
    /** Returns the decision's code, and the outcomes of the rules. */
    override fun toString(): String = "Explanation(${decision.code}, rules=$rules, more=$more)"
}

/**
 * The outcome of one rule. Its string form contains no values of the message.
 *
 * @property id the id of the rule.
 * @property priority its priority.
 * @property outcome whether the rule chose the queue, and if not, why not.
 * @property failure the first test that made the condition fail, or `null` if the condition
 *   matches.
 * @property nearMiss whether the condition does not match, but would if a single test had the
 *   opposite result.
 */
public data class RuleReport(
    val id: String,
    val priority: Long,
    val outcome: RuleOutcome,
    val failure: RuleFailure?,
    val nearMiss: Boolean,
) {
    /** Returns the rule's id and its outcome. */
    override fun toString(): String = "RuleReport($id, ${outcome.text})"
}

/**
 * The outcome of a rule.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class RuleOutcome(public val text: String) {
    /**
     * The rule chose the queue. It is the first rule that matches, applies at this time and, if
     * there is a live session, interrupts it.
     */
    WON("won"),

    /** It matches, but another rule won. */
    MATCHED("matched"),

    /** Its condition does not match. */
    FAILED("failed"),

    /** Its condition matches, but the rule does not apply at this time. */
    OUTSIDE_HOURS("closed"),

    /** Its condition matches, but the rule does not interrupt the live session. */
    IN_SESSION("in_session"),
}

/**
 * A test whose result is not the one that the rule requires. Its string form contains no values of
 * the message.
 *
 * @property attribute the attribute.
 * @property operator the operator, such as `prefix`.
 * @property expected the value that the operator requires. If the test has no options, a string
 *   is shown as the rule contains it. If the test has options, the string is in quotes and the
 *   options are described in words, as in `the word "refund", without regard to case`. The choices
 *   of `in` are in quotes, separated by commas. A range has the form `gte 1 lt 5`. A value longer
 *   than 256 characters is truncated, with `…` before any options.
 * @property found the value of the attribute, or `null` if it is absent. A string is unchanged. The
 *   strings of a list are in quotes, separated by commas. A value longer than 256 characters is
 *   truncated and ends with `…`.
 * @property wrongType whether the attribute has a type that the operator does not
 *   support.
 * @property negated whether the test is negated by `not`.
 */
public data class RuleFailure(
    val attribute: String,
    val operator: String,
    val expected: String,
    val found: String?,
    val wrongType: Boolean,
    val negated: Boolean,
) {
    /** Returns the attribute, the operator and the expected value. */
    override fun toString(): String = "RuleFailure($attribute: ${if (negated) "not " else ""}$operator $expected)"
}

internal fun FfiExplanation.toExplanation(): Explanation =
    Explanation(decision.toDecision(), rules.map { it.toReport() }, more.toInt(), text)

private fun FfiRuleReport.toReport() =
    RuleReport(id, priority, outcome.toOutcome(), failure?.toFailure(), nearMiss)

private fun FfiRuleOutcome.toOutcome() = when (this) {
    FfiRuleOutcome.WON -> RuleOutcome.WON
    FfiRuleOutcome.MATCHED -> RuleOutcome.MATCHED
    FfiRuleOutcome.FAILED -> RuleOutcome.FAILED
    FfiRuleOutcome.OUTSIDE_HOURS -> RuleOutcome.OUTSIDE_HOURS
    FfiRuleOutcome.IN_SESSION -> RuleOutcome.IN_SESSION
}

private fun FfiRuleFailure.toFailure() = RuleFailure(attribute, operator, expected, found, wrongType, negated)
