package io.keyrail

import io.keyrail.ffi.FfiChallengeError
import io.keyrail.ffi.FfiCredentials
import io.keyrail.ffi.FfiHeader
import io.keyrail.ffi.FfiHeaderValue
import io.keyrail.ffi.FfiScheme
import io.keyrail.ffi.FfiVariant
import io.keyrail.ffi.headerValue

/**
 * The forms in which a request can contain credentials. A scheme writes its first form. It reads
 * this form, other documented forms, and undocumented (lenient) forms.
 */
public class Scheme internal constructor(internal val native: FfiScheme) : AutoCloseable {
    /**
     * Reads the credentials from a request's headers. Each header of the scheme may occur only
     * once, and all of the scheme's headers in the request must belong to the same form. Names and
     * scheme words are compared without regard to case.
     *
     * @param headers names and values in the order in which they were received.
     * @throws KeyrailException `header.missing`, `header.duplicate`,
     *   `header.ambiguous`, and the codes of malformed values, with the offset in the value.
     */
    public fun extract(headers: List<Pair<String, String>>): Credentials =
        Credentials(translatingErrors { native.extract(headers.flattened()) })

    /**
     * Reads the credentials from a request's headers. The headers are a map, such as
     * `java.net.http.HttpHeaders.map()`.
     */
    public fun extract(headers: Map<String, List<String>>): Credentials = extract(headers.toHeaders())

    /**
     * Returns the headers without those that may contain a credential of the scheme. Use the result
     * for a request that is passed on to another server. The order stays the same.
     *
     * A header is removed if the scheme reads a header with this name. Names are compared without
     * regard to case, and `-` and `_` are treated as equal, because some servers treat them so.
     * Values are not checked, so a header that [extract] rejects is removed too.
     */
    public fun stripCredentials(headers: List<Pair<String, String>>): List<Pair<String, String>> {
        val mayRead = translatingErrors { native.mayRead(headers.map { it.first }) }
        return headers.filterIndexed { index, _ -> !mayRead[index] }
    }

    /**
     * Returns the headers that contain the credentials, in the scheme's first form. The key's
     * header is first; the others follow in the scheme's order.
     *
     * @throws KeyrailException if a part that the form requires is missing, or if a part cannot be
     *   written in a header.
     */
    public fun apply(credentials: Credentials): List<Pair<String, HeaderValue>> =
        translatingErrors { native.apply(credentials.native) }.toPairs()

    /**
     * Returns the scheme, changed to require that each key and token is a token68 (RFC 9110,
     * section 11.2; called b64token in RFC 6750). A token68 consists of letters, digits and
     * `-._~+/`, with `=` only at the end. Anything else is rejected with `header.token68`.
     */
    public fun withToken68(): Scheme = Scheme(translatingErrors { native.withToken68() })

    /**
     * Returns the value of `WWW-Authenticate` that asks for a credential of this scheme. The value
     * consists of a scheme word and the realm as a quoted string (RFC 9110, sections 5.6.4 and
     * 11.5). If the key is in `Authorization` after a scheme word, the challenge begins with that
     * word; otherwise it begins with `ApiKey`. A scheme can have several documented forms with
     * different scheme words. In that case, the value is a list of challenges, one for each scheme
     * word. A response with status 401 must contain this header (RFC 9110, section 11.6.1).
     *
     * @param error the reason why a credential was rejected; `null` if no credential was sent. Only
     *   a `Bearer` challenge contains the reason, because RFC 6750 defines it only for that scheme.
     * @throws KeyrailException `header.control`, `header.obs_fold`, `header.non_ascii`, with the
     *   offset in the realm; `header.too_long`, if the challenge is longer than a header's value
     *   may be (8192 bytes).
     */
    @JvmOverloads
    public fun challenge(realm: String, error: ChallengeError? = null): String =
        translatingErrors { native.challenge(realm, error?.native) }

    override fun close(): Unit = native.close()

    public companion object {
        /** Returns the scheme `x-api-key: KEY`. */
        @JvmStatic
        public fun xApiKey(): Scheme = Scheme(translatingErrors { FfiScheme.xApiKey() })

        /** Returns the scheme `Authorization: Bearer KEY` (RFC 6750, section 2.1). */
        @JvmStatic
        public fun bearer(): Scheme = Scheme(translatingErrors { FfiScheme.bearer() })

        /** Returns the scheme `Authorization: WORD KEY` (RFC 9110, section 11.6.2). */
        @JvmStatic
        public fun authorization(word: String): Scheme = Scheme(translatingErrors { FfiScheme.authorization(word) })

        /**
         * Returns the scheme `Authorization: KEY`, without a scheme word. Credentials that are read
         * from this form count as [Variant.LENIENT]. A value that is only a known scheme word, such
         * as `Basic`, is rejected with `header.unknown_scheme`.
         */
        @JvmStatic
        public fun bareAuthorization(): Scheme = Scheme(translatingErrors { FfiScheme.bareAuthorization() })

        /** Returns the scheme `NAME: KEY`. */
        @JvmStatic
        public fun header(name: String): Scheme = Scheme(translatingErrors { FfiScheme.header(name) })

        /**
         * Returns the scheme of two required headers, `KEY-HEADER: KEY` and `TOKEN-HEADER: TOKEN`.
         *
         * Many proxies drop headers whose names contain an underscore, such as VChatCloud's
         * `API_KEY`: configure your proxy to pass these headers on.
         */
        @JvmStatic
        public fun pair(keyHeader: String, tokenHeader: String): Scheme =
            Scheme(translatingErrors { FfiScheme.pair(keyHeader, tokenHeader) })

        /**
         * Returns a scheme that accepts credentials in any one of these schemes. A request that
         * uses two of them at once is rejected with `header.ambiguous`. Credentials are written in
         * the first scheme.
         *
         * @throws KeyrailException `header.no_alternatives`, `header.too_many_forms` for more than
         *   16 forms, `header.conflicting_part` for a header that contains different parts, such as
         *   the key and the token, in two schemes.
         */
        @JvmStatic
        public fun anyOf(schemes: List<Scheme>): Scheme =
            Scheme(translatingErrors { FfiScheme.anyOf(schemes.map { it.native }) })

        /**
         * Returns a scheme that accepts credentials in any one of these schemes. A request that
         * uses two of them at once is rejected with `header.ambiguous`. Credentials are written in
         * the first scheme. The schemes are separate arguments.
         */
        @JvmStatic
        public fun anyOf(vararg schemes: Scheme): Scheme = anyOf(schemes.asList())

        /**
         * Reads a scheme from its configuration.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        public fun fromJson(text: String): Scheme = Scheme(translatingErrors { FfiScheme.fromJson(text) })
    }
}

/**
 * The reason why a credential was rejected (RFC 6750, section 3.1).
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class ChallengeError(public val text: String, internal val native: FfiChallengeError) {
    /** The request is malformed: used with status 400. */
    INVALID_REQUEST("invalid_request", FfiChallengeError.INVALID_REQUEST),

    /** The credential is wrong, expired or revoked: used with status 401. */
    INVALID_TOKEN("invalid_token", FfiChallengeError.INVALID_TOKEN),

    /** The credential is valid, but does not allow the request: used with status 403. */
    INSUFFICIENT_SCOPE("insufficient_scope", FfiChallengeError.INSUFFICIENT_SCOPE),
}

/**
 * A key, and the token and app id that some platforms also require. When printed, the key and the
 * token are masked.
 */
public class Credentials internal constructor(internal val native: FfiCredentials) : AutoCloseable {
    /**
     * Creates credentials from secrets.
     *
     * @param appId the app's id, which some platforms require besides the key. It is not secret.
     */
    @JvmOverloads
    public constructor(key: Secret, token: Secret? = null, appId: String? = null) :
        this(translatingErrors { FfiCredentials(key.native, token?.native, appId) })

    /** Creates credentials from strings. */
    @JvmOverloads
    public constructor(key: String, token: String? = null, appId: String? = null) : this(ofStrings(key, token, appId))

    /** The key. */
    public val key: Secret get() = Secret(translatingErrors { native.key() })

    /** The token, if there is one. */
    public val token: Secret? get() = translatingErrors { native.token() }?.let { Secret(it) }

    /** The app's id, if there is one. */
    public val appId: String? get() = translatingErrors { native.appId() }

    /** Whether the credentials were read from a documented or a lenient form of the scheme. */
    public val variant: Variant
        get() = when (translatingErrors { native.variant() }) {
            FfiVariant.AS_DOCUMENTED -> Variant.AS_DOCUMENTED
            FfiVariant.LENIENT -> Variant.LENIENT
        }

    /** Returns the app id and the variant, with the key and the token masked. */
    override fun toString(): String = printed("Credentials") {
        val token = token?.use { MASK }
        "Credentials(key=$MASK, token=$token, appId=$appId, variant=${variant.text})"
    }

    override fun close(): Unit = native.close()

    private companion object {
        /**
         * Creates credentials from strings. The library copies the secrets, so the secrets that are
         * created here are wiped at once.
         */
        fun ofStrings(key: String, token: String?, appId: String?): FfiCredentials =
            Secret(key).use { key ->
                token?.let(::Secret).use { token -> translatingErrors { FfiCredentials(key.native, token?.native, appId) } }
            }
    }
}

/**
 * Whether credentials were read from a documented or a lenient form of a scheme.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class Variant(public val text: String) {
    /**
     * A form that the vendor documents. Credentials that were not read from headers have this
     * variant too.
     */
    AS_DOCUMENTED("as_documented"),

    /** One of the undocumented forms that are also accepted. */
    LENIENT("lenient"),
}

/**
 * A header's value: visible ASCII characters, with spaces and tabs only between them, at most 8
 * KiB. A sensitive value prints as a mask.
 */
public class HeaderValue internal constructor(private val native: FfiHeaderValue) : AutoCloseable {
    /**
     * Creates a header's value from a text, and checks the text.
     *
     * @throws KeyrailException `header.malformed_value`, `header.too_long`, with the offset.
     */
    @JvmOverloads
    public constructor(text: String, sensitive: Boolean = false) : this(translatingErrors { headerValue(text, sensitive) })

    /** Whether the value must not be printed. */
    public val isSensitive: Boolean get() = native is FfiHeaderValue.Sensitive

    /** Returns the value as a string. */
    public fun reveal(): String = when (native) {
        is FfiHeaderValue.Plain -> native.text
        is FfiHeaderValue.Sensitive -> translatingErrors { native.secret.reveal() }
    }

    /** Returns the value, or a mask if it is sensitive. */
    override fun toString(): String = when (native) {
        is FfiHeaderValue.Plain -> native.text
        is FfiHeaderValue.Sensitive -> MASK
    }

    override fun close(): Unit = native.destroy()
}

internal fun List<FfiHeader>.toPairs(): List<Pair<String, HeaderValue>> = map { it.name to HeaderValue(it.value) }
