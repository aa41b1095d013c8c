package io.keyrail

import io.keyrail.ffi.FfiDisabledReason
import io.keyrail.ffi.FfiEndpointEvent
import io.keyrail.ffi.FfiEndpointHealth
import io.keyrail.ffi.FfiEndpointStatus
import io.keyrail.ffi.FfiHealthChange
import io.keyrail.ffi.FfiHealthPolicy
import java.time.Instant

/**
 * When an endpoint that fails is reported, and when it is disabled.
 *
 * A failure disables an endpoint if the endpoint has failed for at least [disableAfterSeconds], if
 * at least [disableAfterDead] deliveries were given up, and if the warning is as old as the
 * difference between [disableAfterSeconds] and [warnAfterSeconds]. A failure never disables an
 * endpoint without an earlier warning.
 */
public class HealthPolicy internal constructor(internal val native: FfiHealthPolicy) : AutoCloseable {
    /** For how long all attempts must have failed before a warning, in seconds. */
    public val warnAfterSeconds: Int get() = translatingErrors { native.warnAfterSeconds() }.toInt()

    /** For how long all attempts must have failed before the endpoint is disabled, in seconds. */
    public val disableAfterSeconds: Int get() = translatingErrors { native.disableAfterSeconds() }.toInt()

    /**
     * How many deliveries must have been given up because of failures before the endpoint is
     * disabled.
     */
    public val disableAfterDead: Int get() = translatingErrors { native.disableAfterDead() }.toInt()

    /** Returns the policy as JSON, on one line, with all members. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is HealthPolicy && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { toJson().hashCode() }

    override fun toString(): String = printed("HealthPolicy") { "HealthPolicy(${toJson()})" }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns the policy whose members have their default values: a warning after a day, and
         * disabling after five days and three deliveries that were given up.
         */
        @JvmStatic
        public fun standard(): HealthPolicy = HealthPolicy(FfiHealthPolicy.standard())

        /**
         * Reads a policy from JSON. A policy without members is the [standard] one.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults].
         */
        @JvmStatic
        public fun fromJson(text: String): HealthPolicy =
            HealthPolicy(translatingErrors { FfiHealthPolicy.fromJson(text) })
    }
}

/**
 * Why an endpoint is disabled.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class DisabledReason(public val text: String, internal val native: FfiDisabledReason) {
    /** It failed for as long, and with as many deliveries given up, as the policy says. */
    FAILURES("failures", FfiDisabledReason.FAILURES),

    /** It responded with 410. */
    GONE("gone", FfiDisabledReason.GONE),

    /** The host disabled it. */
    HOST("host", FfiDisabledReason.HOST),
}

/**
 * Whether events are sent to an endpoint, and whether it accepts them.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class EndpointStatus(public val text: String, internal val native: FfiEndpointStatus) {
    /** Events are sent, and no attempt has failed since the last success. */
    HEALTHY("healthy", FfiEndpointStatus.HEALTHY),

    /** Events are sent, but attempts have failed since the last success. */
    FAILING("failing", FfiEndpointStatus.FAILING),

    /** The endpoint asked for a pause, which has not ended. */
    PARKED("parked", FfiEndpointStatus.PARKED),

    /** The endpoint is disabled. */
    DISABLED("disabled", FfiEndpointStatus.DISABLED),
}

/**
 * An event about an endpoint or a delivery, for the host's operators or customers.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class EndpointEvent(public val text: String, internal val native: FfiEndpointEvent) {
    /** The endpoint has failed for so long that it should be repaired. */
    WARNED("endpoint.warned", FfiEndpointEvent.WARNED),

    /** The endpoint was disabled. */
    DISABLED("endpoint.disabled", FfiEndpointEvent.DISABLED),

    /** The endpoint was enabled again. */
    ENABLED("endpoint.enabled", FfiEndpointEvent.ENABLED),

    /**
     * After a warning, an attempt succeeded, or `enable` was called before the endpoint was
     * disabled.
     */
    RECOVERED("endpoint.recovered", FfiEndpointEvent.RECOVERED),

    /**
     * A delivery was given up because no attempt was left, or because the next attempt, or the end
     * of a pause, would be after its deadline.
     */
    DELIVERY_EXHAUSTED("delivery.exhausted", FfiEndpointEvent.DELIVERY_EXHAUSTED),

    /** An event was delivered after failed attempts. */
    DELIVERY_RECOVERED("delivery.recovered", FfiEndpointEvent.DELIVERY_RECOVERED),
}

/**
 * The health of an endpoint after an attempt or an operation, and the events that it caused.
 *
 * @property health the health to store in place of the old one, if it changed.
 * @property isChanged whether the health differs from the old one.
 * @property events the events for the host's operators, in the order in which they occurred. Report
 *   them when the health is stored, or at once if it is unchanged. If the health cannot be stored
 *   because of its version, do not report them: recording the attempt again returns them again.
 */
public data class HealthChange(
    val health: EndpointHealth,
    val isChanged: Boolean,
    val events: List<EndpointEvent>,
) : AutoCloseable {
    override fun close(): Unit = health.close()
}

private fun FfiHealthChange.toChange(): HealthChange =
    HealthChange(
        EndpointHealth(health),
        isChanged,
        events.map { event -> EndpointEvent.entries.first { it.native == event } },
    )

/**
 * The health of an endpoint: whether events may be sent to it, and since when its attempts have
 * failed.
 *
 * Store one for each endpoint, and insert the first one only if none is stored. Before an attempt,
 * [hold] returns whether it may be made. After it, [record] returns the health to store. It is
 * unchanged, and need not be stored, after a success of an endpoint that does not fail, and after
 * most failures. Store a changed health only if the stored [version] is still the one that you
 * read. Otherwise, read the health again, and record the attempt again.
 *
 * Store the delivery and the health in one transaction, if you can. Otherwise, store the delivery
 * first: if a worker stops in between, one attempt is not counted. If another worker has stored the
 * delivery in the meantime, record the attempt anyway, but do not report the events whose names
 * begin with `delivery.`.
 *
 * - An endpoint that keeps failing causes a warning, and is disabled later if enough deliveries
 *   were given up: see [HealthPolicy]. The time is measured from the first failure after the last
 *   success to the latest failure, so an endpoint to which nothing is sent is not disabled.
 *   Attempts count in the order in which they are recorded: record each one as soon as it ends.
 * - Any success resets what was measured.
 * - A response with the status 410 disables the endpoint at once.
 * - A disabled endpoint stays disabled until [enable] is called: by a person, or because a test
 *   event was delivered. Do not call [hold] for a test event, because it would be given up.
 */
public class EndpointHealth internal constructor(internal val native: FfiEndpointHealth) : AutoCloseable {
    /**
     * Creates the health of an endpoint that was not used yet.
     *
     * @throws KeyrailException `webhook.malformed_endpoint`.
     */
    public constructor(endpoint: String) : this(translatingErrors { FfiEndpointHealth(endpoint) })

    /** The id of the endpoint. */
    public val endpoint: String get() = translatingErrors { native.endpoint() }

    /** The number of changes since the health was created. It starts again at 0 after 2^53 - 1. */
    public val version: Long get() = translatingErrors { native.version() }.toLong()

    /**
     * The time of the first failure since the last success, or since the endpoint was enabled, or
     * `null` if there was none. While the endpoint is disabled, the time stays as it was.
     */
    public val failingSince: Instant? get() = translatingErrors { native.failingSinceMs() }?.toInstant()

    /**
     * How many deliveries were given up because of failures since the last success, or since the
     * endpoint was enabled.
     */
    public val dead: Long get() = translatingErrors { native.dead() }.toLong()

    /**
     * When the warning was caused, or `null` if there was none since the last success, or since the
     * endpoint was enabled.
     */
    public val warnedAt: Instant? get() = translatingErrors { native.warnedAtMs() }?.toInstant()

    /**
     * The end of the last pause that the endpoint asked for. It may be in the past, or as late as
     * the year 9999: a pause is never shortened, but [enable] ends it.
     */
    public val parkedUntil: Instant? get() = translatingErrors { native.parkedUntilMs() }?.toInstant()

    /** Whether the endpoint is disabled. */
    public val isDisabled: Boolean get() = disabledReason != null

    /** When the endpoint was disabled, or `null` if it is enabled. */
    public val disabledAt: Instant? get() = translatingErrors { native.disabledAtMs() }?.toInstant()

    /** Why the endpoint was disabled, or `null` if it is enabled. */
    public val disabledReason: DisabledReason?
        get() = translatingErrors { native.disabledReason() }
            ?.let { reason -> DisabledReason.entries.first { it.native == reason } }

    /**
     * Returns whether events are sent to the endpoint at [now], and whether it accepts them.
     *
     * @throws KeyrailException `webhook.time_in_seconds` if [now] is before 1973-03-03, as a time in
     *   seconds would be, and `time.out_of_range`.
     */
    public fun status(now: Instant): EndpointStatus {
        val status = translatingErrors { native.status(now.millis()) }
        return EndpointStatus.entries.first { it.native == status }
    }

    /**
     * Returns what to store instead of making an attempt, or `null` if it may be made at [now].
     *
     * If the endpoint is disabled, the delivery is given up: see [DeliveryState.giveUp]. If it
     * asked for a pause, the delivery is postponed (see [DeliveryState.postpone]), or given up if
     * the pause ends after its deadline. Call this when the delivery is due: the time of its next
     * attempt is not checked. Record the result like an attempt.
     *
     * @throws KeyrailException `webhook.other_endpoint`, `webhook.delivery_ended`,
     *   `webhook.time_in_seconds` if [now] is before 1973-03-03, as a time in seconds would be, and
     *   `time.out_of_range`.
     */
    public fun hold(delivery: DeliveryState, now: Instant): Settled? =
        translatingErrors { native.hold(delivery.native, now.millis()) }?.let(::Settled)

    /**
     * Returns the health after an attempt, or after a delivery was held. A delivery that is given
     * up because a pause ends after its deadline counts as a failure. A delivery that was
     * postponed, or that the host gave up, changes nothing. While the endpoint is disabled, nothing
     * changes, but the events of deliveries are still returned.
     *
     * @throws KeyrailException `webhook.other_endpoint`.
     */
    public fun record(settled: Settled, policy: HealthPolicy): HealthChange =
        translatingErrors { native.record(settled.native, policy.native) }.toChange()

    /**
     * Returns the health after the host disabled the endpoint. If it is disabled already, nothing
     * changes.
     *
     * @throws KeyrailException `webhook.time_in_seconds` if [now] is before 1973-03-03, as a time in
     *   seconds would be, and `time.out_of_range`.
     */
    public fun disable(now: Instant): HealthChange = translatingErrors { native.disable(now.millis()) }.toChange()

    /**
     * Returns the health after a person enabled the endpoint again, or after a test event was
     * delivered. Failures, a warning and a pause are forgotten, even if the endpoint is not
     * disabled. Deliveries that were given up are not resumed.
     */
    public fun enable(): HealthChange = translatingErrors { native.enable() }.toChange()

    /** Returns the health as JSON, on one line. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is EndpointHealth && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { toJson().hashCode() }

    override fun toString(): String = printed("EndpointHealth") { native.debugText() }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads a health from JSON.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults]. If a newer release
         *   wrote the health, the only fault is `webhook.newer_schema`.
         */
        @JvmStatic
        public fun fromJson(text: String): EndpointHealth =
            EndpointHealth(translatingErrors { FfiEndpointHealth.fromJson(text) })
    }
}
