import Foundation
import Keyrail

/// 2026-11-01T12:00:00Z.
let nowMs: Int64 = 1_793_534_400_000

let now = Date(timeIntervalSince1970: 1_793_534_400)

/// Returns the time that is this many milliseconds after ``now``.
func later(_ milliseconds: Int64) -> Date {
    now.addingTimeInterval(TimeInterval(milliseconds) / 1000)
}

/// Converts Unix milliseconds to a date.
func date(_ milliseconds: Int64) -> Date {
    Date(timeIntervalSince1970: TimeInterval(milliseconds) / 1000)
}

/// A key of the test deployment, and the secret part of this key, which must never be printed.
let keyText = "kr_test_LY3SfMya40RZ_pPAC00BV4mx9pf04w4Glh7gEGP42uxad6"
let keySecret = "pPAC00BV4mx9pf04w4Glh7gEGP4"

let webhookSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
let pepperSecret = "p3pp3r-0f-th3-t3sts"

let topology = """
    {
        "channels": [{"id": "wa-main", "kind": "whatsapp", "queue": "support"}],
        "queues": [{"id": "support", "app": "desk"}, {"id": "sales", "app": "desk"}],
        "apps": [{"id": "desk", "webhooks": ["desk-hook"]}],
        "webhooks": [{"id": "desk-hook", "url": "https://desk.example/hook?token=t0k3n", "events": ["*"]}],
        "rules": [{"id": "refunds", "when": {"contains": {"text": "refund"}}, "queue": "sales"}]
    }
    """

/// Creates a gateway with one app, whose key is ``keyText``.
func makeGateway() throws -> Gateway {
    let pepper = try Pepper(id: "p1", secret: Secret(pepperSecret))
    let digest = try KeyFormat.keyrail().parse(keyText).digest(pepper: pepper)
    return try Gateway(json: 
        """
        {
            "platform": "mehery", "variables": {"domain": "abcorp"},
            "keys": [{"id": "desk-key", "app": "desk", "scope": "read_write",
                      "digests": [{"key_id": "LY3SfMya40RZ", "digest": "\(digest)"}]}],
            "topology": \(topology)
        }
        """,
        secrets: [
            "webhook:desk-hook": [Secret(webhookSecret)],
            "pepper:p1": [Secret(pepperSecret)],
        ]
    )
}
