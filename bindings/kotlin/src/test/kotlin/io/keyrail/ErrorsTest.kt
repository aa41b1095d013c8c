package io.keyrail

import io.keyrail.ffi.InternalException
import java.time.Instant
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Returns the error that a call throws. Fails if the call throws no error. */
internal fun thrownError(call: () -> Unit): KeyrailException = assertThrows(KeyrailException::class.java, call)

/** Tests that every kind of invalid input is rejected with its error code, without a crash. */
class ErrorsTest {
    private fun assertError(code: String, offset: Int? = null, call: () -> Unit) {
        val error = thrownError(call)
        assertEquals(code to offset, error.code to error.offset, error.message)
        assertTrue(error.message.isNotEmpty())
    }

    @Test
    fun `a malformed URL is rejected`() {
        assertError("url.malformed_escape", 3) { Keyrail.Url.decode("100%") }
        assertError("url.invalid_utf8", 1) { Keyrail.Url.decode("a%FF") }
        assertError("url.malformed_escape", 1) { Keyrail.Url.decodeBytes("a%f") }
        assertError("url.invalid_utf8", 1) { Keyrail.Url.decodeForm("+%C0%80") }
        assertError("url.malformed_escape", 5) { Keyrail.Url.parseQuery("a&b=c%") }
        assertError("url.unknown_set") { EncodeSet.named("host") }
        assertError("url.malformed_set", 1) { EncodeSet.keeping("/%") }
        val base = BaseUrl("https://abcorp.mehery.io/xms")
        assertEquals("https://abcorp.mehery.io/xms/", base.toString())
        assertTrue(thrownError { base.join(listOf("..")) }.code.startsWith("url."))
        assertTrue(thrownError { BaseUrl("http://127.0.0.1/") }.code.startsWith("url."))
        assertEquals("http://127.0.0.1/", BaseUrl("http://127.0.0.1/", allowLoopback = true).toString())
    }

    @Test
    fun `an invalid template or variable is rejected`() {
        assertError("url.unsupported_operator", 1) { UrlTemplate("{=path}") }
        assertError("url.malformed_template", 0) { UrlTemplate("{path") }
        assertError("url.template_too_long", 8192) { UrlTemplate("a".repeat(8193)) }
        val template = UrlTemplate("/{x}{?y:3}")
        val list = TemplateValue.list(listOf("a"))
        val noStrings = TemplateValue.list(emptyList())
        val text = TemplateValue.text("a")
        assertError("url.prefix_of_list", 4) { template.expand(listOf("y" to list)) }
        assertError("url.prefix_of_list", 4) { template.expand(listOf("y" to TemplateValue.pairs(listOf("a" to "b")))) }
        assertError("url.duplicate_variable") { template.expand(listOf("x" to "a", "x" to "a")) }
        assertError("url.too_long") { template.expand(listOf("x" to "a".repeat(65536))) }
        assertError("url.missing_variable", 4) { template.expandStrict(listOf("x" to "a")) }
        assertError("url.missing_variable", 1) { template.expandStrict(listOf("x" to noStrings, "y" to text)) }
        assertError("url.unknown_variable") { template.expandStrict(listOf("x" to "a", "y" to "b", "z" to "c")) }
    }

    @Test
    fun `an invalid key or key format is rejected`() {
        val format = KeyFormat.keyrail()
        assertError("key.prefix", 0) { format.parse("xx_live_") }
        assertEquals("key.too_little_entropy", thrownError { format.generate("live", ByteArray(31)) }.code)
        assertEquals("key.environment", thrownError { format.generate("prod", ByteArray(32)) }.code)
        assertEquals("key.environment", thrownError { format.generate(ByteArray(32)) }.code)
        assertEquals("key.checksum", thrownError { format.parse(KEY.dropLast(1) + "x") }.code)
        assertEquals("key.not_generated", thrownError { KeyFormat.opaque().generate(ByteArray(32)) }.code)
        assertError("key.empty", 0) { KeyFormat.jwt().parse("") }
        assertError("key.character", 4) { KeyFormat.hex40().parse("with a space") }
        assertError("key.no_pattern") { KeyFormat.opaque().pattern() }
        assertError("key.unknown_format") { KeyFormat.builtIn("gitlab") }
        assertError("key.empty_prefix") { KeyFormat.github("") }
        assertError("key.duplicate_format") { KeyFormatSet(listOf(KeyFormat.jwt(), KeyFormat.jwt())) }
        assertError("key.duplicate_format") { Redactor(listOf(format, format)) }
        val declarationError = thrownError { KeyFormat.fromJson("""{"prefix": "", "segments": []}""") }
        assertTrue(declarationError.faults.any { it.code == "key.empty_prefix" && it.pointer == "/prefix" }, declarationError.message)
        for ((start, end) in listOf(5 to 0, 0 to -1, 256 to 0, Int.MIN_VALUE to Int.MAX_VALUE)) {
            assertError("key.mask_policy") { MaskPolicy(start, end) }
        }
    }

    @Test
    fun `an invalid digest or pepper is rejected`() {
        assertError("key.unknown_algorithm", 0) { Digest("md5:abc") }
        assertError("key.malformed_pepper_id", 1) { Pepper("a:b", Secret(PEPPER_SECRET)) }
        assertError("key.pepper_too_short") { Pepper("p1", Secret("short")) }
        val digest = Digest.of(KEY, Pepper("p1", Secret(PEPPER_SECRET)))
        assertEquals("p1", digest.pepperId)
        assertEquals(digest, Digest(digest.toString()))
        assertError("key.too_weak") { Digest.of("correct horse") }
        assertError("key.too_weak") { KeyFormat.opaque().parse("hunter2").digest() }
        assertError("key.malformed_digest", 2) { Digest.importHex("abxyz") }
        assertError("key.missing_pepper") { digest.verify(KEY) }
        assertError("key.other_pepper") { digest.verify(KEY, Pepper("p2", Secret(PEPPER_SECRET))) }
    }

    @Test
    fun `an invalid header is rejected`() {
        val scheme = Scheme.xApiKey()
        assertError("header.missing") { scheme.extract(emptyList()) }
        assertEquals("header.duplicate", thrownError { scheme.extract(listOf("x-api-key" to "a", "X-Api-Key" to "a")) }.code)
        assertError("header.malformed_word") { Scheme.authorization("two words") }
        assertError("header.malformed_value", 1) { HeaderValue("a\r\nb") }
        assertEquals("header.missing", thrownError { Scheme.pair("x-key", "x-token").apply(Credentials("k")) }.code)
    }

    @Test
    fun `access is denied with a reason`() {
        val record = KeyRecord.fromJson(
            """{"id": "r", "app": "desk", "digests": [{"digest": "${Digest.of(KEY)}"}], "scope": "read",
                "expires_at": "2026-11-01T12:00:00Z", "allow_ips": ["203.0.113.0/24"]}""",
        )
        assertEquals(Grant("r", "desk", Scope.READ), record.authorize(Access.READ, NOW - 1, "203.0.113.7"))
        assertError("access.expired") { record.authorize(Access.READ, NOW, "203.0.113.7") }
        assertError("access.network") { record.authorize(Access.READ, NOW - 1, "198.51.100.7") }
        assertError("access.address_unknown") { record.authorize(Access.READ, NOW - 1) }
        assertError("access.scope") { record.authorize(Access.WRITE, NOW - 1, "203.0.113.7") }
        assertError("network.malformed") { record.authorize(Access.READ, NOW - 1, "somewhere") }
        assertError("time.out_of_range") { record.authorize(Access.READ, Instant.MAX, "203.0.113.7") }
    }

    @Test
    fun `an invalid request of a batch does not affect the others`() {
        val record = KeyRecord.fromJson(
            """{"id": "r", "app": "desk", "digests": [{"digest": "${Digest.of(KEY)}"}], "scope": "read",
                "limits": [{"name": "daily", "quota": {"units": 1, "per": "day"}}],
                "allow_ips": ["203.0.113.0/24"]}""",
        )
        val valid = AccessRequest(Access.READ, NOW, "203.0.113.7", limits = mapOf("key/daily/r" to null))
        val requests = listOf(
            valid.copy(operation = "\uD800"),
            valid.copy(ip = "somewhere"),
            valid.copy(now = Instant.MAX),
            valid,
            valid.copy(access = Access.WRITE),
            valid,
        )
        val codes = record.authorizeBatch(requests).map {
            when (it) {
                is AccessResult.Granted -> "granted"
                is AccessResult.Denied -> thrownError { it.getOrThrow() }.code
            }
        }
        assertEquals(
            listOf("text.lone_surrogate", "network.malformed", "time.out_of_range", "granted", "access.scope", "access.quota"),
            codes,
        )
    }

    @Test
    fun `an invalid message is rejected`() {
        val table = RouteTable.fromJson(TOPOLOGY)
        val decision = table.route(Message("wa-main", "text" to "refund please", "vip" to true, "n" to 1, "tags" to listOf("a")))
        assertEquals(DecisionKind.ROUTED to SelectedBy.RULE, decision.kind to decision.by)
        assertEquals(listOf("sales", "refunds", table.hash), listOf(decision.queue, decision.rule, decision.table))
        assertEquals(listOf("support", "sales"), table.queuesOf("desk"))
        assertTrue(table.mayWrite("desk", "sales") && !table.mayWrite("crm", "sales"))
        assertError("route.unknown_channel") { table.route(Message("fax")) }
        assertError("route.unknown_queue") { table.route(Message("wa-main"), sessionQueue = "nowhere") }
        assertError("route.malformed_channel") { table.route(Message("")) }
        assertError("route.duplicate_attribute") { table.route(Message("wa-main", "a" to "x", "a" to "y")) }
        for (number in listOf(Double.NaN, Double.POSITIVE_INFINITY, (1L shl 53) + 1, Long.MIN_VALUE)) {
            assertError("route.number_range") { table.route(Message("wa-main", "n" to number)) }
        }
        for (value in listOf('c', listOf("a", 1), mapOf("a" to 1))) {
            val error = thrownError { Message("wa-main", "a/b" to value) }
            assertEquals(listOf("config.wrong_type" to "/a~1b"), error.faults.map { it.code to it.pointer })
        }
    }

    @Test
    fun `an invalid webhook is rejected`() {
        val now = NOW
        val body = "{}".toByteArray()
        val signer = Signer(listOf(Secret(WEBHOOK_SECRET)))
        val signed = signer.sign("msg_1", now, body)
        val verifier = Verifier(listOf(Secret(WEBHOOK_SECRET)))
        assertEquals(Verified("msg_1", NOW), verifier.verify(signed, body, now + 300_000))
        assertError("webhook.too_old") { verifier.verify(signed, body, now + 301_000) }
        assertError("webhook.wrong_signature") { verifier.verify(signed, "[]".toByteArray(), now) }
        assertError("webhook.missing_header") { verifier.verify(emptyList(), ByteArray(0), now) }
        assertError("webhook.tolerance") { Verifier(listOf(Secret(WEBHOOK_SECRET)), -1) }
        assertEquals("webhook.no_secret", thrownError { Signer(emptyList()) }.code)
        assertTrue(thrownError { Signer("whsec_!") }.code.startsWith("webhook."))
        assertTrue(thrownError { Keyrail.Webhook.checkTarget("http://desk.example/") }.code.startsWith("webhook.target_"))
        Keyrail.Webhook.checkTarget("http://127.0.0.1:8080/", allowLoopback = true)
    }

    @Test
    fun `an invalid platform request is rejected`() {
        assertEquals(6, Platform.names().size)
        assertError("platform.unknown") { Platform.get("nowhere") }
        val platform = Platform.get("mehery")
        assertEquals("platform.unknown_operation", thrownError { platform.request("message.fly") }.code)
        assertEquals("platform.missing_credentials", thrownError {
            platform.request("message.send", variables = listOf("domain" to "abcorp"), body = ByteArray(0))
        }.code)
    }

    @Test
    fun `an invalid gateway call is rejected`() {
        val gateway = gateway()
        assertError("gateway.malformed_message_id") { gateway.inbound("", Message("wa-main"), ByteArray(0), NOW) }
        assertError("platform.unknown_operation") { gateway.outbound("message.fly", emptyList(), NOW) }
        assertError("header.missing") { gateway.identify(emptyList()) }
        val unknown = gateway.outbound("message.send", listOf("x-api-key" to "nobody"), NOW)
        assertEquals("access.invalid_key" to 401, unknown.denial?.let { it.code to it.status })
        assertEquals("access.unknown_key" to Direction.OUTBOUND, unknown.audit.code to unknown.audit.door)
        assertNull(unknown.activity)
        assertEquals(NOW, unknown.audit.at)
    }

    @Test
    fun `a configuration error lists the faults`() {
        val error = thrownError { RouteTable.fromJson("""{"channels": [{"id": "a"}], "qeues": []}""") }
        assertEquals(error.code, error.faults[0].code)
        assertTrue(error.faults.any { it.code == "config.unknown_member" }, error.message)
        assertTrue(error.faults.any { it.code == "config.missing_member" && it.pointer == "/channels/0" }, error.message)
        assertError("config.syntax", 1) { Gateway.fromJson("{]") }
    }

    @Test
    fun `a lone surrogate is rejected`() {
        assertError("text.lone_surrogate") { Keyrail.Url.encode("a\uD800") }
        assertError("text.lone_surrogate") { Keyrail.Url.encodeBatch(listOf("a", "\uD800")) }
        assertError("text.lone_surrogate") { Secret("\uDC00") }
        assertError("text.lone_surrogate") { KeyFormat.keyrail().parse("\uD800") }
        assertError("text.lone_surrogate") { Redactor().redact("a\uD800") }
        assertError("text.lone_surrogate") { Redactor().stream().push("\uDD11") }
        assertError("text.lone_surrogate") { Scheme.xApiKey().extract(listOf("x-api-key" to "\uD800")) }
        assertError("text.lone_surrogate") { gateway().outbound("message.send", emptyList(), NOW, ip = "\uD800") }
    }

    @Test
    fun `an internal error does not reveal its message`() {
        val error = thrownError { translatingErrors { throw InternalException("s3cr3t") } }
        assertEquals("internal.panic", error.code)
        assertTrue("s3cr3t" !in error.stackTraceToString())
    }

    @Test
    fun `use of a closed object throws IllegalStateException`() {
        val key = KeyFormat.keyrail().parse(KEY)
        key.close()
        key.close()
        assertThrows(IllegalStateException::class.java) { key.reveal() }
    }
}
