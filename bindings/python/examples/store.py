"""Stores key records and their audit log in SQLite.

Keyrail decides, and the store keeps. A change and its audit entry are written in one transaction.
"""

import os
import sqlite3

from keyrail import Identity, access

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS digests (digest TEXT PRIMARY KEY, key_id TEXT, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS key_ids ON digests (key_id);
CREATE TABLE IF NOT EXISTS audit (number INTEGER PRIMARY KEY, json TEXT NOT NULL);
"""


class Store:
    def __init__(self, path: str, chain: access.AuditChain, writer: str) -> None:
        self.chain, self.start = chain, access.Checkpoint.start(writer)
        self.database = sqlite3.connect(path)
        self.database.executescript(SCHEMA)

    def find(self, identity: Identity) -> list[access.Record]:
        """Returns the records that the presented key may belong to."""
        wanted = ", ".join("?" * len(identity.digests))
        query = f"""SELECT DISTINCT json FROM digests JOIN records ON id = record
                    WHERE key_id = ? OR digest IN ({wanted})"""
        rows = self.database.execute(query, (identity.key_id, *identity.digests))
        return [access.Record.from_json(json) for (json,) in rows]

    def save(self, change: access.Change) -> access.Record:
        """Stores a change. Raises KeyrailError if someone else has changed the record in the meantime."""
        with self.database:  # commits, or rolls back after an exception
            self.database.execute("BEGIN IMMEDIATE")
            record, key = change.record, (change.record.id,)
            row = self.database.execute("SELECT json FROM records WHERE id = ?", key).fetchone()
            if row is not None:
                record = change.apply_to(access.Record.from_json(row[0]))
            elif change.base_version > 0:
                raise LookupError("the record was deleted in the meantime")
            self.database.execute("REPLACE INTO records VALUES (?, ?)", (*key, record.to_json()))
            self.database.execute("DELETE FROM digests WHERE record = ?", key)
            digests = [(str(digest.digest), digest.key_id, *key) for digest in record.digests]
            self.database.executemany("INSERT INTO digests VALUES (?, ?, ?)", digests)
            event = change.event.to_json()
            self.write(self.chain.append(self.checkpoint(), event, os.urandom(16)))
        return record

    def write(self, entry: access.AuditEntry) -> None:
        values = (entry.number, entry.to_json())
        self.database.execute("REPLACE INTO audit VALUES (?, ?)", values)

    def log(self) -> list[access.AuditEntry]:
        rows = self.database.execute("SELECT json FROM audit ORDER BY number")
        return [access.AuditEntry.from_json(json) for (json,) in rows]

    def checkpoint(self) -> access.Checkpoint:
        """Returns the last checkpoint. Copy it regularly to a place outside this database."""
        query = "SELECT json FROM audit ORDER BY number DESC LIMIT 1"
        row = self.database.execute(query).fetchone()
        return self.start if row is None else access.AuditEntry.from_json(row[0]).checkpoint

    def verify(self, until: access.Checkpoint) -> access.AuditReport:
        return self.chain.verify(self.start, self.log(), until)
