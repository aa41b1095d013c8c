package io.keyrail

import java.net.http.HttpHeaders
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Tests what exists only in Kotlin: exception classes, conversions, and the errors of closed objects. */
class IdiomTest {
    @Test
    fun `each kind of error has its own exception class`() {
        val calls: List<Pair<Class<out KeyrailException>, () -> Unit>> = listOf(
            UrlException::class.java to { Keyrail.Url.decode("100%") },
            KeyFormatException::class.java to { KeyFormat.keyrail().parse("x") },
            HeaderException::class.java to { Scheme.bearer().extract(emptyList()) },
            WebhookException::class.java to { Keyrail.Webhook.checkTarget("http://desk.example/") },
            PlatformException::class.java to { Platform.get("nowhere") },
            ConfigException::class.java to { RouteTable.fromJson("{\"qeues\": []}") },
            ValueException::class.java to { Trust.forwarded(listOf("10.0.0.1/8")) },
        )
        for ((type, call) in calls) assertEquals(type, assertThrows(KeyrailException::class.java, call).javaClass)
    }

    @Test
    fun `a denial because of a limit has the states of the limits`() {
        val record = KeyRecord.fromJson(
            """{"id": "k", "app": "desk", "scope": "read",
                "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}],
                "limits": [{"name": "burst", "rate": {"units": 60, "per_seconds": 60, "burst": 1}}]}""",
        )
        assertEquals(listOf("key/burst/k"), record.limitIds)
        assertEquals("burst", record.limits.single().name)
        val empty = LimitState(NOW.toEpochMilli() + 1000, 0)
        val grant = record.authorize(Access.READ, NOW, limits = mapOf("key/burst/k" to null))
        assertEquals(empty, grant.consumption?.limits?.single()?.newState)
        val ahead = mapOf("key/burst/k" to LimitState(NOW.toEpochMilli() + 3_600_000, 0))
        val error = assertThrows(AccessException::class.java) { record.authorize(Access.READ, NOW, limits = ahead) }
        assertEquals("access.rate", error.code)
        assertEquals(empty, error.consumption?.limits?.single()?.newState)
        val problem = Keyrail.Header.problem(error)
        assertEquals(problem, error.consumption?.problem)
        assertTrue(problem!!.response().headers.any { (name, value) -> name == "retry-after" && value.reveal() == "1" })
    }

    @Test
    fun `pairs may be built from Java map entries`() {
        val headers = Pairs.of(java.util.Map.entry("accept", "*/*"), java.util.Map.entry("x-api-key", "k-1"))
        Scheme.xApiKey().extract(headers).use { assertEquals("k-1", it.key.reveal()) }
        val error = assertThrows(HeaderException::class.java) { Scheme.bearer().extract(Pairs.of()) }
        assertEquals(ErrorCode.HEADER_MISSING, error.code)
    }

    @Test
    fun `a closed object reports that it is closed and can still be printed`() {
        val key = KeyFormat.keyrail().generate("live", ByteArray(32) { it.toByte() })
        val same = KeyFormat.keyrail().parse(key.reveal())
        val closed = listOf(
            "ApiKey" to key,
            "KeyFormat" to KeyFormat.keyrail(),
            "KeyFormatSet" to KeyFormatSet(KeyFormat.keyrail()),
            "Platform" to Platform.get("azeer"),
            "BaseUrl" to BaseUrl("https://api.example/"),
            "Problem" to Problem(429, "quota.exceeded", "wait"),
            "Credentials" to Credentials("k-1"),
        )
        for ((name, value) in closed) {
            value.close()
            assertEquals("$name(closed)", value.toString())
            value.hashCode()
            assertFalse(value == Any())
            assertTrue(value == value)
        }
        assertFalse(key == same)
        val error = assertThrows(IllegalStateException::class.java) { key.mask() }
        assertEquals("this ApiKey is closed", error.message)
    }

    @Test
    fun `headers may come from java-net-http`() {
        val headers = HttpHeaders.of(mapOf("X-Api-Key" to listOf("k-1"))) { _, _ -> true }
        assertEquals("k-1", Scheme.xApiKey().extract(headers.map()).key.reveal())
        val twice = mapOf("x-api-key" to listOf("k-1", "k-2"))
        assertEquals("header.duplicate", thrownError { Scheme.xApiKey().extract(twice) }.code)
    }

    @Test
    fun `a request converts to a JDK HttpRequest`() {
        val request = Platform.get("mehery").request(
            "message.send",
            Credentials("k-1"),
            mapOf("domain" to "abcorp"),
            body = "{}",
        )
        val httpRequest = request.toHttpRequest()
        assertEquals("POST", httpRequest.method())
        assertEquals(request.url, httpRequest.uri().toString())
        assertEquals(2, httpRequest.bodyPublisher().get().contentLength())
        assertTrue("k-1" in httpRequest.headers().map().values.flatten())
    }

    @Test
    fun `a body may be a string`() {
        val signer = Signer("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        val signed = signer.sign("msg_1", NOW, "{}").associate { (name, value) -> name to listOf(value) }
        val verifier = Verifier(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        assertEquals(Verified("msg_1", NOW), verifier.verify(signed, "{}", NOW))
    }
}
