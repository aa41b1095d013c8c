/// A type whose values show only their ``description``, whether they are printed, dumped or
/// reflected.
public protocol Masked: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Masked {
    /// The description.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A string that prints as a mask and is read with ``reveal()``.
///
/// It is wiped from memory when its last reference is released. The string that the secret was
/// created from, and the strings that ``reveal()`` returned, are not wiped.
public struct Secret: Masked, Sendable {
    let native: FfiSecret

    init(_ native: FfiSecret) {
        self.native = native
    }

    /// Creates a secret from a string.
    public init(_ text: String) {
        native = FfiSecret(text: text)
    }

    /// Returns a webhook's signing secret in its standard form, and adds the prefix `whsec_` if it
    /// has no prefix. A private key (`whsk_`) or a public key (`whpk_`) is returned unchanged.
    ///
    /// - Throws: `webhook.malformed_secret`, `webhook.secret_length`.
    public static func standard(_ text: String) throws(KeyrailError) -> Secret {
        Secret(try translatingErrors { try FfiSecret.standard(text: text) })
    }

    /// Returns the secret string. There is no other way to read it.
    public func reveal() -> String {
        native.reveal()
    }

    /// The same mask for every secret.
    public var description: String { "Secret(\(mask))" }
}

extension Secret: Equatable {
    /// Returns whether two secrets contain the same string, in constant time.
    public static func == (left: Secret, right: Secret) -> Bool {
        left.native == right.native
    }
}
