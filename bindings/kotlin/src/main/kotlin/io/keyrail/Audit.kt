package io.keyrail

import io.keyrail.ffi.FfiAuditChain
import io.keyrail.ffi.FfiAuditEntry
import io.keyrail.ffi.FfiAuditKey
import io.keyrail.ffi.FfiAuditReport
import io.keyrail.ffi.FfiCheckpoint

/**
 * The last entry of a chain at some time: its writer, its number and its authentication code
 * (HMAC).
 *
 * Store checkpoints out of reach of anyone who can change the log. The HMAC code covers the last
 * entry and, through the chain, all entries before it.
 */
public class Checkpoint internal constructor(internal val native: FfiCheckpoint) : AutoCloseable {
    private val members = native.members()

    /**
     * Parses the string form of a checkpoint.
     *
     * @throws KeyrailException `access.malformed_checkpoint`, `access.newer_schema`.
     */
    public constructor(text: String) : this(translatingErrors { FfiCheckpoint(text) })

    /** The id of the writer. */
    public val writer: String get() = members.writer

    /** The number of the entry; 0 before the first entry. */
    public val number: Long get() = members.number.toLong()

    override fun equals(other: Any?): Boolean = other is Checkpoint && other.toString() == toString()

    override fun hashCode(): Int = toString().hashCode()

    /** Returns the string form, which the constructor parses. */
    override fun toString(): String = members.text

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns the checkpoint before the first entry of a writer's chain.
         *
         * The writer is the id of the process or database that numbers the entries. Two writers
         * must not have the same id.
         *
         * @throws KeyrailException `access.malformed_id`.
         */
        @JvmStatic
        public fun start(writer: String): Checkpoint = Checkpoint(translatingErrors { FfiCheckpoint.start(writer) })
    }
}

/**
 * An entry of an audit log.
 *
 * [AuditChain.append] creates entries. An entry prints its writer and its number only, because a
 * payload may contain personal data.
 */
public class AuditEntry internal constructor(internal val native: FfiAuditEntry) : AutoCloseable {
    private val members = native.members()

    /** The id of the writer. */
    public val writer: String get() = members.writer

    /**
     * The number of the entry: 1 for the first entry of a writer, and one more for each later entry.
     */
    public val number: Long get() = members.number.toLong()

    /** The id of the HMAC key. */
    public val keyId: String get() = members.keyId

    /** The payload, or `null` if it was erased. */
    public val payload: String? get() = members.payload

    /** The checkpoint after this entry. Pass it to append the next entry. */
    public val checkpoint: Checkpoint get() = Checkpoint(translatingErrors { native.checkpoint() })

    /**
     * Returns the entry without its payload and its salt. The chain can still be verified.
     *
     * Store the result in place of the entry, for example when a person exercises the right to
     * erasure.
     */
    public fun erase(): AuditEntry = AuditEntry(translatingErrors { native.erase() })

    /** Returns the entry as JSON, on one line. */
    public fun toJson(): String = translatingErrors { native.toJson() }

    /** Returns whether two entries are equal in every member. */
    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is AuditEntry && translatingErrors { native == other.native } }

    override fun hashCode(): Int = 31 * writer.hashCode() + number.hashCode()

    override fun toString(): String = "AuditEntry(writer=$writer, number=$number)"

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads an entry from JSON.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults]. If a newer release
         *   of Keyrail wrote the entry, the only fault is `access.newer_schema`.
         *   [AuditChain.verify] checks whether the entry was changed.
         */
        @JvmStatic
        public fun fromJson(text: String): AuditEntry = AuditEntry(translatingErrors { FfiAuditEntry.fromJson(text) })
    }
}

/**
 * The first fault that the verification of an audit log found.
 *
 * @property code the stable, dotted code.
 * @property message a sentence for a person.
 * @property index the index of the faulty entry among the entries that were passed, or the count of
 *   these entries if some are missing at the end.
 * @property number the number of the entry that was expected at this index.
 */
public data class AuditFault(val code: String, val message: String, val index: Int, val number: Long)

/**
 * What the verification of an audit log found: how far the log is intact, and the first fault.
 *
 * @property checkpoint the checkpoint after the last intact entry. The next verification can start
 *   from it.
 * @property erased the number of intact entries whose payload was erased.
 * @property fault the first fault, if there is one.
 */
public data class AuditReport(val checkpoint: Checkpoint, val erased: Int, val fault: AuditFault?) {
    /** Whether no fault was found. */
    public val isIntact: Boolean get() = fault == null
}

/**
 * The HMAC keys of an audit log, with which entries are appended and verified.
 *
 * Every entry contains the HMAC code of the entry before it, so that [verify] detects whether
 * entries were changed, removed, added or put into another order. The removal of the last entries
 * is only detected with a [Checkpoint] that was made after these entries: store checkpoints outside
 * the log.
 *
 * Anyone who holds an HMAC key can rewrite the log from any entry to the end. Only checkpoints that
 * this person cannot change reveal that the log was rewritten.
 *
 * @param keys the HMAC keys, at most 64, each an id and a secret of at least 32 bytes. New entries
 *   are made with the first key, and entries can be verified with any of the keys.
 * @throws KeyrailException `access.no_audit_key`, `access.too_many_audit_keys`,
 *   `access.malformed_id`, `access.duplicate_audit_key`, `access.audit_secret_too_short`.
 */
public class AuditChain(keys: List<Pair<String, Secret>>) : AutoCloseable {
    private val native = translatingErrors { FfiAuditChain(keys.map { (id, secret) -> FfiAuditKey(id, secret.native) }) }

    /**
     * Returns the next entry after a checkpoint, with this payload.
     *
     * The payload is usually the event of a change ([KeyEvent.toJson]). It contains the id of the
     * actor and the new values of the changed members, such as the name of the key.
     *
     * Store the entry in the same transaction as the change. The store must reject a second entry
     * with the same writer and number. To append the next entry, pass the
     * [checkpoint][AuditEntry.checkpoint] of this one.
     *
     * @param entropy at least 16 bytes from a `SecureRandom`, fresh for each entry; the first 16
     *   become the salt.
     * @throws KeyrailException `access.salt_too_short`; `access.payload_too_large` if the payload is
     *   longer than 1 MiB; `access.too_many_entries` if the number would be 2^63.
     */
    public fun append(after: Checkpoint, payload: String, entropy: ByteArray): AuditEntry =
        AuditEntry(translatingErrors { copying(entropy) { native.append(after.native, payload, it) } })

    /**
     * Verifies the entries of one writer that follow a checkpoint, in order, and reports how far they
     * are intact.
     *
     * If the log should have reached a later checkpoint, pass that checkpoint as [until]: without
     * it, the removal of the last entries is not detected. The log may continue after [until], but
     * [until] must not be before [from].
     *
     * An entry whose payload was erased is intact. The report counts such entries, because anyone
     * who can change the log can also erase payloads.
     */
    @JvmOverloads
    public fun verify(from: Checkpoint, entries: List<AuditEntry>, until: Checkpoint? = null): AuditReport =
        translatingErrors { native.verify(from.native, entries.map { it.native }, until?.native) }.toReport()

    override fun toString(): String = printed("AuditChain") { native.toString() }

    override fun close(): Unit = native.close()
}

private fun FfiAuditReport.toReport() = AuditReport(
    Checkpoint(checkpoint),
    erased.toInt(),
    fault?.let { AuditFault(it.code, it.text, it.index.toInt(), it.number.toLong()) },
)
