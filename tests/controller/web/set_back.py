"""A commune whose desk was set back: two units hold a later plan than the database knows, and one has sent it."""

from datetime import timedelta

from controller.services import recovery
from protocol.envelope import seal
from protocol.messages import Item, PlannedBroadcast, Programme
from schedules.vocabulary import BroadcastClass, Status
from tests.controller.web.commune import COMMUNE, Commune

LATER = 99
"""The version of the programmes held."""


def set_back(commune: Commune, *, sends: tuple[str, ...] = ("khau-bang",)) -> None:
    """Let two units be ahead of the desk."""
    for unit in ("khau-bang", "na-chao"):
        commune.report(unit, programme=LATER)
    for unit in sends:
        recovery.accept_held(commune.desk, commune.poles[unit].id, held(commune, unit))


def held(commune: Commune, unit: str) -> bytes:
    """What a unit holds: three broadcasts that the desk does not know."""
    now = commune.desk.clock()
    broadcasts = tuple(
        PlannedBroadcast(
            id=f"lost-{number}",
            start=now + timedelta(hours=number),
            not_after=now + timedelta(hours=number, minutes=10),
            class_=BroadcastClass.ROUTINE,
            status=Status.ACTUAL,
            title=f"Bản tin máy chủ đã mất số {number}",
            items=(Item(clip="a" * 64, size=1, duration_ms=30_000),),
        )
        for number in (1, 2, 3)
    )
    programme = Programme(
        commune=COMMUNE,
        unit=commune.poles[unit].id,
        epoch=1,
        version=LATER,
        issued_at=now,
        until=now + timedelta(days=14),
        volume=80,
        broadcasts=broadcasts,
    )
    return seal(programme, commune.desk.schedule_key)
