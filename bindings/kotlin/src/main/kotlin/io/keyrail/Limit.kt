package io.keyrail

import io.keyrail.ffi.FfiCalendarUnit
import io.keyrail.ffi.FfiConsumption
import io.keyrail.ffi.FfiLimit
import io.keyrail.ffi.FfiLimitOutcome
import io.keyrail.ffi.FfiLimitOwner
import io.keyrail.ffi.FfiLimitState
import io.keyrail.ffi.FfiStoredLimit
import io.keyrail.ffi.FfiStoredState
import io.keyrail.ffi.accessConsume
import io.keyrail.ffi.accessLimitStateFromJson
import io.keyrail.ffi.accessLimitStateToJson
import java.time.Instant

/**
 * Whose requests a limit counts.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class LimitOwner(public val text: String) {
    /** The requests of the key. */
    KEY("key"),

    /** The requests of all keys of the key's owner. */
    OWNER("owner"),

    /** The requests of all keys of the key's organization. */
    ORGANIZATION("organization"),
}

/**
 * The state of a limit, which the host stores: two integers.
 *
 * Store the two integers, or the JSON of [toJson], which also contains the version of its format.
 *
 * @property at in Unix milliseconds: for a rate, the time at which the bucket will be full, rounded
 *   down; for a quota, the start of the window.
 * @property count for a rate, how far `at` was rounded down, in steps of 1/`units` of a
 *   millisecond; for a quota, the number of units that were consumed in the window.
 */
public data class LimitState(val at: Long, val count: Long) {
    /** Returns the state as JSON, on one line. */
    public fun toJson(): String = translatingErrors { accessLimitStateToJson(FfiLimitState(at, count)) }

    public companion object {
        /**
         * Reads a state from JSON.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults]. If a newer release
         *   wrote the state, the only fault is `access.newer_schema`.
         */
        @JvmStatic
        public fun fromJson(text: String): LimitState =
            translatingErrors { accessLimitStateFromJson(text) }.let { LimitState(it.at, it.count) }
    }
}

/**
 * A rate: a bucket that holds at most [burst] units. In [perSeconds] seconds, it gains [units].
 *
 * @property units the number of units that flow into the bucket in each period.
 * @property perSeconds the length of the period in seconds.
 * @property burst the maximum number of units in the bucket, which is also the most that can be
 *   consumed at once.
 */
public data class Rate(val units: Int, val perSeconds: Int, val burst: Int)

/**
 * The length of a quota's windows, in the calendar of UTC.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class CalendarUnit(public val text: String) {
    /** An hour. */
    HOUR("hour"),

    /** A day. */
    DAY("day"),

    /** A week, from Monday on (ISO 8601). */
    WEEK("week"),

    /** A month. */
    MONTH("month"),
}

/**
 * A quota: a number of units in each window of the calendar, in UTC.
 *
 * @property units the number of units in each window.
 * @property per the length of the window.
 * @property day the day of the calendar month on which a monthly window starts, from 1 to 31, or
 *   `null` if the windows are not monthly. If the month does not have this day, the window starts
 *   on the last day of the month.
 */
public data class Quota(val units: Int, val per: CalendarUnit, val day: Int?)

/**
 * A limit on requests: a rate or a calendar quota.
 *
 * A rate is a bucket that holds at most `burst` units and fills evenly: in `per_seconds` seconds,
 * it gains `units` (GCRA, ITU-T I.371). A quota is a number of units in each hour, day, week or
 * month of the calendar, in UTC; a monthly window starts on the `day` of the calendar month, or on
 * the last day of a month that has no such day.
 */
public class Limit internal constructor(internal val native: FfiLimit) : AutoCloseable {
    /** The name, which the header fields `RateLimit-Policy` and `RateLimit` contain. */
    public val name: String get() = translatingErrors { native.name() }

    /**
     * Whose requests the limit counts. Store a separate state for each limit name and each key,
     * owner or organization whose requests the limit counts.
     */
    public val of: LimitOwner
        get() = translatingErrors { native.of() }.toOwner()

    /** The rate, or `null` if the limit is a quota. */
    public val rate: Rate?
        get() = translatingErrors { native.rate() }?.let {
            Rate(it.units.toInt(), it.perSeconds.toInt(), it.burst.toInt())
        }

    /** The quota, or `null` if the limit is a rate. */
    public val quota: Quota?
        get() = translatingErrors { native.quota() }?.let {
            Quota(it.units.toInt(), it.per.toCalendarUnit(), it.day?.toInt())
        }

    /** The number of units that a request consumes. */
    public val cost: Int get() = translatingErrors { native.cost() }.toInt()

    /** Returns the limit as JSON, on one line. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    /** Returns whether two limits are equal in every member. */
    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is Limit && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { name.hashCode() }

    override fun toString(): String = printed("Limit") { "Limit(name=$name, of=${of.text})" }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads a limit from its configuration.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        public fun fromJson(text: String): Limit = Limit(translatingErrors { FfiLimit.fromJson(text) })

        /**
         * Consumes one request from each limit, or from none of them.
         *
         * Pass each limit with its stored state, or with `null` if no state is stored. Then store
         * every new state, even if the request is denied. Store them in one transaction, and only
         * if none of the stored states has changed since you read it. Otherwise, store nothing, and
         * repeat the call with the current time and the states that are stored now. If you change
         * the rate or quota of a limit, give the limit a new name or delete its states.
         *
         * @param limits at most 16, with different names.
         * @throws KeyrailException `access.too_many_limits`, `access.duplicate_limit`,
         *   `time.out_of_range`.
         */
        @JvmStatic
        public fun consume(limits: List<Pair<Limit, LimitState?>>, now: Instant): Consumption {
            val stored = limits.map { (limit, state) ->
                FfiStoredLimit(limit.native, state?.toNative())
            }
            return translatingErrors { accessConsume(stored, now.millis()) }.toConsumption()
        }
    }
}

/**
 * What one limit decides about a request.
 *
 * @property id the id under which the state is stored, if a record's limits were consumed: see
 *   [KeyRecord.limitIds]. Otherwise `null`.
 * @property name the name of the limit.
 * @property of whose requests the limit counts.
 * @property isExceeded whether this limit denies the request.
 * @property remaining the number of requests that remain after this one.
 * @property oldState the state that was passed. Store the new state only if this one is still
 *   stored.
 * @property newState the state to store, or `null` if nothing changes. A denied request consumes
 *   nothing. It changes a state only if the state's time is too far in the future because a clock
 *   was set back. Store the new state in this case too. Until you do, the limit may deny every
 *   request.
 * @property nextAt the first time at which `remaining` becomes larger, or `null` if `remaining` is
 *   at its maximum.
 */
public data class LimitOutcome(
    val id: String?,
    val name: String,
    val of: LimitOwner,
    val isExceeded: Boolean,
    val remaining: Int,
    val oldState: LimitState?,
    val newState: LimitState?,
    val nextAt: Instant?,
)

/**
 * What several limits decide about a request. Either the request consumes units of every limit, or
 * it consumes nothing.
 *
 * @property isAllowed whether every limit allows the request.
 * @property limits the outcome of each limit, in the order in which the limits were passed.
 * @property retryAt the first time at which every limit allows the request, or `null` if it is allowed
 *   now.
 * @property retryAfterSeconds the value of `Retry-After` (RFC 9110, section 10.2.3): the number of
 *   seconds until [retryAt], rounded up, or `null` if the request is allowed now.
 * @property headers the header fields of the response: `RateLimit-Policy` and `RateLimit`, as
 * draft-ietf-httpapi-ratelimit-headers-11 defines them, and `Retry-After` if the request is denied.
 * The list is empty if there are no limits. `q` (the quota) and `r` (what remains) are numbers of
 * requests, not of units: a limit of 100 units with a cost of 5 has `q=20`. `w`, the window in
 * seconds, is omitted for a monthly quota, because months vary in length. `t` is the number of
 * seconds until more requests remain, rounded up.
 * @property problem the problem for the response to a denied request, with its header fields;
 *   `null` if the request is allowed. The problem has the type `quota-exceeded` of
 *   draft-ietf-httpapi-ratelimit-headers-11 and the status 429. Its code is `access.quota` if a
 *   quota is exceeded, otherwise `access.rate`.
 */
public data class Consumption(
    val isAllowed: Boolean,
    val limits: List<LimitOutcome>,
    val retryAt: Instant?,
    val retryAfterSeconds: Long?,
    val headers: List<Pair<String, String>>,
    val problem: Problem?,
)

private fun LimitState.toNative() = FfiLimitState(at, count)

/** Converts stored states to the form that the native library takes. */
internal fun Map<String, LimitState?>.toStored(): List<FfiStoredState> =
    map { (id, state) -> FfiStoredState(id, state?.toNative()) }

private fun FfiLimitOwner.toOwner() = when (this) {
    FfiLimitOwner.KEY -> LimitOwner.KEY
    FfiLimitOwner.OWNER -> LimitOwner.OWNER
    FfiLimitOwner.ORGANIZATION -> LimitOwner.ORGANIZATION
}

private fun FfiCalendarUnit.toCalendarUnit() = when (this) {
    FfiCalendarUnit.HOUR -> CalendarUnit.HOUR
    FfiCalendarUnit.DAY -> CalendarUnit.DAY
    FfiCalendarUnit.WEEK -> CalendarUnit.WEEK
    FfiCalendarUnit.MONTH -> CalendarUnit.MONTH
}

internal fun FfiConsumption.toConsumption() = Consumption(
    isAllowed,
    limits.map { it.toOutcome() },
    retryAtMs?.toInstant(),
    retryAfterSeconds?.toLong(),
    headers.map { it.name to it.value },
    problem?.let(::Problem),
)

private fun FfiLimitOutcome.toOutcome() = LimitOutcome(
    id,
    name,
    of.toOwner(),
    isExceeded,
    remaining.toInt(),
    oldState?.let { LimitState(it.at, it.count) },
    newState?.let { LimitState(it.at, it.count) },
    nextAtMs?.toInstant(),
)
