// Measures Keyrail and Foundation in one run, on the same input. Prints the times for one item in
// the fastest round, and Foundation's time divided by Keyrail's: 2.0x means that Keyrail takes half
// the time.

import Foundation
import Keyrail

/// Returns the nanoseconds for one item in the fastest of the rounds that run in half a second.
func nanoseconds(items: Int, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .milliseconds(500))
    var fastest = Double.infinity
    repeat {
        let time = try clock.measure { try body() }.components
        fastest = min(fastest, Double(time.seconds) * 1e9 + Double(time.attoseconds) / 1e9)
    } while clock.now < end
    return fastest / Double(items)
}

func row(_ name: String, keyrail: Double, foundation: Double?) {
    let ratio = foundation.map { String(format: "%10.0f ns %8.1fx", $0, $0 / keyrail) } ?? ""
    print(name.padding(toLength: 36, withPad: " ", startingAt: 0), String(format: "%10.0f ns", keyrail), ratio)
}

/// Keeps a result from being optimized away.
nonisolated(unsafe) var sink = 0

let calls = 10_000
let text = "username_new*user"
let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
let foundationEncode = nanoseconds(items: calls) {
    for _ in 0..<calls { sink += text.addingPercentEncoding(withAllowedCharacters: allowed)!.utf8.count }
}
row(
    "Url.encode, 17 bytes",
    keyrail: nanoseconds(items: calls) { for _ in 0..<calls { sink += Url.encode(text).utf8.count } },
    foundation: foundationEncode
)
let texts = Array(repeating: text, count: calls)
row(
    "Url.encodeBatch, per item of 17 bytes",
    keyrail: nanoseconds(items: calls) { sink += Url.encodeBatch(texts).count },
    foundation: foundationEncode
)

let line =
    #"203.0.113.9 - - [01/Nov/2026:12:00:00 +0000] "GET /v1/users?page=2&api_key=q7Rk2Vx9Lm4Tz8Wc HTTP/1.1" 200"#
let redactor = try Redactor([KeyFormat.keyrail()])
let pattern = try NSRegularExpression(
    pattern: #"(?i)((?:api[-_]?key|token|secret|password|authorization|cookie)["']?\s*[:=]\s*["']?)[^\s"',;&]+"#)
let foundationRedact = nanoseconds(items: 1000) {
    for _ in 0..<1000 {
        let range = NSRange(location: 0, length: line.utf16.count)
        sink += pattern.stringByReplacingMatches(in: line, range: range, withTemplate: "$1••••••••").utf8.count
    }
}
row(
    "Redactor.redact, a line of 105 bytes",
    keyrail: nanoseconds(items: 1000) { for _ in 0..<1000 { sink += redactor.redact(line).utf8.count } },
    foundation: foundationRedact
)
let lines = Array(repeating: line, count: 1000)
row(
    "Redactor.redactBatch, per line",
    keyrail: nanoseconds(items: 1000) { sink += redactor.redactBatch(lines).count },
    foundation: foundationRedact
)

let signer = try Signer("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
let body = Data(repeating: 0x61, count: 1024)
let now = Date(timeIntervalSince1970: 1_700_000_000)
row(
    "Signer.sign, 1 KiB",
    keyrail: try nanoseconds(items: 1000) {
        for _ in 0..<1000 { sink += try signer.sign(id: "msg_1", now: now, body: body).count }
    },
    foundation: nil
)

let table = try RouteTable(json: #"""
    {"channels": [{"id": "sms", "kind": "sms"}], "queues": [{"id": "support"}, {"id": "refunds"}],
     "default_queue": "support",
     "rules": [{"id": "refunds", "when": {"contains": {"text": "refund"}}, "queue": "refunds"}]}
    """#)
let message = Message("sms", ["text": "a refund, please"])
row(
    "RouteTable.route",
    keyrail: try nanoseconds(items: 1000) {
        for _ in 0..<1000 { sink += try table.route(message).queue?.utf8.count ?? 0 }
    },
    foundation: nil
)
