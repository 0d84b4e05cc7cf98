"""The unit's durable memory in SQLite: WAL with synchronous FULL, so that what was committed survives a power cut.

It keeps bytes and knows no meaning (`edge.core.memory` does). Used by the deciding thread only.

A disk that is full, read-only or broken is told apart from a fault of this program: the first is `MemoryTrouble`, and
the unit goes on as well as it can; the second ends the process.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from edge.core.deciding import MemoryReturned, MemoryTrouble
from edge.core.effects import DropReceipts, Durable, Journal, Remember
from edge.core.memory import ABSENT, Memory, Shelf
from protocol.messages import Receipt
from protocol.names import DiskHealth

SCHEMA = 2
ARCHIVED = 1000
"""So many acknowledged receipts are kept, for a controller that loses them by restoring an older database."""
LOCK_S = 2.0
"""Nobody else uses the file; a lock that lasts longer, in seconds, is an error that ends the process."""
_TABLES = """
CREATE TABLE identity (
    journal TEXT NOT NULL, last_number INTEGER NOT NULL, acknowledged INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE shelf (
    shelf TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (shelf, key)
) WITHOUT ROWID;
CREATE TABLE receipt (number INTEGER PRIMARY KEY, receipt BLOB NOT NULL);
CREATE TABLE archive (number INTEGER PRIMARY KEY, receipt BLOB NOT NULL);
"""
_TO_2 = """
ALTER TABLE identity ADD COLUMN acknowledged INTEGER NOT NULL DEFAULT 0;
UPDATE identity SET acknowledged = coalesce((SELECT min(number) FROM receipt) - 1, last_number);
CREATE TABLE archive (number INTEGER PRIMARY KEY, receipt BLOB NOT NULL);
DELETE FROM shelf WHERE shelf = 'ordered'
"""
"""Broadcasts that came by an order before their signer was written down are not kept: who ordered them is unknown."""
_ADOPTED = frozenset({Shelf.PROGRESS, Shelf.ORDERS, Shelf.ORDERED, Shelf.CANCELLED})
"""What a process that could not read the disk may add to it: what it did, not what it did not know."""
_TROUBLES = {
    sqlite3.SQLITE_FULL: DiskHealth.FULL,
    sqlite3.SQLITE_READONLY: DiskHealth.READ_ONLY,
    sqlite3.SQLITE_IOERR: DiskHealth.FAILED,
    sqlite3.SQLITE_CANTOPEN: DiskHealth.FAILED,
    sqlite3.SQLITE_PERM: DiskHealth.FAILED,
}
"""By the primary result code of SQLite; its extended codes carry that in their lowest byte."""


class NewerMemory(Exception):
    """The file was written by a newer version of this software."""


class DiskMemory:
    """One database file. A new file begins a new journal, under a random name."""

    def __init__(self, path: Path) -> None:
        """Open or make it. A damaged file is set aside, never deleted; a disk that fails is told by `load`.

        Raises:
            NewerMemory: another version of this software is needed.
            sqlite3.Error: a fault that is not the disk's.
        """
        self.set_aside: Path | None = None
        self._path = path
        self._trouble = DiskHealth.OK
        self._connection: sqlite3.Connection | None = None
        try:
            self._connection = self._open()
        except MemoryTrouble as trouble:
            self._trouble = trouble.disk

    def load(self) -> Memory:
        """Everything that the disk holds; nothing, and why, when it could not be opened."""
        if self._connection is not None:
            try:
                return self._load()
            except sqlite3.Error as error:
                self._trouble = self._health(error)
                self._connection.close()
                self._connection = None
        return Memory(journal=ABSENT, disk=self._trouble)

    def _load(self) -> Memory:
        row = self._db.execute("SELECT journal, last_number, acknowledged FROM identity").fetchone()
        journal, last_number, acknowledged = row
        shelves: dict[Shelf, dict[str, bytes]] = {shelf: {} for shelf in Shelf}
        for shelf, key, value in self._db.execute("SELECT shelf, key, value FROM shelf"):
            shelves[Shelf(shelf)][key] = value
        rows = self._db.execute("SELECT receipt FROM receipt ORDER BY number")
        return Memory(
            journal=journal,
            shelves=shelves,
            receipts=tuple(msgspec.json.decode(row[0], type=Receipt) for row in rows),
            last_number=last_number,
            acknowledged=acknowledged,
        )

    def archived(self, after: int, through: int) -> tuple[Receipt, ...]:
        """Return the acknowledged receipts of these numbers that are still kept, in order; none from a failing disk."""
        query = "SELECT receipt FROM archive WHERE number > ? AND number <= ? ORDER BY number"
        try:
            rows = self._db.execute(query, (after, through)).fetchall()
        except MemoryTrouble:
            return ()
        except sqlite3.Error as error:
            self._health(error)
            return ()
        return tuple(msgspec.json.decode(row[0], type=Receipt) for row in rows)

    def commit(self, effects: Iterable[Durable]) -> None:
        """Carry out durable effects in one transaction; when this returns they are on the disk.

        Raises:
            MemoryTrouble: nothing of it is, because the disk fails.
            MemoryReturned: they are, and with them what the disk held when it could not be read.
        """
        written = list(effects)
        if self._connection is None:
            self._connection = self._open()
            self._commit(self._adopted(written))
            raise MemoryReturned
        self._commit(written)

    @property
    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            raise MemoryTrouble(self._trouble, "never opened")
        return self._connection

    def _commit(self, effects: Sequence[Durable]) -> None:
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                for effect in effects:
                    self._write(effect)
        except sqlite3.Error as error:
            raise MemoryTrouble(self._health(error), str(error)) from error

    def _adopted(self, effects: Iterable[Durable]) -> list[Durable]:
        """What was done without the disk, as it is to be written beside what the disk holds."""
        number = self._db.execute("SELECT last_number FROM identity").fetchone()[0]
        adopted: list[Durable] = []
        for effect in effects:
            if isinstance(effect, Journal):
                number += 1
                adopted.append(Journal(replace(effect.receipt, number=number)))
            elif isinstance(effect, Remember) and effect.shelf in _ADOPTED:
                adopted.append(effect)
        return adopted

    def _open(self) -> sqlite3.Connection:
        """Open the file, a damaged one set aside before. Raises MemoryTrouble."""
        try:
            try:
                return _open(self._path)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._set_aside()
                return _open(self._path)
        except OSError as error:
            raise MemoryTrouble(DiskHealth.FAILED, str(error)) from error
        except sqlite3.Error as error:
            raise MemoryTrouble(self._health(error), str(error)) from error

    def _health(self, error: sqlite3.Error) -> DiskHealth:
        """What is wrong with the disk; the error itself comes out again when it is none of the disk's.

        SQLite calls it an I/O error when it cannot make its shared memory on a disk that is full or read-only.
        """
        trouble = _TROUBLES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if trouble is None:
            raise error
        try:
            disk = os.statvfs(self._path.parent)
        except OSError:
            return trouble
        if disk.f_flag & os.ST_RDONLY:
            return DiskHealth.READ_ONLY
        return DiskHealth.FULL if disk.f_bavail == 0 and trouble is DiskHealth.FAILED else trouble

    def _set_aside(self) -> None:
        path = self._path
        self.set_aside = path.with_name(f"{path.name}.damaged-{secrets.token_hex(4)}")
        path.rename(self.set_aside)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)

    def durability(self) -> tuple[str, int]:
        """The journal mode and the synchronous level that SQLite truly has: ("wal", 2) is what is promised."""
        mode = self._db.execute("PRAGMA journal_mode").fetchone()[0]
        return mode, self._db.execute("PRAGMA synchronous").fetchone()[0]

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()

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
                self._archive(through)

    def _archive(self, through: int) -> None:
        execute = self._db.execute
        execute("INSERT OR REPLACE INTO archive SELECT number, receipt FROM receipt WHERE number <= ?", (through,))
        execute("DELETE FROM receipt WHERE number <= ?", (through,))
        execute("DELETE FROM archive WHERE number <= ?", (through - ARCHIVED,))
        execute("UPDATE identity SET acknowledged = max(acknowledged, ?)", (through,))


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
    elif version < SCHEMA:
        _change(db, _TO_2)
    if db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("quick_check: malformed")


def _make(db: sqlite3.Connection) -> None:
    _change(db, _TABLES, ("INSERT INTO identity (journal, last_number) VALUES (?, 0)", (f"j-{secrets.token_hex(8)}",)))


def _change(db: sqlite3.Connection, statements: str, last: tuple[str, tuple[str, ...]] | None = None) -> None:
    """Make or migrate the tables, in one transaction with the number of the schema."""
    with db:
        db.execute("BEGIN IMMEDIATE")
        for statement in statements.split(";"):
            db.execute(statement)
        if last is not None:
            db.execute(*last)
        db.execute(f"PRAGMA user_version = {SCHEMA}")


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is bad; a full disk or a locked file is another matter."""
    return any(word in str(error) for word in ("malformed", "not a database"))
