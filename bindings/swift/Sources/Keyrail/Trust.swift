/// Functions for HTTP headers; see ``Scheme``.
public enum Header {
    /// Returns the client's address, using what trusted proxies report in a header.
    ///
    /// If the peer is not in a trusted network, it is the client, and no header is read. Otherwise
    /// the header is read from right to left, starting with its last line. The first address that
    /// is in no trusted network is the client's. If all addresses are trusted, the leftmost one is
    /// the client's. If the header is missing, the peer is the client. IPv4-mapped addresses become
    /// plain IPv4 addresses.
    ///
    /// ```swift
    /// let trust = try Trust.xForwardedFor(["10.0.0.0/8"])
    /// let headers = [("X-Forwarded-For", "203.0.113.7, 10.0.0.3")]
    /// try Header.clientIp(peer: "10.0.0.2", headers: headers, trust: trust)   // 203.0.113.7
    /// ```
    ///
    /// - Parameters:
    ///   - peer: the other end of the connection.
    ///   - headers: names and values in the order in which they were received.
    /// - Throws: `header.unknown_hop`, `header.hidden_hop`, `header.malformed_hop`,
    ///   `header.too_many_hops`, `header.too_long`, each with an offset into the header's values
    ///   after they were joined by `, `; `header.ambiguous`; `network.malformed` if the peer is not
    ///   an IP address. Reject the request on any of these errors: do not use the peer's address
    ///   instead.
    public static func clientIp(
        peer: String, headers: [(String, String)], trust: Trust
    ) throws(KeyrailError) -> String {
        try translatingErrors {
            try headerClientIp(peer: peer, headers: flattened(headers), trust: trust.native)
        }
    }
}

/// The one header that contains the client's address, and the networks of the proxies that may
/// write this header.
///
/// The header `Forwarded` is parsed according to RFC 7239. Every other header is parsed as a list
/// of addresses, as in `X-Forwarded-For`. Never name a header that your outermost proxy passes on
/// unchanged from the client. Without networks, the header is not read.
public struct Trust: CustomStringConvertible, Sendable {
    let native: FfiTrust

    private init(_ native: FfiTrust) {
        self.native = native
    }

    /// Trusts what proxies in these networks wrote in the header with this name.
    ///
    /// - Parameter networks: the networks of the proxies, such as `10.0.0.0/8` or `::1`.
    /// - Throws: `header.malformed_name`, `network.malformed`,
    ///   `network.host_bits`.
    public init(header: String, networks: [String]) throws(KeyrailError) {
        native = try translatingErrors { try FfiTrust(header: header, networks: networks) }
    }

    /// Trusts what proxies in these networks wrote in `Forwarded` (RFC 7239).
    ///
    /// - Throws: `network.malformed`, `network.host_bits`.
    public static func forwarded(_ networks: [String]) throws(KeyrailError) -> Trust {
        Trust(try translatingErrors { try FfiTrust.forwarded(networks: networks) })
    }

    /// Trusts what proxies in these networks wrote in `X-Forwarded-For`.
    ///
    /// - Throws: `network.malformed`, `network.host_bits`.
    public static func xForwardedFor(_ networks: [String]) throws(KeyrailError) -> Trust {
        Trust(try translatingErrors { try FfiTrust.xForwardedFor(networks: networks) })
    }

    /// Trusts no proxy: the peer is the client.
    public static func none() -> Trust {
        Trust(FfiTrust.none())
    }

    /// Reads the trust from its configuration. An example is
    /// `{"header": "X-Forwarded-For", "networks": ["10.0.0.0/8", "::1"]}`.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiTrust.fromJson(text: json) }
    }

    /// The header's name.
    public var header: String { native.header() }

    /// Returns whether the address is in a trusted network.
    ///
    /// - Throws: `network.malformed`.
    public func trusts(_ ip: String) throws(KeyrailError) -> Bool {
        try translatingErrors { try native.trusts(ip: ip) }
    }

    public var description: String { "Trust(\(header))" }
}
