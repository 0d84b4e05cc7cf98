"""Clients of a broker that speak MQTT themselves: a thief with somebody's password, and a crowd of units."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from protocol.envelope import open_down, seal
from protocol.keys import Keyring, SigningKey
from protocol.messages import Programme, Receipt, ReceiptAck, ReceiptBatch, UnitState
from protocol.names import BroadcastId, ClockTrust, CommuneId, Stage, UnitId
from protocol.topics import DOWN, OFFLINE, ONLINE, Leaf, orders_topic, unit_topic
from tests.faults.mqtt_packets import (
    Packet,
    Publish,
    Splitter,
    Type,
    connect,
    packet_id,
    puback,
    read_publish,
    subscribe,
)

PATIENCE_S = 180.0


class Thief:
    """A blocking connection with stolen credentials. It keeps what is delivered, whatever it was "granted"."""

    def __init__(self, port: int, user: str, password: str, will: Publish) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self._splitter, self._ids = Splitter(), iter(range(1, 60_000))
        self.heard: list[Publish] = []
        self._say(connect(user, password, will))
        self.admitted = self._await(Type.CONNACK).body[1] == 0

    def subscribe(self, topics: Sequence[str]) -> bytes:
        """Ask for topics; return what is said to be granted."""
        self._say(subscribe(next(self._ids), list(topics)))
        return self._await(Type.SUBACK).body[2:]

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Say it, and wait for the broker's word that it is said (which means nothing)."""
        self._say(Publish(topic, payload, 1, next(self._ids), retain).packet())
        self._await(Type.PUBACK)

    def await_topic(self, topic: str) -> Publish:
        """Wait for a message on a topic."""
        while True:
            if found := [publish for publish in self.heard if publish.topic == topic]:
                return found[-1]
            self._await(Type.PUBLISH)

    def close(self) -> None:
        self._socket.close()

    def _say(self, packet: Packet) -> None:
        self._socket.sendall(packet.encode())

    def _await(self, wanted: Type) -> Packet:
        while True:
            data = self._socket.recv(65536)
            assert data, "the broker hung up"
            packets = list(self._splitter.feed(data))
            for packet in packets:
                if packet.type == Type.PUBLISH:
                    self.heard.append(publish := read_publish(packet))
                    if publish.qos:
                        self._say(puback(publish.id))
            for packet in packets:
                if packet.type == wanted:
                    return packet


@dataclass
class Member:
    """One unit of a crowd: the protocol of a unit, without sound. Counters are what it has been told."""

    unit: UnitId
    key: SigningKey
    password: str
    receipts: int
    held: int | None = None
    counter: int = 0
    acknowledged: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Crowd:
    """Many units that return at once, each with receipts to hand over and a programme to get."""

    def __init__(self, port: int, commune: CommuneId, keys: Keyring, members: Sequence[Member]) -> None:
        self._port, self._commune, self._keys, self.members = port, commune, keys, members

    async def return_at_once(self) -> None:
        """Connect all, and stay until each holds a programme and all its receipts are acknowledged."""
        conversations = [asyncio.ensure_future(self._converse(member)) for member in self.members]
        try:
            await asyncio.wait_for(asyncio.gather(*(member.done.wait() for member in self.members)), PATIENCE_S)
        finally:
            for each in conversations:
                each.cancel()
            await asyncio.gather(*conversations, return_exceptions=True)

    async def _converse(self, member: Member) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(connect(f"{self._commune}.{member.unit}", member.password, self._will(member)).encode())
            splitter = Splitter()
            while data := await reader.read(65536):
                for packet in splitter.feed(data):
                    writer.write(b"".join(each.encode() for each in self._answers(member, packet)))
        finally:
            writer.close()

    def _answers(self, member: Member, packet: Packet) -> list[Packet]:
        if packet.type == Type.CONNACK:
            assert packet.body[1] == 0, f"{member.unit} was not let in"
            topics = [unit_topic(self._commune, member.unit, leaf) for leaf in sorted(DOWN)]
            return [subscribe(1, [*topics, orders_topic(self._commune)])]
        if packet.type == Type.SUBACK:
            assert packet_id(packet) == 1
            online = Publish(unit_topic(self._commune, member.unit, Leaf.AVAILABILITY), ONLINE, 1, 2, retain=True)
            return [online.packet(), self._state(member), *self._receipts(member)]
        if packet.type == Type.PUBLISH:
            return self._heard(member, read_publish(packet))
        return []

    def _heard(self, member: Member, publish: Publish) -> list[Packet]:
        answers = [puback(publish.id)] if publish.qos else []
        if publish.topic.endswith(Leaf.PROGRAMME):
            programme, _ = open_down(publish.payload, Programme, self._keys, self._commune, member.unit)
            member.held = programme.version
            answers.append(self._state(member))
        elif publish.topic.endswith(Leaf.RECEIPT_ACK):
            ack, _ = open_down(publish.payload, ReceiptAck, self._keys, self._commune, member.unit)
            member.acknowledged = max(member.acknowledged, ack.through)
        if member.held is not None and member.acknowledged >= member.receipts:
            member.done.set()
        return answers

    def _state(self, member: Member) -> Packet:
        member.counter += 1
        state = UnitState(
            commune=self._commune,
            unit=member.unit,
            journal=f"j-{member.unit}",
            boot=f"b-{member.unit}",
            counter=member.counter,
            at=datetime.now(UTC),
            clock=ClockTrust.TRUSTED,
            software="crowd",
            simulated=True,
            programme=member.held,
            volume=80,
            relay=False,
            sound_ok=True,
        )
        topic = unit_topic(self._commune, member.unit, Leaf.STATE)
        return Publish(topic, seal(state, member.key), 1, 10 + member.counter, retain=True).packet()

    def _receipts(self, member: Member) -> list[Packet]:
        receipts = tuple(
            Receipt(
                number=number,
                at=datetime.now(UTC),
                clock=ClockTrust.TRUSTED,
                stage=Stage.STORED,
                broadcast=BroadcastId(f"b-{number}"),
            )
            for number in range(1, member.receipts + 1)
        )
        batch = ReceiptBatch(commune=self._commune, unit=member.unit, journal=f"j-{member.unit}", receipts=receipts)
        topic = unit_topic(self._commune, member.unit, Leaf.RECEIPT)
        return [Publish(topic, seal(batch, member.key), 1, 3).packet()]

    def _will(self, member: Member) -> Publish:
        return Publish(unit_topic(self._commune, member.unit, Leaf.AVAILABILITY), OFFLINE, 1, 0, retain=True)
