package io.keyrail

import io.keyrail.ffi.FfiApiKey
import io.keyrail.ffi.keyCheckMaskPolicy
import io.keyrail.ffi.keyMaskPolicyFromJson

/** A key of a known format. It prints as its [mask]. */
public class ApiKey internal constructor(private val native: FfiApiKey) : AutoCloseable {
    /** The name of the key's format. */
    public val format: String get() = translatingErrors { native.format() }

    /** The environment that the key is for, where its format has any. */
    public val environment: String? get() = translatingErrors { native.environment() }

    /**
     * The first public segment, where the format has one: the id by which a
     * record is found. It does not give access to the key.
     */
    public val id: String? get() = translatingErrors { native.id() }

    /**
     * The text of a public segment. A secret one is as unknown as one that the
     * format has no such segment.
     */
    public fun segment(name: String): String? = translatingErrors { native.segment(name) }

    /** The key as a person may see it, without its secret: `kr_live_8f3k2m9q1x7c_••••••••`. */
    public fun mask(): String = translatingErrors { native.mask() }

    /** The key as a person may see it, by a policy. */
    public fun mask(policy: MaskPolicy): String =
        translatingErrors { native.maskWith(policy.start.toUByte(), policy.end.toUByte(), policy.ascii) }

    /**
     * What to store in the key's place.
     *
     * @throws KeyrailException `key.too_weak`, for a key of a foreign format
     *   of which too too little entropy.
     */
    @JvmOverloads
    public fun digest(pepper: Pepper? = null): Digest = Digest(translatingErrors { native.digest(pepper?.native) })

    /** The key's text: the only way out. */
    public fun reveal(): String = translatingErrors { native.reveal() }

    /** Whether both are the same key; compared in constant time. */
    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is ApiKey && translatingErrors { native == other.native } }

    /** The hash of the [format] and the public [id], if there is one. */
    override fun hashCode(): Int = ifOpen(0) { 31 * format.hashCode() + id.hashCode() }

    /** The [mask]. */
    override fun toString(): String = printed("ApiKey") { mask() }

    override fun close(): Unit = native.close()
}

/**
 * How much of a key's secret its mask shows, where the rules allow it, and
 * else nothing.
 *
 * No policy shows anything of a secret under 20 characters, or so much that
 * less than 64 bits stay hidden; and what stands for the hidden is always 8
 * characters wide.
 *
 * @property start how many characters show at the secret's start: 0 to 4.
 * @property end how many characters show at its end: 0 to 4; a checksum is a
 *   part of it.
 * @property ascii whether `********` stands for the hidden in place of
 *   `••••••••`.
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
         * @throws KeyrailException besides the codes of every configuration, `key.mask_policy`.
         */
        @JvmStatic
        public fun fromJson(json: String): MaskPolicy =
            translatingErrors { keyMaskPolicyFromJson(json) }.run { MaskPolicy(start.toInt(), end.toInt(), ascii) }
    }
}
