/// A suspicious part of a topology. ``description`` returns a sentence for a person.
public struct RouteFinding: CustomStringConvertible, Hashable, Codable, Sendable {
    /// The stable, dotted code. It is `route.never_matches`, `route.shadowed`, `route.overlap`,
    /// `route.undecided`, `route.app_without_webhook`, `route.unreachable_queue` or
    /// `route.no_default`.
    public let code: String
    /// The rules concerned. The first is the rule that the finding is about. If the code is
    /// `route.shadowed`, the others are the rules that match earlier. If the code is
    /// `route.overlap`, the other is the rule that is declared later. The list is empty if the
    /// finding is about an app, a queue or a channel.
    public let rules: [String]
    /// The app concerned, if the finding is about one.
    public let app: String?
    /// The queue concerned, if the finding is about one.
    public let queue: String?
    /// The channel concerned, if the finding is about one.
    public let channel: String?
    /// A sentence that describes the finding to people.
    public let text: String

    init(_ native: FfiRouteFinding) {
        code = native.code
        rules = native.rules
        app = native.app
        queue = native.queue
        channel = native.channel
        text = native.text
    }

    /// The ``text``.
    public var description: String { text }
}
