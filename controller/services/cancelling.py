"""Taking back: a broadcast, a schedule, or what sounds now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.records.places import UnitRow
from controller.records.plans import BroadcastRow, ScheduleRow
from controller.services import orders
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.reach import places
from controller.services.sounds import listening
from controller.services.views import User
from protocol.messages import Stop
from protocol.names import UnitId
from schedules.vocabulary import BroadcastClass

STOP_WINDOW = timedelta(minutes=2)
"""After this a stop is stale: it must not silence something that began later."""
LONGEST_EMERGENCY = timedelta(hours=3)
"""Longer after its start no emergency sounds: its lateness and the longest time that a unit's relay stays on."""


def cancel_broadcast(desk: Desk, user: User, *, broadcast: str) -> None:
    """Never let it sound; stop it where it does. `Invalid`: unknown, already over. Cancelling twice is harmless."""
    now = desk.clock()
    with desk.writing() as session:
        row = session.get(BroadcastRow, (desk.commune, broadcast))
        if row is None:
            raise Invalid(Fault("", FaultCode.BROADCAST_UNKNOWN))
        if row.cancelled_at is not None:
            return
        last = _last_sound(session, desk, row)
        if now > last and not row.waiting:
            raise Invalid(Fault("", FaultCode.BROADCAST_OVER))
        row.cancelled_at, row.waiting = now, False
        signed = _cancellation(session, desk, row, user, now)
    orders.ring(desk, signed)
    desk.kick("roll")
    desk.changes.announce("home", "broadcasts", f"broadcast:{broadcast}")


def end_schedule(desk: Desk, user: User, *, schedule: str) -> None:  # noqa: ARG001 - the log will want who
    """End a repeating plan from now on; its coming broadcasts are cancelled. `Invalid`: unknown."""
    now = desk.clock()
    with desk.writing() as session:
        row = session.get(ScheduleRow, (desk.commune, schedule))
        if row is None:
            raise Invalid(Fault("", FaultCode.SCHEDULE_UNKNOWN))
        row.ended_at = row.ended_at or now
        coming = select(BroadcastRow).where(
            BroadcastRow.commune == desk.commune,
            BroadcastRow.schedule == schedule,
            BroadcastRow.start > now,
            BroadcastRow.cancelled_at.is_(None),
        )
        for broadcast in session.scalars(coming):
            broadcast.cancelled_at = now
    desk.kick("roll")
    desk.changes.announce("home", "broadcasts")


def stop_now(desk: Desk, user: User, *, units: Sequence[UnitId] | None = None) -> None:
    """Silence what sounds now at these units (None: at all). `Invalid`: unknown unit.

    Silence is the safe state, so this never waits for a code: the stop itself reaches as high as the schedule key, and
    emergencies are taken back by the cancellations that were signed with them.
    """
    now = desk.clock()
    with desk.writing() as session:
        wanted = _wanted(session, desk, units)
        if not wanted:
            return
        act = orders.Act(
            act=Stop(), class_=BroadcastClass.PRIORITY, targets=wanted, not_after=now + STOP_WINDOW, author=user.id
        )
        signed = [orders.issue(session, desk, act, now), *_emergencies_back(session, desk, set(wanted), now)]
    orders.ring(desk, signed)
    desk.changes.announce("home", "broadcasts")


def _wanted(session: Session, desk: Desk, units: Sequence[UnitId] | None) -> list[UnitId]:
    known = set(session.scalars(select(UnitRow.id).where(UnitRow.commune == desk.commune)))
    wanted = sorted(known if units is None else set(units))
    if unknown := [unit for unit in wanted if unit not in known]:
        raise Invalid(*(Fault("units", FaultCode.UNIT_UNKNOWN, {"unit": unit}) for unit in unknown))
    return [UnitId(unit) for unit in wanted]


def _emergencies_back(session: Session, desk: Desk, units: set[UnitId], now: datetime) -> list[orders.Signed]:
    """Take back the emergencies that sound now or may begin at any moment; at all of its units: for good."""
    live = select(BroadcastRow).where(
        BroadcastRow.commune == desk.commune,
        BroadcastRow.class_ == BroadcastClass.EMERGENCY,
        BroadcastRow.ordered_at.is_not(None),
        BroadcastRow.start <= now + orders.SKEW,
        BroadcastRow.start > now - LONGEST_EMERGENCY,
        BroadcastRow.cancelled_at.is_(None),
    )
    signed: list[orders.Signed] = []
    for row in session.scalars(live):
        signed += orders.release_cancellations(session, desk, row.id, now, units=units)
        if now <= _last_sound(session, desk, row) and set(orders.targets_of(session, desk, row.id)) <= units:
            row.cancelled_at = now
    return signed


def _cancellation(session: Session, desk: Desk, row: BroadcastRow, user: User, now: datetime) -> list[orders.Signed]:
    """The orders that take a broadcast back. An emergency's were signed with it; not ordered yet, it needs none."""
    if row.class_ == BroadcastClass.EMERGENCY:
        if row.ordered_at is None:
            return []
        if held := orders.release_cancellations(session, desk, row.id, now):
            return held
    targets = orders.targets_of(session, desk, row.id)
    until = max(_last_sound(session, desk, row), now + orders.CANCEL_WINDOW)
    act = orders.cancel_act(row, targets, author=user.id, until=until)
    return [orders.issue(session, desk, act, now)] if targets else []


def _last_sound(session: Session, desk: Desk, row: BroadcastRow) -> datetime:
    """The last instant at which the broadcast can still sound: begun at its latest, and played to its end."""
    heard = listening(session, desk, [row.bulletin], places(session, desk))
    return row.not_after + timedelta(milliseconds=heard.expected_ms(row.bulletin, row.villages))
