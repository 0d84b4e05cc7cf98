"""The durable memory: what was committed is there after a crash, whole or not at all."""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from edge.adapters.memory import ARCHIVED, SCHEMA, DiskMemory, NewerMemory
from edge.core.deciding import MemoryReturned, MemoryTrouble
from edge.core.effects import DropReceipts, Journal, Remember
from edge.core.memory import ABSENT, Shelf
from protocol.messages import Receipt
from protocol.names import BroadcastId, ClockTrust, DiskHealth, Stage
from tests.edge.small_disk import SmallDisk, small_disk


def receipt(number: int) -> Receipt:
    at = datetime(2026, 11, 22, 5, 30, 0, 123, tzinfo=UTC)
    return Receipt(
        number=number, at=at, clock=ClockTrust.TRUSTED, stage=Stage.STARTED, broadcast=BroadcastId("b-1"), error_us=-7
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite3"


@pytest.fixture
def memory(path: Path):
    memory = DiskMemory(path)
    yield memory
    memory.close()


def test_a_new_memory_is_empty_and_begins_a_journal_of_its_own(memory: DiskMemory, tmp_path: Path):
    other = DiskMemory(tmp_path / "other.sqlite3")
    assert not any(memory.load().shelves.values())
    assert (memory.load().receipts, memory.load().last_number) == ((), 0)
    assert memory.load().journal != other.load().journal
    other.close()


def test_what_was_committed_is_found_by_another_process(memory: DiskMemory, path: Path):
    memory.commit([Remember(Shelf.PROGRESS, "b-1", b"one"), Journal(receipt(1)), Journal(receipt(2))])
    memory.commit([Remember(Shelf.PROGRESS, "b-1", b"two"), Remember(Shelf.ORDERS, "o-1", b"x")])
    memory.commit([Remember(Shelf.ORDERS, "o-1", None), DropReceipts(1)])
    again = DiskMemory(path)
    found = again.load()
    again.close()
    assert found.shelves[Shelf.PROGRESS] == {"b-1": b"two"}
    assert found.shelves[Shelf.ORDERS] == {}
    assert found.receipts == (receipt(2),)
    assert found.last_number == 2
    assert found.journal == memory.load().journal


def test_the_last_number_outlives_its_receipts(memory: DiskMemory):
    memory.commit([Journal(receipt(1))])
    memory.commit([DropReceipts(1)])
    assert (memory.load().receipts, memory.load().last_number) == ((), 1)


def test_a_transaction_that_fails_leaves_nothing(memory: DiskMemory):
    memory.commit([Journal(receipt(1))])
    with pytest.raises(sqlite3.IntegrityError):
        memory.commit([Remember(Shelf.PROGRESS, "b-1", b"x"), Journal(receipt(1))])
    assert memory.load().shelves[Shelf.PROGRESS] == {}


def test_it_survives_power_loss_by_its_settings(memory: DiskMemory, path: Path):
    assert memory.durability() == ("wal", 2)


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b""])
def test_a_damaged_file_is_set_aside_and_an_empty_one_is_new(path: Path, damage: bytes):
    path.write_bytes(damage)
    memory = DiskMemory(path)
    assert memory.load().last_number == 0
    assert (memory.set_aside is not None) == bool(damage)
    assert memory.set_aside is None or memory.set_aside.read_bytes() == damage
    memory.close()


def test_a_file_whose_inside_is_damaged_is_set_aside(path: Path):
    memory = DiskMemory(path)
    memory.commit([Remember(Shelf.PROGRESS, f"b-{number}", bytes(500)) for number in range(200)])
    memory.close()
    data = bytearray(path.read_bytes())
    data[4096:12_288] = b"\xa5" * 8192
    path.write_bytes(data)
    again = DiskMemory(path)
    assert again.set_aside is not None
    again.close()


def test_a_newer_schema_stops_the_start(path: Path):
    DiskMemory(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    db.close()
    with pytest.raises(NewerMemory):
        DiskMemory(path)


# ---- the archive


def test_acknowledged_receipts_stay_in_the_archive_and_no_more_than_a_thousand_of_them(memory: DiskMemory):
    memory.commit([Journal(receipt(number)) for number in range(1, ARCHIVED + 31)])
    memory.commit([DropReceipts(20)])
    memory.commit([DropReceipts(ARCHIVED + 20)])
    assert [each.number for each in memory.load().receipts] == list(range(ARCHIVED + 21, ARCHIVED + 31))
    assert memory.load().acknowledged == ARCHIVED + 20
    assert [each.number for each in memory.archived(0, 10_000)] == list(range(21, ARCHIVED + 21))
    assert memory.archived(100, 102) == (receipt(101), receipt(102))


def test_an_older_acknowledgement_takes_nothing_back(memory: DiskMemory):
    memory.commit([Journal(receipt(number)) for number in range(1, 6)])
    memory.commit([DropReceipts(4)])
    memory.commit([DropReceipts(2)])
    assert memory.load().acknowledged == 4
    assert len(memory.archived(0, 10)) == 4


# ---- from the first schema to this one

FIRST = """
CREATE TABLE identity (journal TEXT NOT NULL, last_number INTEGER NOT NULL);
CREATE TABLE shelf (
    shelf TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (shelf, key)
) WITHOUT ROWID;
CREATE TABLE receipt (number INTEGER PRIMARY KEY, receipt BLOB NOT NULL);
INSERT INTO identity VALUES ('j-old', 9);
INSERT INTO shelf VALUES ('progress', 'b-1', '{"phase":"over"}');
INSERT INTO shelf VALUES ('cancelled', 'b-2', '{"class_":"routine","keep_until":"2026-12-24T00:00:00Z"}');
INSERT INTO shelf VALUES ('newest', 'signed', '{"order":"2026-11-22T00:00:00Z","programme":null}');
INSERT INTO shelf VALUES ('ordered', 'b-3', '{}');
PRAGMA user_version = 1;
"""


@pytest.fixture
def first(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(FIRST)
        yield db


@pytest.mark.parametrize(("waiting", "acknowledged"), [((), 9), ((8, 9), 7)])
def test_a_memory_of_the_first_schema_goes_on(first, path: Path, waiting: tuple[int, ...], acknowledged: int):
    first.executemany("INSERT INTO receipt VALUES (?, ?)", [(n, msgspec.json.encode(receipt(n))) for n in waiting])
    first.commit()
    first.close()
    memory = DiskMemory(path)
    held = memory.load()
    assert (held.journal, held.last_number, held.acknowledged) == ("j-old", 9, acknowledged)
    assert [each.number for each in held.receipts] == list(waiting)
    assert held.shelves[Shelf.PROGRESS] == {"b-1": '{"phase":"over"}'}
    assert set(held.shelves[Shelf.CANCELLED]) == {"b-2"}
    assert held.shelves[Shelf.ORDERED] == {}, "nobody knows who ordered them"
    memory.commit([Journal(receipt(10)), DropReceipts(10)])
    memory.close()
    again = DiskMemory(path)
    assert again.load().acknowledged == 10
    again.close()


def test_a_migration_that_cannot_be_written_changes_nothing(first, path: Path):
    first.close()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE archive (wrong)")
        other.commit()
    with pytest.raises(sqlite3.OperationalError, match="archive"):
        DiskMemory(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM shelf").fetchone() == (4,)


# ---- a disk that fails


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "small") as disk:
        yield disk


def test_a_full_disk_is_told_and_the_same_memory_goes_on_when_there_is_room(small: SmallDisk):
    memory = DiskMemory(small.folder / "memory.sqlite3")
    memory.commit([Journal(receipt(1))])
    small.fill()
    with pytest.raises(MemoryTrouble) as told:
        commit_for_ever(memory)
    assert told.value.disk is DiskHealth.FULL
    before = memory.load().last_number
    small.make_room()
    memory.commit([Journal(receipt(before + 1))])
    memory.close()
    again = DiskMemory(small.folder / "memory.sqlite3")
    assert again.load().last_number == before + 1
    again.close()


def commit_for_ever(memory: DiskMemory) -> None:
    for number in range(2, 2000):
        memory.commit([Journal(receipt(number)), Remember(Shelf.PROGRAMME, f"k-{number}", bytes(2000))])


def test_a_read_only_disk_is_told_and_the_same_memory_goes_on_when_it_is_not(small: SmallDisk):
    memory = DiskMemory(small.folder / "memory.sqlite3")
    memory.commit([Journal(receipt(1))])
    memory.close()
    small.read_only(on=True)
    memory = DiskMemory(small.folder / "memory.sqlite3")
    assert memory.load() == type(memory.load())(journal=ABSENT, disk=DiskHealth.READ_ONLY)
    assert memory.archived(0, 9) == ()
    with pytest.raises(MemoryTrouble) as told:
        memory.commit([])
    assert told.value.disk is DiskHealth.READ_ONLY
    small.read_only(on=False)
    with pytest.raises(MemoryReturned):
        memory.commit([])
    assert memory.load().receipts == (receipt(1),)
    memory.close()


def test_what_was_done_without_the_disk_is_written_beside_what_it_holds(path: Path):
    path.mkdir()
    memory = DiskMemory(path)
    assert memory.load().disk is DiskHealth.FAILED
    with pytest.raises(MemoryTrouble):
        memory.commit([Journal(receipt(1))])
    path.rmdir()
    before = DiskMemory(path)
    before.commit([Journal(receipt(number)) for number in (1, 2, 3)])
    before.commit([Remember(Shelf.PROGRAMME, "held", b"of the disk"), DropReceipts(1)])
    before.close()
    backlog = [
        Journal(receipt(1)),
        Journal(receipt(2)),
        Remember(Shelf.PROGRESS, "b-1", b"played"),
        Remember(Shelf.PROGRAMME, "held", b"of this process"),
        DropReceipts(1),
    ]
    with pytest.raises(MemoryReturned):
        memory.commit(backlog)
    held = memory.load()
    assert [each.number for each in held.receipts] == [2, 3, 4, 5]
    assert held.shelves[Shelf.PROGRESS] == {"b-1": b"played"}
    assert held.shelves[Shelf.PROGRAMME] == {"held": b"of the disk"}
    memory.close()


class Broken:
    """A connection whose disk does not answer any more."""

    def __init__(self, code: int) -> None:
        self.error = sqlite3.OperationalError("disk I/O error")
        self.error.sqlite_errorcode = code
        self.closed = False

    def __enter__(self) -> "Broken":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, *_: object) -> None:
        raise self.error

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("code", "disk"),
    [
        (sqlite3.SQLITE_IOERR_WRITE, DiskHealth.FAILED),
        (sqlite3.SQLITE_FULL, DiskHealth.FULL),
        (sqlite3.SQLITE_READONLY_DBMOVED, DiskHealth.READ_ONLY),
        (sqlite3.SQLITE_CANTOPEN, DiskHealth.FAILED),
    ],
)
def test_what_the_database_says_of_the_disk_is_told_apart(memory: DiskMemory, code: int, disk: DiskHealth):
    memory.close()
    memory._connection = Broken(code)
    with pytest.raises(MemoryTrouble) as told:
        memory.commit([Journal(receipt(1))])
    assert told.value.disk is disk
    assert memory.archived(0, 9) == ()
    assert memory.load().disk is disk
    assert memory.load().journal == ABSENT


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_MISUSE])
def test_what_is_not_the_disks_fault_ends_the_process(memory: DiskMemory, code: int):
    memory.close()
    memory._connection = Broken(code)
    for ask in (lambda: memory.commit([Journal(receipt(1))]), memory.load, lambda: memory.archived(0, 9)):
        with pytest.raises(sqlite3.OperationalError):
            ask()
    memory._connection = None


def test_a_damaged_file_that_cannot_be_set_aside_is_a_disk_that_fails(path: Path, monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object) -> None:
        raise PermissionError

    path.write_bytes(b"no database at all" * 100)
    monkeypatch.setattr(Path, "rename", refused)
    memory = DiskMemory(path)
    assert memory.load().disk is DiskHealth.FAILED
    memory.close()
