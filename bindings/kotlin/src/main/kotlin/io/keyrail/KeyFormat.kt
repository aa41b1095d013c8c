package io.keyrail

import io.keyrail.ffi.FfiHint
import io.keyrail.ffi.FfiKeyFormat
import io.keyrail.ffi.FfiKeyFormatSet

/**
 * A format of keys: Keyrail's own format, a declared format, or a foreign format. A foreign format
 * also accepts keys that do not have its usual shape.
 *
 * ```
 * val acme = KeyFormat.fromJson(
 *     """{"prefix": "acme", "segments": [{"name": "secret", "alphabet": "base62", "length": 27}]}""",
 * )
 * val key = acme.generate(entropy) // prints as acme_••••••••
 * ```
 */
public class KeyFormat internal constructor(internal val native: FfiKeyFormat) : AutoCloseable {
    /** The name of the format. */
    public val name: String get() = translatingErrors { native.name() }

    /** The environments of the format, in the order of its declaration. */
    public val environments: List<String> get() = translatingErrors { native.environments() }

    /**
     * Whether the format is foreign: it belongs to another system. If so, [parse] accepts keys of
     * any shape, and only [hint] checks the shape.
     */
    public val isForeign: Boolean get() = translatingErrors { native.isForeign() }

    /** How many bytes of entropy [generate] needs: 32. */
    public val entropyLen: Int get() = translatingErrors { native.entropyLen().toInt() }

    /**
     * The entropy of a key's secret at its minimum length, in bits. For `hex40`, this is 160, and
     * for `vchatcloud` about 143. It is 0 for `jwt` and `opaque`, whose entropy is not known.
     */
    public val entropyBits: Double get() = translatingErrors { native.entropyBits() }

    /**
     * Generates a key from at least [entropyLen] random bytes; additional bytes are used as
     * well.
     *
     * @param environment one of [environments], or `null` if the format has no environments.
     * @param entropy bytes from a `SecureRandom`. Wipe them after the call.
     * @throws KeyrailException `key.environment`, `key.too_little_entropy`, and `key.not_generated`
     *   if the format is foreign, unless it is `hex40`.
     */
    public fun generate(environment: String?, entropy: ByteArray): ApiKey =
        ApiKey(translatingErrors { copying(entropy) { native.generate(environment, it) } })

    /**
     * Generates a key from at least [entropyLen] random bytes; additional bytes are used as
     * well. This function is for a format without environments.
     */
    public fun generate(entropy: ByteArray): ApiKey = generate(null, entropy)

    /**
     * Parses a string as a key of this format. A foreign format accepts any string of 1 to 8192
     * visible ASCII characters except commas and quotes.
     *
     * @throws KeyrailException `key.prefix`, `key.environment`, `key.length`,
     *   `key.character`, `key.checksum`, and for a foreign format `key.empty`,
     *   with the offset.
     */
    public fun parse(text: String): ApiKey = ApiKey(translatingErrors { native.parse(text) })

    /**
     * Returns whether the string looks like a key of this format. [KeyHint.UNUSUAL] is only
     * for foreign formats.
     */
    public fun hint(text: String): KeyHint = when (translatingErrors { native.hint(text) }) {
        FfiHint.FITS -> KeyHint.FITS
        FfiHint.UNUSUAL -> KeyHint.UNUSUAL
        FfiHint.IMPOSSIBLE -> KeyHint.IMPOSSIBLE
    }

    /**
     * Returns a regular expression that matches every key that has the format's usual shape, from
     * its first to its last character. It has no anchors, and its syntax is common to PCRE, RE2,
     * ICU and Python.
     *
     * @throws KeyrailException `key.no_pattern`, for [opaque].
     */
    public fun pattern(): String = translatingErrors { native.pattern() }

    /**
     * Returns a rule in TOML for the configuration file of gitleaks. The rule finds keys that have
     * the format's usual shape.
     *
     * @throws KeyrailException as [pattern] does.
     */
    public fun gitleaksRule(): String = translatingErrors { native.gitleaksRule() }

    /**
     * Returns a partner pattern in the form that GitHub's secret scanning requires. It has four
     * lines: the name, the format of the secret, what may precede the secret, and what may follow
     * it.
     *
     * @throws KeyrailException as [pattern] does.
     */
    public fun githubPartnerPattern(): String = translatingErrors { native.githubPartnerPattern() }

    /** Returns whether this format and the other one have the same declaration. */
    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is KeyFormat && translatingErrors { native == other.native } }

    override fun hashCode(): Int = ifOpen(0) { name.hashCode() }

    override fun toString(): String = printed("KeyFormat") { "KeyFormat($name)" }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns Keyrail's own format, `kr_<environment>_<id>_<secret><checksum>`. The
         * environment is `live` or `test`, the id has 12 characters, the secret 27 and the
         * checksum 6.
         */
        @JvmStatic
        public fun keyrail(): KeyFormat = KeyFormat(translatingErrors { FfiKeyFormat.keyrail() })

        /**
         * Returns the format of GitHub's tokens: `<prefix>_`, 30 characters of `0-9A-Za-z`, and
         * their CRC-32 as six characters.
         *
         * @param prefix `ghp`, `gho`, `npm` or a custom prefix, which is also the format's name.
         * @throws KeyrailException with a code for an invalid prefix, such as `key.empty_prefix`.
         */
        @JvmStatic
        @JvmOverloads
        public fun github(prefix: String = "ghp"): KeyFormat = KeyFormat(translatingErrors { FfiKeyFormat.github(prefix) })

        /**
         * Returns the format of forty hexadecimal digits, all in lower case or all in upper case.
         * [parse] also accepts keys of other shapes; use [hint] to check the shape.
         */
        @JvmStatic
        public fun hex40(): KeyFormat = KeyFormat(translatingErrors { FfiKeyFormat.hex40() })

        /**
         * Returns the format of JSON Web Tokens: three parts of base64url. [parse] also accepts
         * keys of other shapes; use [hint] to check the shape.
         */
        @JvmStatic
        public fun jwt(): KeyFormat = KeyFormat(translatingErrors { FfiKeyFormat.jwt() })

        /**
         * Returns the format of five parts joined by hyphens, as in the samples of VChatCloud: four
         * groups of six letters or digits, then a timestamp of 14 digits. [parse] also accepts keys
         * of other shapes; use [hint] to check the shape.
         */
        @JvmStatic
        public fun vchatcloud(): KeyFormat = KeyFormat(translatingErrors { FfiKeyFormat.vchatcloud() })

        /**
         * Returns the format of keys about which nothing is known. [hint] returns [KeyHint.FITS]
         * for every string that [parse] accepts.
         */
        @JvmStatic
        public fun opaque(): KeyFormat = KeyFormat(translatingErrors { FfiKeyFormat.opaque() })

        /**
         * Returns a built-in format by its name: `keyrail`, `github` (with the prefix
         * `ghp`), `hex40`, `jwt`, `vchatcloud` or `opaque`.
         *
         * @throws KeyrailException `key.unknown_format`.
         */
        @JvmStatic
        public fun builtIn(name: String): KeyFormat = KeyFormat(translatingErrors { FfiKeyFormat.builtIn(name) })

        /**
         * Reads a declaration. It has the member `segments`, and optionally `prefix`, `name`,
         * `environments`, `separator`, `checksum` and `digest_segment`. A segment has `name`,
         * `alphabet` and `length`, and is secret unless it has `"secret": false`. A format without
         * a prefix needs a name. If `digest_segment` is the name of a secret segment, digests are
         * computed from this segment instead of the whole key. Such a digest does not cover the
         * other parts of a key. If keys have an id, a record must therefore specify the key id of
         * each digest; if they have an environment, it should specify the environment.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        public fun fromJson(text: String): KeyFormat = KeyFormat(translatingErrors { FfiKeyFormat.fromJson(text) })
    }
}

/**
 * The result of checking whether a string looks like a key of a format.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class KeyHint(public val text: String) {
    /** The string looks like the format's keys. */
    FITS("fits"),

    /** The string looks different, but may still be a key. */
    UNUSUAL("unusual"),

    /** The string cannot be a key of the format: parsing it fails. */
    IMPOSSIBLE("impossible"),
}

/**
 * A set of at most 1,000 key formats. A string can be a key of at most one of the formats, not
 * counting foreign formats.
 */
public class KeyFormatSet private constructor(private val native: FfiKeyFormatSet) : AutoCloseable {
    /**
     * Creates a set of the given formats.
     *
     * @throws KeyrailException `key.too_many_formats`, `key.duplicate_format`,
     *   `key.ambiguous_formats`, `key.set_too_complex`.
     */
    public constructor(formats: List<KeyFormat>) : this(translatingErrors { FfiKeyFormatSet(formats.map { it.native }) })

    /** Creates a set of the given formats. */
    public constructor(vararg formats: KeyFormat) : this(formats.asList())

    /** The formats, in the order given. */
    public val formats: List<KeyFormat> get() = translatingErrors { native.formats() }.map(::KeyFormat)

    /**
     * Parses a string as a key of one of the formats. Foreign formats are tried last.
     *
     * @throws KeyrailException the error of [KeyFormat.parse] for the format whose check got
     *   furthest; for an empty set, `key.prefix`.
     */
    public fun parse(text: String): ApiKey = ApiKey(translatingErrors { native.parse(text) })

    override fun toString(): String = printed("KeyFormatSet") {
        formats.joinToString(prefix = "KeyFormatSet(", postfix = ")") { format -> format.use { it.name } }
    }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Reads `{"version": 1, "formats": [...]}`: each format is a declaration, as
         * [KeyFormat.fromJson] reads it, or the name of a built-in format.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        public fun fromJson(text: String): KeyFormatSet = KeyFormatSet(translatingErrors { FfiKeyFormatSet.fromJson(text) })
    }
}
