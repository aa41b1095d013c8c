package io.keyrail

import com.google.gson.JsonElement
import com.google.gson.JsonObject
import java.time.Instant
import org.junit.jupiter.api.Assertions.fail

/**
 * Runs a call from the conformance vectors of the domain `route`, and returns its result as JSON.
 * Fails for an unknown call.
 */
internal fun callRoute(call: String, given: JsonObject): JsonElement = when (call) {
    "route.table" -> json(given.table().use { true })
    "route.route" -> json(given.decision(given.table()))
    "route.handed_on" -> handedOn(given.decision(given.table()))
    "route.route_batch" -> json(
        given.table().routeBatch(given.messages("messages"), given.now, given.sessionQueue, given.unavailable, given.session)
            .map(::json),
    )
    "route.explain" -> {
        val limit = given["limit"]?.asInt
        json(given.table().explain(given.message(), limit, given.now, given.sessionQueue, given.unavailable, given.session))
    }
    "route.lint" -> json(given.table().lint().map(::json))
    "route.diff" -> {
        val (old, new) = listOf("old", "new").map(given::table)
        val samples = given.messages("samples")
        json(
            RouteTable.diff(old, new, samples, given.now, given.sessionQueue, given.unavailable, given.session)
                .map { json("sample" to it.sample, "old" to json(it.old), "new" to json(it.new)) },
        )
    }
    "route.diagram" -> json(given.table().diagram())
    "route.trace_diagram" -> given.table().let { json(RouteTable.traceDiagram(given.decision(it))) }
    "route.verify" -> json(
        given.table().verify(given.configuration("fixtures"))
            .map { json("fixture" to it.fixture, "found" to json(it.found)) },
    )
    "route.bytes" -> {
        val bytes = given.table().toBytes()
        given["flip"]?.asInt?.let { bytes[it] = (bytes[it].toInt() xor 1).toByte() }
        val newSize = bytes.size - (given["cut"]?.asInt ?: 0)
        json(given.decision(RouteTable.fromBytes(bytes.copyOf(newSize))))
    }
    "route.from_bytes" -> json(RouteTable.fromBytes(given.hex("bytes")).use { true })
    "route.may_write" -> json(given.table().mayWrite(given.text("app"), given.text("queue")))
    "route.queues_of" -> json(given.table().queuesOf(given.text("app")))
    else -> fail("unknown call: $call")
}

private fun json(result: RouteResult) = when (result) {
    is RouteResult.Decided -> json(result.decision)
    is RouteResult.Refused -> json("code" to result.error.code)
}

private fun json(explanation: Explanation) = json(
    "decision" to json(explanation.decision),
    "rules" to explanation.rules.map {
        json(
            "id" to it.id,
            "priority" to it.priority,
            "outcome" to it.outcome.text,
            "near_miss" to it.nearMiss,
            "failure" to it.failure?.let(::json),
        )
    },
    "more" to explanation.more,
)

private fun json(failure: RuleFailure) = json(
    "attribute" to failure.attribute,
    "operator" to failure.operator,
    "expected" to failure.expected,
    "found" to failure.found,
    "wrong_type" to failure.wrongType,
    "negated" to failure.negated,
)

private fun json(finding: RouteFinding) = json(
    "code" to finding.code,
    "rules" to finding.rules,
    "app" to finding.app,
    "queue" to finding.queue,
    "channel" to finding.channel,
    "text" to finding.text,
)

internal fun handedOn(decision: Decision) = json(
    "assign" to decision.assign?.run { json("team" to team, "agent" to agent, "skills" to skills) },
    "ordering_key" to decision.orderingKey,
)

private fun JsonObject.table(name: String = "topology") = RouteTable.fromJson(configuration(name))

private fun JsonObject.message() = Message.unchecked(get("message").toString())

private fun JsonObject.messages(name: String) = get(name).asJsonArray.map { Message.unchecked(it.toString()) }

private fun JsonObject.decision(table: RouteTable) = table.route(message(), now, sessionQueue, unavailable, session)

private val JsonObject.now: Instant? get() = get("now_ms")?.asLong?.let(Instant::ofEpochMilli)

private val JsonObject.sessionQueue: String? get() = textOrNull("session_queue")

private val JsonObject.session: String? get() = textOrNull("session")

private val JsonObject.unavailable: List<String> get() = texts("unavailable")
