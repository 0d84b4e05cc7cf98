"""MQTT packets as bytes, right and wrong: what a real client library would refuse to send."""

import random
import struct

ANSWER = b"\x20"
"""The first byte of a CONNACK."""


def connect(
    user: str,
    password: str | None,
    *,
    version: int = 4,
    client_id: str | None = None,
    keepalive: int = 60,
    will: tuple[str, bytes] | None = None,
) -> bytes:
    flags = 0x02 | (0x80 if user else 0) | (0x40 if password is not None else 0) | (0x2C if will else 0)
    body = text("MQTT") + bytes([version, flags]) + struct.pack("!H", keepalive) + _none(version)
    body += text(client_id if client_id is not None else user)
    if will is not None:
        body += _none(version) + text(will[0]) + text(will[1])
    body += text(user) if user else b""
    body += text(password) if password is not None else b""
    return packet(0x10, body)


def publish(
    topic: str | bytes,
    payload: bytes,
    *,
    qos: int = 1,
    retain: bool = False,
    mid: int = 1,
    version: int = 4,
    properties: bytes = b"",
) -> bytes:
    body = text(topic) + (struct.pack("!H", mid) if qos else b"")
    body += bytes([len(properties)]) + properties if version == 5 else b""
    return packet(0x30 | qos << 1 | int(retain), body + payload)


def subscribe(*filters: str, qos: int = 1, mid: int = 1, version: int = 4) -> bytes:
    asked = b"".join(text(each) + bytes([qos]) for each in filters)
    return packet(0x82, struct.pack("!H", mid) + _none(version) + asked)


def unsubscribe(*filters: str, mid: int = 1, version: int = 4) -> bytes:
    return packet(0xA2, struct.pack("!H", mid) + _none(version) + b"".join(text(each) for each in filters))


PING, GOODBYE = b"\xc0\x00", b"\xe0\x00"


def packet(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + length(len(body)) + body


def text(raw: str | bytes) -> bytes:
    raw = raw.encode() if isinstance(raw, str) else raw
    return struct.pack("!H", len(raw)) + raw


def length(size: int) -> bytes:
    encoded = b""
    while True:
        size, low = divmod(size, 128)
        encoded += bytes([low | (0x80 if size else 0)])
        if not size:
            return encoded


def _none(version: int) -> bytes:
    """The empty list of properties that MQTT 5 has in most places."""
    return b"\x00" if version == 5 else b""


def spoiled(seed: int, packets: list[bytes]) -> bytes:
    """Some of the packets, with bytes changed, dropped, doubled or put in, the same for the same seed."""
    chance = random.Random(seed)
    raw = bytearray(b"".join(chance.choices(packets, k=chance.randint(1, 4))))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(raw))
        match chance.randrange(5):
            case 0:
                raw[at] = chance.randrange(256)
            case 1:
                raw[at] ^= 1 << chance.randrange(8)
            case 2:
                del raw[at : at + chance.randint(1, 4)]
            case 3:
                raw[at:at] = chance.randbytes(chance.randint(1, 8))
            case _:
                raw[at:at] = raw[max(0, at - 16) : at]
        if not raw:
            raw = bytearray(chance.randbytes(4))
    return bytes(raw)
