package io.keyrail

import io.keyrail.ffi.FfiLastUses
import java.time.Instant

/**
 * The last uses of a record's keys: for each digest, the time at which a key with this digest was
 * last used.
 *
 * Store it beside the record. It is not part of the record, so storing it does not change the
 * record's version. A new record starts with an empty [LastUses]. If two processes store it at the
 * same time, one of the two uses may be lost. To lose none, store the new value only if the stored
 * one has not changed since you read it. Otherwise, repeat both steps. An upgrade of the record may
 * replace the digest that was used. Its last use is then unknown until the key is used again.
 */
public class LastUses private constructor(private val native: FfiLastUses) : AutoCloseable {
    /** Creates an empty [LastUses]. */
    public constructor() : this(FfiLastUses())

    /**
     * Returns the time at which a key with this digest was last used, or `null` if no use is known.
     *
     * @throws KeyrailException if the digest is malformed: see [Digest].
     */
    public fun of(digest: String): Instant? = translatingErrors { native.of(digest) }?.toInstant()

    /**
     * Returns the time at which the record's current key was last used, or `null` if no use is
     * known. Pass it to [KeyRecord.unusedAlerts].
     */
    public fun ofCurrent(record: KeyRecord): Instant? =
        translatingErrors { native.ofCurrent(record.native) }?.toInstant()

    /**
     * Returns the time at which a replaced key of the record was last used, or `null` if no use is
     * known. A replaced key has a `validUntil`, and stays in the record until it is revoked, or
     * until the first rotation at or after that time. If there are two replaced keys, the later use
     * counts.
     */
    public fun ofReplaced(record: KeyRecord): Instant? =
        translatingErrors { native.ofReplaced(record.native) }?.toInstant()

    /**
     * Returns the last uses to store after a key with this digest was used at [now], or `null` if
     * the stored time is accurate enough. [Grant.digest] is the digest of the key that was used.
     *
     * A use is stored if the last stored one was at least a minute earlier, so that a busy key does
     * not cause a write for each request. A stored time that is more than a minute later than [now]
     * comes from a wrong clock, and is replaced. If there are 16 digests already, a new one
     * replaces one whose time is more than a minute ahead of `now`, or else the one with the
     * earliest time.
     *
     * @throws KeyrailException if the digest is malformed: see [Digest]; `access.time_in_seconds`, if
     *   [now] is before 1973-03-03, as a time in seconds would be; `time.out_of_range`.
     */
    public fun touch(digest: String, now: Instant): LastUses? =
        translatingErrors { native.touch(digest, now.millis()) }?.let { LastUses(it) }

    /** Returns the last uses as JSON, on one line. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is LastUses && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { toJson().hashCode() }

    override fun toString(): String = printed("LastUses") { native.debugText() }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads last uses from JSON.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults]. If a newer release
         *   wrote the last uses, the only fault is `access.newer_schema`.
         */
        @JvmStatic
        public fun fromJson(text: String): LastUses =
            LastUses(translatingErrors { FfiLastUses.fromJson(text) })
    }
}
