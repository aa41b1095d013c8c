package io.keyrail

import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.util.concurrent.ConcurrentHashMap
import kotlin.concurrent.thread

/**
 * Tests the parts of redaction that the conformance vectors do not cover: UTF-16 offsets, streams,
 * threads.
 */
class RedactTest {
    private val redactor = Redactor(listOf(KeyFormat.keyrail()))
    private val masked = "kr_test_LY3SfMya40RZ_••••••••"

    @Test
    fun `a finding is a range of the string`() {
        for (before in listOf("", "e\u0301clair ", "日本語 ", "🔑 ", "👩‍👩‍👧 🇩🇪 ", "x-app: 🔑\r\n")) {
            val text = "$before$KEY 🙂 $KEY\u0301"
            val findings = redactor.find(text)
            assertEquals(listOf(KEY, KEY), findings.map { text.substring(it.start, it.end) }, before)
            val start = before.length
            assertEquals(Finding(start, start + KEY.length, FindingKind.KEY, "keyrail", Confidence.VERIFIED), findings[0])
        }
    }

    @Test
    fun `a finding in bytes is a range of the bytes`() {
        val bytes = byteArrayOf(-1, 0x20) + "$KEY\n".toByteArray() + byteArrayOf(-2)
        val finding = redactor.findBytes(bytes).single()
        assertEquals(KEY, bytes.copyOfRange(finding.start, finding.end).decodeToString())
        assertEquals(FindingKind.KEY to 2, finding.kind to finding.start)
        val redacted = byteArrayOf(-1, 0x20) + "$masked\n".toByteArray() + byteArrayOf(-2)
        assertArrayEquals(redacted, redactor.redactBytes(bytes))
    }

    @Test
    fun `a finding has a kind and a confidence`() {
        val text = "x-api-key: 2fd4e1c67a2d28fc\n{\"password\": \"s3cr3t!\"}\nwhsec_MDEyMzQ1Njc4OWFiY2RlZg\n"
        val findings = redactor.find(text)
        assertEquals(listOf(FindingKind.HEADER, FindingKind.MEMBER, FindingKind.WEBHOOK_SECRET), findings.map { it.kind })
        assertEquals(listOf(Confidence.NAMED, Confidence.NAMED, Confidence.SHAPED), findings.map { it.confidence })
        assertTrue(findings.all { it.format == null })
        assertEquals(emptyList<Finding>(), redactor.find("nothing here 🔑"))
        assertEquals(findings, redactor.find(text))
    }

    @Test
    fun `a string split anywhere has the same result in a stream`() {
        val text = "日本 🔑 $KEY x-api-key: s3cr3t-of-🔑\r\n{\"password\": \"t0k3n\"} $KEY"
        val whole = redactor.redact(text)
        for (cut in text.indices.filterNot { text[it].isLowSurrogate() }) {
            val stream = redactor.stream()
            assertEquals(whole, stream.push(text.take(cut)) + stream.push(text.drop(cut)) + stream.finish(), "split at $cut")
        }
        val stream = redactor.stream()
        val chunks = text.codePoints().toArray().map { stream.push(Character.toString(it)) }
        assertEquals(whole, chunks.joinToString("") + stream.finish())
        assertTrue(KEY_SECRET !in whole && masked in whole, whole)
    }

    @Test
    fun `a byte stream may be split inside a character`() {
        val bytes = "日本 🔑 $KEY x-api-key: s3cr3t\r\n".toByteArray() + byteArrayOf(-1)
        val whole = redactor.redactBytes(bytes)
        for (cut in bytes.indices) {
            val stream = redactor.streamBytes()
            val head = stream.push(bytes.copyOfRange(0, cut))
            assertArrayEquals(whole, head + stream.push(bytes.copyOfRange(cut, bytes.size)) + stream.finish())
        }
    }

    @Test
    fun `a finished stream rejects further calls`() {
        val stream = redactor.stream()
        val bytes = redactor.streamBytes()
        assertEquals("a", stream.push("a") + stream.finish())
        assertEquals(0, bytes.finish().size)
        val calls = listOf<() -> Any>(
            { stream.push("b") }, { stream.finish() }, { bytes.push(ByteArray(0)) }, { bytes.finish() },
        )
        for (call in calls) assertEquals("key.stream_finished", thrownError { call() }.code)
    }

    @Test
    fun `a stream outlives its redactor`() {
        val stream = Redactor(listOf(KeyFormat.keyrail())).use { it.stream() }
        assertEquals(masked, stream.push(KEY) + stream.finish())
    }

    @Test
    fun `a batch has the same results as redacting each string separately`() {
        val texts = listOf("", "🔑 $KEY", "x-api-key: s3cr3t", "nothing")
        assertEquals(texts.map(redactor::redact), redactor.redactBatch(texts))
        assertEquals("🔑 $masked", redactor.redactBatch(texts)[1])
        assertEquals(emptyList<String>(), redactor.redactBatch(emptyList()))
    }

    @Test
    fun `a mask may be ASCII`() {
        val ascii = Redactor(ascii = true)
        assertEquals("x-api-key: ********", ascii.redact("x-api-key: s3cr3t"))
        assertEquals("x-api-key: ••••••••", redactor.redact("x-api-key: s3cr3t"))
        // Without formats, the redactor does not know the key's prefix.
        assertEquals(emptyList<Finding>(), ascii.find(KEY))
    }

    @Test
    fun `a redactor may be used by many threads at once`() {
        val results = ConcurrentHashMap.newKeySet<String>()
        val threads = List(8) { number -> thread { repeat(20) { results += redactor.redact("$number $KEY") } } }
        threads.forEach { it.join() }
        assertEquals(List(8) { "$it $masked" }.toSet(), results.toSet())
        assertFalse(results.any { KEY_SECRET in it })
    }
}
