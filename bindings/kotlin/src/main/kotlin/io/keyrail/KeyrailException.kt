package io.keyrail

import java.io.Serializable

/**
 * Keyrail refused something, or met a configuration with faults.
 *
 * The [message] is a sentence for a person; it holds nothing of the input, so
 * that it can be logged.
 *
 * @property code the stable, dotted code, such as `url.malformed_escape`.
 * @property offset where, in bytes of UTF-8 from the start of the input;
 *   `null` if the input is wrong as a whole.
 * @property faults everything that is wrong with a configuration, in the order
 *   in which it was met, at most 100; empty for every other refusal. The
 *   [code] is the first fault's.
 * @property header which header is meant, as the scheme spells it; `null` if
 *   none is.
 */
public class KeyrailException @JvmOverloads constructor(
    override val message: String,
    public val code: String,
    public val offset: Int? = null,
    public val faults: List<Fault> = emptyList(),
    public val header: String? = null,
) : RuntimeException(message) {
    @Transient
    internal var problem: Problem? = null

    override fun toString(): String = "${javaClass.name}: $message [$code]"

    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/**
 * One thing that is wrong with a configuration.
 *
 * @property code the stable, dotted code, such as `config.unknown_member`.
 * @property pointer where: a JSON Pointer (RFC 6901), empty for the document
 *   as a whole.
 * @property message a sentence for a person, without what was written there.
 */
public data class Fault(val code: String, val pointer: String, val message: String) : Serializable {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}
