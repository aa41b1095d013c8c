import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A description of a messaging platform's API.
public struct Platform: CustomStringConvertible, Sendable {
    let native: FfiPlatform

    /// Returns the names of the platforms that are built in.
    public static func names() -> [String] {
        platformNames()
    }

    /// Reads a built-in platform. Its name is one of ``names()``.
    ///
    /// - Throws: `platform.unknown`.
    public init(named name: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiPlatform.get(name: name) }
    }

    /// Returns the JSON document of a built-in platform.
    ///
    /// To adapt the document, change what differs in your deployment, and read the result with
    /// ``init(json:)``. Keep the order of the schemes: the first one is the default.
    ///
    /// - Throws: `platform.unknown`.
    public static func document(_ name: String) throws(KeyrailError) -> String {
        try translatingErrors { try platformDocument(name: name) }
    }

    /// Reads a platform from its document. Use it for a custom platform.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiPlatform.fromJson(text: json) }
    }

    /// The platform's name.
    public var name: String { native.name() }

    /// The template of the platform's base URL, as the document contains it. An operation may have
    /// its own base URL.
    public var base: String { native.base() }

    /// The variables of the platform's base URL, each once. All of them are required.
    /// ``PlatformOperation/variables`` contains the variables of an operation's whole URL.
    public var variables: [String] { native.variables() }

    /// Returns the base URL for these variables, which must be exactly those of its template.
    ///
    /// - Throws: `platform.missing_variable`, `platform.unknown_variable`, and the codes of
    ///   ``BaseUrl/fromTemplate(_:_:)``.
    public func baseURL(_ variables: [(String, String)] = []) throws(KeyrailError) -> BaseUrl {
        BaseUrl(native: try translatingErrors { try native.baseUrl(variables: flattened(variables)) })
    }

    /// Returns whether a string has none of the shapes that the document lists for a part of the
    /// credentials, such as `key` or `app_id`. If the document lists no shape for the part, the
    /// result is `false`.
    ///
    /// Use it only to warn the person who typed the string: vendors change the shapes of their
    /// keys.
    public func isUnusual(_ part: String, _ text: String) -> Bool {
        native.isUnusual(part: part, text: text)
    }

    /// The default scheme.
    public var scheme: Scheme { Scheme(native.scheme()) }

    /// All schemes with their names, the default first.
    public var schemes: [(name: String, scheme: Scheme)] {
        native.schemes().map { (name: $0.name, scheme: Scheme($0.scheme)) }
    }

    /// The names of all operations, such as `message.send`, in the order of the platform's
    /// document.
    public var operations: [String] { native.operations() }

    /// Returns the operation with this name.
    ///
    /// - Throws: `platform.unknown_operation`.
    public func operation(_ name: String) throws(KeyrailError) -> PlatformOperation {
        PlatformOperation(try translatingErrors { try native.operation(name: name) })
    }

    /// The scopes that the vendor gives to keys; empty if the vendor publishes none.
    public var scopes: [KeyScope] { native.scopes().map { KeyScope($0) } }

    /// When the vendor's keys expire, if the document specifies it.
    public var expiry: ExpiryPolicy? {
        get throws(KeyrailError) {
            try translatingErrors { try native.expiry() }.map { ExpiryPolicy($0) }
        }
    }

    /// What is known of the vendor's calls to a webhook, if the vendor makes any.
    public var webhook: WebhookTraits? { native.webhook().map { WebhookTraits($0) } }

    /// How the vendor issues the token that a request needs in addition to the key, if it needs
    /// one. See ``TokenSession``.
    public var token: TokenSpec? { native.token().map { TokenSpec($0) } }

    /// The vendor's error codes, each with the kind of failure that it means, in the document's
    /// order.
    public var errors: [(code: String, kind: FailureKind)] {
        get throws(KeyrailError) {
            try translatingErrors { try native.errors() }.map { (code: $0.code, kind: FailureKind($0.kind)) }
        }
    }

    /// Returns the kind of failure that one of the vendor's error codes means, if the document
    /// lists the code.
    public func failureOf(_ code: String) throws(KeyrailError) -> FailureKind? {
        try translatingErrors { try native.failureOf(code: code) }.map { FailureKind($0) }
    }

    /// Builds the request of an operation, but does not send it.
    ///
    /// - Parameters:
    ///   - variables: all variables of the base URL and the path.
    ///   - headers: additional headers, which follow those that the platform requires. They must
    ///     not contain a credential, and must not be `Connection`, `Content-Length`, `Host` or
    ///     `Transfer-Encoding` (`platform.framing_header`).
    ///   - body: the bytes to send.
    ///   - form: the names and values of a form to send as the body, if the operation takes one.
    ///   - scheme: the name of the scheme to use instead of the platform's default. If the
    ///     operation has its own scheme, no other is allowed.
    /// - Throws: a code that begins with `platform.`, or the code of the malformed part.
    public func request(
        _ operation: String,
        variables: [(String, String)] = [],
        query: [(String, String)] = [],
        headers: [(String, String)] = [],
        body: Data? = nil,
        form: [(String, String)]? = nil,
        credentials: Credentials? = nil,
        scheme: String? = nil
    ) throws(KeyrailError) -> Request {
        Request(
            try translatingErrors {
                try native.request(
                    operation: operation,
                    variables: flattened(variables),
                    query: flattened(query),
                    headers: flattened(headers),
                    body: body,
                    form: form.map(flattened),
                    credentials: credentials?.native,
                    scheme: scheme
                )
            })
    }

    /// Reads the response to an operation.
    ///
    /// The request succeeded if the status is 2xx. If the platform's bodies report success or
    /// failure, a 2xx status is not enough: the body must be empty or report success. The kind of a
    /// failure is determined by the vendor's error code if the platform's document lists that code,
    /// and otherwise by the status.
    ///
    /// - Parameters:
    ///   - headers: names and values in the order in which they were received.
    ///   - now: the current time, with which a date in `Retry-After` is compared.
    /// - Throws: `platform.unknown_operation`, `platform.malformed_status` (not
    ///   100 to 599), `platform.response_too_long` (over 16 MiB).
    public func readResponse(
        _ operation: String, status: Int, headers: [(String, String)], body: Data, now: Date
    ) throws(KeyrailError) -> Outcome {
        Outcome(
            try translatingErrors {
                try native.readResponse(
                    operation: operation,
                    status: Int64(status),
                    headers: flattened(headers),
                    body: body,
                    nowMs: milliseconds(now)
                )
            })
    }

    public var description: String { "Platform(\(name))" }
}

// The same functions for dictionaries, and for the fields of an `HTTPURLResponse`.
extension Platform {
    /// Returns the base URL for these variables, which must be exactly those of its template. The
    /// variables are a dictionary.
    public func baseURL(_ variables: [String: String]) throws(KeyrailError) -> BaseUrl {
        try baseURL(variables.map { ($0.key, $0.value) })
    }

    /// Builds the request of an operation, but does not send it. The variables are a dictionary,
    /// and the query is a list of `URLQueryItem`s.
    @_disfavoredOverload
    public func request(
        _ operation: String,
        variables: [String: String],
        query: [URLQueryItem] = [],
        body: Data? = nil,
        credentials: Credentials? = nil
    ) throws(KeyrailError) -> Request {
        try request(
            operation,
            variables: variables.map { ($0.key, $0.value) },
            query: query.map { ($0.name, $0.value ?? "") },
            body: body,
            credentials: credentials
        )
    }

    /// Reads the response to an operation.
    ///
    /// - Parameter headers: a dictionary, such as `HTTPURLResponse.allHeaderFields`.
    @_disfavoredOverload
    public func readResponse(
        _ operation: String, status: Int, headers: [AnyHashable: Any], body: Data, now: Date
    ) throws(KeyrailError) -> Outcome {
        try readResponse(operation, status: status, headers: headerPairs(headers), body: body, now: now)
    }
}

extension Request {
    /// The request for a `URLSession`; `nil` if Foundation rejects the URL. It contains the
    /// credentials unmasked, so log the ``Request`` instead.
    public var urlRequest: URLRequest? {
        guard let url = URL(string: url) else { return nil }
        var request = URLRequest(url: url)
        request.httpMethod = method
        for (name, value) in headers {
            request.addValue(value.reveal(), forHTTPHeaderField: name)
        }
        request.httpBody = body
        return request
    }
}

/// A request to send. The values of sensitive headers, the URL's query and the body are not
/// printed.
public struct Request: Masked, Sendable {
    /// The method, in capitals.
    public let method: String
    /// The absolute URL.
    public let url: String
    /// The headers, in the order in which they are to be sent.
    public let headers: [(name: String, value: HeaderValue)]
    /// The body, if there is one.
    public let body: Data?

    init(_ native: FfiRequest) {
        method = native.method
        url = native.url
        headers = pairs(native.headers)
        body = native.body
    }

    /// The description, without sensitive parts.
    public var description: String {
        "Request(\(method) \(withoutQuery(url)), headers: \(printed(headers)), body: \(size(body)))"
    }
}

/// A response to send.
public struct Response: Masked, Sendable {
    /// The status code, 100 to 599.
    public let status: Int
    /// The headers, in order.
    public let headers: [(name: String, value: HeaderValue)]
    /// The body, if there is one.
    public let body: Data?

    init(_ native: FfiResponse) {
        status = Int(native.status)
        headers = pairs(native.headers)
        body = native.body
    }

    /// The description, without sensitive parts.
    public var description: String {
        "Response(\(status), headers: \(printed(headers)), body: \(size(body)))"
    }
}

private func withoutQuery(_ url: String) -> String {
    guard let start = url.firstIndex(of: "?") else { return url }
    return url[..<start] + "?…"
}

private func printed(_ headers: [(name: String, value: HeaderValue)]) -> String {
    "[" + headers.map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "]"
}

private func size(_ body: Data?) -> String {
    body.map { "\($0.count) bytes" } ?? "none"
}
