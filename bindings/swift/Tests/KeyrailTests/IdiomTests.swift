import Foundation
import Testing

@testable import Keyrail

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Tests the API that exists only in Swift: conversions, and conformances to standard protocols.
struct IdiomTests {
    @Test func headersMayComeFromFoundation() throws {
        var request = URLRequest(url: try #require(URL(string: "https://api.example/")))
        request.setValue("k-1", forHTTPHeaderField: "X-Api-Key")
        let headers = try #require(request.allHTTPHeaderFields)
        #expect(try Scheme.xApiKey().extract(headers).key.reveal() == "k-1")
    }

    @Test func aDenialBecauseOfALimitHasTheStatesOfTheLimits() throws {
        let record = try KeyRecord(
            json: """
                {"id": "k", "app": "desk", "scope": "read",
                 "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}],
                 "limits": [{"name": "burst", "rate": {"units": 60, "per_seconds": 60, "burst": 1}}]}
                """)
        #expect(record.limitIds == ["key/burst/k"] && record.limits.map(\.name) == ["burst"])
        let empty = LimitState(at: nowMs + 1000, count: 0)
        let grant = try record.authorize(.read, now: now, limits: ["key/burst/k": nil])
        #expect(grant.consumption?.limits.map(\.newState) == [empty])
        let ahead: [String: LimitState?] = ["key/burst/k": LimitState(at: nowMs + 3_600_000, count: 0)]
        let error = try #require(thrownError { try record.authorize(.read, now: now, limits: ahead) })
        #expect(error.code == .accessRate && error.consumption?.limits.map(\.newState) == [empty])
        let problem = try #require(Header.problem(error))
        #expect(problem == error.consumption?.problem)
        #expect(problem.response().headers.contains { $0.name == "retry-after" && $0.value.reveal() == "1" })
    }

    @Test func aRequestConvertsToAURLRequest() throws {
        let request = try Platform(named: "mehery").request(
            "message.send", variables: ["domain": "abcorp"], body: Data("{}".utf8),
            credentials: Credentials(key: "k-1"))
        let urlRequest = try #require(request.urlRequest)
        #expect(urlRequest.httpMethod == "POST" && urlRequest.httpBody == Data("{}".utf8))
        #expect(urlRequest.url?.absoluteString == request.url)
        #expect(urlRequest.allHTTPHeaderFields?.values.contains("k-1") == true)
    }

    @Test func aQueryConvertsToAndFromURLQueryItems() throws {
        let items = [URLQueryItem(name: "q", value: "a b"), URLQueryItem(name: "n", value: nil)]
        #expect(try Url.encodeQuery(items) == "q=a%20b&n")
        #expect(try Url.queryItems("q=a%20b&n") == items)
    }

    @Test func arraysDataAndSubstringsAreAccepted() throws {
        let secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let signed = try Signer(secret).sign(id: "msg_1", now: now, body: Array("{}".utf8))
        let headers = Dictionary(uniqueKeysWithValues: signed.map { ($0.name, $0.value) })
        let verified = try Verifier(secret).verify(headers: headers, body: Data("{}".utf8), now: now)
        #expect(verified == Verified(id: "msg_1", timestamp: now))
        let redactor = try Redactor([.keyrail()])
        #expect(redactor.redact("token: s3cr3t-s3cr3t".dropFirst(0)) == "token: ••••••••")
    }

    @Test func resultsAreCodable() throws {
        let table = try RouteTable(json: #"{"channels": [{"id": "a", "kind": "web"}]}"#)
        let decision = try table.route(Message("a"))
        let stored = try JSONEncoder().encode(decision)
        #expect(try JSONDecoder().decode(Decision.self, from: stored) == decision)
    }

    @Test func keysAreHashable() throws {
        let format = KeyFormat.keyrail()
        let key = try format.generate(environment: "live", entropy: Data(0..<32))
        #expect(Set([key, try format.parse(key.reveal())]).count == 1)
    }

    @Test func aMessageWithoutAChannelIsRejected() {
        #expect(thrownError { try Message(json: #"{"text": "a"}"#) }?.code == "config.missing_member")
    }
}
