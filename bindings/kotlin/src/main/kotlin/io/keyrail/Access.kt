package io.keyrail

import io.keyrail.ffi.FfiAccess
import io.keyrail.ffi.FfiGrant
import io.keyrail.ffi.FfiKeyRecord
import io.keyrail.ffi.FfiScope
import java.time.Instant

/** The record of an API key, and what the key may do. It contains digests, never the key. */
public class KeyRecord private constructor(private val native: FfiKeyRecord) : AutoCloseable {
    /** The record's id. */
    public val id: String get() = translatingErrors { native.id() }

    /** The app that the key belongs to. */
    public val app: String get() = translatingErrors { native.app() }

    /** What the key may do at all. */
    public val scope: Scope get() = translatingErrors { native.scope() }.toScope()

    /**
     * Checks whether the key may do this, at this time and from this address.
     *
     * @param now the time. A key that expires at this
     *   exact instant is expired.
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
         * Reads a record's configuration.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults].
         */
        @JvmStatic
        public fun fromJson(text: String): KeyRecord = KeyRecord(translatingErrors { FfiKeyRecord.fromJson(text) })
    }
}

/**
 * What an operation does.
 *
 * @property text its name in all languages.
 */
public enum class Access(public val text: String, internal val native: FfiAccess) {
    /** It changes nothing. */
    READ("read", FfiAccess.READ),

    /** It changes something, or sends. */
    WRITE("write", FfiAccess.WRITE),

    /** It manages keys, webhooks or people. */
    ADMIN("admin", FfiAccess.ADMIN),
}

/**
 * What a key may do at all.
 *
 * @property text its name in all languages.
 */
public enum class Scope(public val text: String) {
    /** Read. */
    READ("read"),

    /** Read and write. */
    READ_WRITE("read_write"),

    /** Read, write and administer. */
    ADMIN("admin"),
}

/**
 * Permission to do what was requested.
 *
 * @property record the id of the key's record.
 * @property app the app that the key belongs to.
 * @property scope what the key may do at all.
 */
public data class Grant(val record: String, val app: String, val scope: Scope)

internal fun FfiGrant.toGrant(): Grant = Grant(record, app, scope.toScope())

internal fun FfiScope.toScope(): Scope = when (this) {
    FfiScope.READ -> Scope.READ
    FfiScope.READ_WRITE -> Scope.READ_WRITE
    FfiScope.ADMIN -> Scope.ADMIN
}
