"""MQTT clients for the broker's tests: a real paho client that writes down what it was given, and a bare socket.

Nothing here sleeps: every wait is for an event, with a deadline that only a failing test meets.
"""

import logging
import os
import queue
import select
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field
from typing import Protocol, Self

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from controller.adapters.mqtt_connection import trusting

DEADLINE = 15.0


class Door(Protocol):
    """Where clients come in; with `ca`, the file of an authority, by TLS."""

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int: ...


def trust_of(door: Door) -> ssl.SSLContext | None:
    ca = getattr(door, "ca", None)
    return None if ca is None else trusting(ca)


def open_socket(door: Door) -> socket.socket:
    plain = socket.create_connection((door.host, door.port), timeout=DEADLINE)
    context = trust_of(door)
    return plain if context is None else context.wrap_socket(plain, server_hostname=door.host)


@dataclass(frozen=True)
class Heard:
    topic: str
    payload: bytes
    retained: bool


@dataclass
class Will:
    topic: str
    payload: bytes
    retain: bool = True
    qos: int = 1


@dataclass
class PahoClient:
    """A paho client whose connection's fate and messages are queues to wait on."""

    broker: Door
    user: str
    password: str
    client_id: str | None = None
    will: Will | None = None
    subscriptions: tuple[str, ...] = ()
    keepalive: int = 60
    version: int = 4
    clean: bool = True
    heard: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers: queue.Queue[ReasonCode] = queue.Queue()
        self.losses: queue.Queue[ReasonCode] = queue.Queue()
        self._arrived = threading.Condition()
        self._answered: queue.Queue[int] = queue.Queue()
        self.paho = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.client_id or self.user,
            protocol=MQTTProtocolVersion(self.version),
            clean_session=None if self.version == 5 else self.clean,
        )
        if (context := trust_of(self.broker)) is not None:
            self.paho.tls_set_context(context)
        if self.user:
            self.paho.username_pw_set(self.user, self.password)
        if self.will is not None:
            self.paho.will_set(self.will.topic, self.will.payload, self.will.qos, self.will.retain)
        self.paho.reconnect_delay_set(0.1, 0.5)  # type: ignore[arg-type]
        self.paho.on_connect = self._on_connect
        self.paho.on_disconnect = self._on_disconnect
        self.paho.on_message = self._on_message
        self.paho.on_subscribe = lambda *_: self._answered.put(1)

    def __enter__(self) -> Self:
        self.start()
        code = self.answers.get(timeout=DEADLINE)
        assert not code.is_failure, code
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        stay = None
        if self.version == 5 and not self.clean:
            stay = Properties(PacketTypes.CONNECT)
            stay.SessionExpiryInterval = 3600
        clean = True if self.version != 5 else self.clean
        self.paho.connect_async(self.broker.host, self.broker.port, self.keepalive, clean_start=clean, properties=stay)
        self.paho.loop_start()

    def close(self) -> None:
        self.paho.disconnect()
        self.paho.loop_stop()

    def subscribe(self, *filters: str) -> None:
        """Ask, and wait for the answer, whatever it is."""
        self.paho.subscribe([(each, 1) for each in filters])
        self._answered.get(timeout=DEADLINE)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish, and wait for the broker's acknowledgement."""
        self.paho.publish(topic, payload, qos=1, retain=retain).wait_for_publish(DEADLINE)

    def await_payload(self, payload: bytes) -> Heard:
        """Wait until a message with this payload has come."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: self._find(payload) is not None, DEADLINE), self.heard
        found = self._find(payload)
        assert found is not None
        return found

    def forget(self, payload: bytes) -> None:
        """Make the next `await_payload` wait for another one."""
        with self._arrived:
            self.heard = [each for each in self.heard if each.payload != payload]

    def payloads(self) -> list[bytes]:
        return [each.payload for each in self.heard]

    def _find(self, payload: bytes) -> Heard | None:
        return next((each for each in self.heard if each.payload == payload), None)

    def _on_connect(
        self, client: Client, _: object, __: ConnectFlags, code: ReasonCode, ___: Properties | None
    ) -> None:
        if self.subscriptions and not code.is_failure:
            client.subscribe([(each, 1) for each in self.subscriptions])
        self.answers.put(code)

    def _on_disconnect(
        self, _: Client, __: object, ___: DisconnectFlags, code: ReasonCode, ____: Properties | None
    ) -> None:
        self.losses.put(code)

    def _on_message(self, _: Client, __: object, message: MQTTMessage) -> None:
        with self._arrived:
            self.heard.append(Heard(message.topic, message.payload, message.retain))
            self._arrived.notify_all()


def refusal(broker: Door, user: str, password: str, client_id: str = "stranger", will: Will | None = None) -> str:
    """Return the broker's words for turning a client away; fails when it is let in."""
    client = PahoClient(broker, user, password, client_id, will)
    client.start()
    try:
        code = client.answers.get(timeout=DEADLINE)
    finally:
        client.close()
    assert code.is_failure, code
    return str(code)


@dataclass
class BareClient:
    """A client that is only a socket: it sends exactly what it is told, and never a ping."""

    broker: Door
    user: str
    password: str
    will: Will
    keepalive: int = 1

    def __post_init__(self) -> None:
        self.socket = open_socket(self.broker)
        self.socket.sendall(self._connect_packet())
        if self._read(4) != b"\x20\x02\x00\x00":
            self.socket.close()
            raise AssertionError("not let in")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, raw: bytes) -> None:
        self.socket.sendall(raw)

    def vanish(self) -> None:
        """Cut the connection without a farewell."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _read(self, size: int) -> bytes:
        found = b""
        while len(found) < size and (more := self.socket.recv(size - len(found))):
            found += more
        return found

    def _connect_packet(self) -> bytes:
        flags = 0xC0 | 0x02 | 0x04 | (self.will.qos << 3) | (0x20 if self.will.retain else 0)
        fields = [self.user.encode(), self.will.topic.encode(), self.will.payload, self.user.encode()]
        body = _text(b"MQTT") + bytes([4, flags]) + struct.pack("!H", self.keepalive)
        body += b"".join(_text(each) for each in [*fields, self.password.encode()])
        return b"\x10" + _length(len(body)) + body


def _text(raw: bytes) -> bytes:
    return struct.pack("!H", len(raw)) + raw


def _length(size: int) -> bytes:
    encoded = b""
    while True:
        size, low = divmod(size, 128)
        encoded += bytes([low | (0x80 if size else 0)])
        if not size:
            return encoded


def await_process_end(pid: int) -> bool:
    """Wait until a process is gone (or waits to be reaped); True when it is."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], DEADLINE)[0])
    finally:
        os.close(descriptor)


class LogWatch(logging.Handler):
    """Tells when the supervision has said certain words."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self._said = {each: threading.Event() for each in words}
        self._log = logging.getLogger("controller.adapters.broker.supervision")

    def __enter__(self) -> Self:
        self._log.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._log.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        for words, said in self._said.items():
            if words in record.getMessage():
                said.set()

    def wait_for(self, words: str) -> None:
        assert self._said[words].wait(DEADLINE), f"never said: {words}"
