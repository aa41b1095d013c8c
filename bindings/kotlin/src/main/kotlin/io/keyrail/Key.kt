package io.keyrail

import io.keyrail.ffi.FfiApiKey
import io.keyrail.ffi.keyCheckMaskPolicy
import io.keyrail.ffi.keyMaskPolicyFromJson

/** A key of a known format. It prints as its [mask]. */
public class ApiKey internal constructor(private val native: FfiApiKey) : AutoCloseable {
    /** The name of the key's format. */
    public val format: String get() = translatingErrors { native.format() }

    /** The environment that the key is for, if its format has environments. */
    public val environment: String? get() = translatingErrors { native.environment() }

    /**
     * The public part that identifies the key: the first public segment, if the format has one. Use
     * it to look up the key's record. It does not reveal the key.
     */
    public val id: String? get() = translatingErrors { native.id() }

    /**
     * Returns the value of a segment, or `null` if the segment is secret or the format has no such
     * segment.
     */
    public fun segment(name: String): String? = translatingErrors { native.segment(name) }

    /**
     * Returns the mask of the key under the default policy, which shows nothing of the secret. The
     * mask looks like `kr_live_8f3k2m9q1x7c_••••••••`.
     */
    public fun mask(): String = translatingErrors { native.mask() }

    /** Returns the mask of the key under a policy. */
    public fun mask(policy: MaskPolicy): String =
        translatingErrors { native.maskWith(policy.start.toUByte(), policy.end.toUByte(), policy.ascii) }

    /**
     * Returns the digest to store instead of the key. It is computed from the part of the key that
     * [revealDigested] returns.
     *
     * @throws KeyrailException `key.too_weak`, for a key of a foreign format whose estimated
     *   entropy is less than 96 bits. A key of `hex40` or `vchatcloud` that has the shape of its
     *   format is always strong enough.
     */
    @JvmOverloads
    public fun digest(pepper: Pepper? = null): Digest = Digest(translatingErrors { native.digest(pepper?.native) })

    /** Returns the key itself. */
    public fun reveal(): String = translatingErrors { native.reveal() }

    /**
     * Returns the part of the key that digests are computed from. If the format's declaration has
     * the member `digest_segment`, this part is the segment with that name. Otherwise, it is the
     * whole key.
     */
    public fun revealDigested(): String = translatingErrors { native.revealDigested() }

    /** Returns whether two keys are equal, in constant time. */
    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is ApiKey && translatingErrors { native == other.native } }

    /** Returns the hash of the [format] and of the public [id], if there is one. */
    override fun hashCode(): Int = ifOpen(0) { 31 * format.hashCode() + id.hashCode() }

    /** Returns the [mask]. */
    override fun toString(): String = printed("ApiKey") { mask() }

    override fun close(): Unit = native.close()
}

/**
 * The number of characters that a mask shows at the start and the end of a secret.
 *
 * The mask shows these characters only if the secret has at least 20 characters and at least 64
 * bits of the secret stay hidden. Otherwise, the whole secret is hidden. The placeholder for the
 * hidden part is always 8 characters long.
 *
 * @property start how many characters are shown at the start of the secret, 0 to 4.
 * @property end how many characters are shown at the end of the secret, 0 to 4. If a checksum
 *   follows the secret, the last characters of the checksum are shown instead.
 * @property ascii whether the placeholder is `********` instead of `••••••••`.
 * @throws KeyrailException `key.mask_policy`.
 */
public data class MaskPolicy @JvmOverloads constructor(
    val start: Int = 0,
    val end: Int = 0,
    val ascii: Boolean = false,
) {
    init {
        translatingErrors { keyCheckMaskPolicy(start.toLong(), end.toLong()) }
    }

    public companion object {
        /**
         * Reads a policy from its configuration.
         *
         * @throws KeyrailException `key.mask_policy`, and the errors of every function that reads
         *   a configuration.
         */
        @JvmStatic
        public fun fromJson(json: String): MaskPolicy =
            translatingErrors { keyMaskPolicyFromJson(json) }.run { MaskPolicy(start.toInt(), end.toInt(), ascii) }
    }
}
