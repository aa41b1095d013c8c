package io.keyrail

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** Tests what the conformance vectors do not cover: constants, kinds of values, round trips. */
class UrlTest {
    private val ascii = String(CharArray(128) { it.toChar() })

    @Test
    fun `a predefined encode set equals the set of the same name`() {
        val sets = mapOf(
            "unreserved" to EncodeSet.UNRESERVED,
            "path_segment" to EncodeSet.PATH_SEGMENT,
            "path" to EncodeSet.PATH,
            "query" to EncodeSet.QUERY,
            "fragment" to EncodeSet.FRAGMENT,
            "userinfo" to EncodeSet.USERINFO,
            "form" to EncodeSet.FORM,
            "component" to EncodeSet.COMPONENT,
        )
        for ((name, set) in sets) {
            EncodeSet.named(name).use { named ->
                assertEquals(Keyrail.Url.encode(ascii, named), Keyrail.Url.encode(ascii, set), name)
            }
        }
        assertEquals(Keyrail.Url.encode(ascii), Keyrail.Url.encode(ascii, EncodeSet.UNRESERVED))
    }

    @Test
    fun `closing a predefined encode set has no effect`() {
        EncodeSet.PATH.use { assertEquals("a/b%20c", Keyrail.Url.encode("a/b c", it)) }
        assertEquals("a/b%20c", Keyrail.Url.encode("a/b c", EncodeSet.PATH))
    }

    @Test
    fun `template values are strings, lists and pairs`() {
        // RFC 6570, sections 3.2.3 and 3.2.8.
        val template = UrlTemplate("{+path}/here{?x,list*,keys*}")
        val url = template.expand(
            listOf(
                "path" to TemplateValue.text("/foo/bar"),
                "x" to TemplateValue.text("1024"),
                "list" to TemplateValue.list(listOf("red", "green")),
                "keys" to TemplateValue.pairs(listOf("semi" to ";", "dot" to ".")),
            ),
        )
        assertEquals("/foo/bar/here?x=1024&list=red&list=green&semi=%3B&dot=.", url)
        assertEquals("/foo/bar/here?x=1024", template.expand(listOf("path" to "/foo/bar", "x" to "1024")))
        assertEquals("/here", template.expand())
        assertEquals(listOf("path", "x", "list", "keys"), template.variables)
    }

    @Test
    fun `a query survives a round trip`() {
        val query = "q=a%20b&q&r="
        assertEquals(query, Keyrail.Url.encodeQuery(Keyrail.Url.parseQuery(query)))
        assertEquals("a&b=", Keyrail.Url.encodeQuery(listOf("a" to null, "b" to "")))
        assertEquals("", Keyrail.Url.encodeQuery(emptyList()))
    }

    @Test
    fun `a rejected string does not stop the other strings`() {
        val decoded = Keyrail.Url.decodeBatch(listOf("a%20b", "100%", ""))
        assertEquals(listOf("a b", "url.malformed_escape at 3", ""), decoded.map(::textOrError))
    }

    @Test
    fun `a lone surrogate does not stop the other strings`() {
        val decoded = Keyrail.Url.decodeBatch(listOf("a%20b", "\uD800", "100%"))
        assertEquals(listOf("a b", "text.lone_surrogate at null", "url.malformed_escape at 3"), decoded.map(::textOrError))
    }

    private fun textOrError(decoded: Decoded) = when (decoded) {
        is Decoded.Text -> decoded.getOrThrow()
        is Decoded.Refused -> thrownError { decoded.getOrThrow() }.let { "${it.code} at ${it.offset}" }
    }
}
