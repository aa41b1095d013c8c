/// Percent-encoding and queries (RFC 3986).
public enum Url {
    /// Escapes everything but the unreserved characters of RFC 3986: a space
    /// is `%20`, `*` is `%2A`.
    public static func encode(_ text: String) -> String {
        urlEncode(text: text)
    }

    /// The text that ``encode(_:)`` escaped, read strictly: `+` stays a plus.
    ///
    /// - Throws: `url.malformed_escape` and `url.not_utf8`, with the offset.
    public static func decode(_ text: String) throws(KeyrailError) -> String {
        try calling { try urlDecode(text: text) }
    }

    /// A query of these pairs, in their order: `q=a%20b&q=c`.
    public static func encodeQuery(_ pairs: [(String, String)]) -> String {
        urlEncodeQuery(pairs: inTurn(pairs))
    }
}

/// A URI template of level 1 (RFC 6570): `{name}` stands for an escaped value.
public struct UrlTemplate: Sendable {
    private let native: FfiUrlTemplate

    /// Reads a template of at most 8 KiB.
    ///
    /// - Throws: `url.malformed_template`, `url.unsupported_operator`, with the
    ///   offset.
    public init(_ text: String) throws(KeyrailError) {
        native = try calling { try FfiUrlTemplate(text: text) }
    }

    /// The names of the variables, each once, in their order.
    public var variables: [String] { native.variables() }

    /// The URL for these variables. One that is not given expands to nothing.
    ///
    /// - Throws: if a variable is given twice, or the result is longer than
    ///   64 KiB.
    public func expand(_ variables: [(String, String)]) throws(KeyrailError) -> String {
        try calling { try native.expand(variables: inTurn(variables)) }
    }
}

/// The start of all URLs of an API: absolute, https, and ending with a slash.
public struct BaseUrl: CustomStringConvertible, Sendable {
    private let native: FfiBaseUrl

    private init(native: FfiBaseUrl) {
        self.native = native
    }

    /// Reads a base URL; a slash at its end is added if it lacks one.
    ///
    /// - Parameter allowLoopback: whether `http` to this very machine passes too.
    /// - Throws: a code of `url.`, with the offset.
    public init(_ text: String, allowLoopback: Bool = false) throws(KeyrailError) {
        native = try calling { try FfiBaseUrl(text: text, allowLoopback: allowLoopback) }
    }

    /// A base URL from a template like `https://{domain}.mehery.io/xms/`, where
    /// no variable can lead to another host than the template says.
    ///
    /// - Throws: for a variable that is missing, unknown, given twice, or that
    ///   may not stand in its place.
    public static func fromTemplate(
        _ template: String, _ variables: [(String, String)]
    ) throws(KeyrailError) -> BaseUrl {
        BaseUrl(
            native: try calling {
                try FfiBaseUrl.fromTemplate(template: template, variables: inTurn(variables))
            })
    }

    /// The URL with these path segments behind it, each escaped.
    ///
    /// - Throws: for a segment that is empty, `.` or `..`, or that is one of
    ///   them once decoded.
    public func join(_ segments: [String]) throws(KeyrailError) -> String {
        try calling { try native.join(segments: segments) }
    }

    /// The URL.
    public var description: String { native.text() }
}

extension BaseUrl: Hashable {
    public static func == (left: BaseUrl, right: BaseUrl) -> Bool {
        left.description == right.description
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(description)
    }
}
