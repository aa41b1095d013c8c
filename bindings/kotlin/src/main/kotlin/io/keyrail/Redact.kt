package io.keyrail

import io.keyrail.ffi.FfiConfidence
import io.keyrail.ffi.FfiFinding
import io.keyrail.ffi.FfiRedactStream
import io.keyrail.ffi.FfiRedactor

/**
 * Scrubs credentials out of any text: log lines, JSON, URLs, headers.
 *
 * It knows, without configuration, the headers, JSON members and query parameters
 * that carry credentials, `Authorization` of every scheme, URLs with a
 * password, webhook secrets, JSON Web Tokens and PEM private keys; and by
 * their prefixes the keys of the formats it is given. A string without a known
 * prefix, such as forty hexadecimal digits, is scrubbed beside a credential's
 * name alone.
 *
 * ```
 * val redactor = Redactor(listOf(KeyFormat.keyrail()))
 * redactor.redact("x-api-key: 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12") // x-api-key: ••••••••
 * ```
 *
 * Redacting twice gives the same result as redacting once. A text
 * that contains half of a surrogate pair is rejected with `text.lone_surrogate`.
 * What it cannot promise to find is listed in `docs/reference/redaction.md`.
 *
 * @param formats the formats whose keys it also finds; a key of one of them that is alone
 *   is replaced by its mask, everything else by `••••••••`.
 * @param ascii whether `********` is written in place of `••••••••`.
 * @throws KeyrailException as [KeyFormatSet] does.
 */
public class Redactor @JvmOverloads constructor(
    formats: List<KeyFormat> = emptyList(),
    ascii: Boolean = false,
) : AutoCloseable {
    private val native = translatingErrors { FfiRedactor(formats.map { it.native }, ascii) }

    /** Creates a redactor that finds keys of these formats, and what every redactor finds. */
    public constructor(vararg formats: KeyFormat) : this(formats.asList())

    /** Returns the text with all credentials replaced. */
    public fun redact(text: String): String = translatingErrors { native.redact(text) }

    /** Redacts bytes, which need not be UTF-8, as [redact] does a string. */
    public fun redactBytes(bytes: ByteArray): ByteArray = translatingErrors { lending(bytes) { native.redactBytes(it) } }

    /** Redacts each string of a list, as [redact] does. It is one call into the library. */
    public fun redactBatch(texts: List<String>): List<String> = translatingErrors { native.redactBatch(texts) }

    /** Returns what [redact] would replace, in the order of the text; no two overlap. */
    public fun find(text: String): List<Finding> = translatingErrors { native.find(text) }.toFindings()

    /** Finds credentials in bytes, which need not be UTF-8, as [find] does in a string. */
    public fun findBytes(bytes: ByteArray): List<Finding> =
        translatingErrors { lending(bytes) { native.findBytes(it) } }.toFindings()

    /**
     * Returns a redactor of text that comes in chunks. The result is the same as that of
     * [redact] of the whole.
     */
    public fun stream(): RedactStream = RedactStream(translatingErrors { native.stream() })

    /** Returns a redactor of bytes that come in chunks. They need not be UTF-8. */
    public fun streamBytes(): RedactByteStream = RedactByteStream(translatingErrors { native.stream() })

    override fun toString(): String = "Redactor"

    override fun close(): Unit = native.close()
}

/**
 * Redacts a text that comes in chunks. A chunk may end anywhere but inside a
 * surrogate pair. At most a few KiB stay undecided between chunks; those print
 * as a mask, and are wiped when the stream is closed.
 */
public class RedactStream internal constructor(private val native: FfiRedactStream) : AutoCloseable {
    /**
     * Redacts a chunk, and returns as much of the redacted text as is certain.
     *
     * @throws KeyrailException `key.stream_finished`.
     */
    public fun push(chunk: String): String = translatingErrors { native.pushText(chunk) }

    /**
     * Returns the rest of the redacted text. The stream then accepts no more chunks.
     *
     * @throws KeyrailException `key.stream_finished`.
     */
    public fun finish(): String = translatingErrors { native.finishText() }

    override fun toString(): String = "RedactStream($MASK)"

    override fun close(): Unit = native.close()
}

/** Redacts bytes that come in chunks, cut wherever they may be, as [RedactStream] does a text. */
public class RedactByteStream internal constructor(private val native: FfiRedactStream) : AutoCloseable {
    /**
     * Redacts a chunk, and returns as much of the redacted text as is certain.
     *
     * @throws KeyrailException `key.stream_finished`.
     */
    public fun push(chunk: ByteArray): ByteArray = translatingErrors { lending(chunk) { native.push(it) } }

    /**
     * Returns the rest of the redacted text. The stream then accepts no more chunks.
     *
     * @throws KeyrailException `key.stream_finished`.
     */
    public fun finish(): ByteArray = translatingErrors { native.finish() }

    override fun toString(): String = "RedactByteStream($MASK)"

    override fun close(): Unit = native.close()
}

/**
 * A credential that a [Redactor] found. It contains the position, and nothing of it.
 *
 * @property start where it starts: of a text in its own indices,
 *   `text.substring(start, end)`, of bytes in bytes.
 * @property end where it ends, in the same.
 * @property kind what the credential is, or what it is in.
 * @property format the name of the key's format, if it is a key of one of the redactor's
 *   formats.
 * @property confidence how sure it is that this is a credential.
 */
public data class Finding(
    val start: Int,
    val end: Int,
    val kind: FindingKind,
    val format: String?,
    val confidence: Confidence,
)

/**
 * What was found; more may be added.
 *
 * @property text its name in all languages.
 */
public enum class FindingKind(public val text: String) {
    /** A key of a declared format, found by its prefix. */
    KEY("key"),

    /** The value of a credential header. */
    HEADER("header"),

    /** The value of `Authorization` or `Proxy-Authorization`, or what follows the word `Bearer`. */
    AUTHORIZATION("authorization"),

    /** The value of another credential's name: a JSON member, a setting. */
    MEMBER("member"),

    /** The value of a URL's query parameter. */
    QUERY("query"),

    /** The password, or all of the userinfo, of a URL. */
    USERINFO("userinfo"),

    /** The secret of a webhook. It is found by its own mark. */
    WEBHOOK_SECRET("webhook_secret"),

    /** A JSON Web Token, signed or encrypted. */
    JWT("jwt"),

    /** A private key in PEM. */
    PRIVATE_KEY("private_key"),
}

/**
 * How sure it is that what was found is a credential.
 *
 * @property text its name in all languages.
 */
public enum class Confidence(public val text: String) {
    /** It is a key of a declared format, and its checksum is right. */
    VERIFIED("verified"),

    /** It has a credential's structure. */
    SHAPED("shaped"),

    /** It is beside a credential's name. */
    NAMED("named"),
}

private fun List<FfiFinding>.toFindings() = map {
    Finding(it.utf16Start.toInt(), it.utf16End.toInt(), kind(it.kind), it.format, it.confidence.toConfidence())
}

private fun kind(text: String) = FindingKind.entries.find { it.text == text } ?: throw KeyrailException.of(
    "Keyrail's binding lacks a case that its core has: please report it",
    "internal.unnamed_case",
)

private fun FfiConfidence.toConfidence() = when (this) {
    FfiConfidence.VERIFIED -> Confidence.VERIFIED
    FfiConfidence.SHAPED -> Confidence.SHAPED
    FfiConfidence.NAMED -> Confidence.NAMED
}
