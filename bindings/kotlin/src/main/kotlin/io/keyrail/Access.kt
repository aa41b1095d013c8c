package io.keyrail

import io.keyrail.ffi.FfiAccess
import io.keyrail.ffi.FfiGrant
import io.keyrail.ffi.FfiKeyRecord
import io.keyrail.ffi.FfiScope
import java.time.Instant

/** The record of an API key: its digests, and what the key may do. It never contains the key. */
public class KeyRecord private constructor(private val native: FfiKeyRecord) : AutoCloseable {
    /** The record's id. */
    public val id: String get() = translatingErrors { native.id() }

    /** The id of the app that the key belongs to. */
    public val app: String get() = translatingErrors { native.app() }

    /** The scope of the key. */
    public val scope: Scope get() = translatingErrors { native.scope() }.toScope()

    /**
     * Authorizes a request that is made now and from this address, with a key that was found to match the
     * record.
     *
     * @param now the current time. A key that expires at exactly this time is expired.
     * @param ip the client's address, if the host knows it.
     * @throws KeyrailException `access.revoked`, `access.not_yet_valid`,
     *   `access.expired`, `access.address_unknown`, `access.network`,
     *   `access.scope`; the first of them that applies. `network.malformed` if the key is
     *   bound to networks and `ip` cannot be parsed.
     */
    @JvmOverloads
    public fun authorize(access: Access, now: Instant, ip: String? = null): Grant =
        translatingErrors { native.authorize(access.native, now.millis(), ip) }.toGrant()

    override fun toString(): String = printed("KeyRecord") { "KeyRecord(id=$id, app=$app, scope=${scope.text})" }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads a record from its configuration.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists every fault.
         */
        @JvmStatic
        public fun fromJson(text: String): KeyRecord = KeyRecord(translatingErrors { FfiKeyRecord.fromJson(text) })
    }
}

/**
 * The kind of access that a request needs.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class Access(public val text: String, internal val native: FfiAccess) {
    /** To read, without changing anything. */
    READ("read", FfiAccess.READ),

    /** To write: to send, create, change or delete. */
    WRITE("write", FfiAccess.WRITE),

    /** To administer: to manage keys, webhooks or people. */
    ADMIN("admin", FfiAccess.ADMIN),
}

/**
 * The highest access that a key has.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class Scope(public val text: String) {
    /** Read only. */
    READ("read"),

    /** Read and write. */
    READ_WRITE("read_write"),

    /** Read, write and administer: keys, webhooks, people. */
    ADMIN("admin"),
}

/**
 * The permission that an authorized request was granted.
 *
 * @property record the id of the key's record.
 * @property app the app that the key belongs to.
 * @property scope what the key may do.
 */
public data class Grant(val record: String, val app: String, val scope: Scope)

internal fun FfiGrant.toGrant(): Grant = Grant(record, app, scope.toScope())

internal fun FfiScope.toScope(): Scope = when (this) {
    FfiScope.READ -> Scope.READ
    FfiScope.READ_WRITE -> Scope.READ_WRITE
    FfiScope.ADMIN -> Scope.ADMIN
}
