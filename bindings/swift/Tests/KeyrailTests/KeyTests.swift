import Foundation
import Keyrail
import Testing

/// Tests the parts of the key API that the conformance vectors do not cover: types, defaults, round
/// trips.
@Suite struct KeyTests {
    private let entropy = Data(repeating: 7, count: 32)
    private let declaration = """
        {"version": 1, "name": "acme-keys", "prefix": "acme", "environments": ["eu", "us"],
         "segments": [{"name": "id", "alphabet": "base62", "length": 12, "secret": false},
                      {"name": "region", "alphabet": "digits", "length": 2, "secret": false},
                      {"name": "secret", "alphabet": "base62", "length": 27}],
         "checksum": "crc32"}
        """

    @Test func aDeclaredFormatGeneratesParsesAndMasksItsKeys() throws {
        let format = try KeyFormat(json: declaration)
        #expect(format.name == "acme-keys" && format.environments == ["eu", "us"] && !format.isForeign)
        #expect(format.entropyLen == 32)
        // The secret has 27 characters from an alphabet of 62.
        #expect(abs(format.entropyBits - 27 * log2(62)) < 0.001)
        let key = try format.generate(environment: "us", entropy: entropy)
        #expect(try format.parse(key.reveal()) == key)
        #expect(key.format == "acme-keys" && key.environment == "us")
        let id = try #require(key.id), region = try #require(key.segment("region"))
        #expect(key.segment("id") == id && id.count == 12 && region.count == 2)
        #expect(key.segment("secret") == nil && key.segment("nothing") == nil)
        #expect("\(key)" == "acme_us_\(id)_\(region)_••••••••")
        let whole = try NSRegularExpression(pattern: "^\(format.pattern())$")
        #expect(whole.numberOfMatches(in: key.reveal(), range: NSRange(location: 0, length: key.reveal().utf16.count)) == 1)
    }

    @Test func aFormatWithoutEnvironmentsRejectsAnEnvironment() throws {
        let format = try KeyFormat.github()
        #expect(format.name == "ghp" && format.environments == [])
        let key = try format.generate(entropy: entropy)
        #expect(key.environment == nil && key.id == nil)
        #expect("\(key)" == "ghp_••••••••")
        #expect(thrownError { try format.generate(environment: "live", entropy: entropy) }?.code == "key.environment")
        #expect(try KeyFormat.github(prefix: "npm") != format)
    }

    @Test func aBuiltInFormatIsFoundByItsName() throws {
        let formats: KeyValuePairs<String, KeyFormat> = [
            "keyrail": .keyrail(), "github": try .github(), "hex40": .hex40(), "jwt": .jwt(),
            "vchatcloud": .vchatcloud(), "opaque": .opaque(),
        ]
        for (name, format) in formats {
            #expect(try KeyFormat.builtIn(name) == format, "\(name)")
        }
        #expect(formats.filter { $0.value.isForeign }.map(\.key) == ["hex40", "jwt", "vchatcloud", "opaque"])
        #expect(KeyFormat.hex40().entropyBits == 160 && KeyFormat.opaque().entropyBits == 0)
    }

    @Test func aForeignFormatAcceptsAKeyThatItsHintCallsUnusual() throws {
        let format = KeyFormat.hex40()
        let hints = [String(repeating: "2fd4e1c6", count: 5), "of-another-shape", "with a space"].map(format.hint)
        #expect(hints == [.fits, .unusual, .impossible])
        #expect(try format.parse("of-another-shape").reveal() == "of-another-shape")
    }

    @Test func aFormatSetParsesAKeyOfAnyOfItsFormats() throws {
        let set = try KeyFormatSet([.hex40(), .keyrail(), .github()])
        #expect(set.formats.map(\.name) == ["hex40", "keyrail", "ghp"])
        #expect("\(set)" == "KeyFormatSet(hex40, keyrail, ghp)")
        #expect(try set.parse(keyText).format == "keyrail")
        #expect(try set.parse("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").format == "ghp")
        #expect(try set.parse("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12").format == "hex40")
        let parsed = try KeyFormatSet(json: #"{"formats": ["hex40", "keyrail", "github"]}"#)
        #expect(parsed.formats == set.formats)
    }

    @Test func aMaskPolicyDeterminesWhatAMaskShows() throws {
        let key = try KeyFormat.hex40().parse("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")
        #expect(key.mask(MaskPolicy()) == key.mask() && key.mask() == "••••••••")
        #expect(key.mask(try MaskPolicy(end: 4)) == "••••••••eb12")
        #expect(key.mask(try MaskPolicy(start: 2, ascii: true)) == "2f********")
        let policy = try MaskPolicy(start: 1, end: 2, ascii: true)
        #expect((policy.start, policy.end, policy.ascii) == (1, 2, true))
        #expect(try MaskPolicy() == MaskPolicy(start: 0, end: 0, ascii: false))
    }

    @Test func anImportedDigestRemainsMarkedAsForeign() throws {
        // FIPS 180-4: SHA-256 and SHA-512 of abc.
        let sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
        let sha512 = """
            ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
            2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
            """
        let digests = try [sha256, sha512].map { try Digest.importHex($0) }
        #expect(digests.map(\.algorithm) == ["foreign-sha256", "foreign-sha512"])
        #expect(digests.allSatisfy { $0.isForeign })
        #expect(digests.map(\.description) == ["foreign-sha256:\(sha256.lowercased())", "foreign-sha512:\(sha512)"])
        for digest in digests {
            #expect(try digest.verify("abc") && !digest.verify("abd"))
            #expect(try Digest(digest.description) == digest)
        }
        let digest = try Digest.of(keyText)
        #expect(digest.algorithm == "sha256" && !digest.isForeign)
    }
}
