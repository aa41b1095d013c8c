package io.keyrail

import com.google.gson.JsonParser
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream

/** Tests credential schemes, challenges, problems, trusted proxies and document schemas. */
class HeaderTest {
    @Test
    fun `a scheme extracts any alternative and applies the first`() {
        val scheme = Scheme.anyOf(listOf(Scheme.xApiKey(), Scheme.bearer()))
        assertEquals("k-1", scheme.extract(listOf("Authorization" to "Bearer k-1")).key.reveal())
        assertEquals(listOf("x-api-key"), scheme.apply(Credentials("k-1")).map { it.first })
        val both = listOf("Authorization" to "Bearer k-1", "x-api-key" to "k-1")
        assertEquals("header.ambiguous", thrownError { scheme.extract(both) }.code)
        assertEquals("header.no_alternatives", thrownError { Scheme.anyOf(emptyList()) }.code)
        val conflicting = listOf(Scheme.header("x-key"), Scheme.pair("x-id", "x-key"))
        assertEquals("header.conflicting_part", thrownError { Scheme.anyOf(conflicting) }.code)
        assertEquals("header.too_many_forms", thrownError { Scheme.anyOf(List(17) { Scheme.bearer() }) }.code)
    }

    @Test
    fun `a bare key is the lenient variant and must not be a scheme word`() {
        val scheme = Scheme.bareAuthorization()
        assertEquals(Variant.LENIENT, scheme.extract(listOf("Authorization" to "k-1")).variant)
        thrownError { scheme.extract(listOf("Authorization" to "Bearer")) }
    }

    @Test
    fun `a token68 is checked`() {
        val scheme = Scheme.bearer().withToken68()
        assertEquals("a.b-c==", scheme.extract(listOf("Authorization" to "Bearer a.b-c==")).key.reveal())
        val error = thrownError { scheme.extract(listOf("Authorization" to "Bearer a=b")) }
        assertEquals("header.token68" to 9, error.code to error.offset)
    }

    @Test
    fun `an application may create and render its own problem`() {
        val problem = Problem(429, "quota.exceeded", "too many requests")
        assertEquals(listOf(429, "quota.exceeded", "too many requests"), listOf(problem.status, problem.code, problem.detail))
        assertEquals(429, Keyrail.Header.render(problem, Scheme.bearer(), "desk").status)
        for (status in listOf(0, 200, 399, 600, 65_965, -1, Int.MAX_VALUE, Int.MIN_VALUE)) {
            assertEquals("problem.malformed_status", thrownError { Problem(status, "a", "") }.code)
        }
    }

    @Test
    fun `a Bearer challenge may name an error`() {
        assertEquals("""Bearer realm="desk"""", Scheme.bearer().challenge("desk"))
        for (error in ChallengeError.entries) {
            assertEquals("""Bearer realm="desk", error="${error.text}"""", Scheme.bearer().challenge("desk", error))
            assertEquals("""ApiKey realm="desk"""", Scheme.xApiKey().challenge("desk", error))
        }
        assertEquals(1, thrownError { Scheme.bearer().challenge("a\r\nb") }.offset)
    }

    @Test
    fun `a rejection is rendered as a problem response`() {
        val error = thrownError { Scheme.bearer().extract(emptyList()) }
        val problem = Keyrail.Header.problem(error)!!
        assertEquals(listOf(401, "header.missing", error.message), listOf(problem.status, problem.code, problem.detail))
        assertEquals("Problem(status=401, code=header.missing)", problem.toString())
        val response = Keyrail.Header.render(problem, Scheme.bearer(), "desk")
        assertEquals(401 to """Bearer realm="desk"""", response.status to response.headers.last().second.reveal())
        val record = KeyRecord.fromJson(
            """{"id": "r", "app": "desk", "digests": [{"digest": "${Digest.of(KEY)}"}], "scope": "read"}""",
        )
        assertEquals(403, Keyrail.Header.problem(thrownError { record.authorize(Access.WRITE, NOW) })?.status)
        assertNull(Keyrail.Header.problem(thrownError { Keyrail.Url.decode("%") }))
    }

    @Test
    fun `a deserialized error keeps its code and message but has no problem`() {
        val error = thrownError { Scheme.bearer().extract(emptyList()) }
        val out = ByteArrayOutputStream().also { ObjectOutputStream(it).use { stream -> stream.writeObject(error) } }
        val deserialized = ObjectInputStream(out.toByteArray().inputStream()).readObject() as KeyrailException
        assertEquals(error.code to error.message, deserialized.code to deserialized.message)
        assertNull(Keyrail.Header.problem(deserialized))
    }

    @Test
    fun `the client address is read through trusted proxies`() {
        val headers = listOf("X-Forwarded-For" to "192.0.2.99, 203.0.113.7:4711", "x-forwarded-for" to "10.0.0.3")
        val trust = Trust.xForwardedFor(listOf("10.0.0.0/8"))
        assertEquals("203.0.113.7", Keyrail.Header.clientIp("::ffff:10.0.0.2", headers, trust))
        assertEquals("198.51.100.1", Keyrail.Header.clientIp("198.51.100.1", headers, trust))
        assertEquals("10.0.0.2", Keyrail.Header.clientIp("10.0.0.2", headers, Trust.none()))
        val forwarded = listOf("Forwarded" to """for="[2001:db8::1]:80"""")
        assertEquals("2001:db8::1", Keyrail.Header.clientIp("10.0.0.2", forwarded, Trust.forwarded(listOf("10.0.0.2"))))
        val hidden = thrownError { Keyrail.Header.clientIp("10.0.0.2", listOf("X-Forwarded-For" to "_h, 10.0.0.9"), trust) }
        assertEquals("header.hidden_hop" to 0, hidden.code to hidden.offset)
        assertEquals("network.malformed", thrownError { Keyrail.Header.clientIp("here", emptyList(), trust) }.code)
    }

    @Test
    fun `trust is validated when it is created`() {
        val trust = Trust("X-Real-IP", listOf("10.0.0.0/8", "::1"))
        assertEquals("X-Real-IP" to "Trust(X-Real-IP)", trust.header to trust.toString())
        assertTrue(trust.trusts("::1") && trust.trusts("::ffff:10.1.2.3"))
        assertFalse(trust.trusts("192.0.2.1"))
        assertEquals("network.malformed", thrownError { trust.trusts("here") }.code)
        assertEquals("header.malformed_name", thrownError { Trust("a b", emptyList()) }.code)
        assertEquals("network.host_bits", thrownError { Trust.forwarded(listOf("10.0.0.1/8")) }.code)
        assertEquals("network.malformed", thrownError { Trust.xForwardedFor(listOf("here")) }.code)
        val parsed = Trust.fromJson("""{"header": "Forwarded", "networks": []}""")
        assertEquals("Forwarded" to false, parsed.header to parsed.trusts("::1"))
        assertEquals(2, thrownError { Trust.fromJson("{}") }.faults.size)
    }

    @Test
    fun `every kind of document has a schema`() {
        for (document in Document.entries) {
            val schema = JsonParser.parseString(document.jsonSchema()).asJsonObject
            assertEquals("https://json-schema.org/draft/2020-12/schema", schema["\$schema"].asString)
            assertEquals("urn:keyrail:${document.text}:1", schema["\$id"].asString)
        }
    }
}
