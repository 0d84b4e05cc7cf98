"""The small adapters: log lines, systemd, the machine's own facts."""

import logging
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.adapters.logbook import KeyValueFormatter, facts
from edge.adapters.machine import Machine
from edge.adapters.notify import Notifier
from protocol.messages import UnitState
from protocol.names import ClockTrust, CommuneId, UnitId


def line(what: str, **given: object) -> str:
    record = logging.makeLogRecord({"msg": what, "levelname": "INFO", "created": 1795363200.25, **facts(**given)})
    return KeyValueFormatter().format(record)


def test_a_line_says_when_what_and_the_rest():
    assert line("receipt-started", number=3) == "2026-11-22T16:00:00.250Z INFO receipt-started number=3"


@pytest.mark.parametrize(
    ("value", "text"),
    [("hai từ", '"hai từ"'), ("", '""'), ('a"b', '"a\\"b"'), ("a\nb", '"a\\nb"'), (None, "None"), ("chữ", "chữ")],
)
def test_no_value_can_break_its_line(value: object, text: str):
    assert line("x", thread=value).endswith(f" x thread={text}")


def test_an_exception_follows_its_line():
    try:
        raise LookupError("gone")
    except LookupError as error:
        record = logging.makeLogRecord({"msg": "x", "exc_info": (type(error), error, error.__traceback__)})
    assert KeyValueFormatter().format(record).endswith("LookupError: gone")


@pytest.mark.parametrize("abstract", [True, False])
def test_systemd_is_told(tmp_path: Path, abstract: bool):
    name = f"@loalang-{tmp_path.name}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(name.replace("@", "\0"))
        systemd.settimeout(10)
        notifier = Notifier(name)
        notifier.ready()
        notifier.alive()
        notifier.stopping()
        assert [systemd.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_without_systemd_nothing_is_told():
    Notifier("").ready()


def report() -> UnitState:
    return UnitState(
        commune=CommuneId("vi-huong"),
        unit=UnitId("khau-bang"),
        journal="j-1",
        boot="b-1",
        counter=1,
        at=datetime(2026, 11, 22, tzinfo=UTC),
        clock=ClockTrust.TRUSTED,
        software="0.1.0",
        simulated=False,
        programme=None,
        volume=80,
        relay=False,
        sound_ok=True,
    )


def test_what_the_machine_does_not_say_stays_unknown(tmp_path: Path):
    described = Machine(tmp_path, tmp_path / "sys").describe(report())
    assert described.disk_free_bytes > 0
    assert (described.temperature_c, described.undervoltage) == (None, None)


def test_a_disk_that_does_not_answer_is_unknown_and_stops_no_report(tmp_path: Path):
    described = Machine(tmp_path / "gone", tmp_path).describe(report())
    assert described.disk_free_bytes is None


@pytest.mark.parametrize(("alarm", "undervoltage"), [("0", False), ("1", True)])
def test_temperature_and_supply_are_read(tmp_path: Path, alarm: str, undervoltage: bool):
    thermal, other, supply = (
        tmp_path / "class" / name for name in ("thermal/thermal_zone0", "hwmon/hwmon0", "hwmon/hwmon1")
    )
    for folder in (thermal, other, supply):
        folder.mkdir(parents=True)
    (thermal / "temp").write_text("51234\n")
    (other / "name").write_text("cpu_thermal\n")
    (supply / "name").write_text("rpi_volt\n")
    (supply / "in0_lcrit_alarm").write_text(f"{alarm}\n")
    described = Machine(tmp_path, tmp_path).describe(report())
    assert described.temperature_c == pytest.approx(51.234)
    assert described.undervoltage is undervoltage
