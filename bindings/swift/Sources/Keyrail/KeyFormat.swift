import Foundation

/// A format of keys: Keyrail's own format, a declared format, or a foreign format. A foreign format
/// also accepts keys that do not have its usual shape.
///
/// ```swift
/// let acme = try KeyFormat(json: 
///     #"{"prefix": "acme", "segments": [{"name": "secret", "alphabet": "base62", "length": 27}]}"#)
/// let key = try acme.generate(entropy: entropy)   // prints as acme_••••••••
/// ```
public struct KeyFormat: CustomStringConvertible, Sendable {
    let native: FfiKeyFormat

    init(native: FfiKeyFormat) {
        self.native = native
    }

    /// Returns Keyrail's own format, `kr_<environment>_<id>_<secret><checksum>`. The
    /// environment is `live` or `test`, the id has 12 characters, the secret 27 and the
    /// checksum 6.
    public static func keyrail() -> KeyFormat {
        KeyFormat(native: .keyrail())
    }

    /// Returns the format of GitHub's tokens: `<prefix>_`, 30 characters of `0-9A-Za-z`, and their
    /// CRC-32 as six characters.
    ///
    /// - Parameter prefix: `ghp`, `gho`, `npm` or a custom prefix, which is also the format's
    ///   name.
    /// - Throws: a code for an invalid prefix, such as `key.empty_prefix`.
    public static func github(prefix: String = "ghp") throws(KeyrailError) -> KeyFormat {
        KeyFormat(native: try translatingErrors { try .github(prefix: prefix) })
    }

    /// Returns the format of forty hexadecimal digits, all in lower case or all in upper case.
    /// ``parse(_:)`` also accepts keys of other shapes; use ``hint(_:)`` to check the shape.
    public static func hex40() -> KeyFormat {
        KeyFormat(native: .hex40())
    }

    /// Returns the format of JSON Web Tokens: three parts of base64url. ``parse(_:)`` also accepts
    /// keys of other shapes; use ``hint(_:)`` to check the shape.
    public static func jwt() -> KeyFormat {
        KeyFormat(native: .jwt())
    }

    /// Returns the format of five parts joined by hyphens, as in the samples of VChatCloud: four
    /// groups of six letters or digits, then a timestamp of 14 digits. ``parse(_:)`` also accepts
    /// keys of other shapes; use ``hint(_:)`` to check the shape.
    public static func vchatcloud() -> KeyFormat {
        KeyFormat(native: .vchatcloud())
    }

    /// Returns the format of keys about which nothing is known. ``hint(_:)`` returns
    /// ``KeyHint/fits`` for every string that ``parse(_:)`` accepts.
    public static func opaque() -> KeyFormat {
        KeyFormat(native: .opaque())
    }

    /// Returns a built-in format by its name: `keyrail`, `github` (with the prefix
    /// `ghp`), `hex40`, `jwt`, `vchatcloud` or `opaque`.
    ///
    /// - Throws: `key.unknown_format`.
    public static func builtIn(_ name: String) throws(KeyrailError) -> KeyFormat {
        KeyFormat(native: try translatingErrors { try .builtIn(name: name) })
    }

    /// Reads a declaration. It has the member `segments`, and optionally `prefix`, `name`,
    /// `environments`, `separator`, `checksum` and `digest_segment`. A segment has `name`,
    /// `alphabet` and `length`, and is secret unless it has `"secret": false`. A format without a
    /// prefix needs a name. If `digest_segment` is the name of a secret segment, digests are
    /// computed from this segment instead of the whole key. Such a digest does not cover the other
    /// parts of a key. If keys have an id, a record must therefore specify the key id of each
    /// digest; if they have an environment, it should specify the environment.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try .fromJson(text: json) }
    }

    /// The name of the format.
    public var name: String { native.name() }

    /// The environments of the format, in the order of its declaration.
    public var environments: [String] { native.environments() }

    /// Whether the format is foreign: it belongs to another system. If so, ``parse(_:)`` accepts
    /// keys of any shape, and only ``hint(_:)`` checks the shape.
    public var isForeign: Bool { native.isForeign() }

    /// How many bytes of entropy ``generate(environment:entropy:)`` needs: 32.
    public var entropyLen: Int { Int(native.entropyLen()) }

    /// The entropy of a key's secret at its minimum length, in bits. For `hex40`, this is 160, and
    /// for `vchatcloud` about 143. It is 0 for `jwt` and `opaque`, whose entropy is not known.
    public var entropyBits: Double { native.entropyBits() }

    /// Generates a key from at least ``entropyLen`` random bytes; additional bytes are used
    /// as well.
    ///
    /// - Parameters:
    ///   - environment: one of ``environments``, or `nil` if the format has no environments.
    ///   - entropy: bytes from the system's random generator.
    /// - Throws: `key.environment`, `key.too_little_entropy`, and `key.not_generated` if the format
    ///   is foreign, unless it is `hex40`.
    public func generate(
        environment: String? = nil, entropy: some DataProtocol
    ) throws(KeyrailError) -> ApiKey {
        ApiKey(
            try translatingErrors {
                try native.generate(environment: environment, entropy: Data(entropy))
            })
    }

    /// Parses a string as a key of this format. A foreign format accepts any string of 1 to 8192
    /// visible ASCII characters except commas and quotes.
    ///
    /// - Throws: `key.prefix`, `key.environment`, `key.length`,
    ///   `key.character`, `key.checksum`, and for a foreign format `key.empty`,
    ///   with the offset.
    public func parse(_ text: String) throws(KeyrailError) -> ApiKey {
        ApiKey(try translatingErrors { try native.parse(text: text) })
    }

    /// Returns whether the string looks like a key of this format. ``KeyHint/unusual`` is
    /// only for foreign formats.
    public func hint(_ text: String) -> KeyHint {
        switch native.hint(text: text) {
        case .fits: .fits
        case .unusual: .unusual
        case .impossible: .impossible
        }
    }

    /// Returns a regular expression that matches every key that has the format's usual shape, from
    /// its first to its last character. It has no anchors, and its syntax is common to PCRE, RE2,
    /// ICU and Python.
    ///
    /// - Throws: `key.no_pattern`, for ``opaque()``.
    public func pattern() throws(KeyrailError) -> String {
        try translatingErrors { try native.pattern() }
    }

    /// Returns a rule in TOML for the configuration file of gitleaks. The rule finds keys that have
    /// the format's usual shape.
    ///
    /// - Throws: as ``pattern()`` does.
    public func gitleaksRule() throws(KeyrailError) -> String {
        try translatingErrors { try native.gitleaksRule() }
    }

    /// Returns a partner pattern in the form that GitHub's secret scanning requires. It has four
    /// lines: the name, the format of the secret, what may precede the secret, and what may follow
    /// it.
    ///
    /// - Throws: as ``pattern()`` does.
    public func githubPartnerPattern() throws(KeyrailError) -> String {
        try translatingErrors { try native.githubPartnerPattern() }
    }

    public var description: String { "KeyFormat(\(name))" }
}

extension KeyFormat: Equatable {
    /// Returns whether this format and the other one have the same declaration.
    public static func == (left: KeyFormat, right: KeyFormat) -> Bool {
        left.native == right.native
    }
}

/// The result of checking whether a string looks like a key of a format. The raw value is its
/// name, which is the same in all bindings.
public enum KeyHint: String, Codable, Sendable {
    /// The string looks like the format's keys.
    case fits
    /// The string looks different, but may still be a key.
    case unusual
    /// The string cannot be a key of the format: parsing it fails.
    case impossible
}

/// A set of at most 1,000 key formats. A string can be a key of at most one of the formats, not
/// counting foreign formats.
public struct KeyFormatSet: CustomStringConvertible, Sendable {
    private let native: FfiKeyFormatSet

    /// Creates a set of the given formats.
    ///
    /// - Throws: `key.too_many_formats`, `key.duplicate_format`,
    ///   `key.ambiguous_formats`, `key.set_too_complex`.
    public init(_ formats: [KeyFormat]) throws(KeyrailError) {
        native = try translatingErrors { try FfiKeyFormatSet(formats: formats.map(\.native)) }
    }

    /// Reads `{"version": 1, "formats": [...]}`: each format is a declaration, as
    /// ``KeyFormat/init(json:)`` reads it, or the name of a built-in format.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiKeyFormatSet.fromJson(text: json) }
    }

    /// The formats, in the order given.
    public var formats: [KeyFormat] { native.formats().map { KeyFormat(native: $0) } }

    /// Parses a string as a key of one of the formats. Foreign formats are tried last.
    ///
    /// - Throws: the error of ``KeyFormat/parse(_:)`` for the format whose check got furthest; for
    ///   an empty set, `key.prefix`.
    public func parse(_ text: String) throws(KeyrailError) -> ApiKey {
        ApiKey(try translatingErrors { try native.parse(text: text) })
    }

    public var description: String {
        "KeyFormatSet(\(formats.map(\.name).joined(separator: ", ")))"
    }
}
