package io.keyrail

import java.time.Instant

/** 2026-11-01T12:00:00Z. */
internal const val NOW_MS: Long = 1_793_534_400_000

internal val NOW: Instant = Instant.ofEpochMilli(NOW_MS)

internal operator fun Instant.plus(millis: Long): Instant = plusMillis(millis)

internal operator fun Instant.minus(millis: Long): Instant = minusMillis(millis)

/** A key of the test deployment, and the secret part of this key, which must never be printed. */
internal const val KEY: String = "kr_test_LY3SfMya40RZ_pPAC00BV4mx9pf04w4Glh7gEGP42uxad6"
internal const val KEY_SECRET: String = "pPAC00BV4mx9pf04w4Glh7gEGP4"

internal const val WEBHOOK_SECRET: String = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
internal const val PEPPER_SECRET: String = "p3pp3r-0f-th3-t3sts"

internal const val TOPOLOGY: String = """{
    "channels": [{"id": "wa-main", "kind": "whatsapp", "queue": "support"}],
    "queues": [{"id": "support", "app": "desk"}, {"id": "sales", "app": "desk"}],
    "apps": [{"id": "desk", "webhooks": ["desk-hook"]}],
    "webhooks": [{"id": "desk-hook", "url": "https://desk.example/hook?token=t0k3n", "events": ["*"]}],
    "rules": [{"id": "refunds", "when": {"contains": {"text": "refund"}}, "queue": "sales"}]
}"""

/** Creates a gateway with one app, whose key is [KEY]. */
internal fun gateway(): Gateway {
    val digest = KeyFormat.keyrail().parse(KEY).digest(Pepper("p1", Secret(PEPPER_SECRET)))
    return Gateway.fromJson(
        """{
            "platform": "mehery", "variables": {"domain": "abcorp"},
            "keys": [{"id": "desk-key", "app": "desk", "scope": "read_write",
                      "digests": [{"key_id": "LY3SfMya40RZ", "digest": "$digest"}]}],
            "topology": $TOPOLOGY
        }""",
        mapOf(
            "webhook:desk-hook" to listOf(Secret(WEBHOOK_SECRET)),
            "pepper:p1" to listOf(Secret(PEPPER_SECRET)),
        ),
    )
}
