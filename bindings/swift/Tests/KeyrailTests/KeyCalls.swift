import Foundation
import Keyrail

/// Runs a call from the conformance vectors of the domains `key` and `redact`, and returns its
/// result as JSON. Throws for an unknown call.
func callKey(_ call: String, _ given: Json) throws -> Json {
    switch call {
    case "key.generate":
        let key = try given.keyFormat()
            .generate(environment: given["environment"]?.text, entropy: given.hex("entropy"))
        return .text(key.reveal())
    case "key.parse": return json(try given.keyFormat().parse(given.text("text")))
    case "key.format":
        let format = try given.keyFormat()
        let bits = (format.entropyBits * 100).rounded() / 100
        return [
            "name": .text(format.name), "environments": Json(format.environments),
            "entropy_bits": .number("\(bits)"), "pattern": .text(try format.pattern()),
        ]
    case "key.hint": return .text(try given.keyFormat().hint(given.text("text")).rawValue)
    case "key.pattern": return .text(try given.keyFormat().pattern())
    case "key.gitleaks_rule": return .text(try given.keyFormat().gitleaksRule())
    case "key.github_partner_pattern": return .text(try given.keyFormat().githubPartnerPattern())
    case "key.set.parse":
        let document: Json = ["version": Json(1), "formats": try given.member("formats")]
        return json(try KeyFormatSet(json: document.description).parse(given.text("text")))
    case "key.mask":
        let key = try given.keyFormat().parse(given.text("text"))
        return .text(key.mask(try given.member("policy").maskPolicy()))
    case "key.mask_policy":
        let policy = try MaskPolicy(json: given.configuration("policy"))
        return [
            "start": Json(Int64(policy.start)), "end": Json(Int64(policy.end)),
            "ascii": .boolean(policy.ascii),
        ]
    case "key.digest":
        let (text, pepper) = (try given.text("text"), try given.pepper())
        guard given["format"] != nil else { return .text(try Digest.of(text, pepper: pepper).description) }
        return .text(try given.keyFormat().parse(text).digest(pepper: pepper).description)
    case "key.digest.import": return .text(try Digest.importHex(given.text("hex")).description)
    case "key.digest.import_base64": return .text(try Digest.importBase64(given.text("base64")).description)
    case "key.digest.import_salted":
        guard let position = SaltPosition(rawValue: try given.text("position")) else {
            throw InvalidCase(reason: "unknown position")
        }
        let digest = try Digest.importSalted(given.text("hash"), salt: given.hex("salt"), position: position)
        return .text(digest.description)
    case "key.digest.import_hmac":
        return .text(try Digest.importHMAC(given.text("hmac"), pepperId: given.text("pepper_id")).description)
    case "key.verify":
        let digest = try Digest(given.text("digest"))
        return .boolean(try digest.verify(given.text("text"), pepper: given.pepper()))
    case "redact.redact": return .text(try redacted(given.text("text"), by: given.redactor()))
    case "redact.redact_bytes":
        let bytes = try given.redactor().redactBytes(given.hex("bytes"))
        return .text(bytes.map { String(format: "%02x", $0) }.joined())
    case "redact.redact_batch": return Json(try given.redactor().redactBatch(given.texts("texts")))
    case "redact.stream":
        let stream = try given.redactor().stream()
        let pushed = try given.texts("chunks").map { try stream.push($0) }
        return .text(try pushed.joined() + stream.finish())
    case "redact.find":
        let text = try given.text("text")
        return .list(try given.redactor().find(text).map { json($0, in: text) })
    default: throw InvalidCase(reason: "unknown call: \(call)")
    }
}

private func json(_ key: ApiKey) -> Json {
    [
        "format": .text(key.format), "environment": Json(optional: key.environment),
        "id": Json(optional: key.id), "mask": .text(key.mask()),
    ]
}

/// Returns a finding as JSON, with its offsets in code points.
private func json(_ finding: Finding, in text: String) -> Json {
    let offset = { Json(Int64(text.unicodeScalars.distance(from: text.startIndex, to: $0))) }
    return [
        "start": offset(finding.range.lowerBound), "end": offset(finding.range.upperBound),
        "kind": .text(finding.kind.rawValue), "format": Json(optional: finding.format),
        "confidence": .text(finding.confidence.rawValue),
    ]
}

/// Redacts a text. Checks that redacting the result changes nothing, and that a stream of two
/// chunks returns the same text.
private func redacted(_ text: String, by redactor: Redactor) throws -> String {
    let once = redactor.redact(text)
    guard redactor.redact(once) == once else { throw InvalidCase(reason: "redacting twice changes the result") }
    let scalars = text.unicodeScalars
    let half = scalars.index(scalars.startIndex, offsetBy: scalars.count / 2)
    let stream = redactor.stream()
    let head = try stream.push(String(text[..<half]))
    let joined = try head + stream.push(String(text[half...])) + stream.finish()
    guard joined == once else { throw InvalidCase(reason: "redacting in two chunks changes the result") }
    return once
}

extension Json {
    /// Returns the format, which is given by its name or as a declaration. The default is Keyrail's
    /// own format.
    func keyFormat() throws -> KeyFormat {
        try self["format"]?.asKeyFormat() ?? .keyrail()
    }

    private func asKeyFormat() throws -> KeyFormat {
        if let text { return try KeyFormat.builtIn(text) }
        return try KeyFormat(json: description)
    }

    fileprivate func redactor() throws -> Redactor {
        let formats = try self["formats"]?.list.map { try $0.asKeyFormat() } ?? [.keyrail()]
        return try Redactor(formats, ascii: self["ascii"]?.boolean ?? false)
    }

    fileprivate func maskPolicy() throws -> MaskPolicy {
        let (start, end) = (try integer("start"), try integer("end"))
        return try MaskPolicy(
            start: Int(start), end: Int(end), ascii: self["ascii"]?.boolean ?? false)
    }

    func pepper() throws -> Pepper? {
        guard let pepper = self["pepper"] else { return nil }
        return try Pepper(id: pepper.text("id"), secret: Secret(pepper.text("secret")))
    }
}
