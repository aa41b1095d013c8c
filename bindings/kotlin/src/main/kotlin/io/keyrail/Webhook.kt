package io.keyrail

import io.keyrail.ffi.FfiSigner
import io.keyrail.ffi.FfiVerifier
import java.time.Instant

/**
 * Signs deliveries with the secret of a webhook, or with several secrets while they are rotated.
 * The signatures follow Standard Webhooks 1.0.
 */
public class Signer private constructor(private val native: FfiSigner) : AutoCloseable {
    /**
     * Creates a signer with 1 to 16 secrets. Each secret produces one signature, and the signatures
     * are in the order of the secrets. A secret consists of `whsec_` and the base64 encoding of 24
     * to 64 bytes. Pass several secrets while you rotate them.
     *
     * @throws KeyrailException `webhook.no_secret`, `webhook.too_many_secrets`,
     *   `webhook.malformed_secret`, `webhook.secret_length`.
     */
    public constructor(secrets: List<Secret>) : this(translatingErrors { FfiSigner(secrets.map { it.native }) })

    /** Creates a signer with one secret. */
    public constructor(secret: Secret) : this(listOf(secret))

    /** Creates a signer with one secret. The secret is a string. */
    public constructor(secret: String) : this(Secret(secret).use { translatingErrors { FfiSigner(listOf(it.native)) } })

    /**
     * Returns the headers `webhook-id`, `webhook-timestamp` (in whole seconds, rounded
     * down) and `webhook-signature`, in this order. The values are strings, because a signature is
     * not a secret.
     *
     * @param id the message's id, which is the same on every attempt. It has 1 to 256 visible ASCII
     *   characters, without dots.
     * @param now the time at which the delivery is sent.
     * @throws KeyrailException `webhook.malformed_id`, `webhook.malformed_timestamp` for a time
     *   before 1970, `time.out_of_range`.
     */
    public fun sign(id: String, now: Instant, body: ByteArray): List<Pair<String, String>> =
        translatingErrors { copying(body) { native.sign(id, now.millis(), it) } }.chunked(2) { (name, value) -> name to value }

    /**
     * Returns the headers `webhook-id`, `webhook-timestamp` (in whole seconds, rounded
     * down) and `webhook-signature`, in this order. The body is a string.
     */
    public fun sign(id: String, now: Instant, body: String): List<Pair<String, String>> =
        sign(id, now, body.toByteArray())

    override fun toString(): String = "Signer($MASK)"

    override fun close(): Unit = native.close()
}

/**
 * Verifies deliveries with the secret of a webhook, or with several secrets while they are rotated.
 *
 * @param secrets the accepted secrets: the delivery must be signed with one of them.
 * @param toleranceSeconds how many seconds the delivery's time may be before or after `now`: 0 to
 *   4294967295.
 * @throws KeyrailException the codes of [Signer], and `webhook.tolerance`.
 */
public class Verifier @JvmOverloads constructor(
    secrets: List<Secret>,
    toleranceSeconds: Long = 300,
) : AutoCloseable {
    private val native = translatingErrors { FfiVerifier(secrets.map { it.native }, toleranceSeconds) }

    /** Creates a verifier with one secret. */
    @JvmOverloads
    public constructor(secret: Secret, toleranceSeconds: Long = 300) : this(listOf(secret), toleranceSeconds)

    /**
     * Verifies a delivery with the headers and the body that were received. The headers may be in
     * any order, with other headers among them. The body must be unchanged, byte for byte.
     *
     * @param headers names and values in the order in which they were received.
     * @param body the body as it was received, byte for byte.
     * @param now the current time.
     * @throws KeyrailException with a code that begins with `webhook.`. If no signature matches,
     *   the code is `webhook.wrong_signature`.
     */
    public fun verify(headers: List<Pair<String, String>>, body: ByteArray, now: Instant): Verified {
        val verified = translatingErrors { copying(body) { native.verify(headers.flattened(), it, now.millis()) } }
        return Verified(verified.id, verified.timestampMs.toInstant())
    }

    /**
     * Verifies a delivery with the headers and the body that were received. The headers are a map,
     * and the body is a string.
     */
    public fun verify(headers: Map<String, List<String>>, body: String, now: Instant): Verified =
        verify(headers.toHeaders(), body.toByteArray(), now)

    override fun toString(): String = "Verifier($MASK)"

    override fun close(): Unit = native.close()
}

/**
 * A delivery that was verified.
 *
 * @property id the message's id, which stays the same when the message is delivered again.
 * @property timestamp the time of signing, in whole seconds.
 */
public data class Verified(val id: String, val timestamp: Instant)
