import Foundation

/// Whose requests a limit counts. The raw value is its name, which is the same in all bindings.
public enum LimitOwner: String, Codable, Sendable {
    /// The requests of the key.
    case key
    /// The requests of all keys of the key's owner.
    case owner
    /// The requests of all keys of the key's organization.
    case organization

    init(_ native: FfiLimitOwner) {
        switch native {
        case .key: self = .key
        case .owner: self = .owner
        case .organization: self = .organization
        }
    }
}

/// The state of a limit, which the host stores: two integers.
///
/// Store the two integers, or the JSON of ``toJSON()``, which also contains the version of its
/// format.
public struct LimitState: Hashable, Sendable {
    /// A time in Unix milliseconds. For a rate, it is the time at which the bucket will be full,
    /// rounded down. For a quota, it is the start of the window.
    public var at: Int64
    /// For a rate, how far `at` was rounded down, in steps of 1/`units` of a millisecond. For a
    /// quota, the number of units that were consumed in the window.
    public var count: Int64

    /// Creates a state from the integers that the host stored.
    public init(at: Int64, count: Int64) {
        self.at = at
        self.count = count
    }

    init(_ native: FfiLimitState) { self.init(at: native.at, count: native.count) }

    /// Reads a state from JSON.
    ///
    /// - Throws: an error with all faults. If a newer release wrote the state, the only fault is
    ///   `access.newer_schema`.
    public init(json: String) throws(KeyrailError) {
        self.init(try translatingErrors { try accessLimitStateFromJson(text: json) })
    }

    /// Returns the state as JSON, on one line.
    public func toJSON() -> String { accessLimitStateToJson(state: native) }

    var native: FfiLimitState { FfiLimitState(at: at, count: count) }
}

/// A rate: a bucket that holds at most ``burst`` units. In ``perSeconds`` seconds, it gains
/// ``units``.
public struct Rate: Hashable, Sendable {
    /// The number of units that flow into the bucket in each period.
    public let units: Int
    /// The length of the period in seconds.
    public let perSeconds: Int
    /// The maximum number of units in the bucket, which is also the most that can be consumed at
    /// once.
    public let burst: Int

    init(_ native: FfiRate) {
        units = Int(native.units)
        perSeconds = Int(native.perSeconds)
        burst = Int(native.burst)
    }
}

/// The length of a quota's windows, in the calendar of UTC. The raw value is its name, which is the
/// same in all bindings.
public enum CalendarUnit: String, Codable, Sendable {
    /// An hour.
    case hour
    /// A day.
    case day
    /// A week, from Monday on (ISO 8601).
    case week
    /// A month.
    case month

    init(_ native: FfiCalendarUnit) {
        switch native {
        case .hour: self = .hour
        case .day: self = .day
        case .week: self = .week
        case .month: self = .month
        }
    }
}

/// A quota: a number of units in each window of the calendar, in UTC.
public struct Quota: Hashable, Sendable {
    /// The number of units in each window.
    public let units: Int
    /// The length of the window.
    public let per: CalendarUnit
    /// The day of the calendar month on which a monthly window starts, from 1 to 31, or `nil` if
    /// the windows are not monthly. If the month does not have this day, the window starts on the
    /// last day of the month.
    public let day: Int?

    init(_ native: FfiQuota) {
        units = Int(native.units)
        per = CalendarUnit(native.per)
        day = native.day.map { Int($0) }
    }
}

/// A limit on requests: a rate or a calendar quota.
///
/// A rate is a bucket that holds at most `burst` units and fills evenly: in `per_seconds` seconds,
/// it gains `units` (GCRA, ITU-T I.371). A quota is a number of units in each hour, day, week or
/// month of the calendar, in UTC; a monthly window starts on the `day` of the calendar month, or on
/// the last day of a month that has no such day.
public final class Limit: Hashable, Sendable, CustomStringConvertible {
    let native: FfiLimit

    init(_ native: FfiLimit) { self.native = native }

    /// Reads a limit from its configuration.
    ///
    /// - Throws: if the document is invalid; ``KeyrailError/faults`` lists the faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiLimit.fromJson(text: json) }
    }

    /// The name, which the header fields `RateLimit-Policy` and `RateLimit` contain.
    public var name: String { native.name() }

    /// Whose requests the limit counts. Store a separate state for each limit name and each key,
    /// owner or organization whose requests the limit counts.
    public var of: LimitOwner { LimitOwner(native.of()) }

    /// The rate, or `nil` if the limit is a quota.
    public var rate: Rate? { native.rate().map { Rate($0) } }

    /// The quota, or `nil` if the limit is a rate.
    public var quota: Quota? { native.quota().map { Quota($0) } }

    /// The number of units that a request consumes.
    public var cost: Int { Int(native.cost()) }

    /// Returns the limit as JSON, on one line.
    public func toJSON() -> String { native.toJson() }

    /// Consumes one request from each limit, or from none of them.
    ///
    /// Pass each limit with its stored state, or with `nil` if no state is stored. Then store every
    /// new state, even if the request is denied. Store them in one transaction, and only if none of
    /// the stored states has changed since you read it. Otherwise, store nothing, and repeat the
    /// call with the current time and the states that are stored now. If you change the rate or
    /// quota of a limit, give the limit a new name or delete its states.
    ///
    /// - Parameter limits: at most 16, with different names.
    /// - Throws: `access.too_many_limits`, `access.duplicate_limit`, `time.out_of_range`.
    public static func consume(
        _ limits: [(limit: Limit, state: LimitState?)], now: Date
    ) throws(KeyrailError) -> Consumption {
        let stored = limits.map { FfiStoredLimit(limit: $0.limit.native, state: $0.state?.native) }
        return Consumption(
            try translatingErrors { try accessConsume(limits: stored, nowMs: milliseconds(now)) })
    }

    /// Returns whether two limits are equal in every member.
    public static func == (left: Limit, right: Limit) -> Bool { left.native == right.native }

    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    public var description: String { "Limit(name: \(name), of: \(of.rawValue))" }
}

/// What one limit decides about a request.
public struct LimitOutcome: Hashable, Sendable {
    /// The id under which the state is stored, if a record's limits were consumed: see
    /// ``KeyRecord/limitIds``. Otherwise `nil`.
    public let id: String?
    /// The name of the limit.
    public let name: String
    /// Whose requests the limit counts.
    public let of: LimitOwner
    /// Whether this limit denies the request.
    public let isExceeded: Bool
    /// The number of requests that remain after this one.
    public let remaining: Int
    /// The state that was passed. Store the new state only if this one is still stored.
    public let oldState: LimitState?
    /// The state to store, or `nil` if nothing changes.
    ///
    /// A denied request consumes nothing. It changes a state only if the state's time is too far in
    /// the future because a clock was set back. Store the new state in this case too. Until you do,
    /// the limit may deny every request.
    public let newState: LimitState?
    /// The first time at which `remaining` becomes larger, or `nil` if `remaining` is at its
    /// maximum.
    public let nextAt: Date?

    init(_ native: FfiLimitOutcome) {
        id = native.id
        name = native.name
        of = LimitOwner(native.of)
        isExceeded = native.isExceeded
        remaining = Int(native.remaining)
        oldState = native.oldState.map(LimitState.init)
        newState = native.newState.map(LimitState.init)
        nextAt = native.nextAtMs.map(date)
    }
}

/// What several limits decide about a request. Either the request consumes units of every limit, or
/// it consumes nothing.
public struct Consumption: Sendable {
    /// Whether every limit allows the request.
    public let isAllowed: Bool
    /// The outcome of each limit, in the order in which the limits were passed.
    public let limits: [LimitOutcome]
    /// The first time at which every limit allows the request, or `nil` if it is allowed now.
    public let retryAt: Date?
    /// The value of `Retry-After` (RFC 9110, section 10.2.3): the number of seconds until ``retryAt``,
    /// rounded up, or `nil` if the request is allowed now.
    public let retryAfterSeconds: Int?
    /// The header fields of the response: `RateLimit-Policy` and `RateLimit`, as
    /// draft-ietf-httpapi-ratelimit-headers-11 defines them, and `Retry-After` if the request is
    /// denied. The list is empty if there are no limits.
    ///
    /// `q` (the quota) and `r` (what remains) are numbers of requests, not of units: a limit of 100
    /// units with a cost of 5 has `q=20`. `w`, the window in seconds, is omitted for a monthly
    /// quota, because months vary in length. `t` is the number of seconds until more requests
    /// remain, rounded up.
    public let headers: [(name: String, value: String)]
    /// The problem of the response to a denied request, or `nil` if the request is allowed. Its
    /// type is `quota-exceeded`, as draft-ietf-httpapi-ratelimit-headers-11 defines it.
    ///
    /// The problem's code is `access.quota` if a quota is exceeded, otherwise `access.rate`. The
    /// status is 429.
    public let problem: Problem?

    init(_ native: FfiConsumption) {
        isAllowed = native.isAllowed
        limits = native.limits.map(LimitOutcome.init)
        retryAt = native.retryAtMs.map(date)
        retryAfterSeconds = native.retryAfterSeconds.map(Int.init)
        headers = native.headers.map { (name: $0.name, value: $0.value) }
        problem = native.problem.map { Problem($0) }
    }
}

extension Consumption: Hashable {
    /// Returns whether two consumptions have equal limits, retry times and header fields.
    public static func == (left: Consumption, right: Consumption) -> Bool {
        left.limits == right.limits && left.retryAt == right.retryAt
            && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(limits)
        hasher.combine(retryAt)
    }
}

/// Converts stored states to the form that the native library takes.
func storedStates(_ states: [String: LimitState?]) -> [FfiStoredState] {
    states.map { FfiStoredState(id: $0.key, state: $0.value?.native) }
}
