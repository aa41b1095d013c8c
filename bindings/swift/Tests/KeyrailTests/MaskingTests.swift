import Foundation
import Keyrail
import Testing

/// Tests that no value reveals a secret, whether it is printed, dumped or reflected.
@Suite struct MaskingTests {
    private let secrets = [keySecret, webhookSecret, pepperSecret, "s3cr3t", "t0k3n"]

    @Test func aSecretPrintsAsAFixedWidthMask() {
        #expect(renderings(Secret("s3cr3t")).prefix(3).allSatisfy { $0 == "Secret(••••••••)" })
        #expect("\(Secret(""))" == "Secret(••••••••)")
        #expect(Secret("s3cr3t").reveal() == "s3cr3t")
    }

    @Test func aKeyPrintsAsItsMask() throws {
        let key = try KeyFormat.keyrail().parse(keyText)
        #expect(renderings(key).prefix(3).allSatisfy { $0 == "kr_test_LY3SfMya40RZ_••••••••" })
        #expect(key.mask() == "\(key)")
        #expect(key.reveal() == keyText)
        expectNoSecret(key)
    }

    @Test func noValueOfAnyPublicTypeRevealsASecret() throws {
        for (name, values) in try samples() {
            #expect(!values.isEmpty, "\(name)")
            for value in values {
                #expect("\(type(of: value))" == name)
                expectNoSecret(value)
            }
        }
    }

    /// Fails if a public type has no sample.
    @Test func everyPublicTypeHasASample() throws {
        let sampled = Set(try samples().map(\.key))
        #expect(try publicTypes().subtracting(withoutValues) == sampled)
    }

    @Test func aKeyOfAnyFormatPrintsAsItsMask() throws {
        for format in [KeyFormat.opaque(), .hex40(), .jwt()] {
            let key = try format.parse(keySecret)
            #expect("\(key)" == "••••••••")
            expectNoSecret(key)
        }
        // A mask policy may show up to 4 characters at each end. This test therefore looks for 8
        // consecutive characters of a secret.
        let key = try KeyFormat.keyrail().parse(keyText)
        expectNoSecret(key.mask(try MaskPolicy(start: 4, end: 4)))
    }

    @Test func aRequestPrintsNeitherItsKeyNorItsQueryNorItsBody() throws {
        let request = try Platform(named: "mehery").request(
            "message.send",
            variables: [("domain", "abcorp")],
            headers: [("Private-Token", "t0k3n")],
            body: Data("s3cr3t".utf8),
            credentials: Credentials(key: keyText)
        )
        expectNoSecret(request)
        #expect("\(request)".contains("6 bytes"))
        for secret in [keyText, "t0k3n"] {
            #expect(request.headers.contains { $0.value.isSensitive && $0.value.reveal() == secret })
        }
    }

    @Test func gatewayResultsDoNotPrintTheKey() throws {
        let gateway = try makeGateway()
        let accepted = try gateway.outbound(
            operation: "message.send", headers: [("x-api-key", keyText)], now: now, queue: "support")
        #expect(accepted.accepted && accepted.activity != nil)
        expectNoSecret(accepted)
        let wrong = keyText.replacingOccurrences(of: "pPAC", with: "qPAC")
        let denied = try gateway.outbound(
            operation: "message.send", headers: [("x-api-key", wrong)], now: now)
        #expect(!denied.accepted)
        expectNoSecret(denied)
        expectNoSecret(
            try gateway.inbound(
                messageId: "m1", message: Message("wa-main", ["text": "s3cr3t"]),
                body: Data("s3cr3t".utf8), now: now))
    }

    @Test func aMessagePrintsOnlyAttributeNames() throws {
        let message = Message("wa-main", ["text": "s3cr3t", "tags": ["t0k3n"]])
        #expect("\(message)" == "Message(channel, text, tags)")
        expectNoSecret(message)
        expectNoSecret(try Message(json: #"{"channel": "wa-main", "text": "s3cr3t"}"#))
        expectNoSecret(Attribute.text("s3cr3t"))
    }

    @Test func anExplanationPrintsWithoutTheContentOfTheMessage() throws {
        let table = try RouteTable(json: topology)
        let explanation = try table.explain(Message("wa-main", ["text": "s3cr3t"]))
        expectNoSecret(explanation)
        let printed = "Explanation(route.channel, rules: [RuleReport(refunds, failed)], more: 0)"
        #expect("\(explanation)" == printed)
        let failure = try #require(explanation.rules.first?.failure)
        #expect("\(failure)" == "RuleFailure(text: contains refund)")
        #expect(failure.found == "s3cr3t" && explanation.text.contains("s3cr3t"))
    }

    @Test func aTokenSessionPrintsNeitherItsKeyNorItsToken() throws {
        let session = try TokenSession(Platform(named: "vchatcloud"), key: Secret(keyText))
        let firstPoll = try session.poll(now: now)
        expectNoSecret(firstPoll)
        expectNoSecret(try session.poll(now: now))
        let token = makeToken("t0k3n", until: 3600)
        try session.receive(status: 200, headers: [("x-auth-token", token)], body: Data(), now: now)
        let ready = try session.poll(now: now)
        expectNoSecret(ready)
        expectNoSecret(session)
        #expect("\(session)" == "TokenSession(••••••••, expires: \(later(3_600_000)))")
        guard case .ready(let credentials) = ready else { throw CancellationError() }
        #expect(credentials.token?.reveal() == token)
        let noRequestError = try #require(thrownError { try session.onNoResponse(now: now) })
        expectNoSecret(noRequestError)
    }

    @Test func theContentOfAPlatformResponseIsNotPrinted() throws {
        let azeer = try Platform(named: "azeer")
        let done = Data(#"{"data": {"key": "s3cr3t"}, "message": "t0k3n", "success": true}"#.utf8)
        let outcome = try azeer.readResponse(
            "message.send", status: 200, headers: [("x-token", "t0k3n")], body: done, now: now)
        expectNoSecret(outcome)
        expectNoSecret(try #require(outcome.answer))
        #expect(outcome.answer?.data == #"{"key": "s3cr3t"}"#)
        let failed = Data(#"{"message": "t0k3n", "success": false}"#.utf8)
        let rejected = try azeer.readResponse(
            "message.send", status: 401, headers: [], body: failed, now: now)
        expectNoSecret(rejected)
        expectNoSecret(try #require(rejected.failure))
        #expect(rejected.failure?.message == "t0k3n")
        let links = Data(#"{"count": 2, "links": {"next": "/users?key=s3cr3t"}}"#.utf8)
        let listed = try Platform(named: "sceyt").readResponse(
            "user.list", status: 200, headers: [], body: links, now: now)
        expectNoSecret(listed)
        expectNoSecret(try #require(listed.answer?.page))
    }

    @Test func secretsCompareByContent() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
    }

    @Test func anErrorDoesNotRepeatTheInput() throws {
        let error = try #require(thrownError { try KeyFormat.keyrail().parse(keyText + "s3cr3t") })
        expectNoSecret(error)
        #expect(error.localizedDescription == error.message)
    }

    /// Returns sample values of every public type. They contain secrets wherever possible.
    private func samples() throws -> KeyValuePairs<String, [Any]> {
        let credentials = Credentials(key: keyText, token: "t0k3n", appId: "app-1")
        let scheme = try Scheme.pair("x-key", "x-token")
        let format = KeyFormat.keyrail()
        let key = try format.parse(keyText)
        let pepper = try Pepper(id: "p1", secret: Secret(pepperSecret))
        let redactor = try Redactor([format, .opaque()])
        let text = "x-api-key: s3cr3t\n\(keyText) t0k3n"
        let (stream, bytes) = (redactor.stream(), redactor.streamBytes())
        _ = try (stream.push("t0k3n=\(keyText)"), bytes.push(Data("s3cr3t \(keyText)".utf8)))
        let finished = redactor.stream()
        _ = try finished.finish()
        let finding = try #require(redactor.find(text).first)
        let error = try #require(thrownError { try RouteTable(json: #"{"s3cr3t": 1}"#) })
        let message = Message("wa-main", ["text": "s3cr3t", "tags": ["t0k3n"]])
        let gateway = try makeGateway()
        let inbound = try gateway.inbound(
            messageId: "m1", message: message, body: Data("s3cr3t".utf8), now: now)
        let outbound = try gateway.outbound(
            operation: "message.send", headers: [("x-api-key", keyText)], now: now,
            queue: "support")
        let unknown = try gateway.outbound(
            operation: "message.send", headers: [("x-api-key", "s3cr3t")], now: now)
        let delivery = try #require(inbound.deliveries.first)
        let record = try KeyRecord(json: 
            #"{"id": "r", "app": "desk", "digests": [{"digest": "\#(key.digest())"}], "scope": "read", "#
                + #""created_by": {"id": "u_17"}, "expires_at": "2026-12-01T00:00:00Z"}"#)
        let revoked = try KeyRecord(json: 
            #"{"id": "r", "app": "desk", "digests": [{"digest": "\#(key.digest())"}], "scope": "read", "#
                + #""revoked": {"at": "2026-11-01T00:00:00Z"}}"#)
        let alerts = try KeyRecord.expiryAlerts([record], since: .distantPast, now: now.addingTimeInterval(1e9))
        let (policy, actor) = (try Policy.preset("mehery"), try Actor("u_17", role: "admin"))
        let newKey = NewKey(app: "desk", scope: .read)
        let issued = try policy.issue(
            newKey, format: .keyrail(), entropy: Data(keyText.utf8), actor: actor, now: now)
        let revocation = try policy.revoke(issued.record, actor: actor, now: now)
        let limit = try Limit(json: #"{"name": "a", "quota": {"units": 1, "per": "day"}}"#)
        let rate = try Limit(json: #"{"name": "b", "rate": {"units": 2, "per_seconds": 60}}"#)
        let consumption = try Limit.consume([(limit: limit, state: nil)], now: now)
        let auditChain = try AuditChain([(id: "a1", secret: Secret(keyText))])
        let usage = try UsageCounter(epoch: "gateway-1/1", operations: ["send_message"])
        try usage.count(record: "r_1", operation: "send_message", outcome: "access.granted", now: now)
        let auditEntry = try auditChain.append(
            after: .start("w"), payload: "s3cr3t", entropy: Data(keyText.utf8))
        // Verifies the entry from its own checkpoint, as if it followed itself. This produces a
        // fault.
        let auditReport = auditChain.verify([auditEntry], from: auditEntry.checkpoint)
        let github = try WebhookScheme(named: "github")
        let (method, hook, content) = ("POST", "https://a.example/", Data("token=s3cr3t".utf8))
        let signatures = try github.sign(Secret("s3cr3t"), method: method, url: hook, body: content, now: now)
        let verifiedRequest = try github.verify(
            [Secret("s3cr3t")], method: method, url: hook,
            headers: signatures.map { ($0.name, $0.value.reveal()) }, body: content, now: now)
        let started = try DeliveryState.start(
            id: "msg_1", endpoint: "desk-hook", policy: .standard(), now: now)
        let refusal = DeliveryOutcome.response(401).withBody(
            Data("token=s3cr3t".utf8), redactor: try Redactor())
        let settled = try started.settle(refusal, now: now, jitter: 0)
        let health = try EndpointHealth(endpoint: "desk-hook").record(settled, policy: .standard())
        let activity = EndpointActivity()
        activity.record(settled, latencyMs: 80)
        let claim = try DeliveryClaim(
            json: #"{"id": "msg_1", "leased_until": "2026-12-01T00:00:00Z", "expires_at": "2026-12-02T00:00:00Z"}"#)
        let receiver = try Receiver(Verifier(Secret(webhookSecret)), policy: .standard())
        let signed = try Signer(webhookSecret)
            .sign(id: "m1", now: now, body: Data("s3cr3t".utf8))
            .map { ($0.name, $0.value) }
        let verifier = try Verifier([Secret(webhookSecret)])
        let verified = try verifier.verify(headers: signed, body: Data("s3cr3t".utf8), now: now)
        let (azeer, mehery, vchatcloud) = (
            try Platform(named: "azeer"), try Platform(named: "mehery"), try Platform(named: "vchatcloud")
        )
        let session = try TokenSession(vchatcloud, key: Secret(keyText))
        let (send, waiting) = (try session.poll(now: now), try session.poll(now: now))
        let token = makeToken("t0k3n", until: 3600)
        try session.receive(status: 200, headers: [("x-auth-token", token)], body: Data(), now: now)
        let failing = try TokenSession(vchatcloud, key: Secret(keyText))
        _ = try failing.poll(now: now)
        let failureBody = Data(#"{"result_cd": 0, "result_msg": "s3cr3t"}"#.utf8)
        _ = thrownError { try failing.receive(status: 401, headers: [], body: failureBody, now: now) }
        let done = try azeer.readResponse(
            "message.send", status: 200, headers: [],
            body: Data(#"{"data": {"key": "s3cr3t"}, "message": "t0k3n", "success": true}"#.utf8), now: now)
        let failed = try azeer.readResponse(
            "message.send", status: 401, headers: [],
            body: Data(#"{"message": "t0k3n", "success": false}"#.utf8), now: now)
        let listed = try Platform(named: "sceyt").readResponse(
            "user.list", status: 200, headers: [],
            body: Data(#"{"count": 2, "links": {"next": "/users?key=s3cr3t"}}"#.utf8), now: now)
        let headerError = try #require(
            thrownError { try Scheme.bearer().extract([("Authorization", "Bearer s3cr3t t0k3n")]) })
        let table = try RouteTable(json: topology)
        let explanation = try table.explain(message)
        let assigningTopology = #"""
            {"channels": [{"id": "sms", "kind": "sms"}], "queues": [{"id": "a"}, {"id": "b"}],
             "rules": [{"id": "r", "when": {"exact": {"channel": "sms"}}, "queue": "a",
                        "assign": {"team": "care"}}]}
            """#
        let assigningTable = try RouteTable(json: assigningTopology)
        let chosen = try assigningTable.route(Message("sms"))
        guard case .held(let held) = chosen, case .routed(let routed) = inbound.decision,
            case .unrouted(let unrouted) = try RouteTable(
                json: #"{"channels": [{"id": "sms", "kind": "sms"}], "queues": [{"id": "a"}]}"#
            ).route(Message("sms"))
        else { preconditionFailure("expected one decision of each kind") }
        let changedTable = try RouteTable(json: 
            topology.replacingOccurrences(of: #""refund""#, with: #""s3cr3t""#))
        let fixtures = #"[{"message": {"channel": "s3cr3t"}, "expect": {"rule": "refunds"}}]"#
        return [
            "Access": [Access.read],
            "Answer": [try #require(done.answer)],
            "ApiKey": [key, try KeyFormat.opaque().parse(keyText)],
            "Assignment": [try #require(chosen.assign)],
            "Attribute": [Attribute.text("s3cr3t"), Attribute.texts(["s3cr3t", "t0k3n"])],
            "Author": [try #require(record.createdBy)],
            "AuditEvent": [inbound.audit, outbound.audit, unknown.audit],
            "BaseUrl": [try BaseUrl("https://abcorp.mehery.io/xms/")],
            "BodyKind": [BodyKind.json],
            "SelectedBy": [SelectedBy.rule],
            "ByteFinding": redactor.findBytes(Data(text.utf8)),
            "ChallengeError": [ChallengeError.invalidToken],
            "Confidence": [finding.confidence],
            "Credentials": [credentials],
            "Decision": [inbound.decision, chosen, Decision.unrouted(unrouted)],
            "Held": [held], "HeldCause": [held.cause],
            "Routed": [routed], "Unrouted": [unrouted],
            "Selection": [held.selection], "Trace": [held.trace],
            "DecisionKind": [inbound.decision.kind],
            "Delivery": [delivery],
            "Digest": [
                try key.digest(), try Digest.of(keyText, pepper: pepper),
                try Digest.importHex(String(repeating: "ab", count: 64)),
            ],
            "Direction": [Direction.inbound],
            "Document": [Document.topology],
            "EncodeSet": [EncodeSet.query],
            "ErrorCode": [ErrorCode.urlMalformedEscape],
            "Explanation": [explanation],
            "ExpiryAlert": alerts,
            "ExpiryPolicy": [ExpiryPolicy.never],
            "Failure": [try #require(failed.failure), try #require(try failing.failure)],
            "FailureKind": [FailureKind.server],
            "Fault": error.faults,
            "Finding": redactor.find(text),
            "FindingKind": [finding.kind],
            "Gateway": [gateway],
            "Grant": [try #require(outbound.grant)],
            "HeaderValue": [try HeaderValue("s3cr3t", sensitive: true)],
            "DeadReason": [DeadReason.gone],
            "DeliveryFailure": [try #require(settled.state.lastFailure)],
            "DeliveryOutcome": [refusal],
            "DeliveryResult": [settled.result],
            "DeliveryState": [started, settled.state],
            "DisabledReason": [DisabledReason.gone],
            "EndpointActivity": [activity],
            "ActivityNumbers": [activity.numbers],
            "EndpointEvent": [EndpointEvent.warned],
            "EndpointHealth": [health.health],
            "EndpointStatus": [try health.health.status(now: now)],
            "HealthChange": [health],
            "HealthPolicy": [HealthPolicy.standard()],
            "ClaimState": [claim.state],
            "DeliveryClaim": [claim],
            "ReceivePolicy": [ReceivePolicy.standard()],
            "ReceiveResult": [ReceiveResult.process(claim)],
            "Receiver": [receiver],
            "GiveUp": [GiveUp.canceled],
            "NoResponse": [NoResponse.tls],
            "RetryPolicy": [RetryPolicy.standard()],
            "Settled": [settled],
            "Identity": [
                try gateway.identify([("x-api-key", keyText)]),
                try gateway.identify([("x-api-key", "s3cr3t")]),
            ],
            "Inbound": [inbound],
            "KeyFormat": [format, KeyFormat.opaque()],
            "KeyFormatSet": [try KeyFormatSet([format, .jwt()])],
            "KeyHint": [format.hint(keyText)],
            "KeyDigest": record.digests,
            "LastUses": [try #require(try LastUses().touch(record.digests[0].digest, now: now))],
            "KeyRecord": [record, revoked],
            "KeyChange": [issued.change, revocation],
            "KeyEvent": [issued.event],
            "Issued": [issued],
            "AccessRequest": [AccessRequest(.read, now: now, operation: "message.send")],
            "AuditChain": [auditChain],
            "AuditEntry": [auditEntry],
            "AuditFault": [try #require(auditReport.fault)],
            "AuditReport": [auditReport],
            "Checkpoint": [auditEntry.checkpoint],
            "Consumption": [consumption],
            "Limit": [limit],
            "LimitOutcome": consumption.limits,
            "LimitOwner": [limit.of],
            "LimitState": [try #require(consumption.limits[0].newState)],
            "NewKey": [newKey],
            "Policy": [policy],
            "Quota": [try #require(limit.quota)],
            "CalendarUnit": [try #require(limit.quota).per],
            "Rate": [try #require(rate.rate)],
            "Actor": [actor, Actor(key: record)],
            "Authority": [policy.authority],
            "Permissions": [Permissions(.read)],
            "Period": [Period.zero],
            "Expiry": [Expiry.never, Expiry.days(90), Expiry.at(now)],
            "KeyScope": azeer.scopes,
            "KeyrailError": [
                error, try #require(thrownError { try format.parse("s3cr3t") }),
                try #require(thrownError { try finished.finish() }),
                headerError,
            ],
            "MaskPolicy": [try MaskPolicy(start: 4, end: 4, ascii: true)],
            "Message": [message, try Message(json: #"{"channel": "wa-main", "text": "s3cr3t"}"#)],
            "OperationAccess": [OperationAccess.admin],
            "Outbound": [outbound, unknown],
            "Outcome": [done, failed],
            "Page": [try #require(listed.answer?.page)],
            "Pepper": [pepper],
            "Platform": [try Platform(named: "vchatcloud")],
            "PlatformOperation": [try mehery.operation("message.send")],
            "FieldLimit": try Platform(named: "vchatcloud").operation("notice.send").limits,
            "Problem": [try #require(Header.problem(headerError))],
            "RedactByteStream": [bytes],
            "RedactStream": [stream, finished],
            "Redactor": [redactor],
            "Request": [delivery.request],
            "Response": [try #require(unknown.response)],
            "RouteChange": try Route.diff(table, changedTable, samples: [message]),
            "RouteFinding": assigningTable.lint(),
            "RouteMismatch": try table.verify(fixtures),
            "RouteTable": [table],
            "RuleFailure": [try #require(explanation.rules[0].failure)],
            "RuleOutcome": [explanation.rules[0].outcome],
            "RuleReport": explanation.rules,
            "KeyStatus": [try record.status(now)],
            "Revocation": [try #require(revoked.revoked)],
            "Scheme": [scheme],
            "SaltPosition": [SaltPosition.before],
            "Scope": [Scope.readWrite],
            "Secret": [Secret("s3cr3t"), credentials.key, try #require(credentials.token)],
            "Signer": [
                try Signer(webhookSecret),
                try Signer("whsk_" + webhookSecret.dropFirst("whsec_".count)),
            ],
            "TemplateValue": [TemplateValue.text("a")],
            "TokenPoll": [send, waiting, try session.poll(now: now)],
            "TokenSession": [session, failing],
            "TokenSpec": [try #require(vchatcloud.token)],
            "Trust": [try Trust.xForwardedFor(["10.0.0.0/8"])],
            "UnusedAlert": try KeyRecord.unusedAlerts(
                [(record: record, lastUse: now)], since: now, now: now.addingTimeInterval(86_400), days: [1]),
            "Usage": [usage.usage()],
            "UsageCount": usage.usage().counts(),
            "UsageCounter": [usage],
            "UrlTemplate": [try UrlTemplate("{a}")],
            "Variant": [try scheme.extract([("x-key", keyText), ("x-token", "t0k3n")]).variant],
            "Verified": [verified],
            "VerifiedRequest": [verifiedRequest],
            "WebhookScheme": [github],
            "HeaderNames": [HeaderNames.svix],
            "Verifier": [verifier],
            "WebhookTraits": [try #require(mehery.webhook)],
        ]
    }

    /// Enums without cases, which have no values.
    private let withoutValues: Set = ["Header", "Route", "Url", "Webhook"]

    /// Returns the names of the public types that the sources declare.
    private func publicTypes() throws -> Set<String> {
        let folder = repository.appendingPathComponent("bindings/swift/Sources/Keyrail")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        var names: Set<String> = []
        for file in files where file.hasSuffix(".swift") {
            let source = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            for line in source.split(separator: "\n") {
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
                guard words.first == "public" || words.first == "open" else { continue }
                guard let kind = words.firstIndex(where: ["struct", "class", "enum", "actor"].contains),
                    !words[..<kind].contains(where: ["func", "var", "let", "init"].contains)
                else { continue }
                names.insert(words[kind + 1])
            }
        }
        return names
    }

    /// Checks that no printed form of a value contains a secret, or 8 consecutive characters of one.
    private func expectNoSecret(_ value: Any) {
        for rendering in renderings(value) {
            #expect(fragments.allSatisfy { !rendering.contains($0) }, "\(rendering)")
        }
    }

    /// The strings that must not be printed: each short secret, and every 8 consecutive characters
    /// of a longer one.
    private var fragments: [String] {
        secrets.flatMap { secret in
            let characters = Array(secret)
            guard characters.count > 8 else { return [secret] }
            return (0...characters.count - 8).map { String(characters[$0..<$0 + 8]) }
        }
    }

    /// Returns all printed forms of a value. The last two include its children.
    private func renderings(_ value: Any) -> [String] {
        var (printed, debugged, dumped) = ("", "", "")
        print(value, to: &printed)
        debugPrint(value, to: &debugged)
        dump(value, to: &dumped)
        var renderings = ["\(value)", String(describing: value), String(reflecting: value)]
        renderings += [printed, debugged, "\([value])", "\(["a": value])", "\((value, 1))"]
        renderings += ["\(Optional(value) as Any)", String(format: "%@", "\(value)")]
        if let error = value as? any Error {
            renderings += [error.localizedDescription, "\(error as NSError)", "\((error as NSError).userInfo)"]
        }
        if let encodable = value as? any Encodable {
            renderings += [(try? JSONEncoder().encode(encodable)).map { String(decoding: $0, as: UTF8.self) } ?? ""]
        }
        return renderings + [dumped, mirroredChildren(value).joined(separator: "\n")]
    }

    private func mirroredChildren(_ value: Any, depth: Int = 12) -> [String] {
        guard depth > 0 else { return [] }
        let children = Mirror(reflecting: value).children
        return ["\(value)"] + children.flatMap { mirroredChildren($0.value, depth: depth - 1) }
    }
}
