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

/**
 * The functions of Keyrail that are not methods of a type. The main types are [KeyFormat],
 * [Scheme], [KeyRecord], [RouteTable], [Signer], [Platform] and [Gateway].
 *
 * Nothing in this package does I/O, reads a clock or generates random bytes: the host passes
 * them as arguments.
 */
public object Keyrail {
    /** Percent-encoding and queries (RFC 3986). */
    public object Url {
        /**
         * Escapes every byte outside the unreserved set as `%` and two upper-case
         * hexadecimal digits (RFC 3986, sections 2.1 and 2.3). A space is `%20`, `*` is
         * `%2A`.
         */
        @JvmStatic
        public fun encode(text: String): String = translatingErrors { urlEncode(text) }

        /** Escapes every byte that the set does not keep. */
        @JvmStatic
        public fun encode(text: String, set: EncodeSet): String = translatingErrors { urlEncodeWith(text, set.native) }

        /** Encodes bytes, which need not be UTF-8, as [encode] does a string. */
        @JvmStatic
        public fun encodeBytes(bytes: ByteArray): String = translatingErrors { copying(bytes) { urlEncodeBytes(it) } }

        /** Encodes each string of a list, as [encode] does. It is one call into the library. */
        @JvmStatic
        public fun encodeBatch(texts: List<String>): List<String> = translatingErrors { unpacked(packed(texts, ::urlEncodeBatch)) }

        /**
         * Decodes every escape; the decoded bytes must be UTF-8. A `+` is a plus.
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

        /** Decodes each string of a list, as [decode] does. An error does not stop the others. */
        @JvmStatic
        public fun decodeBatch(texts: List<String>): List<Decoded> = Decoded.ofAll(texts)

        /**
         * Normalizes a string to the spelling that [encode] writes, without encoding twice:
         * a valid escape stays, in upper case; an escape of an unreserved character is
         * decoded; everything else outside the unreserved set, including a `%` that does
         * not begin an escape, is escaped. Normalizing twice changes nothing more.
         */
        @JvmStatic
        public fun normalize(text: String): String = translatingErrors { urlNormalize(text) }

        /**
         * Encodes pairs as a query: names and values with [encode], a space as `%20`, in
         * the order given; a name may occur more than once, and a value that is `null` is
         * written without `=`. An example is `q=a%20b&q=c`.
         *
         * @throws KeyrailException `url.empty_pair` for a single pair with an empty name
         *   and no value.
         */
        @JvmStatic
        public fun encodeQuery(pairs: List<Pair<String, String?>>): String = translatingErrors { urlEncodeQuery(pairs.flattened()) }

        /**
         * Parses a query into pairs, in order. Names that occur more than once are kept,
         * and a value is empty after `=`, `null` without it. The query is read as strictly
         * as [decode] does. An empty query has no pairs.
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
         * Returns the address that a request came from, as far as it can be trusted.
         *
         * If the peer is not in a trusted network, it is the client, and no header
         * is read. If it is, the header is read from right to left until an
         * address that is in no trusted network: the client. If all are trusted, the
         * leftmost is the client. If the header is missing, the peer is the client. IPv4-mapped
         * addresses become plain IPv4 addresses.
         *
         * @param peer the other end of the connection.
         * @param headers names and values in the order in which they were received.
         * @throws KeyrailException `header.unknown_hop`, `header.hidden_hop`,
         *   `header.malformed_hop`, `header.too_many_hops`, `header.too_long`,
         *   with the offset in the header's values joined by `, `; `header.ambiguous`;
         *   `network.malformed` for the peer. Reject the request on any of them: do not use
         *   the peer's address instead.
         */
        @JvmStatic
        public fun clientIp(peer: String, headers: List<Pair<String, String>>, trust: Trust): String =
            translatingErrors { headerClientIp(peer, headers.flattened(), trust.native) }

        /**
         * Returns the address that a request came from, as far as it can be trusted. The
         * headers are a map.
         */
        @JvmStatic
        public fun clientIp(peer: String, headers: Map<String, List<String>>, trust: Trust): String =
            clientIp(peer, headers.toHeaders(), trust)

        /**
         * Returns the problem to answer a rejected request, delivery or webhook URL with.
         * For a request: 401 if the credential is missing, wrong or of another
         * authentication scheme, 400 if it is duplicate, ambiguous or malformed, 403 if
         * the key may not do this. For a delivery: 400 if a header is missing, duplicate
         * or malformed, 403 if it is too old, too new or signed with another secret. For
         * a webhook URL: 400. For an invalid scheme, secret or time of the host: 500.
         * `null` for any other error, and for one that was stored and read back.
         */
        @JvmStatic
        public fun problem(error: KeyrailException): Problem? = error.problem

        /**
         * Returns the response for a problem, as [Problem.response] does, with the scheme's
         * challenge if the status is 401. It is a body of `application/problem+json`, which
         * caches must not store. The challenge names an error unless no credential came. A
         * realm that [Scheme.challenge] rejects is written as an empty one.
         */
        @JvmStatic
        public fun render(problem: Problem, scheme: Scheme, realm: String): Response =
            translatingErrors { headerRender(problem.native, scheme.native, realm) }.toResponse()
    }

    /** Functions for webhooks; see [Signer] and [Verifier]. */
    public object Webhook {
        /**
         * Checks that a URL may be the target of a webhook: https, a public host, no user
         * name, no password and no fragment; a port, a path and a query may be there.
         *
         * The host name of the URL may still resolve to a private address: the host
         * must check the address before it connects.
         *
         * @param allowLoopback whether `http` and `https` to the local machine are accepted too.
         * @throws KeyrailException with one of the codes `webhook.target_...`.
         */
        @JvmStatic
        @JvmOverloads
        public fun checkTarget(url: String, allowLoopback: Boolean = false): Unit =
            translatingErrors { webhookCheckTarget(url, allowLoopback) }
    }
}
