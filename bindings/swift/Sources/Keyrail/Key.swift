import Foundation

/// What keys look like.
public struct KeyFormat: CustomStringConvertible, Sendable {
    private let native: FfiKeyFormat

    /// Keyrail's own: `kr_<environment>_<id 12>_<secret 27><checksum 6>`.
    public static func keyrail() -> KeyFormat {
        KeyFormat(native: FfiKeyFormat.keyrail())
    }

    /// The format's name.
    public var name: String { native.name() }

    /// How many bytes of entropy ``generate(environment:entropy:)`` takes at least.
    public var entropyLen: Int { Int(native.entropyLen()) }

    /// Makes a key.
    ///
    /// - Parameters:
    ///   - environment: `live` or `test`.
    ///   - entropy: at least ``entropyLen`` bytes of the system's generator.
    /// - Throws: `key.environment`, `key.too_little_entropy`.
    public func generate(
        environment: String, entropy: some DataProtocol
    ) throws(KeyrailError) -> ApiKey {
        ApiKey(
            try calling {
                try native.generate(environment: environment, entropy: Data(entropy))
            })
    }

    /// Reads a key.
    ///
    /// - Throws: `key.prefix`, `key.environment`, `key.length`,
    ///   `key.character`, `key.checksum`, with the offset.
    public func parse(_ text: String) throws(KeyrailError) -> ApiKey {
        ApiKey(try calling { try native.parse(text: text) })
    }

    public var description: String { "KeyFormat(\(name))" }
}

/// A key of a known format. It prints as its ``mask()``.
public struct ApiKey: Masked, Sendable {
    private let native: FfiApiKey

    init(_ native: FfiApiKey) {
        self.native = native
    }

    /// The name of the key's format.
    public var format: String { native.format() }

    /// `live` or `test`.
    public var environment: String { native.environment() }

    /// The public id, by which a record is found. Whoever has it does not have
    /// the key.
    public var id: String { native.id() }

    /// The key as a person may see it, without its secret:
    /// `kr_live_8f3k2m9q1x7c_••••••••`.
    public func mask() -> String {
        native.mask()
    }

    /// What to store in the key's place.
    public func digest(pepper: Pepper? = nil) -> Digest {
        Digest(native.digest(pepper: pepper?.native))
    }

    /// The key's text: the only way out.
    public func reveal() -> String {
        native.reveal()
    }

    /// The mask.
    public var description: String { mask() }
}

extension ApiKey: Equatable {
    /// Whether both are the same key; compared in constant time.
    public static func == (left: ApiKey, right: ApiKey) -> Bool {
        left.native == right.native
    }
}

/// What is stored in a key's place: `sha256:<base64url>`, or
/// `hmac-sha256:<pepper id>:<base64url>`.
public struct Digest: CustomStringConvertible, Sendable {
    private let native: FfiDigest

    init(_ native: FfiDigest) {
        self.native = native
    }

    /// Reads a digest.
    ///
    /// - Throws: `key.unknown_algorithm`, `key.malformed_digest`,
    ///   `key.malformed_pepper_id`, with the offset.
    public init(_ text: String) throws(KeyrailError) {
        native = try calling { try FfiDigest(text: text) }
    }

    /// The digest of a key's text, for keys of other formats than Keyrail's.
    public static func of(_ text: String, pepper: Pepper? = nil) -> Digest {
        Digest(FfiDigest.of(text: text, pepper: pepper?.native))
    }

    /// The id of the pepper that the digest was made with.
    public var pepperId: String? { native.pepperId() }

    /// Whether this is the digest of a key's text; compared in constant time.
    ///
    /// - Throws: `key.missing_pepper`, `key.other_pepper`.
    public func verify(_ text: String, pepper: Pepper? = nil) throws(KeyrailError) -> Bool {
        try calling { try native.verify(text: text, pepper: pepper?.native) }
    }

    /// The digest's text, which is no secret.
    public var description: String { native.text() }
}

extension Digest: Hashable {
    /// Whether both are the same digest; compared in constant time.
    public static func == (left: Digest, right: Digest) -> Bool {
        left.native == right.native
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(description)
    }
}

/// A secret beside the database, so that its digests alone are of no use.
public struct Pepper: Masked, Sendable {
    let native: FfiPepper

    /// Makes a pepper.
    ///
    /// - Parameters:
    ///   - id: what digests name it by: 1 to 64 letters, digits, `-` and `_`.
    ///   - secret: at least 16 bytes.
    /// - Throws: `key.malformed_pepper_id`, `key.pepper_too_short`.
    public init(id: String, secret: Secret) throws(KeyrailError) {
        native = try calling { try FfiPepper(id: id, secret: secret.native) }
    }

    /// What digests name it by.
    public var id: String { native.id() }

    public var description: String { "Pepper(\(id), \(mask))" }
}
