"""One village for the faults: a real unit process, its broker and clip server, and a bad network between them.

The one place that knows how a unit is configured and what speaks to it.
"""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge.adapters.unit_key import read_or_make
from protocol.envelope import seal
from protocol.keys import SigningKey
from protocol.messages import Order, PlannedBroadcast, Programme, ReceiptBatch
from protocol.topics import ONLINE, Leaf
from tests.edge.desk import COMMUNE, UNIT, Desk, Mosquitto, UnitProcess, free_port
from tests.fakes.clip_server import ClipServer
from tests.fakes.clips import MadeClip
from tests.faults.evidence import Evidence, evidence, is_settled, judge
from tests.faults.relay import FAIR, Honest, Line, Relay, Tamper, Weather
from tests.system.waiting import eventually

EDGE = ("-m", "edge")


class Unit(UnitProcess):
    """A unit that can be started by another program (one that crashes) and in another environment (another clock)."""

    machine: Sequence[str] = ()
    """What the process is started by: a machine of another boot (`another_boot`)."""
    program: Sequence[str] = EDGE
    environment: Mapping[str, str] = {}

    def start(self) -> None:
        command = [*self.machine, sys.executable, *self.program, "--config", str(self.config), "--simulate"]
        environment = {**os.environ, **self.environment}
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()

    def crashing(self, label: str) -> None:
        """Let the next start kill itself at this point."""
        self.program = ("-m", "tests.faults.crashing", label, "edge")

    def sound(self) -> None:
        self.program = EDGE

    def change(self, old: str, new: str) -> None:
        """Change its configuration; it is read at the next start."""
        text = self.config.read_text("utf-8")
        assert old in text, text
        self.config.write_text(text.replace(old, new), "utf-8")

    def relay_off(self) -> None:
        """What systemd does after the process is gone, however it went (ExecStopPost)."""
        command = [sys.executable, *EDGE, "relay-off", "--config", str(self.config), "--simulate"]
        subprocess.run(command, check=True, timeout=30)

    def evidence(self) -> Evidence:
        return evidence(self.data)

    def written(self) -> int:
        """How many receipts are in its journal."""
        with closing(sqlite3.connect(f"file:{self.data / 'memory.sqlite3'}?mode=ro", uri=True, timeout=10)) as memory:
            return int(memory.execute("SELECT last_number FROM identity").fetchone()[0])


class Commander(Desk):
    """A desk with patience for a bad network, which notes when it heard each receipt for the first time."""

    def __init__(self, port: int, schedule: SigningKey, emergency: SigningKey, unit_public: bytes) -> None:
        self.heard_at: dict[int, datetime] = {}
        super().__init__(port, schedule, emergency, unit_public)

    def heard(self, stage: str, broadcast: str) -> datetime:
        """When, by the test's own clock, the desk heard of a stage."""
        number = self.await_receipt(stage, broadcast).number
        return self.heard_at[number]

    def until(self, look: Callable[[], object], what: str, patience_s: float = 60.0) -> None:
        """Wait for what is heard from the unit."""
        deadline = time.monotonic() + patience_s
        with self._heard:
            while not look():
                said = [(each.stage, each.broadcast, each.reason) for each in self.receipts.values()]
                assert time.monotonic() < deadline, f"no {what}; got {said}"
                self._heard.wait(0.2)

    def by_schedule_key(self, message: Order | Programme, *, retain: bool = False) -> bytes:
        """Send an order or a programme under the schedule key."""
        data = seal(message, self.schedule)
        self.send(Leaf.PROGRAMME if isinstance(message, Programme) else Leaf.ORDER, data, retain=retain)
        return data

    def planned(self, *broadcasts: PlannedBroadcast) -> Programme:
        """The next programme, not sent yet."""
        self.version += 1
        now = datetime.now(UTC)
        return Programme(
            commune=COMMUNE,
            unit=UNIT,
            epoch=1,
            version=self.version,
            issued_at=now,
            until=now + timedelta(days=14),
            volume=100,
            broadcasts=broadcasts,
        )

    def _take(self, batch: ReceiptBatch) -> None:
        now = datetime.now(UTC)
        self.heard_at = {receipt.number: now for receipt in batch.receipts} | self.heard_at
        super()._take(batch)

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish on any topic: this broker asks nobody who he is."""
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(20.0)

    def await_settled(self, *broadcasts: str, patience_s: float = 60.0) -> None:
        """Wait for the last word on each broadcast."""
        for name in broadcasts:
            self.until(lambda name=name: is_settled(self.receipts.values(), name), f"last word on {name}", patience_s)


@dataclass
class Village:
    desk: Commander
    unit: Unit
    clips: ClipServer
    broker: Mosquitto
    mqtt: Relay
    http: Relay

    def serve(self, *clips: MadeClip) -> None:
        self.clips.files |= {clip.hash: clip.data for clip in clips}

    def begin(self, *clips: MadeClip) -> None:
        """Serve these clips and start the unit; return when it is heard of."""
        self.serve(*clips)
        self.unit.start()
        self.desk.until(lambda: self.desk.availability[-1:] == [ONLINE], "unit on line", 90.0)

    def judge(self) -> None:
        """At rest (all that was written down has arrived, and the relay is off) every promise holds."""
        self.desk.until(lambda: len(self.desk.receipts) >= self.unit.written(), "receipt for each line of the journal")
        eventually(lambda: self.unit.evidence().relay_is_off, what="relay off")
        judge(self.unit.evidence(), self.desk.receipts.values())


@contextmanager
def village(
    folder: Path,
    *,
    seed: int = 1,
    weather: Weather = FAIR,
    line: Line | None = None,
    tamper: Callable[[int], Tamper] = lambda _number: Honest(),
    keepalive_s: int = 5,
    clock: str = "assume-trusted",
) -> Iterator[Village]:
    """A village whose unit reaches broker and clip server through one relay each. A real unit's keepalive is 30 s.

    `clock`: "assume-trusted", as if a time service kept it, or "kernel": on the test's machine nobody does.
    """
    schedule, emergency = SigningKey.generate(), SigningKey.generate()
    with ExitStack() as stack:
        broker = Mosquitto(folder / "broker", free_port())
        stack.callback(broker.close)
        clips = ClipServer()
        stack.callback(clips.close)
        mqtt = Relay(broker.port, seed=seed, weather=weather, line=line, tamper=tamper)
        stack.callback(mqtt.close)
        http = Relay(int(clips.address.split(":")[2].split("/")[0]), seed=seed, weather=weather, line=line)
        stack.callback(http.close)
        address = f"http://127.0.0.1:{http.port}/clips/"
        unit = Unit(folder / "unit", clips=address, port=mqtt.port, clock=clock)
        unit.change("keepalive = 5", f"keepalive = {keepalive_s}")
        desk = Commander(broker.port, schedule, emergency, read_or_make(unit.data).public)
        stack.callback(desk.close)
        stack.callback(unit.kill)
        yield Village(desk, unit, clips, broker, mqtt, http)


def in_s(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def until_wall(instant: datetime) -> None:
    """Wait until this machine's clock shows an instant: for tests in which time itself must pass."""
    eventually(lambda: datetime.now(UTC) >= instant, what=f"{instant}", patience_s=600.0)
