import Foundation

/// Functions for webhooks; see ``Signer`` and ``Verifier``.
public enum Webhook {
    /// Checks that a URL may be the target of a webhook: it must use https and a public host, and
    /// contain no user name, password or fragment. It may contain a port, a path and a query.
    ///
    /// A host name is not resolved, because its addresses can change at any time: the sender must
    /// check the address when it connects, with ``isPublicAddress(_:)``.
    ///
    /// - Parameter allowLoopback: whether http and https URLs of the local machine are accepted
    ///   too.
    /// - Throws: a code that begins with `webhook.target_`.
    public static func checkTarget(_ url: String, allowLoopback: Bool = false) throws(KeyrailError) {
        try translatingErrors { try webhookCheckTarget(url: url, allowLoopback: allowLoopback) }
    }

    /// Returns whether an IP address is on the public internet, so that a webhook may be sent to it.
    ///
    /// ``checkTarget(_:allowLoopback:)`` does not resolve the host name of a URL. Before a delivery
    /// is sent, resolve the name, check every address, and connect to an address that was checked:
    /// a second look-up may return another one. Check each redirect in the same way, or follow
    /// none. An IPv4-mapped, NAT64 (64:ff9b::/96), 6to4 or Teredo address is not public, even if
    /// the IPv4 address in it is. If your network has a NAT64 prefix of its own, reject that too.
    ///
    /// - Throws: `network.malformed`.
    public static func isPublicAddress(_ ip: String) throws(KeyrailError) -> Bool {
        try translatingErrors { try webhookIsPublicAddress(ip: ip) }
    }

    /// Returns a new secret for signatures of version `v1`: `whsec_` and 32 bytes in base64.
    ///
    /// - Parameter entropy: at least 32 bytes from the system's random generator, new for each
    ///   secret.
    /// - Throws: `webhook.too_little_entropy`.
    public static func generateSecret(entropy: some DataProtocol) throws(KeyrailError) -> Secret {
        Secret(try translatingErrors { try webhookGenerateSecret(entropy: Data(entropy)) })
    }

    /// Returns a new private key for signatures of version `v1a`: `whsk_`, and the seed and the
    /// public key in base64. Give receivers its ``publicKey(of:)`` only.
    ///
    /// - Parameter entropy: at least 32 bytes from the system's random generator, new for each key.
    /// - Throws: `webhook.too_little_entropy`.
    public static func generatePrivateKey(entropy: some DataProtocol) throws(KeyrailError) -> Secret {
        Secret(try translatingErrors { try webhookGeneratePrivateKey(entropy: Data(entropy)) })
    }

    /// Returns the public key of a private key: `whpk_` and 32 bytes in base64.
    ///
    /// - Throws: `webhook.malformed_secret`, `webhook.secret_length`, `webhook.not_private_key`,
    ///   `webhook.key_mismatch`.
    public static func publicKey(of privateKey: Secret) throws(KeyrailError) -> String {
        try translatingErrors { try webhookPublicKey(privateKey: privateKey.native) }
    }
}

/// The names of the three headers of a delivery. The raw value is the same in all bindings.
public enum HeaderNames: String, Codable, Sendable {
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature`, as in Standard Webhooks.
    case standard
    /// `svix-id`, `svix-timestamp` and `svix-signature`, as Svix names them.
    case svix

    var native: FfiHeaderNames {
        switch self {
        case .standard: .standard
        case .svix: .svix
        }
    }
}

/// Signs deliveries with the secret of a webhook, or with several secrets while they are rotated.
/// The signatures follow Standard Webhooks 1.0.
public struct Signer: Masked, Sendable {
    let native: FfiSigner

    /// Creates a signer with 1 to 5 secrets. Each secret produces one signature, and the signatures
    /// are in the order of the secrets. A secret that consists of `whsec_` and 24 to 64 bytes in
    /// base64 is the key of an HMAC, and produces a signature of version `v1`. One that consists of
    /// `whsk_` and 32 or 64 bytes is a private key (Ed25519), and produces a signature of version
    /// `v1a`. Pass several secrets while you rotate them.
    ///
    /// - Throws: `webhook.no_secret`, `webhook.too_many_secrets`, `webhook.malformed_secret`,
    ///   `webhook.secret_length`, `webhook.key_mismatch`, `webhook.public_key`.
    public init(_ secrets: [Secret], headerNames: HeaderNames = .standard) throws(KeyrailError) {
        native = try translatingErrors {
            try FfiSigner(secrets: secrets.map(\.native), names: headerNames.native)
        }
    }

    /// Creates a signer with one secret.
    public init(_ secret: Secret, headerNames: HeaderNames = .standard) throws(KeyrailError) {
        try self.init([secret], headerNames: headerNames)
    }

    /// Creates a signer with one secret. The secret is a string.
    public init(_ secret: String, headerNames: HeaderNames = .standard) throws(KeyrailError) {
        try self.init(Secret(secret), headerNames: headerNames)
    }

    /// Returns the headers `webhook-id`, `webhook-timestamp` (in whole seconds, rounded down) and
    /// `webhook-signature`, in this order, or those of the chosen header names. The values are strings, because a signature is
    /// not a secret.
    ///
    /// - Parameters:
    ///   - id: the message's id, which is the same on every attempt. It has 1 to 256 visible ASCII
    ///     characters, without dots.
    ///   - now: the time at which the delivery is sent.
    /// - Throws: `webhook.malformed_id`, `webhook.malformed_timestamp` for a time before 1970,
    ///   `time.out_of_range`.
    public func sign(
        id: String, now: Date, body: some DataProtocol
    ) throws(KeyrailError) -> [(name: String, value: String)] {
        let body = Data(body)
        let texts = try translatingErrors { try native.sign(id: id, timestampMs: milliseconds(now), body: body) }
        return stride(from: 0, to: texts.count, by: 2).map { (texts[$0], texts[$0 + 1]) }
    }

    public var description: String { "Signer(\(mask))" }
}

/// Verifies deliveries with the secret of a webhook, or with several secrets while they are
/// rotated.
///
/// If any of the secrets is a public key (`whpk_`), a delivery must have a valid signature of
/// version `v1a`; otherwise, it must have one of version `v1`. Signatures of the other version are
/// ignored, so nobody can replace a signature of version `v1a` by a weaker one.
public struct Verifier: Masked, Sendable {
    let native: FfiVerifier

    /// Creates a verifier with 1 to 5 secrets. A delivery must have a valid signature of one of
    /// them, of the required version. They are the same as for ``Signer``, but with public keys
    /// (`whpk_` and 32 bytes in base64) instead of private ones.
    ///
    /// - Parameters:
    ///   - toleranceSeconds: how many seconds the delivery's time may be before or after `now`: 0
    ///     to 4294967295.
    ///   - headerNames: the names of the headers. Headers with any other name are ignored.
    /// - Throws: `webhook.no_secret`, `webhook.too_many_secrets`, `webhook.malformed_secret`,
    ///   `webhook.secret_length`, `webhook.invalid_public_key`, `webhook.private_key`,
    ///   `webhook.tolerance`.
    public init(
        _ secrets: [Secret], toleranceSeconds: Int64 = 300, headerNames: HeaderNames = .standard
    ) throws(KeyrailError) {
        native = try translatingErrors {
            try FfiVerifier(
                secrets: secrets.map(\.native), toleranceSeconds: toleranceSeconds,
                names: headerNames.native)
        }
    }

    /// Creates a verifier with one secret.
    public init(
        _ secret: Secret, toleranceSeconds: Int64 = 300, headerNames: HeaderNames = .standard
    ) throws(KeyrailError) {
        try self.init([secret], toleranceSeconds: toleranceSeconds, headerNames: headerNames)
    }

    /// Verifies a delivery with the headers and the body that were received. The headers may be in
    /// any order, with other headers among them. The body must be unchanged, byte for byte. A
    /// malformed signature does not make a valid one invalid.
    ///
    /// The body is hashed once for each secret. With public keys, it is hashed once for each pair
    /// of a public key and a signature, so up to 80 times. Limit the length of the body before you
    /// verify it.
    ///
    /// - Parameters:
    ///   - headers: names and values in the order in which they were received.
    ///   - body: the body as it was received, byte for byte.
    ///   - now: the current time.
    /// - Throws: a code that begins with `webhook.`. If no signature matches, the code is
    ///   `webhook.wrong_signature`.
    public func verify(
        headers: [(String, String)], body: some DataProtocol, now: Date
    ) throws(KeyrailError) -> Verified {
        let body = Data(body)
        let verified = try translatingErrors {
            try native.verify(headers: flattened(headers), body: body, nowMs: milliseconds(now))
        }
        return Verified(id: verified.id, timestamp: date(verified.timestampMs))
    }

    /// Verifies a delivery with the headers and the body that were received. The headers are a
    /// dictionary, such as `URLRequest.allHTTPHeaderFields`.
    @_disfavoredOverload
    public func verify(
        headers: [AnyHashable: Any], body: some DataProtocol, now: Date
    ) throws(KeyrailError) -> Verified {
        try verify(headers: headerPairs(headers), body: body, now: now)
    }

    public var description: String { "Verifier(\(mask))" }
}

/// A delivery that was verified.
public struct Verified: Hashable, Codable, Sendable {
    /// The message's id, which stays the same when the message is delivered again.
    public let id: String
    /// The time of signing, in whole seconds.
    public let timestamp: Date
}
