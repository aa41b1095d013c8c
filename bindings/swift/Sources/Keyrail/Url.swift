import Foundation

/// Percent-encoding and queries (RFC 3986).
public enum Url {
    /// Escapes every byte outside the unreserved set as `%` and two upper-case hexadecimal digits
    /// (RFC 3986, sections 2.1 and 2.3). A space becomes `%20`, and `*` becomes `%2A`.
    public static func encode(_ text: String) -> String {
        urlEncode(text: text)
    }

    /// Escapes every byte that the set does not keep.
    public static func encode(_ text: String, set: EncodeSet) -> String {
        urlEncodeWith(text: text, set: set.native)
    }

    /// Encodes bytes, which need not be UTF-8, the way ``encode(_:)`` encodes a string.
    public static func encodeBytes(_ bytes: some DataProtocol) -> String {
        urlEncodeBytes(bytes: Data(bytes))
    }

    /// Encodes each string of a list, as ``encode(_:)`` does. All strings are encoded in one call
    /// into the native library.
    public static func encodeBatch(_ texts: [String]) -> [String] {
        unpacked(urlEncodeBatch(packed: packed(texts)))
    }

    /// Decodes every escape. The decoded bytes must be UTF-8. A `+` stays a `+`.
    ///
    /// - Throws: `url.malformed_escape` and `url.invalid_utf8`, with the offset.
    public static func decode(_ text: String) throws(KeyrailError) -> String {
        try translatingErrors { try urlDecode(text: text) }
    }

    /// Decodes every escape; the decoded bytes need not be UTF-8.
    ///
    /// - Throws: `url.malformed_escape`, with the offset.
    public static func decodeBytes(_ text: String) throws(KeyrailError) -> Data {
        try translatingErrors { try urlDecodeBytes(text: text) }
    }

    /// Decodes a name or a value of a form (`application/x-www-form-urlencoded`) as ``decode(_:)``
    /// does, but a `+` becomes a space.
    ///
    /// - Throws: as ``decode(_:)`` does.
    public static func decodeForm(_ text: String) throws(KeyrailError) -> String {
        try translatingErrors { try urlDecodeForm(text: text) }
    }

    /// Decodes each string of a list, as ``decode(_:)`` does. An error in one string does not
    /// affect the others.
    public static func decodeBatch(_ texts: [String]) -> [Result<String, KeyrailError>] {
        let decoded = urlDecodeBatch(packed: packed(texts))
        var results: [Result<String, KeyrailError>] = unpacked(decoded.packed).map { .success($0) }
        for rejected in decoded.rejected {
            results[Int(rejected.index)] = .failure(KeyrailError(rejected.error))
        }
        return results
    }

    /// Normalizes a string to the spelling that ``encode(_:)`` writes. Existing escapes are not
    /// encoded again. An escape of an unreserved character is decoded. Any other valid escape is
    /// kept, with its hexadecimal digits in upper case. All other characters outside the unreserved
    /// set are escaped, and so is a `%` that does not begin an escape. Normalizing a normalized
    /// string does not change it.
    public static func normalize(_ text: String) -> String {
        urlNormalize(text: text)
    }

    /// Encodes pairs as a query, in the order given. Names and values are encoded by
    /// ``encode(_:)``, so a space becomes `%20`. A name may occur more than once, and a pair whose
    /// value is `nil` is written without `=`. For example, `[("q", "a b"), ("q", "c")]` becomes
    /// `q=a%20b&q=c`.
    ///
    /// - Throws: `url.empty_pair` if the only pair has an empty name and no value.
    public static func encodeQuery(_ pairs: [(String, String?)]) throws(KeyrailError) -> String {
        try translatingErrors { try urlEncodeQuery(pairs: pairs.flatMap { [$0.0, $0.1] }) }
    }

    /// Encodes pairs as a query, in the order given. Names and values are encoded by
    /// ``encode(_:)``, so a space becomes `%20`. A name may occur more than once. All pairs have a
    /// value.
    @_disfavoredOverload
    public static func encodeQuery(_ pairs: [(String, String)]) throws(KeyrailError) -> String {
        try encodeQuery(pairs.map { ($0.0, $0.1) })
    }

    /// Encodes pairs as a query, in the order given. Names and values are encoded by
    /// ``encode(_:)``, so a space becomes `%20`. A name may occur more than once, and a pair whose
    /// value is `nil` is written without `=`. The pairs are items of `URLComponents`.
    @_disfavoredOverload
    public static func encodeQuery(_ items: [URLQueryItem]) throws(KeyrailError) -> String {
        try encodeQuery(items.map { ($0.name, $0.value) })
    }

    /// Returns the items of a query, as ``parseQuery(_:)`` parses them.
    public static func queryItems(_ query: String) throws(KeyrailError) -> [URLQueryItem] {
        try parseQuery(query).map { URLQueryItem(name: $0.0, value: $0.1) }
    }

    /// Parses a query into pairs, in order. Repeated names are kept, and an empty value (`a=`)
    /// differs from a missing `=` (`a`, whose value is `nil`). Names and values are decoded by
    /// ``decode(_:)``, so a `+` stays a `+`. An empty query has no pairs.
    ///
    /// - Throws: as ``decode(_:)`` does, with the offset in the query.
    public static func parseQuery(_ query: String) throws(KeyrailError) -> [(String, String?)] {
        let texts = try translatingErrors { try urlParseQuery(query: query) }
        return stride(from: 0, to: texts.count, by: 2).map { (texts[$0] ?? "", texts[$0 + 1]) }
    }
}

/// The characters that encoding keeps; all others are escaped. No set keeps `%`, spaces, control
/// characters or non-ASCII characters.
public struct EncodeSet: Sendable {
    let native: FfiEncodeSet

    /// Letters, digits, `-._~` (RFC 3986, section 2.3).
    public static let unreserved = EncodeSet(native: .unreserved())
    /// A path segment (RFC 3986, section 3.3).
    public static let pathSegment = EncodeSet(native: .pathSegment())
    /// A whole path: segments and the slashes between them.
    public static let path = EncodeSet(native: .path())
    /// A whole query (RFC 3986, section 3.4). It keeps `&` and `=`, so use
    /// ``Url/encodeQuery(_:)`` for names and values.
    public static let query = EncodeSet(native: .query())
    /// A fragment (RFC 3986, section 3.5).
    public static let fragment = EncodeSet(native: .fragment())
    /// User name and password (RFC 3986, section 3.2.1).
    public static let userinfo = EncodeSet(native: .userinfo())
    /// `application/x-www-form-urlencoded` (WHATWG URL standard): letters, digits and `*-._`. A
    /// space becomes `+`.
    public static let form = EncodeSet(native: .form())
    /// The characters that JavaScript's `encodeURIComponent` keeps: letters, digits, `-_.!~*'()`.
    /// All other characters are in the component percent-encode set of the WHATWG URL standard,
    /// which contains the characters to escape.
    public static let component = EncodeSet(native: .component())

    /// Returns the set with this name: `unreserved`, `path_segment`, `path`, `query`,
    /// `fragment`, `userinfo`, `form` or `component`.
    ///
    /// - Throws: `url.unknown_set`.
    public static func named(_ name: String) throws(KeyrailError) -> EncodeSet {
        EncodeSet(native: try translatingErrors { try FfiEncodeSet.named(name: name) })
    }

    /// Creates a set that leaves the unreserved characters and the given ones unencoded.
    ///
    /// - Throws: `url.malformed_set`, with the offset, for `%`, a space, a control character and
    ///   a non-ASCII character.
    public static func keeping(_ characters: String) throws(KeyrailError) -> EncodeSet {
        EncodeSet(native: try translatingErrors { try FfiEncodeSet.keeping(characters: characters) })
    }
}

/// A URI template (RFC 6570, all four levels), which is parsed once and can be expanded many
/// times.
///
/// ```swift
/// let template = try UrlTemplate("v2/rooms/{roomId}{?tags*}")
/// try template.expand(["roomId": "a/b", "tags": ["new", "vip"]])   // v2/rooms/a%2Fb?tags=new&tags=vip
/// ```
public struct UrlTemplate: Sendable {
    private let native: FfiUrlTemplate

    /// Parses a template. It may be at most 8 KiB long.
    ///
    /// - Throws: `url.malformed_template`, `url.unsupported_operator` (one of
    ///   `=,!@|`) and `url.template_too_long`, with the offset.
    public init(_ text: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiUrlTemplate(text: text) }
    }

    /// The names of the variables in the order in which they first occur in the template,
    /// each once.
    public var variables: [String] { native.variables() }

    /// Expands the template (RFC 6570, section 3.2): a variable that is not passed is omitted, and
    /// one that the template does not have is ignored.
    ///
    /// - Throws: `url.duplicate_variable`; `url.too_many_variables` above 4,096;
    ///   `url.prefix_of_list`, with the offset of the expression, if a prefix such as
    ///   `{name:3}` is applied to a list or pairs; `url.too_long` above 64 KiB.
    public func expand(
        _ variables: KeyValuePairs<String, TemplateValue>
    ) throws(KeyrailError) -> String {
        try expand(variables.map { ($0.key, $0.value) })
    }

    /// Expands the template (RFC 6570, section 3.2): a variable that is not passed is omitted, and
    /// one that the template does not have is ignored. The variables are a list of pairs.
    public func expand(_ variables: [(String, TemplateValue)]) throws(KeyrailError) -> String {
        try translatingErrors { try native.expand(variables: ffi(variables)) }
    }

    /// Expands the template like ``expand(_:)``, but exactly the variables of the template must be
    /// passed. An empty list counts as not passed.
    ///
    /// - Throws: as ``expand(_:)`` does; also `url.missing_variable`, with the offset of the
    ///   expression that needs the variable, and `url.unknown_variable`.
    public func expandStrict(
        _ variables: KeyValuePairs<String, TemplateValue>
    ) throws(KeyrailError) -> String {
        try expandStrict(variables.map { ($0.key, $0.value) })
    }

    /// Expands the template like ``expand(_:)``, but exactly the variables of the template must be
    /// passed. The variables are a list of pairs.
    public func expandStrict(_ variables: [(String, TemplateValue)]) throws(KeyrailError) -> String {
        try translatingErrors { try native.expandStrict(variables: ffi(variables)) }
    }

    private func ffi(_ variables: [(String, TemplateValue)]) -> [FfiVariable] {
        variables.map { FfiVariable(name: $0.0, value: $0.1.native) }
    }
}

/// The value of a template's variable. It can be written as a string, array or dictionary
/// literal.
public enum TemplateValue: Sendable {
    /// A string; the empty string counts as passed.
    case text(String)
    /// A list of strings; the empty list counts as not passed.
    case list([String])
    /// An associative array: names and strings, in order; an empty array counts as not passed.
    case pairs([(String, String)])

    var native: FfiTemplateValue {
        switch self {
        case .text(let text): .text(text: text)
        case .list(let texts): .texts(texts: texts)
        case .pairs(let pairs): .pairs(texts: flattened(pairs))
        }
    }
}

extension TemplateValue: ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    public init(stringLiteral text: String) {
        self = .text(text)
    }

    public init(arrayLiteral texts: String...) {
        self = .list(texts)
    }

    public init(dictionaryLiteral pairs: (String, String)...) {
        self = .pairs(pairs)
    }
}

/// An absolute `https` URL that ends with a slash; a missing slash is added. It is the common start
/// of an API's URLs. With `allowLoopback`, an `http` URL of the local machine is accepted too.
public struct BaseUrl: CustomStringConvertible, Sendable {
    private let native: FfiBaseUrl

    init(native: FfiBaseUrl) {
        self.native = native
    }

    /// Parses a base URL; a slash is added at its end if it is missing.
    ///
    /// - Parameter allowLoopback: whether `http` to the local machine is accepted too.
    /// - Throws: an error whose code begins with `url.`, with the offset.
    public init(_ text: String, allowLoopback: Bool = false) throws(KeyrailError) {
        native = try translatingErrors { try FfiBaseUrl(text: text, allowLoopback: allowLoopback) }
    }

    /// Expands a template of a base URL. An example is `https://{domain}.mehery.io/xms/`. The value
    /// of a variable cannot change any other part of the URL.
    ///
    /// - Throws: for an invalid template, for a variable that is missing, unknown or duplicate, and
    ///   for a value that is not allowed at its position.
    public static func fromTemplate(
        _ template: String, _ variables: [(String, String)]
    ) throws(KeyrailError) -> BaseUrl {
        BaseUrl(
            native: try translatingErrors {
                try FfiBaseUrl.fromTemplate(template: template, variables: flattened(variables))
            })
    }

    /// Appends segments to the path, each fully escaped, and returns the URL as a string.
    ///
    /// - Throws: for a segment that is empty, or that contains a dot segment (`.` or `..`, even if
    ///   the dots are escaped), a backslash or a control character; `url.too_long` above 64 KiB.
    public func join(_ segments: [String]) throws(KeyrailError) -> String {
        try translatingErrors { try native.join(segments: segments) }
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
