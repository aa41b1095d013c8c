package io.keyrail

import io.keyrail.ffi.FfiUsage
import io.keyrail.ffi.FfiUsageCount
import io.keyrail.ffi.FfiUsageCounter
import java.time.Instant

/**
 * Counts the requests of one server in memory: how often each key was used, by operation, outcome
 * and day.
 *
 * Create one counter when the server starts, with an epoch that no counter had before, such as the
 * server's name and the time of the start. Publish [usage] from time to time: it contains all
 * counts, not only the new ones. A [Usage] merges what the counters published. Threads may share a
 * counter.
 *
 * The memory of a counter is bounded. If it has 250,000 different counts, a request that would need
 * another one is counted without a record, with the operation and the outcome `other`. Call
 * [removeBefore] once a day.
 *
 * @property epoch the epoch.
 * @param operations the operations that the counter distinguishes, at most 1024. Requests with any
 *   other operation are counted together, as `other`.
 * @throws KeyrailException `access.malformed_id`, for the epoch or an operation;
 *   `access.too_many_operations`.
 */
public class UsageCounter(public val epoch: String, operations: List<String>) : AutoCloseable {
    private val native = translatingErrors { FfiUsageCounter(epoch, operations) }

    /**
     * Counts a request.
     *
     * Pass the id of the record that matched the key, or `null` if no record matched. The outcome is
     * `access.granted`, or the code of the reason for the denial. A string that cannot be an id or a
     * code, and a new outcome after 128 others, count as absent and as `other`.
     *
     * @throws KeyrailException `access.time_in_seconds`, if [now] seems to be in seconds.
     */
    public fun count(record: String?, operation: String?, outcome: String, now: Instant): Unit =
        translatingErrors { native.count(record, operation, outcome, now.millis()) }

    /** Returns everything that was counted, to be published. */
    public fun usage(): Usage = Usage(translatingErrors { native.usage() })

    /**
     * Removes the days before the day of a time, in UTC.
     *
     * Call it once a day, after a publication that contains these days and was merged. Requests of a
     * removed day that are counted later are counted on the first day that was kept.
     */
    public fun removeBefore(time: Instant): Unit = translatingErrors { native.removeBefore(time.millis()) }

    override fun toString(): String = printed("UsageCounter") { native.debugText() }

    override fun close(): Unit = native.close()
}

/**
 * The usage of keys: how often each key was used, by operation, outcome and day.
 *
 * A [UsageCounter] creates it, and [merge] combines the usage that several counters published.
 * Merging in any order, or repeatedly, has the same result. The host stores the result as JSON.
 * Threads may share a usage.
 */
public class Usage internal constructor(private val native: FfiUsage) : AutoCloseable {
    /** Returns a usage without counts. */
    public constructor() : this(FfiUsage())

    /**
     * Adds the counts of another usage.
     *
     * If both have a count of the same epoch, the larger one is kept. If a day is closed in one usage
     * and open in the other, the counts of the closed day are kept, and [late] reports the requests
     * that they do not contain.
     *
     * @throws KeyrailException `access.too_much_usage`; then this usage is unchanged. Close or remove
     *   days first.
     */
    public fun merge(other: Usage): Unit = translatingErrors { native.merge(other.native) }

    /**
     * Closes the days before the day of a time, in UTC: adds up the counts of different epochs, and
     * keeps only the sums.
     *
     * Close a day when all servers have published their counts of it, for example one hour after it
     * ended. Only one process may close days: if two processes close the same day with different
     * counts, the larger ones are kept.
     */
    public fun closeBefore(time: Instant): Unit = translatingErrors { native.closeBefore(time.millis()) }

    /**
     * Removes the days before the day of a time, in UTC.
     *
     * If a usage that still contains these days is merged later, they are added again.
     */
    public fun removeBefore(time: Instant): Unit = translatingErrors { native.removeBefore(time.millis()) }

    /** Returns the counts, added up over all epochs, sorted by day, record, operation and outcome. */
    public fun counts(): List<UsageCount> = translatingErrors { native.counts() }.map { it.toCount() }

    /**
     * Returns the counts of one record, added up over all epochs, sorted by day, operation and
     * outcome.
     */
    public fun countsOf(record: String): List<UsageCount> =
        translatingErrors { native.countsOf(record) }.map { it.toCount() }

    /**
     * The number of requests of closed days that the counts do not contain, because their epoch
     * published them after the day was closed.
     *
     * If this number grows, close days later.
     */
    public val late: Long get() = translatingErrors { native.late() }.toLong()

    /** Returns the usage as JSON, on one line. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    override fun toString(): String = printed("Usage") { native.debugText() }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads a usage from JSON.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults]. If a newer release
         *   wrote the usage, the only fault is `access.newer_schema`.
         */
        @JvmStatic
        public fun fromJson(text: String): Usage = Usage(translatingErrors { FfiUsage.fromJson(text) })
    }
}

/**
 * The number of requests that had the same record, operation and outcome on one day.
 *
 * @property day the start of the day, in UTC.
 * @property record the id of the key's record, or `null` if no record matched the key.
 * @property operation the operation; `other` for operations that the counter does not know.
 * @property outcome the outcome: `access.granted`, or the code of the reason for the denial.
 * @property count the number of requests, at most 2^53 - 1.
 */
public data class UsageCount(
    val day: Instant,
    val record: String?,
    val operation: String,
    val outcome: String,
    val count: Long,
)

private fun FfiUsageCount.toCount() = UsageCount(dayMs.toInstant(), record, operation, outcome, count.toLong())
