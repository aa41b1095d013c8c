/// Why a request is refused, as a status and a code (RFC 9457): what an outsider
/// may know. ``Header/problem(_:)`` makes it of a refusal, and
/// ``Header/render(_:scheme:realm:)`` the response.
public struct Problem: CustomStringConvertible, Sendable {
    let native: FfiProblem

    init(_ native: FfiProblem) {
        self.native = native
    }

    /// A problem of the host's own, for what Keyrail does not judge, such as a
    /// limit of requests: a 429, with `Retry-After` beside the response's
    /// headers.
    ///
    /// - Parameters:
    ///   - status: 400 to 599.
    ///   - code: 1 to 64 ASCII letters, digits and characters of `._-`.
    ///   - detail: a sentence for the person who wrote the client.
    /// - Throws: `problem.malformed_status`, `problem.malformed_code`.
    public init(status: Int, code: String, detail: String) throws(KeyrailError) {
        native = try calling {
            try FfiProblem(status: Int64(status), code: code, detail: detail)
        }
    }

    /// The status of the answer, 400 to 599.
    public var status: Int { Int(native.status()) }

    /// The stable, dotted code.
    public var code: String { native.code() }

    /// A sentence for the person who wrote the client.
    public var detail: String { native.detail() }

    /// Returns the response that says it: a body of `application/problem+json`,
    /// which no cache stores. Where credentials are asked for,
    /// ``Header/render(_:scheme:realm:)`` adds the scheme's challenge.
    public func response() -> Response { Response(native.response()) }

    public var description: String { "Problem(\(status), \(code))" }
}

extension Header {
    /// What to answer to a request that was refused with this error: 401 where
    /// credentials are missing, of another scheme or wrong, 400 where they are
    /// duplicate, ambiguous or malformed, 403 where they may not do it; for a webhook's
    /// delivery 400 where a header is missing, duplicate or malformed, 403 where it is
    /// too old, too new or signed by somebody else. `nil`, if the error is about
    /// neither.
    public static func problem(_ error: KeyrailError) -> Problem? {
        error.problem
    }

    /// The response that says a problem: a body of `application/problem+json`,
    /// which no cache stores, and with a 401 the scheme's challenge, which names
    /// an error unless no credential came. A realm that
    /// ``Scheme/challenge(_:error:)`` refuses is written as an empty one.
    public static func render(_ problem: Problem, scheme: Scheme, realm: String) -> Response {
        Response(headerRender(problem: problem.native, scheme: scheme.native, realm: realm))
    }
}
