import Foundation

/// Counts the requests of one server in memory: how often each key was used, by operation, outcome
/// and day.
///
/// Create one counter for each process, after the process was forked, with an epoch that no counter
/// had before: for example, a random id. If two counters have the same epoch, only the larger
/// counts are kept. Publish ``usage()`` from time to time: it contains all counts, not only the new
/// ones. A ``Usage`` merges what the counters published. If the process crashes, the requests since
/// its last publication are lost. Threads may share a counter.
///
/// The memory of a counter is bounded: it has at most 100,000 different counts, and one additional
/// count per day. When the counter is full, a request that needs a new count is added to the
/// additional count of its day. That count has no record, and its operation and its outcome are
/// `other`. Call ``removeBefore(_:)`` once a day.
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
    /// Pass the id of the record that matched the key, or `nil` if no record matched. The outcome
    /// is `access.granted`, or the code of the reason for the denial. An invalid record id counts
    /// as no record. The operation counts as `other` if it is `nil` or if the counter does not know
    /// it. The outcome counts as `other` if it is not a code, or if it is new and the counter
    /// already has 128 outcomes.
    ///
    /// - Throws: `access.time_in_seconds`, if `now` is before 1973-03-03, as a time in seconds
    ///   would be.
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

    /// Removes the days that ended at or before a time, in UTC. A day is kept if the last result of
    /// `usage` does not contain all its requests.
    ///
    /// Call it once a day, after the last publication was merged. If a request of a removed day
    /// arrives later, it is counted on the next day that was not removed.
    ///
    /// - Throws: `access.time_in_seconds`, if the time is before 1973-03-03, as a time in seconds
    ///   would be.
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
/// published. Merging in any order, or repeatedly, has the same result, unless a day is closed in
/// between. The host stores the result as JSON. Threads may share a usage.
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
    /// If both have a count of the same epoch, the larger one is kept. If a day is closed in only
    /// one of them, its closed counts are kept, and ``late`` reports the requests that these counts
    /// do not contain.
    ///
    /// - Throws: `access.too_much_usage`, if the result would have more than 4,000,000 counts and
    ///   epochs; then this usage is unchanged. An open day has separate counts for each epoch, and
    ///   each start of a server begins a new epoch. To have fewer counts, close or remove days, or
    ///   store a separate usage for each organization.
    public func merge(_ other: Usage) throws(KeyrailError) {
        try translatingErrors { try native.merge(other: other.native) }
    }

    /// Closes the days that ended at or before a time, in UTC: adds up the counts of different
    /// epochs, and keeps only the sums.
    ///
    /// Close a day when all servers have published their counts of it, for example one hour after
    /// it ended. Let only one process close days. If two processes close the same day, their counts
    /// are not added up: for each record, operation and outcome, only the larger of their two
    /// counts is kept.
    ///
    /// - Throws: `access.time_in_seconds`, if the time is before 1973-03-03, as a time in seconds
    ///   would be.
    public func closeBefore(_ time: Date) throws(KeyrailError) {
        let time = try milliseconds(time)
        try translatingErrors { try native.closeBefore(timeMs: time) }
    }

    /// Removes the days that ended at or before a time, in UTC.
    ///
    /// A later merge adds them again, if the other usage still has them.
    ///
    /// - Throws: `access.time_in_seconds`, if the time is before 1973-03-03, as a time in seconds
    ///   would be.
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

    /// How many requests of closed days are in no count, because they were published after their
    /// day was closed, or because two processes closed the day.
    ///
    /// If this number grows, wait longer before you close a day.
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
    /// The id of the key's record. It is `nil` if no record matched the key, or if the counter was
    /// full.
    public let record: String?
    /// The operation, or `other` if the counter does not know it.
    public let operation: String
    /// The outcome: `access.granted`, or the code of the reason for the denial, or `other` if the
    /// counter did not distinguish it.
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
