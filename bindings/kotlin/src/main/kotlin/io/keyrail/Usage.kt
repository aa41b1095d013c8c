package io.keyrail

import io.keyrail.ffi.FfiUsage
import io.keyrail.ffi.FfiUsageCount
import io.keyrail.ffi.FfiUsageCounter
import java.time.Instant

/**
 * Counts the requests of one server in memory: how often each key was used, by operation, outcome
 * and day.
 *
 * Create one counter for each process, after the process was forked, with an epoch that no counter
 * had before: for example, a random id. If two counters have the same epoch, only the larger counts
 * are kept. Publish [usage] from time to time: it contains all counts, not only the new ones. A
 * [Usage] merges what the counters published. If the process crashes, the requests since its last
 * publication are lost. Threads may share a counter.
 *
 * The memory of a counter is bounded: it has at most 100,000 different counts, and one additional
 * count per day. When the counter is full, a request that needs a new count is added to the
 * additional count of its day. That count has no record, and its operation and its outcome are
 * `other`. Call [removeBefore] once a day.
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
     * Pass the id of the record that matched the key, or `null` if no record matched. The outcome
     * is `access.granted`, or the code of the reason for the denial. An invalid record id counts as
     * no record. The operation counts as `other` if it is `null` or if the counter does not know
     * it. The outcome counts as `other` if it is not a code, or if it is new and the counter
     * already has 128 outcomes.
     *
     * @throws KeyrailException `access.time_in_seconds`, if [now] is before 1973-03-03, as a time
     *   in seconds would be.
     */
    public fun count(record: String?, operation: String?, outcome: String, now: Instant): Unit =
        translatingErrors { native.count(record, operation, outcome, now.millis()) }

    /** Returns everything that was counted, to be published. */
    public fun usage(): Usage = Usage(translatingErrors { native.usage() })

    /**
     * Removes the days that ended at or before a time, in UTC. A day is kept if the last result of
     * `usage` does not contain all its requests.
     *
     * Call it once a day, after the last publication was merged. If a request of a removed day
     * arrives later, it is counted on the next day that was not removed.
     *
     * @throws KeyrailException `access.time_in_seconds`, if the time is before 1973-03-03, as a
     *   time in seconds would be.
     */
    public fun removeBefore(time: Instant): Unit = translatingErrors { native.removeBefore(time.millis()) }

    override fun toString(): String = printed("UsageCounter") { native.debugText() }

    override fun close(): Unit = native.close()
}

/**
 * The usage of keys: how often each key was used, by operation, outcome and day.
 *
 * A [UsageCounter] creates it, and [merge] combines the usage that several counters published.
 * Merging in any order, or repeatedly, has the same result, unless a day is closed in between. The
 * host stores the result as JSON. Threads may share a usage.
 */
public class Usage internal constructor(private val native: FfiUsage) : AutoCloseable {
    /** Returns a usage without counts. */
    public constructor() : this(FfiUsage())

    /**
     * Adds the counts of another usage.
     *
     * If both have a count of the same epoch, the larger one is kept. If a day is closed in only
     * one of them, its closed counts are kept, and [late] reports the requests that these counts do
     * not contain.
     *
     * @throws KeyrailException `access.too_much_usage`, if the result would have more than
     *   4,000,000 counts and epochs; then this usage is unchanged. An open day has separate counts
     *   for each epoch, and each start of a server begins a new epoch. To have fewer counts, close
     *   or remove days, or store a separate usage for each organization.
     */
    public fun merge(other: Usage): Unit = translatingErrors { native.merge(other.native) }

    /**
     * Closes the days that ended at or before a time, in UTC: adds up the counts of different
     * epochs, and keeps only the sums.
     *
     * Close a day when all servers have published their counts of it, for example one hour after it
     * ended. Let only one process close days. If two processes close the same day, their counts are
     * not added up: for each record, operation and outcome, only the larger of their two counts is
     * kept.
     *
     * @throws KeyrailException `access.time_in_seconds`, if the time is before 1973-03-03, as a
     *   time in seconds would be.
     */
    public fun closeBefore(time: Instant): Unit = translatingErrors { native.closeBefore(time.millis()) }

    /**
     * Removes the days that ended at or before a time, in UTC.
     *
     * A later merge adds them again, if the other usage still has them.
     *
     * @throws KeyrailException `access.time_in_seconds`, if the time is before 1973-03-03, as a
     *   time in seconds would be.
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
     * How many requests of closed days are in no count, because they were published after their day
     * was closed, or because two processes closed the day.
     *
     * If this number grows, wait longer before you close a day.
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
 * @property record the id of the key's record. It is `null` if no record matched the key, or if the
 *   counter was full.
 * @property operation the operation, or `other` if the counter does not know it.
 * @property outcome the outcome: `access.granted`, or the code of the reason for the denial, or
 *   `other` if the counter did not distinguish it.
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
