"""Routing tables: batches, explanations, lint, diffs, diagrams, fixtures and bytes."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import NOW_MS

import keyrail
from keyrail.route import Change, Decision, Finding, Mismatch, Table

TOPOLOGY: dict[str, Any] = {
    "channels": [
        {"id": "wa", "kind": "whatsapp", "queue": "support"},
        {"id": "fb", "kind": "messenger"},
    ],
    "queues": [
        {"id": "support", "app": "desk", "fallback": ["overflow"]},
        {"id": "sales", "app": "crm"},
        {"id": "overflow", "app": "desk"},
        {"id": "idle"},
    ],
    "apps": [{"id": "desk", "webhooks": ["hook"]}, {"id": "crm"}],
    "webhooks": [{"id": "hook", "url": "https://desk.example/", "events": ["*"]}],
    "rules": [
        {
            "id": "gold",
            "priority": 9,
            "when": {"all": [{"exact": {"channel": "wa"}}, {"range": {"tier": {"gte": 3}}}]},
            "queue": "sales",
            "assign": {"team": "care", "skills": ["arabic", "refunds"]},
        },
        {"id": "calm", "when": {"not": {"contains": {"text": "refund"}}}, "queue": "overflow"},
        {"id": "urgent", "when": {"prefix": {"text": "refund now"}}, "queue": "sales"},
    ],
}
TIMED = TOPOLOGY | {
    "rules": [
        {
            "id": "later",
            "when": {"exists": {"text": True}},
            "queue": "sales",
            "from": "2027-01-01T00:00:00Z",
        }
    ]
}


def table_of(topology: dict[str, Any]) -> Table:
    return Table.from_json(json.dumps(topology))


TABLE = table_of(TOPOLOGY)


def code_of(item: Decision | keyrail.KeyrailError) -> str:
    return item.code


def test_a_decision_contains_the_assignment_of_its_rule() -> None:
    decision = TABLE.route({"channel": "wa", "tier": 3, "sender": "+441"})
    assert (decision.rule, decision.kind) == ("gold", "held")
    assign = decision.assign
    assert assign is not None
    assert (assign.team, assign.agent, assign.skills) == ("care", None, ["arabic", "refunds"])
    assert assign == TABLE.route({"channel": "wa", "tier": 4}).assign
    expected = "Assignment(team='care', agent=None, skills=['arabic', 'refunds'])"
    assert repr(assign) == expected
    assert TABLE.route({"channel": "wa"}).assign is None


def test_an_ordering_key_depends_on_the_channel_and_the_sender() -> None:
    def key(**message: str) -> str:
        return TABLE.route(message).ordering_key

    ann = key(channel="wa", sender="ann")
    assert ann.startswith("ord_") and len(ann) == 4 + 32
    assert ann == key(channel="wa", sender="ann", text="hello")
    assert len({ann, key(channel="wa", sender="ben"), key(channel="fb", sender="ann")}) == 3


def test_the_ordering_key_of_a_session_does_not_depend_on_the_channel() -> None:
    def key(channel: str, session: str | None) -> str:
        return TABLE.route({"channel": channel}, session=session).ordering_key

    assert key("wa", "s1") == key("fb", "s1")
    assert len({key("wa", "s1"), key("wa", "s2"), key("wa", None)}) == 3
    with pytest.raises(keyrail.RouteError) as raised:
        key("wa", "")
    assert raised.value.code == "route.malformed_session"


def test_a_batch_returns_a_result_for_each_message() -> None:
    first: dict[str, Any] = {"channel": "wa", "text": "a refund"}
    messages: list[dict[str, Any]] = [
        first,
        {"channel": "sms"},
        {"text": "no channel"},
        {"channel": "wa", "text": "\ud800"},
        {"channel": "wa", "": "x"},
        {"channel": "wa", "text": None},
        {"channel": "wa", "tier": 3},
    ]
    decided = TABLE.route_batch(messages)
    assert [(type(item), code_of(item)) for item in decided] == [
        (Decision, "route.channel"),
        (keyrail.RouteError, "route.unknown_channel"),
        (keyrail.ConfigError, "config.missing_member"),
        (keyrail.KeyrailError, "text.lone_surrogate"),
        (keyrail.RouteError, "route.malformed_name"),
        (keyrail.ConfigError, "config.wrong_type"),
        (Decision, "route.no_webhook"),
    ]
    assert decided[-1] == TABLE.route({"channel": "wa", "tier": 3})
    assert TABLE.route_batch(iter([list(first.items())])) == decided[:1]
    assert TABLE.route_batch([]) == []


def test_a_batch_applies_one_context_to_every_message() -> None:
    messages = [{"channel": "wa", "text": "a refund"}, {"channel": "fb", "text": "a refund"}]
    given: dict[str, Any] = {"session_queue": "support", "unavailable": {"support"}}
    decided = TABLE.route_batch(messages, NOW_MS, **given)
    assert decided == [TABLE.route(message, NOW_MS, **given) for message in messages]
    assert [item.queue for item in decided if isinstance(item, Decision)] == ["overflow"] * 2
    unknown = TABLE.route_batch(messages, session_queue="x")
    assert list(map(code_of, unknown)) == ["route.unknown_queue"] * 2
    timeless = table_of(TIMED).route_batch(messages)
    assert list(map(code_of, timeless)) == ["route.time_required"] * 2


def test_an_invalid_message_is_rejected_with_every_fault() -> None:
    def faults(message: Any) -> list[tuple[str, str, str]]:
        with pytest.raises(keyrail.ConfigError) as raised:
            TABLE.route(message)
        return [(it.code, it.pointer, it.message) for it in raised.value.faults]

    assert faults({"channel": 5}) == [
        ("config.wrong_type", "/channel", "this must be a string"),
    ]
    listed = faults({"a": ["x", 5, None], "channel": "wa", "b": None, "c": object(), "d": "x"})
    assert [(code, pointer) for code, pointer, _ in listed] == [
        ("config.wrong_type", pointer) for pointer in ("/a/1", "/a/2", "/b", "/c")
    ]
    listed = faults({"": None, "n": 2**53 + 1, "f": float("nan"), "a~/b": [0]})
    assert sorted((code, pointer) for code, pointer, _ in listed) == [
        ("config.missing_member", ""),
        ("config.wrong_type", "/"),
        ("config.wrong_type", "/a~0~1b/0"),
        ("route.malformed_name", "/"),
        ("route.number_range", "/f"),
        ("route.number_range", "/n"),
    ]
    repeated: Any = [("channel", "wa"), ("a", None), ("a", "x")]
    assert [(code, pointer) for code, pointer, _ in faults(repeated)] == [
        ("config.wrong_type", "/a"),
        ("config.duplicate_member", "/a"),
    ]


def test_a_batch_raises_iterator_errors_and_type_errors() -> None:
    def failing() -> Any:
        yield {"channel": "wa"}
        raise LookupError

    with pytest.raises(LookupError):
        TABLE.route_batch(failing())
    wrong: Any
    for wrong in ("wa", {"channel": "wa"}, [1], [{1: "wa"}], 1, None):
        with pytest.raises(TypeError):
            TABLE.route_batch(wrong)


def test_an_explanation_reports_the_outcome_of_each_rule() -> None:
    message = {"channel": "wa", "text": "a refund", "tier": "3"}
    explanation = TABLE.explain(message)
    assert explanation.decision == TABLE.route(message)
    assert explanation.more == 0
    reports = [(rule.id, rule.priority, rule.outcome, rule.near_miss) for rule in explanation.rules]
    assert reports == [
        ("gold", 9, "failed", True),
        ("calm", 0, "failed", True),
        ("urgent", 0, "failed", True),
    ]
    failures = [
        (it.attribute, it.operator, it.expected, it.found, it.wrong_type, it.negated)
        for it in (rule.failure for rule in explanation.rules)
        if it is not None
    ]
    assert failures == [
        ("tier", "range", "gte 3", "3", True, False),
        ("text", "contains", "refund", "a refund", False, True),
        ("text", "prefix", "refund now", "a refund", False, False),
    ]
    lines = str(explanation).splitlines()
    assert lines[0].startswith("routed to support: no rule matched")
    assert lines[1:] == [str(rule) for rule in explanation.rules]
    urgent = explanation.rules[2]
    assert str(urgent.failure) in str(urgent)
    assert repr(urgent) == "RuleReport(id='urgent', priority=0, outcome='failed')"
    expected = "Failure(attribute='text', operator='prefix', expected='refund now', found=<8 bytes>)"
    assert repr(urgent.failure) == expected
    assert repr(explanation) == "<keyrail.route.Explanation 'route.channel', 3 rules and 0 more>"
    assert explanation == TABLE.explain(message, now=NOW_MS)


def test_an_explanation_lists_rules_up_to_the_limit_and_the_one_that_won() -> None:
    message = {"channel": "wa", "text": "refund now"}
    for limit in (0, -1, -(10**40)):
        explanation = TABLE.explain(message, limit)
        assert [(rule.id, rule.outcome) for rule in explanation.rules] == [("urgent", "won")]
        assert explanation.more == 2
    assert TABLE.explain(message, limit=10**40) == TABLE.explain(message)
    absent = TABLE.explain({"channel": "wa"}, limit=1).rules[0].failure
    assert absent is not None and absent.found is None
    assert repr(absent).endswith("found=None)")
    wrong: Any
    for wrong in (True, 1.0, "1"):
        with pytest.raises(TypeError):
            TABLE.explain(message, wrong)


def test_an_explanation_takes_sessions_and_times_into_account() -> None:
    message = {"channel": "wa", "text": "hello"}
    live = TABLE.explain(message, session_queue="support")
    assert [rule.outcome for rule in live.rules] == ["failed", "in_session", "failed"]
    timed = table_of(TIMED)
    assert [rule.outcome for rule in timed.explain(message, now=NOW_MS).rules] == ["closed"]
    later = timed.explain(message, now=2 * NOW_MS, unavailable=["idle"])
    assert [rule.outcome for rule in later.rules] == ["won"]
    with pytest.raises(keyrail.RouteError) as raised:
        timed.explain(message)
    assert raised.value.code == "route.time_required"


def test_lint_findings_name_the_rules_app_queue_or_channel() -> None:
    findings = TABLE.lint()
    members = [(it.code, it.rules, it.app, it.queue, it.channel) for it in findings]
    assert ("route.app_without_webhook", [], "crm", None, None) in members
    assert ("route.unreachable_queue", [], None, "idle", None) in members
    assert ("route.no_default", [], None, None, "fb") in members
    rules = [
        {"id": "all", "when": {"prefix": {"text": "a"}}, "queue": "sales"},
        {"id": "some", "when": {"prefix": {"text": "ab"}}, "queue": "sales"},
    ]
    [shadowed] = [it for it in table_of(TOPOLOGY | {"rules": rules}).lint() if it.rules]
    assert (shadowed.code, shadowed.rules) == ("route.shadowed", ["some", "all"])
    assert shadowed.text == str(shadowed) == "the rule some never wins: all comes before it"
    assert repr(shadowed) == f"<keyrail.route.Finding '{shadowed.text}'>"
    assert findings == TABLE.lint() and shadowed not in findings


def test_classes_of_the_same_name_in_two_modules_are_distinct() -> None:
    for name in ("Finding", "Failure"):
        assert getattr(keyrail.route, name).__name__ == name
        assert getattr(keyrail.route, name).__qualname__ == name
    others: list[type] = [keyrail.redact.Finding, keyrail.platform.Failure]
    assert Finding not in others and keyrail.route.Failure not in others


def test_a_change_contains_the_index_of_the_sample_and_the_old_and_new_results() -> None:
    new = table_of(TOPOLOGY | {"channels": [{"id": "wa", "kind": "whatsapp", "queue": "sales"}]})
    samples = [
        {"channel": "wa", "text": "hello"},
        {"channel": "wa", "text": "refund"},
        {"channel": "fb", "text": "refund"},
    ]
    moved, gone = keyrail.route.diff(TABLE, new, samples, now=NOW_MS)
    assert (moved.sample, gone.sample) == (1, 2)
    assert moved.old == TABLE.route(samples[1]) and moved.new == new.route(samples[1])
    assert code_of(gone.old) == "route.no_queue"
    assert isinstance(gone.new, keyrail.RouteError) and gone.new.code == "route.unknown_channel"
    assert repr(gone).startswith("Change(sample=2, old=Decision(kind='unrouted', ")
    assert moved != gone and isinstance(moved, Change)
    assert keyrail.route.diff(TABLE, TABLE, iter(samples)) == []
    assert keyrail.route.diff(TABLE, new, samples, session_queue="support")[0].sample == 2
    with pytest.raises(keyrail.ConfigError):
        keyrail.route.diff(TABLE, new, [{}])
    wrong: Any = json.dumps(TOPOLOGY)
    with pytest.raises(TypeError):
        keyrail.route.diff(wrong, new, samples)
    with pytest.raises(TypeError):
        keyrail.route.diff(TABLE, new, wrong)


def test_diagrams_are_mermaid() -> None:
    lines = TABLE.diagram().splitlines()
    assert lines[0] == "flowchart LR"
    assert '    rule0{{"gold"}}' in lines and "    queue0 -.-> queue2" in lines
    decision = TABLE.route({"channel": "wa", "text": "refund"}, unavailable=["support"])
    traced = TABLE.trace_diagram(decision)
    assert traced.splitlines()[:5] == [
        "flowchart LR",
        '    by0{{"channel"}}',
        '    queue0["support"]',
        "    by0 --> queue0",
        '    queue1["overflow"]',
    ]
    assert Table.trace_diagram(decision) == traced
    wrong: Any = "support"
    with pytest.raises(TypeError):
        TABLE.trace_diagram(wrong)


def test_verify_returns_the_fixtures_that_do_not_match() -> None:
    fixtures = [
        {"message": {"channel": "wa", "tier": 3}, "expect": {"queue": "sales", "rule": "gold"}},
        {"message": {"channel": "wa", "text": "refund"}, "expect": {"queue": "sales"}},
        {"message": {"channel": "sms"}, "expect": {"rule": None}},
    ]
    mismatch, rejected = TABLE.verify(json.dumps(fixtures))
    assert (mismatch.fixture, rejected.fixture) == (1, 2)
    assert mismatch.found == TABLE.route({"channel": "wa", "text": "refund"})
    assert isinstance(rejected.found, keyrail.RouteError)
    assert rejected.found.code == "route.unknown_channel"
    assert repr(mismatch).startswith("Mismatch(fixture=1, found=Decision(kind='routed', ")
    assert mismatch != rejected and isinstance(mismatch, Mismatch)
    assert TABLE.verify("[]") == []
    with pytest.raises(keyrail.ConfigError) as raised:
        TABLE.verify('[{"message": {}, "expect": {}}]')
    faults = [(fault.code, fault.pointer) for fault in raised.value.faults]
    missing = "config.missing_member"
    assert faults == [(missing, "/0/message"), (missing, "/0/expect")]


def test_a_table_survives_a_round_trip_through_bytes() -> None:
    data = TABLE.to_bytes()
    assert isinstance(data, bytes) and data == TABLE.to_bytes()
    message: dict[str, str | float] = {"channel": "wa", "tier": 3}
    for given in (data, bytearray(data), memoryview(data)):
        loaded = Table.from_bytes(given)
        assert loaded.hash == TABLE.hash and loaded.to_bytes() == data
        assert loaded.route(message) == TABLE.route(message)
    for malformed in (b"", data[:-1], data + b"\0", data[:40] + b"\xff" + data[41:]):
        with pytest.raises(keyrail.RouteError) as raised:
            Table.from_bytes(malformed)
        assert raised.value.code == "route.malformed_bytes"
    with pytest.raises(keyrail.RouteError) as raised:
        Table.from_bytes(data[:15] + b"\xff" + data[16:])
    assert raised.value.code == "route.unsupported_bytes"
    wrong: Any
    for wrong in ("text", None, [1]):
        with pytest.raises(TypeError):
            Table.from_bytes(wrong)


def test_an_app_has_its_own_queues_and_may_write_only_to_them() -> None:
    assert TABLE.queues_of("desk") == ["support", "overflow"]
    assert TABLE.queues_of("nobody") == []
    assert TABLE.may_write("crm", "sales") and not TABLE.may_write("crm", "support")
    assert not TABLE.may_write("nobody", "idle")


def test_many_threads_may_share_a_table() -> None:
    messages = [{"channel": "wa", "text": text} for text in ("refund", "hello")] * 100
    once = TABLE.route_batch(messages)
    with ThreadPoolExecutor(4) as pool:
        assert all(decided == once for decided in pool.map(TABLE.route_batch, [messages] * 40))
