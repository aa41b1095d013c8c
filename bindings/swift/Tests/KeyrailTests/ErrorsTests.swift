import Foundation
@testable import Keyrail
import Testing

/// Returns the error that a call throws, or `nil` if it throws none.
func thrownError<T>(_ call: () throws -> T) -> KeyrailError? {
    do {
        _ = try call()
        return nil
    } catch {
        return error as? KeyrailError
    }
}

/// Tests that every kind of invalid input is rejected with its error code, without a crash.
@Suite struct ErrorsTests {
    @Test func aMalformedUrlIsRejected() throws {
        expectError("url.malformed_escape", at: 3) { try Url.decode("100%") }
        expectError("url.invalid_utf8", at: 1) { try Url.decode("a%FF") }
        expectError("url.malformed_escape", at: 1) { try Url.decodeBytes("a%f") }
        expectError("url.invalid_utf8", at: 1) { try Url.decodeForm("+%C0%80") }
        expectError("url.malformed_escape", at: 5) { try Url.parseQuery("a&b=c%") }
        expectError("url.unknown_set") { try EncodeSet.named("host") }
        expectError("url.malformed_set", at: 1) { try EncodeSet.keeping("/%") }
        let base = try BaseUrl("https://abcorp.mehery.io/xms")
        #expect(base.description == "https://abcorp.mehery.io/xms/")
        #expect(thrownError { try base.join([".."]) }?.code.rawValue.hasPrefix("url.") == true)
        #expect(thrownError { try BaseUrl("http://127.0.0.1/") }?.code.rawValue.hasPrefix("url.") == true)
        #expect(try BaseUrl("http://127.0.0.1/", allowLoopback: true) == BaseUrl("http://127.0.0.1", allowLoopback: true))
    }

    @Test func anInvalidTemplateOrVariableIsRejected() throws {
        expectError("url.unsupported_operator", at: 1) { try UrlTemplate("{=path}") }
        expectError("url.malformed_template", at: 0) { try UrlTemplate("{path") }
        expectError("url.template_too_long", at: 8192) { try UrlTemplate(String(repeating: "a", count: 8193)) }
        let template = try UrlTemplate("/{x}{?y:3}")
        expectError("url.prefix_of_list", at: 4) { try template.expand(["y": ["a"]]) }
        expectError("url.prefix_of_list", at: 4) { try template.expand(["y": ["a": "b"]]) }
        expectError("url.duplicate_variable") { try template.expand(["x": "a", "x": "a"]) }
        expectError("url.too_long") { try template.expand([("x", .text(String(repeating: "a", count: 65536)))]) }
        expectError("url.missing_variable", at: 4) { try template.expandStrict(["x": "a"]) }
        expectError("url.missing_variable", at: 1) { try template.expandStrict(["x": [], "y": "b"]) }
        expectError("url.unknown_variable") { try template.expandStrict(["x": "a", "y": "b", "z": "c"]) }
    }

    @Test func anInvalidKeyOrKeyFormatIsRejected() throws {
        let format = KeyFormat.keyrail()
        expectError("key.prefix", at: 0) { try format.parse("xx_live_") }
        #expect(thrownError { try format.generate(environment: "live", entropy: Data(count: 31)) }?.code == "key.too_little_entropy")
        #expect(thrownError { try format.generate(environment: "prod", entropy: Data(count: 32)) }?.code == "key.environment")
        #expect(thrownError { try format.generate(entropy: Data(count: 32)) }?.code == "key.environment")
        #expect(thrownError { try format.parse(keyText.dropLast() + "x") }?.code == .keyChecksum)
        #expect(thrownError { try KeyFormat.opaque().generate(entropy: Data(count: 32)) }?.code == "key.not_generated")
        expectError("key.empty", at: 0) { try KeyFormat.jwt().parse("") }
        expectError("key.character", at: 4) { try KeyFormat.hex40().parse("with a space") }
        expectError("key.no_pattern") { try KeyFormat.opaque().pattern() }
        expectError("key.unknown_format") { try KeyFormat.builtIn("gitlab") }
        expectError("key.empty_prefix") { try KeyFormat.github(prefix: "") }
        expectError("key.duplicate_format") { try KeyFormatSet([.jwt(), .jwt()]) }
        expectError("key.duplicate_format") { try Redactor([.keyrail(), .keyrail()]) }
        let declarationError = try #require(thrownError { try KeyFormat(json: #"{"prefix": "", "segments": []}"#) })
        #expect(declarationError.faults.contains { $0.code == "key.empty_prefix" && $0.pointer == "/prefix" })
        for (start, end) in [(5, 0), (0, -1), (256, 0), (.min, .max)] {
            expectError("key.mask_policy") { try MaskPolicy(start: start, end: end) }
        }
    }

    @Test func anInvalidDigestOrPepperIsRejected() throws {
        expectError("key.unknown_algorithm", at: 0) { try Digest("md5:abc") }
        expectError("key.malformed_pepper_id", at: 1) { try Pepper(id: "a:b", secret: Secret(pepperSecret)) }
        expectError("key.pepper_too_short") { try Pepper(id: "p1", secret: Secret("short")) }
        let digest = try Digest.of(keyText, pepper: Pepper(id: "p1", secret: Secret(pepperSecret)))
        #expect(digest.pepperId == "p1")
        #expect(try digest == Digest(digest.description))
        expectError("key.too_weak") { try Digest.of("correct horse") }
        expectError("key.too_weak") { try KeyFormat.opaque().parse("hunter2").digest() }
        expectError("key.malformed_digest", at: 2) { try Digest.importHex("abxyz") }
        expectError("key.missing_pepper") { try digest.verify(keyText) }
        expectError("key.other_pepper") {
            try digest.verify(keyText, pepper: Pepper(id: "p2", secret: Secret(pepperSecret)))
        }
    }

    @Test func anInvalidHeaderIsRejected() throws {
        let scheme = Scheme.xApiKey()
        expectError("header.missing") { try scheme.extract([]) }
        #expect(thrownError { try scheme.extract([("x-api-key", "a"), ("X-Api-Key", "a")]) }?.code == "header.duplicate")
        expectError("header.malformed_word") { try Scheme.authorization("two words") }
        expectError("header.malformed_value", at: 1) { try HeaderValue("a\r\nb") }
        let pair = try Scheme.pair("x-key", "x-token")
        #expect(thrownError { try pair.apply(Credentials(key: "k")) }?.code == "header.missing")
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
        expectError("access.expired") { try record.authorize(.read, now: now, ip: "203.0.113.7") }
        expectError("access.network") { try record.authorize(.read, now: later(-1), ip: "198.51.100.7") }
        expectError("access.address_unknown") { try record.authorize(.read, now: later(-1)) }
        expectError("access.scope") { try record.authorize(.write, now: later(-1), ip: "203.0.113.7") }
        expectError("network.malformed") { try record.authorize(.read, now: later(-1), ip: "somewhere") }
        expectError("time.out_of_range") { try record.authorize(.read, now: .distantFuture.addingTimeInterval(1e15), ip: "203.0.113.7") }
        let notANumber = Date(timeIntervalSince1970: .nan)
        expectError("time.out_of_range") { try record.authorize(.read, now: notANumber, ip: "203.0.113.7") }
    }

    @Test func anInvalidRequestOfABatchDoesNotAffectTheOthers() throws {
        let record = try KeyRecord(json: 
            """
            {"id": "r", "app": "desk", "digests": [{"digest": "\(try Digest.of(keyText))"}], "scope": "read",
             "limits": [{"name": "daily", "quota": {"units": 1, "per": "day"}}],
             "allow_ips": ["203.0.113.0/24"]}
            """)
        let valid = AccessRequest(.read, now: now, ip: "203.0.113.7", limits: ["key/daily/r": nil])
        var (malformed, late, write) = (valid, valid, valid)
        malformed.ip = "somewhere"
        late.now = Date(timeIntervalSince1970: .nan)
        write.access = .write
        let results = record.authorizeBatch([malformed, late, valid, write, valid])
        let codes = results.map { result in
            switch result {
            case .success: "granted"
            case .failure(let error): error.code.rawValue
            }
        }
        #expect(
            codes == [
                "network.malformed", "time.out_of_range", "granted", "access.scope", "access.quota",
            ])
    }

    @Test func anInvalidMessageIsRejected() throws {
        let table = try RouteTable(json: topology)
        let decision = try table.route(
            Message("wa-main", ["text": "refund please", "vip": true, "n": 1, "tags": ["a"]]))
        #expect(decision.kind == .routed && decision.by == .rule)
        #expect([decision.queue, decision.rule, decision.table] == ["sales", "refunds", table.hash])
        #expect(table.queuesOf("desk") == ["support", "sales"])
        #expect(table.mayWrite(app: "desk", queue: "sales") && !table.mayWrite(app: "crm", queue: "sales"))
        expectError("route.unknown_channel") { try table.route(Message("fax")) }
        expectError("route.unknown_queue") { try table.route(Message("wa-main"), sessionQueue: "nowhere") }
        expectError("route.malformed_channel") { try table.route(Message("")) }
        expectError("route.duplicate_attribute") { try table.route(Message("wa-main", ["a": "x", "a": "y"])) }
        for number in [Attribute.number(.nan), .number(.infinity), .integer((1 << 53) + 1), .integer(.min)] {
            expectError("route.number_range") { try table.route(Message("wa-main", [("n", number)])) }
        }
    }

    @Test func anInvalidWebhookIsRejected() throws {
        let body = Data("{}".utf8)
        let secrets = [Secret(webhookSecret)]
        let signed = try Signer(secrets).sign(id: "msg_1", now: now, body: body)
        let headers = signed.map { ($0.name, $0.value) }
        let verifier = try Verifier(secrets)
        let verified = try verifier.verify(headers: headers, body: body, now: later(300_000))
        #expect(verified.id == "msg_1" && verified.timestamp == now)
        expectError("webhook.too_old") { try verifier.verify(headers: headers, body: body, now: later(301_000)) }
        expectError("webhook.wrong_signature") { try verifier.verify(headers: headers, body: Data("[]".utf8), now: now) }
        expectError("webhook.missing_header") { try verifier.verify(headers: [], body: Data(), now: now) }
        expectError("webhook.tolerance") { try Verifier(secrets, toleranceSeconds: -1) }
        expectError("webhook.no_secret") { try Signer([Secret]()) }
        #expect(thrownError { try Signer("whsec_!") }?.code.rawValue.hasPrefix("webhook.") == true)
        #expect(thrownError { try Webhook.checkTarget("http://desk.example/") }?.code.rawValue.hasPrefix("webhook.target_") == true)
        try Webhook.checkTarget("http://127.0.0.1:8080/", allowLoopback: true)
    }

    @Test func anInvalidPlatformRequestIsRejected() throws {
        #expect(Platform.names().count == 6)
        expectError("platform.unknown") { try Platform(named: "nowhere") }
        let platform = try Platform(named: "mehery")
        #expect(thrownError { try platform.request("message.fly") }?.code == "platform.unknown_operation")
        let missingCredentials = thrownError {
            try platform.request("message.send", variables: [("domain", "abcorp")], body: Data())
        }
        #expect(missingCredentials?.code == "platform.missing_credentials")
    }

    @Test func anInvalidGatewayCallIsRejected() throws {
        let gateway = try makeGateway()
        expectError("gateway.malformed_message_id") {
            try gateway.inbound(messageId: "", message: Message("wa-main"), body: Data(), now: now)
        }
        expectError("platform.unknown_operation") {
            try gateway.outbound(operation: "message.fly", headers: [], now: now)
        }
        expectError("header.missing") { try gateway.identify([]) }
        let unknown = try gateway.outbound(
            operation: "message.send", headers: [("x-api-key", "nobody")], now: now)
        #expect(unknown.denial?.code == "access.invalid_key" && unknown.denial?.status == 401)
        #expect(unknown.audit.code == "access.unknown_key" && unknown.audit.door == .outbound)
        #expect(unknown.audit.at == now && unknown.activity == nil)
    }

    @Test func aConfigurationErrorListsEveryFault() throws {
        let error = try #require(thrownError { try RouteTable(json: #"{"channels": [{"id": "a"}], "qeues": []}"#) })
        #expect(error.code == error.faults.first?.code)
        #expect(error.faults.contains { $0.code == "config.unknown_member" }, "\(error)")
        #expect(
            error.faults.contains { $0.code == "config.missing_member" && $0.pointer == "/channels/0" },
            "\(error)")
        expectError("config.syntax", at: 1) { try Gateway(json: "{]") }
    }

    @Test func anInternalErrorDoesNotRevealItsMessage() throws {
        struct Panic: Error {
            let text = "s3cr3t"
        }
        let error = try #require(thrownError { try translatingErrors { throw Panic() } })
        #expect(error.code == "internal.panic")
        #expect(!"\(error)".contains("s3cr3t"))
    }

    private func expectError<T>(_ code: ErrorCode, at offset: Int? = nil, _ call: () throws -> T) {
        let error = thrownError(call)
        #expect(error?.code == code)
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
    }
}
