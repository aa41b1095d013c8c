package io.keyrail

import io.keyrail.ffi.FfiBodyKind
import io.keyrail.ffi.FfiExpiryPolicy
import io.keyrail.ffi.FfiKeyScope
import io.keyrail.ffi.FfiOperation
import io.keyrail.ffi.FfiOperationAccess
import io.keyrail.ffi.FfiWebhookTraits

/**
 * Something that a [Platform] can be asked.
 *
 * @property name its name, such as `message.send`.
 * @property method its method in capitals, where the vendor publishes it.
 * @property path its path below the base, as a template in the vendor's
 *   spelling, where the vendor publishes it.
 * @property access what a key must be allowed to do for it.
 * @property body what it takes as its body.
 * @property usesQueue whether it goes into a queue or a session, so that it
 *   matters whose queue that is.
 * @property scheme the name of its scheme, where it is not the platform's default.
 * @property base the template of its base, where it is not the platform's.
 * @property variables the variables of its URL, all of them required; none
 *   where the path is not published.
 */
public data class PlatformOperation(
    val name: String,
    val method: String?,
    val path: String?,
    val access: OperationAccess,
    val body: BodyKind,
    val usesQueue: Boolean,
    val scheme: String?,
    val base: String?,
    val variables: List<String>,
)

/**
 * What a key must be allowed to do, for an operation to be asked with it; each
 * covers those before it.
 *
 * @property text the word for it in all languages.
 */
public enum class OperationAccess(public val text: String) {
    /** It only reads. */
    READ("read"),

    /** It changes or sends something, or may. */
    WRITE("write"),

    /** It manages what others work with: keys, webhooks, people. */
    ADMIN("admin"),
}

/**
 * What an operation takes as its body.
 *
 * @property text the word for it in all languages.
 */
public enum class BodyKind(public val text: String) {
    /** No body. */
    NONE("none"),

    /** JSON, sent as `application/json`. */
    JSON("json"),

    /** A form, sent as `application/x-www-form-urlencoded`. */
    FORM("form"),

    /**
     * A body of a type that the vendor does not publish: the caller gives its
     * `content-type` as an extra header.
     */
    ANY("any"),
}

/**
 * A scope that a vendor gives to keys.
 *
 * @property name its name.
 * @property access the most that a key of it may do.
 */
public class KeyScope internal constructor(
    public val name: String,
    public val access: OperationAccess,
    private val allowed: List<OperationAccess>,
) {
    /** Whether a key of it may ask for an operation of this access. */
    public fun allows(access: OperationAccess): Boolean = access in allowed

    override fun toString(): String = "KeyScope(name=$name, access=${access.text})"
}

/** When a vendor's keys expire. */
public sealed interface ExpiryPolicy {
    /** A key is good until it is revoked. */
    public data object Never : ExpiryPolicy

    /**
     * A key expires after a time that is chosen when it is made.
     *
     * @property days the times that the vendor offers, in days.
     * @property custom whether any other time may be chosen too.
     */
    public data class Chosen(val days: List<Int>, val custom: Boolean) : ExpiryPolicy
}

/**
 * What is known of a vendor's calls to a webhook.
 *
 * @property tokenHeader the header in which a static verification token comes,
 *   if one was agreed on. It is no signature: it says nothing of the body.
 * @property types the types of payload.
 * @property events the names of events.
 * @property statuses the statuses that a message goes through.
 */
public data class WebhookTraits(
    val tokenHeader: String?,
    val types: List<String>,
    val events: List<String>,
    val statuses: List<String>,
)

internal fun FfiOperation.toOperation(): PlatformOperation =
    PlatformOperation(name, method, path, access.toAccess(), body.toKind(), usesQueue, scheme, base, variables)

internal fun FfiKeyScope.toScope(): KeyScope = KeyScope(name, access.toAccess(), allowed.map { it.toAccess() })

internal fun FfiExpiryPolicy.toPolicy(): ExpiryPolicy = when (this) {
    is FfiExpiryPolicy.Never -> ExpiryPolicy.Never
    is FfiExpiryPolicy.Chosen -> ExpiryPolicy.Chosen(days.map { it.toInt() }, custom)
}

internal fun FfiWebhookTraits.toTraits(): WebhookTraits = WebhookTraits(tokenHeader, types, events, statuses)

private fun FfiOperationAccess.toAccess() = when (this) {
    FfiOperationAccess.READ -> OperationAccess.READ
    FfiOperationAccess.WRITE -> OperationAccess.WRITE
    FfiOperationAccess.ADMIN -> OperationAccess.ADMIN
}

private fun FfiBodyKind.toKind() = when (this) {
    FfiBodyKind.NOTHING -> BodyKind.NONE
    FfiBodyKind.JSON -> BodyKind.JSON
    FfiBodyKind.FORM -> BodyKind.FORM
    FfiBodyKind.ANY -> BodyKind.ANY
}
