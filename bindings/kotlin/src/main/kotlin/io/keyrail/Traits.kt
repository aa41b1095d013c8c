package io.keyrail

import io.keyrail.ffi.FfiExpiryPolicy
import io.keyrail.ffi.FfiKeyScope
import io.keyrail.ffi.FfiTokenSpec
import io.keyrail.ffi.FfiWebhookTraits

/**
 * A scope that a vendor gives to keys.
 *
 * @property name the name of the scope.
 * @property access the highest access of a key with this scope.
 */
public class KeyScope internal constructor(
    public val name: String,
    public val access: OperationAccess,
    private val allowed: List<OperationAccess>,
) {
    /** Returns whether a key with this scope may use an operation that needs this access. */
    public fun allows(access: OperationAccess): Boolean = access in allowed

    override fun toString(): String = "KeyScope(name=$name, access=${access.text})"
}

/** When a vendor's keys expire. */
public sealed interface ExpiryPolicy {
    /** A key is valid until it is revoked. */
    public data object Never : ExpiryPolicy

    /**
     * A key expires after a lifetime that is chosen when the key is created.
     *
     * @property days the lifetimes that the vendor offers, in days.
     * @property custom whether any other lifetime may be chosen too.
     */
    public data class Chosen(val days: List<Int>, val custom: Boolean) : ExpiryPolicy
}

/**
 * What is known about a vendor's webhook calls.
 *
 * @property tokenHeader the header that contains a static verification token, if the vendor sends
 *   one. The token is not a signature: it does not authenticate the body.
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

/**
 * How a vendor issues the token that a request needs in addition to the key.
 *
 * @property operation the operation that issues the token.
 * @property header the header that contains the token, if it is in a header.
 */
public data class TokenSpec(val operation: String, val header: String?)

internal fun FfiKeyScope.toScope(): KeyScope = KeyScope(name, access.toAccess(), allowed.map { it.toAccess() })

internal fun FfiExpiryPolicy.toPolicy(): ExpiryPolicy = when (this) {
    is FfiExpiryPolicy.Never -> ExpiryPolicy.Never
    is FfiExpiryPolicy.Chosen -> ExpiryPolicy.Chosen(days.map { it.toInt() }, custom)
}

internal fun FfiWebhookTraits.toTraits(): WebhookTraits = WebhookTraits(tokenHeader, types, events, statuses)

internal fun FfiTokenSpec.toTraits(): TokenSpec = TokenSpec(operation, header)
