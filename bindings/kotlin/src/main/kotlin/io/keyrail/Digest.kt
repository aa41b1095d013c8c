package io.keyrail

import io.keyrail.ffi.FfiDigest
import io.keyrail.ffi.FfiPepper
import io.keyrail.ffi.FfiSaltPosition

/**
 * The digest of a key, which is stored instead of the key. Its string form is `sha256:<base64url>`
 * or `hmac-sha256:<pepper id>:<base64url>`. The string form of a foreign digest is
 * `foreign-sha256:<hex>`, `foreign-sha512:<hex>` or `salted-sha256:before:<base64url>:<hex>`, with
 * the hash in lower case, the salt in base64url, and `before` or `after` as the position of the
 * salt.
 *
 * A fast hash is suitable for a key that was generated from at least 96 random bits, because such a
 * key cannot be guessed. It is not suitable for a password, because a fast hash of a password can
 * be cracked in a second. A password needs a slow, salted hash from another library.
 */
public class Digest internal constructor(private val native: FfiDigest) : AutoCloseable {
    /**
     * Parses a digest.
     *
     * @throws KeyrailException `key.unknown_algorithm`, `key.password_hash`, `key.malformed_digest`,
     *   `key.malformed_pepper_id`, `key.malformed_salt`, with the offset.
     */
    public constructor(text: String) : this(translatingErrors { FfiDigest(text) })

    /**
     * How the digest was made: `sha256`, `hmac-sha256`, `foreign-sha256`, `foreign-sha512` or
     * `salted-sha256`.
     */
    public val algorithm: String get() = translatingErrors { native.algorithm() }

    /** Whether another system made the digest. If so, nothing is known about the key's strength. */
    public val isForeign: Boolean get() = translatingErrors { native.isForeign() }

    /** Whether the hash has a salt, so that it cannot be compared with other hashes of the same key. */
    public val isSalted: Boolean get() = translatingErrors { native.isSalted() }

    /** The id of the pepper that the digest was made with, or `null` if it was made without one. */
    public val pepperId: String? get() = translatingErrors { native.pepperId() }

    /**
     * Returns whether this is the digest of the string, in constant time. A weak string is not an
     * error, because an imported digest may be the digest of a weak string.
     *
     * @throws KeyrailException `key.missing_pepper`, `key.other_pepper`.
     */
    @JvmOverloads
    public fun verify(text: String, pepper: Pepper? = null): Boolean = translatingErrors { native.verify(text, pepper?.native) }

    /** Returns whether two digests are equal, in constant time. */
    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is Digest && translatingErrors { native == other.native } }

    override fun hashCode(): Int = toString().hashCode()

    /** Returns the digest as a string, which is not secret. */
    override fun toString(): String = printed("Digest") { translatingErrors { native.text() } }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns the digest of a key, to be stored. For a key of a known format, use
         * [ApiKey.digest]. The entropy is estimated from the classes of the string's characters; up
         * to 19 digits at the end count as a timestamp, which anyone can guess.
         *
         * @throws KeyrailException `key.too_weak`, for a string whose estimated entropy is less
         *   than 96 bits.
         */
        @JvmStatic
        @JvmOverloads
        public fun of(text: String, pepper: Pepper? = null): Digest =
            Digest(translatingErrors { FfiDigest.of(text, pepper?.native) })

        /**
         * Imports the SHA-256 or SHA-512 of a key from another system, in hexadecimal digits of
         * either case. A SHA-256 has 64 digits, a SHA-512 has 128. The digest stays marked as
         * foreign, because nothing is known about the key's strength.
         *
         * @throws KeyrailException `key.malformed_digest`, with the offset; `key.password_hash` for
         *   a password hash, such as one of bcrypt.
         */
        @JvmStatic
        public fun importHex(text: String): Digest = Digest(translatingErrors { FfiDigest.importHex(text) })

        /**
         * Imports the SHA-256 or SHA-512 of a key from another system, in base64 or base64url, with
         * or without padding (RFC 4648). A SHA-256 has 43 characters, or 44 with padding. A SHA-512
         * has 86, or 88 with padding. The digest stays marked as foreign, like that of [importHex].
         *
         * @throws KeyrailException `key.malformed_digest`, with the offset; `key.password_hash`.
         */
        @JvmStatic
        public fun importBase64(text: String): Digest = Digest(translatingErrors { FfiDigest.importBase64(text) })

        /**
         * Imports the HMAC-SHA-256 of a key from another system. It has 64 hexadecimal digits, or
         * is in base64 or base64url, with or without padding. To verify keys with the digest,
         * create a [Pepper] from the id [pepperId] and the secret of the HMAC. The secret must be
         * valid UTF-8 and have at least 16 bytes.
         *
         * The result is the same as if Keyrail had made the digest with that pepper. It is not marked
         * as foreign, so only import digests of keys that were generated from enough random bits.
         *
         * @throws KeyrailException `key.malformed_pepper_id`, `key.malformed_digest`, with the
         *   offset; `key.password_hash`.
         */
        @JvmStatic
        public fun importHmac(text: String, pepperId: String): Digest =
            Digest(translatingErrors { FfiDigest.importHmac(text, pepperId) })

        /**
         * Imports the salted SHA-256 of a key from another system: the SHA-256 of the salt and the
         * key, one directly after the other. The hash has 64 hexadecimal digits, or is in base64 or
         * base64url, with or without padding.
         *
         * Such a digest cannot be looked up by the hash of a presented key. A record must therefore
         * specify the `key_id` of the digest, which is the id that the key contains. The digest
         * stays marked as foreign, like that of [importHex].
         *
         * @param salt 1 to 128 bytes.
         * @throws KeyrailException `key.malformed_salt`; `key.malformed_digest`, with the offset;
         *   `key.password_hash`.
         */
        @JvmStatic
        public fun importSalted(text: String, salt: ByteArray, position: SaltPosition): Digest =
            Digest(translatingErrors { copying(salt) { FfiDigest.importSalted(text, it, position.native) } })
    }
}

/**
 * Where the salt of a hash is in the bytes that were hashed.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class SaltPosition(public val text: String, internal val native: FfiSaltPosition) {
    /** The salt is before the key. */
    BEFORE("before", FfiSaltPosition.BEFORE),

    /** The salt is after the key. */
    AFTER("after", FfiSaltPosition.AFTER),
}

/**
 * A secret that is stored outside the database, so that the digests in the database are useless
 * without it.
 *
 * @param id the id by which digests refer to the pepper: 1 to 64 letters, digits, `-` and `_`.
 * @param secret at least 16 bytes.
 * @throws KeyrailException `key.malformed_pepper_id`, `key.pepper_too_short`.
 */
public class Pepper(id: String, secret: Secret) : AutoCloseable {
    internal val native = translatingErrors { FfiPepper(id, secret.native) }

    /** The id, which digests contain. */
    public val id: String get() = translatingErrors { native.id() }

    override fun toString(): String = "Pepper($id, $MASK)"

    override fun close(): Unit = native.close()
}
