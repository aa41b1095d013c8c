import Foundation

/// Keyrail rejected an input or a configuration.
///
/// It contains no part of the input, so that it can be logged.
public struct KeyrailError: Error, Equatable, Sendable {
    /// A sentence for a person.
    public let message: String
    /// The stable, dotted code, such as `url.malformed_escape`.
    public let code: ErrorCode
    /// Where, in bytes of UTF-8 from the start of the input; `nil` if the
    /// input is wrong as a whole.
    public let offset: Int?
    /// Everything that is wrong with a configuration, in the order in which it
    /// was met, at most 100; empty for every other rejection. The ``code`` is
    /// the first fault's.
    public let faults: [Fault]
    /// The header that the error concerns, as the scheme spells it; `nil` if none.
    public let header: String?
    let problem: Problem?

    /// For the tests of hosts.
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
        problem: Problem?
    ) {
        self.message = message
        self.code = code
        self.offset = offset
        self.faults = faults
        self.header = header
        self.problem = problem
    }

    /// Returns whether both are equal.
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

/// One thing that is wrong with a configuration.
public struct Fault: Hashable, Codable, Sendable {
    /// The stable, dotted code. An example is `config.unknown_member`.
    public let code: ErrorCode
    /// The location: a JSON Pointer (RFC 6901), empty for the document as a whole.
    public let pointer: String
    /// A human-readable message, which never contains text from the document.
    public let message: String

    /// For the tests of hosts.
    public init(code: ErrorCode, pointer: String, message: String) {
        self.code = code
        self.pointer = pointer
        self.message = message
    }
}
