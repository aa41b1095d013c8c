import Foundation

/// A JSON value (RFC 8259). Unlike Foundation's parser, it keeps the order of an object's members and
/// the digits of a number, because the expected configuration errors depend on both.
indirect enum Json: Sendable {
    case null
    case boolean(Bool)
    case number(String)
    case text(String)
    case list([Json])
    case object([(name: String, value: Json)])

    /// A syntax error, and its offset in bytes.
    struct Malformed: Error {
        let offset: Int
    }

    init(_ text: String) throws {
        var reader = JsonReader(Array(text.utf8))
        self = try reader.document()
    }

    subscript(name: String) -> Json? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var integer: Int64? {
        guard case .number(let digits) = self else { return nil }
        return Int64(digits)
    }

    var boolean: Bool? {
        guard case .boolean(let boolean) = self else { return nil }
        return boolean
    }

    var list: [Json] {
        guard case .list(let list) = self else { return [] }
        return list
    }

    /// Returns the object with a member replaced, or added at the end.
    func setting(_ name: String, to value: Json) -> Json {
        guard self[name] != nil else { return .object(members + [(name, value)]) }
        return .object(members.map { $0.name == name ? (name, value) : $0 })
    }

    var members: [(name: String, value: Json)] {
        guard case .object(let members) = self else { return [] }
        return members
    }
}

extension Json: Equatable {
    /// Compares members without regard to order, and numbers by their digits.
    static func == (left: Json, right: Json) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.text(let left), .text(let right)): left == right
        case (.list(let left), .list(let right)): left == right
        case (.object(let left), .object):
            left.count == right.members.count && left.allSatisfy { right[$0.name] == $0.value }
        default: false
        }
    }
}

extension Json: CustomStringConvertible {
    /// The value as one line of JSON.
    var description: String {
        switch self {
        case .null: "null"
        case .boolean(let boolean): "\(boolean)"
        case .number(let digits): digits
        case .text(let text): Json.quoted(text)
        case .list(let list): "[" + list.map(\.description).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\(Json.quoted($0.name)):\($0.value)" }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20: quoted += String(format: "\\u%04x", scalar.value)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension Json: ExpressibleByNilLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByDictionaryLiteral
{
    init(nilLiteral: ()) { self = .null }
    init(stringLiteral text: String) { self = .text(text) }
    init(booleanLiteral boolean: Bool) { self = .boolean(boolean) }
    init(dictionaryLiteral members: (String, Json)...) {
        self = .object(members.map { (name: $0.0, value: $0.1) })
    }

    init(optional text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ texts: [String]) { self = .list(texts.map { .text($0) }) }
    init(_ integer: Int64) { self = .number("\(integer)") }
}

private struct JsonReader {
    let bytes: [UInt8]
    var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws -> Json {
        let value = try value()
        skipWhitespace()
        guard position == bytes.count else { throw malformed }
        return value
    }

    private var malformed: Json.Malformed { Json.Malformed(offset: position) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipWhitespace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let word = Array("\(word)".utf8)
        guard bytes[position...].starts(with: word) else { return false }
        position += word.count
        return true
    }

    private mutating func value() throws -> Json {
        skipWhitespace()
        switch next {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""): return .text(try text())
        default:
            if take("null") { return .null }
            if take("true") { return .boolean(true) }
            if take("false") { return .boolean(false) }
            return try number()
        }
    }

    private mutating func number() throws -> Json {
        let start = position
        while let byte = next, "+-.0123456789Ee".utf8.contains(byte) { position += 1 }
        guard position > start else { throw malformed }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func list() throws -> Json {
        var list: [Json] = []
        try items(until: "]") { reader in list.append(try reader.value()) }
        return .list(list)
    }

    private mutating func object() throws -> Json {
        var members: [(name: String, value: Json)] = []
        try items(until: "}") { reader in
            reader.skipWhitespace()
            let name = try reader.text()
            reader.skipWhitespace()
            guard reader.take(":") else { throw reader.malformed }
            members.append((name: name, value: try reader.value()))
        }
        return .object(members)
    }

    private mutating func items(
        until end: StaticString, read: (inout JsonReader) throws -> Void
    ) throws {
        position += 1
        skipWhitespace()
        if take(end) { return }
        while true {
            try read(&self)
            skipWhitespace()
            if take(end) { return }
            guard take(",") else { throw malformed }
        }
    }

    private mutating func text() throws -> String {
        guard take("\"") else { throw malformed }
        var units: [UInt16] = []
        var start = position
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                units += String(decoding: bytes[start..<position], as: UTF8.self).utf16
                position += 1
                return String(decoding: units, as: UTF16.self)
            case UInt8(ascii: "\\"):
                units += String(decoding: bytes[start..<position], as: UTF8.self).utf16
                position += 1
                units.append(try escaped())
                start = position
            default: position += 1
            }
        }
        throw malformed
    }

    private mutating func escaped() throws -> UInt16 {
        guard let byte = next else { throw malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            let digits = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
            guard digits.utf8.count == 4, let unit = UInt16(digits, radix: 16) else { throw malformed }
            position += 4
            return unit
        default: return UInt16(byte)
        }
    }
}
