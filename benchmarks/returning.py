"""200 units come back at once: `python -m benchmarks.returning [units] [rounds]`.

The broker stands; at one instant every unit connects, subscribes, is sent its retained programme (47 kB) and publishes
its state. The time runs until the controller has heard the last state. Once more with the units spread as their own
jittered back-off spreads them after a broker's crash. Mosquitto is the peer of amqtt; the limit is the time after
which the desk would call a unit lost. Units are bare sockets of one process here, which takes its share of the time.
"""

import asyncio
import logging
import random
import secrets
import ssl
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from controller.adapters.broker import (
    BrokerKind,
    BrokerSettings,
    EmbeddedBroker,
    choose_broker,
    controller_account,
    hash_password,
    unit_account,
    unit_user,
    write_accounts,
)
from controller.adapters.broker.settings import TlsSettings
from controller.adapters.mqtt_connection import trusting
from controller.config import Limits
from edge.adapters.mqtt import BACKOFF_FIRST_S, BACKOFF_LONGEST_S
from protocol import topics
from protocol.names import CommuneId, UnitId

COMMUNE = CommuneId("khau-bang")
PROGRAMME_BYTES, STATE_BYTES = 47_000, 2_000
LIMIT_S = float(Limits().lost_after_s)
PATIENCE_S = 120.0


@dataclass
class Wire:
    """One connection that speaks as much MQTT 3.1.1 as a unit needs."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    mids: Iterator[int] = field(default_factory=lambda: iter(range(1, 65_536)))

    async def enter(self, user: str, password: str, filters: list[str]) -> None:
        """Log in and subscribe; the answer to the subscription is not waited for."""
        body = _text("MQTT") + b"\x04\xc2\x00\x3c" + _text(user) + _text(user) + _text(password)
        self._send(0x10, body)
        assert (await self.packet())[1] == b"\0\0", "refused"
        self._send(0x82, self._mid() + b"".join(_text(each) + b"\1" for each in filters))

    def publish(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Send a message of QoS 1."""
        self._send(0x32 | int(retain), _text(topic) + self._mid() + payload)

    async def packet(self) -> tuple[int, bytes]:
        """Return the next packet; a message of QoS 1 has been acknowledged, and its topic and id are cut off."""
        kind = (await self.reader.readexactly(1))[0]
        body = await self.reader.readexactly(await self._length())
        if kind & 0xF0 != 0x30:
            return kind, body
        size = 2 + int.from_bytes(body[:2], "big")
        if kind & 0x06:
            self._send(0x40, body[size : size + 2])
            size += 2
        return kind & 0xF0, body[size:]

    async def until(self, wanted: int, longer_than: int = -1) -> bytes:
        """Return the body of the next packet of a kind, of more bytes than this."""
        while True:
            kind, body = await self.packet()
            if kind == wanted and len(body) > longer_than:
                return body

    async def _length(self) -> int:
        size = shift = 0
        while True:
            byte = (await self.reader.readexactly(1))[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return size

    def _send(self, kind: int, body: bytes) -> None:
        size, length = len(body), b""
        while not length or size:
            size, low = divmod(size, 128)
            length += bytes([low | (0x80 if size else 0)])
        self.writer.write(bytes([kind]) + length + body)

    def _mid(self) -> bytes:
        return struct.pack("!H", next(self.mids))


@dataclass
class Commune:
    """A broker, and what everybody needs to come in."""

    broker: EmbeddedBroker
    units: list[UnitId]
    password: str
    trust: ssl.SSLContext | None

    async def connect(self, trust: ssl.SSLContext | None) -> Wire:
        """Open a connection to the door with TLS, or without."""
        port = self.broker.port if trust is None else self.broker.tls_port
        return Wire(*await asyncio.open_connection("127.0.0.1", port, ssl=trust, limit=1 << 20))


@contextmanager
def standing(kind: BrokerKind, count: int, *, tls: bool) -> Iterator[Commune]:
    """A broker with accounts for the controller and so many units."""
    with tempfile.TemporaryDirectory() as name:
        folder, password = Path(name), secrets.token_urlsafe(24)
        units = [UnitId(f"unit-{number}") for number in range(count)]
        hashed = hash_password(password)
        accounts = [controller_account([COMMUNE], hashed), *(unit_account(COMMUNE, unit, hashed) for unit in units)]
        write_accounts(folder / "accounts.json", accounts)
        door = TlsSettings(folder / "tls", port=0) if tls else None
        if door is not None:
            door.certificates.renew(datetime.now(UTC))
        broker = choose_broker(BrokerSettings(folder, port=0, kind=kind, tls=door), folder / "accounts.json")
        assert isinstance(broker, EmbeddedBroker)
        broker.start()
        try:
            yield Commune(broker, units, password, None if door is None else trusting(door.certificates.ca))
        finally:
            broker.stop()


async def returning(commune: Commune, delays: list[float]) -> float:
    """Return the seconds from the first unit's start until the controller has heard every unit's state."""
    desk = await commune.connect(None)
    await desk.enter("controller", commune.password, [topics.every_unit(COMMUNE, leaf) for leaf in topics.UP])
    await desk.until(0x90)
    for unit in commune.units:
        programme = secrets.token_bytes(PROGRAMME_BYTES)
        desk.publish(topics.unit_topic(COMMUNE, unit, topics.Leaf.PROGRAMME), programme, retain=True)
        await desk.until(0x40)
    fresh = secrets.token_bytes(STATE_BYTES)
    wires: list[Wire] = []
    began = time.monotonic()
    units = asyncio.gather(
        *(_return(commune, unit, delay, fresh, wires) for unit, delay in zip(commune.units, delays, strict=True))
    )
    heard = 0
    async with asyncio.timeout(PATIENCE_S):
        while heard < len(commune.units):
            heard += await desk.until(0x30, STATE_BYTES - 1) == fresh
        took = time.monotonic() - began
        await units
    for wire in (desk, *wires):
        wire.writer.transport.abort()
    return took


async def _return(commune: Commune, unit: UnitId, delay: float, state: bytes, wires: list[Wire]) -> None:
    await asyncio.sleep(delay)
    wire = await commune.connect(commune.trust)
    wires.append(wire)
    down = [topics.unit_topic(COMMUNE, unit, leaf) for leaf in topics.DOWN]
    shared = [topics.orders_topic(COMMUNE), topics.delegation_topic(COMMUNE)]
    await wire.enter(unit_user(COMMUNE, unit), commune.password, [*down, *shared])
    await wire.until(0x90)
    wire.publish(topics.unit_topic(COMMUNE, unit, topics.Leaf.AVAILABILITY), topics.ONLINE, retain=True)
    await wire.until(0x30, PROGRAMME_BYTES - 1)
    wire.publish(topics.unit_topic(COMMUNE, unit, topics.Leaf.STATE), state, retain=True)


def away(outage_s: float, chance: random.Random) -> float:
    """Return how long after the broker's return a unit's own back-off lets it try again."""
    at = pause = 0.0
    failures = 0
    while at <= outage_s:
        pause = min(BACKOFF_FIRST_S * 2.0 ** min(failures, 10), BACKOFF_LONGEST_S) * chance.uniform(0.5, 1.0)
        at += pause
        failures += 1
    return at - outage_s


def told(name: str, broker: EmbeddedBroker, at_once: list[float], spread: list[float], idle_mb: float) -> str:
    median, worst = statistics.median(at_once), max(at_once)
    peak_mb = _memory(broker, "VmHWM")
    return (
        f"{name:<16} at once: median {median:6.2f} s  worst {worst:6.2f} s ({worst / LIMIT_S:.3f} of the limit)   "
        f"after a crash: worst {max(spread):5.2f} s   memory: idle {idle_mb:4.0f} MB, peak {peak_mb:4.0f} MB"
    )


def _memory(broker: EmbeddedBroker, name: str) -> float:
    status = Path(f"/proc/{broker.pid}/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(name))


def _text(text: str) -> bytes:
    return struct.pack("!H", len(text)) + text.encode("ascii")


def main() -> None:
    logging.disable(logging.WARNING)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    chance = random.Random(1)
    print(f"{count} units, {rounds} rounds, programme {PROGRAMME_BYTES} B each; limit {LIMIT_S:.0f} s\n")
    medians: dict[str, float] = {}
    for tls in (False, True):
        for kind in (BrokerKind.MOSQUITTO, BrokerKind.AMQTT):
            with standing(kind, count, tls=tls) as commune:
                idle = _memory(commune.broker, "VmRSS")
                at_once = [asyncio.run(returning(commune, [0.0] * count)) for _ in range(rounds)]
                crash = [away(0.2, chance) for _ in range(count)]
                spread = [asyncio.run(returning(commune, crash))]
                name = f"{kind} {'TLS' if tls else 'plain'}"
                medians[name] = statistics.median(at_once)
                print(told(name, commune.broker, at_once, spread, idle))
    print(f"\namqtt / mosquitto: plain {medians['amqtt plain'] / medians['mosquitto plain']:.1f}, ", end="")
    print(f"TLS {medians['amqtt TLS'] / medians['mosquitto TLS']:.1f}")
    print("\nwhat the units' own back-off adds, from the moment at which the broker is there again:")
    for outage in (0.2, 10.0, 600.0, 86_400.0):
        waits = sorted(away(outage, chance) for _ in range(20 * count))
        worst = f"worst {waits[-1]:5.1f} s ({waits[-1] / LIMIT_S:.2f} of the limit)"
        print(f"  after {outage:8.1f} s without a broker: median {statistics.median(waits):5.1f} s  {worst}")


if __name__ == "__main__":
    main()
