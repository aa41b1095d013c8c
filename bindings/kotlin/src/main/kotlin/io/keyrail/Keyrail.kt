package io.keyrail

import io.keyrail.ffi.headerClientIp
import io.keyrail.ffi.headerRender
import io.keyrail.ffi.urlDecode
import io.keyrail.ffi.urlDecodeBytes
import io.keyrail.ffi.urlDecodeForm
import io.keyrail.ffi.urlEncode
import io.keyrail.ffi.urlEncodeBatch
import io.keyrail.ffi.urlEncodeBytes
import io.keyrail.ffi.urlEncodeQuery
import io.keyrail.ffi.urlEncodeWith
import io.keyrail.ffi.urlNormalize
import io.keyrail.ffi.urlParseQuery
import io.keyrail.ffi.webhookCheckTarget
import io.keyrail.ffi.webhookGeneratePrivateKey
import io.keyrail.ffi.webhookGenerateSecret
import io.keyrail.ffi.webhookIsPublicAddress
import io.keyrail.ffi.webhookPublicKey

/**
 * The functions of Keyrail that are not methods of a type. The main types are [KeyFormat],
 * [Scheme], [KeyRecord], [RouteTable], [Signer], [Platform] and [Gateway].
 *
 * Nothing in this package does I/O, reads a clock or generates random bytes: the host passes
 * times and random bytes as arguments.
 */
public object Keyrail {
    /** Percent-encoding and queries (RFC 3986). */
    public object Url {
        /**
         * Escapes every byte outside the unreserved set as `%` and two upper-case hexadecimal
         * digits (RFC 3986, sections 2.1 and 2.3). A space becomes `%20`, and `*` becomes `%2A`.
         */
        @JvmStatic
        public fun encode(text: String): String = translatingErrors { urlEncode(text) }

        /** Escapes every byte that the set does not keep. */
        @JvmStatic
        public fun encode(text: String, set: EncodeSet): String = translatingErrors { urlEncodeWith(text, set.native) }

        /** Encodes bytes, which need not be UTF-8, the way [encode] encodes a string. */
        @JvmStatic
        public fun encodeBytes(bytes: ByteArray): String = translatingErrors { copying(bytes) { urlEncodeBytes(it) } }

        /**
         * Encodes each string of a list, as [encode] does. All strings are encoded in one call into
         * the native library.
         */
        @JvmStatic
        public fun encodeBatch(texts: List<String>): List<String> = translatingErrors { unpacked(packed(texts, ::urlEncodeBatch)) }

        /**
         * Decodes every escape. The decoded bytes must be UTF-8. A `+` stays a `+`.
         *
         * @throws KeyrailException `url.malformed_escape` and `url.invalid_utf8`, with the offset.
         */
        @JvmStatic
        public fun decode(text: String): String = translatingErrors { urlDecode(text) }

        /**
         * Decodes every escape; the decoded bytes need not be UTF-8.
         *
         * @throws KeyrailException `url.malformed_escape`, with the offset.
         */
        @JvmStatic
        public fun decodeBytes(text: String): ByteArray = translatingErrors { urlDecodeBytes(text) }

        /**
         * Decodes a name or a value of a form (`application/x-www-form-urlencoded`):
         * like [decode], but a `+` is a space.
         *
         * @throws KeyrailException as [decode] does.
         */
        @JvmStatic
        public fun decodeForm(text: String): String = translatingErrors { urlDecodeForm(text) }

        /**
         * Decodes each string of a list, as [decode] does. An error in one string does not affect
         * the others.
         */
        @JvmStatic
        public fun decodeBatch(texts: List<String>): List<Decoded> = Decoded.ofAll(texts)

        /**
         * Normalizes a string to the spelling that [encode] writes, without encoding twice. An
         * escape of an unreserved character is decoded. Any other valid escape is kept, with its
         * hexadecimal digits in upper case. All other characters outside the unreserved set are
         * escaped, and so is a `%` that does not begin an escape. Normalizing a normalized string
         * does not change it.
         */
        @JvmStatic
        public fun normalize(text: String): String = translatingErrors { urlNormalize(text) }

        /**
         * Encodes pairs as a query, in the order given. Names and values are encoded by [encode],
         * so a space becomes `%20`. A name may occur more than once, and a pair whose value is
         * `null` is written without `=`. For example, `listOf("q" to "a b", "q" to "c")` becomes
         * `q=a%20b&q=c`.
         *
         * @throws KeyrailException `url.empty_pair` if the only pair has an empty name and no
         *   value.
         */
        @JvmStatic
        public fun encodeQuery(pairs: List<Pair<String, String?>>): String = translatingErrors { urlEncodeQuery(pairs.flattened()) }

        /**
         * Parses a query into pairs, in order. Repeated names are kept, and an empty value (`a=`)
         * differs from a missing `=` (`a`, whose value is `null`). Names and values are decoded by
         * [decode], so a `+` stays a `+`. An empty query has no pairs.
         *
         * @throws KeyrailException as [decode] does, with the offset in the query.
         */
        @JvmStatic
        public fun parseQuery(query: String): List<Pair<String, String?>> =
            translatingErrors { urlParseQuery(query) }.chunked(2) { (name, value) -> name.orEmpty() to value }
    }

    /** Functions for HTTP headers; see [Scheme]. */
    public object Header {
        /**
         * Returns the client's address, using what trusted proxies report in a header.
         *
         * If the peer is not in a trusted network, it is the client, and no header is read.
         * Otherwise the header is read from right to left, starting with its last line. The first
         * address that is in no trusted network is the client's. If all addresses are trusted, the
         * leftmost one is the client's. If the header is missing, the peer is the client.
         * IPv4-mapped addresses become plain IPv4 addresses.
         *
         * @param peer the other end of the connection.
         * @param headers names and values in the order in which they were received.
         * @throws KeyrailException `header.ambiguous`, or `network.malformed` if the peer is not an
         *   IP address. The other errors are `header.unknown_hop`, `header.hidden_hop`,
         *   `header.malformed_hop`, `header.too_many_hops` and `header.too_long`. Each of these
         *   five has an offset into the header's values after they were joined by a comma and a
         *   space. Reject the request on any of these errors: do not use the peer's address
         *   instead.
         */
        @JvmStatic
        public fun clientIp(peer: String, headers: List<Pair<String, String>>, trust: Trust): String =
            translatingErrors { headerClientIp(peer, headers.flattened(), trust.native) }

        /**
         * Returns the client's address, using what trusted proxies report in a header. The headers
         * are a map.
         */
        @JvmStatic
        public fun clientIp(peer: String, headers: Map<String, List<String>>, trust: Trust): String =
            clientIp(peer, headers.toHeaders(), trust)

        /**
         * Returns the problem for a rejected request, webhook delivery or webhook URL.
         *
         * For a request, the status is 401 if the credential is missing, wrong or of another
         * authentication scheme, 400 if the credential is duplicate, ambiguous or malformed, 403 if
         * the key does not allow the request, and 429 if a limit of the key is exceeded. For a
         * delivery, the status is 400 if a header is missing, duplicate or malformed, and 403 if
         * the delivery is too old, is too new or has no valid signature. For a webhook URL, the
         * status is 400. If a scheme, a secret or a time that your program passed is invalid, the
         * status is 500. Returns `null` for any other error, and for an exception that was
         * serialized and deserialized.
         */
        @JvmStatic
        public fun problem(error: KeyrailException): Problem? = error.problem

        /**
         * Returns the response for a problem, as [Problem.response] does, with the scheme's
         * challenge if the status is 401. A 403 also has a challenge if the scheme is `Bearer` and
         * the problem names the required scope. The body is `application/problem+json`, and caches
         * must not store the response. The `Bearer` challenge of a 401 names an error, unless the
         * problem's code is `header.missing` or `header.unknown_scheme`. With either of these
         * codes, the request has no credential of the scheme. A realm that [Scheme.challenge]
         * rejects is replaced by an empty realm.
         */
        @JvmStatic
        public fun render(problem: Problem, scheme: Scheme, realm: String): Response =
            translatingErrors { headerRender(problem.native, scheme.native, realm) }.toResponse()
    }

    /** Functions for webhooks; see [Signer] and [Verifier]. */
    public object Webhook {
        /**
         * Checks that a URL may be the target of a webhook: it must use https and a public host,
         * and contain no user name, password or fragment. It may contain a port, a path and a
         * query.
         *
         * A host name is not resolved, because its addresses can change at any time: the sender
         * must check the address when it connects, with [isPublicAddress].
         *
         * @param allowLoopback whether http and https URLs of the local machine are accepted too.
         * @throws KeyrailException with one of the codes `webhook.target_...`.
         */
        @JvmStatic
        @JvmOverloads
        public fun checkTarget(url: String, allowLoopback: Boolean = false): Unit =
            translatingErrors { webhookCheckTarget(url, allowLoopback) }

        /**
         * Returns whether an IP address is on the public internet, so that a webhook may be sent to
         * it.
         *
         * [checkTarget] does not resolve the host name of a URL. Before a delivery is sent, resolve
         * the name, check every address, and connect to an address that was checked: a second
         * look-up may return another one. Check each redirect in the same way, or follow none. An
         * IPv4-mapped, NAT64 (64:ff9b::/96), 6to4 or Teredo address is not public, even if the IPv4
         * address in it is. If your network has a NAT64 prefix of its own, reject that too.
         *
         * @throws KeyrailException `network.malformed`.
         */
        @JvmStatic
        public fun isPublicAddress(ip: String): Boolean = translatingErrors { webhookIsPublicAddress(ip) }

        /**
         * Returns a new secret for signatures of version `v1`: `whsec_` and 32 bytes in base64.
         *
         * @param entropy at least 32 bytes from a `SecureRandom`, new for each secret. Wipe them
         *   after the call.
         * @throws KeyrailException `webhook.too_little_entropy`.
         */
        @JvmStatic
        public fun generateSecret(entropy: ByteArray): Secret =
            Secret(translatingErrors { copying(entropy) { webhookGenerateSecret(it) } })

        /**
         * Returns a new private key for signatures of version `v1a`: `whsk_`, and the seed and the
         * public key in base64. Give receivers its [publicKey] only.
         *
         * @param entropy at least 32 bytes from a `SecureRandom`, new for each key. Wipe them after
         *   the call.
         * @throws KeyrailException `webhook.too_little_entropy`.
         */
        @JvmStatic
        public fun generatePrivateKey(entropy: ByteArray): Secret =
            Secret(translatingErrors { copying(entropy) { webhookGeneratePrivateKey(it) } })

        /**
         * Returns the public key of a private key: `whpk_` and 32 bytes in base64.
         *
         * @throws KeyrailException `webhook.malformed_secret`, `webhook.secret_length`,
         *   `webhook.not_private_key`, `webhook.key_mismatch`.
         */
        @JvmStatic
        public fun publicKey(privateKey: Secret): String =
            translatingErrors { webhookPublicKey(privateKey.native) }
    }
}
