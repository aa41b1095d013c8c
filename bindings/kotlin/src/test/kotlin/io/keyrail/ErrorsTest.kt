package io.keyrail

import io.keyrail.ffi.InternalException
import java.time.Instant
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

internal fun refusal(call: () -> Unit): KeyrailException = assertThrows(KeyrailException::class.java, call)

/** Bad input of every kind gives its coded rejection, and the process goes on. */
class ErrorsTest {
    private fun assertRefused(code: String, offset: Int? = null, call: () -> Unit) {
        val refused = refusal(call)
        assertEquals(code to offset, refused.code to refused.offset, refused.message)
        assertTrue(refused.message.isNotEmpty())
    }

    @Test
    fun `a malformed URL is rejected`() {
        assertRefused("url.malformed_escape", 3) { Keyrail.Url.decode("100%") }
        assertRefused("url.invalid_utf8", 1) { Keyrail.Url.decode("a%FF") }
        assertRefused("url.malformed_escape", 1) { Keyrail.Url.decodeBytes("a%f") }
        assertRefused("url.invalid_utf8", 1) { Keyrail.Url.decodeForm("+%C0%80") }
        assertRefused("url.malformed_escape", 5) { Keyrail.Url.parseQuery("a&b=c%") }
        assertRefused("url.unknown_set") { EncodeSet.named("host") }
        assertRefused("url.malformed_set", 1) { EncodeSet.keeping("/%") }
        val base = BaseUrl("https://abcorp.mehery.io/xms")
        assertEquals("https://abcorp.mehery.io/xms/", base.toString())
        assertTrue(refusal { base.join(listOf("..")) }.code.startsWith("url."))
        assertTrue(refusal { BaseUrl("http://127.0.0.1/") }.code.startsWith("url."))
        assertEquals("http://127.0.0.1/", BaseUrl("http://127.0.0.1/", allowLoopback = true).toString())
    }

    @Test
    fun `an invalid template or variable is rejected`() {
        assertRefused("url.unsupported_operator", 1) { UrlTemplate("{=path}") }
        assertRefused("url.malformed_template", 0) { UrlTemplate("{path") }
        assertRefused("url.template_too_long", 8192) { UrlTemplate("a".repeat(8193)) }
        val template = UrlTemplate("/{x}{?y:3}")
        val list = TemplateValue.list(listOf("a"))
        val none = TemplateValue.list(emptyList())
        val text = TemplateValue.text("a")
        assertRefused("url.prefix_of_list", 4) { template.expand(listOf("y" to list)) }
        assertRefused("url.prefix_of_list", 4) { template.expand(listOf("y" to TemplateValue.pairs(listOf("a" to "b")))) }
        assertRefused("url.duplicate_variable") { template.expand(listOf("x" to "a", "x" to "a")) }
        assertRefused("url.too_long") { template.expand(listOf("x" to "a".repeat(65536))) }
        assertRefused("url.missing_variable", 4) { template.expandStrict(listOf("x" to "a")) }
        assertRefused("url.missing_variable", 1) { template.expandStrict(listOf("x" to none, "y" to text)) }
        assertRefused("url.unknown_variable") { template.expandStrict(listOf("x" to "a", "y" to "b", "z" to "c")) }
    }

    @Test
    fun `an invalid key or key format is rejected`() {
        val format = KeyFormat.keyrail()
        assertRefused("key.prefix", 0) { format.parse("xx_live_") }
        assertEquals("key.too_little_entropy", refusal { format.generate("live", ByteArray(31)) }.code)
        assertEquals("key.environment", refusal { format.generate("prod", ByteArray(32)) }.code)
        assertEquals("key.environment", refusal { format.generate(ByteArray(32)) }.code)
        assertEquals("key.checksum", refusal { format.parse(KEY.dropLast(1) + "x") }.code)
        assertEquals("key.not_generated", refusal { KeyFormat.opaque().generate(ByteArray(32)) }.code)
        assertRefused("key.empty", 0) { KeyFormat.jwt().parse("") }
        assertRefused("key.character", 4) { KeyFormat.hex40().parse("with a space") }
        assertRefused("key.no_pattern") { KeyFormat.opaque().pattern() }
        assertRefused("key.unknown_format") { KeyFormat.builtIn("gitlab") }
        assertRefused("key.empty_prefix") { KeyFormat.github("") }
        assertRefused("key.duplicate_format") { KeyFormatSet(listOf(KeyFormat.jwt(), KeyFormat.jwt())) }
        assertRefused("key.duplicate_format") { Redactor(listOf(format, format)) }
        val declared = refusal { KeyFormat.fromJson("""{"prefix": "", "segments": []}""") }
        assertTrue(declared.faults.any { it.code == "key.empty_prefix" && it.pointer == "/prefix" }, declared.message)
        for ((start, end) in listOf(5 to 0, 0 to -1, 256 to 0, Int.MIN_VALUE to Int.MAX_VALUE)) {
            assertRefused("key.mask_policy") { MaskPolicy(start, end) }
        }
    }

    @Test
    fun `an invalid digest or pepper is rejected`() {
        assertRefused("key.unknown_algorithm", 0) { Digest("md5:abc") }
        assertRefused("key.malformed_pepper_id", 1) { Pepper("a:b", Secret(PEPPER_SECRET)) }
        assertRefused("key.pepper_too_short") { Pepper("p1", Secret("short")) }
        val digest = Digest.of(KEY, Pepper("p1", Secret(PEPPER_SECRET)))
        assertEquals("p1", digest.pepperId)
        assertEquals(digest, Digest(digest.toString()))
        assertRefused("key.too_weak") { Digest.of("correct horse") }
        assertRefused("key.too_weak") { KeyFormat.opaque().parse("hunter2").digest() }
        assertRefused("key.malformed_digest", 2) { Digest.importHex("abxyz") }
        assertRefused("key.missing_pepper") { digest.verify(KEY) }
        assertRefused("key.other_pepper") { digest.verify(KEY, Pepper("p2", Secret(PEPPER_SECRET))) }
    }

    @Test
    fun `an invalid header is rejected`() {
        val scheme = Scheme.xApiKey()
        assertRefused("header.missing") { scheme.extract(emptyList()) }
        assertEquals("header.duplicate", refusal { scheme.extract(listOf("x-api-key" to "a", "X-Api-Key" to "a")) }.code)
        assertRefused("header.malformed_word") { Scheme.authorization("two words") }
        assertRefused("header.malformed_value", 1) { HeaderValue("a\r\nb") }
        assertEquals("header.missing", refusal { Scheme.pair("x-key", "x-token").apply(Credentials("k")) }.code)
    }

    @Test
    fun `access is denied with a reason`() {
        val record = KeyRecord.fromJson(
            """{"id": "r", "app": "desk", "digests": [{"digest": "${Digest.of(KEY)}"}], "scope": "read",
                "expires_at": "2026-11-01T12:00:00Z", "allow_ips": ["203.0.113.0/24"]}""",
        )
        assertEquals(Grant("r", "desk", Scope.READ), record.authorize(Access.READ, NOW - 1, "203.0.113.7"))
        assertRefused("access.expired") { record.authorize(Access.READ, NOW, "203.0.113.7") }
        assertRefused("access.network") { record.authorize(Access.READ, NOW - 1, "198.51.100.7") }
        assertRefused("access.address_unknown") { record.authorize(Access.READ, NOW - 1) }
        assertRefused("access.scope") { record.authorize(Access.WRITE, NOW - 1, "203.0.113.7") }
        assertRefused("network.malformed") { record.authorize(Access.READ, NOW - 1, "somewhere") }
        assertRefused("time.out_of_range") { record.authorize(Access.READ, Instant.MAX, "203.0.113.7") }
    }

    @Test
    fun `an invalid message is rejected`() {
        val table = RouteTable.fromJson(TOPOLOGY)
        val decision = table.route(Message("wa-main", "text" to "refund please", "vip" to true, "n" to 1, "tags" to listOf("a")))
        assertEquals(DecisionKind.ROUTED to SelectedBy.RULE, decision.kind to decision.by)
        assertEquals(listOf("sales", "refunds", table.hash), listOf(decision.queue, decision.rule, decision.table))
        assertEquals(listOf("support", "sales"), table.queuesOf("desk"))
        assertTrue(table.mayWrite("desk", "sales") && !table.mayWrite("crm", "sales"))
        assertRefused("route.unknown_channel") { table.route(Message("fax")) }
        assertRefused("route.unknown_queue") { table.route(Message("wa-main"), sessionQueue = "nowhere") }
        assertRefused("route.malformed_channel") { table.route(Message("")) }
        assertRefused("route.duplicate_attribute") { table.route(Message("wa-main", "a" to "x", "a" to "y")) }
        for (number in listOf(Double.NaN, Double.POSITIVE_INFINITY, (1L shl 53) + 1, Long.MIN_VALUE)) {
            assertRefused("route.number_range") { table.route(Message("wa-main", "n" to number)) }
        }
        for (value in listOf('c', listOf("a", 1), mapOf("a" to 1))) {
            val refused = refusal { Message("wa-main", "a/b" to value) }
            assertEquals(listOf("config.wrong_type" to "/a~1b"), refused.faults.map { it.code to it.pointer })
        }
    }

    @Test
    fun `an invalid webhook is rejected`() {
        val now = NOW
        val body = "{}".toByteArray()
        val signer = Signer(listOf(Secret(WEBHOOK_SECRET)))
        val signed = signer.sign("msg_1", now, body).map { (name, value) -> name to value.reveal() }
        val verifier = Verifier(listOf(Secret(WEBHOOK_SECRET)))
        assertEquals(Verified("msg_1", NOW), verifier.verify(signed, body, now + 300_000))
        assertRefused("webhook.too_old") { verifier.verify(signed, body, now + 301_000) }
        assertRefused("webhook.wrong_signature") { verifier.verify(signed, "[]".toByteArray(), now) }
        assertRefused("webhook.missing_header") { verifier.verify(emptyList(), ByteArray(0), now) }
        assertRefused("webhook.tolerance") { Verifier(listOf(Secret(WEBHOOK_SECRET)), -1) }
        assertEquals("webhook.no_secret", refusal { Signer(emptyList()) }.code)
        assertTrue(refusal { Signer("whsec_!") }.code.startsWith("webhook."))
        assertTrue(refusal { Keyrail.Webhook.checkTarget("http://desk.example/") }.code.startsWith("webhook.target_"))
        Keyrail.Webhook.checkTarget("http://127.0.0.1:8080/", allowLoopback = true)
    }

    @Test
    fun `an invalid platform request is rejected`() {
        assertEquals(6, Platform.names().size)
        assertRefused("platform.unknown") { Platform.get("nowhere") }
        val platform = Platform.get("mehery")
        assertEquals("platform.unknown_operation", refusal { platform.request("message.fly") }.code)
        assertEquals("platform.missing_credentials", refusal {
            platform.request("message.send", variables = listOf("domain" to "abcorp"), body = ByteArray(0))
        }.code)
    }

    @Test
    fun `an invalid gateway call is rejected`() {
        val gateway = gateway()
        assertRefused("gateway.malformed_message_id") { gateway.inbound("", Message("wa-main"), ByteArray(0), NOW) }
        assertRefused("platform.unknown_operation") { gateway.outbound("message.fly", emptyList(), NOW) }
        assertRefused("header.missing") { gateway.identify(emptyList()) }
        val unknown = gateway.outbound("message.send", listOf("x-api-key" to "nobody"), NOW)
        assertEquals("access.invalid_key" to 401, unknown.denial?.let { it.code to it.status })
        assertEquals("access.unknown_key" to Direction.OUTBOUND, unknown.audit.code to unknown.audit.door)
        assertEquals(NOW, unknown.audit.at)
    }

    @Test
    fun `a configuration error lists every fault`() {
        val refused = refusal { RouteTable.fromJson("""{"channels": [{"id": "a"}], "qeues": []}""") }
        assertEquals(refused.code, refused.faults[0].code)
        assertTrue(refused.faults.any { it.code == "config.unknown_member" }, refused.message)
        assertTrue(refused.faults.any { it.code == "config.missing_member" && it.pointer == "/channels/0" }, refused.message)
        assertRefused("config.syntax", 1) { Gateway.fromJson("{]") }
    }

    @Test
    fun `a lone surrogate is rejected`() {
        assertRefused("text.lone_surrogate") { Keyrail.Url.encode("a\uD800") }
        assertRefused("text.lone_surrogate") { Keyrail.Url.encodeBatch(listOf("a", "\uD800")) }
        assertRefused("text.lone_surrogate") { Secret("\uDC00") }
        assertRefused("text.lone_surrogate") { KeyFormat.keyrail().parse("\uD800") }
        assertRefused("text.lone_surrogate") { Redactor().redact("a\uD800") }
        assertRefused("text.lone_surrogate") { Redactor().stream().push("\uDD11") }
        assertRefused("text.lone_surrogate") { Scheme.xApiKey().extract(listOf("x-api-key" to "\uD800")) }
        assertRefused("text.lone_surrogate") { gateway().outbound("message.send", emptyList(), NOW, ip = "\uD800") }
    }

    @Test
    fun `an internal error does not reveal its message`() {
        val refused = refusal { translatingErrors { throw InternalException("s3cr3t") } }
        assertEquals("internal.panic", refused.code)
        assertTrue("s3cr3t" !in refused.stackTraceToString())
    }

    @Test
    fun `use of a closed object throws IllegalStateException`() {
        val key = KeyFormat.keyrail().parse(KEY)
        key.close()
        key.close()
        assertThrows(IllegalStateException::class.java) { key.reveal() }
    }
}
