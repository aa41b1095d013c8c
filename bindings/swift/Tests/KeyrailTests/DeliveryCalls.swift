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
        let settled = try attempt(state, step)
        results.append(try json(settled))
        state = try DeliveryState(json: settled.state.toJSON())
        #expect(state == settled.state)
    }
    return ["results": .list(results), "end": try json(state)]
}

/// Applies a step to a delivery.
func attempt(_ state: DeliveryState, _ step: Json) throws -> Settled {
    let now = date(try step.integer("now_ms"))
    if let reason = step["give_up"]?.text {
        return try state.giveUp(try #require(GiveUp(rawValue: reason)), now: now)
    }
    if let until = step["postpone_ms"]?.integer {
        return try state.postpone(until: date(until), now: now)
    }
    let jitter = step["jitter"].flatMap { Double($0.description) } ?? 0
    return try state.settle(step.outcome(), now: now, jitter: jitter)
}

func json(_ settled: Settled) throws -> Json {
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
    return [
        "json": try Json(state.toJSON()),
        "id": .text(state.id),
        "endpoint": .text(state.endpoint),
        "policy": try Json(state.policy.toJSON()),
        "started_at_ms": try json(state.startedAt),
        "deadline_ms": try json(state.deadline),
        "attempts": Json(Int64(state.attempts)),
        "next_at_ms": try json(state.nextAt),
        "delivered_at_ms": try json(state.deliveredAt),
        "dead_at_ms": try json(state.deadAt),
        "dead_reason": Json(optional: state.deadReason?.rawValue),
        "last_failure": try state.lastFailure.map(json) ?? .null,
    ]
}

func json(_ time: Date?) throws -> Json { try milliseconds(time).map { Json($0) } ?? .null }

func json(_ failure: DeliveryFailure) throws -> Json {
    [
        "at_ms": try json(failure.at),
        "status": failure.status.map { Json(Int64($0)) } ?? .null,
        "no_response": Json(optional: failure.noResponseReason?.rawValue),
        "body": Json(optional: failure.body),
    ]
}

extension Json {
    func retryPolicy(_ name: String = "policy") throws -> RetryPolicy {
        guard self[name] != nil else { return .standard() }
        return try RetryPolicy(json: configuration(name))
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
