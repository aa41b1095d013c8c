package io.keyrail

import io.keyrail.ffi.FfiAssignment
import io.keyrail.ffi.FfiDecision
import io.keyrail.ffi.FfiException
import io.keyrail.ffi.FfiHeldCause
import io.keyrail.ffi.FfiDecisionCase
import io.keyrail.ffi.FfiRouteResult
import io.keyrail.ffi.FfiSelectedBy
import io.keyrail.ffi.FfiSelection

/**
 * A decision on where a message goes, and its reason. A decision contains no part of the message.
 */
public sealed interface Decision {
    /**
     * The ordering key: messages with the same key should be delivered to their app in order. If a
     * session is passed, all messages of that session have the same key, whatever their channels
     * and senders. Otherwise, the messages of one channel and one sender have the same key. The
     * sender is the attribute `sender`: a string, or the canonical string of a number or boolean.
     * If the attribute is a list, it is ignored. The key is a hash that does not reveal the
     * session, the channel or the sender.
     */
    public val orderingKey: String

    /** The [content hash][RouteTable.hash] of the table that decided. */
    public val table: String

    /** The stable, dotted code of the reason. */
    public val code: String

    /** The reason for the outcome. It is a sentence for a person. */
    public val reason: String

    /** The outcome without its details. */
    public val kind: DecisionKind

    /** The queue and what chose it, unless the message is unrouted. */
    public val selection: Selection? get() = null

    /** The queue that takes the message, unless the message is unrouted. */
    public val queue: String? get() = selection?.queue

    /** The app of the queue, if it has one. */
    public val app: String? get() = null

    /**
     * The webhooks to deliver to, in the order in which the app lists them; empty unless the
     * message is routed.
     */
    public val webhooks: List<String> get() = emptyList()

    /**
     * The id of the rule that chose the queue, if any. If the message fell back, the rule chose the
     * original queue, [fellBackFrom].
     */
    public val rule: String? get() = selection?.rule

    /** What chose the queue. If the message fell back, this is what chose the original queue, [fellBackFrom]. */
    public val by: SelectedBy? get() = selection?.by

    /** The queue that was chosen first, if it is unavailable and another one took its place. */
    public val fellBackFrom: String? get() = selection?.fellBackFrom

    /** The rule's assignee, if any. It is absent if the message fell back from the rule's queue. */
    public val assign: Assignment? get() = selection?.assign

    /**
     * The message goes to the webhooks of its queue's app.
     *
     * @property selection the queue that takes the message, and what chose it.
     * @property app the app of the queue.
     * @property webhooks the webhooks to deliver to, in the order in which the app lists them; at
     *   least one.
     */
    public data class Routed(
        override val selection: Selection,
        override val app: String,
        override val webhooks: List<String>,
        override val orderingKey: String,
        override val table: String,
        override val code: String,
        override val reason: String,
    ) : Decision {
        override val kind: DecisionKind get() = DecisionKind.ROUTED
    }

    /**
     * The message waits in its queue because it cannot be delivered now.
     *
     * @property selection the queue that the message waits in, and what chose it.
     * @property app the app of the queue, if it has one.
     * @property cause why the message waits.
     */
    public data class Held(
        override val selection: Selection,
        override val app: String?,
        val cause: HeldCause,
        override val orderingKey: String,
        override val table: String,
        override val code: String,
        override val reason: String,
    ) : Decision {
        override val kind: DecisionKind get() = DecisionKind.HELD
    }

    /** No queue takes the message. */
    public data class Unrouted(
        override val orderingKey: String,
        override val table: String,
        override val code: String,
        override val reason: String,
    ) : Decision {
        override val kind: DecisionKind get() = DecisionKind.UNROUTED
    }
}

/**
 * A queue that was chosen for a message, and what chose it.
 *
 * @property queue the queue that takes the message.
 * @property by how the queue was chosen. If the message fell back, how the original queue,
 *   [fellBackFrom], was chosen.
 * @property rule the id of the rule that chose the queue, if any. If the message fell back, the rule
 *   chose the original queue, [fellBackFrom].
 * @property fellBackFrom the queue that was chosen first, if it is unavailable and another one took
 *   its place.
 * @property assign the rule's assignee, if any. It is absent if the message fell back from the
 *   rule's queue, because the assignee belongs to that queue.
 */
public data class Selection(
    val queue: String,
    val by: SelectedBy,
    val rule: String?,
    val fellBackFrom: String?,
    val assign: Assignment?,
)

/**
 * The assignee that a rule specifies for its messages. A decision contains it unchanged; routing
 * does not use it.
 *
 * @property team the team to assign the message to, if any.
 * @property agent the agent to assign the message to, if any.
 * @property skills the skills that the agent should have, in the order of the rule.
 */
public data class Assignment(val team: String?, val agent: String?, val skills: List<String>)

/** The result for one message of a batch. */
public sealed interface RouteResult {
    /** The message was routed, held or left unrouted. */
    public data class Decided(val decision: Decision) : RouteResult

    /** The message was rejected with the error that [RouteTable.route] would throw. */
    public data class Refused(val error: KeyrailException) : RouteResult

    /**
     * Returns the decision.
     *
     * @throws KeyrailException if the message was rejected.
     */
    public fun getOrThrow(): Decision = when (this) {
        is Decided -> decision
        is Refused -> throw error
    }
}

/**
 * The outcome of a [Decision] without its details.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class DecisionKind(public val text: String) {
    /** The message goes to the webhooks of its queue's app. */
    ROUTED("routed"),

    /** The message waits in its queue because it cannot be delivered now. */
    HELD("held"),

    /** No queue takes the message. */
    UNROUTED("unrouted"),
}

/**
 * What chose a queue.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class SelectedBy(public val text: String) {
    /** The first rule that matched. */
    RULE("rule"),

    /** The sender's live session, which is already in this queue. */
    SESSION("session"),

    /** The message's channel, which names the queue. */
    CHANNEL("channel"),

    /** The topology, which names the queue as its default. */
    DEFAULT("default"),
}

/** The reason why a message waits in its queue. */
public enum class HeldCause {
    /** The queue has no app. */
    NO_APP,

    /** No webhook of the queue's app subscribes to the message's event. */
    NO_WEBHOOK,

    /** The queue's app is disabled. */
    APP_DISABLED,

    /** The queue and all its fallbacks are unavailable. */
    UNAVAILABLE,
}

internal fun FfiDecision.toDecision(): Decision = when (val outcome = outcome) {
    is FfiDecisionCase.Routed ->
        Decision.Routed(
            outcome.selection.toSelection(), outcome.app, outcome.webhooks, orderingKey, table, code, reason,
        )
    is FfiDecisionCase.Held ->
        Decision.Held(
            outcome.selection.toSelection(), outcome.app, outcome.cause.toCause(), orderingKey, table, code, reason,
        )
    FfiDecisionCase.Unrouted -> Decision.Unrouted(orderingKey, table, code, reason)
}

internal fun Decision.toNative(): FfiDecision {
    val outcome = when (this) {
        is Decision.Routed -> FfiDecisionCase.Routed(selection.toNative(), app, webhooks)
        is Decision.Held -> FfiDecisionCase.Held(selection.toNative(), app, cause.toNative())
        is Decision.Unrouted -> FfiDecisionCase.Unrouted
    }
    return FfiDecision(outcome, orderingKey, table, code, reason)
}

private fun FfiSelection.toSelection(): Selection =
    Selection(queue, by.toBy(), rule, fellBackFrom, assign?.run { Assignment(team, agent, skills) })

private fun Selection.toNative(): FfiSelection =
    FfiSelection(queue, by.toNative(), rule, fellBackFrom, assign?.run { FfiAssignment(team, agent, skills) })

internal fun FfiRouteResult.toResult(): RouteResult = when (this) {
    is FfiRouteResult.Decided -> RouteResult.Decided(decision.toDecision())
    is FfiRouteResult.Refused -> when (val failure = error) {
        is FfiException.Failure -> RouteResult.Refused(failure.toException())
    }
}

private fun FfiHeldCause.toCause(): HeldCause = when (this) {
    FfiHeldCause.NO_APP -> HeldCause.NO_APP
    FfiHeldCause.NO_WEBHOOK -> HeldCause.NO_WEBHOOK
    FfiHeldCause.APP_DISABLED -> HeldCause.APP_DISABLED
    FfiHeldCause.UNAVAILABLE -> HeldCause.UNAVAILABLE
}

private fun HeldCause.toNative() = when (this) {
    HeldCause.NO_APP -> FfiHeldCause.NO_APP
    HeldCause.NO_WEBHOOK -> FfiHeldCause.NO_WEBHOOK
    HeldCause.APP_DISABLED -> FfiHeldCause.APP_DISABLED
    HeldCause.UNAVAILABLE -> FfiHeldCause.UNAVAILABLE
}

private fun FfiSelectedBy.toBy(): SelectedBy = when (this) {
    FfiSelectedBy.RULE -> SelectedBy.RULE
    FfiSelectedBy.SESSION -> SelectedBy.SESSION
    FfiSelectedBy.CHANNEL -> SelectedBy.CHANNEL
    FfiSelectedBy.DEFAULT -> SelectedBy.DEFAULT
}

private fun SelectedBy.toNative() = when (this) {
    SelectedBy.RULE -> FfiSelectedBy.RULE
    SelectedBy.SESSION -> FfiSelectedBy.SESSION
    SelectedBy.CHANNEL -> FfiSelectedBy.CHANNEL
    SelectedBy.DEFAULT -> FfiSelectedBy.DEFAULT
}
