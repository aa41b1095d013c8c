package io.keyrail

import java.io.Serializable

/**
 * The exception that is thrown when Keyrail rejects an input or a configuration. Each subclass
 * is for one kind of input.
 *
 * The [message] is a sentence for a person. It contains no part of the input, so it can be logged.
 *
 * @property code the stable, dotted code, one of [ErrorCode], such as `url.malformed_escape`.
 * @property offset the position of the error, in bytes of UTF-8 from the start of the input;
 *   `null` if the error has no position.
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
     * The faults of a configuration, in the order in which they were found, at most 100; empty for
     * every other error. The [code] is the code of the first fault.
     */
    public open val faults: List<Fault> get() = emptyList()

    @Transient
    internal var problem: Problem? = null

    @Transient
    internal var outcome: Consumption? = null

    override fun toString(): String = "${javaClass.name}: $message [$code]"

    internal companion object {
        private const val serialVersionUID: Long = 2

        /** Returns an exception of the class that the code belongs to. */
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
 * A configuration was rejected. None of it was applied.
 *
 * @property faults its faults, at most 100.
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

/**
 * A time, a network, an event pattern, the status or code of a [Problem], or a string with a lone
 * surrogate was rejected.
 */
public class ValueException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A URL, a part of one, or a URI template was rejected. */
public class UrlException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A key, a digest or a key format was rejected. */
public class KeyFormatException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** The headers of a request were rejected. See [Keyrail.Header.problem]. */
public class HeaderException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A request was denied because its key does not allow it. See [Keyrail.Header.problem]. */
public class AccessException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    /**
     * The outcome of the key's limits, if one of them is the reason for the denial. Otherwise, and
     * if the exception was deserialized, it is `null`. If it contains new states of the limits,
     * store them.
     */
    public val consumption: Consumption? get() = outcome

    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A message or a route table was rejected. */
public class RouteException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A webhook's delivery, secret or URL was rejected. See [Keyrail.Header.problem]. */
public class WebhookException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A request to a platform, or the platform's response, was rejected. */
public class PlatformException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** A call to a gateway was rejected. */
public class GatewayException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/** An internal error occurred in Keyrail. Please report it. */
public class InternalException internal constructor(message: String, code: String, offset: Int?, header: String?) :
    KeyrailException(message, code, offset, header) {
    private companion object {
        private const val serialVersionUID: Long = 1
    }
}

/**
 * One fault of a configuration.
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
