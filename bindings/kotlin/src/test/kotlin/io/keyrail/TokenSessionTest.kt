package io.keyrail

import java.time.Instant
import java.util.Base64
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test

/** Returns a token that expires [until] seconds after [NOW]. */
internal fun token(name: String, until: Long): String {
    val claims = """{"jti": "$name", "exp": ${NOW_MS / 1000 + until}}"""
    return "e30.${Base64.getUrlEncoder().withoutPadding().encodeToString(claims.toByteArray())}.s3cr3tAA"
}

/** Tests token sessions from the first request to failure and renewal. */
class TokenSessionTest {
    @Test
    fun `the first token is requested with only the key`() {
        val session = session()
        val request = session.pollRequest(0)
        assertEquals("GET" to "https://vchatcloud.com/openapi/token", request.method to request.url)
        assertNull(request.body)
        assertEquals(listOf("API_KEY" to "k-1"), request.headers.map { (name, value) -> name to value.reveal() })
        assertNull(session.expires)
    }

    @Test
    fun `the token is read from the header`() {
        val session = session()
        session.pollRequest(0)
        session.receive(token("a", HOUR), 0)
        val credentials = session.pollCredentials(0)
        assertEquals("k-1" to token("a", HOUR), credentials.key.reveal() to credentials.token?.reveal())
        assertEquals(NOW.plusSeconds(HOUR), session.expires)
    }

    /** The loop from the documentation of [TokenSession], with [send] instead of an HTTP client. */
    private fun credentials(session: TokenSession, send: (Request) -> String?, now: () -> Instant, sleepUntil: (Instant?) -> Unit): Credentials {
        while (true) {
            when (val poll = session.poll(now())) {
                is TokenPoll.Ready -> return poll.credentials
                is TokenPoll.Send -> poll.use {
                    when (val token = send(it.request)) {
                        null -> session.onNoResponse(now())
                        else -> session.receive(200, listOf("X-AUTH-TOKEN" to token), ByteArray(0), now())
                    }
                }
                is TokenPoll.Waiting -> sleepUntil(poll.until)
            }
        }
    }

    @Test
    fun `the documented loop polls until there is a token`() {
        val answers = mutableListOf(null, token("a", HOUR))
        var time = NOW
        val credentials = credentials(session(), { answers.removeFirst() }, { time }, { time = it ?: time })
        assertEquals(token("a", HOUR) to 0, credentials.token?.reveal() to answers.size)
    }

    @Test
    fun `the token is read from the body`() {
        val session = session()
        session.pollRequest(0)
        val body = """{"result_cd": 1, "data": {"X-AUTH-TOKEN": "${token("a", HOUR)}"}}"""
        session.receive(200, emptyList(), body.toByteArray(), NOW)
        assertEquals(token("a", HOUR), session.pollCredentials(0).token?.reveal())
    }

    @Test
    fun `a failed token request is retried later`() {
        val session = session()
        session.pollRequest(0)
        assertError("platform.token_expired") { session.receive(token("a", 0), 0) }
        assertEquals(NOW_MS + 5000, session.pollWaitUntil(4))
        session.pollRequest(5)
        assertError("platform.token_not_issued") {
            session.receive(503, listOf("Retry-After" to "60"), ByteArray(0), NOW + 5000)
        }
        val failure = session.failure!!
        assertEquals(listOf(FailureKind.SERVER, 503, 60_000L), listOf(failure.kind, failure.status, failure.retryAfterMs))
        assertEquals(NOW_MS + 65_000, session.pollWaitUntil(6))
        session.pollRequest(65)
        session.onNoResponse(NOW + 66_000)
        assertEquals(NOW_MS + 71_000, session.pollWaitUntil(66))
    }

    @Test
    fun `a token is renewed before it expires and stays in use meanwhile`() {
        val session = sessionWithToken()
        val renewal = 5 * HOUR - 300
        assertEquals(token("a", 5 * HOUR), session.pollCredentials(renewal - 1).token?.reveal())
        session.pollRequest(renewal)
        assertEquals(token("a", 5 * HOUR), session.pollCredentials(renewal).token?.reveal())
        session.receive(token("b", 10 * HOUR), renewal)
        assertEquals(token("b", 10 * HOUR), session.pollCredentials(renewal).token?.reveal())
    }

    @Test
    fun `two requests are never pending at once`() {
        val session = session()
        session.pollRequest(0)
        assertNull(session.pollWaitUntil(0))
        assertNull(session.pollWaitUntil(100 * HOUR))
        session.rotateKey(Secret("k-2"))
        session.reissue()
        assertNull(session.pollWaitUntil(100 * HOUR))
    }

    @Test
    fun `only one of many concurrent threads gets the request`() {
        val session = session()
        val threads = Executors.newFixedThreadPool(8)
        val polls = try {
            threads.invokeAll(List(64) { Callable { session.poll(NOW) } }).map { it.get() }
        } finally {
            threads.shutdown()
        }
        assertEquals(1, polls.count { it is TokenPoll.Send })
    }

    @Test
    fun `a token rejected once is replaced`() {
        val session = sessionWithToken()
        session.refused(session.pollCredentials(1))
        assertNull(session.expires)
        session.pollRequest(1)
        session.receive(token("b", 5 * HOUR), 1)
        val second = session.pollCredentials(1)
        session.accepted(second)
        session.refused(second)
        session.pollRequest(2)
    }

    @Test
    fun `a second rejected token stops the session until reissue is called`() {
        val session = sessionWithToken()
        session.refused(session.pollCredentials(1))
        session.pollRequest(1)
        session.receive(token("b", 5 * HOUR), 1)
        val second = session.pollCredentials(1)
        assertError("platform.token_refused") { session.refused(second) }
        assertError("platform.token_refused") { session.poll(NOW + 2000) }
        session.reissue()
        session.pollRequest(2)
    }

    @Test
    fun `a rejected key stops the session until the key is rotated`() {
        val session = session()
        session.pollRequest(0)
        assertError("platform.key_refused") { session.receive(401, emptyList(), ByteArray(0), NOW) }
        assertError("platform.key_refused") { session.poll(NOW) }
        assertError("header.white_space", 1) { session.rotateKey(Secret("a b")) }
        session.rotateKey(Secret("k-2"))
        assertNull(session.failure)
        assertEquals("k-2", session.pollRequest(0).headers[0].second.reveal())
    }

    @Test
    fun `rotating the key discards the token and the pending response`() {
        val session = sessionWithToken()
        session.pollRequest(5 * HOUR - 300)
        session.rotateKey(Secret("k-2"))
        assertNull(session.expires)
        session.receive(token("of k-1", 10 * HOUR), 5 * HOUR)
        assertNull(session.expires)
        assertEquals("k-2", session.pollRequest(5 * HOUR).headers[0].second.reveal())
    }

    @Test
    fun `a session rejects invalid arguments and unexpected responses`() {
        val vchatcloud = Platform.get("vchatcloud")
        assertError("platform.no_token") { TokenSession(Platform.get("mehery"), Secret("k")) }
        assertError("header.empty", 0) { TokenSession(vchatcloud, Secret("")) }
        assertError("platform.unknown_variable") { TokenSession(vchatcloud, Secret("k"), listOf("room" to "r")) }
        val session = session()
        assertError("platform.no_token_request") { session.onNoResponse(NOW) }
        assertError("platform.no_token_request") { session.receive(200, emptyList(), ByteArray(0), NOW) }
        assertError("time.out_of_range") { session.poll(Instant.MAX) }
    }

    private fun session() = TokenSession(Platform.get("vchatcloud"), Secret("k-1"))

    /** Returns a session with the token `a`, which expires after five hours. */
    private fun sessionWithToken() = session().apply {
        pollRequest(0)
        receive(token("a", 5 * HOUR), 0)
    }

    private fun TokenSession.pollRequest(seconds: Long) = (poll(NOW + seconds * 1000) as TokenPoll.Send).request

    private fun TokenSession.pollCredentials(seconds: Long) = (poll(NOW + seconds * 1000) as TokenPoll.Ready).credentials

    private fun TokenSession.pollWaitUntil(seconds: Long) = (poll(NOW + seconds * 1000) as TokenPoll.Waiting).until?.toEpochMilli()

    private fun TokenSession.receive(token: String, seconds: Long) =
        receive(200, listOf("x-auth-token" to token), ByteArray(0), NOW + seconds * 1000)

    private fun assertError(code: String, offset: Int? = null, call: () -> Unit) {
        val error = thrownError(call)
        assertEquals(code to offset, error.code to error.offset, error.message)
    }

    private companion object {
        const val HOUR = 3600L
    }
}
