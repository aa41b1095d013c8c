import Foundation
import Testing

@testable import Keyrail

/// Runs a call for the delivery of webhooks.
func callDelivery(_ call: String, _ given: Json) throws -> Json {
    switch call {
    case "webhook.retry_policy":
        let policy = try given.retryPolicy()
        let members: Json = [
            "delays_seconds": .list(policy.delaysSeconds.map { Json(Int64($0)) }),
            "jitter_percent": Json(Int64(policy.jitterPercent)),
            "deadline_seconds": Json(Int64(policy.deadlineSeconds)),
        ]
        #expect(try Json(policy.toJSON()) == members)
        return ["policy": members, "attempts": Json(Int64(policy.attempts))]
    case "webhook.delivery_state":
        return try json(DeliveryState(json: given.configuration("state")))
    case "webhook.delivery_request":
        let signer = try Signer(given.texts("secrets").map { Secret($0) })
        let (body, now) = (Data(try given.text("body").utf8), date(try given.integer("now_ms")))
        let headers = try given.delivery().request(signer: signer, body: body, now: now)
        return .list(headers.map { .list([.text($0.name), .text($0.value)]) })
    default: return try deliver(given)
    }
}

/// Applies the steps of a case to a delivery. Its state is written and read after each step.
private func deliver(_ given: Json) throws -> Json {
    var state = try given.delivery()
    var results: [Json] = []
    for step in try given.member("steps").list {
        let now = date(try step.integer("now_ms"))
        let settled: Settled
        if let reason = step["give_up"]?.text {
            settled = try state.giveUp(try #require(GiveUp(rawValue: reason)), now: now)
        } else if let until = step["postpone_ms"]?.integer {
            settled = try state.postpone(until: date(until), now: now)
        } else {
            let jitter = step["jitter"].flatMap { Double($0.description) } ?? 0
            settled = try state.settle(step.outcome(), now: now, jitter: jitter)
        }
        results.append(try json(settled))
        state = try DeliveryState(json: settled.state.toJSON())
        #expect(state == settled.state)
    }
    return ["results": .list(results), "end": try json(state)]
}

private func json(_ settled: Settled) throws -> Json {
    var members: [(name: String, value: Json)]
    switch settled.result {
    case .delivered: members = [("kind", "delivered")]
    case .retry(let at): members = [("kind", "retry"), ("at_ms", Json(try milliseconds(at)))]
    case .dead(let reason): members = [("kind", "dead"), ("reason", .text(reason.rawValue))]
    }
    if let until = settled.parkedUntil { members.append(("parked_until_ms", Json(try milliseconds(until)))) }
    if settled.disablesEndpoint { members.append(("disables_endpoint", true)) }
    return .object(members)
}

/// Returns all that can be read from a state.
private func json(_ state: DeliveryState) throws -> Json {
    let time = { (time: Date?) throws -> Json in try milliseconds(time).map { Json($0) } ?? .null }
    let failure: Json? = try state.lastFailure.map { failure in
        [
            "at_ms": try time(failure.at),
            "status": failure.status.map { Json(Int64($0)) } ?? .null,
            "no_response": Json(optional: failure.noResponseReason?.rawValue),
            "body": Json(optional: failure.body),
        ]
    }
    return [
        "json": try Json(state.toJSON()),
        "id": .text(state.id),
        "endpoint": .text(state.endpoint),
        "policy": try Json(state.policy.toJSON()),
        "started_at_ms": try time(state.startedAt),
        "deadline_ms": try time(state.deadline),
        "attempts": Json(Int64(state.attempts)),
        "next_at_ms": try time(state.nextAt),
        "delivered_at_ms": try time(state.deliveredAt),
        "dead_at_ms": try time(state.deadAt),
        "dead_reason": Json(optional: state.deadReason?.rawValue),
        "last_failure": failure ?? .null,
    ]
}

extension Json {
    fileprivate func retryPolicy() throws -> RetryPolicy {
        guard self["policy"] != nil else { return .standard() }
        return try RetryPolicy(json: configuration("policy"))
    }

    /// Reads or starts the delivery of a case.
    fileprivate func delivery() throws -> DeliveryState {
        guard self["state"] == nil else { return try DeliveryState(json: configuration("state")) }
        return try .start(
            id: self["id"]?.text ?? "msg_1", endpoint: self["endpoint"]?.text ?? "desk-hook",
            policy: retryPolicy(), now: date(integer("now_ms")))
    }

    fileprivate func outcome() throws -> DeliveryOutcome {
        let outcome: DeliveryOutcome
        if let reason = self["no_response"]?.text {
            outcome = .noResponse(try #require(NoResponse(rawValue: reason)))
        } else {
            outcome = .response(Int(try integer("status")), retryAfter: self["retry_after"]?.text)
        }
        guard let body = self["body"]?.text else { return outcome }
        return outcome.withBody(Data(body.utf8), redactor: try Redactor())
    }
}
