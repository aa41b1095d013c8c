import Foundation

/// Counts the requests of one server in memory: how often each key was used, by operation, outcome
/// and day.
///
/// Create one counter when the server starts, with an epoch that no counter had before, such as the
/// server's name and the time of the start. Publish ``usage()`` from time to time: it contains all
/// counts, not only the new ones. A ``Usage`` merges what the counters published. Threads may share
/// a counter.
///
/// The memory of a counter is bounded. If it has 250,000 different counts, a request that would need
/// another one is counted without a record, with the operation and the outcome `other`. Call
/// ``removeBefore(_:)`` once a day.
public final class UsageCounter: Sendable, CustomStringConvertible, CustomReflectable {
    private let native: FfiUsageCounter
    /// The epoch.
    public let epoch: String

    /// Creates a counter that distinguishes these operations. Requests with any other operation are
    /// counted together, as `other`.
    ///
    /// - Parameter operations: at most 1024.
    /// - Throws: `access.malformed_id`, for the epoch or an operation; `access.too_many_operations`.
    public init(epoch: String, operations: [String]) throws(KeyrailError) {
        native = try translatingErrors { try FfiUsageCounter(epoch: epoch, operations: operations) }
        self.epoch = epoch
    }

    /// Counts a request.
    ///
    /// Pass the id of the record that matched the key, or `nil` if no record matched. The outcome is
    /// `access.granted`, or the code of the reason for the denial. A string that cannot be an id or a
    /// code, and a new outcome after 128 others, count as absent and as `other`.
    ///
    /// - Throws: `access.time_in_seconds`, if `now` seems to be in seconds.
    public func count(
        record: String?, operation: String?, outcome: String, now: Date
    ) throws(KeyrailError) {
        let now = try milliseconds(now)
        try translatingErrors {
            try native.count(record: record, operation: operation, outcome: outcome, nowMs: now)
        }
    }

    /// Returns everything that was counted, to be published.
    public func usage() -> Usage { Usage(native.usage()) }

    /// Removes the days before the day of a time, in UTC.
    ///
    /// Call it once a day, after a publication that contains these days and was merged. Requests of a
    /// removed day that are counted later are counted on the first day that was kept.
    public func removeBefore(_ time: Date) throws(KeyrailError) {
        let time = try milliseconds(time)
        try translatingErrors { try native.removeBefore(timeMs: time) }
    }

    public var description: String { native.debugText() }

    public var customMirror: Mirror { Mirror(self, children: ["epoch": epoch]) }
}

/// The usage of keys: how often each key was used, by operation, outcome and day.
///
/// A ``UsageCounter`` creates it, and ``merge(_:)`` combines the usage that several counters
/// published. Merging in any order, or repeatedly, has the same result. The host stores the result
/// as JSON. Threads may share a usage.
public final class Usage: Sendable, CustomStringConvertible, CustomReflectable {
    private let native: FfiUsage

    init(_ native: FfiUsage) { self.native = native }

    /// Returns a usage without counts.
    public convenience init() { self.init(FfiUsage()) }

    /// Reads a usage from JSON.
    ///
    /// - Throws: an error with all faults. If a newer release wrote the usage, the only fault is
    ///   `access.newer_schema`.
    public convenience init(json: String) throws(KeyrailError) {
        self.init(try translatingErrors { try FfiUsage.fromJson(text: json) })
    }

    /// Adds the counts of another usage.
    ///
    /// If both have a count of the same epoch, the larger one is kept. If a day is closed in one
    /// usage and open in the other, the counts of the closed day are kept, and ``late`` reports the
    /// requests that they do not contain.
    ///
    /// - Throws: `access.too_much_usage`; then this usage is unchanged. Close or remove days first.
    public func merge(_ other: Usage) throws(KeyrailError) {
        try translatingErrors { try native.merge(other: other.native) }
    }

    /// Closes the days before the day of a time, in UTC: adds up the counts of different epochs, and
    /// keeps only the sums.
    ///
    /// Close a day when all servers have published their counts of it, for example one hour after it
    /// ended. Only one process may close days: if two processes close the same day with different
    /// counts, the larger ones are kept.
    public func closeBefore(_ time: Date) throws(KeyrailError) {
        let time = try milliseconds(time)
        try translatingErrors { try native.closeBefore(timeMs: time) }
    }

    /// Removes the days before the day of a time, in UTC.
    ///
    /// If a usage that still contains these days is merged later, they are added again.
    public func removeBefore(_ time: Date) throws(KeyrailError) {
        let time = try milliseconds(time)
        try translatingErrors { try native.removeBefore(timeMs: time) }
    }

    /// Returns the counts, added up over all epochs, sorted by day, record, operation and outcome.
    public func counts() -> [UsageCount] { native.counts().map(UsageCount.init) }

    /// Returns the counts of one record, added up over all epochs, sorted by day, operation and
    /// outcome.
    public func counts(of record: String) -> [UsageCount] {
        native.countsOf(record: record).map(UsageCount.init)
    }

    /// The number of requests of closed days that the counts do not contain, because their epoch
    /// published them after the day was closed.
    ///
    /// If this number grows, close days later.
    public var late: Int { Int(native.late()) }

    /// Returns the usage as JSON, on one line.
    public func toJSON() -> String { native.toJson() }

    public var description: String { native.debugText() }

    public var customMirror: Mirror { Mirror(self, children: ["late": late]) }
}

/// The number of requests that had the same record, operation and outcome on one day.
public struct UsageCount: Hashable, Sendable {
    /// The start of the day, in UTC.
    public let day: Date
    /// The id of the key's record, or `nil` if no record matched the key.
    public let record: String?
    /// The operation; `other` for operations that the counter does not know.
    public let operation: String
    /// The outcome: `access.granted`, or the code of the reason for the denial.
    public let outcome: String
    /// The number of requests, at most 2^53 - 1.
    public let count: Int

    init(_ native: FfiUsageCount) {
        day = date(native.dayMs)
        record = native.record
        operation = native.operation
        outcome = native.outcome
        count = Int(native.count)
    }
}
