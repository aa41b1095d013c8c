import Foundation

/// When an endpoint that fails is reported, and when it is disabled.
///
/// A failure disables an endpoint if the endpoint has failed for at least ``disableAfterSeconds``,
/// if at least ``disableAfterDead`` deliveries were given up, and if the warning is as old as the
/// difference between ``disableAfterSeconds`` and ``warnAfterSeconds``. A failure never disables an
/// endpoint without an earlier warning.
public struct HealthPolicy: Equatable, CustomStringConvertible, Sendable {
    let native: FfiHealthPolicy

    init(_ native: FfiHealthPolicy) { self.native = native }

    /// Returns the policy whose members have their default values: a warning after a day, and
    /// disabling after five days and three deliveries that were given up.
    public static func standard() -> HealthPolicy { HealthPolicy(.standard()) }

    /// Reads a policy from JSON. A policy without members is the ``standard()`` one.
    ///
    /// - Throws: an error with all faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiHealthPolicy.fromJson(text: json) }
    }

    /// For how long all attempts must have failed before a warning, in seconds.
    public var warnAfterSeconds: Int { Int(native.warnAfterSeconds()) }

    /// For how long all attempts must have failed before the endpoint is disabled, in seconds.
    public var disableAfterSeconds: Int { Int(native.disableAfterSeconds()) }

    /// How many deliveries must have been given up because of failures before the endpoint is
    /// disabled.
    public var disableAfterDead: Int { Int(native.disableAfterDead()) }

    /// Returns the policy as JSON, on one line, with all members.
    public func toJSON() -> String { native.toJson() }

    /// Returns whether both policies are the same.
    public static func == (left: HealthPolicy, right: HealthPolicy) -> Bool {
        left.native == right.native
    }

    public var description: String { "HealthPolicy(\(toJSON()))" }
}

/// Why an endpoint is disabled. The raw value is the same in all bindings.
public enum DisabledReason: String, CaseIterable, Codable, Sendable {
    /// It failed for as long, and with as many deliveries given up, as the policy says.
    case failures
    /// It responded with 410.
    case gone
    /// The host disabled it.
    case host

    init(_ native: FfiDisabledReason) {
        switch native {
        case .failures: self = .failures
        case .gone: self = .gone
        case .host: self = .host
        }
    }
}

/// Whether events are sent to an endpoint, and whether it accepts them. The raw value is the same in
/// all bindings.
public enum EndpointStatus: String, CaseIterable, Codable, Sendable {
    /// Events are sent, and no attempt has failed since the last success.
    case healthy
    /// Events are sent, but attempts have failed since the last success.
    case failing
    /// The endpoint asked for a pause, which has not ended.
    case parked
    /// The endpoint is disabled.
    case disabled

    init(_ native: FfiEndpointStatus) {
        switch native {
        case .healthy: self = .healthy
        case .failing: self = .failing
        case .parked: self = .parked
        case .disabled: self = .disabled
        }
    }
}

/// An event about an endpoint or a delivery, for the host's operators or customers. The raw value is
/// the same in all bindings.
public enum EndpointEvent: String, CaseIterable, Codable, Sendable {
    /// The endpoint has failed for so long that it should be repaired.
    case warned = "endpoint.warned"
    /// The endpoint was disabled.
    case disabled = "endpoint.disabled"
    /// The endpoint was enabled again.
    case enabled = "endpoint.enabled"
    /// After a warning, an attempt succeeded, or `enable` was called before the endpoint was
    /// disabled.
    case recovered = "endpoint.recovered"
    /// A delivery was given up because no attempt was left, or because the next attempt, or the end
    /// of a pause, would be after its deadline.
    case deliveryExhausted = "delivery.exhausted"
    /// An event was delivered after failed attempts.
    case deliveryRecovered = "delivery.recovered"

    init(_ native: FfiEndpointEvent) {
        switch native {
        case .warned: self = .warned
        case .disabled: self = .disabled
        case .enabled: self = .enabled
        case .recovered: self = .recovered
        case .deliveryExhausted: self = .deliveryExhausted
        case .deliveryRecovered: self = .deliveryRecovered
        }
    }
}

/// The health of an endpoint after an attempt or an operation, and the events that it caused.
public struct HealthChange: Equatable, Sendable {
    /// The health to store in place of the old one, if it changed.
    public let health: EndpointHealth
    /// Whether the health differs from the old one.
    public let isChanged: Bool
    /// The events for the host's operators, in the order in which they occurred. Report them when
    /// the health is stored, or at once if it is unchanged. If the health cannot be stored because of
    /// its version, do not report them: recording the attempt again returns them again.
    public let events: [EndpointEvent]

    init(_ native: FfiHealthChange) {
        health = EndpointHealth(native.health)
        isChanged = native.isChanged
        events = native.events.map(EndpointEvent.init)
    }
}

/// The health of an endpoint: whether events may be sent to it, and since when its attempts have
/// failed.
///
/// Store one for each endpoint, and insert the first one only if none is stored. Before an attempt,
/// ``hold(_:now:)`` returns whether it may be made. After it, ``record(_:policy:)`` returns the
/// health to store. It is unchanged, and need not be stored, after a success of an endpoint that
/// does not fail, and after most failures. Store a changed health only if the stored ``version`` is
/// still the one that you read. Otherwise, read the health again, and record the attempt again.
///
/// Store the delivery and the health in one transaction, if you can. Otherwise, store the delivery
/// first: if a worker stops in between, one attempt is not counted. If another worker has stored
/// the delivery in the meantime, record the attempt anyway, but do not report the events whose
/// names begin with `delivery.`.
///
/// - An endpoint that keeps failing causes a warning, and is disabled later if enough deliveries
///   were given up: see ``HealthPolicy``. The time is measured from the first failure after the
///   last success to the latest failure, so an endpoint to which nothing is sent is not disabled.
///   Attempts count in the order in which they are recorded: record each one as soon as it ends.
/// - Any success resets what was measured.
/// - A response with the status 410 disables the endpoint at once.
/// - A disabled endpoint stays disabled until ``enable()`` is called: by a person, or because a
///   test event was delivered. Do not call ``hold(_:now:)`` for a test event, because it would be
///   given up.
public struct EndpointHealth: Equatable, CustomStringConvertible, CustomReflectable, Sendable {
    let native: FfiEndpointHealth

    init(_ native: FfiEndpointHealth) { self.native = native }

    /// Creates the health of an endpoint that was not used yet.
    ///
    /// - Throws: `webhook.malformed_endpoint`.
    public init(endpoint: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiEndpointHealth(endpoint: endpoint) }
    }

    /// Reads a health from JSON.
    ///
    /// - Throws: an error with all faults. If a newer release wrote the health, the only fault is
    ///   `webhook.newer_schema`.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiEndpointHealth.fromJson(text: json) }
    }

    /// The id of the endpoint.
    public var endpoint: String { native.endpoint() }

    /// The number of changes since the health was created. It starts again at 0 after 2^53 - 1.
    public var version: Int64 { Int64(native.version()) }

    /// The time of the first failure since the last success, or since the endpoint was enabled, or
    /// `nil` if there was none. While the endpoint is disabled, the time stays as it was.
    public var failingSince: Date? { native.failingSinceMs().map(date) }

    /// How many deliveries were given up because of failures since the last success, or since the
    /// endpoint was enabled.
    public var dead: Int64 { Int64(native.dead()) }

    /// When the warning was caused, or `nil` if there was none since the last success, or since the
    /// endpoint was enabled.
    public var warnedAt: Date? { native.warnedAtMs().map(date) }

    /// The end of the last pause that the endpoint asked for. It may be in the past, or as late as
    /// the year 9999: a pause is never shortened, but ``enable()`` ends it.
    public var parkedUntil: Date? { native.parkedUntilMs().map(date) }

    /// Whether the endpoint is disabled.
    public var isDisabled: Bool { disabledReason != nil }

    /// When the endpoint was disabled, or `nil` if it is enabled.
    public var disabledAt: Date? { native.disabledAtMs().map(date) }

    /// Why the endpoint was disabled, or `nil` if it is enabled.
    public var disabledReason: DisabledReason? { native.disabledReason().map(DisabledReason.init) }

    /// Returns whether events are sent to the endpoint at `now`, and whether it accepts them.
    ///
    /// - Throws: `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would
    ///   be, and `time.out_of_range`.
    public func status(now: Date) throws(KeyrailError) -> EndpointStatus {
        let now = try milliseconds(now)
        return EndpointStatus(try translatingErrors { try native.status(nowMs: now) })
    }

    /// Returns what to store instead of making an attempt, or `nil` if it may be made at `now`.
    ///
    /// If the endpoint is disabled, the delivery is given up: see ``DeliveryState/giveUp(_:now:)``.
    /// If it asked for a pause, the delivery is postponed (see
    /// ``DeliveryState/postpone(until:now:)``), or given up if the pause ends after its deadline.
    /// Call this when the delivery is due: the time of its next attempt is not checked. Record the
    /// result like an attempt.
    ///
    /// - Throws: `webhook.other_endpoint`, `webhook.delivery_ended`, `webhook.time_in_seconds` if
    ///   `now` is before 1973-03-03, as a time in seconds would be, and `time.out_of_range`.
    public func hold(_ delivery: DeliveryState, now: Date) throws(KeyrailError) -> Settled? {
        let now = try milliseconds(now)
        let held = try translatingErrors { try native.hold(delivery: delivery.native, nowMs: now) }
        return held.map(Settled.init)
    }

    /// Returns the health after an attempt, or after a delivery was held. A delivery that is given
    /// up because a pause ends after its deadline counts as a failure. A delivery that was
    /// postponed, or that the host gave up, changes nothing. While the endpoint is disabled,
    /// nothing changes, but the events of deliveries are still returned.
    ///
    /// - Throws: `webhook.other_endpoint`.
    public func record(
        _ settled: Settled, policy: HealthPolicy
    ) throws(KeyrailError) -> HealthChange {
        HealthChange(
            try translatingErrors {
                try native.record(settled: settled.native, policy: policy.native)
            })
    }

    /// Returns the health after the host disabled the endpoint. If it is disabled already, nothing
    /// changes.
    ///
    /// - Throws: `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would
    ///   be, and `time.out_of_range`.
    public func disable(now: Date) throws(KeyrailError) -> HealthChange {
        let now = try milliseconds(now)
        return HealthChange(try translatingErrors { try native.disable(nowMs: now) })
    }

    /// Returns the health after a person enabled the endpoint again, or after a test event was
    /// delivered. Failures, a warning and a pause are forgotten, even if the endpoint is not
    /// disabled. Deliveries that were given up are not resumed.
    public func enable() -> HealthChange { HealthChange(native.enable()) }

    /// Returns the health as JSON, on one line.
    public func toJSON() -> String { native.toJson() }

    /// Returns whether both are the same.
    public static func == (left: EndpointHealth, right: EndpointHealth) -> Bool {
        left.native == right.native
    }

    public var description: String { native.debugText() }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
