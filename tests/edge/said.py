"""What the tests of a unit say to it: the commune's keys, its delegation, and broadcasts near the dawn of one day."""

from datetime import UTC, datetime, timedelta

from protocol.envelope import seal
from protocol.keys import SigningKey, encode_bytes
from protocol.messages import Caps, DelegatedKey, Delegation, Item, PlannedBroadcast
from protocol.names import BroadcastId, ClipHash, CommuneId, Role, UnitId
from schedules.vocabulary import BroadcastClass, Status

COMMUNE = CommuneId("vi-huong")
UNIT = UnitId("khau-bang")
DAWN = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
SCHEDULE = SigningKey.from_text("A" * 43)
EMERGENCY = SigningKey.from_text("B" * 42 + "A")
STRANGER = SigningKey.from_text("D" * 42 + "A")
ROOT = SigningKey.from_text("E" * 42 + "A")
ALL_DAY = ((0, 1440),)
DAYTIME = ((300, 1320),)
NO_LIMITS = Caps(hours=ALL_DAY, length_s=6 * 3600)


def clip_hash(number: int) -> ClipHash:
    return ClipHash(f"{number:064x}")


def broadcast(
    name: str = "b-1",
    *,
    start_s: float = 60,
    grace_s: float = 600,
    class_: BroadcastClass = BroadcastClass.ROUTINE,
    clips: tuple[int, ...] = (1,),
    seconds: int = 10,
    gap_ms: int = 0,
) -> PlannedBroadcast:
    """A broadcast that starts `start_s` seconds after DAWN; every item lasts `seconds`."""
    start = DAWN + timedelta(seconds=start_s)
    items = [Item(clip=clip_hash(clip), size=1000, duration_ms=1000 * seconds, gap_ms=gap_ms) for clip in clips]
    return PlannedBroadcast(
        id=BroadcastId(name),
        start=start,
        not_after=start + timedelta(seconds=grace_s),
        class_=class_,
        status=Status.ACTUAL,
        title="Thông báo",
        items=tuple(items),
    )


def delegation(
    serial: int = 1,
    epoch: int = 1,
    *,
    keys: tuple[tuple[Role, SigningKey], ...] = ((Role.SCHEDULE, SCHEDULE), (Role.EMERGENCY, EMERGENCY)),
    caps: Caps = NO_LIMITS,
    issued_at: datetime = DAWN,
    root: SigningKey = ROOT,
) -> bytes:
    message = Delegation(
        commune=COMMUNE,
        serial=serial,
        epoch=epoch,
        issued_at=issued_at,
        keys=tuple(DelegatedKey(role=role, public=encode_bytes(key.public)) for role, key in keys),
        caps=caps,
    )
    return seal(message, root)
