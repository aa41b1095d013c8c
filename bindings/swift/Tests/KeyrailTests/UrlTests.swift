import Keyrail
import Testing

/// Tests what the conformance vectors do not cover: constants, literals, round trips.
@Suite struct UrlTests {
    @Test func aPredefinedEncodeSetEqualsTheSetOfTheSameName() throws {
        let ascii = String(decoding: UInt8(0)...0x7F, as: UTF8.self)
        let sets: KeyValuePairs<String, EncodeSet> = [
            "unreserved": .unreserved, "path_segment": .pathSegment, "path": .path, "query": .query,
            "fragment": .fragment, "userinfo": .userinfo, "form": .form, "component": .component,
        ]
        for (name, set) in sets {
            #expect(try Url.encode(ascii, set: set) == Url.encode(ascii, set: .named(name)), "\(name)")
        }
        #expect(Url.encode(ascii, set: .unreserved) == Url.encode(ascii))
    }

    @Test func templateValuesMayBeLiterals() throws {
        // RFC 6570, sections 3.2.3 and 3.2.8.
        let template = try UrlTemplate("{+path}/here{?x,list*,keys*}")
        let number = 1024
        let url = try template.expand([
            "path": "/foo/bar", "x": "\(number)", "list": ["red", "green"],
            "keys": ["semi": ";", "dot": "."],
        ])
        #expect(url == "/foo/bar/here?x=1024&list=red&list=green&semi=%3B&dot=.")
        #expect(try template.expand([:]) == "/here")
        #expect(try template.expand([]) == "/here")
        #expect(template.variables == ["path", "x", "list", "keys"])
    }

    @Test func aQuerySurvivesARoundTrip() throws {
        let query = "q=a%20b&q&r="
        #expect(try Url.encodeQuery(Url.parseQuery(query)) == query)
        #expect(try Url.encodeQuery([("a", nil), ("b", "")]) == "a&b=")
        let values = [("q", "a b"), ("q", "c")]
        #expect(try Url.encodeQuery(values) == "q=a%20b&q=c")
        #expect(try Url.encodeQuery([]) == "")
    }

    @Test func aRejectedStringDoesNotStopTheOtherStrings() throws {
        let decoded = Url.decodeBatch(["a%20b", "100%", ""])
        try #require(decoded.count == 3)
        #expect(try decoded[0].get() == "a b")
        #expect(thrownError { try decoded[1].get() } == thrownError { try Url.decode("100%") })
        #expect(try decoded[2].get() == "")
    }
}
