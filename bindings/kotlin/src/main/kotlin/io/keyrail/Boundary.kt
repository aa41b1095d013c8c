/*
 * The boundary to the native library. Every call to the library that can fail goes through
 * translatingErrors, which converts the library's errors and panics to a KeyrailException.
 */
package io.keyrail

import io.keyrail.ffi.FfiException
import io.keyrail.ffi.InternalException as FfiInternalException
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.CharBuffer
import java.nio.charset.CharacterCodingException
import java.time.Instant

/** The mask that is printed instead of a secret. */
internal const val MASK: String = "••••••••"

/** The error code for a string with a lone surrogate, which cannot be encoded as UTF-8. */
internal const val LONE_SURROGATE: String = "text.lone_surrogate"

internal inline fun <T> translatingErrors(call: () -> T): T =
    try {
        call()
    } catch (failure: FfiException.Failure) {
        throw failure.toException()
    } catch (_: CharacterCodingException) {
        throw KeyrailException.of("a string contains a lone surrogate, so it is not valid Unicode", LONE_SURROGATE)
    } catch (_: FfiInternalException) {
        throw KeyrailException.of("an internal error occurred in Keyrail: please report it", "internal.panic")
    } catch (error: IllegalStateException) {
        throw if (error.message?.endsWith(DESTROYED) == true) IllegalStateException(closedMessage(error)) else error
    }

/** The end of the message with which the generated code rejects a call on a closed object. */
internal const val DESTROYED: String = " object has already been destroyed"

internal fun closedMessage(error: IllegalStateException): String =
    "this ${error.message.orEmpty().removePrefix("Ffi").removeSuffix(DESTROYED)} is closed"

/** Returns the printed form of an object, or `name(closed)` if it is closed, because logging must not fail. */
internal inline fun printed(name: String, print: () -> String): String =
    try {
        print()
    } catch (_: IllegalStateException) {
        "$name(closed)"
    }

/** Returns the result of [compute], or [closed] if the object is closed. Comparing and hashing must not fail. */
internal inline fun <T> ifOpen(closed: T, compute: () -> T): T =
    try {
        compute()
    } catch (_: IllegalStateException) {
        closed
    }

internal fun FfiException.Failure.toException(): KeyrailException =
    KeyrailException.of(text, code, offset?.toInt(), faults.map { Fault(it.code, it.pointer, it.text) }, header)
        .also {
            it.problem = problem?.let(::Problem)
            it.outcome = consumption?.toConsumption()
        }

/**
 * Returns the instant in Unix milliseconds, rounded down. An instant that does not fit into a
 * [Long] becomes the smallest or the largest [Long], which the core rejects.
 */
internal fun Instant.millis(): Long =
    try {
        toEpochMilli()
    } catch (_: ArithmeticException) {
        if (epochSecond < 0) Long.MIN_VALUE else Long.MAX_VALUE
    }

/** Returns the pairs as one list of alternating names and values, which is the form that the native library takes. */
internal fun <T> List<Pair<T, T>>.flattened(): List<T> = flatMap { (name, value) -> listOf(name, value) }

/** Converts a map of names to lists of values, such as `java.net.http.HttpHeaders.map()`, to pairs. */
internal fun Map<String, List<String>>.toHeaders(): List<Pair<String, String>> =
    flatMap { (name, values) -> values.map { name to it } }

/** Converts Unix milliseconds to an instant. */
internal fun Long.toInstant(): Instant = Instant.ofEpochMilli(this)

/**
 * Passes a copy of the bytes to the native library for one call. The copy is outside the heap.
 * Wiping the copy after the call also keeps it reachable, so that it is not freed during the call.
 */
internal inline fun <T> copying(bytes: ByteArray, call: (ByteBuffer) -> T): T {
    val copy = ByteBuffer.allocateDirect(bytes.size)
    copy.put(bytes).flip()
    try {
        return call(copy)
    } finally {
        for (index in bytes.indices) copy.put(index, 0)
    }
}

/** The number of bytes that the length of a string takes in a buffer of packed strings. */
private const val PREFIX: Int = 4

/** The largest number of bytes that a `Char` takes in UTF-8. */
private const val MAX_BYTES_PER_CHAR: Int = 3

/**
 * Packs strings into one buffer, which crosses the boundary much faster than a list, and passes the
 * buffer to a call of the native library. For each string, the buffer contains the number of its
 * UTF-8 bytes as a 4-byte little-endian integer, and then these bytes.
 *
 * @throws CharacterCodingException if a string contains a lone surrogate.
 */
internal inline fun <T> packed(texts: List<String>, call: (ByteBuffer) -> T): T {
    val buffer = pack(texts)
    try {
        return call(buffer)
    } finally {
        for (index in 0 until buffer.limit()) buffer.put(index, 0)
    }
}

internal fun pack(texts: List<String>): ByteBuffer {
    val size = texts.sumOf { PREFIX + it.length.toLong() * MAX_BYTES_PER_CHAR }
    val buffer = ByteBuffer.allocateDirect(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN)
    val encoder = Charsets.UTF_8.newEncoder()
    for (text in texts) {
        val start = buffer.position() + PREFIX
        buffer.position(start)
        val result = encoder.reset().encode(CharBuffer.wrap(text), buffer, true)
        if (result.isError) result.throwException()
        buffer.putInt(start - PREFIX, buffer.position() - start)
    }
    return buffer.flip()
}

/** Unpacks the strings of a buffer that the library has packed. */
internal fun unpacked(packed: ByteArray): List<String> {
    val texts = ArrayList<String>()
    val buffer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN)
    while (buffer.remaining() >= PREFIX) {
        val length = buffer.getInt()
        texts += String(packed, buffer.position(), length, Charsets.UTF_8)
        buffer.position(buffer.position() + length)
    }
    return texts
}
