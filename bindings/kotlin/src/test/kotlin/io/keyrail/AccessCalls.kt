package io.keyrail

import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import com.google.gson.JsonPrimitive
import java.time.Instant
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.fail

/**
 * Runs a call from the conformance vectors of the domain `access`, and returns its result as JSON.
 * Fails for an unknown call.
 */
internal fun callAccess(call: String, given: JsonObject): JsonElement = when (call) {
    "access.record" -> JsonParser.parseString(given.record().toJson())
    "access.find_digest" -> {
        json(given.record().findDigest(given.text("text"), given.peppers()))
    }
    "access.upgrade" ->
        given.record().upgrade(given.text("text"), given.peppers(), given.instant("now_ms"))?.let(::json) ?: JsonNull.INSTANCE
    "access.peppers_in_use" ->
        json(KeyRecord.peppersInUse(given["records"].asJsonArray.map { KeyRecord.fromJson(it.toString()) }))
    "access.status" -> json(given.record().status(given.instant("now_ms")).text)
    "access.authorize" -> {
        val record = given.record()
        given.request(record).run {
            json(record.authorize(access, now, ip, operation, queue, environment, digest, ownerPermissions, limits))
        }
    }
    "access.authorize_batch" -> {
        val record = given.record()
        val results = record.authorizeBatch(given["requests"].asJsonArray.map { it.asJsonObject.request(record) })
        json(results.map(::json))
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
    "access.unused_alerts" -> {
        val uses = given["uses"].asJsonArray.map { it.asJsonObject }.map { it.record() to it.instantOrNull("last_use_ms") }
        val (since, now) = given.instant("since_ms") to given.instant("now_ms")
        val alerts = when (val days = given["days"]) {
            null -> KeyRecord.unusedAlerts(uses, since, now)
            else -> KeyRecord.unusedAlerts(uses, since, now, days.asJsonArray.map { it.asInt })
        }
        json(alerts.map(::json))
    }
    "access.touch" -> json(KeyRecord.touch(given.instantOrNull("stored_ms"), given.instant("now_ms"))?.toEpochMilli())
    "access.last_uses" -> JsonParser.parseString(LastUses.fromJson(given.configuration("last_uses")).toJson())
    "access.touch_last_uses" -> given.touchLastUses()
    "access.limit_state" -> JsonParser.parseString(LimitState.fromJson(given.configuration("state")).toJson())
    "access.usage" -> JsonParser.parseString(Usage.fromJson(given.configuration("usage")).toJson())
    "access.count_usage" -> given.countUsage()
    "access.merge_usage" -> given.mergeUsage()
    "access.limit" -> json(Limit.fromJson(given["limit"].toString()))
    "access.consume" -> {
        val limits = given["limits"].asJsonArray.map { it.asJsonObject }.map {
            Limit.fromJson(it["limit"].toString()) to it["state"]?.limitState()
        }
        json(Limit.consume(limits, given.instant("now_ms")))
    }
    "access.checkpoint" -> {
        val checkpoint = Checkpoint(given.text("text"))
        json("writer" to checkpoint.writer, "number" to checkpoint.number)
    }
    "access.audit_entry" -> JsonParser.parseString(AuditEntry.fromJson(given["entry"].toString()).toJson())
    "access.audit_erase" -> JsonParser.parseString(AuditEntry.fromJson(given["entry"].toString()).erase().toJson())
    "access.audit_append" -> {
        val entry = given.chain().append(Checkpoint(given.text("after")), given.text("payload"), given.hex("entropy"))
        JsonParser.parseString(entry.toJson())
    }
    "access.audit_verify" -> {
        val entries = given["entries"].asJsonArray.map { AuditEntry.fromJson(it.toString()) }
        val until = given.textOrNull("until")?.let { Checkpoint(it) }
        val report = given.chain().verify(Checkpoint(given.text("from")), entries, until)
        val fault = report.fault?.let { json("code" to it.code, "index" to it.index, "number" to it.number) }
        json(
            "checkpoint" to report.checkpoint.toString(),
            "erased" to report.erased,
            "fault" to (fault ?: JsonNull.INSTANCE),
        )
    }
    "access.policy" -> {
        val policy = given.policy()
        json("roles" to policy.roles, "authority" to policy.authority.text)
    }
    "access.issue" -> {
        val newKey = newKey(given["new"].asJsonObject)
        given.issuing { format, entropy, pepper ->
            given.policy().issue(newKey, format, entropy, given.actor(), given.instant("now_ms"), pepper)
        }
    }
    "access.reissue" -> given.issuing { format, entropy, pepper ->
        given.policy().reissue(
            given.record(), format, entropy, given.actor(), given.instant("now_ms"),
            given.textOrNull("expires")?.let(Expiry::parse), given.textOrNull("id"), given["key_count"]?.asLong,
            pepper,
        )
    }
    "access.rotate" -> given.issuing { format, entropy, pepper ->
        given.policy().rotate(
            given.record(), format, entropy, given.actor(), given.instant("now_ms"),
            given.textOrNull("grace")?.let(Period::parse), given.textOrNull("expires")?.let(Expiry::parse), pepper,
        )
    }
    "access.change" -> {
        val change = given.change()
        json(change).also {
            if (given.has("stored")) {
                val stored = KeyRecord.fromJson(given.configuration("stored"))
                val rebased = change.rebase(stored)
                it.add("applied", JsonParser.parseString(change.applyTo(stored).toJson()))
                it.add("rebased", json(rebased))
            }
        }
    }
    else -> fail("unknown call: $call")
}

/** Returns a limit as JSON, and checks that [Limit.toJson] returns the same. */
private fun json(limit: Limit): JsonObject {
    val members = json("name" to limit.name, "of" to limit.of.text, "cost" to limit.cost)
    limit.rate?.let {
        members.add("rate", json("units" to it.units, "per_seconds" to it.perSeconds, "burst" to it.burst))
    }
    limit.quota?.let {
        val quota = json("units" to it.units, "per" to it.per.text)
        it.day?.let { day -> quota.add("day", json(day)) }
        members.add("quota", quota)
    }
    assertEquals(members, JsonParser.parseString(limit.toJson()))
    return members
}

private fun JsonElement.limitState(): LimitState = asJsonArray.let { LimitState(it[0].asLong, it[1].asLong) }

/** Returns the outcome of limits as JSON. Only the limits of a record have an id. */
internal fun json(consumption: Consumption): JsonObject {
    fun state(state: LimitState?) = state?.let { json(listOf(it.at, it.count)) } ?: JsonNull.INSTANCE
    fun millis(time: Instant?) = time?.let { JsonPrimitive(it.toEpochMilli()) } ?: JsonNull.INSTANCE
    return json(
        "allowed" to consumption.isAllowed,
        "limits" to consumption.limits.map {
            json(
                "name" to it.name,
                "exceeded" to it.isExceeded,
                "remaining" to it.remaining,
                "old" to state(it.oldState),
                "new" to state(it.newState),
                "next_at_ms" to millis(it.nextAt),
                *listOfNotNull(it.id?.let { id -> "id" to id }).toTypedArray(),
            )
        },
        "retry_at_ms" to millis(consumption.retryAt),
        "retry_after_seconds" to (consumption.retryAfterSeconds?.let { JsonPrimitive(it) } ?: JsonNull.INSTANCE),
        "headers" to consumption.headers.map { it.toList() },
    )
}

private fun json(change: KeyChange): JsonObject = json(
    "base_version" to change.baseVersion,
    "any_version" to change.appliesToAnyVersion,
    "patch" to JsonParser.parseString(change.patch),
    "event" to JsonParser.parseString(change.event.toJson()),
)

/** Returns a grant as JSON, without the members that have no value. */
internal fun json(grant: Grant): JsonObject = json(
    "record" to grant.record,
    "app" to grant.app,
    "scope" to grant.scope.text,
    *listOfNotNull(
        grant.owner?.let { "owner" to it },
        grant.name?.let { "name" to it },
        grant.digest?.let { "digest" to it },
        grant.consumption?.let { "consumption" to json(it) },
        grant.upgrade?.let { "upgrade" to json(it) },
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

private fun json(alert: UnusedAlert) = json(
    "id" to alert.id,
    "record" to alert.record,
    "days" to alert.days,
    "due_ms" to alert.due.toEpochMilli(),
    "unused_since_ms" to alert.unusedSince.toEpochMilli(),
)

private fun JsonObject.instantOrNull(name: String): Instant? = get(name)?.asLong?.let(Instant::ofEpochMilli)

private fun JsonObject.record(): KeyRecord = KeyRecord.fromJson(configuration("record"))

private fun JsonObject.peppers(): List<Pepper> =
    get("peppers")?.asJsonArray.orEmpty().map { it.asJsonObject }
        .map { Pepper(it.text("id"), Secret(it.text("secret"))) }

private fun JsonObject.chain(): AuditChain =
    AuditChain(get("keys").asJsonArray.map { it.asJsonObject }.map { it.text("id") to Secret(it.text("secret")) })

/** Returns the policy, which is given by its name or as a configuration. */
private fun JsonObject.policy(): Policy = when (val policy = get("policy")) {
    is JsonPrimitive -> Policy.preset(policy.asString)
    else -> Policy.fromJson(policy.toString())
}

/** Returns the actor, which is given as a user or as the key of a record. */
private fun JsonObject.actor(): Actor {
    val actor = get("actor").asJsonObject
    if (!actor.has("record")) return Actor(actor.text("id"), actor.text("role"))
    val record = actor.record()
    return Actor.key(record, actor.digest(record))
}

private fun json(result: AccessResult): JsonElement = when (result) {
    is AccessResult.Granted -> json(result.grant)
    is AccessResult.Denied -> JsonObject().apply {
        addProperty("code", result.error.code)
        (result.error as? AccessException)?.consumption?.let { add("consumption", json(it)) }
    }
}

private fun JsonObject.request(record: KeyRecord) = AccessRequest(
    Access.entries.single { it.text == text("access") },
    instant("now_ms"),
    ip = textOrNull("ip"),
    operation = textOrNull("operation"),
    queue = textOrNull("queue"),
    environment = textOrNull("environment"),
    digest = digest(record),
    ownerPermissions = permissions(),
    limits = limitStates(),
)

/**
 * Returns the index of a digest of the record: the index that the test case contains, or that of
 * the digest that matches its key. Returns `null` if the case has neither.
 */
private fun JsonObject.digest(record: KeyRecord): Int? =
    get("digest")?.asInt ?: textOrNull("key")?.let { record.findDigest(it)!! }

/** Returns the stored states of limits by their ids, or `null` if none are given. */
internal fun JsonObject.limitStates(): Map<String, LimitState?>? =
    get("limits")?.asJsonObject?.entrySet()?.associate { (id, state) -> id to state.takeUnless { it.isJsonNull }?.limitState() }

private fun JsonObject.limits(): List<Limit> =
    get("limits")?.asJsonArray.orEmpty().map { Limit.fromJson(it.toString()) }

internal fun JsonObject.permissions(): Permissions? = get("owner_permissions")?.asJsonObject?.let {
    Permissions(it.scope(), it.textsOrNull("operations"), it.textsOrNull("queues"))
}

/** Returns the list of strings with this name, or `null` if it is absent or null. */
private fun JsonObject.textsOrNull(name: String): List<String>? =
    get(name)?.takeUnless { it.isJsonNull }?.asJsonArray?.map { it.asString }

private fun JsonObject.scope(): Scope =
    Scope.entries.find { it.text == text("scope") }
        ?: throw KeyrailException.of("the Kotlin enum has no such entry", "access.unknown_scope")

private fun JsonObject.metadata(): Map<String, String> =
    get("metadata")?.asJsonObject?.entrySet().orEmpty().associate { it.key to it.value.asString }

/**
 * Passes the format, the entropy and the pepper of a new key to [issue], and returns the new key
 * with its change.
 */
private fun JsonObject.issuing(issue: (KeyFormat, ByteArray, Pepper?) -> Issued): JsonElement {
    val issued = issue(keyFormat(), hex("entropy"), pepper())
    return json(issued.change).also { it.addProperty("key", issued.key.reveal()) }
}

private fun newKey(new: JsonObject): NewKey = NewKey(
    app = new.text("app"),
    scope = new.scope(),
    expires = new.textOrNull("expires")?.let(Expiry::parse),
    name = new.textOrNull("name"),
    id = new.textOrNull("id"),
    organization = new.textOrNull("organization"),
    environment = new.textOrNull("environment"),
    owner = new.textOrNull("owner"),
    operations = new.textsOrNull("operations"),
    queues = new.textsOrNull("queues"),
    allowIps = new.textsOrNull("allow_ips"),
    limits = new.limits(),
    notBefore = new.textOrNull("not_before")?.let(Instant::parse),
    metadata = new.metadata(),
    keyCount = new["key_count"]?.asLong,
)

/** Makes a change that does not issue a key. */
private fun JsonObject.change(): KeyChange {
    val (policy, record, actor) = Triple(policy(), record(), actor())
    val now = instant("now_ms")
    return when (val operation = text("operation")) {
        "revoke" -> policy.revoke(record, actor, now, textOrNull("reason"), digest(record))
        "disable" -> policy.disable(record, actor, now)
        "enable" -> policy.enable(record, actor, now)
        "rename" -> policy.rename(record, textOrNull("name"), actor, now)
        "set_scope" -> policy.setScope(record, scope(), actor, now)
        "set_operations" -> policy.setOperations(record, textsOrNull("operations"), actor, now)
        "set_queues" -> policy.setQueues(record, textsOrNull("queues"), actor, now)
        "set_networks" -> policy.setNetworks(record, textsOrNull("networks"), actor, now)
        "set_expiry" -> policy.setExpiry(record, Expiry.parse(text("expires")), actor, now)
        "set_limits" -> policy.setLimits(record, limits(), actor, now)
        "set_metadata" -> policy.setMetadata(record, metadata(), actor, now)
        else -> fail("unknown operation: $operation")
    }
}

/** Touches digests, and returns the last uses. */
private fun JsonObject.touchLastUses(): JsonElement {
    var uses = if (has("last_uses")) LastUses.fromJson(configuration("last_uses")) else LastUses()
    val stored = get("touches")?.asJsonArray.orEmpty().map { it.asJsonObject }.map { touch ->
        val touched = uses.touch(touch.text("digest"), touch.instant("now_ms"))
        uses = touched ?: uses
        touched != null
    }
    val record = if (has("record")) record() else null
    return json(
        "last_uses" to JsonParser.parseString(uses.toJson()),
        "stored" to json(stored),
        "at_ms" to textOrNull("digest")?.let { uses.of(it) }?.toEpochMilli(),
        "current_ms" to record?.let { uses.ofCurrent(it) }?.toEpochMilli(),
        "replaced_ms" to record?.let { uses.ofReplaced(it) }?.toEpochMilli(),
    )
}

/** Counts requests, and returns the usage. */
private fun JsonObject.countUsage(): JsonElement {
    val counter = UsageCounter(text("epoch"), get("operations").asJsonArray.map { it.asString })
    for (request in get("requests").asJsonArray.map { it.asJsonObject }) {
        val (record, operation) = request.textOrNull("record") to request.textOrNull("operation")
        counter.count(record, operation, request.text("outcome"), request.instant("now_ms"))
    }
    instantOrNull("remove_before_ms")?.let {
        counter.usage() // `remove_before` only removes what `usage` has returned before.
        counter.removeBefore(it)
    }
    return JsonParser.parseString(counter.usage().toJson())
}

/** Changes a usage step by step. */
private fun JsonObject.mergeUsage(): JsonElement {
    val usage = Usage()
    for (step in get("steps").asJsonArray.map { it.asJsonObject }) {
        if (step.has("merge")) usage.merge(Usage.fromJson(step.configuration("merge")))
        step.instantOrNull("close_before_ms")?.let(usage::closeBefore)
        step.instantOrNull("remove_before_ms")?.let(usage::removeBefore)
    }
    val counts = textOrNull("record")?.let(usage::countsOf) ?: usage.counts()
    val described = counts.map {
        json(
            "day_ms" to it.day.toEpochMilli(),
            "record" to (it.record ?: JsonNull.INSTANCE),
            "operation" to it.operation,
            "outcome" to it.outcome,
            "count" to it.count,
        )
    }
    return json("usage" to JsonParser.parseString(usage.toJson()), "late" to usage.late, "counts" to json(described))
}
