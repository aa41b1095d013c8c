package io.keyrail

import io.keyrail.ffi.FfiAuditEvent
import io.keyrail.ffi.FfiDirection
import io.keyrail.ffi.FfiGateway
import io.keyrail.ffi.FfiNamedSecrets
import io.keyrail.ffi.FfiOutbound
import java.time.Instant

/**
 * One deployment: its keys, routes and webhooks, for inbound messages and outbound requests.
 *
 * [inbound] takes a message from a channel: the rules choose its queue, and the gateway returns a
 * signed delivery for each webhook of the queue's app that receives the event. The host sends the
 * deliveries. [outbound] takes a request that an app sends with its key: the rules are not
 * evaluated, and the queue that the request names must belong to the app. The host is the program
 * that calls the gateway.
 */
public class Gateway private constructor(private val native: FfiGateway) : AutoCloseable {
    /**
     * Decides where a message goes and signs its deliveries.
     *
     * @param messageId the id that the channel assigned to the message: 1 to 256 bytes. Receivers
     *   drop a second delivery for the same channel, id and event, so use an id that the messaging
     *   service generated. If senders can choose the id, as with the `Message-ID` of an email, they
     *   can suppress another message of the same channel.
     * @param message the message whose attributes the rules test.
     * @param body the JSON body of the deliveries, sent byte for byte.
     * @param now the current time.
     * @param sessionQueue the queue of the sender's live session, if there is one.
     * @param unavailable the queues that are unavailable now.
     * @param session the id of the sender's live session, if there is one. All messages of a
     *   session have the same [Decision.orderingKey], whatever their channels.
     * @throws KeyrailException `gateway.malformed_message_id`, `gateway.internal`,
     *   `webhook.malformed_timestamp` for a time before 1970, and the codes of [RouteTable.route].
     */
    @JvmOverloads
    public fun inbound(
        messageId: String,
        message: Message,
        body: ByteArray,
        now: Instant,
        sessionQueue: String? = null,
        unavailable: List<String> = emptyList(),
        session: String? = null,
    ): Inbound {
        val inbound = translatingErrors {
            copying(body) { native.inbound(messageId, message.native, it, now.millis(), sessionQueue, unavailable, session) }
        }
        return Inbound(
            inbound.decision.toDecision(),
            inbound.deliveries.map { Delivery(it.webhook, it.idempotencyKey, it.request.toRequest()) },
            inbound.audit.toEvent(),
        )
    }

    /** Decides where a message goes and signs its deliveries. The body is a string. */
    @JvmOverloads
    public fun inbound(
        messageId: String,
        message: Message,
        body: String,
        now: Instant,
        sessionQueue: String? = null,
        unavailable: List<String> = emptyList(),
        session: String? = null,
    ): Inbound = inbound(messageId, message, body.toByteArray(), now, sessionQueue, unavailable, session)

    /**
     * Decides whether an app's request is allowed. A denial is returned, not thrown. A key with an
     * unknown id and a key with a known id but a wrong secret get identical responses, byte for
     * byte.
     *
     * @param operation the platform's operation, such as `message.send`.
     * @param headers the headers of the request, in the order in which they were received.
     * @param now the current time.
     * @param queue the queue that the request names; an app with one queue need not name it. If the
     *   operation uses no queue, a key that is limited to queues may use it only if its record
     *   lists the operation by name.
     * @param ip the client's address as the host knows it; an address that cannot be parsed counts
     *   as unknown.
     * @param environment the environment in which the request is made, such as `live`. It must
     *   equal the environment of the key's record. If the record has none, it must equal the
     *   environment in the key, if the key contains one. Without it, the environment is not checked.
     * @param ownerPermissions what the key's owner may do now. Required for a key with the authority
     *   `owner`.
     * @param tokenVerified whether the host verified the token of the request. On some platforms,
     *   such as VChatCloud, a request contains a token in addition to the key. If `false`, a
     *   request that contains a token is denied with `access.token_unverified`.
     * @param records the records that the host found with [identify], at most 8. If they are passed,
     *   the deployment's keys are not used, but its peppers and formats are, and the grant may
     *   contain an [upgrade][Grant.upgrade].
     * @param limits the stored states of the key's limits, by the ids in [KeyRecord.limitIds] if
     *   `records` are passed, and otherwise by those in [Identity.limitIds]; `null` for an id
     *   without a stored state. Required for a key with limits.
     * @throws KeyrailException `platform.unknown_operation`, `gateway.too_many_records`,
     *   `time.out_of_range`.
     */
    @JvmOverloads
    public fun outbound(
        operation: String,
        headers: List<Pair<String, String>>,
        now: Instant,
        queue: String? = null,
        ip: String? = null,
        environment: String? = null,
        ownerPermissions: Permissions? = null,
        tokenVerified: Boolean = false,
        records: List<KeyRecord>? = null,
        limits: Map<String, LimitState?>? = null,
    ): Outbound {
        val outbound = translatingErrors {
            native.outbound(
                operation, headers.flattened(), now.millis(), queue, ip, environment, ownerPermissions?.toNative(),
                tokenVerified, records?.map { it.native }, limits?.toStored(),
            )
        }
        return when (outbound) {
            is FfiOutbound.Granted -> Outbound.Granted(outbound.grant.toGrant(), outbound.queue, outbound.audit.toEvent())
            is FfiOutbound.Denied ->
                Outbound.Denied(
                    Problem(outbound.denial), outbound.response.toResponse(), outbound.consumption?.toConsumption(),
                    outbound.audit.toEvent(),
                )
        }
    }

    /** Decides whether an app's request is allowed. The headers are a map. */
    @JvmOverloads
    public fun outbound(
        operation: String,
        headers: Map<String, List<String>>,
        now: Instant,
        queue: String? = null,
        ip: String? = null,
        environment: String? = null,
        ownerPermissions: Permissions? = null,
        tokenVerified: Boolean = false,
        records: List<KeyRecord>? = null,
        limits: Map<String, LimitState?>? = null,
    ): Outbound = outbound(
        operation, headers.toHeaders(), now, queue, ip, environment, ownerPermissions, tokenVerified, records, limits,
    )

    /**
     * Returns the values by which to look up the key's record: the key's public id, if it has one,
     * and its digests. This function is for hosts that store the records themselves: look up the
     * records with this key id or one of these digests, and pass them to [outbound] as `records`. A
     * key has a public id if it has one of the deployment's formats and that format contains an id.
     * The key is read from the headers by the scheme of the operation, or by the platform's default
     * scheme if no operation is passed.
     *
     * The look-up in the host's store takes most of the time of a request, and its duration may
     * reveal whether a key is known. The gateway cannot hide that. Its own work is the same for
     * unknown and wrong keys, unless a record has a salted digest.
     *
     * @throws KeyrailException `platform.unknown_operation`, and the codes of [Scheme.extract].
     */
    @JvmOverloads
    public fun identify(headers: List<Pair<String, String>>, operation: String? = null): Identity =
        translatingErrors { native.identify(headers.flattened(), operation) }.let { Identity(it.keyId, it.digests, it.limitIds) }

    /**
     * Returns the values by which to look up the key's record: the key's public id, if it has one,
     * and its digests. The headers are a map.
     */
    @JvmOverloads
    public fun identify(headers: Map<String, List<String>>, operation: String? = null): Identity =
        identify(headers.toHeaders(), operation)

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads a deployment, with the secrets that belong to it. The deployment itself never
         * contains a secret.
         *
         * @param secrets the secrets by name. Each webhook needs at least one secret, named
         *   `webhook:<id>`. If a webhook has several secrets, each of them signs the deliveries.
         *   Each pepper in the member `peppers` needs exactly one secret, named `pepper:<id>`. If
         *   that member is absent, the peppers are those that the digests name. If they name
         *   several, digests are not upgraded, because it is unknown which pepper is the current
         *   one.
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromJson(deployment: String, secrets: Map<String, List<Secret>> = emptyMap()): Gateway {
            val named = secrets.map { (name, secrets) -> FfiNamedSecrets(name, secrets.map { it.native }) }
            return Gateway(translatingErrors { FfiGateway.fromJson(deployment, named) })
        }
    }
}

/**
 * The result of an inbound call.
 *
 * @property decision the decision on where the message goes, with its reason.
 * @property deliveries the deliveries to send, one per webhook, in the order in which the app lists
 *   them.
 * @property audit the event to log.
 */
@ConsistentCopyVisibility
public data class Inbound internal constructor(
    val decision: Decision,
    val deliveries: List<Delivery>,
    val audit: AuditEvent,
)

/**
 * A signed request to one webhook.
 *
 * @property webhook the webhook's id.
 * @property idempotencyKey the request's `webhook-id`, by which the receiver detects duplicates. It
 *   is the same on every attempt for the same channel, message id, event and webhook.
 * @property request the request to send.
 */
@ConsistentCopyVisibility
public data class Delivery internal constructor(
    val webhook: String,
    val idempotencyKey: String,
    val request: Request,
)

/** The result of an outbound call. */
public sealed interface Outbound {
    /** The event to log, with the true reason of a denial. */
    public val audit: AuditEvent

    /**
     * The event to write to the activity log of the key, or `null` if the key does not belong to
     * exactly one record of a declared app.
     *
     * Do not log requests with unknown keys, because then anyone could fill the log. Count them
     * instead, for example with a [UsageCounter].
     */
    public val activity: AuditEvent? get() = audit.takeIf { it.record != null }

    /** Whether the request is allowed. */
    public val accepted: Boolean get() = this is Granted

    /** What the key may do, if the request was accepted. */
    public val grant: Grant? get() = null

    /** The queue that an accepted request concerns, if any. */
    public val queue: String? get() = null

    /** The reason that the caller may see, if the request was denied. */
    public val denial: Problem? get() = null

    /** The HTTP response to the app, if the request was denied. */
    public val response: Response? get() = null

    /**
     * The outcome of the key's limits, both for an allowed request and for one that exceeds a
     * limit. It is `null` if the key has no limits, or if the request is denied for another reason.
     * Store the new states, even if the request is denied: see [Limit.consume]. If the request is
     * granted, add the outcome's header fields to your response. The response to a denied request
     * already contains them.
     */
    public val consumption: Consumption? get() = grant?.consumption

    /**
     * The request is allowed.
     *
     * @property grant what the key may do.
     * @property queue the queue that the request concerns, if any.
     */
    @ConsistentCopyVisibility
    public data class Granted internal constructor(
        override val grant: Grant,
        override val queue: String?,
        override val audit: AuditEvent,
    ) : Outbound

    /**
     * The request is denied.
     *
     * @property denial the reason that the caller may see.
     * @property response the HTTP response to the app.
     * @property consumption the outcome of the key's limits, if one of them is exceeded.
     */
    @ConsistentCopyVisibility
    public data class Denied internal constructor(
        override val denial: Problem,
        override val response: Response,
        override val consumption: Consumption?,
        override val audit: AuditEvent,
    ) : Outbound
}

/**
 * The values by which a key's record is looked up, and the ids of its limits.
 *
 * @property keyId the public id of a key of one of the deployment's formats, or `null` for any other
 *   key. A record that is found by the key id alone does not prove that the key is valid:
 *   [Gateway.outbound] compares the digests.
 * @property digests all digests without a salt that a record of the key may have: one for each
 *   pepper of the deployment, in the order of the member `peppers`, then `sha256`, `foreign-sha256`
 *   and `foreign-sha512`. Keys that are too weak for a new record are hashed, too. Salted digests
 *   are not included. Look up a record that has a salted digest by the key's id.
 * @property limitIds the ids of the limits of the key's record, if the deployment contains the
 *   record. Load the states with these ids, and pass them to [Gateway.outbound] as `limits`.
 */
public data class Identity(val keyId: String?, val digests: List<String>, val limitIds: List<String> = emptyList())

/**
 * The direction of a gateway call: inbound or outbound.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class Direction(public val text: String) {
    /** A message came from a channel. */
    INBOUND("inbound"),

    /** An app sent a request with its key. */
    OUTBOUND("outbound"),
}

/**
 * One decision of a gateway, with the true reason. The event contains no secret, but do not show it
 * to the caller, who must not learn the true reason.
 *
 * @property at the time of the decision, by the host's clock.
 * @property door the direction of the call.
 * @property code for a request, `access.granted` or the code of the reason why it was denied; for a
 *   message, the code of the decision's reason.
 * @property record the id of the key's record, if the key belongs to exactly one record of a
 *   declared app.
 * @property keyId the public id of the presented key, if the key has one of the deployment's
 *   formats and that format has ids.
 * @property app the app of the message's queue, or the app that the key belongs to, if any.
 * @property queue the queue that takes the message, or the queue that the request concerns, if any.
 *   A name of 16 or more bytes that the topology does not declare is masked.
 * @property operation the operation that was requested, if the call is outbound.
 * @property messageId the message's id, if the call is inbound.
 * @property channel the message's channel, if the call is inbound.
 * @property event the message's event, if it has one; a name of more than 256 bytes is truncated.
 * @property rule the id of the rule that chose the queue, if any.
 * @property ip the client's address, if the host passed it; an IPv4-mapped IPv6 address is
 *   converted to the IPv4 address.
 */
@ConsistentCopyVisibility
public data class AuditEvent internal constructor(
    val at: Instant,
    val door: Direction,
    val code: String,
    val record: String?,
    val keyId: String?,
    val app: String?,
    val queue: String?,
    val operation: String?,
    val messageId: String?,
    val channel: String?,
    val event: String?,
    val rule: String?,
    val ip: String?,
    private val json: String,
) {
    /** Returns the event as one line of JSON; members without a value are omitted. */
    public fun toJson(): String = json

    override fun toString(): String = "AuditEvent($json)"
}

private fun FfiAuditEvent.toEvent(): AuditEvent = AuditEvent(
    atMs.toInstant(),
    when (door) {
        FfiDirection.INBOUND -> Direction.INBOUND
        FfiDirection.OUTBOUND -> Direction.OUTBOUND
    },
    code,
    record,
    keyId,
    app,
    queue,
    operation,
    messageId,
    channel,
    event,
    rule,
    ip,
    json,
)
