"""A broker in the hands of a villain: it drops, delays, repeats, retargets and forges, everywhere and to everybody.

It has no key of the commune. What it does may keep people from hearing; it must never make a loudspeaker speak.
"""

import base64
import re
from collections import deque
from dataclasses import dataclass, field
from random import Random

import msgspec

from protocol.keys import SigningKey, encode_bytes
from protocol.names import Kind
from protocol.topics import Leaf, delegation_topic, orders_topic, unit_topic
from tests.simulation.agenda import Agenda
from tests.simulation.network import DOWN_KINDS, Network
from tests.simulation.unit import SimUnit

REMEMBERED = 3000
NEWEST = 40
EVERY_S = 40.0
"""How often on average the villain does something to somebody."""


@dataclass
class Villain:
    agenda: Agenda
    network: Network
    random: Random
    busy: bool = False
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    newest: deque[tuple[str, bytes]] = field(default_factory=lambda: deque(maxlen=NEWEST))
    held: list[tuple[str, bytes]] = field(default_factory=list)
    acts: int = 0
    drops: float = 0.0
    holds: float = 0.0

    def listen(self, topic: str, data: bytes) -> bool:
        """Every message passes here, from the first day on; False when it is swallowed."""
        self.newest.append((topic, data))
        if self.busy and topic.endswith(("/orders", "/order")):
            self.agenda.after(self.random.uniform(0.0, 300.0), self._act_on_order)
        if len(self.heard) < REMEMBERED:
            self.heard.append((topic, data))
        else:
            self.heard[self.random.randrange(REMEMBERED)] = (topic, data)
        if not self.busy:
            return True
        chance = self.random.random()
        if chance < self.drops:
            return False
        if chance < self.drops + self.holds:
            self.held.append((topic, data))
            return False
        return True

    def begin(self) -> None:
        self.busy = True
        self.drops, self.holds = self.random.choice((0.0, 0.1, 0.5)), self.random.choice((0.0, 0.2))
        self._later()

    def end(self) -> None:
        self.busy = False

    def _later(self) -> None:
        self.agenda.after(self.random.expovariate(1 / EVERY_S), self._act)

    def _act_on_order(self) -> None:
        if self.busy:
            self._misdirect()

    def _act(self) -> None:
        if not self.busy:
            return
        self._later()
        if not self.heard or not self.network.up:
            return
        self.acts += 1
        acts = (self._replay, self._replay, self._misdirect, self._retarget, self._forge, self._flip, self._poison)
        self.random.choice((*acts, self._release))()

    def _any_unit(self) -> SimUnit:
        return self.random.choice(list(self.network.units.values()))

    def _give(self, unit: SimUnit, topic: str, data: bytes) -> None:
        """To a unit on a topic that it listens to, or to the desk as that unit's own word."""
        if self.random.random() < 0.75:
            kind = self.network.kind_of(topic, unit) or self.random.choice(list(DOWN_KINDS.values()))
            if self.network.open(unit) and unit.link:
                unit.receive(kind, data)
        elif self.network.desk_up:
            leaf = self.random.choice((Leaf.RECEIPT, Leaf.STATE, Leaf.HELD, Leaf.CLOCK_QUESTION))
            self.network.take_up(unit_topic(self.network.commune, unit.id, leaf), data)

    def _heard(self) -> tuple[str, bytes]:
        """Something of long ago, or of just now, while its window is open."""
        return self.random.choice(self.heard if self.random.random() < 0.5 else list(self.newest))

    def _replay(self) -> None:
        topic, data = self._heard()
        self._give(self._any_unit(), topic, data)

    def _misdirect(self) -> None:
        """The newest order of all goes to everybody, on each one's own topic."""
        orders = [data for topic, data in self.newest if topic.endswith(("/orders", "/order"))]
        if orders:
            for unit in self.network.units.values():
                if self.network.open(unit) and unit.link:
                    unit.receive(Kind.ORDER, orders[-1])

    def _release(self) -> None:
        """What was held back comes now, to whom it was meant for, in any order."""
        self.random.shuffle(self.held)
        for topic, data in self.held[:5]:
            if "/unit/" in topic and topic.rsplit("/", 1)[-1] in {Leaf.RECEIPT, Leaf.STATE, Leaf.CLOCK_QUESTION}:
                self.network.carry_up(topic, data)
            else:
                self.network.carry_down(topic, data, tuple(self.network.units))
        del self.held[:5]

    def _retarget(self) -> None:
        topic, data = self._heard()
        unit = self._any_unit()
        head, _, payload = data.partition(b"\n")
        other = re.sub(
            rb'("unit":"|"targets":\[")[a-z0-9-]+"', lambda found: found[1] + unit.name.encode() + b'"', payload
        )
        self._give(unit, topic, head + b"\n" + other)

    def _forge(self) -> None:
        """The content of a true message, later, under a stranger's key: with its own name, or with the true key's."""
        topic, data = self._heard()
        head, _, payload = data.partition(b"\n")
        try:
            header = msgspec.json.decode(head)
        except msgspec.DecodeError:
            return
        stranger = SigningKey.from_text(encode_bytes(self.random.randbytes(32)))
        payload = re.sub(rb'"version":(\d+)', lambda found: b'"version":%d' % (int(found[1]) + 7), payload)
        payload = re.sub(rb'"id":"order-[0-9a-f]+"', b'"id":"order-%x"' % self.random.getrandbits(40), payload)
        header["sig"] = encode_bytes(stranger.sign(b"loalang-v1\n" + str(header["kind"]).encode() + b"\n" + payload))
        if self.random.random() < 0.5:
            header["key"] = stranger.id
        self._give(self._any_unit(), topic, msgspec.json.encode(header) + b"\n" + payload)

    def _flip(self) -> None:
        topic, data = self._heard()
        spoilt = bytearray(data)
        for _ in range(self.random.choice((1, 1, 3))):
            spoilt[self.random.randrange(len(spoilt))] ^= 1 << self.random.randrange(8)
        self._give(self._any_unit(), topic, bytes(spoilt[: self.random.choice((len(spoilt), len(spoilt), 10))]))

    def _poison(self) -> None:
        """Something old, or nothing at all, stands retained on every topic of a unit, and of the commune."""
        unit, commune = self._any_unit(), self.network.commune
        _, data = self._heard()
        data = self.random.choice((data, b"", b"\xff" * 40, base64.b64encode(data)))
        topics = [unit_topic(commune, unit.id, leaf) for leaf in DOWN_KINDS]
        for topic in [*topics, orders_topic(commune), delegation_topic(commune)]:
            self.network.retained[topic] = data
        if self.network.open(unit) and unit.link:
            for topic in topics:
                unit.receive(self.network.kind_of(topic, unit) or Kind.ORDER, data)
