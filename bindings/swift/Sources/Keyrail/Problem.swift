/// The reason why a request is rejected, as a status and a code (RFC 9457). It contains only what
/// the client may know. ``Header/problem(_:)`` creates it from an error, and
/// ``Header/render(_:scheme:realm:)`` converts it to a response.
public struct Problem: CustomStringConvertible, Sendable {
    let native: FfiProblem

    init(_ native: FfiProblem) {
        self.native = native
    }

    /// Creates a custom problem for a check that the library does not perform, such as a rate limit
    /// of your own or a maximum body length. For your own rate limit, use the status 429 and add
    /// `Retry-After` to the response's headers.
    ///
    /// - Parameters:
    ///   - status: 400 to 599.
    ///   - code: 1 to 64 ASCII letters, digits and characters of `._-`.
    ///   - detail: an explanation for the developer of the client.
    /// - Throws: `problem.malformed_status`, `problem.malformed_code`.
    public init(status: Int, code: String, detail: String) throws(KeyrailError) {
        native = try translatingErrors {
            try FfiProblem(status: Int64(status), code: code, detail: detail)
        }
    }

    /// The status code of the response, 400 to 599.
    public var status: Int { Int(native.status()) }

    /// The stable, dotted code.
    public var code: String { native.code() }

    /// An explanation for the developer of the client.
    public var detail: String { native.detail() }

    /// Returns the response for this problem: a body of `application/problem+json` (RFC 9457) that
    /// caches must not store. The response has no challenge; ``Header/render(_:scheme:realm:)``
    /// adds the challenge of a scheme.
    public func response() -> Response { Response(native.response()) }

    public var description: String { "Problem(\(status), \(code))" }
}

extension Problem: Hashable {
    public static func == (left: Problem, right: Problem) -> Bool {
        (left.status, left.code, left.detail) == (right.status, right.code, right.detail)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(status)
        hasher.combine(code)
    }
}

extension Header {
    /// Returns the problem for a rejected request, webhook delivery or webhook URL.
    ///
    /// For a request, the status is 401 if the credential is missing, wrong or of another
    /// authentication scheme, 400 if the credential is duplicate, ambiguous or malformed, 403 if
    /// the key does not allow the request, and 429 if a limit of the key is exceeded. For a
    /// delivery, the status is 400 if a header is missing, duplicate or malformed, and 403 if the
    /// delivery is too old, is too new or has no valid signature. For a webhook URL, the status is
    /// 400. If a scheme, a secret or a time that your program passed is invalid, the status is 500.
    /// Returns `nil` for any other error.
    public static func problem(_ error: KeyrailError) -> Problem? {
        error.problem
    }

    /// Returns the response for a problem, as ``Problem/response()`` does, with the scheme's
    /// challenge if the status is 401. A 403 also has a challenge if the scheme is `Bearer` and the
    /// problem names the required scope. The body is `application/problem+json`, and caches must
    /// not store the response. The `Bearer` challenge of a 401 names an error, unless the problem's
    /// code is `header.missing` or `header.unknown_scheme`. With either of these codes, the request
    /// has no credential of the scheme. A realm that ``Scheme/challenge(_:error:)`` rejects is
    /// replaced by an empty realm.
    public static func render(_ problem: Problem, scheme: Scheme, realm: String) -> Response {
        Response(headerRender(problem: problem.native, scheme: scheme.native, realm: realm))
    }
}
