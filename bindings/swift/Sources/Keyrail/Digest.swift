import Foundation

/// The digest of a key, which is stored instead of the key. Its string form is `sha256:<base64url>`
/// or `hmac-sha256:<pepper id>:<base64url>`. The string form of a foreign digest is
/// `foreign-sha256:<hex>`, `foreign-sha512:<hex>` or `salted-sha256:before:<base64url>:<hex>`, with
/// the hash in lower case, the salt in base64url, and `before` or `after` as the position of the
/// salt.
///
/// A fast hash is suitable for a key that was generated from at least 96 random bits, because such
/// a key cannot be guessed. It is not suitable for a password, because a fast hash of a password
/// can be cracked in a second. A password needs a slow, salted hash from another library.
public struct Digest: CustomStringConvertible, Sendable {
    private let native: FfiDigest

    init(_ native: FfiDigest) {
        self.native = native
    }

    /// Parses a digest.
    ///
    /// - Throws: `key.unknown_algorithm`, `key.password_hash`, `key.malformed_digest`,
    ///   `key.malformed_pepper_id`, `key.malformed_salt`, with the offset.
    public init(_ text: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiDigest(text: text) }
    }

    /// Returns the digest of a key, to be stored. For a key of a known format, use
    /// ``ApiKey/digest(pepper:)``. The entropy is estimated from the classes of the string's
    /// characters; up to 19 digits at the end count as a timestamp, which anyone can guess.
    ///
    /// - Throws: `key.too_weak`, for a string whose estimated entropy is less than 96 bits.
    public static func of(_ text: String, pepper: Pepper? = nil) throws(KeyrailError) -> Digest {
        Digest(try translatingErrors { try FfiDigest.of(text: text, pepper: pepper?.native) })
    }

    /// Imports the SHA-256 or SHA-512 of a key from another system, in hexadecimal digits of either
    /// case. A SHA-256 has 64 digits, a SHA-512 has 128. The digest stays marked as foreign,
    /// because nothing is known about the key's strength.
    ///
    /// - Throws: `key.malformed_digest`, with the offset; `key.password_hash` for a password hash,
    ///   such as one of bcrypt.
    public static func importHex(_ text: String) throws(KeyrailError) -> Digest {
        Digest(try translatingErrors { try FfiDigest.importHex(text: text) })
    }

    /// Imports the SHA-256 or SHA-512 of a key from another system, in base64 or base64url, with or
    /// without padding (RFC 4648). A SHA-256 has 43 characters, or 44 with padding. A SHA-512 has
    /// 86, or 88 with padding. The digest stays marked as foreign, like that of ``importHex(_:)``.
    ///
    /// - Throws: `key.malformed_digest`, with the offset; `key.password_hash`.
    public static func importBase64(_ text: String) throws(KeyrailError) -> Digest {
        Digest(try translatingErrors { try FfiDigest.importBase64(text: text) })
    }

    /// Imports the HMAC-SHA-256 of a key from another system. It has 64 hexadecimal digits, or is
    /// in base64 or base64url, with or without padding. To verify keys with the digest, create a
    /// ``Pepper`` from the id `pepperId` and the secret of the HMAC. The secret must be valid UTF-8
    /// and have at least 16 bytes.
    ///
    /// The result is the same as if Keyrail had made the digest with that pepper. It is not marked as
    /// foreign, so only import digests of keys that were generated from enough random bits.
    ///
    /// - Throws: `key.malformed_pepper_id`, `key.malformed_digest`, with the offset;
    ///   `key.password_hash`.
    public static func importHMAC(_ text: String, pepperId: String) throws(KeyrailError) -> Digest {
        Digest(try translatingErrors { try FfiDigest.importHmac(text: text, pepperId: pepperId) })
    }

    /// Imports the salted SHA-256 of a key from another system: the SHA-256 of the salt and the
    /// key, one directly after the other. The hash has 64 hexadecimal digits, or is in base64 or
    /// base64url, with or without padding.
    ///
    /// Such a digest cannot be looked up by the hash of a presented key. A record must therefore
    /// specify the `key_id` of the digest, which is the id that the key contains. The digest stays
    /// marked as foreign, like that of ``importHex(_:)``.
    ///
    /// - Parameter salt: 1 to 128 bytes.
    /// - Throws: `key.malformed_salt`; `key.malformed_digest`, with the offset;
    ///   `key.password_hash`.
    public static func importSalted(
        _ text: String, salt: some DataProtocol, position: SaltPosition
    ) throws(KeyrailError) -> Digest {
        Digest(
            try translatingErrors {
                try FfiDigest.importSalted(text: text, salt: Data(salt), position: position.native)
            })
    }

    /// How the digest was made: `sha256`, `hmac-sha256`, `foreign-sha256`, `foreign-sha512` or
    /// `salted-sha256`.
    public var algorithm: String { native.algorithm() }

    /// Whether another system made the digest. If so, nothing is known about the key's strength.
    public var isForeign: Bool { native.isForeign() }

    /// Whether the hash has a salt, so that it cannot be compared with other hashes of the same
    /// key.
    public var isSalted: Bool { native.isSalted() }

    /// The id of the pepper that the digest was made with, or `nil` if it was made without one.
    public var pepperId: String? { native.pepperId() }

    /// Returns whether this is the digest of the string, in constant time. A weak string is not an
    /// error, because an imported digest may be the digest of a weak string.
    ///
    /// - Throws: `key.missing_pepper`, `key.other_pepper`.
    public func verify(_ text: String, pepper: Pepper? = nil) throws(KeyrailError) -> Bool {
        try translatingErrors { try native.verify(text: text, pepper: pepper?.native) }
    }

    /// The digest as a string, which is not secret.
    public var description: String { native.text() }
}

/// Where the salt of a hash is in the bytes that were hashed. The raw value is the name of the
/// case, which is the same in all bindings.
public enum SaltPosition: String, Codable, Sendable {
    /// The salt is before the key.
    case before
    /// The salt is after the key.
    case after

    var native: FfiSaltPosition {
        switch self {
        case .before: .before
        case .after: .after
        }
    }
}

extension Digest: Hashable {
    /// Returns whether two digests are equal, in constant time.
    public static func == (left: Digest, right: Digest) -> Bool {
        left.native == right.native
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(description)
    }
}

/// A secret that is stored outside the database, so that the digests in the database are useless
/// without it.
public struct Pepper: Masked, Sendable {
    let native: FfiPepper

    /// Creates a pepper with an id of 1 to 64 letters, digits, hyphens and underscores, and with a
    /// secret of at least 16 bytes.
    ///
    /// - Parameters:
    ///   - id: the id by which digests refer to the pepper: 1 to 64 letters, digits, `-` and `_`.
    ///   - secret: at least 16 bytes.
    /// - Throws: `key.malformed_pepper_id`, `key.pepper_too_short`.
    public init(id: String, secret: Secret) throws(KeyrailError) {
        native = try translatingErrors { try FfiPepper(id: id, secret: secret.native) }
    }

    /// The id, which digests contain.
    public var id: String { native.id() }

    public var description: String { "Pepper(\(id), \(mask))" }
}
