package io.keyrail

import io.keyrail.ffi.FfiTokenPoll
import io.keyrail.ffi.FfiTokenSession
import java.time.Instant

/**
 * Manages the token of one key, for a platform that requires a token besides the key. The session
 * requests the token, renews it before it expires, and never has two requests pending at once.
 *
 * It does no I/O: it returns the request to send, and takes the response and the time as arguments.
 *
 * ```
 * fun credentials(session: TokenSession, client: HttpClient): Credentials {
 *     while (true) {
 *         when (val poll = session.poll(Instant.now())) {
 *             is TokenPoll.Ready -> return poll.credentials
 *             is TokenPoll.Send -> poll.use {
 *                 try {
 *                     val response = client.send(it.request.toHttpRequest(), BodyHandlers.ofByteArray())
 *                     val headers = response.headers().map().toList().flatMap { (name, values) -> values.map { name to it } }
 *                     session.receive(response.statusCode(), headers, response.body(), Instant.now())
 *                 } catch (broken: IOException) {
 *                     session.onNoResponse(Instant.now())
 *                 }
 *             }
 *             is TokenPoll.Waiting -> sleepUntil(poll.until)
 *         }
 *     }
 * }
 * ```
 *
 * When the platform rejects a token ([refused]), the session requests another one. If that one is
 * rejected as well, the session fails until [reissue] or [rotateKey] is called. The session also
 * fails when the platform rejects the key, but then a token that is still valid is used until it
 * expires. A failed session does not request tokens. If a token arrives after the failure, the
 * session drops it. The key and the token are not printed.
 *
 * @param variables the variables of the operation that issues the token.
 * @throws KeyrailException `platform.no_token` for a platform that does not issue tokens, and the
 *   codes of [Platform.request]: the arguments are checked here, so that no later call fails
 *   because of them.
 */
public class TokenSession @JvmOverloads constructor(
    platform: Platform,
    key: Secret,
    variables: List<Pair<String, String>> = emptyList(),
) : AutoCloseable {
    private val native = translatingErrors { FfiTokenSession(platform.native, key.native, variables.flattened()) }

    /** When the token expires, if there is one. */
    public val expires: Instant? get() = translatingErrors { native.expiresMs() }?.toInstant()

    /** Why the last response contained no token, if the platform reported a failure. */
    public val failure: Failure? get() = translatingErrors { native.failure() }?.let { Failure(it) }

    /**
     * Returns what to do now. A request that it returns is pending until [receive] or
     * [onNoResponse] is called. Meanwhile no other request is returned, and a token that is still
     * valid is used.
     *
     * @param now the current time.
     * @throws KeyrailException `platform.token_refused` after a second token was rejected, and
     *   `platform.key_refused` if the key was rejected and the session has no valid token left.
     */
    public fun poll(now: Instant): TokenPoll = translatingErrors { native.poll(now.millis()) }.use { it.toPoll() }

    /**
     * Takes the response to the pending request. After an error, the session requests no token for
     * as long as the platform specifies, but for at least 5 seconds and at most 366 days. After
     * `platform.key_refused`, it requests no token until [reissue] or [rotateKey] is called. In
     * both cases, a token that is still valid remains in use. A response for a key that [rotateKey]
     * replaced is dropped, and so is a token that arrives after a second token was rejected.
     *
     * @param headers names and values in the order in which they were received.
     * @throws KeyrailException `platform.no_token_request` if no request is pending;
     *   `platform.key_refused` and `platform.token_not_issued`, whose details are in [failure];
     *   `platform.token_missing`, `platform.token_ambiguous`, `platform.token_malformed`,
     *   `platform.token_without_expiry`, `platform.token_expired`, `platform.token_absurd_expiry`;
     *   the codes of [Platform.readResponse]; and, if the header that contains the token is
     *   invalid, the codes of [Scheme.extract].
     */
    public fun receive(status: Int, headers: List<Pair<String, String>>, body: ByteArray, now: Instant): Unit =
        translatingErrors { copying(body) { native.receive(status.toLong(), headers.flattened(), it, now.millis()) } }

    /**
     * Takes the response to the pending request. The headers are a map, and the body is a string.
     */
    public fun receive(status: Int, headers: Map<String, List<String>>, body: String, now: Instant): Unit =
        receive(status, headers.toHeaders(), body.toByteArray(), now)

    /**
     * Records that the pending request got no response: the connection broke, or there was a
     * timeout. [poll] returns another request after 5 seconds.
     *
     * @throws KeyrailException `platform.no_token_request` if no request is pending.
     */
    public fun onNoResponse(now: Instant): Unit = translatingErrors { native.onNoResponse(now.millis()) }

    /**
     * Records that the platform rejected these credentials in a request other than the token
     * request. If the session still uses their token, it drops the token. It then requests another
     * one, unless the platform has rejected the key.
     *
     * @throws KeyrailException `platform.token_refused` if the token of these credentials replaced
     *   a rejected token and has not been [accepted] since.
     */
    public fun refused(credentials: Credentials): Unit = translatingErrors { native.refused(credentials.native) }

    /**
     * Records that the platform accepted these credentials. If it rejects them later, the session
     * requests another token instead of failing.
     */
    public fun accepted(credentials: Credentials): Unit = translatingErrors { native.accepted(credentials.native) }

    /**
     * Drops the token, so that the session requests another one, even if the session has failed. If
     * a request is pending, its response is used, unless the key was replaced meanwhile. If the
     * platform rejects the new token, the session requests another one instead of failing.
     */
    public fun reissue(): Unit = translatingErrors { native.reissue() }

    /**
     * Replaces the key with a reissued one, and drops the token and the failure of the old key.
     *
     * @throws KeyrailException if the key cannot be sent in a header. The session is then
     *   unchanged.
     */
    public fun rotateKey(key: Secret): Unit = translatingErrors { native.rotateKey(key.native) }

    /** Returns the time at which the token expires, and a mask. */
    override fun toString(): String = printed("TokenSession") { "TokenSession($MASK, expires=$expires)" }

    /** Wipes the key and the token from memory. */
    override fun close(): Unit = native.close()
}

/** What to do next. */
public sealed interface TokenPoll : AutoCloseable {
    /**
     * Send requests with these credentials.
     *
     * @property credentials the key and its token.
     */
    public class Ready internal constructor(public val credentials: Credentials) : TokenPoll {
        override fun toString(): String = "Ready($credentials)"

        override fun close(): Unit = credentials.close()
    }

    /**
     * Send this request, and pass the response to [TokenSession.receive], or call
     * [TokenSession.onNoResponse] if no response arrives.
     *
     * @property request the request for a token.
     */
    public class Send internal constructor(public val request: Request) : TokenPoll {
        override fun toString(): String = "Send($request)"

        override fun close(): Unit = request.close()
    }

    /**
     * No token is available and no request is due.
     *
     * @property until the earliest time to poll again. It is `null` while a request is pending:
     *   wait for the response first.
     */
    public class Waiting internal constructor(public val until: Instant?) : TokenPoll {
        override fun toString(): String = "Waiting(until=$until)"

        override fun close(): Unit = Unit
    }
}

private fun FfiTokenPoll.toPoll(): TokenPoll = translatingErrors {
    credentials()?.let { TokenPoll.Ready(Credentials(it)) }
        ?: request()?.let { TokenPoll.Send(it.toRequest()) }
        ?: TokenPoll.Waiting(untilMs()?.toInstant())
}
