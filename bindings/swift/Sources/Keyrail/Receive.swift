import Foundation

/// How long a receiver may process a delivery, and how long it remembers it.
public struct ReceivePolicy: Equatable, CustomStringConvertible, Sendable {
    let native: FfiReceivePolicy

    init(_ native: FfiReceivePolicy) { self.native = native }

    /// Returns the policy whose members have their default values: one minute for processing, and
    /// 412,926 seconds (almost five days) for remembering. This is the deadline of
    /// ``RetryPolicy/standard()``, and longer than the 75 hours for which a sender repeats a
    /// delivery according to Standard Webhooks.
    public static func standard() -> ReceivePolicy { ReceivePolicy(.standard()) }

    /// Reads a policy from JSON. A policy without members is the ``standard()`` one.
    ///
    /// - Throws: an error with all faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiReceivePolicy.fromJson(text: json) }
    }

    /// The time in which a delivery must be processed, in seconds. After it, a repeated delivery is
    /// processed again.
    public var leaseSeconds: Int { Int(native.leaseSeconds()) }

    /// How long a delivery is remembered, in seconds.
    public var rememberSeconds: Int { Int(native.rememberSeconds()) }

    /// Claims a delivery, which must have been verified: returns whether to process it.
    ///
    /// A ``Receiver`` does this for deliveries of Standard Webhooks. Call this function for the
    /// requests of other schemes.
    ///
    /// - Parameters:
    ///   - id: the id of the request, if the signature covers it, and otherwise a hash of the body,
    ///     for example in hex: the sender of a replayed request can choose an id that is not signed.
    ///   - timestamp: the time of signing, if the scheme signs one.
    ///   - stored: the claim that you have stored for this id, if any.
    ///   - now: the current time.
    /// - Throws: `webhook.replayed` if the request was received before, was not processed, and has
    ///   not been signed again since; `webhook.malformed_id`, `webhook.other_claim` if `stored` is
    ///   for another id, `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in
    ///   seconds would be, and `time.out_of_range`.
    public func claim(
        id: String, timestamp: Date? = nil, stored: DeliveryClaim?, now: Date
    ) throws(KeyrailError) -> ReceiveResult {
        let (timestamp, now) = (try milliseconds(timestamp), try milliseconds(now))
        return ReceiveResult(
            try translatingErrors {
                try native.claim(
                    id: id, timestampMs: timestamp, stored: stored?.native, nowMs: now)
            })
    }

    /// Returns the policy as JSON, on one line, with all members.
    public func toJSON() -> String { native.toJson() }

    /// Returns whether both policies are the same.
    public static func == (left: ReceivePolicy, right: ReceivePolicy) -> Bool {
        left.native == right.native
    }

    public var description: String { "ReceivePolicy(\(toJSON()))" }
}

/// Whether a delivery is processed, or has been.
public enum ClaimState: Equatable, Sendable {
    /// The delivery is being processed. After this time, a repeated delivery is processed again.
    case leased(until: Date)
    /// The delivery was processed. The processing ended at this time.
    case finished(at: Date)
    /// Processing failed at this time. A repeated delivery is processed again.
    case released(at: Date)

    init(_ native: FfiClaimState) {
        switch native {
        case .leased(let until): self = .leased(until: date(until))
        case .finished(let at): self = .finished(at: date(at))
        case .released(let at): self = .released(at: date(at))
        }
    }
}

/// Whether to process a delivery, and how to respond to it otherwise.
public enum ReceiveResult: Equatable, Sendable {
    /// Store this claim, and process the delivery. Respond with 204, or, if processing failed, with
    /// 500.
    case process(DeliveryClaim)
    /// The delivery was processed already. Respond with 200.
    case duplicate
    /// The delivery is being processed. Respond with 409, so that the sender repeats it: nobody
    /// knows yet whether processing succeeds. After this time, a repeated delivery is processed
    /// again.
    case busy(until: Date)

    init(_ native: FfiReceiveResult) {
        switch native {
        case .process(let claim): self = .process(DeliveryClaim(claim))
        case .duplicate: self = .duplicate
        case .busy(let until): self = .busy(until: date(until))
        }
    }

    /// The status of the response, or `nil` if the delivery is to be processed first.
    public var status: Int? {
        switch self {
        case .process: nil
        case .duplicate: 200
        case .busy: 409
        }
    }
}

/// A claim: a delivery that a receiver processes or has processed.
///
/// Store it under its ``id``, in place of the claim that you passed to
/// ``Receiver/claim(_:stored:now:)``, but only if the stored claim still has the ``version`` of the
/// one that you passed, or if there is still none. Otherwise, another process was faster: read its
/// claim, and claim again. Then process the delivery, and store what ``finish(now:)`` returns, or,
/// if processing failed, ``release(now:)``. A claim that has expired (see ``expiresAt``) can be
/// deleted.
public struct DeliveryClaim: Equatable, CustomStringConvertible, CustomReflectable, Sendable {
    let native: FfiDeliveryClaim

    init(_ native: FfiDeliveryClaim) { self.native = native }

    /// Reads a claim from JSON.
    ///
    /// - Throws: an error with all faults. If a newer release wrote the claim, the only fault is
    ///   `webhook.newer_schema`.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiDeliveryClaim.fromJson(text: json) }
    }

    /// The id of the delivery.
    public var id: String { native.id() }

    /// The number of changes since the delivery was first claimed.
    public var version: Int64 { Int64(native.version()) }

    /// When the delivery was signed, or `nil` if its scheme signs no time.
    public var timestamp: Date? { native.timestampMs().map(date) }

    /// Whether the delivery is processed, or has been.
    public var state: ClaimState { ClaimState(native.state()) }

    /// The time after which the claim can be deleted.
    public var expiresAt: Date { date(native.expiresAtMs()) }

    /// Returns the claim to store after the delivery was processed.
    ///
    /// - Throws: `webhook.claim_ended` if the claim was finished or released already,
    ///   `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be, and
    ///   `time.out_of_range`.
    public func finish(now: Date) throws(KeyrailError) -> DeliveryClaim {
        let now = try milliseconds(now)
        return DeliveryClaim(try translatingErrors { try native.finish(nowMs: now) })
    }

    /// Returns the claim to store after processing failed. The sender signs the delivery again when
    /// it repeats it; the repeated delivery is processed again.
    ///
    /// - Throws: `webhook.claim_ended` if the claim was finished or released already,
    ///   `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be, and
    ///   `time.out_of_range`.
    public func release(now: Date) throws(KeyrailError) -> DeliveryClaim {
        let now = try milliseconds(now)
        return DeliveryClaim(try translatingErrors { try native.release(nowMs: now) })
    }

    /// Returns the claim as JSON, on one line.
    public func toJSON() -> String { native.toJson() }

    /// Returns whether both claims are the same.
    public static func == (left: DeliveryClaim, right: DeliveryClaim) -> Bool {
        left.native == right.native
    }

    public var description: String { native.debugText() }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Receives the deliveries of Standard Webhooks: verifies them, and decides which ones to process.
///
/// A sender repeats a delivery until it gets a response with a status from 200 to 299, so a receiver
/// must expect the same delivery more than once, and at the same time. Store a ``DeliveryClaim`` for
/// each id, for example in a table with the id as its primary key.
///
/// 1. ``verify(headers:body:now:)`` the request.
/// 2. Read the claim that is stored for the id, and ``claim(_:stored:now:)`` the delivery.
/// 3. If the result is ``ReceiveResult/process(_:)``, store the new claim, process the delivery, and
///    store the claim again. Otherwise, respond with the result's ``ReceiveResult/status``.
///
/// If there is no room for a new claim, respond with 503: without its claim, a delivery could be
/// processed twice.
public struct Receiver: Masked, Sendable {
    private let native: FfiReceiver

    /// Creates a receiver.
    ///
    /// - Throws: `webhook.replay_window` if the policy remembers a delivery for less than twice the
    ///   verifier's tolerance. A delivery could be replayed after it was forgotten.
    public init(_ verifier: Verifier, policy: ReceivePolicy) throws(KeyrailError) {
        native = try translatingErrors {
            try FfiReceiver(verifier: verifier.native, policy: policy.native)
        }
    }

    /// Verifies a delivery: see ``Verifier/verify(headers:body:now:)``.
    ///
    /// - Throws: the errors of ``Verifier/verify(headers:body:now:)``.
    public func verify(
        headers: [(String, String)], body: some DataProtocol, now: Date
    ) throws(KeyrailError) -> Verified {
        let body = Data(body)
        let verified = try translatingErrors {
            try native.verify(headers: flattened(headers), body: body, nowMs: milliseconds(now))
        }
        return Verified(id: verified.id, timestamp: date(verified.timestampMs))
    }

    /// Claims a verified delivery: returns whether to process it.
    ///
    /// - Parameters:
    ///   - verified: the delivery.
    ///   - stored: the claim that you have stored for its id, if any.
    ///   - now: the current time.
    /// - Throws: `webhook.replayed` if the delivery was received before, was not processed, and has
    ///   not been signed again since; `webhook.other_claim` if `stored` is for another id,
    ///   `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be, and
    ///   `time.out_of_range`.
    public func claim(
        _ verified: Verified, stored: DeliveryClaim?, now: Date
    ) throws(KeyrailError) -> ReceiveResult {
        let (signedAt, now) = (try milliseconds(verified.timestamp), try milliseconds(now))
        let id = FfiVerified(id: verified.id, timestampMs: signedAt)
        return ReceiveResult(
            try translatingErrors {
                try native.claim(verified: id, stored: stored?.native, nowMs: now)
            })
    }

    public var description: String { "Receiver(\(mask))" }
}
