package io.keyrail

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Tests the properties of platforms, their requests and their responses. */
class PlatformTest {
    private val azeer = Platform.get("azeer")
    private val mehery = Platform.get("mehery")
    private val sceyt = Platform.get("sceyt")
    private val vchatcloud = Platform.get("vchatcloud")

    @Test
    fun `an operation exposes its method, path, access and body`() {
        assertEquals(
            PlatformOperation(
                "token.issue",
                "GET",
                "token",
                OperationAccess.READ,
                BodyKind.NONE,
                limits = emptyList(),
                usesQueue = false,
                scheme = "token",
                base = null,
                variables = emptyList(),
            ),
            vchatcloud.operation("token.issue"),
        )
        val send = mehery.operation("message.send")
        assertEquals(listOf(BodyKind.JSON, true, listOf("domain")), listOf(send.body, send.usesQueue, send.variables))
        assertEquals(OperationAccess.ADMIN, mehery.operation("config.webhook").access)
        assertNull(azeer.operation("message.delete").path)
        assertEquals("platform.unknown_operation", thrownError { azeer.operation("message.fly") }.code)
    }

    @Test
    fun `a platform exposes its scopes, expiry, webhook, errors and token`() {
        assertEquals(
            listOf("read" to OperationAccess.READ, "read_write" to OperationAccess.ADMIN),
            azeer.scopes.map { it.name to it.access },
        )
        assertEquals(listOf(true, true), azeer.scopes.map { it.allows(OperationAccess.READ) })
        assertEquals(listOf(false, true), azeer.scopes.map { it.allows(OperationAccess.WRITE) })
        assertEquals(ExpiryPolicy.Never, azeer.expiry)
        assertNull(mehery.expiry)
        assertTrue(mehery.scopes.isEmpty())
        val custom = Platform.fromJson(
            """{"name": "own", "base": "https://own.example/",
                "schemes": {"key": {"slots": [{"header": "x-key", "holds": "key"}]}},
                "expiry": {"days": [30, 90], "custom": true}, "operations": []}""",
        )
        assertEquals(ExpiryPolicy.Chosen(listOf(30, 90), custom = true), custom.expiry)
        assertNull(custom.webhook)
        val webhook = mehery.webhook!!
        assertEquals("x-verify-token" to "messages", webhook.tokenHeader to webhook.types.first())
        assertTrue("READ" in webhook.statuses && "MESSAGE_INBOUND" in webhook.events)
        assertEquals("40000" to FailureKind.INVALID, sceyt.errors.entries.first().toPair())
        assertEquals(TokenSpec("token.issue", "X-AUTH-TOKEN") to null, vchatcloud.token to sceyt.token)
        assertEquals(FailureKind.FORBIDDEN to null, sceyt.failureOf("40301") to sceyt.failureOf("1"))
    }

    @Test
    fun `a built-in platform document can be modified and loaded`() {
        val document = Platform.document("sceyt").replace("\"Platform-Api-Key\"", "\"x-proxy-key\"")
        val custom = Platform.fromJson(document)
        assertEquals(listOf("x-proxy-key"), custom.scheme.apply(Credentials("k-1")).map { (name, _) -> name })
        val variables = listOf("apiUrl" to "api.example", "appId" to "8lwox2ge93")
        assertEquals(variables.map { (name, _) -> name }, custom.variables)
        assertEquals(BaseUrl("https://api.example/v1/8lwox2ge93/"), custom.baseUrl(variables))
    }

    @Test
    fun `a form is encoded`() {
        val request = request("room.create", form = listOf("a b" to "1&2", "c" to ""))
        assertEquals("a+b=1%262&c=", request.body?.decodeToString())
        assertEquals("application/x-www-form-urlencoded", request.headers.last().second.reveal())
        assertEquals("platform.two_bodies", thrownError { request("room.create", ByteArray(0), emptyList()) }.code)
        assertEquals(0, request("room.create", form = emptyList()).body?.size)
    }

    @Test
    fun `a scheme is chosen by its name`() {
        fun names(scheme: String?) = sceyt.request(
            "user.list",
            variables = listOf("apiUrl" to "us-ohio-api.sceyt.com", "appId" to "8lwox2ge93"),
            credentials = Credentials("k-1", appId = "8lwox2ge93"),
            scheme = scheme,
        ).headers.map { it.first }
        assertEquals(listOf("Platform-Api-Key"), names(null))
        assertEquals(listOf("Authorization", "app-id"), names("client"))
        assertEquals("platform.unknown_scheme", thrownError { names("other") }.code)
        assertEquals("platform.fixed_scheme", thrownError { request("token.issue", scheme = "pair") }.code)
    }

    @Test
    fun `an answer is extracted from its envelope`() {
        val outcome = azeer.readOutcome("message.send", 200, """{"data": {"token": "t0k3n"}, "message": "sent", "success": true}""")
        val answer = (outcome as Outcome.Ok).answer
        assertEquals(listOf(200, "sent", null), listOf(answer.status, answer.message, answer.page))
        assertEquals("""{"token": "t0k3n"}""", answer.data)
        assertEquals("Ok(Answer(status=200))", outcome.toString())
    }

    @Test
    fun `a page is read`() {
        val body = """{"count": 41, "links": {"current": "2", "previews": "1", "next": "/users?page=3", "last": null}}"""
        val page = (sceyt.readOutcome("user.list", 200, body) as Outcome.Ok).answer.page
        assertEquals(Page(41, "2", "1", "/users?page=3", null, null), page)
        assertEquals("Page(count=41)", page.toString())
    }

    @Test
    fun `a failure keeps the vendor's message`() {
        val outcome = azeer.readOutcome(
            "message.send",
            429,
            """{"success": false, "message": "t0k3n is wrong"}""",
            listOf("Retry-After" to "120"),
        )
        val failure = (outcome as Outcome.Failed).failure
        assertEquals(listOf(FailureKind.RATE_LIMITED, 429, null), listOf(failure.kind, failure.status, failure.code))
        assertEquals("t0k3n is wrong" to 120_000L, failure.message to failure.retryAfterMs)
        assertTrue(failure.toString().endsWith("(status 429)"), failure.toString())
        assertEquals("Failed($failure)", outcome.toString())
    }

    @Test
    fun `every failure kind is derived from a status`() {
        val outcomes = listOf(401, 403, 404, 429, 422, 503).map { mehery.readOutcome("message.send", it, "") }
        val kinds = outcomes.map { (it as Outcome.Failed).failure.kind }
        assertEquals(FailureKind.entries, kinds)
    }

    @Test
    fun `an invalid response is rejected`() {
        for (status in listOf(0, 99, 600, 65_736, -1, Int.MAX_VALUE, Int.MIN_VALUE)) {
            assertEquals("platform.malformed_status", thrownError { azeer.readOutcome("message.send", status, "") }.code)
        }
        assertEquals("platform.unknown_operation", thrownError { azeer.readOutcome("message.fly", 200, "") }.code)
        val long = " ".repeat((16 shl 20) + 1)
        assertEquals("platform.response_too_long", thrownError { azeer.readOutcome("message.send", 200, long) }.code)
    }

    private fun request(
        operation: String,
        body: ByteArray? = null,
        form: List<Pair<String, String>>? = null,
        scheme: String? = null,
    ) = vchatcloud.request(operation, body = body, form = form, credentials = Credentials("k-1", "t-1"), scheme = scheme)

    private fun Platform.readOutcome(
        operation: String,
        status: Int,
        body: String,
        headers: List<Pair<String, String>> = emptyList(),
    ) = readResponse(operation, status, headers, body.toByteArray(), NOW)
}
