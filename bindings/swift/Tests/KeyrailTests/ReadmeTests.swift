import Foundation
import Keyrail
import Testing

/// Runs a copy of the README's Swift code, and tests that the copy equals the code in the README.
@Suite struct ReadmeTests {
    @Test func theReadmeBlockRuns() throws {
        // README
        let entropy = (0..<32).map { _ in UInt8.random(in: 0...255) }
        let key = try KeyFormat.keyrail().generate(environment: "live", entropy: entropy)
        print(key)  // its id and a mask
        let stored = try key.digest().description  // what a server keeps instead of the key

        let credentials = try Scheme.xApiKey().extract([("X-Api-Key", key.reveal())])
        let genuine = try Digest(stored).verify(credentials.key.reveal())
        assert(genuine)

        // Masks tokens, passwords and keys of these formats in logs. Add your own formats here.
        let redactor = try Redactor([KeyFormat.keyrail()])
        let line = "x-api-key: \(key.reveal()), password=hunter22"
        assert(redactor.redact(line) == "x-api-key: \(key), password=••••••••")

        let mehery = try Platform(named: "mehery")
        let request = try mehery.request("config.channels", variables: [("domain", "abcorp")], credentials: credentials)
        assert(request.url == "https://abcorp.mehery.io/xms/api/v1/config/channels")
        // README
        #expect("\(key)".hasSuffix("_••••••••"))
    }

    /// Compares all lines except the imports, which cannot be in a function.
    @Test func theReadmeBlockMatchesTheTestedSource() throws {
        let readme = try String(contentsOf: repository.appendingPathComponent("README.md"), encoding: .utf8)
        let block = try #require(between(readme, "```swift\n", "```"))
        let documented = block.split(separator: "\n").filter { !$0.hasPrefix("import ") }
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let tested = try #require(between(source, "// README\n", "        // README"))
        #expect(documented == tested.split(separator: "\n").map { $0.drop { $0 == " " } })
        #expect(block.contains("import Keyrail\n"))
    }

    private func between(_ text: String, _ start: String, _ end: String) -> String? {
        guard let start = text.range(of: start) else { return nil }
        let rest = text[start.upperBound...]
        guard let end = rest.range(of: end) else { return nil }
        return String(rest[..<end.lowerBound])
    }
}
