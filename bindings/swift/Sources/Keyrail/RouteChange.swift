/// A sample message that the old and the new table route differently.
public struct RouteChange: Equatable, Sendable {
    /// The index of the message in the samples. The first index is 0.
    public let sample: Int
    /// The decision of the old table, or its error.
    public let old: Result<Decision, KeyrailError>
    /// The decision of the new table, or its error.
    public let new: Result<Decision, KeyrailError>

    init(_ native: FfiRouteChange) {
        sample = Int(clamping: native.sample)
        old = decided(native.old)
        new = decided(native.new)
    }
}

/// A fixture whose message is not routed as expected.
public struct RouteMismatch: Equatable, Sendable {
    /// The index of the fixture in the list. The first index is 0.
    public let fixture: Int
    /// The decision, or the error if the message could not be routed.
    public let found: Result<Decision, KeyrailError>

    init(_ native: FfiRouteMismatch) {
        fixture = Int(clamping: native.fixture)
        found = decided(native.found)
    }
}
