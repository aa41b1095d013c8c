package io.keyrail

import io.keyrail.ffi.FfiAssignment
import io.keyrail.ffi.FfiSelectedBy
import io.keyrail.ffi.FfiDecision
import io.keyrail.ffi.FfiDecisionKind
import io.keyrail.ffi.FfiException
import io.keyrail.ffi.FfiRouteResult

/**
 * Where a message goes, and why. It holds ids alone, nothing of the message.
 *
 * @property kind whether the message goes on, waits, or has nowhere to go.
 * @property queue the queue that takes it.
 * @property app the app of that queue.
 * @property webhooks what to deliver to, in order; none unless it is routed.
 * @property rule the rule that chose, if one did.
 * @property by how the queue was selected, or the one that it fell back from.
 * @property fellBackFrom the queue that was chosen first, if it is unavailable.
 * @property assign the rule's assignee, if any.
 * @property orderingKey messages with the same key should reach their app one
 *   after the other: those of one session, if the host names one, whatever
 *   their channels and senders; else those of one channel and, if the attribute
 *   `sender` is a text, one sender. It is a hash, and tells none of them.
 * @property code the dotted code of the reason.
 * @property reason a sentence for a person.
 * @property table the [hash][RouteTable.hash] of the table that decided.
 */
public data class Decision(
    val kind: DecisionKind,
    val queue: String?,
    val app: String?,
    val webhooks: List<String>,
    val rule: String?,
    val by: SelectedBy?,
    val fellBackFrom: String?,
    val assign: Assignment?,
    val orderingKey: String,
    val code: String,
    val reason: String,
    val table: String,
)

/**
 * The assignee of a rule. The host reads it; routing does not.
 *
 * @property team a team.
 * @property agent one agent.
 * @property skills what an agent should be able to do, in the order of the rule.
 */
public data class Assignment(val team: String?, val agent: String?, val skills: List<String>)

/** What became of one message of several. */
public sealed interface RouteResult {
    /** It was decided. */
    public data class Decided(val decision: Decision) : RouteResult

    /** It was rejected, for what [RouteTable.route] would have thrown. */
    public data class Refused(val error: KeyrailException) : RouteResult

    /**
     * The decision.
     *
     * @throws KeyrailException if there is none.
     */
    public fun getOrThrow(): Decision = when (this) {
        is Decided -> decision
        is Refused -> throw error
    }
}

/**
 * Whether a message goes on, waits, or has nowhere to go.
 *
 * @property text the word for it in all languages.
 */
public enum class DecisionKind(public val text: String) {
    /** It goes to the webhooks of its queue's app. */
    ROUTED("routed"),

    /** It waits in its queue: nobody can take it now. */
    HELD("held"),

    /** No queue takes it. */
    UNROUTED("unrouted"),
}

/**
 * What chose a queue.
 *
 * @property text the word for it in all languages.
 */
public enum class SelectedBy(public val text: String) {
    /** The first rule that matched. */
    RULE("rule"),

    /** The live session is in it. */
    SESSION("session"),

    /** The message's channel names it. */
    CHANNEL("channel"),

    /** It is the topology's default queue. */
    DEFAULT("default"),
}

internal fun FfiDecision.toDecision(): Decision = Decision(
    kind.toKind(),
    queue,
    app,
    webhooks,
    rule,
    by?.toBy(),
    fellBackFrom,
    assign?.run { Assignment(team, agent, skills) },
    orderingKey,
    code,
    reason,
    table,
)

internal fun Decision.toNative(): FfiDecision = FfiDecision(
    kind.toNative(),
    queue,
    app,
    webhooks,
    rule,
    by?.toNative(),
    fellBackFrom,
    assign?.run { FfiAssignment(team, agent, skills) },
    orderingKey,
    code,
    reason,
    table,
)

internal fun FfiRouteResult.toResult(): RouteResult = when (this) {
    is FfiRouteResult.Decided -> RouteResult.Decided(decision.toDecision())
    is FfiRouteResult.Refused -> when (val refused = error) {
        is FfiException.Failure -> RouteResult.Refused(refused.toException())
    }
}

private fun FfiDecisionKind.toKind(): DecisionKind = when (this) {
    FfiDecisionKind.ROUTED -> DecisionKind.ROUTED
    FfiDecisionKind.HELD -> DecisionKind.HELD
    FfiDecisionKind.UNROUTED -> DecisionKind.UNROUTED
}

private fun FfiSelectedBy.toBy(): SelectedBy = when (this) {
    FfiSelectedBy.RULE -> SelectedBy.RULE
    FfiSelectedBy.SESSION -> SelectedBy.SESSION
    FfiSelectedBy.CHANNEL -> SelectedBy.CHANNEL
    FfiSelectedBy.DEFAULT -> SelectedBy.DEFAULT
}

private fun DecisionKind.toNative() = when (this) {
    DecisionKind.ROUTED -> FfiDecisionKind.ROUTED
    DecisionKind.HELD -> FfiDecisionKind.HELD
    DecisionKind.UNROUTED -> FfiDecisionKind.UNROUTED
}

private fun SelectedBy.toNative() = when (this) {
    SelectedBy.RULE -> FfiSelectedBy.RULE
    SelectedBy.SESSION -> FfiSelectedBy.SESSION
    SelectedBy.CHANNEL -> FfiSelectedBy.CHANNEL
    SelectedBy.DEFAULT -> FfiSelectedBy.DEFAULT
}
