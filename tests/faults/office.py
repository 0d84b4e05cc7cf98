"""A real controller with its own broker, and real units behind a bad network: the demonstration's parts under fire.

The one place that knows how a commune is set up.
"""

import atexit
import functools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from controller.adapters.offline import Unattached
from controller.assembly import open_keys, open_office, staff
from controller.config import read_config
from controller.services.enrolment import NewUnit, enrol_unit
from loalang.demo.commune import Places, Ports, enrol
from loalang.demo.processes import Managed
from loalang.demo.sample import UNITS, VILLAGES, SampleUnit
from loalang.desk_client import DeskClient, DeskUnreachable, find_desk
from protocol.envelope import keyring_of
from protocol.keys import Keyring, SigningKey, encode_bytes
from protocol.messages import Receipt
from protocol.names import UnitId
from tests.edge.desk import free_port
from tests.faults.clients import Member
from tests.faults.evidence import Evidence, evidence, judge
from tests.faults.relay import FAIR, Honest, Line, Relay, Tamper, Weather
from tests.system.waiting import eventually

ONE = UNITS[:1]
QUICK_RELAY = "[relay]\nsettle_ms = 100\ntail_ms = 50\n"
"""The amplifier's times, shortened."""
_NOWHERE = Ports(8, 9)
_ENROLLING = threading.Lock()
"""The technician's commands run in this process, and catch what they print: one at a time."""


class Program(Managed):
    """A child that may run in another environment (another clock)."""

    environment: Mapping[str, str] = {}

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **self.environment},
            )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def await_exit(self) -> int:
        assert self.process is not None
        return self.process.wait(60)

    def said(self, *words: str) -> int:
        """In how many lines of its log all these words stand."""
        lines = self.log.read_text("utf-8", errors="replace").splitlines() if self.log.exists() else []
        return sum(all(word in line for word in words) for line in lines)


@dataclass
class Office:
    """A commune that runs. `mqtt` and `http` are the network between the units and the controller's machine."""

    places: Places
    units: tuple[SampleUnit, ...]
    controller: Program
    company: dict[str, Program]
    mqtt: Relay
    http: Relay
    desk: DeskClient

    @property
    def unit(self) -> Program:
        return next(iter(self.company.values()))

    def start_controller(self) -> bool:
        """Start it, and say whether it lives to answer."""
        self.controller.start()
        eventually(lambda: self._answers() or self.controller.ended is not None, what="the controller, or its end")
        return self.controller.ended is None

    def crash_controller(self, label: str) -> None:
        """Let the next start of the controller kill itself at this point."""
        self.controller.command[1:3] = ["-m", "tests.faults.crashing", label, "controller"]

    def sound_controller(self) -> None:
        at = self.controller.command.index("--data")
        self.controller.command[1:at] = ["-m", "controller"]

    def await_green(self, *units: str, patience_s: float = 60.0) -> None:
        wanted = set(units or self.company)

        def green() -> bool:
            return wanted <= {card["id"] for card in self.desk.units() if card["health"] in ("ok", "warn")}

        eventually(green, what=f"{wanted} in contact", patience_s=patience_s)

    def stages(self, broadcast: str) -> set[str | None]:
        return {target["stage"] for target in self.desk.broadcast(broadcast)["targets"]}

    def await_stages(self, broadcast: str, *wanted: str, patience_s: float = 60.0) -> None:
        said = f"{broadcast} to be {wanted}"
        eventually(lambda: self.stages(broadcast) == set(wanted), what=said, patience_s=patience_s)

    def evidence(self, unit: SampleUnit | None = None) -> Evidence:
        return evidence(self.places.unit(unit or self.units[0]))

    def receipts(self, unit: SampleUnit | None = None) -> list[Receipt]:
        """All that the controller has stored of the unit's journal."""
        rows = self.rows("SELECT body FROM receipt WHERE unit = ? ORDER BY number", (unit or self.units[0]).id)
        return [msgspec.convert(json.loads(row[0]), Receipt) for row in rows]

    def rows(self, question: str, *values: object) -> list[Any]:
        """A question to the controller's database."""
        path = self.places.controller / "loalang.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(question, values).fetchall()

    def memory(self, question: str, unit: SampleUnit | None = None) -> list[Any]:
        """A question to a unit's memory."""
        path = self.places.unit(unit or self.units[0]) / "memory.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(question).fetchall()

    def judge(self) -> None:
        """At rest, all promises hold at every unit: no receipt is left on it, and none was lost on the way."""
        for unit in self.units:
            self.await_at_rest(unit)
            judge(self.evidence(unit), self.receipts(unit))

    def await_at_rest(self, unit: SampleUnit) -> None:
        def at_rest() -> bool:
            (written,) = self.memory("SELECT last_number FROM identity", unit)[0]
            return len(self.receipts(unit)) == written and self.evidence(unit).relay_is_off

        eventually(at_rest, what=f"every receipt of {unit.id} at the controller")

    def _answers(self) -> bool:
        try:
            self.desk = find_desk(self.places.controller)
        except DeskUnreachable:
            return False
        return self.desk.healthy()


def enrol_crowd(places: Places, count: int, receipts: int) -> tuple[list[Member], Keyring]:
    """Enrol so many more units beside the running controller, in one go; each is to hand over some receipts.

    Return them, and the keys that they believe.
    """
    with _ENROLLING:
        office = open_office(places.controller, read_config(places.controller))
        crew = staff(office, lambda _commune: Unattached())
        open_keys(crew)
        members = []
        for number in range(count):
            key, unit = SigningKey.generate(), UnitId(f"dam-dong-{number}")
            village = VILLAGES[number % len(VILLAGES)].id
            new = NewUnit(id=unit, name=f"Cụm {number}", public_key=encode_bytes(key.public), villages=[village])
            members.append(Member(unit, key, enrol_unit(crew.desk, crew.accounts, new).password, receipts))
        keys = keyring_of(crew.desk.keys.in_force.delegation)
        office.engine.dispose()
    return members, keys


@contextmanager
def office(
    folder: Path,
    units: Sequence[SampleUnit] = ONE,
    *,
    seed: int = 1,
    weather: Weather = FAIR,
    line: Line | None = None,
    tamper: Callable[[int], Tamper] = lambda _number: Honest(),
    crash: str | None = None,
    start_units: bool = True,
) -> Iterator[Office]:
    """A commune whose units are in contact, through one relay to the broker and one to the clips.

    `crash` is the label of the point at which the first controller kills itself; then nobody is waited for.
    """
    places, ports = Places(folder / "commune"), Ports(free_port(), free_port())
    with ExitStack() as stack:
        mqtt = Relay(ports.mqtt, seed=seed, weather=weather, line=line, tamper=tamper)
        stack.callback(mqtt.close)
        http = Relay(ports.web, seed=seed, weather=weather, line=line)
        stack.callback(http.close)
        _lay_out(places, tuple(units), Ports(http.port, mqtt.port))
        company = {unit.id: _unit(places, unit) for unit in units}
        here = Office(places, tuple(units), _controller(places, ports), company, mqtt, http, DeskClient("", ""))
        stack.callback(here.controller.end)
        if crash is not None:
            here.crash_controller(crash)
        assert here.start_controller() or crash, here.controller.last_lines()
        for program in company.values():
            stack.callback(program.kill)
            if start_units:
                program.start()
        if start_units and crash is None:
            here.await_green()
        yield here


@functools.cache
def _enrolled(units: tuple[SampleUnit, ...]) -> Places:
    """A commune as the technician's commands make it, once for all tests."""
    folder = tempfile.TemporaryDirectory(prefix="loalang-faults-")
    atexit.register(folder.cleanup)
    places = Places(Path(folder.name) / "commune")
    enrol(places, units, _NOWHERE)
    return places


def _lay_out(places: Places, units: tuple[SampleUnit, ...], told: Ports) -> None:
    """Copy the commune, and tell its units where they are and whom to reach."""
    with _ENROLLING:
        made = _enrolled(units)
    shutil.copytree(made.root, places.root)
    for unit in units:
        file = places.unit(unit) / "unit.toml"
        text = file.read_text("utf-8").replace(str(made.root), str(places.root))
        text = text.replace(f":{_NOWHERE.web}/clips/", f":{told.web}/clips/")
        text = text.replace(f"\nport = {_NOWHERE.mqtt}\n", f"\nport = {told.mqtt}\n")
        file.write_text(text + QUICK_RELAY, "utf-8")


def _controller(places: Places, ports: Ports) -> Program:
    where = ["--data", str(places.controller), "--port", str(ports.web), "--mqtt-port", str(ports.mqtt)]
    return Program("controller", [sys.executable, "-m", "controller", *where], places.root / "controller.log")


def _unit(places: Places, unit: SampleUnit) -> Program:
    folder = places.unit(unit)
    command = [sys.executable, "-m", "edge", "--config", str(folder / "unit.toml"), "--simulate"]
    return Program(unit.id, command, folder / "unit.log")
