package io.keyrail

import io.keyrail.ffi.FfiDeadReason
import io.keyrail.ffi.FfiDeliveryFailure
import io.keyrail.ffi.FfiDeliveryOutcome
import io.keyrail.ffi.FfiDeliveryResult
import io.keyrail.ffi.FfiDeliveryState
import io.keyrail.ffi.FfiGiveUp
import io.keyrail.ffi.FfiNoResponse
import io.keyrail.ffi.FfiRetryPolicy
import io.keyrail.ffi.FfiSettled
import java.time.Instant

/**
 * When failed attempts are repeated, and when a delivery is given up.
 *
 * A delivery has one attempt more than the policy has delays. Each delay is extended by a random
 * part of up to [jitterPercent], so that not all failed deliveries are repeated at the same time. A
 * delivery is given up when the last attempt fails, or when the next attempt would be after the
 * deadline, even without jitter.
 */
public class RetryPolicy internal constructor(internal val native: FfiRetryPolicy) : AutoCloseable {
    /** The maximum number of attempts. It is from 1 to 64. */
    public val attempts: Int get() = delaysSeconds.size + 1

    /** The delay after each failed attempt but the last one, in seconds, without jitter. */
    public val delaysSeconds: List<Int> get() = translatingErrors { native.delaysSeconds() }.map { it.toInt() }

    /** By how many percent a delay is extended at most, from 0 to 100. */
    public val jitterPercent: Int get() = translatingErrors { native.jitterPercent() }.toInt()

    /**
     * The time from the start of a delivery to its deadline, in seconds. No attempt is planned after
     * the deadline.
     */
    public val deadlineSeconds: Int get() = translatingErrors { native.deadlineSeconds() }.toInt()

    /**
     * Returns the policy as JSON, on one line, with all members. An exponential schedule is written
     * as a list of its delays.
     */
    public fun toJson(): String = translatingErrors { native.toJson() }

    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is RetryPolicy && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { toJson().hashCode() }

    override fun toString(): String =
        printed("RetryPolicy") { "RetryPolicy(attempts=$attempts, deadlineSeconds=$deadlineSeconds)" }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns the policy that Standard Webhooks recommends: 10 attempts in 75 to 91 hours. The
         * delays are from 5 seconds to 24 hours, and the jitter is 20 percent.
         */
        @JvmStatic
        public fun standard(): RetryPolicy = RetryPolicy(FfiRetryPolicy.standard())

        /**
         * Reads a policy from JSON. A policy without members is the [standard] one.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults].
         */
        @JvmStatic
        public fun fromJson(text: String): RetryPolicy = RetryPolicy(translatingErrors { FfiRetryPolicy.fromJson(text) })
    }
}

/**
 * Why an endpoint sent no response.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class NoResponse(public val text: String, internal val native: FfiNoResponse) {
    /** The endpoint did not respond in time. */
    TIMEOUT("timeout", FfiNoResponse.TIMEOUT),

    /** The host name could not be resolved. */
    DNS("dns", FfiNoResponse.DNS),

    /** The connection could not be established, or was closed. */
    CONNECTION("connection", FfiNoResponse.CONNECTION),

    /** The TLS handshake failed, for example because of the certificate. */
    TLS("tls", FfiNoResponse.TLS),
}

private fun FfiNoResponse.toReason(): NoResponse = NoResponse.entries.first { it.native == this }

/**
 * Why the host gives up a delivery.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class GiveUp(public val text: String, internal val native: FfiGiveUp) {
    /** The endpoint was disabled. */
    ENDPOINT_DISABLED("endpoint_disabled", FfiGiveUp.ENDPOINT_DISABLED),

    /** The endpoint's URL fails [Keyrail.Webhook.checkTarget]. */
    TARGET_REJECTED("target_rejected", FfiGiveUp.TARGET_REJECTED),

    /** The host canceled the delivery. */
    CANCELED("canceled", FfiGiveUp.CANCELED),
}

/**
 * Why a delivery was given up.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class DeadReason(public val text: String, internal val native: FfiDeadReason) {
    /** The last attempt that the policy allows failed. */
    EXHAUSTED("exhausted", FfiDeadReason.EXHAUSTED),

    /** The next attempt would have been after the deadline. */
    DEADLINE("deadline", FfiDeadReason.DEADLINE),

    /** The endpoint responded with 410: it wants no more deliveries. */
    GONE("gone", FfiDeadReason.GONE),

    /** The endpoint was disabled. */
    ENDPOINT_DISABLED("endpoint_disabled", FfiDeadReason.ENDPOINT_DISABLED),

    /** The endpoint's URL fails [Keyrail.Webhook.checkTarget]. */
    TARGET_REJECTED("target_rejected", FfiDeadReason.TARGET_REJECTED),

    /** The host canceled the delivery. */
    CANCELED("canceled", FfiDeadReason.CANCELED),
}

private fun FfiDeadReason.toReason(): DeadReason = DeadReason.entries.first { it.native == this }

/** What became of an attempt: a response, or none. */
public class DeliveryOutcome private constructor(internal val native: FfiDeliveryOutcome) : AutoCloseable {
    /**
     * Adds the body of the response, for the log of the delivery. Only the first 1024 bytes are
     * kept, after the credentials that the redactor finds were replaced. Bytes that are not UTF-8
     * are replaced by U+FFFD. A body with a zero byte is not kept, because it is probably UTF-16 or
     * binary, and credentials in it would not be found. Pass the whole body, or at least the first
     * 65,536 bytes, so that a credential is not cut off before it is found. The body is ignored if
     * there was no response.
     */
    public fun withBody(body: ByteArray, redactor: Redactor): DeliveryOutcome =
        DeliveryOutcome(translatingErrors { copying(body) { native.withBody(it, redactor.native) } })

    /** The status of the response, or `null` if there is no response. */
    public val status: Int? get() = translatingErrors { native.status() }?.toInt()

    /** Why there is no response, or `null` if there is one. */
    public val noResponseReason: NoResponse? get() = translatingErrors { native.noResponseReason() }?.toReason()

    /** The redacted start of the response's body, if a body was added. */
    public val body: String? get() = translatingErrors { native.body() }

    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is DeliveryOutcome && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { listOf(status, noResponseReason, body).hashCode() }

    override fun toString(): String = printed("DeliveryOutcome") { native.debugText() }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns the outcome of an attempt to which the endpoint responded with this status. Do
         * not follow redirects: a status from 300 to 399 is a failure.
         *
         * @param status the status. One that is not from 0 to 65535 counts as 65535.
         * @param retryAfter the value of the header `Retry-After`. It counts if the status is 429 or
         *   503. A malformed value is ignored.
         */
        @JvmStatic
        @JvmOverloads
        public fun response(status: Int, retryAfter: String? = null): DeliveryOutcome =
            DeliveryOutcome(translatingErrors { FfiDeliveryOutcome.response(status.toLong(), retryAfter) })

        /** Returns the outcome of an attempt without a response. */
        @JvmStatic
        public fun noResponse(reason: NoResponse): DeliveryOutcome =
            DeliveryOutcome(FfiDeliveryOutcome.noResponse(reason.native))
    }
}

/**
 * A failed attempt: its time, and the response or the reason why there was none.
 *
 * @property at when the attempt failed.
 * @property status the status of the response, or `null` if there was no response.
 * @property noResponseReason why there was no response, or `null` if there was one.
 * @property body the redacted start of the response's body, if it is known.
 */
public data class DeliveryFailure(
    val at: Instant,
    val status: Int?,
    val noResponseReason: NoResponse?,
    val body: String?,
) {
    override fun toString(): String = "DeliveryFailure(${status ?: noResponseReason?.text})"
}

internal fun FfiDeliveryFailure.toFailure(): DeliveryFailure =
    DeliveryFailure(atMs.toInstant(), status?.toInt(), noResponse?.toReason(), body)

/** What becomes of a delivery. */
public sealed interface DeliveryResult {
    /** The endpoint accepted the event. */
    public data object Delivered : DeliveryResult

    /**
     * The next attempt is due.
     *
     * @property at the time of the next attempt.
     */
    public data class Retry(val at: Instant) : DeliveryResult

    /**
     * The delivery was given up.
     *
     * @property reason why it was given up.
     */
    public data class Dead(val reason: DeadReason) : DeliveryResult
}

/** A delivery after an attempt, or after it was postponed or given up. */
public class Settled internal constructor(internal val native: FfiSettled) : AutoCloseable {
    /** The state to store in place of the old one. [close] closes it too. */
    public val state: DeliveryState = DeliveryState(translatingErrors { native.state() })

    /** What becomes of the delivery. */
    public val result: DeliveryResult = when (val result = translatingErrors { native.result() }) {
        is FfiDeliveryResult.Delivered -> DeliveryResult.Delivered
        is FfiDeliveryResult.Retry -> DeliveryResult.Retry(result.atMs.toInstant())
        is FfiDeliveryResult.Dead -> DeliveryResult.Dead(result.reason.toReason())
    }

    /**
     * The time before which no delivery may be sent to the endpoint, or `null` if the endpoint did
     * not ask for a pause. It asks with a status of 429 or 503 and the header `Retry-After`. The
     * pause applies even if this delivery is given up. [EndpointHealth.record] stores it.
     */
    public val parkedUntil: Instant? get() = translatingErrors { native.parkedUntilMs() }?.toInstant()

    /** Whether an attempt was made: [DeliveryState.settle] created this result. */
    public val isAttempt: Boolean get() = translatingErrors { native.isAttempt() }

    /** Whether the endpoint must be disabled at once, because it responded with 410. */
    public val disablesEndpoint: Boolean get() = translatingErrors { native.disablesEndpoint() }

    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is Settled && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { listOf(state, result).hashCode() }

    override fun toString(): String = printed("Settled") { "Settled($state, $result)" }

    override fun close() {
        state.close()
        native.close()
    }
}

/**
 * The state of the delivery of one event to one endpoint.
 *
 * Store it, for example with [nextAt] as an indexed column. When an attempt is due, sign a request
 * with [request], send it, and store the state that [settle] returns. Store it only if the stored
 * [attempts] and [nextAt] are still the ones that you read. Otherwise, another worker was faster,
 * or the delivery was given up: drop the new state, but still pass the result to
 * [EndpointHealth.record]. If a worker stops between the request and the storing, the event is sent
 * again: an endpoint must expect the same id more than once. If two workers read the same state,
 * both send the event: to prevent this, lock the row until the new state is stored.
 */
public class DeliveryState internal constructor(internal val native: FfiDeliveryState) : AutoCloseable {
    /** The id of the delivery, which is the same on every attempt. */
    public val id: String get() = translatingErrors { native.id() }

    /** The id of the endpoint. */
    public val endpoint: String get() = translatingErrors { native.endpoint() }

    /** The policy with which the delivery was started. Close it when you no longer need it. */
    public val policy: RetryPolicy get() = RetryPolicy(translatingErrors { native.policy() })

    /** When the delivery was started. */
    public val startedAt: Instant get() = translatingErrors { native.startedAtMs() }.toInstant()

    /** The time after which no more attempts are planned. */
    public val deadline: Instant get() = translatingErrors { native.deadlineMs() }.toInstant()

    /** The number of attempts that were made. */
    public val attempts: Int get() = translatingErrors { native.attempts() }.toInt()

    /** When the next attempt is due, or `null` if the delivery has ended. */
    public val nextAt: Instant? get() = translatingErrors { native.nextAtMs() }?.toInstant()

    /** When the event was delivered, or `null` if it was not. */
    public val deliveredAt: Instant? get() = translatingErrors { native.deliveredAtMs() }?.toInstant()

    /** When the delivery was given up, or `null` if it was not. */
    public val deadAt: Instant? get() = translatingErrors { native.deadAtMs() }?.toInstant()

    /** Why the delivery was given up, or `null` if it was not. */
    public val deadReason: DeadReason? get() = translatingErrors { native.deadReason() }?.toReason()

    /** The last failed attempt, or `null` if no attempt failed. */
    public val lastFailure: DeliveryFailure? get() = translatingErrors { native.lastFailure() }?.toFailure()

    /**
     * Returns the signed headers of the next attempt, which is made at [now]: see [Signer.sign]. The
     * id is the same on every attempt, but the timestamp and the signature are new. Send the body byte
     * for byte as it is passed here.
     *
     * @throws KeyrailException `webhook.delivery_ended`, and the errors of [Signer.sign].
     */
    public fun request(signer: Signer, body: ByteArray, now: Instant): List<Pair<String, String>> =
        translatingErrors { copying(body) { native.request(signer.native, it, now.millis()) } }
            .chunked(2) { (name, value) -> name to value }

    /**
     * Returns what becomes of the delivery after an attempt that ended at [now].
     *
     * - A status from 200 to 299: the event is delivered.
     * - 410: the delivery is given up, and the endpoint must be disabled.
     * - Anything else is a failure. The next attempt is due after the policy's delay, or later, if
     *   the endpoint asks for a pause with a status of 429 or 503 and the header `Retry-After`. If no
     *   attempt is left, or if the delay or the pause ends after the [deadline], the delivery is
     *   given up.
     *
     * @param jitter a new random number from 0 to 1 for each attempt. The next attempt is moved to a
     *   later time by this part of [RetryPolicy.jitterPercent] of the delay, but not beyond the
     *   deadline.
     * @throws KeyrailException `webhook.delivery_ended`, `webhook.malformed_jitter`,
     *   `webhook.time_in_seconds` if [now] is before 1973-03-03, as a time in seconds would be, and
     *   `time.out_of_range`.
     */
    public fun settle(outcome: DeliveryOutcome, now: Instant, jitter: Double): Settled =
        Settled(translatingErrors { native.settle(outcome.native, now.millis(), jitter) })

    /**
     * Postpones the next attempt until the end of a pause that the endpoint asked for in another
     * delivery: see [Settled.parkedUntil]. If the pause ends after the [deadline], the delivery is
     * given up. If the next attempt is due later anyway, it stays as it is.
     *
     * @throws KeyrailException `webhook.delivery_ended`, `webhook.time_in_seconds` if a time is
     *   before 1973-03-03, as a time in seconds would be, and `time.out_of_range`.
     */
    public fun postpone(until: Instant, now: Instant): Settled =
        Settled(translatingErrors { native.postpone(until.millis(), now.millis()) })

    /**
     * Gives up the delivery, although attempts are left.
     *
     * @throws KeyrailException `webhook.delivery_ended`, `webhook.time_in_seconds` if [now] is before
     *   1973-03-03, as a time in seconds would be, and `time.out_of_range`.
     */
    public fun giveUp(reason: GiveUp, now: Instant): Settled =
        Settled(translatingErrors { native.giveUp(reason.native, now.millis()) })

    /** Returns the state as JSON, on one line. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is DeliveryState && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { toJson().hashCode() }

    override fun toString(): String = printed("DeliveryState") { native.debugText() }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Starts the delivery of an event to an endpoint. The first attempt is due at [now].
         *
         * @param id the header `webhook-id` of every attempt. The gateway returns one with each
         *   delivery.
         * @param endpoint the id of the endpoint.
         * @param policy when failed attempts are repeated.
         * @throws KeyrailException `webhook.malformed_id`, `webhook.malformed_endpoint`,
         *   `webhook.time_in_seconds` if [now] is before 1973-03-03, as a time in seconds would be,
         *   and `time.out_of_range`.
         */
        @JvmStatic
        public fun start(id: String, endpoint: String, policy: RetryPolicy, now: Instant): DeliveryState =
            DeliveryState(translatingErrors { FfiDeliveryState.start(id, endpoint, policy.native, now.millis()) })

        /**
         * Reads a state from JSON.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults]. If a newer release
         *   wrote the state, the only fault is `webhook.newer_schema`.
         */
        @JvmStatic
        public fun fromJson(text: String): DeliveryState =
            DeliveryState(translatingErrors { FfiDeliveryState.fromJson(text) })
    }
}
