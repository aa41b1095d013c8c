package io.keyrail

import io.keyrail.ffi.FfiAttribute
import io.keyrail.ffi.FfiBy
import io.keyrail.ffi.FfiDecision
import io.keyrail.ffi.FfiDecisionKind
import io.keyrail.ffi.FfiMessage
import io.keyrail.ffi.FfiRouteTable
import io.keyrail.ffi.FfiValue

/** A compiled topology: channels, queues, apps, webhooks, and the rules between them. */
public class RouteTable private constructor(private val native: FfiRouteTable) : AutoCloseable {
    /** The hash of what the topology says: 64 hexadecimal digits, the same for the same meaning. */
    public val hash: String get() = calling { native.hash() }

    /**
     * Decides where a message goes: to the live session's queue, else by the
     * first rule that matches, else to the channel's queue, else to the default.
     *
     * What the host knows is never read out of the message, which a stranger
     * may have written.
     *
     * @param nowMs the time, in Unix milliseconds.
     * @param sessionQueue the queue of the sender's live session, if there is one.
     * @param unavailable queues that take nothing now.
     * @throws KeyrailException for a message that is malformed, or that names
     *   a channel, and for queues, that the topology does not declare.
     */
    @JvmOverloads
    public fun route(
        message: Message,
        nowMs: Long? = null,
        sessionQueue: String? = null,
        unavailable: List<String> = emptyList(),
    ): Decision = calling { native.route(message.native, nowMs, sessionQueue, unavailable) }.toDecision()

    /** Whether the queue is one of the app's own. */
    public fun mayWrite(app: String, queue: String): Boolean = calling { native.mayWrite(app, queue) }

    /** The app's queues, in their order. */
    public fun queuesOf(app: String): List<String> = calling { native.queuesOf(app) }

    override fun toString(): String = "RouteTable($hash)"

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads a topology, and refuses it whole if anything in it is wrong.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults].
         */
        @JvmStatic
        public fun fromJson(topology: String): RouteTable = RouteTable(calling { FfiRouteTable.fromJson(topology) })
    }
}

/**
 * A message to route: its channel, and whatever else came with it.
 *
 * It is checked when it is routed. It prints without what its attributes say.
 */
public class Message private constructor(internal val native: FfiMessage) {
    /**
     * A message of these attributes. Each is a text, a number, a boolean or a
     * list of texts; at most 256 of at most 64 KiB each, the channel among them.
     *
     * ```
     * Message("wa-main", "text" to "refund please", "tags" to listOf("vip"))
     * ```
     *
     * @throws KeyrailException `config.wrong_type` for anything else.
     */
    public constructor(channel: String, vararg attributes: Pair<String, Any>) :
        this(FfiMessage.Parts(channel, attributes.map { (name, value) -> FfiAttribute(name, valueOf(name, value)) }))

    /** The same, from a map. */
    public constructor(channel: String, attributes: Map<String, Any>) :
        this(channel, *attributes.toList().toTypedArray())

    /** The names of the attributes, and nothing of their values. */
    override fun toString(): String = when (native) {
        is FfiMessage.Parts -> (listOf("channel") + native.attributes.map { it.name }).joinToString(", ", "Message(", ")")
        is FfiMessage.Json -> "Message(JSON of ${native.text.length} characters)"
    }

    public companion object {
        /** A message as a JSON object of its attributes, `channel` among them; read when it is routed. */
        @JvmStatic
        public fun fromJson(text: String): Message = Message(FfiMessage.Json(text))

        private fun valueOf(name: String, value: Any): FfiValue = when (value) {
            is String -> FfiValue.Text(value)
            is Boolean -> FfiValue.Boolean(value)
            is Byte, is Short, is Int, is Long -> FfiValue.Integer((value as Number).toLong())
            is Float, is Double -> FfiValue.Number((value as Number).toDouble())
            is List<*> -> FfiValue.Texts(value.map { it as? String ?: throw wrongType(name) })
            else -> throw wrongType(name)
        }

        private fun wrongType(name: String): KeyrailException {
            val pointer = "/" + name.replace("~", "~0").replace("/", "~1") // RFC 6901, section 3
            val fault = Fault(
                "config.wrong_type",
                pointer,
                "this must be a text, a number, true or false, or a list of texts",
            )
            return KeyrailException("${fault.pointer}: ${fault.message}", fault.code, faults = listOf(fault))
        }
    }
}

/**
 * Where a message goes, and why. It holds ids alone, nothing of the message.
 *
 * @property kind whether the message goes on, waits, or has nowhere to go.
 * @property queue the queue that takes it.
 * @property app the app of that queue.
 * @property webhooks what to deliver to, in order; none unless it is routed.
 * @property rule the rule that chose, if one did.
 * @property by what chose the queue, or the one that it fell back from.
 * @property fellBackFrom the queue that was chosen first, if it is unavailable.
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
    val by: By?,
    val fellBackFrom: String?,
    val code: String,
    val reason: String,
    val table: String,
)

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
public enum class By(public val text: String) {
    /** The first rule that matched. */
    RULE("rule"),

    /** The live session stands in it. */
    SESSION("session"),

    /** The message's channel names it. */
    CHANNEL("channel"),

    /** It is the topology's default queue. */
    DEFAULT("default"),
}

internal fun FfiDecision.toDecision(): Decision =
    Decision(kind.toKind(), queue, app, webhooks, rule, by?.toBy(), fellBackFrom, code, reason, table)

private fun FfiDecisionKind.toKind(): DecisionKind = when (this) {
    FfiDecisionKind.ROUTED -> DecisionKind.ROUTED
    FfiDecisionKind.HELD -> DecisionKind.HELD
    FfiDecisionKind.UNROUTED -> DecisionKind.UNROUTED
}

private fun FfiBy.toBy(): By = when (this) {
    FfiBy.RULE -> By.RULE
    FfiBy.SESSION -> By.SESSION
    FfiBy.CHANNEL -> By.CHANNEL
    FfiBy.DEFAULT -> By.DEFAULT
}
