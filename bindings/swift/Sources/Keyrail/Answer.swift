import Foundation

/// The outcome of a request.
public enum Outcome: Sendable {
    /// The request succeeded.
    case ok(Answer)
    /// The request failed.
    case failed(Failure)

    init(_ native: FfiOutcome) {
        switch native {
        case .done(let answer): self = .ok(Answer(answer))
        case .failed(let failure): self = .failed(Failure(failure))
        }
    }

    /// The answer, if the request succeeded.
    public var answer: Answer? {
        if case .ok(let answer) = self { answer } else { nil }
    }

    /// The failure, if the request failed.
    public var failure: Failure? {
        if case .failed(let failure) = self { failure } else { nil }
    }

    /// Returns the answer, or throws the failure.
    public func get() throws(Failure) -> Answer {
        switch self {
        case .ok(let answer): return answer
        case .failed(let failure): throw failure
        }
    }
}

/// The response to a request that succeeded. Its content is
/// not printed.
public struct Answer: Masked, Sendable {
    private let native: FfiAnswer

    init(_ native: FfiAnswer) {
        self.native = native
    }

    /// The status of the response, 200 to 299.
    public var status: Int { Int(native.status()) }

    /// The requested data, as the vendor's unchanged JSON. If the platform's responses wrap the
    /// data in an envelope, this is the data without the envelope. Otherwise, this is the whole
    /// body. The value is `nil` if there is no data or the body is not JSON. The data may contain a
    /// token.
    public var data: String? { native.data() }

    /// The vendor's own message, if the response has one.
    public var message: String? { native.message() }

    /// The pagination values of the response, if the platform paginates and the response has any.
    public var page: Page? { native.page().map { Page($0) } }

    /// Only the status.
    public var description: String { "Answer(status: \(status))" }
}

/// The pagination values of a response. All values except the count are the vendor's own strings.
/// Only the count is printed, because the other values of some vendors are whole links.
public struct Page: Equatable, Masked, Sendable {
    /// The total number of items.
    public let count: Int64?
    /// The vendor's value for this page, such as its number or a link.
    public let current: String?
    /// The vendor's value for the previous page.
    public let previous: String?
    /// The vendor's value for the next page.
    public let next: String?
    /// The vendor's value for the first page.
    public let first: String?
    /// The vendor's value for the last page.
    public let last: String?

    init(_ native: FfiPage) {
        count = native.count
        current = native.current
        previous = native.previous
        next = native.next
        first = native.first
        last = native.last
    }

    /// Only the count.
    public var description: String { "Page(count: \(count.map(String.init) ?? "nil"))" }
}

/// A request that failed. The vendor's code and message may repeat parts of the request, so they
/// are not printed.
public struct Failure: Error, Masked, Sendable {
    private let native: FfiFailure

    init(_ native: FfiFailure) {
        self.native = native
    }

    /// The kind of failure, in the same terms for every platform.
    public var kind: FailureKind { FailureKind(native.kind()) }

    /// The status of the response, 100 to 599.
    public var status: Int { Int(native.status()) }

    /// The vendor's own error code, if the response has one.
    public var code: String? { native.code() }

    /// The vendor's own message, if the response has one.
    public var message: String? { native.text() }

    /// How long to wait before the next request, in milliseconds, if the response specifies it
    /// (`Retry-After`, RFC 9110, section 10.2.3).
    public var retryAfterMs: Int64? { native.retryAfterMs() }

    /// A sentence written by Keyrail, not by the vendor, with the status.
    public var description: String { native.description }
}

extension Failure: LocalizedError {
    /// The ``description``.
    public var errorDescription: String? { description }
}

/// Why a request failed, in the same terms for every platform. The raw value is its name, which is
/// the same in all bindings.
public enum FailureKind: String, Codable, Sendable {
    /// The credentials are missing, wrong, expired or revoked.
    case unauthenticated
    /// The credentials are valid, but do not allow the operation.
    case forbidden
    /// The requested resource does not exist.
    case notFound = "not_found"
    /// There were too many requests: wait.
    case rateLimited = "rate_limited"
    /// The request cannot be fulfilled as it is.
    case invalid
    /// The vendor's server failed, or its response cannot be read.
    case server

    init(_ native: FfiFailureKind) {
        switch native {
        case .unauthenticated: self = .unauthenticated
        case .forbidden: self = .forbidden
        case .notFound: self = .notFound
        case .rateLimited: self = .rateLimited
        case .invalid: self = .invalid
        case .server: self = .server
        }
    }
}
