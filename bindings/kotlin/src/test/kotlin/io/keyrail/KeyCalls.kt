package io.keyrail

import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.fail
import kotlin.math.roundToLong

/**
 * Runs a call from the conformance vectors of the domains `key` and `redact`, and returns its
 * result as JSON. Fails for an unknown call.
 */
internal fun callKey(call: String, given: JsonObject): JsonElement = when (call) {
    "key.generate" -> {
        val environment = given["environment"].takeUnless { it.isJsonNull }?.asString
        json(given.keyFormat().generate(environment, given.hex("entropy")).reveal())
    }
    "key.parse" -> json(given.keyFormat().parse(given.text("text")))
    "key.format" -> given.keyFormat().let {
        json(
            "name" to it.name,
            "environments" to it.environments,
            "entropy_bits" to (it.entropyBits * 100).roundToLong() / 100.0,
            "pattern" to it.pattern(),
        )
    }
    "key.hint" -> json(given.keyFormat().hint(given.text("text")).text)
    "key.pattern" -> json(given.keyFormat().pattern())
    "key.gitleaks_rule" -> json(given.keyFormat().gitleaksRule())
    "key.github_partner_pattern" -> json(given.keyFormat().githubPartnerPattern())
    "key.set.parse" -> {
        val document = json("version" to 1, "formats" to given["formats"])
        json(KeyFormatSet.fromJson(document.toString()).parse(given.text("text")))
    }
    "key.mask" -> json(given.keyFormat().parse(given.text("text")).mask(given["policy"].asJsonObject.maskPolicy()))
    "key.mask_policy" ->
        MaskPolicy.fromJson(given.configuration("policy")).run { json("start" to start, "end" to end, "ascii" to ascii) }
    "key.digest" -> {
        val (text, pepper) = given.text("text") to given.pepper()
        val digest = if (given.has("format")) given.keyFormat().parse(text).digest(pepper) else Digest.of(text, pepper)
        json(digest.toString())
    }
    "key.digest.import" -> json(Digest.importHex(given.text("hex")).toString())
    "key.digest.import_base64" -> json(Digest.importBase64(given.text("base64")).toString())
    "key.digest.import_salted" -> {
        val position = SaltPosition.entries.single { it.text == given.text("position") }
        json(Digest.importSalted(given.text("hash"), given.hex("salt"), position).toString())
    }
    "key.digest.import_hmac" -> json(Digest.importHmac(given.text("hmac"), given.text("pepper_id")).toString())
    "key.verify" -> json(Digest(given.text("digest")).verify(given.text("text"), given.pepper()))
    "redact.redact" -> json(redacted(given.text("text"), given.redactor()))
    "redact.redact_bytes" ->
        json(given.redactor().redactBytes(given.hex("bytes")).joinToString("") { "%02x".format(it) })
    "redact.redact_batch" -> json(given.redactor().redactBatch(given.texts("texts")))
    "redact.stream" -> {
        val stream = given.redactor().stream()
        json(given.texts("chunks").joinToString("") { stream.push(it) } + stream.finish())
    }
    "redact.find" -> given.text("text").let { text -> json(given.redactor().find(text).map { json(it, text) }) }
    else -> fail("unknown call: $call")
}

private fun json(key: ApiKey) =
    json("format" to key.format, "environment" to key.environment, "id" to key.id, "mask" to key.mask())

/** Returns a finding as JSON, with its offsets in code points. */
private fun json(finding: Finding, text: String) = json(
    "start" to text.codePointCount(0, finding.start),
    "end" to text.codePointCount(0, finding.end),
    "kind" to finding.kind.text,
    "format" to finding.format,
    "confidence" to finding.confidence.text,
)

/**
 * Redacts a text. Checks that redacting the result changes nothing, and that a stream of two chunks
 * returns the same text.
 */
private fun redacted(text: String, redactor: Redactor): String {
    val once = redactor.redact(text)
    assertEquals(once, redactor.redact(once), "redacting twice changes the result")
    val half = text.offsetByCodePoints(0, text.codePointCount(0, text.length) / 2)
    val stream = redactor.stream()
    val joined = stream.push(text.take(half)) + stream.push(text.drop(half)) + stream.finish()
    assertEquals(once, joined, "redacting in two chunks changes the result")
    return once
}

/** Returns the format, which is given by its name or as a declaration. The default is Keyrail's own format. */
internal fun JsonObject.keyFormat(): KeyFormat = get("format")?.toKeyFormat() ?: KeyFormat.keyrail()

private fun JsonElement.toKeyFormat(): KeyFormat =
    if (this is JsonPrimitive) KeyFormat.builtIn(asString) else KeyFormat.fromJson(toString())

private fun JsonObject.redactor(): Redactor {
    val formats = get("formats")?.asJsonArray?.map { it.toKeyFormat() } ?: listOf(KeyFormat.keyrail())
    return Redactor(formats, flag("ascii"))
}

private fun JsonObject.maskPolicy() = MaskPolicy(get("start").asInt, get("end").asInt, flag("ascii"))

internal fun JsonObject.pepper(): Pepper? =
    get("pepper")?.asJsonObject?.let { Pepper(it.text("id"), Secret(it.text("secret"))) }
