"""The durable memory: what was committed is there after a crash, whole or not at all."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.adapters.memory import SCHEMA, DiskMemory, NewerMemory
from edge.core.effects import DropReceipts, Journal, Remember
from edge.core.memory import Shelf
from protocol.messages import Receipt
from protocol.names import BroadcastId, ClockTrust, Stage


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
