package io.keyrail

import io.keyrail.ffi.FfiPlatform
import io.keyrail.ffi.platformNames
import io.keyrail.ffi.urlDecode
import io.keyrail.ffi.urlEncode
import io.keyrail.ffi.urlEncodeQuery
import io.keyrail.ffi.webhookCheckTarget

/**
 * What Keyrail can do without an object to do it on. Everything else begins
 * with a type: [KeyFormat], [Scheme], [KeyRecord], [RouteTable], [Signer],
 * [Platform], [Gateway].
 *
 * Nothing here does I/O, reads a clock or draws random bytes: what the host
 * knows is an argument. Times are Unix milliseconds.
 */
public object Keyrail {
    /** Percent-encoding and queries (RFC 3986). */
    public object Url {
        /** Escapes everything but the unreserved characters of RFC 3986: a space is `%20`, `*` is `%2A`. */
        @JvmStatic
        public fun encode(text: String): String = calling { urlEncode(text) }

        /**
         * The text that [encode] escaped, read strictly: `+` stays a plus.
         *
         * @throws KeyrailException `url.malformed_escape` and `url.not_utf8`, with the offset.
         */
        @JvmStatic
        public fun decode(text: String): String = calling { urlDecode(text) }

        /** A query of these pairs, in their order: `q=a%20b&q=c`. */
        @JvmStatic
        public fun encodeQuery(pairs: List<Pair<String, String>>): String = calling { urlEncodeQuery(pairs.inTurn()) }
    }

    /** What concerns webhooks as such; see [Signer] and [Verifier]. */
    public object Webhook {
        /**
         * Refuses a URL that no webhook may have: without https, with userinfo
         * or a fragment, or one that leads to a host that is not public.
         *
         * The name in a URL may still resolve to a private address: the host
         * checks what it connects to.
         *
         * @param allowLoopback whether `http` and `https` to this very machine pass too.
         * @throws KeyrailException with one of the codes `webhook.target_...`.
         */
        @JvmStatic
        @JvmOverloads
        public fun checkTarget(url: String, allowLoopback: Boolean = false): Unit =
            calling { webhookCheckTarget(url, allowLoopback) }
    }

    /** The platforms that Keyrail knows. */
    public object Platform {
        /** The names of all of them. */
        @JvmStatic
        public fun names(): List<String> = calling { platformNames() }

        /**
         * A platform by its name.
         *
         * @throws KeyrailException `platform.unknown`.
         */
        @JvmStatic
        public fun get(name: String): io.keyrail.Platform =
            io.keyrail.Platform(calling { FfiPlatform.get(name) })

        /**
         * A platform of the host's own, from its configuration.
         *
         * @throws KeyrailException with all [faults][KeyrailException.faults].
         */
        @JvmStatic
        public fun fromJson(text: String): io.keyrail.Platform =
            io.keyrail.Platform(calling { FfiPlatform.fromJson(text) })
    }
}
