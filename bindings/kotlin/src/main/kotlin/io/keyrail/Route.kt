package io.keyrail

import io.keyrail.ffi.FfiAttribute
import io.keyrail.ffi.FfiMessage
import io.keyrail.ffi.FfiRouteContext
import io.keyrail.ffi.FfiRouteTable
import io.keyrail.ffi.FfiValue
import io.keyrail.ffi.routeCheckMessage
import io.keyrail.ffi.routeTraceDiagram
import java.time.Instant

/**
 * A compiled topology: channels, queues, apps and webhooks, and the rules that connect them.
 *
 * It is immutable: to change the rules, create a new table and replace the old one.
 */
public class RouteTable private constructor(internal val native: FfiRouteTable) : AutoCloseable {
    /**
     * The content hash, in 64 hexadecimal digits. Documents with the same meaning have the same
     * hash, even if their white space or the order of their members differs.
     */
    public val hash: String get() = translatingErrors { native.hash() }

    /**
     * Decides where the message goes. The first rule that matches chooses the queue. If no rule
     * matches, the message goes to the channel's queue, or to the default queue if the channel has
     * no queue. With a live session, only rules that interrupt sessions are considered. If none of
     * them matches, the message goes to the session's queue.
     *
     * The time, the session and the unavailable queues are arguments. They are never read from the
     * message, because its sender could forge them.
     *
     * @param now the current time.
     * @param sessionQueue the queue of the sender's live session, if there is one.
     * @param unavailable the queues that are unavailable now.
     * @param session the id of the sender's live session, if there is one. All messages of a
     *   session have the same [Decision.orderingKey], whatever their channels.
     * @throws KeyrailException for a malformed message or session, for a channel or queue that the
     *   topology does not declare, and for a time out of range. The code is `route.time_required`
     *   if `now` is `null` but the topology has rules that apply only at certain times.
     */
    @JvmOverloads
    public fun route(
        message: Message,
        now: Instant? = null,
        sessionQueue: String? = null,
        unavailable: List<String> = emptyList(),
        session: String? = null,
    ): Decision = translatingErrors {
        native.route(message.native, FfiRouteContext(now?.millis(), sessionQueue, unavailable, session))
    }.toDecision()

    /**
     * Decides where each message goes. The other arguments are those of [route], and apply to all
     * messages. An invalid message does not affect the other messages.
     *
     * @throws KeyrailException if `now` is out of range.
     */
    @JvmOverloads
    public fun routeBatch(
        messages: List<Message>,
        now: Instant? = null,
        sessionQueue: String? = null,
        unavailable: List<String> = emptyList(),
        session: String? = null,
    ): List<RouteResult> {
        val context = FfiRouteContext(now?.millis(), sessionQueue, unavailable, session)
        return try {
            routeAll(messages, context)
        } catch (error: KeyrailException) {
            // A message that cannot be passed to the native library must not affect the others, so
            // each message is passed separately.
            if (error.code != LONE_SURROGATE) throw error
            messages.map { message ->
                try {
                    routeAll(listOf(message), context).single()
                } catch (ownError: KeyrailException) {
                    if (ownError.code != LONE_SURROGATE) throw ownError
                    RouteResult.Refused(ownError)
                }
            }
        }
    }

    private fun routeAll(messages: List<Message>, context: FfiRouteContext) =
        translatingErrors { native.routeBatch(messages.map { it.native }, context) }.map { it.toResult() }

    /**
     * Returns the decision of `route`, and why each of the first `limit` rules won or lost.
     *
     * @param limit the maximum number of rules, 20 by default. The rule that won is always
     *   included.
     * @throws KeyrailException as [route] does.
     */
    @JvmOverloads
    public fun explain(
        message: Message,
        limit: Int? = null,
        now: Instant? = null,
        sessionQueue: String? = null,
        unavailable: List<String> = emptyList(),
        session: String? = null,
    ): Explanation {
        val context = FfiRouteContext(now?.millis(), sessionQueue, unavailable, session)
        return translatingErrors { native.explain(message.native, limit?.coerceAtLeast(0)?.toUInt(), context) }.toExplanation()
    }

    /**
     * Returns the suspicious parts of the topology: rules that cannot match, rules shadowed by
     * others, overlaps, and dead ends. None of them is an error.
     *
     * There are no false positives. The check decides whether a rule ever wins. For tests of
     * channels, of presence, of ranges, and of equality without options, the check can always
     * decide this. For other tests, it usually can, for example if one pattern, subject or network
     * matches everything that another one matches. If the check cannot decide, or would take too
     * many steps, the finding is `route.undecided`.
     *
     * Two rules overlap if they have the same priority, test a common attribute, can both match a
     * message that contains no lists, and send it to different queues. For each rule, at most eight
     * overlaps with earlier rules are reported. Overlaps are searched for in a limited number of
     * steps, so some may not be found.
     */
    public fun lint(): List<RouteFinding> = translatingErrors { native.lint() }.map { it.toFinding() }

    /**
     * Routes the message of every fixture, and returns the fixtures with an unexpected result.
     *
     * @param fixtures a JSON array of objects. Each fixture has the members `message` and `expect`,
     *   and optionally `now` (an RFC 3339 time), `session_queue` and `unavailable`, as in [route].
     *   `expect` has at least one of the members `queue` and `rule`. The value of such a member is
     *   a string, or `null` if the decision must have no queue or no rule. A member that is absent
     *   is not checked.
     * @throws KeyrailException if the document is invalid; [faults][KeyrailException.faults]
     *   lists the faults.
     */
    public fun verify(fixtures: String): List<RouteMismatch> =
        translatingErrors { native.verify(fixtures) }.map { it.toMismatch() }

    /**
     * Returns the topology as a Mermaid flowchart: channels, rules in their order,
     * queues, apps and webhooks. A dotted arrow is a fallback.
     */
    public fun diagram(): String = translatingErrors { native.diagram() }

    /**
     * Returns the table as bytes, for [fromBytes]. The same topology produces the same
     * bytes on every platform.
     */
    public fun toBytes(): ByteArray = translatingErrors { native.toBytes() }

    /**
     * Returns whether an app's key may write to a queue: true only for the app's own queues.
     */
    public fun mayWrite(app: String, queue: String): Boolean = translatingErrors { native.mayWrite(app, queue) }

    /** Returns the queues of an app, in the order of declaration. */
    public fun queuesOf(app: String): List<String> = translatingErrors { native.queuesOf(app) }

    override fun toString(): String = printed("RouteTable") { "RouteTable($hash)" }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns the samples for which the new table has a different result than the old one. A
         * result is a decision or an error. Decisions are compared without the table's hash. The
         * other arguments are those of [route].
         *
         * @throws KeyrailException for a malformed sample, or if `now` is out of range.
         */
        @JvmStatic
        @JvmOverloads
        public fun diff(
            old: RouteTable,
            new: RouteTable,
            samples: List<Message>,
            now: Instant? = null,
            sessionQueue: String? = null,
            unavailable: List<String> = emptyList(),
            session: String? = null,
        ): List<RouteChange> {
            val context = FfiRouteContext(now?.millis(), sessionQueue, unavailable, session)
            return translatingErrors { old.native.diff(new.native, samples.map { it.native }, context) }.map { it.toChange() }
        }

        /**
         * Returns the path of the message as a Mermaid flowchart. The path starts with what chose
         * the queue. After that come the queue that the message fell back from (if any), the queue
         * that takes the message, the app of that queue, and the webhooks. For an unrouted message,
         * the flowchart contains only the code of the reason.
         */
        @JvmStatic
        public fun traceDiagram(decision: Decision): String = translatingErrors { routeTraceDiagram(decision.toNative()) }

        /**
         * Creates a table from a topology. A topology with any fault is rejected.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        public fun fromJson(topology: String): RouteTable = RouteTable(translatingErrors { FfiRouteTable.fromJson(topology) })

        /**
         * Loads a table from the bytes that [toBytes] returned. The topology is not compiled again.
         * The hash in the bytes detects corruption, not forgery: load bytes only from a source from
         * which you would accept a topology.
         *
         * @throws KeyrailException `route.unsupported_bytes` if the bytes are in another version of
         *   the format, `route.malformed_bytes` if they are not a table or were altered, and
         *   `route.unknown_zone` if the table names a time zone that is not in the zone data of
         *   this build.
         */
        @JvmStatic
        public fun fromBytes(bytes: ByteArray): RouteTable =
            RouteTable(translatingErrors { copying(bytes) { FfiRouteTable.fromBytes(it) } })
    }
}

/**
 * A message to route: its channel and its other attributes.
 *
 * The attribute `event` determines which webhooks of the queue's app receive the message, and the
 * ordering key depends on `sender`. Any other attribute, such as `text`, has the meaning that the
 * rules give it.
 *
 * The constructors check only the types of the values, and leave all other checks to routing. The
 * values of the attributes are not printed.
 */
public class Message private constructor(internal val native: FfiMessage) {
    /**
     * Creates a message with these attributes. The value of each is a string, a number, a boolean or
     * a list of strings, and is at most 64 KiB long. A message has at most 256 attributes,
     * including the channel.
     *
     * ```
     * Message("wa-main", "text" to "refund please", "tags" to listOf("vip"))
     * ```
     *
     * @throws KeyrailException `config.wrong_type` for a value of another type.
     */
    public constructor(channel: String, vararg attributes: Pair<String, Any>) :
        this(FfiMessage.Parts(channel, attributes.map { (name, value) -> FfiAttribute(name, valueOf(name, value)) }))

    /** Creates a message with these attributes, which are a map from names to values. */
    public constructor(channel: String, attributes: Map<String, Any>) :
        this(channel, *attributes.toList().toTypedArray())

    /**
     * Returns the names of the attributes without their values, or the length of the message's
     * JSON.
     */
    override fun toString(): String = when (native) {
        is FfiMessage.Parts -> (listOf("channel") + native.attributes.map { it.name }).joinToString(", ", "Message(", ")")
        is FfiMessage.Json -> "Message(JSON of ${native.text.length} characters)"
    }

    public companion object {
        /**
         * Reads a message from a JSON object of its attributes, including `channel`.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        public fun fromJson(text: String): Message {
            val message = FfiMessage.Json(text)
            translatingErrors { routeCheckMessage(message) }
            return Message(message)
        }

        /** Creates a message from JSON that is not checked until the message is routed. */
        internal fun unchecked(text: String): Message = Message(FfiMessage.Json(text))

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
                "this must be a string, a number, true or false, or an array of strings",
            )
            return KeyrailException.of("${fault.pointer}: ${fault.message}", fault.code, faults = listOf(fault))
        }
    }
}
