"""The doorbell on a real Mosquitto: it connects, comes back, sends nothing stale, and acknowledges after the work."""

import queue
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from controller.adapters.inbox import Inbox
from controller.adapters.mqtt import MqttDoorbell
from controller.adapters.mqtt_connection import BrokerAddress
from protocol.names import CommuneId, UnitId
from protocol.topics import Leaf

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
COMMUNE, UNIT = CommuneId("vi-huong"), UnitId("cum-a")
ROOT = "loalang/v1/vi-huong"
NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


class Broker:
    """A Mosquitto of the test's own, on a free port, without any memory."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nuser root\n", "utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert MOSQUITTO is not None
        self._process = subprocess.Popen(
            [MOSQUITTO, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = threading.Event()
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            deadline.wait(0.05)
        raise AssertionError("mosquitto does not listen")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class Stranger:
    """A client of another kind: what it sees and sends is what stands on the wire."""

    def __init__(self, port: int, topic: str = f"{ROOT}/#") -> None:
        self.heard: queue.Queue[mqtt.MQTTMessage] = queue.Queue()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="stranger")
        ready = threading.Event()
        self._client.on_connect = lambda client, *_: client.subscribe(topic, 1)
        self._client.on_subscribe = lambda *_: ready.set()
        self._client.on_message = lambda _client, _data, message: self.heard.put(message)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert ready.wait(10)

    def send(self, leaf: Leaf, data: bytes) -> None:
        self._client.publish(f"{ROOT}/unit/{UNIT}/{leaf}", data, 1).wait_for_publish(10)

    def next(self) -> mqtt.MQTTMessage:
        return self.heard.get(timeout=10)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Link:
    """A doorbell with its inbox, and what came of it."""

    def __init__(self, port: int, *, user: str = "controller") -> None:
        self.taken: queue.Queue[tuple[Leaf, str, bytes]] = queue.Queue()
        self.changes: queue.Queue[bool] = queue.Queue()
        self.fatal: list[tuple[str, BaseException]] = []
        self.began = threading.Semaphore(0)
        self.gate = threading.Event()
        self.gate.set()
        takers = {leaf: self._taker(leaf) for leaf in (Leaf.STATE, Leaf.RECEIPT, Leaf.AVAILABILITY)}
        self.inbox = Inbox(COMMUNE, takers, lambda where, error: self.fatal.append((where, error)))
        address = BrokerAddress(host="127.0.0.1", port=port, user=user, password="any")
        self.doorbell = MqttDoorbell(COMMUNE, lambda: address, self.inbox, clock=lambda: NOW, on_change=self._changed)
        self.inbox.start()
        self.doorbell.start()

    def _taker(self, leaf: Leaf) -> Callable[[UnitId, bytes], None]:
        def take(unit: UnitId, data: bytes) -> None:
            self.began.release()
            assert self.gate.wait(10)
            self.taken.put((leaf, unit, data))

        return take

    def _changed(self) -> None:
        self.changes.put(self.doorbell.connected_since is not None)

    def await_link(self, *, up: bool) -> None:
        while self.changes.get(timeout=30) is not up:
            pass

    def close(self) -> None:
        self.gate.set()
        self.doorbell.stop()
        self.inbox.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    found = Broker(tmp_path)
    yield found
    found.kill()


@pytest.fixture
def link(broker: Broker) -> Iterator[Link]:
    broker.start()
    found = Link(broker.port)
    found.await_link(up=True)
    yield found
    found.close()


def test_each_message_has_its_documented_topic_and_only_programmes_are_retained(broker, link):
    stranger = Stranger(broker.port)
    link.doorbell.programme(UNIT, b"programme")
    link.doorbell.order([UNIT], b"order")
    link.doorbell.order([UNIT, UnitId("cum-b")], b"orders")
    link.doorbell.receipt_ack(UNIT, b"ack")
    heard = {(message.topic, message.payload) for message in (stranger.next() for _ in range(4))}
    assert heard == {
        (f"{ROOT}/unit/cum-a/programme", b"programme"),
        (f"{ROOT}/unit/cum-a/order", b"order"),
        (f"{ROOT}/orders", b"orders"),
        (f"{ROOT}/unit/cum-a/receipt-ack", b"ack"),
    }
    stranger.close()
    late = Stranger(broker.port)
    retained = late.next()
    assert (retained.topic, retained.retain) == (f"{ROOT}/unit/cum-a/programme", True)
    late.send(Leaf.STATE, b"end")
    assert late.next().payload == b"end"
    late.close()


def test_what_units_send_is_taken_in_order(broker, link):
    stranger = Stranger(broker.port)
    for number in range(300):
        stranger.send(Leaf.RECEIPT, b"%d" % number)
    assert [link.taken.get(timeout=10) for _ in range(300)] == [
        (Leaf.RECEIPT, "cum-a", b"%d" % number) for number in range(300)
    ]
    stranger.close()


def test_an_absent_broker_is_waited_for(broker):
    link = Link(broker.port)
    link.doorbell.programme(UNIT, b"lost")
    assert link.doorbell.connected_since is None
    broker.start()
    link.await_link(up=True)
    assert link.doorbell.connected_since == NOW
    assert link.doorbell.alive
    link.close()
    assert not link.doorbell.alive


def test_after_the_broker_died_it_comes_back_subscribed_and_sends_nothing_stale(broker, link):
    broker.kill()
    link.await_link(up=False)
    link.doorbell.order([UNIT], b"stale")
    broker.start()
    stranger = Stranger(broker.port)
    link.await_link(up=True)
    stranger.send(Leaf.STATE, b"after")
    assert link.taken.get(timeout=10) == (Leaf.STATE, "cum-a", b"after")
    link.doorbell.order([UNIT], b"fresh")
    payloads = [stranger.next().payload for _ in range(2)]
    assert payloads == [b"after", b"fresh"]
    assert stranger.heard.empty()
    stranger.close()


def test_hostile_messages_reach_nobody_and_stop_nothing(broker, link):
    stranger = Stranger(broker.port)
    stranger._client.publish(f"{ROOT}/unit/CUM_A/state", b"x", 1).wait_for_publish(10)
    stranger._client.publish(f"{ROOT}/unit/cum-a/receipt", b"\0" * 900_000, 1).wait_for_publish(10)
    stranger.send(Leaf.STATE, b"good")
    assert len(link.taken.get(timeout=10)[2]) == 900_000  # its use case refuses it by its size
    assert link.taken.get(timeout=10) == (Leaf.STATE, "cum-a", b"good")
    assert link.inbox.counts["no-topic"] == 1
    assert link.fatal == []
    stranger.close()


class WireBroker:
    """The beginning of a broker that speaks 3.1.1 only, byte by byte: it closes on MQTT 5, and serves one client."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.versions: queue.Queue[int] = queue.Queue()
        self.packets: queue.Queue[int] = queue.Queue()
        self.connection: socket.socket | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                kind, body = _packet(connection)
                assert kind == 0x10
                self.versions.put(body[6])
                if body[6] == 4:
                    self._attend(connection)

    def _attend(self, connection: socket.socket) -> None:
        self.connection = connection
        connection.sendall(b"\x20\x02\x00\x00")
        while (found := _packet(connection)) is not None:
            kind, body = found
            if kind == 0x82:
                granted = bytes([1] * body.count(b"/unit/+/"))
                connection.sendall(bytes([0x90, 2 + len(granted)]) + body[:2] + granted)
            else:
                self.packets.put(kind)

    def send(self, topic: bytes, payload: bytes) -> None:
        body = len(topic).to_bytes(2, "big") + topic + b"\x00\x07" + payload
        assert self.connection is not None
        self.connection.sendall(b"\x32" + bytes([len(body)]) + body)

    def close(self) -> None:
        self._socket.close()


def _packet(connection: socket.socket) -> tuple[int, bytes] | None:
    """One packet; None at the end."""
    kind = connection.recv(1)
    if not kind:
        return None
    length, shift = 0, 0
    while (part := connection.recv(1)[0]) & 0x80:
        length, shift = length | (part & 0x7F) << shift, shift + 7
    length |= part << shift
    return kind[0], connection.recv(length, socket.MSG_WAITALL) if length else b""


def test_a_broker_without_mqtt_5_is_spoken_to_in_3_1_1():
    old = WireBroker()
    link = Link(old.port)
    link.await_link(up=True)
    assert [old.versions.get(timeout=10) for _ in range(2)] == [5, 4]
    link.close()
    old.close()


def test_a_message_is_acknowledged_only_after_the_work():
    """While the work is going on an order is sent: on the wire it stands before the acknowledgement."""
    wire = WireBroker()
    link = Link(wire.port)
    link.await_link(up=True)
    link.gate.clear()
    wire.send(f"{ROOT}/unit/cum-a/state".encode(), b"x")
    assert link.began.acquire(timeout=10)
    link.doorbell.order([UNIT], b"order")
    publish = wire.packets.get(timeout=10)
    link.gate.set()
    assert (publish & 0xF0, wire.packets.get(timeout=10)) == (0x30, 0x40)
    link.close()
    wire.close()


def test_a_refused_controller_says_so_and_keeps_trying(tmp_path, caplog):
    broker = Broker(tmp_path)
    broker._config.write_text(f"listener {broker.port} 127.0.0.1\nallow_anonymous false\nuser root\n", "utf-8")
    broker.start()
    link = Link(broker.port)
    waiting = threading.Event()
    for _ in range(100):
        if any("refuses the controller" in record.message for record in caplog.records):
            break
        waiting.wait(0.1)
    assert any("refuses the controller" in record.message for record in caplog.records)
    assert link.doorbell.connected_since is None
    assert link.doorbell.alive
    link.close()
    broker.kill()
