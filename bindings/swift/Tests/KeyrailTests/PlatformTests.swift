import Foundation
import Keyrail
import Testing

/// Tests the properties of platforms, their requests and their responses.
@Suite struct PlatformTests {
    @Test func anOperationExposesItsMethodPathAccessAndBody() throws {
        let operation = try Platform(named: "vchatcloud").operation("token.issue")
        #expect(operation.name == "token.issue" && operation.method == "GET" && operation.path == "token")
        #expect(operation.access == .read && operation.body == .nothing && !operation.usesQueue)
        #expect(operation.scheme == "token" && operation.base == nil && operation.variables == [])
        let send = try Platform(named: "mehery").operation("message.send")
        #expect(send.body == .json && send.usesQueue && send.variables == ["domain"])
        #expect(try Platform(named: "mehery").operation("config.webhook").access == .admin)
        #expect(try Platform(named: "azeer").operation("message.delete").path == nil)
        #expect(thrownError { try Platform(named: "azeer").operation("message.fly") }?.code == "platform.unknown_operation")
    }

    @Test func aPlatformExposesItsScopesExpiryWebhookErrorsAndToken() throws {
        let (azeer, mehery) = (try Platform(named: "azeer"), try Platform(named: "mehery"))
        #expect(azeer.scopes.map(\.name) == ["read", "read_write"])
        #expect(azeer.scopes.map(\.access) == [.read, .admin])
        #expect(azeer.scopes.map { $0.allows(.read) } == [true, true])
        #expect(azeer.scopes.map { $0.allows(.write) } == [false, true])
        #expect(try azeer.expiry == .never)
        #expect(try mehery.expiry == nil && mehery.scopes.isEmpty)
        let custom = try Platform(json: 
            #"{"name": "own", "base": "https://own.example/", "schemes": {"key": {"slots": [{"header": "x-key", "holds": "key"}]}}, "expiry": {"days": [30, 90], "custom": true}, "operations": []}"#)
        #expect(try custom.expiry == .chosen(days: [30, 90], custom: true))
        #expect(custom.webhook == nil)
        let webhook = try #require(mehery.webhook)
        #expect(webhook.tokenHeader == "x-verify-token" && webhook.statuses.contains("READ"))
        #expect(webhook.types.first == "messages" && webhook.events.contains("MESSAGE_INBOUND"))
        let sceyt = try Platform(named: "sceyt")
        #expect(try sceyt.errors.first?.code == "40000" && sceyt.errors.first?.kind == .invalid)
        let token = try #require(try Platform(named: "vchatcloud").token)
        #expect(token.operation == "token.issue" && token.header == "X-AUTH-TOKEN" && sceyt.token == nil)
        #expect(try sceyt.failureOf("40301") == .forbidden && sceyt.failureOf("1") == nil)
    }

    @Test func aBuiltInPlatformDocumentCanBeModifiedAndLoaded() throws {
        let document = try Platform.document("sceyt").replacingOccurrences(
            of: #""Platform-Api-Key""#, with: #""x-proxy-key""#)
        let custom = try Platform(json: document)
        let credentials = Credentials(key: "k-1")
        #expect(try custom.scheme.apply(credentials).map(\.name) == ["x-proxy-key"])
        let variables = [("apiUrl", "api.example"), ("appId", "8lwox2ge93")]
        #expect(custom.variables == variables.map(\.0))
        #expect(try custom.baseURL(variables) == BaseUrl("https://api.example/v1/8lwox2ge93/"))
    }

    @Test func aFormIsEncoded() throws {
        let request = try makeRequest("room.create", form: [("a b", "1&2"), ("c", "")])
        #expect(request.body == Data("a+b=1%262&c=".utf8))
        #expect(request.headers.last?.value.reveal() == "application/x-www-form-urlencoded")
        #expect(thrownError { try makeRequest("room.create", body: Data(), form: []) }?.code == "platform.two_bodies")
        #expect(try makeRequest("room.create", form: []).body == Data())
    }

    @Test func aSchemeIsChosenByItsName() throws {
        let sceyt = try Platform(named: "sceyt")
        func names(_ scheme: String?) throws -> [String] {
            try sceyt.request(
                "user.list", variables: [("apiUrl", "us-ohio-api.sceyt.com"), ("appId", "8lwox2ge93")],
                credentials: Credentials(key: "k-1", appId: "8lwox2ge93"), scheme: scheme
            ).headers.map(\.name)
        }
        #expect(try names(nil) == ["Platform-Api-Key"])
        #expect(try names("client") == ["Authorization", "app-id"])
        #expect(thrownError { try names("other") }?.code == "platform.unknown_scheme")
        #expect(thrownError { try makeRequest("token.issue", scheme: "pair") }?.code == "platform.fixed_scheme")
    }

    @Test func anAnswerIsExtractedFromItsEnvelope() throws {
        let body = #"{"data": {"token": "t0k3n"}, "message": "sent", "success": true}"#
        let outcome = try readOutcome("azeer", "message.send", 200, body)
        let answer = try outcome.get()
        #expect(answer.status == 200 && answer.message == "sent" && answer.page == nil)
        #expect(answer.data == #"{"token": "t0k3n"}"#)
        #expect(outcome.answer != nil && outcome.failure == nil)
        #expect("\(answer)" == "Answer(status: 200)")
    }

    @Test func aPageIsRead() throws {
        let body = #"{"count": 41, "links": {"current": "2", "previews": "1", "next": "/users?page=3", "last": null}}"#
        let page = try #require(try readOutcome("sceyt", "user.list", 200, body).get().page)
        #expect(page.count == 41 && page.current == "2" && page.previous == "1")
        #expect(page.next == "/users?page=3" && page.first == nil && page.last == nil)
        #expect("\(page)" == "Page(count: 41)")
    }

    @Test func aFailureKeepsTheVendorsMessage() throws {
        let body = #"{"success": false, "message": "t0k3n is wrong"}"#
        let outcome = try readOutcome("azeer", "message.send", 429, body, headers: [("Retry-After", "120")])
        let failure = try #require(outcome.failure)
        #expect(failure.kind == .rateLimited && failure.status == 429 && failure.code == nil)
        #expect(failure.message == "t0k3n is wrong" && failure.retryAfterMs == 120_000)
        #expect("\(failure)".hasSuffix("(status 429)") && failure.localizedDescription == "\(failure)")
        #expect(outcome.answer == nil)
        do {
            _ = try outcome.get()
            Issue.record("no error was thrown")
        } catch {
            #expect(error.status == 429)
        }
    }

    @Test func everyFailureKindIsDerivedFromAStatus() throws {
        let kinds: [(Int, FailureKind)] = [
            (401, .unauthenticated), (403, .forbidden), (404, .notFound), (429, .rateLimited),
            (422, .invalid), (503, .server),
        ]
        for (status, kind) in kinds {
            #expect(try readOutcome("mehery", "message.send", status, "").failure?.kind == kind)
        }
    }

    @Test func anInvalidResponseIsRejected() {
        for status in [0, 99, 600, 65_736, -1, .max, .min] {
            let error = thrownError { try readOutcome("azeer", "message.send", status, "") }
            #expect(error?.code == "platform.malformed_status", "\(status)")
        }
        #expect(thrownError { try readOutcome("azeer", "message.fly", 200, "") }?.code == "platform.unknown_operation")
        let long = String(repeating: " ", count: (16 << 20) + 1)
        #expect(thrownError { try readOutcome("azeer", "message.send", 200, long) }?.code == "platform.response_too_long")
    }

    private func makeRequest(
        _ operation: String, body: Data? = nil, form: [(String, String)]? = nil, scheme: String? = nil
    ) throws -> Request {
        try Platform(named: "vchatcloud").request(
            operation, body: body, form: form, credentials: Credentials(key: "k-1", token: "t-1"),
            scheme: scheme)
    }

    private func readOutcome(
        _ platform: String, _ operation: String, _ status: Int, _ body: String,
        headers: [(String, String)] = []
    ) throws -> Outcome {
        try Platform(named: platform).readResponse(
            operation, status: status, headers: headers, body: Data(body.utf8), now: now)
    }
}
