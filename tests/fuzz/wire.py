"""The wire: envelopes of every kind, raw and rightly signed, and the names of topics."""

import contextlib
import json

from protocol import envelope
from protocol.envelope import LIMITS, Refused, kind_of, open_delegation, open_down, open_up, seal
from protocol.keys import Keyring, SigningKey, VerifyKey
from protocol.messages import (
    Cancel,
    ClockAnswer,
    ClockQuestion,
    Delegation,
    Order,
    Programme,
    ReceiptAck,
    ReceiptBatch,
    Stop,
    UnitState,
)
from protocol.names import BroadcastId, Kind, Role
from protocol.topics import Leaf, orders_topic, read_unit_topic, unit_topic
from schedules.vocabulary import BroadcastClass
from tests.fuzz.target import Target
from tests.protocol import messages_made as made

DOWN = {
    Kind.PROGRAMME: Programme,
    Kind.ORDER: Order,
    Kind.RECEIPT_ACK: ReceiptAck,
    Kind.CLOCK_ANSWER: ClockAnswer,
}
UP = {Kind.RECEIPT: ReceiptBatch, Kind.STATE: UnitState, Kind.CLOCK_QUESTION: ClockQuestion}
SIGNERS = {Kind.DELEGATION: made.ROOT} | dict.fromkeys(DOWN, made.EMERGENCY) | dict.fromkeys(UP, made.UNIT_KEY)

MESSAGES = (
    made.programme(made.planned(), made.planned("b-2", BroadcastClass.EMERGENCY)),
    made.order(BroadcastClass.ROUTINE),
    made.order(BroadcastClass.EMERGENCY, act=Stop()),
    made.order(BroadcastClass.PRIORITY, act=Cancel(broadcasts=(BroadcastId("b-1"),))),
    made.ack(again=True),
    made.delegation(),
    made.answer(),
    made.question(),
    made.batch(),
    made.state(),
)


def kind_and_payload(sealed: bytes) -> bytes:
    header, _, payload = sealed.partition(b"\n")
    return json.loads(header)["kind"].encode() + b"\n" + payload


def sealed_payload(kind: Kind, payload: bytes, key: SigningKey) -> bytes:
    """An envelope of this kind around any payload, rightly signed."""
    signature = key.sign(envelope._signed(kind, payload))
    header = {"loalang": 1, "kind": kind, "key": key.id, "sig": envelope.encode_bytes(signature)}
    return json.dumps(header).encode() + b"\n" + payload


def opened(kind: Kind, data: bytes) -> object:
    """What the receiver of this kind gets, or `Refused`."""
    if kind is Kind.DELEGATION:
        return open_delegation(data, made.ROOT_KEY, made.COMMUNE)
    if kind in DOWN:
        return open_down(data, DOWN[kind], made.DESK_KEYS, made.COMMUNE, made.UNIT)[0]
    return open_up(data, UP[kind], made.UNIT_KEYS, made.COMMUNE, made.UNIT)


def raw_envelope(data: bytes) -> None:
    """Bytes of a stranger: refused by every reader, or exactly what was once signed."""
    for kind in Kind:
        try:
            message = opened(kind, data)
        except Refused:
            continue
        assert message in MESSAGES, "a stranger's message was believed"
    with contextlib.suppress(Refused):
        kind_of(data)


def signed_envelope(data: bytes) -> None:
    """`<kind>\\n<payload>` as if one of our own keys had signed it: refused, or a message that can be sent again."""
    name, _, payload = data.partition(b"\n")
    if name.decode("latin-1") not in set(Kind):
        return
    kind = Kind(name.decode())
    envelope_bytes = sealed_payload(kind, payload, SIGNERS[kind])
    try:
        message = opened(kind, envelope_bytes)
    except Refused:
        return
    assert kind_of(envelope_bytes) is kind
    assert len(envelope_bytes) <= LIMITS[kind]
    if len(payload) < LIMITS[kind] // 8:  # a duration or a letter may be spelled longer the second time
        assert opened(kind, seal(message, SIGNERS[kind])) == message


def topic(data: bytes) -> None:
    """A name of a topic reads as a unit's only when it is exactly that."""
    text = data.decode("utf-8", "replace")
    read = read_unit_topic(text)
    assert read is None or unit_topic(read.commune, read.unit, read.leaf) == text


def key_text(data: bytes) -> None:
    """A key or signature in a file: 32 bytes or a `ValueError`."""
    text = data.decode("utf-8", "replace")
    try:
        key = SigningKey.from_text(text)
    except ValueError:
        return
    assert Keyring([VerifyKey(Role.ROOT, key.public)]).get(key.id) is not None


SEALED = tuple(seal(message, SIGNERS[envelope._KINDS[type(message)]]) for message in MESSAGES)
TARGETS = (
    Target("envelope", raw_envelope, SEALED),
    Target("signed-envelope", signed_envelope, tuple(map(kind_and_payload, SEALED)), structured=True, share=2),
    Target(
        "topic",
        topic,
        (
            *(unit_topic(made.COMMUNE, made.UNIT, leaf).encode() for leaf in Leaf),
            orders_topic(made.COMMUNE).encode(),
        ),
        longest=256,
        share=0.2,
    ),
    Target("key", key_text, (b"A" * 43, b"", made.SCHEDULE.secret_text().encode()), longest=64, share=0.2),
)
assert {type(message) for message in MESSAGES} == {Delegation, *DOWN.values(), *UP.values()}
