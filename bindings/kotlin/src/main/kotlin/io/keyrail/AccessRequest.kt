package io.keyrail

import io.keyrail.ffi.FfiAccessRequest
import io.keyrail.ffi.FfiAccessResult
import io.keyrail.ffi.FfiException
import java.time.Instant

/**
 * A request, and the facts about it that the caller knows.
 *
 * @property access the access that the request needs.
 * @property now the current time.
 * @property ip the client's IP address, if it is known.
 * @property operation the operation, such as `message.send`.
 * @property queue the queue that the request concerns.
 * @property environment the environment in which the request is made, such as `live`. If it is
 *   `null`, the key's environment is not checked.
 * @property digest the index of the digest that the presented key has, as [KeyRecord.findDigest]
 *   returns it. If it is `null`, the key is denied once any digest of the record has reached its
 *   `validUntil`.
 * @property ownerPermissions what the key's owner may do now. Required for a key with the authority
 *   `owner`.
 * @property limits the stored state of each limit of the record, by the id that
 *   [KeyRecord.limitIds] returns; the state is `null` if none is stored for this id. Required for a
 *   record with limits.
 */
public data class AccessRequest @JvmOverloads constructor(
    val access: Access,
    val now: Instant,
    val ip: String? = null,
    val operation: String? = null,
    val queue: String? = null,
    val environment: String? = null,
    val digest: Int? = null,
    val ownerPermissions: Permissions? = null,
    val limits: Map<String, LimitState?>? = null,
) {
    internal fun toNative() = FfiAccessRequest(
        access.native, now.millis(), ip, operation, queue, environment, digest?.toIndex(),
        ownerPermissions?.toNative(), limits?.toStored(),
    )
}

/** The result for one request of a batch. */
public sealed interface AccessResult {
    /** The request was authorized. */
    public data class Granted(val grant: Grant) : AccessResult

    /** The request was denied with the error that [KeyRecord.authorize] would throw. */
    public data class Denied(val error: KeyrailException) : AccessResult

    /**
     * Returns the grant.
     *
     * @throws KeyrailException if the request was denied.
     */
    public fun getOrThrow(): Grant = when (this) {
        is Granted -> grant
        is Denied -> throw error
    }
}

internal fun FfiAccessResult.toResult(): AccessResult = when (this) {
    is FfiAccessResult.Granted -> AccessResult.Granted(grant.toGrant())
    is FfiAccessResult.Denied -> when (val failure = error) {
        is FfiException.Failure -> AccessResult.Denied(failure.toException())
    }
}
