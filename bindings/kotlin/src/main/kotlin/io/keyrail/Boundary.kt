/*
 * The boundary: every call of the native library goes through here, and
 * whatever comes back of it, a refusal or even a panic, becomes a
 * KeyrailException.
 */
package io.keyrail

import io.keyrail.ffi.FfiException
import io.keyrail.ffi.InternalException
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.time.Instant

/** What stands in print for what must not show. */
internal const val MASK: String = "••••••••"

/** The code of a text that cannot cross. */
internal const val LONE_SURROGATE: String = "text.lone_surrogate"

internal inline fun <T> translatingErrors(call: () -> T): T =
    try {
        call()
    } catch (refused: FfiException.Failure) {
        throw refused.toException()
    } catch (_: CharacterCodingException) {
        throw KeyrailException(
            "a text holds half of a surrogate pair: it is no Unicode text",
            LONE_SURROGATE,
        )
    } catch (_: InternalException) {
        throw KeyrailException(
            "Keyrail met a defect of its own: please report it",
            "internal.panic",
        )
    }

internal fun FfiException.Failure.toException(): KeyrailException =
    KeyrailException(text, code, offset?.toInt(), faults.map { Fault(it.code, it.pointer, it.text) }, header)
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

/** Pairs as they cross: names and values in turn. */
internal fun <T> List<Pair<T, T>>.flattened(): List<T> = flatMap { (name, value) -> listOf(name, value) }

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
