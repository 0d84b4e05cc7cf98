"""What a plan would collide with, seen before it is saved: the timeline's own judgement, with the officer's titles."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.records.bulletins import BulletinRow
from controller.records.plans import BroadcastRow, TargetRow
from controller.services.desk import Desk
from controller.services.reach import Places
from controller.services.sounds import listening
from controller.services.views import Collision
from protocol.names import UnitId
from schedules.lateness import default_not_after
from schedules.timeline import Conflict, Sitting, conflicts
from schedules.vocabulary import BroadcastClass, Status

_LONGEST_SITTING = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a plan wants: these starts, at these units, for this long."""

    class_: BroadcastClass
    status: Status
    starts: tuple[datetime, ...]
    units: tuple[UnitId, ...]
    length: timedelta


def collisions(session: Session, desk: Desk, plan: Sought, here: Places) -> tuple[Collision, ...]:
    """Return the conflicts of a plan with what is planned already."""
    if not plan.starts or not plan.units:
        return ()
    mine = [_own(plan, start) for start in plan.starts]
    own = {sitting.id for sitting in mine}
    span = (plan.starts[0] - _LONGEST_SITTING, plan.starts[-1] + plan.length)
    planned, titles = _planned(session, desk, span, here)
    found = conflicts([*mine, *planned])
    mixed = [conflict for conflict in found if (conflict.prevails.id in own) != (conflict.yields.id in own)]
    return tuple(_collision(conflict, own, titles, here) for conflict in mixed)


def _own(plan: Sought, start: datetime) -> Sitting:
    return Sitting(
        id=f"own {start.isoformat()}",
        start=start,
        not_after=default_not_after(plan.class_, start),
        duration=plan.length,
        class_=plan.class_,
        status=plan.status,
        units=frozenset(plan.units),
    )


def _planned(
    session: Session, desk: Desk, span: tuple[datetime, datetime], here: Places
) -> tuple[list[Sitting], dict[str, str]]:
    """What is planned, each as long as it is at the unit where it is longest."""
    since, until = span
    rows = session.execute(
        select(BroadcastRow, BulletinRow.title)
        .join(BulletinRow, (BulletinRow.commune == BroadcastRow.commune) & (BulletinRow.id == BroadcastRow.bulletin))
        .where(
            BroadcastRow.commune == desk.commune,
            BroadcastRow.cancelled_at.is_(None),
            BroadcastRow.start >= since,
            BroadcastRow.start < until,
        )
    ).all()
    heard = listening(session, desk, {row.bulletin for row, _ in rows}, here)
    units: dict[str, set[str]] = {}
    targets = select(TargetRow.broadcast, TargetRow.unit).where(
        TargetRow.commune == desk.commune, TargetRow.broadcast.in_([row.id for row, _ in rows])
    )
    for broadcast, unit in session.execute(targets):
        units.setdefault(broadcast, set()).add(unit)
    sittings = [
        Sitting(
            id=row.id,
            start=row.start,
            not_after=row.not_after,
            duration=timedelta(milliseconds=heard.expected_ms(row.bulletin, row.villages)),
            class_=BroadcastClass(row.class_),
            status=Status(row.status),
            units=frozenset(units.get(row.id, ())),
        )
        for row, _ in rows
    ]
    return sittings, {row.id: title for row, title in rows}


def _collision(conflict: Conflict, own: set[str], titles: dict[str, str], here: Places) -> Collision:
    return Collision(
        conflict=conflict,
        prevails_title=titles.get(conflict.prevails.id, ""),
        yields_title=titles.get(conflict.yields.id, ""),
        units=tuple(here.unit_name(unit) for unit in sorted(conflict.units)),
        own_prevails=conflict.prevails.id in own,
    )
