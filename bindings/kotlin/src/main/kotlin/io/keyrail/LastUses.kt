package io.keyrail

import io.keyrail.ffi.FfiLastUses
import java.time.Instant

/**
 * The last uses of a record's keys: for each digest, the time at which a key with this digest was
 * last used.
 *
 * The host stores it beside the record. It is not part of the record, so storing it does not change
 * the record's version. If two processes store it at the same time, the later one may overwrite a
 * use that the other one added. The next use of that key adds it again.
 */
public class LastUses private constructor(private val native: FfiLastUses) : AutoCloseable {
    /** Creates last uses without any use. */
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
     * known. A key that was replaced has a `validUntil`. The record keeps it until the first
     * rotation after this time.
     */
    public fun ofReplaced(record: KeyRecord): Instant? =
        translatingErrors { native.ofReplaced(record.native) }?.toInstant()

    /**
     * Returns the last uses to store after a key with this digest was used at [now], or `null` if
     * the stored time is accurate enough. [Grant.digest] is the digest of the key that was used.
     *
     * A use is stored if the last stored one was at least a minute earlier, so that a busy key does
     * not cause a write for each request. A stored time that is more than a minute later than [now]
     * comes from a wrong clock, and is replaced. At most 16 digests are kept. If there are more,
     * the digest whose use is longest ago is removed.
     *
     * @throws KeyrailException if the digest is malformed: see [Digest]; `time.out_of_range`.
     */
    public fun touch(digest: String, now: Instant): LastUses? =
        translatingErrors { native.touch(digest, now.millis()) }?.let { LastUses(it) }

    /** Returns the last uses as JSON, on one line. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    override fun equals(other: Any?): Boolean = other is LastUses && native == other.native

    override fun hashCode(): Int = toJson().hashCode()

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
