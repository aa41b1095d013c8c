package io.keyrail

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import com.google.gson.JsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import java.time.Instant

/**
 * Runs every case in `tests/vectors` as a test of the Kotlin binding. Prints the number of cases as
 * `conformance: N cases`.
 */
class ConformanceTest {
    @TestFactory
    fun vectors(): List<DynamicTest> {
        val files = repository.resolve("tests/vectors").list().orEmpty().filter { it.endsWith(".json") }
        assertEquals(DOMAINS.map { "$it.json" }.toSet(), files.toSet(), "the vector files do not match the list of domains")
        val cases = DOMAINS.flatMap(::read)
        println("conformance: ${cases.size} cases")
        return cases.map { case -> dynamicTest("${case.text("call")}: ${case.text("name")}") { check(case) } }
    }

    private fun read(domain: String): List<JsonObject> {
        val file = JsonParser.parseString(repository.resolve("tests/vectors/$domain.json").readText()).asJsonObject
        assertEquals(domain, file.text("domain"), "the domain in the file differs from the domain in the file name")
        val cases = file["sections"].asJsonArray.flatMap { it.asJsonObject["cases"].asJsonArray }.map { it.asJsonObject }
        cases.flatMap { it["given"].asJsonObject.entrySet() }.forEach { it.setValue(resolved(it.value, file)) }
        assertEquals(cases.size, cases.map { it.text("name") }.toSet().size, "$domain: two cases have the same name")
        return cases.ifEmpty { fail("$domain: the file contains no cases") }
    }

    /**
     * If a value is `{"like": NAME, ...}`, returns a copy of the document NAME in which the other
     * members of the value are added or replaced. Returns any other value unchanged.
     */
    private fun resolved(value: JsonElement, file: JsonObject): JsonElement {
        val name = (value as? JsonObject)?.remove("like") ?: return value
        val document = file["documents"].asJsonObject[name.asString].deepCopy().asJsonObject
        value.entrySet().forEach { document.add(it.key, it.value) }
        return document
    }

    private fun check(case: JsonObject) {
        assertEquals(1, listOf("want", "error").count(case::has), "a case needs either want or error")
        val actual = try {
            call(case.text("call"), case["given"].asJsonObject)
        } catch (error: KeyrailException) {
            val expected = case["error"] ?: throw error
            assertEquals(expected, describe(error, expected.asJsonObject), error.message)
            return
        }
        assertEquals(case["want"] ?: fail("expected ${case["error"]}, got $actual"), actual)
    }

    private fun describe(error: KeyrailException, expected: JsonObject) = json(
        "code" to error.code,
        *listOfNotNull(
            ("offset" to error.offset).takeIf { expected.has("offset") },
            ("header" to error.header).takeIf { expected.has("header") },
            ("faults" to error.faults.map { listOf(it.code, it.pointer) }).takeIf { expected.has("faults") },
        ).toTypedArray(),
    )
}

private val DOMAINS = listOf("url", "key", "redact", "header", "access", "route", "webhook", "platform", "gateway")

/**
 * Runs a call from the conformance vectors, and returns its result as JSON. Fails for an unknown
 * call.
 */
private fun call(call: String, given: JsonObject): JsonElement = when (call) {
    "url.encode" -> given.encodeSet().let { set ->
        json(if (set == null) Keyrail.Url.encode(given.text("text")) else Keyrail.Url.encode(given.text("text"), set))
    }
    "url.encode_bytes" -> json(Keyrail.Url.encodeBytes(given.hex("bytes")))
    "url.encode_batch" -> json(Keyrail.Url.encodeBatch(given.texts("texts")))
    "url.decode" -> json(Keyrail.Url.decode(given.text("text")))
    "url.decode_bytes" -> json(Keyrail.Url.decodeBytes(given.text("text")).joinToString("") { "%02x".format(it) })
    "url.decode_form" -> json(Keyrail.Url.decodeForm(given.text("text")))
    "url.decode_batch" -> json(Keyrail.Url.decodeBatch(given.texts("texts")).map(::json))
    "url.normalize" -> json(Keyrail.Url.normalize(given.text("text")))
    "url.encode_query" -> json(Keyrail.Url.encodeQuery(given.queryPairs("pairs")))
    "url.parse_query" -> json(Keyrail.Url.parseQuery(given.text("query")).map { it.toList() })
    "url.template.expand" -> json(UrlTemplate(given.text("template")).expand(given.variables()))
    "url.template.expand_strict" -> json(UrlTemplate(given.text("template")).expandStrict(given.variables()))
    "url.template.variables" -> json(UrlTemplate(given.text("template")).variables)
    "url.base_url" -> json(given.baseUrl().toString())
    "url.base_url.from_template" ->
        json(BaseUrl.fromTemplate(given.text("template"), given.pairs("variables")).toString())
    "url.base_url.join" -> json(given.baseUrl().join(given.texts("segments")))
    "header.extract" -> given.scheme().extract(given.pairs("headers")).let {
        json(
            "key" to it.key.reveal(),
            "token" to it.token?.reveal(),
            "app_id" to it.appId,
            "variant" to it.variant.text,
        )
    }
    "header.strip_credentials" ->
        json(given.scheme().stripCredentials(given.pairs("headers")).map { listOf(it.first, it.second) })
    "header.apply" -> revealed(given.scheme().apply(given.credentials()!!))
    "header.challenge" -> {
        val error = given.textOrNull("error")?.let { word -> ChallengeError.entries.single { it.text == word } }
        json(given.scheme().challenge(given.text("realm"), error))
    }
    "header.problem" -> {
        val error = thrownError { given.scheme().extract(given.pairs("headers")) }
        problemResponse(Keyrail.Header.problem(error)!!, given)
    }
    "header.render" -> problemResponse(Problem(given["status"].asInt, given.text("code"), given.text("detail")), given)
    "header.client_ip" -> {
        val trust = Trust.fromJson(given.configuration("trust"))
        json(Keyrail.Header.clientIp(given.text("peer"), given.pairs("headers"), trust))
    }
    "webhook.sign" -> json(
        Signer(given.texts("secrets").map(::Secret), given.headerNames())
            .sign(given.text("id"), given.instant("timestamp_ms"), given.text("body").toByteArray())
            .map { (name, value) -> listOf(name, value) },
    )
    "webhook.problem" -> problemResponse(Keyrail.Header.problem(thrownError { given.verified() })!!.response())
    "webhook.generate_secret" -> json(Keyrail.Webhook.generateSecret(given.hex("entropy")).reveal())
    "webhook.generate_private_key" -> json(Keyrail.Webhook.generatePrivateKey(given.hex("entropy")).reveal())
    "webhook.public_key" -> json(Keyrail.Webhook.publicKey(Secret(given.text("text"))))
    "webhook.is_public_address" -> json(Keyrail.Webhook.isPublicAddress(given.text("ip")))
    "webhook.standard_secret" -> json(Secret.standard(given.text("text")).reveal())
    "webhook.verify" -> {
        val verified = given.verified()
        json("id" to verified.id, "timestamp_ms" to verified.timestamp.toEpochMilli())
    }
    "webhook.check_target" -> {
        Keyrail.Webhook.checkTarget(given.text("url"), given.flag("allow_loopback"))
        json(true)
    }
    "webhook.retry_policy", "webhook.delivery_state", "webhook.delivery_request", "webhook.deliver" ->
        callDelivery(call, given)
    "webhook.health_policy", "webhook.endpoint", "webhook.endpoint_health", "webhook.endpoint_activity" ->
        callEndpoint(call, given)
    "webhook.receive_policy", "webhook.receive", "webhook.receiver", "webhook.delivery_claim" ->
        callReceive(call, given)
    "webhook.scheme", "webhook.scheme_sign", "webhook.scheme_verify" -> callWebhookScheme(call, given)
    "platform.get" -> json(Platform.get(given.text("name")))
    "platform.from_json" -> json(Platform.fromJson(given.configuration("platform")))
    "platform.document" -> json(Platform.fromJson(Platform.document(given.text("name"))))
    "platform.base" -> given.platform().let { json("template" to it.base, "variables" to it.variables) }
    "platform.base_url" -> json(given.platform().baseUrl(given.pairs("variables")).toString())
    "platform.is_unusual" -> json(given.platform().isUnusual(given.text("part"), given.text("text")))
    "platform.facts" -> facts(given.platform())
    "platform.operation" -> json(given.platform().operation(given.text("operation")))
    "platform.read_response" -> json(
        given.platform().readResponse(
            given.text("operation"),
            given["status"].asInt,
            given.pairs("headers"),
            given.text("body").toByteArray(),
            given.instant("now_ms"),
        ),
    )
    "platform.token_session" -> tokenSession(given)
    "platform.request" -> {
        val request = given.platform().request(
            given.text("operation"),
            variables = given.pairs("variables"),
            query = given.pairs("query"),
            headers = given.pairs("headers"),
            body = given.textOrNull("body")?.toByteArray(),
            form = if (given.has("form")) given.pairs("form") else null,
            credentials = given.credentials(),
            scheme = given.textOrNull("scheme"),
        )
        json(
            "method" to request.method,
            "url" to request.url,
            "headers" to revealed(request.headers),
            "body" to request.body?.decodeToString(),
        )
    }
    "gateway.from_json" -> json(given.gateway().use { true })
    "gateway.inbound" -> {
        val inbound = given.inbound()
        json(
            "decision" to json(inbound.decision),
            "deliveries" to inbound.deliveries.map {
                json(
                    "webhook" to it.webhook,
                    "idempotency_key" to it.idempotencyKey,
                    "method" to it.request.method,
                    "url" to it.request.url,
                    "headers" to revealed(it.request.headers),
                    "body" to it.request.body?.decodeToString(),
                )
            },
            "audit" to JsonParser.parseString(inbound.audit.toJson()),
        )
    }
    "gateway.handed_on" -> handedOn(given.inbound().decision)
    "gateway.outbound" -> {
        val outbound = given.gateway().outbound(
            given.text("operation"),
            given.pairs("headers"),
            given.instant("now_ms"),
            queue = given.textOrNull("queue"),
            ip = given.textOrNull("ip"),
            environment = given.textOrNull("environment"),
            ownerPermissions = given.permissions(),
            tokenVerified = given.get("token_verified")?.asBoolean ?: false,
            records = given["records"]?.asJsonArray?.map { KeyRecord.fromJson(it.toString()) },
            limits = given.limitStates(),
        )
        json(
            "accepted" to outbound.accepted,
            "grant" to outbound.grant?.let(::json),
            "queue" to outbound.queue,
            "denial" to outbound.denial?.code,
            "response" to outbound.response?.let {
                val body = JsonParser.parseString(it.body?.decodeToString()).asJsonObject
                val violated = body["violated-policies"]?.let { violated ->
                    arrayOf("type" to body.text("type"), "violated" to violated)
                }
                json(
                    "status" to it.status, "headers" to revealed(it.headers), "code" to body.text("code"),
                    *violated.orEmpty(),
                )
            },
            "audit" to JsonParser.parseString(outbound.audit.toJson()),
            // The consumption of a granted request is in the grant.
            *listOfNotNull(
                outbound.consumption?.takeIf { outbound.grant == null }?.let { "consumption" to json(it) },
            ).toTypedArray(),
        )
    }
    "gateway.identify" -> given.gateway().identify(given.pairs("headers"), given.textOrNull("operation")).let {
        val limitIds = it.limitIds.takeUnless { ids -> ids.isEmpty() }?.let { ids -> "limit_ids" to ids }
        json("key_id" to it.keyId, "digests" to it.digests, *listOfNotNull(limitIds).toTypedArray())
    }
    else -> when (call.substringBefore('.')) {
        "key", "redact" -> callKey(call, given)
        "route" -> callRoute(call, given)
        "access" -> callAccess(call, given)
        else -> fail("unknown call: $call")
    }
}

private fun json(decoded: Decoded) = when (decoded) {
    is Decoded.Text -> json(decoded.text)
    is Decoded.Refused -> json("code" to decoded.error.code, "offset" to decoded.error.offset)
}

/** Returns a decision as JSON, without its table's hash, its assignee and its ordering key. */
internal fun json(decision: Decision) = json(
    "kind" to decision.kind.text,
    "queue" to decision.queue,
    "app" to decision.app,
    "webhooks" to decision.webhooks,
    "rule" to decision.rule,
    "by" to decision.by?.text,
    "fell_back_from" to decision.fellBackFrom,
    "code" to decision.code,
    "reason" to decision.reason,
)

private fun problemResponse(problem: Problem, given: JsonObject): JsonElement =
    problemResponse(Keyrail.Header.render(problem, given.scheme(), given.text("realm")))

private fun problemResponse(response: Response): JsonElement {
    val body = JsonParser.parseString(response.body?.decodeToString()).asJsonObject
    return json(
        "status" to response.status,
        "headers" to revealed(response.headers),
        "title" to body["title"],
        "code" to body["code"],
    )
}

private fun json(platform: Platform) = json(
    "name" to platform.name,
    "schemes" to platform.schemes.keys.toList(),
    "operations" to platform.operations,
)

private fun facts(platform: Platform): JsonElement {
    platform.errors.forEach { (code, kind) -> assertEquals(kind, platform.failureOf(code)) }
    return json(
        "scopes" to platform.scopes.map { listOf(it.name, it.access.text) },
        "expiry" to platform.expiry?.let {
            when (it) {
                is ExpiryPolicy.Never -> json("never")
                is ExpiryPolicy.Chosen -> json("days" to it.days, "custom" to it.custom)
            }
        },
        "webhook" to platform.webhook?.let {
            json("token_header" to it.tokenHeader, "types" to it.types, "events" to it.events, "statuses" to it.statuses)
        },
        "errors" to platform.errors.map { (code, kind) -> listOf(code, kind.text) },
        "token" to platform.token?.operation,
    )
}

private fun json(operation: PlatformOperation) = json(
    "method" to operation.method,
    "path" to operation.path,
    "base" to operation.base,
    "access" to operation.access.text,
    "body" to operation.body.text,
    "limits" to operation.limits.map { (field, characters) -> listOf(field, characters) },
    "queue" to operation.usesQueue,
    "scheme" to operation.scheme,
    "variables" to operation.variables,
)

private fun json(outcome: Outcome) = when (outcome) {
    is Outcome.Ok -> json(
        "ok" to true,
        "data" to outcome.answer.data,
        "message" to outcome.answer.message,
        "page" to outcome.answer.page?.let {
            json(
                "count" to it.count,
                "current" to it.current,
                "previous" to it.previous,
                "next" to it.next,
                "first" to it.first,
                "last" to it.last,
            )
        },
    )
    is Outcome.Failed -> json(
        "ok" to false,
        "kind" to outcome.failure.kind.text,
        "code" to outcome.failure.code,
        "message" to outcome.failure.message,
        "retry_after_ms" to outcome.failure.retryAfterMs,
    )
}

/**
 * Runs the steps of a token session and returns their results. The result of a step that fails is the error's code,
 * and the session continues.
 */
private fun tokenSession(given: JsonObject): JsonElement {
    val session = TokenSession(given.platform(), Secret(given.text("key")), given.pairs("variables"))
    var last: Credentials? = null
    fun perform(step: JsonObject): JsonElement {
        when (val action = step.text("do")) {
            "poll" -> return when (val poll = session.poll(step.instant("now_ms"))) {
                is TokenPoll.Ready -> {
                    last = poll.credentials
                    json("ready" to listOf(poll.credentials.key.reveal(), poll.credentials.token?.reveal()))
                }
                is TokenPoll.Send ->
                    poll.request.let { json("send" to listOf(it.method, it.url, revealed(it.headers))) }
                is TokenPoll.Waiting -> json("waiting" to poll.until?.toEpochMilli())
            }
            "receive" -> session.receive(
                step["status"].asInt,
                step.pairs("headers"),
                step.text("body").toByteArray(),
                step.instant("now_ms"),
            )
            "on_no_response" -> session.onNoResponse(step.instant("now_ms"))
            "refused" -> session.refused(last!!)
            "accepted" -> session.accepted(last!!)
            "reissue" -> session.reissue()
            "rotate_key" -> session.rotateKey(Secret(step.text("key")))
            else -> fail("unknown step: $action")
        }
        return json("ok")
    }
    return json(
        given["steps"].asJsonArray.map {
            try {
                perform(it.asJsonObject)
            } catch (error: KeyrailException) {
                json("error" to error.code)
            }
        },
    )
}

private fun revealed(headers: List<Pair<String, HeaderValue>>) =
    json(headers.map { (name, value) -> listOf(name, value.reveal()) })

internal fun json(vararg members: Pair<String, Any?>) =
    JsonObject().apply { members.forEach { (name, value) -> add(name, json(value)) } }

internal fun json(value: Any?): JsonElement = when (value) {
    null -> JsonNull.INSTANCE
    is JsonElement -> value
    is String -> JsonPrimitive(value)
    is Boolean -> JsonPrimitive(value)
    is Number -> JsonPrimitive(value)
    is List<*> -> JsonArray().apply { value.forEach { add(json(it)) } }
    else -> fail("cannot convert to JSON: $value")
}

internal fun JsonObject.text(name: String): String = get(name).asString

internal fun JsonObject.textOrNull(name: String): String? = get(name)?.takeUnless { it.isJsonNull }?.asString

internal fun JsonObject.instant(name: String): Instant = Instant.ofEpochMilli(long(name))

private fun JsonObject.long(name: String): Long = get(name).asLong

internal fun JsonObject.flag(name: String): Boolean = get(name)?.asBoolean ?: false

internal fun JsonObject.texts(name: String): List<String> = get(name)?.asJsonArray.orEmpty().map { it.asString }

internal fun JsonObject.pairs(name: String): List<Pair<String, String>> =
    get(name)?.asJsonArray.orEmpty().map { it.asJsonArray[0].asString to it.asJsonArray[1].asString }

/** Returns the pairs of a query, whose values may be null. */
private fun JsonObject.queryPairs(name: String): List<Pair<String, String?>> =
    get(name).toPairs().map { (name, value) -> name.asString to value.takeUnless { it.isJsonNull }?.asString }

/**
 * Returns the encode set, or `null` if the case has none. A set is written as its name, or as the characters that it
 * keeps.
 */
private fun JsonObject.encodeSet(): EncodeSet? =
    get("set")?.let { if (it is JsonPrimitive) EncodeSet.named(it.asString) else EncodeSet.keeping(it.asJsonObject.text("keep")) }

/** Returns the variables of a template. */
private fun JsonObject.variables(): List<Pair<String, TemplateValue>> =
    get("variables").toPairs().map { (name, value) -> name.asString to templateValue(value) }

private fun templateValue(given: JsonElement): TemplateValue = when {
    given is JsonPrimitive -> TemplateValue.text(given.asString)
    given.asJsonArray.all { it is JsonPrimitive } -> TemplateValue.list(given.asJsonArray.map { it.asString })
    else -> TemplateValue.pairs(given.toPairs().map { (name, text) -> name.asString to text.asString })
}

private fun JsonElement.toPairs(): List<List<JsonElement>> = asJsonArray.map { it.asJsonArray.toList() }

internal fun JsonArray?.orEmpty() = this ?: JsonArray()

internal fun JsonObject.hex(name: String): ByteArray =
    text(name).chunked(2).map { it.toInt(16).toByte() }.toByteArray()

/** Returns a configuration as a string. A member that is a string is returned unchanged. */
internal fun JsonObject.configuration(name: String): String =
    get(name).let { if (it is JsonPrimitive) it.asString else it.toString() }

private fun JsonObject.baseUrl() = BaseUrl(text("url"), flag("allow_loopback"))

private fun JsonObject.credentials(): Credentials? =
    get("credentials")?.asJsonObject?.let { Credentials(it.text("key"), it.textOrNull("token"), it.textOrNull("app_id")) }

private fun JsonObject.platform(): Platform {
    val given = get("platform")
    return if (given is JsonPrimitive) Platform.get(given.asString) else Platform.fromJson("$given")
}

private fun JsonObject.scheme(): Scheme = scheme(get("scheme"))

private fun scheme(given: JsonElement): Scheme {
    if (given is JsonArray) return Scheme.anyOf(given.map(::scheme))
    if (given !is JsonPrimitive) return Scheme.fromJson(given.toString())
    val words = given.asString.split(" ")
    return when {
        words[0] == "token68" -> scheme(JsonPrimitive(given.asString.removePrefix("token68 "))).withToken68()
        words == listOf("bare_authorization") -> Scheme.bareAuthorization()
        words == listOf("x_api_key") -> Scheme.xApiKey()
        words == listOf("bearer") -> Scheme.bearer()
        words[0] == "authorization" -> Scheme.authorization(words[1])
        words[0] == "header" -> Scheme.header(words[1])
        words[0] == "pair" -> Scheme.pair(words[1], words[2])
        words.size == 1 -> Platform.get(words[0]).scheme
        else -> Platform.get(words[0]).schemes.getValue(words[1])
    }
}

private fun JsonObject.inbound() = gateway().inbound(
    text("message_id"),
    Message.unchecked(get("message").toString()),
    text("body").toByteArray(),
    instant("now_ms"),
    sessionQueue = textOrNull("session_queue"),
    unavailable = texts("unavailable"),
    session = textOrNull("session"),
)

private fun JsonObject.headerNames(): HeaderNames =
    textOrNull("header_names")?.let { text -> HeaderNames.entries.single { it.text == text } }
        ?: HeaderNames.STANDARD

internal fun JsonObject.verifier(): Verifier {
    val secrets = texts("secrets").map(::Secret)
    val names = headerNames()
    return this["tolerance_s"]?.let { Verifier(secrets, it.asLong, names) }
        ?: Verifier(secrets, headerNames = names)
}

private fun JsonObject.verified(): Verified =
    verifier().verify(pairs("headers"), text("body").toByteArray(), instant("now_ms"))

private fun JsonObject.gateway(): Gateway {
    val secrets = get("secrets").asJsonObject.entrySet().associate { (name, given) ->
        val texts = if (given is JsonPrimitive) listOf(given.asString) else given.asJsonArray.map { it.asString }
        name to texts.map(::Secret)
    }
    return Gateway.fromJson(configuration("deployment"), secrets)
}
