package io.keyrail

import io.keyrail.ffi.FfiActivityNumbers
import io.keyrail.ffi.FfiEndpointActivity
import java.time.Instant

/**
 * What an endpoint did: how many attempts succeeded, how long its responses took, and the last
 * failures.
 *
 * Each process records the attempts that it made. [merge] adds the activity of another process, of
 * another period, or of another endpoint; the order does not matter. Merge each activity only once:
 * merging it twice counts its attempts twice. Threads may share an activity.
 */
public class EndpointActivity internal constructor(private val native: FfiEndpointActivity) : AutoCloseable {
    /** Creates an activity without attempts. */
    public constructor() : this(FfiEndpointActivity())

    /**
     * Adds an attempt, which took this many milliseconds from the start of the connection to the end
     * of the response. The latency counts only if there was a response.
     *
     * A delivery that was held or that the host gave up is not an attempt: it adds to `dead` if it
     * was given up, and otherwise nothing.
     *
     * @param settled the delivery after the attempt.
     * @param latencyMs one that is not from 0 to 4,294,967,295 counts as the nearest number that is.
     */
    public fun record(settled: Settled, latencyMs: Long): Unit =
        translatingErrors { native.record(settled.native, latencyMs) }

    /** Adds another activity to this one. */
    public fun merge(other: EndpointActivity): Unit = translatingErrors { native.merge(other.native) }

    /** The counts and the latencies, all read at the same time. */
    public val numbers: ActivityNumbers get() = translatingErrors { native.numbers() }.toNumbers()

    /** The last failed attempts, with the latest first. An activity keeps at most 10 of them. */
    public val failures: List<DeliveryFailure> get() = translatingErrors { native.failures() }.map { it.toFailure() }

    /** Returns the activity as JSON, on one line. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    /**
     * Returns a report on an endpoint as JSON, on one line, for a dashboard: its health, the
     * counts, the success rate with four decimals, the latencies, and the last failures. The rate
     * is 1 only if all attempts succeeded, and 0 only if none did. The activity does not contain
     * the id of the endpoint: pass the health of the right one.
     *
     * @throws KeyrailException `webhook.time_in_seconds` if [now] is before 1973-03-03, as a time in
     *   seconds would be, and `time.out_of_range`.
     */
    public fun report(health: EndpointHealth, now: Instant): String =
        translatingErrors { native.report(health.native, now.millis()) }

    override fun toString(): String = printed("EndpointActivity") { native.debugText() }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads an activity from JSON.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults]. If a newer release
         *   wrote the activity, the only fault is `webhook.newer_schema`.
         */
        @JvmStatic
        public fun fromJson(text: String): EndpointActivity =
            EndpointActivity(translatingErrors { FfiEndpointActivity.fromJson(text) })
    }
}

/**
 * The counts and the latencies of an activity, all read at the same time.
 *
 * @property attempts the number of attempts.
 * @property successes the number of attempts that delivered an event.
 * @property dead the number of deliveries that were given up.
 * @property successRate the part of the attempts that delivered an event, from 0 to 1, or `null`
 *   if there were no attempts.
 * @property since the time of the first attempt, or of the first delivery that was given up if that
 *   is earlier, or `null` if nothing was recorded.
 * @property until the time of the last attempt, or of the last delivery that was given up if that is
 *   later, or `null` if nothing was recorded.
 * @property p50Ms the median latency of the responses, in milliseconds, or `null` if there were no
 *   responses. It is the upper bound of a bucket, but not more than [maxMs]: up to 6 milliseconds,
 *   it is exact; up to 100 seconds, it is at most 28% too large; beyond that, it is [maxMs].
 * @property p95Ms the latency that 95% of the responses do not exceed: see [p50Ms].
 * @property p99Ms the latency that 99% of the responses do not exceed: see [p50Ms].
 * @property maxMs the longest latency of a response, in milliseconds, or `null` if there were no
 *   responses.
 */
public data class ActivityNumbers(
    val attempts: Long,
    val successes: Long,
    val dead: Long,
    val successRate: Double?,
    val since: Instant?,
    val until: Instant?,
    val p50Ms: Long?,
    val p95Ms: Long?,
    val p99Ms: Long?,
    val maxMs: Long?,
)

private fun FfiActivityNumbers.toNumbers() =
    ActivityNumbers(
        attempts = attempts.toLong(),
        successes = successes.toLong(),
        dead = dead.toLong(),
        successRate = successRate,
        since = sinceMs?.toInstant(),
        until = untilMs?.toInstant(),
        p50Ms = p50Ms?.toLong(),
        p95Ms = p95Ms?.toLong(),
        p99Ms = p99Ms?.toLong(),
        maxMs = maxMs?.toLong(),
    )
