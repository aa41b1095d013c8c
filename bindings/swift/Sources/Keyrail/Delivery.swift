import Foundation

/// When failed attempts are repeated, and when a delivery is given up.
///
/// A delivery has one attempt more than the policy has delays. Each delay is extended by a random
/// part of up to ``jitterPercent``, so that not all failed deliveries are repeated at the same time.
/// A delivery is given up when the last attempt fails, or when the next attempt would be after the
/// deadline, even without jitter.
public struct RetryPolicy: Equatable, CustomStringConvertible, Sendable {
    let native: FfiRetryPolicy

    init(_ native: FfiRetryPolicy) { self.native = native }

    /// Returns the policy that Standard Webhooks recommends: 10 attempts in 75 to 91 hours. The
    /// delays are from 5 seconds to 24 hours, and the jitter is 20 percent.
    public static func standard() -> RetryPolicy { RetryPolicy(.standard()) }

    /// Reads a policy from JSON. A policy without members is the ``standard()`` one.
    ///
    /// - Throws: an error with all faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiRetryPolicy.fromJson(text: json) }
    }

    /// The maximum number of attempts. It is from 1 to 64.
    public var attempts: Int { delaysSeconds.count + 1 }

    /// The delay after each failed attempt but the last one, in seconds, without jitter.
    public var delaysSeconds: [Int] { native.delaysSeconds().map(Int.init) }

    /// By how many percent a delay is extended at most, from 0 to 100.
    public var jitterPercent: Int { Int(native.jitterPercent()) }

    /// The time from the start of a delivery to its deadline, in seconds. No attempt is planned after
    /// the deadline.
    public var deadlineSeconds: Int { Int(native.deadlineSeconds()) }

    /// Returns the policy as JSON, on one line, with all members. An exponential schedule is written
    /// as a list of its delays.
    public func toJSON() -> String { native.toJson() }

    /// Returns whether both policies are the same.
    public static func == (left: RetryPolicy, right: RetryPolicy) -> Bool {
        left.native == right.native
    }

    public var description: String {
        "RetryPolicy(attempts: \(attempts), deadlineSeconds: \(deadlineSeconds))"
    }
}

/// Why an endpoint sent no response. The raw value is the same in all bindings.
public enum NoResponse: String, CaseIterable, Codable, Sendable {
    /// The endpoint did not respond in time.
    case timeout
    /// The host name could not be resolved.
    case dns
    /// The connection could not be established, or was closed.
    case connection
    /// The TLS handshake failed, for example because of the certificate.
    case tls

    init(_ native: FfiNoResponse) {
        switch native {
        case .timeout: self = .timeout
        case .dns: self = .dns
        case .connection: self = .connection
        case .tls: self = .tls
        }
    }

    var native: FfiNoResponse {
        switch self {
        case .timeout: .timeout
        case .dns: .dns
        case .connection: .connection
        case .tls: .tls
        }
    }
}

/// Why the host gives up a delivery. The raw value is the same in all bindings.
public enum GiveUp: String, CaseIterable, Codable, Sendable {
    /// The endpoint was disabled.
    case endpointDisabled = "endpoint_disabled"
    /// The endpoint's URL fails ``Webhook/checkTarget(_:allowLoopback:)``.
    case targetRejected = "target_rejected"
    /// The host canceled the delivery.
    case canceled

    var native: FfiGiveUp {
        switch self {
        case .endpointDisabled: .endpointDisabled
        case .targetRejected: .targetRejected
        case .canceled: .canceled
        }
    }
}

/// Why a delivery was given up. The raw value is the same in all bindings.
public enum DeadReason: String, CaseIterable, Codable, Sendable {
    /// The last attempt that the policy allows failed.
    case exhausted
    /// The next attempt would have been after the deadline.
    case deadline
    /// The endpoint responded with 410: it wants no more deliveries.
    case gone
    /// The endpoint was disabled.
    case endpointDisabled = "endpoint_disabled"
    /// The endpoint's URL fails ``Webhook/checkTarget(_:allowLoopback:)``.
    case targetRejected = "target_rejected"
    /// The host canceled the delivery.
    case canceled

    init(_ native: FfiDeadReason) {
        switch native {
        case .exhausted: self = .exhausted
        case .deadline: self = .deadline
        case .gone: self = .gone
        case .endpointDisabled: self = .endpointDisabled
        case .targetRejected: self = .targetRejected
        case .canceled: self = .canceled
        }
    }
}

/// What became of an attempt: a response, or none.
public struct DeliveryOutcome: Equatable, CustomStringConvertible, CustomReflectable, Sendable {
    let native: FfiDeliveryOutcome

    /// Returns the outcome of an attempt to which the endpoint responded with this status. Do not
    /// follow redirects: a status from 300 to 399 is a failure.
    ///
    /// - Parameter retryAfter: the value of the header `Retry-After`. It counts if the status is 429
    ///   or 503. A malformed value is ignored.
    /// - Parameter status: the status. One that is not from 0 to 65535 counts as 65535.
    public static func response(_ status: Int, retryAfter: String? = nil) -> DeliveryOutcome {
        DeliveryOutcome(native: .response(status: Int64(status), retryAfter: retryAfter))
    }

    /// Returns the outcome of an attempt without a response.
    public static func noResponse(_ reason: NoResponse) -> DeliveryOutcome {
        DeliveryOutcome(native: .noResponse(reason: reason.native))
    }

    /// Adds the body of the response, for the log of the delivery. Only the first 1024 bytes are
    /// kept, after the credentials that the redactor finds were replaced. Bytes that are not UTF-8
    /// are replaced by U+FFFD. A body with a zero byte is not kept, because it is probably UTF-16
    /// or binary, and credentials in it would not be found. Pass the whole body, or at least the
    /// first 65,536 bytes, so that a credential is not cut off before it is found. The body is
    /// ignored if there was no response.
    public func withBody(_ body: some DataProtocol, redactor: Redactor) -> DeliveryOutcome {
        DeliveryOutcome(native: native.withBody(body: Data(body), redactor: redactor.native))
    }

    /// The status of the response, or `nil` if there is no response.
    public var status: Int? { native.status().map(Int.init) }

    /// Why there is no response, or `nil` if there is one.
    public var noResponseReason: NoResponse? { native.noResponseReason().map { NoResponse($0) } }

    /// The redacted start of the response's body, if a body was added.
    public var body: String? { native.body() }

    /// Returns whether both outcomes are the same.
    public static func == (left: DeliveryOutcome, right: DeliveryOutcome) -> Bool {
        left.native == right.native
    }

    public var description: String { native.debugText() }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A failed attempt: its time, and the response or the reason why there was none.
public struct DeliveryFailure: Hashable, CustomStringConvertible, CustomReflectable, Sendable {
    /// When the attempt failed.
    public let at: Date
    /// The status of the response, or `nil` if there was no response.
    public let status: Int?
    /// Why there was no response, or `nil` if there was one.
    public let noResponseReason: NoResponse?
    /// The redacted start of the response's body, if it is known.
    public let body: String?

    init(_ native: FfiDeliveryFailure) {
        at = date(native.atMs)
        status = native.status.map(Int.init)
        noResponseReason = native.noResponse.map { NoResponse($0) }
        body = native.body
    }

    public var description: String {
        "DeliveryFailure(\(status.map(String.init) ?? noResponseReason?.rawValue ?? "unknown"))"
    }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What becomes of a delivery.
public enum DeliveryResult: Hashable, Sendable {
    /// The endpoint accepted the event.
    case delivered
    /// The next attempt is due at this time.
    case retry(at: Date)
    /// The delivery was given up.
    case dead(reason: DeadReason)

    init(_ native: FfiDeliveryResult) {
        switch native {
        case .delivered: self = .delivered
        case .retry(let atMs): self = .retry(at: date(atMs))
        case .dead(let reason): self = .dead(reason: DeadReason(reason))
        }
    }
}

/// A delivery after an attempt, or after it was postponed or given up.
public struct Settled: Equatable, CustomStringConvertible, CustomReflectable, Sendable {
    let native: FfiSettled

    init(_ native: FfiSettled) { self.native = native }

    /// The state to store in place of the old one.
    public var state: DeliveryState { DeliveryState(native.state()) }

    /// What becomes of the delivery.
    public var result: DeliveryResult { DeliveryResult(native.result()) }

    /// The time before which no delivery may be sent to the endpoint, or `nil` if the endpoint did
    /// not ask for a pause. It asks with a status of 429 or 503 and the header `Retry-After`. The
    /// pause applies even if this delivery is given up. ``EndpointHealth/record(_:policy:)`` stores
    /// it.
    public var parkedUntil: Date? { native.parkedUntilMs().map(date) }

    /// Whether an attempt was made: ``DeliveryState/settle(_:now:jitter:)`` created this result.
    public var isAttempt: Bool { native.isAttempt() }

    /// Whether the endpoint must be disabled at once, because it responded with 410.
    public var disablesEndpoint: Bool { native.disablesEndpoint() }

    /// Returns whether both are the same.
    public static func == (left: Settled, right: Settled) -> Bool { left.native == right.native }

    public var description: String { "Settled(\(state), \(result))" }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The state of the delivery of one event to one endpoint.
///
/// Store it, for example with ``nextAt`` as an indexed column. When an attempt is due, sign a
/// request with ``request(signer:body:now:)``, send it, and store the state that
/// ``settle(_:now:jitter:)`` returns. Store it only if the stored ``attempts`` and ``nextAt`` are
/// still the ones that you read. Otherwise, another worker was faster, or the delivery was given
/// up: drop the new state, but still pass the result to ``EndpointHealth/record(_:policy:)``. If a
/// worker stops between the request and the storing, the event is sent again: an endpoint must
/// expect the same id more than once. If two workers read the same state, both send the event: to
/// prevent this, lock the row until the new state is stored.
public struct DeliveryState: Equatable, CustomStringConvertible, CustomReflectable, Sendable {
    let native: FfiDeliveryState

    init(_ native: FfiDeliveryState) { self.native = native }

    /// Starts the delivery of an event to an endpoint. The first attempt is due at `now`.
    ///
    /// - Parameters:
    ///   - id: the header `webhook-id` of every attempt. The gateway returns one with each delivery.
    ///   - endpoint: the id of the endpoint.
    ///   - policy: when failed attempts are repeated.
    ///   - now: the current time.
    /// - Throws: `webhook.malformed_id`, `webhook.malformed_endpoint`, `webhook.time_in_seconds` if
    ///   `now` is before 1973-03-03, as a time in seconds would be, and `time.out_of_range`.
    public static func start(
        id: String, endpoint: String, policy: RetryPolicy, now: Date
    ) throws(KeyrailError) -> DeliveryState {
        let now = try milliseconds(now)
        return DeliveryState(
            try translatingErrors {
                try FfiDeliveryState.start(
                    id: id, endpoint: endpoint, policy: policy.native, nowMs: now)
            })
    }

    /// Reads a state from JSON.
    ///
    /// - Throws: an error with all faults. If a newer release wrote the state, the only fault is
    ///   `webhook.newer_schema`.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiDeliveryState.fromJson(text: json) }
    }

    /// The id of the delivery, which is the same on every attempt.
    public var id: String { native.id() }

    /// The id of the endpoint.
    public var endpoint: String { native.endpoint() }

    /// The policy with which the delivery was started.
    public var policy: RetryPolicy { RetryPolicy(native.policy()) }

    /// When the delivery was started.
    public var startedAt: Date { date(native.startedAtMs()) }

    /// The time after which no more attempts are planned.
    public var deadline: Date { date(native.deadlineMs()) }

    /// The number of attempts that were made.
    public var attempts: Int { Int(native.attempts()) }

    /// When the next attempt is due, or `nil` if the delivery has ended.
    public var nextAt: Date? { native.nextAtMs().map(date) }

    /// When the event was delivered, or `nil` if it was not.
    public var deliveredAt: Date? { native.deliveredAtMs().map(date) }

    /// When the delivery was given up, or `nil` if it was not.
    public var deadAt: Date? { native.deadAtMs().map(date) }

    /// Why the delivery was given up, or `nil` if it was not.
    public var deadReason: DeadReason? { native.deadReason().map { DeadReason($0) } }

    /// The last failed attempt, or `nil` if no attempt failed.
    public var lastFailure: DeliveryFailure? { native.lastFailure().map { DeliveryFailure($0) } }

    /// Returns the signed headers of the next attempt, which is made at `now`: see
    /// ``Signer/sign(id:now:body:)``. The id is the same on every attempt, but the timestamp and the
    /// signature are new. Send the body byte for byte as it is passed here.
    ///
    /// - Throws: `webhook.delivery_ended`, and the errors of ``Signer/sign(id:now:body:)``.
    public func request(
        signer: Signer, body: some DataProtocol, now: Date
    ) throws(KeyrailError) -> [(name: String, value: String)] {
        let (body, now) = (Data(body), try milliseconds(now))
        let texts = try translatingErrors {
            try native.request(signer: signer.native, body: body, nowMs: now)
        }
        return stride(from: 0, to: texts.count, by: 2).map { (texts[$0], texts[$0 + 1]) }
    }

    /// Returns what becomes of the delivery after an attempt that ended at `now`.
    ///
    /// - A status from 200 to 299: the event is delivered.
    /// - 410: the delivery is given up, and the endpoint must be disabled.
    /// - Anything else is a failure. The next attempt is due after the policy's delay, or later, if
    ///   the endpoint asks for a pause with a status of 429 or 503 and the header `Retry-After`. If
    ///   no attempt is left, or if the delay or the pause ends after the ``deadline``, the delivery
    ///   is given up.
    ///
    /// - Parameter jitter: a new random number from 0 to 1 for each attempt. The next attempt is
    ///   moved to a later time by this part of ``RetryPolicy/jitterPercent`` of the delay, but not
    ///   beyond the deadline.
    /// - Throws: `webhook.delivery_ended`, `webhook.malformed_jitter`, `webhook.time_in_seconds` if
    ///   `now` is before 1973-03-03, as a time in seconds would be, and `time.out_of_range`.
    public func settle(
        _ outcome: DeliveryOutcome, now: Date, jitter: Double
    ) throws(KeyrailError) -> Settled {
        let now = try milliseconds(now)
        return Settled(
            try translatingErrors {
                try native.settle(outcome: outcome.native, nowMs: now, jitter: jitter)
            })
    }

    /// Postpones the next attempt until the end of a pause that the endpoint asked for in another
    /// delivery: see ``Settled/parkedUntil``. If the pause ends after the ``deadline``, the delivery
    /// is given up. If the next attempt is due later anyway, it stays as it is.
    ///
    /// - Throws: `webhook.delivery_ended`, `webhook.time_in_seconds` if a time is before 1973-03-03,
    ///   as a time in seconds would be, and `time.out_of_range`.
    public func postpone(until: Date, now: Date) throws(KeyrailError) -> Settled {
        let (until, now) = (try milliseconds(until), try milliseconds(now))
        return Settled(
            try translatingErrors { try native.postpone(untilMs: until, nowMs: now) })
    }

    /// Gives up the delivery, although attempts are left.
    ///
    /// - Throws: `webhook.delivery_ended`, `webhook.time_in_seconds` if `now` is before 1973-03-03,
    ///   as a time in seconds would be, and `time.out_of_range`.
    public func giveUp(_ reason: GiveUp, now: Date) throws(KeyrailError) -> Settled {
        let now = try milliseconds(now)
        return Settled(
            try translatingErrors { try native.giveUp(reason: reason.native, nowMs: now) })
    }

    /// Returns the state as JSON, on one line.
    public func toJSON() -> String { native.toJson() }

    /// Returns whether both states are the same.
    public static func == (left: DeliveryState, right: DeliveryState) -> Bool {
        left.native == right.native
    }

    public var description: String { native.debugText() }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
