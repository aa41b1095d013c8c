package io.keyrail

import io.keyrail.ffi.FfiHeaderNames
import io.keyrail.ffi.FfiSigner
import io.keyrail.ffi.FfiVerifier
import java.time.Instant

/**
 * The names of the three headers of a delivery.
 *
 * @property text its name, which is the same in all bindings.
 */
public enum class HeaderNames(public val text: String) {
    /** `webhook-id`, `webhook-timestamp` and `webhook-signature`, as in Standard Webhooks. */
    STANDARD("standard"),

    /** `svix-id`, `svix-timestamp` and `svix-signature`, as Svix names them. */
    SVIX("svix");

    internal val native: FfiHeaderNames
        get() = when (this) {
            STANDARD -> FfiHeaderNames.STANDARD
            SVIX -> FfiHeaderNames.SVIX
        }
}

/**
 * Signs deliveries with the secret of a webhook, or with several secrets while they are rotated.
 * The signatures follow Standard Webhooks 1.0.
 */
public class Signer private constructor(internal val native: FfiSigner) : AutoCloseable {
    /**
     * Creates a signer with 1 to 5 secrets. Each secret produces one signature, and the signatures
     * are in the order of the secrets. A secret that consists of `whsec_` and 24 to 64 bytes in
     * base64 is the key of an HMAC, and produces a signature of version `v1`. One that consists of
     * `whsk_` and 32 or 64 bytes is a private key (Ed25519), and produces a signature of version
     * `v1a`. Pass several secrets while you rotate them.
     *
     * @throws KeyrailException `webhook.no_secret`, `webhook.too_many_secrets`,
     *   `webhook.malformed_secret`, `webhook.secret_length`, `webhook.key_mismatch`,
     *   `webhook.public_key`.
     */
    @JvmOverloads
    public constructor(secrets: List<Secret>, headerNames: HeaderNames = HeaderNames.STANDARD) :
        this(translatingErrors { FfiSigner(secrets.map { it.native }, headerNames.native) })

    /** Creates a signer with one secret. */
    @JvmOverloads
    public constructor(secret: Secret, headerNames: HeaderNames = HeaderNames.STANDARD) :
        this(listOf(secret), headerNames)

    /** Creates a signer with one secret. The secret is a string. */
    @JvmOverloads
    public constructor(secret: String, headerNames: HeaderNames = HeaderNames.STANDARD) :
        this(Secret(secret).use { translatingErrors { FfiSigner(listOf(it.native), headerNames.native) } })

    /**
     * Returns the headers `webhook-id`, `webhook-timestamp` (in whole seconds, rounded down) and
     * `webhook-signature`, in this order, or those of the chosen header names. The values are strings, because a signature is
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
     * Returns the headers `webhook-id`, `webhook-timestamp` (in whole seconds, rounded down) and
     * `webhook-signature`, in this order, or those of the chosen header names. The body is a string.
     */
    public fun sign(id: String, now: Instant, body: String): List<Pair<String, String>> =
        sign(id, now, body.toByteArray())

    override fun toString(): String = "Signer($MASK)"

    override fun close(): Unit = native.close()
}

/**
 * Verifies deliveries with the secret of a webhook, or with several secrets while they are rotated.
 *
 * If any of the secrets is a public key (`whpk_`), a delivery must have a valid signature of
 * version `v1a`; otherwise, it must have one of version `v1`. Signatures of the other version are
 * ignored, so nobody can replace a signature of version `v1a` by a weaker one.
 *
 * @param secrets 1 to 5 secrets: the delivery must have a valid signature of one of them, of the
 *   required version. They are the same as for [Signer], but with public keys (`whpk_` and 32 bytes
 *   in base64) instead of private ones.
 * @param toleranceSeconds how many seconds the delivery's time may be before or after `now`: 0 to
 *   4294967295.
 * @param headerNames the names of the headers. Headers with any other name are ignored.
 * @throws KeyrailException `webhook.no_secret`, `webhook.too_many_secrets`,
 *   `webhook.malformed_secret`, `webhook.secret_length`, `webhook.invalid_public_key`,
 *   `webhook.private_key`, `webhook.tolerance`.
 */
public class Verifier @JvmOverloads constructor(
    secrets: List<Secret>,
    toleranceSeconds: Long = 300,
    headerNames: HeaderNames = HeaderNames.STANDARD,
) : AutoCloseable {
    internal val native =
        translatingErrors { FfiVerifier(secrets.map { it.native }, toleranceSeconds, headerNames.native) }

    /** Creates a verifier with one secret. */
    @JvmOverloads
    public constructor(
        secret: Secret,
        toleranceSeconds: Long = 300,
        headerNames: HeaderNames = HeaderNames.STANDARD,
    ) : this(listOf(secret), toleranceSeconds, headerNames)

    /**
     * Verifies a delivery with the headers and the body that were received. The headers may be in
     * any order, with other headers among them. The body must be unchanged, byte for byte. A
     * malformed signature does not make a valid one invalid.
     *
     * The body is hashed once for each secret. With public keys, it is hashed once for each pair of
     * a public key and a signature, so up to 80 times. Limit the length of the body before you
     * verify it.
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
