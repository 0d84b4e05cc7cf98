"""What the attacks are played with: a thief who sends whatever he likes, and the innocent whom it must not reach."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil

from controller.adapters.broker import unit_user
from protocol import topics
from protocol.names import UnitId
from tests.contracts.broker_subjects import (
    COMMUNE,
    LATE,
    ONE,
    OTHER,
    PASSWORD,
    PROGRAMME,
    ROOT,
    Embedded,
    External,
    controller,
    observer,
    unit,
)
from tests.controller.broker import packets
from tests.controller.broker.clients import Door, PahoClient, open_socket

Broker = Embedded | External
FENCE = b"fence"
ORDERS, DELEGATION = topics.orders_topic(COMMUNE), topics.delegation_topic(COMMUNE)
OWN_UP = frozenset(topics.unit_topic(COMMUNE, ONE, leaf) for leaf in topics.UP)
OWN_DOWN = frozenset(topics.unit_topic(COMMUNE, ONE, leaf) for leaf in topics.DOWN) | {ORDERS, DELEGATION}


@dataclass
class Thief:
    """A socket that sends whatever it likes, and remembers every byte that it was sent."""

    door: Door
    received: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.socket = open_socket(self.door)

    def __enter__(self) -> "Thief":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, *raw: bytes) -> None:
        with contextlib.suppress(OSError):
            self.socket.sendall(b"".join(raw))

    def await_bytes(self, needle: bytes) -> bool:
        """Wait until these have come; False when the connection ended without them."""
        while needle not in self.received:
            if not self._read():
                return False
        return True

    def await_end(self) -> None:
        """Wait until the broker has hung up; `TimeoutError` when it does not."""
        while self._read():
            pass

    def _read(self) -> int:
        try:
            more = self.socket.recv(65536)
        except TimeoutError:
            raise
        except OSError:
            return 0
        self.received += more
        return len(more)


def log_in(door: Door, name: UnitId = ONE, *, version: int = 4, will: tuple[str, bytes] | None = None) -> Thief:
    """A thief who has a unit's password."""
    thief = Thief(door)
    thief.send(packets.connect(unit_user(COMMUNE, name), PASSWORD, version=version, will=will))
    assert thief.await_bytes(packets.ANSWER)
    return thief


def memory_of(broker: Broker) -> int:
    assert broker.pid is not None
    return int(psutil.Process(broker.pid).memory_info().rss)


@dataclass
class Scene:
    """A broker with the controller, an innocent unit and an observer of everything, all before the attack."""

    broker: Broker
    desk: PahoClient
    other: PahoClient
    eye: PahoClient
    pid: int | None

    @classmethod
    @contextlib.contextmanager
    def laid(cls, broker: Broker) -> Iterator["Scene"]:
        with (
            controller(broker, *(topics.every_unit(COMMUNE, leaf) for leaf in topics.UP)) as desk,
            unit(broker, OTHER) as other,
            observer(broker) as eye,
        ):
            other.subscribe(*(topics.unit_topic(COMMUNE, OTHER, leaf) for leaf in topics.DOWN), ORDERS, DELEGATION)
            eye.subscribe(f"{ROOT}/#")
            yield cls(broker, desk, other, eye, broker.pid)

    def fence(self) -> None:
        """Return once everything sent before by anybody who was answered has come, or will never come."""
        for client in (self.desk, self.other, self.eye):
            client.forget(FENCE)
        self.desk.publish(ORDERS, FENCE)
        self.other.publish(f"{ROOT}/unit/{OTHER}/state", FENCE)
        self.other.await_payload(FENCE)
        self.eye.await_payload(FENCE)
        self.desk.await_payload(FENCE)
        assert self.desk.losses.empty()
        assert self.other.losses.empty()
        assert self.eye.losses.empty()

    def assert_only_fences(self) -> None:
        for client in (self.desk, self.other, self.eye):
            assert set(client.payloads()) == {FENCE}

    def assert_newcomers_find(self, genuine: set[str], *, poisoned: frozenset[str]) -> None:
        """What somebody finds who comes only now: what is retained."""
        with PahoClient(self.broker, unit_user(COMMUNE, ONE), PASSWORD) as one:
            one.subscribe(*OWN_DOWN)
            self.desk.publish(PROGRAMME, FENCE)
            one.await_payload(FENCE)
            assert set(one.payloads()) == {b"genuine", FENCE}
        with unit(self.broker, LATE) as late:
            late.subscribe(f"{ROOT}/unit/{LATE}/programme", f"{ROOT}/unit/{LATE}/order", ORDERS, DELEGATION)
            self.desk.publish(ORDERS, FENCE)
            late.await_payload(FENCE)
            assert set(late.payloads()) == {b"genuine", FENCE}
        self.eye.heard.clear()
        self.eye.subscribe(f"{ROOT}/unit/+/+", DELEGATION)
        self.fence()
        found = {each.topic: each.payload for each in self.eye.heard if each.retained}
        assert {topic for topic, payload in found.items() if payload == b"genuine"} == genuine
        assert {topic for topic, payload in found.items() if payload == b"poison"} <= poisoned
