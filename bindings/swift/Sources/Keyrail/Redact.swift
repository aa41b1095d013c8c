import Foundation

/// Scrubs credentials out of any text: log lines, JSON, URLs, headers.
///
/// It knows, without configuration, the headers, JSON members and query
/// parameters that carry credentials, `Authorization` of every scheme, URLs
/// with a password, webhook secrets, JSON Web Tokens and PEM private keys; and
/// by their prefixes the keys of the formats it is given. A string without a known
/// prefix, such as forty hexadecimal digits, is scrubbed beside a credential's
/// name alone.
///
/// ```swift
/// let redactor = try Redactor([.keyrail()])
/// redactor.redact("x-api-key: 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")   // x-api-key: ••••••••
/// ```
///
/// Redacting twice gives the same result as redacting once. What it
/// cannot promise to find is listed in `docs/reference/redaction.md`.
public struct Redactor: CustomStringConvertible, Sendable {
    private let native: FfiRedactor

    /// Creates a redactor that finds keys of these formats, and what every redactor finds.
    ///
    /// - Parameters:
    ///   - formats: the formats whose keys it also finds; a key of one of them that is
    ///     alone is replaced by its mask, everything else by `••••••••`.
    ///   - ascii: whether `********` is written in place of `••••••••`.
    /// - Throws: as ``KeyFormatSet/init(_:)`` does.
    public init(_ formats: [KeyFormat] = [], ascii: Bool = false) throws(KeyrailError) {
        native = try translatingErrors { try FfiRedactor(formats: formats.map(\.native), ascii: ascii) }
    }

    /// Returns the text with all credentials replaced.
    public func redact(_ text: some StringProtocol) -> String {
        native.redact(text: String(text))
    }

    /// Redacts bytes, which need not be UTF-8, as ``redact(_:)`` does a string.
    public func redactBytes(_ bytes: some DataProtocol) -> Data {
        native.redactBytes(bytes: Data(bytes))
    }

    /// Redacts each string of a list, as ``redact(_:)`` does. It is one call into the
    /// library.
    public func redactBatch(_ texts: [String]) -> [String] {
        native.redactBatch(texts: texts)
    }

    /// Returns what ``redact(_:)`` would replace, in the order of the text; no two overlap.
    public func find(_ text: String) -> [Finding] {
        var (byte, index) = (0, text.startIndex)
        // From one place to the next, so that a long text is walked once.
        func advance(to place: Int64) -> String.Index {
            index = text.utf8.index(index, offsetBy: Int(place) - byte)
            byte = Int(place)
            return index
        }
        return native.find(text: text).map { found in
            let start = advance(to: found.start)
            let end = advance(to: found.end)
            return Finding(found, range: start..<end)
        }
    }

    /// Finds credentials in bytes, which need not be UTF-8, as ``find(_:)`` does in a
    /// string.
    public func findBytes(_ bytes: Data) -> [ByteFinding] {
        native.findBytes(bytes: bytes).map { found in
            let start = bytes.index(bytes.startIndex, offsetBy: Int(found.start))
            let end = bytes.index(bytes.startIndex, offsetBy: Int(found.end))
            return ByteFinding(found, range: start..<end)
        }
    }

    /// Returns a redactor of text that comes in chunks. The result is the same as that of
    /// ``redact(_:)`` of the whole.
    public func stream() -> RedactStream {
        RedactStream(native.stream())
    }

    /// Returns a redactor of bytes that come in chunks. They need not be UTF-8.
    public func streamBytes() -> RedactByteStream {
        RedactByteStream(native.stream())
    }

    public var description: String { "Redactor" }
}

/// Redacts a text that comes in chunks, cut wherever they may be. At most a few
/// KiB stay undecided between them; those print as a mask.
public final class RedactStream: Masked, Sendable {
    private let native: FfiRedactStream

    init(_ native: FfiRedactStream) {
        self.native = native
    }

    /// Redacts a chunk, and returns as much of the redacted text as is certain.
    ///
    /// - Throws: `key.stream_finished`.
    public func push(_ chunk: String) throws(KeyrailError) -> String {
        try translatingErrors { try native.pushText(chunk: chunk) }
    }

    /// Returns the rest of the redacted text. The stream then accepts no more chunks.
    ///
    /// - Throws: `key.stream_finished`.
    public func finish() throws(KeyrailError) -> String {
        try translatingErrors { try native.finishText() }
    }

    public var description: String { "RedactStream(\(mask))" }
}

/// Redacts bytes that come in chunks, as ``RedactStream`` does a text.
public final class RedactByteStream: Masked, Sendable {
    private let native: FfiRedactStream

    init(_ native: FfiRedactStream) {
        self.native = native
    }

    /// Redacts a chunk, and returns as much of the redacted text as is certain.
    ///
    /// - Throws: `key.stream_finished`.
    public func push(_ chunk: some DataProtocol) throws(KeyrailError) -> Data {
        let chunk = Data(chunk)
        return try translatingErrors { try native.push(chunk: chunk) }
    }

    /// Returns the rest of the redacted text. The stream then accepts no more chunks.
    ///
    /// - Throws: `key.stream_finished`.
    public func finish() throws(KeyrailError) -> Data {
        try translatingErrors { try native.finish() }
    }

    public var description: String { "RedactByteStream(\(mask))" }
}

/// A credential that a ``Redactor`` found in a text. It contains the position, and
/// nothing of it.
public struct Finding: Hashable, Sendable {
    /// What is replaced, in the text that was searched: `text[finding.range]`.
    public let range: Range<String.Index>
    /// The same range in UTF-16 code units, as in `NSRange`.
    public let utf16Range: Range<Int>
    /// What the credential is, or what it is in.
    public let kind: FindingKind
    /// The name of the key's format, if it is a key of one of the redactor's formats.
    public let format: String?
    /// How sure it is that this is a credential.
    public let confidence: Confidence

    init(_ native: FfiFinding, range: Range<String.Index>) {
        self.range = range
        utf16Range = Int(native.utf16Start)..<Int(native.utf16End)
        kind = FindingKind(rawValue: native.kind)
        format = native.format
        confidence = Confidence(native.confidence)
    }
}

/// A credential that a ``Redactor`` found in bytes. It contains the position, and
/// nothing of it.
public struct ByteFinding: Hashable, Sendable {
    /// What is replaced, in the bytes that were searched: `bytes[finding.range]`.
    public let range: Range<Data.Index>
    /// What the credential is, or what it is in.
    public let kind: FindingKind
    /// The name of the key's format, if it is a key of one of the redactor's formats.
    public let format: String?
    /// How sure it is that this is a credential.
    public let confidence: Confidence

    init(_ native: FfiFinding, range: Range<Data.Index>) {
        self.range = range
        kind = FindingKind(rawValue: native.kind)
        format = native.format
        confidence = Confidence(native.confidence)
    }
}

/// What was found. The raw value is its name in all languages; more may
/// be added.
public struct FindingKind: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A key of a declared format, found by its prefix.
    public static let key = FindingKind(rawValue: "key")
    /// The value of a credential header.
    public static let header = FindingKind(rawValue: "header")
    /// The value of `Authorization` or `Proxy-Authorization`, or what follows the word
    /// `Bearer`.
    public static let authorization = FindingKind(rawValue: "authorization")
    /// The value of another credential's name: a JSON member, a setting.
    public static let member = FindingKind(rawValue: "member")
    /// The value of a URL's query parameter.
    public static let query = FindingKind(rawValue: "query")
    /// The password, or all of the userinfo, of a URL.
    public static let userinfo = FindingKind(rawValue: "userinfo")
    /// The secret of a webhook. It is found by its own mark.
    public static let webhookSecret = FindingKind(rawValue: "webhook_secret")
    /// A JSON Web Token, signed or encrypted.
    public static let jwt = FindingKind(rawValue: "jwt")
    /// A private key in PEM.
    public static let privateKey = FindingKind(rawValue: "private_key")
}

extension FindingKind: CustomStringConvertible {
    /// The word for it.
    public var description: String { rawValue }
}

/// How sure it is that what was found is a credential. The raw value is the
/// name in all languages.
public enum Confidence: String, Codable, Sendable {
    /// It is a key of a declared format, and its checksum is right.
    case verified
    /// It has a credential's structure.
    case shaped
    /// It is beside a credential's name.
    case named

    init(_ native: FfiConfidence) {
        switch native {
        case .verified: self = .verified
        case .shaped: self = .shaped
        case .named: self = .named
        }
    }
}
