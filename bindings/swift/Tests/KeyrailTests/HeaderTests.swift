import Keyrail
import Testing

/// Tests credential schemes, challenges, problems, trusted proxies and document schemas.
@Suite struct HeaderTests {
    @Test func aSchemeExtractsAnyAlternativeAndAppliesTheFirst() throws {
        let scheme = try Scheme.anyOf([.xApiKey(), .bearer()])
        #expect(try scheme.extract([("Authorization", "Bearer k-1")]).key.reveal() == "k-1")
        #expect(try scheme.apply(Credentials(key: "k-1")).map(\.name) == ["x-api-key"])
        let both = [("Authorization", "Bearer k-1"), ("x-api-key", "k-1")]
        #expect(thrownError { try scheme.extract(both) }?.code == "header.ambiguous")
        #expect(thrownError { try Scheme.anyOf([]) }?.code == "header.no_alternatives")
        let conflicting = thrownError { try Scheme.anyOf([.header("x-key"), .pair("x-id", "x-key")]) }
        #expect(conflicting?.code == "header.conflicting_part")
        let many = Array(repeating: Scheme.bearer(), count: 17)
        #expect(thrownError { try Scheme.anyOf(many) }?.code == "header.too_many_forms")
    }

    @Test func aBareKeyIsTheLenientVariantAndMustNotBeASchemeWord() throws {
        let scheme = Scheme.bareAuthorization()
        #expect(try scheme.extract([("Authorization", "k-1")]).variant == .lenient)
        #expect(thrownError { try scheme.extract([("Authorization", "Bearer")]) } != nil)
    }

    @Test func aToken68IsChecked() throws {
        let scheme = Scheme.bearer().withToken68()
        #expect(try scheme.extract([("Authorization", "Bearer a.b-c==")]).key.reveal() == "a.b-c==")
        let error = thrownError { try scheme.extract([("Authorization", "Bearer a=b")]) }
        #expect(error?.code == "header.token68" && error?.offset == 9)
    }

    @Test func anApplicationMayCreateAndRenderItsOwnProblem() throws {
        let problem = try Problem(status: 429, code: "quota.exceeded", detail: "too many requests")
        #expect(problem.status == 429 && problem.code == "quota.exceeded")
        #expect(problem.detail == "too many requests")
        #expect(Header.render(problem, scheme: .bearer(), realm: "desk").status == 429)
        for status in [0, 200, 399, 600, 65_965, -1, .max, .min] {
            let error = thrownError { try Problem(status: status, code: "a", detail: "") }
            #expect(error?.code == "problem.malformed_status", "\(status)")
        }
    }

    @Test func aBearerChallengeMayNameAnError() throws {
        #expect(try Scheme.bearer().challenge("desk") == #"Bearer realm="desk""#)
        for error in [ChallengeError.invalidRequest, .invalidToken, .insufficientScope] {
            let challenge = try Scheme.bearer().challenge("desk", error: error)
            #expect(challenge == #"Bearer realm="desk", error="\#(error.rawValue)""#)
            #expect(try Scheme.xApiKey().challenge("desk", error: error) == #"ApiKey realm="desk""#)
        }
        #expect(thrownError { try Scheme.bearer().challenge("a\r\nb") }?.offset == 1)
    }

    @Test func aRejectionIsRenderedAsAProblemResponse() throws {
        let error = try #require(thrownError { try Scheme.bearer().extract([]) })
        let problem = try #require(Header.problem(error))
        #expect(problem.status == 401 && problem.code == "header.missing")
        #expect(problem.detail == error.message && "\(problem)" == "Problem(401, header.missing)")
        let response = Header.render(problem, scheme: .bearer(), realm: "desk")
        #expect(response.status == 401)
        #expect(response.headers.last?.value.reveal() == #"Bearer realm="desk""#)
        let record = try KeyRecord(json: 
            #"{"id": "r", "app": "desk", "digests": [{"digest": "\#(Digest.of(keyText))"}], "scope": "read"}"#)
        let denied = try #require(thrownError { try record.authorize(.write, now: now) })
        #expect(Header.problem(denied)?.status == 403)
        #expect(Header.problem(try #require(thrownError { try Url.decode("%") })) == nil)
        #expect(error == KeyrailError(message: error.message, code: error.code, header: error.header))
    }

    @Test func theClientAddressIsReadThroughTrustedProxies() throws {
        let headers = [("X-Forwarded-For", "192.0.2.99, 203.0.113.7:4711"), ("x-forwarded-for", "10.0.0.3")]
        let trust = try Trust.xForwardedFor(["10.0.0.0/8"])
        #expect(try Header.clientIp(peer: "::ffff:10.0.0.2", headers: headers, trust: trust) == "203.0.113.7")
        #expect(try Header.clientIp(peer: "198.51.100.1", headers: headers, trust: trust) == "198.51.100.1")
        #expect(try Header.clientIp(peer: "10.0.0.2", headers: headers, trust: .none()) == "10.0.0.2")
        let forwarded = [("Forwarded", #"for="[2001:db8::1]:80""#)]
        #expect(
            try Header.clientIp(peer: "10.0.0.2", headers: forwarded, trust: .forwarded(["10.0.0.2"]))
                == "2001:db8::1")
        let hidden = thrownError {
            try Header.clientIp(peer: "10.0.0.2", headers: [("X-Forwarded-For", "_h, 10.0.0.9")], trust: trust)
        }
        #expect(hidden?.code == "header.hidden_hop" && hidden?.offset == 0)
        #expect(thrownError { try Header.clientIp(peer: "here", headers: [], trust: trust) }?.code == "network.malformed")
    }

    @Test func trustIsValidatedWhenItIsCreated() throws {
        let trust = try Trust(header: "X-Real-IP", networks: ["10.0.0.0/8", "::1"])
        #expect(trust.header == "X-Real-IP" && "\(trust)" == "Trust(X-Real-IP)")
        #expect(try trust.trusts("::1") && trust.trusts("::ffff:10.1.2.3") && !trust.trusts("192.0.2.1"))
        #expect(thrownError { try trust.trusts("here") }?.code == "network.malformed")
        #expect(thrownError { try Trust(header: "a b", networks: []) }?.code == "header.malformed_name")
        #expect(thrownError { try Trust.forwarded(["10.0.0.1/8"]) }?.code == "network.host_bits")
        #expect(thrownError { try Trust.xForwardedFor(["here"]) }?.code == "network.malformed")
        let parsed = try Trust(json: #"{"header": "Forwarded", "networks": []}"#)
        #expect(try parsed.header == "Forwarded" && !parsed.trusts("::1"))
        #expect(thrownError { try Trust(json: "{}") }?.faults.count == 2)
    }

    @Test(arguments: Document.allCases) func everyKindOfDocumentHasASchema(_ document: Document) throws {
        let schema = try Json(document.jsonSchema)
        #expect(schema["$schema"]?.text == "https://json-schema.org/draft/2020-12/schema")
        #expect(schema["$id"]?.text == "urn:keyrail:\(document.rawValue):1")
    }
}
