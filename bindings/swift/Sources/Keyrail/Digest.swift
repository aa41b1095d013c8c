/// What is stored in a key's place: `sha256:<base64url>`, or
/// `hmac-sha256:<pepper id>:<base64url>`.
///
/// A fast hash is right for a key that was generated from 96 random bits or
/// more, which nobody can guess. It is wrong for a password, which it gives up
/// in a second: that needs a slow, salted hash, of another library.
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
        native = try translatingErrors { try FfiDigest(text: text) }
    }

    /// The digest of a text, for a key of which no format is known; of any
    /// other, ``ApiKey/digest(pepper:)``. The kinds of its characters are
    /// counted; digits at the end count as a timestamp, which anyone can guess.
    ///
    /// - Throws: `key.too_weak`, for a string of under 96 bits.
    public static func of(_ text: String, pepper: Pepper? = nil) throws(KeyrailError) -> Digest {
        Digest(try translatingErrors { try FfiDigest.of(text: text, pepper: pepper?.native) })
    }

    /// Takes over a hash of a key that another system stored: a SHA-256 in 64
    /// or a SHA-512 in 128 hexadecimal digits. It stays marked as foreign, for
    /// nothing is known of the key's strength.
    ///
    /// - Throws: `key.malformed_digest`, with the offset.
    public static func importHex(_ text: String) throws(KeyrailError) -> Digest {
        Digest(try translatingErrors { try FfiDigest.importHex(text: text) })
    }

    /// How the digest was made: `sha256`, `hmac-sha256`, `foreign-sha256` or
    /// `foreign-sha512`.
    public var algorithm: String { native.algorithm() }

    /// Whether another system made the digest.
    public var isForeign: Bool { native.isForeign() }

    /// The id of the pepper that the digest was made with.
    public var pepperId: String? { native.pepperId() }

    /// Whether this is the digest of a key's text; compared in constant time.
    /// A weak text is no error: an imported digest may be of one.
    ///
    /// - Throws: `key.missing_pepper`, `key.other_pepper`.
    public func verify(_ text: String, pepper: Pepper? = nil) throws(KeyrailError) -> Bool {
        try translatingErrors { try native.verify(text: text, pepper: pepper?.native) }
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
        native = try translatingErrors { try FfiPepper(id: id, secret: secret.native) }
    }

    /// What digests name it by.
    public var id: String { native.id() }

    public var description: String { "Pepper(\(id), \(mask))" }
}
