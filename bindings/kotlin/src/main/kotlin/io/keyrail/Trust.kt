package io.keyrail

import io.keyrail.ffi.FfiTrust

/**
 * The one header that contains the client's address, and the networks of the proxies that may write
 * this header. It is an argument of [Keyrail.Header.clientIp].
 *
 * The header `Forwarded` is parsed according to RFC 7239. Every other header is parsed as a list of
 * addresses, as in `X-Forwarded-For`. Never name a header that your outermost proxy passes on
 * unchanged from the client. Without networks, the header is not read.
 */
public class Trust private constructor(internal val native: FfiTrust) : AutoCloseable {
    /**
     * Trusts what proxies in these networks wrote in the header with this name.
     *
     * @param networks the networks of the proxies, such as `10.0.0.0/8` or `::1`.
     * @throws KeyrailException `header.malformed_name`, `network.malformed`,
     *   `network.host_bits`.
     */
    public constructor(header: String, networks: List<String>) : this(translatingErrors { FfiTrust(header, networks) })

    /** The header's name. */
    public val header: String get() = translatingErrors { native.header() }

    /**
     * Returns whether the address is in a trusted network.
     *
     * @throws KeyrailException `network.malformed`.
     */
    public fun trusts(ip: String): Boolean = translatingErrors { native.trusts(ip) }

    override fun toString(): String = printed("Trust") { "Trust($header)" }

    override fun close(): Unit = native.close()

    public companion object {
        /**
         * Trusts what proxies in these networks wrote in `Forwarded` (RFC 7239).
         *
         * @throws KeyrailException `network.malformed`, `network.host_bits`.
         */
        @JvmStatic
        public fun forwarded(networks: List<String>): Trust = Trust(translatingErrors { FfiTrust.forwarded(networks) })

        /**
         * Trusts what proxies in these networks wrote in `X-Forwarded-For`.
         *
         * @throws KeyrailException `network.malformed`, `network.host_bits`.
         */
        @JvmStatic
        public fun xForwardedFor(networks: List<String>): Trust = Trust(translatingErrors { FfiTrust.xForwardedFor(networks) })

        /** Trusts no proxy: the peer is the client. */
        @JvmStatic
        public fun none(): Trust = Trust(translatingErrors { FfiTrust.none() })

        /**
         * Reads the trust from its configuration. An example is
         * `{"header": "X-Forwarded-For", "networks": ["10.0.0.0/8", "::1"]}`.
         *
         * @throws KeyrailException if the document is invalid;
         *   [faults][KeyrailException.faults] lists the faults.
         */
        @JvmStatic
        public fun fromJson(text: String): Trust = Trust(translatingErrors { FfiTrust.fromJson(text) })
    }
}
