"""Tests that the example store in SQLite works with a gateway, and that the store's audit log
can be verified.
"""

import contextlib
import datetime
import importlib
import json
import pathlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from conftest import NOW_MS, PEPPER_SECRET, ROOT, WEBHOOK_SECRET

import keyrail
from keyrail import access

DAY_MS = 86_400_000
AUDIT_SECRET = "the secret of this test's audit log"
ADMIN = access.Actor("u_9", role="org_admin")
POLICY = access.Policy.preset("swellsign")


@pytest.fixture(autouse=True)
def examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the modules in the folder of examples importable."""
    monkeypatch.syspath_prepend(ROOT / "bindings" / "python" / "examples")


Open: TypeAlias = Callable[..., Any]


@pytest.fixture
def open_store(tmp_path: pathlib.Path) -> Iterator[Open]:
    """Returns a function that opens the same database each time."""
    with contextlib.ExitStack() as opened:

        def open_database(writer: str = "desk-server") -> Any:
            database = opened.enter_context(
                contextlib.closing(sqlite3.connect(tmp_path / "keys.db"))
            )
            chain = access.AuditChain({"a1": AUDIT_SECRET})
            audited_store = importlib.import_module("audited_store")
            return audited_store.AuditedStore(database, chain, writer)

        yield open_database


def gateway_with(deployment: dict[str, Any], *peppers: str) -> keyrail.Gateway:
    """Returns a gateway without keys of its own."""
    secrets = {f"pepper:{pepper}": PEPPER_SECRET + pepper for pepper in peppers}
    hooks = {"webhook:desk-hook": WEBHOOK_SECRET, "webhook:crm-hook": WEBHOOK_SECRET}
    document = deployment | {"keys": [], "peppers": list(peppers)}
    return keyrail.Gateway.from_json(document, secrets | hooks)


def issue(store: Any, name: str, entropy: int) -> access.Issued:
    issued = POLICY.issue(
        keyrail.key.Format.keyrail(),
        bytes([entropy]) * 32,
        actor=ADMIN,
        app="desk",
        scope="read_write",
        expires="90d",
        name=name,
        now=NOW_MS,
        pepper=keyrail.key.Pepper("p1", PEPPER_SECRET + "p1"),
    )
    store.save(issued.change)
    return issued


def send(gateway: keyrail.Gateway, store: Any, text: str, now: int = NOW_MS) -> keyrail.Outbound:
    headers = {"x-api-key": text}
    records = store.find(gateway.identify(headers, operation="message.send"))
    return gateway.outbound(
        operation="message.send", headers=headers, queue="support", now=now, records=records
    )


def test_a_stored_key_is_found_and_an_unknown_one_is_not(
    open_store: Open, deployment: dict[str, Any]
) -> None:
    store, gateway = open_store(), gateway_with(deployment, "p1")
    keys = [issue(store, f"Server {number}", number).key.reveal() for number in range(3)]
    for number, text in enumerate(keys):
        grant = send(gateway, store, text).grant
        assert grant is not None and grant.name == f"Server {number}"
    wrong = send(gateway, store, keys[0][:-1] + "0")
    assert wrong.denial is not None and wrong.denial.code == "access.invalid_key"
    expired = send(gateway, open_store(), keys[0], NOW_MS + 90 * DAY_MS)
    assert expired.denial is not None and expired.denial.code == "access.expired"


def test_the_store_without_an_audit_log_stores_and_finds_records(
    deployment: dict[str, Any],
) -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        store = importlib.import_module("store").Store(database)
        gateway, issued = gateway_with(deployment, "p1"), issue(store, "Server", 1)
        assert send(gateway, store, issued.key.reveal()).accepted
        store.save(POLICY.revoke(issued.record, actor=ADMIN, now=NOW_MS))
        denied = send(gateway, store, issued.key.reveal()).denial
        assert denied is not None and denied.code == "access.revoked"


def test_a_rename_of_an_old_version_is_rejected_but_a_revocation_is_stored(
    open_store: Open, deployment: dict[str, Any]
) -> None:
    store, gateway = open_store(), gateway_with(deployment, "p1")
    issued = issue(store, "Server", 1)
    rename = POLICY.rename(issued.record, "New name", actor=ADMIN, now=NOW_MS)
    other = POLICY.rename(issued.record, "Other name", actor=ADMIN, now=NOW_MS)
    revoke = POLICY.revoke(issued.record, reason="leaked", actor=ADMIN, now=NOW_MS)
    store.save(rename)
    before = store.checkpoint()
    with pytest.raises(keyrail.KeyrailError) as raised:
        store.save(other)
    assert raised.value.code == "access.version_conflict"
    assert store.checkpoint() == before
    stored = store.save(revoke)
    assert (stored.name, stored.version) == ("New name", 3)
    payload = store.log()[-1].payload
    assert payload is not None and json.loads(payload)["version"] == stored.version
    denied = send(gateway, store, issued.key.reveal())
    assert denied.denial is not None and denied.denial.code == "access.revoked"


def test_a_digest_with_the_new_pepper_is_stored_when_the_key_is_used(
    open_store: Open, deployment: dict[str, Any]
) -> None:
    store = open_store()
    issued = issue(store, "Server", 1)
    rotated = gateway_with(deployment, "p2", "p1")
    grant = send(rotated, store, issued.key.reveal()).grant
    assert grant is not None and grant.upgrade is not None
    store.save(grant.upgrade)
    only_new = gateway_with(deployment, "p2")
    assert send(only_new, store, issued.key.reveal()).accepted


def test_the_last_uses_of_a_key_and_of_the_key_that_it_replaced_are_stored(
    open_store: Open, deployment: dict[str, Any]
) -> None:
    store, gateway = open_store(), gateway_with(deployment, "p1")
    issued = issue(store, "Server", 1)
    rotated = POLICY.rotate(
        issued.record,
        keyrail.key.Format.keyrail(),
        bytes([2]) * 32,
        actor=ADMIN,
        grace="1d",
        now=NOW_MS,
        pepper=keyrail.key.Pepper("p1", PEPPER_SECRET + "p1"),
    )
    record = store.save(rotated.change)

    def use(key: keyrail.key.ApiKey, after_ms: int) -> datetime.datetime:
        now = datetime.datetime.fromtimestamp((NOW_MS + after_ms) / 1000, datetime.timezone.utc)
        store.save_use(send(gateway, store, key.reveal(), NOW_MS + after_ms).grant, now)
        return now

    assert store.last_uses(record.id).of_replaced(record) is None
    by_old = use(issued.key, 1000)
    by_new = use(rotated.key, 2000)
    use(rotated.key, 61_999)  # less than a minute later
    uses = open_store().last_uses(record.id)
    assert (uses.of_replaced(record), uses.of_current(record)) == (by_old, by_new)
    later = use(rotated.key, 62_000)
    assert store.last_uses(record.id).of_current(record) == later


def test_the_limits_of_a_key_are_consumed_once_for_each_request(
    open_store: Open, deployment: dict[str, Any]
) -> None:
    store, gateway = open_store(), gateway_with(deployment, "p1")
    issued = issue(store, "Server", 1)
    rate = {"name": "burst", "rate": {"units": 60, "per_seconds": 60, "burst": 2}}
    limits = [access.Limit.from_json(rate)]
    store.save(POLICY.set_limits(issued.record, limits, actor=ADMIN, now=NOW_MS))
    headers = {"x-api-key": issued.key.reveal()}
    records = store.find(gateway.identify(headers))
    ids = [id for record in records for id in record.limit_ids]
    assert ids == [f"key/burst/{issued.record.id}"]

    def ask(states: dict[str, access.LimitState | None], now: int = NOW_MS) -> keyrail.Outbound:
        return gateway.outbound(
            operation="message.send",
            headers=headers,
            queue="support",
            now=now,
            records=records,
            limits=states,
        )

    first, at_the_same_time = ask(store.states(ids)), ask(store.states(ids))
    assert first.accepted and at_the_same_time.accepted
    assert store.save_states(first.consumption)
    assert not store.save_states(at_the_same_time.consumption)
    again = ask(open_store().states(ids))
    assert again.accepted and store.save_states(again.consumption)
    limit = access.Limit.from_json('{"name": "daily", "quota": {"units": 3, "per": "day"}}')
    with pytest.raises(ValueError, match="without an id"):
        store.save_states(access.consume([(limit, None)], NOW_MS))

    denied = ask(store.states(ids))
    assert denied.denial is not None and denied.denial.code == "access.rate"
    assert denied.response is not None and denied.response.status == 429
    assert ("retry-after", "1") in denied.response.header_pairs()
    assert ask(store.states(ids), NOW_MS + 1000).accepted


def rows_of(store: Any) -> list[tuple[str]]:
    return store.database.execute("SELECT json FROM audit").fetchall()


def test_a_deleted_record_is_not_stored_again(open_store: Open) -> None:
    store = open_store()
    issued = issue(store, "Server", 1)
    imported = json.loads(issued.record.to_json()) | {"version": 0}
    record = access.Record.from_json(imported)
    rename = POLICY.rename(record, "New name", actor=ADMIN, now=NOW_MS)
    assert rename.base_version == 0
    store.database.execute("DELETE FROM records")
    store.database.commit()
    with pytest.raises(LookupError):
        store.save(rename)
    assert len(store.log()) == 1


def test_a_log_of_another_writer_is_rejected(open_store: Open) -> None:
    issue(open_store(), "Server", 1)
    with pytest.raises(ValueError, match="another writer"):
        open_store("other-server")


def test_the_audit_log_verifies_across_restarts_and_after_an_erasure(open_store: Open) -> None:
    store = open_store()
    issued = issue(store, "Server", 1)
    rename = POLICY.rename(issued.record, "New name", actor=ADMIN, now=NOW_MS)
    open_store().save(rename)
    last = store.checkpoint()
    assert last.number == 2
    assert store.verify(last)

    first, second = store.log()
    assert '"action":"issue"' in first.payload
    store.erase(first)
    report = open_store().verify(last)
    assert (report.is_intact, report.erased) == (True, 1)
    with pytest.raises(LookupError):
        store.erase(first)
    assert b"issue" not in b"".join(row.encode() for (row,) in rows_of(store))

    store.database.execute("DELETE FROM audit WHERE number = 2")
    fault = store.verify(last).fault
    assert fault is not None
    assert (fault.code, fault.number) == ("access.audit_truncated", 2)
