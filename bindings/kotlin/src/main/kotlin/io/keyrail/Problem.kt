package io.keyrail

import io.keyrail.ffi.FfiProblem

/**
 * The reason why a request is rejected, as a status and a code (RFC 9457), limited to what the
 * client may know. [Keyrail.Header.problem] creates it from an error, and
 * [Keyrail.Header.render] converts it to a response.
 */
public class Problem internal constructor(internal val native: FfiProblem) : AutoCloseable {
    /**
     * Creates a custom problem, for what the library does not check: a limit of requests, a
     * body that is too long. A limit of requests is a 429, with `Retry-After` added to the
     * response's headers.
     *
     * @param status 400 to 599.
     * @param code 1 to 64 ASCII letters, digits and characters of `._-`.
     * @param detail a sentence for the person who wrote the client.
     * @throws KeyrailException `problem.malformed_status`,
     *   `problem.malformed_code`.
     */
    public constructor(status: Int, code: String, detail: String) :
        this(translatingErrors { FfiProblem(status.toLong(), code, detail) })

    /** The status code of the response, 400 to 599. */
    public val status: Int get() = translatingErrors { native.status() }.toInt()

    /** The stable, dotted code. */
    public val code: String get() = translatingErrors { native.code() }

    /** An explanation for the developer of the client. */
    public val detail: String get() = translatingErrors { native.detail() }

    /**
     * Returns the response for this problem: a body of `application/problem+json` (RFC
     * 9457) that caches must not store. It has no challenge; [Keyrail.Header.render] adds
     * the one of a scheme.
     */
    public fun response(): Response = translatingErrors { native.response() }.toResponse()

    /** Returns whether both are equal. */
    override fun equals(other: Any?): Boolean =
        this === other ||
            ifOpen(false) {
                other is Problem && status == other.status && code == other.code && detail == other.detail
            }

    override fun hashCode(): Int = ifOpen(0) { 31 * status + code.hashCode() }

    override fun toString(): String = printed("Problem") { "Problem(status=$status, code=$code)" }

    override fun close(): Unit = native.close()
}
