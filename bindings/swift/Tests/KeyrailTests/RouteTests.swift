import Foundation
@testable import Keyrail
import Testing

/// Tests what the conformance vectors do not cover: defaults, round trips, batches.
@Suite struct RouteTests {
    private let table: RouteTable
    private let refund = Message("wa-main", ["text": "a refund, please"])

    init() throws {
        table = try RouteTable(json: topology)
    }

    @Test func aRejectedMessageDoesNotStopTheOtherMessages() throws {
        let messages = [refund, Message("fax"), Message(unchecked: "{"), Message("wa-main")]
        let results = try table.routeBatch(messages)
        #expect(
            results.map(queueOrCode) == ["sales", "route.unknown_channel", "config.syntax", "support"])
        #expect(try results[0].get() == table.route(refund))
        #expect(try table.routeBatch([]).isEmpty)
    }

    @Test func theWholeBatchIsRejectedIfTheTimeIsOutOfRange() {
        let error = thrownError { try table.routeBatch([refund], now: .distantFuture.addingTimeInterval(1e15)) }
        #expect(error?.code == "time.out_of_range")
    }

    @Test func anExplanationLists20RulesAndTheWinnerByDefault() throws {
        let rules = (1...30).map {
            #"{"id": "r\#($0)", "when": {"exact": {"n": "\#($0)"}}, "queue": "q"}"#
        }
        let table = try RouteTable(json:
            """
            {"channels": [{"id": "c", "kind": "sms"}], "queues": [{"id": "q"}],
             "rules": [\(rules.joined(separator: ","))]}
            """)
        let message = Message("c", ["n": "25"])
        let expected: [(Int?, Int, Int)] = [
            (nil, 21, 9), (3, 4, 26), (0, 1, 29), (-1, 1, 29), (.max, 30, 0),
        ]
        for (limit, listed, more) in expected {
            let explanation = try table.explain(message, limit: limit)
            #expect(explanation.rules.count == listed && explanation.more == more)
        }
        #expect(try table.explain(message).rules.last?.outcome == .won)
    }

    @Test func aTableSurvivesARoundTripThroughBytes() throws {
        let bytes = table.toBytes()
        let loaded = try RouteTable.fromBytes(bytes)
        #expect(loaded.toBytes() == bytes)
        #expect(try loaded.route(refund) == table.route(refund))
        #expect(thrownError { try RouteTable.fromBytes(Data()) }?.code == "route.malformed_bytes")
    }

    @Test func aTraceDiagramNeedsOnlyTheDecision() throws {
        let diagram = RouteTable.traceDiagram(try table.route(refund))
        #expect(diagram.contains("rule refunds") && diagram.contains("desk-hook"))
    }

    @Test func aChangeContainsTheIndexOfTheSampleAndTheOldAndNewResults() throws {
        let new = try RouteTable(json:
            topology.replacingOccurrences(of: "refund", with: "money"))
        let changes = try Route.diff(table, new, samples: [Message("wa-main"), refund])
        #expect(changes.count == 1)
        let change = try #require(changes.first)
        #expect(change.sample == 1)
        #expect([change.old, change.new].map(queueOrCode) == ["sales", "support"])
        let malformed = thrownError { try Route.diff(table, new, samples: [Message(json: "{")]) }
        #expect(malformed?.code == "config.syntax")
    }

    private func queueOrCode(_ result: Result<Decision, KeyrailError>) -> String? {
        switch result {
        case .success(let decision): decision.queue
        case .failure(let error): error.code.rawValue
        }
    }
}
