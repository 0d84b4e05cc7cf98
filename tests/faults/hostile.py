"""A broker in a stranger's hands: it stands before the real one, reads MQTT, and drops, repeats, reorders and forges.

What it drops it acknowledges to the sender, as a liar would: neither side learns it from its library. It keeps all
that it ever saw, and can say any of it again, to anyone, on any topic. It acts by its seed.
"""

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.faults.mqtt_packets import Packet, Publish, Splitter, Type, packet_id, puback, read_publish
from tests.faults.relay import Relay, Way

INVENTED = 40_000
"""Packet ids from here on are the liar's own; the broker never learns of them."""


@dataclass(frozen=True, kw_only=True)
class Malice:
    """Shares of all messages (PUBLISH), in each way."""

    drop: float = 0.0
    repeat: float = 0.0
    hold: float = 0.0
    """Kept back until after the next message."""
    forge: float = 0.0
    """A byte of the payload changed."""


@dataclass
class HostileBroker:
    """What is shared by all its connections: how it acts now, and all that it saw and did."""

    seed: int = 1
    malice: Malice = field(default_factory=Malice)
    seen: list[Publish] = field(default_factory=list)
    deeds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("drop", "repeat", "hold", "forge"), 0))

    def __call__(self, number: int) -> "Liar":
        return Liar(self, random.Random(f"{self.seed}/{number}"))

    def recorded(self, leaf: str) -> list[Publish]:
        """Every message seen on topics that end so."""
        return [publish for publish in self.seen if publish.topic.endswith(f"/{leaf}")]


class Liar:
    """One connection: a client (a unit) on one side, the honest broker on the other."""

    def __init__(self, broker: HostileBroker, chance: random.Random) -> None:
        self._broker, self._chance = broker, chance
        self._splitters = {way: Splitter() for way in Way}
        self._held: dict[Way, list[Publish]] = {way: [] for way in Way}
        self._ids = itertools.count(INVENTED)

    def take(self, way: Way, data: bytes) -> Iterator[tuple[Way, bytes]]:
        for packet in self._splitters[way].feed(data):
            if packet.type == Type.PUBLISH:
                yield from ((onward, each.encode()) for onward, each in self._publish(way, read_publish(packet)))
            elif packet.type != Type.PUBACK or packet_id(packet) < INVENTED:
                yield way, packet.encode()

    def _publish(self, way: Way, publish: Publish) -> Iterable[tuple[Way, Packet]]:
        self._broker.seen.append(publish)
        said = self._alter(publish)
        if said is None:
            return [(way.other, puback(publish.id))] if publish.qos else []
        if self._chosen("hold"):
            self._held[way].append(said)
            return []
        repeats = [said.numbered(next(self._ids))] if self._chosen("repeat") else []
        late, self._held[way] = self._held[way], []
        return [(way, each.packet()) for each in (said, *repeats, *late)]

    def _alter(self, publish: Publish) -> Publish | None:
        if self._chosen("drop"):
            return None
        if publish.payload and self._chosen("forge"):
            place = self._chance.randrange(len(publish.payload))
            forged = bytearray(publish.payload)
            forged[place] ^= 1 << self._chance.randrange(8)
            return Publish(publish.topic, bytes(forged), publish.qos, publish.id, publish.retain, publish.dup)
        return publish

    def _chosen(self, deed: str) -> bool:
        chosen = self._chance.random() < getattr(self._broker.malice, deed)
        self._broker.deeds[deed] += chosen
        return chosen


def say(relay: Relay, topic: str, payload: bytes, *, retain: bool = False, number: int = INVENTED - 1) -> None:
    """As the broker, to the client of the newest connection: this message, on this topic."""
    relay.inject(Way.DOWN, Publish(topic, payload, qos=1, id=number, retain=retain).packet().encode())
