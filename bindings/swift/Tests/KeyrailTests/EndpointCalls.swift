import Foundation
import Testing

@testable import Keyrail

/// Runs a call for the health and the activity of endpoints.
func callEndpoint(_ call: String, _ given: Json) throws -> Json {
    switch call {
    case "webhook.health_policy":
        let policy = try given.healthPolicy()
        let members: Json = [
            "warn_after_seconds": Json(Int64(policy.warnAfterSeconds)),
            "disable_after_seconds": Json(Int64(policy.disableAfterSeconds)),
            "disable_after_dead": Json(Int64(policy.disableAfterDead)),
        ]
        #expect(try Json(policy.toJSON()) == members)
        return members
    case "webhook.endpoint_health":
        return try json(EndpointHealth(json: given.configuration("health")))
    case "webhook.endpoint_activity":
        let merged = EndpointActivity()
        for activity in try given.member("activities").list {
            merged.merge(try EndpointActivity(json: activity.description))
        }
        return try json(merged)
    default:
        var run = try EndpointRun(given)
        return try run.result()
    }
}

/// The deliveries, the health and the activities of an endpoint. The health and the activities are
/// written and read after each step.
private struct EndpointRun {
    let given: Json
    let policy: HealthPolicy
    var health: EndpointHealth
    var deliveries: [String: DeliveryState] = [:]
    var workers: [Int64: EndpointActivity] = [:]

    init(_ given: Json) throws {
        self.given = given
        if given["health"] != nil {
            health = try EndpointHealth(json: given.configuration("health"))
        } else {
            health = try EndpointHealth(endpoint: given["endpoint"]?.text ?? "desk-hook")
        }
        policy = try given.healthPolicy()
    }

    mutating func result() throws -> Json {
        var results: [Json] = []
        for each in try given.member("steps").list { results.append(try step(each)) }
        let merged = EndpointActivity()
        workers.values.forEach(merged.merge)
        let report = try merged.report(health, now: date(given.integer("now_ms")))
        return [
            "results": .list(results),
            "health": try json(health),
            "activity": try json(merged),
            "report": try Json(report),
        ]
    }

    private mutating func step(_ step: Json) throws -> Json {
        let now = date(try step.integer("now_ms"))
        var settled: Settled?
        var change: HealthChange?
        if step["disable"]?.boolean == true {
            change = try health.disable(now: now)
        } else if step["enable"]?.boolean == true {
            change = health.enable()
        } else {
            settled = try settle(step, now)
            change = try settled.map { try record($0, step) }
        }
        if let change {
            health = try EndpointHealth(json: change.health.toJSON())
            #expect(health == change.health)
        }
        return [
            "result": try settled.map(json) ?? .null,
            "status": .text(try health.status(now: now).rawValue),
            "is_changed": .boolean(change?.isChanged ?? false),
            "events": .list((change?.events ?? []).map { .text($0.rawValue) }),
        ]
    }

    private mutating func settle(_ step: Json, _ now: Date) throws -> Settled? {
        let id = step["delivery"]?.text ?? "msg_1"
        let delivery: DeliveryState
        if let known = deliveries[id] {
            delivery = known
        } else {
            let endpoint = step["endpoint"]?.text ?? "desk-hook"
            let policy = try given.retryPolicy("retry_policy")
            delivery = try .start(id: id, endpoint: endpoint, policy: policy, now: now)
            deliveries[id] = delivery
        }
        let isHeld = step["hold"]?.boolean == true
        return isHeld ? try health.hold(delivery, now: now) : try attempt(delivery, step)
    }

    private mutating func record(_ settled: Settled, _ step: Json) throws -> HealthChange {
        deliveries[settled.state.id] = settled.state
        let worker = step["worker"]?.integer ?? 0
        let activity = workers[worker] ?? EndpointActivity()
        activity.record(settled, latencyMs: step["latency_ms"]?.integer ?? 0)
        workers[worker] = try EndpointActivity(json: activity.toJSON())
        return try health.record(settled, policy: policy)
    }
}

/// Returns all that can be read from a health.
private func json(_ health: EndpointHealth) throws -> Json {
    [
        "json": try Json(health.toJSON()),
        "endpoint": .text(health.endpoint),
        "version": Json(health.version),
        "failing_since_ms": try json(health.failingSince),
        "dead": Json(health.dead),
        "warned_at_ms": try json(health.warnedAt),
        "parked_until_ms": try json(health.parkedUntil),
        "is_disabled": .boolean(health.isDisabled),
        "disabled_at_ms": try json(health.disabledAt),
        "disabled_reason": Json(optional: health.disabledReason?.rawValue),
    ]
}

/// Returns all that can be read from an activity.
private func json(_ activity: EndpointActivity) throws -> Json {
    let numbers = activity.numbers
    let number = { (value: Int64?) -> Json in value.map { Json($0) } ?? .null }
    return [
        "json": try Json(activity.toJSON()),
        "attempts": Json(numbers.attempts),
        "successes": Json(numbers.successes),
        "dead": Json(numbers.dead),
        "success_rate": try numbers.successRate.map { try Json($0.description) } ?? .null,
        "since_ms": try json(numbers.since),
        "until_ms": try json(numbers.until),
        "p50_ms": number(numbers.p50Ms),
        "p95_ms": number(numbers.p95Ms),
        "p99_ms": number(numbers.p99Ms),
        "max_ms": number(numbers.maxMs),
        "failures": .list(try activity.failures.map(json)),
    ]
}

extension Json {
    fileprivate func healthPolicy() throws -> HealthPolicy {
        guard self["policy"] != nil else { return .standard() }
        return try HealthPolicy(json: configuration("policy"))
    }
}
