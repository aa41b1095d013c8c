import Foundation
@testable import Keyrail
import Testing

/// The rejection that a call throws; nothing, if it throws none.
func refusal<T>(_ call: () throws -> T) -> KeyrailError? {
    do {
        _ = try call()
        return nil
    } catch {
        return error as? KeyrailError
    }
}

/// Bad input of every kind gives its coded error, and the process goes on.
@Suite struct ErrorsTests {
    @Test func aMalformedUrlIsRejected() throws {
        expectRefused("url.malformed_escape", at: 3) { try Url.decode("100%") }
        expectRefused("url.invalid_utf8", at: 1) { try Url.decode("a%FF") }
        expectRefused("url.malformed_escape", at: 1) { try Url.decodeBytes("a%f") }
        expectRefused("url.invalid_utf8", at: 1) { try Url.decodeForm("+%C0%80") }
        expectRefused("url.malformed_escape", at: 5) { try Url.parseQuery("a&b=c%") }
        expectRefused("url.unknown_set") { try EncodeSet.named("host") }
        expectRefused("url.malformed_set", at: 1) { try EncodeSet.keeping("/%") }
        let base = try BaseUrl("https://abcorp.mehery.io/xms")
        #expect(base.description == "https://abcorp.mehery.io/xms/")
        #expect(refusal { try base.join([".."]) }?.code.rawValue.hasPrefix("url.") == true)
        #expect(refusal { try BaseUrl("http://127.0.0.1/") }?.code.rawValue.hasPrefix("url.") == true)
        #expect(try BaseUrl("http://127.0.0.1/", allowLoopback: true) == BaseUrl("http://127.0.0.1", allowLoopback: true))
    }

    @Test func anInvalidTemplateOrVariableIsRejected() throws {
        expectRefused("url.unsupported_operator", at: 1) { try UrlTemplate("{=path}") }
        expectRefused("url.malformed_template", at: 0) { try UrlTemplate("{path") }
        expectRefused("url.template_too_long", at: 8192) { try UrlTemplate(String(repeating: "a", count: 8193)) }
        let template = try UrlTemplate("/{x}{?y:3}")
        expectRefused("url.prefix_of_list", at: 4) { try template.expand(["y": ["a"]]) }
        expectRefused("url.prefix_of_list", at: 4) { try template.expand(["y": ["a": "b"]]) }
        expectRefused("url.duplicate_variable") { try template.expand(["x": "a", "x": "a"]) }
        expectRefused("url.too_long") { try template.expand([("x", .text(String(repeating: "a", count: 65536)))]) }
        expectRefused("url.missing_variable", at: 4) { try template.expandStrict(["x": "a"]) }
        expectRefused("url.missing_variable", at: 1) { try template.expandStrict(["x": [], "y": "b"]) }
        expectRefused("url.unknown_variable") { try template.expandStrict(["x": "a", "y": "b", "z": "c"]) }
    }

    @Test func anInvalidKeyOrKeyFormatIsRejected() throws {
        let format = KeyFormat.keyrail()
        expectRefused("key.prefix", at: 0) { try format.parse("xx_live_") }
        #expect(refusal { try format.generate(environment: "live", entropy: Data(count: 31)) }?.code == "key.too_little_entropy")
        #expect(refusal { try format.generate(environment: "prod", entropy: Data(count: 32)) }?.code == "key.environment")
        #expect(refusal { try format.generate(entropy: Data(count: 32)) }?.code == "key.environment")
        #expect(refusal { try format.parse(keyText.dropLast() + "x") }?.code == .keyChecksum)
        #expect(refusal { try KeyFormat.opaque().generate(entropy: Data(count: 32)) }?.code == "key.not_generated")
        expectRefused("key.empty", at: 0) { try KeyFormat.jwt().parse("") }
        expectRefused("key.character", at: 4) { try KeyFormat.hex40().parse("with a space") }
        expectRefused("key.no_pattern") { try KeyFormat.opaque().pattern() }
        expectRefused("key.unknown_format") { try KeyFormat.builtIn("gitlab") }
        expectRefused("key.empty_prefix") { try KeyFormat.github(prefix: "") }
        expectRefused("key.duplicate_format") { try KeyFormatSet([.jwt(), .jwt()]) }
        expectRefused("key.duplicate_format") { try Redactor([.keyrail(), .keyrail()]) }
        let declared = try #require(refusal { try KeyFormat(json: #"{"prefix": "", "segments": []}"#) })
        #expect(declared.faults.contains { $0.code == "key.empty_prefix" && $0.pointer == "/prefix" })
        for (start, end) in [(5, 0), (0, -1), (256, 0), (.min, .max)] {
            expectRefused("key.mask_policy") { try MaskPolicy(start: start, end: end) }
        }
    }

    @Test func anInvalidDigestOrPepperIsRejected() throws {
        expectRefused("key.unknown_algorithm", at: 0) { try Digest("md5:abc") }
        expectRefused("key.malformed_pepper_id", at: 1) { try Pepper(id: "a:b", secret: Secret(pepperSecret)) }
        expectRefused("key.pepper_too_short") { try Pepper(id: "p1", secret: Secret("short")) }
        let digest = try Digest.of(keyText, pepper: Pepper(id: "p1", secret: Secret(pepperSecret)))
        #expect(digest.pepperId == "p1")
        #expect(try digest == Digest(digest.description))
        expectRefused("key.too_weak") { try Digest.of("correct horse") }
        expectRefused("key.too_weak") { try KeyFormat.opaque().parse("hunter2").digest() }
        expectRefused("key.malformed_digest", at: 2) { try Digest.importHex("abxyz") }
        expectRefused("key.missing_pepper") { try digest.verify(keyText) }
        expectRefused("key.other_pepper") {
            try digest.verify(keyText, pepper: Pepper(id: "p2", secret: Secret(pepperSecret)))
        }
    }

    @Test func anInvalidHeaderIsRejected() throws {
        let scheme = Scheme.xApiKey()
        expectRefused("header.missing") { try scheme.extract([]) }
        #expect(refusal { try scheme.extract([("x-api-key", "a"), ("X-Api-Key", "a")]) }?.code == "header.duplicate")
        expectRefused("header.malformed_word") { try Scheme.authorization("two words") }
        expectRefused("header.malformed_value", at: 1) { try HeaderValue("a\r\nb") }
        let pair = try Scheme.pair("x-key", "x-token")
        #expect(refusal { try pair.apply(Credentials(key: "k")) }?.code == "header.missing")
    }

    @Test func accessIsDeniedWithAReason() throws {
        let digest = try Digest.of(keyText)
        let record = try KeyRecord(json: 
            """
            {"id": "r", "app": "desk", "digests": [{"digest": "\(digest)"}], "scope": "read",
             "expires_at": "2026-11-01T12:00:00Z", "allow_ips": ["203.0.113.0/24"]}
            """)
        let grant = try record.authorize(.read, now: later(-1), ip: "203.0.113.7")
        #expect(grant.record == "r" && grant.app == "desk" && grant.scope == .read)
        expectRefused("access.expired") { try record.authorize(.read, now: now, ip: "203.0.113.7") }
        expectRefused("access.network") { try record.authorize(.read, now: later(-1), ip: "198.51.100.7") }
        expectRefused("access.address_unknown") { try record.authorize(.read, now: later(-1)) }
        expectRefused("access.scope") { try record.authorize(.write, now: later(-1), ip: "203.0.113.7") }
        expectRefused("network.malformed") { try record.authorize(.read, now: later(-1), ip: "somewhere") }
        expectRefused("time.out_of_range") { try record.authorize(.read, now: .distantFuture.addingTimeInterval(1e15), ip: "203.0.113.7") }
        let notANumber = Date(timeIntervalSince1970: .nan)
        expectRefused("time.out_of_range") { try record.authorize(.read, now: notANumber, ip: "203.0.113.7") }
    }

    @Test func anInvalidMessageIsRejected() throws {
        let table = try RouteTable(json: topology)
        let decision = try table.route(
            Message("wa-main", ["text": "refund please", "vip": true, "n": 1, "tags": ["a"]]))
        #expect(decision.kind == .routed && decision.by == .rule)
        #expect([decision.queue, decision.rule, decision.table] == ["sales", "refunds", table.hash])
        #expect(table.queuesOf("desk") == ["support", "sales"])
        #expect(table.mayWrite(app: "desk", queue: "sales") && !table.mayWrite(app: "crm", queue: "sales"))
        expectRefused("route.unknown_channel") { try table.route(Message("fax")) }
        expectRefused("route.unknown_queue") { try table.route(Message("wa-main"), sessionQueue: "nowhere") }
        expectRefused("route.malformed_channel") { try table.route(Message("")) }
        expectRefused("route.duplicate_attribute") { try table.route(Message("wa-main", ["a": "x", "a": "y"])) }
        for number in [Attribute.number(.nan), .number(.infinity), .integer((1 << 53) + 1), .integer(.min)] {
            expectRefused("route.number_range") { try table.route(Message("wa-main", [("n", number)])) }
        }
    }

    @Test func anInvalidWebhookIsRejected() throws {
        let body = Data("{}".utf8)
        let secrets = [Secret(webhookSecret)]
        let signed = try Signer(secrets).sign(id: "msg_1", now: now, body: body)
        let headers = signed.map { ($0.name, $0.value.reveal()) }
        let verifier = try Verifier(secrets)
        let verified = try verifier.verify(headers: headers, body: body, now: later(300_000))
        #expect(verified.id == "msg_1" && verified.timestamp == now)
        expectRefused("webhook.too_old") { try verifier.verify(headers: headers, body: body, now: later(301_000)) }
        expectRefused("webhook.wrong_signature") { try verifier.verify(headers: headers, body: Data("[]".utf8), now: now) }
        expectRefused("webhook.missing_header") { try verifier.verify(headers: [], body: Data(), now: now) }
        expectRefused("webhook.tolerance") { try Verifier(secrets, toleranceSeconds: -1) }
        expectRefused("webhook.no_secret") { try Signer([Secret]()) }
        #expect(refusal { try Signer("whsec_!") }?.code.rawValue.hasPrefix("webhook.") == true)
        #expect(refusal { try Webhook.checkTarget("http://desk.example/") }?.code.rawValue.hasPrefix("webhook.target_") == true)
        try Webhook.checkTarget("http://127.0.0.1:8080/", allowLoopback: true)
    }

    @Test func anInvalidPlatformRequestIsRejected() throws {
        #expect(Platform.names().count == 6)
        expectRefused("platform.unknown") { try Platform(named: "nowhere") }
        let platform = try Platform(named: "mehery")
        #expect(refusal { try platform.request("message.fly") }?.code == "platform.unknown_operation")
        let unsigned = refusal {
            try platform.request("message.send", variables: [("domain", "abcorp")], body: Data())
        }
        #expect(unsigned?.code == "platform.missing_credentials")
    }

    @Test func anInvalidGatewayCallIsRejected() throws {
        let gateway = try makeGateway()
        expectRefused("gateway.malformed_message_id") {
            try gateway.inbound(messageId: "", message: Message("wa-main"), body: Data(), now: now)
        }
        expectRefused("platform.unknown_operation") {
            try gateway.outbound(operation: "message.fly", headers: [], now: now)
        }
        expectRefused("header.missing") { try gateway.identify([]) }
        let unknown = try gateway.outbound(
            operation: "message.send", headers: [("x-api-key", "nobody")], now: now)
        #expect(unknown.denial?.code == "access.invalid_key" && unknown.denial?.status == 401)
        #expect(unknown.audit.code == "access.unknown_key" && unknown.audit.door == .outbound)
        #expect(unknown.audit.at == now)
    }

    @Test func aConfigurationErrorListsEveryFault() throws {
        let refused = try #require(refusal { try RouteTable(json: #"{"channels": [{"id": "a"}], "qeues": []}"#) })
        #expect(refused.code == refused.faults.first?.code)
        #expect(refused.faults.contains { $0.code == "config.unknown_member" }, "\(refused)")
        #expect(
            refused.faults.contains { $0.code == "config.missing_member" && $0.pointer == "/channels/0" },
            "\(refused)")
        expectRefused("config.syntax", at: 1) { try Gateway(json: "{]") }
    }

    @Test func anInternalErrorDoesNotRevealItsMessage() throws {
        struct Panic: Error {
            let text = "s3cr3t"
        }
        let refused = try #require(refusal { try translatingErrors { throw Panic() } })
        #expect(refused.code == "internal.panic")
        #expect(!"\(refused)".contains("s3cr3t"))
    }

    private func expectRefused<T>(_ code: ErrorCode, at offset: Int? = nil, _ call: () throws -> T) {
        let refused = refusal(call)
        #expect(refused?.code == code)
        #expect(refused?.offset == offset)
        #expect(refused?.message.isEmpty == false)
    }
}
