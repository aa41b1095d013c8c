"""Stores key records in SQLite. Keyrail makes the decisions, and the store keeps the data.

`audited_store.py` also stores the audit log, last uses and the states of limits.
"""

import sqlite3

from keyrail import Identity, access

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS digests (digest TEXT PRIMARY KEY, key_id TEXT, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS key_ids ON digests (key_id);
CREATE INDEX IF NOT EXISTS records_of_digests ON digests (record);
"""


class Store:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.database.executescript(SCHEMA)

    def find(self, identity: Identity) -> list[access.Record]:
        """Returns the records that the presented key may belong to."""
        wanted = ", ".join("?" * len(identity.digests))
        query = f"""SELECT DISTINCT json FROM digests JOIN records ON id = record
                    WHERE key_id = ? OR digest IN ({wanted})"""
        rows = self.database.execute(query, (identity.key_id, *identity.digests))
        return [access.Record.from_json(json) for (json,) in rows]

    def save(self, change: access.Change) -> access.Record:
        """Stores a change, and returns the record as it is stored.

        Raises KeyrailError if the change cannot be applied, for example because someone else has
        changed the record in the meantime, and LookupError if someone has deleted it.
        """
        with self.database:  # commits, or rolls back after an exception
            self.database.execute("BEGIN IMMEDIATE")
            key = (change.record.id,)
            row = self.database.execute("SELECT json FROM records WHERE id = ?", key).fetchone()
            if row is not None:
                change = change.rebase(access.Record.from_json(row[0]))
            elif not change.is_new:
                raise LookupError("the record was deleted in the meantime")
            record = change.record
            self.database.execute("REPLACE INTO records VALUES (?, ?)", (*key, record.to_json()))
            self.database.execute("DELETE FROM digests WHERE record = ?", key)
            digests = [(str(digest.digest), digest.key_id, *key) for digest in record.digests]
            self.database.executemany("INSERT INTO digests VALUES (?, ?, ?)", digests)
            self.on_saved(change)
        return record

    def on_saved(self, change: access.Change) -> None:
        """Is called in the transaction that stores a change. Does nothing here."""
