import Foundation

/// A messaging platform's API, as data.
public struct Platform: CustomStringConvertible, Sendable {
    let native: FfiPlatform

    /// The names of all platforms that Keyrail knows.
    public static func names() -> [String] {
        platformNames()
    }

    /// A platform by its name.
    ///
    /// - Throws: `platform.unknown`.
    public static func get(_ name: String) throws(KeyrailError) -> Platform {
        Platform(native: try calling { try FfiPlatform.get(name: name) })
    }

    /// A platform of the host's own, from its configuration.
    ///
    /// - Throws: with all ``KeyrailError/faults``.
    public static func fromJson(_ text: String) throws(KeyrailError) -> Platform {
        Platform(native: try calling { try FfiPlatform.fromJson(text: text) })
    }

    /// The platform's name.
    public var name: String { native.name() }

    /// The default scheme.
    public var scheme: Scheme { Scheme(native.scheme()) }

    /// All schemes by name, the default first.
    public var schemes: [(name: String, scheme: Scheme)] {
        native.schemes().map { (name: $0.name, scheme: Scheme($0.scheme)) }
    }

    /// The names of the operations, such as `message.send`, in their order.
    public var operations: [String] { native.operations() }

    /// Builds a request, for the host to send.
    ///
    /// - Parameters:
    ///   - variables: of the base URL and the path, all of them.
    ///   - headers: further ones, behind those that the platform asks for.
    /// - Throws: a code of `platform.`, or of the part that is malformed.
    public func request(
        _ operation: String,
        variables: [(String, String)] = [],
        query: [(String, String)] = [],
        headers: [(String, String)] = [],
        body: Data? = nil,
        credentials: Credentials? = nil
    ) throws(KeyrailError) -> Request {
        Request(
            try calling {
                try native.request(
                    operation: operation,
                    variables: inTurn(variables),
                    query: inTurn(query),
                    headers: inTurn(headers),
                    body: body,
                    credentials: credentials?.native
                )
            })
    }

    public var description: String { "Platform(\(name))" }
}

/// A request for the host to send. It prints without sensitive headers, the
/// URL's query and the body.
public struct Request: Masked, Sendable {
    /// In capitals.
    public let method: String
    /// Absolute.
    public let url: String
    /// In the order in which they are to be sent.
    public let headers: [(name: String, value: HeaderValue)]
    /// Its bytes, if it has one.
    public let body: Data?

    init(_ native: FfiRequest) {
        method = native.method
        url = native.url
        headers = pairs(native.headers)
        body = native.body
    }

    /// What may be seen of it.
    public var description: String {
        "Request(\(method) \(withoutQuery(url)), headers: \(printed(headers)), body: \(size(body)))"
    }
}

/// A response for the host to give.
public struct Response: Masked, Sendable {
    /// 100 to 599.
    public let status: Int
    /// In order.
    public let headers: [(name: String, value: HeaderValue)]
    /// Its bytes, if it has one.
    public let body: Data?

    init(_ native: FfiResponse) {
        status = Int(native.status)
        headers = pairs(native.headers)
        body = native.body
    }

    /// What may be seen of it.
    public var description: String {
        "Response(\(status), headers: \(printed(headers)), body: \(size(body)))"
    }
}

private func withoutQuery(_ url: String) -> String {
    guard let at = url.firstIndex(of: "?") else { return url }
    return url[..<at] + "?…"
}

private func printed(_ headers: [(name: String, value: HeaderValue)]) -> String {
    "[" + headers.map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "]"
}

private func size(_ body: Data?) -> String {
    body.map { "\($0.count) bytes" } ?? "none"
}
