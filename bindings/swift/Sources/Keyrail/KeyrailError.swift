import Foundation

/// The error that is thrown when Keyrail rejects an input or a configuration.
///
/// It contains no part of the input, so it can be logged.
public struct KeyrailError: Error, Equatable, Sendable {
    /// A sentence that describes the error to people.
    public let message: String
    /// The stable, dotted code, such as `url.malformed_escape`.
    public let code: ErrorCode
    /// The position of the error, in bytes of UTF-8 from the start of the input; `nil` if the
    /// error has no position.
    public let offset: Int?
    /// The faults of a configuration, in the order in which they were found, at most 100; empty for
    /// every other error. The ``code`` is the code of the first fault.
    public let faults: [Fault]
    /// The header that the error concerns, as the scheme spells it; `nil` if none.
    public let header: String?
    /// The outcome of the key's limits, if a request was denied because of one of them; otherwise
    /// `nil`. If it contains new states of the limits, store them.
    public let consumption: Consumption?
    let problem: Problem?

    /// Creates an error, for the tests of programs that use Keyrail.
    public init(
        message: String,
        code: ErrorCode,
        offset: Int? = nil,
        faults: [Fault] = [],
        header: String? = nil
    ) {
        self.init(
            message: message,
            code: code,
            offset: offset,
            faults: faults,
            header: header,
            problem: nil
        )
    }

    init(
        message: String,
        code: ErrorCode,
        offset: Int?,
        faults: [Fault],
        header: String?,
        problem: Problem?,
        consumption: Consumption? = nil
    ) {
        self.message = message
        self.code = code
        self.offset = offset
        self.faults = faults
        self.header = header
        self.problem = problem
        self.consumption = consumption
    }

    /// Returns whether two errors have the same message, code, offset, faults and header.
    public static func == (left: KeyrailError, right: KeyrailError) -> Bool {
        left.message == right.message && left.code == right.code && left.offset == right.offset
            && left.faults == right.faults && left.header == right.header
    }
}

extension KeyrailError: LocalizedError, CustomStringConvertible {
    /// The ``message``.
    public var errorDescription: String? { message }

    /// The message and the code.
    public var description: String { "\(message) [\(code)]" }
}

/// One fault of a configuration.
public struct Fault: Hashable, Codable, Sendable {
    /// The stable, dotted code. An example is `config.unknown_member`.
    public let code: ErrorCode
    /// The location: a JSON Pointer (RFC 6901), empty for the document as a whole.
    public let pointer: String
    /// A human-readable message, which never contains text from the document.
    public let message: String

    /// Creates a fault, for the tests of programs that use Keyrail.
    public init(code: ErrorCode, pointer: String, message: String) {
        self.code = code
        self.pointer = pointer
        self.message = message
    }
}
