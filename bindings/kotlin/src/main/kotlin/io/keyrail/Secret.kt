package io.keyrail

import io.keyrail.ffi.FfiSecret

/**
 * A string that prints as a mask and is read with [reveal].
 *
 * It is stored outside the JVM's heap, and is wiped when it is closed or garbage-collected. Strings
 * on the JVM's heap are not wiped: the string that the secret was created from, and the strings
 * that [reveal] returned.
 */
public class Secret internal constructor(internal val native: FfiSecret) : AutoCloseable {
    /** Creates a secret from a string. */
    public constructor(text: String) : this(translatingErrors { FfiSecret(text) })

    /** Returns the secret string. There is no other way to read it. */
    public fun reveal(): String = translatingErrors { native.reveal() }

    /** Returns whether two secrets contain the same string, in constant time. */
    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is Secret && translatingErrors { native == other.native } }

    /** Returns the same hash for all secrets, because any other hash would reveal something about the string. */
    override fun hashCode(): Int = 0

    /** Returns the same mask for every secret. */
    override fun toString(): String = "Secret($MASK)"

    /** Wipes the string from memory. */
    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns a webhook's signing secret in its standard form, and adds the prefix `whsec_`
         * if it has no prefix. A private key (`whsk_`) or a public key (`whpk_`) is returned
         * unchanged.
         *
         * @throws KeyrailException `webhook.malformed_secret`, `webhook.secret_length`.
         */
        @JvmStatic
        public fun standard(text: String): Secret = Secret(translatingErrors { FfiSecret.standard(text) })
    }
}
