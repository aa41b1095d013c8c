import Foundation
@testable import Keyrail

/// Runs a call from the conformance vectors of the domain `route`, and returns its result as JSON.
/// Throws for an unknown call.
func callRoute(_ call: String, _ given: Json) throws -> Json {
    switch call {
    case "route.table":
        _ = try given.table()
        return true
    case "route.route": return json(try given.decision(by: given.table()))
    case "route.handed_on":
        return handedOn(try given.decision(by: given.table()))
    case "route.route_batch":
        let results = try given.table().routeBatch(
            given.messages("messages"), now: given.now, sessionQueue: given.sessionQueue,
            unavailable: given.unavailable(), session: given.session)
        return .list(results.map(json))
    case "route.explain":
        return json(
            try given.table().explain(
                given.message(), limit: given["limit"]?.integer.map { Int($0) }, now: given.now,
                sessionQueue: given.sessionQueue, unavailable: given.unavailable(), session: given.session))
    case "route.lint": return .list(try given.table().lint().map(json))
    case "route.diff":
        let changes = try Route.diff(
            given.table("old"), given.table("new"), samples: given.messages("samples"),
            now: given.now, sessionQueue: given.sessionQueue, unavailable: given.unavailable(), session: given.session)
        return .list(
            changes.map {
                ["sample": Json(Int64($0.sample)), "old": json($0.old), "new": json($0.new)]
            })
    case "route.diagram": return .text(try given.table().diagram())
    case "route.trace_diagram":
        let table = try given.table()
        return .text(RouteTable.traceDiagram(try given.decision(by: table)))
    case "route.verify":
        let mismatches = try given.table().verify(given.configuration("fixtures"))
        return .list(
            mismatches.map { ["fixture": Json(Int64($0.fixture)), "found": json($0.found)] })
    case "route.bytes":
        var bytes = [UInt8](try given.table().toBytes())
        if let index = given["flip"]?.integer { bytes[Int(index)] ^= 1 }
        bytes.removeLast(Int(given["cut"]?.integer ?? 0))
        return json(try given.decision(by: RouteTable.fromBytes(bytes)))
    case "route.from_bytes":
        _ = try RouteTable.fromBytes(given.hex("bytes"))
        return true
    case "route.may_write":
        return .boolean(
            try given.table().mayWrite(app: given.text("app"), queue: given.text("queue")))
    case "route.queues_of": return Json(try given.table().queuesOf(given.text("app")))
    default: throw InvalidCase(reason: "unknown call: \(call)")
    }
}

private func json(_ result: Result<Decision, KeyrailError>) -> Json {
    switch result {
    case .success(let decision): json(decision)
    case .failure(let error): ["code": .text(error.code.rawValue)]
    }
}

private func json(_ explanation: Explanation) -> Json {
    [
        "decision": json(explanation.decision), "rules": .list(explanation.rules.map(json)),
        "more": Json(Int64(explanation.more)),
    ]
}

private func json(_ report: RuleReport) -> Json {
    [
        "id": .text(report.id), "priority": Json(report.priority),
        "outcome": .text(report.outcome.rawValue), "near_miss": .boolean(report.nearMiss),
        "failure": report.failure.map(json) ?? .null,
    ]
}

private func json(_ failure: RuleFailure) -> Json {
    [
        "attribute": .text(failure.attribute), "operator": .text(failure.operator),
        "expected": .text(failure.expected), "found": Json(optional: failure.found),
        "wrong_type": .boolean(failure.wrongType), "negated": .boolean(failure.negated),
    ]
}

private func json(_ finding: RouteFinding) -> Json {
    [
        "code": .text(finding.code), "rules": Json(finding.rules),
        "app": Json(optional: finding.app), "queue": Json(optional: finding.queue),
        "channel": Json(optional: finding.channel), "text": .text(finding.text),
    ]
}

func handedOn(_ decision: Decision) -> Json {
    let assign: Json? = decision.assign.map {
        [
            "team": Json(optional: $0.team), "agent": Json(optional: $0.agent),
            "skills": Json($0.skills),
        ]
    }
    return ["assign": assign ?? .null, "ordering_key": .text(decision.orderingKey)]
}

extension Json {
    fileprivate func table(_ name: String = "topology") throws -> RouteTable {
        try RouteTable(json: configuration(name))
    }

    fileprivate func message() throws -> Message {
        Message(unchecked: try member("message").description)
    }

    fileprivate func messages(_ name: String) throws -> [Message] {
        try member(name).list.map { Message(unchecked: $0.description) }
    }

    fileprivate func decision(by table: RouteTable) throws -> Decision {
        try table.route(
            message(), now: now, sessionQueue: sessionQueue, unavailable: unavailable(),
            session: session)
    }

    fileprivate var now: Date? { self["now_ms"]?.integer.map(date) }

    fileprivate var sessionQueue: String? { self["session_queue"]?.text }

    fileprivate var session: String? { self["session"]?.text }

    fileprivate func unavailable() throws -> [String] { try texts("unavailable") }
}
