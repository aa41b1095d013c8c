package io.keyrail

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.Serializable
import java.lang.reflect.Modifier

/** What holds a secret shows nothing of it: printed, formatted, reflected. */
class MaskingTest {
    private val secrets = listOf(KEY_SECRET, WEBHOOK_SECRET, PEPPER_SECRET, "s3cr3t", "t0k3n")

    @Test
    fun `a secret prints as a mask of one width`() {
        assertEquals("Secret(••••••••)", Secret("s3cr3t").toString())
        assertEquals("Secret(••••••••)", "${Secret("")}")
        assertEquals("s3cr3t", Secret("s3cr3t").reveal())
    }

    @Test
    fun `a key prints as its mask`() {
        val key = KeyFormat.keyrail().parse(KEY)
        assertEquals("kr_test_LY3SfMya40RZ_••••••••", key.toString())
        assertEquals(key.mask(), "$key")
        assertEquals(KEY, key.reveal())
        assertSilent(key)
    }

    @Test
    fun `whatever holds a secret is silent`() {
        val credentials = Credentials(KEY, token = "t0k3n", appId = "app-1")
        val scheme = Scheme.pair("x-key", "x-token")
        assertSilent(Secret("s3cr3t"))
        assertSilent(Pepper("p1", Secret(PEPPER_SECRET)))
        assertSilent(credentials)
        assertSilent(credentials.key)
        assertSilent(credentials.token!!)
        assertSilent(scheme.apply(credentials))
        assertSilent(scheme.extract(listOf("x-key" to KEY, "x-token" to "t0k3n")))
        assertSilent(HeaderValue("s3cr3t", sensitive = true))
        assertSilent(Signer(WEBHOOK_SECRET))
        assertSilent(Verifier(listOf(Secret(WEBHOOK_SECRET))))
        assertSilent(gateway())
        assertTrue("app-1" in credentials.toString())
    }

    @Test
    fun `a request prints neither its key nor its query nor its body`() {
        val request = Keyrail.Platform.get("mehery").request(
            "message.send",
            variables = listOf("domain" to "abcorp"),
            body = "s3cr3t".toByteArray(),
            credentials = Credentials(KEY),
        )
        assertSilent(request, except = request.body)
        assertTrue("6 bytes" in request.toString(), request.toString())
        assertTrue(request.headers.any { (_, value) -> value.isSensitive && value.reveal() == KEY })
    }

    @Test
    fun `a gateway's answers print nothing of the key`() {
        val gateway = gateway()
        val accepted = gateway.outbound("message.send", listOf("x-api-key" to KEY), NOW, queue = "support")
        assertTrue(accepted.accepted)
        assertSilent(accepted)
        val wrong = KEY.replace("pPAC", "qPAC")
        val refused = gateway.outbound("message.send", listOf("x-api-key" to wrong), NOW)
        assertFalse(refused.accepted)
        assertSilent(refused)
        val inbound = gateway.inbound("m1", Message("wa-main", "text" to "s3cr3t"), "s3cr3t".toByteArray(), NOW)
        for (printed in listOf(inbound, inbound.deliveries, inbound.deliveries[0].request, inbound.audit)) {
            assertHides("$printed")
        }
    }

    @Test
    fun `a message prints names alone`() {
        val message = Message("wa-main", "text" to "s3cr3t", "tags" to listOf("t0k3n"))
        assertEquals("Message(channel, text, tags)", message.toString())
        assertHides(Message.fromJson("""{"channel": "wa-main", "text": "s3cr3t"}""").toString())
    }

    @Test
    fun `a token session prints neither its key nor its token`() {
        val session = TokenSession(Keyrail.Platform.get("vchatcloud"), Secret(KEY))
        assertSilent(session.poll(NOW))
        assertSilent(session.poll(NOW))
        val token = token("t0k3n", 3600)
        session.receive(200, listOf("x-auth-token" to token), ByteArray(0), NOW)
        val ready = session.poll(NOW)
        assertSilent(ready)
        assertSilent(session)
        assertEquals("TokenSession(••••••••, expiresMs=${NOW + 3_600_000})", session.toString())
        assertEquals(token, (ready as TokenPoll.Ready).credentials.token?.reveal())
        assertHides(refusal { session.unanswered(NOW) }.stackTraceToString())
    }

    @Test
    fun `what a platform answered is not printed`() {
        val azeer = Keyrail.Platform.get("azeer")
        val done = """{"data": {"key": "s3cr3t"}, "message": "t0k3n", "success": true}"""
        val outcome = azeer.readResponse("message.send", 200, listOf("x-token" to "t0k3n"), done.toByteArray(), NOW)
        assertSilent(outcome)
        assertSilent((outcome as Outcome.Ok).answer)
        assertEquals("""{"key": "s3cr3t"}""", outcome.answer.data)
        val failed = """{"message": "t0k3n", "success": false}"""
        val refused = azeer.readResponse("message.send", 401, emptyList(), failed.toByteArray(), NOW)
        assertSilent(refused)
        assertSilent((refused as Outcome.Failed).failure)
        assertEquals("t0k3n", refused.failure.message)
        val links = """{"count": 2, "links": {"next": "/users?key=s3cr3t"}}"""
        val listed = Keyrail.Platform.get("sceyt").readResponse("user.list", 200, emptyList(), links.toByteArray(), NOW)
        assertSilent(listed)
        assertHides((listed as Outcome.Ok).answer.page.toString())
    }

    @Test
    fun `secrets equal by content and have one hash`() {
        assertEquals(Secret("a"), Secret("a"))
        assertNotEquals(Secret("a"), Secret("b"))
        assertEquals(Secret("a").hashCode(), Secret("b").hashCode())
    }

    @Test
    fun `a refusal repeats nothing of the input`() {
        val refused = refusal { KeyFormat.keyrail().parse(KEY + "s3cr3t") }
        assertHides("$refused ${refused.message} ${refused.stackTraceToString()}")
        assertNull(refused.cause)
    }

    private fun assertSilent(value: Any, except: Any? = null) {
        assertHides(value.toString())
        assertHides(String.format("%s", value))
        assertFalse(value is Serializable && value !is Collection<*>, "it cannot be serialized")
        assertHides(reflected(value, except).joinToString("\n"))
    }

    private fun assertHides(printed: String) = secrets.forEach { assertFalse(it in printed, printed) }

    /** Every text and all bytes that reflection can reach, private ones included. */
    private fun reflected(value: Any?, except: Any?, seen: MutableSet<Int> = mutableSetOf()): List<String> {
        if (value == null || value === except || !seen.add(System.identityHashCode(value))) return emptyList()
        return when (value) {
            is String -> listOf(value)
            is ByteArray -> listOf(value.decodeToString())
            is Collection<*> -> value.flatMap { reflected(it, except, seen) }
            is Pair<*, *> -> reflected(value.first, except, seen) + reflected(value.second, except, seen)
            else -> {
                if (!value.javaClass.name.startsWith("io.keyrail.")) return listOf(value.toString())
                val classes = generateSequence<Class<*>>(value.javaClass) { it.superclass }
                    .takeWhile { it.name.startsWith("io.keyrail.") }
                val fields = classes.flatMap { it.declaredFields.asSequence() }.filterNot { Modifier.isStatic(it.modifiers) }
                fields.toList().flatMap { field ->
                    field.isAccessible = true
                    reflected(field.get(value), except, seen)
                } + value.toString()
            }
        }
    }
}
