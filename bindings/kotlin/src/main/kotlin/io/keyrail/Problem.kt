package io.keyrail

import io.keyrail.ffi.FfiProblem

/**
 * The reason why a request is rejected, as a status and a code (RFC 9457). It contains only what
 * the client may know. [Keyrail.Header.problem] creates it from an error, and
 * [Keyrail.Header.render] converts it to a response.
 */
public class Problem internal constructor(internal val native: FfiProblem) : AutoCloseable {
    /**
     * Creates a custom problem for a check that the library does not perform, such as a rate limit
     * of your own or a maximum body length. For your own rate limit, use the status 429 and add
     * `Retry-After` to the response's headers.
     *
     * @param status 400 to 599.
     * @param code 1 to 64 ASCII letters, digits and characters of `._-`.
     * @param detail an explanation for the developer of the client.
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
     * Returns the response for this problem: a body of `application/problem+json` (RFC 9457) that
     * caches must not store. The response has no challenge; [Keyrail.Header.render] adds the
     * challenge of a scheme.
     */
    public fun response(): Response = translatingErrors { native.response() }.toResponse()

    /** Returns whether the other object is a problem with the same status, code and detail. */
    override fun equals(other: Any?): Boolean =
        this === other ||
            ifOpen(false) {
                other is Problem && status == other.status && code == other.code && detail == other.detail
            }

    override fun hashCode(): Int = ifOpen(0) { 31 * status + code.hashCode() }

    override fun toString(): String = printed("Problem") { "Problem(status=$status, code=$code)" }

    override fun close(): Unit = native.close()
}
