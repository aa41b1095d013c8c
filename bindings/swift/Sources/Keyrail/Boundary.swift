// The boundary: every call of the native library that can fail goes through
// here, and every rejection, and even a panic, becomes a
// KeyrailError.

import Foundation

/// Placeholder printed instead of a secret.
let mask = "••••••••"

func translatingErrors<T>(_ call: () throws -> T) throws(KeyrailError) -> T {
    do {
        return try call()
    } catch let refused as FfiError {
        throw KeyrailError(refused)
    } catch let refused as KeyrailError {
        throw refused
    } catch {
        throw KeyrailError(
            message: "Keyrail met a defect of its own: please report it",
            code: "internal.panic"
        )
    }
}

/// Returns Unix milliseconds: a date is rounded to a microsecond, the precision of its
/// binary fraction, and then truncated to a millisecond.
func milliseconds(_ date: Date) throws(KeyrailError) -> Int64 {
    let milliseconds = ((date.timeIntervalSince1970 * 1_000_000).rounded() / 1000).rounded(.down)
    guard let milliseconds = Int64(exactly: milliseconds) else {
        throw KeyrailError(
            message: "this date is not a number, or beyond the years -9999 to 9999",
            code: .timeOutOfRange
        )
    }
    return milliseconds
}

func milliseconds(_ date: Date?) throws(KeyrailError) -> Int64? {
    guard let date else { return nil }
    return try milliseconds(date) as Int64
}

/// The date of Unix milliseconds.
func date(_ milliseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000)
}

/// The pairs of a dictionary of headers, such as `HTTPURLResponse.allHeaderFields`.
func texts(_ headers: [AnyHashable: Any]) -> [(String, String)] {
    headers.map { ("\($0.key.base)", "\($0.value)") }
}

extension KeyrailError {
    init(_ refused: FfiError) {
        switch refused {
        case .Failure(let code, let offset, let header, let text, let faults, let problem):
            self.init(
                message: text,
                code: ErrorCode(rawValue: code),
                offset: offset.map(Int.init),
                faults: faults.map {
                    Fault(
                        code: ErrorCode(rawValue: $0.code), pointer: $0.pointer, message: $0.text)
                },
                header: header,
                problem: problem.map { Problem($0) }
            )
        }
    }
}

/// Returns the pairs as they are passed: names and values alternating.
func flattened(_ pairs: [(String, String)]) -> [String] {
    pairs.flatMap { [$0.0, $0.1] }
}
