package io.keyrail

import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import com.google.gson.JsonPrimitive
import org.junit.jupiter.api.Assertions.fail

/** Makes a call of the domain `access`. Fails for an unknown call. */
internal fun callAccess(call: String, given: JsonObject): JsonElement = when (call) {
    "access.record" -> JsonParser.parseString(given.record().toJson())
    "access.find_digest" -> {
        val peppers = given["peppers"]?.asJsonArray.orEmpty().map { it.asJsonObject }
            .map { Pepper(it.text("id"), Secret(it.text("secret"))) }
        json(given.record().findDigest(given.text("text"), peppers))
    }
    "access.status" -> json(given.record().status(given.instant("now_ms")).text)
    "access.authorize" -> {
        val record = given.record()
        json(
            record.authorize(
                Access.entries.single { it.text == given.text("access") },
                given.instant("now_ms"),
                ip = given.textOrNull("ip"),
                operation = given.textOrNull("operation"),
                queue = given.textOrNull("queue"),
                environment = given.textOrNull("environment"),
                digest = given.textOrNull("key")?.let { record.findDigest(it)!! },
            ),
        )
    }
    "access.expiry_alerts" -> {
        val records = given["records"].asJsonArray.map { KeyRecord.fromJson((it as? JsonPrimitive)?.asString ?: it.toString()) }
        val (since, now) = given.instant("since_ms") to given.instant("now_ms")
        val alerts = when (val days = given["days"]) {
            null -> KeyRecord.expiryAlerts(records, since, now)
            else -> KeyRecord.expiryAlerts(records, since, now, days.asJsonArray.map { it.asInt })
        }
        json(alerts.map(::json))
    }
    else -> fail("unknown call: $call")
}

/** Returns a grant as JSON, without the members that have no value. */
internal fun json(grant: Grant): JsonObject = json(
    "record" to grant.record,
    "app" to grant.app,
    "scope" to grant.scope.text,
    *listOfNotNull(
        grant.owner?.let { "owner" to it },
        grant.name?.let { "name" to it },
        grant.metadata.takeUnless { it.isEmpty() }?.let { "metadata" to json(*it.toList().toTypedArray()) },
    ).toTypedArray(),
)

private fun json(alert: ExpiryAlert) = json(
    "id" to alert.id,
    "record" to alert.record,
    "days" to alert.days,
    "due_ms" to alert.due.toEpochMilli(),
    "expires_at_ms" to alert.expiresAt.toEpochMilli(),
)

private fun JsonObject.record(): KeyRecord = KeyRecord.fromJson(configuration("record"))
