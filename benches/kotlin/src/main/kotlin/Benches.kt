// Measures Keyrail and Java's own libraries in one run, on the same input. Prints the times for one
// item in the fastest round, and Java's time divided by Keyrail's: 2.0x means that Keyrail takes half
// the time.

import io.keyrail.KeyFormat
import io.keyrail.Keyrail
import io.keyrail.Message
import io.keyrail.Redactor
import io.keyrail.RouteTable
import io.keyrail.Signer
import java.net.URLEncoder
import java.time.Instant
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/** Keeps a result from being optimized away. */
var sink = 0

/** Returns the nanoseconds for one item in the fastest round, after a second of warming up. */
fun nanoseconds(items: Int, body: () -> Unit): Double {
    var fastest = Long.MAX_VALUE
    val start = System.nanoTime()
    while (System.nanoTime() - start < 2_000_000_000) {
        val before = System.nanoTime()
        body()
        if (before - start > 1_000_000_000) fastest = minOf(fastest, System.nanoTime() - before)
    }
    return fastest.toDouble() / items
}

fun row(name: String, keyrail: Double, java: Double?) {
    val ratio = java?.let { "%10.0f ns %8.2fx".format(it, it / keyrail) }.orEmpty()
    println("%-36s %10.0f ns %s".format(name, keyrail, ratio))
}

fun main() {
    val calls = 10_000
    val text = "username_new*user"
    val javaEncode = nanoseconds(calls) { repeat(calls) { sink += URLEncoder.encode(text, Charsets.UTF_8).length } }
    row("Url.encode, 17 bytes", nanoseconds(calls) { repeat(calls) { sink += Keyrail.Url.encode(text).length } }, javaEncode)
    val texts = List(calls) { text }
    row("Url.encodeBatch, per item of 17 bytes", nanoseconds(calls) { sink += Keyrail.Url.encodeBatch(texts).size }, javaEncode)

    val line =
        """203.0.113.9 - - [01/Nov/2026:12:00:00 +0000] "GET /v1/users?page=2&api_key=q7Rk2Vx9Lm4Tz8Wc HTTP/1.1" 200"""
    val pattern = Regex("""(?i)((?:api[-_]?key|token|secret|password|authorization|cookie)["']?\s*[:=]\s*["']?)[^\s"',;&]+""")
    val javaRedact = nanoseconds(1000) { repeat(1000) { sink += pattern.replace(line, "$1••••••••").length } }
    val redactor = Redactor(KeyFormat.keyrail())
    row("Redactor.redact, a line of 105 bytes", nanoseconds(1000) { repeat(1000) { sink += redactor.redact(line).length } }, javaRedact)
    val lines = List(1000) { line }
    row("Redactor.redactBatch, per line", nanoseconds(1000) { sink += redactor.redactBatch(lines).size }, javaRedact)

    val secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    val body = ByteArray(1024) { 'a'.code.toByte() }
    val now = Instant.ofEpochSecond(1_700_000_000)
    val mac = Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256")) }
    val javaSign = nanoseconds(1000) {
        repeat(1000) {
            mac.update("msg_1.1700000000.".toByteArray())
            sink += Base64.getEncoder().encodeToString(mac.doFinal(body)).length
        }
    }
    val signer = Signer("whsec_$secret")
    row("Signer.sign, 1 KiB", nanoseconds(1000) { repeat(1000) { sink += signer.sign("msg_1", now, body).size } }, javaSign)

    val table = RouteTable.fromJson(
        """{"channels": [{"id": "sms", "kind": "sms"}], "queues": [{"id": "support"}, {"id": "refunds"}],
            "default_queue": "support",
            "rules": [{"id": "refunds", "when": {"contains": {"text": "refund"}}, "queue": "refunds"}]}""",
    )
    val message = Message("sms", mapOf("text" to "a refund, please"))
    row("RouteTable.route", nanoseconds(1000) { repeat(1000) { sink += table.route(message).hashCode() } }, null)
}
