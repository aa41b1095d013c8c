import Foundation

/// Functions for webhooks; see ``Signer`` and ``Verifier``.
public enum Webhook {
    /// Checks that a URL may be the target of a webhook: it must use https and a public host, and
    /// contain no user name, password or fragment. It may contain a port, a path and a query.
    ///
    /// A host name is not resolved, because its addresses can change at any time: the sender must
    /// check the address when it connects.
    ///
    /// - Parameter allowLoopback: whether http and https URLs of the local machine are accepted
    ///   too.
    /// - Throws: a code that begins with `webhook.target_`.
    public static func checkTarget(_ url: String, allowLoopback: Bool = false) throws(KeyrailError) {
        try translatingErrors { try webhookCheckTarget(url: url, allowLoopback: allowLoopback) }
    }
}

/// Signs deliveries with the secret of a webhook, or with several secrets while they are rotated.
/// The signatures follow Standard Webhooks 1.0.
public struct Signer: Masked, Sendable {
    private let native: FfiSigner

    /// Creates a signer with 1 to 16 secrets. Each secret produces one signature, and the
    /// signatures are in the order of the secrets. A secret consists of `whsec_` and the base64
    /// encoding of 24 to 64 bytes. Pass several secrets while you rotate them.
    ///
    /// - Throws: `webhook.no_secret`, `webhook.too_many_secrets`, `webhook.malformed_secret`,
    ///   `webhook.secret_length`.
    public init(_ secrets: [Secret]) throws(KeyrailError) {
        native = try translatingErrors { try FfiSigner(secrets: secrets.map(\.native)) }
    }

    /// Creates a signer with one secret.
    public init(_ secret: Secret) throws(KeyrailError) {
        try self.init([secret])
    }

    /// Creates a signer with one secret. The secret is a string.
    public init(_ secret: String) throws(KeyrailError) {
        try self.init(Secret(secret))
    }

    /// Returns the headers `webhook-id`, `webhook-timestamp` (in whole seconds, rounded
    /// down) and `webhook-signature`, in this order. The values are strings, because a signature is
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
public struct Verifier: Masked, Sendable {
    private let native: FfiVerifier

    /// Creates a verifier with 1 to 16 secrets. A delivery must be signed with one of them.
    ///
    /// - Parameter toleranceSeconds: how many seconds the delivery's time may be before or after
    ///   `now`: 0 to 4294967295.
    /// - Throws: the codes of ``Signer``, and `webhook.tolerance`.
    public init(_ secrets: [Secret], toleranceSeconds: Int64 = 300) throws(KeyrailError) {
        native = try translatingErrors {
            try FfiVerifier(secrets: secrets.map(\.native), toleranceSeconds: toleranceSeconds)
        }
    }

    /// Creates a verifier with one secret.
    public init(_ secret: Secret, toleranceSeconds: Int64 = 300) throws(KeyrailError) {
        try self.init([secret], toleranceSeconds: toleranceSeconds)
    }

    /// Verifies a delivery with the headers and the body that were received. The headers may be in
    /// any order, with other headers among them. The body must be unchanged, byte for byte.
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
