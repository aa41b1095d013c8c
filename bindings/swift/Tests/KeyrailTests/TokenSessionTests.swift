import Foundation
@testable import Keyrail
import Testing

/// Returns a token that expires this many seconds after ``now``.
func makeToken(_ name: String, until seconds: Int64) -> String {
    let claims = Data(#"{"jti": "\#(name)", "exp": \#(nowMs / 1000 + seconds)}"#.utf8)
    let encoded = claims.base64EncodedString()
        .replacingOccurrences(of: "+", with: "-")
        .replacingOccurrences(of: "/", with: "_")
        .replacingOccurrences(of: "=", with: "")
    return "e30.\(encoded).s3cr3tAA"
}

/// Tests token sessions from the first request to failure and renewal.
@Suite struct TokenSessionTests {
    private let hour: Int64 = 3600

    @Test func theFirstTokenIsRequestedWithOnlyTheKey() throws {
        let session = try makeSession()
        let request = try pollRequest(session, at: 0)
        #expect(request.method == "GET" && request.body == nil)
        #expect(request.url == "https://vchatcloud.com/openapi/token")
        #expect(request.headers.map { "\($0.name)=\($0.value.reveal())" } == ["API_KEY=k-1"])
        #expect(session.expires == nil)
    }

    @Test func theTokenIsReadFromTheHeader() throws {
        let (session, token) = (try makeSession(), makeToken("a", until: hour))
        _ = try pollRequest(session, at: 0)
        try receive(session, token, at: 0)
        let credentials = try pollCredentials(session, at: 0)
        #expect(credentials.key.reveal() == "k-1")
        #expect(credentials.token?.reveal() == token)
        #expect(session.expires == later(hour * 1000))
    }

    /// The loop from the documentation of `TokenSession`.
    private func credentials(
        _ session: TokenSession, send: (Request) -> (status: Int, headers: [(String, String)], body: Data)?,
        now: () -> Date, sleepUntil: (Date?) -> Void
    ) throws(KeyrailError) -> Credentials {
        while true {
            switch try session.poll(now: now()) {
            case .ready(let credentials): return credentials
            case .send(let request):
                if let answer = send(request) {
                    try session.receive(
                        status: answer.status, headers: answer.headers, body: answer.body, now: now())
                } else {
                    try session.onNoResponse(now: now())
                }
            case .waiting(let until): sleepUntil(until)
            }
        }
    }

    @Test func theDocumentedLoopPollsUntilThereIsAToken() throws {
        let token = makeToken("a", until: hour)
        var answers: [(status: Int, headers: [(String, String)], body: Data)?] = [
            nil, (status: 200, headers: [("x-auth-token", token)], body: Data()),
        ]
        var time = now
        let credentials = try credentials(
            makeSession(), send: { _ in answers.removeFirst() }, now: { time },
            sleepUntil: { time = $0 ?? time })
        #expect(credentials.token?.reveal() == token && answers.isEmpty)
    }

    @Test func theTokenIsReadFromTheBody() throws {
        let (session, token) = (try makeSession(), makeToken("a", until: hour))
        _ = try pollRequest(session, at: 0)
        let body = Data(#"{"result_cd": 1, "data": {"X-AUTH-TOKEN": "\#(token)"}}"#.utf8)
        try session.receive(status: 200, headers: [], body: body, now: now)
        #expect(try pollCredentials(session, at: 0).token?.reveal() == token)
    }

    @Test func aFailedTokenRequestIsRetriedLater() throws {
        let session = try makeSession()
        _ = try pollRequest(session, at: 0)
        expectError("platform.token_expired") {
            try receive(session, makeToken("a", until: 0), at: 0)
        }
        #expect(try pollWaitUntil(session, at: 4) == nowMs + 5000)
        _ = try pollRequest(session, at: 5)
        expectError("platform.token_not_issued") {
            try session.receive(
                status: 503, headers: [("Retry-After", "60")], body: Data(), now: later(5000))
        }
        let failure = try #require(try session.failure)
        #expect(failure.kind == .server && failure.status == 503)
        #expect(failure.retryAfterMs == 60_000)
        #expect(try pollWaitUntil(session, at: 6) == nowMs + 65_000)
        _ = try pollRequest(session, at: 65)
        try session.onNoResponse(now: later(66_000))
        #expect(try pollWaitUntil(session, at: 66) == nowMs + 71_000)
    }

    @Test func aTokenIsRenewedBeforeItExpiresAndStaysInUseMeanwhile() throws {
        let session = try makeSessionWithToken("a")
        let renewal = 5 * hour - 300
        #expect(try pollCredentials(session, at: renewal - 1).token?.reveal() == makeToken("a", until: 5 * hour))
        _ = try pollRequest(session, at: renewal)
        #expect(try pollCredentials(session, at: renewal).token?.reveal() == makeToken("a", until: 5 * hour))
        try receive(session, makeToken("b", until: 10 * hour), at: renewal)
        #expect(try pollCredentials(session, at: renewal).token?.reveal() == makeToken("b", until: 10 * hour))
    }

    @Test func twoRequestsAreNeverPendingAtOnce() throws {
        let session = try makeSession()
        _ = try pollRequest(session, at: 0)
        #expect(try pollWaitUntil(session, at: 0) == nil)
        #expect(try pollWaitUntil(session, at: 100 * hour) == nil)
        try session.rotateKey(Secret("k-2"))
        session.reissue()
        #expect(try pollWaitUntil(session, at: 100 * hour) == nil)
    }

    @Test func onlyOneOfManyConcurrentTasksGetsTheRequest() async throws {
        let session = try makeSession()
        let requests = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    if case .send = try session.poll(now: now) { true } else { false }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(requests == 1)
    }

    @Test func aTokenRejectedOnceIsReplaced() throws {
        let session = try makeSessionWithToken("a")
        let first = try pollCredentials(session, at: 1)
        try session.refused(first)
        #expect(session.expires == nil)
        _ = try pollRequest(session, at: 1)
        try receive(session, makeToken("b", until: 5 * hour), at: 1)
        let second = try pollCredentials(session, at: 1)
        session.accepted(second)
        try session.refused(second)
        _ = try pollRequest(session, at: 2)
    }

    @Test func aSecondRejectedTokenStopsTheSessionUntilReissueIsCalled() throws {
        let session = try makeSessionWithToken("a")
        try session.refused(try pollCredentials(session, at: 1))
        _ = try pollRequest(session, at: 1)
        try receive(session, makeToken("b", until: 5 * hour), at: 1)
        let second = try pollCredentials(session, at: 1)
        expectError("platform.token_refused") { try session.refused(second) }
        expectError("platform.token_refused") { try session.poll(now: later(2000)) }
        session.reissue()
        _ = try pollRequest(session, at: 2)
    }

    @Test func aRejectedKeyStopsTheSessionUntilTheKeyIsRotated() throws {
        let session = try makeSession()
        _ = try pollRequest(session, at: 0)
        expectError("platform.key_refused") {
            try session.receive(status: 401, headers: [], body: Data(), now: now)
        }
        expectError("platform.key_refused") { try session.poll(now: now) }
        expectError("header.white_space", at: 1) { try session.rotateKey(Secret("a b")) }
        try session.rotateKey(Secret("k-2"))
        #expect(try session.failure == nil)
        #expect(try pollRequest(session, at: 0).headers.first?.value.reveal() == "k-2")
    }

    @Test func rotatingTheKeyDiscardsTheTokenAndThePendingResponse() throws {
        let session = try makeSessionWithToken("a")
        _ = try pollRequest(session, at: 5 * hour - 300)
        try session.rotateKey(Secret("k-2"))
        #expect(session.expires == nil)
        try receive(session, makeToken("of k-1", until: 10 * hour), at: 5 * hour)
        #expect(session.expires == nil)
        #expect(try pollRequest(session, at: 5 * hour).headers.first?.value.reveal() == "k-2")
    }

    @Test func aSessionRejectsInvalidArgumentsAndUnexpectedResponses() throws {
        let vchatcloud = try Platform(named: "vchatcloud")
        expectError("platform.no_token") { try TokenSession(Platform(named: "mehery"), key: Secret("k")) }
        expectError("header.empty", at: 0) { try TokenSession(vchatcloud, key: Secret("")) }
        expectError("platform.unknown_variable") {
            try TokenSession(vchatcloud, key: Secret("k"), variables: [("room", "r")])
        }
        let session = try makeSession()
        expectError("platform.no_token_request") { try session.onNoResponse(now: now) }
        expectError("platform.no_token_request") {
            try session.receive(status: 200, headers: [], body: Data(), now: now)
        }
        expectError("time.out_of_range") { try session.poll(now: .distantFuture.addingTimeInterval(1e15)) }
    }

    private func makeSession() throws -> TokenSession {
        try TokenSession(Platform(named: "vchatcloud"), key: Secret("k-1"))
    }

    /// Returns a session with a token that expires after five hours.
    private func makeSessionWithToken(_ name: String) throws -> TokenSession {
        let session = try makeSession()
        _ = try pollRequest(session, at: 0)
        try receive(session, makeToken(name, until: 5 * hour), at: 0)
        return session
    }

    private func pollRequest(_ session: TokenSession, at seconds: Int64) throws -> Request {
        let poll = try session.poll(now: later(seconds * 1000))
        guard case .send(let request) = poll else { throw Unexpected(poll: poll) }
        return request
    }

    private func pollCredentials(_ session: TokenSession, at seconds: Int64) throws -> Credentials {
        let poll = try session.poll(now: later(seconds * 1000))
        guard case .ready(let credentials) = poll else { throw Unexpected(poll: poll) }
        return credentials
    }

    private func pollWaitUntil(_ session: TokenSession, at seconds: Int64) throws -> Int64? {
        let poll = try session.poll(now: later(seconds * 1000))
        guard case .waiting(let until) = poll else { throw Unexpected(poll: poll) }
        return try milliseconds(until)
    }

    private func receive(_ session: TokenSession, _ token: String, at seconds: Int64) throws {
        try session.receive(
            status: 200, headers: [("x-auth-token", token)], body: Data(), now: later(seconds * 1000))
    }

    private func expectError<T>(_ code: ErrorCode, at offset: Int? = nil, _ call: () throws -> T) {
        let error = thrownError(call)
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    private struct Unexpected: Error {
        let poll: TokenPoll
    }
}
