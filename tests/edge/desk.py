"""The other side of the wire, for a real unit process: keys, a broker, a controller's voice and ear."""

import contextlib
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from protocol.envelope import open_up, seal
from protocol.keys import Keyring, SigningKey, VerifyKey, decode_bytes, encode_bytes
from protocol.messages import (
    Caps,
    ClockAnswer,
    ClockQuestion,
    DelegatedKey,
    Delegation,
    Order,
    PlannedBroadcast,
    Play,
    Programme,
    Receipt,
    ReceiptAck,
    ReceiptBatch,
    UnitState,
)
from protocol.names import BroadcastId, CommuneId, OrderId, Role, UnitId
from protocol.topics import Leaf, delegation_topic, unit_topic
from schedules.vocabulary import BroadcastClass, Status
from tests.fakes.clips import MadeClip

COMMUNE = CommuneId("vi-huong")
UNIT = UnitId("khau-bang")
ROOT = SigningKey.generate()
ALL_DAY = Caps(hours=((0, 1440),), length_s=6 * 3600)
"""A test may run at night."""
PATIENCE_S = 20.0
T = TypeVar("T")


class Missed(AssertionError):
    """What was awaited did not come."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Mosquitto:
    """A plain broker on a port of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        folder.mkdir(parents=True, exist_ok=True)
        configuration = folder / "mosquitto.conf"
        configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self._process = subprocess.Popen(
            [program, "-c", configuration], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._await_listening()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)

    def _await_listening(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        pause = threading.Event()
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            pause.wait(0.02)
        raise Missed("mosquitto does not listen")


class UnitProcess:
    """`python -m edge --config ... --simulate`, and what it leaves on its disk and in its log."""

    def __init__(self, folder: Path, *, clips: str, port: int, clock: str = "assume-trusted") -> None:
        self.folder = folder
        self.data = folder / "data"
        self.config = folder / "unit.toml"
        self.lines: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(
            f'''commune = "{COMMUNE}"
unit = "{UNIT}"
data = "data"
[keys]
root = "{encode_bytes(ROOT.public)}"
[controller]
clips = "{clips}"
[mqtt]
host = "127.0.0.1"
port = {port}
keepalive = 5
[relay]
settle_ms = 100
tail_ms = 50
[simulate]
clock = "{clock}"
'''
        )
        self._process: subprocess.Popen[str] | None = None
        self._changed = threading.Condition()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def public(self) -> bytes:
        command = [sys.executable, "-m", "edge", "init", "--config", self.config, "--simulate"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
        return decode_bytes(done.stdout.strip(), 32)

    def start(self) -> None:
        command = [sys.executable, "-m", "edge", "--config", self.config, "--simulate"]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ})
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()

    def await_line(self, *words: str, times: int = 1) -> str:
        def found() -> list[str]:
            return [line for line in self.lines if all(word in line for word in words)]

        with self._changed:
            if not self._changed.wait_for(lambda: len(found()) >= times, timeout=PATIENCE_S):
                raise Missed(f"no line with {words}:\n" + "\n".join(self.lines[-40:]))
            return found()[times - 1]

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def await_exit(self) -> int:
        assert self._process is not None
        code = self._process.wait(timeout=PATIENCE_S)
        self._process = None
        return code

    def relay(self) -> list[str]:
        return [line.split()[-1] for line in (self.data / "relay.log").read_text().splitlines()]

    def wavs(self) -> list[Path]:
        return sorted((self.data / "sound").glob("*.wav"))

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(number)
        code = process.wait(timeout=15)
        assert process.stderr is not None
        return code

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stderr is not None
        with process.stderr as stream:
            for line in stream:
                with self._changed:
                    self.lines.append(line.rstrip("\n"))
                    self._changed.notify_all()


class Desk:
    """Signs, sends and hears like the controller; acknowledges receipts only when told to."""

    def __init__(self, port: int, schedule: SigningKey, emergency: SigningKey, unit_public: bytes) -> None:
        self.schedule, self.emergency, self.unit_public = schedule, emergency, unit_public
        self.version = 0
        self.serial = time.time_ns() // 1000
        self.receipts: dict[int, Receipt] = {}
        self.journal = ""
        self.states: list[UnitState] = []
        self.availability: list[bytes] = []
        self.acknowledge = True
        self.answers_clock = True
        self.clock_off = timedelta()
        self.questions: list[str] = []
        self.shown: list[bytes] = []
        self._keys = Keyring([VerifyKey(Role.UNIT, unit_public, UNIT)])
        self._heard = threading.Condition()
        self._ready: queue.Queue[None] = queue.Queue()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"desk-{os.getpid()}-{port}")
        self._client.on_connect = self._connected
        self._client.on_subscribe = lambda *_: self._ready.put(None)
        self._client.on_message = self._arrived
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._ready.get(timeout=PATIENCE_S)
        self.delegate()

    def close(self) -> None:
        left = self._client.socket()
        self._client.disconnect()
        self._client.loop_stop()
        if left is not None:
            left.close()

    def delegate(self, caps: Caps = ALL_DAY, *, revoked: Role | None = None) -> bytes:
        """Publish, retained, what the root key says now."""
        self.serial += 1
        keys = {Role.SCHEDULE: self.schedule, Role.EMERGENCY: self.emergency}
        message = Delegation(
            commune=COMMUNE,
            serial=self.serial,
            epoch=1,
            issued_at=datetime.now(UTC),
            keys=tuple(
                DelegatedKey(role=role, public=encode_bytes(key.public))
                for role, key in keys.items()
                if role != revoked
            ),
            caps=caps,
        )
        data = seal(message, ROOT)
        topic = delegation_topic(COMMUNE)
        self._client.publish(topic, data, qos=1, retain=True).wait_for_publish(PATIENCE_S)
        return data

    def programme(self, *broadcasts: PlannedBroadcast, cancelled: tuple[BroadcastId, ...] = ()) -> bytes:
        self.version += 1
        now = datetime.now(UTC)
        message = Programme(
            commune=COMMUNE,
            unit=UNIT,
            epoch=1,
            version=self.version,
            issued_at=now,
            until=now + timedelta(days=14),
            volume=100,
            broadcasts=broadcasts,
            cancelled=cancelled,
        )
        data = seal(message, self.emergency)
        self.send(Leaf.PROGRAMME, data, retain=True)
        return data

    def order(self, order: Order) -> bytes:
        data = seal(order, self.emergency)
        self.send(Leaf.ORDER, data)
        return data

    def sealed(self, order: Order, *, stranger: bool = False) -> bytes:
        return seal(order, SigningKey.generate() if stranger else self.emergency)

    def send(self, leaf: Leaf, data: bytes, *, retain: bool = False) -> None:
        self._client.publish(unit_topic(COMMUNE, UNIT, leaf), data, qos=1, retain=retain).wait_for_publish(PATIENCE_S)

    def await_receipt(self, stage: str, broadcast: str | None = None, *, order: str | None = None) -> Receipt:
        def found() -> Receipt | None:
            for receipt in self.receipts.values():
                if receipt.stage == stage and broadcast in {None, receipt.broadcast} and order in {None, receipt.order}:
                    return receipt
            return None

        return self._await(found, f"receipt {stage} of {broadcast or order}")

    def await_state(self, wanted: Callable[[UnitState], bool]) -> UnitState:
        return self._await(lambda: next((state for state in self.states[::-1] if wanted(state)), None), "state")

    def await_availability(self, wanted: bytes) -> None:
        self._await(lambda: wanted if self.availability[-1:] == [wanted] else None, f"availability {wanted!r}")

    def stages(self, broadcast: str) -> list[str]:
        return [receipt.stage for _, receipt in sorted(self.receipts.items()) if receipt.broadcast == broadcast]

    def _await(self, found: Callable[[], T | None], what: str) -> T:
        with self._heard:
            if not self._heard.wait_for(lambda: found() is not None, timeout=PATIENCE_S):
                raise Missed(f"no {what}; got {[(r.stage, r.broadcast, r.reason) for r in self.receipts.values()]}")
            result = found()
            assert result is not None
            return result

    def _connected(self, client: paho.Client, *_: object) -> None:
        leaves = (Leaf.RECEIPT, Leaf.STATE, Leaf.AVAILABILITY, Leaf.CLOCK_QUESTION, Leaf.HELD)
        client.subscribe([(unit_topic(COMMUNE, UNIT, leaf), 1) for leaf in leaves])

    def _arrived(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        leaf = message.topic.rsplit("/", 1)[1]
        with self._heard:
            if leaf == Leaf.RECEIPT:
                self._take(open_up(message.payload, ReceiptBatch, self._keys, COMMUNE, UNIT))
            elif leaf == Leaf.STATE:
                self.states.append(open_up(message.payload, UnitState, self._keys, COMMUNE, UNIT))
            elif leaf == Leaf.CLOCK_QUESTION:
                self._answer(open_up(message.payload, ClockQuestion, self._keys, COMMUNE, UNIT))
            elif leaf == Leaf.HELD:
                self.shown.append(message.payload)
            else:
                self.availability.append(message.payload)
            self._heard.notify_all()

    def _answer(self, question: ClockQuestion) -> None:
        """As the controller does: at once, signed by the schedule key, every question that is the unit's own."""
        self.questions.append(question.nonce)
        if self.answers_clock:
            at = datetime.now(UTC) + self.clock_off
            answer = ClockAnswer(commune=COMMUNE, unit=UNIT, nonce=question.nonce, at=at)
            topic = unit_topic(COMMUNE, UNIT, Leaf.CLOCK_ANSWER)
            self._client.publish(topic, seal(answer, self.schedule), qos=1)

    def _take(self, batch: ReceiptBatch) -> None:
        self.journal = batch.journal
        for receipt in batch.receipts:
            self.receipts.setdefault(receipt.number, receipt)
        if self.acknowledge:
            ack = ReceiptAck(commune=COMMUNE, unit=UNIT, journal=batch.journal, through=max(self.receipts))
            self._client.publish(unit_topic(COMMUNE, UNIT, Leaf.RECEIPT_ACK), seal(ack, self.schedule), qos=1)


def sitting(
    name: str,
    start: datetime,
    *clips: MadeClip,
    gap_ms: int = 0,
    class_: BroadcastClass = BroadcastClass.ROUTINE,
    grace_s: float = 600,
) -> PlannedBroadcast:
    return PlannedBroadcast(
        id=BroadcastId(name),
        start=start,
        not_after=start + timedelta(seconds=grace_s),
        class_=class_,
        status=Status.ACTUAL,
        title="Thông báo cắt điện",
        items=tuple(clip.item(gap_ms) for clip in clips),
    )


def play_now(name: str, broadcast: PlannedBroadcast, inline: dict[str, bytes] | None = None) -> Order:
    now = datetime.now(UTC)
    return Order(
        id=OrderId(name),
        commune=COMMUNE,
        targets=(UNIT,),
        issued_at=now,
        not_before=now,
        not_after=now + timedelta(minutes=10),
        class_=broadcast.class_,
        act=Play(broadcast=broadcast, inline=inline or {}),
    )
