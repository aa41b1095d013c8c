/// The forms in which a request can contain credentials. A scheme writes its first form. It reads
/// this form, other documented forms, and undocumented (lenient) forms.
public struct Scheme: Sendable {
    let native: FfiScheme

    init(_ native: FfiScheme) {
        self.native = native
    }

    /// Returns the scheme `x-api-key: KEY`.
    public static func xApiKey() -> Scheme {
        Scheme(FfiScheme.xApiKey())
    }

    /// Returns the scheme `Authorization: Bearer KEY` (RFC 6750, section 2.1).
    public static func bearer() -> Scheme {
        Scheme(FfiScheme.bearer())
    }

    /// Returns the scheme `Authorization: WORD KEY` (RFC 9110, section 11.6.2).
    ///
    /// - Throws: `header.malformed_word`.
    public static func authorization(_ word: String) throws(KeyrailError) -> Scheme {
        Scheme(try translatingErrors { try FfiScheme.authorization(word: word) })
    }

    /// Returns the scheme `Authorization: KEY`, without a scheme word. Credentials that are read
    /// from this form count as ``Variant/lenient``. A value that is only a known scheme word, such
    /// as `Basic`, is rejected with `header.unknown_scheme`.
    public static func bareAuthorization() -> Scheme {
        Scheme(FfiScheme.bareAuthorization())
    }

    /// Returns the scheme `NAME: KEY`.
    ///
    /// - Throws: `header.malformed_name`.
    public static func header(_ name: String) throws(KeyrailError) -> Scheme {
        Scheme(try translatingErrors { try FfiScheme.header(name: name) })
    }

    /// Returns the scheme of two required headers, `KEY-HEADER: KEY` and `TOKEN-HEADER: TOKEN`.
    ///
    /// Many proxies drop headers whose names contain an underscore, such as VChatCloud's `API_KEY`:
    /// configure your proxy to pass these headers on.
    ///
    /// - Throws: `header.malformed_name`, `header.same_header`.
    public static func pair(_ keyHeader: String, _ tokenHeader: String) throws(KeyrailError) -> Scheme {
        Scheme(try translatingErrors { try FfiScheme.pair(keyHeader: keyHeader, tokenHeader: tokenHeader) })
    }

    /// Returns a scheme that accepts credentials in any one of these schemes. A request that uses
    /// two of them at once is rejected with `header.ambiguous`. Credentials are written in the
    /// first scheme.
    ///
    /// - Throws: `header.no_alternatives`, `header.too_many_forms` for more than 16 forms,
    ///   `header.conflicting_part` for a header that contains different parts, such as the key and
    ///   the token, in two schemes.
    public static func anyOf(_ schemes: [Scheme]) throws(KeyrailError) -> Scheme {
        Scheme(try translatingErrors { try FfiScheme.anyOf(schemes: schemes.map(\.native)) })
    }

    /// Reads a scheme from its configuration.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiScheme.fromJson(text: json) }
    }

    /// Returns the scheme, changed to require that each key and token is a token68 (RFC 9110,
    /// section 11.2; called b64token in RFC 6750). A token68 consists of letters, digits and
    /// `-._~+/`, with `=` only at the end. Anything else is rejected with `header.token68`.
    public func withToken68() -> Scheme {
        Scheme(native.withToken68())
    }

    /// Reads the credentials from a request's headers. Each header of the scheme may occur only
    /// once, and all of the scheme's headers in the request must belong to the same form. Names and
    /// scheme words are compared without regard to case.
    ///
    /// - Parameter headers: names and values in the order in which they were received.
    /// - Throws: `header.missing`, `header.duplicate`, `header.ambiguous`, and the codes of
    ///   malformed values, with the offset in the value.
    public func extract(_ headers: [(String, String)]) throws(KeyrailError) -> Credentials {
        Credentials(try translatingErrors { try native.extract(headers: flattened(headers)) })
    }

    /// Reads the credentials from a request's headers. The headers are a dictionary, such
    /// as `URLRequest.allHTTPHeaderFields`.
    @_disfavoredOverload
    public func extract(_ headers: [AnyHashable: Any]) throws(KeyrailError) -> Credentials {
        try extract(headerPairs(headers))
    }

    /// Returns the headers without those that may contain a credential of the scheme. Use the
    /// result for a request that is passed on to another server. The order stays the same.
    ///
    /// A header is removed if the scheme reads a header with this name. Names are compared without
    /// regard to case, and `-` and `_` are treated as equal, because some servers treat them so.
    /// Values are not checked, so a header that ``extract(_:)`` rejects is removed too.
    public func stripCredentials(_ headers: [(String, String)]) -> [(String, String)] {
        let mayRead = native.mayRead(names: headers.map(\.0))
        return zip(headers, mayRead).filter { !$0.1 }.map(\.0)
    }

    /// Returns the headers that contain the credentials, in the scheme's first form. The key's
    /// header is first; the others follow in the scheme's order.
    ///
    /// - Throws: if a part that the form requires is missing, or if a part cannot be written in a
    ///   header.
    public func apply(
        _ credentials: Credentials
    ) throws(KeyrailError) -> [(name: String, value: HeaderValue)] {
        pairs(try translatingErrors { try native.apply(credentials: credentials.native) })
    }

    /// Returns the value of `WWW-Authenticate` that asks for a credential of this scheme. The value
    /// consists of a scheme word and the realm as a quoted string (RFC 9110, sections 5.6.4 and
    /// 11.5). If the key is in `Authorization` after a scheme word, the challenge begins with that
    /// word; otherwise it begins with `ApiKey`. A scheme can have several documented forms with
    /// different scheme words. In that case, the value is a list of challenges, one for each scheme
    /// word. A response with status 401 must contain this header (RFC 9110, section 11.6.1).
    ///
    /// - Parameter error: the reason why a credential was rejected; `nil` if no credential was
    ///   sent. Only a `Bearer` challenge contains the reason, because RFC 6750 defines it only for
    ///   that scheme.
    /// - Throws: `header.control`, `header.obs_fold`, `header.non_ascii`, with the offset in the
    ///   realm; `header.too_long`, if the challenge is longer than a header's value may be (8192
    ///   bytes).
    public func challenge(
        _ realm: String, error: ChallengeError? = nil
    ) throws(KeyrailError) -> String {
        try translatingErrors { try native.challenge(realm: realm, error: error?.native) }
    }
}

/// The reason why a credential was rejected (RFC 6750, section 3.1). The raw value is its name,
/// which is the same in all bindings.
public enum ChallengeError: String, Codable, Sendable {
    /// The request is malformed: used with status 400.
    case invalidRequest = "invalid_request"
    /// The credential is wrong, expired or revoked: used with status 401.
    case invalidToken = "invalid_token"
    /// The credential is valid, but does not allow the request: used with status 403.
    case insufficientScope = "insufficient_scope"

    var native: FfiChallengeError {
        switch self {
        case .invalidRequest: .invalidRequest
        case .invalidToken: .invalidToken
        case .insufficientScope: .insufficientScope
        }
    }
}

/// A key, and the token and app id that some platforms also require. When printed, the key and the
/// token are masked.
public struct Credentials: Masked, Sendable {
    let native: FfiCredentials

    init(_ native: FfiCredentials) {
        self.native = native
    }

    /// Creates credentials from secrets.
    ///
    /// - Parameter appId: the app's id, which some platforms require besides the key. It is not
    ///   secret.
    public init(key: Secret, token: Secret? = nil, appId: String? = nil) {
        native = FfiCredentials(key: key.native, token: token?.native, appId: appId)
    }

    /// Creates credentials from strings.
    @_disfavoredOverload
    public init(key: String, token: String? = nil, appId: String? = nil) {
        self.init(key: Secret(key), token: token.map { Secret($0) }, appId: appId)
    }

    /// The key.
    public var key: Secret { Secret(native.key()) }

    /// The token, if there is one.
    public var token: Secret? { native.token().map { Secret($0) } }

    /// The app's id, if there is one.
    public var appId: String? { native.appId() }

    /// Whether the credentials were read from a documented or a lenient form of the scheme.
    public var variant: Variant {
        switch native.variant() {
        case .asDocumented: .asDocumented
        case .lenient: .lenient
        }
    }

    /// The app id and the variant, with the key and the token masked.
    public var description: String {
        let token = token == nil ? "nil" : mask
        return "Credentials(key: \(mask), token: \(token), appId: \(appId ?? "nil"), variant: \(variant.rawValue))"
    }
}

/// Whether credentials were read from a documented or a lenient form of a scheme. The raw value is
/// the variant's name, which is the same in all bindings.
public enum Variant: String, Codable, Sendable {
    /// A form that the vendor documents. Credentials that were not read from headers have this
    /// variant too.
    case asDocumented = "as_documented"
    /// One of the undocumented forms that are also accepted.
    case lenient
}

/// A header's value: visible ASCII characters, with spaces and tabs only between them, at most 8
/// KiB. A sensitive value prints as a mask.
public struct HeaderValue: Masked, Sendable {
    private let native: FfiHeaderValue

    init(_ native: FfiHeaderValue) {
        self.native = native
    }

    /// Creates a header's value from a text, and checks the text.
    ///
    /// - Throws: `header.malformed_value`, `header.too_long`, with the offset.
    public init(_ text: String, sensitive: Bool = false) throws(KeyrailError) {
        native = try translatingErrors { try headerValue(text: text, sensitive: sensitive) }
    }

    /// Whether the value must not be printed.
    public var isSensitive: Bool {
        switch native {
        case .plain: false
        case .sensitive: true
        }
    }

    /// Returns the value as a string.
    public func reveal() -> String {
        switch native {
        case .plain(let text): text
        case .sensitive(let secret): secret.reveal()
        }
    }

    /// The value, or a mask if it is sensitive.
    public var description: String {
        switch native {
        case .plain(let text): text
        case .sensitive: mask
        }
    }
}

func pairs(_ headers: [FfiHeader]) -> [(name: String, value: HeaderValue)] {
    headers.map { (name: $0.name, value: HeaderValue($0.value)) }
}
