package io.keyrail

import io.keyrail.ffi.FfiConfidence
import io.keyrail.ffi.FfiFinding
import io.keyrail.ffi.FfiRedactStream
import io.keyrail.ffi.FfiRedactor

/**
 * Replaces credentials in any text: log lines, JSON, URLs, headers.
 *
 * Without configuration, it finds:
 *
 * - the values of headers, JSON members and query parameters with the name of a credential, such as
 *   `password`
 * - the credentials of every scheme in `Authorization`
 * - passwords in URLs
 * - webhook secrets, JSON Web Tokens and PEM private keys
 *
 * It also finds the keys of the formats that it was created with, by their prefixes. A string
 * without a known prefix, such as forty hexadecimal digits, is replaced only next to the name of a
 * credential.
 *
 * ```
 * val redactor = Redactor(listOf(KeyFormat.keyrail()))
 * redactor.redact("x-api-key: 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12") // x-api-key: ••••••••
 * ```
 *
 * Redacting twice gives the same result as redacting once. The credentials that a redactor may
 * miss are listed in `docs/reference/redaction.md`. A string that contains a lone surrogate is
 * rejected with `text.lone_surrogate`.
 *
 * @param formats the formats whose keys the redactor also finds. A complete key of one of these
 *   formats is replaced by its mask, and every other credential by `••••••••`.
 * @param ascii whether `********` is written instead of `••••••••`.
 * @throws KeyrailException as [KeyFormatSet] does.
 */
public class Redactor @JvmOverloads constructor(
    formats: List<KeyFormat> = emptyList(),
    ascii: Boolean = false,
) : AutoCloseable {
    internal val native = translatingErrors { FfiRedactor(formats.map { it.native }, ascii) }

    /**
     * Creates a redactor that finds keys of these formats, besides the credentials that every
     * redactor finds.
     */
    public constructor(vararg formats: KeyFormat) : this(formats.asList())

    /** Returns the text with all credentials replaced. */
    public fun redact(text: String): String = translatingErrors { native.redact(text) }

    /** Redacts bytes, which need not be UTF-8, the way `redact` redacts a string. */
    public fun redactBytes(bytes: ByteArray): ByteArray = translatingErrors { copying(bytes) { native.redactBytes(it) } }

    /**
     * Redacts each string of a list, as [redact] does. The whole list is one call into the native
     * library.
     */
    public fun redactBatch(texts: List<String>): List<String> = translatingErrors { unpacked(packed(texts, native::redactBatch)) }

    /** Returns the credentials that `redact` would replace, ordered by position; no two overlap. */
    public fun find(text: String): List<Finding> = translatingErrors { native.find(text) }.toFindings()

    /** Finds credentials in bytes, which need not be UTF-8, as [find] does in a string. */
    public fun findBytes(bytes: ByteArray): List<Finding> =
        translatingErrors { copying(bytes) { native.findBytes(it) } }.toFindings()

    /**
     * Returns a redactor of text that comes in chunks. The concatenated output equals what
     * [redact] returns for the whole text.
     */
    public fun stream(): RedactStream = RedactStream(translatingErrors { native.stream() })

    /** Returns a redactor of bytes that come in chunks. The bytes need not be UTF-8. */
    public fun streamBytes(): RedactByteStream = RedactByteStream(translatingErrors { native.stream() })

    override fun toString(): String = "Redactor"

    override fun close(): Unit = native.close()
}

/**
 * Redacts a text that arrives in chunks. A chunk may end anywhere except inside a surrogate pair.
 * Between chunks, the stream holds back a limited amount of text: little more than 8 KiB, plus the
 * last chunk. [toString] does not show this text, and [close] wipes it from memory.
 */
public class RedactStream internal constructor(private val native: FfiRedactStream) : AutoCloseable {
    /**
     * Redacts a chunk, and returns the part of the redacted text that later chunks cannot change.
     *
     * @throws KeyrailException `key.stream_finished` after [finish].
     */
    public fun push(chunk: String): String = translatingErrors { native.pushText(chunk) }

    /**
     * Returns the rest of the redacted text. The stream then accepts no more chunks.
     *
     * @throws KeyrailException `key.stream_finished` when called again.
     */
    public fun finish(): String = translatingErrors { native.finishText() }

    override fun toString(): String = "RedactStream($MASK)"

    override fun close(): Unit = native.close()
}

/** Redacts bytes that arrive in chunks, the way [RedactStream] redacts a text. A chunk may end anywhere. */
public class RedactByteStream internal constructor(private val native: FfiRedactStream) : AutoCloseable {
    /**
     * Redacts a chunk, and returns the part of the redacted text that later chunks cannot change.
     *
     * @throws KeyrailException `key.stream_finished` after [finish].
     */
    public fun push(chunk: ByteArray): ByteArray = translatingErrors { copying(chunk) { native.push(it) } }

    /**
     * Returns the rest of the redacted text. The stream then accepts no more chunks.
     *
     * @throws KeyrailException `key.stream_finished` when called again.
     */
    public fun finish(): ByteArray = translatingErrors { native.finish() }

    override fun toString(): String = "RedactByteStream($MASK)"

    override fun close(): Unit = native.close()
}

/**
 * A credential that a [Redactor] found. A finding contains the position of the credential, but no
 * part of the text.
 *
 * @property start the start of the replaced range: an index into the string (as in
 *   `text.substring(start, end)`) or, from [Redactor.findBytes], into the bytes.
 * @property end the end of the replaced range: the index after its last character or byte.
 * @property kind the kind of the credential, or of the text that contains it.
 * @property format the name of the key's format, if the finding is a key of one of the redactor's
 *   formats.
 * @property confidence how certain it is that the finding is a credential.
 */
public data class Finding(
    val start: Int,
    val end: Int,
    val kind: FindingKind,
    val format: String?,
    val confidence: Confidence,
)

/**
 * The kind of a credential, or of the text that contains it. A later version may add kinds.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class FindingKind(public val text: String) {
    /** A key of one of the redactor's formats, found by its prefix. */
    KEY("key"),

    /** The value of a credential header. */
    HEADER("header"),

    /**
     * The value of `Authorization` or `Proxy-Authorization`, or the credentials after the word
     * `Bearer`.
     */
    AUTHORIZATION("authorization"),

    /** The value of a JSON member or a setting that has the name of a credential. */
    MEMBER("member"),

    /** The value of a URL's query parameter that has the name of a credential. */
    QUERY("query"),

    /** The password in a URL, or another credential in the URL's userinfo. */
    USERINFO("userinfo"),

    /** The secret of a webhook, found by its prefix `whsec_` or `whsk_`. */
    WEBHOOK_SECRET("webhook_secret"),

    /** A JSON Web Token, signed or encrypted. */
    JWT("jwt"),

    /** A private key in PEM. */
    PRIVATE_KEY("private_key"),
}

/**
 * How certain it is that a finding is a credential.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class Confidence(public val text: String) {
    /** It is a key of one of the redactor's formats, and its checksum is correct. */
    VERIFIED("verified"),

    /** It has the structure of a credential. */
    SHAPED("shaped"),

    /** It is next to the name of a credential. */
    NAMED("named"),
}

private fun List<FfiFinding>.toFindings() = map {
    Finding(it.utf16Start.toInt(), it.utf16End.toInt(), kind(it.kind), it.format, it.confidence.toConfidence())
}

private fun kind(text: String) = FindingKind.entries.find { it.text == text } ?: throw KeyrailException.of(
    "unknown kind of finding from the native library: please report this as a bug",
    "internal.unnamed_case",
)

private fun FfiConfidence.toConfidence() = when (this) {
    FfiConfidence.VERIFIED -> Confidence.VERIFIED
    FfiConfidence.SHAPED -> Confidence.SHAPED
    FfiConfidence.NAMED -> Confidence.NAMED
}
