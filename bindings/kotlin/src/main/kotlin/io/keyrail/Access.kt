package io.keyrail

import io.keyrail.ffi.FfiAccess
import io.keyrail.ffi.FfiGrant
import io.keyrail.ffi.FfiKeyDigest
import io.keyrail.ffi.FfiKeyRecord
import io.keyrail.ffi.FfiKeyUse
import io.keyrail.ffi.FfiPair
import io.keyrail.ffi.FfiScope
import io.keyrail.ffi.FfiStatus
import io.keyrail.ffi.accessExpiryAlerts
import io.keyrail.ffi.accessPeppersInUse
import io.keyrail.ffi.accessTouch
import io.keyrail.ffi.accessUnusedAlerts
import java.time.Instant

/** The record of an API key: its digests, and what the key may do. It never contains the key. */
public class KeyRecord internal constructor(internal val native: FfiKeyRecord) : AutoCloseable {
    private val members = native.members()

    /** The record's id. */
    public val id: String get() = members.id

    /** The id of the app that the key belongs to. */
    public val app: String get() = members.app

    /** The id of the organization that the key belongs to, if the record specifies it. */
    public val organization: String? get() = members.organization

    /** The environment that the key is for, such as `live`, if the record specifies it. */
    public val environment: String? get() = members.environment

    /** The id of the user that the key belongs to, if the record specifies it. */
    public val owner: String? get() = members.owner

    /** What limits the key: its record alone, or also the permissions of its owner. */
    public val authority: Authority get() = members.authority.toAuthority()

    /** The key's name for people, if it has one. */
    public val name: String? get() = members.name

    /** The scope of the key. */
    public val scope: Scope get() = members.scope.toScope()

    /**
     * The operations that the key may be used for, at least one; `null` if only its scope restricts
     * them.
     */
    public val operations: List<String>? get() = members.operations

    /**
     * The queues that the key may be used for, at least one; `null` if it may be used for every
     * queue of its app.
     */
    public val queues: List<String>? get() = members.queues

    /** The digests of the key, at least one. */
    public val digests: List<KeyDigest> = members.digests.map { it.toDigest() }

    /** The mask of the key, if the record specifies it. */
    public val display: String? get() = members.display

    /** The time at which the key was created, if the record specifies it. */
    public val createdAt: Instant? get() = members.createdAtMs?.toInstant()

    /** Who created the key, if the record specifies it. */
    public val createdBy: Author? get() = members.createdBy?.let { Author(it.id, it.role) }

    /** The first time at which the key is valid, if the record specifies it. */
    public val notBefore: Instant? get() = members.notBeforeMs?.toInstant()

    /** The first time at which the key is no longer valid; `null` if it never expires. */
    public val expiresAt: Instant? get() = members.expiresAtMs?.toInstant()

    /** The time at which the expiry was set, if the record specifies it. */
    public val expiresSetAt: Instant? get() = members.expiresSetAtMs?.toInstant()

    /** When, by whom and why the key was revoked; `null` if it was not revoked. */
    public val revoked: Revocation?
        get() = members.revoked?.let { Revocation(it.atMs.toInstant(), it.by, it.reason) }

    /** Whether the key is enabled. A disabled key can be enabled again. */
    public val enabled: Boolean get() = members.enabled

    /**
     * The networks that the key may be used from, at least one; `null` if it may be used from every
     * address.
     */
    public val allowIps: List<String>? get() = members.allowIps

    /**
     * The limits that each request consumes. A limit counts the requests of the key, of its owner
     * or of its organization.
     */
    public val limits: List<Limit> by lazy { members.limits.map(::Limit) }

    /**
     * The ids under which the host stores the states of the limits, in the order of [limits]. An id
     * has three parts, separated by slashes. The first is one of the words `key`, `owner` and
     * `organization`, the second is the name of the limit, and the third is the id of the record,
     * the owner or the organization. An example is `owner/monthly/u_17`.
     *
     * Load the states with these ids, and pass them to [authorize]. Records with the same owner
     * share one state for an `owner` limit with the same name, and this limit must have the same
     * rate or quota in all of them; only the cost may differ. The same applies to an `organization`
     * limit.
     */
    public val limitIds: List<String> get() = members.limitIds

    /** The host's own data about the key: values by name. */
    public val metadata: Map<String, String> = members.metadata.toMap()

    /** The number of changes made to the record. */
    public val version: Long get() = members.version.toLong()

    /**
     * Returns the record as JSON, on one line. Members without a value are omitted, but
     * `expires_at` is always written.
     */
    public fun toJson(): String = translatingErrors { native.toJson() }

    /**
     * Returns whether a string is the record's key.
     *
     * Every digest is compared with the string in constant time, even after one has matched. A
     * digest made with a pepper that is not among [peppers] does not match. A key that was replaced
     * matches too: to distinguish it from the new one, pass [authorize] the index that [findDigest]
     * returns. For a key of a format with a digest segment, see [findDigest].
     */
    @JvmOverloads
    public fun matches(key: String, peppers: List<Pepper> = emptyList()): Boolean = findDigest(key, peppers) != null

    /**
     * Returns the index of the record's digest that matches a string, or `null` if the string is
     * not the record's key. The comparison is the same as in [matches]. If several digests match,
     * the index of the one that stops being valid first is returned. For a key of a format with a
     * digest segment, pass the part that [ApiKey.revealDigested] returns, and check that the key id
     * of the digest and the environment of the record are those of the key.
     */
    @JvmOverloads
    public fun findDigest(key: String, peppers: List<Pepper> = emptyList()): Int? =
        translatingErrors { native.findDigest(key, peppers.map { it.native }) }?.toInt()

    /**
     * Returns the status of the key.
     *
     * If several statuses apply, the first of them in this order is returned: revoked, disabled,
     * pending, expired, expiring, active. A key is also expired if every digest has reached its
     * `validUntil`. A key is expiring from the time at which its first alert is due: see
     * [expiryAlerts].
     *
     * @throws KeyrailException `time.out_of_range`.
     */
    public fun status(now: Instant): KeyStatus = translatingErrors { native.status(now.millis()) }.toStatus()

    /**
     * Returns the change that adds a digest of the key with the current pepper, or `null` if there
     * is nothing to do.
     *
     * A digest cannot be computed from another digest, only from the key. So an upgrade is only
     * possible when a client presents the key: pass the text of the key after the request was
     * authorized. For a key of a format with a digest segment, pass the part that
     * [ApiKey.revealDigested] returns. A digest that was imported, or made with another pepper or
     * without one, is kept beside the new digest, so that servers without the current pepper still
     * accept the key. If the key has two digests already, one of them is removed: the second one if
     * it has a pepper that is not among `peppers`, or else the one that matched. If it has no key
     * id, the new digest replaces the one that matched. The digest of a key that is too weak for
     * [Digest.of] stays as it is.
     *
     * @param peppers the peppers in use, the current one first.
     * @throws KeyrailException `time.out_of_range`.
     */
    public fun upgrade(key: String, peppers: List<Pepper>, now: Instant): KeyChange? =
        translatingErrors { native.upgrade(key, peppers.map { it.native }, now.millis()) }?.let(::KeyChange)

    /**
     * Authorizes a request with a key that was found to match the record.
     *
     * @param now the current time. A key that expires at exactly this time is expired.
     * @param ip the client's IP address, if it is known.
     * @param operation the operation, such as `message.send`. If the key is limited to certain
     *   operations, a request without an operation is denied.
     * @param queue the queue that the request concerns. If the key is limited to certain queues, a
     *   request without a queue is denied, unless one of the key's operations is the exact name of
     *   the request's operation. A pattern with `*` is not enough.
     * @param environment the environment in which the request is made, such as `live`. Without it,
     *   the key's environment is not checked.
     * @param digest the index that [findDigest] returned. Without it, the key is denied once any
     *   digest of the record has reached its `validUntil`.
     * @param ownerPermissions what the key's owner may do now. Required for a key with the authority
     *   `owner`.
     * @param limits the stored states of the record's limits, by the ids in [limitIds]; `null` for
     *   an id without a stored state. Required for a record with limits. Either all limits are
     *   consumed, or none of them. The new states to store are in [Grant.consumption] or, if a
     *   limit is exceeded, in [AccessException.consumption].
     * @throws KeyrailException the first reason that applies: `access.revoked`, `access.disabled`,
     *   `access.not_yet_valid`, `access.expired`, `access.rotated`, `access.environment`,
     *   `access.address_unknown`, `access.network`, `access.scope`, `access.operation`,
     *   `access.queue`, `access.owner_unknown`, `access.owner`, `access.limits_unknown`,
     *   `access.quota`, `access.rate`. Also throws `network.malformed` if the key is restricted to
     *   networks and `ip` cannot be parsed.
     */
    @JvmOverloads
    public fun authorize(
        access: Access,
        now: Instant,
        ip: String? = null,
        operation: String? = null,
        queue: String? = null,
        environment: String? = null,
        digest: Int? = null,
        ownerPermissions: Permissions? = null,
        limits: Map<String, LimitState?>? = null,
    ): Grant {
        val request = AccessRequest(
            access, now, ip, operation, queue, environment, digest, ownerPermissions, limits,
        )
        return translatingErrors { native.authorize(request.toNative()) }.toGrant()
    }

    /**
     * Authorizes several requests with the same key, in order. Each result is that of [authorize];
     * a denied request does not affect the others.
     *
     * The requests consume the record's limits one after another: once a request has changed the
     * state of a limit, later requests use the new state instead of the one that they pass. For
     * each limit, take the first old state and the last new state in the results. Store the new
     * state only if the old state is still stored.
     */
    public fun authorizeBatch(requests: List<AccessRequest>): List<AccessResult> =
        try {
            authorizeAll(requests)
        } catch (error: KeyrailException) {
            // A request that cannot be passed to the native library must not affect the others, so
            // each request is first passed separately.
            if (error.code != LONE_SURROGATE) throw error
            val denied = requests.map { request ->
                try {
                    authorizeAll(listOf(request))
                    null
                } catch (ownError: KeyrailException) {
                    if (ownError.code != LONE_SURROGATE) throw ownError
                    AccessResult.Denied(ownError)
                }
            }
            val results = authorizeAll(requests.filterIndexed { index, _ -> denied[index] == null }).iterator()
            denied.map { it ?: results.next() }
        }

    private fun authorizeAll(requests: List<AccessRequest>) =
        translatingErrors { native.authorizeBatch(requests.map { it.toNative() }) }.map { it.toResult() }

    override fun toString(): String = printed("KeyRecord") { "KeyRecord(id=$id, app=$app, scope=${scope.text})" }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads a record from its configuration.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        public fun fromJson(text: String): KeyRecord = translatingErrors { KeyRecord(FfiKeyRecord.fromJson(text)) }

        /**
         * Returns the ids of the peppers that are needed to verify the keys of these records, in
         * alphabetical order. Any other pepper may be removed. If a deployment lists the records,
         * first remove the digests that were made with that pepper.
         *
         * If a key id has several digests, only the first one counts, because an upgrade puts the
         * new digest before the others.
         */
        @JvmStatic
        public fun peppersInUse(records: List<KeyRecord>): List<String> =
            translatingErrors { accessPeppersInUse(records.map { it.native }) }

        /**
         * Returns the alerts that became due after `since` and no later than `now`, in the order of
         * the records.
         *
         * An alert for 7 days is due 7 days before the key expires. If the expiry was set less than
         * 7 days in advance, the alert is due at the time at which it was set. An alert for 7 days
         * is skipped if the key was created 7 days or less before its expiry. The alert for 0 days
         * is never skipped. If several alerts of a key became due, only the one with the fewest
         * days is returned. A revoked key has no alerts.
         *
         * As `since`, pass a time a few minutes before the `now` of the last call whose alerts were
         * sent, because a change may be stored late, or by a server whose clock is behind. An alert
         * that is returned again has the same id: do not send it again.
         *
         * @param days the numbers of days before the expiry: at most 16, each from 0 to 3660.
         * @throws KeyrailException `access.malformed_days`, `access.time_in_seconds`,
         *   `time.out_of_range`.
         */
        @JvmStatic
        @JvmOverloads
        public fun expiryAlerts(
            records: List<KeyRecord>,
            since: Instant,
            now: Instant,
            days: List<Int> = listOf(30, 7, 1, 0),
        ): List<ExpiryAlert> {
            val alerts = translatingErrors {
                accessExpiryAlerts(records.map { it.native }, since.millis(), now.millis(), days.map { it.toLong() })
            }
            return alerts.map { ExpiryAlert(it.id, it.record, it.days.toInt(), it.dueMs.toInstant(), it.expiresAtMs.toInstant()) }
        }

        /**
         * Returns the alerts for unused keys that became due after `since` and no later than `now`,
         * in the order of the records.
         *
         * Pass each record with the time at which its current key was last used
         * ([LastUses.ofCurrent]), or with `null` if no use is known. An alert for 30 days is due 30
         * days after the latest of these times: the last use, the creation of the current key, and
         * the record's `not_before`. A key whose creation and last use are both unknown has no
         * alerts. If several alerts of a key became due, only the one with the most days is
         * returned. A key that is disabled, revoked or expired at `now` has no alerts. It can
         * happen that no later call returns the alerts that this call left out.
         *
         * As `since`, pass a time a few minutes before the `now` of the last call whose alerts were
         * sent, because a change may be stored late, or by a server whose clock is behind. An alert
         * that is returned again has the same id: do not send it again.
         *
         * @param days the numbers of days without a use: at most 16, each from 1 to 3660.
         * @throws KeyrailException `access.malformed_days`, `access.time_in_seconds`,
         *   `time.out_of_range`.
         */
        @JvmStatic
        @JvmOverloads
        public fun unusedAlerts(
            uses: List<Pair<KeyRecord, Instant?>>,
            since: Instant,
            now: Instant,
            days: List<Int> = listOf(30, 90),
        ): List<UnusedAlert> {
            val stored = uses.map { (record, lastUse) -> FfiKeyUse(record.native, lastUse?.millis()) }
            val alerts = translatingErrors {
                accessUnusedAlerts(stored, since.millis(), now.millis(), days.map { it.toLong() })
            }
            return alerts.map { UnusedAlert(it.id, it.record, it.days.toInt(), it.dueMs.toInstant(), it.unusedSinceMs.toInstant()) }
        }

        /**
         * Returns the time of the last use to store after a key was used, or `null` if the stored
         * time is accurate enough.
         *
         * A use is stored if the last stored one was at least a minute earlier, so that a busy key
         * does not cause a write for each request. A stored time that is more than a minute later
         * than `now` comes from a wrong clock, and is replaced. Store a separate time for each
         * digest of a record, as [LastUses] does.
         *
         * @throws KeyrailException `time.out_of_range`.
         */
        @JvmStatic
        public fun touch(stored: Instant?, now: Instant): Instant? =
            translatingErrors { accessTouch(stored?.millis(), now.millis()) }?.toInstant()
    }
}

/**
 * A digest of a record's key, and what is known about that key.
 *
 * @property keyId the id that the key itself contains, if the record specifies it.
 * @property digest the digest, as [Digest] parses it.
 * @property display the mask of the key, if the record specifies it.
 * @property createdAt the time at which the key was created, if the record specifies it.
 * @property validUntil the first time at which the key is no longer valid because another one
 *   replaced it; `null` if it was not replaced.
 */
public data class KeyDigest(
    val keyId: String?,
    val digest: String,
    val display: String?,
    val createdAt: Instant?,
    val validUntil: Instant?,
)

/**
 * Who created or changed a key: an id and a role that the host assigned, never a name or an
 * address.
 *
 * @property id the id of the user or key.
 * @property role the role that the user had, if it is known.
 */
public data class Author(val id: String, val role: String?)

/**
 * When, by whom and why a key was revoked.
 *
 * @property at when the key was revoked. A revoked key is always rejected, even before this time.
 * @property by the id of the user or key that revoked the key, if it is known.
 * @property reason why the key was revoked, if it is known.
 */
public data class Revocation(val at: Instant, val by: String?, val reason: String?)

/**
 * The status of a key at a given time.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class KeyStatus(public val text: String) {
    /** The key is not valid yet. */
    PENDING("pending"),

    /** The key is valid. */
    ACTIVE("active"),

    /** The key is valid, and its first expiry alert is due. */
    EXPIRING("expiring"),

    /** The key has expired. */
    EXPIRED("expired"),

    /** The key was revoked, for good. */
    REVOKED("revoked"),

    /** The key is disabled, and can be enabled again. */
    DISABLED("disabled"),
}

/**
 * An alert that a key expires soon, or has just expired.
 *
 * @property id the alert's id: the same each time the alert is returned, but a different one after
 *   the expiry is changed. Store it to send each alert only once.
 * @property record the id of the key's record.
 * @property days the number of days before the expiry at which the alert is due; 0 for the expiry
 *   itself.
 * @property due the time from which the alert is due.
 * @property expiresAt the first time at which the key is no longer valid.
 */
public data class ExpiryAlert(
    val id: String,
    val record: String,
    val days: Int,
    val due: Instant,
    val expiresAt: Instant,
)

/**
 * An alert that a key has not been used for some time.
 *
 * @property id the alert's id: the same each time the alert is returned, but a different one after
 *   the key is used. Store it to send each alert only once.
 * @property record the id of the key's record.
 * @property days the number of days without a use after which the alert is due.
 * @property due the time from which the alert is due.
 * @property unusedSince the time from which the days are counted. It is the latest of these times:
 *   the last use, the creation of the current key, and the first time at which that key is valid.
 */
public data class UnusedAlert(
    val id: String,
    val record: String,
    val days: Int,
    val due: Instant,
    val unusedSince: Instant,
)

/**
 * The access that a request needs; each level includes those before it.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class Access(public val text: String, internal val native: FfiAccess) {
    /** To read. */
    READ("read", FfiAccess.READ),

    /** To write: to send, create, change or delete. */
    WRITE("write", FfiAccess.WRITE),

    /** To administer: to manage keys, webhooks or people. */
    ADMIN("admin", FfiAccess.ADMIN),
}

/**
 * The permissions of a key. Each scope includes the scopes before it.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class Scope(public val text: String) {
    /** Read only. */
    READ("read"),

    /** Read and write. */
    READ_WRITE("read_write"),

    /** Read, write, and administer keys, webhooks or people. */
    ADMIN("admin"),
}

/**
 * The permission that an authorized request was granted.
 *
 * @property record the id of the key's record.
 * @property app the app that the key belongs to.
 * @property scope the scope of the key.
 * @property owner the id of the user that the key belongs to, if the record specifies it.
 * @property name the key's name for people, if it has one.
 * @property metadata the host's own data about the key: values by name.
 * @property upgrade the change that adds a digest of the key with the current pepper: see
 *   [KeyRecord.upgrade]. It is `null` if there is nothing to do, if no records were passed to the
 *   gateway, or if it is unknown which pepper is the current one.
 * @property digest the record's digest that matches the presented key, such as `sha256:...`, if the
 *   index of this digest was passed. Store the time of its last use: see [LastUses.touch].
 * @property consumption the outcome of the record's limits; `null` if the record has none. Store
 *   the new states before you serve the request. If the stored states were changed meanwhile,
 *   repeat the call with the changed ones: see [Limit.consume]. Add the header fields of the
 *   consumption to the response.
 */
public data class Grant @JvmOverloads constructor(
    val record: String,
    val app: String,
    val scope: Scope,
    val owner: String? = null,
    val name: String? = null,
    val metadata: Map<String, String> = emptyMap(),
    val upgrade: KeyChange? = null,
    val digest: String? = null,
    val consumption: Consumption? = null,
)

internal fun FfiGrant.toGrant(): Grant = Grant(
    record, app, scope.toScope(), owner, name, metadata.toMap(), upgrade?.let(::KeyChange), digest,
    consumption?.toConsumption(),
)

private fun List<FfiPair>.toMap(): Map<String, String> = associate { it.name to it.value }

private fun FfiKeyDigest.toDigest(): KeyDigest =
    KeyDigest(keyId, digest, display, createdAtMs?.toInstant(), validUntilMs?.toInstant())

private fun FfiStatus.toStatus(): KeyStatus = when (this) {
    FfiStatus.PENDING -> KeyStatus.PENDING
    FfiStatus.ACTIVE -> KeyStatus.ACTIVE
    FfiStatus.EXPIRING -> KeyStatus.EXPIRING
    FfiStatus.EXPIRED -> KeyStatus.EXPIRED
    FfiStatus.REVOKED -> KeyStatus.REVOKED
    FfiStatus.DISABLED -> KeyStatus.DISABLED
}

/**
 * Converts an index. A negative index becomes `UInt.MAX_VALUE`, which is not the index of any
 * digest either.
 */
internal fun Int.toIndex(): UInt = if (this < 0) UInt.MAX_VALUE else toUInt()

internal fun Scope.toNative(): FfiScope = when (this) {
    Scope.READ -> FfiScope.READ
    Scope.READ_WRITE -> FfiScope.READ_WRITE
    Scope.ADMIN -> FfiScope.ADMIN
}

internal fun FfiScope.toScope(): Scope = when (this) {
    FfiScope.READ -> Scope.READ
    FfiScope.READ_WRITE -> Scope.READ_WRITE
    FfiScope.ADMIN -> Scope.ADMIN
}
