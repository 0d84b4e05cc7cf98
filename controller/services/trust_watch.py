"""What must be seen of keys and clocks: an emergency that waits for the code, and a clock of ours that nobody keeps."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from controller.records.plans import AlarmRow, BroadcastRow
from controller.services.alarms import Cause, clear_alarm, raise_alarm
from controller.services.desk import Desk
from controller.services.playable import playable
from controller.services.views import AlarmKind
from protocol.names import BroadcastId
from schedules.vocabulary import BroadcastClass

CLOCK_PATIENCE = timedelta(minutes=2)
"""How long after the start the machine's time service may take."""


def watch(desk: Desk, now: datetime) -> bool:
    """Raise and clear these alarms; return whether any changed."""
    clock_bad = not desk.clock_trusted() and now - desk.started_at > CLOCK_PATIENCE
    locked = desk.keys.emergency(now) is None
    with desk.reading() as session:
        waiting = set(_waiting(session, desk, now)) if locked else set()
        known = set(_known(session, desk))
        clock_known = session.execute(_open(desk, AlarmKind.DESK_CLOCK).limit(1)).first() is not None
    if waiting == known and clock_bad == clock_known:
        return False
    with desk.writing() as session:
        for broadcast in waiting - known:
            raise_alarm(session, desk, Cause(AlarmKind.EMERGENCY_WAITS, broadcast=broadcast), now)
        for broadcast in known - waiting:
            clear_alarm(session, desk, Cause(AlarmKind.EMERGENCY_WAITS, broadcast=broadcast), now)
        if clock_bad:
            raise_alarm(session, desk, Cause(AlarmKind.DESK_CLOCK), now)
        else:
            clear_alarm(session, desk, Cause(AlarmKind.DESK_CLOCK), now)
    desk.changes.announce("alarms", "home", "broadcasts")
    return True


def _waiting(session: Session, desk: Desk, now: datetime) -> Iterator[BroadcastId]:
    """Emergencies that are ready, still in time, and were not signed."""
    due = playable(
        session,
        desk,
        BroadcastRow.class_ == BroadcastClass.EMERGENCY,
        BroadcastRow.ordered_at.is_(None),
        BroadcastRow.not_after >= now,
    )
    return (BroadcastId(one.id) for one in due)


def _known(session: Session, desk: Desk) -> Iterator[BroadcastId]:
    rows = session.scalars(_open(desk, AlarmKind.EMERGENCY_WAITS))
    return (BroadcastId(broadcast) for broadcast in rows if broadcast is not None)


def _open(desk: Desk, kind: AlarmKind) -> Select[str | None]:
    return select(AlarmRow.broadcast).where(
        AlarmRow.commune == desk.commune, AlarmRow.kind == kind, AlarmRow.cleared_at.is_(None)
    )
