"""What is about to go wrong, said while there is time: a broadcast not ready, a unit in trouble, a plan that ends."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.outcome import Outcome
from controller.records.plans import AlarmRow, BroadcastRow, TargetRow
from controller.services.alarms import Cause, listed
from controller.services.contact import UnitNow
from controller.services.desk import Desk
from controller.services.reach import places
from controller.services.sitting_views import outcome_of, readiness_of
from controller.services.sounds import listening
from controller.services.views import AlarmKind
from protocol.names import BroadcastId, ClockTrust, DiskHealth, UnitId

AHEAD = timedelta(minutes=60)
"""How long before its start a broadcast that is not ready is an alarm."""
PATIENCE = timedelta(seconds=90)
"""How long after it was planned a broadcast may be on its way to the units without an alarm."""
PLAN_SHORT = timedelta(days=3)
"""When the plan of a silent unit reaches no further than this, somebody has to go there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An alarm's cause, whether it stands now, and the code that explains it."""

    cause: Cause
    stands: bool
    detail: str = ""


def of_unit(unit: UnitNow, now: datetime) -> Iterator[Finding]:
    """Return what a unit says of itself; while it is silent, only that its plan comes to its end."""
    if unit.state is None:
        return
    until = unit.programme.held_until if unit.programme else None
    ending = not unit.in_contact and until is not None and until - now < PLAN_SHORT
    detail = "ended" if until is not None and until <= now else "soon"
    yield Finding(Cause(AlarmKind.PLAN_ENDING, unit.id), ending, detail)
    if not unit.in_contact:
        return
    state = unit.state
    yield Finding(Cause(AlarmKind.SOUND_FAILED, unit.id), not state.sound_ok)
    yield Finding(Cause(AlarmKind.DISK_FAILED, unit.id), state.disk is not DiskHealth.OK, state.disk)
    untrusted = state.clock is not ClockTrust.TRUSTED
    yield Finding(Cause(AlarmKind.CLOCK_UNTRUSTED, unit.id), untrusted, state.clock)
    dispute = state.clock_dispute_s
    yield Finding(Cause(AlarmKind.CLOCK_DISPUTED, unit.id), dispute is not None)
    yield Finding(Cause(AlarmKind.UNDERVOLTAGE, unit.id), bool(state.undervoltage))


def of_desk(units: dict[UnitId, UnitNow]) -> Iterator[Finding]:
    """Return whether units hold a later plan than this desk: one alarm for all of them."""
    ahead = [unit.id for unit in units.values() if unit.set_back]
    yield Finding(Cause(AlarmKind.CONTROLLER_SET_BACK), bool(ahead), listed(ahead))


def of_plans(session: Session, desk: Desk, units: dict[UnitId, UnitNow], now: datetime) -> Iterator[Finding]:
    """Return the broadcasts of the coming hour that are not ready: one alarm for each, which lists the units."""
    unready = _unready(session, desk, units, now)
    for broadcast, where in unready.items():
        yield Finding(_cause(broadcast), bool(where), listed(where))
    open_ = select(AlarmRow.broadcast).where(
        AlarmRow.commune == desk.commune, AlarmRow.kind == AlarmKind.NOT_READY_SOON, AlarmRow.cleared_at.is_(None)
    )
    for known in session.scalars(open_):
        if known is not None and known not in unready:
            yield Finding(_cause(BroadcastId(known)), stands=False)


def _cause(broadcast: BroadcastId) -> Cause:
    return Cause(AlarmKind.NOT_READY_SOON, broadcast=broadcast)


def _unready(
    session: Session, desk: Desk, units: dict[UnitId, UnitNow], now: datetime
) -> dict[BroadcastId, list[UnitId]]:
    rows = session.execute(
        select(BroadcastRow, TargetRow)
        .join(TargetRow, (TargetRow.commune == BroadcastRow.commune) & (TargetRow.broadcast == BroadcastRow.id))
        .where(
            BroadcastRow.commune == desk.commune,
            BroadcastRow.waiting.is_(False),
            BroadcastRow.immediate.is_(False),
            BroadcastRow.cancelled_at.is_(None),
            BroadcastRow.start > now,
            BroadcastRow.start <= now + AHEAD,
            BroadcastRow.created_at <= now - PATIENCE,
        )
        .order_by(BroadcastRow.start, BroadcastRow.id, TargetRow.unit)
    ).all()
    if not rows:
        return {}
    heard = listening(session, desk, {row.bulletin for row, _ in rows}, places(session, desk))
    found: defaultdict[BroadcastId, list[UnitId]] = defaultdict(list)
    for row, target in rows:
        where = found[BroadcastId(row.id)]
        waits = outcome_of(row, target, over=False) is Outcome.WAITING
        if waits and not readiness_of(row, target, units.get(UnitId(target.unit)), heard).certain:
            where.append(UnitId(target.unit))
    return dict(found)
