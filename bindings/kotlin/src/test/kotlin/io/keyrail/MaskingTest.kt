package io.keyrail

import com.google.gson.ExclusionStrategy
import com.google.gson.FieldAttributes
import com.google.gson.GsonBuilder
import com.google.gson.JsonIOException
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.NotSerializableException
import java.io.ObjectOutputStream
import java.io.PrintStream
import java.lang.reflect.Field
import java.lang.reflect.Modifier
import java.time.Instant

/**
 * Tests that no value reveals a secret, whether the value is printed, formatted or read by
 * reflection.
 */
class MaskingTest {
    private val secrets = listOf(KEY_SECRET, WEBHOOK_SECRET, PEPPER_SECRET, "s3cr3t", "t0k3n")

    @Test
    fun `a secret prints as a fixed-width mask`() {
        assertEquals("Secret(••••••••)", Secret("s3cr3t").toString())
        assertEquals("Secret(••••••••)", "${Secret("")}")
        assertEquals("s3cr3t", Secret("s3cr3t").reveal())
    }

    @Test
    fun `a key prints as its mask`() {
        val key = KeyFormat.keyrail().parse(KEY)
        assertEquals("kr_test_LY3SfMya40RZ_••••••••", key.toString())
        assertEquals(key.mask(), "$key")
        assertEquals(KEY, key.reveal())
        assertNoSecret(key)
    }

    @Test
    fun `no value of any public type reveals a secret`() {
        for ((name, values) in samples()) {
            assertTrue(values.isNotEmpty(), name)
            for (value in values) {
                assertEquals(name, nameOf(value.javaClass))
                assertNoSecret(value)
            }
        }
    }

    /** Fails if a public type has no sample. */
    @Test
    fun `every public type has a sample`() {
        val types = publicTypes().filterNot { it.isInterface || Modifier.isAbstract(it.modifiers) }.map(::nameOf)
        assertEquals(types.sorted(), samples().keys.sorted())
    }

    @Test
    fun `a key of any format prints as its mask`() {
        for (format in listOf(KeyFormat.opaque(), KeyFormat.hex40(), KeyFormat.jwt())) {
            val key = format.parse(KEY_SECRET)
            assertEquals("••••••••", "$key")
            assertNoSecret(key)
        }
        // A mask policy may show up to 4 characters at each end. This test therefore looks for 8
        // consecutive characters of a secret.
        assertNoSecret(KeyFormat.keyrail().parse(KEY).mask(MaskPolicy(4, 4)))
    }

    @Test
    fun `a request prints neither its key nor its query nor its body`() {
        val request = request()
        assertNoSecret(request)
        assertTrue("6 bytes" in request.toString(), request.toString())
        for (secret in listOf(KEY, "t0k3n")) {
            assertTrue(request.headers.any { (_, value) -> value.isSensitive && value.reveal() == secret })
        }
    }

    @Test
    fun `a message prints only attribute names`() {
        val message = Message("wa-main", "text" to "s3cr3t", "tags" to listOf("t0k3n"))
        assertEquals("Message(channel, text, tags)", message.toString())
        assertNoSecretIn(Message.fromJson("""{"channel": "wa-main", "text": "s3cr3t"}""").toString())
    }

    @Test
    fun `an explanation prints without the content of the message`() {
        val explanation = RouteTable.fromJson(TOPOLOGY).explain(Message("wa-main", "text" to "s3cr3t"))
        assertNoSecret(explanation)
        assertEquals("Explanation(route.channel, rules=[RuleReport(refunds, failed)], more=0)", "$explanation")
        val failure = explanation.rules.single().failure!!
        assertEquals("RuleFailure(text: contains refund)", "$failure")
        assertEquals("s3cr3t", failure.found)
        assertTrue("s3cr3t" in explanation.text)
    }

    @Test
    fun `a token session prints neither its key nor its token`() {
        val session = TokenSession(Platform.get("vchatcloud"), Secret(KEY))
        assertNoSecret(session.poll(NOW))
        assertNoSecret(session.poll(NOW))
        val token = token("t0k3n", 3600)
        session.receive(200, listOf("x-auth-token" to token), ByteArray(0), NOW)
        val ready = session.poll(NOW)
        assertNoSecret(ready)
        assertNoSecret(session)
        assertEquals("TokenSession(••••••••, expires=${NOW.plusSeconds(3600)})", session.toString())
        assertEquals(token, (ready as TokenPoll.Ready).credentials.token?.reveal())
        assertNoSecretIn(thrownError { session.onNoResponse(NOW) }.stackTraceToString())
    }

    @Test
    fun `the content of a platform response is not printed`() {
        val azeer = Platform.get("azeer")
        val done = """{"data": {"key": "s3cr3t"}, "message": "t0k3n", "success": true}"""
        val outcome = azeer.readResponse("message.send", 200, listOf("x-token" to "t0k3n"), done.toByteArray(), NOW)
        assertNoSecret(outcome)
        assertNoSecret((outcome as Outcome.Ok).answer)
        assertEquals("""{"key": "s3cr3t"}""", outcome.answer.data)
        val failed = """{"message": "t0k3n", "success": false}"""
        val rejected = azeer.readResponse("message.send", 401, emptyList(), failed.toByteArray(), NOW)
        assertNoSecret(rejected)
        assertNoSecret((rejected as Outcome.Failed).failure)
        assertEquals("t0k3n", rejected.failure.message)
        val links = """{"count": 2, "links": {"next": "/users?key=s3cr3t"}}"""
        val listed = Platform.get("sceyt").readResponse("user.list", 200, emptyList(), links.toByteArray(), NOW)
        assertNoSecret(listed)
        assertNoSecretIn((listed as Outcome.Ok).answer.page.toString())
    }

    @Test
    fun `secrets compare by content and all have the same hash`() {
        assertEquals(Secret("a"), Secret("a"))
        assertNotEquals(Secret("a"), Secret("b"))
        assertEquals(Secret("a").hashCode(), Secret("b").hashCode())
    }

    @Test
    fun `an error does not repeat the input`() {
        val error = thrownError { KeyFormat.keyrail().parse(KEY + "s3cr3t") }
        assertNoSecretIn("$error ${error.message} ${error.stackTraceToString()}")
        assertNull(error.cause)
    }

    private fun request() = Platform.get("mehery").request(
        "message.send",
        variables = listOf("domain" to "abcorp"),
        headers = listOf("Private-Token" to "t0k3n"),
        body = "s3cr3t".toByteArray(),
        credentials = Credentials(KEY),
    )

    /** Returns sample values of every public type. They contain secrets wherever possible. */
    private fun samples(): Map<String, List<Any>> {
        val credentials = Credentials(KEY, token = "t0k3n", appId = "app-1")
        val scheme = Scheme.pair("x-key", "x-token")
        val format = KeyFormat.keyrail()
        val key = format.parse(KEY)
        val pepper = Pepper("p1", Secret(PEPPER_SECRET))
        val redactor = Redactor(listOf(format, KeyFormat.opaque()))
        val text = "x-api-key: s3cr3t\n$KEY t0k3n"
        val stream = redactor.stream().apply { push("t0k3n=$KEY") }
        val bytes = redactor.streamBytes().apply { push("s3cr3t $KEY".toByteArray()) }
        val finished = redactor.stream().apply { finish() }
        val found = redactor.find(text)
        val error = thrownError { RouteTable.fromJson("""{"s3cr3t": 1}""") }
        val message = Message("wa-main", "text" to "s3cr3t", "tags" to listOf("t0k3n"))
        val gateway = gateway()
        val body = "s3cr3t".toByteArray()
        val inbound = gateway.inbound("m1", message, body, NOW)
        val outbound = gateway.outbound("message.send", listOf("x-api-key" to KEY), NOW, queue = "support")
        val unknown = gateway.outbound("message.send", listOf("x-api-key" to "s3cr3t"), NOW)
        val record = KeyRecord.fromJson(
            """{"id": "r", "app": "desk", "digests": [{"digest": "${key.digest()}"}], "scope": "read",
                "created_by": {"id": "u_17"}, "revoked": {"at": "2026-11-01T00:00:00Z"}}""",
        )
        val expiring = KeyRecord.fromJson(
            """{"id": "r", "app": "desk", "digests": [{"digest": "${key.digest()}"}], "scope": "read",
                "expires_at": "2026-12-01T00:00:00Z"}""",
        )
        val policy = Policy.preset("mehery")
        val actor = Actor("u_17", "admin")
        val newKey = NewKey("desk", Scope.READ)
        val issued = policy.issue(newKey, KeyFormat.keyrail(), KEY.toByteArray(), actor, NOW)
        val limit = Limit.fromJson("""{"name": "a", "quota": {"units": 1, "per": "day"}}""")
        val rate = Limit.fromJson("""{"name": "b", "rate": {"units": 2, "per_seconds": 60}}""")
        val consumption = Limit.consume(listOf(limit to null), NOW)
        val auditChain = AuditChain(listOf("a1" to Secret(KEY)))
        val usage = UsageCounter("gateway-1/1", listOf("send_message"))
        usage.count("r_1", "send_message", "access.granted", NOW)
        val auditEntry = auditChain.append(Checkpoint.start("w"), "{}", KEY.toByteArray())
        // Verifies the entry from its own checkpoint, as if it followed itself. This produces a
        // fault.
        val auditReport = auditChain.verify(auditEntry.checkpoint, listOf(auditEntry))
        val (github, hook) = WebhookScheme.named("github") to "https://a.example/"
        val signatures = github.sign(Secret("s3cr3t"), "POST", hook, emptyList(), body, NOW)
            .map { (name, value) -> name to value.reveal() }
        val verifiedRequest = github.verify(listOf(Secret("s3cr3t")), "POST", hook, signatures, body, NOW)
        val started = DeliveryState.start("msg_1", "desk-hook", RetryPolicy.standard(), NOW)
        val refusal = DeliveryOutcome.response(401).withBody("token=s3cr3t".toByteArray(), Redactor())
        val settled = started.settle(refusal, NOW, 0.0)
        val health = EndpointHealth("desk-hook").record(settled, HealthPolicy.standard())
        val activity = EndpointActivity().apply { record(settled, 80) }
        val received = ReceivePolicy.standard().claim("msg_1", NOW, null, NOW)
        val claim = (received as ReceiveResult.Process).claim
        val receiver = Receiver(Verifier(listOf(Secret(WEBHOOK_SECRET))), ReceivePolicy.standard())
        val signed = Signer(WEBHOOK_SECRET).sign("m1", NOW, body)
        val verifier = Verifier(listOf(Secret(WEBHOOK_SECRET)))
        val decoded = Keyrail.Url.decodeBatch(listOf("a%20b", "s3cr3t%"))
        val session = TokenSession(Platform.get("vchatcloud"), Secret(KEY))
        val send = session.poll(NOW)
        val waiting = session.poll(NOW)
        val failing = TokenSession(Platform.get("vchatcloud"), Secret(KEY)).apply { poll(NOW) }
        thrownError { failing.receive(401, emptyList(), """{"result_cd": 0, "result_msg": "s3cr3t"}""".toByteArray(), NOW) }
        session.receive(200, listOf("x-auth-token" to token("t0k3n", 3600)), ByteArray(0), NOW)
        val ready = session.poll(NOW)
        val azeer = Platform.get("azeer")
        val done = azeer.readResponse(
            "message.send", 200, emptyList(), """{"data": {"key": "s3cr3t"}, "message": "t0k3n", "success": true}""".toByteArray(), NOW)
        val failed = azeer.readResponse(
            "message.send", 401, emptyList(), """{"message": "t0k3n", "success": false}""".toByteArray(), NOW)
        val listed = Platform.get("sceyt").readResponse(
            "user.list", 200, emptyList(), """{"count": 2, "links": {"next": "2"}}""".toByteArray(), NOW) as Outcome.Ok
        val headerError = thrownError { Scheme.bearer().extract(listOf("Authorization" to "Bearer s3cr3t t0k3n")) }
        val mehery = Platform.get("mehery")
        val table = RouteTable.fromJson(TOPOLOGY)
        val explanation = table.explain(message)
        val routed = table.routeBatch(listOf(message, Message("s3cr3t")))
        val assigningTopology = """{"channels": [{"id": "sms", "kind": "sms"}], "queues": [{"id": "a"}, {"id": "b"}],
            "rules": [{"id": "r", "when": {"exact": {"channel": "sms"}}, "queue": "a", "assign": {"team": "care"}}]}"""
        val assigningTable = RouteTable.fromJson(assigningTopology)
        val held = assigningTable.route(Message("sms")) as Decision.Held
        val unrouted = RouteTable.fromJson(
            """{"channels": [{"id": "sms", "kind": "sms"}], "queues": [{"id": "a"}]}""",
        ).route(Message("sms"))
        val changedTable = RouteTable.fromJson(TOPOLOGY.replace("\"refund\"", "\"s3cr3t\""))
        val fixtures = """[{"message": {"channel": "wa-main", "text": "s3cr3t"}, "expect": {"rule": "refunds"}}]"""
        return mapOf(
            "Access" to listOf(Access.READ),
            "Answer" to listOf((done as Outcome.Ok).answer),
            "ApiKey" to listOf(key, KeyFormat.opaque().parse(KEY)),
            "Assignment" to listOf(held.assign!!),
            "Author" to listOf(record.createdBy!!),
            "AuditEvent" to listOf(inbound.audit, outbound.audit, unknown.audit),
            "BaseUrl" to listOf(BaseUrl("https://abcorp.mehery.io/xms/")),
            "BodyKind" to listOf(BodyKind.JSON),
            "SelectedBy" to listOf(SelectedBy.RULE),
            "ChallengeError" to listOf(ChallengeError.INVALID_TOKEN),
            "Confidence" to found.map { it.confidence },
            "Credentials" to listOf(credentials),
            "Decision.Held" to listOf(held),
            "Decision.Routed" to listOf(inbound.decision),
            "Decision.Unrouted" to listOf(unrouted),
            "DecisionKind" to listOf(inbound.decision.kind),
            "Decoded.Refused" to listOf(decoded[1]),
            "Decoded.Text" to listOf(decoded[0]),
            "Delivery" to inbound.deliveries,
            "Digest" to listOf(key.digest(), Digest.of(KEY, pepper), Digest.importHex("ab".repeat(64))),
            "Direction" to listOf(Direction.INBOUND),
            "Document" to listOf(Document.TOPOLOGY),
            "EncodeSet" to listOf(EncodeSet.QUERY),
            "ErrorCode" to listOf(ErrorCode),
            "ExpiryAlert" to KeyRecord.expiryAlerts(listOf(expiring), Instant.EPOCH, NOW.plusSeconds(1_000_000_000)),
            "Explanation" to listOf(explanation),
            "ExpiryPolicy.Chosen" to listOf(Platform.get("swellsign").expiry!!),
            "ExpiryPolicy.Never" to listOf(ExpiryPolicy.Never),
            "Failure" to listOf((failed as Outcome.Failed).failure, failing.failure!!),
            "FailureKind" to listOf(failed.failure.kind),
            "Fault" to error.faults,
            "Finding" to found + redactor.findBytes(text.toByteArray()),
            "FindingKind" to found.map { it.kind },
            "Gateway" to listOf(gateway),
            "Grant" to listOf(outbound.grant!!),
            "HeldCause" to listOf(held.cause),
            "HeaderValue" to listOf(HeaderValue("s3cr3t", sensitive = true)),
            "Identity" to listOf("s3cr3t", KEY).map { gateway.identify(listOf("x-api-key" to it)) },
            "DeadReason" to listOf(DeadReason.GONE),
            "DeliveryFailure" to listOf(settled.state.lastFailure!!),
            "DeliveryOutcome" to listOf(refusal),
            "DeliveryResult.Delivered" to listOf(DeliveryResult.Delivered),
            "DeliveryResult.Retry" to listOf(settled.result),
            "DeliveryResult.Dead" to listOf(DeliveryResult.Dead(DeadReason.GONE)),
            "DeliveryState" to listOf(started, settled.state),
            "DisabledReason" to listOf(DisabledReason.GONE),
            "EndpointActivity" to listOf(activity),
            "ActivityNumbers" to listOf(activity.numbers),
            "EndpointEvent" to listOf(EndpointEvent.WARNED),
            "EndpointHealth" to listOf(health.health),
            "EndpointStatus" to listOf(health.health.status(NOW)),
            "HealthChange" to listOf(health),
            "HealthPolicy" to listOf(HealthPolicy.standard()),
            "ClaimState.Leased" to listOf(claim.state),
            "ClaimState.Finished" to listOf(claim.finish(NOW).state),
            "ClaimState.Released" to listOf(claim.release(NOW).state),
            "DeliveryClaim" to listOf(claim),
            "ReceivePolicy" to listOf(ReceivePolicy.standard()),
            "ReceiveResult.Busy" to listOf(ReceiveResult.Busy(NOW)),
            "ReceiveResult.Duplicate" to listOf(ReceiveResult.Duplicate),
            "ReceiveResult.Process" to listOf(received),
            "Receiver" to listOf(receiver),
            "GiveUp" to listOf(GiveUp.CANCELED),
            "NoResponse" to listOf(NoResponse.TLS),
            "RetryPolicy" to listOf(RetryPolicy.standard()),
            "Settled" to listOf(settled),
            "Inbound" to listOf(inbound),
            "KeyFormat" to listOf(format, KeyFormat.opaque()),
            "KeyFormatSet" to listOf(KeyFormatSet(listOf(format, KeyFormat.jwt()))),
            "KeyHint" to listOf(format.hint(KEY)),
            "KeyDigest" to record.digests,
            "KeyRecord" to listOf(record, issued.record),
            "KeyChange" to listOf(issued.change, policy.revoke(issued.record, actor, NOW)),
            "KeyEvent" to listOf(issued.event),
            "Issued" to listOf(issued),
            "AuditChain" to listOf(auditChain),
            "AuditEntry" to listOf(auditEntry),
            "AuditFault" to listOf(auditReport.fault!!),
            "AuditReport" to listOf(auditReport),
            "Checkpoint" to listOf(auditEntry.checkpoint),
            "Consumption" to listOf(consumption),
            "LastUses" to listOf(LastUses().touch(record.digests[0].digest, NOW)!!),
            "Limit" to listOf(limit),
            "LimitOutcome" to consumption.limits,
            "LimitOwner" to listOf(limit.of),
            "LimitState" to listOf(consumption.limits.single().newState!!),
            "NewKey" to listOf(newKey),
            "Policy" to listOf(policy),
            "Quota" to listOf(limit.quota!!),
            "CalendarUnit" to listOf(limit.quota!!.per),
            "Rate" to listOf(rate.rate!!),
            "Actor" to listOf(actor, Actor.key(record)),
            "Authority" to listOf(policy.authority),
            "Permissions" to listOf(Permissions(Scope.READ)),
            "Period" to listOf(Period.ZERO),
            "Expiry.Never" to listOf(Expiry.Never),
            "Expiry.Days" to listOf(Expiry.Days(90)),
            "Expiry.At" to listOf(Expiry.At(NOW)),
            "KeyScope" to azeer.scopes,
            "AccessRequest" to listOf(AccessRequest(Access.READ, NOW, operation = "message.send")),
            "AccessResult.Granted" to expiring.authorizeBatch(listOf(AccessRequest(Access.READ, NOW))),
            "AccessResult.Denied" to expiring.authorizeBatch(listOf(AccessRequest(Access.ADMIN, NOW))),
            "AccessException" to listOf(KeyrailException.of("rejected", "access.expired")),
            "GatewayException" to listOf(KeyrailException.of("rejected", "gateway.internal")),
            "HeaderException" to listOf(headerError),
            "InternalException" to listOf(KeyrailException.of("rejected", "internal.panic")),
            "KeyFormatException" to listOf(thrownError { format.parse("s3cr3t") }, thrownError { finished.finish() }),
            "PlatformException" to listOf(KeyrailException.of("rejected", "platform.unknown")),
            "RouteException" to listOf(KeyrailException.of("rejected", "route.no_app")),
            "UnusedAlert" to KeyRecord.unusedAlerts(listOf(expiring to NOW), NOW, NOW.plusSeconds(86_400), listOf(1)),
            "Usage" to listOf(usage.usage()),
            "UsageCount" to usage.usage().counts(),
            "UsageCounter" to listOf(usage),
            "UrlException" to listOf(KeyrailException.of("rejected", "url.malformed_escape")),
            "ValueException" to listOf(thrownError { format.parse("s3cr3t\uD800") }),
            "WebhookException" to listOf(KeyrailException.of("rejected", "webhook.too_old")),
            "ConfigException" to listOf(error),
            "Keyrail" to listOf(Keyrail),
            "Keyrail.Header" to listOf(Keyrail.Header),
            "Keyrail.Url" to listOf(Keyrail.Url),
            "Keyrail.Webhook" to listOf(Keyrail.Webhook),
            "MaskPolicy" to listOf(MaskPolicy(4, 4, ascii = true)),
            "Message" to listOf(message, Message.fromJson("""{"channel": "wa-main", "text": "s3cr3t"}""")),
            "OperationAccess" to listOf(OperationAccess.ADMIN),
            "Outbound.Granted" to listOf(outbound),
            "Outbound.Denied" to listOf(unknown),
            "Outcome.Failed" to listOf(failed),
            "Outcome.Ok" to listOf(done),
            "Page" to listOf(listed.answer.page!!),
            "Pepper" to listOf(pepper),
            "Pairs" to listOf(Pairs),
            "Platform" to listOf(Platform.get("vchatcloud")),
            "PlatformOperation" to listOf(mehery.operation("message.send")),
            "Problem" to listOf(Keyrail.Header.problem(headerError)!!),
            "RedactByteStream" to listOf(bytes),
            "RedactStream" to listOf(stream, finished),
            "Redactor" to listOf(redactor),
            "Request" to listOf(request(), inbound.deliveries[0].request),
            "Response" to listOf(unknown.response!!),
            "RouteChange" to RouteTable.diff(table, changedTable, listOf(message)),
            "RouteFinding" to assigningTable.lint(),
            "RouteMismatch" to table.verify(fixtures),
            "RouteResult.Decided" to listOf(routed[0]),
            "RouteResult.Refused" to listOf(routed[1]),
            "RouteTable" to listOf(table),
            "RuleFailure" to listOf(explanation.rules[0].failure!!),
            "RuleOutcome" to listOf(explanation.rules[0].outcome),
            "RuleReport" to explanation.rules,
            "KeyStatus" to listOf(expiring.status(NOW)),
            "Revocation" to listOf(record.revoked!!),
            "Scheme" to listOf(scheme),
            "SaltPosition" to listOf(SaltPosition.BEFORE),
            "Scope" to listOf(Scope.READ_WRITE),
            "Secret" to listOf(Secret("s3cr3t"), credentials.key, credentials.token!!),
            "Selection" to listOf(held.selection),
            "Signer" to listOf(
                Signer(WEBHOOK_SECRET),
                Signer("whsk_" + WEBHOOK_SECRET.removePrefix("whsec_")),
            ),
            "TemplateValue" to listOf(TemplateValue.text("a")),
            "TokenPoll.Ready" to listOf(ready),
            "TokenPoll.Send" to listOf(send),
            "TokenPoll.Waiting" to listOf(waiting),
            "TokenSession" to listOf(session, failing),
            "TokenSpec" to listOf(Platform.get("vchatcloud").token!!),
            "Trust" to listOf(Trust.xForwardedFor(listOf("10.0.0.0/8"))),
            "UrlTemplate" to listOf(UrlTemplate("{a}")),
            "Variant" to listOf(credentials.variant),
            "HeaderNames" to HeaderNames.entries,
            "Verified" to listOf(verifier.verify(signed, body, NOW)),
            "VerifiedRequest" to listOf(verifiedRequest),
            "WebhookScheme" to listOf(github),
            "Verifier" to listOf(verifier),
            "WebhookTraits" to listOf(mehery.webhook!!),
        )
    }

    /** Returns the public classes of the library, without those that the Kotlin compiler adds. */
    private fun publicTypes(): List<Class<*>> {
        val classes = File(Secret::class.java.protectionDomain.codeSource.location.toURI())
        val files = classes.resolve("io/keyrail").listFiles().orEmpty().filter { it.extension == "class" }
        return files.map { Class.forName("io.keyrail.${it.nameWithoutExtension}", false, javaClass.classLoader) }
            .filter { Modifier.isPublic(it.modifiers) && !it.isSynthetic && !it.isAnonymousClass }
            .filterNot { it.simpleName in GENERATED || it.getAnnotation(Metadata::class.java).kind == FILE_FACADE }
    }

    private fun nameOf(type: Class<*>) = type.canonicalName.removePrefix("io.keyrail.")

    /** Checks that no printed form of a value contains a secret. */
    private fun assertNoSecret(value: Any) = renderings(value).forEach(::assertNoSecretIn)

    /** Checks that a string contains neither a secret nor 8 consecutive characters of one. */
    private fun assertNoSecretIn(printed: String) = secrets.flatMap { if (it.length > 8) it.windowed(8) else listOf(it) }
        .forEach { assertFalse(it in printed, printed) }

    /** Returns all printed forms of a value. The last three include its fields. */
    private fun renderings(value: Any): List<String> = listOfNotNull(
        value.toString(),
        "$value",
        String.format("%s %1\$S", value),
        StringBuilder().append(value).toString(),
        listOf(value, mapOf("a" to value), value to 1).toString(),
        ByteArrayOutputStream().also { PrintStream(it, true, Charsets.UTF_8).println(value) }.toString(Charsets.UTF_8),
        IllegalStateException("$value").stackTraceToString(),
        (value as? Throwable)?.let { IllegalStateException(it).stackTraceToString() },
        serialized(value),
        json(value),
        reflected(value).joinToString("\n"),
    )

    /**
     * Returns the fields as a JSON library writes them, or `null` if the value contains an object
     * whose JDK class does not permit reflection.
     */
    private fun json(value: Any): String? = try {
        GsonBuilder().setExclusionStrategies(ReadableFields).create().toJson(value)
    } catch (_: JsonIOException) {
        null
    }

    private fun serialized(value: Any): String? {
        val out = ByteArrayOutputStream()
        try {
            ObjectOutputStream(out).use { it.writeObject(value) }
        } catch (_: NotSerializableException) {
            return null
        }
        return out.toString(Charsets.ISO_8859_1)
    }

    /** Returns all strings and bytes that are reachable by reflection, including those in private fields. */
    private fun reflected(value: Any?, seen: MutableSet<Int> = mutableSetOf()): List<String> {
        if (value == null || !seen.add(System.identityHashCode(value))) return emptyList()
        return when (value) {
            is String -> listOf(value)
            is ByteArray -> listOf(value.decodeToString())
            is Collection<*> -> value.flatMap { reflected(it, seen) }
            is Pair<*, *> -> reflected(value.first, seen) + reflected(value.second, seen)
            else -> {
                if (!value.javaClass.name.startsWith("io.keyrail.")) return listOf(value.toString())
                val classes = generateSequence<Class<*>>(value.javaClass) { it.superclass }
                    .takeWhile { it.name.startsWith("io.keyrail.") }
                val fields = classes.flatMap { it.declaredFields.asSequence() }.filterNot { Modifier.isStatic(it.modifiers) }
                fields.filterNot(ReadableFields::has).toList().flatMap { field ->
                    field.isAccessible = true
                    reflected(field.get(value), seen)
                } + value.toString()
            }
        }
    }

    private companion object {
        /** The metadata kind of the class that Kotlin generates for a file's top-level functions. */
        const val FILE_FACADE = 2

        /** The nested classes that Kotlin generates. */
        val GENERATED = setOf("Companion", "DefaultImpls")
    }

    /** The fields with the caller's own data, or with data to send. The caller can read them, but they are not printed. */
    private object ReadableFields : ExclusionStrategy {
        private val fields = setOf("Explanation.text", "Message.native", "Request.url", "Request.body", "RuleFailure.found")

        fun has(field: Field) = "${field.declaringClass.simpleName}.${field.name}" in fields

        override fun shouldSkipField(field: FieldAttributes) =
            "${field.declaringClass.simpleName}.${field.name}" in fields

        override fun shouldSkipClass(type: Class<*>) = false
    }
}
