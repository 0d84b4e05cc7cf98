"""The unit's durable memory in SQLite: WAL with synchronous FULL, so that what was committed survives a power cut.

It keeps bytes and knows no meaning (`edge.core.memory` does). Used by the deciding thread only.
"""

import secrets
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from edge.core.effects import DropReceipts, Durable, Journal, Remember
from edge.core.memory import Memory, Shelf
from protocol.messages import Receipt

SCHEMA = 1
LOCK_S = 2.0
"""Nobody else uses the file; a lock that lasts longer, in seconds, is an error that ends the process."""
_TABLES = """
CREATE TABLE identity (journal TEXT NOT NULL, last_number INTEGER NOT NULL);
CREATE TABLE shelf (
    shelf TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (shelf, key)
) WITHOUT ROWID;
CREATE TABLE receipt (number INTEGER PRIMARY KEY, receipt BLOB NOT NULL);
"""


class NewerMemory(Exception):
    """The file was written by a newer version of this software."""


class DiskMemory:
    """One database file. A new file begins a new journal, under a random name."""

    def __init__(self, path: Path) -> None:
        """Open or make it. A damaged file is set aside, never deleted. Raises NewerMemory and sqlite3.Error."""
        self.set_aside: Path | None = None
        try:
            self._db = _open(path)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            self.set_aside = path.with_name(f"{path.name}.damaged-{secrets.token_hex(4)}")
            path.rename(self.set_aside)
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            self._db = _open(path)

    def load(self) -> Memory:
        """Everything that the disk holds."""
        journal, last_number = self._db.execute("SELECT journal, last_number FROM identity").fetchone()
        shelves: dict[Shelf, dict[str, bytes]] = {shelf: {} for shelf in Shelf}
        for shelf, key, value in self._db.execute("SELECT shelf, key, value FROM shelf"):
            shelves[Shelf(shelf)][key] = value
        rows = self._db.execute("SELECT receipt FROM receipt ORDER BY number")
        receipts = tuple(msgspec.json.decode(row[0], type=Receipt) for row in rows)
        return Memory(journal=journal, shelves=shelves, receipts=receipts, last_number=last_number)

    def commit(self, effects: Iterable[Durable]) -> None:
        """Carry out durable effects in one transaction; when this returns they are on the disk."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for effect in effects:
                self._write(effect)

    def durability(self) -> tuple[str, int]:
        """The journal mode and the synchronous level that SQLite truly has: ("wal", 2) is what is promised."""
        mode = self._db.execute("PRAGMA journal_mode").fetchone()[0]
        return mode, self._db.execute("PRAGMA synchronous").fetchone()[0]

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _write(self, effect: Durable) -> None:
        match effect:
            case Remember(shelf, key, None):
                self._db.execute("DELETE FROM shelf WHERE shelf = ? AND key = ?", (shelf, key))
            case Remember(shelf, key, value):
                self._db.execute("INSERT OR REPLACE INTO shelf VALUES (?, ?, ?)", (shelf, key, value))
            case Journal(receipt):
                data = msgspec.json.encode(receipt)
                self._db.execute("INSERT INTO receipt VALUES (?, ?)", (receipt.number, data))
                self._db.execute("UPDATE identity SET last_number = ?", (receipt.number,))
            case DropReceipts(through):
                self._db.execute("DELETE FROM receipt WHERE number <= ?", (through,))


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=LOCK_S, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        _make_or_check(db)
    except BaseException:
        db.close()
        raise
    return db


def _make_or_check(db: sqlite3.Connection) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA:
        raise NewerMemory(f"schema {version} of the unit's memory; this software knows {SCHEMA}")
    if version == 0:
        _make(db)
    if db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("quick_check: malformed")


def _make(db: sqlite3.Connection) -> None:
    journal = f"j-{secrets.token_hex(8)}"
    statements = [statement for statement in _TABLES.split(";") if statement.strip()]
    db.execute("BEGIN IMMEDIATE")
    for statement in statements:
        db.execute(statement)
    db.execute("INSERT INTO identity VALUES (?, 0)", (journal,))
    db.execute(f"PRAGMA user_version = {SCHEMA}")
    db.execute("COMMIT")


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is bad; a full disk or a locked file is another matter."""
    return any(word in str(error) for word in ("malformed", "not a database"))
