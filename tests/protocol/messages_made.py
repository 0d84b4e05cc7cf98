"""Plain messages for the protocol's tests."""

from datetime import UTC, datetime, timedelta

from protocol.keys import Keyring, SigningKey, VerifyKey
from protocol.messages import Item, Order, PlannedBroadcast, Play, Programme, Receipt, ReceiptBatch, UnitState
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


def order(class_: BroadcastClass, inner: BroadcastClass | None = None, targets: tuple[UnitId, ...] = (UNIT,)) -> Order:
    return Order(
        id=OrderId("o-1"),
        commune=COMMUNE,
        targets=targets,
        issued_at=NOON,
        not_before=NOON,
        not_after=NOON + timedelta(minutes=10),
        class_=class_,
        act=Play(broadcast=planned(class_=inner or class_)),
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
