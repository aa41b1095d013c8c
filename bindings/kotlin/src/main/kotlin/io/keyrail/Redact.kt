package io.keyrail

import io.keyrail.ffi.FfiConfidence
import io.keyrail.ffi.FfiFinding
import io.keyrail.ffi.FfiRedactStream
import io.keyrail.ffi.FfiRedactor

/**
 * Scrubs credentials out of any text: log lines, JSON, URLs, headers.
 *
 * It knows, without being told, the headers, JSON members and query parameters
 * that carry credentials, `Authorization` of every scheme, URLs with a
 * password, webhook secrets, JSON Web Tokens and PEM private keys; and by
 * their marks the keys of the formats it is given. What has no mark of its
 * own, such as forty hexadecimal digits, is scrubbed beside a credential's
 * name alone.
 *
 * ```
 * val redactor = Redactor(listOf(KeyFormat.keyrail()))
 * redactor.redact("x-api-key: 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12") // x-api-key: ••••••••
 * ```
 *
 * A text that was redacted stays as it is when it is redacted again. A text
 * that holds half of a surrogate pair is rejected with `text.lone_surrogate`.
 * What it cannot promise to find is listed in `docs/reference/redaction.md`.
 *
 * @param formats what it knows besides; a key of one of them that is alone
 *   is replaced by its mask, everything else by `••••••••`.
 * @param ascii whether `********` is written in place of `••••••••`.
 * @throws KeyrailException as [KeyFormatSet] does.
 */
public class Redactor @JvmOverloads constructor(
    formats: List<KeyFormat> = emptyList(),
    ascii: Boolean = false,
) : AutoCloseable {
    private val native = translatingErrors { FfiRedactor(formats.map { it.native }, ascii) }

    /** A redactor that knows the keys of these formats besides. */
    public constructor(vararg formats: KeyFormat) : this(formats.asList())

    /** The text without its credentials. */
    public fun redact(text: String): String = translatingErrors { native.redact(text) }

    /** [redact] for bytes, which need not be UTF-8. */
    public fun redactBytes(bytes: ByteArray): ByteArray = translatingErrors { lending(bytes) { native.redactBytes(it) } }

    /** [redact] for each text of a list, in one call into the library. */
    public fun redactBatch(texts: List<String>): List<String> = translatingErrors { native.redactBatch(texts) }

    /** Where credentials are in the text, in order; no two overlap. */
    public fun find(text: String): List<Finding> = translatingErrors { native.find(text) }.toFindings()

    /** [find] for bytes, which need not be UTF-8. */
    public fun findBytes(bytes: ByteArray): List<Finding> =
        translatingErrors { lending(bytes) { native.findBytes(it) } }.toFindings()

    /** Redacts a text that comes in chunks, with the same result as [redact] of the whole. */
    public fun stream(): RedactStream = RedactStream(translatingErrors { native.stream() })

    /** [stream] for bytes, which need not be UTF-8. */
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
     * Takes the next chunk, and gives what is decided so far.
     *
     * @throws KeyrailException `key.stream_finished`.
     */
    public fun push(chunk: String): String = translatingErrors { native.pushText(chunk) }

    /**
     * The rest. After it the stream takes nothing more.
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
     * Takes the next chunk, and gives what is decided so far.
     *
     * @throws KeyrailException `key.stream_finished`.
     */
    public fun push(chunk: ByteArray): ByteArray = translatingErrors { lending(chunk) { native.push(it) } }

    /**
     * The rest. After it the stream takes nothing more.
     *
     * @throws KeyrailException `key.stream_finished`.
     */
    public fun finish(): ByteArray = translatingErrors { native.finish() }

    override fun toString(): String = "RedactByteStream($MASK)"

    override fun close(): Unit = native.close()
}

/**
 * A credential that a [Redactor] found. It says where, and holds nothing of it.
 *
 * @property start where it starts: of a text in its own indices,
 *   `text.substring(start, end)`, of bytes in bytes.
 * @property end where it ends, in the same.
 * @property kind what it is.
 * @property format the name of the declared format that it is of.
 * @property confidence how sure that is.
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
 * @property text the word for it in all languages.
 */
public enum class FindingKind(public val text: String) {
    /** A key of a declared format, found by its prefix. */
    KEY("key"),

    /** A value beside the name of a credential's header. */
    HEADER("header"),

    /** What `Authorization` carries, or a lone `Bearer` token. */
    AUTHORIZATION("authorization"),

    /** A value beside another name of a credential, as in JSON. */
    MEMBER("member"),

    /** A credential in the query of a URL. */
    QUERY("query"),

    /** A credential before the host of a URL. */
    USERINFO("userinfo"),

    /** A webhook's secret, by its own mark. */
    WEBHOOK_SECRET("webhook_secret"),

    /** A JSON Web Token. */
    JWT("jwt"),

    /** A private key in PEM. */
    PRIVATE_KEY("private_key"),
}

/**
 * How sure it is that what was found is a credential.
 *
 * @property text the word for it in all languages.
 */
public enum class Confidence(public val text: String) {
    /** Its checksum is right. */
    VERIFIED("verified"),

    /** It has the structure of one. */
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
