import Foundation
import Keyrail

/// Runs a call from the conformance vectors of the domain `access`, and returns its result as JSON.
/// Throws for an unknown call.
func callAccess(_ call: String, _ given: Json) throws -> Json {
    switch call {
    case "access.record": return try Json(given.record().toJSON())
    case "access.find_digest":
        return try index(given.record().findDigest(given.text("text"), peppers: given.peppers()))
    case "access.upgrade":
        let now = date(try given.integer("now_ms"))
        let change = try given.record().upgrade(given.text("text"), peppers: given.peppers(), now: now)
        return try change.map { .object(try json($0)) } ?? .null
    case "access.peppers_in_use":
        let records = try (given["records"]?.list ?? []).map { try KeyRecord(json: $0.description) }
        return Json(KeyRecord.peppersInUse(records))
    case "access.status":
        return .text(try given.record().status(date(given.integer("now_ms"))).rawValue)
    case "access.authorize":
        let record = try given.record()
        let request = try given.request(of: record)
        return try json(
            record.authorize(
                request.access,
                now: request.now,
                ip: request.ip,
                operation: request.operation,
                queue: request.queue,
                environment: request.environment,
                digest: request.digest,
                ownerPermissions: request.ownerPermissions,
                limits: request.limits))
    case "access.authorize_batch":
        let record = try given.record()
        let requests = try (given["requests"]?.list ?? []).map { try $0.request(of: record) }
        return .list(
            try record.authorizeBatch(requests).map { result in
                switch result {
                case .success(let grant): return try json(grant)
                case .failure(let error):
                    var members: [(name: String, value: Json)] = [("code", .text(error.code.rawValue))]
                    if let consumption = error.consumption { members.append(("consumption", json(consumption))) }
                    return .object(members)
                }
            })
    case "access.expiry_alerts":
        let records = try (given["records"]?.list ?? []).map { try KeyRecord(json: $0.text ?? $0.description) }
        let (since, now) = (date(try given.integer("since_ms")), date(try given.integer("now_ms")))
        guard let days = given["days"] else {
            return .list(try KeyRecord.expiryAlerts(records, since: since, now: now).map(json))
        }
        let numbers = days.list.compactMap(\.integer).map(Int.init)
        return .list(try KeyRecord.expiryAlerts(records, since: since, now: now, days: numbers).map(json))
    case "access.unused_alerts":
        let uses = try (given["uses"]?.list ?? []).map { use in
            (record: try use.record(), lastUse: use["last_use_ms"]?.integer.map { date($0) })
        }
        let (since, now) = (date(try given.integer("since_ms")), date(try given.integer("now_ms")))
        guard let days = given["days"] else {
            return .list(try KeyRecord.unusedAlerts(uses, since: since, now: now).map(json))
        }
        let numbers = days.list.compactMap(\.integer).map(Int.init)
        return .list(try KeyRecord.unusedAlerts(uses, since: since, now: now, days: numbers).map(json))
    case "access.touch":
        let stored = given["stored_ms"]?.integer.map { date($0) }
        let touched = try KeyRecord.touch(stored, now: date(given.integer("now_ms")))
        return touched.map { Json(milliseconds($0)) } ?? .null
    case "access.last_uses": return try Json(LastUses(json: given.configuration("last_uses")).toJSON())
    case "access.touch_last_uses": return try touchLastUses(given)
    case "access.limit_state": return try Json(LimitState(json: given.configuration("state")).toJSON())
    case "access.usage": return try Json(Usage(json: given.configuration("usage")).toJSON())
    case "access.count_usage": return try countUsage(given)
    case "access.merge_usage": return try mergeUsage(given)
    case "access.limit": return try json(Limit(json: given.member("limit").description))
    case "access.consume":
        let limits = try (given["limits"]?.list ?? []).map { stored in
            (limit: try Limit(json: stored.member("limit").description), state: stored["state"].flatMap(limitState))
        }
        return json(try Limit.consume(limits, now: date(given.integer("now_ms"))))
    case "access.checkpoint":
        let checkpoint = try Checkpoint(given.text("text"))
        return ["writer": .text(checkpoint.writer), "number": Json(Int64(checkpoint.number))]
    case "access.audit_entry": return try Json(given.entry("entry").toJSON())
    case "access.audit_erase": return try Json(given.entry("entry").erase().toJSON())
    case "access.audit_append":
        let entry = try given.chain().append(
            after: Checkpoint(given.text("after")), payload: given.text("payload"), entropy: given.hex("entropy"))
        return try Json(entry.toJSON())
    case "access.audit_verify": return try verifyAudit(given)
    case "access.policy":
        let policy = try given.policy()
        return ["roles": Json(policy.roles), "authority": .text(policy.authority.rawValue)]
    case "access.issue":
        let newKey = try NewKey(given.member("new"))
        return try given.issuing { policy, format, entropy, pepper, actor, now in
            try policy.issue(
                newKey, format: format, entropy: entropy, pepper: pepper, actor: actor, now: now)
        }
    case "access.reissue":
        return try given.issuing { policy, format, entropy, pepper, actor, now in
            try policy.reissue(
                given.record(), id: given["id"]?.text,
                expires: given["expires"]?.text.map { try Expiry($0) },
                keyCount: given["key_count"]?.integer.map(Int.init), format: format,
                entropy: entropy, pepper: pepper, actor: actor, now: now)
        }
    case "access.rotate":
        return try given.issuing { policy, format, entropy, pepper, actor, now in
            try policy.rotate(
                given.record(), grace: given["grace"]?.text.map { try Period($0) },
                expires: given["expires"]?.text.map { try Expiry($0) }, format: format,
                entropy: entropy, pepper: pepper, actor: actor, now: now)
        }
    case "access.change":
        let change = try given.change()
        var members = try json(change)
        if given["stored"] != nil {
            let stored = try KeyRecord(json: given.configuration("stored"))
            let rebased = try change.rebase(onto: stored)
            members.append(("applied", try Json(change.apply(to: stored).toJSON())))
            members.append(("rebased", .object(try json(rebased))))
        }
        return .object(members)
    default: throw InvalidCase(reason: "unknown call: \(call)")
    }
}

/// Returns a limit as JSON, and checks that ``Limit/toJSON()`` returns the same.
private func json(_ limit: Limit) throws -> Json {
    var members: Json = [
        "name": .text(limit.name), "of": .text(limit.of.rawValue), "cost": Json(Int64(limit.cost)),
    ]
    if let rate = limit.rate {
        let rate: Json = [
            "units": Json(Int64(rate.units)), "per_seconds": Json(Int64(rate.perSeconds)),
            "burst": Json(Int64(rate.burst)),
        ]
        members = members.setting("rate", to: rate)
    }
    if let quota = limit.quota {
        let window: Json = ["units": Json(Int64(quota.units)), "per": .text(quota.per.rawValue)]
        let day = quota.day.map { window.setting("day", to: Json(Int64($0))) }
        members = members.setting("quota", to: day ?? window)
    }
    guard try Json(limit.toJSON()) == members else {
        throw InvalidCase(reason: "toJSON returns other members")
    }
    return members
}

/// Touches digests, and returns the last uses.
private func touchLastUses(_ given: Json) throws -> Json {
    var uses = LastUses()
    if given["last_uses"] != nil { uses = try LastUses(json: given.configuration("last_uses")) }
    var stored: [Json] = []
    for touch in given["touches"]?.list ?? [] {
        let touched = try uses.touch(touch.text("digest"), now: date(touch.integer("now_ms")))
        stored.append(.boolean(touched != nil))
        uses = touched ?? uses
    }
    let record = given["record"] == nil ? nil : try given.record()
    let time = { (time: Date?) in time.map { Json(milliseconds($0)) } ?? .null }
    return .object([
        (name: "last_uses", value: try Json(uses.toJSON())),
        (name: "stored", value: .list(stored)),
        (name: "at_ms", value: time(try given["digest"]?.text.flatMap { try uses.of($0) })),
        (name: "current_ms", value: time(record.flatMap(uses.ofCurrent))),
        (name: "replaced_ms", value: time(record.flatMap(uses.ofReplaced))),
    ])
}

/// Counts requests, and returns the usage.
private func countUsage(_ given: Json) throws -> Json {
    let operations = (given["operations"]?.list ?? []).compactMap(\.text)
    let counter = try UsageCounter(epoch: given.text("epoch"), operations: operations)
    for request in given["requests"]?.list ?? [] {
        try counter.count(
            record: request["record"]?.text, operation: request["operation"]?.text,
            outcome: request.text("outcome"), now: date(request.integer("now_ms")))
    }
    if let time = given["remove_before_ms"]?.integer {
        _ = counter.usage()  // `remove_before` only removes what `usage` has returned before.
        try counter.removeBefore(date(time))
    }
    return try Json(counter.usage().toJSON())
}

/// Changes a usage step by step.
private func mergeUsage(_ given: Json) throws -> Json {
    let usage = Usage()
    for step in given["steps"]?.list ?? [] {
        if step["merge"] != nil { try usage.merge(Usage(json: step.configuration("merge"))) }
        if let time = step["close_before_ms"]?.integer { try usage.closeBefore(date(time)) }
        if let time = step["remove_before_ms"]?.integer { try usage.removeBefore(date(time)) }
    }
    let counts = given["record"]?.text.map { usage.counts(of: $0) } ?? usage.counts()
    let described: [Json] = try counts.map { count in
        [
            "day_ms": Json(milliseconds(count.day)), "record": count.record.map { .text($0) } ?? .null,
            "operation": .text(count.operation), "outcome": .text(count.outcome),
            "count": Json(Int64(count.count)),
        ]
    }
    return ["usage": try Json(usage.toJSON()), "late": Json(Int64(usage.late)), "counts": .list(described)]
}

private func limitState(_ numbers: Json) -> LimitState? {
    let numbers = numbers.list.compactMap(\.integer)
    return numbers.count == 2 ? LimitState(at: numbers[0], count: numbers[1]) : nil
}

/// Returns the outcome of limits as JSON. Only the limits of a record have an id.
func json(_ consumption: Consumption) -> Json {
    func json(_ state: LimitState?) -> Json { state.map { .list([Json($0.at), Json($0.count)]) } ?? .null }
    func json(_ date: Date?) -> Json { date.map { Json(milliseconds($0)) } ?? .null }
    let limits: [Json] = consumption.limits.map { outcome in
        var members: [(name: String, value: Json)] = [
            ("name", .text(outcome.name)), ("exceeded", .boolean(outcome.isExceeded)),
            ("remaining", Json(Int64(outcome.remaining))), ("old", json(outcome.oldState)),
            ("new", json(outcome.newState)), ("next_at_ms", json(outcome.nextAt)),
        ]
        if let id = outcome.id { members.append(("id", .text(id))) }
        return .object(members)
    }
    return [
        "allowed": .boolean(consumption.isAllowed), "limits": .list(limits),
        "retry_at_ms": json(consumption.retryAt),
        "retry_after_seconds": consumption.retryAfterSeconds.map { Json(Int64($0)) } ?? .null,
        "headers": .list(consumption.headers.map { .list([.text($0.name), .text($0.value)]) }),
    ]
}

private func verifyAudit(_ given: Json) throws -> Json {
    let entries = try (given["entries"]?.list ?? []).map { try AuditEntry(json: $0.description) }
    let until = try given["until"]?.text.map { try Checkpoint($0) }
    let report = try given.chain().verify(entries, from: Checkpoint(given.text("from")), until: until)
    let fault: Json? = report.fault.map {
        [
            "code": .text($0.code.rawValue), "index": Json(Int64($0.index)), "number": Json(Int64($0.number)),
        ]
    }
    return [
        "checkpoint": .text(report.checkpoint.description), "erased": Json(Int64(report.erased)),
        "fault": fault ?? .null,
    ]
}

private func json(_ change: KeyChange) throws -> [(name: String, value: Json)] {
    [
        ("base_version", Json(Int64(change.baseVersion))), ("any_version", .boolean(change.appliesToAnyVersion)),
        ("patch", try Json(change.patch)), ("event", try Json(change.event.toJSON())),
    ]
}

/// Returns a grant as JSON, without the members that have no value.
func json(_ grant: Grant) throws -> Json {
    var members: [(name: String, value: Json)] = [
        ("record", .text(grant.record)), ("app", .text(grant.app)), ("scope", .text(grant.scope.rawValue)),
    ]
    if let owner = grant.owner { members.append(("owner", .text(owner))) }
    if let name = grant.name { members.append(("name", .text(name))) }
    if !grant.metadata.isEmpty {
        members.append(("metadata", .object(grant.metadata.map { (name: $0.key, value: .text($0.value)) })))
    }
    if let digest = grant.digest { members.append(("digest", .text(digest))) }
    if let consumption = grant.consumption { members.append(("consumption", json(consumption))) }
    if let upgrade = grant.upgrade { members.append(("upgrade", .object(try json(upgrade)))) }
    return .object(members)
}

private func json(_ alert: ExpiryAlert) -> Json {
    [
        "id": .text(alert.id), "record": .text(alert.record), "days": Json(Int64(alert.days)),
        "due_ms": Json(milliseconds(alert.due)), "expires_at_ms": Json(milliseconds(alert.expiresAt)),
    ]
}

private func json(_ alert: UnusedAlert) -> Json {
    [
        "id": .text(alert.id), "record": .text(alert.record), "days": Json(Int64(alert.days)),
        "due_ms": Json(milliseconds(alert.due)), "unused_since_ms": Json(milliseconds(alert.unusedSince)),
    ]
}

private func index(_ index: Int?) -> Json { index.map { Json(Int64($0)) } ?? .null }

private func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }

extension Json {
    fileprivate func record() throws -> KeyRecord { try KeyRecord(json: configuration("record")) }

    fileprivate func peppers() throws -> [Pepper] {
        try (self["peppers"]?.list ?? []).map { pepper in
            try Pepper(id: pepper.text("id"), secret: Secret(pepper.text("secret")))
        }
    }

    fileprivate func entry(_ name: String) throws -> AuditEntry {
        try AuditEntry(json: member(name).description)
    }

    fileprivate func chain() throws -> AuditChain {
        try AuditChain(
            (self["keys"]?.list ?? []).map { key in
                (id: try key.text("id"), secret: Secret(try key.text("secret")))
            })
    }

    /// Returns the policy, which is given by its name or as a configuration.
    fileprivate func policy() throws -> Policy {
        switch self["policy"] {
        case .text(let name): try .preset(name)
        default: try Policy(json: configuration("policy"))
        }
    }

    /// Returns the actor, which is given as a user or as the key of a record.
    fileprivate func actor() throws -> Actor {
        let actor = try member("actor")
        guard actor["record"] != nil else { return try Actor(actor.text("id"), role: actor.text("role")) }
        let record = try actor.record()
        return Actor(key: record, digest: try actor.digest(of: record))
    }

    /// Returns the access request of the test case.
    fileprivate func request(of record: KeyRecord) throws -> AccessRequest {
        guard let access = Access(rawValue: try text("access")) else {
            throw InvalidCase(reason: "unknown access")
        }
        return AccessRequest(
            access,
            now: date(try integer("now_ms")),
            ip: self["ip"]?.text,
            operation: self["operation"]?.text,
            queue: self["queue"]?.text,
            environment: self["environment"]?.text,
            digest: try digest(of: record),
            ownerPermissions: try permissions(),
            limits: limitStates())
    }

    /// Returns the index of a digest of the record: the index that the test case contains, or that
    /// of the digest that matches its key. Returns `nil` if the case has neither.
    fileprivate func digest(of record: KeyRecord) throws -> Int? {
        if let index = self["digest"]?.integer { return Int(index) }
        guard let key = self["key"]?.text else { return nil }
        guard let digest = record.findDigest(key) else { throw InvalidCase(reason: "the record has no digest of the key") }
        return digest
    }

    /// Returns the stored states of limits by their ids, or `nil` if none are given.
    func limitStates() -> [String: LimitState?]? {
        guard let limits = self["limits"] else { return nil }
        return Dictionary(uniqueKeysWithValues: limits.members.map { ($0.name, limitState($0.value)) })
    }

    fileprivate func limits() throws -> [Limit] {
        try (self["limits"]?.list ?? []).map { try Limit(json: $0.description) }
    }

    func permissions() throws -> Permissions? {
        guard let permissions = self["owner_permissions"] else { return nil }
        return Permissions(
            try permissions.scope(), operations: permissions.textsOrNil("operations"), queues: permissions.textsOrNil("queues"))
    }

    /// Returns the list of strings with this name, or `nil` if it is absent or null.
    fileprivate func textsOrNil(_ name: String) -> [String]? {
        guard case .list(let items) = self[name] else { return nil }
        return items.compactMap(\.text)
    }

    fileprivate func scope() throws -> Scope {
        guard let scope = Scope(rawValue: try text("scope")) else {
            throw KeyrailError(message: "no such case in Swift", code: .accessUnknownScope)
        }
        return scope
    }

    fileprivate func metadata() throws -> [String: String] {
        guard let metadata = self["metadata"] else { return [:] }
        return Dictionary(uniqueKeysWithValues: metadata.members.map { ($0.name, $0.value.text ?? "") })
    }

    /// Calls `issue` with the arguments that the test case gives for a new key, and returns the
    /// issued key and its change as JSON.
    fileprivate func issuing(
        _ issue: (Policy, KeyFormat, Data, Pepper?, Actor, Date) throws -> Issued
    ) throws -> Json {
        let issued = try issue(
            policy(), keyFormat(), hex("entropy"), pepper(), actor(), date(integer("now_ms")))
        return .object(try json(issued.change) + [("key", .text(issued.key.reveal()))])
    }

    /// Makes a change that does not issue a key.
    fileprivate func change() throws -> KeyChange {
        let (policy, record, actor) = (try policy(), try record(), try actor())
        let now = date(try integer("now_ms"))
        switch try text("operation") {
        case "revoke":
            return try policy.revoke(
                record, digest: digest(of: record), reason: self["reason"]?.text, actor: actor, now: now)
        case "disable": return try policy.disable(record, actor: actor, now: now)
        case "enable": return try policy.enable(record, actor: actor, now: now)
        case "rename": return try policy.rename(record, to: self["name"]?.text, actor: actor, now: now)
        case "set_scope": return try policy.setScope(record, to: scope(), actor: actor, now: now)
        case "set_operations":
            return try policy.setOperations(record, to: textsOrNil("operations"), actor: actor, now: now)
        case "set_queues": return try policy.setQueues(record, to: textsOrNil("queues"), actor: actor, now: now)
        case "set_networks":
            return try policy.setNetworks(record, to: textsOrNil("networks"), actor: actor, now: now)
        case "set_expiry":
            return try policy.setExpiry(record, to: Expiry(text("expires")), actor: actor, now: now)
        case "set_limits": return try policy.setLimits(record, to: limits(), actor: actor, now: now)
        case "set_metadata":
            return try policy.setMetadata(record, to: metadata(), actor: actor, now: now)
        case let operation: throw InvalidCase(reason: "unknown operation: \(operation)")
        }
    }
}

extension NewKey {
    /// Reads the properties of a new key from a test case.
    fileprivate init(_ new: Json) throws {
        self.init(
            app: try new.text("app"), scope: try new.scope(),
            expires: try new["expires"]?.text.map { try Expiry($0) }, name: new["name"]?.text,
            id: new["id"]?.text, organization: new["organization"]?.text,
            environment: new["environment"]?.text, owner: new["owner"]?.text,
            operations: new.textsOrNil("operations"), queues: new.textsOrNil("queues"),
            allowIps: new.textsOrNil("allow_ips"), limits: try new.limits(),
            notBefore: try new["not_before"]?.text.map { try parsedDate($0) },
            metadata: try new.metadata(), keyCount: new["key_count"]?.integer.map(Int.init))
    }
}

/// Parses a timestamp. An expiry may be a timestamp, so the string is parsed as an expiry.
private func parsedDate(_ text: String) throws -> Date {
    guard case .at(let date) = try Expiry(text) else { throw InvalidCase(reason: "not a timestamp: \(text)") }
    return date
}
