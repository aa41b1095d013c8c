package io.keyrail

import io.keyrail.ffi.FfiAnswer
import io.keyrail.ffi.FfiFailure
import io.keyrail.ffi.FfiFailureKind
import io.keyrail.ffi.FfiOutcome
import io.keyrail.ffi.FfiPage

/** The outcome of a request. */
public sealed interface Outcome : AutoCloseable {
    /**
     * The request succeeded.
     *
     * @property answer the response.
     */
    public class Ok internal constructor(public val answer: Answer) : Outcome {
        override fun toString(): String = "Ok($answer)"

        override fun close(): Unit = answer.close()
    }

    /**
     * The request failed.
     *
     * @property failure the reason.
     */
    public class Failed internal constructor(public val failure: Failure) : Outcome {
        override fun toString(): String = "Failed($failure)"

        override fun close(): Unit = failure.close()
    }
}

/** The response to a request that succeeded. Its content is not printed. */
public class Answer internal constructor(private val native: FfiAnswer) : AutoCloseable {
    /** The status of the response, 200 to 299. */
    public val status: Int get() = translatingErrors { native.status() }.toInt()

    /**
     * The requested data, as the vendor's unchanged JSON. If the platform's responses wrap the data
     * in an envelope, the value is only the data; otherwise it is the whole body. The value is
     * `null` if there is no data or the body is not JSON. The data may contain a token.
     */
    public val data: String? get() = translatingErrors { native.data() }

    /** The vendor's own message, if the response has one. */
    public val message: String? get() = translatingErrors { native.message() }

    /**
     * The pagination values of the response, if the platform paginates and the response has any.
     */
    public val page: Page? get() = translatingErrors { native.page() }?.toPage()

    /** Returns only the status. */
    override fun toString(): String = printed("Answer") { "Answer(status=$status)" }

    override fun close(): Unit = native.close()
}

/**
 * The pagination values of a response. All values except the count are the vendor's own strings.
 * Only the count is printed, because the other values of some vendors are whole links.
 *
 * @property count the total number of items.
 * @property current this page.
 * @property previous the previous page.
 * @property next the next page.
 * @property first the first page.
 * @property last the last page.
 */
public data class Page(
    val count: Long?,
    val current: String?,
    val previous: String?,
    val next: String?,
    val first: String?,
    val last: String?,
) {
    /** Returns only the count. */
    override fun toString(): String = printed("Page") { "Page(count=$count)" }
}

/**
 * A request that failed. The vendor's code and message may repeat parts of the request, so they are
 * not printed.
 */
public class Failure internal constructor(private val native: FfiFailure) : AutoCloseable {
    /** The kind of failure, in the same terms for every platform. */
    public val kind: FailureKind get() = translatingErrors { native.kind() }.toKind()

    /** The status of the response, 100 to 599. */
    public val status: Int get() = translatingErrors { native.status() }.toInt()

    /** The vendor's own error code, if the response has one. */
    public val code: String? get() = translatingErrors { native.code() }

    /** The vendor's own message, if the response has one. */
    public val message: String? get() = translatingErrors { native.text() }

    /**
     * How long to wait before the next request, in milliseconds, if the response specifies it
     * (`Retry-After`, RFC 9110, section 10.2.3).
     */
    public val retryAfterMs: Long? get() = translatingErrors { native.retryAfterMs() }

    /** Returns a sentence that contains the status, but no text from the vendor. */
    override fun toString(): String = printed("Failure") { translatingErrors { native.toString() } }

    override fun close(): Unit = native.close()
}

/**
 * Why a request failed, in the same terms for every platform.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class FailureKind(public val text: String) {
    /** The credentials are missing, wrong, expired or revoked. */
    UNAUTHENTICATED("unauthenticated"),

    /** The credentials are valid, but do not allow the operation. */
    FORBIDDEN("forbidden"),

    /** The requested resource does not exist. */
    NOT_FOUND("not_found"),

    /** There were too many requests: wait. */
    RATE_LIMITED("rate_limited"),

    /** The request cannot be fulfilled as it is. */
    INVALID("invalid"),

    /** The vendor's server failed, or its response cannot be read. */
    SERVER("server"),
}

internal fun FfiOutcome.toOutcome(): Outcome = when (this) {
    is FfiOutcome.Done -> Outcome.Ok(Answer(answer))
    is FfiOutcome.Failed -> Outcome.Failed(Failure(failure))
}

internal fun FfiFailureKind.toKind(): FailureKind = when (this) {
    FfiFailureKind.UNAUTHENTICATED -> FailureKind.UNAUTHENTICATED
    FfiFailureKind.FORBIDDEN -> FailureKind.FORBIDDEN
    FfiFailureKind.NOT_FOUND -> FailureKind.NOT_FOUND
    FfiFailureKind.RATE_LIMITED -> FailureKind.RATE_LIMITED
    FfiFailureKind.INVALID -> FailureKind.INVALID
    FfiFailureKind.SERVER -> FailureKind.SERVER
}

private fun FfiPage.toPage() = Page(count, current, previous, next, first, last)
