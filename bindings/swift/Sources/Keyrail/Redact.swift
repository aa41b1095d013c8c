import Foundation

/// Replaces credentials in any text: log lines, JSON, URLs, headers.
///
/// Without configuration, it finds:
///
/// - the values of headers, JSON members and query parameters with the name of a credential, such
///   as `password`
/// - the credentials of every scheme in `Authorization`
/// - passwords in URLs
/// - webhook secrets, JSON Web Tokens and PEM private keys
///
/// It also finds the keys of the formats that it was created with, by their prefixes. A string
/// without a known prefix, such as forty hexadecimal digits, is replaced only next to the name of a
/// credential.
///
/// ```swift
/// let redactor = try Redactor([.keyrail()])
/// redactor.redact("x-api-key: 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")   // x-api-key: ••••••••
/// ```
///
/// Redacting twice gives the same result as redacting once. The credentials that a redactor may
/// miss are listed in `docs/reference/redaction.md`.
public struct Redactor: CustomStringConvertible, Sendable {
    let native: FfiRedactor

    /// Creates a redactor that finds keys of these formats, besides the credentials that every
    /// redactor finds.
    ///
    /// - Parameters:
    ///   - formats: the formats whose keys the redactor also finds. A complete key of one of
    ///     these formats is replaced by its mask, and every other credential by `••••••••`.
    ///   - ascii: whether `********` is written instead of `••••••••`.
    /// - Throws: as ``KeyFormatSet/init(_:)`` does.
    public init(_ formats: [KeyFormat] = [], ascii: Bool = false) throws(KeyrailError) {
        native = try translatingErrors { try FfiRedactor(formats: formats.map(\.native), ascii: ascii) }
    }

    /// Returns the text with all credentials replaced.
    public func redact(_ text: some StringProtocol) -> String {
        native.redact(text: String(text))
    }

    /// Redacts bytes, which need not be UTF-8, the way `redact` redacts a string.
    public func redactBytes(_ bytes: some DataProtocol) -> Data {
        native.redactBytes(bytes: Data(bytes))
    }

    /// Redacts each string of a list, as ``redact(_:)`` does. The whole list is one call into
    /// the native library.
    public func redactBatch(_ texts: [String]) -> [String] {
        unpacked(native.redactBatch(packed: packed(texts)))
    }

    /// Returns the credentials that `redact` would replace, ordered by position; no two overlap.
    public func find(_ text: String) -> [Finding] {
        var (lastOffset, lastIndex) = (0, text.startIndex)
        // Each index is computed from the one before it, so the time is linear in the length.
        func index(at offset: Int64) -> String.Index {
            lastIndex = text.utf8.index(lastIndex, offsetBy: Int(offset) - lastOffset)
            lastOffset = Int(offset)
            return lastIndex
        }
        return native.find(text: text).map { finding in
            let start = index(at: finding.start)
            let end = index(at: finding.end)
            return Finding(finding, range: start..<end)
        }
    }

    /// Finds credentials in bytes, which need not be UTF-8, as ``find(_:)`` does in a
    /// string.
    public func findBytes(_ bytes: Data) -> [ByteFinding] {
        native.findBytes(bytes: bytes).map { finding in
            let start = bytes.index(bytes.startIndex, offsetBy: Int(finding.start))
            let end = bytes.index(bytes.startIndex, offsetBy: Int(finding.end))
            return ByteFinding(finding, range: start..<end)
        }
    }

    /// Returns a redactor of text that comes in chunks. The concatenated output equals what
    /// ``redact(_:)`` returns for the whole text.
    public func stream() -> RedactStream {
        RedactStream(native.stream())
    }

    /// Returns a redactor of bytes that come in chunks. The bytes need not be UTF-8.
    public func streamBytes() -> RedactByteStream {
        RedactByteStream(native.stream())
    }

    public var description: String { "Redactor" }
}

/// Redacts a text that arrives in chunks. A chunk may end anywhere. Between chunks, the stream
/// holds back a limited amount of text: little more than 8 KiB, plus the last chunk.
/// ``description`` does not show this text.
public final class RedactStream: Masked, Sendable {
    private let native: FfiRedactStream

    init(_ native: FfiRedactStream) {
        self.native = native
    }

    /// Redacts a chunk, and returns the part of the redacted text that later chunks cannot change.
    ///
    /// - Throws: `key.stream_finished` after ``finish()``.
    public func push(_ chunk: String) throws(KeyrailError) -> String {
        try translatingErrors { try native.pushText(chunk: chunk) }
    }

    /// Returns the rest of the redacted text. The stream then accepts no more chunks.
    ///
    /// - Throws: `key.stream_finished` when called again.
    public func finish() throws(KeyrailError) -> String {
        try translatingErrors { try native.finishText() }
    }

    public var description: String { "RedactStream(\(mask))" }
}

/// Redacts bytes that arrive in chunks, the way ``RedactStream`` redacts a text.
public final class RedactByteStream: Masked, Sendable {
    private let native: FfiRedactStream

    init(_ native: FfiRedactStream) {
        self.native = native
    }

    /// Redacts a chunk, and returns the part of the redacted text that later chunks cannot change.
    ///
    /// - Throws: `key.stream_finished` after ``finish()``.
    public func push(_ chunk: some DataProtocol) throws(KeyrailError) -> Data {
        let chunk = Data(chunk)
        return try translatingErrors { try native.push(chunk: chunk) }
    }

    /// Returns the rest of the redacted text. The stream then accepts no more chunks.
    ///
    /// - Throws: `key.stream_finished` when called again.
    public func finish() throws(KeyrailError) -> Data {
        try translatingErrors { try native.finish() }
    }

    public var description: String { "RedactByteStream(\(mask))" }
}

/// A credential that a ``Redactor`` found in a text. A finding contains the position of the
/// credential, but no part of the text.
public struct Finding: Hashable, Sendable {
    /// The range that is replaced in the text that was searched: `text[finding.range]`.
    public let range: Range<String.Index>
    /// The same range in UTF-16 code units, as in `NSRange`.
    public let utf16Range: Range<Int>
    /// The kind of the credential, or of the text that contains it.
    public let kind: FindingKind
    /// The name of the key's format, if the finding is a key of one of the redactor's formats.
    public let format: String?
    /// How certain it is that the finding is a credential.
    public let confidence: Confidence

    init(_ native: FfiFinding, range: Range<String.Index>) {
        self.range = range
        utf16Range = Int(native.utf16Start)..<Int(native.utf16End)
        kind = FindingKind(rawValue: native.kind)
        format = native.format
        confidence = Confidence(native.confidence)
    }
}

/// A credential that a ``Redactor`` found in bytes. A finding contains the position of the
/// credential, but no part of the bytes.
public struct ByteFinding: Hashable, Sendable {
    /// The range that is replaced in the bytes that were searched: `bytes[finding.range]`.
    public let range: Range<Data.Index>
    /// The kind of the credential, or of the text that contains it.
    public let kind: FindingKind
    /// The name of the key's format, if the finding is a key of one of the redactor's formats.
    public let format: String?
    /// How certain it is that the finding is a credential.
    public let confidence: Confidence

    init(_ native: FfiFinding, range: Range<Data.Index>) {
        self.range = range
        kind = FindingKind(rawValue: native.kind)
        format = native.format
        confidence = Confidence(native.confidence)
    }
}

/// The kind of a credential, such as a key, or the place where it was found, such as a header. The
/// raw value is the kind's name, which is the same in all bindings. A later version of Keyrail may
/// add kinds.
public struct FindingKind: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A key of one of the redactor's formats, found by its prefix.
    public static let key = FindingKind(rawValue: "key")
    /// The value of a credential header.
    public static let header = FindingKind(rawValue: "header")
    /// The value of `Authorization` or `Proxy-Authorization`, or the credentials after the word
    /// `Bearer`.
    public static let authorization = FindingKind(rawValue: "authorization")
    /// The value of a JSON member or a setting that has the name of a credential.
    public static let member = FindingKind(rawValue: "member")
    /// The value of a URL's query parameter that has the name of a credential.
    public static let query = FindingKind(rawValue: "query")
    /// The password in a URL, or another credential in the URL's userinfo.
    public static let userinfo = FindingKind(rawValue: "userinfo")
    /// The secret of a webhook, found by its prefix `whsec_` or `whsk_`.
    public static let webhookSecret = FindingKind(rawValue: "webhook_secret")
    /// A JSON Web Token, signed or encrypted.
    public static let jwt = FindingKind(rawValue: "jwt")
    /// A private key in PEM.
    public static let privateKey = FindingKind(rawValue: "private_key")
}

extension FindingKind: CustomStringConvertible {
    /// The ``rawValue``.
    public var description: String { rawValue }
}

/// How certain it is that a finding is a credential. The raw value is the name of the case, which
/// is the same in all bindings.
public enum Confidence: String, Codable, Sendable {
    /// It is a key of one of the redactor's formats, and its checksum is correct.
    case verified
    /// It has the structure of a credential.
    case shaped
    /// It is next to the name of a credential.
    case named

    init(_ native: FfiConfidence) {
        switch native {
        case .verified: self = .verified
        case .shaped: self = .shaped
        case .named: self = .named
        }
    }
}
