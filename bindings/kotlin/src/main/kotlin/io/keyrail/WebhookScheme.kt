package io.keyrail

import io.keyrail.ffi.FfiVerifiedRequest
import io.keyrail.ffi.FfiWebhookScheme
import io.keyrail.ffi.webhookSchemeDocument
import io.keyrail.ffi.webhookSchemeNames
import java.time.Instant

/**
 * How a vendor signs the requests to a webhook: where the signature is, how it is computed, and
 * which parts of the request it covers.
 *
 * [named] returns the schemes of some vendors. Others can be declared in JSON. A declaration lists
 * the signed parts in order: literal text, or one of `{method}`, `{url}`, `{body}`, `{timestamp}`,
 * `{id}`, `{header:NAME}`, `{json:POINTER}` and `{form_sorted}`, the parameters of a form in the
 * body, sorted by name, without separators.
 */
public class WebhookScheme private constructor(private val native: FfiWebhookScheme) : AutoCloseable {
    /**
     * Returns the headers that sign a request: the signature, and the timestamp if the scheme has
     * one. Add them to the request. An id that the scheme signs must be in the request already.
     *
     * @param secret the secret. For `ed25519`, it is the seed of the private key.
     * @throws KeyrailException `webhook.malformed_scheme_secret`; `webhook.cannot_sign` if the
     *   signature or the timestamp is not in a header; `webhook.missing_part`,
     *   `webhook.ambiguous_part` and others.
     */
    public fun sign(
        secret: Secret,
        method: String,
        url: String,
        headers: List<Pair<String, String>>,
        body: ByteArray,
        now: Instant,
    ): List<Pair<String, HeaderValue>> =
        translatingErrors {
            copying(body) { native.sign(secret.native, method, url, headers.flattened(), it, now.millis()) }
        }.toPairs()

    /**
     * Verifies a request with 1 to 5 secrets: a signature must be valid with one of them. The body
     * must be unchanged, byte for byte.
     *
     * If the scheme has a timestamp, it may differ from [now] by at most the tolerance, in either
     * direction. Without a timestamp, an old request is as valid as a new one: pass every verified
     * request to [ReceivePolicy.claim]. [VerifiedRequest.covered] says which parts of the request
     * are signed. Do not trust any other part.
     *
     * @param secrets the secrets. For `ed25519`, a secret is the vendor's public key.
     * @param url the whole URL to which the request was sent, with its query. Behind a proxy, it is
     *   the URL that the sender used.
     * @throws KeyrailException `webhook.missing_signature`, `webhook.too_old`,
     *   `webhook.wrong_signature` and others.
     */
    public fun verify(
        secrets: List<Secret>,
        method: String,
        url: String,
        headers: List<Pair<String, String>>,
        body: ByteArray,
        now: Instant,
    ): VerifiedRequest =
        translatingErrors {
            val secrets = secrets.map { it.native }
            copying(body) { native.verify(secrets, method, url, headers.flattened(), it, now.millis()) }
        }.toVerified()

    /** Verifies a request with 1 to 5 secrets. The headers are a map. */
    public fun verify(
        secrets: List<Secret>,
        method: String,
        url: String,
        headers: Map<String, List<String>>,
        body: ByteArray,
        now: Instant,
    ): VerifiedRequest = verify(secrets, method, url, headers.toHeaders(), body, now)

    override fun equals(other: Any?): Boolean =
        this === other || ifOpen(false) { other is WebhookScheme && translatingErrors { native == other.native } }

    override fun hashCode(): Int = 0

    override fun toString(): String = "WebhookScheme"

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Returns the scheme of a vendor: `adcp` (the HMAC of the Ad Context Protocol), `discord`,
         * `github`, `hubspot` (version 3), `line`, `mehery`, `meta`, `shopify`, `slack`, `stripe`,
         * `telegram`, `twilio` or `zoom`.
         *
         * Some vendors sign parts without a separator between them, which a scheme of your own may
         * not do.
         *
         * Discord expects the status 401 if a signature is invalid. Twilio may sign the URL with its
         * default port: if the verification fails, try the URL with `:443` after the host, too.
         *
         * @throws KeyrailException `webhook.unknown_scheme`, and `webhook.unsupported_scheme` for
         *   `paypal`, `sns` and `jwt`, whose signatures need certificates or tokens.
         */
        @JvmStatic
        public fun named(name: String): WebhookScheme = WebhookScheme(translatingErrors { FfiWebhookScheme.named(name) })

        /**
         * Returns the JSON document of a vendor's scheme.
         *
         * @throws KeyrailException `webhook.unknown_scheme`.
         */
        @JvmStatic
        public fun document(name: String): String = translatingErrors { webhookSchemeDocument(name) }

        /** Returns the names of the vendors whose schemes are built in. */
        @JvmStatic
        public fun names(): List<String> = translatingErrors { webhookSchemeNames() }

        /**
         * Reads a scheme from JSON.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults].
         */
        @JvmStatic
        public fun fromJson(text: String): WebhookScheme =
            WebhookScheme(translatingErrors { FfiWebhookScheme.fromJson(text) })
    }
}

/**
 * A request whose signature is valid.
 *
 * @property id the id of the message, or `null` if the scheme has none, or if the request does not
 *   contain exactly one. Anyone who sees a request can send it again with another id, unless
 *   [isIdSigned].
 * @property isIdSigned whether the signature covers the id: by itself, or as a part of the signed
 *   body.
 * @property timestamp the time of signing, if the scheme has one.
 * @property covered the names of the parts that the signature covers, in order: `method`, `url`,
 *   `body`, `timestamp`, `id`, `header:NAME`, `json:POINTER` or `form`. A static token covers
 *   nothing. `form` does not say where a name or a value ends. HubSpot and Twilio sign parts without
 *   a separator: their signatures do not say where one part ends and the next one begins.
 */
public data class VerifiedRequest(
    val id: String?,
    val isIdSigned: Boolean,
    val timestamp: Instant?,
    val covered: List<String>,
)

private fun FfiVerifiedRequest.toVerified(): VerifiedRequest =
    VerifiedRequest(id, isIdSigned, timestampMs?.toInstant(), covered)
