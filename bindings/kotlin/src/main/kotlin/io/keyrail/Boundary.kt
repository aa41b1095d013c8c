/*
 * The boundary: every call of the native library goes through here, and
 * every rejection, and even a panic, becomes a
 * KeyrailException.
 */
package io.keyrail

import io.keyrail.ffi.FfiException
import io.keyrail.ffi.InternalException as FfiInternalException
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.time.Instant

/** Placeholder printed instead of a secret. */
internal const val MASK: String = "••••••••"

/** The code of a string that cannot be passed to the library. */
internal const val LONE_SURROGATE: String = "text.lone_surrogate"

internal inline fun <T> translatingErrors(call: () -> T): T =
    try {
        call()
    } catch (refused: FfiException.Failure) {
        throw refused.toException()
    } catch (_: CharacterCodingException) {
        throw KeyrailException.of("a text holds half of a surrogate pair: it is no Unicode text", LONE_SURROGATE)
    } catch (_: FfiInternalException) {
        throw KeyrailException.of("Keyrail met a defect of its own: please report it", "internal.panic")
    } catch (closed: IllegalStateException) {
        throw if (closed.message?.endsWith(DESTROYED) == true) IllegalStateException(closedMessage(closed)) else closed
    }

/** How the native layer ends its message about an object that is closed. */
internal const val DESTROYED: String = " object has already been destroyed"

internal fun closedMessage(closed: IllegalStateException): String =
    "this ${closed.message.orEmpty().removePrefix("Ffi").removeSuffix(DESTROYED)} is closed"

/** Returns what an object prints, even after it was closed: logging must not fail. */
internal inline fun printed(name: String, print: () -> String): String =
    try {
        print()
    } catch (_: IllegalStateException) {
        "$name(closed)"
    }

/** Returns the result of a comparison or a hash, or, for a closed object, the other value. */
internal inline fun <T> ifOpen(closed: T, compute: () -> T): T =
    try {
        compute()
    } catch (_: IllegalStateException) {
        closed
    }

internal fun FfiException.Failure.toException(): KeyrailException =
    KeyrailException.of(text, code, offset?.toInt(), faults.map { Fault(it.code, it.pointer, it.text) }, header)
        .also { it.problem = problem?.let(::Problem) }

/**
 * Returns Unix milliseconds, with what is below a millisecond cut off. An instant out of
 * their range becomes the first or the last of it, which the core rejects.
 */
internal fun Instant.millis(): Long =
    try {
        toEpochMilli()
    } catch (_: ArithmeticException) {
        if (epochSecond < 0) Long.MIN_VALUE else Long.MAX_VALUE
    }

/** Returns the pairs as they are passed: names and values alternating. */
internal fun <T> List<Pair<T, T>>.flattened(): List<T> = flatMap { (name, value) -> listOf(name, value) }

/** Names with all their values, as `java.net.http.HttpHeaders.map()` gives them. */
internal fun Map<String, List<String>>.toHeaders(): List<Pair<String, String>> =
    flatMap { (name, values) -> values.map { name to it } }

/** Unix milliseconds of the core as an instant. */
internal fun Long.toInstant(): Instant = Instant.ofEpochMilli(this)

/**
 * Lends bytes to the native library for one call. The copy that it reads lies
 * outside the heap; wiping it afterwards also keeps it there until then.
 */
internal inline fun <T> lending(bytes: ByteArray, call: (ByteBuffer) -> T): T {
    val lent = ByteBuffer.allocateDirect(bytes.size)
    lent.put(bytes).flip()
    try {
        return call(lent)
    } finally {
        for (at in bytes.indices) lent.put(at, 0)
    }
}
