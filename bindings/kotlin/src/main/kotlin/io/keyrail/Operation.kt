package io.keyrail

import io.keyrail.ffi.FfiBodyKind
import io.keyrail.ffi.FfiOperation
import io.keyrail.ffi.FfiOperationAccess

/**
 * A request that a [Platform] accepts.
 *
 * @property name its name, such as `message.send`.
 * @property method its method in capitals, where the vendor publishes it.
 * @property path its path below the base, as a template in the vendor's
 *   spelling, where the vendor publishes it.
 * @property access the access that a key needs for it.
 * @property body what it takes as its body.
 * @property limits the fields of its form that the vendor limits, with the most
 *   characters (Unicode code points, 1 to 65,536) that each may have, in the document's
 *   order.
 * @property usesQueue whether it concerns a queue or a session, so that the queue's owner must
 *   be checked.
 * @property scheme the name of its scheme, if it is not the platform's default.
 * @property base the template of its base URL, if it is not the platform's.
 * @property variables the variables of its URL, all of them required: the base's, then
 *   the path's, each once; only the base's if the path is not published.
 */
public data class PlatformOperation(
    val name: String,
    val method: String?,
    val path: String?,
    val access: OperationAccess,
    val body: BodyKind,
    val limits: List<Pair<String, Int>>,
    val usesQueue: Boolean,
    val scheme: String?,
    val base: String?,
    val variables: List<String>,
)

/**
 * The access that a key needs for an operation. Each level includes those before it.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class OperationAccess(public val text: String) {
    /** It only reads. */
    READ("read"),

    /** It changes or sends something, or may do so. */
    WRITE("write"),

    /** It manages keys, webhooks or people. */
    ADMIN("admin"),
}

/**
 * The kind of body that an operation takes.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class BodyKind(public val text: String) {
    /** No body. */
    NONE("none"),

    /** JSON, sent as `application/json`. */
    JSON("json"),

    /** A form, sent as `application/x-www-form-urlencoded`. */
    FORM("form"),

    /**
     * A body of a type that the vendor does not publish: the caller passes its
     * `content-type` as an extra header.
     */
    ANY("any"),
}

internal fun FfiOperation.toOperation(): PlatformOperation =
    PlatformOperation(
        name,
        method,
        path,
        access.toAccess(),
        body.toKind(),
        limits.map { it.field to it.characters.toInt() },
        usesQueue,
        scheme,
        base,
        variables,
    )

internal fun FfiOperationAccess.toAccess(): OperationAccess = when (this) {
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
