package io.keyrail

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import kotlin.math.log2

/**
 * Tests the parts of the key API that the conformance vectors do not cover: types, defaults, round
 * trips.
 */
class KeyTest {
    private val entropy = ByteArray(32) { 7 }
    private val declaration = """
        {"version": 1, "name": "acme-keys", "prefix": "acme", "environments": ["eu", "us"],
         "segments": [{"name": "id", "alphabet": "base62", "length": 12, "secret": false},
                      {"name": "region", "alphabet": "digits", "length": 2, "secret": false},
                      {"name": "secret", "alphabet": "base62", "length": 27}],
         "checksum": "crc32"}
    """

    @Test
    fun `a declared format generates, parses and masks its keys`() {
        val format = KeyFormat.fromJson(declaration)
        assertEquals("acme-keys" to listOf("eu", "us"), format.name to format.environments)
        assertFalse(format.isForeign)
        assertEquals(32, format.entropyLen)
        assertEquals(27 * log2(62.0), format.entropyBits, 0.001) // 27 characters from an alphabet of 62
        val key = format.generate("us", entropy)
        assertEquals(key, format.parse(key.reveal()))
        assertEquals("acme-keys" to "us", key.format to key.environment)
        val id = key.id!!
        val region = key.segment("region")!!
        assertEquals(listOf(id, 12, 2), listOf(key.segment("id"), id.length, region.length))
        assertNull(key.segment("secret"))
        assertNull(key.segment("nothing"))
        assertEquals("acme_us_${id}_${region}_••••••••", "$key")
        assertTrue(Regex(format.pattern()).matches(key.reveal()))
    }

    @Test
    fun `a format without environments rejects an environment`() {
        val format = KeyFormat.github()
        assertEquals("ghp" to emptyList<String>(), format.name to format.environments)
        val key = format.generate(entropy)
        assertEquals(listOf(null, null), listOf(key.environment, key.id))
        assertEquals("ghp_••••••••", "$key")
        assertEquals(key, format.generate(null, entropy))
        assertEquals(key.hashCode(), format.generate(entropy).hashCode())
        assertEquals("key.environment", thrownError { format.generate("live", entropy) }.code)
        assertNotEquals(format, KeyFormat.github("npm"))
    }

    @Test
    fun `a built-in format is found by its name`() {
        val formats = mapOf(
            "keyrail" to KeyFormat.keyrail(),
            "github" to KeyFormat.github(),
            "hex40" to KeyFormat.hex40(),
            "jwt" to KeyFormat.jwt(),
            "vchatcloud" to KeyFormat.vchatcloud(),
            "opaque" to KeyFormat.opaque(),
        )
        for ((name, format) in formats) {
            assertEquals(format, KeyFormat.builtIn(name), name)
            assertEquals(format.hashCode(), KeyFormat.builtIn(name).hashCode(), name)
        }
        assertEquals(setOf("hex40", "jwt", "vchatcloud", "opaque"), formats.filterValues { it.isForeign }.keys)
        assertEquals(160.0 to 0.0, KeyFormat.hex40().entropyBits to KeyFormat.opaque().entropyBits)
    }

    @Test
    fun `a foreign format accepts a key that its hint calls unusual`() {
        val format = KeyFormat.hex40()
        val hints = listOf("2fd4e1c6".repeat(5), "of-another-shape", "with a space").map(format::hint)
        assertEquals(listOf(KeyHint.FITS, KeyHint.UNUSUAL, KeyHint.IMPOSSIBLE), hints)
        assertEquals("of-another-shape", format.parse("of-another-shape").reveal())
    }

    @Test
    fun `a format set parses a key of any of its formats`() {
        val set = KeyFormatSet(listOf(KeyFormat.hex40(), KeyFormat.keyrail(), KeyFormat.github()))
        assertEquals(listOf("hex40", "keyrail", "ghp"), set.formats.map { it.name })
        assertEquals("KeyFormatSet(hex40, keyrail, ghp)", "$set")
        assertEquals("keyrail", set.parse(KEY).format)
        assertEquals("ghp", set.parse("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").format)
        assertEquals("hex40", set.parse("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12").format)
        val parsed = KeyFormatSet.fromJson("""{"formats": ["hex40", "keyrail", "github"]}""")
        assertEquals(set.formats, parsed.formats)
    }

    @Test
    fun `a mask policy determines what a mask shows`() {
        val key = KeyFormat.hex40().parse("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")
        assertEquals("••••••••", key.mask())
        assertEquals(key.mask(), key.mask(MaskPolicy()))
        assertEquals("••••••••eb12", key.mask(MaskPolicy(end = 4)))
        assertEquals("2f********", key.mask(MaskPolicy(start = 2, ascii = true)))
        assertEquals(MaskPolicy(), MaskPolicy(0, 0, false))
        assertEquals("key.mask_policy", thrownError { MaskPolicy().copy(end = 5) }.code)
    }

    @Test
    fun `an imported digest remains marked as foreign`() {
        // FIPS 180-4: SHA-256 and SHA-512 of abc.
        val sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
        val sha512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        val digests = listOf(sha256, sha512).map(Digest::importHex)
        assertEquals(listOf("foreign-sha256", "foreign-sha512"), digests.map { it.algorithm })
        assertEquals(
            listOf("foreign-sha256:${sha256.lowercase()}", "foreign-sha512:$sha512"),
            digests.map { it.toString() },
        )
        for (digest in digests) {
            assertTrue(digest.isForeign && digest.verify("abc") && !digest.verify("abd"))
            assertEquals(digest, Digest(digest.toString()))
        }
        val digest = Digest.of(KEY)
        assertEquals("sha256" to false, digest.algorithm to digest.isForeign)
    }
}
