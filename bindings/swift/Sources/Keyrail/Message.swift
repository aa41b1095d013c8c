/// A message to route: its channel and its other attributes.
///
/// ```swift
/// Message("wa-main", ["text": "refund please", "tags": ["vip"]])
/// ```
///
/// The attribute `event` determines which webhooks of the queue's app receive the message, and the
/// ordering key depends on `sender`. Any other attribute, such as `text`, has the meaning that the
/// rules give it.
///
/// The initializers check only the types of the values, and leave all other checks to routing; only
/// ``init(json:)`` also checks the message. The values of the attributes are not printed.
public struct Message: Masked, Sendable {
    let native: FfiMessage

    /// Creates a message with these attributes. A message has at most 256 attributes, including the
    /// channel. The value of each is at most 64 KiB long.
    public init(_ channel: String, _ attributes: KeyValuePairs<String, Attribute> = [:]) {
        self.init(channel, attributes.map { ($0.key, $0.value) })
    }

    /// Creates a message with these attributes. A message has at most 256 attributes, including the
    /// channel. The value of each is at most 64 KiB long. The attributes are a list of name-value
    /// pairs.
    @_disfavoredOverload
    public init(_ channel: String, _ attributes: [(String, Attribute)]) {
        native = .parts(
            channel: channel,
            attributes: attributes.map { FfiAttribute(name: $0.0, value: $0.1.native) }
        )
    }

    /// Reads a message from a JSON object of its attributes, including `channel`.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(json: String) throws(KeyrailError) {
        let message = FfiMessage.json(text: json)
        try translatingErrors { try routeCheckMessage(message: message) }
        native = message
    }

    /// Creates a message from JSON that is not checked until the message is routed.
    init(unchecked json: String) {
        native = .json(text: json)
    }

    /// The names of the attributes, without their values; for a message from JSON, the length of
    /// the JSON.
    public var description: String {
        switch native {
        case .parts(_, let attributes):
            "Message(\((["channel"] + attributes.map(\.name)).joined(separator: ", ")))"
        case .json(let text):
            "Message(JSON of \(text.count) characters)"
        }
    }
}

/// The value of a message's attribute. Its content is not printed.
public enum Attribute: Equatable, Sendable {
    /// A string. An empty string differs from a missing attribute.
    case text(String)
    /// A finite number whose absolute value is at most 2^53.
    case number(Double)
    /// A whole number whose absolute value is at most 2^53.
    case integer(Int64)
    /// True or false. A boolean is not a number.
    case boolean(Bool)
    /// A list of strings. A test in a rule's condition matches the list if it matches any of the
    /// strings. Only `exists: true` matches an empty list.
    case texts([String])

    var native: FfiValue {
        switch self {
        case .text(let text): .text(text: text)
        case .number(let number): .number(number: number)
        case .integer(let integer): .integer(integer: integer)
        case .boolean(let boolean): .boolean(boolean: boolean)
        case .texts(let texts): .texts(texts: texts)
        }
    }
}

extension Attribute: Masked {
    /// The kind of the value, and its size.
    public var description: String {
        switch self {
        case .text(let text): "text of \(text.utf8.count) bytes"
        case .number, .integer: "number"
        case .boolean: "boolean"
        case .texts(let texts): "list of \(texts.count) texts"
        }
    }
}

extension Attribute: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    public init(stringLiteral text: String) {
        self = .text(text)
    }

    public init(integerLiteral integer: Int64) {
        self = .integer(integer)
    }

    public init(floatLiteral number: Double) {
        self = .number(number)
    }

    public init(booleanLiteral boolean: Bool) {
        self = .boolean(boolean)
    }

    public init(arrayLiteral texts: String...) {
        self = .texts(texts)
    }
}
