package io.keyrail

import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser

/** Runs a call for signature schemes of webhooks. */
internal fun callWebhookScheme(call: String, given: JsonObject): JsonElement {
    val name = given["scheme"]?.takeIf { it.isJsonPrimitive }?.asString
    val scheme =
        if (name != null) WebhookScheme.named(name) else WebhookScheme.fromJson(given.configuration("scheme"))
    if (call == "webhook.scheme") {
        return if (name != null) JsonParser.parseString(WebhookScheme.document(name)) else json(true)
    }
    val (method, url) = (given.textOrNull("method") ?: "POST") to (given.textOrNull("url") ?: "https://desk.example/hook")
    val headers = if (given.has("headers")) given.pairs("headers") else emptyList()
    val (body, now) = given.text("body").toByteArray() to given.instant("now_ms")
    if (call == "webhook.scheme_sign") {
        val signed = scheme.sign(Secret(given.text("secret")), method, url, headers, body, now)
        return json(signed.map { (header, value) -> listOf(header, value.reveal()) })
    }
    val verified = scheme.verify(given.texts("secrets").map(::Secret), method, url, headers, body, now)
    return json(
        "id" to verified.id,
        "is_id_signed" to verified.isIdSigned,
        "timestamp_ms" to verified.timestamp?.toEpochMilli(),
        "covered" to verified.covered,
    )
}
