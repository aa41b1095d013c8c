package io.keyrail

import io.keyrail.ffi.FfiClaimState
import io.keyrail.ffi.FfiDeliveryClaim
import io.keyrail.ffi.FfiReceivePolicy
import io.keyrail.ffi.FfiReceiveResult
import io.keyrail.ffi.FfiReceiver
import io.keyrail.ffi.FfiVerified
import java.time.Instant

/** How long a receiver may process a delivery, and how long it remembers it. */
public class ReceivePolicy internal constructor(internal val native: FfiReceivePolicy) : AutoCloseable {
    /**
     * The length of a lease, in seconds. If processing takes longer, a repeated delivery is
     * processed again, possibly at the same time: choose a lease that is longer than the longest
     * processing and the difference between the clocks of your servers.
     */
    public val leaseSeconds: Int get() = translatingErrors { native.leaseSeconds() }.toInt()

    /** How long a claim is kept after the end of its lease, in seconds. */
    public val rememberSeconds: Int get() = translatingErrors { native.rememberSeconds() }.toInt()

    /**
     * Claims a delivery, which must have been verified: returns whether to process it.
     *
     * A [Receiver] does this for deliveries of Standard Webhooks. Call this function for the
     * requests of other schemes. If a scheme signs the time, the policy must remember a delivery
     * for at least twice the tolerance; if it signs none, a request can be replayed after it was
     * forgotten.
     *
     * @param id the id of the request if [VerifiedRequest.isIdSigned] is true. Otherwise, an
     *   attacker who replays a request can change the id: pass the SHA-256, in hex, of everything
     *   that the signature covers except the time (see [VerifiedRequest.covered]). Requests in
     *   which all this is equal count as duplicates. An id must be 1 to 256 visible ASCII
     *   characters without dots; pass the SHA-256 of any other id.
     * @param timestamp the time of signing, or `null` if the scheme signs none, or if the sender
     *   does not sign a request again when it repeats it.
     * @param stored the claim that you have stored for this id, or `null`.
     * @param now the current time.
     * @throws KeyrailException `webhook.replayed` if the request was claimed before, its lease has
     *   ended or its processing failed, and its timestamp is not later than that of the claim;
     *   `webhook.malformed_id`, `webhook.other_claim` if [stored] is for another id,
     *   `webhook.time_in_seconds` if [now] is before 1973-03-03, as a time in seconds would be, and
     *   `time.out_of_range`.
     */
    public fun claim(id: String, timestamp: Instant?, stored: DeliveryClaim?, now: Instant): ReceiveResult =
        translatingErrors { native.claim(id, timestamp?.millis(), stored?.native, now.millis()) }.toResult()

    /** Returns the policy as JSON, on one line, with all members. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is ReceivePolicy && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { toJson().hashCode() }

    override fun toString(): String = printed("ReceivePolicy") { "ReceivePolicy(${toJson()})" }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns the policy whose members have their default values: a lease of one minute, and
         * claims that are kept for 412,926 seconds (almost five days). This is the deadline of
         * [RetryPolicy.standard], and longer than the 75 hours for which senders repeat a delivery
         * according to Standard Webhooks.
         */
        @JvmStatic
        public fun standard(): ReceivePolicy = ReceivePolicy(FfiReceivePolicy.standard())

        /**
         * Reads a policy from JSON. A policy without members is the [standard] one.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults].
         */
        @JvmStatic
        public fun fromJson(text: String): ReceivePolicy =
            ReceivePolicy(translatingErrors { FfiReceivePolicy.fromJson(text) })
    }
}

/** The state of the claim. */
public sealed interface ClaimState {
    /**
     * The delivery is being processed.
     *
     * @property until the time from which on a repeated delivery is processed again.
     */
    public data class Leased(val until: Instant) : ClaimState

    /**
     * The delivery was processed.
     *
     * @property at when the processing ended.
     */
    public data class Finished(val at: Instant) : ClaimState

    /**
     * Processing failed. A repeated delivery is processed again.
     *
     * @property at when the processing ended.
     */
    public data class Released(val at: Instant) : ClaimState
}

/** Whether to process a delivery, and how to respond to it otherwise. */
public sealed interface ReceiveResult {
    /** The status of the response, or `null` if the delivery is to be processed first. */
    public val status: Int?

    /**
     * Store the claim, and process the delivery. Respond with 204, or, if processing failed, with
     * 500.
     *
     * @property claim the claim to store.
     */
    public data class Process(val claim: DeliveryClaim) : ReceiveResult, AutoCloseable {
        override val status: Int? get() = null

        override fun close(): Unit = claim.close()
    }

    /** The delivery was processed already. Respond with 200. */
    public data object Duplicate : ReceiveResult {
        override val status: Int get() = 200
    }

    /**
     * The delivery is being processed. Respond with 409, so that the sender repeats it: nobody knows
     * yet whether processing succeeds.
     *
     * @property until the time from which on a repeated delivery is processed again.
     */
    public data class Busy(val until: Instant) : ReceiveResult {
        override val status: Int get() = 409
    }
}

private fun FfiReceiveResult.toResult(): ReceiveResult = when (this) {
    is FfiReceiveResult.Process -> ReceiveResult.Process(DeliveryClaim(claim))
    is FfiReceiveResult.Duplicate -> ReceiveResult.Duplicate
    is FfiReceiveResult.Busy -> ReceiveResult.Busy(untilMs.toInstant())
}

/**
 * A lease on a delivery, and the record that it was processed.
 *
 * Store it under the webhook (your name for the sender and the endpoint) and the [id], in place of
 * the claim that you passed to [Receiver.claim], but only if the stored claim still has the
 * [version] of the one that you passed, or if there is still none. Otherwise, another process was
 * faster: read its claim, and claim again. When the claim is stored, process the delivery, and
 * store what [finish] returns, or, if processing failed, [release], in the same way. If another
 * process has claimed the delivery because the lease had ended, read its claim, and store what its
 * [finish] returns, unless it is finished, or processing failed. A claim that has expired (see
 * [expiresAt]) can be deleted.
 */
public class DeliveryClaim internal constructor(internal val native: FfiDeliveryClaim) : AutoCloseable {
    /** The id of the delivery. */
    public val id: String get() = translatingErrors { native.id() }

    /**
     * The version, which differs from that of every earlier claim of this id.
     */
    public val version: Long get() = translatingErrors { native.version() }.toLong()

    /** When the delivery was signed, or `null` if its scheme signs no time. */
    public val timestamp: Instant? get() = translatingErrors { native.timestampMs() }?.toInstant()

    /** Whether the delivery is being processed, was processed, or could not be processed. */
    public val state: ClaimState
        get() = when (val state = translatingErrors { native.state() }) {
            is FfiClaimState.Leased -> ClaimState.Leased(state.untilMs.toInstant())
            is FfiClaimState.Finished -> ClaimState.Finished(state.atMs.toInstant())
            is FfiClaimState.Released -> ClaimState.Released(state.atMs.toInstant())
        }

    /** The time after which the claim can be deleted. */
    public val expiresAt: Instant get() = translatingErrors { native.expiresAtMs() }.toInstant()

    /**
     * Returns the claim to store after the delivery was processed.
     *
     * @throws KeyrailException `webhook.claim_ended` if the claim was finished already,
     *   `webhook.time_in_seconds` if [now] is before 1973-03-03, as a time in seconds would be, and
     *   `time.out_of_range`.
     */
    public fun finish(now: Instant): DeliveryClaim = DeliveryClaim(translatingErrors { native.finish(now.millis()) })

    /**
     * Returns the claim to store after processing failed. A repeated delivery is processed again if
     * its timestamp is later than that of this claim, and otherwise rejected with
     * `webhook.replayed`. If the scheme signs no timestamp, every repeated delivery is processed
     * again, even one that an attacker replays.
     *
     * @throws KeyrailException `webhook.claim_ended` if the claim was finished or released already,
     *   `webhook.time_in_seconds` if [now] is before 1973-03-03, as a time in seconds would be, and
     *   `time.out_of_range`.
     */
    public fun release(now: Instant): DeliveryClaim = DeliveryClaim(translatingErrors { native.release(now.millis()) })

    /** Returns the claim as JSON, on one line. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is DeliveryClaim && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { toJson().hashCode() }

    override fun toString(): String = printed("DeliveryClaim") { native.debugText() }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads a claim from JSON.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults]. If a newer release
         *   wrote the claim, the only fault is `webhook.newer_schema`.
         */
        @JvmStatic
        public fun fromJson(text: String): DeliveryClaim =
            DeliveryClaim(translatingErrors { FfiDeliveryClaim.fromJson(text) })
    }
}

/**
 * Receives the deliveries of Standard Webhooks: verifies them, and decides which ones to process.
 *
 * A sender repeats a delivery until it gets a response with a status from 200 to 299, so a receiver
 * must expect the same delivery more than once, and at the same time. Store a [DeliveryClaim] for
 * each id of each webhook, for example in a table whose primary key consists of both: different
 * senders, or different endpoints of one sender, may have the same ids.
 *
 * 1. [verify] the request.
 * 2. Read the claim that is stored for the id, and [claim] the delivery.
 * 3. If the result is [ReceiveResult.Process], store the new claim as [DeliveryClaim] describes,
 *    process the delivery, and store the result of [DeliveryClaim.finish] or
 *    [DeliveryClaim.release]. Otherwise, respond with the result's [status][ReceiveResult.status].
 *
 * If the claim cannot be stored, for example because the store is full, respond with 503, and do
 * not process the delivery: it could be processed twice. Process the delivery and store the
 * finished claim in one transaction, if you can. Otherwise, if a process stops in between, the
 * delivery is processed again.
 *
 * @throws KeyrailException `webhook.replay_window` if the policy remembers a delivery for less than
 *   twice the verifier's tolerance. A delivery could be replayed after it was forgotten. If it is
 *   remembered for less time than the sender repeats it, a late repeat is processed again.
 */
public class Receiver(verifier: Verifier, policy: ReceivePolicy) : AutoCloseable {
    private val native = translatingErrors { FfiReceiver(verifier.native, policy.native) }

    /**
     * Verifies a delivery: see [Verifier.verify].
     *
     * @throws KeyrailException the errors of [Verifier.verify].
     */
    public fun verify(headers: List<Pair<String, String>>, body: ByteArray, now: Instant): Verified {
        val verified = translatingErrors { copying(body) { native.verify(headers.flattened(), it, now.millis()) } }
        return Verified(verified.id, verified.timestampMs.toInstant())
    }

    /**
     * Verifies a delivery: see [Verifier.verify]. The headers are a map, and the body is a string.
     *
     * @throws KeyrailException the errors of [Verifier.verify].
     */
    public fun verify(headers: Map<String, List<String>>, body: String, now: Instant): Verified =
        verify(headers.toHeaders(), body.toByteArray(), now)

    /**
     * Claims a verified delivery: returns whether to process it. [stored] is the claim that you have
     * stored for its id, or `null`.
     *
     * @throws KeyrailException `webhook.replayed` if the delivery was claimed before, its lease has
     *   ended or its processing failed, and its timestamp is not later than that of the claim;
     *   `webhook.other_claim` if [stored] is for another id, `webhook.time_in_seconds` if [now] is
     *   before 1973-03-03, as a time in seconds would be, and `time.out_of_range`.
     */
    public fun claim(verified: Verified, stored: DeliveryClaim?, now: Instant): ReceiveResult {
        val signed = FfiVerified(verified.id, verified.timestamp.millis())
        return translatingErrors { native.claim(signed, stored?.native, now.millis()) }.toResult()
    }

    override fun toString(): String = "Receiver($MASK)"

    override fun close(): Unit = native.close()
}
