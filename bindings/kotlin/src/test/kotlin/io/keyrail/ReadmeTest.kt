package io.keyrail

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.ByteArrayOutputStream
import java.io.PrintStream

/** Tests that the README's Kotlin code is `Readme.kt`, and that it runs. */
class ReadmeTest {
    @Test
    fun `the README block matches the tested source`() {
        val block = repository.resolve("README.md").readText().substringAfter("```kotlin\n").substringBefore("```")
        val source = repository.resolve("bindings/kotlin/src/test/kotlin/io/keyrail/Readme.kt").readText()
        assertEquals(block, source.substringAfter("// README\n").substringBefore("// README"))
    }

    @Test
    fun `the README block prints a masked key`() {
        val out = System.out
        val printed = ByteArrayOutputStream()
        System.setOut(PrintStream(printed, true, Charsets.UTF_8))
        try {
            readme.main()
        } finally {
            System.setOut(out)
        }
        val key = printed.toString(Charsets.UTF_8).trim()
        assertTrue(Regex("kr_live_[0-9A-Za-z]{12}_••••••••").matches(key), key)
    }
}
