/// The reason why a request is rejected, as a status and a code (RFC 9457), limited to what the
/// client may know. ``Header/problem(_:)`` creates it from an error, and
/// ``Header/render(_:scheme:realm:)`` converts it to a response.
public struct Problem: CustomStringConvertible, Sendable {
    let native: FfiProblem

    init(_ native: FfiProblem) {
        self.native = native
    }

    /// Creates a custom problem, for what the library does not check: a limit of requests,
    /// a body that is too long. A limit of requests is a 429, with `Retry-After` added to
    /// the response's headers.
    ///
    /// - Parameters:
    ///   - status: 400 to 599.
    ///   - code: 1 to 64 ASCII letters, digits and characters of `._-`.
    ///   - detail: a sentence for the person who wrote the client.
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

    /// Returns the response for this problem: a body of `application/problem+json` (RFC
    /// 9457) that caches must not store. It has no challenge;
    /// ``Header/render(_:scheme:realm:)`` adds the one of a scheme.
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
    /// Returns the problem to answer a rejected request, delivery or webhook URL with.
    /// For a request: 401 if the credential is missing, wrong or of another
    /// authentication scheme, 400 if it is duplicate, ambiguous or malformed, 403 if the
    /// key may not do this. For a delivery: 400 if a header is missing, duplicate or
    /// malformed, 403 if it is too old, too new or signed with another secret. For a
    /// webhook URL: 400. For an invalid scheme, secret or time of the host: 500. `nil`
    /// for any other error.
    public static func problem(_ error: KeyrailError) -> Problem? {
        error.problem
    }

    /// Returns the response for a problem, as ``Problem/response()`` does, with the
    /// scheme's challenge if the status is 401. It is a body of `application/problem+json`,
    /// which caches must not store. The challenge names an error unless no credential came.
    /// A realm that ``Scheme/challenge(_:error:)`` rejects is written as an empty one.
    public static func render(_ problem: Problem, scheme: Scheme, realm: String) -> Response {
        Response(headerRender(problem: problem.native, scheme: scheme.native, realm: realm))
    }
}
