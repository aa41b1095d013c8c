package io.keyrail

import io.keyrail.ffi.FfiPlatform
import io.keyrail.ffi.FfiRequest
import io.keyrail.ffi.FfiResponse

/** A messaging platform's API, as data. See [Keyrail.Platform]. */
public class Platform internal constructor(private val native: FfiPlatform) : AutoCloseable {
    /** The platform's name. */
    public val name: String get() = calling { native.name() }

    /** The default scheme. */
    public val scheme: Scheme get() = Scheme(calling { native.scheme() })

    /** All schemes by name, the default first. */
    public val schemes: Map<String, Scheme>
        get() = calling { native.schemes() }.associate { it.name to Scheme(it.scheme) }

    /** The names of the operations, such as `message.send`, in their order. */
    public val operations: List<String> get() = calling { native.operations() }

    /**
     * Builds a request, for the host to send.
     *
     * @param variables of the base URL and the path, all of them.
     * @param headers further ones, behind those that the platform asks for.
     * @throws KeyrailException a code of `platform.`, or of the part that is
     *   malformed.
     */
    @JvmOverloads
    public fun request(
        operation: String,
        variables: List<Pair<String, String>> = emptyList(),
        query: List<Pair<String, String>> = emptyList(),
        headers: List<Pair<String, String>> = emptyList(),
        body: ByteArray? = null,
        credentials: Credentials? = null,
    ): Request = calling {
        native.request(
            operation,
            variables.inTurn(),
            query.inTurn(),
            headers.inTurn(),
            body,
            credentials?.native,
        )
    }.toRequest()

    override fun toString(): String = "Platform($name)"

    override fun close(): Unit = native.close()
}

/**
 * A request for the host to send. It prints without sensitive headers, the
 * URL's query and the body.
 *
 * @property method in capitals.
 * @property url absolute.
 * @property headers in the order in which they are to be sent.
 * @property body its bytes, if it has one.
 */
public class Request internal constructor(
    public val method: String,
    public val url: String,
    public val headers: List<Pair<String, HeaderValue>>,
    public val body: ByteArray?,
) : AutoCloseable {
    override fun toString(): String =
        "Request(method=$method, url=${withoutQuery(url)}, headers=$headers, body=${size(body)})"

    override fun close(): Unit = headers.forEach { (_, value) -> value.close() }
}

/**
 * A response for the host to give.
 *
 * @property status 100 to 599.
 * @property headers in order.
 * @property body its bytes, if it has one.
 */
public class Response internal constructor(
    public val status: Int,
    public val headers: List<Pair<String, HeaderValue>>,
    public val body: ByteArray?,
) : AutoCloseable {
    override fun toString(): String = "Response(status=$status, headers=$headers, body=${size(body)})"

    override fun close(): Unit = headers.forEach { (_, value) -> value.close() }
}

internal fun FfiRequest.toRequest(): Request = Request(method, url, headers.toPairs(), body)

internal fun FfiResponse.toResponse(): Response = Response(status.toInt(), headers.toPairs(), body)

private fun withoutQuery(url: String) = if ('?' in url) url.substringBefore('?') + "?…" else url

private fun size(body: ByteArray?) = if (body == null) "none" else "${body.size} bytes"
