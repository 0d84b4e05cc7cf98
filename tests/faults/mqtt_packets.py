"""MQTT 3.1.1 as bytes: enough to be a hostile broker in the middle, and two hundred clients in one thread."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum


class Type(IntEnum):
    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    SUBACK = 9
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


@dataclass(frozen=True)
class Packet:
    type: int
    flags: int = 0
    body: bytes = b""

    def encode(self) -> bytes:
        return bytes([self.type << 4 | self.flags]) + _length(len(self.body)) + self.body


@dataclass(frozen=True)
class Publish:
    """`id` is 0 at QoS 0."""

    topic: str
    payload: bytes
    qos: int = 1
    id: int = 0
    retain: bool = False
    dup: bool = False

    def packet(self) -> Packet:
        topic = self.topic.encode()
        head = struct.pack(">H", len(topic)) + topic + (struct.pack(">H", self.id) if self.qos else b"")
        return Packet(Type.PUBLISH, self.dup << 3 | self.qos << 1 | self.retain, head + self.payload)

    def numbered(self, number: int) -> "Publish":
        return replace(self, id=number)


class Splitter:
    """Bytes of one way in, whole packets out."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> Iterator[Packet]:
        self._held += data
        while (found := _first(self._held)) is not None:
            packet, size = found
            self._held = self._held[size:]
            yield packet


def read_publish(packet: Packet) -> Publish:
    size = struct.unpack_from(">H", packet.body)[0]
    qos, start = packet.flags >> 1 & 3, 2 + size + (2 if packet.flags & 6 else 0)
    id_ = struct.unpack_from(">H", packet.body, 2 + size)[0] if qos else 0
    topic = packet.body[2 : 2 + size].decode()
    return Publish(topic, packet.body[start:], qos, id_, bool(packet.flags & 1), bool(packet.flags & 8))


def packet_id(packet: Packet) -> int:
    """The id of a PUBACK or SUBACK."""
    return int(struct.unpack_from(">H", packet.body)[0])


def puback(id_: int) -> Packet:
    return Packet(Type.PUBACK, 0, struct.pack(">H", id_))


def subscribe(id_: int, topics: list[str]) -> Packet:
    asked = b"".join(_text(topic) + b"\x01" for topic in topics)
    return Packet(Type.SUBSCRIBE, 2, struct.pack(">H", id_) + asked)


def connect(user: str, password: str, will: Publish, keepalive_s: int = 30) -> Packet:
    """A lasting session (not clean) with user, password and a retained will of QoS 1, as a unit's."""
    flags = 0b1110_1100
    head = _text("MQTT") + bytes([4, flags]) + struct.pack(">H", keepalive_s)
    said = struct.pack(">H", len(will.payload)) + will.payload
    return Packet(Type.CONNECT, 0, head + _text(user) + _text(will.topic) + said + _text(user) + _text(password))


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def _length(size: int) -> bytes:
    found = bytearray()
    while True:
        size, low = divmod(size, 128)
        found.append(low | (0x80 if size else 0))
        if not size:
            return bytes(found)


def _first(data: bytes) -> tuple[Packet, int] | None:
    """The first whole packet and how many bytes it takes."""
    size, place = 0, 1
    while True:
        if place >= len(data):
            return None
        size |= (data[place] & 0x7F) << 7 * (place - 1)
        place += 1
        if not data[place - 1] & 0x80:
            break
    if len(data) < place + size:
        return None
    return Packet(data[0] >> 4, data[0] & 15, data[place : place + size]), place + size
