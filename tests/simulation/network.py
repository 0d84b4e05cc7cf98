"""The broker as a doorbell, and the way to it: slow, lossy, cut, wiped or gone. It keeps what is retained, if it can.

It orders nothing, promises nothing, and may be in the hands of a villain (`tests.simulation.villain`), who sees all.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from protocol.names import CommuneId, Kind
from protocol.topics import (
    OFFLINE,
    RETAINED,
    Leaf,
    UnitTopic,
    delegation_topic,
    orders_topic,
    read_unit_topic,
    unit_topic,
)
from tests.simulation.agenda import Agenda
from tests.simulation.trouble import Trouble
from tests.simulation.unit import SimUnit

QUEUED = 100
DOWN_KINDS = {
    Leaf.PROGRAMME: Kind.PROGRAMME,
    Leaf.ORDER: Kind.ORDER,
    Leaf.RECEIPT_ACK: Kind.RECEIPT_ACK,
    Leaf.CLOCK_ANSWER: Kind.CLOCK_ANSWER,
}


@dataclass
class Weather:
    """What the air does to each message: chances of loss and repetition, and delay in seconds."""

    loss: float = 0.0
    twice: float = 0.0
    delay_s: float = 0.08
    long_delay: float = 0.0
    longest_s: float = 0.0

    def delays(self, random: Random) -> list[float]:
        """When the message arrives; none when it is lost, several when it is repeated."""
        copies = 1 + (random.random() < self.twice)
        return [self._delay(random) for _ in range(copies) if random.random() >= self.loss]

    def _delay(self, random: Random) -> float:
        if self.longest_s and random.random() < self.long_delay:
            return random.uniform(0.0, self.longest_s)
        return random.uniform(0.2, 1.8) * self.delay_s


Tap = Callable[[str, bytes], bool]
"""A villain's ear: sees every message; False swallows it."""


@dataclass
class Network:
    agenda: Agenda
    commune: CommuneId
    random: Random
    units: dict[str, SimUnit] = field(default_factory=dict)
    up: bool = True
    desk_up: bool = True
    """Whether the desk's own path to the broker is there."""
    cut: set[str] = field(default_factory=set)
    weather: Weather = field(default_factory=Weather)
    take_up: Callable[[str, bytes], None] = lambda topic, data: None
    """Where the desk takes what comes up."""
    tap: Tap | None = None
    retained: dict[str, bytes] = field(default_factory=dict)
    queues: dict[str, deque[tuple[str, bytes]]] = field(default_factory=dict)
    carried: int = 0
    trouble: Trouble = field(default_factory=Trouble)
    """What is wrong between desk and units, the desk's own absence included."""

    def open(self, unit: SimUnit) -> bool:
        return self.up and unit.name not in self.cut

    def way_out(self, name: str) -> bool:
        """Whether the unit's way to the outside is there; the desk's clips are not on the broker."""
        return name not in self.cut

    def calm(self, unit: SimUnit, since: float) -> bool:
        """Whether everything between the desk and this unit has been well since then."""
        there = unit.link_since is not None and unit.link_since <= since
        return there and self.open(unit) and self.trouble.free_since(since)

    # ---- connections

    def connect(self, unit: SimUnit) -> None:
        """A unit tries to reach the broker: its subscriptions bring what is retained and what was queued."""
        if not unit.running:
            return
        if not self.open(unit):
            unit.seek_link()
            return
        unit.link_up()
        for topic in self._subscriptions(unit):
            if topic in self.retained:
                self._towards(unit, topic, self.retained[topic])
        queue = self.queues.pop(unit.name, deque())
        for topic, data in queue:
            self._towards(unit, topic, data)

    def _subscriptions(self, unit: SimUnit) -> list[str]:
        leaves = [unit_topic(self.commune, unit.id, leaf) for leaf in DOWN_KINDS]
        return [*leaves, orders_topic(self.commune), delegation_topic(self.commune)]

    def part(self, *names: str) -> None:
        """These units cannot be reached."""
        for name in names:
            if name not in self.cut:
                self.cut.add(name)
                self._lost(self.units[name])

    def join(self, *names: str) -> None:
        self.cut -= set(names)

    def stop(self) -> None:
        """The broker is gone, with its connections; what it retains is on its disk."""
        if self.up:
            self.up = False
            for unit in self.units.values():
                self._lost(unit)

    def start(self, *, wiped: bool) -> None:
        self.up = True
        if wiped:
            self.wipe()

    def wipe(self) -> None:
        self.retained.clear()
        self.queues.clear()

    def _lost(self, unit: SimUnit) -> None:
        if unit.running and unit.link:
            unit.link_lost(noticed_after=self.random.uniform(0.5, 45.0))
        topic = unit_topic(self.commune, unit.id, Leaf.AVAILABILITY)
        if self.up and self.desk_up:
            self.agenda.after(self.random.uniform(1.0, 90.0), lambda: self._will(unit, topic))

    def _will(self, unit: SimUnit, topic: str) -> None:
        if not unit.link and self.up and self.desk_up:
            self.take_up(topic, OFFLINE)

    # ---- messages

    def publish_down(self, topic: str, data: bytes, targets: tuple[str, ...]) -> None:
        """The desk publishes. What cannot leave the desk is lost: the desk says it again."""
        if not (self.up and self.desk_up):
            return
        if self.tap is not None and not self.tap(topic, data):
            return
        self.carry_down(topic, data, targets)

    def carry_down(self, topic: str, data: bytes, targets: tuple[str, ...]) -> None:
        found = read_unit_topic(topic)
        if topic == delegation_topic(self.commune) or (found is not None and found.leaf in RETAINED):
            self.retained[topic] = data
        for name in targets:
            unit = self.units.get(name)
            if unit is None:
                continue
            if self.open(unit) and unit.link:
                self._towards(unit, topic, data)
            elif self.up and self.random.random() < 0.5:
                queue = self.queues.setdefault(name, deque(maxlen=QUEUED))
                queue.append((topic, data))

    def publish_up(self, unit: SimUnit, leaf: Leaf, data: bytes) -> None:
        if not self.open(unit):
            return
        topic = unit_topic(self.commune, unit.id, leaf)
        if self.tap is not None and not self.tap(topic, data):
            return
        self.carry_up(topic, data)

    def carry_up(self, topic: str, data: bytes) -> None:
        for delay in self.weather.delays(self.random):
            self.carried += 1
            self.agenda.after(delay, lambda: self._arrive_up(topic, data))

    def _arrive_up(self, topic: str, data: bytes) -> None:
        if self.up and self.desk_up:
            self.take_up(topic, data)

    def _towards(self, unit: SimUnit, topic: str, data: bytes) -> None:
        kind = self.kind_of(topic, unit)
        if kind is None:
            return
        for delay in self.weather.delays(self.random):
            self.carried += 1
            self.agenda.after(delay, lambda: self._arrive(unit, kind, data))

    def _arrive(self, unit: SimUnit, kind: Kind, data: bytes) -> None:
        if self.open(unit) and unit.link:
            unit.receive(kind, data)

    def kind_of(self, topic: str, unit: SimUnit) -> Kind | None:
        """What the unit takes a message on this topic for; None when it does not listen there."""
        if topic == orders_topic(self.commune):
            return Kind.ORDER
        if topic == delegation_topic(self.commune):
            return Kind.DELEGATION
        found: UnitTopic | None = read_unit_topic(topic)
        return DOWN_KINDS.get(found.leaf) if found is not None and found.unit == unit.id else None
