"""Receives the webhooks of one sender, and processes each delivery once. The claims are kept in
SQLite, or in memory.

Keyrail decides whether to process a delivery; the sets of claims only compare and swap. For several
senders, or for several endpoints of one sender, use a set of claims for each.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Protocol

from keyrail import WebhookError, header, webhook

SCHEMA = """
CREATE TABLE IF NOT EXISTS claims
    (id TEXT PRIMARY KEY, version INTEGER NOT NULL, expires_ms INTEGER NOT NULL, json TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS expired_claims ON claims (expires_ms);
"""


class FullError(Exception):
    """There is no room for a new claim. No other claim is removed to make room."""


class Claims(Protocol):
    """A set of claims."""

    def get(self, id: str) -> webhook.DeliveryClaim | None:
        """Returns the claim that is stored for an id."""

    def swap(
        self, old: webhook.DeliveryClaim | None, new: webhook.DeliveryClaim, now_ms: int
    ) -> bool:
        """Stores a claim if the stored one is still the old one, and returns whether it was."""


class SqliteClaims:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.database.executescript(SCHEMA)

    def get(self, id: str) -> webhook.DeliveryClaim | None:
        query = "SELECT json FROM claims WHERE id = ?"
        row = self.database.execute(query, (id,)).fetchone()
        return row and webhook.DeliveryClaim.from_json(row[0])

    def swap(
        self, old: webhook.DeliveryClaim | None, new: webhook.DeliveryClaim, now_ms: int
    ) -> bool:
        with self.database:  # commits, or rolls back after an exception
            self.database.execute("BEGIN IMMEDIATE")
            stored = self.get(new.id)
            if stored != old:
                return False
            self.database.execute("DELETE FROM claims WHERE expires_ms <= ?", (now_ms,))
            expires_ms = round(new.expires_at.timestamp() * 1000)
            row = (new.id, new.version, expires_ms, new.to_json())
            self.database.execute("REPLACE INTO claims VALUES (?, ?, ?, ?)", row)
        return True


class MemoryClaims:
    """Claims of one process. They are lost when it ends: a sender's retry is then processed again."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.claims: dict[str, webhook.DeliveryClaim] = {}

    def get(self, id: str) -> webhook.DeliveryClaim | None:
        return self.claims.get(id)

    def swap(
        self, old: webhook.DeliveryClaim | None, new: webhook.DeliveryClaim, now_ms: int
    ) -> bool:
        if self.claims.get(new.id) != old:
            return False
        if new.id not in self.claims and len(self.claims) >= self.capacity:
            kept = {id: it for id, it in self.claims.items() if not is_expired(it, now_ms)}
            if len(kept) >= self.capacity:
                raise FullError
            self.claims = kept
        self.claims[new.id] = new
        return True


def is_expired(claim: webhook.DeliveryClaim, now_ms: int) -> bool:
    return claim.expires_at.timestamp() * 1000 <= now_ms


def receive(
    receiver: webhook.Receiver,
    claims: Claims,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    clock: Callable[[], int],
    process: Callable[[bytes], None],
) -> int:
    """Receives a request, and returns the status of the response."""
    try:
        verified = receiver.verify(headers, body, clock())
        while True:
            stored = claims.get(verified.id)
            result = receiver.claim(verified, stored, clock())
            if result.claim is None:
                assert result.status is not None
                return result.status
            claim = result.claim
            if claims.swap(stored, claim, clock()):
                break
    except WebhookError as error:
        return header.problem(error).status
    except FullError:
        return 503
    try:
        process(body)
    except Exception:
        claims.swap(claim, claim.release(clock()), clock())
        return 500
    finish(claims, claim, clock)
    return 204


def finish(claims: Claims, claim: webhook.DeliveryClaim, clock: Callable[[], int]) -> None:
    """Stores that a delivery was processed. If another process has claimed the delivery because the
    lease had ended, its claim is finished.
    """
    stored: webhook.DeliveryClaim | None = claim
    while stored is not None and stored.state != "finished":
        if claims.swap(stored, stored.finish(clock()), clock()):
            return
        stored = claims.get(claim.id)
