import Foundation
import Keyrail

/// Makes a call of the domain `access`. Throws for an unknown call.
func callAccess(_ call: String, _ given: Json) throws -> Json {
    switch call {
    case "access.record": return try Json(given.record().toJSON())
    case "access.find_digest":
        let peppers = try (given["peppers"]?.list ?? []).map { pepper in
            try Pepper(id: pepper.text("id"), secret: Secret(pepper.text("secret")))
        }
        return try index(given.record().findDigest(given.text("text"), peppers: peppers))
    case "access.status":
        return .text(try given.record().status(date(given.integer("now_ms"))).rawValue)
    case "access.authorize":
        let record = try given.record()
        guard let access = Access(rawValue: try given.text("access")) else {
            throw InvalidCase(reason: "unknown access")
        }
        let digest = given["key"]?.text.flatMap { record.findDigest($0) }
        guard (digest == nil) == (given["key"] == nil) else {
            throw InvalidCase(reason: "the key is not the record's")
        }
        return json(
            try record.authorize(
                access,
                now: date(given.integer("now_ms")),
                ip: given["ip"]?.text,
                operation: given["operation"]?.text,
                queue: given["queue"]?.text,
                environment: given["environment"]?.text,
                digest: digest))
    case "access.expiry_alerts":
        let records = try (given["records"]?.list ?? []).map { try KeyRecord(json: $0.text ?? $0.description) }
        let (since, now) = (date(try given.integer("since_ms")), date(try given.integer("now_ms")))
        guard let days = given["days"] else {
            return .list(try KeyRecord.expiryAlerts(records, since: since, now: now).map(json))
        }
        let numbers = days.list.compactMap(\.integer).map(Int.init)
        return .list(try KeyRecord.expiryAlerts(records, since: since, now: now, days: numbers).map(json))
    default: throw InvalidCase(reason: "unknown call: \(call)")
    }
}

/// Returns a grant as JSON, without the members that have no value.
func json(_ grant: Grant) -> Json {
    var members: [(name: String, value: Json)] = [
        ("record", .text(grant.record)), ("app", .text(grant.app)), ("scope", .text(grant.scope.rawValue)),
    ]
    if let owner = grant.owner { members.append(("owner", .text(owner))) }
    if let name = grant.name { members.append(("name", .text(name))) }
    if !grant.metadata.isEmpty {
        members.append(("metadata", .object(grant.metadata.map { (name: $0.key, value: .text($0.value)) })))
    }
    return .object(members)
}

private func json(_ alert: ExpiryAlert) -> Json {
    [
        "id": .text(alert.id), "record": .text(alert.record), "days": Json(Int64(alert.days)),
        "due_ms": Json(milliseconds(alert.due)), "expires_at_ms": Json(milliseconds(alert.expiresAt)),
    ]
}

private func index(_ index: Int?) -> Json { index.map { Json(Int64($0)) } ?? .null }

private func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }

extension Json {
    fileprivate func record() throws -> KeyRecord { try KeyRecord(json: configuration("record")) }
}
