"""A commune for the benchmarks: a controller in this process, its broker, and real simulated unit processes."""

import logging
import socket
import statistics
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec.structs
import numpy as np

from controller.assembly import open_office
from controller.config import ControllerConfig
from controller.service import Service
from controller.services import composing, results, unit_list
from controller.services.desk import Desk
from controller.services.views import BroadcastView, Health, User
from loalang.demo.commune import Places, Ports, enrol
from loalang.demo.processes import Managed
from loalang.demo.sample import UNITS, SampleUnit

OFFICER = User(id="benchmark", name="benchmark", shown_name="benchmark", epoch=0)
SETTLE_MS = 1000.0
"""The default settle time of a unit: from relay on to the first sample."""


@dataclass(frozen=True)
class Running:
    """A running commune."""

    desk: Desk
    broker: str
    places: Places
    units: tuple[SampleUnit, ...]
    processes: dict[str, Managed]


@contextmanager
def running(
    broker: str, units: Sequence[SampleUnit] = UNITS, through: Callable[[int], int] = lambda port: port
) -> Iterator[Running]:
    """A commune with this broker ("amqtt" or "mosquitto"), once all its units are in contact.

    `through` turns a port of the controller into the one that units are told: of a worse network before it.
    """
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        places, ports = Places(Path(folder)), Ports(free_port(), free_port())
        enrol(places, units, Ports(through(ports.web), through(ports.mqtt)))
        config = ControllerConfig()
        web = msgspec.structs.replace(config.web, port=ports.web)
        config = msgspec.structs.replace(
            config, web=web, broker=msgspec.structs.replace(config.broker, port=ports.mqtt, kind=broker)
        )
        service = Service(open_office(places.controller, config))
        service.start()
        processes = {unit.id: _unit(places, unit) for unit in units}
        try:
            commune = Running(service.desk, broker, places, tuple(units), processes)
            _await(lambda: all(card.health is Health.OK for card in unit_list.units(service.desk)), "units")
            yield commune
        finally:
            for process in processes.values():
                process.end()
            service.stop()


def bulletin(desk: Desk, *, text: str = "", recording: Path | None = None) -> str:
    """Return the id of a bulletin whose clip is ready."""
    upload = None
    if recording is not None:
        with recording.open("rb") as stream:
            upload = composing.keep_upload(desk, stream, name=recording.name).token
    new = composing.NewBulletin(title="benchmark", text=text, upload=upload)
    made = composing.create_bulletin(desk, OFFICER, new)
    desk.kick("render")
    _await(lambda: (view := composing.bulletin(desk, made)) and view.rendition.status == "ready", "clip")
    return made


def started(desk: Desk, broadcast: str, units: int) -> BroadcastView:
    """Return the view of a broadcast once this many units have said when their first sample left."""
    _await(lambda: sum(t.started_at is not None for t in _view(desk, broadcast).targets) >= units, "first samples")
    return _view(desk, broadcast)


def tone(folder: Path, seconds: float) -> Path:
    """A recording of a quiet 1 kHz tone."""
    samples = 0.2 * np.sin(2 * np.pi * 1000 * np.arange(int(48_000 * seconds)) / 48_000)
    path = folder / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def told(name: str, milliseconds: Sequence[float]) -> str:
    """A line with count, median, 95th percentile and worst."""
    ordered = sorted(milliseconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    figures = f"p50 {statistics.median(ordered):8.1f}  p95 {p95:8.1f}  max {ordered[-1]:8.1f} ms"
    return f"{name:<44} n {len(ordered):4}  {figures}"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def since(earlier: datetime, later: datetime | None) -> float:
    """Milliseconds between two instants."""
    assert later is not None
    return (later - earlier).total_seconds() * 1000


def _view(desk: Desk, broadcast: str) -> BroadcastView:
    view = results.broadcast(desk, broadcast)
    assert view is not None
    return view


def _unit(places: Places, unit: SampleUnit) -> Managed:
    folder = places.unit(unit)
    command = [sys.executable, "-m", "edge", "--config", str(folder / "unit.toml"), "--simulate"]
    process = Managed(unit.id, command, folder / "unit.log")
    process.start()
    return process


def _await(look: Callable[[], object], what: str, patience_s: float = 120.0) -> None:
    deadline = time.monotonic() + patience_s
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)
