package io.keyrail

import io.keyrail.ffi.FfiBodyKind
import io.keyrail.ffi.FfiOperation
import io.keyrail.ffi.FfiOperationAccess

/**
 * A request that a [Platform] accepts.
 *
 * @property name the name of the operation, such as `message.send`.
 * @property method the method of the operation in capitals, if the vendor publishes it.
 * @property path the path of the operation below the base URL, as the template that the document
 *   contains, if the vendor publishes it.
 * @property access the access that a key needs for the operation.
 * @property body the kind of body that the operation takes.
 * @property limits the form fields whose length the vendor limits, each with its maximum number of
 *   characters (Unicode code points, 1 to 65,536), in the order of the platform's document.
 * @property usesQueue whether the operation concerns a queue or a session. If it does, the caller
 *   must check that the app may write to the queue.
 * @property scheme the name of the operation's scheme, if it is not the platform's default.
 * @property base the template of the operation's base URL, if it is not the platform's.
 * @property variables the variables of the operation's URL, each once: those of the base URL, then
 *   those of the path. All of them are required. If the path is not published, only the variables
 *   of the base URL are listed.
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
 * The access that a key needs for an operation. Each level includes the levels before it.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class OperationAccess(public val text: String) {
    /** The operation only reads. */
    READ("read"),

    /** The operation changes or sends something, or may do so. */
    WRITE("write"),

    /** The operation manages keys, webhooks or people. */
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
