/// What prints the same in every form, and shows nothing else to reflection:
/// `description`, `debugDescription`, `dump` and `Mirror`.
public protocol Masked: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Masked {
    /// The description.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A text that shows itself only to ``reveal()``.
///
/// It is wiped when nobody holds it any more, and prints as a mask. What it
/// cannot do is wipe the host's own strings: the one it was made from, and
/// those that ``reveal()`` gave.
public struct Secret: Masked, Sendable {
    let native: FfiSecret

    init(_ native: FfiSecret) {
        self.native = native
    }

    /// Takes the text over.
    public init(_ text: String) {
        native = FfiSecret(text: text)
    }

    /// Returns a webhook's signing secret in its standard form, and adds the prefix
    /// `whsec_` if it is missing.
    ///
    /// - Throws: `webhook.malformed_secret`, `webhook.secret_length`.
    public static func standard(_ text: String) throws(KeyrailError) -> Secret {
        Secret(try translatingErrors { try FfiSecret.standard(text: text) })
    }

    /// The text itself: the only way out.
    public func reveal() -> String {
        native.reveal()
    }

    /// A mask, always the same.
    public var description: String { "Secret(\(mask))" }
}

extension Secret: Equatable {
    /// Whether both hold the same text; compared in constant time.
    public static func == (left: Secret, right: Secret) -> Bool {
        left.native == right.native
    }
}
