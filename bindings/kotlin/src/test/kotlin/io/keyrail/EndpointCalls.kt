package io.keyrail

import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import org.junit.jupiter.api.Assertions.assertEquals

/** Runs a call for the health and the activity of endpoints. */
internal fun callEndpoint(call: String, given: JsonObject): JsonElement = when (call) {
    "webhook.health_policy" -> {
        val policy = given.healthPolicy()
        val members = json(
            "warn_after_seconds" to policy.warnAfterSeconds,
            "disable_after_seconds" to policy.disableAfterSeconds,
            "disable_after_dead" to policy.disableAfterDead,
        )
        assertEquals(JsonParser.parseString(policy.toJson()), JsonParser.parseString(members.toString()))
        members
    }
    "webhook.endpoint_health" -> json(EndpointHealth.fromJson(given.configuration("health")))
    "webhook.endpoint_activity" -> {
        val merged = EndpointActivity()
        given["activities"].asJsonArray.forEach { merged.merge(EndpointActivity.fromJson(it.toString())) }
        json(merged)
    }
    else -> EndpointRun(given).result()
}

/**
 * The deliveries, the health and the activities of an endpoint. The health and the activities are
 * written and read after each step.
 */
private class EndpointRun(private val given: JsonObject) {
    private var health =
        if (given.has("health")) EndpointHealth.fromJson(given.configuration("health"))
        else EndpointHealth(given.textOrNull("endpoint") ?: "desk-hook")
    private val policy = given.healthPolicy()
    private val deliveries = mutableMapOf<String, DeliveryState>()
    private val workers = mutableMapOf<Int, EndpointActivity>()

    fun result(): JsonObject {
        val results = given["steps"].asJsonArray.map { step(it.asJsonObject) }
        val merged = EndpointActivity()
        workers.values.forEach(merged::merge)
        return json(
            "results" to results,
            "health" to json(health),
            "activity" to json(merged),
            "report" to JsonParser.parseString(merged.report(health, given.instant("now_ms"))),
        )
    }

    private fun step(step: JsonObject): JsonObject {
        val isOperation = step.flag("disable") || step.flag("enable")
        val settled = if (isOperation) null else attempt(step)
        val change = when {
            step.flag("disable") -> health.disable(step.instant("now_ms"))
            step.flag("enable") -> health.enable()
            else -> settled?.let { record(it, step) }
        }
        if (change != null) {
            health = EndpointHealth.fromJson(change.health.toJson())
            assertEquals(change.health, health)
        }
        return json(
            "result" to settled?.let(::json),
            "status" to health.status(step.instant("now_ms")).text,
            "is_changed" to (change?.isChanged ?: false),
            "events" to change?.events.orEmpty().map { it.text },
        )
    }

    private fun attempt(step: JsonObject): Settled? {
        val (id, now) = (step.textOrNull("delivery") ?: "msg_1") to step.instant("now_ms")
        val delivery = deliveries.getOrPut(id) {
            val endpoint = step.textOrNull("endpoint") ?: "desk-hook"
            DeliveryState.start(id, endpoint, given.retryPolicy("retry_policy"), now)
        }
        return if (step.flag("hold")) health.hold(delivery, now) else delivery.attempt(step)
    }

    private fun record(settled: Settled, step: JsonObject): HealthChange {
        deliveries[settled.state.id] = settled.state
        val worker = step["worker"]?.asInt ?: 0
        val activity = workers[worker] ?: EndpointActivity()
        activity.record(settled, step["latency_ms"]?.asLong ?: 0)
        workers[worker] = EndpointActivity.fromJson(activity.toJson())
        return health.record(settled, policy)
    }
}

private fun JsonObject.healthPolicy(): HealthPolicy =
    if (has("policy")) HealthPolicy.fromJson(configuration("policy")) else HealthPolicy.standard()

/** Returns all that can be read from a health. */
private fun json(health: EndpointHealth): JsonObject = json(
    "json" to JsonParser.parseString(health.toJson()),
    "endpoint" to health.endpoint,
    "version" to health.version,
    "failing_since_ms" to health.failingSince?.toEpochMilli(),
    "dead" to health.dead,
    "warned_at_ms" to health.warnedAt?.toEpochMilli(),
    "parked_until_ms" to health.parkedUntil?.toEpochMilli(),
    "is_disabled" to health.isDisabled,
    "disabled_at_ms" to health.disabledAt?.toEpochMilli(),
    "disabled_reason" to health.disabledReason?.text,
)

/** Returns all that can be read from an activity. */
private fun json(activity: EndpointActivity): JsonObject {
    val numbers = activity.numbers
    return json(
        "json" to JsonParser.parseString(activity.toJson()),
        "attempts" to numbers.attempts,
        "successes" to numbers.successes,
        "dead" to numbers.dead,
        "success_rate" to numbers.successRate,
        "since_ms" to numbers.since?.toEpochMilli(),
        "until_ms" to numbers.until?.toEpochMilli(),
        "p50_ms" to numbers.p50Ms,
        "p95_ms" to numbers.p95Ms,
        "p99_ms" to numbers.p99Ms,
        "max_ms" to numbers.maxMs,
        "failures" to activity.failures.map(::json),
    )
}
