import Foundation
import Testing

@testable import Keyrail

/// Runs a call for receiving deliveries.
func callReceive(_ call: String, _ given: Json) throws -> Json {
    switch call {
    case "webhook.receive_policy":
        let policy = try given.receivePolicy()
        let members: Json = [
            "lease_seconds": Json(Int64(policy.leaseSeconds)),
            "remember_seconds": Json(Int64(policy.rememberSeconds)),
        ]
        #expect(try Json(policy.toJSON()) == members)
        return members
    case "webhook.delivery_claim":
        return try json(DeliveryClaim(json: given.configuration("claim")))
    case "webhook.receiver":
        let receiver = try Receiver(given.verifier(), policy: given.receivePolicy())
        let (body, now) = (Data(try given.text("body").utf8), date(try given.integer("now_ms")))
        let verified = try receiver.verify(headers: given.pairs("headers"), body: body, now: now)
        return try json(receiver.claim(verified, stored: nil, now: now))
    default: return try receive(given)
    }
}

/// Applies the steps of a case to the stored claim of a delivery. The claim is written and read
/// after each step.
private func receive(_ given: Json) throws -> Json {
    let policy = try given.receivePolicy()
    var stored: DeliveryClaim?
    if given["claim"] != nil { stored = try DeliveryClaim(json: given.configuration("claim")) }
    var results: [Json] = []
    for step in try given.member("steps").list {
        let now = date(try step.integer("now_ms"))
        var changed: DeliveryClaim?
        if step["finish"]?.boolean == true {
            changed = try #require(stored).finish(now: now)
            results.append(.null)
        } else if step["release"]?.boolean == true {
            changed = try #require(stored).release(now: now)
            results.append(.null)
        } else {
            let result = try policy.claim(
                id: step["id"]?.text ?? "msg_1", timestamp: step["timestamp_ms"]?.integer.map(date),
                stored: stored, now: now)
            results.append(try json(result))
            if case .process(let claim) = result { changed = claim }
        }
        if let changed {
            stored = try DeliveryClaim(json: changed.toJSON())
            #expect(stored == changed)
        }
    }
    return ["results": .list(results), "claim": try stored.map(json) ?? .null]
}

private func json(_ result: ReceiveResult) throws -> Json {
    let status = result.status.map { Json(Int64($0)) } ?? .null
    switch result {
    case .process: return ["kind": "process", "status": status]
    case .duplicate: return ["kind": "duplicate", "status": status]
    case .busy(let until):
        return ["kind": "busy", "status": status, "until_ms": try json(until)]
    }
}

/// Returns all that can be read from a claim.
private func json(_ claim: DeliveryClaim) throws -> Json {
    let (state, at) =
        switch claim.state {
        case .leased(let until): ("leased", until)
        case .finished(let at): ("finished", at)
        case .released(let at): ("released", at)
        }
    return [
        "json": try Json(claim.toJSON()),
        "id": .text(claim.id),
        "version": Json(claim.version),
        "timestamp_ms": try json(claim.timestamp),
        "state": .text(state),
        "state_ms": try json(at),
        "expires_at_ms": try json(claim.expiresAt),
    ]
}

extension Json {
    fileprivate func receivePolicy() throws -> ReceivePolicy {
        guard self["policy"] != nil else { return .standard() }
        return try ReceivePolicy(json: configuration("policy"))
    }
}
