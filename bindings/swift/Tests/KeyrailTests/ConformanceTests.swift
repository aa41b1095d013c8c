import Foundation
@testable import Keyrail
import Testing

/// The Swift conformance runner, which tests every case of `tests/vectors` through the public API.
/// It prints the number of cases as `conformance: N cases`.
@Suite struct ConformanceTests {
    @Test func everyConformanceCasePasses() throws {
        let folder = repository.appendingPathComponent("tests/vectors")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        // There must be exactly one file for each domain.
        try #require(Set(files.filter { $0.hasSuffix(".json") }) == Set(domains.map { "\($0).json" }))
        var count = 0
        for domain in domains {
            let cases = try read(domain, in: folder)
            cases.forEach(check)
            count += cases.count
        }
        print("conformance: \(count) cases")
    }

    private func read(_ domain: String, in folder: URL) throws -> [Json] {
        let file = folder.appendingPathComponent("\(domain).json")
        let document = try Json(String(contentsOf: file, encoding: .utf8))
        try #require(document["domain"]?.text == domain, "\(domain): the domain in the file differs from the domain in the file name")
        let cases = try #require(document["sections"]).list.flatMap { $0["cases"]?.list ?? [] }
        try #require(!cases.isEmpty, "\(domain): the file contains no cases")
        let names = try cases.map { try $0.text("name") }
        try #require(Set(names).count == names.count, "\(domain): two cases have the same name")
        return try cases.map { vector in
            let given = try vector.member("given").members.map { ($0.name, try resolved($0.value, from: document)) }
            return vector.setting("given", to: .object(given))
        }
    }

    /// If a value is `{"like": NAME, ...}`, returns a copy of the document NAME in which the other
    /// members of the value are added or replaced. Returns any other value unchanged.
    private func resolved(_ value: Json, from file: Json) throws -> Json {
        guard let name = value["like"]?.text else { return value }
        let document = try #require(file["documents"]?[name], "the file has no document \(name)")
        return value.members.filter { $0.name != "like" }.reduce(document) { $0.setting($1.name, to: $1.value) }
    }

    private func check(_ vector: Json) {
        let name = "\(vector["call"] ?? nil): \(vector["name"] ?? nil)"
        do {
            let actual = try call(vector.text("call"), vector.member("given"))
            #expect(actual == vector["want"] && vector["error"] == nil, "\(name)")
        } catch let error as KeyrailError {
            guard let expected = vector["error"], vector["want"] == nil else {
                Issue.record("\(name): \(error)")
                return
            }
            #expect(describe(error, as: expected) == expected, "\(name): \(error)")
        } catch {
            Issue.record("\(name): \(error)")
        }
    }

    private func describe(_ error: KeyrailError, as expected: Json) -> Json {
        var members: [(name: String, value: Json)] = [(name: "code", value: .text(error.code.rawValue))]
        if expected["offset"] != nil {
            members.append((name: "offset", value: error.offset.map { Json(Int64($0)) } ?? .null))
        }
        if expected["header"] != nil {
            members.append((name: "header", value: error.header.map(Json.text) ?? .null))
        }
        if expected["faults"] != nil {
            let faults = error.faults.map { Json([$0.code.rawValue, $0.pointer]) }
            members.append((name: "faults", value: .list(faults)))
        }
        return .object(members)
    }
}

private let domains = ["url", "key", "redact", "header", "access", "route", "webhook", "platform", "gateway"]

/// An error in a test case itself, or a call that the runner does not know.
struct InvalidCase: Error {
    let reason: String
}

/// Runs a call from the conformance vectors, and returns its result as JSON. Throws for an unknown
/// call.
private func call(_ call: String, _ given: Json) throws -> Json {
    switch call {
    case "url.encode":
        guard let set = try given.encodeSet() else { return .text(Url.encode(try given.text("text"))) }
        return .text(Url.encode(try given.text("text"), set: set))
    case "url.encode_bytes": return .text(Url.encodeBytes(try given.hex("bytes")))
    case "url.encode_batch": return Json(Url.encodeBatch(try given.texts("texts")))
    case "url.decode": return .text(try Url.decode(given.text("text")))
    case "url.decode_bytes":
        let bytes = try Url.decodeBytes(given.text("text"))
        return .text(bytes.map { String(format: "%02x", $0) }.joined())
    case "url.decode_form": return .text(try Url.decodeForm(given.text("text")))
    case "url.decode_batch": return .list(Url.decodeBatch(try given.texts("texts")).map(json))
    case "url.normalize": return .text(Url.normalize(try given.text("text")))
    case "url.encode_query": return .text(try Url.encodeQuery(try given.queryPairs("pairs")))
    case "url.parse_query":
        let pairs = try Url.parseQuery(given.text("query"))
        return .list(pairs.map { .list([.text($0.0), Json(optional: $0.1)]) })
    case "url.template.expand":
        return .text(try UrlTemplate(given.text("template")).expand(given.variables()))
    case "url.template.expand_strict":
        return .text(try UrlTemplate(given.text("template")).expandStrict(given.variables()))
    case "url.template.variables": return Json(try UrlTemplate(given.text("template")).variables)
    case "url.base_url": return .text(try given.baseUrl().description)
    case "url.base_url.from_template":
        let base = try BaseUrl.fromTemplate(given.text("template"), given.pairs("variables"))
        return .text(base.description)
    case "url.base_url.join": return .text(try given.baseUrl().join(given.texts("segments")))
    case _ where call.hasPrefix("key.") || call.hasPrefix("redact."): return try callKey(call, given)
    case _ where call.hasPrefix("route."): return try callRoute(call, given)
    case _ where call.hasPrefix("access."): return try callAccess(call, given)
    case "header.extract":
        let credentials = try given.scheme().extract(given.pairs("headers"))
        return [
            "key": .text(credentials.key.reveal()),
            "token": Json(optional: credentials.token?.reveal()),
            "app_id": Json(optional: credentials.appId),
            "variant": .text(credentials.variant.rawValue),
        ]
    case "header.strip_credentials":
        let rest = try given.scheme().stripCredentials(given.pairs("headers"))
        return .list(rest.map { Json([$0.0, $0.1]) })
    case "header.apply":
        return revealed(try given.scheme().apply(given.member("credentials").credentials()))
    case "header.challenge":
        let error = given["error"]?.text.flatMap(ChallengeError.init)
        return .text(try given.scheme().challenge(given.text("realm"), error: error))
    case "header.problem":
        let (scheme, headers) = (try given.scheme(), try given.pairs("headers"))
        guard let problem = thrownError({ try scheme.extract(headers) }).flatMap(Header.problem) else {
            throw InvalidCase(reason: "the input was not rejected")
        }
        return try problemResponse(problem, given)
    case "header.render":
        return try problemResponse(
            Problem(
                status: Int(given.integer("status")), code: given.text("code"),
                detail: given.text("detail")),
            given)
    case "header.client_ip":
        let trust = try Trust(json: given.configuration("trust"))
        return .text(
            try Header.clientIp(peer: given.text("peer"), headers: given.pairs("headers"), trust: trust))
    case "webhook.sign":
        let signer = try Signer(
            given.texts("secrets").map { Secret($0) }, headerNames: given.headerNames())
        let headers = try signer.sign(
            id: given.text("id"),
            now: date(given.integer("timestamp_ms")),
            body: Data(given.text("body").utf8)
        )
        return .list(headers.map { .list([.text($0.name), .text($0.value)]) })
    case "webhook.problem":
        guard let problem = thrownError({ try given.verified() }).flatMap(Header.problem) else {
            throw InvalidCase(reason: "the input was not rejected")
        }
        return try problemResponse(problem.response())
    case "webhook.generate_secret":
        return .text(try Webhook.generateSecret(entropy: given.hex("entropy")).reveal())
    case "webhook.generate_private_key":
        return .text(try Webhook.generatePrivateKey(entropy: given.hex("entropy")).reveal())
    case "webhook.public_key": return .text(try Webhook.publicKey(of: Secret(given.text("text"))))
    case "webhook.is_public_address":
        return .boolean(try Webhook.isPublicAddress(given.text("ip")))
    case "webhook.standard_secret": return .text(try Secret.standard(given.text("text")).reveal())
    case "webhook.verify":
        let verified = try given.verified()
        return ["id": .text(verified.id), "timestamp_ms": Json(try milliseconds(verified.timestamp))]
    case "webhook.check_target":
        try Webhook.checkTarget(
            given.text("url"), allowLoopback: given["allow_loopback"]?.boolean ?? false)
        return true
    case "webhook.retry_policy", "webhook.delivery_state", "webhook.delivery_request", "webhook.deliver":
        return try callDelivery(call, given)
    case "webhook.health_policy": return try callEndpoint(call, given)
    case "webhook.delivery_claim": return try callReceive(call, given)
    case _ where call.hasPrefix("webhook.receive"): return try callReceive(call, given)
    case _ where call.hasPrefix("webhook.endpoint"): return try callEndpoint(call, given)
    case _ where call.hasPrefix("webhook.scheme"): return try callWebhookScheme(call, given)
    case "platform.get": return json(try Platform(named: given.text("name")))
    case "platform.from_json": return json(try Platform(json: given.configuration("platform")))
    case "platform.document":
        return json(try Platform(json: Platform.document(given.text("name"))))
    case "platform.base":
        let platform = try given.platform()
        return ["template": .text(platform.base), "variables": Json(platform.variables)]
    case "platform.base_url":
        return .text(try given.platform().baseURL(given.pairs("variables")).description)
    case "platform.is_unusual":
        return .boolean(try given.platform().isUnusual(given.text("part"), given.text("text")))
    case "platform.facts": return try facts(given.platform())
    case "platform.operation":
        return json(try given.platform().operation(given.text("operation")))
    case "platform.read_response":
        return json(
            try given.platform().readResponse(
                given.text("operation"),
                status: Int(given.integer("status")),
                headers: given.pairs("headers"),
                body: Data(given.text("body").utf8),
                now: date(given.integer("now_ms"))
            ))
    case "platform.token_session": return try tokenSession(given)
    case "platform.request":
        let request = try given.platform().request(
            given.text("operation"),
            variables: given.pairs("variables"),
            query: given.pairs("query"),
            headers: given.pairs("headers"),
            body: given["body"]?.text.map { Data($0.utf8) },
            form: given["form"] == nil ? nil : given.pairs("form"),
            credentials: given["credentials"]?.credentials(),
            scheme: given["scheme"]?.text
        )
        return [
            "method": .text(request.method), "url": .text(request.url),
            "headers": revealed(request.headers), "body": body(request.body),
        ]
    case "gateway.from_json":
        _ = try given.gateway()
        return true
    case "gateway.inbound":
        let inbound = try given.inbound()
        return [
            "decision": json(inbound.decision),
            "deliveries": .list(inbound.deliveries.map(json)),
            "audit": try Json(inbound.audit.toJSON()),
        ]
    case "gateway.handed_on": return handedOn(try given.inbound().decision)
    case "gateway.outbound":
        let outbound = try given.gateway().outbound(
            operation: given.text("operation"),
            headers: given.pairs("headers"),
            now: date(given.integer("now_ms")),
            queue: given["queue"]?.text,
            ip: given["ip"]?.text,
            environment: given["environment"]?.text,
            ownerPermissions: given.permissions(),
            tokenVerified: given["token_verified"]?.boolean ?? false,
            records: given["records"]?.list.map { try KeyRecord(json: $0.text ?? $0.description) },
            limits: given.limitStates()
        )
        var members: [(name: String, value: Json)] = [
            ("accepted", .boolean(outbound.accepted)),
            ("grant", try outbound.grant.map(json) ?? .null),
            ("queue", Json(optional: outbound.queue)),
            ("denial", Json(optional: outbound.denial?.code)),
            ("response", try outbound.response.map(json) ?? .null),
            ("audit", try Json(outbound.audit.toJSON())),
        ]
        // The consumption of a granted request is in the grant.
        if let consumption = outbound.consumption, outbound.grant == nil {
            members.append(("consumption", json(consumption)))
        }
        return .object(members)
    case "gateway.identify":
        let identity = try given.gateway().identify(given.pairs("headers"), operation: given["operation"]?.text)
        var members: [(name: String, value: Json)] = [
            ("key_id", Json(optional: identity.keyId)), ("digests", Json(identity.digests)),
        ]
        if !identity.limitIds.isEmpty { members.append(("limit_ids", Json(identity.limitIds))) }
        return .object(members)
    default: throw InvalidCase(reason: "unknown call: \(call)")
    }
}

private func json(_ decoded: Result<String, KeyrailError>) -> Json {
    switch decoded {
    case .success(let text): .text(text)
    case .failure(let error):
        ["code": .text(error.code.rawValue), "offset": error.offset.map { Json(Int64($0)) } ?? .null]
    }
}

/// Returns a decision as JSON, without its table's hash, its assignee and its ordering key.
func json(_ decision: Decision) -> Json {
    [
        "kind": .text(decision.kind.rawValue), "queue": Json(optional: decision.queue),
        "app": Json(optional: decision.app), "webhooks": Json(decision.webhooks),
        "rule": Json(optional: decision.rule), "by": Json(optional: decision.by?.rawValue),
        "fell_back_from": Json(optional: decision.fellBackFrom), "code": .text(decision.code),
        "reason": .text(decision.reason),
    ]
}

private func json(_ delivery: Delivery) -> Json {
    [
        "webhook": .text(delivery.webhook), "idempotency_key": .text(delivery.idempotencyKey),
        "method": .text(delivery.request.method), "url": .text(delivery.request.url),
        "headers": revealed(delivery.request.headers), "body": body(delivery.request.body),
    ]
}

private func json(_ response: Response) throws -> Json {
    let problem = try Json(String(decoding: response.body ?? Data(), as: UTF8.self))
    var members: [(name: String, value: Json)] = [
        ("status", Json(Int64(response.status))), ("headers", revealed(response.headers)),
        ("code", problem["code"] ?? .null),
    ]
    if let violated = problem["violated-policies"], let type = problem["type"] {
        members += [("type", type), ("violated", violated)]
    }
    return .object(members)
}

private func problemResponse(_ problem: Problem, _ given: Json) throws -> Json {
    try problemResponse(Header.render(problem, scheme: given.scheme(), realm: given.text("realm")))
}

private func problemResponse(_ response: Response) throws -> Json {
    let body = try Json(String(decoding: response.body ?? Data(), as: UTF8.self))
    return [
        "status": Json(Int64(response.status)), "headers": revealed(response.headers),
        "title": body["title"] ?? .null, "code": body["code"] ?? .null,
    ]
}

private func json(_ platform: Platform) -> Json {
    [
        "name": .text(platform.name), "schemes": Json(platform.schemes.map(\.name)),
        "operations": Json(platform.operations),
    ]
}

private func facts(_ platform: Platform) throws -> Json {
    let scopes = platform.scopes.map { Json([$0.name, $0.access.rawValue]) }
    let expiry: Json =
        switch try platform.expiry {
        case .never: "never"
        case .chosen(let days, let custom):
            ["days": .list(days.map { Json(Int64($0)) }), "custom": .boolean(custom)]
        case nil: .null
        }
    let webhook: Json? = platform.webhook.map {
        [
            "token_header": Json(optional: $0.tokenHeader), "types": Json($0.types),
            "events": Json($0.events), "statuses": Json($0.statuses),
        ]
    }
    let errors = try platform.errors
    guard try errors.allSatisfy({ try platform.failureOf($0.code) == $0.kind }) else {
        throw InvalidCase(reason: "failureOf and errors differ")
    }
    return [
        "scopes": .list(scopes), "expiry": expiry, "webhook": webhook ?? .null,
        "errors": .list(errors.map { Json([$0.code, $0.kind.rawValue]) }),
        "token": Json(optional: platform.token?.operation),
    ]
}

private func json(_ operation: PlatformOperation) -> Json {
    [
        "method": Json(optional: operation.method), "path": Json(optional: operation.path),
        "base": Json(optional: operation.base), "access": .text(operation.access.rawValue),
        "body": .text(operation.body.rawValue),
        "limits": .list(
            operation.limits.map { .list([.text($0.field), Json(Int64($0.characters))]) }),
        "queue": .boolean(operation.usesQueue),
        "scheme": Json(optional: operation.scheme), "variables": Json(operation.variables),
    ]
}

private func json(_ outcome: Outcome) -> Json {
    switch outcome {
    case .ok(let answer):
        [
            "ok": true, "data": Json(optional: answer.data), "message": Json(optional: answer.message),
            "page": answer.page.map(json) ?? .null,
        ]
    case .failed(let failure):
        [
            "ok": false, "kind": .text(failure.kind.rawValue), "code": Json(optional: failure.code),
            "message": Json(optional: failure.message),
            "retry_after_ms": failure.retryAfterMs.map { Json($0) } ?? .null,
        ]
    }
}

private func json(_ page: Page) -> Json {
    [
        "count": page.count.map { Json($0) } ?? .null, "current": Json(optional: page.current),
        "previous": Json(optional: page.previous), "next": Json(optional: page.next),
        "first": Json(optional: page.first), "last": Json(optional: page.last),
    ]
}

/// Runs the steps of a token session and returns their results. The result of a step that fails is
/// the error's code, and the session continues.
private func tokenSession(_ given: Json) throws -> Json {
    let session = try TokenSession(
        given.platform(), key: Secret(given.text("key")), variables: given.pairs("variables"))
    var last = Credentials(key: "none yet")
    let results = try given.member("steps").list.map { step in
        do {
            return try perform(step, with: session, &last)
        } catch let error as KeyrailError {
            return ["error": .text(error.code.rawValue)]
        }
    }
    return .list(results)
}

private func perform(_ step: Json, with session: TokenSession, _ last: inout Credentials) throws -> Json {
    switch try step.text("do") {
    case "poll":
        switch try session.poll(now: date(step.integer("now_ms"))) {
        case .ready(let credentials):
            last = credentials
            let (key, token) = (credentials.key.reveal(), credentials.token?.reveal())
            return ["ready": .list([.text(key), Json(optional: token)])]
        case .send(let request):
            return ["send": .list([.text(request.method), .text(request.url), revealed(request.headers)])]
        case .waiting(let until): return ["waiting": try milliseconds(until).map { Json($0) } ?? .null]
        }
    case "receive":
        try session.receive(
            status: Int(step.integer("status")),
            headers: step.pairs("headers"),
            body: Data(step.text("body").utf8),
            now: date(step.integer("now_ms"))
        )
    case "on_no_response": try session.onNoResponse(now: date(step.integer("now_ms")))
    case "refused": try session.refused(last)
    case "accepted": session.accepted(last)
    case "reissue": session.reissue()
    case "rotate_key": try session.rotateKey(Secret(step.text("key")))
    case let other: throw InvalidCase(reason: "unknown step: \(other)")
    }
    return "ok"
}

func revealed(_ headers: [(name: String, value: HeaderValue)]) -> Json {
    .list(headers.map { Json([$0.name, $0.value.reveal()]) })
}

private func body(_ body: Data?) -> Json {
    Json(optional: body.map { String(decoding: $0, as: UTF8.self) })
}

extension Json {
    func member(_ name: String) throws -> Json {
        guard let member = self[name] else { throw InvalidCase(reason: "missing member \(name)") }
        return member
    }

    func text(_ name: String) throws -> String {
        guard let text = try member(name).text else { throw InvalidCase(reason: "malformed member \(name)") }
        return text
    }

    func integer(_ name: String) throws -> Int64 {
        guard let integer = try member(name).integer else { throw InvalidCase(reason: "malformed member \(name)") }
        return integer
    }

    /// Returns the strings of the array with this name. If the member is missing, the result is
    /// empty.
    func texts(_ name: String) throws -> [String] {
        try (self[name]?.list ?? []).map { item in
            guard let text = item.text else { throw InvalidCase(reason: "malformed member \(name)") }
            return text
        }
    }

    /// Returns the pairs of the array with this name. If the member is missing, the result is
    /// empty.
    func pairs(_ name: String) throws -> [(String, String)] {
        try (self[name]?.list ?? []).map { pair in
            guard let first = pair.list.first?.text, let second = pair.list.last?.text else {
                throw InvalidCase(reason: "malformed member \(name)")
            }
            return (first, second)
        }
    }

    /// Returns the pairs of a query, whose values may be null.
    fileprivate func queryPairs(_ name: String) throws -> [(String, String?)] {
        try member(name).list.map { pair in
            guard pair.list.count == 2, let first = pair.list[0].text else {
                throw InvalidCase(reason: "malformed member \(name)")
            }
            return (first, pair.list[1].text)
        }
    }

    /// Returns the encode set, or `nil` if the case has none. A set is written as its name, or as
    /// the characters that it keeps.
    fileprivate func encodeSet() throws -> EncodeSet? {
        guard let set = self["set"] else { return nil }
        if let name = set.text { return try EncodeSet.named(name) }
        return try EncodeSet.keeping(set.text("keep"))
    }

    /// Returns the variables of a template.
    fileprivate func variables() throws -> [(String, TemplateValue)] {
        try member("variables").list.map { pair in
            guard pair.list.count == 2, let name = pair.list[0].text else {
                throw InvalidCase(reason: "malformed variables")
            }
            return (name, try pair.list[1].templateValue())
        }
    }

    private func templateValue() throws -> TemplateValue {
        if let text { return .text(text) }
        let texts = list.compactMap(\.text)
        if texts.count == list.count { return .list(texts) }
        let value: Json = ["pairs": self]
        return .pairs(try value.pairs("pairs"))
    }

    func hex(_ name: String) throws -> Data {
        let digits = Array(try text(name))
        let bytes = stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(digits[$0..<min($0 + 2, digits.count)]), radix: 16)
        }
        guard !bytes.contains(nil) else { throw InvalidCase(reason: "malformed member \(name)") }
        return Data(bytes.compactMap { $0 })
    }

    /// Returns a configuration as a string. A member that is a string is returned unchanged.
    func configuration(_ name: String) throws -> String {
        let member = try member(name)
        return member.text ?? member.description
    }

    fileprivate func baseUrl() throws -> BaseUrl {
        try BaseUrl(text("url"), allowLoopback: self["allow_loopback"]?.boolean ?? false)
    }

    fileprivate func credentials() throws -> Credentials {
        Credentials(key: try text("key"), token: self["token"]?.text, appId: self["app_id"]?.text)
    }

    fileprivate func platform() throws -> Platform {
        let platform = try member("platform")
        guard let name = platform.text else { return try Platform(json: platform.description) }
        return try Platform(named: name)
    }

    fileprivate func scheme() throws -> Scheme {
        try member("scheme").asScheme()
    }

    private func asScheme() throws -> Scheme {
        if case .list(let alternatives) = self {
            return try Scheme.anyOf(alternatives.map { try $0.asScheme() })
        }
        guard let words = text?.split(separator: " ").map(String.init) else {
            return try Scheme(json: description)
        }
        switch (words[0], words.count) {
        case ("token68", _):
            return try Json.text(words.dropFirst().joined(separator: " ")).asScheme().withToken68()
        case ("bare_authorization", 1): return Scheme.bareAuthorization()
        case ("x_api_key", 1): return Scheme.xApiKey()
        case ("bearer", 1): return Scheme.bearer()
        case ("authorization", 2): return try Scheme.authorization(words[1])
        case ("header", 2): return try Scheme.header(words[1])
        case ("pair", 3): return try Scheme.pair(words[1], words[2])
        case (let name, 1): return try Platform(named: name).scheme
        default:
            let schemes = try Platform(named: words[0]).schemes
            guard let found = schemes.first(where: { $0.name == words[1] }) else {
                throw InvalidCase(reason: "unknown scheme")
            }
            return found.scheme
        }
    }

    fileprivate func inbound() throws -> Inbound {
        try gateway().inbound(
            messageId: text("message_id"),
            message: Message(json: member("message").description),
            body: Data(text("body").utf8),
            now: date(integer("now_ms")),
            sessionQueue: self["session_queue"]?.text,
            unavailable: texts("unavailable"),
            session: self["session"]?.text
        )
    }

    fileprivate func headerNames() throws -> HeaderNames {
        guard let text = self["header_names"]?.text else { return .standard }
        guard let names = HeaderNames(rawValue: text) else {
            throw InvalidCase(reason: "unknown header names: \(text)")
        }
        return names
    }

    func verifier() throws -> Verifier {
        let secrets = try texts("secrets").map { Secret($0) }
        let names = try headerNames()
        let tolerance = self["tolerance_s"]?.integer
        let verifier = try tolerance.map {
            try Verifier(secrets, toleranceSeconds: $0, headerNames: names)
        }
        return try verifier ?? Verifier(secrets, headerNames: names)
    }

    fileprivate func verified() throws -> Verified {
        try verifier().verify(
            headers: pairs("headers"),
            body: Data(text("body").utf8),
            now: date(integer("now_ms"))
        )
    }

    fileprivate func gateway() throws -> Gateway {
        let named = try member("secrets").members.map { name, given in
            let texts = given.text.map { [$0] } ?? given.list.compactMap(\.text)
            return (name, texts.map { Secret($0) })
        }
        return try Gateway(json: 
            configuration("deployment"), secrets: Dictionary(uniqueKeysWithValues: named))
    }
}
