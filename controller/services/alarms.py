"""What the officer must see. An alarm is raised once, cleared when its cause is gone, and never deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from controller.records.bulletins import BulletinRow
from controller.records.places import UnitRow
from controller.records.plans import AlarmRow, BroadcastRow
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.views import AlarmKind, AlarmView, User
from protocol.names import BroadcastId, UnitId

STANDING = frozenset(
    {
        AlarmKind.UNIT_LOST,
        AlarmKind.SOUND_FAILED,
        AlarmKind.BROKER_ABSENT,
        AlarmKind.NOT_READY_SOON,
        AlarmKind.CONTROLLER_SET_BACK,
        AlarmKind.DISK_FAILED,
        AlarmKind.CLOCK_UNTRUSTED,
        AlarmKind.CLOCK_DISPUTED,
        AlarmKind.UNDERVOLTAGE,
        AlarmKind.PLAN_ENDING,
        AlarmKind.EMERGENCY_WAITS,
        AlarmKind.DESK_CLOCK,
    }
)
"""Alarms that last as long as their cause; the others tell of something past, and a person puts them away."""


_AGAIN = STANDING | {AlarmKind.SPEECH_FAILED, AlarmKind.RECEIPTS_LOST}
"""Alarms that may be raised anew after they were cleared."""

LISTING = frozenset({AlarmKind.NOT_READY_SOON, AlarmKind.CONTROLLER_SET_BACK})
"""Alarms about several units at once; their detail lists the units (`listed`), and follows them while they stand."""
_MINOR = (AlarmKind.UNDERVOLTAGE, AlarmKind.CLOCK_DISPUTED)
_LISTED = 3
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Cause:
    """What an alarm is about: of one cause at most one alarm is open."""

    kind: AlarmKind
    unit: UnitId | None = None
    broadcast: BroadcastId | None = None
    bulletin: str | None = None


def alarms(desk: Desk, *, limit: int = 100) -> tuple[AlarmView, ...]:
    """Return alarms, open ones first, then the cleared, each newest first."""
    newest = select(AlarmRow).where(AlarmRow.commune == desk.commune)
    ordered = newest.order_by(AlarmRow.cleared_at.is_not(None), AlarmRow.raised_at.desc(), AlarmRow.id).limit(limit)
    with desk.reading() as session:
        return tuple(alarm_view(session, row) for row in session.scalars(ordered))


def open_alarms(session: Session, desk: Desk) -> tuple[AlarmView, ...]:
    """Return the open alarms, newest first; those that make nothing silent by themselves come last."""
    rows = select(AlarmRow).where(AlarmRow.commune == desk.commune, AlarmRow.cleared_at.is_(None))
    ordered = rows.order_by(AlarmRow.kind.in_(_MINOR), AlarmRow.raised_at.desc(), AlarmRow.id)
    return tuple(alarm_view(session, row) for row in session.scalars(ordered))


def dismiss(desk: Desk, user: User, *, alarm: str) -> None:  # noqa: ARG001 - the log will want who
    """Put away an alarm about something past. `Invalid`: unknown, or its cause still stands."""
    with desk.writing() as session:
        row = session.get(AlarmRow, (desk.commune, alarm))
        if row is None:
            raise Invalid(Fault("", FaultCode.ALARM_UNKNOWN))
        if row.kind in STANDING:
            raise Invalid(Fault("", FaultCode.ALARM_STANDING))
        row.cleared_at = row.cleared_at or desk.clock()
    desk.changes.announce("alarms", "home")


def open_causes(session: Session, desk: Desk) -> dict[Cause, str]:
    """Return what the open alarms are about, each with its detail: one question, however many units there are."""
    rows = session.scalars(select(AlarmRow).where(AlarmRow.commune == desk.commune, AlarmRow.cleared_at.is_(None)))
    return {
        Cause(
            AlarmKind(row.kind),
            UnitId(row.unit) if row.unit else None,
            BroadcastId(row.broadcast) if row.broadcast else None,
            row.bulletin,
        ): row.detail
        for row in rows
    }


def shortened(detail: str) -> str:
    """Return as much of a detail as an alarm keeps."""
    return detail[:_LONGEST]


def raise_alarm(session: Session, desk: Desk, cause: Cause, now: datetime, detail: str = "") -> bool:
    """Raise it unless it is open, or is of something past and was raised before. Return whether it is news.

    An open alarm whose details have changed meanwhile is told anew in its place.
    """
    known = _of(cause, desk)
    if cause.kind in _AGAIN:
        known = known.where(AlarmRow.cleared_at.is_(None))
    if (row := session.scalar(known.limit(1))) is not None:
        changed = cause.kind in STANDING and row.detail != shortened(detail)
        row.detail = shortened(detail) if changed else row.detail
        return changed
    session.add(
        AlarmRow(
            commune=desk.commune,
            id=desk.new_id("alarm"),
            kind=cause.kind,
            unit=cause.unit,
            broadcast=cause.broadcast,
            bulletin=cause.bulletin,
            detail=shortened(detail),
            raised_at=now,
        )
    )
    session.flush()
    return True


def clear_alarm(session: Session, desk: Desk, cause: Cause, now: datetime) -> bool:
    """Clear it where it is open. Return whether it was."""
    rows = list(session.scalars(_of(cause, desk).where(AlarmRow.cleared_at.is_(None))))
    for row in rows:
        row.cleared_at = now
    return bool(rows)


def listed(units: Sequence[UnitId]) -> str:
    """Return units as the detail of an alarm about several: the first few, and how many more there are."""
    more = len(units) - _LISTED
    return " ".join([*units[:_LISTED], *([f"+{more}"] if more > 0 else [])])


def alarm_view(session: Session, row: AlarmRow) -> AlarmView:
    """Return what a page shows of an alarm."""
    words = row.detail.split() if row.kind in LISTING else []
    units = {word: session.get(UnitRow, (row.commune, word)) for word in words if not word.startswith("+")}
    broadcast = session.get(BroadcastRow, (row.commune, row.broadcast)) if row.broadcast else None
    unit = session.get(UnitRow, (row.commune, row.unit)) if row.unit else None
    return AlarmView(
        id=row.id,
        kind=AlarmKind(row.kind),
        unit=UnitId(row.unit) if row.unit else None,
        unit_name=unit.name if unit else None,
        broadcast=BroadcastId(row.broadcast) if row.broadcast else None,
        bulletin=row.bulletin,
        title=_title(session, row),
        detail=row.detail,
        raised_at=row.raised_at,
        cleared_at=row.cleared_at,
        standing=row.kind in STANDING,
        places=tuple(found.name if found else word for word, found in units.items()),
        more=sum(int(word) for word in words if word.startswith("+")),
        start=broadcast.start if broadcast else None,
    )


def _of(cause: Cause, desk: Desk) -> Select[AlarmRow]:
    return select(AlarmRow).where(
        AlarmRow.commune == desk.commune,
        AlarmRow.kind == cause.kind,
        AlarmRow.unit.is_(None) if cause.unit is None else AlarmRow.unit == cause.unit,
        AlarmRow.broadcast.is_(None) if cause.broadcast is None else AlarmRow.broadcast == cause.broadcast,
        AlarmRow.bulletin.is_(None) if cause.bulletin is None else AlarmRow.bulletin == cause.bulletin,
    )


def _title(session: Session, row: AlarmRow) -> str | None:
    bulletin = row.bulletin
    if row.broadcast and (broadcast := session.get(BroadcastRow, (row.commune, row.broadcast))):
        bulletin = broadcast.bulletin
    found = session.get(BulletinRow, (row.commune, bulletin)) if bulletin else None
    return found.title if found else None
