"""Plain messages for the protocol's tests."""

import json
from datetime import UTC, datetime, timedelta

from protocol.keys import Keyring, SigningKey, VerifyKey, encode_bytes
from protocol.messages import (
    Cancel,
    Caps,
    ClockAnswer,
    ClockQuestion,
    DelegatedKey,
    Delegation,
    Item,
    Order,
    PlannedBroadcast,
    Play,
    Programme,
    Receipt,
    ReceiptAck,
    ReceiptBatch,
    Stop,
    UnitState,
)
from protocol.names import (
    BroadcastId,
    ClipHash,
    ClockTrust,
    CommuneId,
    OrderId,
    Role,
    Stage,
    UnitId,
)
from schedules.vocabulary import BroadcastClass, Status

COMMUNE = CommuneId("vi-huong")
UNIT = UnitId("khau-bang")
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
SCHEDULE = SigningKey.from_text("A" * 43)
EMERGENCY = SigningKey.from_text("B" * 42 + "A")
UNIT_KEY = SigningKey.from_text("C" * 42 + "A")
STRANGER = SigningKey.from_text("D" * 42 + "A")
ROOT = SigningKey.from_text("E" * 42 + "A")
NONCE = "n0nce_-" * 3 + "A"

ROOT_KEY = VerifyKey(Role.ROOT, ROOT.public)
DESK_KEYS = Keyring([VerifyKey(Role.SCHEDULE, SCHEDULE.public), VerifyKey(Role.EMERGENCY, EMERGENCY.public)])
UNIT_KEYS = Keyring([VerifyKey(Role.UNIT, UNIT_KEY.public, UNIT)])


def planned(name: str = "b-1", class_: BroadcastClass = BroadcastClass.ROUTINE) -> PlannedBroadcast:
    item = Item(clip=ClipHash("ab" * 32), size=1000, duration_ms=2000, gap_ms=500)
    return PlannedBroadcast(
        id=BroadcastId(name),
        start=NOON,
        not_after=NOON + timedelta(minutes=10),
        class_=class_,
        status=Status.ACTUAL,
        title="Thông báo cắt điện",
        items=(item, item),
    )


def programme(*broadcasts: PlannedBroadcast, unit: UnitId = UNIT, must: tuple[str, ...] = ()) -> Programme:
    return Programme(
        commune=COMMUNE,
        unit=unit,
        epoch=1,
        version=7,
        issued_at=NOON,
        until=NOON + timedelta(days=14),
        volume=80,
        broadcasts=broadcasts,
        must=must,
    )


def order(
    class_: BroadcastClass,
    inner: BroadcastClass | None = None,
    targets: tuple[UnitId, ...] = (UNIT,),
    act: Stop | Cancel | None = None,
) -> Order:
    return Order(
        id=OrderId("o-1"),
        commune=COMMUNE,
        targets=targets,
        issued_at=NOON,
        not_before=NOON,
        not_after=NOON + timedelta(minutes=10),
        class_=class_,
        act=act or Play(broadcast=planned(class_=inner or class_)),
    )


def batch(unit: UnitId = UNIT) -> ReceiptBatch:
    receipt = Receipt(number=1, at=NOON, clock=ClockTrust.TRUSTED, stage=Stage.STARTED, broadcast=BroadcastId("b-1"))
    return ReceiptBatch(commune=COMMUNE, unit=unit, journal="j-1", receipts=(receipt,))


def state() -> UnitState:
    return UnitState(
        commune=COMMUNE,
        unit=UNIT,
        journal="j-1",
        boot="boot-1",
        counter=1,
        at=NOON,
        clock=ClockTrust.TRUSTED,
        software="0.1.0",
        simulated=True,
        programme=None,
        volume=80,
        relay=False,
        sound_ok=True,
    )


def ack(*, again: bool = False) -> ReceiptAck:
    return ReceiptAck(commune=COMMUNE, unit=UNIT, journal="j-1", through=4, again=again)


def delegation(caps: Caps | None = None, must: tuple[str, ...] = ()) -> Delegation:
    return Delegation(
        commune=COMMUNE,
        serial=3,
        epoch=2,
        issued_at=NOON,
        keys=(
            DelegatedKey(role=Role.SCHEDULE, public=encode_bytes(SCHEDULE.public)),
            DelegatedKey(role=Role.EMERGENCY, public=encode_bytes(EMERGENCY.public)),
        ),
        caps=caps or Caps(),
        must=must,
    )


def question(unit: UnitId = UNIT) -> ClockQuestion:
    return ClockQuestion(commune=COMMUNE, unit=unit, nonce=NONCE)


def answer(unit: UnitId = UNIT) -> ClockAnswer:
    return ClockAnswer(commune=COMMUNE, unit=unit, nonce=NONCE, at=NOON)


def resigned(data: bytes, key: SigningKey, **changes: object) -> bytes:
    """The same envelope with fields of its payload changed and signed anew."""
    _, _, payload = data.partition(b"\n")
    return signed_again(data, key, json.dumps(json.loads(payload) | changes).encode())


def signed_again(data: bytes, key: SigningKey, payload: bytes) -> bytes:
    """The same header over another payload, rightly signed."""
    header = json.loads(data.partition(b"\n")[0])
    header["key"] = key.id
    header["sig"] = encode_bytes(key.sign(b"loalang-v1\n" + header["kind"].encode() + b"\n" + payload))
    return json.dumps(header).encode() + b"\n" + payload
