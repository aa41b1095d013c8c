package io.keyrail

import io.keyrail.ffi.FfiPlatform
import io.keyrail.ffi.FfiRequest
import io.keyrail.ffi.FfiResponse
import io.keyrail.ffi.platformDocument
import io.keyrail.ffi.platformNames
import java.time.Instant

/** A description of a messaging platform's API. */
public class Platform internal constructor(internal val native: FfiPlatform) : AutoCloseable {
    /** The platform's name. */
    public val name: String get() = translatingErrors { native.name() }

    /**
     * The template of the platform's base URL, as the document contains it. An operation may have
     * its own base URL.
     */
    public val base: String get() = translatingErrors { native.base() }

    /**
     * The variables of the platform's base URL, each once. All of them are required.
     * [PlatformOperation.variables] contains the variables of an operation's whole URL.
     */
    public val variables: List<String> get() = translatingErrors { native.variables() }

    /** The default scheme. */
    public val scheme: Scheme get() = Scheme(translatingErrors { native.scheme() })

    /** All schemes with their names, the default first. */
    public val schemes: Map<String, Scheme>
        get() = translatingErrors { native.schemes() }.associate { it.name to Scheme(it.scheme) }

    /**
     * The names of all operations, such as `message.send`, in the order of the platform's document.
     */
    public val operations: List<String> get() = translatingErrors { native.operations() }

    /** The scopes that the vendor gives to keys; empty if the vendor publishes none. */
    public val scopes: List<KeyScope> get() = translatingErrors { native.scopes() }.map { it.toScope() }

    /** When the vendor's keys expire, if the document specifies it. */
    public val expiry: ExpiryPolicy? get() = translatingErrors { native.expiry() }?.toPolicy()

    /** What is known of the vendor's calls to a webhook, if the vendor makes any. */
    public val webhook: WebhookTraits? get() = translatingErrors { native.webhook() }?.toTraits()

    /**
     * How the vendor issues the token that a request needs in addition to the key, if it needs one.
     * See [TokenSession].
     */
    public val token: TokenSpec? get() = translatingErrors { native.token() }?.toTraits()

    /**
     * The vendor's error codes, each with the kind of failure that it means, in the document's
     * order.
     */
    public val errors: Map<String, FailureKind>
        get() = translatingErrors { native.errors() }.associate { it.code to it.kind.toKind() }

    /**
     * Returns the base URL for these variables, which must be exactly those of its template.
     *
     * @throws KeyrailException `platform.missing_variable`, `platform.unknown_variable`, and the
     *   codes of [BaseUrl.fromTemplate].
     */
    @JvmOverloads
    public fun baseUrl(variables: List<Pair<String, String>> = emptyList()): BaseUrl =
        BaseUrl(translatingErrors { native.baseUrl(variables.flattened()) })

    /**
     * Returns whether a string has none of the shapes that the document lists for a part of the
     * credentials, such as `key` or `app_id`. If the document lists no shape for the part, the
     * result is `false`.
     *
     * Use it only to warn the person who typed the string: vendors change the shapes of their keys.
     */
    public fun isUnusual(part: String, text: String): Boolean = translatingErrors { native.isUnusual(part, text) }

    /**
     * Returns the operation with this name.
     *
     * @throws KeyrailException `platform.unknown_operation`.
     */
    public fun operation(name: String): PlatformOperation = translatingErrors { native.operation(name) }.toOperation()

    /**
     * Returns the kind of failure that one of the vendor's error codes means, if the document lists
     * the code.
     */
    public fun failureOf(code: String): FailureKind? = translatingErrors { native.failureOf(code) }?.toKind()

    /**
     * Builds the request of an operation, but does not send it.
     *
     * @param variables all variables of the base URL and the path.
     * @param headers additional headers, which follow those that the platform requires. They must
     *   not contain a credential, and must not be `Connection`, `Content-Length`, `Host` or
     *   `Transfer-Encoding` (`platform.framing_header`).
     * @param body the bytes to send.
     * @param form the names and values of a form to send as the body, if the operation takes one.
     * @param scheme the name of the scheme to use instead of the platform's default. If the
     *   operation has its own scheme, no other is allowed.
     * @throws KeyrailException with a code that begins with `platform.`, or the code of the
     *   malformed part.
     */
    @JvmOverloads
    public fun request(
        operation: String,
        variables: List<Pair<String, String>> = emptyList(),
        query: List<Pair<String, String>> = emptyList(),
        headers: List<Pair<String, String>> = emptyList(),
        body: ByteArray? = null,
        form: List<Pair<String, String>>? = null,
        credentials: Credentials? = null,
        scheme: String? = null,
    ): Request = translatingErrors {
        native.request(
            operation,
            variables.flattened(),
            query.flattened(),
            headers.flattened(),
            body,
            form?.flattened(),
            credentials?.native,
            scheme,
        )
    }.toRequest()

    /**
     * Reads the response to an operation.
     *
     * The request succeeded if the status is 2xx. If the platform's bodies report success or
     * failure, a 2xx status is not enough: the body must be empty or report success. The kind of a
     * failure is determined by the vendor's error code if the platform's document lists that code,
     * and otherwise by the status.
     *
     * @param headers names and values in the order in which they were received.
     * @param now the current time, with which a date in `Retry-After` is compared.
     * @throws KeyrailException `platform.unknown_operation`,
     *   `platform.malformed_status` (not 100 to 599),
     *   `platform.response_too_long` (over 16 MiB).
     */
    public fun readResponse(
        operation: String,
        status: Int,
        headers: List<Pair<String, String>>,
        body: ByteArray,
        now: Instant,
    ): Outcome = translatingErrors {
        copying(body) { native.readResponse(operation, status.toLong(), headers.flattened(), it, now.millis()) }
    }.toOutcome()

    /**
     * Builds the request of an operation, but does not send it. The variables and the query are
     * maps, and the body is a string.
     */
    @JvmOverloads
    public fun request(
        operation: String,
        credentials: Credentials,
        variables: Map<String, String>,
        body: String? = null,
        query: Map<String, String> = emptyMap(),
    ): Request = request(
        operation,
        variables.toList(),
        query.toList(),
        body = body?.toByteArray(),
        credentials = credentials,
    )

    /**
     * Returns the base URL for these variables, which must be exactly those of its template. The
     * variables are a map.
     */
    public fun baseUrl(variables: Map<String, String>): BaseUrl = baseUrl(variables.toList())

    /** Reads the response to an operation. The headers are a map, and the body is a string. */
    public fun readResponse(
        operation: String,
        status: Int,
        headers: Map<String, List<String>>,
        body: String,
        now: Instant,
    ): Outcome = readResponse(operation, status, headers.toHeaders(), body.toByteArray(), now)

    override fun toString(): String = printed("Platform") { "Platform($name)" }

    override fun close(): Unit = native.close()

    public companion object {
        /** Returns the names of the platforms that are built in. */
        @JvmStatic
        public fun names(): List<String> = translatingErrors { platformNames() }

        /**
         * Reads a built-in platform. Its name is one of [names].
         *
         * @throws KeyrailException `platform.unknown`.
         */
        @JvmStatic
        public fun get(name: String): Platform = Platform(translatingErrors { FfiPlatform.get(name) })

        /**
         * Returns the JSON document of a built-in platform.
         *
         * To adapt the document, change what differs in your deployment, and read the result with
         * [fromJson]. Keep the order of the schemes: the first one is the default.
         *
         * @throws KeyrailException `platform.unknown`.
         */
        @JvmStatic
        public fun document(name: String): String = translatingErrors { platformDocument(name) }

        /**
         * Reads a platform from its document. Use it for a custom platform.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        public fun fromJson(text: String): Platform = Platform(translatingErrors { FfiPlatform.fromJson(text) })
    }
}

/**
 * A request to send. The values of sensitive headers, the URL's query and the body are not printed.
 *
 * @property method the method, in capitals.
 * @property url the absolute URL.
 * @property headers the headers, in the order in which they are to be sent.
 * @property body the body, if there is one.
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
 * A response to send.
 *
 * @property status the status code, 100 to 599.
 * @property headers the headers, in order.
 * @property body the body, if there is one.
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
