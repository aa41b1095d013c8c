package io.keyrail

import io.keyrail.ffi.FfiApiKey
import io.keyrail.ffi.FfiDigest
import io.keyrail.ffi.FfiKeyFormat
import io.keyrail.ffi.FfiPepper

/** What keys look like. */
public class KeyFormat private constructor(private val native: FfiKeyFormat) : AutoCloseable {
    /** The format's name. */
    public val name: String get() = calling { native.name() }

    /** How many bytes of entropy [generate] takes at least. */
    public val entropyLen: Int get() = calling { native.entropyLen().toInt() }

    /**
     * Makes a key.
     *
     * @param environment `live` or `test`.
     * @param entropy at least [entropyLen] bytes of a `SecureRandom`; wiping
     *   them afterwards is the host's.
     * @throws KeyrailException `key.environment`, `key.too_little_entropy`.
     */
    public fun generate(environment: String, entropy: ByteArray): ApiKey =
        ApiKey(calling { lending(entropy) { native.generate(environment, it) } })

    /**
     * Reads a key.
     *
     * @throws KeyrailException `key.prefix`, `key.environment`, `key.length`,
     *   `key.character`, `key.checksum`, with the offset.
     */
    public fun parse(text: String): ApiKey = ApiKey(calling { native.parse(text) })

    override fun toString(): String = "KeyFormat($name)"

    override fun close(): Unit = native.close()

    public companion object {
        /** Keyrail's own: `kr_<environment>_<id 12>_<secret 27><checksum 6>`. */
        @JvmStatic
        public fun keyrail(): KeyFormat = KeyFormat(calling { FfiKeyFormat.keyrail() })
    }
}

/** A key of a known format. It prints as its [mask]. */
public class ApiKey internal constructor(private val native: FfiApiKey) : AutoCloseable {
    /** The name of the key's format. */
    public val format: String get() = calling { native.format() }

    /** `live` or `test`. */
    public val environment: String get() = calling { native.environment() }

    /** The public id, by which a record is found. Whoever has it does not have the key. */
    public val id: String get() = calling { native.id() }

    /** The key as a person may see it, without its secret: `kr_live_8f3k2m9q1x7c_••••••••`. */
    public fun mask(): String = calling { native.mask() }

    /** What to store in the key's place. */
    @JvmOverloads
    public fun digest(pepper: Pepper? = null): Digest = Digest(calling { native.digest(pepper?.native) })

    /** The key's text: the only way out. */
    public fun reveal(): String = calling { native.reveal() }

    /** Whether both are the same key; compared in constant time. */
    override fun equals(other: Any?): Boolean =
        this === other || (other is ApiKey && calling { native == other.native })

    /** The hash of the public [id]. */
    override fun hashCode(): Int = id.hashCode()

    /** The [mask]. */
    override fun toString(): String = mask()

    override fun close(): Unit = native.close()
}

/**
 * What is stored in a key's place: `sha256:<base64url>`, or
 * `hmac-sha256:<pepper id>:<base64url>`.
 */
public class Digest internal constructor(private val native: FfiDigest) : AutoCloseable {
    /**
     * Reads a digest.
     *
     * @throws KeyrailException `key.unknown_algorithm`, `key.malformed_digest`,
     *   `key.malformed_pepper_id`, with the offset.
     */
    public constructor(text: String) : this(calling { FfiDigest(text) })

    /** The id of the pepper that the digest was made with. */
    public val pepperId: String? get() = calling { native.pepperId() }

    /**
     * Whether this is the digest of a key's text; compared in constant time.
     *
     * @throws KeyrailException `key.missing_pepper`, `key.other_pepper`.
     */
    @JvmOverloads
    public fun verify(text: String, pepper: Pepper? = null): Boolean = calling { native.verify(text, pepper?.native) }

    /** Whether both are the same digest; compared in constant time. */
    override fun equals(other: Any?): Boolean =
        this === other || (other is Digest && calling { native == other.native })

    override fun hashCode(): Int = toString().hashCode()

    /** The digest's text, which is no secret. */
    override fun toString(): String = calling { native.text() }

    override fun close(): Unit = native.close()

    public companion object {
        /** The digest of a key's text, for keys of other formats than Keyrail's. */
        @JvmStatic
        @JvmOverloads
        public fun of(text: String, pepper: Pepper? = null): Digest =
            Digest(calling { FfiDigest.of(text, pepper?.native) })
    }
}

/**
 * A secret beside the database, so that its digests alone are of no use.
 *
 * @param id what digests name it by: 1 to 64 letters, digits, `-` and `_`.
 * @param secret at least 16 bytes.
 * @throws KeyrailException `key.malformed_pepper_id`, `key.pepper_too_short`.
 */
public class Pepper(id: String, secret: Secret) : AutoCloseable {
    internal val native = calling { FfiPepper(id, secret.native) }

    /** What digests name it by. */
    public val id: String get() = calling { native.id() }

    override fun toString(): String = "Pepper($id, $MASK)"

    override fun close(): Unit = native.close()
}
