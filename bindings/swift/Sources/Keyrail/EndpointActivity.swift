import Foundation

/// What an endpoint did: how many attempts succeeded, how long its responses took, and the last
/// failures.
///
/// Each process records the attempts that it made. ``merge(_:)`` adds the activity of another
/// process, of another period, or of another endpoint; the order does not matter. Merge each
/// activity only once: merging it twice counts its attempts twice. Threads may share an activity.
public final class EndpointActivity: Sendable, CustomStringConvertible, CustomReflectable {
    private let native: FfiEndpointActivity

    init(_ native: FfiEndpointActivity) { self.native = native }

    /// Creates an activity without attempts.
    public convenience init() { self.init(FfiEndpointActivity()) }

    /// Reads an activity from JSON.
    ///
    /// - Throws: an error with all faults. If a newer release wrote the activity, the only fault is
    ///   `webhook.newer_schema`.
    public convenience init(json: String) throws(KeyrailError) {
        self.init(try translatingErrors { try FfiEndpointActivity.fromJson(text: json) })
    }

    /// Adds an attempt, which took this many milliseconds from the start of the connection to the
    /// end of the response. The latency counts only if there was a response.
    ///
    /// A delivery that was held or that the host gave up is not an attempt: it adds to `dead` if it
    /// was given up, and otherwise nothing.
    ///
    /// - Parameters:
    ///   - settled: the delivery after the attempt.
    ///   - latencyMs: one that is not from 0 to 4,294,967,295 counts as the nearest number that is.
    public func record(_ settled: Settled, latencyMs: Int64) {
        native.record(settled: settled.native, latencyMs: latencyMs)
    }

    /// Adds another activity to this one.
    public func merge(_ other: EndpointActivity) { native.merge(other: other.native) }

    /// The counts and the latencies, all read at the same time.
    public var numbers: ActivityNumbers { ActivityNumbers(native.numbers()) }

    /// The last failed attempts, with the latest first. An activity keeps at most 10 of them.
    public var failures: [DeliveryFailure] { native.failures().map(DeliveryFailure.init) }

    /// Returns the activity as JSON, on one line.
    public func toJSON() -> String { native.toJson() }

    /// Returns a report on an endpoint as JSON, on one line, for a dashboard: its health, the
    /// counts, the success rate with four decimals, the latencies, and the last failures. The rate
    /// is 1 only if all attempts succeeded, and 0 only if none did. The activity does not contain
    /// the id of the endpoint: pass the health of the right one.
    ///
    /// - Throws: `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would
    ///   be, and `time.out_of_range`.
    public func report(_ health: EndpointHealth, now: Date) throws(KeyrailError) -> String {
        let now = try milliseconds(now)
        return try translatingErrors { try native.report(health: health.native, nowMs: now) }
    }

    public var description: String { native.debugText() }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The counts and the latencies of an activity, all read at the same time.
public struct ActivityNumbers: Equatable, Sendable {
    /// The number of attempts.
    public let attempts: Int64
    /// The number of attempts that delivered an event.
    public let successes: Int64
    /// The number of deliveries that were given up.
    public let dead: Int64
    /// The part of the attempts that delivered an event, from 0 to 1, or `nil` if there were no
    /// attempts.
    public let successRate: Double?
    /// The time of the first attempt, or of the first delivery that was given up if that is
    /// earlier, or `nil` if nothing was recorded.
    public let since: Date?
    /// The time of the last attempt, or of the last delivery that was given up if that is later, or
    /// `nil` if nothing was recorded.
    public let until: Date?
    /// The median latency of the responses, in milliseconds, or `nil` if there were no responses.
    /// It is the upper bound of a bucket, but not more than ``maxMs``: up to 6 milliseconds, it is
    /// exact; up to 100 seconds, it is at most 28% too large; beyond that, it is ``maxMs``.
    public let p50Ms: Int64?
    /// The latency that 95% of the responses do not exceed: see ``p50Ms``.
    public let p95Ms: Int64?
    /// The latency that 99% of the responses do not exceed: see ``p50Ms``.
    public let p99Ms: Int64?
    /// The longest latency of a response, in milliseconds, or `nil` if there were no responses.
    public let maxMs: Int64?

    init(_ native: FfiActivityNumbers) {
        attempts = Int64(native.attempts)
        successes = Int64(native.successes)
        dead = Int64(native.dead)
        successRate = native.successRate
        since = native.sinceMs.map(date)
        until = native.untilMs.map(date)
        p50Ms = native.p50Ms.map(Int64.init)
        p95Ms = native.p95Ms.map(Int64.init)
        p99Ms = native.p99Ms.map(Int64.init)
        maxMs = native.maxMs.map(Int64.init)
    }
}
