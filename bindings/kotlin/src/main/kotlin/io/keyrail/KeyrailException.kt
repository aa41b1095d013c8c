package io.keyrail

import java.io.Serializable

/**
 * Keyrail rejected an input or a configuration. The subclass says what.
 *
 * The [message] is a sentence for a person; it contains no part of the input, so
 * that it can be logged.
 *
 * @property code the stable, dotted code, one of [ErrorCode], such as `url.malformed_escape`.
 * @property offset where, in bytes of UTF-8 from the start of the input;
 *   `null` if the input is wrong as a whole.
 * @property header the header that the error concerns, as the scheme spells it; `null`
 *   if none.
 */
public sealed class KeyrailException(
    override val message: String,
    public val code: String,
    public val offset: Int? = null,
    public val header: String? = null,
) : RuntimeException(message) {
    /**
     * Everything that is wrong with a configuration, in the order in which it was met, at
     * most 100; empty for every other rejection. The [code] is the first fault's.
     */
    public open val faults: List<Fault> get() = emptyList()

    @Transient
    internal var problem: Problem? = null

    override fun toString(): String = "${javaClass.name}: $message [$code]"

    internal companion object {
        private const val serialVersionUID: Long = 2

        /** The exception of the class that the code belongs to. */
        fun of(
            message: String,
            code: String,
            offset: Int? = null,
            faults: List<Fault> = emptyList(),
            header: String? = null,
        ): KeyrailException = when {
            faults.isNotEmpty() -> ConfigException(message, code, offset, faults)
            code.startsWith("url.") -> UrlException(message, code, offset, header)
            code.startsWith("key.") -> KeyFormatException(message, code, offset, header)
            code.startsWith("header.") -> HeaderException(message, code, offset, header)
            code.startsWith("access.") -> AccessException(message, code, offset, header)
            code.startsWith("route.") -> RouteException(message, code, offset, header)
            code.startsWith("webhook.") -> WebhookException(message, code, offset, header)
            code.startsWith("platform.") -> PlatformException(message, code, offset, header)
            code.startsWith("gateway.") -> GatewayException(message, code, offset, header)
            code.startsWith("internal.") -> InternalException(message, code, offset, header)
            else -> ValueException(message, code, offset, header)
        }
    }
}

/**
 * Invalid configuration: none of it was applied.
 *
 * @property faults everything that is wrong with it.
 */
public class ConfigException internal constructor(
    message: String,
    code: String,
    offset: Int?,
    override val faults: List<Fault>,
) : KeyrailException(message, code, offset) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A time, a network, an event pattern, a problem or a text was rejected. */
public class ValueException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A text, a template or a URL was rejected. */
public class UrlException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A key, a digest or a format of keys was rejected. */
public class KeyFormatException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A header of a request was rejected: see [Keyrail.Header.problem]. */
public class HeaderException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A key may not do this: see [Keyrail.Header.problem]. */
public class AccessException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A message or a table was rejected. */
public class RouteException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A delivery, a secret or the URL of a webhook was rejected: see [Keyrail.Header.problem]. */
public class WebhookException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A call of a platform, or its response, was rejected. */
public class PlatformException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A call of a gateway was rejected. */
public class GatewayException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** Keyrail has a defect: please report it. */
public class InternalException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/**
 * One thing that is wrong with a configuration.
 *
 * @property code the stable, dotted code. An example is `config.unknown_member`.
 * @property pointer the location: a JSON Pointer (RFC 6901), empty for the document as a
 *   whole.
 * @property message a human-readable message, which never contains text from the
 *   document.
 */
public data class Fault(val code: String, val pointer: String, val message: String) : Serializable {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}
