package io.keyrail

import io.keyrail.ffi.FfiBaseUrl
import io.keyrail.ffi.FfiDecodedBatch
import io.keyrail.ffi.FfiEncodeSet
import io.keyrail.ffi.FfiException
import io.keyrail.ffi.FfiTemplateValue
import io.keyrail.ffi.FfiUrlTemplate
import io.keyrail.ffi.FfiVariable
import io.keyrail.ffi.urlDecode
import io.keyrail.ffi.urlDecodeBatch

/**
 * The characters that encoding keeps; all others are escaped. No set keeps `%`, spaces, control
 * characters or non-ASCII characters.
 */
public class EncodeSet private constructor(
    internal val native: FfiEncodeSet,
    private val isPredefined: Boolean = false,
) : AutoCloseable {
    /** Closes the set. Has no effect on a predefined set, because it is shared. */
    override fun close() {
        if (!isPredefined) native.close()
    }

    public companion object {
        /** Letters, digits, `-._~` (RFC 3986, section 2.3). */
        @JvmField
        public val UNRESERVED: EncodeSet = predefined { FfiEncodeSet.unreserved() }

        /** A path segment (RFC 3986, section 3.3). */
        @JvmField
        public val PATH_SEGMENT: EncodeSet = predefined { FfiEncodeSet.pathSegment() }

        /** A whole path: segments and the slashes between them. */
        @JvmField
        public val PATH: EncodeSet = predefined { FfiEncodeSet.path() }

        /**
         * A whole query (RFC 3986, section 3.4). It keeps `&` and `=`, so use
         * [Keyrail.Url.encodeQuery] for names and values.
         */
        @JvmField
        public val QUERY: EncodeSet = predefined { FfiEncodeSet.query() }

        /** A fragment (RFC 3986, section 3.5). */
        @JvmField
        public val FRAGMENT: EncodeSet = predefined { FfiEncodeSet.fragment() }

        /** User name and password (RFC 3986, section 3.2.1). */
        @JvmField
        public val USERINFO: EncodeSet = predefined { FfiEncodeSet.userinfo() }

        /**
         * `application/x-www-form-urlencoded` (WHATWG URL standard): letters, digits and `*-._`. A
         * space becomes `+`.
         */
        @JvmField
        public val FORM: EncodeSet = predefined { FfiEncodeSet.form() }

        /**
         * The characters that JavaScript's `encodeURIComponent` keeps: letters, digits,
         * `-_.!~*'()`. All other characters are in the component percent-encode set of the WHATWG
         * URL standard, which contains the characters to escape.
         */
        @JvmField
        public val COMPONENT: EncodeSet = predefined { FfiEncodeSet.component() }

        /**
         * Returns the set with this name: `unreserved`, `path_segment`, `path`, `query`,
         * `fragment`, `userinfo`, `form` or `component`.
         *
         * @throws KeyrailException `url.unknown_set`.
         */
        @JvmStatic
        public fun named(name: String): EncodeSet = EncodeSet(translatingErrors { FfiEncodeSet.named(name) })

        /**
         * Creates a set that leaves the unreserved characters and the given ones unencoded.
         *
         * @throws KeyrailException `url.malformed_set`, with the offset, for `%`, a space, a
         *   control character and a non-ASCII character.
         */
        @JvmStatic
        public fun keeping(characters: String): EncodeSet = EncodeSet(translatingErrors { FfiEncodeSet.keeping(characters) })

        private fun predefined(create: () -> FfiEncodeSet) =
            EncodeSet(translatingErrors { create() }, isPredefined = true)
    }
}

/** The result for one string of [Keyrail.Url.decodeBatch]. */
public sealed interface Decoded {
    /** The string was decoded. */
    public data class Text(val text: String) : Decoded

    /** The string was rejected with the error that [Keyrail.Url.decode] would throw. */
    public data class Refused(val error: KeyrailException) : Decoded

    /**
     * Returns the decoded string.
     *
     * @throws KeyrailException if the string was rejected.
     */
    public fun getOrThrow(): String = when (this) {
        is Text -> text
        is Refused -> throw error
    }

    public companion object {
        internal fun ofAll(texts: List<String>): List<Decoded> =
            try {
                of(translatingErrors { packed(texts, ::urlDecodeBatch) })
            } catch (error: KeyrailException) {
                // A string with a lone surrogate cannot be passed to the native library. Each
                // string is therefore passed in a call of its own, so that a lone surrogate in one
                // string does not affect the others.
                if (error.code != LONE_SURROGATE) throw error
                texts.map { of(it) }
            }

        private fun of(batch: FfiDecodedBatch): List<Decoded> {
            val decoded = unpacked(batch.packed).mapTo(ArrayList<Decoded>()) { Text(it) }
            for (rejected in batch.rejected) {
                when (val error = rejected.error) {
                    is FfiException.Failure -> decoded[rejected.index.toInt()] = Refused(error.toException())
                }
            }
            return decoded
        }

        private fun of(text: String): Decoded =
            try {
                Text(translatingErrors { urlDecode(text) })
            } catch (error: KeyrailException) {
                Refused(error)
            }
    }
}

/**
 * A URI template (RFC 6570, all four levels), which is parsed once and can be expanded many times.
 *
 * ```
 * val template = UrlTemplate("v2/rooms/{roomId}{?tags*}")
 * val tags = TemplateValue.list(listOf("new", "vip"))
 * template.expand(listOf("roomId" to TemplateValue.text("a/b"), "tags" to tags)) // v2/rooms/a%2Fb?tags=new&tags=vip
 * ```
 *
 * @throws KeyrailException `url.malformed_template`, `url.unsupported_operator`
 *   (one of `=,!@|`) and `url.template_too_long` (more than 8 KiB), with the
 *   offset.
 */
public class UrlTemplate(text: String) : AutoCloseable {
    private val native = translatingErrors { FfiUrlTemplate(text) }

    /** The names of the variables in the order in which they first occur in the template, each once. */
    public val variables: List<String> get() = translatingErrors { native.variables() }

    /**
     * Expands the template (RFC 6570, section 3.2): a variable that is not passed is omitted, and
     * one that the template does not have is ignored.
     *
     * @throws KeyrailException `url.duplicate_variable`; `url.too_many_variables` above
     *   4,096; `url.prefix_of_list`, with the offset of the expression, if a prefix such
     *   as `{name:3}` is applied to a list or pairs; `url.too_long` above 64 KiB.
     */
    @JvmOverloads
    public fun expand(variables: List<Pair<String, TemplateValue>> = emptyList()): String =
        translatingErrors { native.expand(variables.toFfi()) }

    /**
     * Expands the template (RFC 6570, section 3.2): a variable that is not passed is omitted, and
     * one that the template does not have is ignored. The values are all strings.
     */
    @JvmName("expandTexts")
    public fun expand(variables: List<Pair<String, String>>): String = expand(variables.toValues())

    /**
     * Expands the template like [expand], but exactly the variables of the template must be passed.
     * An empty list counts as not passed.
     *
     * @throws KeyrailException as [expand] does; also `url.missing_variable`, with the offset of
     *   the expression that needs the variable, and `url.unknown_variable`.
     */
    @JvmOverloads
    public fun expandStrict(variables: List<Pair<String, TemplateValue>> = emptyList()): String =
        translatingErrors { native.expandStrict(variables.toFfi()) }

    /**
     * Expands the template like [expand], but exactly the variables of the template must be passed.
     * The values are all strings.
     */
    @JvmName("expandStrictTexts")
    public fun expandStrict(variables: List<Pair<String, String>>): String = expandStrict(variables.toValues())

    override fun close(): Unit = native.close()

    private fun List<Pair<String, String>>.toValues() = map { (name, text) -> name to TemplateValue.text(text) }

    private fun List<Pair<String, TemplateValue>>.toFfi() = map { (name, value) -> FfiVariable(name, value.native) }
}

/** The value of a template's variable: a string, a list of strings, or an associative array. */
public class TemplateValue private constructor(internal val native: FfiTemplateValue) {
    public companion object {
        /** A string; the empty string counts as passed. */
        @JvmStatic
        public fun text(text: String): TemplateValue = TemplateValue(FfiTemplateValue.Text(text))

        /** A list of strings; the empty list counts as not passed. */
        @JvmStatic
        public fun list(texts: List<String>): TemplateValue = TemplateValue(FfiTemplateValue.Texts(texts))

        /**
         * An associative array: names and strings, in order; an empty array counts as not passed.
         */
        @JvmStatic
        public fun pairs(pairs: List<Pair<String, String>>): TemplateValue =
            TemplateValue(FfiTemplateValue.Pairs(pairs.flattened()))
    }
}

/**
 * An absolute `https` URL that ends with a slash; a missing slash is added. It is the common start
 * of an API's URLs. With `allowLoopback`, an `http` URL of the local machine is accepted too.
 */
public class BaseUrl internal constructor(private val native: FfiBaseUrl) : AutoCloseable {
    /**
     * Parses a base URL; a slash is added at its end if it is missing.
     *
     * @param allowLoopback whether `http` to the local machine is accepted too.
     * @throws KeyrailException with a code that begins with `url.`, and with the offset.
     */
    @JvmOverloads
    public constructor(text: String, allowLoopback: Boolean = false) : this(translatingErrors { FfiBaseUrl(text, allowLoopback) })

    /**
     * Appends segments to the path, each fully escaped, and returns the URL as a string.
     *
     * @throws KeyrailException for a segment that is empty, or that contains a backslash or a
     *   control character. A segment is also rejected if splitting it at slashes gives a part that
     *   is `.` or `..`, even if the dots are escaped. The code is `url.too_long` above 64 KiB.
     */
    public fun join(segments: List<String>): String = translatingErrors { native.join(segments) }

    /** Returns the URL. */
    override fun toString(): String = printed("BaseUrl") { translatingErrors { native.text() } }

    override fun equals(other: Any?): Boolean = other is BaseUrl && toString() == other.toString()

    override fun hashCode(): Int = toString().hashCode()

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Expands a template of a base URL. An example is `https://{domain}.mehery.io/xms/`. The
         * value of a variable cannot change any other part of the URL.
         *
         * @throws KeyrailException for an invalid template, for a variable that is missing,
         *   unknown or duplicate, and for a value that is not allowed at its position.
         */
        @JvmStatic
        public fun fromTemplate(template: String, variables: List<Pair<String, String>>): BaseUrl =
            BaseUrl(translatingErrors { FfiBaseUrl.fromTemplate(template, variables.flattened()) })

        /** Expands a template of a base URL. The variables are a map. */
        @JvmStatic
        public fun fromTemplate(template: String, variables: Map<String, String>): BaseUrl =
            fromTemplate(template, variables.toList())
    }
}
