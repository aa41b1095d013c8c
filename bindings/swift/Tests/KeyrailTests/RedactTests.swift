import Foundation
import Keyrail
import Testing

/// Tests the parts of redaction that the conformance vectors do not cover: ranges in Swift's own
/// units, streams, concurrency.
@Suite struct RedactTests {
    private let redactor = try! Redactor([.keyrail()])
    private let masked = "kr_test_LY3SfMya40RZ_••••••••"

    @Test(arguments: ["", "e\u{301}clair ", "日本語 ", "🔑 ", "👩‍👩‍👧 🇩🇪 ", "x-app: 🔑\r\n"])
    func aFindingIsARangeOfTheString(_ before: String) throws {
        let text = "\(before)\(keyText) 🙂 \(keyText)\u{301}"
        let findings = redactor.find(text)
        try #require(findings.count == 2)
        #expect(findings.map { String(text[$0.range]) } == [keyText, keyText])
        #expect(findings.map { (text as NSString).substring(with: NSRange($0.utf16Range)) } == [keyText, keyText])
        #expect(findings[0].range.lowerBound == text.utf8.index(text.startIndex, offsetBy: before.utf8.count))
        #expect(findings.allSatisfy { $0.kind == .key && $0.format == "keyrail" && $0.confidence == .verified })
    }

    @Test func aFindingInBytesIsARangeOfTheBytes() throws {
        // A slice whose indices do not begin at 0, with bytes that are not UTF-8.
        let bytes = (Data([1, 2, 3, 0xFF, 0x20]) + Data("\(keyText)\n".utf8) + Data([0xFE])).dropFirst(3)
        let findings = redactor.findBytes(bytes)
        try #require(findings.count == 1)
        #expect(bytes[findings[0].range] == Data(keyText.utf8))
        #expect(findings[0].range.lowerBound == 5 && findings[0].kind == .key && findings[0].confidence == .verified)
        let redacted = Data([0xFF, 0x20]) + Data("\(masked)\n".utf8) + Data([0xFE])
        #expect(redactor.redactBytes(bytes) == redacted)
        #expect(redactor.redactBytes(Array(bytes)) == redacted)
    }

    @Test func aFindingHasAKindAndAConfidence() {
        let text = "x-api-key: 2fd4e1c67a2d28fc\n{\"password\": \"s3cr3t!\"}\nwhsec_MDEyMzQ1Njc4OWFiY2RlZg\n"
        let findings = redactor.find(text)
        #expect(findings.map(\.kind) == [.header, .member, .webhookSecret])
        #expect(findings.map(\.confidence) == [.named, .named, .shaped])
        #expect(findings.allSatisfy { $0.format == nil })
        #expect(redactor.find("nothing here 🔑").isEmpty)
        #expect(Set(redactor.find(text)) == Set(findings))
    }

    @Test func aStringSplitAnywhereHasTheSameResultInAStream() throws {
        let text = "日本 🔑 \(keyText) x-api-key: s3cr3t-of-🔑\r\n{\"password\": \"t0k3n\"} \(keyText)"
        let whole = redactor.redact(text)
        let scalars = text.unicodeScalars
        for cut in scalars.indices {
            let stream = redactor.stream()
            let head = try stream.push(String(scalars[..<cut]))
            #expect(try head + stream.push(String(scalars[cut...])) + stream.finish() == whole)
        }
        let stream = redactor.stream()
        let chunks = try scalars.map { try stream.push(String($0)) }
        #expect(try chunks.joined() + stream.finish() == whole)
        #expect(!whole.contains(keySecret) && whole.contains(masked))
    }

    @Test func aByteStreamMayBeSplitInsideACharacter() throws {
        let bytes = Data("日本 🔑 \(keyText) x-api-key: s3cr3t\r\n".utf8) + Data([0xFF])
        let whole = redactor.redactBytes(bytes)
        for cut in bytes.indices {
            let stream = redactor.streamBytes()
            let head = try stream.push(bytes[..<cut])
            #expect(try head + stream.push(Array(bytes[cut...])) + stream.finish() == whole)
        }
    }

    @Test func aFinishedStreamRejectsFurtherCalls() throws {
        let stream = redactor.stream(), bytes = redactor.streamBytes()
        #expect(try stream.push("a") + stream.finish() == "a")
        #expect(try bytes.finish() == Data())
        let errors = [
            thrownError { try stream.push("b") }, thrownError { try stream.finish() },
            thrownError { try bytes.push(Data()) }, thrownError { try bytes.finish() },
        ]
        #expect(errors.allSatisfy { $0?.code == "key.stream_finished" })
    }

    @Test func aStreamOutlivesItsRedactor() throws {
        let stream = try Redactor([.keyrail()]).stream()
        #expect(try stream.push(keyText) + stream.finish() == masked)
    }

    @Test func aBatchHasTheSameResultsAsRedactingEachStringSeparately() {
        let texts = ["", "🔑 \(keyText)", "x-api-key: s3cr3t", "nothing"]
        #expect(redactor.redactBatch(texts) == texts.map(redactor.redact))
        #expect(redactor.redactBatch(texts)[1] == "🔑 \(masked)")
        #expect(redactor.redactBatch([]) == [])
    }

    @Test func aMaskMayBeAscii() throws {
        let ascii = try Redactor(ascii: true)
        #expect(ascii.redact("x-api-key: s3cr3t") == "x-api-key: ********")
        #expect(redactor.redact("x-api-key: s3cr3t") == "x-api-key: ••••••••")
        // Without formats, the redactor does not know the key's prefix.
        #expect(ascii.find(keyText).isEmpty)
    }

    @Test func aRedactorMayBeUsedByManyTasksAtOnce() async {
        let redactor = redactor
        let results = await withTaskGroup(of: String.self) { group in
            for task in 0..<32 {
                group.addTask { redactor.redact("\(task) \(keyText)") }
            }
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(results == Set((0..<32).map { "\($0) \(masked)" }))
    }
}
