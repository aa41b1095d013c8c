"""Stores key records, their audit log, their last uses and the states of their limits in SQLite.

A change and its audit entry are written in one transaction. The states of all limits that a request
consumes are written in another one, and so is a last use.
"""

import os
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from store import Store

from keyrail import access

SCHEMA = """
CREATE TABLE IF NOT EXISTS limit_states
  (id TEXT PRIMARY KEY, at INTEGER NOT NULL, count INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS last_uses (record TEXT PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS audit (number INTEGER PRIMARY KEY, json TEXT NOT NULL);
PRAGMA secure_delete = ON;
"""


class AuditedStore(Store):
    def __init__(
        self, database: sqlite3.Connection, chain: access.AuditChain, writer: str
    ) -> None:
        super().__init__(database)
        self.chain, self.start = chain, access.Checkpoint.start(writer)
        self.database.executescript(SCHEMA)
        if self.checkpoint().writer != writer:
            raise ValueError("the audit log in this database belongs to another writer")

    def on_saved(self, change: access.Change) -> None:
        """Adds the event of a change to the audit log."""
        entry = self.chain.append(self.checkpoint(), change.event.to_json(), os.urandom(16))
        values = (entry.number, entry.to_json())
        self.database.execute("INSERT INTO audit VALUES (?, ?)", values)

    def states(self, ids: Iterable[str]) -> dict[str, access.LimitState | None]:
        """Returns the stored state of each limit by its id."""
        states: dict[str, access.LimitState | None] = dict.fromkeys(ids)
        wanted = ", ".join("?" * len(states))
        query = f"SELECT id, at, count FROM limit_states WHERE id IN ({wanted})"
        for id, at, count in self.database.execute(query, list(states)):
            states[id] = access.LimitState(at, count)
        return states

    def save_states(self, consumption: access.Consumption) -> bool:
        """Stores the new states of limits, and returns whether it did so.

        If the stored states have changed since they were loaded, nothing is stored. In that
        case, load them again, and call the gateway again.
        """
        outcomes = {limit.id: limit for limit in consumption.limits if limit.id is not None}
        if len(outcomes) < len(consumption.limits):
            raise ValueError("limits without an id: pass the consumption of a grant or a denial")
        with self.database:
            self.database.execute("BEGIN IMMEDIATE")
            stored = self.states(outcomes)
            if any(stored[id] != limit.old_state for id, limit in outcomes.items()):
                return False
            for id, limit in outcomes.items():
                if (new := limit.new_state) is not None:
                    values = (id, new.at, new.count)
                    self.database.execute("REPLACE INTO limit_states VALUES (?, ?, ?)", values)
        return True

    def last_uses(self, record: str) -> access.LastUses:
        """Returns the last uses of a record's keys."""
        query = "SELECT json FROM last_uses WHERE record = ?"
        row = self.database.execute(query, (record,)).fetchone()
        return access.LastUses() if row is None else access.LastUses.from_json(row[0])

    def save_use(self, grant: access.Grant, now: datetime) -> None:
        """Stores that a key was used, unless the stored time is accurate enough."""
        if grant.digest is None or self.last_uses(grant.record).touch(grant.digest, now) is None:
            return
        with self.database:
            self.database.execute("BEGIN IMMEDIATE")
            if (uses := self.last_uses(grant.record).touch(grant.digest, now)) is not None:
                values = (grant.record, uses.to_json())
                self.database.execute("REPLACE INTO last_uses VALUES (?, ?)", values)

    def log(self) -> list[access.AuditEntry]:
        """Returns the entries of the audit log."""
        rows = self.database.execute("SELECT json FROM audit ORDER BY number")
        return [access.AuditEntry.from_json(json) for (json,) in rows]

    def erase(self, entry: access.AuditEntry) -> None:
        """Erases the payload of an entry of the audit log."""
        values = (entry.erase().to_json(), entry.number, entry.to_json())
        with self.database:
            query = "UPDATE audit SET json = ? WHERE number = ? AND json = ?"
            if self.database.execute(query, values).rowcount == 0:
                raise LookupError(f"the log does not contain this entry {entry.number}")

    def checkpoint(self) -> access.Checkpoint:
        """Returns the last checkpoint.

        Copy it regularly to a place outside this database. Before each copy, verify the
        log against the previous copy. Keep the old copies.
        """
        query = "SELECT json FROM audit ORDER BY number DESC LIMIT 1"
        row = self.database.execute(query).fetchone()
        return self.start if row is None else access.AuditEntry.from_json(row[0]).checkpoint

    def verify(self, until: access.Checkpoint) -> access.AuditReport:
        """Verifies the audit log, and checks that it contains a copied checkpoint."""
        return self.chain.verify(self.start, self.log(), until)
