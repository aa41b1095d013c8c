// The boundary to the native library. Every call to the library that can fail goes through
// translatingErrors, which converts the library's errors and panics to a KeyrailError.

import Foundation

/// The mask that is printed instead of a secret.
let mask = "••••••••"

func translatingErrors<T>(_ call: () throws -> T) throws(KeyrailError) -> T {
    do {
        return try call()
    } catch let error as FfiError {
        throw KeyrailError(error)
    } catch let error as KeyrailError {
        throw error
    } catch {
        throw KeyrailError(
            message: "an internal error occurred in Keyrail: please report it",
            code: "internal.panic"
        )
    }
}

/// Returns the date in Unix milliseconds. The date is first rounded to microseconds, because a
/// `Date` is no more precise, and then rounded down to milliseconds.
func milliseconds(_ date: Date) throws(KeyrailError) -> Int64 {
    let milliseconds = ((date.timeIntervalSince1970 * 1_000_000).rounded() / 1000).rounded(.down)
    guard let milliseconds = Int64(exactly: milliseconds) else {
        throw KeyrailError(
            message: "this date is NaN, or is outside the years -9999 to 9999",
            code: .timeOutOfRange
        )
    }
    return milliseconds
}

func milliseconds(_ date: Date?) throws(KeyrailError) -> Int64? {
    guard let date else { return nil }
    return try milliseconds(date) as Int64
}

/// Converts Unix milliseconds to a date.
func date(_ milliseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000)
}

/// Converts a dictionary of headers, such as `HTTPURLResponse.allHeaderFields`, to pairs.
func headerPairs(_ headers: [AnyHashable: Any]) -> [(String, String)] {
    headers.map { ("\($0.key.base)", "\($0.value)") }
}

extension KeyrailError {
    init(_ error: FfiError) {
        switch error {
        case .Failure(
            let code, let offset, let header, let text, let faults, let problem, let consumption):
            self.init(
                message: text,
                code: ErrorCode(rawValue: code),
                offset: offset.map(Int.init),
                faults: faults.map {
                    Fault(
                        code: ErrorCode(rawValue: $0.code), pointer: $0.pointer, message: $0.text)
                },
                header: header,
                problem: problem.map { Problem($0) },
                consumption: consumption.map { Consumption($0) }
            )
        }
    }
}

/// Returns the pairs as one list of alternating names and values, which is the form that the native
/// library takes.
func flattened(_ pairs: [(String, String)]) -> [String] {
    pairs.flatMap { [$0.0, $0.1] }
}

/// Packs strings into one buffer, which crosses the boundary much faster than an array. For each
/// string, the buffer contains the number of its UTF-8 bytes as a 4-byte little-endian integer, and
/// then these bytes.
func packed(_ texts: [String]) -> Data {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(texts.reduce(0) { $0 + 4 + $1.utf8.count })
    for var text in texts {
        text.withUTF8 { utf8 in
            withUnsafeBytes(of: UInt32(utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: utf8)
        }
    }
    return Data(bytes)
}

/// Unpacks the strings of a buffer that the library has packed.
func unpacked(_ packed: Data) -> [String] {
    packed.withUnsafeBytes { bytes in
        var texts: [String] = []
        var start = 4
        while start <= bytes.count {
            let length = bytes.loadUnaligned(fromByteOffset: start - 4, as: UInt32.self)
            let end = start + Int(UInt32(littleEndian: length))
            texts.append(String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self))
            start = end + 4
        }
        return texts
    }
}
