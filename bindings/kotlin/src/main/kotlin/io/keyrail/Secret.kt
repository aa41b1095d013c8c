package io.keyrail

import io.keyrail.ffi.FfiSecret

/**
 * A text that shows itself only to [reveal].
 *
 * It lives outside the JVM's heap, is wiped when closed or collected, and
 * prints as a mask. What it cannot do is wipe the host's own strings: the one
 * it was made from, and those that [reveal] gave.
 */
public class Secret internal constructor(internal val native: FfiSecret) : AutoCloseable {
    /** Takes the text over. */
    public constructor(text: String) : this(translatingErrors { FfiSecret(text) })

    /** The text itself: the only way out. */
    public fun reveal(): String = translatingErrors { native.reveal() }

    /** Whether both hold the same text; compared in constant time. */
    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is Secret && translatingErrors { native == other.native } }

    /** The same for all secrets: a hash would tell something of the text. */
    override fun hashCode(): Int = 0

    /** A mask, always the same. */
    override fun toString(): String = "Secret($MASK)"

    /** Wipes the text. */
    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns a webhook's signing secret in its standard form, and adds the prefix
         * `whsec_` if it is missing.
         *
         * @throws KeyrailException `webhook.malformed_secret`, `webhook.secret_length`.
         */
        @JvmStatic
        public fun standard(text: String): Secret = Secret(translatingErrors { FfiSecret.standard(text) })
    }
}
