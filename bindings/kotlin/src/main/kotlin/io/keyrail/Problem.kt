package io.keyrail

import io.keyrail.ffi.FfiProblem

/**
 * Why a request is refused, as a status and a code (RFC 9457): what an outsider
 * may know. [Keyrail.Header.problem] makes it, and [Keyrail.Header.render] the
 * response.
 */
public class Problem internal constructor(internal val native: FfiProblem) : AutoCloseable {
    /** The status of the answer, 400 to 599. */
    public val status: Int get() = calling { native.status() }.toInt()

    /** The stable, dotted code. */
    public val code: String get() = calling { native.code() }

    /** A sentence for the person who wrote the client. */
    public val detail: String get() = calling { native.detail() }

    override fun toString(): String = "Problem(status=$status, code=$code)"

    override fun close(): Unit = native.close()
}
