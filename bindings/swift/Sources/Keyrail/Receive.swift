import Foundation

/// How long a receiver may process a delivery, and how long it remembers it.
public struct ReceivePolicy: Equatable, CustomStringConvertible, Sendable {
    let native: FfiReceivePolicy

    init(_ native: FfiReceivePolicy) { self.native = native }

    /// Returns the policy whose members have their default values: a lease of one minute, and
    /// claims that are kept for 412,926 seconds (almost five days). This is the deadline of
    /// ``RetryPolicy/standard()``, and longer than the 75 hours for which senders repeat a delivery
    /// according to Standard Webhooks.
    public static func standard() -> ReceivePolicy { ReceivePolicy(.standard()) }

    /// Reads a policy from JSON. A policy without members is the ``standard()`` one.
    ///
    /// - Throws: an error with all faults.
    public init(json: String) throws(KeyrailError) {
        native = try translatingErrors { try FfiReceivePolicy.fromJson(text: json) }
    }

    /// The length of a lease, in seconds. If processing takes longer, a repeated delivery is
    /// processed again, possibly at the same time: choose a lease that is longer than the longest
    /// processing and the difference between the clocks of your servers.
    public var leaseSeconds: Int { Int(native.leaseSeconds()) }

    /// How long a claim is kept after the end of its lease, in seconds.
    public var rememberSeconds: Int { Int(native.rememberSeconds()) }

    /// Claims a delivery, which must have been verified: returns whether to process it.
    ///
    /// A ``Receiver`` does this for deliveries of Standard Webhooks. Call this function for the
    /// requests of other schemes. If a scheme signs the time, the policy must remember a delivery
    /// for at least twice the tolerance; if it signs none, a request can be replayed after it was
    /// forgotten.
    ///
    /// - Parameters: - id: the id of the request if ``VerifiedRequest/isIdSigned`` is true.
    ///   Otherwise, an attacker who replays a request can change the id: pass the SHA-256, in hex,
    ///   of everything that the signature covers except the time (see ``VerifiedRequest/covered``).
    ///   Requests in which all this is equal count as duplicates. An id must be 1 to 256 visible
    ///   ASCII characters without dots; pass the SHA-256 of any other id. - timestamp: the time of
    ///   signing, if the scheme signs one and if the sender signs a request again when it repeats
    ///   it. - stored: the claim that you have stored for this id, if any. - now: the current time.
    /// - Throws: `webhook.replayed` if the request was claimed before, its lease has ended or its
    ///   processing failed, and its timestamp is not later than that of the claim;
    ///   `webhook.malformed_id`, `webhook.other_claim` if `stored` is for another id,
    ///   `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be,
    ///   and `time.out_of_range`.
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

/// The state of the claim.
public enum ClaimState: Equatable, Sendable {
    /// The delivery is being processed. From this time on, a repeated delivery is processed again.
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
    /// knows yet whether processing succeeds. From this time on, a repeated delivery is processed
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

/// A lease on a delivery, and the record that it was processed.
///
/// Store it under the webhook (your name for the sender and the endpoint) and the ``id``, in place
/// of the claim that you passed to ``Receiver/claim(_:stored:now:)``, but only if the stored claim
/// still has the ``version`` of the one that you passed, or if there is still none. Otherwise,
/// another process was faster: read its claim, and claim again. When the claim is stored, process
/// the delivery, and store what ``finish(now:)`` returns, or, if processing failed,
/// ``release(now:)``, in the same way. If another process has claimed the delivery because the
/// lease had ended, read its claim, and store what its ``finish(now:)`` returns, unless it is
/// finished, or processing failed. A claim that has expired (see ``expiresAt``) can be deleted.
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

    /// The version, which differs from that of every earlier claim of this id.
    public var version: Int64 { Int64(native.version()) }

    /// When the delivery was signed, or `nil` if its scheme signs no time.
    public var timestamp: Date? { native.timestampMs().map(date) }

    /// Whether the delivery is being processed, was processed, or could not be processed.
    public var state: ClaimState { ClaimState(native.state()) }

    /// The time after which the claim can be deleted.
    public var expiresAt: Date { date(native.expiresAtMs()) }

    /// Returns the claim to store after the delivery was processed.
    ///
    /// - Throws: `webhook.claim_ended` if the claim was finished already,
    ///   `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be, and
    ///   `time.out_of_range`.
    public func finish(now: Date) throws(KeyrailError) -> DeliveryClaim {
        let now = try milliseconds(now)
        return DeliveryClaim(try translatingErrors { try native.finish(nowMs: now) })
    }

    /// Returns the claim to store after processing failed. A repeated delivery is processed again
    /// if its timestamp is later than that of this claim, and otherwise rejected with
    /// `webhook.replayed`. If the scheme signs no timestamp, every repeated delivery is processed
    /// again, even one that an attacker replays.
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
/// A sender repeats a delivery until it gets a response with a status from 200 to 299, so a
/// receiver must expect the same delivery more than once, and at the same time. Store a
/// ``DeliveryClaim`` for each id of each webhook, for example in a table whose primary key consists
/// of both: different senders, or different endpoints of one sender, may have the same ids.
///
/// 1. ``verify(headers:body:now:)`` the request.
/// 2. Read the claim that is stored for the id, and ``claim(_:stored:now:)`` the delivery.
/// 3. If the result is ``ReceiveResult/process(_:)``, store the new claim as ``DeliveryClaim``
///    describes, process the delivery, and store the result of ``DeliveryClaim/finish(now:)`` or
///    ``DeliveryClaim/release(now:)``. Otherwise, respond with the result's
///    ``ReceiveResult/status``.
///
/// If the claim cannot be stored, for example because the store is full, respond with 503, and do
/// not process the delivery: it could be processed twice. Process the delivery and store the
/// finished claim in one transaction, if you can. Otherwise, if a process stops in between, the
/// delivery is processed again.
public struct Receiver: Masked, Sendable {
    private let native: FfiReceiver

    /// Creates a receiver.
    ///
    /// - Throws: `webhook.replay_window` if the policy remembers a delivery for less than twice the
    ///   verifier's tolerance. A delivery could be replayed after it was forgotten. If it is
    ///   remembered for less time than the sender repeats it, a late repeat is processed again.
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
    /// - Throws: `webhook.replayed` if the delivery was claimed before, its lease has ended or its
    ///   processing failed, and its timestamp is not later than that of the claim;
    ///   `webhook.other_claim` if `stored` is for another id, `webhook.time_in_seconds` if `now` is
    ///   before 1973-03-03, as a time in seconds would be, and `time.out_of_range`.
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
