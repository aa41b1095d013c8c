package io.keyrail

import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import org.junit.jupiter.api.Assertions.assertEquals

/** Runs a call for receiving deliveries. */
internal fun callReceive(call: String, given: JsonObject): JsonElement = when (call) {
    "webhook.receive_policy" -> {
        val policy = given.receivePolicy()
        val members = json(
            "lease_seconds" to policy.leaseSeconds,
            "remember_seconds" to policy.rememberSeconds,
        )
        assertEquals(JsonParser.parseString(policy.toJson()), JsonParser.parseString(members.toString()))
        members
    }
    "webhook.delivery_claim" -> json(DeliveryClaim.fromJson(given.configuration("claim")))
    "webhook.receiver" -> {
        val receiver = Receiver(given.verifier(), given.receivePolicy())
        val (body, now) = given.text("body").toByteArray() to given.instant("now_ms")
        json(receiver.claim(receiver.verify(given.pairs("headers"), body, now), null, now))
    }
    else -> given.receive()
}

/**
 * Applies the steps of a case to the stored claim of a delivery. The claim is written and read after
 * each step.
 */
private fun JsonObject.receive(): JsonElement {
    val policy = receivePolicy()
    var stored = if (has("claim")) DeliveryClaim.fromJson(configuration("claim")) else null
    val results = get("steps").asJsonArray.map { it.asJsonObject }.map { step ->
        val now = step.instant("now_ms")
        val result = when {
            step.flag("finish") || step.flag("release") -> null
            else -> {
                val signedAt = if (step.has("timestamp_ms")) step.instant("timestamp_ms") else null
                policy.claim(step.textOrNull("id") ?: "msg_1", signedAt, stored, now)
            }
        }
        val changed = when {
            step.flag("finish") -> stored!!.finish(now)
            step.flag("release") -> stored!!.release(now)
            else -> (result as? ReceiveResult.Process)?.claim
        }
        if (changed != null) {
            stored = DeliveryClaim.fromJson(changed.toJson())
            assertEquals(changed, stored)
        }
        result?.let(::json)
    }
    return json("results" to results, "claim" to stored?.let(::json))
}

private fun json(result: ReceiveResult): JsonObject = when (result) {
    is ReceiveResult.Process -> json("kind" to "process", "status" to result.status)
    is ReceiveResult.Duplicate -> json("kind" to "duplicate", "status" to result.status)
    is ReceiveResult.Busy ->
        json("kind" to "busy", "status" to result.status, "until_ms" to result.until.toEpochMilli())
}

/** Returns all that can be read from a claim. */
private fun json(claim: DeliveryClaim): JsonObject {
    val (state, at) = when (val state = claim.state) {
        is ClaimState.Leased -> "leased" to state.until
        is ClaimState.Finished -> "finished" to state.at
        is ClaimState.Released -> "released" to state.at
    }
    return json(
        "json" to JsonParser.parseString(claim.toJson()),
        "id" to claim.id,
        "version" to claim.version,
        "timestamp_ms" to claim.timestamp?.toEpochMilli(),
        "state" to state,
        "state_ms" to at.toEpochMilli(),
        "expires_at_ms" to claim.expiresAt.toEpochMilli(),
    )
}

private fun JsonObject.receivePolicy(): ReceivePolicy =
    if (has("policy")) ReceivePolicy.fromJson(configuration("policy")) else ReceivePolicy.standard()
