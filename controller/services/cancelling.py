"""Taking back: a broadcast, a schedule, or what sounds now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.records.places import UnitRow
from controller.records.plans import BroadcastRow, ScheduleRow
from controller.services import orders
from controller.services.bulletin_views import clip_of, rendition_of
from controller.services.collisions import expected_length
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.views import User
from protocol.messages import Stop
from protocol.names import UnitId
from schedules.vocabulary import BroadcastClass

STOP_WINDOW = timedelta(minutes=2)
"""After this a stop is stale: it must not silence something that began later."""
CANCEL_WINDOW = timedelta(minutes=10)
"""How long at least a cancellation is sent again."""


def cancel_broadcast(desk: Desk, user: User, *, broadcast: str) -> None:
    """Never let it sound; stop it where it does. `Invalid`: unknown, already over. Cancelling twice is harmless."""
    now = desk.clock()
    with desk.writing() as session:
        row = session.get(BroadcastRow, (desk.commune, broadcast))
        if row is None:
            raise Invalid(Fault("", FaultCode.BROADCAST_UNKNOWN))
        if row.cancelled_at is not None:
            return
        last = _last_sound(session, row)
        if now > last and not row.waiting:
            raise Invalid(Fault("", FaultCode.BROADCAST_OVER))
        row.cancelled_at, row.waiting = now, False
        targets = orders.targets_of(session, desk, broadcast)
        act = orders.cancel_act(row, targets, author=user.id, until=max(last, now + CANCEL_WINDOW))
        signed = [orders.issue(session, desk, act, now)] if targets else []
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

    Silence is the safe state, so the order is of the highest class: an officer can always stop a loudspeaker.
    """
    now = desk.clock()
    with desk.writing() as session:
        known = set(session.scalars(select(UnitRow.id).where(UnitRow.commune == desk.commune)))
        wanted = sorted(known if units is None else set(units))
        if unknown := [unit for unit in wanted if unit not in known]:
            raise Invalid(*(Fault("units", FaultCode.UNIT_UNKNOWN, {"unit": unit}) for unit in unknown))
        if not wanted:
            return
        act = orders.Act(
            act=Stop(),
            class_=BroadcastClass.EMERGENCY,
            targets=[UnitId(unit) for unit in wanted],
            not_after=now + STOP_WINDOW,
            author=user.id,
        )
        signed = orders.issue(session, desk, act, now)
    orders.ring(desk, [signed])
    desk.changes.announce("home", "broadcasts")


def _last_sound(session: Session, row: BroadcastRow) -> datetime:
    """The last instant at which the broadcast can still sound: begun at its latest, and played to its end."""
    rendition = rendition_of(session, row.commune, row.bulletin)
    return row.not_after + expected_length(rendition, clip_of(session, rendition))
