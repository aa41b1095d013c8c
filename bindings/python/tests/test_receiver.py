"""Tests the example that receives webhooks."""

import importlib
import sqlite3
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from conftest import NOW_MS, ROOT

from keyrail import webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MINUTE_MS = 60_000


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "bindings" / "python" / "examples")
    return importlib.import_module("receiver")


@pytest.fixture(params=["sqlite", "memory"])
def claims(example: ModuleType, request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "memory":
        yield example.MemoryClaims(capacity=2)
        return
    database = sqlite3.connect(":memory:", isolation_level=None)
    yield example.SqliteClaims(database)
    database.close()


class Endpoint:
    """An endpoint whose clock stands still, and the bodies that it processed."""

    def __init__(self, example: ModuleType, claims: Any) -> None:
        self.example, self.claims = example, claims
        policy = webhook.ReceivePolicy.standard()
        self.receiver = webhook.Receiver(webhook.Verifier(SECRET), policy)
        self.now_ms, self.fails = NOW_MS, False
        self.processed: list[bytes] = []

    def process(self, body: bytes) -> None:
        if self.fails:
            raise RuntimeError
        self.processed.append(body)

    def post(self, id: str, signed_ms: int | None = None, body: bytes = b"{}") -> int:
        signed_ms = self.now_ms if signed_ms is None else signed_ms
        headers = webhook.Signer(SECRET).sign(id, signed_ms, body)
        pairs = [(name, value.reveal()) for name, value in headers]
        status: int = self.example.receive(
            self.receiver, self.claims, pairs, body, lambda: self.now_ms, self.process
        )
        return status


@pytest.fixture
def endpoint(example: ModuleType, claims: Any) -> Endpoint:
    return Endpoint(example, claims)


def test_a_delivery_is_processed_once(endpoint: Endpoint) -> None:
    assert [endpoint.post("msg_1"), endpoint.post("msg_1")] == [204, 200]
    endpoint.now_ms += 75 * 3600 * 1000
    assert endpoint.post("msg_1") == 200
    assert endpoint.processed == [b"{}"]


def test_a_failed_delivery_is_processed_when_it_is_signed_again(endpoint: Endpoint) -> None:
    endpoint.fails = True
    assert endpoint.post("msg_1") == 500
    endpoint.fails = False
    endpoint.now_ms += MINUTE_MS
    replayed = endpoint.post("msg_1", signed_ms=NOW_MS)
    assert (replayed, endpoint.processed) == (403, [])
    assert endpoint.post("msg_1") == 204
    assert endpoint.processed == [b"{}"]


def test_a_delivery_that_arrives_while_it_is_processed_is_repeated_later(
    endpoint: Endpoint,
) -> None:
    statuses = []
    process, endpoint.process = endpoint.process, lambda body: None  # type: ignore[method-assign]

    def process_slowly(body: bytes) -> None:
        statuses.append(endpoint.post("msg_1"))
        process(body)

    endpoint.process = process_slowly  # type: ignore[method-assign]
    assert endpoint.post("msg_1") == 204
    assert (statuses, endpoint.processed) == ([409], [b"{}"])


def test_a_delivery_is_processed_after_the_process_has_crashed(endpoint: Endpoint) -> None:
    class Crash(BaseException):
        pass

    def crash(body: bytes) -> None:
        raise Crash

    process, endpoint.process = endpoint.process, crash  # type: ignore[method-assign]
    with pytest.raises(Crash):
        endpoint.post("msg_1")
    endpoint.process = process  # type: ignore[method-assign]
    endpoint.now_ms += 5000
    assert endpoint.post("msg_1") == 409
    endpoint.now_ms += MINUTE_MS
    assert endpoint.post("msg_1") == 204
    assert endpoint.processed == [b"{}"]


def test_a_process_that_was_too_slow_finishes_the_claim_of_the_next_one(endpoint: Endpoint) -> None:
    process = endpoint.process
    slow = True

    def process_slowly(body: bytes) -> None:
        nonlocal slow
        if slow:
            slow, endpoint.fails = False, True
            endpoint.now_ms += 2 * MINUTE_MS
            assert endpoint.post("msg_1") == 500
            endpoint.fails = False
        process(body)

    endpoint.process = process_slowly  # type: ignore[method-assign]
    assert endpoint.post("msg_1") == 204
    endpoint.now_ms += MINUTE_MS
    assert endpoint.post("msg_1") == 200
    assert endpoint.processed == [b"{}"]


def test_the_claim_of_a_faster_process_is_read_again(endpoint: Endpoint) -> None:
    get, others = endpoint.claims.get, [None]

    def get_late(id: str) -> Any:
        # Another process claims the delivery after this one has read that nobody did.
        if others:
            stored = others.pop()
            assert endpoint.post(id) == 204
            return stored
        return get(id)

    endpoint.claims.get = get_late
    assert endpoint.post("msg_1") == 200
    assert endpoint.processed == [b"{}"]


def test_a_wrong_signature_is_rejected(endpoint: Endpoint) -> None:
    assert endpoint.post("msg_1", signed_ms=NOW_MS - 301_000) == 403
    assert endpoint.processed == []


def test_a_full_set_rejects_new_deliveries_and_keeps_its_claims(example: ModuleType) -> None:
    endpoint = Endpoint(example, example.MemoryClaims(capacity=2))
    assert [endpoint.post(id) for id in ("msg_1", "msg_2", "msg_3")] == [204, 204, 503]
    assert [endpoint.post(id) for id in ("msg_1", "msg_2")] == [200, 200]
    endpoint.now_ms += 412_926 * 1000 + MINUTE_MS
    assert endpoint.post("msg_3") == 204
    assert len(endpoint.processed) == 3
