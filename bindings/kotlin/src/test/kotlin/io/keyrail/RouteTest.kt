package io.keyrail

import java.time.Instant
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class RouteTest {
    private val table = RouteTable.fromJson(TOPOLOGY)
    private val refund = Message("wa-main", "text" to "a refund, please")

    @Test
    fun `a rejected message does not stop the other messages`() {
        val results = table.routeBatch(listOf(refund, Message("fax"), Message.unchecked("{"), Message("wa-main")))
        assertEquals(listOf("sales", "route.unknown_channel", "config.syntax", "support"), results.map(::queueOrCode))
        assertEquals(table.route(refund), results[0].getOrThrow())
        assertTrue(table.routeBatch(emptyList()).isEmpty())
    }

    @Test
    fun `a lone surrogate does not stop the other messages`() {
        val results = table.routeBatch(listOf(refund, Message("wa-main", "text" to "\uD800"), Message("fax")))
        assertEquals(listOf("sales", "text.lone_surrogate", "route.unknown_channel"), results.map(::queueOrCode))
    }

    @Test
    fun `the whole batch is rejected if the time is out of range`() {
        assertEquals("time.out_of_range", thrownError { table.routeBatch(listOf(refund), now = Instant.MAX) }.code)
    }

    @Test
    fun `an explanation lists 20 rules and the winner by default`() {
        val rules = (1..30).joinToString { """{"id": "r$it", "when": {"exact": {"n": "$it"}}, "queue": "q"}""" }
        val table = RouteTable.fromJson(
            """{"channels": [{"id": "c", "kind": "sms"}], "queues": [{"id": "q"}], "rules": [$rules]}""",
        )
        val message = Message("c", "n" to "25")
        val counted = listOf(null, 3, 0, -1, Int.MAX_VALUE).map { limit ->
            table.explain(message, limit).let { it.rules.size to it.more }
        }
        assertEquals(listOf(21 to 9, 4 to 26, 1 to 29, 1 to 29, 30 to 0), counted)
        assertEquals(RuleOutcome.WON, table.explain(message).rules.last().outcome)
    }

    @Test
    fun `a table survives a round trip through bytes`() {
        val bytes = table.toBytes()
        assertArrayEquals(bytes, RouteTable.fromBytes(bytes).use { it.toBytes() })
        assertEquals(table.route(refund), RouteTable.fromBytes(bytes).route(refund))
        assertEquals("route.malformed_bytes", thrownError { RouteTable.fromBytes(ByteArray(0)) }.code)
    }

    @Test
    fun `a trace diagram needs only the decision`() {
        val decision = table.route(refund)
        val diagram = RouteTable.traceDiagram(decision)
        assertTrue("rule refunds" in diagram && "desk-hook" in diagram, diagram)
        val copy = (decision as Decision.Routed).copy(orderingKey = "", table = "")
        assertEquals(diagram, RouteTable.traceDiagram(copy))
    }

    @Test
    fun `a change contains the index of the sample and the old and new results`() {
        val new = RouteTable.fromJson(TOPOLOGY.replace("refund", "money"))
        val change = RouteTable.diff(table, new, listOf(Message("wa-main"), refund)).single()
        assertEquals(listOf(1, "sales", "support"), listOf(change.sample, queueOrCode(change.old), queueOrCode(change.new)))
        assertEquals("config.syntax", thrownError { RouteTable.diff(table, new, listOf(Message.fromJson("{"))) }.code)
    }

    private fun queueOrCode(result: RouteResult) = when (result) {
        is RouteResult.Decided -> result.decision.queue
        is RouteResult.Refused -> thrownError { result.getOrThrow() }.code
    }
}
