package io.keyrail

import io.keyrail.ffi.FfiBaseUrl
import io.keyrail.ffi.FfiUrlTemplate

/**
 * A URI template of level 1 (RFC 6570): `{name}` stands for an escaped value.
 *
 * @throws KeyrailException `url.malformed_template`, `url.unsupported_operator`
 *   and `url.template_too_long` (more than 8 KiB), with the offset.
 */
public class UrlTemplate(text: String) : AutoCloseable {
    private val native = calling { FfiUrlTemplate(text) }

    /** The names of the variables, each once, in their order. */
    public val variables: List<String> get() = calling { native.variables() }

    /**
     * The URL for these variables. One that is not given expands to nothing.
     *
     * @throws KeyrailException if a variable is given twice, or the result is
     *   longer than 64 KiB.
     */
    public fun expand(variables: List<Pair<String, String>>): String =
        calling { native.expand(variables.inTurn()) }

    override fun close(): Unit = native.close()
}

/** The start of all URLs of an API: absolute, https, and ending with a slash. */
public class BaseUrl private constructor(private val native: FfiBaseUrl) : AutoCloseable {
    /**
     * Reads a base URL; a slash at its end is added if it lacks one.
     *
     * @param allowLoopback whether `http` to this very machine passes too.
     * @throws KeyrailException a code of `url.`, with the offset.
     */
    @JvmOverloads
    public constructor(text: String, allowLoopback: Boolean = false) : this(calling { FfiBaseUrl(text, allowLoopback) })

    /**
     * The URL with these path segments behind it, each escaped.
     *
     * @throws KeyrailException for a segment that is empty, `.` or `..`, or
     *   that is one of them once decoded.
     */
    public fun join(segments: List<String>): String = calling { native.join(segments) }

    /** The URL. */
    override fun toString(): String = calling { native.text() }

    override fun equals(other: Any?): Boolean = other is BaseUrl && toString() == other.toString()

    override fun hashCode(): Int = toString().hashCode()

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * A base URL from a template like `https://{domain}.mehery.io/xms/`,
         * where no variable can lead to another host than the template says.
         *
         * @throws KeyrailException for a variable that is missing, unknown,
         *   given twice, or that may not stand in its place.
         */
        @JvmStatic
        public fun fromTemplate(template: String, variables: List<Pair<String, String>>): BaseUrl =
            BaseUrl(calling { FfiBaseUrl.fromTemplate(template, variables.inTurn()) })
    }
}
