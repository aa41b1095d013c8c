package io.keyrail

import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import org.junit.jupiter.api.Assertions.assertEquals

/** Runs a call for the delivery of webhooks. */
internal fun callDelivery(call: String, given: JsonObject): JsonElement = when (call) {
    "webhook.retry_policy" -> {
        val policy = given.retryPolicy()
        val members = json(
            "delays_seconds" to policy.delaysSeconds,
            "jitter_percent" to policy.jitterPercent,
            "deadline_seconds" to policy.deadlineSeconds,
        )
        assertEquals(JsonParser.parseString(policy.toJson()), JsonParser.parseString(members.toString()))
        json("policy" to members, "attempts" to policy.attempts)
    }
    "webhook.delivery_state" -> json(DeliveryState.fromJson(given.configuration("state")))
    "webhook.delivery_request" -> {
        val signer = Signer(given.texts("secrets").map(::Secret))
        val (body, now) = given.text("body").toByteArray() to given.instant("now_ms")
        json(given.delivery().request(signer, body, now).map { (name, value) -> listOf(name, value) })
    }
    else -> given.deliver()
}

/** Applies the steps of a case to a delivery. Its state is written and read after each step. */
private fun JsonObject.deliver(): JsonElement {
    var state = delivery()
    val results = get("steps").asJsonArray.map { it.asJsonObject }.map { step ->
        val settled = state.attempt(step)
        state = DeliveryState.fromJson(settled.state.toJson())
        assertEquals(settled.state, state)
        json(settled)
    }
    return json("results" to results, "end" to json(state))
}

/** Applies a step to a delivery. */
internal fun DeliveryState.attempt(step: JsonObject): Settled {
    val now = step.instant("now_ms")
    val reason = step.textOrNull("give_up")?.let { text -> GiveUp.entries.single { it.text == text } }
    return when {
        reason != null -> giveUp(reason, now)
        step.has("postpone_ms") -> postpone(step.instant("postpone_ms"), now)
        else -> settle(step.outcome(), now, step["jitter"]?.asDouble ?: 0.0)
    }
}

internal fun json(settled: Settled): JsonObject {
    val members = when (val result = settled.result) {
        is DeliveryResult.Delivered -> listOf("kind" to "delivered")
        is DeliveryResult.Retry -> listOf("kind" to "retry", "at_ms" to result.at.toEpochMilli())
        is DeliveryResult.Dead -> listOf("kind" to "dead", "reason" to result.reason.text)
    }
    val optional = listOfNotNull(
        settled.parkedUntil?.let { "parked_until_ms" to it.toEpochMilli() },
        ("disables_endpoint" to true).takeIf { settled.disablesEndpoint },
    )
    return json(*(members + optional).toTypedArray())
}

/** Returns all that can be read from a state. */
private fun json(state: DeliveryState): JsonObject = json(
    "json" to JsonParser.parseString(state.toJson()),
    "id" to state.id,
    "endpoint" to state.endpoint,
    "policy" to JsonParser.parseString(state.policy.toJson()),
    "started_at_ms" to state.startedAt.toEpochMilli(),
    "deadline_ms" to state.deadline.toEpochMilli(),
    "attempts" to state.attempts,
    "next_at_ms" to state.nextAt?.toEpochMilli(),
    "delivered_at_ms" to state.deliveredAt?.toEpochMilli(),
    "dead_at_ms" to state.deadAt?.toEpochMilli(),
    "dead_reason" to state.deadReason?.text,
    "last_failure" to state.lastFailure?.let(::json),
)

internal fun json(failure: DeliveryFailure): JsonObject = json(
    "at_ms" to failure.at.toEpochMilli(),
    "status" to failure.status,
    "no_response" to failure.noResponseReason?.text,
    "body" to failure.body,
)

internal fun JsonObject.retryPolicy(name: String = "policy"): RetryPolicy =
    if (has(name)) RetryPolicy.fromJson(configuration(name)) else RetryPolicy.standard()

/** Reads or starts the delivery of a case. */
private fun JsonObject.delivery(): DeliveryState {
    if (has("state")) return DeliveryState.fromJson(configuration("state"))
    val (id, endpoint) = (textOrNull("id") ?: "msg_1") to (textOrNull("endpoint") ?: "desk-hook")
    return DeliveryState.start(id, endpoint, retryPolicy(), instant("now_ms"))
}

private fun JsonObject.outcome(): DeliveryOutcome {
    val reason = textOrNull("no_response")?.let { text -> NoResponse.entries.single { it.text == text } }
    val outcome =
        if (reason != null) DeliveryOutcome.noResponse(reason)
        else DeliveryOutcome.response(get("status").asInt, textOrNull("retry_after"))
    return textOrNull("body")?.let { outcome.withBody(it.toByteArray(), Redactor()) } ?: outcome
}
