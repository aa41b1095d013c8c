import Foundation

/// How a vendor signs the requests to a webhook: where the signature is, how it is computed, and
/// which parts of the request it covers.
///
/// ``init(named:)`` returns the schemes of some vendors. Others can be declared in JSON. A declaration
/// lists the signed parts in order: literal text, or one of `{method}`, `{url}`, `{body}`,
/// `{timestamp}`, `{id}`, `{header:NAME}`, `{json:POINTER}` and `{form_sorted}`, the parameters of a
/// form in the body, sorted by name, without separators.
public struct WebhookScheme: Equatable, CustomStringConvertible, Sendable {
    private let native: FfiWebhookScheme

    /// Returns the scheme of a vendor: `adcp` (the HMAC of the Ad Context Protocol), `discord`,
    /// `github`, `hubspot` (version 3), `line`, `mehery`, `meta`, `shopify`, `slack`, `stripe`,
    /// `telegram`, `twilio` or `zoom`.
    ///
    /// Some vendors sign parts without a separator between them, which a scheme of your own may not
    /// do.
    ///
    /// Discord expects the status 401 if a signature is invalid. Twilio may sign the URL with its
    /// default port: if the verification fails, try the URL with `:443` after the host, too.
    ///
    /// - Throws: `webhook.unknown_scheme`, and `webhook.unsupported_scheme` for `paypal`, `sns` and
    ///   `jwt`, whose signatures need certificates or tokens.
    public init(named name: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiWebhookScheme.named(name: name) }
    }

    /// Reads a scheme from JSON.
    ///
    /// - Throws: an error with all faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiWebhookScheme.fromJson(text: json) }
    }

    /// Returns the JSON document of a vendor's scheme.
    ///
    /// - Throws: `webhook.unknown_scheme`.
    public static func document(_ name: String) throws(KeyrailError) -> String {
        try translatingErrors { try webhookSchemeDocument(name: name) }
    }

    /// The names of the vendors whose schemes are built in.
    public static var names: [String] { webhookSchemeNames() }

    /// Returns the headers that sign a request: the signature, and the timestamp if the scheme has
    /// one. Add them to the request. An id that the scheme signs must be in the request already.
    ///
    /// - Parameter secret: the secret. For `ed25519`, it is the seed of the private key.
    /// - Throws: `webhook.malformed_scheme_secret`; `webhook.cannot_sign` if the signature or the
    ///   timestamp is not in a header; `webhook.missing_part`, `webhook.ambiguous_part` and
    ///   others.
    public func sign(
        _ secret: Secret, method: String, url: String, headers: [(String, String)] = [],
        body: some DataProtocol, now: Date
    ) throws(KeyrailError) -> [(name: String, value: HeaderValue)] {
        let (body, now) = (Data(body), try milliseconds(now))
        return pairs(
            try translatingErrors {
                try native.sign(
                    secret: secret.native, method: method, url: url,
                    requestHeaders: flattened(headers), body: body, nowMs: now)
            })
    }

    /// Verifies a request with 1 to 5 secrets: a signature must be valid with one of them. The body
    /// must be unchanged, byte for byte.
    ///
    /// If the scheme has a timestamp, it may differ from `now` by at most the tolerance, in either
    /// direction. Without a timestamp, an old request is as valid as a new one: pass every verified
    /// request to ``ReceivePolicy/claim(id:timestamp:stored:now:)``. ``VerifiedRequest/covered``
    /// says which parts of the request are signed. Do not trust any other part.
    ///
    /// - Parameters:
    ///   - secrets: the secrets. For `ed25519`, a secret is the vendor's public key.
    ///   - url: the whole URL to which the request was sent, with its query. Behind a proxy, it is
    ///     the URL that the sender used.
    /// - Throws: `webhook.missing_signature`, `webhook.too_old`, `webhook.wrong_signature` and
    ///   others.
    public func verify(
        _ secrets: [Secret], method: String, url: String, headers: [(String, String)],
        body: some DataProtocol, now: Date
    ) throws(KeyrailError) -> VerifiedRequest {
        let (body, now) = (Data(body), try milliseconds(now))
        return VerifiedRequest(
            try translatingErrors {
                try native.verify(
                    secrets: secrets.map(\.native), method: method, url: url,
                    requestHeaders: flattened(headers), body: body, nowMs: now)
            })
    }

    /// Verifies a request with 1 to 5 secrets. The headers are a dictionary, such as
    /// `URLRequest.allHTTPHeaderFields`.
    @_disfavoredOverload
    public func verify(
        _ secrets: [Secret], method: String, url: String, headers: [AnyHashable: Any],
        body: some DataProtocol, now: Date
    ) throws(KeyrailError) -> VerifiedRequest {
        try verify(
            secrets, method: method, url: url, headers: headerPairs(headers), body: body, now: now)
    }

    /// Returns whether both schemes are the same.
    public static func == (left: WebhookScheme, right: WebhookScheme) -> Bool {
        left.native == right.native
    }

    public var description: String { "WebhookScheme" }
}

/// A request whose signature is valid.
public struct VerifiedRequest: Hashable, Sendable {
    /// The id of the message, or `nil` if the scheme has none, or if the request does not contain
    /// exactly one. Anyone who sees a request can send it again with another id, unless
    /// ``isIdSigned``.
    public let id: String?
    /// Whether the signature covers the id: by itself, or as a part of the signed body.
    public let isIdSigned: Bool
    /// The time of signing, if the scheme has one.
    public let timestamp: Date?
    /// The names of the parts that the signature covers, in order: `method`, `url`, `body`,
    /// `timestamp`, `id`, `header:NAME`, `json:POINTER` or `form`. A static token covers nothing.
    ///
    /// `form` does not say where a name or a value ends. HubSpot and Twilio sign parts without a
    /// separator: their signatures do not say where one part ends and the next one begins.
    public let covered: [String]

    init(_ native: FfiVerifiedRequest) {
        id = native.id
        isIdSigned = native.isIdSigned
        timestamp = native.timestampMs.map(date)
        covered = native.covered
    }
}
