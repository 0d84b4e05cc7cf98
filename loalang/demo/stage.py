"""A whole commune of real processes on one machine, for the demonstration, the system tests and the benchmarks."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence

from loalang.demo.commune import Places, Ports, enrol
from loalang.demo.processes import Company, Managed
from loalang.demo.sample import COMMUNE_NAME, UNITS, VILLAGES, SampleUnit
from loalang.desk_client import DeskClient, DeskUnreachable, find_desk
from loalang.terminal import say

START_PATIENCE_S = 60.0

Tell = Callable[[str], None]


class DemoFailed(Exception):
    """The demonstration cannot go on; the message is a sentence for the person who started it."""


class Stage:
    """The processes of one demonstration: a controller with its broker, and units with simulated pins and sound."""

    def __init__(self, places: Places, ports: Ports, tell: Tell, units: Sequence[SampleUnit] = UNITS) -> None:
        self.places = places
        self.ports = ports
        self.units = tuple(units)
        self.controller = self._controller()
        self._tell = tell
        self._company = Company(places.notes)

    def open(self) -> DeskClient:
        """Enrol the commune, start everything, and return the running controller's client."""
        places = self.places
        self._tell(_commune_told(self.units))
        enrol(places, self.units, self.ports)
        self._tell(say("demo-step-controller"))
        self._company.start(self.controller)
        desk = self.await_controller()
        self._tell(say("demo-step-units", units=len(self.units)))
        for unit in self.units:
            self._company.start(self._unit(unit))
        self._await_units(desk)
        return desk

    def close(self) -> None:
        """End everything, the units first."""
        self._company.end()

    def tend(self) -> None:
        """Start again what ended by itself, as systemd would, and say so."""
        for member, code in self._company.restart_ended():
            self._tell(say("demo-child-ended", name=member.name, code=code, log=str(member.log)))

    def await_controller(self) -> DeskClient:
        """Return the client of the controller once it answers; `DemoFailed` when it ends or patience does."""
        for _ in self._patience():
            if (desk := self._answering()) is not None:
                return desk
            if self.controller.ended is not None:
                break
        code = "-" if self.controller.ended is None else self.controller.ended
        log = str(self.controller.log)
        raise DemoFailed(say("demo-child-failed", name=self.controller.name, code=code, log=log))

    def _controller(self) -> Managed:
        data = self.places.controller
        command = [sys.executable, "-m", "controller", "--data", str(data), "--port", str(self.ports.web)]
        command += ["--mqtt-port", str(self.ports.mqtt)]
        return Managed("controller", command, self.places.root / "controller.log")

    def _unit(self, unit: SampleUnit) -> Managed:
        folder = self.places.unit(unit)
        command = [sys.executable, "-m", "edge", "--config", str(folder / "unit.toml"), "--simulate"]
        return Managed(unit.name, command, folder / "unit.log")

    def _answering(self) -> DeskClient | None:
        try:
            desk = find_desk(self.places.controller)
        except DeskUnreachable:
            return None
        return desk if desk.healthy() else None

    def _await_units(self, desk: DeskClient) -> None:
        online: set[str] = set()
        for _ in self._patience():
            for card in desk.units():
                if card["health"] in ("ok", "warn") and card["id"] not in online:
                    online.add(card["id"])
                    self._tell(say("demo-unit-online", unit=card["name"]))
            if online >= {unit.id for unit in self.units}:
                return
            self.tend()
        raise DemoFailed(say("demo-not-heard", logs=str(self.places.root)))

    def _patience(self) -> Iterator[None]:
        began = time.monotonic()
        told = 0
        while (waited := time.monotonic() - began) < START_PATIENCE_S:
            yield
            if int(waited) // 5 > told:
                told = int(waited) // 5
                self._tell(say("demo-waiting", seconds=told * 5))
            time.sleep(0.2)


def _commune_told(units: Sequence[SampleUnit]) -> str:
    households = sum(village.households for village in VILLAGES)
    counted = {"villages": len(VILLAGES), "households": households, "units": len(units)}
    return say("demo-step-commune", commune=COMMUNE_NAME, **counted)
