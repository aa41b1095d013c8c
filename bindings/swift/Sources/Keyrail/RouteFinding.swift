/// Something suspicious in a topology. It prints as a sentence.
public struct RouteFinding: CustomStringConvertible, Hashable, Codable, Sendable {
    /// The stable, dotted code. It is `route.never_matches`, `route.shadowed`,
    /// `route.overlap`, `route.undecided`, `route.app_without_webhook`,
    /// `route.unreachable_queue` or `route.no_default`.
    public let code: String
    /// The rules concerned: the one that it is about, then those that come
    /// before it, or that it wins over.
    public let rules: [String]
    /// The app concerned, if it is about one.
    public let app: String?
    /// The queue concerned, if it is about one.
    public let queue: String?
    /// The channel concerned, if it is about one.
    public let channel: String?
    /// A sentence for a person.
    public let text: String

    init(_ native: FfiRouteFinding) {
        code = native.code
        rules = native.rules
        app = native.app
        queue = native.queue
        channel = native.channel
        text = native.text
    }

    /// The sentence.
    public var description: String { text }
}
