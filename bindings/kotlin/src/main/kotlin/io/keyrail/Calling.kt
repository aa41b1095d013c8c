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

/** What stands in print for what must not show. */
internal const val MASK: String = "••••••••"

internal inline fun <T> calling(call: () -> T): T =
    try {
        call()
    } catch (refused: FfiException.Failure) {
        throw KeyrailException(
            refused.text,
            refused.code,
            refused.offset?.toInt(),
            refused.faults.map { Fault(it.code, it.pointer, it.text) },
        )
    } catch (_: CharacterCodingException) {
        throw KeyrailException(
            "a text holds half of a surrogate pair: it is no Unicode text",
            "text.lone_surrogate",
        )
    } catch (_: InternalException) {
        throw KeyrailException(
            "Keyrail met a defect of its own: please report it",
            "internal.panic",
        )
    }

/** Pairs as they cross: names and values in turn. */
internal fun List<Pair<String, String>>.inTurn(): List<String> = flatMap { (name, value) -> listOf(name, value) }

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
