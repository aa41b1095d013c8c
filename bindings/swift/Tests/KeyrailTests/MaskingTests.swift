import Foundation
import Keyrail
import Testing

/// What holds a secret shows nothing of it: printed, dumped, mirrored.
@Suite struct MaskingTests {
    private let secrets = [keySecret, webhookSecret, pepperSecret, "s3cr3t", "t0k3n"]

    @Test func aSecretPrintsAsAMaskOfOneWidth() {
        #expect(forms(Secret("s3cr3t")).prefix(3).allSatisfy { $0 == "Secret(••••••••)" })
        #expect("\(Secret(""))" == "Secret(••••••••)")
        #expect(Secret("s3cr3t").reveal() == "s3cr3t")
    }

    @Test func aKeyPrintsAsItsMask() throws {
        let key = try KeyFormat.keyrail().parse(keyText)
        #expect(forms(key).prefix(3).allSatisfy { $0 == "kr_test_LY3SfMya40RZ_••••••••" })
        #expect(key.mask() == "\(key)")
        #expect(key.reveal() == keyText)
        expectSilent(key)
    }

    @Test func whateverHoldsASecretIsSilent() throws {
        let credentials = Credentials(key: keyText, token: "t0k3n", appId: "app-1")
        let scheme = try Scheme.pair("x-key", "x-token")
        expectSilent(Secret("s3cr3t"))
        expectSilent([Secret("s3cr3t")])
        expectSilent(try Pepper(id: "p1", secret: Secret(pepperSecret)))
        expectSilent(credentials)
        expectSilent(credentials.key)
        expectSilent(credentials.token as Any)
        expectSilent(try scheme.apply(credentials))
        expectSilent(try scheme.extract([("x-key", keyText), ("x-token", "t0k3n")]))
        expectSilent(try HeaderValue("s3cr3t", sensitive: true))
        expectSilent(try Signer(webhookSecret))
        expectSilent(try Verifier([Secret(webhookSecret)]))
        expectSilent(try makeGateway())
        #expect("\(credentials)".contains("app-1"))
    }

    @Test func aRequestPrintsNeitherItsKeyNorItsQueryNorItsBody() throws {
        let request = try Platform.get("mehery").request(
            "message.send",
            variables: [("domain", "abcorp")],
            body: Data("s3cr3t".utf8),
            credentials: Credentials(key: keyText)
        )
        expectSilent(request)
        #expect("\(request)".contains("6 bytes"))
        #expect(request.headers.contains { $0.value.isSensitive && $0.value.reveal() == keyText })
    }

    @Test func aGatewaysAnswersPrintNothingOfTheKey() throws {
        let gateway = try makeGateway()
        let accepted = try gateway.outbound(
            operation: "message.send", headers: [("x-api-key", keyText)], nowMs: now, queue: "support")
        #expect(accepted.accepted)
        expectSilent(accepted)
        let wrong = keyText.replacingOccurrences(of: "pPAC", with: "qPAC")
        let refused = try gateway.outbound(
            operation: "message.send", headers: [("x-api-key", wrong)], nowMs: now)
        #expect(!refused.accepted)
        expectSilent(refused)
        expectSilent(
            try gateway.inbound(
                messageId: "m1", message: Message("wa-main", ["text": "s3cr3t"]),
                body: Data("s3cr3t".utf8), nowMs: now))
    }

    @Test func aMessagePrintsNamesAlone() {
        let message = Message("wa-main", ["text": "s3cr3t", "tags": ["t0k3n"]])
        #expect("\(message)" == "Message(channel, text, tags)")
        expectSilent(message)
        expectSilent(Message.fromJson(#"{"channel": "wa-main", "text": "s3cr3t"}"#))
        expectSilent(Attribute.text("s3cr3t"))
    }

    @Test func aTokenSessionPrintsNeitherItsKeyNorItsToken() throws {
        let session = try TokenSession(Platform.get("vchatcloud"), key: Secret(keyText))
        let asked = try session.poll(nowMs: now)
        expectSilent(asked)
        expectSilent(try session.poll(nowMs: now))
        let token = makeToken("t0k3n", until: 3600)
        try session.receive(status: 200, headers: [("x-auth-token", token)], body: Data(), nowMs: now)
        let ready = try session.poll(nowMs: now)
        expectSilent(ready)
        expectSilent(session)
        #expect("\(session)" == "TokenSession(••••••••, expiresMs: \(now + 3_600_000))")
        guard case .ready(let credentials) = ready else { throw CancellationError() }
        #expect(credentials.token?.reveal() == token)
        let expired = try #require(refusal { try session.unanswered(nowMs: now) })
        expectSilent(expired)
    }

    @Test func whatAPlatformAnsweredIsNotPrinted() throws {
        let azeer = try Platform.get("azeer")
        let done = Data(#"{"data": {"key": "s3cr3t"}, "message": "t0k3n", "success": true}"#.utf8)
        let outcome = try azeer.readResponse(
            "message.send", status: 200, headers: [("x-token", "t0k3n")], body: done, nowMs: now)
        expectSilent(outcome)
        expectSilent(try #require(outcome.answer))
        #expect(outcome.answer?.data == #"{"key": "s3cr3t"}"#)
        let failed = Data(#"{"message": "t0k3n", "success": false}"#.utf8)
        let refused = try azeer.readResponse(
            "message.send", status: 401, headers: [], body: failed, nowMs: now)
        expectSilent(refused)
        expectSilent(try #require(refused.failure))
        #expect(refused.failure?.message == "t0k3n")
        let links = Data(#"{"count": 2, "links": {"next": "/users?key=s3cr3t"}}"#.utf8)
        let listed = try Platform.get("sceyt").readResponse(
            "user.list", status: 200, headers: [], body: links, nowMs: now)
        expectSilent(listed)
        expectSilent(try #require(listed.answer?.page))
    }

    @Test func secretsEqualByContent() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
    }

    @Test func aRefusalRepeatsNothingOfTheInput() throws {
        let refused = try #require(refusal { try KeyFormat.keyrail().parse(keyText + "s3cr3t") })
        expectSilent(refused)
        #expect(refused.localizedDescription == refused.message)
    }

    private func expectSilent(_ value: Any) {
        for form in forms(value) {
            #expect(secrets.allSatisfy { !form.contains($0) }, "\(form)")
        }
    }

    /// Every way of printing a value; the last two walk into it.
    private func forms(_ value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(describing: value), String(reflecting: value)]
            + [dumped, mirrored(value).joined(separator: "\n")]
    }

    private func mirrored(_ value: Any, depth: Int = 12) -> [String] {
        guard depth > 0 else { return [] }
        let children = Mirror(reflecting: value).children
        return ["\(value)"] + children.flatMap { mirrored($0.value, depth: depth - 1) }
    }
}
