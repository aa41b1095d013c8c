package io.keyrail

import io.keyrail.ffi.FfiActor
import io.keyrail.ffi.FfiAuthority
import io.keyrail.ffi.FfiChange
import io.keyrail.ffi.FfiEdit
import io.keyrail.ffi.FfiExpiry
import io.keyrail.ffi.FfiIssued
import io.keyrail.ffi.FfiKeyEvent
import io.keyrail.ffi.FfiKeySource
import io.keyrail.ffi.FfiNewKey
import io.keyrail.ffi.FfiPair
import io.keyrail.ffi.FfiPermissions
import io.keyrail.ffi.FfiPolicy
import io.keyrail.ffi.accessParseExpiry
import io.keyrail.ffi.accessParsePeriod
import java.nio.ByteBuffer
import java.time.Instant

/**
 * The keys that may exist, and who may do what with them.
 *
 * Each operation takes the `actor` and the time `now`, and returns a [KeyChange], or an [Issued] if
 * it creates a key. Each operation except [issue] also takes the record. Every operation throws if
 * the actor may not do this (`access.actor_...`), if the policy does not allow the result
 * (`access.policy_...`), or if `now` is before 1973-03-03, because it is then probably a number of
 * seconds (`access.time_in_seconds`). The actor must cover the record before and after the change.
 * This means that the actor's role must have the scope of the key. If the actor is itself a key, it
 * must also allow everything that the other key allows, for at least as long.
 */
public class Policy private constructor(private val native: FfiPolicy) : AutoCloseable {
    /** The names of the roles, in the order of the configuration. */
    public val roles: List<String> get() = translatingErrors { native.roles() }

    /** What limits the keys: their records alone, or also the permissions of their owners. */
    public val authority: Authority get() = translatingErrors { native.authority() }.toAuthority()

    /**
     * Issues a key, if the policy allows the actor to.
     *
     * @param newKey the properties of the requested key.
     * @param format the format of the key.
     * @param entropy at least 32 bytes from a `SecureRandom`, fresh for each key. Wipe them after
     *   the call.
     * @param pepper the pepper of the stored digest.
     * @throws KeyrailException if the actor or the policy does not allow it, or for an invalid
     *   argument; and the errors of [KeyFormat.generate].
     */
    @JvmOverloads
    public fun issue(
        newKey: NewKey,
        format: KeyFormat,
        entropy: ByteArray,
        actor: Actor,
        now: Instant,
        pepper: Pepper? = null,
    ): Issued = issued(entropy) { native.issue(newKey.toNative(), source(format, pepper), it, actor.native, now.millis()) }

    /**
     * Issues a key with a new record, to replace a key that is revoked or expired. The old record
     * stays as it is.
     *
     * The new record has the same app, owner, name, scope, limits and metadata as the old one. If
     * the old record is disabled, the new one is disabled too. Otherwise, the new key is valid
     * immediately. The new key is for the environment of the record. If the record has none but the
     * format has several, the new key is for the first one, and the actor must be a user who may
     * also issue keys.
     *
     * @param expires when the key expires. Required if the policy allows keys that expire.
     * @param id the id of the new record. By default the id that the key contains.
     * @param keyCount the number of keys that exist. Required if the policy limits the number of
     *   keys.
     * @throws KeyrailException `access.not_ended` if the old key is neither revoked nor expired;
     *   `access.reused_entropy`; and the errors of [issue].
     */
    @JvmOverloads
    public fun reissue(
        record: KeyRecord,
        format: KeyFormat,
        entropy: ByteArray,
        actor: Actor,
        now: Instant,
        expires: Expiry? = null,
        id: String? = null,
        keyCount: Long? = null,
        pepper: Pepper? = null,
    ): Issued = issued(entropy) {
        native.reissue(
            record.native, id, expires?.toNative(), keyCount, source(format, pepper), it, actor.native, now.millis(),
        )
    }

    /**
     * Replaces a key with a new one in the same record.
     *
     * The old key stays valid until the end of the grace period, or until it would have expired
     * anyway, if that is earlier. Replaced keys that are no longer valid are removed from the
     * record. The new key is for the environment of the record. If the record has none but the
     * format has several, the new key is for the first one, and the actor must be a user who may
     * also issue keys.
     *
     * @param grace the grace period. By default one day, or the policy's longest grace period if
     *   that is shorter. If it is [Period.ZERO], the old key is invalid at once.
     * @param expires the expiry of the new key. By default it stays the same.
     * @throws KeyrailException if the actor or the policy does not allow it, and
     *   `access.already_revoked`, `access.already_expired`, `access.malformed_expiry`,
     *   `access.reused_entropy`; `access.too_many_digests` if more than two old keys would still be
     *   valid; `access.malformed_id` or `access.malformed_name` if the id or the mask of the new key
     *   is too long for a record.
     */
    @JvmOverloads
    public fun rotate(
        record: KeyRecord,
        format: KeyFormat,
        entropy: ByteArray,
        actor: Actor,
        now: Instant,
        grace: Period? = null,
        expires: Expiry? = null,
        pepper: Pepper? = null,
    ): Issued = issued(entropy) {
        native.rotate(
            record.native, grace?.millis, expires?.toNative(), source(format, pepper), it, actor.native, now.millis(),
        )
    }

    /**
     * Revokes a key for good. The change applies to any version of the record.
     *
     * @param reason why the key is revoked.
     * @param digest the index that [KeyRecord.findDigest] returned for the key to be revoked. If it
     *   is the index of a replaced key, only that key is revoked. The change then removes all
     *   digests with that key's key id. There is one exception: replaced keys without a key id
     *   cannot be told apart, so revoking one of them revokes all of them. With the index of the
     *   current key, or without an index, all keys of the record are revoked.
     * @throws KeyrailException if the actor may not do this, and `access.already_revoked`,
     *   `access.unknown_digest`, `access.malformed_reason`.
     */
    @JvmOverloads
    public fun revoke(
        record: KeyRecord,
        actor: Actor,
        now: Instant,
        reason: String? = null,
        digest: Int? = null,
    ): KeyChange = change(record, FfiEdit.Revoke(digest?.toIndex(), reason), actor, now)

    /**
     * Disables a key until it is enabled again. The change applies to any version of the record.
     *
     * @throws KeyrailException if the actor may not do this, and `access.already_revoked`,
     *   `access.unchanged`.
     */
    public fun disable(record: KeyRecord, actor: Actor, now: Instant): KeyChange =
        change(record, FfiEdit.Disable, actor, now)

    /**
     * Enables a disabled key.
     *
     * @throws KeyrailException if the actor may not do this, and `access.already_revoked`,
     *   `access.unchanged`.
     */
    public fun enable(record: KeyRecord, actor: Actor, now: Instant): KeyChange =
        change(record, FfiEdit.Enable, actor, now)

    /**
     * Changes the name of a key, or removes the name if none is passed.
     *
     * @throws KeyrailException if the actor or the policy does not allow it, and
     *   `access.already_revoked`, `access.unchanged`, `access.malformed_name`.
     */
    public fun rename(record: KeyRecord, name: String?, actor: Actor, now: Instant): KeyChange =
        change(record, FfiEdit.Rename(name), actor, now)

    /**
     * Changes the scope of a key.
     *
     * @throws KeyrailException if the actor may not do this, and `access.already_revoked`,
     *   `access.unchanged`.
     */
    public fun setScope(record: KeyRecord, scope: Scope, actor: Actor, now: Instant): KeyChange =
        change(record, FfiEdit.SetScope(scope.toNative()), actor, now)

    /**
     * Changes the operations to which a key is limited. `null` removes the limit.
     *
     * @throws KeyrailException if the actor may not do this, and `access.already_revoked`,
     *   `access.unchanged`, `access.no_operation`, `access.too_many_items`,
     *   `event.malformed_pattern`.
     */
    public fun setOperations(record: KeyRecord, operations: List<String>?, actor: Actor, now: Instant): KeyChange =
        change(record, FfiEdit.SetOperations(operations), actor, now)

    /**
     * Changes the queues to which a key is limited. `null` removes the limit.
     *
     * @throws KeyrailException if the actor may not do this, and `access.already_revoked`,
     *   `access.unchanged`, `access.no_queue`, `access.too_many_items`, `access.malformed_id`.
     */
    public fun setQueues(record: KeyRecord, queues: List<String>?, actor: Actor, now: Instant): KeyChange =
        change(record, FfiEdit.SetQueues(queues), actor, now)

    /**
     * Changes the networks to which a key is restricted. `null` removes the restriction.
     *
     * @throws KeyrailException if the actor or the policy does not allow it, and
     *   `access.already_revoked`, `access.unchanged`, `access.no_network`, `access.too_many_items`,
     *   `network.malformed`, `network.host_bits`.
     */
    public fun setNetworks(record: KeyRecord, networks: List<String>?, actor: Actor, now: Instant): KeyChange =
        change(record, FfiEdit.SetNetworks(networks), actor, now)

    /**
     * Changes when a key expires.
     *
     * The expiry may be moved to any earlier time that is still in the future. It may be moved to a
     * later time if the policy allows the new expiry. The whole life of the key, from its creation,
     * must then be no longer than the longest expiry that the policy offers. If the creation time
     * is unknown, the expiry may be moved to a later time only if the policy allows keys that never
     * expire. To use a key for longer, rotate it. The change never extends the life of a replaced
     * key.
     *
     * @throws KeyrailException if the actor or the policy does not allow it, and
     *   `access.already_revoked`, `access.already_expired`, `access.unchanged`,
     *   `access.never_valid`, `access.malformed_expiry`.
     */
    public fun setExpiry(record: KeyRecord, expires: Expiry, actor: Actor, now: Instant): KeyChange =
        change(record, FfiEdit.SetExpiry(expires.toNative()), actor, now)

    /**
     * Replaces the limits that each request with a key consumes. An empty list removes them.
     *
     * If you change the rate or quota of a limit, give the limit a new name or delete its states.
     * Otherwise, the new rule continues with the old state.
     *
     * @throws KeyrailException if the actor may not do this, and `access.already_revoked`,
     *   `access.unchanged`, `access.too_many_limits`, `access.duplicate_limit`, `access.no_owner`,
     *   `access.no_organization`.
     */
    public fun setLimits(record: KeyRecord, limits: List<Limit>, actor: Actor, now: Instant): KeyChange =
        change(record, FfiEdit.SetLimits(limits.map { it.native }), actor, now)

    /**
     * Replaces the metadata of a key: the host's own data about it.
     *
     * @throws KeyrailException if the actor may not do this, and `access.already_revoked`,
     *   `access.unchanged`, `access.malformed_metadata`.
     */
    public fun setMetadata(record: KeyRecord, metadata: Map<String, String>, actor: Actor, now: Instant): KeyChange =
        change(record, FfiEdit.SetMetadata(metadata.toPairs()), actor, now)

    override fun toString(): String = printed("Policy") { "Policy(roles=$roles)" }

    override fun close(): Unit = native.close()

    private fun change(record: KeyRecord, edit: FfiEdit, actor: Actor, now: Instant): KeyChange =
        KeyChange(translatingErrors { native.change(record.native, edit, actor.native, now.millis()) })

    private fun source(format: KeyFormat, pepper: Pepper?) = FfiKeySource(format.native, pepper?.native)

    private inline fun issued(entropy: ByteArray, issue: (ByteBuffer) -> FfiIssued): Issued =
        translatingErrors { copying(entropy, issue) }.let { Issued(ApiKey(it.key), KeyChange(it.change)) }

    public companion object {
        /**
         * Reads a policy from its configuration.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        public fun fromJson(text: String): Policy = Policy(translatingErrors { FfiPolicy.fromJson(text) })

        /**
         * Returns the policy of a platform: `azeer`, `mehery`, `sceyt`, `swellsign` or `vchatcloud`.
         *
         * @throws KeyrailException `access.unknown_preset`.
         */
        @JvmStatic
        public fun preset(name: String): Policy = Policy(translatingErrors { FfiPolicy.preset(name) })
    }
}

/**
 * Who issues or changes a key: a user with a role, or a key.
 *
 * @property id the id of the user, or the id of the key's record.
 * @property role the role of the user, or `key`.
 */
public class Actor private constructor(
    internal val native: FfiActor,
    public val id: String,
    public val role: String,
) : AutoCloseable {
    /**
     * Creates an actor for a user with a role of the policy. The id must be one that your program
     * assigned, not a name or an address. It must not contain white space or `@`, and must not be
     * an IP address.
     *
     * @throws KeyrailException `access.malformed_actor`.
     */
    public constructor(id: String, role: String) : this(translatingErrors { FfiActor.user(id, role) }, id, role)

    override fun toString(): String = "Actor(id=$id, role=$role)"

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns an actor for a key, which acts with the policy's role `key`.
         *
         * @param digest the index that [KeyRecord.findDigest] returned for the key.
         */
        @JvmStatic
        @JvmOverloads
        public fun key(record: KeyRecord, digest: Int? = null): Actor =
            Actor(translatingErrors { FfiActor.key(record.native, digest?.toIndex()) }, record.id, "key")
    }
}

/**
 * The properties of a key that is requested.
 *
 * @property app the id of the app that the key belongs to.
 * @property scope the scope.
 * @property expires when the key expires. Required if the policy allows keys that expire.
 * @property name the name for people: 1 to 128 characters.
 * @property id the id of the record. By default, the id that the key contains.
 * @property organization the id of the organization that the key belongs to.
 * @property environment the environment that the key is for. By default, the first one of the
 *   format.
 * @property owner the id of the user that the key belongs to. By default, the acting user, or the
 *   owner of the acting key.
 * @property operations the operations to which the key is limited.
 * @property queues the queues to which the key is limited.
 * @property allowIps the networks to which the key is restricted.
 * @property limits the limits that each request consumes.
 * @property notBefore the first time at which the key is valid. By default, the key is valid at
 *   once.
 * @property metadata what the host stores beside the key.
 * @property keyCount the number of keys that exist. Required if the policy limits the number of
 *   keys.
 */
public data class NewKey @JvmOverloads constructor(
    val app: String,
    val scope: Scope,
    val expires: Expiry? = null,
    val name: String? = null,
    val id: String? = null,
    val organization: String? = null,
    val environment: String? = null,
    val owner: String? = null,
    val operations: List<String>? = null,
    val queues: List<String>? = null,
    val allowIps: List<String>? = null,
    val limits: List<Limit> = emptyList(),
    val notBefore: Instant? = null,
    val metadata: Map<String, String> = emptyMap(),
    val keyCount: Long? = null,
) {
    internal fun toNative(): FfiNewKey = FfiNewKey(
        app, scope.toNative(), expires?.toNative(), id, organization, environment, owner, name, operations, queues,
        allowIps, limits.map { it.native }, notBefore?.millis(), metadata.toPairs(), keyCount,
    )
}

/** When a key expires. */
public sealed interface Expiry {
    /** The key never expires. */
    public data object Never : Expiry

    /**
     * The key expires a number of days after the current time; each day has 24 hours.
     *
     * @property days the number of days.
     */
    public data class Days(val days: Long) : Expiry

    /**
     * The key expires at a time.
     *
     * @property time the first time at which the key is no longer valid.
     */
    public data class At(val time: Instant) : Expiry

    public companion object {
        /**
         * Parses `never`, a number of days such as `90d`, or an RFC 3339 timestamp.
         *
         * @throws KeyrailException `access.malformed_expiry`.
         */
        @JvmStatic
        public fun parse(text: String): Expiry = when (val expiry = translatingErrors { accessParseExpiry(text) }) {
            FfiExpiry.Never -> Never
            is FfiExpiry.Days -> Days(expiry.days)
            is FfiExpiry.At -> At(expiry.ms.toInstant())
        }
    }
}

private fun Expiry.toNative(): FfiExpiry = when (this) {
    Expiry.Never -> FfiExpiry.Never
    is Expiry.Days -> FfiExpiry.Days(days)
    is Expiry.At -> FfiExpiry.At(time.millis())
}

/**
 * A period of at most 36525 days, such as the time for which a replaced key stays valid.
 *
 * @property millis the number of milliseconds.
 */
public class Period private constructor(public val millis: Long) {
    override fun equals(other: Any?): Boolean = other is Period && other.millis == millis

    override fun hashCode(): Int = millis.hashCode()

    override fun toString(): String = "Period(millis=$millis)"

    public companion object {
        /** The period of length zero. */
        @JvmField
        public val ZERO: Period = Period(0)

        /**
         * Parses a number of days, hours or minutes: `2d`, `36h`, `90m`.
         *
         * @throws KeyrailException `access.malformed_period`.
         */
        @JvmStatic
        public fun parse(text: String): Period = Period(translatingErrors { accessParsePeriod(text) })

        /**
         * Returns a period of this number of days; each day has 24 hours. This function accepts any
         * number. An operation that takes the period rejects a number below 0 or above 36525 with
         * `access.malformed_period`.
         */
        @JvmStatic
        public fun days(days: Int): Period = Period(days * 86_400_000L)
    }
}

/**
 * What limits a key: its record alone, or also the permissions of its owner.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class Authority(public val text: String) {
    /**
     * The key belongs to an organization. It may do everything that its record allows, regardless
     * of its owner's permissions.
     */
    ORGANIZATION("organization"),

    /**
     * The key inherits the permissions of its owner. It may do only what its record allows and its
     * owner is also permitted to do at the time of the request. A user who loses a permission
     * therefore cannot keep it by means of a key.
     */
    OWNER("owner"),
}

internal fun FfiAuthority.toAuthority(): Authority = when (this) {
    FfiAuthority.ORGANIZATION -> Authority.ORGANIZATION
    FfiAuthority.OWNER -> Authority.OWNER
}

/**
 * What the owner of a key may do now: a scope, and optionally the operations and queues to which
 * the owner is limited.
 *
 * @property scope the scope.
 * @property operations the operations to which the permissions are limited. An empty list allows no
 *   operation.
 * @property queues the queues to which the permissions are limited. An empty list allows no queue.
 */
public data class Permissions @JvmOverloads constructor(
    val scope: Scope,
    val operations: List<String>? = null,
    val queues: List<String>? = null,
) {
    internal fun toNative(): FfiPermissions = FfiPermissions(scope.toNative(), operations, queues)
}

/**
 * What an operation does to a record: the changed record, the patch that turns the old record into
 * the changed one, and the event for the audit log.
 *
 * Store a change only if the stored record still has the version [baseVersion], for example with
 * `UPDATE ... WHERE version = ?`. If it has another version, someone else has changed the record in
 * the meantime: read it again, and repeat the operation. A change that applies to any version must
 * not be lost to such a race: read the record again, and store the result of [rebase] in the same
 * way.
 */
public class KeyChange internal constructor(private val native: FfiChange) : AutoCloseable {
    private val members = native.members()

    /** Whether the record is a new one, which is not stored yet. */
    public val isNew: Boolean get() = members.isNew

    /** The version that the record had before the change; 0 for a new record. */
    public val baseVersion: Long get() = members.baseVersion.toLong()

    /**
     * Whether the change also applies to other versions of the record. This is true for disabling
     * and revoking a key. Both must succeed even if someone renames the key at the same time.
     */
    public val appliesToAnyVersion: Boolean get() = members.appliesToAnyVersion

    /**
     * The JSON merge patch (RFC 7396) that turns the old record into the new one. It contains the
     * new `version`. The patch of a new record is the whole record.
     */
    public val patch: String get() = members.patch

    /** The event for the audit log. */
    public val event: KeyEvent = members.event.toEvent()

    /** The changed record. */
    public val record: KeyRecord by lazy { KeyRecord(translatingErrors { native.record() }) }

    /**
     * Returns the same change, based on the record as it is stored now. Its base version is that of
     * `stored`, and its patch, record and event say what the change does to `stored`.
     *
     * @throws KeyrailException `access.already_revoked` or `access.unchanged` if the key was
     *   revoked, disabled or removed in the meantime; `access.too_many_changes`;
     *   `access.version_conflict` if `stored` is a different record, if the change creates a new
     *   record, if the change applies only to [baseVersion] and `stored` has another version, or if
     *   the change revokes a replaced key, and this key is the current or the only one in `stored`,
     *   or it has no key id and cannot be found there. In this last case, repeat the operation with
     *   `stored`.
     */
    public fun rebase(stored: KeyRecord): KeyChange = KeyChange(translatingErrors { native.rebase(stored.native) })

    /**
     * Applies the change to the record as it is stored now, and returns the record to store.
     *
     * @throws KeyrailException see [rebase].
     */
    public fun applyTo(stored: KeyRecord): KeyRecord = KeyRecord(translatingErrors { native.applyTo(stored.native) })

    override fun equals(other: Any?): Boolean =
        other is KeyChange && other.patch == patch && other.event == event

    override fun hashCode(): Int = event.hashCode()

    override fun toString(): String =
        "KeyChange(action=${event.action}, record=${event.record}, baseVersion=$baseVersion)"

    override fun close(): Unit = native.close()
}

/**
 * The event of a change, for an audit log. It contains no digest.
 *
 * @property action the action, such as `rotate` or `set_scope`.
 * @property record the id of the changed record.
 * @property actor who made the change.
 * @property at when the change was made.
 * @property version the version of the changed record.
 * @property reason the reason that was passed.
 */
public class KeyEvent internal constructor(
    public val action: String,
    public val record: String,
    public val actor: Author,
    public val at: Instant,
    public val version: Long,
    public val reason: String?,
    private val json: String,
) {
    /**
     * Returns the event as JSON, on one line. `changes` contains all members of the patch except
     * `version`. The digests themselves are left out, but their key ids, masks and times are
     * included.
     */
    public fun toJson(): String = json

    override fun equals(other: Any?): Boolean = other is KeyEvent && other.json == json

    override fun hashCode(): Int = json.hashCode()

    override fun toString(): String =
        "KeyEvent(action=$action, record=$record, actor=${actor.id}, at=$at, reason=$reason)"
}

private fun FfiKeyEvent.toEvent(): KeyEvent =
    KeyEvent(action, record, Author(actor.id, actor.role), atMs.toInstant(), version.toLong(), reason, json)

/**
 * A new key with the change that stores its record. The record contains only the key's digest, so
 * the key itself is not stored anywhere. Show it once, then discard it.
 *
 * @property key the key. When printed, it is masked.
 * @property change the change that stores the record.
 */
public class Issued internal constructor(public val key: ApiKey, public val change: KeyChange) : AutoCloseable {
    /** The new or changed record. */
    public val record: KeyRecord get() = change.record

    /** The event for the audit log. */
    public val event: KeyEvent get() = change.event

    override fun toString(): String = "Issued(key=$key, record=${event.record})"

    override fun close() {
        key.close()
        change.close()
    }
}

private fun Map<String, String>.toPairs(): List<FfiPair> = map { FfiPair(it.key, it.value) }
